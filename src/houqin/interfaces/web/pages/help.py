"""Help: the handbook's chapters, the reader's own first."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import resolve
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from houqin.foundation.org.models import Person
from houqin.foundation.registers.register import REGISTERS
from houqin.foundation.registers.tabulations import TABULATIONS
from houqin.kit.text import to_simplified

from ..access import Request, page
from ..manual import CHAPTERS, READ_BY, as_html, chapters


@page()
def contents(request: Request) -> HttpResponse:
    """Every chapter with its sections; those of the reader's posts first."""
    own = own_chapters(request.person)
    ordered = sorted(chapters(), key=lambda one: (one.name not in own, CHAPTERS.index(one.name)))
    told = [
        {
            "name": one.name,
            "title": _in_script(one.title),
            "is_own": one.name in own,
            "parts": [(part.anchor, _in_script(part.title)) for part in one.parts() if part.anchor != "top"],
        }
        for one in ordered
    ]
    return render(request, "web/help.html", {"chapters": told})


@page()
def chapter(request: Request, name: str) -> HttpResponse:
    """One chapter."""
    found = next((one for one in chapters() if one.name == name), None)
    if found is None:
        raise Http404
    is_own = name in own_chapters(request.person)

    def open_page(address: str) -> str:
        """Pages of another post are told about, and not offered to whoever may not open them."""
        match = resolve(address.partition("?")[0])
        listed: Any = {"register": REGISTERS, "tabulation": TABULATIONS}.get(match.url_name or "")
        shown = listed.get(match.kwargs["name"]) if listed else None
        rules = [getattr(match.func, "rule", None), getattr(shown, "readers", None)]
        may = is_own and all(rule(request.person) for rule in rules if rule is not None)
        return _("打開這一頁") if may else ""

    parts = [
        {
            "anchor": part.anchor,
            "title": _in_script(part.title) if part.anchor != "top" else "",
            # The text is the house's own and passes a renderer that lets no HTML through.
            "html": mark_safe(_in_script(as_html(part.text, open_page=open_page))),
        }
        for part in found.parts()
    ]
    return render(request, "web/help_chapter.html", {"title": _in_script(found.title), "parts": parts})


def own_chapters(person: Person) -> list[str]:
    """The chapters about this person's posts."""
    roles = set(person.current_roles)
    return [name for name in CHAPTERS if name in roles or any(READ_BY.get(role) == name for role in roles)]


def _in_script(words: str) -> str:
    return to_simplified(words) if get_language() == "zh-hans" else words
