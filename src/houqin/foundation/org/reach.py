"""How far a post reaches: a post for a campus or a class reaches that campus and that class, and nothing else.

Said once here and asked everywhere. A rule is judged with what is known of where a thing happens (place, store, class, paper);
the rows of a register are cut to the reach of the posts by which somebody sees them. What belongs to no campus is the whole
school's: every post reads it, and only a post for the whole school acts on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Model, QuerySet

from houqin.foundation.journal.models import Place

if TYPE_CHECKING:
    from .models import RoleAssignment


@dataclass(frozen=True)
class Reach:
    """The campuses and classes some posts reach together. Everything is written as None, for it needs no looking at."""

    campuses: frozenset[int] = frozenset()
    classes: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.campuses or self.classes)


NOTHING = Reach()


def together(one: Reach | None, other: Reach | None) -> Reach | None:
    """What one or the other reaches."""
    if one is None or other is None:
        return None
    return Reach(one.campuses | other.campuses, one.classes | other.classes)


def reach_of(posts: Iterable[RoleAssignment]) -> Reach | None:
    """What these posts reach together."""
    campuses: set[int] = set()
    classes: set[int] = set()
    for post in posts:
        if post.is_for_all():
            return None
        if post.school_class_id is not None:
            classes.add(post.school_class_id)
        elif (campus := post.campus_id()) is not None:
            campuses.add(campus)
    return Reach(frozenset(campuses), frozenset(classes))


@dataclass(frozen=True)
class End:
    """One thing that must be reached: by any of its campuses, by its class where it is of a class, by the class's room."""

    campuses: frozenset[int] = frozenset()
    school_class: int | None = None
    place: int | None = None


SCHOOL = End()


def end_at(place: Place | None, *, school_class: int | None = None) -> End:
    """The end at a place; that of the whole school where there is none."""
    if place is None:
        return End(school_class=school_class)
    campus = place.pk if place.kind == "campus" else place.campus_id
    return End(frozenset() if campus is None else frozenset({campus}), school_class, place.pk)


def either(ends: Iterable[End]) -> End:
    """What moves between two ends belongs to both, so either may be reached."""
    return End(frozenset(campus for end in ends for campus in end.campuses))


def ends_of(value: Any, *, verb: str = "") -> list[End] | None:
    """Where a value is; None where it says nothing of that. A row says it by ``stands_on(verb)``."""
    if isinstance(value, Place):
        return [end_at(value)]
    if hasattr(value, "stands_on"):
        return list(value.stands_on(verb))
    if isinstance(value, (list, tuple, QuerySet)):
        found = [ends_of(one, verb=verb) for one in value if isinstance(one, Model)]
        return [end for ends in found if ends for end in ends] or None
    return None


def where(about: Mapping[str, Any]) -> list[End] | None:
    """All that must be reached for what is asked; None where nothing yet says where that is.

    ``verb`` is the action, whose form may name the fields that count; with ``settled`` silence means the whole school.
    """
    verb = about.get("verb")
    form = verb.form if verb is not None else None
    if form is not None and form.looks_through:
        return []
    kind = verb.kind if verb is not None else ""
    counted = form.judged_by if form is not None else None
    one_of = form.either_end if form is not None else ()
    found: list[End] = []
    options: list[End] = []
    is_told = False
    for name, value in about.items():
        if value is None or name in {"verb", "settled"} or (counted is not None and name not in counted):
            continue
        ends = ends_of(value, verb=kind)
        if ends is None and counted is not None:
            # Somebody of the school, or a name on paper that means one.
            person = value if hasattr(value, "serves_on") else getattr(value, "person", None)
            ends = person.serves_on() if person is not None else None
        if ends is None:
            continue
        is_told = True
        (options if name in one_of else found).extend(ends)
    if options:
        found.append(either(options))
    if not is_told:
        return [SCHOOL] if about.get("settled") else None
    return found
