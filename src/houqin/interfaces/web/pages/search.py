"""Looking for something in everything one may read."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Refused
from houqin.foundation.registers.listing import Listing
from houqin.foundation.signing.models import DOCUMENTS
from houqin.foundation.signing.reading import may_read

from ..access import Request, page
from ..navigation import may_read_figures, registers_of, startable_by
from ..tables import css_class, rows_of_page, table_rows

MOST_IN_ONE = 5
MOST_COLUMNS = 6


@page()
def search(request: Request) -> HttpResponse:
    """Registers, pages and papers that hold the words, either script; a paper's own number opens it."""
    asked = (request.GET.get("q") or "").strip()[:100]
    if asked:
        for model in DOCUMENTS:
            found = model._default_manager.filter(number__iexact=asked).first()
            if found is not None and may_read(request.person, found):
                return HttpResponseRedirect(reverse("document", args=[found.kind, found.pk]))
    results = _in_registers(request, asked) if asked else []
    facts: dict[str, Any] = {
        "q": asked,
        "results": results,
        "pages": _pages(request, asked) if asked else [],
        "entry": _entry(request, asked),
        "is_empty": asked and not results,
    }
    return render(request, "web/search.html", facts)


def _in_registers(request: Request, asked: str) -> list[dict[str, Any]]:
    found = []
    for register in registers_of(request.person):
        if not any(column.searched for column in register.table_columns()):
            continue
        try:
            listing = Listing(register, request.person, {"q": asked, "per_page": str(MOST_IN_ONE)})
        except Refused:
            continue
        count = listing.count()
        if not count:
            continue
        # What was searched is what one wants to see.
        wanted = [c for c in listing.columns if c.searched] + [c for c in listing.columns if not c.searched]
        listing.columns = [column for column in listing.columns if column in wanted[:MOST_COLUMNS]]
        kind = getattr(register.document, "kind", "")
        address = reverse("document", args=[kind, 0]).replace("/0/", "/{}/") if kind else ""
        found.append(
            {
                "register": register,
                "count": count,
                "heads": [(column.label, css_class(column)) for column in listing.columns],
                "body": table_rows(listing, rows_of_page(listing), address=address),
            }
        )
    return sorted(found, key=lambda one: one["register"].domain == "org")


def _pages(request: Request, asked: str) -> list[tuple[str, str]]:
    """Registers and things to do whose own name holds the words."""
    found = [
        (str(one.title), reverse("register", args=[one.name]))
        for one in registers_of(request.person)
        if asked in str(one.title)
    ]
    found += [
        (str(verb.label), reverse("do", args=[verb.kind]))
        for verb in startable_by(request.person)
        if asked in str(verb.label)
    ]
    return found


def _entry(request: Request, asked: str) -> Entry | None:
    if asked.isascii() and asked.isdecimal() and len(asked) < 18 and may_read_figures(request.person):
        return Entry.objects.filter(number=int(asked)).first()
    return None
