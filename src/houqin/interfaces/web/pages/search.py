"""Looking for something in everything one may read: a page, and the same in a dialog as one types."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import escape
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from houqin.foundation.journal.figures import FIGURES
from houqin.foundation.journal.models import Entry
from houqin.foundation.org.models import Person
from houqin.foundation.registers.pages import PAGES
from houqin.foundation.registers.tabulations import TABULATIONS
from houqin.foundation.search.finding import Found, Hit, find
from houqin.foundation.search.headings import Heading, headings_that_answer
from houqin.foundation.search.keeping import catch_up_in_passing
from houqin.foundation.search.words import question
from houqin.foundation.signing.causes import may_read_entry
from houqin.foundation.signing.models import Document
from houqin.kit.text import to_simplified, to_traditional

from ..access import Request, page
from ..manual import chapters
from ..navigation import may_read_figures, registers_of, startable_by

LONGEST = 100
IN_DIALOG, ON_PAGE, AT_MOST = 8, 30, 300


@page()
def search(request: Request) -> HttpResponse:
    """Papers, people, places, things and what can be done that hold the words; a paper's own number opens it.

    As a fragment for the dialog and for whoever types on the page.
    """
    asked = (request.GET.get("q") or "").replace("\0", "").strip()[:LONGEST]
    is_fragment = bool(request.htmx) and not request.htmx.boosted
    is_dialog = is_fragment and request.htmx.target == "finder-found"
    wanted = ON_PAGE if not is_dialog else IN_DIALOG
    if request.GET.get("more") == "1":
        wanted = AT_MOST
    left = catch_up_in_passing() if asked else 0
    found = find(request.person, asked, papers=wanted, nouns=5 if is_dialog else 12)
    if not is_fragment and len(found.exact) == 1 and found.exact[0].is_paper:
        return HttpResponseRedirect(_address(found.exact[0]))
    goals = (
        headings_that_answer(question(asked), _headings(request.person), most=5 if is_dialog else 10) if asked else []
    )
    entry = _entry(request, asked)
    facts: dict[str, Any] = {
        "q": asked,
        "exact": [_line(hit, asked) for hit in found.exact],
        "goals": [(one, marked(str(one.title), asked)) for one in goals],
        "nouns": [_line(hit, asked) for hit in found.nouns],
        "papers": [_line(hit, asked) for hit in found.papers],
        "registers": _registers(found, asked),
        "more": f"?{urlencode({'q': asked, 'more': '1'})}" if found.has_more and wanted < AT_MOST else "",
        "is_cut": found.has_more and wanted >= AT_MOST,
        "left": left,
        "entry": entry,
        "is_dialog": is_dialog,
        "is_empty": asked and not found and not goals and entry is None,
    }
    return render(request, "web/_found.html" if is_fragment else "web/search.html", facts)


def _line(hit: Hit, asked: str) -> dict[str, Any]:
    """A hit as it is shown: where it leads, what it is called, what it is."""
    row = hit.row
    facts: dict[str, Any] = {"address": _address(hit), "day": hit.day, "icon": "file", "what": row._meta.verbose_name}
    if hit.register is not None:
        facts |= {"icon": hit.register.icon or "file", "what": hit.register.title}
    if isinstance(row, Document):
        facts |= {
            "title": marked(row.title(), asked),
            "number": marked(row.number, asked),
            "what": row._meta.verbose_name,
            "state": row.state_label,
        }
    else:
        facts |= {"title": marked(str(row), asked), "number": "", "state": "", "about": _about(row)}
    return facts


def _about(row: Any) -> str:
    """What tells people or places of one name apart."""
    said = [getattr(row, "post", ""), getattr(row, "purpose", ""), getattr(row, "campus", None)]
    return " · ".join(str(one) for one in said if one and str(one) not in str(row))


def _address(hit: Hit) -> str:
    if isinstance(hit.row, Document):
        return reverse("document", args=[hit.row.kind, hit.row.pk])
    if hit.register is None:
        return reverse("search")
    return f"{reverse('register', args=[hit.register.name])}?{urlencode({'q': str(hit.row)})}"


def _registers(found: Found, asked: str) -> list[tuple[Any, str]]:
    """The registers that have hits, to go on there with filters and columns."""
    registers = {hit.register.name: hit.register for hit in [*found.nouns, *found.papers] if hit.register is not None}
    return [
        (one.title, f"{reverse('register', args=[one.name])}?{urlencode({'q': asked})}") for one in registers.values()
    ][:8]


def _headings(person: Person) -> Iterator[Heading]:
    """What this person may do and open, under the words on its button."""
    for verb in startable_by(person):
        address = reverse("do", args=[verb.kind])
        yield Heading(verb.kind, verb.label, address, icon="plus", about=_("新增"), words=verb.sentence)
    for register in registers_of(person):
        address = reverse("register", args=[register.name])
        yield Heading(register.name, register.title, address, icon=register.icon or "list", about=_("登記簿"))
    for written in PAGES:
        if written.in_menu and written.readers(person):
            yield Heading(
                written.name,
                written.title,
                reverse("hand_page", args=[written.name]),
                icon=written.icon,
                about=_("頁面"),
            )
    for table in TABULATIONS:
        if table.in_menu and table.readers(person):
            yield Heading(
                table.name,
                table.title,
                reverse("tabulation", args=[table.name]),
                icon=table.icon or "table",
                about=_("表"),
            )
    for chapter in chapters():
        address = reverse("help_chapter", args=[chapter.name])
        for part in chapter.parts():
            title, at = (chapter.title, "") if part.anchor == "top" else (part.title, f"#{part.anchor}")
            yield Heading(f"help.{chapter.name}{at}", title, address + at, icon="lifebuoy", about=_("幫助"))
    if may_read_figures(person):
        for figure in FIGURES:
            address = reverse("figure", args=[figure.name])
            yield Heading(figure.name, figure.label, address, icon="chart-bar", about=_("數字"))


def _entry(request: Request, asked: str) -> Entry | None:
    if asked.isascii() and asked.isdecimal() and len(asked) < 18 and may_read_figures(request.person):
        found = Entry.objects.filter(number=int(asked)).first()
        return found if found is not None and may_read_entry(request.person, found) else None
    return None


def marked(text: str, asked: str) -> SafeString:
    """The text with what was typed set off, in whichever script it stands there."""
    words = {form for word in asked.split() for form in (word, to_traditional(word), to_simplified(word)) if form}
    if not words:
        return escape(text)
    pattern = re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)), re.IGNORECASE)
    parts, last = [], 0
    for match in pattern.finditer(text):
        parts += [escape(text[last : match.start()]), mark_safe("<mark>"), escape(match[0]), mark_safe("</mark>")]
        last = match.end()
    return mark_safe("".join([*parts, escape(text[last:])]))
