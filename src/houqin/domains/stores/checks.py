"""What must never be true of the stores."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F, Q, Subquery, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.catalogue.stock import VALUE
from houqin.foundation.journal.checks import Finding, check
from houqin.foundation.journal.models import Balance, Entry
from houqin.foundation.signing.checks import agrees_with_lines
from houqin.foundation.signing.models import Signature
from houqin.kit import numbers

from .models import (
    Batch,
    Distribution,
    DistributionLine,
    HandOut,
    LedgerRow,
    Loan,
    Receipt,
    ReceiptLine,
    Requisition,
    RequisitionLine,
    ReservedSlot,
    Transfer,
    TransferLine,
    WriteOff,
)
from .rules import ISSUED, LENT


@check("stores.value_follows_goods", gettext_lazy("沒有數量的物資也沒有金額"))
def value_follows_goods() -> Iterable[Finding]:
    """Where the last piece has gone nothing of its worth may stay behind."""
    worth = Balance.objects.filter(account__role="store", commodity__category=VALUE).exclude(quantity=0)
    held = {
        (account, f"value:{commodity}")
        for account, commodity in Balance.objects.filter(account__role="store", quantity__gt=0).values_list(
            "account_id", "commodity_id"
        )
    }
    for one in worth.select_related("account", "commodity"):
        if (one.account_id, one.commodity.code) not in held:
            yield Finding(
                _("「%(store)s」已沒有「%(name)s」，還掛着 %(value)s 元。")
                % {"store": one.account.name, "name": one.commodity.name, "value": numbers.yuan(one.quantity)}
            )


@check("stores.never_below_zero", gettext_lazy("倉庫結存哪一天都不小於零"))
def never_below_zero() -> Iterable[Finding]:
    """D02-1, for every day of the book and not only for today."""
    for row in LedgerRow.objects.filter(balance__lt=0).select_related("store", "item").order_by("id")[:50]:
        yield Finding(
            _("「%(store)s」的「%(item)s」在 %(day)s 結存 %(balance)d。")
            % {"store": row.store, "item": row.item, "day": row.occurred_on, "balance": row.balance},
            entry=row.entry,
        )


@check("stores.batches_within_balance", gettext_lazy("批次剩餘不超過結存"))
def batches_within_balance() -> Iterable[Finding]:
    rows = (
        Batch.objects.filter(remaining__gt=0).values("store", "item", "item__commodity").annotate(left=Sum("remaining"))
    )
    for row in rows.values_list("store", "item__name", "item__commodity", "left"):
        store, name, commodity, left = row
        held = Balance.objects.filter(account__code=f"store:{store}", commodity=commodity).values_list(
            "quantity", flat=True
        )
        if left > (held.first() or 0):
            yield Finding(
                _("「%(name)s」各批剩餘 %(left)d，多過結存 %(held)d。")
                % {"name": name, "left": left, "held": held.first() or 0}
            )


@check("stores.three_people", gettext_lazy("採購、驗收、保管是三個人"))
def three_people() -> Iterable[Finding]:
    """SOD-4 for every accepted receipt."""
    same = Receipt.objects.filter(state="accepted").filter(
        Q(acceptor__isnull=False) & (Q(acceptor=F("buyer")) | Q(acceptor=F("keeper")))
    )
    for receipt in same:
        yield Finding(
            _("入庫單 %(number)s 的驗收人同時是經手人或保管員。") % {"number": receipt.number}, Receipt.kind, receipt.pk
        )


@check("stores.named_receiver", gettext_lazy("發放的物資有具名的領用人"))
def named_receiver() -> Iterable[Finding]:
    """D02-2."""
    for paper in Requisition.objects.filter(receiver_name="", state__in=("partly", "issued", "signed")):
        yield Finding(_("領用單 %(number)s 沒有領用人。") % {"number": paper.number}, Requisition.kind, paper.pk)


@check("stores.hazardous_countersigned", gettext_lazy("危險品發放經雙人會簽"))
def hazardous_countersigned() -> Iterable[Finding]:
    """D02-5: every paper of this house with dangerous goods handed out bears a second person's signature."""
    signed = Signature.objects.filter(document_kind=Requisition.kind, step="stores.countersigned").values("document_id")
    asked = Entry.objects.filter(kind="stores.requested", document_kind=Requisition.kind).values("document_id")
    papers = Requisition.objects.filter(pk__in=Subquery(asked), hand_outs__item__keeping__is_hazardous=True).exclude(
        pk__in=Subquery(signed)
    )
    for paper in papers.exclude(state="void").distinct():
        yield Finding(
            _("領用單 %(number)s 有危險品，沒有雙人會簽。") % {"number": paper.number}, Requisition.kind, paper.pk
        )


@check("stores.planned_is_headcount", gettext_lazy("應發數等於人數乘每人數量"))
def planned_is_headcount() -> Iterable[Finding]:
    """D05-1."""
    for line in DistributionLine.objects.exclude(planned=F("heads") * F("per_head")).select_related("distribution"):
        yield Finding(
            _("發放表 %(number)s 的應發數不等於人數乘每人數量。") % {"number": line.distribution.number},
            line.distribution.kind,
            line.distribution_id,
        )


# What a sheet says was given to a class is what the journal moved for it.
issued_once = agrees_with_lines(
    "stores.issued_once",
    gettext_lazy("開學物資沒有發兩次"),
    paper=Distribution,
    out=("stores.distributed",),
    told=lambda: DistributionLine.objects.values_list("distribution", "item__commodity").annotate(told=Sum("issued")),
)
# A row of the register of goods handed out has its lines, and a paper that is void has neither.
agrees_with_lines(
    "stores.hand_outs_in_the_book",
    gettext_lazy("領物登記與賬上相符"),
    paper=Requisition,
    out=("stores.issued", "stores.issued_directly"),
    back=("stores.returned",),
    told=lambda: (
        HandOut.objects.exclude(requisition__state="void")
        .values_list("requisition", "item__commodity")
        .annotate(told=Sum(F("quantity") - F("returned")))
    ),
)
# The same number stands on the lines of the paper, as handed out before anything came back.
agrees_with_lines(
    "stores.issued_lines_in_the_book",
    gettext_lazy("領用單實發與賬上相符"),
    paper=Requisition,
    out=ISSUED,
    told=lambda: (
        RequisitionLine.objects.exclude(requisition__state="void")
        .values_list("requisition", "item__commodity")
        .annotate(told=Sum("issued"))
    ),
)
agrees_with_lines(
    "stores.sent_in_the_book",
    gettext_lazy("調撥發出與賬上相符"),
    paper=Transfer,
    out=("stores.sent",),
    told=lambda: TransferLine.objects.values_list("transfer", "item__commodity").annotate(told=Sum("quantity")),
)
agrees_with_lines(
    "stores.lent_in_the_book",
    gettext_lazy("借出數量與賬上相符"),
    paper=Loan,
    out=LENT,
    told=lambda: (
        Loan.objects.filter(state__in=("out", "returned"), is_unbooked=False)
        .values_list("pk", "item__commodity")
        .annotate(told=Sum("quantity"))
    ),
)
agrees_with_lines(
    "stores.brought_back_in_the_book",
    gettext_lazy("歸還數量與賬上相符"),
    paper=Loan,
    out=("stores.loan_returned", "stores.loan_part_returned"),
    told=lambda: (
        Loan.objects.filter(is_unbooked=False).values_list("pk", "item__commodity").annotate(told=Sum("returned"))
    ),
)
agrees_with_lines(
    "stores.written_off_in_the_book",
    gettext_lazy("報損數量與賬上相符"),
    paper=WriteOff,
    out=("stores.written_off",),
    told=lambda: (
        WriteOff.objects.filter(state="written_off").values_list("pk", "item__commodity").annotate(told=Sum("quantity"))
    ),
)
agrees_with_lines(
    "stores.receipts_in_the_book",
    gettext_lazy("入庫單與賬上相符"),
    paper=Receipt,
    out=("stores.received",),
    told=lambda: (
        ReceiptLine.objects.filter(receipt__state="accepted")
        .values_list("receipt", "item__commodity")
        .annotate(told=Sum("accepted"))
    ),
)


@check("stores.reserved_once", gettext_lazy("取消的預約不佔時間"))
def reserved_once() -> Iterable[Finding]:
    for slot in ReservedSlot.objects.filter(reservation__state="cancelled").select_related("reservation")[:20]:
        yield Finding(
            _("預約 %(number)s 已取消，還佔着時間。") % {"number": slot.reservation.number},
            "stores.reservation",
            slot.reservation_id,
        )


@check("stores.loans_are_in_the_book", gettext_lazy("借出未還的數量與賬上相符"))
def loans_are_in_the_book() -> Iterable[Finding]:
    """What the papers say is out is what borrowers' accounts hold."""
    papers = {
        (borrower or 0, commodity): left
        for borrower, commodity, left in Loan.objects.filter(state="out", is_unbooked=False)
        .values_list("borrower_id", "item__commodity_id")
        .annotate(left=Sum(F("quantity") - F("returned")))
    }
    book: dict[tuple[int, int], int] = {}
    for code, commodity, quantity in Balance.objects.filter(
        account__role="loan", commodity__item__isnull=False
    ).values_list("account__code", "commodity_id", "quantity"):
        key = code.partition(":")[2]
        book[int(key) if key.isdecimal() else 0, commodity] = quantity
    for borrower, commodity in papers.keys() | book.keys():
        told, held = papers.get((borrower, commodity), 0), book.get((borrower, commodity), 0)
        if told != held:
            yield Finding(_("借用單上未還 %(told)d，借用賬上是 %(held)d。") % {"told": told, "held": held})
