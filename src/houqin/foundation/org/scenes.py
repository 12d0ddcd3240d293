"""The demo school's stage: each domain plays its half year on it (``demo.py`` of the domain).

    @scene("repairs", order=40)
    def a_half_year_of_repairs(stage: Stage) -> None: …

Scenes write through actions only, never draw on the clock or an unseeded chance, and keep to ``stage.period``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from houqin.foundation.journal.models import Place
from houqin.kit.periods import Period
from houqin.kit.registry import Registry

from .models import Person, School, SchoolClass


@dataclass
class Stage:
    """What a scene may use: the school, its people by role, its places, chance with a seed, and the days to fill.

    ``period`` ends today: the half year is still going on, so that Today has something to show.
    """

    school: School
    period: Period
    chance: Random
    administrator: Person
    campuses: list[Place] = field(default_factory=list)
    rooms: list[Place] = field(default_factory=list)
    classes: list[SchoolClass] = field(default_factory=list)
    people: dict[str, list[Person]] = field(default_factory=dict)  # role -> who holds it
    shared: dict[str, Any] = field(default_factory=dict)

    def one(self, role: str) -> Person:
        """Somebody holding ``role``."""
        return self.chance.choice(self.people[role])

    def first(self, role: str) -> Person:
        """The person of ``role`` who has the login shown."""
        return self.people[role][0]

    def at(self, role: str, place: Place | None, *, besides: Sequence[Person] = ()) -> Person:
        """The first of ``role`` whose post reaches ``place``."""
        campus = place.campus_or_self() if place is not None else None
        options = [one for one in self.people[role] if one not in besides]
        return next(one for one in options if one.campus_id is None or one.campus == campus)

    def days(self) -> list[date]:
        """Every day of the period, in order."""
        return [self.period.start + timedelta(days=offset) for offset in range(self.period.days())]

    def school_days(self) -> list[date]:
        """The days on which there is school: working days outside the holidays between terms."""
        from houqin.foundation.calendar.holidays import is_workday
        from houqin.foundation.calendar.models import Term

        terms = [term.period() for term in Term.objects.all()]
        return [day for day in self.days() if is_workday(day) and any(term.contains(day) for term in terms)]

    def some(self, options: Sequence[Any], *, weights: Sequence[int] | None = None) -> Any:
        return self.chance.choices(list(options), weights=weights)[0]


@dataclass(frozen=True)
class Scene:
    name: str
    label: Any
    order: int
    play: Callable[[Stage], None]


SCENES: Registry[Scene] = Registry("scene")


def scene(name: str, label: Any, *, order: int) -> Callable[[Callable[[Stage], None]], Callable[[Stage], None]]:
    """Register a scene; smaller orders are played first (school 0, stores 20, assets 30, repairs 40 …)."""

    def register(play: Callable[[Stage], None]) -> Callable[[Stage], None]:
        SCENES.add(name, Scene(name, label, order, play))
        return play

    return register


def in_order() -> list[Scene]:
    return sorted(SCENES, key=lambda one: one.order)
