"""What stands around every page: the registers by group, the five places of a phone, switches."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from houqin.foundation.journal.actions import ACTIONS, Action, can
from houqin.foundation.org.models import Person, School
from houqin.foundation.org.rules import office, readers
from houqin.foundation.registers.register import REGISTERS, Register
from houqin.foundation.signing.models import Task

# A menu of this many registers needs no folding.
UNFOLDED = 14


@dataclass
class Group:
    """Registers that belong together, under one word."""

    title: str
    registers: list[Register] = field(default_factory=list)
    is_open: bool = False


def registers_of(person: Person) -> list[Register]:
    """The registers this person may read, in the order they were declared."""
    return [register for register in REGISTERS if register.readers(person)]


def groups_of(person: Person, *, current: str = "") -> list[Group]:
    groups: dict[str, Group] = {}
    for register in registers_of(person):
        title = str(register.group or _("其他"))
        group = groups.setdefault(title, Group(title))
        group.registers.append(register)
        group.is_open |= register.name == current
    # The school's own lists are set up once and seldom opened: the house's work comes first.
    return sorted(groups.values(), key=lambda group: group.registers[0].domain == "org")


def startable_by(person: Person) -> list[Action]:
    """What this person can begin without a document in hand."""
    return [
        verb
        for verb in ACTIONS
        if not verb.hidden
        and "document" not in verb.form.base_fields
        and verb.kind != "journal.reversed"
        and can(person, verb)
    ]


def may_read_figures(person: Person) -> bool:
    return bool((readers | office)(person))


def around_the_page(request: HttpRequest) -> dict[str, Any]:
    """Context of every template. Without a person only the switches."""
    theme = request.COOKIES.get("theme", "")
    facts: dict[str, Any] = {
        "languages": settings.LANGUAGES,
        "language": getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE),
        "theme": theme if theme in ("light", "dark") else "",
        "here": request.get_full_path() if request.method == "GET" else request.path,
        "person": None,
    }
    person = facts["person"] = getattr(request, "person", None)
    if getattr(request, "htmx", False):
        return facts
    facts["school"] = School.objects.first()
    if person is None:
        return facts
    match = request.resolver_match
    name = match.kwargs.get("name", "") if match else ""
    groups = groups_of(person, current=name)
    facts |= {
        "menu_groups": groups,
        "unfolded": sum(len(group.registers) for group in groups) <= UNFOLDED,
        "current": name,
        "section": match.url_name if match else "",
        "waiting_count": Task.objects.open().of(person).count(),
        "reads_figures": may_read_figures(person),
    }
    return facts
