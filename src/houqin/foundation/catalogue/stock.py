"""Goods with what they are worth: every movement of an item carries its value along, at the moving average.

The quantity moves as lines of the item's commodity; the value moves between the same two accounts as lines of the
commodity ``value:<commodity>``, in 分. So a store's quantity and value for any days are one sum over lines, and the
average price is value balance ÷ quantity balance. A paper of an earlier day takes the average of its own day and only
what was there from that day on; it re-prices nothing that was written since. Whoever takes goods out of a store, whatever the domain, uses
:func:`take`; what comes from outside with a price of its own uses :func:`put`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from weakref import WeakKeyDictionary

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from houqin.foundation.journal.models import Account, Balance, Book, Commodity, Line
from houqin.foundation.journal.refused import Refused
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
    # (account, commodity) → day → what came less what went, for papers of earlier days.
    days: dict[tuple[int, int], dict[date, int]] = field(default_factory=dict)
    dated: set[int] = field(default_factory=set)
    has_read: bool = False
    is_locked: bool = False
    # Drafts counted into ``held`` and not yet written; where the last is gone, its rows were taken back.
    applied: list[Draft] = field(default_factory=list)


def _leaving(*, now: tuple[int, int], then: tuple[int, int], quantity: int, told: int | None) -> int:
    """What so many pieces take along, of what there is ``now`` and was ``then``: (pieces, value) each.

    The last piece of the book empties it, but not below what the day itself had: what a later paper took too dear or too
    cheap stays to be seen (stores.value_follows_goods) and is cleared with a reason.
    """
    (pieces_now, value_now), (pieces_then, value_then) = now, then
    value = share(value_then, quantity=quantity, of=pieces_then)
    if told is not None and quantity < pieces_then:
        value = told
    if quantity == pieces_now and pieces_then > pieces_now and value_now <= value_then:
        value = value_now
    return min(value, value_now)


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


def _days(unit: Unit, account: Account, commodity: Commodity) -> dict[date, int]:
    """What came less what went on each day, with what this unit has drafted so far."""
    known = _memory(unit)
    key = (account.pk, commodity.pk)
    if account.pk in known.dated or key in known.days:
        return known.days.setdefault(key, {})
    _lock(known)
    lines = Line.objects.filter(Q(target=account) | Q(source=account))
    if unit.via in _BULK:
        known.dated.add(account.pk)
    else:
        lines = lines.filter(commodity=commodity)
    for moved, day, target, total in (
        lines.order_by().values_list("commodity", "entry__occurred_on", "target").annotate(total=Sum("quantity"))
    ):
        of = known.days.setdefault((account.pk, moved), {})
        of[day] = of.get(day, 0) + (total if target == account.pk else -total)
    for draft in unit.drafts:
        for line in draft.lines:
            if account in (line.target, line.source) and (account.pk in known.dated or line.commodity == commodity):
                of = known.days.setdefault((account.pk, line.commodity.pk), {})
                step = line.quantity if line.target == account else -line.quantity
                of[draft.occurred_on] = of.get(draft.occurred_on, 0) + step
    return known.days.setdefault(key, {})


def on_day(unit: Unit, account: Account, commodity: Commodity, day: date) -> tuple[int, int]:
    """What ``account`` held at the end of ``day``, and the least it held from then on."""
    running = lowest = held(unit, account, commodity)
    if day < unit.today and account.role == "store":
        for moved_on, change in sorted(_days(unit, account, commodity).items(), reverse=True):
            if moved_on <= day:
                break
            running -= change
            lowest = min(lowest, running)
    return running, lowest


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


def take(
    entry: Draft, commodity: Commodity, *, source: Account, target: Account, quantity: int, told: int | None = None
) -> int:
    """Move ``quantity`` out of ``source`` with its share of the value of that day, and give that value in 分.

    The share is rounded half up; the last piece takes what is left, so nothing stays on the book without goods. ``told``
    is what a sheet of the past says it was worth: kept, unless the last piece goes. Refuses more than is there, or than
    was there on the day and ever since (D02-1), in words.
    """
    unit = entry.unit
    for look in _GUARDS:
        look(entry, commodity, source)
    there = held(unit, source, commodity)
    if source.floor is not None and there - quantity < source.floor:
        raise shortage(source.pk, commodity.pk, held=there, wanted=quantity)
    of_day, lowest = on_day(unit, source, commodity, entry.occurred_on)
    if source.role == "store" and lowest < quantity:
        raise Refused(
            _("%(day)s 那天起「%(name)s」最少時只有 %(held)d%(counter)s，不能補記發出 %(quantity)d%(counter)s。請核對日期，或先補記入庫。")
            % {
                "day": entry.occurred_on, "name": commodity, "held": lowest, "counter": commodity.counter,
                "quantity": quantity,
            },
            field="quantity",
        )  # fmt: skip
    worth = value_of(unit, commodity)
    value = _leaving(
        now=(there, held(unit, source, worth)),
        then=(of_day, on_day(unit, source, worth, entry.occurred_on)[0]),
        quantity=quantity,
        told=told,
    )
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
        if key in known.days or account.pk in known.dated:
            of = known.days.setdefault(key, {})
            of[entry.occurred_on] = of.get(entry.occurred_on, 0) + step
    if not known.applied or known.applied[-1] is not entry:
        known.applied.append(entry)


__all__ = ["VALUE", "guards", "held", "item_of", "on_day", "put", "share", "take", "value_of"]
