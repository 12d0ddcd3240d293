"""One page for every action: its form, and what became of it."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.forms import FileField
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from houqin.foundation.journal.actions import ACTIONS, Action, Invalid, can, denial, offered_as
from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.org.fields import ReferenceField, SeveralField, offer_within_reach
from houqin.foundation.registers.register import REGISTERS
from houqin.foundation.signing.attachments import ACCEPT, PHOTOS, Kept, keep, redeem
from houqin.foundation.signing.attachments import ticket as give_ticket
from houqin.foundation.signing.causes import BECAUSE, taken_cause
from houqin.foundation.signing.hand import BUTTON, Hand, by_hand, stamp_of, stamped
from houqin.foundation.signing.hand import drawn as drawn_hand
from houqin.foundation.signing.ink import LONGEST_ADDRESS
from houqin.foundation.signing.models import Document, Manner
from houqin.foundation.signing.reading import offer_what_is_read

from ..access import Request, page
from ..forms import DRAWING, blank_form, drawn, has_something_to_choose
from ..navigation import startable_by
from ..writing import in_the_books_language, spoken
from .account import back

LONGEST_TYPED = 80
# Verbs that are looked at on a page of their own before they are done.
DONE_ON = {"org.school_promoted": "org.promotion", "org.promotion_undone": "org.promotion"}
MOST_PHOTOS = 20


@dataclass
class Sent:
    """What a form is about, and the photos that came along: taken in, each with its ticket, or unfit, each with why."""

    verb: Action
    document: Document | None
    back: str
    takes_photos: bool
    signs: bool
    because: Entry | None = None
    photos: list[tuple[Kept, str]] = field(default_factory=list)
    unfit: list[str] = field(default_factory=list)


@page()
def start(request: Request) -> HttpResponse:
    """Everything this person can begin, by group."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for verb in startable_by(request.person):
        if not has_something_to_choose(verb, request.person):
            continue
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
    verb = offered_as(kind)
    if verb is None or "document" in verb.form.base_fields:
        raise Http404
    if kind in DONE_ON and request.method != "POST":
        return HttpResponseRedirect(reverse("hand_page", args=[DONE_ON[kind]]))
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
    if not can(request.person, verb, **about):
        raise Denied(denial(verb, request.person, settled=True, **about))
    here = back(request, otherwise=otherwise)
    because = _cause(request)
    sent = Sent(verb, document, here, takes_photos(verb, document), signs_here(verb, document), because)
    if request.method != "POST":
        asked = {name: value for name, value in request.GET.items() if name in verb.form.base_fields}
        form = blank_form(verb, actor=request.person, given=(given or {}) | asked | about)
        return _page(request, sent, form, once=uuid4().hex)
    data = request.POST.copy()
    data.pop(BECAUSE, None)
    if document is not None:
        # A whole number is a key; digits typed could be a number printed on another paper.
        data["document"] = document.pk
    once = f"web:{request.person.pk}:{data.get('once') or uuid4().hex}"[:128]
    if sent.takes_photos:
        _take_in(request, sent)
    try:
        if sent.unfit:
            raise Refused(" ".join(sent.unfit))
        with in_the_books_language(), by_hand(_hand(request) if sent.signs else BUTTON):
            entry = verb.perform(request.person, data, files=request.FILES, once=once, because=sent.because, via="web")
    except Invalid as invalid:
        return _page(request, sent, invalid.form, once=data.get("once"))
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
        return _page(request, sent, form, once=key, refusal=sentence)
    messages.success(
        request, _("%(label)s：已登記為第 %(number)s 號。") % {"label": verb.label, "number": entry.number}
    )
    _hang_on(request, sent, entry, once=once)
    if sent.signs and data.get("signing") == Manner.DRAWN and data.get("keep_stamp"):
        _keep_for_next_time(request)
    return HttpResponseRedirect(_after(request, entry))


def _cause(request: Request) -> Entry | None:
    """The entry this is done because of, as a link or the form before named it."""
    told = request.POST.get(BECAUSE) or request.GET.get(BECAUSE)
    try:
        return taken_cause(request.person, {BECAUSE: told})
    except Denied:
        raise
    except Refused as refused:
        raise Http404 from refused


def takes_photos(verb: Action, document: Document | None) -> bool:
    """Whether photos may be sent along: there is a paper to hang them on, and the form asks for no file itself."""
    if any(isinstance(one, FileField) for one in verb.form.base_fields.values()):
        return False
    return document is not None or any(one.adds is verb and one.document is not None for one in REGISTERS)


def signs_here(verb: Action, document: Document | None) -> bool:
    """Whether this step wants the signature of whoever takes it."""
    route = type(document).route() if document is not None else None
    if route is None or document is None:
        return False
    return any(step.kind == verb.kind and step.signs for step in route.steps_from(document.state))


def _hand(request: Request) -> Hand:
    """How this person chose to sign. Refuses an empty drawing and a stamp that is not there."""
    chosen = request.POST.get("signing")
    if chosen == Manner.DRAWN:
        return drawn_hand(request.person, request.POST.get("drawn", ""))
    if chosen == Manner.STAMP:
        return stamped(request.person)
    return BUTTON


def _keep_for_next_time(request: Request) -> None:
    try:
        with in_the_books_language():
            ACTIONS["signing.stamp_kept"].perform(request.person, {"drawing": request.POST.get("drawn", "")}, via="web")
        messages.success(request, _("簽名已經存好，下次按一下就能簽。"))
    except Refused as refused:
        messages.error(request, spoken(refused))


def _take_in(request: Request, sent: Sent) -> None:
    """Take in the photos first, so that they need not be chosen again when something else is refused."""
    person = request.person
    for ticket in request.POST.getlist("kept")[:MOST_PHOTOS]:
        try:
            sent.photos.append((redeem(ticket, person=person), ticket))
        except Refused as refused:
            sent.unfit.append(spoken(refused))
    for upload in request.FILES.getlist("photos"):
        if len(sent.photos) >= MOST_PHOTOS:
            sent.unfit.append(_("一次最多附 %(most)d 個檔案。") % {"most": MOST_PHOTOS})
            break
        try:
            kept = keep(upload)
            sent.photos.append((kept, give_ticket(kept, person=person)))
        except Refused as refused:
            sent.unfit.append(spoken(refused))


def _hang_on(request: Request, sent: Sent, entry: Entry, *, once: str) -> None:
    """Hang the photos on the paper the action wrote about; what cannot be hung says so, the action stands."""
    for place, (kept, ticket) in enumerate(sent.photos):
        data = {"document_kind": entry.document_kind, "document_key": str(entry.document_id or ""), "kept": ticket}
        try:
            with in_the_books_language():
                ACTIONS["documents.attached"].perform(
                    request.person, data, once=f"{once[:112]}:photo{place}", via="web"
                )
        except Refused as refused:
            messages.warning(request, f"{kept.name}：{spoken(refused)}")


def _after(request: Request, entry: Entry) -> str:
    if wanted := back(request, otherwise=""):
        return wanted
    if entry.document_kind and entry.document_id:
        return reverse("document", args=[entry.document_kind, entry.document_id])
    return reverse("entry", args=[entry.number])


def _page(request: Request, sent: Sent, form: Any, *, once: str | None, refusal: str = "") -> HttpResponse:
    verb, document = sent.verb, sent.document
    hidden = {"document"} if document is not None else set()
    if sent.signs:
        # One signature is enough: the step's own takes the place of one the form would ask for.
        hidden.add(DRAWING)
    offer_within_reach(verb, form.fields, request.person)
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
        "because": sent.because,
        "once": once or uuid4().hex,
        "back": sent.back,
        "next": back(request, otherwise=""),
        "has_files": sent.takes_photos or any(one.kind == "file" for one in fields),
        "takes_photos": sent.takes_photos,
        "photos": sent.photos,
        "accept": ACCEPT,
        "photo_types": PHOTOS,
        "signing": _signing(request) if sent.signs else None,
        "has_pad": sent.signs or any(one.kind == "signature" for one in fields),
        "wrong": sum(1 for one in fields if one.errors),
    }
    return render(request, "web/do.html", facts, status=422 if form.is_bound else 200)


def _signing(request: Request) -> dict[str, Any]:
    """What one may sign with, and what was chosen and drawn before the form was refused."""
    stamp = stamp_of(request.person)
    chosen = request.POST.get("signing") or (Manner.STAMP if stamp else "")
    return {
        "stamp": stamp,
        "chosen": chosen if chosen in Manner.values else Manner.BUTTON,
        "is_chosen": bool(chosen),
        "drawn": request.POST.get("drawn", "")[:LONGEST_ADDRESS],
        "keep_stamp": bool(request.POST.get("keep_stamp")),
    }


@page()
def suggest(request: Request, kind: str, field: str) -> HttpResponse:
    """Rows that hold what was typed, as options for the field of a form: what it takes, and how a list shows it.

    Only to whoever may do it, and of papers only those they may read.
    """
    verb = offered_as(kind)
    one = deepcopy(verb.form.base_fields.get(field)) if verb else None
    if verb is None or not isinstance(one, (ReferenceField, SeveralField)):
        raise Http404
    reference = one.each if isinstance(one, SeveralField) else one
    if not reference.is_suggested:
        raise Http404
    if not can(request.person, verb):
        raise Denied(denial(verb, request.person))
    typed = (request.GET.get(field) or "").strip()
    offer_within_reach(verb, {field: one}, request.person)
    offer_what_is_read([one], request.person)
    found = reference.suggested(typed[:LONGEST_TYPED])
    return render(request, "web/_suggestions.html", {"found": found, "id": f"list_{field}"})
