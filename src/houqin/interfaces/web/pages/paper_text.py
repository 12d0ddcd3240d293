"""The text of a summary on a page: every number open to what is behind it, corrections of a signed one beneath it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language

from houqin.foundation.calendar.models import Duty
from houqin.foundation.journal.figures import FIGURES
from houqin.kit import clock
from houqin.kit.papers.html import write_html
from houqin.kit.papers.model import Script
from houqin.summary.models import Summary
from houqin.summary.reading import composition_of, corrections
from houqin.summary.rendering import as_paper

from ..writing import in_the_books_language
from .figures import period_query


def script_read() -> Script:
    """The script of the reader's language; papers are in no other."""
    return "simplified" if get_language() == "zh-hans" else "traditional"


def address_of(name: str, query: str) -> str:
    """What is behind a number of a text: the rows of a figure, the list of duties; "" where there is nothing to open."""
    if name in FIGURES:
        return f"{reverse('figure', args=[name])}?{query}"
    if name.startswith("duty:"):
        duty = Duty.objects.filter(name=name.removeprefix("duty:")).first()
        words = urlencode({"q": duty.label if duty else ""})
        return f"{reverse('register', args=['calendar.duties'])}?{words}"
    return ""


def told_text(document: Summary) -> dict[str, Any]:
    """The text of a summary as its paper's page shows it, and what the book says differently since it was signed."""
    with in_the_books_language():
        composition = composition_of(document, today=clock.today())
        found = corrections(document)
        paper = as_paper(composition, script_read(), appendix=False)
    query = period_query(composition.period)
    html = write_html(paper, link=lambda name: address_of(name, query), top=2)
    return {"html": html, "corrections": found, "gaps": composition.gaps, "typed": composition.unvouched}
