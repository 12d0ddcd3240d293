"""Finding the place, person, class or party that a word on paper means. Never guesses one into another."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from houqin.foundation.journal.models import Place, PlaceKind
from houqin.kit.text import fold

from .models import Party, Person, SchoolClass, Unit


class Unknown(LookupError):
    """Nobody or nothing of that name is known."""


class Ambiguous(LookupError):
    """More than one bears that name; ``candidates`` lists them."""

    def __init__(self, candidates: list[str]) -> None:
        super().__init__(candidates)
        self.candidates = candidates


@dataclass
class Directory:
    """All places, people, classes, units and parties by the comparison key of their names; read once per run.

    A whole school is a few thousand rows. ``add_…`` keeps it true while an import adds to them.
    """

    places: dict[str, list[Place]] = field(default_factory=dict)
    people: dict[str, list[Person]] = field(default_factory=dict)
    classes: dict[str, list[SchoolClass]] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    parties: dict[str, Party] = field(default_factory=dict)

    @classmethod
    def read(cls) -> Directory:
        directory = cls()
        for place in Place.objects.select_related("campus"):
            directory.add_place(place)
        for person in Person.objects.select_related("campus"):
            directory.add_person(person)
        for school_class in SchoolClass.objects.filter(is_active=True).select_related("campus"):
            directory.add_class(school_class)
        for unit in Unit.objects.all():
            directory.units[unit.folded] = unit
        for party in Party.objects.all():
            directory.parties[party.folded] = party
        return directory

    def add_place(self, place: Place) -> None:
        self.places.setdefault(place.folded, []).append(place)
        # 「教學樓105室」 without its campus means that room only where one campus has it.
        if place.campus is not None:
            short = place.folded.removeprefix(place.campus.folded)
            if short != place.folded:
                self.places.setdefault(short, []).append(place)

    def add_person(self, person: Person) -> None:
        self.people.setdefault(person.folded, []).append(person)

    def add_class(self, school_class: SchoolClass) -> None:
        self.classes.setdefault(school_class.folded, []).append(school_class)
        self.classes.setdefault(fold(school_class.campus.name) + school_class.folded, []).append(school_class)

    def campuses(self) -> list[Place]:
        found = {place.pk or id(place): place for group in self.places.values() for place in group}
        return [place for place in found.values() if place.kind == PlaceKind.CAMPUS]

    def place(self, name: str, *, campus: Place | None = None) -> Place:
        """The place of that full name, or of that short name on ``campus``. Raises Unknown or Ambiguous."""
        key = fold(name)
        found = self.places.get(key, [])
        if campus is not None:
            found = [p for p in found if p.campus_or_self() is campus or p.campus_or_self() == campus]
        return _only(found, [place.full_name for place in found])

    def person(self, name: str, *, campus: Place | None = None) -> Person:
        """The person of that name: ``張偉``, or ``張偉(南校區)`` and ``張偉 1023`` where two share it."""
        found = self.people.get(fold(name), [])
        if not found and (told := re.fullmatch(r"(.+?)[(（\s]+(.+?)[)）]?", name.strip())):
            found = [
                person
                for person in self.people.get(fold(told[1]), [])
                if fold(told[2]) in {fold(person.staff_number), fold(person.campus.name if person.campus else "")}
            ]
        if len(found) > 1 and campus is not None:
            found = [person for person in found if person.campus == campus] or found
        if len(found) > 1:
            found = [person for person in found if person.is_active] or found
        return _only(found, [f"{person.name}({person.campus or person.staff_number})" for person in found])

    def school_class(self, name: str, *, campus: Place | None = None) -> SchoolClass:
        found = self.classes.get(fold(name), [])
        if campus is not None:
            found = [c for c in found if c.campus == campus]
        return _only(found, [str(school_class) for school_class in found])

    def unit(self, name: str) -> Unit:
        found = self.units.get(fold(name))
        return _only([found] if found else [], [])

    def party(self, name: str) -> Party:
        found = self.parties.get(fold(name))
        return _only([found] if found else [], [])


def _only(found: list[Any], candidates: list[str]) -> Any:
    if not found:
        raise Unknown
    if len(found) > 1:
        raise Ambiguous(candidates)
    return found[0]
