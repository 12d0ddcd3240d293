"""Editing a summary as it reads: section by section, figures whole, every version kept, typed numbers vouched for beside it."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from houqin.foundation.journal.actions import ACTIONS, can
from houqin.foundation.journal.figures import EXACT, FIGURES, Reading, say
from houqin.foundation.journal.refused import Refused
from houqin.kit import clock
from houqin.kit.text import to_traditional
from houqin.summary.composition import GAP, HAND, Composition, Paragraph, Section
from houqin.summary.drafts import Marks, marks_of, read_back, written
from houqin.summary.models import Summary, Version
from houqin.summary.reading import composed_afresh, composition_of
from houqin.summary.rules import DRAFT

from ..access import Request, page
from ..amounts import in_words
from ..writing import in_the_books_language, spoken
from .documents import document_for
from .figures import period_query
from .paper_text import address_of

MOST_OFFERED = 3
GENERATED = "generated"
# A line of the field on a desk, in characters: how tall it has to be to show what is in it.
LINE = 40


@page(methods=("GET", "HEAD", "POST"))
def edit(request: Request, key: int) -> HttpResponse:
    """The draft as it reads, to be changed in place; sends go to :data:`SENDS` by the name of the button."""
    document: Any = document_for(request.person, Summary.kind, key)
    if document.state != DRAFT or not can(request.person, ACTIONS["summary.edited"], document=document):
        return HttpResponseRedirect(reverse("document", args=[Summary.kind, key]))
    if request.method != "POST":
        return _shown(request, document)
    send = next((send for name, send in SENDS.items() if name in request.POST), None)
    if send is None:
        raise Http404
    try:
        with in_the_books_language():
            said, place = send(request, document)
    except Refused as refused:
        if _is_fetched(request):
            return HttpResponse(spoken(refused), status=422, content_type="text/plain; charset=utf-8")
        return _shown(request, document, refusal=spoken(refused))
    if _is_fetched(request):
        document.refresh_from_db()
        return _shown(request, document, template="web/_summary_edited.html", only=place)
    if said:
        messages.success(request, said)
    return HttpResponseRedirect(f"{reverse('summary_edit', args=[key])}#s{place}")


def _is_fetched(request: Request) -> bool:
    return request.headers.get("X-Requested-With") == "fetch"


# What may be sent: each gives what to say, and at which section


def _save_section(request: Request, document: Summary) -> tuple[str, int]:
    """One section as it was edited. Refuses where somebody else changed it since it was shown."""
    composition = composition_of(document, today=clock.today())
    place = _number(request.POST["section"])
    if place >= len(composition.sections) or _seal(composition.sections[place]) != request.POST.get("was"):
        raise Refused(_("這一節剛才被別人改過，或者登記有變。您寫的還在下面：請對照後再存一次。"))
    marks = _marks(request.POST.get("marks", ""))
    heading = " ".join(request.POST.get("heading", "").split()).lstrip("#").strip()
    lines = [f"# {heading}"] if heading else []
    for line in request.POST.get("text", "").splitlines():
        if line.strip():
            lines.append(read_back(line.strip().lstrip("#").strip(), marks=marks))
    sources = [_source(section) for section in composition.sections]
    sources[place] = "\n".join(lines)
    return _edit(request, document, "\n".join(filter(None, sources)), before=composition), place


def _restore(request: Request, document: Summary) -> tuple[str, int]:
    """An earlier version, or what the program writes now."""
    wanted = request.POST["restore"]
    if wanted == GENERATED:
        text = composed_afresh(document, today=clock.today()).source
    else:
        version = Version.objects.filter(summary=document, position=_number(wanted)).first()
        if version is None:
            raise Http404
        text = version.text
    return _edit(request, document, text), 0


def _swap(request: Request, document: Summary) -> tuple[str, int]:
    """A typed number becomes the figure it equals."""
    name, number, where = request.POST["swap"], request.POST.get("number", ""), request.POST.get("where", "")
    if name not in FIGURES:
        raise Http404
    composition = composition_of(document, today=clock.today())
    lines: list[str] = []
    found = None
    for place, section in enumerate(composition.sections):
        lines += [f"# {section.heading}"] if section.heading else []
        for paragraph in section.paragraphs:
            pieces = []
            for run in paragraph.runs:
                is_it = found is None and run.kind == HAND and run.text == number and run.about["where"] == where
                found = place if is_it else found
                pieces.append(f"{{{{{name}}}}}" if is_it else run.source)
            lines.append("".join(pieces))
    if found is None:
        raise Refused(_("正文裏沒有等待作證的「%(number)s」。") % {"number": number})
    return _edit(request, document, "\n".join(lines)), found


def _vouch(request: Request, document: Summary) -> tuple[str, int]:
    """Stand for the numbers ticked, all with one record or one note."""
    data = {
        "document": document.pk,
        "number_text": "、".join(request.POST.getlist("number")),
        "record": request.POST.get("record", ""),
        "note": request.POST.get("note", ""),
    }
    ACTIONS["summary.vouched"].perform(request.person, data, via="web")
    return _("已為 %(numbers)s 作證。") % {"numbers": data["number_text"]}, 0


SENDS: dict[str, Callable[[Request, Summary], tuple[str, int]]] = {
    "section": _save_section,
    "restore": _restore,
    "swap": _swap,
    "vouch": _vouch,
}


def _edit(request: Request, document: Summary, text: str, *, before: Composition | None = None) -> str:
    """Write the text; nothing at all where it says what it said."""
    before = before or composition_of(document, today=clock.today())
    if text == before.source:
        return _("沒有改動。")
    ACTIONS["summary.edited"].perform(request.person, {"document": document.pk, "text": text}, via="web")
    return _("改好了，舊的一版也留着。")


# What is shown


def _shown(
    request: Request,
    document: Any,
    *,
    refusal: str = "",
    template: str = "web/summary_edit.html",
    only: int | None = None,
) -> HttpResponse:
    with in_the_books_language():
        composition = composition_of(document, today=clock.today())
    marks = marks_of(composition.sections)
    query = period_query(composition.period)
    sections = [
        _section(section, place=place, marks=marks, query=query) for place, section in enumerate(composition.sections)
    ]
    if refusal and "section" in request.POST:
        place = _number(request.POST["section"])
        if place < len(sections):
            # What was typed stays; its brackets are read by the marks it was shown with.
            sections[place] |= {
                "heading": request.POST.get("heading", ""),
                "text": request.POST.get("text", ""),
                "marks": request.POST.get("marks", ""),
                "is_open": True,
            }
    verbs = {name: ACTIONS[f"summary.{name}"] for name in ("submitted", "vouched")}
    facts = {
        "document": document,
        "composition": composition,
        "sections": sections if only is None else sections[only : only + 1],
        "only": only,
        "refusal": refusal,
        "gaps": composition.gaps,
        "typed": _typed(document, composition),
        "record": request.POST.get("record", ""),
        "note": request.POST.get("note", ""),
        "can_submit": can(request.person, verbs["submitted"], document=document),
        "can_vouch": can(request.person, verbs["vouched"], document=document),
        "versions": Version.objects.filter(summary=document).select_related("written_by").order_by("-position"),
        "query": query,
    }
    if only is None:
        facts |= {"figures": _figures(document), "compared": _compared(request, document, composition)}
    return render(request, template, facts, status=422 if refusal else 200)


def _section(section: Section, *, place: int, marks: Marks, query: str) -> dict[str, Any]:
    text = "\n".join(written(paragraph, marks=marks) for paragraph in section.paragraphs)
    return {
        "place": place,
        "heading": section.heading,
        "text": text,
        "was": _seal(section),
        "marks": json.dumps(marks, ensure_ascii=False),
        "paragraphs": [_pieces(paragraph, marks=marks, query=query) for paragraph in section.paragraphs],
        "rows": sum(1 + len(line) // LINE for line in text.splitlines()) + 1,
        "is_open": False,
    }


def _pieces(paragraph: Paragraph, *, marks: Marks, query: str) -> list[dict[str, Any]]:
    """Words and chips in their order; a chip knows how it is written and where its rows are."""
    named = {token: mark for mark, token in marks.items() if token}
    return [
        {
            "text": run.text,
            "mark": named[run.token] if run.token else "",
            "address": address_of(run.name, query) if run.token and run.kind != GAP else "",
            "is_gap": run.kind == GAP,
            "is_typed": run.kind == HAND,
        }
        for run in paragraph.runs
    ]


def _typed(document: Summary, composition: Composition) -> list[dict[str, Any]]:
    """Every number somebody typed, the clause it stands in, and figures that read the same."""
    runs = list(composition.typed())
    if not runs:
        return []
    reading = Reading(composition.period, by=document.person)
    alike: dict[str, list[Any]] = {}
    for said in reading.all():
        if not said.is_without_data:
            for text in {said.text, say(said.value, said.unit, said.style if said.style != "approximate" else EXACT)}:
                alike.setdefault(text, []).append(said)
    return [
        {
            "number": run.text,
            "where": run.about["where"],
            "offers": alike.get(to_traditional(run.text).replace("余", "餘"), [])[:MOST_OFFERED],
        }
        for run in runs
    ]


def _figures(document: Summary) -> list[Any]:
    """What may be put into the text: name and value of every figure that says something."""
    reading = Reading(document.period(), by=document.person)
    return [in_words(said) for said in reading.all() if not said.is_without_data]


def _compared(request: Request, document: Summary, composition: Composition) -> dict[str, Any] | None:
    """The text beside an earlier version or what the program writes now (``?with=``): what went and what came."""
    wanted = request.GET.get("with", "")
    if not wanted:
        return None
    if wanted == GENERATED:
        with in_the_books_language():
            other = composed_afresh(document, today=clock.today())
    else:
        version = Version.objects.filter(summary=document, position=_number(wanted)).first()
        if version is None:
            raise Http404
        earlier = copy.copy(document)
        earlier.text = version.text
        with in_the_books_language():
            other = composition_of(earlier, today=clock.today())
    then, now = _lines(other), _lines(composition)
    changes = [
        ("\n".join(then[a:b]), "\n".join(now[c:d]))
        for kind, a, b, c, d in SequenceMatcher(None, then, now, autojunk=False).get_opcodes()
        if kind != "equal"
    ]
    return {"wanted": wanted, "changes": changes}


def _lines(composition: Composition) -> list[str]:
    found: list[str] = []
    for section in composition.sections:
        found += [section.heading] if section.heading else []
        found += [paragraph.text for paragraph in section.paragraphs]
    return found


def _source(section: Section) -> str:
    heading = [f"# {section.heading}"] if section.heading else []
    return "\n".join([*heading, *(paragraph.source for paragraph in section.paragraphs)])


def _seal(section: Section) -> str:
    """What a section says, in short: whether it is still what was shown."""
    return sha256(_source(section).encode()).hexdigest()[:16]


def _marks(sent: str) -> Marks:
    try:
        marks = json.loads(sent or "{}")
    except ValueError:
        marks = {}
    if not isinstance(marks, dict):
        raise Http404
    return {str(mark): str(token) for mark, token in marks.items()}


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise Http404
    return int(text)


__all__: Sequence[str] = ["edit"]
