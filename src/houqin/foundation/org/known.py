"""Whether the row of a school's sheet is somebody or something the book already has, so that it is not added twice.

Each takes the cells by column name and the directory, and gives the row or None.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from houqin.foundation.journal.models import Place, PlaceKind
from houqin.kit.text import clean_cell, fold, to_simplified

from .directory import Directory
from .models import Party, Person, SchoolClass


def campus(cells: Mapping[str, Any], directory: Directory) -> Place | None:
    found = directory.places.get(fold(_text(cells, "campus")), [])
    return next((place for place in found if place.kind == PlaceKind.CAMPUS), None)


def place(cells: Mapping[str, Any], directory: Directory) -> Place | None:
    """The place of that campus, building and name, put together as adding it does."""
    building, room = _text(cells, "building"), _text(cells, "room")
    own = _text(cells, "name") or (f"{room}室" if room.isdecimal() else room)
    if fold(own) == fold(building):
        building = ""
    key = fold(_text(cells, "campus") + building + own)
    return next((one for one in directory.places.get(key, []) if one.folded == key), None)


def person(cells: Mapping[str, Any], directory: Directory) -> Person | None:
    """The person of that name and staff number; without a number, the one of that name on that campus.

    Letter for letter but for the script: people are not merged because their names fold to one key.
    """
    name, number, on = (_text(cells, column) for column in ("name", "staff_number", "campus"))
    for one in directory.people.get(fold(name), []):
        if to_simplified(one.name) != to_simplified(name) or (number and number != one.staff_number):
            continue
        if number or fold(on) == fold(one.campus.name if one.campus else ""):
            return one
    return None


def school_class(cells: Mapping[str, Any], directory: Directory) -> SchoolClass | None:
    found = directory.classes.get(fold(_text(cells, "campus")) + fold(_text(cells, "name")), [])
    return found[0] if len(found) == 1 else None


def party(cells: Mapping[str, Any], directory: Directory) -> Party | None:
    return directory.parties.get(fold(_text(cells, "name")))


def _text(cells: Mapping[str, Any], column: str) -> str:
    value = cells.get(column)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return clean_cell(str(value)) if value is not None else ""
