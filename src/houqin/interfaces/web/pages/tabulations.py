"""Tables worked out for what is asked: one page for all of them, from what each says of itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from houqin.foundation.journal.models import Entry
from houqin.foundation.org.models import Person
from houqin.foundation.org.numbers import reads_entry
from houqin.foundation.registers.display import shown
from houqin.foundation.registers.register import REGISTERS
from houqin.foundation.registers.tabulations import TABULATIONS, Asked, Opens, Tabulated, printed
from houqin.foundation.signing.models import DOCUMENTS
from houqin.foundation.signing.reading import readable
from houqin.kit import clock

from ..access import Request, page
from ..forms import drawn
from ..tables import css_class, naming_positions
from ..writing import spoken
from .registers import attachment_header

MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "json": "application/json",
}
PER_PAGE = 100


def asked_for(request: Request, name: str) -> Asked:
    """What the address asks of the tabulation of that name, if this person may read it."""
    found = TABULATIONS.get(name)
    if found is None:
        raise Http404
    return found.asked(request.person, request.GET)


@page()
def tabulation(request: Request, name: str) -> HttpResponse:
    """The form above, the table below; what cannot be read is said and the form keeps it."""
    asked = asked_for(request, name)
    facts: dict[str, Any] = {
        "tabulation": asked.tabulation,
        "fields": drawn(asked.form),
        "query": "?" + urlencode(_as_words(asked)),
    }
    if asked.is_readable:
        table = asked.table()
        pages = max(1, -(-len(table.rows) // PER_PAGE))
        page_now = min(_page_asked(request), pages)
        facts |= _table(table, page=page_now, person=request.person) | {
            "page": page_now,
            "pages": pages,
            "first": (page_now - 1) * PER_PAGE + 1,
            "last": min(page_now * PER_PAGE, len(table.rows)),
            "previous": facts["query"] + f"&page={page_now - 1}" if page_now > 1 else "",
            "next": facts["query"] + f"&page={page_now + 1}" if page_now < pages else "",
        }
    else:
        facts["problems"] = [spoken(error) for errors in asked.form.errors.values() for error in errors]
    return render(request, "web/tabulation.html", facts)


def _as_words(asked: Asked) -> dict[str, str]:
    return {key: str(getattr(value, "pk", value)) for key, value in asked.given.items()}


def _page_asked(request: Request) -> int:
    """The page of the address; the first where it is no number."""
    text = request.GET.get("page") or ""
    return max(1, int(text)) if text.isascii() and text.isdecimal() and len(text) <= 9 else 1


def _table(table: Tabulated, *, page: int, person: Person) -> dict[str, Any]:
    """What the table's template needs of one page; totals are those of all."""
    totals = table.totals()
    rows = table.rows[(page - 1) * PER_PAGE : page * PER_PAGE]
    may_open = openable(person, [row.opens for row in rows])
    naming = naming_positions(table.columns, [row.values for row in rows])
    styles = [css_class(column) or ("name" if at in naming else "") for at, column in enumerate(table.columns)]
    return {
        "heading": table.heading,
        "heads": [(column.label, css_class(column)) for column in table.columns],
        "count": len(table.rows),
        "rows": [
            {
                "address": address_of(row.opens) if row.opens in may_open else "",
                "mark": row.mark,
                "cells": [
                    (style, shown(column, value))
                    for style, column, value in zip(styles, table.columns, row.values, strict=True)
                ],
            }
            for row in rows
        ],
        "totals": [
            (css_class(column), shown(column, total) if total is not None else "")
            for column, total in zip(table.columns, totals, strict=True)
        ]
        if any(total is not None for total in totals)
        else [],
        "notes": table.notes,
    }


def openable(person: Person, told: Iterable[Opens | None]) -> set[Opens]:
    """Those that ``person`` may open: a table may count what its reader may not read paper by paper."""
    wanted = {one for one in told if one is not None}
    numbers = [int(one.name) for one in wanted if one.what == "entry"]
    entries = {entry.number: entry for entry in Entry.objects.filter(number__in=numbers).select_related("place")}
    open_at_once = {
        number for number, entry in entries.items() if person.pk == entry.by_id or reads_entry(person, entry)
    }
    papers: dict[str, set[int]] = {}
    for one in wanted:
        if one.what == "document":
            papers.setdefault(one.name, set()).add(one.key)
    for number, entry in entries.items():
        if number not in open_at_once and entry.document_id:
            papers.setdefault(entry.document_kind, set()).add(entry.document_id)
    read = {
        (kind, key)
        for kind, keys in papers.items()
        if kind in DOCUMENTS
        for key in readable(person, DOCUMENTS[kind]._default_manager.filter(pk__in=keys)).values_list("pk", flat=True)
    }

    def may(one: Opens) -> bool:
        if one.what == "document":
            return one.name not in DOCUMENTS or (one.name, one.key) in read
        if one.what == "entry":
            entry = entries.get(int(one.name))
            return entry is not None and (
                entry.number in open_at_once or (entry.document_kind, entry.document_id) in read
            )
        register = REGISTERS.get(one.name) if one.what == "register" else None
        return register is None or register.readers(person)

    return {one for one in wanted if may(one)}


def address_of(opens: Opens | None) -> str:
    """The page a row opens."""
    if opens is None:
        return ""
    if opens.what == "document":
        return reverse("document", args=[opens.name, opens.key])
    if opens.what == "entry":
        return reverse("entry", args=[int(opens.name)])
    query = f"?{urlencode(opens.params)}" if opens.params else ""
    return reverse(opens.what, args=[opens.name]) + query


@page()
def printed_tabulation(request: Request, name: str) -> HttpResponse:
    """As it is printed, on screen; the browser prints it."""
    asked = asked_for(request, name)
    facts = {
        "title": asked.tabulation.title,
        "slips": printed(asked.slips(), "html").decode(),
        "back": reverse("tabulation", args=[name]) + "?" + urlencode(_as_words(asked)),
        "files": [
            (format, reverse("tabulation_file", args=[name, format]) + "?" + urlencode(_as_words(asked)))
            for format in ("pdf", "docx")
        ],
    }
    return render(request, "web/slips.html", facts)


@page()
def file(request: Request, name: str, format: str) -> HttpResponse:
    """The table as .xlsx, .csv or .json, its print as .docx or .pdf."""
    if format not in MEDIA_TYPES:
        raise Http404
    asked = asked_for(request, name)
    response = HttpResponse(asked.file(format), content_type=MEDIA_TYPES[format])
    response["Content-Disposition"] = attachment_header(f"{asked.tabulation.title}{clock.today():%Y%m%d}.{format}")
    return response
