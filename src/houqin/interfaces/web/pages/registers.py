"""The registers: one page for all of them, from what each says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from houqin.foundation.journal.actions import can
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.org.correcting import field_labels, history
from houqin.foundation.org.models import Person
from houqin.foundation.registers.display import shown
from houqin.foundation.registers.exporting import export as export_register
from houqin.foundation.registers.listing import HIDDEN, WORDS, Listing
from houqin.foundation.registers.register import REGISTERS, Column, Register
from houqin.kit import clock

from ..access import Request, page
from ..models import SavedView
from ..navigation import groups_of
from ..saved_views import (
    as_parameters,
    may_remove,
    open_with,
    opening_view,
    plain_query,
    remove_view,
    save_view,
    views_of,
)
from ..steps import verbs_for_many
from ..tables import css_class, rows_of_page, table_rows, totals_row
from ..writing import spoken
from .account import YEAR, back

MOST_PRINTED = 2000
# A filter with more values than this is typed, not chosen.
MOST_OPTIONS = 80
# The rest lie behind 更多條件; the template counts the same.
FILTERS_IN_SIGHT = 3
DENSITIES = ("wide", "tight")
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
    """One register: views, search, filters, table, totals, pages; opened bare, with the view chosen for that."""
    found = register_for(request.person, name)
    opening = opening_view(request.person, found)
    if opening is not None and not request.GET and not request.htmx:
        return HttpResponseRedirect(_address_of_view(opening))
    listing, problem = asked_listing(found, request)
    facts = {
        **_table(request, listing),
        "problem": problem,
        "everything": reverse("register", args=[name]) + ("?view=0" if opening else ""),
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
    facts |= _views(request, found, opening=opening)
    return render(request, "web/register.html", facts)


def _address_of_view(view: SavedView) -> str:
    query = f"{view.query}&" if view.query else ""
    return f"{reverse('register', args=[view.register])}?{query}view={view.pk}"


def _views(request: Request, register: Register, *, opening: SavedView | None) -> dict[str, Any]:
    """The row of views above a register: everything, those it comes with, one's own, those shared by others."""
    here = plain_query(request.GET.urlencode(), register=register)
    current = request.GET.get("view") or ""
    saved: list[dict[str, Any]] = [
        {
            "view": one,
            "address": _address_of_view(one),
            "is_here": current == str(one.pk),
            "is_opening": opening == one,
            "is_mine": one.owner_id == request.person.pk,
            "may_remove": may_remove(request.person, one),
        }
        for one in views_of(request.person, register)
    ]
    presets = []
    for label, words in register.presets:
        query = plain_query(words, register=register)
        presets.append({"label": label, "address": f"?{query}", "is_here": not current and query == here})
    known = next((one for one in saved if one["is_here"]), None)
    return {
        "presets": presets,
        "saved": saved,
        "here_is_everything": not here,
        "here_query": here,
        "view_here": known,
        # The same view with other filters: offered to be saved under its name again.
        "is_changed": known is not None and known["view"].query != here,
        "opening": opening,
    }


@page()
def noun(request: Request, name: str, key: int) -> HttpResponse:
    """One class, place, item, supplier or person: what the list says of it, and what was corrected of it."""
    found = register_for(request.person, name)
    rows = found.rows(request.person).filter(pk=key)
    row = rows.first()
    if row is None or found.corrects is None:
        raise Http404
    columns = found.table_columns()
    values = rows.values_list(*(column.lookup for column in columns))[0]
    corrects = found.corrects
    labels = field_labels()
    told = {corrects.form.corrects: row}  # type: ignore[attr-defined]
    facts = {
        "register": found,
        "row": row,
        "facts": [
            (column.label, shown(column, value))
            for column, value in zip(columns, values, strict=True)
            if column.personal not in HIDDEN and value not in (None, "")
        ],
        "history": [(one, labels.get(one.field, "")) for one in history(row)],
        "correct": corrects if can(request.person, corrects, **told) else None,
        "correct_query": urlencode({corrects.form.corrects: row.pk, "next": request.path}),  # type: ignore[attr-defined]
    }
    return render(request, "web/noun.html", facts)


@page(methods=("POST",))
def views(request: Request, name: str) -> HttpResponse:
    """Save the register as it is seen, take a saved view away, choose the one it opens with."""
    found = register_for(request.person, name)
    asked = request.POST
    leads_to = reverse("register", args=[name]) + "?view=0"
    try:
        if asked.get("do") == "save":
            view = save_view(
                request.person,
                found,
                name=asked.get("name") or "",
                query=asked.get("query") or "",
                is_shared=bool(asked.get("shared")),
            )
            if asked.get("opening"):
                open_with(request.person, found, view)
            messages.success(request, _("查詢「%(view)s」存好了。") % {"view": view})
            return HttpResponseRedirect(_address_of_view(view))
        view_key = asked.get("view") or ""
        known = views_of(request.person, found).filter(
            pk=int(view_key) if view_key.isascii() and view_key.isdecimal() and len(view_key) < 18 else 0
        )
        view_or_none = known.first()
        if asked.get("do") == "open_with":
            open_with(request.person, found, view_or_none)
            if view_or_none is not None:
                leads_to = _address_of_view(view_or_none)
        elif view_or_none is None:
            raise Http404
        elif asked.get("do") == "remove":
            remove_view(request.person, view_or_none)
            messages.success(request, _("查詢「%(view)s」刪掉了，登記一筆沒動。") % {"view": view_or_none})
    except Denied:
        raise
    except Refused as refused:
        messages.error(request, spoken(refused))
        query = plain_query(asked.get("query") or "", register=found)
        leads_to = reverse("register", args=[name]) + f"?{query or 'view=0'}"
    return HttpResponseRedirect(leads_to)


@page(methods=("POST",))
def density(request: Request) -> HttpResponse:
    """How close the rows of every table stand, on this device."""
    response = HttpResponseRedirect(back(request))
    if (chosen := request.POST.get("density", "")) in DENSITIES:
        response.set_cookie("density", chosen, max_age=YEAR, samesite="Lax", secure=request.is_secure())
    return response


def asked_listing(register: Register, request: Request) -> tuple[Listing, str]:
    """What the address asks for; where it cannot be read, everything, and the sentence that says why."""
    asked = as_parameters(request.GET.urlencode())
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
    verbs = verbs_for_many(request.person, listing.register)
    return {
        "verbs": verbs,
        "register": listing.register,
        "listing": listing,
        "q_here": listing.params.get("q", ""),
        "asked": listing.params,
        "count": count,
        "pages": pages,
        "heads": [_head(listing, column) for column in listing.columns],
        "body": table_rows(listing, rows, address=_document_address(listing.register), picks=bool(verbs)),
        "foot": totals_row(listing) if count else "",
        "first": first + 1,
        "last": min(first + listing.per_page, count),
        "previous": query_with(listing.params, page=listing.page - 1) if listing.page > 1 else "",
        "next": query_with(listing.params, page=listing.page + 1) if listing.page < pages else "",
        "query": query_with(listing.params, page=None),
        "is_narrowed": any(name not in {"sort", "page", "columns", "per_page", "view"} for name in listing.params),
    }


def _document_address(register: Register) -> str:
    kind = getattr(register.document, "kind", "")
    if not kind and register.corrects is not None:
        return reverse("noun", args=[register.name, 0]).replace("/0/", "/{}/")
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
    if value and not any(value == key for key, _label in options) and (labels := _either(options, value)):
        options.append((value, labels))
    return Filter(column, value, options)


def _either(options: list[tuple[str, str]], value: str) -> str:
    """The words of a filter for one value or another (``state=ordered,partly``)."""
    known = dict(options)
    parts = value.split(",")
    return "、".join(known[part] for part in parts) if all(part in known for part in parts) else ""


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
    asked = {key: value for key, value in as_parameters(request.GET.urlencode()).items() if key not in ("page", "view")}
    content = export_register(found, request.person, asked, format=format)
    response = HttpResponse(content, content_type=MEDIA_TYPES[format])
    response["Content-Disposition"] = attachment_header(f"{found.title}{clock.today():%Y%m%d}.{format}")
    return response


def attachment_header(name: str) -> str:
    """A header under which every browser saves a Chinese file name."""
    return f"attachment; filename*=UTF-8''{quote(name)}"
