"""Batches follow goods that another domain moves: a repair's parts, what a count found missing, what a van brought.

The journal holds the whole balance of an item; a batch is what is left of one lot. The stores' own verbs draw the batch
they hand out; where a paper of the past does not say which, no lot is left with more than the balance. Every other entry
that takes goods out of a store, or brings them in, is seen here in the transaction that writes it, so batches and balances
cannot part company.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import F

from houqin.foundation.catalogue.models import Item
from houqin.foundation.journal.actions import locked
from houqin.foundation.journal.models import Account, Balance
from houqin.foundation.journal.vouching import rewrite_rows
from houqin.foundation.journal.writer import Unit, on_flush

from .models import Batch

OWN = "stores."
# Accounts of what is lost and no more used: it may have been any lot, so the one that expires first is gone.
LOSING = frozenset({"loss", "lost"})


@dataclass
class _Moved:
    """What a flush took of one commodity out of one store: pieces used, lost, sent to other stores; and what came in."""

    day: date
    used: int = 0
    lost: int = 0
    sent: dict[int, int] = field(default_factory=dict)
    came: int = 0


@on_flush
def follow(unit: Unit) -> None:
    """Draw the batches of what others than the stores moved in this flush."""
    moved: dict[tuple[int, int], _Moved] = {}
    for draft in unit.written:
        is_own = draft.kind.startswith(OWN)
        for line in draft.lines:
            source, target = line.source.role == "store", line.target.role == "store"
            if source:
                one = moved.setdefault((line.source.pk, line.commodity.pk), _Moved(draft.occurred_on))
                if is_own:
                    continue
                if target:
                    one.sent[line.target.pk] = one.sent.get(line.target.pk, 0) + line.quantity
                elif line.target.role in LOSING:
                    one.lost += line.quantity
                else:
                    one.used += line.quantity
            elif target and not is_own:
                one = moved.setdefault((line.target.pk, line.commodity.pk), _Moved(draft.occurred_on))
                one.came += line.quantity
    if moved:
        _follow(moved)


def _follow(moved: dict[tuple[int, int], _Moved]) -> None:
    items = {
        item.commodity_id: item
        for item in Item.objects.filter(commodity__in={commodity for _store, commodity in moved})
    }
    stores = {
        account.pk: account
        for account in Account.objects.filter(
            pk__in={store for store, _commodity in moved} | {to for one in moved.values() for to in one.sent}
        )
    }
    lots: dict[tuple[int, int], list[Batch]] = {}
    rows = Batch.objects.filter(item__in=items.values(), store__in={one.place_id for one in stores.values()})
    for lot in locked(rows).order_by(F("expires_on").asc(nulls_last=True), "pk"):
        lots.setdefault((lot.store_id, lot.item_id), []).append(lot)
    if not lots:
        return
    held = {
        (store, commodity): quantity
        for store, commodity, quantity in Balance.objects.filter(account__in=stores, commodity__in=items).values_list(
            "account_id", "commodity_id", "quantity"
        )
    }
    changed = []
    for (store, commodity), one in moved.items():
        item, place = items.get(commodity), stores[store].place_id
        known = lots.get((place or 0, item.pk)) if item else None
        if item is None or not known:
            continue
        before = [lot.remaining for lot in known]
        _put_back(known, one.came)
        _draw(known, one.lost)
        for target, quantity in one.sent.items():
            for lot, part in _draw(known, quantity):
                _lay_in(stores[target], lot, quantity=part, day=one.day)
        # What is used up is good; what is past its day is touched only where nothing else can have gone.
        _draw([lot for lot in known if not lot.is_expired(one.day)], one.used)
        _draw(known, max(sum(lot.remaining for lot in known) - held.get((store, commodity), 0), 0))
        changed += [lot for lot, was in zip(known, before, strict=True) if lot.remaining != was]
    rewrite_rows(changed, "remaining")


def _draw(lots: Iterable[Batch], quantity: int) -> list[tuple[Batch, int]]:
    """Take ``quantity`` off the lots in their order, as far as they reach: the rest lies there without a batch."""
    taken = []
    for lot in lots:
        part = min(lot.remaining, quantity)
        if part:
            lot.remaining -= part
            quantity -= part
            taken.append((lot, part))
    return taken


def _put_back(lots: list[Batch], quantity: int) -> None:
    """What comes back or is found belongs to a lot that has gone out, the latest first; more than that has no batch."""
    for lot in reversed(lots):
        part = min(lot.received - lot.remaining, quantity)
        lot.remaining += part
        quantity -= part


def _lay_in(store: Account, lot: Batch, *, quantity: int, day: date) -> None:
    assert store.place_id is not None
    Batch.objects.create(
        store_id=store.place_id, item_id=lot.item_id, number=lot.number, expires_on=lot.expires_on, received_on=day,
        received=quantity, remaining=quantity,
    )  # fmt: skip
