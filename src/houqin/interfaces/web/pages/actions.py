"""One page for every action: its form, and what became of it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from houqin.foundation.journal.actions import ACTIONS, Action, Invalid, denial
from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.org.fields import ReferenceField
from houqin.foundation.registers.register import REGISTERS
from houqin.foundation.signing.models import Document
from houqin.kit.text import to_simplified, to_traditional

from ..access import Request, page
from ..forms import blank_form, drawn
from ..navigation import startable_by
from ..writing import in_the_books_language, spoken
from .account import back

MOST_SUGGESTED = 20


@page()
def start(request: Request) -> HttpResponse:
    """Everything this person can begin, by group."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for verb in startable_by(request.person):
        adding = [one for one in REGISTERS if one.adds is verb]
        near = next(iter([*adding, *(one for one in REGISTERS if one.domain == verb.domain)]), None)
        title = str(near.group) if near and near.group else _("其他")
        icon = near.icon if near else ""
        groups.setdefault(title, []).append({"verb": verb, "icon": icon or "plus"})
    ordered = sorted(groups.items(), key=lambda pair: pair[1][0]["verb"].domain in ("org", "calendar"))
    return render(request, "web/start.html", {"groups": ordered})


@page(methods=("GET", "HEAD", "POST"))
def do(request: Request, kind: str) -> HttpResponse:
    """The form of an action that needs no document in hand."""
    verb = ACTIONS.get(kind)
    if verb is None or verb.hidden or "document" in verb.form.base_fields:
        raise Http404
    return perform(request, verb, otherwise=reverse("start"))


def perform(
    request: Request,
    verb: Action,
    *,
    document: Document | None = None,
    given: dict[str, Any] | None = None,
    otherwise: str,
) -> HttpResponse:
    """Show the form or carry it out; what was typed stays when it is refused."""
    about = {"document": document} if document is not None else {}
    if not verb.rule(request.person, **about):
        raise Denied(denial(verb, request.person))
    here = back(request, otherwise=otherwise)
    if request.method != "POST":
        asked = {name: value for name, value in request.GET.items() if name in verb.form.base_fields}
        form = blank_form(verb, actor=request.person, given=(given or {}) | asked | about)
        return _page(request, verb, form, document=document, here=here, once=uuid4().hex)
    data = request.POST.copy()
    if document is not None:
        data["document"] = str(document.pk)
    once = f"web:{request.person.pk}:{data.get('once') or uuid4().hex}"[:128]
    try:
        with in_the_books_language():
            entry = verb.perform(request.person, data, files=request.FILES, once=once, via="web")
    except Invalid as invalid:
        return _page(request, verb, invalid.form, document=document, here=here, once=data.get("once"))
    except Refused as refused:
        form = verb.form(data, request.FILES, actor=request.person)
        form.is_valid()
        key = data.get("once")
        sentence = spoken(refused)
        known = Entry.objects.filter(once=once).first()
        if known is not None:
            # The form was sent, changed with the browser's Back, and sent again.
            key = uuid4().hex
            sentence = _("這張表單已經登記為第 %(number)s 號。若要另外再登記一筆，請再送出一次。") % {
                "number": known.number
            }
        elif refused.field in form.fields and refused.field not in form.errors:
            form.add_error(refused.field, sentence)
        return _page(request, verb, form, document=document, here=here, once=key, refusal=sentence)
    messages.success(
        request, _("%(label)s：已登記為第 %(number)s 號。") % {"label": verb.label, "number": entry.number}
    )
    return HttpResponseRedirect(_after(request, entry, document=document))


def _after(request: Request, entry: Entry, *, document: Document | None) -> str:
    if wanted := back(request, otherwise=""):
        return wanted
    if entry.document_kind and entry.document_id:
        return reverse("document", args=[entry.document_kind, entry.document_id])
    return reverse("entry", args=[entry.number])


def _page(
    request: Request,
    verb: Action,
    form: Any,
    *,
    document: Document | None,
    here: str,
    once: str | None,
    refusal: str = "",
) -> HttpResponse:
    hidden = {"document"} if document is not None else set()
    fields = drawn(form, hidden=hidden)
    general = [spoken(error) for error in form.non_field_errors()] if form.is_bound else []
    if form.is_bound:
        general += [spoken(error) for name in hidden for error in form.errors.get(name, [])]
    facts = {
        "verb": verb,
        "fields": fields,
        "general": general,
        "refusal": refusal,
        "document": document,
        "once": once or uuid4().hex,
        "back": here,
        "next": back(request, otherwise=""),
        "has_files": any(one.kind == "file" for one in fields),
        "wrong": sum(1 for one in fields if one.errors),
    }
    return render(request, "web/do.html", facts, status=422 if form.is_bound else 200)


@page()
def suggest(request: Request, kind: str, field: str) -> HttpResponse:
    """Rows whose name holds what was typed, as options for the field of a form."""
    verb = ACTIONS.get(kind)
    one = verb.form.base_fields.get(field) if verb else None
    if verb is None or not isinstance(one, ReferenceField):
        raise Http404
    typed = (request.GET.get(field) or "").strip()
    names = []
    if typed:
        spellings = {typed, to_traditional(typed), to_simplified(typed)}
        names = [str(row) for row in one.rows().iterator() if any(part in str(row) for part in spellings)][
            :MOST_SUGGESTED
        ]
    return render(request, "web/_suggestions.html", {"names": names, "id": f"list_{field}"})
