"""What lies in the stores and the papers about it. Nothing here saves; actions do."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from houqin.foundation.calendar.models import Term
from houqin.foundation.catalogue.models import Item
from houqin.foundation.journal.models import Place
from houqin.foundation.journal.schema import view
from houqin.foundation.org.models import Party, Person, SchoolClass, Unit
from houqin.foundation.org.reach import End, either, end_at
from houqin.foundation.signing.models import Document
from houqin.kit.money import FenField

from . import rules
from .ledger import LEDGER
from .terms import Condition, Holder, Loss, Per, Source


def _person(label: Any) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label
    )


def _store(label: Any) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", verbose_name=label)


def _item() -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+", verbose_name=_("品名"))


class Keeping(models.Model):
    """How the stores keep an item of the catalogue; an item without a row is an ordinary consumable.

    ``is_durable``   handed out it stays on a custody list (D02-4)
    ``is_hazardous`` leaves the store under two people's signatures only (D02-5)
    ``is_serial``    lent piece by piece, each known by its number (D03-1)
    ``minimum``      all stores together should hold at least this much
    """

    item = models.OneToOneField(Item, on_delete=models.PROTECT, related_name="keeping", verbose_name=_("品名"))
    category = models.CharField(_("類別"), max_length=32, blank=True, db_index=True)
    minimum = models.PositiveIntegerField(_("最低庫存"), default=0)
    shelf = models.CharField(_("庫位"), max_length=40, blank=True)
    is_durable = models.BooleanField(_("低值耐用"), default=False)
    is_hazardous = models.BooleanField(_("危險品"), default=False)
    is_old_for_new = models.BooleanField(_("以舊換新"), default=False)
    is_serial = models.BooleanField(_("逐件編號"), default=False)
    cas = models.CharField(_("CAS 號"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("物資")

    def __str__(self) -> str:
        return str(self.item)


class Quota(models.Model):
    """How much of an item, or of a category of items, one person, class or unit may have in a term (D02-3)."""

    item = models.ForeignKey(
        Item, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("品名")
    )
    category = models.CharField(_("類別"), max_length=32, blank=True)
    holder = models.CharField(_("對象"), max_length=8, choices=Holder.choices)
    quantity = models.PositiveIntegerField(_("每學期定額"))

    class Meta:
        verbose_name = _("領用定額")
        constraints = [
            models.UniqueConstraint(
                fields=["item", "holder"], condition=Q(item__isnull=False), name="one_quota_of_an_item"
            ),
            models.UniqueConstraint(
                fields=["category", "holder"], condition=Q(item__isnull=True), name="one_quota_of_a_category"
            ),
            models.CheckConstraint(condition=Q(item__isnull=False) | ~Q(category=""), name="quota_is_about_something"),
        ]

    def __str__(self) -> str:
        return f"{self.item or self.category} {self.get_holder_display()} {self.quantity}"


class Batch(models.Model):
    """What is left of one lot with its own number or expiry in one store; the journal holds the item's whole balance."""

    store = _store(_("倉庫"))
    item = _item()
    number = models.CharField(_("批號"), max_length=40, blank=True)
    expires_on = models.DateField(_("有效期至"), null=True, blank=True)
    received_on = models.DateField(_("入庫日期"))
    received = models.PositiveBigIntegerField(_("入庫數量"))
    remaining = models.PositiveBigIntegerField(_("剩餘"))

    class Meta:
        verbose_name = _("批次")
        constraints = [
            models.CheckConstraint(condition=Q(remaining__lte=F("received")), name="batch_remaining_at_most_received")
        ]
        indexes = [
            models.Index(fields=["item", "store", "expires_on"], name="batch_first_out"),
            models.Index(fields=["expires_on"], condition=Q(remaining__gt=0), name="batch_expiring"),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.number}".strip()

    def is_expired(self, day: date) -> bool:
        """``expires_on`` is the last good day."""
        return self.expires_on is not None and self.expires_on < day


class Receipt(Document):
    """入庫單. ``place`` is the store; the goods count once somebody who is neither buyer nor keeper accepts them."""

    kind = "stores.receipt"
    prefix = "RK"
    personal = ("buyer_name", "acceptor_name", "keeper_name")

    source = models.CharField(_("來源"), max_length=12, choices=Source.choices, default=Source.PURCHASE)
    supplier = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("供應商")
    )
    supplier_name = models.CharField(_("供應商"), max_length=120, blank=True)
    buyer = _person(_("經手人"))
    buyer_name = models.CharField(_("經手人"), max_length=40, blank=True)
    keeper = _person(_("保管員"))
    keeper_name = models.CharField(_("保管員"), max_length=40, blank=True)
    acceptor = _person(_("驗收人"))
    acceptor_name = models.CharField(_("驗收人"), max_length=40, blank=True)
    accepted_on = models.DateField(_("入庫日期"), null=True, blank=True)
    goods = models.TextField(_("物品"), blank=True)
    value = FenField(_("金額"), default=0)

    class Meta(Document.Meta):
        abstract = False
        verbose_name = _("入庫單")

    @classmethod
    def route(cls) -> Any:
        return rules.RECEIPT

    def title(self) -> str:
        return f"{self.get_source_display()} {self.supplier_name} {self.goods}".strip()[:120]


class ReceiptLine(models.Model):
    """One item of a receipt: ``quantity`` as delivered, ``accepted`` as taken in; ``value`` 分 of what was accepted."""

    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="lines")
    item = _item()
    quantity = models.PositiveBigIntegerField(_("數量"))
    accepted = models.PositiveBigIntegerField(_("驗收數量"), null=True, blank=True)
    price = FenField(_("單價"), null=True, blank=True)
    value = FenField(_("金額"), default=0)
    batch = models.CharField(_("批號"), max_length=40, blank=True)
    expires_on = models.DateField(_("有效期至"), null=True, blank=True)
    shelf = models.CharField(_("庫位"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("入庫明細")
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="receipt_line_quantity_positive"),
            models.CheckConstraint(condition=Q(value__gte=0), name="receipt_line_value_not_negative"),
            models.CheckConstraint(
                condition=Q(accepted__isnull=True) | Q(accepted__lte=F("quantity")), name="accepted_at_most_delivered"
            ),
        ]


class Requisition(Document):
    """領用單. ``place`` is the store. Somebody by name receives it (D02-2), for himself, a class or a unit."""

    kind = "stores.requisition"
    prefix = "LY"
    personal = ("receiver_name", "approver_name", "keeper_name")

    requester = _person(_("申領人"))
    receiver = _person(_("領用人"))
    receiver_name = models.CharField(_("領用人"), max_length=40, blank=True)
    school_class = models.ForeignKey(
        SchoolClass, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("領用班級")
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("領用部門")
    )
    purpose = models.CharField(_("用途"), max_length=120, blank=True)
    purpose_kind = models.CharField(_("用途類別"), max_length=32, blank=True)
    needed_on = models.DateField(_("需用日期"), null=True, blank=True)
    is_excess = models.BooleanField(_("超定額"), default=False)
    approver = _person(_("批准人"))
    approver_name = models.CharField(_("批准人"), max_length=40, blank=True)
    keeper = _person(_("發放人"))
    keeper_name = models.CharField(_("發放人"), max_length=40, blank=True)

    goods = models.TextField(_("物品"), blank=True)

    # Pieces left after a handing out, while it is being written.
    still_to_come = 0

    class Meta(Document.Meta):
        abstract = False
        verbose_name = _("領用單")

    @classmethod
    def route(cls) -> Any:
        return rules.REQUISITION

    def title(self) -> str:
        return f"{self.for_whom()} {self.goods}".strip()[:120]

    def for_whom(self) -> str:
        """The department or class column of the paper; the receiver himself where it is neither."""
        return str(self.school_class or self.unit or self.receiver_name)

    def holder(self) -> tuple[str, Any]:
        """Whose list and quota it counts on: ("class", row), ("unit", row) or ("person", row or None)."""
        if self.school_class_id:
            return Holder.CLASS, self.school_class
        if self.unit_id:
            return Holder.UNIT, self.unit
        return Holder.PERSON, self.receiver


class RequisitionLine(models.Model):
    """One item asked for: ``quantity`` asked, ``approved``, ``issued`` so far (D02-1: never more than approved)."""

    requisition = models.ForeignKey(Requisition, on_delete=models.PROTECT, related_name="lines")
    item = _item()
    quantity = models.PositiveBigIntegerField(_("申領數量"))
    approved = models.PositiveBigIntegerField(_("批准數量"), null=True, blank=True)
    issued = models.PositiveBigIntegerField(_("已發數量"), default=0)

    class Meta:
        verbose_name = _("領用明細")
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="requisition_line_quantity_positive"),
            models.CheckConstraint(
                condition=Q(approved__isnull=True) | Q(issued__lte=F("approved")), name="issued_at_most_approved"
            ),
        ]

    @property
    def outstanding(self) -> int:
        return max((self.quantity if self.approved is None else self.approved) - self.issued, 0)


class HandOut(models.Model):
    """One item handed out once: a row of the 領物登記簿. ``value`` 分 at the average of that moment."""

    requisition = models.ForeignKey(Requisition, on_delete=models.PROTECT, related_name="hand_outs")
    item = _item()
    issued_on = models.DateField(_("日期"), db_index=True)
    quantity = models.PositiveBigIntegerField(_("數量"))
    value = FenField(_("金額"), default=0)
    returned = models.PositiveBigIntegerField(_("已退數量"), default=0)
    returned_value = FenField(default=0)
    is_old_for_new = models.BooleanField(_("是否以舊換新"), default=False)
    is_custody = models.BooleanField(_("列入保管"), default=False)
    # What left the store without ever having been booked in: past papers only.
    is_unbooked = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("領物登記")
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="hand_out_quantity_positive"),
            models.CheckConstraint(condition=Q(returned__lte=F("quantity")), name="returned_at_most_handed_out"),
        ]


class WriteOff(Document):
    """報損單: goods lost, damaged or expired, off the book once somebody other than who proposed it approves."""

    kind = "stores.write_off"
    prefix = "BS"

    item = _item()
    quantity = models.PositiveBigIntegerField(_("數量"))
    loss = models.CharField(_("類型"), max_length=8, choices=Loss.choices)
    reason = models.CharField(_("原因"), max_length=200)
    batch = models.ForeignKey(
        Batch, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("批次")
    )
    value = FenField(_("金額"), default=0)

    class Meta(Document.Meta):
        abstract = False
        verbose_name = _("報損單")
        constraints = [models.CheckConstraint(condition=Q(quantity__gt=0), name="write_off_quantity_positive")]

    @classmethod
    def route(cls) -> Any:
        return rules.WRITE_OFF

    def title(self) -> str:
        return f"{self.get_loss_display()} {self.item} {self.quantity}{self.item.counter}"


class Transfer(Document):
    """調撥單 from the store ``place`` to the store ``target``."""

    kind = "stores.transfer"
    prefix = "DB"

    target = _store(_("調入倉庫"))
    goods = models.TextField(_("物品"), blank=True)
    sender = _person(_("發出人"))
    receiver = _person(_("接收人"))
    delivered_on = models.DateField(_("接收日期"), null=True, blank=True)

    class Meta(Document.Meta):
        abstract = False
        verbose_name = _("倉庫調撥單")

    @classmethod
    def route(cls) -> Any:
        return rules.TRANSFER

    def stands_on(self, verb: str = "") -> list[End]:
        """Sent from one store, taken over in the other."""
        if verb == "stores.delivered":
            return [end_at(self.target)]
        return [either((end_at(self.place), end_at(self.target)))]

    def title(self) -> str:
        return f"{self.place}→{self.target} {self.goods}".strip()[:120]


class TransferLine(models.Model):
    """One item on the way; ``value`` 分 it carries, ``delivered`` what arrived."""

    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="lines")
    item = _item()
    quantity = models.PositiveBigIntegerField(_("發出數量"))
    value = FenField(_("金額"), default=0)
    delivered = models.PositiveBigIntegerField(_("接收數量"), null=True, blank=True)
    batches = models.JSONField(default=list)

    class Meta:
        verbose_name = _("調撥明細")
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="transfer_line_quantity_positive"),
            models.CheckConstraint(
                condition=Q(delivered__isnull=True) | Q(delivered__lte=F("quantity")), name="delivered_at_most_sent"
            ),
        ]


class Kit(models.Model):
    """What every pupil, class or class teacher of a grade gets at the opening of term; empty grade is every grade."""

    item = _item()
    grade = models.CharField(_("年級"), max_length=20, blank=True)
    per = models.CharField(_("按"), max_length=8, choices=Per.choices, default=Per.PUPIL)
    quantity = models.PositiveIntegerField(_("數量"))
    is_active = models.BooleanField(_("使用中"), default=True)

    class Meta:
        verbose_name = _("開學發放標準")
        constraints = [
            models.UniqueConstraint(fields=["item", "grade", "per"], name="one_kit_line"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="kit_quantity_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.get_per_display()}{self.quantity}{self.item.counter}"


class Distribution(Document):
    """班級物資發放簽收表 of one class in one term; ``place`` is the store it comes from."""

    kind = "stores.distribution"
    prefix = "FF"

    school_class = models.ForeignKey(SchoolClass, on_delete=models.PROTECT, related_name="+", verbose_name=_("班級"))
    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="+", verbose_name=_("學期"))
    teacher = _person(_("班主任"))
    keeper = _person(_("發放人"))
    pupils = models.PositiveIntegerField(_("應發人數"))

    class Meta(Document.Meta):
        abstract = False
        verbose_name = _("班級物資發放簽收表")
        constraints = [models.UniqueConstraint(fields=["school_class", "term"], name="one_sheet_a_class_and_term")]

    @classmethod
    def route(cls) -> Any:
        return rules.DISTRIBUTION

    def title(self) -> str:
        return f"{self.term} {self.school_class}"


class DistributionLine(models.Model):
    """One item for one class and term: ``planned`` = headcount × ``per_head`` (D05-1); never issued beyond it."""

    distribution = models.ForeignKey(Distribution, on_delete=models.PROTECT, related_name="lines")
    item = _item()
    per = models.CharField(_("按"), max_length=8, choices=Per.choices)
    per_head = models.PositiveIntegerField(_("每人數量"))
    heads = models.PositiveIntegerField(_("應發人數"))
    planned = models.PositiveBigIntegerField(_("應發數"))
    issued = models.PositiveBigIntegerField(_("實發數"), default=0)
    value = FenField(_("金額"), default=0)
    topped_up_on = models.DateField(_("補發日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("發放明細")
        constraints = [
            models.UniqueConstraint(fields=["distribution", "item", "per"], name="one_line_of_an_item_on_a_sheet"),
            models.CheckConstraint(condition=Q(issued__lte=F("planned")), name="issued_at_most_planned"),
            models.CheckConstraint(condition=Q(planned=F("heads") * F("per_head")), name="planned_is_heads_times_each"),
        ]

    @property
    def short(self) -> int:
        return self.planned - self.issued


class Loan(Document):
    """借用單. ``place`` is the store. ``serial`` names one piece; the same piece is never out twice (D03-1)."""

    kind = "stores.loan"
    prefix = "JY"
    personal = ("borrower_name", "approver_name", "acceptor_name")

    item = _item()
    serial = models.CharField(_("編號"), max_length=64, blank=True)
    quantity = models.PositiveIntegerField(_("數量"))
    returned = models.PositiveIntegerField(_("已還數量"), default=0)
    value = FenField(default=0)
    returned_value = FenField(default=0)
    borrower = _person(_("借用人"))
    borrower_name = models.CharField(_("借用人"), max_length=80, blank=True)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("部門")
    )
    purpose = models.CharField(_("用途"), max_length=120, blank=True)
    condition_out = models.CharField(_("借出時狀況"), max_length=8, choices=Condition.choices, blank=True)
    condition_back = models.CharField(_("歸還狀況"), max_length=8, choices=Condition.choices, blank=True)
    compensation = FenField(_("損壞賠償"), null=True, blank=True)
    lent_on = models.DateField(_("借用日期"), null=True, blank=True, db_index=True)
    due_on = models.DateField(_("預計歸還日"), db_index=True)
    returned_on = models.DateField(_("實際歸還日"), null=True, blank=True)
    approver = _person(_("批准人"))
    approver_name = models.CharField(_("批准人"), max_length=40, blank=True)
    acceptor = _person(_("驗收人"))
    acceptor_name = models.CharField(_("驗收人"), max_length=40, blank=True)
    is_unbooked = models.BooleanField(default=False)

    class Meta(Document.Meta):
        abstract = False
        verbose_name = _("借用單")
        constraints = [
            models.UniqueConstraint(
                fields=["item", "serial"], condition=Q(state="out") & ~Q(serial=""), name="one_loan_of_a_piece"
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="loan_quantity_positive"),
            models.CheckConstraint(condition=Q(returned__lte=F("quantity")), name="returned_at_most_lent"),
            models.CheckConstraint(condition=Q(serial="") | Q(quantity=1), name="a_numbered_piece_is_lent_alone"),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="loan_open")]

    @classmethod
    def route(cls) -> Any:
        return rules.LOAN

    def title(self) -> str:
        return f"{self.borrower_name} {self.item} {self.serial or self.quantity}"

    @property
    def outstanding(self) -> int:
        return self.quantity - self.returned

    def is_overdue(self, day: date) -> bool:
        return self.state == "out" and self.due_on < day


class Reservable(models.Model):
    """A room or a set that can be reserved: a name, where it is, who keeps it."""

    name = models.CharField(_("名稱"), max_length=80, unique=True)
    folded = models.CharField(max_length=80, unique=True)
    is_room = models.BooleanField(_("場地"), default=True)
    place = models.ForeignKey(
        Place, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("地點")
    )
    keeper = _person(_("管理人"))
    is_active = models.BooleanField(_("可預約"), default=True)

    class Meta:
        verbose_name = _("可預約的場地或成套器材")

    def __str__(self) -> str:
        return self.name


class Reservation(Document):
    """預約: one room or set, one day, whole half hours from ``starts_at`` to ``ends_at``."""

    kind = "stores.reservation"
    prefix = "YY"

    reservable = models.ForeignKey(Reservable, on_delete=models.PROTECT, related_name="+", verbose_name=_("場地或器材"))
    person = _person(_("預約人"))
    purpose = models.CharField(_("用途"), max_length=120)
    on = models.DateField(_("使用日期"), db_index=True)
    starts_at = models.TimeField(_("開始"))
    ends_at = models.TimeField(_("結束"))

    class Meta(Document.Meta):
        abstract = False
        verbose_name = _("預約")
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="reservation_ends_after_it_starts")
        ]

    @classmethod
    def route(cls) -> Any:
        return rules.RESERVATION

    def title(self) -> str:
        return f"{self.reservable} {self.on} {self.starts_at:%H:%M}–{self.ends_at:%H:%M}"


class ReservedSlot(models.Model):
    """A half hour of a room or set that is taken: unique, so that two cannot have it whatever the concurrency.

    ``slot`` counts half hours from midnight: 16 is 8:00 to 8:30.
    """

    reservation = models.ForeignKey(Reservation, on_delete=models.CASCADE, related_name="slots")
    reservable = models.ForeignKey(Reservable, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    slot = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reservable", "on", "slot"], name="one_reservation_of_a_half_hour")
        ]


class LedgerRow(models.Model):
    """A row of the 實物台賬, read from the journal by a database view: one movement of an item at a store.

    Quantities and values are signed parts of the running balance; a reversal stands in its own column with a minus.
    """

    id = models.BigIntegerField(primary_key=True)
    entry = models.BigIntegerField()
    occurred_on = models.DateField(_("日期"))
    kind = models.CharField(max_length=64)
    voucher = models.CharField(_("憑證號"), max_length=64)
    reason = models.CharField(max_length=200)
    store = models.ForeignKey(Place, on_delete=models.DO_NOTHING, related_name="+", verbose_name=_("倉庫"))
    item = models.ForeignKey(Item, on_delete=models.DO_NOTHING, related_name="+", verbose_name=_("品名"))
    received = models.BigIntegerField(_("收入數量"))
    received_value = FenField(_("收入金額"))
    issued = models.BigIntegerField(_("發出數量"))
    issued_value = FenField(_("發出金額"))
    balance = models.BigIntegerField(_("結存數量"))
    balance_value = FenField(_("結存金額"))
    price = FenField(_("結存單價"), null=True)

    class Meta:
        managed = False
        db_table = "stores_ledger"
        verbose_name = _("實物台賬")


view("stores_ledger", LEDGER)
