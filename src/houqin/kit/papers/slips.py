"""Slips as PDF, Word and HTML. Several become one file, each beginning on a page of its own."""

import json
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import BinaryIO

import docx
import typst
from django.utils.safestring import SafeString, mark_safe
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from houqin.kit.papers import layout
from houqin.kit.papers.docx import FONTS
from houqin.kit.papers.model import Table
from houqin.kit.papers.pdf import fonts_folder
from houqin.kit.papers.slip import Slip

_LONG_MM, _SHORT_MM, _MARGIN_MM = 297, 210, 18
_SIGNERS_IN_A_ROW = 4


def write_pdf(slips: Sequence[Slip]) -> bytes:
    """The slips as PDF with the packaged fonts; the same slips give the same bytes. Raises FontsMissing like a paper."""
    return typst.compile(
        Path(__file__).with_name("slip.typ"),
        font_paths=[fonts_folder()],
        ignore_system_fonts=True,
        sys_inputs={"slips": json.dumps([_said(slip) for slip in slips])},
    )


def _said(slip: Slip) -> dict[str, object]:
    return {
        "title": slip.title,
        "school": slip.school,
        "number": slip.number,
        "facts": slip.facts,
        "text": slip.text,
        "signatures": slip.signatures,
        "footer": slip.footer,
        "landscape": slip.landscape,
        "tables": [
            {
                "caption": table.caption,
                "columns": table.columns,
                "rows": table.rows,
                "shares": _shares(slip, table),
                "numbers": layout.number_columns(table.columns, table.rows),
            }
            for table in slip.tables
        ],
    }


def _shares(slip: Slip, table: Table) -> list[float]:
    width = ((_LONG_MM if slip.landscape else _SHORT_MM) - 2 * _MARGIN_MM) / 25.4 * 72
    return layout.column_shares(table.columns, table.rows, available=width / 9)


def write_docx(slips: Sequence[Slip], target: BinaryIO) -> None:
    """The slips as one Word file to ``target``, to be filled in and changed by whoever wants to."""
    document = docx.Document()
    script = slips[0].script if slips else "traditional"
    normal = document.styles["Normal"]
    normal.font.size = Pt(10.5)
    normal.font.name = FONTS[script]["body"]
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONTS[script]["body"])
    for position, slip in enumerate(slips):
        section = document.sections[0] if position == 0 else document.add_section(WD_SECTION.NEW_PAGE)
        wide, high = (_LONG_MM, _SHORT_MM) if slip.landscape else (_SHORT_MM, _LONG_MM)
        section.orientation = WD_ORIENT.LANDSCAPE if slip.landscape else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = Mm(wide), Mm(high)
        section.left_margin = section.right_margin = Mm(_MARGIN_MM)
        section.top_margin = section.bottom_margin = Mm(16)
        _write(document, slip, width_mm=wide - 2 * _MARGIN_MM)
    document.save(target)


def _write(document: docx.document.Document, slip: Slip, *, width_mm: int) -> None:
    def paragraph(
        words: str, *, size: float = 10.5, bold: bool = False, align: WD_ALIGN_PARAGRAPH | None = None
    ) -> None:
        run = (made := document.add_paragraph()).add_run(words)
        run.font.size, run.bold = Pt(size), bold
        made.paragraph_format.space_after = Pt(3)
        if align is not None:
            made.alignment = align

    if slip.school:
        paragraph(slip.school, size=12, align=WD_ALIGN_PARAGRAPH.CENTER)
    paragraph(slip.title, size=17, bold=True, align=WD_ALIGN_PARAGRAPH.CENTER)
    if slip.number:
        paragraph(slip.number, size=9, align=WD_ALIGN_PARAGRAPH.RIGHT)
    if slip.facts:
        paragraph("　　".join(f"{label}：{value}" for label, value in slip.facts))
    for table in slip.tables:
        if table.caption:
            paragraph(table.caption, bold=True)
        _write_table(document, table, shares=_shares(slip, table), width_mm=width_mm)
    for said in slip.text:
        paragraph("　　" + said)
    for start in range(0, len(slip.signatures), _SIGNERS_IN_A_ROW):
        row = slip.signatures[start : start + _SIGNERS_IN_A_ROW]
        paragraph("　　".join(f"{label}：{name or '＿＿＿＿＿＿'}" for label, name in row))
    if slip.footer:
        paragraph(slip.footer, size=8)


def _write_table(document: docx.document.Document, table: Table, *, shares: Sequence[float], width_mm: int) -> None:
    made = document.add_table(rows=1, cols=len(table.columns), style="Table Grid")
    made.autofit = False
    numbers = layout.number_columns(table.columns, table.rows)
    for at, cells in enumerate((table.columns, *table.rows)):
        row = made.rows[0] if at == 0 else made.add_row()
        for cell, words, share, is_number in zip(row.cells, cells, shares, numbers, strict=True):
            cell.width = Mm(width_mm * share)
            run = (line := cell.paragraphs[0]).add_run(words)
            run.font.size, run.bold = Pt(9), at == 0
            if at == 0:
                line.alignment = WD_ALIGN_PARAGRAPH.CENTER
            elif is_number:
                line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    # The head stands on every page the table runs over to.
    made.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def write_html(slips: Sequence[Slip]) -> SafeString:
    """The slips as `<article class="slip">`s, everything in them escaped, for a page to show and a browser to print."""
    return mark_safe("\n".join(_html(slip) for slip in slips))


def _html(slip: Slip) -> str:
    parts = [f'<article class="slip{" wide" if slip.landscape else ""}" lang="{slip.language}">']
    if slip.school:
        parts.append(f'<p class="school">{escape(slip.school)}</p>')
    parts.append(f"<h1>{escape(slip.title)}</h1>")
    if slip.number:
        parts.append(f'<p class="number">{escape(slip.number)}</p>')
    if slip.facts:
        pairs = (f"<div><dt>{escape(label)}</dt><dd>{escape(value)}</dd></div>" for label, value in slip.facts)
        parts.append(f"<dl>{''.join(pairs)}</dl>")
    for table in slip.tables:
        numbers = [' class="n"' if is_number else "" for is_number in layout.number_columns(table.columns, table.rows)]
        caption = f"<caption>{escape(table.caption)}</caption>" if table.caption else ""
        head = "".join(f'<th scope="col">{escape(column)}</th>' for column in table.columns)
        rows = "\n".join(
            "<tr>" + "".join(f"<td{n}>{escape(cell)}</td>" for n, cell in zip(numbers, row, strict=True)) + "</tr>"
            for row in table.rows
        )
        parts.append(
            f'<div class="scrolls" tabindex="0"><table>{caption}<thead><tr>{head}</tr></thead><tbody>\n{rows}\n</tbody></table></div>'
        )
    parts += [f"<p>{escape(said)}</p>" for said in slip.text]
    if slip.signatures:
        signed = (f"<span>{escape(label)}：{escape(name)}</span>" for label, name in slip.signatures)
        parts.append(f'<p class="signs">{"".join(signed)}</p>')
    if slip.footer:
        parts.append(f"<footer>{escape(slip.footer)}</footer>")
    return "\n".join([*parts, "</article>"])
