"""How much of each card the book holds, on a day or now, and what that is worth: the one source of every table of assets.

A card says what it was opened with: ``quantity`` pieces for ``value`` 分. What is left of it the journal says, account by
account. ``h`` pieces of a card are worth ``value·h / quantity``, whole 分 rounded down, whatever way they were reached:
so what leaves is worth the difference before and after, and parts in several places are shared out in the order of their
accounts and add up to the whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, ExpressionWrapper, F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Cast, Coalesce

from houqin.foundation.journal.accounts import HOLDING_ROLES
from houqin.foundation.journal.models import Balance, Line, Place

from .models import AssetCard

HOLDING = tuple(sorted(HOLDING_ROLES))


def held_of(commodity: str = "commodity", *, campus: Place | None = None) -> Any:
    """How many the book holds now of the commodity in that column, wherever it is or on one campus."""
    rows = Balance.objects.filter(commodity=OuterRef(commodity), account__role__in=HOLDING, quantity__gt=0)
    if campus is not None:
        rows = rows.filter(account__campus=campus)
    sums = rows.order_by().values("commodity").annotate(total=Sum("quantity"))
    return _whole(Coalesce(Subquery(sums.values("total")[:1]), Value(0), output_field=BigIntegerField()))


def _whole(number: Any) -> Any:
    """The number as a whole one: to PostgreSQL a sum is a numeric, which rounds where whole numbers are cut."""
    return Cast(number, BigIntegerField())


def with_held(cards: QuerySet[AssetCard], *, campus: Place | None = None) -> QuerySet[AssetCard]:
    """Cards with ``held`` pieces and ``held_value`` in 分 as the book has them now, and what the card's own columns told of those."""
    found = cards.annotate(held=held_of(campus=campus))
    told: dict[str, Any] = {
        "held_value": Coalesce(F("value"), Value(0), output_field=BigIntegerField()),
        "told_value": F("value"),
        "told_depreciation": F("depreciation"),
        "told_net_value": F("net_value"),
    }
    parts: dict[str, Any] = {
        name: ExpressionWrapper(value * F("held") / F("quantity"), output_field=BigIntegerField())
        for name, value in told.items()
    }
    return found.annotate(**parts)


def on_the_book(cards: QuerySet[AssetCard], *, campus: Place | None = None) -> QuerySet[AssetCard]:
    """Those of which the book still holds something, anywhere or on a campus: 在冊."""
    known: Any = cards if "held" in cards.query.annotations else with_held(cards, campus=campus)
    found: QuerySet[AssetCard] = known.filter(held__gt=0)
    return found


def share_in_order(rows: QuerySet[Balance]) -> QuerySet[Balance]:
    """Balances of cards with ``amount``: the part of the card's worth that lies in each account, adding up to the whole."""
    card = "commodity__asset_card__"
    before = (
        Balance.objects.filter(
            commodity=OuterRef("commodity"), account__role__in=HOLDING, quantity__gt=0, account__lt=OuterRef("account")
        )
        .order_by()
        .values("commodity")
        .annotate(total=Sum("quantity"))
    )
    value = Coalesce(F(f"{card}value"), Value(0), output_field=BigIntegerField())
    rows = rows.annotate(
        before=_whole(Coalesce(Subquery(before.values("total")[:1]), Value(0), output_field=BigIntegerField()))
    )
    up_to: Any = value * (F("before") + F("quantity")) / F(f"{card}quantity")
    down_to: Any = value * F("before") / F(f"{card}quantity")
    return rows.annotate(amount=ExpressionWrapper(up_to - down_to, output_field=BigIntegerField()))


@dataclass
class Standing:
    """What the book held of one card at the end of a day, by the campus it stood on (None where it was with nobody's campus)."""

    card: AssetCard
    by_campus: dict[int | None, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def held(self) -> int:
        return sum(self.by_campus.values())

    @property
    def value(self) -> int:
        return self.card.value_of(self.held)

    def parts(self) -> list[tuple[int | None, int, int]]:
        """(campus, pieces, value) for every campus that holds some; the values add up to the whole."""
        found, before = [], 0
        for campus, pieces in sorted(self.by_campus.items(), key=lambda pair: pair[0] or 0):
            if pieces:
                value = self.card.value_of(before + pieces) - self.card.value_of(before)
                found.append((campus, pieces, value))
                before += pieces
        return found


def standings(*, on: date, cards: Iterable[AssetCard] | None = None) -> list[Standing]:
    """What the lines of the journal up to a day say of every card; those of which nothing was held are left out."""
    known = AssetCard.objects.order_by("number") if cards is None else cards
    found = {card.commodity_id: Standing(card) for card in known}
    lines = Line.objects.filter(commodity__asset_card__isnull=False, entry__occurred_on__lte=on)
    for end, step in (("target", 1), ("source", -1)):
        moved = lines.filter(**{f"{end}__role__in": HOLDING}).order_by().values("commodity", f"{end}__campus")
        for row in moved.annotate(total=Sum("quantity")):
            if (one := found.get(row["commodity"])) is not None:
                one.by_campus[row[f"{end}__campus"]] += step * row["total"]
    return [one for one in found.values() if one.held > 0]


__all__ = ["Standing", "held_of", "on_the_book", "share_in_order", "standings", "with_held"]
