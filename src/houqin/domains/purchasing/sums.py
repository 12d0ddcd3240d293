"""What the book already knows about an item or a category: stock, last price, the running sum of a fiscal year."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from django.db.models import QuerySet, Sum

from houqin.foundation.catalogue.models import Item
from houqin.foundation.journal.models import Balance
from houqin.foundation.org.models import Party

from . import rules, terms
from .models import Contract, Order, OrderLine
from .terms import Method


def on_hand(item: Item) -> int:
    """What all stores together hold of an item now, in pieces."""
    found = Balance.objects.filter(account__role="store", commodity_id=item.commodity_id).aggregate(n=Sum("quantity"))
    return found["n"] or 0


def all_on_hand(commodities: Iterable[int]) -> dict[int, int]:
    """What all stores together hold now of each commodity (by key), in pieces; one question."""
    rows = Balance.objects.filter(account__role="store", commodity__in=set(commodities))
    return dict(rows.values_list("commodity").annotate(n=Sum("quantity")))


def last_price(item: Item, *, before: date, leaving_out: Order | None = None) -> int | None:
    """The unit price (分) last paid for an item, or None where it was never bought through here."""
    found = OrderLine.objects.filter(item=item, order__opened_on__lte=before, price__gt=0).exclude(
        order__state="cancelled"
    )
    return found.order_by("-order__opened_on", "-pk").values_list("price", flat=True).first()


def running_sum(category: str, *, year: int, weaker_than: str) -> int:
    """分 ordered of a category in a fiscal year by methods weaker than ``weaker_than``; cancelled orders left out."""
    strength = terms.STRENGTH[Method(weaker_than)]
    weaker: Collection[str] = [str(method) for method, own in terms.STRENGTH.items() if own < strength]
    # What is ordered under a contract is counted with the contract.
    found = Order.objects.filter(category=category, opened_on__year=year, method__in=[*weaker, ""])
    ordered = found.filter(contract__isnull=True).exclude(state="cancelled").aggregate(n=Sum("amount"))["n"] or 0
    signed = sum(
        one.ceiling
        for one in _live_contracts().filter(opened_on__year=year)
        if one.bought_as() == category and one.method() in [*weaker, ""]
    )
    return ordered + signed


def _live_contracts() -> QuerySet[Contract]:
    """Contracts signed here; those of past ledgers say nothing of how they came about."""
    return Contract.objects.filter(supplier__isnull=False).exclude(state="recorded").select_related("plan", "tender")


def bound_lately(category: str, *, supplier: Party, on: date, days: int) -> list[int]:
    """Each amount (分) bound with a supplier in a category within ``days`` up to and with ``on``, by order or contract."""
    since = on - timedelta(days=days - 1)
    orders = Order.objects.filter(
        category=category, supplier=supplier, contract__isnull=True, opened_on__gte=since, opened_on__lte=on
    ).exclude(state__in=("cancelled", "recorded"))
    contracts = _live_contracts().filter(supplier=supplier, opened_on__gte=since, opened_on__lte=on)
    signed = [one.ceiling for one in contracts if one.bought_as() == category]
    return [*orders.values_list("amount", flat=True), *signed]


def passed_limit(category: str, *, method: str, amount: int, on: date) -> tuple[int, int, str] | None:
    """(sum so far, limit, method wanted) of the first limit that orders of the year pass together with this one (P02).

    Only orders by a method weaker than the limit's count: what was competed properly is no piece of a split. The mall
    and framework agreements count towards the tender limit only.
    """
    for wanted, limit in rules.limits(category, on=on):
        if terms.STRENGTH[Method(method)] >= terms.STRENGTH[Method(wanted)]:
            continue
        if method in (Method.MALL, Method.FRAMEWORK) and terms.STRENGTH[Method(wanted)] < 3:
            continue
        so_far = running_sum(category, year=on.year, weaker_than=wanted)
        if so_far and so_far + amount >= limit:
            return so_far, limit, wanted
    return None
