"""Tables worked out for what is asked: one page for all of them, from what each says of itself."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from houqin.foundation.registers.display import shown
from houqin.foundation.registers.tabulations import TABULATIONS, Asked, Opens, Tabulated, printed
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
        facts |= _table(table, page=page_now) | {
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


def _table(table: Tabulated, *, page: int) -> dict[str, Any]:
    """What the table's template needs of one page; totals are those of all."""
    totals = table.totals()
    rows = table.rows[(page - 1) * PER_PAGE : page * PER_PAGE]
    naming = naming_positions(table.columns, [row.values for row in rows])
    styles = [css_class(column) or ("name" if at in naming else "") for at, column in enumerate(table.columns)]
    return {
        "heading": table.heading,
        "heads": [(column.label, css_class(column)) for column in table.columns],
        "count": len(table.rows),
        "rows": [
            {
                "address": address_of(row.opens),
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
