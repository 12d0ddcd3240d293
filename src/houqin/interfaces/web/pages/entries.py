"""The journal as people read it: a list, and one entry with everything that hangs on it."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from houqin.foundation.journal.actions import ACTIONS, can
from houqin.foundation.journal.models import Entry, Place
from houqin.foundation.journal.refused import Denied
from houqin.foundation.org.numbers import campuses_read
from houqin.foundation.org.rules import office, readers
from houqin.foundation.signing.causes import may_read_entry
from houqin.foundation.signing.taking_back import why_not_reversed
from houqin.kit.dates import parse_date

from .. import words
from ..access import Request, page
from .registers import query_with

PAGE_SIZE = 50
reads_journal = readers | office


@page(reads_journal)
def entries(request: Request) -> HttpResponse:
    """Entries, latest first, by kind, day, place and person."""
    found = Entry.objects.select_related("place", "by").order_by("-number")
    reached = campuses_read(request.person)
    if reached is not None:
        found = found.filter(Q(campus_id__in=reached) | Q(by=request.person))
    asked = {name: (request.GET.get(name) or "").strip() for name in ("kind", "from", "to", "campus", "q")}
    problems: list[str] = []
    if asked["kind"]:
        found = found.filter(kind=asked["kind"])
    if asked["campus"].isdecimal():
        found = found.filter(campus_id=int(asked["campus"][:18]))
    for name, lookup in (("from", "occurred_on__gte"), ("to", "occurred_on__lte")):
        if asked[name]:
            try:
                found = found.filter(**{lookup: parse_date(asked[name])})
            except ValueError as error:
                problems.append(str(error))
    if asked["q"]:
        text = asked["q"]
        match = Q(document_number__icontains=text) | Q(place__full_name__icontains=text) | Q(by__name__icontains=text)
        if text.isascii() and text.isdecimal() and len(text) < 18:
            match |= Q(number=int(text))
        found = found.filter(match)
    paginator = Paginator(found, PAGE_SIZE)
    cut = paginator.get_page(request.GET.get("page"))
    facts = {
        "rows": [row_of(entry) for entry in cut],
        "cut": cut,
        "count": paginator.count,
        "asked": asked,
        "problems": problems,
        "kinds": words.kind_choices(),
        "campuses": Place.objects.filter(kind="campus"),
        "is_narrowed": any(asked.values()),
        "previous": query_with(request.GET, page=cut.number - 1) if cut.has_previous() else "",
        "next": query_with(request.GET, page=cut.number + 1) if cut.has_next() else "",
    }
    template = "web/_entries.html" if request.htmx else "web/entries.html"
    return render(request, template, facts)


def row_of(entry: Entry) -> dict[str, Any]:
    """What a list says of an entry."""
    document = ""
    if entry.document_kind and entry.document_id:
        document = reverse("document", args=[entry.document_kind, entry.document_id])
    return {
        "entry": entry,
        "label": words.entry_label(entry),
        "category": words.category_label(entry.category, entry.kind, entry.document_kind),
        "document": document,
    }


@page()
def entry(request: Request, number: int) -> HttpResponse:
    """One entry: who, when, where, what moved, what it counts for, why, and what followed from it."""
    found = Entry.objects.select_related("place", "by", "because", "reverses").filter(number=number).first()
    if found is None:
        raise Http404
    if not may_read_entry(request.person, found):
        raise Denied(_("這筆登記只給總務處和經手的人看。"))
    lines = [
        {
            "commodity": line.commodity,
            "quantity": words.quantity_label(line.quantity, line.commodity),
            "source": words.account_label(line.source),
            "target": words.account_label(line.target),
        }
        for line in found.lines.select_related("commodity", "source", "target").order_by("position")
    ]
    reversal = Entry.objects.filter(reverses_id=found.number).first()
    reverser = ACTIONS.get("journal.reversed")
    facts = {
        **row_of(found),
        "document_label": words.document_label(found.document_kind),
        "lines": lines,
        "measures": [
            (words.measure_told(one.name, found.kind), words.measure_text(one.name, found.kind, one.quantity))
            for one in found.measures.order_by("name")
        ],
        "because": row_of(found.because) if found.because else None,
        "consequences": [row_of(one) for one in found.consequences.exclude(reverses=found).order_by("number")],
        "reversal": reversal,
        "previous_digest": Entry.objects.filter(number=found.number - 1).values_list("digest", flat=True).first() or "",
        "can_reverse": reverser is not None and can(request.person, reverser) and not why_not_reversed(found),
    }
    return render(request, "web/entry.html", facts)
