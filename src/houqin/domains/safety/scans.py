"""Inspecting, and reporting a danger, where a place's code is scanned."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from houqin.foundation.org.models import Person
from houqin.foundation.tokens.things import Line, Listed, Offer, Scan, readable, scanned
from houqin.kit import clock

from .actions import find_hazard
from .models import Hazard

MOST_SHOWN = 5


@scanned("place", "assets.card")
def safety_here(person: Person, scan: Scan) -> Iterator[Offer | Listed]:
    """Inspect this place, report a danger; the hazards that stand open here."""
    if scan.place is None:
        return
    place = {"place": str(scan.place.pk)}
    yield Offer(_("檢查這裏"), icon="clipboard-check", page="safety.inspection", given=place)
    yield Offer(_("上報隱患"), icon="alert-triangle", verb=find_hazard, given=place)
    today = clock.today()
    shown = list(Hazard.objects.open().filter(place=scan.place).order_by("due_on", "pk")[:MOST_SHOWN])
    may_open = readable(person, shown)
    lines = tuple(
        Line(
            hazard.description,
            note=hazard.number,
            tag=hazard.state_label,
            style="late" if hazard.is_overdue(today) else "due",
            document=hazard if hazard.pk in may_open else None,
        )
        for hazard in shown
    )
    yield Listed(_("這裏未銷號的隱患"), lines, icon="alert-triangle")
