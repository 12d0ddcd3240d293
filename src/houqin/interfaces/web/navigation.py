"""What stands around every page: the registers by group, the five places of a phone, switches."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from houqin.foundation.journal.actions import Action, can, offered
from houqin.foundation.notices.models import Notice
from houqin.foundation.org.models import Person, School
from houqin.foundation.org.numbers import reads_figures
from houqin.foundation.registers.pages import PAGES
from houqin.foundation.registers.register import REGISTERS, Register
from houqin.foundation.registers.tabulations import TABULATIONS
from houqin.foundation.signing.models import Task

# The school's own lists: set up once, seldom opened.
SETUP = frozenset({"org", "calendar", "registers", "api"})
# A menu of this many registers needs no folding.
UNFOLDED = 14


@dataclass(frozen=True)
class Place:
    """One line of the menu: a register, a table worked out, a page written by hand."""

    name: str
    title: Any
    icon: str
    address: str
    about: Any = ""


@dataclass
class Group:
    """What belongs together, under one word: what is worked with first, then the registers, then the tables."""

    title: str
    places: list[Place] = field(default_factory=list)
    icon: str = "folder"
    is_open: bool = False
    is_setup: bool = False


def registers_of(person: Person) -> list[Register]:
    """The registers this person may read, in the order they were declared."""
    return [register for register in REGISTERS if register.readers(person)]


def groups_of(person: Person, *, current: str = "") -> list[Group]:
    groups: dict[str, Group] = {}

    def add(one: Any, address: str) -> None:
        title = str(one.group or _("其他"))
        group = groups.setdefault(title, Group(title, icon=one.icon or "list"))
        group.places.append(Place(one.name, one.title, one.icon or "list", address, one.about))
        group.is_open |= one.name == current

    # Which groups come first is said by the registers; what stands first in each is what one works on.
    registers = registers_of(person)
    for one in registers:
        title = str(one.group or _("其他"))
        groups.setdefault(title, Group(title, icon=one.icon or "notebook", is_setup=one.domain in SETUP))
    for written in PAGES:
        if written.in_menu and written.readers(person):
            add(written, reverse("hand_page", args=[written.name]))
    for register in registers:
        add(register, reverse("register", args=[register.name]))
    for table in TABULATIONS:
        if table.in_menu and table.readers(person):
            add(table, reverse("tabulation", args=[table.name]))
    # The house's work comes first.
    return sorted(groups.values(), key=lambda group: group.is_setup)


def phone_pages_of(person: Person) -> list[Place]:
    """What stands first on this person's phone: the gate board, a scan, a roll call."""
    return [
        Place(one.name, one.title, one.icon or "file", reverse("hand_page", args=[one.name]), one.about)
        for one in PAGES
        if one.on_phone and one.readers(person)
    ]


def startable_by(person: Person) -> list[Action]:
    """What this person can begin without a document in hand."""
    return [
        verb
        for verb in offered()
        if "document" not in verb.form.base_fields and verb.kind != "journal.reversed" and can(person, verb)
    ]


def may_read_figures(person: Person) -> bool:
    return reads_figures(person)


def around_the_page(request: HttpRequest) -> dict[str, Any]:
    """Context of every template. Without a person only the switches."""
    theme = request.COOKIES.get("theme", "")
    facts: dict[str, Any] = {
        "languages": settings.LANGUAGES,
        "language": getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE),
        "theme": theme if theme in ("light", "dark") else "",
        "density": "tight" if request.COOKIES.get("density") == "tight" else "",
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
        "phone_pages": phone_pages_of(person),
        "unfolded": sum(len(group.places) for group in groups) <= UNFOLDED,
        "current": name,
        "section": match.url_name if match else "",
        "waiting_count": Task.objects.open().of(person).count(),
        "unread_count": Notice.objects.filter(person=person, read_at__isnull=True).count(),
        "reads_figures": may_read_figures(person),
    }
    return facts
