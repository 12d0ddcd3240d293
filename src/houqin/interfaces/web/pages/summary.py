"""The summary on screen: composed from the book as it stands, every figure open to its rows, every gap in sight."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from houqin.foundation.journal.actions import ACTIONS, can
from houqin.foundation.journal.refused import Denied
from houqin.foundation.org.models import Person, Role, School
from houqin.foundation.org.numbers import reads_all, reads_figures
from houqin.kit import clock
from houqin.kit.papers.html import write_html
from houqin.summary.composing import compose
from houqin.summary.composition import Composition
from houqin.summary.models import Summary
from houqin.summary.plans import PLANS
from houqin.summary.reading import composition_of, corrections
from houqin.summary.rendering import as_paper
from houqin.summary.rendering import render as render_file
from houqin.summary.rules import DRAFT

from ..access import Request, page
from ..periods import asked_period, offered_periods
from ..writing import in_the_books_language
from .documents import document_for
from .figures import period_query
from .paper_text import address_of, script_read
from .registers import attachment_header

USUAL = "department"
MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "md": "text/markdown; charset=utf-8",
}


@page()
def summary(request: Request) -> HttpResponse:
    """The summary of a period in one of its kinds, or one that somebody drafted (``?document=``)."""
    composition, document, problem = _asked(request)
    script = script_read()
    query = period_query(composition.period)
    with in_the_books_language():
        paper = as_paper(composition, script, appendix=False)
    html = write_html(paper, link=lambda name: address_of(name, query), top=2)
    drafting = ACTIONS["summary.drafted"]
    facts = {
        "composition": composition,
        "document": document,
        "problem": problem,
        "html": html,
        "kinds": [(plan.kind, plan.label) for plan in PLANS if plan.is_personal or reads_all(request.person)],
        "kind": composition.kind,
        "period": composition.period,
        "periods": offered_periods(),
        "keep": {"kind": composition.kind},
        "gaps": [(gap, f"{reverse('figure', args=[gap])}?{query}" if "." in gap else "") for gap in composition.gaps],
        "downloads": [(format, _download(composition, document, format)) for format in MEDIA_TYPES],
        "corrections": corrections(document) if document else [],
        "can_edit": document is not None
        and document.state == DRAFT
        and can(request.person, ACTIONS["summary.edited"], document=document),
        "drafts": Summary.objects.filter(starts_on=composition.period.start, ends_on=composition.period.end).order_by(
            "-pk"
        )
        if reads_all(request.person)
        else Summary.objects.filter(person=request.person).order_by("-pk"),
        "can_draft": document is None and can(request.person, drafting, plan=composition.kind, person=None),
        "draft_query": urlencode(
            {"plan": composition.kind, "from_on": composition.period.start, "to_on": composition.period.end}
        ),
    }
    return render(request, "web/summary.html", facts)


@page()
def download(request: Request, format: str) -> HttpResponse:
    """The same text as a file for Word, for printing, or for pasting."""
    if format not in MEDIA_TYPES:
        raise Http404
    composition, document, _problem = _asked(request)
    script = script_read()
    with in_the_books_language():
        content = render_file(
            composition,
            format,
            script=script,
            appendix=None if request.GET.get("annex") != "0" else False,
            corrections=corrections(document) if document else (),
        )
    response = HttpResponse(content, content_type=MEDIA_TYPES[format])
    response["Content-Disposition"] = attachment_header(f"{composition.title.replace(chr(10), '')}.{format}")
    return response


def _asked(request: Request) -> tuple[Composition, Summary | None, str]:
    key = request.GET.get("document") or ""
    if key:
        if not (key.isascii() and key.isdecimal() and len(key) < 18):
            raise Http404
        document: Any = document_for(request.person, Summary.kind, int(key))
        with in_the_books_language():
            return composition_of(document, today=clock.today()), document, ""
    period, problem = asked_period(request.GET)
    kind = request.GET.get("kind") or _usual(request.person)
    if kind not in PLANS:
        raise Http404
    about = _about(request.person, kind)
    with in_the_books_language():
        made = compose(period, kind=kind, school=School.objects.get(), today=clock.today(), person=about)
    return made, None, problem


def _usual(person: Person) -> str:
    """The director's own for the director, the department's for the office, one's own for all others."""
    if person.has_role(Role.DIRECTOR):
        return "director"
    return USUAL if reads_all(person) else "personal"


def _about(person: Person, kind: str) -> Person | None:
    """Whose work the summary tells: one's own for a personal one; the house's only to those who may read it."""
    if PLANS[kind].is_personal:
        return person
    if not reads_all(person):
        raise Denied(reads_figures.who)
    return None


def _download(composition: Composition, document: Summary | None, format: str) -> str:
    query = (
        urlencode({"document": document.pk})
        if document
        else f"{period_query(composition.period)}&kind={composition.kind}"
    )
    return f"{reverse('summary_download', args=[format])}?{query}"
