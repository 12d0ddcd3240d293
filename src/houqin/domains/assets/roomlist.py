"""一室一卡: what lies in a room, from the balances; prints.py makes the card of it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from houqin.foundation.journal.models import Balance, Place

from .models import CustodyLetter
from .standing import share_in_order


def room_property(*, places: Iterable[Place] | None = None) -> QuerySet[Balance]:
    """What of each card lies in each place, with ``amount`` in 分 and the day its room was last counted; one query."""
    rows = Balance.objects.filter(
        commodity__asset_card__isnull=False, account__role__in=("place", "store"), quantity__gt=0
    )
    if places is not None:
        rows = rows.filter(account__place__in=list(places))
    counted = CustodyLetter.objects.filter(place=OuterRef("account__place"), counted_on__isnull=False)
    latest = counted.order_by("-counted_on").annotate(looked=Coalesce(F("closed_on"), F("checked_on"), F("counted_on")))
    return share_in_order(rows).annotate(checked_on=Subquery(latest.values("looked")[:1]))
