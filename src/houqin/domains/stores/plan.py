"""What to buy: minimum stock and real consumption of the last days, calculated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, F, IntegerField, Sum, When

from houqin.foundation.catalogue.models import Item
from houqin.foundation.journal.models import Balance, Line

from .models import Keeping

# What leaves a store because somebody used it, took it into custody, or it was lost.
CONSUMING = ("used", "person", "class", "unit")


@dataclass(frozen=True)
class Proposal:
    """One item to buy: ``on_hand`` in all stores, ``consumed`` in ``days``, ``buy`` to have enough for ``cover_days``."""

    item: Item
    on_hand: int
    minimum: int
    consumed: int
    days: int
    buy: int

    @property
    def is_below_minimum(self) -> bool:
        return self.on_hand < self.minimum


def consumption(*, since: date, until: date) -> dict[int, int]:
    """Commodity key → pieces used from ``since`` to ``until`` (both included), what was returned taken off. One query."""
    signed = Case(When(source__role="store", then=F("quantity")), default=-F("quantity"), output_field=IntegerField())
    lines = Line.objects.filter(
        entry__occurred_on__gte=since, entry__occurred_on__lte=until, commodity__item__isnull=False
    )
    out = lines.filter(source__role="store", target__role__in=CONSUMING)
    back = lines.filter(target__role="store", source__role__in=CONSUMING)
    found: dict[int, int] = {}
    for some in (out, back):
        for commodity, quantity in some.values_list("commodity_id").annotate(moved=Sum(signed)):
            found[commodity] = found.get(commodity, 0) + quantity
    return found


def on_hand() -> dict[int, int]:
    """Commodity key → pieces in all stores."""
    rows = Balance.objects.filter(account__role="store", commodity__item__isnull=False).values_list("commodity_id")
    return dict(rows.annotate(held=Sum("quantity")))


def proposal(*, day: date, days: int, cover_days: int) -> list[Proposal]:
    """What to buy on ``day``: average use of the last ``days`` × ``cover_days``, at least the minimum, less what is there.

    Items nobody used and without a minimum are not proposed. Most urgent first.
    """
    used = consumption(since=day - timedelta(days=days - 1), until=day)
    there = on_hand()
    minima = dict(Keeping.objects.filter(minimum__gt=0).values_list("item__commodity_id", "minimum"))
    wanted = {commodity for commodity, quantity in used.items() if quantity > 0} | set(minima)
    proposals = []
    for item in Item.objects.filter(commodity__in=wanted, is_active=True).select_related("commodity"):
        consumed, minimum = max(used.get(item.commodity_id, 0), 0), minima.get(item.commodity_id, 0)
        held = there.get(item.commodity_id, 0)
        needed = max(-(-consumed * cover_days // days), minimum)
        if held < needed:
            proposals.append(Proposal(item, held, minimum, consumed, days, needed - held))
    return sorted(proposals, key=lambda one: (not one.is_below_minimum, -one.buy, str(one.item)))
