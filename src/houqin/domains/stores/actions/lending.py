"""Loans with a day to come back, and reservations of rooms and sets."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.catalogue import stock
from houqin.foundation.catalogue.models import Item
from houqin.foundation.journal.actions import LookThrough, action, locked
from houqin.foundation.journal.models import Balance, Book, Line, Place
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.journal.vouching import add_rows
from houqin.foundation.journal.writer import Draft
from houqin.foundation.org.models import Person, Unit
from houqin.foundation.org.parameters import value
from houqin.foundation.signing.models import Task
from houqin.foundation.signing.routes import ask, next_number, walks
from houqin.foundation.signing.taking_back import take_back
from houqin.kit.text import fold, fold_code

from .. import forms, rules
from ..models import Loan, Reservable, Reservation, ReservedSlot
from ..shelves import draw, keeping_of, lent_to, lost, put_back, store_account, unbooked
from ..terms import Condition, Loss


def _loan(
    entry: Draft,
    *,
    store: Place,
    item: Item,
    serial: str,
    quantity: int | None,
    borrower: Person,
    unit: Unit | None,
    purpose: str,
    due_on: date,
    state: str,
) -> Loan:
    quantity = quantity or 1
    if not borrower.is_active:
        raise Refused(_("%(name)s已經離職，不能借用。") % {"name": borrower}, field="borrower")
    if serial and quantity != 1:
        raise Refused(_("寫了編號的一次借一件。"), field="quantity")
    if due_on < entry.occurred_on:
        raise Refused(_("預計歸還日 %(day)s 早於借用的日子。") % {"day": due_on}, field="due_on")
    loan: Loan = entry.creates(
        Loan(
            number=next_number(Loan, entry.occurred_on), state=state, opened_on=entry.occurred_on, opened_by=entry.by,
            place=store, campus=store.campus_or_self(), item=item, serial=serial, quantity=quantity, borrower=borrower,
            borrower_name=borrower.name, unit=unit, purpose=purpose, due_on=due_on,
        )
    )  # fmt: skip
    entry.place, entry.document = store, loan
    return loan


def _refuse_while_overdue(borrower: Person | None, *, day: date) -> None:
    """Whoever has something overdue gets nothing new (a parameter says whether)."""
    if borrower is None or not value("stores.refuse_while_overdue", on=day):
        return
    late = (
        Loan.objects.filter(borrower=borrower, state="out", due_on__lt=day)
        .select_related("item")
        .order_by("due_on")
        .first()
    )
    if late is not None:
        raise Refused(
            _("%(name)s借的「%(item)s」%(due)s 就該還，還沒有還。請先歸還，再借新的。")
            % {"name": borrower, "item": late.item, "due": late.due_on},
            field="borrower",
        )


@action("stores.loan_requested", label=gettext_lazy("申請借用"), form=forms.RequestLoan, rule=rules.may_request)
def request_loan(entry: Draft, *, borrower: Person | None, **facts: Any) -> None:
    """Ask to borrow something and say when it comes back."""
    if borrower is not None and borrower != entry.by and not rules.may_keep(entry.by):
        raise Denied(_("替別人借用由保管員或總務處登記。"))
    who = borrower or entry.by
    _refuse_while_overdue(who, day=entry.occurred_on)
    ask(entry, _loan(entry, borrower=who, state="requested", **facts))


@action("stores.loan_approved", label=gettext_lazy("批准借用"), form=forms.LoanOnly, rule=rules.may_approve)
@walks(lambda: rules.LOAN)
def approve_loan(entry: Draft, *, document: Loan) -> None:
    """Approve a loan. Nobody approves his own."""
    if document.borrower_id == entry.by.pk:
        raise Denied(_("不能批准自己的借用，請由另一位領導批准。"))
    document.approver, document.approver_name = entry.by, entry.by.name
    entry.changes(document, "approver", "approver_name")


@action("stores.loan_rejected", label=gettext_lazy("不批准借用"), form=forms.LoanWithReason, rule=rules.may_approve)
@walks(lambda: rules.LOAN)
def reject_loan(entry: Draft, *, document: Loan, reason: str) -> None:
    """Turn a loan down, with the reason."""
    document.approver, document.approver_name = entry.by, entry.by.name
    entry.changes(document, "approver", "approver_name")
    entry.reason = reason


@action(
    "stores.loan_withdrawn", label=gettext_lazy("撤回借用"), form=forms.LoanOnly, rule=rules.borrower | rules.office
)
@walks(lambda: rules.LOAN)
def withdraw_loan(entry: Draft, *, document: Loan) -> None:
    """Take a request to borrow back."""


@action("stores.lent", label=gettext_lazy("借出"), form=forms.Lend, rule=rules.may_hand_over)
@walks(lambda: rules.LOAN)
def lend(entry: Draft, *, document: Loan, condition_out: str, serial: str) -> None:
    """Hand out what was approved, and write down in what condition."""
    document.serial = serial or document.serial
    document.condition_out = condition_out
    entry.changes(document, "serial", "condition_out", "lent_on", "value")
    _hand_over(entry, document)


@action("stores.lent_directly", label=gettext_lazy("當面借出"), form=forms.LendDirectly, rule=rules.may_hand_over)
def lend_directly(entry: Draft, *, borrower: Person, condition_out: str, due_on: date, **facts: Any) -> None:
    """Lend something for a few days at the counter; longer loans are approved first."""
    if borrower == entry.by:
        raise Denied(_("保管員自己借用的，要由另一個人借出。"))
    most = value("stores.loan_days_without_approval", on=entry.occurred_on)
    if due_on > entry.occurred_on + timedelta(days=most):
        raise Refused(_("借用超過 %(days)d 天的要先審批。請走申請借用。") % {"days": most}, field="due_on")
    loan = _loan(entry, borrower=borrower, due_on=due_on, state="out", **facts)
    loan.condition_out = condition_out
    _hand_over(entry, loan)
    ask(entry, loan)


def _hand_over(entry: Draft, loan: Loan) -> None:
    assert loan.place is not None
    needs_two = value("stores.hazardous_needs_two", on=entry.occurred_on) and keeping_of(loan.item).is_hazardous
    if needs_two and loan.approver_id in (None, entry.by.pk):
        raise Refused(_("「%(name)s」是危險品：要由另一個人批准，才能借出。") % {"name": loan.item})
    _refuse_while_overdue(loan.borrower, day=entry.occurred_on)
    if keeping_of(loan.item).is_serial and not loan.serial:
        raise Refused(_("「%(name)s」逐件編號，請寫借出的是哪一件。") % {"name": loan.item}, field="serial")
    if loan.serial and loan.quantity != 1:
        raise Refused(_("寫了編號的一次借一件。"), field="serial")
    if loan.serial:
        refuse_piece_on_loan(entry, loan)
        _settle_piece(entry, loan)
    loan.lent_on = entry.occurred_on
    if loan.due_on < loan.lent_on:
        raise Refused(_("預計歸還日 %(day)s 已經過了，請重新申請。") % {"day": loan.due_on}, field="due_on")
    draw(entry, store=loan.place, item=loan.item, quantity=loan.quantity)
    loan.value = stock.take(
        entry,
        loan.item.commodity,
        source=store_account(loan.place),
        target=lent_to(loan.borrower),
        quantity=loan.quantity,
    )
    entry.measure("due_on", loan.due_on.toordinal())
    entry.measure("pieces", loan.quantity)


def refuse_piece_on_loan(entry: Draft, loan: Loan) -> None:
    """One serial item is never on loan twice, however its number is written (D03-1); a unique constraint stands behind it."""
    # From here on nobody else lends, so that C1 and c1 cannot go out side by side.
    Book.objects.select_for_update().first()
    key = fold_code(loan.serial)
    rows = Loan.objects.filter(item=loan.item, state="out").exclude(pk=loan.pk).exclude(serial="")
    waiting = (
        one
        for one in entry.unit.creations
        if isinstance(one, Loan) and one is not loan and (one.item_id, one.state) == (loan.item_id, "out")
    )
    taken = next((one for one in (*rows, *waiting) if fold_code(one.serial) == key), None)
    if taken is not None:
        raise Refused(
            _("「%(item)s」%(serial)s 號已經借給%(name)s，還沒有還。")
            % {"item": loan.item, "serial": loan.serial, "name": taken.borrower_name},
            field="serial",
        )


def _settle_piece(entry: Draft, loan: Loan) -> None:
    """Write the number of a piece as it was written before, and refuse one that does not exist (D03-1).

    The pieces of an item are those that were ever lent; once there are as many as the school holds, all are known.
    """
    lent = Loan.objects.filter(item=loan.item).exclude(serial="").exclude(state__in=("rejected", "withdrawn"))
    pieces: dict[str, str] = {}
    for serial in lent.exclude(pk=loan.pk).exclude(lent_on=None).order_by("pk").values_list("serial", flat=True):
        pieces.setdefault(fold_code(serial), serial)
    key = fold_code(loan.serial)
    if key in pieces:
        loan.serial = pieces[key]
        entry.changes(loan, "serial")
        return
    held = Balance.objects.filter(
        commodity=loan.item.commodity, account__role__in=("store", "loan", "transit"), quantity__gt=0
    )
    if len(pieces) < sum(held.values_list("quantity", flat=True)):
        return
    out = {fold_code(one) for one in lent.filter(state="out").values_list("serial", flat=True)}
    free = [serial for code, serial in sorted(pieces.items()) if code not in out]
    raise Refused(
        _("「%(item)s」沒有 %(serial)s 號。在庫的有：%(free)s。")
        % {"item": loan.item, "serial": loan.serial, "free": "、".join(free[:20]) or _("沒有")},
        field="serial",
    )


@action("stores.loan_returned", label=gettext_lazy("歸還"), form=forms.ReturnLoan, rule=rules.may_hand_over)
@walks(lambda: rules.LOAN)
def return_loan(entry: Draft, *, document: Loan, condition_back: str, compensation: int | None, note: str) -> None:
    """Take all that is still out back and write down in what condition; what is lost leaves the book."""
    _take_back(
        entry, document, quantity=document.outstanding, condition=condition_back, compensation=compensation, note=note
    )
    entry.measure("late" if entry.occurred_on > document.due_on else "on_time", 1)


@action("stores.loan_part_returned", label=gettext_lazy("部分歸還"), form=forms.ReturnPart, rule=rules.may_hand_over)
@walks(lambda: rules.LOAN)
def return_part(
    entry: Draft, *, document: Loan, quantity: int, condition_back: str, compensation: int | None, note: str
) -> None:
    """Take some pieces back; the paper stays out for the others."""
    if quantity >= document.outstanding:
        raise Refused(
            _("借用未還的是 %(left)d，還 %(told)d 不是部分歸還。全部歸還請按「歸還」。")
            % {"left": document.outstanding, "told": quantity},
            field="quantity",
        )
    _take_back(entry, document, quantity=quantity, condition=condition_back, compensation=compensation, note=note)


def _take_back(entry: Draft, loan: Loan, *, quantity: int, condition: str, compensation: int | None, note: str) -> None:
    assert loan.place is not None
    if loan.borrower_id == entry.by.pk:
        raise Denied(_("歸還要由借用人以外的人驗收。"))
    if loan.lent_on and entry.occurred_on < loan.lent_on:
        raise Refused(_("實際歸還日早於借用日期 %(day)s。") % {"day": loan.lent_on}, field="occurred_on")
    if condition in (Condition.DAMAGED, Condition.LOST) and compensation is None and not note:
        raise Refused(_("有損壞或遺失的，請寫賠償金額，不用賠的在備註裡寫明原因。"), field="compensation")
    worth = stock.share(loan.value - loan.returned_value, quantity=quantity, of=loan.outstanding)
    source = unbooked() if loan.is_unbooked else lent_to(loan.borrower)
    target = lost(Loss.LOSS) if condition == Condition.LOST else store_account(loan.place)
    if not (loan.is_unbooked and condition != Condition.LOST):
        stock.put(entry, loan.item.commodity, source=source, target=target, quantity=quantity, value=worth)
        if condition != Condition.LOST:
            put_back(entry, store=loan.place, item=loan.item, quantity=quantity)
    loan.returned, loan.returned_value = loan.returned + quantity, loan.returned_value + worth
    loan.condition_back, loan.returned_on = condition, entry.occurred_on
    loan.acceptor, loan.acceptor_name = entry.by, entry.by.name
    if compensation is not None:
        loan.compensation = (loan.compensation or 0) + compensation
        entry.measure("compensation", compensation)
    loan.note = f"{loan.note}\n{note}".strip()
    entry.changes(
        loan,
        "returned",
        "returned_value",
        "condition_back",
        "returned_on",
        "acceptor",
        "acceptor_name",
        "compensation",
        "note",
    )
    entry.category = condition


@action("stores.loan_voided", label=gettext_lazy("作廢借用單"), form=forms.LoanWithReason, rule=rules.office)
@walks(lambda: rules.LOAN)
def void_loan(entry: Draft, *, document: Loan, reason: str) -> None:
    """Void a loan entered by mistake: kept, marked, and the thing lies in the store again as if it had never left."""
    if document.borrower_id == entry.by.pk:
        raise Denied(_("借用人自己不能作廢借用單，請由總務處另一個人來辦。"))
    entry.reason = reason
    assert document.place is not None
    gone = Line.objects.filter(
        entry__document_kind=document.kind, entry__document_id=document.pk, commodity=document.item.commodity,
        target__role="lost",
    )  # fmt: skip
    away = document.outstanding + (gone.aggregate(lost=Sum("quantity"))["lost"] or 0)
    if away and not document.is_unbooked:
        put_back(entry, store=document.place, item=document.item, quantity=away)
    take_back(entry, document, reason=reason)


@action("stores.loan_chased", label=gettext_lazy("催還"), form=forms.LoanOnly, rule=rules.may_hand_over)
@walks(lambda: rules.LOAN)
def chase(entry: Draft, *, document: Loan) -> None:
    """Remind a borrower that something is overdue: it stands on their list as late."""
    if not document.is_overdue(entry.occurred_on):
        raise Refused(_("%(day)s 才到期，還不用催。") % {"day": document.due_on})
    entry.reason = _("逾期 %(days)d 天") % {"days": (entry.occurred_on - document.due_on).days}


@action("stores.loans_chased", label=gettext_lazy("催還全部逾期借用"), form=LookThrough, rule=rules.may_hand_over)
def chase_all(entry: Draft) -> None:
    """Look through the loans and remind every borrower of what is overdue and was not reminded; that nothing is late is told too."""
    late = list(locked(Loan.objects.filter(state="out", due_on__lt=entry.occurred_on)).order_by("due_on", "pk"))
    reminded = set(
        Task.objects.open()
        .filter(document_kind=Loan.kind, step="stores.loan_chased")
        .values_list("document_id", flat=True)
    )
    fresh = [loan for loan in late if loan.pk not in reminded]
    if late and not fresh:
        raise Refused(_("沒有要催還的：逾期的都已經在借用人的待辦裡。"))
    entry.measure("loans", len(fresh))
    if not fresh:
        return
    for loan in fresh:
        one = entry.followed_by("stores.loan_chased")
        one.document, one.place = loan, loan.place
        one.reason = _("逾期 %(days)d 天") % {"days": (entry.occurred_on - loan.due_on).days}
    entry.unit.after_creations(
        lambda: add_rows(
            [
                Task(
                    document_kind=loan.kind,
                    document_id=loan.pk,
                    document_number=loan.number,
                    title=_("逾期請歸還：%(what)s") % {"what": loan.title()},
                    step="stores.loan_chased",
                    person=loan.borrower,
                    role="" if loan.borrower_id else "storekeeper",
                    campus=loan.campus,
                    due_on=loan.due_on,
                    created_at=entry.unit.now,
                )
                for loan in fresh
            ]
        )
    )


# Reservations


@action(
    "stores.reservable_set", label=gettext_lazy("登記可預約的場地器材"), form=forms.SetReservable, rule=rules.may_plan
)
def set_reservable(entry: Draft, *, name: str, is_room: bool, place: Place | None, keeper: Person | None) -> None:
    """Say that a room or a set can be reserved."""
    if Reservable.objects.filter(folded=fold(name)).exists():
        raise Refused(_("已經有「%(name)s」。") % {"name": name}, field="name")
    entry.creates(Reservable(name=name, folded=fold(name), is_room=is_room, place=place, keeper=keeper))
    entry.place = place


@action("stores.reserved", label=gettext_lazy("預約"), form=forms.Reserve, rule=rules.may_reserve)
def reserve(
    entry: Draft,
    *,
    reservable: Reservable,
    on: date,
    starts_at: time,
    ends_at: time,
    purpose: str,
    weeks: int | None,
) -> None:
    """Reserve a room or a set for some half hours of a day, if need be for several weeks; all of them or none."""
    if on < entry.occurred_on:
        raise Refused(_("%(day)s 已經過了。") % {"day": on}, field="on")
    most = value("stores.reservation_days_ahead", on=entry.occurred_on)
    days = [on + timedelta(weeks=week) for week in range(weeks or 1)]
    if days[-1] > entry.occurred_on + timedelta(days=most):
        raise Refused(_("最多提前 %(days)d 天預約。") % {"days": most}, field="on")
    slots = list(range(_slot(starts_at), _slot(ends_at)))
    taken = (
        ReservedSlot.objects.filter(reservable=reservable, on__in=days, slot__in=slots)
        .select_related("reservation", "reservation__person")
        .order_by("on", "slot")
        .first()
    )
    if taken is not None:
        held = taken.reservation
        raise Refused(
            _("「%(what)s」%(day)s %(start)s–%(end)s 已由%(who)s預約（%(purpose)s）。請換時間或換場地。")
            % {
                "what": reservable,
                "day": held.on,
                "start": f"{held.starts_at:%H:%M}",
                "end": f"{held.ends_at:%H:%M}",
                "who": held.person,
                "purpose": held.purpose,
            },
            field="starts_at",
        )
    for position, day in enumerate(days):
        one = entry if position == 0 else entry.followed_by("stores.reserved")
        paper = one.creates(
            Reservation(
                number=next_number(Reservation, entry.occurred_on), state="reserved", opened_on=entry.occurred_on,
                opened_by=entry.by, place=reservable.place,
                campus=reservable.place.campus_or_self() if reservable.place else None, reservable=reservable,
                person=entry.by, purpose=purpose, on=day, starts_at=starts_at, ends_at=ends_at,
            )
        )  # fmt: skip
        for slot in slots:
            one.creates(ReservedSlot(reservation=paper, reservable=reservable, on=day, slot=slot))
        one.document, one.place = paper, reservable.place
        one.measure("half_hours", len(slots))


def _slot(clock_time: time) -> int:
    return clock_time.hour * 2 + clock_time.minute // 30


@action(
    "stores.reservation_cancelled", label=gettext_lazy("取消預約"), form=forms.CancelReservation, rule=rules.may_cancel
)
@walks(lambda: rules.RESERVATION)
def cancel_reservation(entry: Draft, *, document: Reservation, reason: str) -> None:
    """Give a reservation up; its time is free again."""
    if document.on < entry.occurred_on:
        raise Refused(_("%(day)s 已經過了，不能取消。") % {"day": document.on})
    ReservedSlot.objects.filter(reservation=document).delete()
    entry.reason = reason
