"""Every write of fixed assets, as a verb."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.catalogue.vocabulary import GOODS
from houqin.foundation.journal.accounts import HOLDING_ROLES, account, account_of_place
from houqin.foundation.journal.actions import action
from houqin.foundation.journal.models import Account, Balance, Commodity, Place, PlaceKind
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.journal.writer import Draft, Unit
from houqin.foundation.org.directory import Directory
from houqin.foundation.org.models import Person
from houqin.foundation.signing.routes import ask, next_number, walks
from houqin.kit.text import fold

from . import forms, rules
from .forms import Written
from .models import AssetCard, Transfer


def _named(field: str, written: Written) -> dict[str, Any]:
    return {f"{field}_name": written.name[:120], field: written.person}


# Cards ------------------------------------------------------------------------------------------------------------


@action("assets.added", label=gettext_lazy("新增資產卡片"), form=forms.AddCard, rule=rules.keeps_assets)
def add_card(entry: Draft, **facts: Any) -> None:
    """Open a card for a thing or a batch of like things, and put it where it stands."""
    _add_card(entry, **facts)


@action(
    "assets.card_imported", label=gettext_lazy("登記過往卡片"), form=forms.AddCard, rule=rules.keeps_assets, hidden=True
)
def import_card(entry: Draft, **facts: Any) -> None:
    """Take in a row of the book of fixed assets."""
    _add_card(entry, **facts)


def _add_card(
    entry: Draft,
    *,
    number: str,
    name: str,
    specification: str,
    counter: str,
    quantity: int,
    value: int | None,
    way: str,
    custodian: Written,
    place: Place,
    note: str,
    **facts: Any,
) -> None:
    entry.kind = "assets.added"
    number = number or next_number(AssetCard, entry.occurred_on)
    if _card(entry.unit, number) is not None:
        raise Refused(
            _("資產編號 %(number)s 已經有卡片。請查看原卡片，或換一個編號。") % {"number": number}, field="number"
        )
    category = GOODS.find(name)
    counter = counter or (GOODS.terms[category].counter if category else "")
    # Each card is a commodity of its own, so that its quantity may lie in several places.
    commodity: Commodity = entry.creates(
        Commodity(
            code=f"asset:{number}"[:80],
            name=f"{name} {specification}".strip()[:200],
            counter=counter,
            category=category,
        )
    )
    means = rules.WAYS_IN.find(way) or ("bought" if not way else "other")
    entry.category, entry.place = means, place
    entry.document = entry.creates(
        AssetCard(
            number=number,
            state="held",
            opened_on=entry.occurred_on,
            opened_by=entry.by,
            place=place,
            campus=place.campus_or_self(),
            note=note,
            commodity=commodity,
            name=name,
            specification=specification,
            counter=counter,
            quantity=quantity,
            value=value,
            way=way,
            **_named("custodian", custodian),
            **facts,
        )
    )
    entry.line(
        commodity,
        source=account("outside", means, name=rules.WAYS_IN.label(means)),
        target=account_of_place(place),
        quantity=quantity,
    )
    if value:
        entry.measure("value", value)


def _card(unit: Unit, number: str) -> AssetCard | None:
    """The card of that number, one waiting to be written in this very unit included."""
    waiting = (one for one in unit.creations if isinstance(one, AssetCard) and one.number == number)
    found = next(waiting, None)
    return found or AssetCard.objects.select_related("commodity", "place__campus").filter(number=number).first()


def holdings(unit: Unit, commodity: Commodity) -> dict[Account, int]:
    """What lies where of a card, with what this unit has drafted so far; accounts that hold something, in smallest units."""
    held: dict[Account, int] = {}
    if commodity.pk is not None:
        rows = Balance.objects.filter(commodity=commodity, account__role__in=HOLDING_ROLES, quantity__gt=0)
        for balance in rows.select_related("account", "account__campus"):
            held[balance.account] = balance.quantity
    for draft in unit.drafts:
        for line in draft.lines:
            if line.commodity is commodity or (commodity.pk is not None and line.commodity.pk == commodity.pk):
                for end, step in ((line.source, -line.quantity), (line.target, line.quantity)):
                    if end.role in HOLDING_ROLES:
                        held[end] = held.get(end, 0) + step
    return {one: quantity for one, quantity in held.items() if quantity > 0}


def drawn(unit: Unit, card: AssetCard, *, place: Place, quantity: int) -> list[tuple[Account, int]]:
    """Whence ``quantity`` of a card is taken at ``place``: the place itself, and on a campus its rooms after it.

    A slip that names only a campus means what stands anywhere on it. Refuses more than there is, naming card, place and
    what is held.
    """
    here = account_of_place(place)
    found = holdings(unit, card.commodity)
    wanted = [(one, held) for one, held in found.items() if one == here]
    if place.kind == PlaceKind.CAMPUS:
        rooms = [
            (one, held)
            for one, held in found.items()
            if one != here and one.role in {"place", "store"} and one.campus_id == place.pk
        ]
        wanted += sorted(rooms, key=lambda pair: (-pair[1], pair[0].pk))
    left, taken = quantity, []
    for one, held in wanted:
        part = min(held, left)
        if part:
            taken.append((one, part))
            left -= part
    if left:
        raise Refused(
            _(
                "資產卡片 %(number)s「%(card)s」在「%(place)s」只有%(held)s%(counter)s，不夠%(quantity)s%(counter)s。請核對數量和存放地點。"
            )
            % {
                "number": card.number,
                "card": card.title(),
                "place": place,
                "held": quantity - left,
                "quantity": quantity,
                "counter": card.counter,
            },
            field="quantity",
        )
    return taken


def _settle_place(entry: Draft, card: AssetCard, target: Place) -> None:
    """Where all of a card has gone to one place, the card lies there."""
    held = holdings(entry.unit, card.commodity)
    if set(held) == {account_of_place(target)} and card.place != target:
        card.place, card.campus = target, target.campus_or_self()
        entry.changes(card, "place", "campus")


# Transfers --------------------------------------------------------------------------------------------------------


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


@action("assets.transferred", label=gettext_lazy("調入清點"), form=forms.ReceiveTransfer, rule=rules.handles_assets)
@walks(lambda: rules.TRANSFER)
def receive_transfer(entry: Draft, *, document: Transfer, received_quantity: int | None, shortage_reason: str) -> None:
    """Count what arrived; what is missing is written off with its reason. Nothing is created or lost unseen (A06)."""
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
            target=account("disposed", "lost", name=rules.WAYS_OUT.label("lost")),
            quantity=missing,
        )
        lost.measure("value", document.card.value_of(missing))
    document.receiver, document.receiver_name = entry.by, entry.by.name
    document.received_on, document.received_quantity = entry.occurred_on, received
    entry.changes(document, "receiver", "receiver_name", "received_on", "received_quantity")
    _settle_place(entry, document.card, document.place)


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
    moved = _card(entry.unit, card)
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
            **_named("sender", sender),
            **_named("receiver", receiver),
            **_named("manager", manager),
            **_named("accountant", accountant),
            **_named("approver", approver),
        )
    )
    for account_from, part in drawn(entry.unit, moved, place=source, quantity=quantity):
        entry.line(moved.commodity, source=account_from, target=account_of_place(target), quantity=part)
    _settle_place(entry, moved, target)


def _number_of_line(unit: Unit, slip: str) -> str:
    """The number of the next document of a slip: DB001, then DB001-2 for the second thing on the same paper."""
    waiting = sum(1 for one in unit.creations if isinstance(one, Transfer) and one.slip == slip)
    known = Transfer.objects.filter(slip=slip).count() + waiting
    return slip if not known else f"{slip}-{known + 1}"


# Rooms, custodians, disposal --------------------------------------------------------------------------------------


@action("assets.moved_room", label=gettext_lazy("換存放地點"), form=forms.MoveRoom, rule=rules.handles_assets)
def move_room(entry: Draft, *, document: AssetCard, source: Place, target: Place, quantity: int) -> None:
    """Move some or all of a card to another room of the same campus; between campuses goes a transfer."""
    if source.campus_or_self() != target.campus_or_self():
        raise Refused(_("跨校區移動要開調撥單，雙方經手簽字。"), field="target")
    if source == target:
        raise Refused(_("原存放地點和新存放地點相同，沒有東西移動。"), field="target")
    entry.document, entry.place = document, target
    for account_from, part in drawn(entry.unit, document, place=source, quantity=quantity):
        if account_from != account_of_place(target):
            entry.line(document.commodity, source=account_from, target=account_of_place(target), quantity=part)
    _settle_place(entry, document, target)


@action(
    "assets.custodian_changed", label=gettext_lazy("更換保管人"), form=forms.ChangeCustodian, rule=rules.keeps_assets
)
def change_custodian(entry: Draft, *, document: AssetCard, custodian: Person, supervisor: Person, reason: str) -> None:
    """Hand a card over to another custodian before a supervisor, who is neither of the two (SOD-9)."""
    if custodian.pk == document.custodian_id:
        raise Refused(_("%(name)s已經是保管人。") % {"name": custodian}, field="custodian")
    if supervisor.pk in {custodian.pk, document.custodian_id}:
        raise Refused(_("監交人要是移交人和接收人以外的第三個人。"), field="supervisor")
    document.custodian, document.custodian_name = custodian, custodian.name
    entry.document, entry.place, entry.reason = document, document.place, reason
    entry.changes(document, "custodian", "custodian_name")


@action("assets.disposed", label=gettext_lazy("處置資產"), form=forms.Dispose, rule=rules.keeps_assets)
def dispose(
    entry: Draft,
    *,
    document: AssetCard,
    place: Place | None,
    quantity: int,
    way: str,
    approval_number: str,
    reason: str,
    early_reason: str,
    media_wiped: bool,
) -> None:
    """Write off what was scrapped, lost, sold or given away, once its approval number is known (A08-1…3)."""
    where = place or document.place
    if where is None:
        raise Refused(_("請寫存放地點。"), field="place")
    due = document.full_life_on()
    if due is not None and entry.occurred_on < due and not early_reason:
        raise Refused(_("規定年限到 %(day)s 才滿。未到年限處置要另寫說明。") % {"day": due}, field="early_reason")
    if document.commodity.category == "computer" and not media_wiped:
        raise Refused(_("電腦處置前要清除存儲介質。"), field="media_wiped")
    entry.document, entry.place, entry.category = document, where, way
    entry.reason = "；".join(part for part in (reason, early_reason, approval_number) if part)[:200]
    for account_from, part in drawn(entry.unit, document, place=where, quantity=quantity):
        entry.line(
            document.commodity,
            source=account_from,
            target=account("disposed", way, name=rules.WAYS_OUT.label(way)),
            quantity=part,
        )
    entry.measure("value", document.value_of(quantity))
    if not holdings(entry.unit, document.commodity):
        document.state, document.disposed_on = "disposed", entry.occurred_on
        entry.changes(document, "state", "disposed_on")


def known_transfer(cells: Mapping[str, Any], directory: Directory) -> Transfer | None:
    """The slip in the book that a row of a sheet is: same number on the paper, same card."""
    slip, card = str(cells.get("slip") or "").strip(), str(cells.get("card") or "").strip()
    if not slip or not card:
        return None
    return Transfer.objects.filter(slip=slip, card__number=card).first()
