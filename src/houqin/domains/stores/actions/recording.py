"""The rows of past registers: opening stock, receipts, hand-outs, loans, the goods ledger."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.calendar.models import Term
from houqin.foundation.catalogue import stock
from houqin.foundation.catalogue.models import Item
from houqin.foundation.journal.actions import action
from houqin.foundation.journal.models import Account, Place
from houqin.foundation.journal.refused import Refused
from houqin.foundation.journal.writer import Draft, Unit
from houqin.foundation.org.models import Person, SchoolClass
from houqin.foundation.org.models import Unit as Office
from houqin.foundation.signing.routes import ask, next_number
from houqin.kit import numbers
from houqin.kit.text import fold

from .. import forms, rules
from ..forms import Named
from ..models import HandOut, Keeping, Loan, Receipt, ReceiptLine, Requisition, RequisitionLine
from ..shelves import (
    coming_from,
    keeping_of,
    kept_by,
    lay_in,
    lent_to,
    lost,
    opening,
    refuse_other_counter,
    said,
    store_account,
    store_for,
    unbooked,
    used_by,
)
from ..terms import CATEGORIES, PURPOSES, SOURCE_WORDS, Condition, Source
from .lending import refuse_piece_on_loan

OPENING_WORDS = tuple(map(fold, ("期初", "上年結轉", "年初", "承前頁", "過次頁", "結轉", "月初")))


def _item(unit: Unit, *, name: str, specification: str, counter: str) -> Item:
    item = stock.item_of(unit, name, specification=specification, counter=counter)
    refuse_other_counter(item, counter)
    return item


def _worth(quantity: int, *, price: int | None, value: int | None) -> int:
    return value if value is not None else (price or 0) * quantity


@action(
    "stores.opened",
    label=gettext_lazy("登記期初庫存"),
    form=forms.RecordOpening,
    rule=rules.may_record,
    hidden=True,
)
def record_opening(
    entry: Draft,
    *,
    day: date | None,
    store: Place | None,
    name: str,
    specification: str,
    counter: str,
    quantity: int,
    price: int | None,
    value: int | None,
    category: str,
    shelf: str,
    batch: str,
    expires_on: date | None,
    minimum: int | None,
) -> None:
    """Take what was there when the book began: without a day, on the first day of the earliest term known."""
    place = store_for(entry.unit, store)
    if day is None:
        first = Term.objects.order_by("starts_on").first()
        day = first.starts_on if first else entry.unit.today.replace(month=1, day=1)
    entry.occurred_on = min(day, entry.unit.today)
    item = _item(entry.unit, name=name, specification=specification, counter=counter)
    entry.place = place
    worth = _worth(quantity, price=price, value=value)
    stock.put(entry, item.commodity, source=opening(), target=store_account(place), quantity=quantity, value=worth)
    lay_in(entry, store=place, item=item, quantity=quantity, batch=batch[:40], expires_on=expires_on)
    if not Keeping.objects.filter(item=item).exists() and not _is_waiting(entry.unit, item):
        entry.creates(
            Keeping(
                item=item, category=CATEGORIES.find(category) or CATEGORIES.find(name) or "other", shelf=shelf,
                minimum=minimum or 0,
            )
        )  # fmt: skip


def _is_waiting(unit: Unit, item: Item) -> bool:
    return any(isinstance(one, Keeping) and one.item_id == item.pk for one in unit.creations)


@action(
    "stores.receipt_recorded",
    label=gettext_lazy("登記過去的入庫單"),
    form=forms.RecordReceipt,
    rule=rules.may_record,
    hidden=True,
)
def record_receipt(
    entry: Draft,
    *,
    store: Place | None,
    number: str,
    supplier: Named | None,
    source: str,
    name: str,
    specification: str,
    counter: str,
    quantity: int,
    price: int | None,
    value: int | None,
    batch: str,
    expires_on: date | None,
    shelf: str,
    buyer: Named | None,
    acceptor: Named | None,
    keeper: Named | None,
) -> None:
    """Take a row of a past 入庫單 in; rows of one number are one paper."""
    near = keeper.row.campus if keeper and keeper.row else None
    place = store_for(entry.unit, store, near=near)
    item = _item(entry.unit, name=name, specification=specification, counter=counter)
    source = source or Source.PURCHASE
    people = {"buyer": buyer, "acceptor": acceptor, "keeper": keeper}
    receipt = _receipt(entry, number=number, place=place, source=source, supplier=supplier, people=people)
    worth = _worth(quantity, price=price, value=value)
    entry.creates(
        ReceiptLine(
            receipt=receipt, item=item, quantity=quantity, accepted=quantity, value=worth, batch=batch or "",
            price=price if price is not None else (2 * worth + quantity) // (2 * quantity), expires_on=expires_on,
            shelf=shelf,
        )
    )  # fmt: skip
    receipt.value += worth
    receipt.goods = "、".join(filter(None, (receipt.goods, said([(item, quantity)]))))
    entry.changes(receipt, "value", "goods")
    entry.kind, entry.place, entry.document, entry.category = "stores.received", place, receipt, source
    stock.put(
        entry, item.commodity, source=coming_from(source), target=store_account(place),
        quantity=quantity, value=worth,
    )  # fmt: skip
    lay_in(entry, store=place, item=item, quantity=quantity, batch=batch or "", expires_on=expires_on)
    entry.measure("items", 1)
    if acceptor is None:
        entry.measure("unaccepted", 1)


def _receipt(
    entry: Draft, *, number: str, place: Place, source: str, supplier: Named | None, people: dict[str, Named | None]
) -> Receipt:
    """The paper of that number, or a new one; a number that stands on another day's paper is refused."""
    if number:
        waiting = (one for one in reversed(entry.unit.creations) if isinstance(one, Receipt) and one.number == number)
        known = next(waiting, None) or Receipt.objects.filter(number=number).first()
        if known is not None:
            if known.state != "accepted" or known.opened_on != entry.occurred_on:
                raise Refused(
                    _("入庫單 %(number)s 已經登記在 %(day)s（%(state)s），這一行寫的是 %(told)s。請核對單號和日期。")
                    % {"number": number, "day": known.opened_on, "state": known.state_label, "told": entry.occurred_on},
                    field="number",
                )
            return known
    facts: dict[str, Any] = {}
    for role, who in people.items():
        facts[role], facts[f"{role}_name"] = (who.row, who.name) if who else (None, "")
    made: Receipt = entry.creates(
        Receipt(
            number=number or next_number(Receipt, entry.occurred_on), state="accepted", opened_on=entry.occurred_on,
            opened_by=entry.by, place=place, campus=place.campus_or_self(), source=source,
            supplier=supplier.row if supplier else None, supplier_name=str(supplier or ""), accepted_on=entry.occurred_on,
            **facts,
        )
    )  # fmt: skip
    return made


def _campus_near(holder: Named | None, receiver: Named | None) -> Place | None:
    for who in (holder, receiver):
        campus = getattr(who.row, "campus", None) if who and who.row is not None else None
        if campus is not None:
            return campus
    return None


@action(
    "stores.issue_recorded",
    label=gettext_lazy("登記過去的領物"),
    form=forms.RecordIssue,
    rule=rules.may_record,
    hidden=True,
)
def record_issue(
    entry: Draft,
    *,
    store: Place | None,
    number: str,
    holder: Named | None,
    name: str,
    specification: str,
    counter: str,
    quantity: int,
    price: int | None,
    value: int | None,
    purpose: str,
    receiver: Named,
    approver: Named | None,
    keeper: Named | None,
    is_old_for_new: bool,
    note: str,
) -> None:
    """Take a row of a past 領物登記簿 in. What the store never booked is taken as it stands, and counted as unbooked."""
    place = store_for(entry.unit, store, near=_campus_near(holder, receiver))
    item = _item(entry.unit, name=name, specification=specification, counter=counter)
    paper = _past_requisition(
        entry, number=number, place=place, holder=holder, receiver=receiver, approver=approver, keeper=keeper,
        purpose=purpose, note=note,
    )  # fmt: skip
    paper.goods = "、".join(filter(None, (paper.goods, said([(item, quantity)]))))
    entry.changes(paper, "goods")
    kind, whose = paper.holder()
    if holder is not None and holder.row is None and receiver.row is None:
        whose = None
    is_custody = keeping_of(item).is_durable and whose is not None
    target = kept_by(kind, whose) if is_custody else used_by(kind, whose)
    is_unbooked = _never_booked(entry.unit, store_account(place), item)
    entry.kind, entry.place, entry.document, entry.category = "stores.issued", place, paper, paper.purpose_kind
    if is_unbooked:
        worth = _worth(quantity, price=price, value=value)
        stock.put(entry, item.commodity, source=unbooked(), target=target, quantity=quantity, value=worth)
        entry.measure("unbooked", 1)
    else:
        told = _worth(quantity, price=price, value=value) if price is not None or value is not None else None
        worth = stock.take(
            entry, item.commodity, source=store_account(place), target=target, quantity=quantity, told=told
        )
        _say_other_price(entry, told=told, taken=worth)
    entry.creates(
        HandOut(
            requisition=paper, item=item, issued_on=entry.occurred_on, quantity=quantity, value=worth,
            is_old_for_new=is_old_for_new, is_custody=is_custody, is_unbooked=is_unbooked,
        )
    )  # fmt: skip
    entry.creates(RequisitionLine(requisition=paper, item=item, quantity=quantity, approved=quantity, issued=quantity))
    entry.measure("items", 1)
    # The paper bears the receiver's name, which the form insists on.
    entry.followed_by("stores.signed")


def _say_other_price(entry: Draft, *, told: int | None, taken: int) -> None:
    """Where the last piece took more or less along than the sheet says, the entry says so."""
    if told is not None and told != taken:
        said = _("表上金額 %(told)s 元，賬上轉出 %(taken)s 元") % {
            "told": numbers.yuan(told),
            "taken": numbers.yuan(taken),
        }
        entry.reason = "；".join(filter(None, (entry.reason, said)))[:200]


def _never_booked(unit: Unit, store: Account, item: Item) -> bool:
    """Whether the store's book knows nothing of the item at all: no line was ever written."""
    if stock.held(unit, store, item.commodity):
        return False
    if any(
        line.commodity == item.commodity
        for draft in unit.drafts
        for line in draft.lines
        if store in (line.source, line.target)
    ):
        return False
    return not store.balances.filter(commodity=item.commodity).exists()


def _past_requisition(
    entry: Draft,
    *,
    number: str,
    place: Place,
    holder: Named | None,
    receiver: Named,
    approver: Named | None,
    keeper: Named | None,
    purpose: str,
    note: str,
) -> Requisition:
    if number:
        waiting = (
            one for one in reversed(entry.unit.creations) if isinstance(one, Requisition) and one.number == number
        )
        known = next(waiting, None) or Requisition.objects.filter(number=number).first()
        if known is not None:
            if known.state != "signed" or known.opened_on != entry.occurred_on:
                raise Refused(
                    _("領用單 %(number)s 已經登記在 %(day)s，這一行寫的是 %(told)s。請核對單號和日期。")
                    % {"number": number, "day": known.opened_on, "told": entry.occurred_on},
                    field="number",
                )
            return known
    row = holder.row if holder else None
    known_receiver = receiver.row or (row if isinstance(row, Person) else None)
    paper: Requisition = entry.creates(
        Requisition(
            number=number or next_number(Requisition, entry.occurred_on), state="signed", opened_on=entry.occurred_on,
            opened_by=entry.by, place=place, campus=place.campus_or_self(), requester=known_receiver,
            receiver=known_receiver, receiver_name=receiver.name,
            school_class=row if isinstance(row, SchoolClass) else None, unit=row if isinstance(row, Office) else None,
            purpose=purpose, purpose_kind=PURPOSES.find(purpose) or "other",
            approver=approver.row if approver else None, approver_name=str(approver or ""),
            keeper=keeper.row if keeper else None, keeper_name=str(keeper or ""),
            note="\n".join(filter(None, (note, holder.name if holder and row is None else ""))),
        )
    )  # fmt: skip
    return paper


@action(
    "stores.loan_recorded",
    label=gettext_lazy("登記過去的借用"),
    form=forms.RecordLoan,
    rule=rules.may_record,
    hidden=True,
)
def record_loan(
    entry: Draft,
    *,
    store: Place | None,
    lent_on: date,
    borrower: Named,
    name: str,
    specification: str,
    serial: str,
    quantity: int,
    counter: str,
    condition_out: str,
    purpose: str,
    due_on: date,
    approver: Named | None,
    returned_on: date | None,
    condition_back: str,
    compensation: int | None,
    acceptor: Named | None,
) -> None:
    """Take a row of a past 借用登記簿 in: lent, and returned where the row says so."""
    place = store_for(entry.unit, store, near=_campus_near(borrower, None))
    item = _item(entry.unit, name=name, specification=specification, counter=counter)
    loan = Loan(
        number=next_number(Loan, lent_on), state="out", opened_on=lent_on, opened_by=entry.by, place=place,
        campus=place.campus_or_self(), item=item, serial=serial, quantity=quantity,
        borrower=borrower.row if isinstance(borrower.row, Person) else None, borrower_name=borrower.name,
        unit=borrower.row if isinstance(borrower.row, Office) else None, purpose=purpose, due_on=due_on, lent_on=lent_on,
        condition_out=condition_out, approver=approver.row if approver else None, approver_name=str(approver or ""),
    )  # fmt: skip
    if serial and returned_on is None:
        refuse_piece_on_loan(entry, loan)
    entry.creates(loan)
    entry.kind, entry.occurred_on, entry.place, entry.document = "stores.lent", lent_on, place, loan
    loan.is_unbooked = _never_booked(entry.unit, store_account(place), item)
    if loan.is_unbooked:
        entry.measure("unbooked", 1)
    else:
        loan.value = stock.take(
            entry, item.commodity, source=store_account(place), target=lent_to(loan.borrower), quantity=quantity
        )
    entry.measure("due_on", due_on.toordinal())
    entry.measure("pieces", quantity)
    if returned_on is not None:
        back = entry.followed_by("stores.loan_returned", occurred_on=returned_on, category="")
        _back(back, loan, condition=condition_back, compensation=compensation, acceptor=acceptor)
    ask(entry, loan)


def _back(entry: Draft, loan: Loan, *, condition: str, compensation: int | None, acceptor: Named | None) -> None:
    assert loan.place is not None
    loan.state, loan.returned, loan.returned_on = "returned", loan.quantity, entry.occurred_on
    loan.condition_back, loan.compensation = condition or Condition.GOOD, compensation
    loan.acceptor, loan.acceptor_name = acceptor.row if acceptor else None, str(acceptor or "")
    entry.category = loan.condition_back
    entry.measure("late" if entry.occurred_on > loan.due_on else "on_time", 1)
    if compensation:
        entry.measure("compensation", compensation)
    if not loan.is_unbooked:
        target = lost("loss") if condition == Condition.LOST else store_account(loan.place)
        stock.put(
            entry,
            loan.item.commodity,
            source=lent_to(loan.borrower),
            target=target,
            quantity=loan.quantity,
            value=loan.value,
        )
        loan.returned_value = loan.value


@action(
    "stores.loan_completed",
    label=gettext_lazy("補記過去借用的歸還"),
    form=forms.CompleteLoan,
    rule=rules.may_record,
    hidden=True,
)
def complete_loan(
    entry: Draft,
    *,
    document: Loan,
    returned_on: date | None,
    condition_back: str,
    compensation: int | None,
    acceptor: Named | None,
    due_on: date,
    quantity: int,
    **row: Any,
) -> None:
    """Take a row that came again with its return filled in; what was lent may not read otherwise."""
    if document.state != "out" or returned_on is None:
        raise Refused(
            _("借用單 %(number)s 已經「%(state)s」，請到單上更正。")
            % {"number": document.number, "state": document.state_label}
        )
    if (due_on, quantity) != (document.due_on, document.quantity):
        raise Refused(
            _("借用單 %(number)s 登記的是 %(old)d 件、%(due)s 還，這次寫的是 %(new)d 件、%(told)s 還。請核對。")
            % {
                "number": document.number,
                "old": document.quantity,
                "due": document.due_on,
                "new": quantity,
                "told": due_on,
            }
        )
    entry.kind, entry.occurred_on = "stores.loan_returned", returned_on
    entry.document, entry.place = document, document.place
    _back(entry, document, condition=condition_back, compensation=compensation, acceptor=acceptor)
    entry.changes(
        document,
        "state",
        "returned",
        "returned_on",
        "condition_back",
        "compensation",
        "acceptor",
        "acceptor_name",
        "returned_value",
    )


@action(
    "stores.ledger_recorded",
    label=gettext_lazy("登記過去的實物台賬"),
    form=forms.RecordLedger,
    rule=rules.may_record,
    hidden=True,
)
def record_ledger(
    entry: Draft,
    *,
    store: Place | None,
    name: str,
    specification: str,
    counter: str,
    voucher: str,
    summary: str,
    received: int | None,
    received_value: int | None,
    issued: int | None,
    issued_value: int | None,
    balance: int | None,
    price: int | None,
    balance_value: int | None,
) -> None:
    """Take a row of a past 實物台賬 in: what came, what went, and whether the balance it states is the one that comes out."""
    place = store_for(entry.unit, store)
    item = _item(entry.unit, name=name, specification=specification, counter=counter)
    target = store_account(place)
    entry.place, entry.reason = place, f"{voucher} {summary}".strip()[:200]
    if received:
        source = _source_of(summary)
        entry.kind, entry.category = "stores.received", source
        stock.put(
            entry, item.commodity, source=coming_from(source), target=target, quantity=received,
            value=received_value or 0,
        )  # fmt: skip
        entry.measure("items", 1)
    elif issued:
        entry.category = PURPOSES.find(summary) or "other"
        # The sheet's own value leaves: its method of pricing may be another than the moving average.
        taken = stock.take(
            entry, item.commodity, source=target, target=used_by("person", None), quantity=issued, told=issued_value
        )
        _say_other_price(entry, told=issued_value, taken=taken)
        entry.measure("items", 1)
    else:
        if not any(word in fold(summary) for word in OPENING_WORDS) and summary:
            raise Refused(
                _("這一行只有結存，摘要「%(summary)s」看不出是期初。") % {"summary": summary}, field="summary"
            )
        held = stock.held(entry.unit, target, item.commodity)
        if not held:
            entry.kind = "stores.opened"
            worth = balance_value if balance_value is not None else (price or 0) * (balance or 0)
            stock.put(entry, item.commodity, source=opening(), target=target, quantity=balance or 0, value=worth)
            return
    comes_out = stock.held(entry.unit, target, item.commodity)
    if balance is not None and balance != comes_out:
        raise Refused(
            _("「%(item)s」按收發算出的結存是 %(ours)d，表上寫的是 %(told)d。請核對這一行，或先匯入期初庫存。")
            % {"item": item, "ours": comes_out, "told": balance},
            field="balance",
        )
    worth = stock.held(entry.unit, target, stock.value_of(entry.unit, item.commodity))
    if balance_value is not None and abs(balance_value - worth) > max(comes_out, 1):
        raise Refused(
            _("「%(item)s」按收發算出的結存金額是 %(ours)s 元，表上寫的是 %(told)s 元。請核對。")
            % {"item": item, "ours": numbers.yuan(worth), "told": numbers.yuan(balance_value)},
            field="balance_value",
        )


def _source_of(summary: str) -> Source:
    folded = fold(summary)
    for source in Source:
        if any(fold(str(word)) in folded for word in (source.label, *SOURCE_WORDS[source])):
            return source
    return Source.PURCHASE
