"""Goods with what they are worth: every movement of an item carries its value along, at the moving average.

The quantity moves as lines of the item's commodity; the value moves between the same two accounts as lines of the
commodity ``value:<commodity>``, in 分. So a store's quantity and value for any days are one sum over lines, and the
average price is value balance ÷ quantity balance. Whoever takes goods out of a store, whatever the domain, uses
:func:`take`; what comes from outside with a price of its own uses :func:`put`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from houqin.foundation.journal.models import Account, Balance, Book, Commodity
from houqin.foundation.journal.writer import Draft, Unit, on_flush, shortage

from .items import item_key, item_named
from .models import Item

# The roll-up category of every value commodity, for figures of money.
VALUE = "value"
# Units of work of many rows, for which one reading of the tables is cheaper than a question a row.
_BULK = frozenset({"import", "demo"})


@dataclass
class _Memory:
    """What one unit of work knows of balances, values and items, with its own drafts counted in."""

    held: dict[tuple[int, int], int] = field(default_factory=dict)
    whole: set[int] = field(default_factory=set)
    values: dict[int, Commodity] = field(default_factory=dict)
    items: dict[str, Item] = field(default_factory=dict)
    has_read: bool = False
    is_locked: bool = False
    # Drafts counted into ``held`` and not yet written; where the last is gone, its rows were taken back.
    applied: list[Draft] = field(default_factory=list)


Guard = Callable[[Draft, Commodity, Account], None]
_GUARDS: list[Guard] = []
_memories: WeakKeyDictionary[Unit, _Memory] = WeakKeyDictionary()


def _memory(unit: Unit) -> _Memory:
    known = _memories.get(unit)
    if known is None or (known.applied and not any(one is known.applied[-1] for one in reversed(unit.drafts))):
        known = _memories[unit] = _Memory(is_locked=known.is_locked if known else False)
    return known


@on_flush
def _count_as_written(unit: Unit) -> None:
    known = _memories.get(unit)
    if known is not None:
        known.applied.clear()


def _lock(known: _Memory) -> None:
    """Hold the book from here on: an average read now must still be true when the lines are written."""
    if not known.is_locked:
        Book.objects.select_for_update().first()
        known.is_locked = True


def held(unit: Unit, account: Account, commodity: Commodity) -> int:
    """What ``account`` holds of ``commodity``, with what this unit has drafted so far; smallest units."""
    known = _memory(unit)
    key = (account.pk, commodity.pk)
    if key in known.held:
        return known.held[key]
    _lock(known)
    if unit.via in _BULK:
        if account.pk not in known.whole:
            known.whole.add(account.pk)
            rows = Balance.objects.filter(account=account).values_list("commodity_id", "quantity")
            known.held.update({(account.pk, commodity_id): quantity for commodity_id, quantity in rows})
            for moved, change in _pending(unit, account):
                known.held[moved] = known.held.get(moved, 0) + change
        return known.held.setdefault(key, 0)
    found = Balance.objects.filter(account=account, commodity=commodity).values_list("quantity", flat=True).first()
    known.held[key] = (found or 0) + sum(change for moved, change in _pending(unit, account) if moved == key)
    return known.held[key]


def _pending(unit: Unit, account: Account) -> Iterator[tuple[tuple[int, int], int]]:
    """What the unit has drafted for ``account`` and not yet written: ((account, commodity), change)."""
    for draft in unit.drafts:
        for line in draft.lines:
            if line.target == account:
                yield (account.pk, line.commodity.pk), line.quantity
            elif line.source == account:
                yield (account.pk, line.commodity.pk), -line.quantity


def value_of(unit: Unit, commodity: Commodity) -> Commodity:
    """The commodity that carries the worth of ``commodity``, in 分."""
    known = _memory(unit)
    if unit.via in _BULK and not known.has_read:
        _read_all(known)
    if commodity.pk not in known.values:
        known.values[commodity.pk], _created = Commodity.objects.get_or_create(
            code=f"value:{commodity.pk}",
            defaults={"name": f"{commodity.name}（金額）"[:200], "counter": "元", "decimals": 2, "category": VALUE},
        )
    return known.values[commodity.pk]


def _read_all(known: _Memory) -> None:
    known.has_read = True
    for one in Commodity.objects.filter(category=VALUE, code__startswith="value:"):
        known.values[int(one.code.partition(":")[2])] = one
    for item in Item.objects.select_related("commodity"):
        known.items[item.folded] = item


def item_of(unit: Unit, name: str, *, specification: str = "", counter: str = "", category: str = "") -> Item:
    """The catalogue's item of that name, made where it is new; asked once a unit of work. See ``item_named``."""
    known = _memory(unit)
    if unit.via in _BULK and not known.has_read:
        _read_all(known)
    key = item_key(name, specification)
    if key not in known.items:
        known.items[key] = item_named(name, specification=specification, counter=counter, category=category)
    return known.items[key]


def put(entry: Draft, commodity: Commodity, *, source: Account, target: Account, quantity: int, value: int) -> None:
    """Move ``quantity`` worth ``value`` 分 in all, its worth being told and not the average of the source."""
    _move(entry, commodity, source=source, target=target, quantity=quantity)
    if value:
        _move(entry, value_of(entry.unit, commodity), source=source, target=target, quantity=value)


def take(entry: Draft, commodity: Commodity, *, source: Account, target: Account, quantity: int) -> int:
    """Move ``quantity`` out of ``source`` with its share of the value, and give that value in 分.

    The share is rounded half up; the last piece takes what is left, so nothing stays on the book without goods.
    Refuses more than is there, in words.
    """
    unit = entry.unit
    for look in _GUARDS:
        look(entry, commodity, source)
    there = held(unit, source, commodity)
    if source.floor is not None and there - quantity < source.floor:
        raise shortage(source.pk, commodity.pk, held=there, wanted=quantity)
    worth = value_of(unit, commodity)
    value = share(held(unit, source, worth), quantity=quantity, of=there)
    _move(entry, commodity, source=source, target=target, quantity=quantity)
    if value:
        _move(entry, worth, source=source, target=target, quantity=value)
    return value


def guards(look: Guard) -> Guard:
    """Have ``look`` asked before goods are taken out of anywhere, whatever the domain; it refuses by raising Refused."""
    _GUARDS.append(look)
    return look


def share(value: int, *, quantity: int, of: int) -> int:
    """The part of ``value`` that ``quantity`` pieces out of ``of`` carry, whole 分, half up."""
    if of <= 0 or value <= 0:
        return 0
    if quantity >= of:
        return value
    return (2 * value * quantity + of) // (2 * of)


def _move(entry: Draft, commodity: Commodity, *, source: Account, target: Account, quantity: int) -> None:
    entry.line(commodity, source=source, target=target, quantity=quantity)
    known = _memory(entry.unit)
    for account, step in ((source, -quantity), (target, quantity)):
        key = (account.pk, commodity.pk)
        if key in known.held or account.pk in known.whole:
            known.held[key] = known.held.get(key, 0) + step
    if not known.applied or known.applied[-1] is not entry:
        known.applied.append(entry)


__all__ = ["VALUE", "guards", "held", "item_of", "put", "share", "take", "value_of"]
