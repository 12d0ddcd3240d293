"""A label scanned while a count is going on: count the thing here."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from houqin.foundation.org.models import Person
from houqin.foundation.tokens.things import Listed, Offer, Scan, scanned

from . import expecting
from .pages import sheets_to_count


@scanned("place", "assets.card")
def count_here(person: Person, scan: Scan) -> Iterator[Offer | Listed]:
    """Count this thing, or in this room, for every count this person has a part in that reaches it."""
    if scan.place is None:
        return
    for sheet in sheets_to_count(person):
        if sheet.place is None or expecting.is_within(sheet, scan.place):
            yield Offer(
                _("盤點（%(number)s）") % {"number": sheet.number}, icon="clipboard-check", page="stocktakes.count",
                rest=f"{sheet.pk}/{scan.token.text}", is_first=True,
            )  # fmt: skip
