"""Ready answers to rows of an old ledger that disagree: another number, one of two readings of the value, the campus alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from houqin.foundation.org.directory import Directory
from houqin.foundation.org.models import Person
from houqin.kit.numbers import parse_integer, parse_yuan, yuan
from houqin.kit.text import fold

from .models import AssetCard

# Places offered where the one written is not known.
MOST_PLACES = 4


def propose(cells: Mapping[str, str], columns: Sequence[str], person: Person) -> list[tuple[str, dict[str, str]]]:
    """What a keeper of assets would most likely answer, best first: (label, cells to change)."""
    found: list[tuple[str, dict[str, str]]] = []
    if "number" in columns and cells.get("number"):
        free = free_number(cells["number"])
        found.append((_("換編號「%(number)s」收入") % {"number": free}, {"number": free}))
    if "value" in columns or "unit_price" in columns:
        found += _of_value(cells)
    if "place" in columns:
        found += _of_place(cells)
    return found


def free_number(number: str) -> str:
    """The number with the first suffix no card bears: ZC01 → ZC01-2."""
    taken = set(AssetCard.objects.filter(number__startswith=number).values_list("number", flat=True))
    suffix = 2
    while f"{number}-{suffix}" in taken:
        suffix += 1
    return f"{number}-{suffix}"


def _of_value(cells: Mapping[str, str]) -> list[tuple[str, dict[str, str]]]:
    try:
        value, price, quantity = (
            parse_yuan(cells["value"]), parse_yuan(cells["unit_price"]), parse_integer(cells["quantity"]),
        )  # fmt: skip
    except (KeyError, ValueError):
        return []
    return [
        (_("以原值 %(value)s 元為準，不記單價") % {"value": yuan(value)}, {"unit_price": ""}),
        (
            _("以單價為準，原值記 %(value)s 元") % {"value": yuan(price * quantity)},
            {"value": yuan(price * quantity)},
        ),
    ]


def _of_place(cells: Mapping[str, str]) -> list[tuple[str, dict[str, str]]]:
    """The campus the row names, else the campuses there are: the room is found out later and the card moved."""
    written, told = cells.get("place", ""), cells.get("campus", "")
    campuses = Directory.read().campuses()
    wanted = [one for one in campuses if told and one.folded == fold(told)]
    wanted = wanted or [one for one in campuses if written.startswith(one.name)] or campuses[:MOST_PLACES]
    note = " ".join(filter(None, (cells.get("note", ""), _("原存放地點：%(place)s") % {"place": written})))
    return [
        (_("先記在%(campus)s，原地點寫進備註") % {"campus": one}, {"place": one.full_name, "note": note})
        for one in wanted
    ]
