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
from .standing import with_held


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
    return written_off_of(card, card.value or 0, on=on, years=life_of(card, on=on))


def month_of_depreciation(card: AssetCard, *, on: date) -> int:
    """What the month of ``on`` alone writes off of a card."""
    before = date(on.year - (on.month == 1), (on.month - 2) % 12 + 1, 1)
    return depreciation_of(card, on=on) - depreciation_of(card, on=before)


def worth(card: AssetCard, *, quantity: int, on: date) -> tuple[int, int, int]:
    """What ``quantity`` of a card cost, what of that is written off by the end of the month of ``on``, and what is left."""
    value = card.value_of(quantity)
    written_off = written_off_of(card, value, on=on, years=life_of(card, on=on))
    return value, written_off, value - written_off


def written_off_of(card: AssetCard, value: int, *, on: date, years: int | None) -> int:
    """What of ``value`` of a card is written off by the end of the month of ``on``, over so many years."""
    if not years or not value:
        return 0
    last = min(on, card.disposed_on) if card.disposed_on else on
    return accumulated(value, years=years, months=months_used(start=card.in_use_on or card.opened_on, on=last))


def with_depreciation(cards: QuerySet[AssetCard], *, on: date) -> QuerySet[AssetCard]:
    """Cards with ``held`` pieces, ``years``, ``months``, ``cost``, ``written_off`` and ``left`` as of the month of ``on``.

    What is written off is what the book holds now, not what the card was opened with; a card of which all was disposed of
    is told as it was when it left. The same arithmetic as
    :func:`depreciation_of`, done by the database in whole numbers.
    """
    by_group = [When(life_group=group, then=Value(years)) for group, years in years_by_group(on=on).items()]
    years: Any = Case(
        When(life_years__gt=0, then=F("life_years")), *by_group, default=Value(0), output_field=IntegerField()
    )
    last: Any = Case(When(disposed_on__lt=on, then=F("disposed_on")), default=Value(on))
    start: Any = Coalesce(F("in_use_on"), F("opened_on"))
    found = with_held(cards).annotate(years=years, _start=start, _last=last)
    used: Any = (
        (ExtractYear("_last") - ExtractYear("_start")) * Value(12) + ExtractMonth("_last") - ExtractMonth("_start") + 1
    )
    # PostgreSQL extracts numerics; what is divided below must be whole numbers.
    whole = Cast(used, IntegerField())
    found = found.annotate(months=Least(Greatest(whole, Value(0)), F("years") * 12, output_field=IntegerField()))
    return (
        found.annotate(
            # A sum is a numeric to PostgreSQL, which would round where whole numbers are cut.
            cost=Cast(
                Case(
                    When(held=0, disposed_on__isnull=False, then=Coalesce(F("value"), Value(0))),
                    default=F("held_value"),
                ),
                BigIntegerField(),
            ),
        )
        .annotate(
            written_off=_share("months"),
        )
        .annotate(left=F("cost") - F("written_off"))
    )


def _share(months: str) -> Any:
    return Case(
        When(years=0, then=Value(0)),
        default=F("cost") * F(months) / (F("years") * 12),
        output_field=BigIntegerField(),
    )
