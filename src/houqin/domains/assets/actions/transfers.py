"""Transfers from campus to campus: asked for, approved, sent, counted in; and past slips."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.accounts import account, account_of_place, pending_beside
from houqin.foundation.journal.actions import action
from houqin.foundation.journal.models import Account, Place
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.journal.spoken import kind_is_called
from houqin.foundation.journal.writer import Draft, Unit
from houqin.foundation.org.directory import Directory
from houqin.foundation.signing.routes import ask, next_number, walks
from houqin.foundation.signing.taking_back import take_back
from houqin.kit.text import fold

from .. import rules
from ..forms import transfers as forms
from ..forms.cards import Written
from ..models import AssetCard, Transfer
from ..whereabouts import card_numbered, drawn, settle_place

kind_is_called("assets.lost_in_transit", gettext_lazy("調運短少"))


@action(
    "assets.transfer_requested", label=gettext_lazy("申請調撥"), form=forms.RequestTransfer, rule=rules.asks_for_assets
)
def request_transfer(
    entry: Draft, *, card: AssetCard, source: Place, target: Place, quantity: int, reason: str, note: str
) -> None:
    """Ask for so many of a card to be moved from one campus to another."""
    if source == target:
        raise Refused(_("調出和調入是同一個地方，沒有東西移動。"), field="target")
    drawn(entry.unit, card, place=source, quantity=quantity)
    number = next_number(Transfer, entry.occurred_on)
    entry.place = target
    slip: Transfer = entry.creates(
        Transfer(
            number=number,
            slip=number,
            state="requested",
            opened_on=entry.occurred_on,
            opened_by=entry.by,
            place=target,
            campus=target.campus_or_self(),
            note=note,
            card=card,
            quantity=quantity,
            value=card.value_of(quantity) or None,
            source=source,
            reason=reason,
        )
    )
    entry.document = slip
    ask(entry, slip)


@action("assets.transfer_approved", label=gettext_lazy("批准調撥"), form=forms.ApproveTransfer, rule=rules.approves)
@walks(lambda: rules.TRANSFER)
def approve_transfer(entry: Draft, *, document: Transfer, approval_number: str) -> None:
    """Approve a transfer somebody else asked for."""
    document.approver, document.approver_name = entry.by, entry.by.name
    document.approval_number = approval_number
    entry.changes(document, "approver", "approver_name", "approval_number")


def _transit(document: Transfer) -> Account:
    """What is on the way from the campus that sent it."""
    campus = document.source.campus_or_self() or document.source
    return account("transit", campus.pk, name=_("%(campus)s調出在途") % {"campus": campus}, place=campus)


@action("assets.sent", label=gettext_lazy("調出"), form=forms.SendTransfer, rule=rules.handles_assets)
@walks(lambda: rules.TRANSFER)
def send_transfer(entry: Draft, *, document: Transfer) -> None:
    """Hand the things over to the carrier: from here on they are in transit, and seen to be."""
    entry.place = document.source
    for source, quantity in drawn(entry.unit, document.card, place=document.source, quantity=document.quantity):
        entry.line(document.card.commodity, source=source, target=_transit(document), quantity=quantity)
    document.sender, document.sender_name, document.sent_on = entry.by, entry.by.name, entry.occurred_on
    entry.changes(document, "sender", "sender_name", "sent_on")


@action(
    "assets.transfer_recalled", label=gettext_lazy("撤回調出"), form=forms.RecallTransfer, rule=rules.handles_assets
)
@walks(lambda: rules.TRANSFER)
def recall_transfer(entry: Draft, *, document: Transfer, reason: str) -> None:
    """Call back what is on the way and was not counted in: it stands again in the rooms it came from."""
    entry.place, entry.reason = document.source, reason
    document.sender, document.sender_name, document.sent_on = None, "", None
    entry.changes(document, "sender", "sender_name", "sent_on")
    take_back(entry, document, reason=reason, kinds=("assets.sent",))


@action("assets.transferred", label=gettext_lazy("調入清點"), form=forms.ReceiveTransfer, rule=rules.handles_assets)
@walks(lambda: rules.TRANSFER)
def receive_transfer(entry: Draft, *, document: Transfer, received_quantity: int | None, shortage_reason: str) -> None:
    """Count what arrived; what is missing waits for its disposal to be approved. Nothing is created or lost unseen (A06, A08-1)."""
    received = document.quantity if received_quantity is None else received_quantity
    if received > document.quantity:
        raise Refused(
            _("調出的是%(sent)s%(counter)s，不會收到%(received)s%(counter)s。請重新清點。")
            % {"sent": document.quantity, "received": received, "counter": document.card.counter},
            field="received_quantity",
        )
    if document.sent_on and entry.occurred_on < document.sent_on:
        raise Refused(_("調入日期不能早於調出日期 %(day)s。") % {"day": document.sent_on}, field="occurred_on")
    missing = document.quantity - received
    if missing and not shortage_reason:
        raise Refused(
            _("少了%(missing)s%(counter)s，請寫明短少原因。") % {"missing": missing, "counter": document.card.counter},
            field="shortage_reason",
        )
    assert document.place is not None
    if received:
        entry.line(
            document.card.commodity,
            source=_transit(document),
            target=account_of_place(document.place),
            quantity=received,
        )
    if missing:
        lost = entry.followed_by("assets.lost_in_transit")
        lost.reason = shortage_reason
        lost.line(
            document.card.commodity,
            source=_transit(document),
            target=pending_beside(_transit(document)),
            quantity=missing,
        )
        lost.measure("value", document.card.value_of(missing))
    document.receiver, document.receiver_name = entry.by, entry.by.name
    document.received_on, document.received_quantity = entry.occurred_on, received
    entry.changes(document, "receiver", "receiver_name", "received_on", "received_quantity")
    settle_place(entry, document.card, document.place)


@action(rules.EXCUSED, label=gettext_lazy("批准職務例外"), form=forms.ExcuseTransfer, rule=rules.excuses)
@walks(lambda: rules.TRANSFER)
def excuse_transfer(entry: Draft, *, document: Transfer, reason: str) -> None:
    """Let one person do two steps of this transfer in a school too small to separate; signed, printed, counted (SOD-3)."""
    entry.reason = reason


@action(
    "assets.transfer_withdrawn", label=gettext_lazy("撤回調撥"), form=forms.WithdrawTransfer, rule=rules.asks_for_assets
)
@walks(lambda: rules.TRANSFER)
def withdraw_transfer(entry: Draft, *, document: Transfer, reason: str) -> None:
    """Take back a request whose things have not left yet: whoever asked, or whoever keeps the assets."""
    if document.opened_by_id != entry.by.pk and not rules.keeps_assets(entry.by):
        raise Denied(_("這張調撥單要由申請人或資產管理員撤回。"))
    entry.reason = reason


@action(
    "assets.transfer_imported",
    label=gettext_lazy("登記過往調撥"),
    form=forms.ImportTransfer,
    rule=rules.keeps_assets,
    hidden=True,
)
def import_transfer(
    entry: Draft,
    *,
    slip: str,
    source: Place,
    target: Place,
    card: str,
    name: str,
    specification: str,
    counter: str,
    quantity: int,
    value: int | None,
    depreciation: int | None,
    net_value: int | None,
    reason: str,
    approval_number: str,
    sender: Written,
    receiver: Written,
    manager: Written,
    accountant: Written,
    approver: Written,
    note: str,
) -> None:
    """Take in a row of a past slip: signed by all, so the things went straight from one campus to the other."""
    entry.kind = "assets.transferred"
    moved = card_numbered(entry.unit, card)
    if moved is None:
        raise Refused(_("沒有資產編號為 %(number)s 的卡片。請先登記卡片。") % {"number": card}, field="card")
    if name and fold(name) != fold(moved.name):
        raise Refused(
            _("資產卡片 %(number)s 是「%(known)s」，調撥單上寫的是「%(told)s」。請核對資產編號。")
            % {"number": card, "known": moved.name, "told": name},
            field="name",
        )
    if counter and moved.counter and fold(counter) != fold(moved.counter):
        raise Refused(
            _("資產卡片 %(number)s 的單位是「%(known)s」，調撥單上寫的是「%(told)s」。請核對數量。")
            % {"number": card, "known": moved.counter, "told": counter},
            field="counter",
        )
    if entry.occurred_on < moved.opened_on:
        raise Refused(
            _("調撥日期 %(day)s 早於資產 %(number)s 的取得日期 %(opened)s。請核對日期。")
            % {"day": entry.occurred_on, "number": card, "opened": moved.opened_on},
            field="occurred_on",
        )
    slip = slip or next_number(Transfer, entry.occurred_on)
    entry.place = target
    entry.document = entry.creates(
        Transfer(
            number=_number_of_line(entry.unit, slip),
            slip=slip,
            state="received",
            opened_on=entry.occurred_on,
            opened_by=entry.by,
            place=target,
            campus=target.campus_or_self(),
            note=note,
            card=moved,
            quantity=quantity,
            received_quantity=quantity,
            value=value,
            depreciation=depreciation,
            net_value=net_value,
            source=source,
            reason=reason,
            approval_number=approval_number,
            sent_on=entry.occurred_on,
            received_on=entry.occurred_on,
            **sender.facts("sender"),
            **receiver.facts("receiver"),
            **manager.facts("manager"),
            **accountant.facts("accountant"),
            **approver.facts("approver"),
        )
    )
    for account_from, part in drawn(entry.unit, moved, place=source, quantity=quantity):
        entry.line(moved.commodity, source=account_from, target=account_of_place(target), quantity=part)
    settle_place(entry, moved, target)


def _number_of_line(unit: Unit, slip: str) -> str:
    """The number of the next document of a slip: DB001, then DB001-2 for the second thing on the same paper."""
    waiting = sum(1 for one in unit.creations if isinstance(one, Transfer) and one.slip == slip)
    known = Transfer.objects.filter(slip=slip).count() + waiting
    return slip if not known else f"{slip}-{known + 1}"


def known_transfer(cells: Mapping[str, Any], directory: Directory) -> Transfer | None:
    """The slip in the book that a row of a sheet is: same number on the paper, same card."""
    slip, card = str(cells.get("slip") or "").strip(), str(cells.get("card") or "").strip()
    if not slip or not card:
        return None
    return Transfer.objects.filter(slip=slip, card__number=card).first()
