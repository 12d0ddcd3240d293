"""One verb for many papers of a register: chosen rows or everything the filters leave, each in its own transaction.

First the register sends the rows and the verb; this page shows which of them can take the step and asks once for what
the verb wants to know; then it goes through them and says what was done, what was refused and why. Nothing is decided
here: each paper takes the step through the action's own form, rule and route, as it would from its own page.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from houqin.foundation.journal.actions import ACTIONS, Action, ActionForm
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.registers.listing import Listing
from houqin.foundation.registers.register import Register
from houqin.foundation.signing.hand import by_hand, stamped_or_button
from houqin.foundation.signing.models import Document

from ..access import Request, page
from ..forms import blank_form, drawn
from ..saved_views import as_parameters, plain_query
from ..steps import sources_of, verbs_for_many
from ..writing import in_the_books_language, spoken
from .documents import BEGUN_WITH
from .registers import register_for

# Each paper is a transaction of its own; more than these would keep a browser waiting for minutes.
MOST_AT_ONCE = 300
# Titles listed before the step is taken; the rest is counted.
MOST_NAMED = 20


@dataclass
class Chosen:
    """The papers a person chose, in the register's order: those that can take the step and those that cannot now."""

    fitting: list[Document] = field(default_factory=list)
    unfitting: list[Document] = field(default_factory=list)

    @property
    def papers(self) -> list[Document]:
        return [*self.fitting, *self.unfitting]


@page(methods=("POST",))
def many(request: Request, name: str) -> HttpResponse:
    """Ask what is needed once, then take the step with each paper."""
    register = register_for(request.person, name)
    query = plain_query(request.POST.get("query") or "", register=register)
    back = reverse("register", args=[name]) + (f"?{query}" if query else "")
    verb = ACTIONS.get(request.POST.get("step") or "")
    if verb is None:
        messages.warning(request, _("先選要辦什麼，再按「下一步」。"))
        return HttpResponseRedirect(back)
    if verb not in verbs_for_many(request.person, register) or verb.kind in BEGUN_WITH:
        raise Denied(_("「%(label)s」不能在這本登記簿成批辦。請打開單子一張一張辦。") % {"label": verb.label})
    try:
        chosen = _chosen(request, register, verb, query=query)
    except Refused as refused:
        messages.warning(request, spoken(refused))
        return HttpResponseRedirect(back)
    facts: dict[str, Any] = {"register": register, "verb": verb, "query": query, "back": back, "chosen": chosen}
    if not request.POST.get("sure"):
        form = blank_form(verb, actor=request.person, given={"document": chosen.fitting[0]} if chosen.fitting else {})
        return _asking(request, facts, form)
    form = verb.form(_answers(request, chosen.papers[0]), actor=request.person)
    if wrong := _wrong(form):
        for one, error in wrong.items():
            form.errors.setdefault(one, form.error_class(error.messages))
        return _asking(request, facts, form, status=422)
    return _taken(request, facts)


def _chosen(request: Request, register: Register, verb: Action, *, query: str) -> Chosen:
    """The papers meant. Refuses none and too many; rows this person may not see are not among them."""
    asked = as_parameters(query)
    if request.POST.get("all"):
        listing = Listing(register, request.person, asked)
        rows = listing.query.order_by(*listing.sort)
    else:
        keys = [int(key) for key in _keys(request) if key.isascii() and key.isdecimal() and len(key) < 18]
        if not keys:
            raise Refused(_("先勾選要辦的行，或勾選「全部」。"))
        listing = Listing(register, request.person, {"sort": asked["sort"]} if "sort" in asked else {})
        rows = listing.query.filter(pk__in=keys[: MOST_AT_ONCE + 1]).order_by(*listing.sort)
    papers = list(rows.values_list("pk", flat=True)[: MOST_AT_ONCE + 1])
    if not papers:
        raise Refused(_("這些行已經不在您看得到的範圍裏。請重新選。"))
    if len(papers) > MOST_AT_ONCE:
        raise Refused(
            _("一次最多辦 %(most)d 筆，這裏有 %(count)s 筆。請再加條件，分幾次辦。")
            % {"most": MOST_AT_ONCE, "count": f"{rows.count():,}"}
        )
    model: type[Document] = listing.query.model
    found = model._default_manager.select_related("place").in_bulk(papers)
    sources = sources_of(verb, model)
    chosen = Chosen()
    for key in papers:
        document = found[key]
        (chosen.fitting if not sources or document.state in sources else chosen.unfitting).append(document)
    return chosen


def _keys(request: Request) -> list[str]:
    return [key for value in request.POST.getlist("row") for key in value.split(",")]


def _answers(request: Request, document: Document) -> Any:
    """What was typed, about one of the papers."""
    data = request.POST.copy()
    data["document"] = document.pk
    return data


def _wrong(form: ActionForm) -> dict[str, ValidationError]:
    """What is wrong with the answers themselves, whichever paper they are about."""
    wrong: dict[str, ValidationError] = {}
    for name, one in form.fields.items():
        if name == "document":
            continue
        try:
            one.clean(one.widget.value_from_datadict(form.data, form.files, form.add_prefix(name)))
        except ValidationError as error:
            wrong[name] = error
    return wrong


def _asking(request: Request, facts: dict[str, Any], form: ActionForm, *, status: int = 200) -> HttpResponse:
    chosen: Chosen = facts["chosen"]
    # A file hangs on one paper: it is added from that paper's page.
    fields = [one for one in drawn(form, hidden={"document"}) if one.kind != "file"]
    asked = {
        "fields": fields,
        "wrong": sum(1 for one in fields if one.errors),
        "rows": ",".join(str(document.pk) for document in chosen.fitting),
        "named": chosen.fitting[:MOST_NAMED],
        "unnamed": max(0, len(chosen.fitting) - MOST_NAMED),
        "once": request.POST.get("once") or uuid4().hex,
    }
    return render(request, "web/many.html", facts | asked, status=status)


def _taken(request: Request, facts: dict[str, Any]) -> HttpResponse:
    """Go through the papers; the same form sent again writes nothing twice and shows the same report."""
    verb, chosen, once = facts["verb"], facts["chosen"], (request.POST.get("once") or uuid4().hex)[:64]
    done, refused = [], []
    # What is no longer in the right state says so itself, unless this very form has moved it.
    hand = stamped_or_button(request.person)
    for document in chosen.papers:
        try:
            with in_the_books_language(), by_hand(hand):
                entry = verb.perform(
                    request.person,
                    _answers(request, document),
                    once=f"web:many:{request.person.pk}:{once}:{document.pk}"[:128],
                    via="web",
                )
            done.append((document, entry))
        except Refused as problem:
            refused.append((document, spoken(problem)))
    report = {
        "done": done,
        "refused": refused,
        "again": ",".join(str(document.pk) for document, _why in refused),
    }
    return render(request, "web/many_report.html", facts | report)
