"""Counting where a code is scanned: every count this person takes part in offers itself, filled in."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext as _

from houqin.foundation.org.models import Person
from houqin.foundation.tokens.things import Offer, Scan, scanned

from .actions import scan as count_by_scan
from .models import Stocktake

MOST_SHOWN = 3


@scanned("place", "assets.card")
def counts_going_on(person: Person, scanned_thing: Scan) -> Iterator[Offer]:
    """Count this thing, or what is in this room, in a count that is going on; what the book expects is not told (D04-2)."""
    mine = Stocktake.objects.filter(state__in=("frozen", "counting")).filter(
        Q(leader=person) | Q(members__person=person, members__part="counter")
    )
    for paper in mine.distinct().order_by("due_on", "pk")[:MOST_SHOWN]:
        given = {"place": str(scanned_thing.place.pk)} if scanned_thing.place else {}
        if scanned_thing.thing != scanned_thing.place:
            given["codes"] = str(getattr(scanned_thing.thing, "number", ""))
        label = _("盤點 %(number)s") % {"number": paper.number}
        yield Offer(label, icon="checklist", verb=count_by_scan, document=paper, given=given)
