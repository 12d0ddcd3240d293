"""The papers of counting and moving. Nothing here saves; actions do."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from houqin.foundation.journal.digest import canonical
from houqin.foundation.journal.freezing import frozen
from houqin.foundation.journal.models import Account, Commodity, Place
from houqin.foundation.org.models import Person
from houqin.foundation.org.reach import End, either, end_at
from houqin.foundation.signing.models import Document
from houqin.kit.money import FenField

from . import rules


class Scope(models.TextChoices):
    CAMPUS = "campus", _("校區")
    PLACE = "place", _("場所（含其中各室）")
    STORE = "store", _("倉庫")
    KEEPER = "keeper", _("保管人")


class Part(models.TextChoices):
    COUNTER = "counter", _("盤點人")
    KEEPER = "keeper", _("保管員")


class Status(models.TextChoices):
    OPEN = "open", _("未盤")
    MATCH = "match", _("相符")
    MISSING = "missing", _("盤虧")
    FOUND = "found", _("盤盈")
    ELSEWHERE = "elsewhere", _("在別處")
    UNEXPECTED = "unexpected", _("無卡無賬")


DIFFERING = (Status.MISSING, Status.FOUND, Status.ELSEWHERE)


class Use(models.TextChoices):
    """使用狀況 as the counter finds it (A09)."""

    IN_USE = "in_use", _("在用")
    IDLE = "idle", _("閒置")
    DAMAGED = "damaged", _("損壞待修")
    SCRAP = "scrap", _("待報廢")


class Decision(models.TextChoices):
    ADJUST = "adjust", _("調整賬面")
    KEEP = "keep", _("掛賬待查")


def _person(label: Any, *, null: bool = True) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        Person, on_delete=models.PROTECT, null=null, blank=null, related_name="+", verbose_name=label
    )


class Stocktake(Document):
    """盤點表. ``place`` is what is counted, None where it is what ``custodian`` keeps.

    ``frozen_at`` is the number of the last entry the expected list knows. The sums are of the posting: counted and
    matched in lines, missing and found in pieces, their values in 分.
    """

    kind: ClassVar[str] = "stocktakes.stocktake"
    prefix: ClassVar[str] = "QC"
    # Counted blind: what the book expects is not read off the paper.
    tables: ClassVar[tuple[str, ...]] = ()

    scope = models.CharField(_("範圍"), max_length=12, choices=Scope.choices)
    category = models.CharField(_("物品類別"), max_length=64, blank=True)
    custodian = _person(_("保管人"))
    # Empty only on sheets of the past, whose people the school may no longer know.
    leader = _person(_("主盤人"))
    second_counter = _person(_("複盤人"))
    witness = _person(_("監盤人"))
    due_on = models.DateField(_("期限"))
    frozen_at = models.BigIntegerField(_("賬面截至登記號"), null=True, blank=True)
    frozen_on = models.DateField(_("凍結日期"), null=True, blank=True)
    posted_on = models.DateField(_("入賬日期"), null=True, blank=True)
    approver = _person(_("批准人"))
    counted = models.PositiveIntegerField(_("盤點項數"), null=True, blank=True)
    matched = models.PositiveIntegerField(_("相符項數"), null=True, blank=True)
    missing = models.PositiveBigIntegerField(_("盤虧件數"), null=True, blank=True)
    found = models.PositiveBigIntegerField(_("盤盈件數"), null=True, blank=True)
    missing_value = FenField(_("盤虧金額"), null=True, blank=True)
    found_value = FenField(_("盤盈金額"), null=True, blank=True)

    class Meta(Document.Meta):
        abstract = False
        verbose_name = _("盤點")
        constraints = [
            models.CheckConstraint(
                condition=Q(scope="keeper", custodian__isnull=False) | (~Q(scope="keeper") & Q(place__isnull=False)),
                name="stocktake_of_something",
            )
        ]

    @classmethod
    def route(cls) -> Any:
        return rules.STOCKTAKE

    def title(self) -> str:
        return f"{self.place or self.custodian} {self.opened_on}"

    def paper(self) -> dict[str, Any]:
        """The facts of the sheet and a digest of its rows: whoever signs vouches for each of them."""
        rows = [row.facts() for row in self.rows.order_by("position")] if self.pk else []
        return {**super().paper(), "rows": sha256(canonical(rows).encode()).hexdigest()}


# What a census asks of a thing besides how many there are.
CENSUS = ("label_intact", "user_agrees", "use")


class Member(models.Model):
    """Somebody who counts, or keeps what is counted."""

    stocktake = models.ForeignKey(Stocktake, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    part = models.CharField(max_length=12, choices=Part.choices)

    class Meta:
        verbose_name = _("盤點人員")
        constraints = [
            models.UniqueConstraint(fields=["stocktake", "person", "part"], name="one_part_of_a_person_in_a_stocktake")
        ]


class StocktakeLine(models.Model):
    """One commodity in one account.

    ``expected`` and ``value`` (分 of all of it) are the book's at the freeze, ``moved`` what came (+) and went (−)
    between the freeze and the entry ``as_of`` at which it was counted. An unexpected thing has a name and no commodity.
    ``whence`` is where a thing counted here belongs by the book.
    """

    stocktake = models.ForeignKey(Stocktake, on_delete=models.PROTECT, related_name="lines")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", verbose_name=_("存放處"))
    commodity = models.ForeignKey(
        Commodity, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("品目")
    )
    code = models.CharField(_("編號"), max_length=80)
    name = models.CharField(_("名稱"), max_length=200)
    expected = models.BigIntegerField(_("賬面數"), default=0)
    value = FenField(_("賬面值"), default=0)
    moved = models.BigIntegerField(_("凍結後出入"), default=0)
    as_of = models.BigIntegerField(null=True, blank=True)
    counted = models.BigIntegerField(_("實盤數"), null=True, blank=True)
    counted_by = _person(_("盤點人"))
    recounted = models.BigIntegerField(_("複盤數"), null=True, blank=True)
    recounted_by = _person(_("複盤人"))
    status = models.CharField(_("結果"), max_length=12, choices=Status.choices, default=Status.OPEN)
    reason = models.CharField(_("原因類別"), max_length=32, blank=True)
    cause = models.CharField(_("原因"), max_length=200, blank=True)
    decision = models.CharField(_("處理意見"), max_length=12, choices=Decision.choices, blank=True)
    whence = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    label_intact = models.BooleanField(_("標籤完好"), null=True)
    user_agrees = models.BooleanField(_("使用人相符"), null=True)
    use = models.CharField(_("使用狀況"), max_length=12, choices=Use.choices, blank=True)
    note = models.CharField(_("備註"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("盤點行")
        constraints = [
            models.UniqueConstraint(
                fields=["stocktake", "account", "commodity"], name="one_line_of_a_thing_in_a_place"
            ),
            models.CheckConstraint(
                condition=Q(counted__isnull=True) | Q(counted__gte=0), name="counted_is_not_below_nought"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.account}）"

    @property
    def on_book(self) -> int:
        """What the book had of it at the moment it was counted."""
        return self.expected + self.moved

    @property
    def actual(self) -> int | None:
        """What there is: the second count where there is one."""
        return self.counted if self.recounted is None else self.recounted

    @property
    def difference(self) -> int:
        """More (+) or less (−) than the book; nought while nobody counted."""
        return 0 if self.actual is None else self.actual - self.on_book

    def worth(self, quantity: int) -> int:
        """The share of the frozen value that ``quantity`` pieces carry, whole 分, half up; 0 where no value is known."""
        return (2 * self.value * quantity + self.expected) // (2 * self.expected) if self.expected > 0 else 0


class Tally(models.Model):
    """What one person counted of a line; told again it replaces itself."""

    line = models.ForeignKey(StocktakeLine, on_delete=models.PROTECT, related_name="tallies")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveBigIntegerField(_("數量"))

    class Meta:
        verbose_name = _("點數")
        constraints = [models.UniqueConstraint(fields=["line", "person"], name="one_tally_of_a_person")]


@frozen
class MinutesRow(models.Model):
    """A row of the sheet as it was posted and signed. Frozen by triggers."""

    stocktake = models.ForeignKey(Stocktake, on_delete=models.PROTECT, related_name="rows")
    position = models.PositiveIntegerField()
    where = models.CharField(_("存放地點"), max_length=200)
    code = models.CharField(_("編號"), max_length=80)
    name = models.CharField(_("名稱"), max_length=200)
    counter = models.CharField(_("單位"), max_length=8, blank=True)
    on_book = models.BigIntegerField(_("賬面數"))
    actual = models.BigIntegerField(_("實盤數"))
    value = FenField(_("差異金額"))
    status = models.CharField(_("結果"), max_length=12, choices=Status.choices)
    reason = models.CharField(_("原因類別"), max_length=32, blank=True)
    cause = models.CharField(_("原因"), max_length=200, blank=True)
    decision = models.CharField(_("處理意見"), max_length=12, choices=Decision.choices, blank=True)
    counted_by = _person(_("盤點人"))
    recounted_by = _person(_("複盤人"))
    label_intact = models.BooleanField(_("標籤完好"), null=True)
    user_agrees = models.BooleanField(_("使用人相符"), null=True)
    use = models.CharField(_("使用狀況"), max_length=12, choices=Use.choices, blank=True)

    class Meta:
        verbose_name = _("盤點記錄行")
        constraints = [models.UniqueConstraint(fields=["stocktake", "position"], name="one_row_at_a_position")]

    def facts(self) -> list[Any]:
        """What a signature vouches for; what the census did not ask is left out, as on sheets signed before it could."""
        kept = [one for one in self._meta.concrete_fields if one.name not in {"id", "stocktake", *CENSUS}]
        told = [f"{name}={getattr(self, name)}" for name in CENSUS if getattr(self, name) not in (None, "")]
        return [*(getattr(self, one.attname) for one in kept), *told]


class Move(Document):
    """搬遷清點單: from ``place`` to ``target``, box by box.

    ``before`` is the count that went before it, ``after`` the one that followed in the new rooms (S5): what arrived and
    was missing there afterwards is ``missing_after``.
    """

    kind: ClassVar[str] = "stocktakes.move"
    prefix: ClassVar[str] = "BQ"

    target = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", verbose_name=_("遷往"))
    before = models.ForeignKey(
        Stocktake, on_delete=models.PROTECT, null=True, related_name="moves", verbose_name=_("搬前盤點")
    )
    after = models.ForeignKey(
        Stocktake, on_delete=models.PROTECT, null=True, related_name="moves_before", verbose_name=_("搬後盤點")
    )
    escort = _person(_("押運人"), null=False)
    receiver = _person(_("接收人"), null=False)
    moved_on = models.DateField(_("搬遷日期"), null=True, blank=True)
    approver = _person(_("批准人"))
    loaded = models.PositiveBigIntegerField(_("裝車件數"), null=True, blank=True)
    missing = models.PositiveBigIntegerField(_("缺失件數"), null=True, blank=True)
    broken = models.PositiveBigIntegerField(_("破損件數"), null=True, blank=True)
    missing_after = models.PositiveBigIntegerField(_("搬後盤點缺失"), null=True, blank=True)
    cause = models.CharField(_("缺失原因"), max_length=200, blank=True)

    class Meta(Document.Meta):
        abstract = False
        verbose_name = _("搬遷")

    @classmethod
    def route(cls) -> Any:
        return rules.MOVE

    def stands_on(self, verb: str = "") -> list[End]:
        """What moves belongs to both ends."""
        return [either((end_at(self.place), end_at(self.target)))]

    def title(self) -> str:
        return f"{self.place} → {self.target}"

    def paper(self) -> dict[str, Any]:
        rows = [row.facts() for row in self.lines.order_by("pk")] if self.pk else []
        return {**super().paper(), "rows": sha256(canonical(rows).encode()).hexdigest()}

    @property
    def loss_rate(self) -> int | None:
        """Missing on the way and afterwards ÷ loaded in basis points (萬分之一), half up; None before it is posted or where nothing was moved."""
        if not self.loaded or self.missing is None:
            return None
        return (2 * 10_000 * (self.missing + (self.missing_after or 0)) + self.loaded) // (2 * self.loaded)


class MoveLine(models.Model):
    """One thing in one box: packed, counted onto the van, counted off it. Broken things arrived; missing ones did not."""

    move = models.ForeignKey(Move, on_delete=models.PROTECT, related_name="lines")
    box = models.CharField(_("箱(車)號"), max_length=40)
    source = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", verbose_name=_("原房間"))
    target = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", verbose_name=_("新房間"))
    commodity = models.ForeignKey(Commodity, on_delete=models.PROTECT, related_name="+", verbose_name=_("品目"))
    code = models.CharField(_("資產編號"), max_length=80)
    name = models.CharField(_("名稱"), max_length=200)
    quantity = models.PositiveBigIntegerField(_("數量"))
    loaded = models.PositiveBigIntegerField(_("裝車清點"), null=True, blank=True)
    unloaded = models.PositiveBigIntegerField(_("卸車清點"), null=True, blank=True)
    broken = models.PositiveBigIntegerField(_("破損"), default=0)
    missing = models.PositiveBigIntegerField(_("缺失"), null=True, blank=True)
    note = models.CharField(_("備註"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("搬遷行")
        constraints = [
            models.UniqueConstraint(
                fields=["move", "box", "source", "target", "commodity"], name="one_line_of_a_thing_in_a_box"
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="move_line_of_something"),
        ]

    def facts(self) -> list[Any]:
        return [getattr(self, one.attname) for one in self._meta.concrete_fields if one.name not in {"id", "move"}]
