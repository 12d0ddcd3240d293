"""The registers: one page for all of them, from what each says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from houqin.foundation.journal.actions import can
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.org.models import Person
from houqin.foundation.registers.exporting import export as export_register
from houqin.foundation.registers.listing import HIDDEN, WORDS, Listing
from houqin.foundation.registers.register import REGISTERS, Column, Register
from houqin.kit import clock

from ..access import Request, page
from ..navigation import groups_of
from ..tables import css_class, rows_of_page, table_rows, totals_row

MOST_PRINTED = 2000
# A filter with more values than this is typed, not chosen.
MOST_OPTIONS = 80
# The rest lie behind 更多條件; the template counts the same.
FILTERS_IN_SIGHT = 3
MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


@dataclass(frozen=True)
class Filter:
    """One column one may filter by; ``options`` are (value, label), empty where the value is typed."""

    column: Column
    value: str
    options: list[tuple[str, str]]


def register_for(person: Person, name: str) -> Register:
    """The register of that name, if this person may read it."""
    found = REGISTERS.get(name)
    if found is None:
        raise Http404
    if not found.readers(person):
        raise Denied(
            _("「%(title)s」只給%(who)s看。需要的話請找總務處開通。") % {"title": found.title, "who": found.readers.who}
        )
    return found


@page()
def index(request: Request) -> HttpResponse:
    """Every register this person may read, by group: the phone's way in."""
    return render(request, "web/registers.html", {"groups": groups_of(request.person)})


@page()
def register(request: Request, name: str) -> HttpResponse:
    """One register: search, filters, table, totals, pages."""
    found = register_for(request.person, name)
    listing, problem = asked_listing(found, request)
    facts = {
        **_table(request, listing),
        "problem": problem,
        "can_add": found.adds is not None and can(request.person, found.adds),
        "can_import": found.importing is not None and can(request.person, found.importing.action),
    }
    if request.htmx:
        return render(request, "web/_register.html", facts)
    facts["filters"] = [_filter(listing, column) for column in listing.all_columns if _is_offered(column)]
    facts["narrowing"] = (
        any(one.value for one in facts["filters"]) or "from" in listing.params or "to" in listing.params
    )
    facts["is_refined"] = any(one.value for one in facts["filters"][FILTERS_IN_SIGHT:])
    facts["chosen"] = {column.name for column in listing.columns}
    return render(request, "web/register.html", facts)


def asked_listing(register: Register, request: Request) -> tuple[Listing, str]:
    """What the address asks for; where it cannot be read, everything, and the sentence that says why."""
    asked = {key: str(value) for key, value in request.GET.items()}
    try:
        return Listing(register, request.person, asked), ""
    except Denied:
        raise
    except Refused as refused:
        kept = {name: value for name, value in asked.items() if name != refused.field} if refused.field else {}
        try:
            return Listing(register, request.person, kept), str(refused)
        except Refused:
            return Listing(register, request.person, {}), str(refused)


def _table(request: Request, listing: Listing) -> dict[str, Any]:
    """What the table's template needs, links ready made."""
    count, pages = listing.count(), listing.pages()
    if listing.page > pages:
        listing.page = pages
    rows = rows_of_page(listing) if count else []
    first = (listing.page - 1) * listing.per_page
    return {
        "register": listing.register,
        "listing": listing,
        "q_here": listing.params.get("q", ""),
        "asked": listing.params,
        "count": count,
        "pages": pages,
        "heads": [_head(listing, column) for column in listing.columns],
        "body": table_rows(listing, rows, address=_document_address(listing.register)),
        "foot": totals_row(listing) if count else "",
        "first": first + 1,
        "last": min(first + listing.per_page, count),
        "previous": query_with(listing.params, page=listing.page - 1) if listing.page > 1 else "",
        "next": query_with(listing.params, page=listing.page + 1) if listing.page < pages else "",
        "query": query_with(listing.params, page=None),
        "is_narrowed": any(name not in {"sort", "page", "columns", "per_page"} for name in listing.params),
    }


def _document_address(register: Register) -> str:
    kind = getattr(register.document, "kind", "")
    return reverse("document", args=[kind, 0]).replace("/0/", "/{}/") if kind else ""


def _is_offered(column: Column) -> bool:
    return column.filtered and column.personal not in HIDDEN


def _filter(listing: Listing, column: Column) -> Filter:
    value = listing.params.get(column.name, "")
    if column.kind == "flag":
        options = [("1", _("是")), ("0", _("否"))]
    elif known := listing.options(column):
        options = [(str(key), str(label)) for key, label in known.items()]
    else:
        values = [str(one) for one in listing.values(column, most=MOST_OPTIONS + 1)]
        options = [(one, one) for one in values] if len(values) <= MOST_OPTIONS else []
        if options and value and value not in values:
            options.append((value, value))
    return Filter(column, value, options)


def _head(listing: Listing, column: Column) -> dict[str, Any]:
    asked = listing.params.get("sort", "")
    direction = ""
    if asked.removeprefix("-") == column.name:
        direction = "descending" if asked.startswith("-") else "ascending"
    is_sortable = column.sortable and column.personal not in HIDDEN
    link = query_with(listing.params, sort=("-" if direction == "ascending" else "") + column.name, page=None)
    return {
        "label": column.label,
        "style": css_class(column),
        "direction": direction,
        "link": link if is_sortable else "",
    }


def query_with(params: Any, **changed: object) -> str:
    """The address's query with some parameters changed; None leaves one out."""
    kept = {name: value for name, value in params.items() if value and name not in changed}
    kept |= {name: str(value) for name, value in changed.items() if value is not None}
    return "?" + urlencode(kept)


@page()
def columns(request: Request, name: str) -> HttpResponse:
    """Choose the columns: back to the register with the choice in its address."""
    found = register_for(request.person, name)
    known = [column.name for column in found.table_columns()]
    wanted = [one for one in known if one in request.GET.getlist("column")]
    asked = {
        key: value
        for key, value in parse_qsl((request.GET.get("query") or "").removeprefix("?"))
        if key in WORDS or key in known
    }
    address = reverse("register", args=[name])
    return HttpResponseRedirect(address + query_with(asked, columns=",".join(wanted) or None))


@page()
def printed(request: Request, name: str) -> HttpResponse:
    """The register as the paper one looks, with lines to sign on."""
    found = register_for(request.person, name)
    listing, problem = asked_listing(found, request)
    rows = []
    for row in listing.every_row():
        rows.append((None, *row))
        if len(rows) >= MOST_PRINTED:
            break
    facts = {
        "register": found,
        "listing": listing,
        "asked": listing.params,
        "problem": problem,
        "count": listing.count(),
        "heads": [(column.label, css_class(column)) for column in listing.columns],
        "body": table_rows(listing, rows),
        "foot": totals_row(listing),
        "today": clock.today(),
        "most": MOST_PRINTED,
        "query": query_with(listing.params, page=None),
    }
    return render(request, "web/register_print.html", facts)


@page()
def export(request: Request, name: str, format: str) -> HttpResponse:
    """What one sees, as a file; fit to be imported again."""
    found = register_for(request.person, name)
    if format not in MEDIA_TYPES:
        raise Http404
    asked = {key: str(value) for key, value in request.GET.items() if key != "page"}
    content = export_register(found, request.person, asked, format=format)
    response = HttpResponse(content, content_type=MEDIA_TYPES[format])
    response["Content-Disposition"] = attachment_header(f"{found.title}{clock.today():%Y%m%d}.{format}")
    return response


def attachment_header(name: str) -> str:
    """A header under which every browser saves a Chinese file name."""
    return f"attachment; filename*=UTF-8''{quote(name)}"
