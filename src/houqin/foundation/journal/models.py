"""Tables of the journal. Nothing here saves: rows are written by :mod:`.writer` alone."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .freezing import frozen


class PlaceKind(models.TextChoices):
    CAMPUS = "campus", _("校區")
    BUILDING = "building", _("樓棟")
    ROOM = "room", _("室")
    GROUND = "ground", _("場地")
    STORE = "store", _("倉庫")


class Place(models.Model):
    """Where things are and happen: a tree of campuses, buildings, rooms and grounds.

    ``full_name`` is what people write on paper (北校區教學樓105室); ``folded`` is its comparison key (kit.text.fold).
    """

    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    campus = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(_("類型"), max_length=16, choices=PlaceKind.choices)
    name = models.CharField(_("名稱"), max_length=80)
    full_name = models.CharField(_("全稱"), max_length=200)
    folded = models.CharField(max_length=200, unique=True)
    purpose = models.CharField(_("用途"), max_length=80, blank=True)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    pupils = models.PositiveIntegerField(_("學生數"), null=True, blank=True)
    is_active = models.BooleanField(_("使用中"), default=True)

    class Meta:
        verbose_name = _("場所")
        ordering = ["full_name"]

    def __str__(self) -> str:
        return self.full_name

    def campus_or_self(self) -> "Place | None":
        """The campus this place lies on, or itself where it is one."""
        return self if self.kind == PlaceKind.CAMPUS else self.campus


class Account(models.Model):
    """One end of a line. ``code`` is ``role:key``, such as ``place:12``, ``used:repairs``, ``outside:suppliers``.

    ``floor`` is the least a balance here may be; None is no limit, for the world outside.
    """

    code = models.CharField(max_length=80, unique=True)
    role = models.CharField(max_length=24, db_index=True)
    name = models.CharField(_("名稱"), max_length=200)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, blank=True, related_name="accounts")
    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="accounts")
    campus = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    floor = models.BigIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("科目")

    def __str__(self) -> str:
        return self.name


class Commodity(models.Model):
    """What a line moves, in whole numbers of its smallest unit.

    ``decimals`` places separate the smallest unit from the unit people say (元 has 2: the journal counts 分).
    ``counter`` is the counter word people use (張, 頁, 只, 套). ``category`` is its roll-up category in the catalogue.
    """

    code = models.CharField(max_length=80, unique=True)
    name = models.CharField(_("名稱"), max_length=200)
    counter = models.CharField(_("量詞"), max_length=8, blank=True)
    decimals = models.PositiveSmallIntegerField(default=0)
    category = models.CharField(_("類別"), max_length=64, blank=True, db_index=True)

    class Meta:
        verbose_name = _("品目")

    def __str__(self) -> str:
        return self.name


class Book(models.Model):
    """The one book of the school: how far it is written, and the digest it ends with.

    ``key`` is drawn when the book is opened; the digests of rows are made under it (:mod:`.vouching`), so that none can be
    guessed back without it.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    head = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    closed_through = models.PositiveIntegerField(default=0)
    key = models.CharField(max_length=64, null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_book")]


@frozen
class Entry(models.Model):
    """One thing that happened. Frozen by triggers; a mistake is reversed by a second entry.

    ``sign`` is -1 on a reversal, else 1, so that SUM(sign) counts what stands. ``month`` is YYYYMM of ``occurred_on``.
    ``about_on`` is the day a correction is about, when that month is closed already. ``version`` says how its digest was made:
    None before entries vouched for rows, 2 since (:mod:`.digest`).
    """

    number = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=64)
    sign = models.SmallIntegerField(default=1)
    occurred_on = models.DateField(_("發生日期"))
    month = models.PositiveIntegerField()
    about_on = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField(_("登記時間"))
    by = models.ForeignKey("org.Person", on_delete=models.PROTECT, related_name="entries")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, related_name="entries")
    campus = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, related_name="+")
    category = models.CharField(max_length=64, blank=True)
    document_kind = models.CharField(max_length=64, blank=True)
    document_id = models.BigIntegerField(null=True)
    document_number = models.CharField(max_length=64, blank=True)
    because = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="consequences")
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reversed_by")
    reason = models.CharField(max_length=200, blank=True)
    asked = models.TextField(blank=True)
    once = models.CharField(max_length=128, null=True, unique=True)
    digest = models.CharField(max_length=64)
    version = models.PositiveSmallIntegerField(null=True)

    class Meta:
        verbose_name = _("登記")
        constraints = [
            models.CheckConstraint(condition=Q(number__gt=0), name="entry_number_positive"),
            models.CheckConstraint(
                condition=Q(sign=1, reverses__isnull=True) | Q(sign=-1, reverses__isnull=False), name="entry_sign"
            ),
        ]
        indexes = [
            models.Index(fields=["occurred_on", "kind", "category", "campus", "month", "sign"], name="entry_cube"),
            models.Index(fields=["kind", "occurred_on"], name="entry_kind_day"),
            models.Index(fields=["document_kind", "document_id", "kind"], name="entry_document"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.kind}"


@frozen
class Line(models.Model):
    """``quantity`` (> 0) of a commodity moved from ``source`` to ``target``."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    commodity = models.ForeignKey(Commodity, on_delete=models.PROTECT, related_name="lines")
    source = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="lines_out")
    target = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="lines_in")
    quantity = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="line_quantity_positive"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="line_two_ends"),
        ]


@frozen
class Measure(models.Model):
    """A whole number an entry counts for, moving nothing. A reversal carries it negative."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="measures")
    name = models.CharField(max_length=32)
    quantity = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "name"], name="one_measure_of_a_name")]


@frozen
class Vouching(models.Model):
    """A row of any table as an entry left it: ``digest`` of its columns, empty where it is gone. See :mod:`.vouching`.

    In the order of ``id`` they are in the order of their entries. The last one of a row says what it must be now.
    """

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="vouchings", db_index=False)
    table = models.CharField(max_length=64)
    row = models.BigIntegerField()
    digest = models.CharField(max_length=32, blank=True)

    class Meta:
        indexes = [models.Index(fields=["table", "row"], name="vouching_row")]


class Balance(models.Model):
    """How much of a commodity an account holds now; the CHECK keeps it at or above the account's floor."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="balances")
    commodity = models.ForeignKey(Commodity, on_delete=models.PROTECT, related_name="balances")
    quantity = models.BigIntegerField()
    floor = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "commodity"], name="one_balance"),
            models.CheckConstraint(
                condition=Q(floor__isnull=True) | Q(quantity__gte=F("floor")), name="balance_at_or_above_floor"
            ),
        ]


@frozen
class Closing(models.Model):
    """A closed month (YYYYMM): no entry may be dated in it any more."""

    month = models.PositiveIntegerField(primary_key=True)
    closed_at = models.DateTimeField()
    by = models.ForeignKey("org.Person", on_delete=models.PROTECT, related_name="+")
    head = models.BigIntegerField()
    digest = models.CharField(max_length=64)


@frozen
class ClosedBalance(models.Model):
    """A balance as it stood when its month was closed."""

    closing = models.ForeignKey(Closing, on_delete=models.PROTECT, related_name="balances")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    commodity = models.ForeignKey(Commodity, on_delete=models.PROTECT, related_name="+")
    quantity = models.BigIntegerField()


@frozen
class ClosedCell(models.Model):
    """One cell of a closed month's cube; see :class:`houqin.foundation.journal.cube.Cell`."""

    closing = models.ForeignKey(Closing, on_delete=models.PROTECT, related_name="cells")
    what = models.CharField(max_length=8)
    kind = models.CharField(max_length=64)
    category = models.CharField(max_length=64, blank=True)
    campus_id = models.BigIntegerField(null=True)
    thing = models.CharField(max_length=80, blank=True)
    source_role = models.CharField(max_length=24, blank=True)
    target_role = models.CharField(max_length=24, blank=True)
    source_campus_id = models.BigIntegerField(null=True)
    target_campus_id = models.BigIntegerField(null=True)
    quantity = models.BigIntegerField()
