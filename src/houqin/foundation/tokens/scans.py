"""Places bear tokens: rooms, grounds, buildings, campuses."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from houqin.foundation.journal.models import Place
from houqin.foundation.org.directory import Ambiguous, Directory, Unknown

from .things import thing_kind


def _named(text: str) -> Place | None:
    try:
        return Directory.read().place(text)
    except (Unknown, Ambiguous):
        return None


def _lines(place: Any) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(part for part in (str(place.campus or ""), place.purpose) if part and part != place.name)
    )


thing_kind(
    "place",
    model=Place,
    label=_("場所"),
    icon="map-pin",
    related=("campus", "parent"),
    title=lambda place: place.full_name,
    lines=_lines,
    place=lambda place: place,
    find=_named,
)
