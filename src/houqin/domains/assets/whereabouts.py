"""Where how many of a card are, with what a unit of work has drafted so far."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from django.utils.translation import gettext as _

from houqin.foundation.journal.accounts import HOLDING_ROLES, account_of_place, is_asset
from houqin.foundation.journal.models import Account, Balance, Commodity, Place, PlaceKind
from houqin.foundation.journal.refused import Refused
from houqin.foundation.journal.writer import Draft, Unit, on_flush

from .models import AssetCard


def card_numbered(unit: Unit, number: str) -> AssetCard | None:
    """The card of that number, one waiting to be written in this very unit included."""
    waiting = (one for one in unit.creations if isinstance(one, AssetCard) and one.number == number)
    found = next(waiting, None)
    return found or AssetCard.objects.select_related("commodity", "place__campus").filter(number=number).first()


# Units of work of many rows, for which one reading of all numbers is cheaper than a question a row.
_BULK = frozenset({"import", "demo"})
_numbers: WeakKeyDictionary[Unit, set[str]] = WeakKeyDictionary()


def has_card(unit: Unit, number: str) -> bool:
    """Whether a card bears that number, in the book or in this unit; whatever an import took back again does not count."""
    if unit.via in _BULK:
        if unit not in _numbers:
            _numbers[unit] = set(AssetCard.objects.values_list("number", flat=True))
        if number not in _numbers[unit]:
            _numbers[unit].add(number)
            return False
    return card_numbered(unit, number) is not None


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


def drawn(unit: Unit, card: AssetCard, *, place: Place, quantity: int, pending: str = "") -> list[tuple[Account, int]]:
    """Whence ``quantity`` of a card is taken at ``place``: the place itself, and on a campus its rooms after it.

    A slip that names only a campus means what stands anywhere on it. What is missing there (待處理) is taken only where
    ``pending`` says so: "first", or "last". Refuses more than there is, naming card, place and what is held.
    """
    here = account_of_place(place)
    found = holdings(unit, card.commodity)
    missing = (
        [(one, held) for one, held in found.items() if one.role == "pending" and is_at(one, place)] if pending else []
    )
    wanted = [(one, held) for one, held in found.items() if one == here]
    if place.kind == PlaceKind.CAMPUS:
        rooms = [
            (one, held)
            for one, held in found.items()
            if one != here and one.role in {"place", "store"} and one.campus_id == place.pk
        ]
        wanted += sorted(rooms, key=lambda pair: (-pair[1], pair[0].pk))
    wanted = [*missing, *wanted] if pending == "first" else [*wanted, *missing]
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


def is_at(one: Account, place: Place) -> bool:
    """Whether an account stands for ``place``, or for anything on it where it is a campus."""
    return one.place_id == place.pk or (place.kind == PlaceKind.CAMPUS and one.campus_id == place.pk)


# The entries that take fixed assets off the book; a reversal is asked by whoever takes a paper back.
_OUT = frozenset({"assets.disposed"})


@on_flush
def assets_leave_with_their_approval(unit: Unit) -> None:
    """A08-1, whatever the verb and the domain: a fixed asset leaves the book by an approved disposal and no other way."""
    for draft in unit.written:
        if draft.kind in _OUT or draft.reverses is not None:
            continue
        for line in draft.lines:
            leaves = line.source.role in HOLDING_ROLES and line.target.role not in HOLDING_ROLES
            if leaves and is_asset(line.commodity):
                raise Refused(
                    _("「%(name)s」是固定資產，要有處置批覆文號才能出賬。請先辦「申請報廢(處置)」。")
                    % {"name": line.commodity}
                )


def settle_place(entry: Draft, card: AssetCard, target: Place) -> None:
    """Where all of a card has gone to one place, the card lies there."""
    held = holdings(entry.unit, card.commodity)
    if set(held) == {account_of_place(target)} and card.place != target:
        card.place, card.campus = target, target.campus_or_self()
        entry.changes(card, "place", "campus")
