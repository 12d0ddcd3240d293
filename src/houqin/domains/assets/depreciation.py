"""Straight-line depreciation, computed for any day and never stored (A04).

From the month a thing was acquired, nothing left at the end: after m of n months m·value/n is written off, whole 分
rounded down, and all of it after n months; so the months add up to the value exactly. What is disposed of stops in its
month. Amounts are 分.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Case, F, IntegerField, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce, ExtractMonth, ExtractYear, Greatest, Least

from .classes import years_by_group, years_of
from .models import AssetCard


def months_used(*, start: date, on: date) -> int:
    """Months that count from the day of acquisition to ``on``: both months whole; 0 before it."""
    return max((on.year - start.year) * 12 + on.month - start.month + 1, 0)


def accumulated(value: int, *, years: int, months: int) -> int:
    """What is written off of ``value`` after ``months`` of ``years``."""
    whole = years * 12
    return value if months >= whole else value * months // whole


def life_of(card: AssetCard, *, on: date) -> int | None:
    """The years a card is written off over: its own, else those of its group; None where it is not depreciated."""
    return card.life_years or years_of(card.life_group, on=on)


def depreciation_of(card: AssetCard, *, on: date) -> int:
    """What is written off of a card by the end of the month of ``on``."""
    years = life_of(card, on=on)
    if not years or not card.value:
        return 0
    last = min(on, card.disposed_on) if card.disposed_on else on
    return accumulated(card.value, years=years, months=months_used(start=card.in_use_on or card.opened_on, on=last))


def month_of_depreciation(card: AssetCard, *, on: date) -> int:
    """What the month of ``on`` alone writes off of a card."""
    before = date(on.year - (on.month == 1), (on.month - 2) % 12 + 1, 1)
    return depreciation_of(card, on=on) - depreciation_of(card, on=before)


def worth(card: AssetCard, *, quantity: int, on: date) -> tuple[int, int, int]:
    """What ``quantity`` of a card cost, what of that is written off by the end of the month of ``on``, and what is left."""
    value, years = card.value_of(quantity), life_of(card, on=on)
    if not years or not value:
        return value, 0, value
    last = min(on, card.disposed_on) if card.disposed_on else on
    written_off = accumulated(value, years=years, months=months_used(start=card.in_use_on or card.opened_on, on=last))
    return value, written_off, value - written_off


def with_depreciation(cards: QuerySet[AssetCard], *, on: date) -> QuerySet[AssetCard]:
    """Cards with ``years``, ``months``, ``cost``, ``written_off`` and ``left`` as of the month of ``on``.

    The same arithmetic as :func:`depreciation_of`, done by the database in whole numbers.
    """
    by_group = [When(life_group=group, then=Value(years)) for group, years in years_by_group(on=on).items()]
    years: Any = Case(
        When(life_years__gt=0, then=F("life_years")), *by_group, default=Value(0), output_field=IntegerField()
    )
    last: Any = Case(When(disposed_on__lt=on, then=F("disposed_on")), default=Value(on))
    start: Any = Coalesce(F("in_use_on"), F("opened_on"))
    found = cards.annotate(years=years, _start=start, _last=last)
    used: Any = (
        (ExtractYear("_last") - ExtractYear("_start")) * Value(12) + ExtractMonth("_last") - ExtractMonth("_start") + 1
    )
    # PostgreSQL extracts numerics; what is divided below must be whole numbers.
    whole = Cast(used, IntegerField())
    found = found.annotate(months=Least(Greatest(whole, Value(0)), F("years") * 12, output_field=IntegerField()))
    return found.annotate(
        cost=Coalesce(F("value"), Value(0), output_field=BigIntegerField()),
        written_off=_share("months"),
    ).annotate(left=F("cost") - F("written_off"))


def _share(months: str) -> Any:
    return Case(
        When(years=0, then=Value(0)),
        default=Coalesce(F("value"), Value(0), output_field=BigIntegerField()) * F(months) / (F("years") * 12),
        output_field=BigIntegerField(),
    )
