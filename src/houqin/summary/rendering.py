"""A composition for people and machines: as a paper (Word, PDF, HTML, Markdown) and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from houqin.kit import papers
from houqin.kit.papers.docx import write_docx
from houqin.kit.papers.html import write_html
from houqin.kit.papers.markdown import write_markdown
from houqin.kit.papers.model import Script
from houqin.kit.papers.pdf import write_pdf
from houqin.kit.text import to_simplified, to_traditional

from .composition import COMPARISON, FIGURE, GAP, HAND, TALLY, Composition, Paragraph, Run
from .reading import Correction

FORMATS = ("docx", "pdf", "html", "md", "json")
# Formats whose last page says where the figures come from, unless asked otherwise.
WITH_APPENDIX = frozenset({"docx", "pdf"})

Link = Callable[[str], str]


def as_json(
    composition: Composition, *, script: Script = "traditional", corrections: Sequence[Correction] = ()
) -> dict[str, Any]:
    """The summary for machines: sections with paragraphs with the figures they quote, and the gaps.

    A figure's ``value`` is exact (a whole number, money as "3485.00"), its ``text`` what the paragraph prints.
    """
    convert = _converter(script)

    def quoted(run: Run) -> dict[str, Any]:
        told = {"name": run.name, "value": run.value, "text": convert(run.text)}
        return told | dict(run.about) if run.kind != FIGURE else told

    def paragraph(one: Paragraph) -> dict[str, Any]:
        told: dict[str, Any] = {
            "text": convert(one.text),
            "figures": [quoted(run) for run in one.runs if run.kind == FIGURE],
        }
        for key, kind in (("comparisons", COMPARISON), ("tallies", TALLY)):
            if found := [quoted(run) for run in one.runs if run.kind == kind]:
                told[key] = found
        if typed := [convert(run.text) for run in one.runs if run.kind == HAND]:
            told["typed"] = typed
        return told

    return {
        "title": convert(composition.title),
        "kind": composition.kind,
        "number": composition.number,
        "from": composition.period.start.isoformat(),
        "to": composition.period.end.isoformat(),
        "script": script,
        "sections": [
            {"heading": convert(section.heading), "paragraphs": [paragraph(one) for one in section.paragraphs]}
            for section in composition.sections
        ],
        "gaps": [convert(gap) for gap in composition.gaps],
        "problems": [
            {"name": matter.problem, "text": convert(matter.text), "next_step": convert(matter.next_step)}
            for matter in composition.matters
        ],
        "signature": convert(composition.signature),
        "signed_on": composition.signed_on.isoformat() if composition.signed_on else None,
        "chain": {"head": composition.head, "digest": composition.digest},
        "as_of": composition.as_of.isoformat() if composition.as_of else None,
        "corrections": [
            one.as_json() | {"label": convert(one.label), "text": convert(one.sentence)} for one in corrections
        ],
        "sources": [
            {
                "name": source.name,
                "label": convert(source.label),
                "value": source.value,
                "unit": convert(source.unit),
                "text": convert(source.text),
                "entries": source.entries,
                "first": source.first,
                "last": source.last,
            }
            for source in composition.sources
        ],
    }


def as_paper(
    composition: Composition,
    script: Script = "traditional",
    *,
    appendix: bool = True,
    corrections: Sequence[Correction] = (),
    chain: bool = True,
) -> papers.Paper:
    """The summary as the office prints it: clean text, and after it a page that says where each figure comes from.

    What the book says differently since it was signed is never left out.
    """
    tables = [_corrections_table(corrections)] if corrections else []
    if appendix and composition.sources:
        tables.append(_sources_table(composition))
    if appendix and (table := _matters_table(composition)):
        tables.append(table)
    paper = papers.Paper(
        title=composition.title,
        sections=tuple(
            papers.Section(
                section.heading,
                tuple(papers.Paragraph(tuple(map(_printed, one.runs))) for one in section.paragraphs),
            )
            for section in composition.sections
        ),
        signature=composition.signature,
        signed_on=composition.signed_on,
        footer=chain_line(composition) if chain else "",
        appendix=tuple(tables),
    )
    return paper.converted(script)


def chain_line(composition: Composition) -> str:
    """登記鏈首 第 1280 號 9f3a61c2: what ties this paper to the book it was read from."""
    return _("登記鏈首 第 %(number)s 號 %(digest)s") % {"number": composition.head, "digest": composition.digest[:8]}


def render(
    composition: Composition,
    format: str,
    *,
    script: Script = "traditional",
    appendix: bool | None = None,
    corrections: Sequence[Correction] = (),
    link: Link = "#{}".format,
    template: Path | None = None,
) -> bytes:
    """The summary as a file of ``format`` (one of ``FORMATS``). ``template`` is a school's own Word template.

    ``appendix`` False leaves out where the figures come from, the list of problems and the head of the chain.
    """
    if format == "json":
        told = as_json(composition, script=script, corrections=corrections)
        return (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode()
    paper = as_paper(
        composition,
        script,
        appendix=format in WITH_APPENDIX if appendix is None else appendix,
        corrections=corrections,
        chain=appendix is not False,
    )
    if format == "docx":
        target = BytesIO()
        write_docx(paper, target, template=template)
        return target.getvalue()
    if format == "pdf":
        return write_pdf(paper)
    if format == "html":
        return str(write_html(paper, link=link)).encode()
    if format == "md":
        return write_markdown(paper).encode()
    raise ValueError(f"no such format: {format}; there are {', '.join(FORMATS)}")


def write(composition: Composition, format: str, target: BinaryIO, **how: Any) -> None:
    """Write the summary to an open binary file; arguments as for :func:`render`."""
    target.write(render(composition, format, **how))


def _printed(run: Run) -> papers.Run:
    opens = run.kind in (FIGURE, COMPARISON) or (run.kind == TALLY and run.name.startswith("duty:"))
    figure = run.name if opens else None
    # A number nobody vouched for is shown as loudly as one that is missing.
    return papers.Run(run.text, figure=figure, gap=run.kind in (GAP, HAND))


def _sources_table(composition: Composition) -> papers.Table:
    rows = tuple(
        (
            source.label,
            str(source.value),
            source.text,
            str(source.entries),
            ""
            if source.first is None
            else f"{source.first}–{source.last}"
            if source.last != source.first
            else str(source.first),
        )
        for source in composition.sources
    )
    return papers.Table(_("數據出處"), (_("數據"), _("準確值"), _("文中寫法"), _("筆數"), _("登記號")), rows)


def _corrections_table(corrections: Sequence[Correction]) -> papers.Table:
    """What a signed paper says and the book says now."""
    rows = tuple(
        (
            one.label,
            one.reported_text + (f"（{one.reported_exact}）" if one.reported_exact else ""),
            one.now_text + (f"（{one.now_exact}）" if one.now_exact else ""),
            one.because,
        )
        for one in corrections
    )
    return papers.Table(_("定稿以後的更正"), (_("數據"), _("報"), _("今"), _("因")), rows)


def _matters_table(composition: Composition) -> papers.Table | None:
    """Every problem, where the text itself tells only the gravest."""
    told = composition.text
    if all(matter.text.rstrip("。") in told for matter in composition.matters):
        return None
    rows = tuple((str(position), matter.text) for position, matter in enumerate(composition.matters, start=1))
    return papers.Table(_("問題清單"), (_("序號"), _("事項")), rows)


def _converter(script: Script) -> Callable[[str], str]:
    # Traditional words are converted too: a school's simplified names and faults stand among them.
    return to_simplified if script == "simplified" else to_traditional
