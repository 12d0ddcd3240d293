"""Names on a sheet that nobody knows: offered, and added in the same run where that was asked for.

Nothing is guessed into something else: no name is bent to a similar one, and what would need a guess (two names in one
cell, a place on no known campus) is not offered.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from houqin.foundation.journal.actions import Action
from houqin.foundation.journal.models import Place
from houqin.foundation.journal.refused import Refused
from houqin.foundation.org import actions as org
from houqin.foundation.org.fields import CampusField, ReferenceField
from houqin.foundation.org.models import Party, Person, SchoolClass
from houqin.foundation.org.models import Unit as Office
from houqin.kit.text import clean_cell, fold

from .reading import form_for_cells

if TYPE_CHECKING:
    from .importing import ImportInProgress

WHAT: dict[type[Model], str] = {Place: "place", Person: "person", SchoolClass: "class", Party: "party", Office: "unit"}
OPTIONS = {
    "campus": "campuses",
    "place": "places",
    "person": "people",
    "class": "classes",
    "party": "parties",
    "unit": "units",
}
# No place and no class is called by more.
LONGEST_NAME = 200
_CAMPUS = re.compile(r"^(.{1,12}?(?:校區|校区|分校|校部))(.*)$")
_ROOM = re.compile(r"^(.{1,20}?[樓楼棟栋])([A-Za-z]?[0-9]{2,4}[A-Za-z]?)(室?)$")
_SEVERAL = re.compile(r"[、,，;；/／（）()0-9]|\s")


def what_is_wanted(one: Any) -> str:
    """What a form field refers to ("place", "campus", "person", …); "" for anything else."""
    if isinstance(one, CampusField):
        return "campus"
    return WHAT.get(one.model, "") if isinstance(one, ReferenceField) else ""


class Newcomers:
    """The unknown names of one import: those offered, and those added."""

    def __init__(self, run: ImportInProgress, *, adding: frozenset[str]) -> None:
        self.run = run
        self.adding = adding
        self.added: dict[str, list[str]] = {}
        self.offers: dict[tuple[str, str], dict[str, Any]] = {}

    def add(self, what: str, name: str) -> bool:
        """Add an unknown noun where the person asked for it and nothing about it must be guessed."""
        if OPTIONS[what] not in self.adding:
            return False
        if what == "place":
            return self._add_place(name)
        data: dict[str, Any] = {"name": name}
        if what == "campus":
            data = {"campus": name}
        elif what == "class":
            campus, rest = self._campus_of(name)
            if campus is None or not rest:
                return False
            data = {"campus": campus, "name": rest}
        elif what == "person" and _SEVERAL.search(name):
            return False
        verb = {
            "campus": org.add_campus,
            "person": org.add_person,
            "class": org.add_class,
            "party": org.add_party,
            "unit": org.add_unit,
        }[what]
        return self._perform(verb, data, what=what, name=name)

    def _add_place(self, name: str) -> bool:
        campus, rest = self._campus_of(name)
        if campus is None and (told := _CAMPUS.match(name)) and self.add("campus", told[1]):
            campus, rest = self._campus_of(name)
            if not rest:
                return True
        if campus is None or not rest:
            return False
        data: dict[str, Any] = {"campus": campus, "name": rest}
        if room := _ROOM.match(rest):
            data = {"campus": campus, "building": room[1], "room": room[2], "name": room[2] + room[3]}
        return self._perform(org.add_place, data, what="place", name=name)

    def _campus_of(self, name: str) -> tuple[Place | None, str]:
        """The campus a full name begins with, the longest where several do, and the rest; a school of one has no other."""
        if len(name) > LONGEST_NAME:
            return None, name
        campuses = self.run.directory.campuses()
        best: tuple[Place | None, str] = (None, name)
        longest = 0
        for campus in campuses:
            if not fold(name).startswith(campus.folded) or len(campus.folded) <= longest:
                continue
            # The rest as it is written, cut where the campus ends whatever script it is in.
            for end in range(1, len(name) + 1):
                if fold(name[:end]) == campus.folded:
                    best, longest = (campus, clean_cell(name[end:])), len(campus.folded)
                    break
        if best[0] is None and len(campuses) == 1 and not _CAMPUS.match(name):
            return campuses[0], name
        return best

    def on_campus(self, campus: str, name: str) -> str:
        """The full name of a room or class that is called ``name`` on ``campus``; as it is where it names a campus itself."""
        names_one = len(name) > LONGEST_NAME or _CAMPUS.match(name) is not None
        names_one = names_one or any(fold(name).startswith(one.folded) for one in self.run.directory.campuses())
        return name if names_one or fold(campus) == fold(name) else f"{campus}{name}"

    def _perform(self, verb: Action, data: dict[str, Any], *, what: str, name: str) -> bool:
        form = form_for_cells(verb.form(actor=self.run.by), directory=self.run.directory)
        try:
            with transaction.atomic():
                verb.into(self.run.unit, data, form=form)
                self.run.flush()
        except (Refused, IntegrityError):
            self.run.clear_unit()
            return False
        names = self.added.setdefault(what, [])
        if name not in names:
            names.append(name)
        return True

    def offer(self, what: str, name: str) -> None:
        """Remember that a row wants ``name``; only what could be added without guessing is offered."""
        wanted = [(what, name)]
        if what == "place":
            campus, rest = self._campus_of(name)
            if campus is None:
                told = _CAMPUS.match(name)
                wanted = [("campus", told[1])] + ([("place", name)] if told[2] else []) if told else []
            elif not rest:
                wanted = []
        elif what == "person" and _SEVERAL.search(name) or what == "class" and self._campus_of(name)[0] is None:
            wanted = []
        for kind, called in wanted:
            known = self.offers.setdefault((kind, fold(called) or called), {"what": kind, "name": called, "rows": 0})
            known["rows"] += 1

    def offer_aside(self, title: str, *, rows: int) -> None:
        """Rows of a register that could be set aside for decision instead of holding up the others."""
        known = self.offers.setdefault(("doubtful", title), {"what": "doubtful", "name": title, "rows": 0})
        known["rows"] += rows

    def offer_corrections(self, title: str) -> None:
        """A row that says something else than the book has of a noun, which could be corrected by it."""
        known = self.offers.setdefault(("correction", title), {"what": "correction", "name": title, "rows": 0})
        known["rows"] += 1

    def notes(self) -> list[str]:
        """What was added, in sentences."""
        words = {
            "campus": _("一併登記的校區：%(names)s。"),
            "place": _("一併登記的場所：%(names)s。"),
            "person": _("一併登記的人員：%(names)s。"),
            "class": _("一併登記的班級：%(names)s。"),
            "party": _("一併登記的往來單位：%(names)s。"),
            "unit": _("一併登記的部門：%(names)s。"),
        }
        return [words[what] % {"names": "、".join(names)} for what, names in self.added.items()]
