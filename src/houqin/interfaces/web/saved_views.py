"""Saved views 常用查詢 of a register: kept by a person, for themselves or for the whole school.

A view is the query of an address, so that it does what the address does and no more: whoever opens a shared one sees
the rows *they* may see. Saving one is a preference, not a fact of the school, so it is no entry of the journal.
"""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.org.models import Person, Role
from houqin.foundation.registers.listing import WORDS, Listing
from houqin.foundation.registers.register import Register
from houqin.kit import clock

from .models import OpeningView, SavedView

# What is about one visit, not about the view.
OF_A_VISIT = frozenset({"page", "view", "full", "format"})
LONGEST_NAME = 40
MOST_OF_ONE_PERSON = 40


def views_of(person: Person, register: Register) -> QuerySet[SavedView]:
    """The person's own views of this register and those shared with the school."""
    return (
        SavedView.objects.filter(register=register.name)
        .filter(Q(owner=person) | Q(is_shared=True))
        .select_related("owner")
    )


def opening_view(person: Person, register: Register) -> SavedView | None:
    """The view this person has the register open with; none where its owner took it back."""
    found = OpeningView.objects.filter(person=person, register=register.name).select_related("view").first()
    if found is None or not (found.view.is_shared or found.view.owner_id == person.pk):
        return None
    return found.view


def plain_query(query: str, *, register: Register) -> str:
    """What of an address belongs to a view: filters, order, columns; unknown words are left out."""
    columns = {column.name for column in register.table_columns()}
    asked = parse_qsl(query.removeprefix("?"))
    return urlencode([(name, value) for name, value in asked if name in (WORDS - OF_A_VISIT) | columns])


def as_parameters(query: str) -> dict[str, str]:
    """A query as a listing takes it; a word said twice means either value."""
    found: dict[str, list[str]] = {}
    for name, value in parse_qsl(query.removeprefix("?")):
        found.setdefault(name, []).append(value)
    return {name: ",".join(values) for name, values in found.items()}


def save_view(person: Person, register: Register, *, name: str, query: str, is_shared: bool = False) -> SavedView:
    """Keep ``query`` under ``name``; the same name again changes it. Refuses what the register cannot read."""
    name = " ".join(name.split())
    if not name:
        raise Refused(_("給這個查詢起個名字，例如「北校區未完成」。"), field="name")
    if len(name) > LONGEST_NAME:
        raise Refused(_("名字最多 %(most)d 個字。") % {"most": LONGEST_NAME}, field="name")
    kept = plain_query(query, register=register)
    Listing(register, person, as_parameters(kept))
    mine = SavedView.objects.filter(owner=person, register=register.name)
    if not mine.filter(name=name).exists() and mine.count() >= MOST_OF_ONE_PERSON:
        raise Refused(_("這本登記簿已經存了 %(most)d 個查詢。請先刪掉不用的。") % {"most": MOST_OF_ONE_PERSON})
    found, _is_new = SavedView.objects.update_or_create(
        register=register.name,
        owner=person,
        name=name,
        defaults={"query": kept, "is_shared": is_shared, "saved_at": clock.now()},
    )
    return found


def may_remove(person: Person, view: SavedView) -> bool:
    """Its owner; a shared one also the director and the administrator, who keep the school's list tidy."""
    return view.owner_id == person.pk or (view.is_shared and person.has_role(Role.DIRECTOR, Role.ADMINISTRATOR))


def remove_view(person: Person, view: SavedView) -> None:
    """Take a view away, for everybody who opened the register with it too."""
    if not may_remove(person, view):
        raise Denied(_("「%(view)s」是%(owner)s存的，要由本人或總務主任來刪。") % {"view": view, "owner": view.owner})
    view.delete()


def open_with(person: Person, register: Register, view: SavedView | None) -> None:
    """Let the register open with this view for this person; None: with all its rows again."""
    if view is None:
        OpeningView.objects.filter(person=person, register=register.name).delete()
        return
    OpeningView.objects.update_or_create(person=person, register=register.name, defaults={"view": view})
