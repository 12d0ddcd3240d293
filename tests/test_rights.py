"""Who may what: every page, register, table, figure, suggestion and action, for every post, as the rules answer today.

The answers lie in ``rights.tsv`` for a person to read; a change of a rule shows there as a change of a line. Made anew by

    HOUQIN_WRITE_RIGHTS=1 pytest tests/test_rights.py

The API has one operation for each action, register, table and figure and asks the same rules (test_unread_papers.py).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist

from houqin.config.urls import urlpatterns
from houqin.foundation.journal.actions import Action, can, offered
from houqin.foundation.journal.figures import FIGURES
from houqin.foundation.journal.models import Place
from houqin.foundation.org.models import Person, Role, RoleAssignment, SchoolClass
from houqin.foundation.org.numbers import may_read, reads_figures
from houqin.foundation.registers.pages import PAGES
from houqin.foundation.registers.register import REGISTERS
from houqin.foundation.registers.tabulations import TABULATIONS
from houqin.foundation.signing.models import Document
from houqin.foundation.signing.reading import model_of
from houqin.kit.text import fold

FILE = Path(__file__).with_name("rights.tsv")
HEAD = """\
# Who may what, asked of the rules; made by HOUQIN_WRITE_RIGHTS=1 pytest tests/test_rights.py
# A  whoever holds the post, on every campus, though the post be for one campus only
# C  where the post reaches: its campus (of a class teacher: the class's room); a post for the whole school everywhere
# S  only by a post for the whole school
# o  only on what is one's own (a paper that names one, rows one wrote)
# .  not
# A suggestion of a form's field is answered to whoever may do the action, of papers only those they may read; tokens to nobody.
"""


class Stage:
    """One person for each post and reach, two campuses, a class with a room."""

    def __init__(self, cast: Any) -> None:
        self.here, self.there = cast.south_105, cast.north_105
        self.class_room, self.next_room = cast.south_105, self._room(cast.south, "教學樓106室")
        school_class = SchoolClass.objects.create(
            campus=cast.south, name="一(1)班", folded=fold("一(1)班"), pupils=40, room=cast.south_105
        )
        self.whole = {role: self._person(role) for role in Role.values}
        self.limited = {role: self._person(role, place=cast.south) for role in Role.values}
        self.limited[Role.CLASS_TEACHER] = self._person(Role.CLASS_TEACHER, school_class=school_class)

    @staticmethod
    def _room(campus: Place, name: str) -> Place:
        full = f"{campus.name}{name}"
        return Place.objects.create(
            parent=campus, campus=campus, kind="room", name=name, full_name=full, folded=fold(full)
        )

    @staticmethod
    def _person(role: str, **where: Any) -> Person:
        name = f"{role}{len(where)}"
        person = Person.objects.create(name=name, folded=fold(name))
        RoleAssignment.objects.create(person=person, role=role, from_on=date(2000, 1, 1), **where)
        return person

    def ends(self, role: str) -> tuple[Place, Place]:
        """A place the limited post reaches, and one it does not."""
        return (self.class_room, self.next_room) if role == Role.CLASS_TEACHER else (self.here, self.there)

    def of_action(self, verb: Action, role: str) -> str:
        whole, limited = self.whole[role], self.limited[role]
        if not can(whole, verb):
            return "."
        own, other = (self.about(verb, place) for place in self.ends(role))
        if not asked(whole, verb, own):
            return "o"
        if not asked(limited, verb, own):
            return "S"
        return "A" if asked(limited, verb, other) else "C"

    @staticmethod
    def about(verb: Action, place: Place) -> dict[str, Any]:
        """What is asked of a verb at a place: about a paper of strangers that lies there, or with the place told."""
        model = model_of(verb.form.base_fields["document"]) if "document" in verb.form.base_fields else None
        if model is None or not issubclass(model, Document):
            return {"place": place} if verb.says_where() else {}
        return {"document": paper_at(model, place)}


def paper_at(model: type[Document], place: Place) -> Document:
    """A paper of nobody in particular that lies at a place, with whatever it cannot be without lying there too."""
    facts: dict[str, Any] = {}
    for one in model._meta.concrete_fields:
        if one.related_model is Place:
            facts[one.name] = place.campus if one.name == "campus" else place
        elif one.related_model is not None and issubclass(one.related_model, Document) and not one.null:
            facts[one.name] = paper_at(one.related_model, place)
    return model(**facts)


def asked(person: Person, verb: Action, about: dict[str, Any]) -> bool:
    """The rule's answer; a rule that looks into the rows of a paper finds none on this one."""
    try:
        return can(person, verb, **about)
    except (ValueError, ObjectDoesNotExist):
        return False


def lines(stage: Stage) -> Iterator[tuple[str, str, str]]:
    for pattern in urlpatterns_of(urlpatterns):
        rule = getattr(pattern.callback, "rule", None)
        yield "page", str(pattern.pattern), letters(lambda role: "A" if rule(stage.whole[role]) else ".")  # noqa: B023
    for one in PAGES:
        yield "hand page", one.name, letters(lambda role: "A" if one.readers(stage.whole[role]) else ".")  # noqa: B023
    for register in REGISTERS:
        yield "register", register.name, letters(lambda role: of_register(register, stage.whole[role]))  # noqa: B023
    for table in TABULATIONS:
        yield "table", table.name, letters(lambda role: of_table(table, stage, role))  # noqa: B023
    for figure in FIGURES:
        yield "figure", figure.name, letters(lambda role: of_figure(figure, stage.whole[role]))  # noqa: B023
    for verb in offered():
        yield "action", verb.kind, letters(lambda role: stage.of_action(verb, role))  # noqa: B023


def letters(of: Any) -> str:
    return "".join(of(role) for role in Role.values)


def urlpatterns_of(patterns: list[Any]) -> Iterator[Any]:
    for one in patterns:
        if hasattr(one, "url_patterns"):
            yield from urlpatterns_of(one.url_patterns)
        elif getattr(one.callback, "__module__", "").startswith("houqin.interfaces.web"):
            yield one


def of_register(register: Any, person: Person) -> str:
    if not register.readers(person):
        return "."
    if register.seen_by is not None and not register.seen_by(person):
        return "o"
    return "A" if register.whole_school else "C"


def of_table(table: Any, stage: Stage, role: str) -> str:
    if not table.readers(stage.whole[role]):
        return "."
    return "A" if table.readers(stage.limited[role]) else "S"


def of_figure(figure: Any, person: Person) -> str:
    return "C" if reads_figures(person) else "o" if may_read(person, figure) else "."


@pytest.fixture
def stage(cast):
    return Stage(cast)


def test_who_may_what_is_what_the_file_says(stage):
    told = HEAD + "# posts in order: " + " ".join(Role.values) + "\n"
    told += "".join(f"{kind}\t{name}\t{answers}\n" for kind, name, answers in lines(stage))
    if os.environ.get("HOUQIN_WRITE_RIGHTS"):
        FILE.write_text(told, encoding="utf-8")

    before, now = FILE.read_text(encoding="utf-8").splitlines(), told.splitlines()
    assert [one for one in now if one not in set(before)] == []
    assert [one for one in before if one not in set(now)] == []
