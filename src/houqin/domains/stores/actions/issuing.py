"""Goods out: asked, approved, picked, handed out, signed for, returned; and what stays in somebody's custody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.catalogue import stock
from houqin.foundation.catalogue.models import Item
from houqin.foundation.journal.actions import action, locked
from houqin.foundation.journal.models import Account, Place
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.journal.writer import Draft
from houqin.foundation.org.models import Person, SchoolClass, Unit
from houqin.foundation.org.parameters import value
from houqin.foundation.signing.routes import ask, move, next_number, sign_as, walks
from houqin.foundation.signing.taking_back import take_back
from houqin.kit import numbers

from .. import forms, rules
from ..models import HandOut, Requisition, RequisitionLine
from ..shelves import (
    draw,
    excesses,
    holder_kind,
    keeping_of,
    kept_by,
    known_items,
    put_back,
    said,
    store_account,
    told_by_item,
    told_by_line,
    unbooked,
    used_by,
)
from ..terms import PURPOSES


@action("stores.requested", label=gettext_lazy("申領"), form=forms.Request, rule=rules.may_request)
def request(
    entry: Draft,
    *,
    store: Place,
    lines: list[dict[str, Any]],
    receiver: Person | None,
    needed_on: date | None,
    **facts: Any,
) -> None:
    """Ask for goods for yourself, a class or a unit; the office approves, the keeper hands out."""
    items = known_items(lines)
    paper = _requisition(
        entry, store=store, receiver=receiver or entry.by, needed_on=needed_on, state="requested", **facts
    )
    paper.goods = said((item, row["quantity"]) for item, row in items)
    over = excesses(paper, [(item, row["quantity"]) for item, row in items], day=entry.occurred_on)
    if over:
        paper.is_excess = True
        paper.note = f"{paper.note}\n{_('超定額')}：{'；'.join(over)}".strip()
    for item, row in items:
        entry.creates(RequisitionLine(requisition=paper, item=item, quantity=row["quantity"]))
        entry.measure("items", 1)
    ask(entry, paper)


def _requisition(
    entry: Draft,
    *,
    store: Place,
    receiver: Person,
    state: str,
    school_class: SchoolClass | None,
    unit: Unit | None,
    purpose: str,
    needed_on: date | None,
    note: str,
) -> Requisition:
    if not receiver.is_active:
        raise Refused(_("%(name)s已經離職，不能領用。") % {"name": receiver}, field="receiver")
    paper: Requisition = entry.creates(
        Requisition(
            number=next_number(Requisition, entry.occurred_on),
            state=state,
            opened_on=entry.occurred_on,
            opened_by=entry.by,
            place=store,
            campus=store.campus_or_self(),
            requester=entry.by,
            receiver=receiver,
            receiver_name=receiver.name,
            school_class=school_class,
            unit=unit,
            purpose=purpose,
            purpose_kind=PURPOSES.find(purpose) or "other",
            needed_on=needed_on,
            note=note,
        )
    )
    entry.place, entry.document, entry.category = store, paper, paper.purpose_kind
    return paper


def _lines(document: Requisition) -> list[RequisitionLine]:
    return list(document.lines.select_related("item", "item__commodity", "item__keeping").order_by("pk"))


@action("stores.approved", label=gettext_lazy("批准領用"), form=forms.Approve, rule=rules.may_approve)
@walks(lambda: rules.REQUISITION)
def approve(entry: Draft, *, document: Requisition, quantities: dict[str, int], note: str) -> None:
    """Approve what was asked for, or less of it. Nobody approves what he asked for himself."""
    if document.receiver_id == entry.by.pk:
        raise Denied(_("不能批准自己的領用，請由另一位領導批准。"))
    lines = _lines(document)
    told = told_by_line(quantities, lines, field="quantities", most=lambda line: line.quantity)
    for line in lines:
        line.approved = told.get(line.pk, line.quantity)
        if line.approved > line.quantity:
            raise Refused(
                _("「%(name)s」申領的是 %(asked)d，不能批 %(told)d。")
                % {"name": line.item, "asked": line.quantity, "told": line.approved},
                field="quantities",
            )
        entry.changes(line, "approved")
    if not any(line.approved for line in lines):
        raise Refused(_("一件也沒有批。不同意請按「不批准」。"), field="quantities")
    document.approver, document.approver_name = entry.by, entry.by.name
    document.note = f"{document.note}\n{note}".strip()
    entry.changes(document, "approver", "approver_name", "note")
    entry.category = document.purpose_kind
    if document.is_excess:
        entry.measure("excess", 1)


@action("stores.rejected", label=gettext_lazy("不批准"), form=forms.RequisitionWithReason, rule=rules.may_approve)
@walks(lambda: rules.REQUISITION)
def reject(entry: Draft, *, document: Requisition, reason: str) -> None:
    """Turn a request down, with the reason."""
    document.approver, document.approver_name = entry.by, entry.by.name
    entry.changes(document, "approver", "approver_name")
    entry.reason, entry.category = reason, document.purpose_kind


@action("stores.withdrawn", label=gettext_lazy("撤回申領"), form=forms.RequisitionOnly, rule=rules.may_withdraw)
@walks(lambda: rules.REQUISITION)
def withdraw(entry: Draft, *, document: Requisition) -> None:
    """Take a request back before anything was handed out."""
    if document.lines.filter(issued__gt=0).exists():
        raise Refused(_("已經發放了一部分，不能撤回；其餘不要了請按「不再補發」。"))
    entry.category = document.purpose_kind


@action("stores.picked", label=gettext_lazy("備貨"), form=forms.RequisitionOnly, rule=rules.may_hand_over)
@walks(lambda: rules.REQUISITION)
def pick(entry: Draft, *, document: Requisition) -> None:
    """Put the goods ready."""
    document.keeper, document.keeper_name = entry.by, entry.by.name
    entry.changes(document, "keeper", "keeper_name")
    entry.category = document.purpose_kind


@action("stores.countersigned", label=gettext_lazy("雙人會簽"), form=forms.RequisitionOnly, rule=rules.may_countersign)
@walks(lambda: rules.REQUISITION)
def countersign(entry: Draft, *, document: Requisition) -> None:
    """Open the second lock: hazardous goods leave only under two people's names."""
    if document.receiver_id == entry.by.pk:
        raise Denied(_("領用人自己不能會簽，請由另一個人來。"))
    if not any(keeping_of(line.item).is_hazardous for line in _lines(document)):
        raise Refused(_("這張單上沒有危險品，不用會簽。"))
    entry.category = document.purpose_kind


def _stays_open(walked: Callable[..., None]) -> Callable[..., None]:
    """After handing out: a paper with something still to come stays open; one signed on the spot is finished."""

    @wraps(walked)
    def settled(entry: Draft, *, document: Requisition, **asked: Any) -> None:
        walked(entry, document=document, **asked)
        if document.still_to_come:
            move(entry, document, "partly")
        elif asked.get("drawing"):
            move(entry, document, "signed")

    return settled


@action("stores.issued", label=gettext_lazy("發放"), form=forms.Issue, rule=rules.may_hand_over)
@_stays_open
@walks(lambda: rules.REQUISITION)
def issue(entry: Draft, *, document: Requisition, quantities: dict[str, int], old_for_new: bool, drawing: str) -> None:
    """Hand out what was approved, or part of it; the receiver signs for it, and is not who hands out."""
    if document.receiver_id == entry.by.pk:
        raise Denied(_("發放人自己領用的，要由另一個人發放。"))
    lines = _lines(document)
    if (
        document.state != "unlocked"
        and value("stores.hazardous_needs_two", on=entry.occurred_on)
        and any(keeping_of(line.item).is_hazardous and line.outstanding for line in lines)
    ):
        raise Refused(_("單上有危險品，要雙人雙鎖：請另一個人先按「雙人會簽」。"))
    told = told_by_line(quantities, lines, field="quantities", most=lambda line: line.outstanding)
    document.keeper, document.keeper_name = entry.by, entry.by.name
    entry.changes(document, "keeper", "keeper_name")
    for line in lines:
        quantity = told.get(line.pk, line.outstanding)
        if quantity > line.outstanding:
            raise Refused(
                _("「%(name)s」還能發的是 %(left)d，不能發 %(told)d。")
                % {"name": line.item, "left": line.outstanding, "told": quantity},
                field="quantities",
            )
        if quantity:
            hand_out(entry, document, line.item, quantity=quantity, old_for_new=old_for_new)
            line.issued += quantity
            entry.changes(line, "issued")
    if not entry.lines:
        raise Refused(_("一件也沒有發。"), field="quantities")
    document.still_to_come = sum(line.outstanding for line in lines)
    entry.category = document.purpose_kind
    if drawing:
        _signed_on_the_spot(entry, document, drawing)


def hand_out(entry: Draft, document: Requisition, item: Item, *, quantity: int, old_for_new: bool) -> HandOut:
    """Move one item out of the store to whoever has it now, at the average, and write the row of the register."""
    assert document.place is not None
    kept = keeping_of(item)
    if kept.is_old_for_new and not old_for_new:
        raise Refused(
            _("「%(name)s」以舊換新：請先收回舊品，再勾「舊品已收回」。") % {"name": item}, field="old_for_new"
        )
    source = store_account(document.place)
    draw(entry, store=document.place, item=item, quantity=quantity)
    worth = stock.take(
        entry, item.commodity, source=source, target=_goes_to(document, is_durable=kept.is_durable), quantity=quantity
    )
    entry.measure("items", 1)
    row: HandOut = entry.creates(
        HandOut(
            requisition=document, item=item, issued_on=entry.occurred_on, quantity=quantity, value=worth,
            is_old_for_new=kept.is_old_for_new and old_for_new, is_custody=kept.is_durable,
        )
    )  # fmt: skip
    return row


def _goes_to(document: Requisition, *, is_durable: bool) -> Account:
    kind, holder = document.holder()
    return kept_by(kind, holder) if is_durable and holder is not None else used_by(kind, holder)


def _signed_on_the_spot(entry: Draft, document: Requisition, drawing: str) -> None:
    """The receiver signed on the keeper's screen: their signature, not the keeper's."""
    receiver = document.receiver
    assert receiver is not None
    entry.followed_by("stores.signed")
    sign_as(entry, document, step="stores.signed", signs_as="receiver", person=receiver, drawing=drawing)


@action("stores.issued_directly", label=gettext_lazy("當面發放"), form=forms.IssueDirectly, rule=rules.may_hand_over)
def issue_directly(
    entry: Draft,
    *,
    store: Place,
    lines: list[dict[str, Any]],
    receiver: Person,
    drawing: str,
    needed_on: date | None,
    **facts: Any,
) -> None:
    """Hand out small things at the counter. More than the quota, dear or dangerous goods go by request and approval."""
    if receiver == entry.by:
        raise Denied(_("發放人自己領用的，要由另一個人發放。"))
    items = known_items(lines)
    dangerous = [str(item) for item, _row in items if keeping_of(item).is_hazardous]
    if dangerous:
        raise Refused(
            _("「%(names)s」是危險品，不能當面發放。請走申領、審批、雙人會簽。") % {"names": "」「".join(dangerous)},
            field="lines",
        )
    paper = _requisition(entry, store=store, receiver=receiver, needed_on=None, state="issued", **facts)
    paper.goods = said((item, row["quantity"]) for item, row in items)
    over = excesses(paper, [(item, row["quantity"]) for item, row in items], day=entry.occurred_on)
    if over:
        raise Refused(_("超過定額：%(over)s。請走申領審批。") % {"over": "；".join(over)}, field="lines")
    paper.keeper, paper.keeper_name = entry.by, entry.by.name
    worth = 0
    for item, row in items:
        worth += hand_out(entry, paper, item, quantity=row["quantity"], old_for_new=row["old"]).value
        entry.creates(
            RequisitionLine(
                requisition=paper, item=item, quantity=row["quantity"], approved=row["quantity"], issued=row["quantity"]
            )
        )
    limit = value("stores.direct_issue_limit", on=entry.occurred_on)
    if worth > limit:
        raise Refused(
            _("這次共 %(worth)s 元，超過當面發放的上限 %(limit)s 元。請走申領審批。")
            % {"worth": numbers.yuan(worth), "limit": numbers.yuan(limit)},
            field="lines",
        )
    if drawing:
        paper.state = "signed"
        _signed_on_the_spot(entry, paper, drawing)
    ask(entry, paper)


@action("stores.signed", label=gettext_lazy("簽收"), form=forms.SignReceipt, rule=rules.receiver)
@walks(lambda: rules.REQUISITION)
def sign_receipt(entry: Draft, *, document: Requisition, drawing: str) -> None:
    """Sign that you have received the goods."""
    entry.category = document.purpose_kind


@action(
    "stores.closed_short", label=gettext_lazy("不再補發"), form=forms.RequisitionWithReason, rule=rules.may_hand_over
)
@walks(lambda: rules.REQUISITION)
def close_short(entry: Draft, *, document: Requisition, reason: str) -> None:
    """End a request of which only part was handed out."""
    entry.reason, entry.category = reason, document.purpose_kind


@action("stores.returned", label=gettext_lazy("退庫"), form=forms.ReturnLeft, rule=rules.may_return)
@walks(lambda: rules.REQUISITION)
def return_left(entry: Draft, *, document: Requisition, quantities: dict[str, int], note: str) -> None:
    """Take back into the store what was left over, at the price it went out at."""
    assert document.place is not None
    rows = list(locked(document.hand_outs.select_related("item", "item__commodity", "item__keeping")).order_by("-pk"))
    told = told_by_item(quantities, [row.item for row in rows], field="quantities")
    kind, holder = document.holder()
    for row in rows:
        part = min(told.get(row.item_id, 0), row.quantity - row.returned)
        if not part:
            continue
        told[row.item_id] -= part
        worth = stock.share(row.value - row.returned_value, quantity=part, of=row.quantity - row.returned)
        source = kept_by(kind, holder) if row.is_custody and holder is not None else used_by(kind, holder)
        if row.is_unbooked:
            source = unbooked()
        stock.put(
            entry, row.item.commodity, source=source, target=store_account(document.place), quantity=part, value=worth
        )
        put_back(entry, store=document.place, item=row.item, quantity=part)
        row.returned, row.returned_value = row.returned + part, row.returned_value + worth
        entry.changes(row, "returned", "returned_value")
    over = {row.item_id: row.item for row in rows if told.get(row.item_id)}
    if over:
        raise Refused(
            _("「%(names)s」退的比領的多。") % {"names": "」「".join(str(item) for item in over.values())},
            field="quantities",
        )
    if not entry.lines:
        raise Refused(_("沒有寫退回多少。"), field="quantities")
    entry.reason, entry.category = note, document.purpose_kind


@action(
    "stores.requisition_voided", label=gettext_lazy("作廢領用單"), form=forms.RequisitionWithReason, rule=rules.office
)
@walks(lambda: rules.REQUISITION)
def void_requisition(entry: Draft, *, document: Requisition, reason: str) -> None:
    """Void a requisition entered by mistake: kept, marked, and everything written about it reversed."""
    if document.receiver_id == entry.by.pk and document.hand_outs.exists():
        raise Denied(_("領用人自己不能作廢已經發放的領用單，請由總務處另一個人來辦。"))
    entry.reason = reason
    assert document.place is not None
    for row in document.hand_outs.select_related("item"):
        put_back(entry, store=document.place, item=row.item, quantity=row.quantity - row.returned)
    for line in document.lines.filter(issued__gt=0):
        line.issued = 0
        entry.changes(line, "issued")
    take_back(entry, document, reason=reason)


# Custody


def _kept(entry: Draft, *, holder: Person | None, school_class: SchoolClass | None, unit: Unit | None) -> Account:
    whose = holder or school_class or unit
    entry.place = getattr(whose, "campus", None)
    return kept_by(holder_kind(whose), whose)


@action("stores.custody_returned", label=gettext_lazy("退回保管物品"), form=forms.ReturnCustody, rule=rules.may_return)
def return_custody(entry: Draft, *, item: Item, quantity: int, store: Place, **whose: Any) -> None:
    """Take a durable thing off somebody's custody list and back into the store."""
    stock.take(entry, item.commodity, source=_kept(entry, **whose), target=store_account(store), quantity=quantity)
    entry.place = store


@action("stores.custody_handed", label=gettext_lazy("移交保管物品"), form=forms.PassCustody, rule=rules.may_return)
def pass_custody(entry: Draft, *, item: Item, quantity: int, to: Person, **whose: Any) -> None:
    """Hand a durable thing from one custody list to another person's; the keeper stands by as the third (SOD-9)."""
    if not to.is_active:
        raise Refused(_("%(name)s已經離職，不能保管。") % {"name": to}, field="to")
    if entry.by in (to, whose.get("holder")):
        raise Denied(_("移交要有監交人：交出、接收、監交是三個人。"))
    stock.take(entry, item.commodity, source=_kept(entry, **whose), target=kept_by("person", to), quantity=quantity)
