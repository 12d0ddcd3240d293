"""One page for every kind of paper: where it stands, what comes next, what happened, who signed, what hangs on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.db import models
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from houqin.foundation.journal.actions import ACTIONS, Action, can, offered, offered_as
from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Refused, Unseen
from houqin.foundation.org.models import Person
from houqin.foundation.org.rules import reveals
from houqin.foundation.registers.display import masked, shown
from houqin.foundation.registers.register import Column
from houqin.foundation.registers.tabulations import printed as printed_slips
from houqin.foundation.signing.attachments import ACCEPT, PHOTOS, is_photo, is_whole, path_of, small_path_of
from houqin.foundation.signing.causes import BECAUSE, answers_elsewhere, cause_on, told_by
from houqin.foundation.signing.models import Attachment, Document, Signature, Task
from houqin.foundation.signing.papers import agreements
from houqin.foundation.signing.prints import Print, prints_of
from houqin.foundation.signing.reading import find_document, may_read, registers_showing
from houqin.kit import clock
from houqin.summary.models import Summary
from houqin.summary.reading import composition_of

from .. import words
from ..access import Request, page
from ..lines import plain, tables_of
from ..steps import fields_for, takes
from ..story import story_of
from ..writing import in_the_books_language, spoken
from .account import back
from .actions import perform
from .paper_text import told_text
from .registers import attachment_header
from .signatures import has_picture
from .tabulations import MEDIA_TYPES

# Steps whose form opens with what the paper says now: kind → its fields.
BEGUN_WITH: dict[str, Callable[[Any], dict[str, Any]]] = {
    "summary.vouched": lambda summary: {
        "number_text": "、".join(composition_of(summary, today=clock.today()).unvouched)
    },
}
# Steps that have a page of their own, which is as near as what comes next: kind → name of that address.
DONE_AT = {"summary.edited": "summary_edit"}
# Papers whose text is a page of its own: kind → name of that address, which takes ``?document=``.
READ_AT = {"summary.summary": "summary"}
# Shown without being asked for; everything else of an attachment is downloaded.
SHOWN_IN_PLACE = frozenset({"image/jpeg", "image/png", "image/webp", "application/pdf"})
# More than this besides what comes next is put away under 「更多」.
MOST_BESIDE = 2
HEAD_FIELDS = frozenset({"id", "state", "number"})


def document_for(person: Person, kind: str, key: int) -> Document:
    """The paper, if this person may read it."""
    found = find_document(kind, key)
    if found is None:
        raise Http404
    if not may_read(person, found):
        raise Unseen(_("這張單只給經手的人和總務處看。"))
    return found


@page()
def document(request: Request, kind: str, key: int) -> HttpResponse:
    """The paper's page."""
    return shown_document(request, document_for(request.person, kind, key))


def shown_document(request: Request, found: Document, *, typed: str = "", refusal: str = "") -> HttpResponse:
    """The paper's page; with a comment that was refused, why and as it was typed."""
    facts = _facts(request, found) | {"typed": typed, "refusal": refusal, "once": uuid4().hex}
    return render(request, "web/document.html", facts, status=422 if refusal else 200)


@page()
def printed(request: Request, kind: str, key: int) -> HttpResponse:
    """The paper as it is printed and filed, with its signatures."""
    found = document_for(request.person, kind, key)
    return render(request, "web/document_print.html", _facts(request, found) | {"printed_on": clock.today()})


def _print_for(request: Request, kind: str, key: int, name: str) -> tuple[Document, Print]:
    found = document_for(request.person, kind, key)
    one = next((one for one in prints_of(found, request.person) if one.name == name), None)
    if one is None:
        raise Http404
    return found, one


@page()
def slips(request: Request, kind: str, key: int, name: str) -> HttpResponse:
    """One of the forms this paper is printed on, on screen."""
    found, one = _print_for(request, kind, key, name)
    facts = {
        "title": one.label,
        "slips": printed_slips(one.slips(found, request.person), "html").decode(),
        "back": reverse("document", args=[kind, key]),
        "files": [
            (format, reverse("document_slips_file", args=[kind, key, name, format])) for format in ("pdf", "docx")
        ],
    }
    return render(request, "web/slips.html", facts)


@page()
def slips_file(request: Request, kind: str, key: int, name: str, format: str) -> HttpResponse:
    """The same as .pdf or .docx."""
    if format not in ("pdf", "docx"):
        raise Http404
    found, one = _print_for(request, kind, key, name)
    content = printed_slips(one.slips(found, request.person), format)
    response = HttpResponse(content, content_type=MEDIA_TYPES[format])
    response["Content-Disposition"] = attachment_header(f"{one.label}{found.number}.{format}")
    return response


@page(methods=("GET", "HEAD", "POST"))
def do(request: Request, kind: str, key: int, step: str) -> HttpResponse:
    """Take a step with this paper."""
    found = document_for(request.person, kind, key)
    verb = offered_as(step)
    if verb is not None and "document" not in verb.form.base_fields and (known := fields_for(verb, found)):
        asked = urlencode(known | {"next": back(request, otherwise=reverse("document", args=[kind, key]))})
        return HttpResponseRedirect(f"{reverse('do', args=[verb.kind])}?{asked}")
    if (elsewhere := answers_elsewhere(found, step)) is not None:
        return HttpResponseRedirect(_begun(found, elsewhere))
    if verb is None or not _takes(verb, found):
        raise Http404
    if step in DONE_AT and request.method != "POST":
        return HttpResponseRedirect(reverse(DONE_AT[step], args=[key]))
    known = BEGUN_WITH[step](found) if step in BEGUN_WITH else verb.form.begun_with(found)
    return perform(request, verb, document=found, given=known, otherwise=reverse("document", args=[kind, key]))


def _begun(document: Document, verb: Action) -> str:
    """The form of a verb that is not about this paper, with this paper as its cause and what it says filled in."""
    cause = cause_on(document)
    asked = {**told_by(document, verb), **({BECAUSE: str(cause.number)} if cause else {})}
    asked["next"] = reverse("document", args=[document.kind, document.pk])
    return f"{reverse('do', args=[verb.kind])}?{urlencode(asked)}"


def _takes(verb: Action, document: Document) -> bool:
    return takes(verb, type(document))


def _facts(request: Request, document: Document) -> dict[str, Any]:
    person = request.person
    reveal = request.GET.get("reveal") == "1" and reveals(person)
    if reveal:
        _note_revealed(person, document)
    facts, has_masked = _fields(document, person=person, reveal=reveal)
    happenings, others = story_of(document, person=person)
    entries = [one.entry for one in happenings if one.entry is not None]
    files = list(
        Attachment.objects.filter(document_kind=document.kind, document_id=document.pk)
        .select_related("added_by")
        .order_by("pk")
    )
    buttons = allowed(person, document)
    prints = prints_of(document, person)
    waiting = _waiting(document, person=person)
    register = next(iter(registers_showing(type(document), person=person)), None)
    return {
        "document": document,
        "document_label": words.document_label(document.kind),
        "register": register,
        "read_at": f"{reverse(READ_AT[document.kind])}?document={document.pk}" if document.kind in READ_AT else "",
        "steps": stepper(document, entries),
        "state": document.state_label,
        "is_final": _is_final(document),
        "waiting": waiting,
        "mine": any(one["is_mine"] for one in waiting),
        "buttons": [one for one in buttons if one["is_next"] or one["verb"].kind in DONE_AT],
        "besides": [one for one in buttons if not (one["is_next"] or one["verb"].kind in DONE_AT)],
        "facts": facts,
        "has_masked": has_masked,
        "may_reveal": reveals(person),
        "reveal": reveal,
        "tables": tables_of(document),
        "timeline": happenings,
        "others": others,
        "signatures": _signatures(document),
        "files": files,
        "prints": prints,
        "is_crowded": len(prints) + sum(not one["is_next"] for one in buttons) > MOST_BESIDE,
        "told": told_text(document) if isinstance(document, Summary) else None,
        "accept": ACCEPT,
        "photo_types": PHOTOS,
        "today": clock.today(),
    }


def _is_final(document: Document) -> bool:
    route = type(document).route()
    return bool(route and document.state in route.final)


def _note_revealed(person: Person, document: Document) -> None:
    """Leave a trace, once a day for each paper and reader."""
    data = {"document_kind": document.kind, "document_key": str(document.pk)}
    once = f"web:{person.pk}:revealed:{document.kind}:{document.pk}:{clock.today():%Y%m%d}"
    with in_the_books_language():
        ACTIONS["documents.revealed"].perform(person, data, once=once, via="web")


def allowed(person: Person, document: Document) -> list[dict[str, Any]]:
    """What this person may do with the paper as it stands: first what it waits for, then what is possible besides."""
    route = type(document).route()
    steps = route.steps_from(document.state) if route else []
    made: dict[str, dict[str, Any]] = {}
    for step in steps:
        verb = offered_as(step.kind)
        if verb is not None and step.kind not in made and can(person, verb, document=document):
            made[step.kind] = {"verb": verb, "is_next": not step.optional}
    waiting = Task.objects.open().of(person).filter(document_kind=document.kind, document_id=document.pk)
    for kind in waiting.values_list("step", flat=True):
        elsewhere = answers_elsewhere(document, kind)
        if elsewhere is not None and can(person, elsewhere):
            made[kind] = {"verb": elsewhere, "is_next": True}
    walked = {step.kind for step in route.steps} if route else set()
    for verb in offered():
        is_besides = verb.kind not in made and verb.kind not in walked and verb.route is None
        if is_besides and _takes(verb, document) and can(person, verb, document=document):
            made[verb.kind] = {"verb": verb, "is_next": False}
    return sorted(made.values(), key=lambda one: not one["is_next"])


def stepper(document: Document, entries: list[Entry]) -> list[dict[str, Any]]:
    """The states a paper passes through: those it was in, the one it is in, those that follow if all goes well."""
    route = type(document).route()
    if route is None:
        return []
    passed: list[str] = []
    for entry in entries:
        if entry.sign < 0:
            continue
        for step in route.steps:
            if step.kind == entry.kind and step.target not in passed:
                if not passed:
                    passed.append(step.sources()[0])
                passed.append(step.target)
                break
    first = next(iter(route.states))
    line = [state for state in (passed or [first]) if state != document.state]
    if first not in line and first != document.state:
        line.insert(0, first)
    made = [{"label": route.states.get(state, state), "is_past": True} for state in line]
    made.append(
        {"label": route.states.get(document.state, document.state), "is_now": True, "is_past": _is_final(document)}
    )
    seen, state = {*line, document.state}, document.state
    while state not in route.final:
        following = next((s.target for s in route.steps_from(state) if not s.optional and s.target not in seen), None)
        if following is None:
            break
        made.append({"label": route.states.get(following, following)})
        seen.add(following)
        state = following
    return made


def _waiting(document: Document, *, person: Person) -> list[dict[str, Any]]:
    """Who has to do what next."""
    tasks = Task.objects.open().filter(document_kind=document.kind, document_id=document.pk).select_related("person")
    mine = set(tasks.of(person).values_list("pk", flat=True))
    made: dict[str, dict[str, Any]] = {}
    for task in tasks:
        verb = ACTIONS.get(task.step)
        one = made.setdefault(
            task.step,
            {
                "label": verb.label if verb else task.step,
                "who": [],
                "due_on": task.due_on,
                "is_late": task.is_late(clock.today()),
                "is_mine": False,
            },
        )
        one["is_mine"] |= task.pk in mine
        one["who"].append(str(task.person) if task.person else task.get_role_display())
    return [{**one, "who": "、".join(one["who"])} for one in made.values()]


def _fields(document: Document, *, person: Person, reveal: bool) -> tuple[list[tuple[str, str]], bool]:
    """What is on the paper, as its register calls it, then the fields no register shows; and whether any is masked."""
    told: list[tuple[str, str]] = []
    covered: set[str] = set()
    has_masked = False
    for register in registers_showing(type(document), person=person)[:1]:
        columns = [column for column in register.table_columns() if column.name != "number"]
        values = (
            register.rows(person).filter(pk=document.pk).values_list(*(column.lookup for column in columns)).first()
        )
        for column, value in zip(columns, values or (), strict=False):
            covered.add(column.lookup.partition("__")[0])
            if value in (None, "") or column.kind == "state":
                continue
            if column.personal and not (reveal and column.personal != "identity"):
                value, has_masked = masked(column, value), True
            told.append((str(column.label), shown(column, value)))
    known = {label for label, _value in told}
    for field in document._meta.concrete_fields:
        label = str(field.verbose_name)
        apart = getattr(document, "apart", ())
        if (
            field.name in covered | HEAD_FIELDS
            or field.name in apart
            or label in known
            or label == field.name.replace("_", " ")
        ):
            continue
        value = plain(document, field)
        if field.name == "category" and not field.choices:
            value = words.category_label(value, document.kind)
        if value:
            if field.name in document.personal and not (reveal or _is_shown_anyway(field)):
                value, has_masked = masked(Column(field.name, label, personal="pupil"), value), True
            told.append((label, value))
    return told, has_masked


def _is_shown_anyway(field: Any) -> bool:
    """A person of the school who stands on the paper by name."""
    return isinstance(field, models.ForeignKey)


def _signatures(document: Document) -> list[dict[str, Any]]:
    signed = (
        Signature.objects.filter(document_kind=document.kind, document_id=document.pk)
        .select_related("person")
        .order_by("signed_at")
    )
    agreement = agreements(document, signed)
    return [
        {
            "signature": one,
            "label": words.kind_label(one.step),
            "agreement": agreement[one.pk].value,
            "has_picture": has_picture(one),
        }
        for one in signed
    ]


@page(methods=("POST",))
def attach(request: Request, kind: str, key: int) -> HttpResponse:
    """Hang photos and files on this paper, each by itself: one that is refused does not keep the others."""
    found = document_for(request.person, kind, key)
    data = {"document_kind": kind, "document_key": str(key)}
    uploads: list[Any] = [*request.FILES.getlist("file")]
    done = 0
    for upload in uploads or [None]:
        try:
            with in_the_books_language():
                files = {"file": upload} if upload else None
                ACTIONS["documents.attached"].perform(request.person, data, files=files, via="web")
            done += 1
        except Refused as refused:
            messages.error(request, spoken(refused))
    if done:
        messages.success(
            request, ngettext("%(done)d 個檔案已經附上。", "%(done)d 個檔案已經附上。", done) % {"done": done}
        )
    return HttpResponseRedirect(reverse("document", args=[found.kind, found.pk]) + "#files")


@page()
def attachment(request: Request, key: int) -> FileResponse:
    """A photo or file, to whoever may read its paper."""
    found = Attachment.objects.filter(pk=key).first()
    if found is None:
        raise Http404
    document_for(request.person, found.document_kind, found.document_id)
    if not is_whole(found.digest):
        raise Refused(
            _("「%(name)s」不見了或被改動過，不能給人看。請管理員從備份還原附件資料夾。") % {"name": found.name}
        )
    path = (
        small_path_of(found.digest) if "small" in request.GET and is_photo(found.media_type) else path_of(found.digest)
    )
    response = FileResponse(
        path.open("rb"),
        as_attachment=found.media_type not in SHOWN_IN_PLACE,
        filename=found.name,
        content_type=found.media_type,
    )
    # Content under a digest never changes; it is for this person alone.
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    return response
