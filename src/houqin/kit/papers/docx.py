"""A paper as a Word document in the layout of GB/T 9704-2012, or in a school's own Word template.

Word and LibreOffice disagree in places; where both ways of saying a thing exist (indent in characters and in points),
both are written. The same paper gives the same bytes.
"""

import re
import zipfile
from dataclasses import dataclass
from datetime import datetime, time
from io import BytesIO
from math import floor
from pathlib import Path
from typing import Any, BinaryIO

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph as WordParagraph

from houqin.kit.papers import layout
from houqin.kit.papers.model import BODY, Paper, Paragraph, Script, Table, chinese_date

Fonts = dict[str, str]

FONTS: dict[Script, Fonts] = {
    # The names under which Chinese Word and WPS list these fonts. The GB2312 ones hold no traditional characters, so a
    # traditional paper names their siblings that do.
    "simplified": {
        "title": "方正小标宋简体",
        "body": "仿宋_GB2312",
        "kai": "楷体_GB2312",
        "hei": "黑体",
        "song": "宋体",
    },
    "traditional": {"title": "方正小标宋_GBK", "body": "仿宋", "kai": "楷体", "hei": "黑体", "song": "宋体"},
}
SUBSTITUTES = {
    "方正小标宋简体": "方正小标宋_GBK,华文中宋",
    "方正小标宋_GBK": "方正小标宋繁体,华文中宋",
    "仿宋_GB2312": "仿宋,FangSong",
    "仿宋": "FangSong,华文仿宋",
    "楷体_GB2312": "楷体,KaiTi",
    "楷体": "KaiTi,华文楷体",
    "黑体": "SimHei",
    "宋体": "SimSun",
}
"""What Word takes where a font is not installed (written as w:altName)."""


SQUEEZE = floor((layout.CHARACTER_PITCH - layout.BODY_SIZE) * 20)
"""Spacing, in twips, that brings 28 characters of 三號 onto a line; rounded so that the 28th still fits."""


@dataclass(frozen=True)
class Look:
    """A paragraph style; indents in characters, size in points. Font and size come from Normal where absent."""

    font: str | None = None
    size: int | None = None
    align: str = "both"
    first: float = 0
    left: float = 0
    hanging: float = 0
    lines_before: int = 0
    lines_after: int = 0
    outline: int | None = None
    keep_next: bool = False
    grid: bool = True


LOOKS = {
    "Title": Look(font="title", size=layout.TITLE_SIZE, align="center", lines_after=1, keep_next=True, grid=False),
    "Salutation": Look(align="left"),
    "Body Text": Look(first=2),
    "Heading 1": Look(font="hei", size=layout.BODY_SIZE, first=2, outline=0, keep_next=True),
    "Heading 2": Look(font="kai", size=layout.BODY_SIZE, first=2, outline=1, keep_next=True),
    "Heading 3": Look(font="body", size=layout.BODY_SIZE, first=2, outline=2, keep_next=True),
    "Heading 4": Look(font="body", size=layout.BODY_SIZE, first=2, outline=3, keep_next=True),
    "Signature": Look(align="right", lines_before=2, keep_next=True),
    "Date": Look(align="right"),
    "Caption": Look(font="hei", size=layout.BODY_SIZE, align="center", keep_next=True),
}
"""Word's own style names, so that a school's template decides how they look."""


def write_docx(paper: Paper, target: BinaryIO, *, template: Path | None = None) -> None:
    """Write the paper as .docx to `target`.

    Without a template the page is laid out by GB/T 9704-2012. With one (.docx or .dotx), its page, headers, footers
    and styles are kept and its own text is dropped; a style of `LOOKS` it lacks is added. Raises ValueError when the
    template is not a Word file.
    """
    fonts = FONTS[paper.script]
    document = _opened(template) if template else docx.Document()
    _remove_text(document)
    if template is None:
        _set_defaults(document, fonts=fonts, language=paper.language)
        _set_page(document, fonts=fonts)
    missing = [name for name in LOOKS if template is None or name not in document.styles]
    for name in missing:
        _define_style(document, name, look=LOOKS[name], fonts=fonts)
    # Runs repeat the font of their style only in our own layout: a template's styles must win.
    _write(document, paper, fonts=fonts if template is None else {})
    _set_properties(document, paper)
    _save(document, target)


def _write(document: Document, paper: Paper, *, fonts: Fonts) -> None:
    title = document.add_paragraph(style="Title")
    for number, line in enumerate(layout.title_lines(paper.title)):
        run = _add_run(title, line, font=fonts.get("title"))
        if number:
            run.insert(list(run).index(run.find(qn("w:t"))), OxmlElement("w:br"))
    if paper.addressee:
        _add_paragraph(document, paper.addressee, style="Salutation", font=fonts.get("body"))
    last: WordParagraph | None = None
    for section in paper.sections:
        if section.heading:
            last = _add_paragraph(document, section.heading, style="Heading 1", font=fonts.get("hei"))
        for paragraph in section.paragraphs:
            last = _add_runs(document, paragraph, fonts=fonts)
    if last is not None and layout.stays_with_signature(last.text):
        last.paragraph_format.keep_with_next = True
    for number, (label, name) in enumerate(layout.attachment_lines(paper.attachments)):
        _add_attachment(document, label, name, first=number == 0, font=fonts.get("body"))
    if paper.signature:
        _add_signature(document, paper, font=fonts.get("body"))
    if paper.footer:
        _add_footer(document, paper.footer, font=fonts.get("body"))
    for number, table in enumerate(paper.appendix):
        label = layout.attachment_label(table.caption, attachments=paper.attachments)
        _add_table(document, table, label=label, new_page=number == 0 or bool(label), fonts=fonts)


# What a paragraph says


def _add_paragraph(document: Document, text: str, *, style: str, font: str | None) -> WordParagraph:
    paragraph = document.add_paragraph(style=style)
    _add_run(paragraph, text, font=font)
    return paragraph


def _add_runs(document: Document, paragraph: Paragraph, *, fonts: Fonts) -> WordParagraph:
    style = "Body Text" if paragraph.level == BODY else f"Heading {paragraph.level}"
    role = LOOKS[style].font or "body"
    added = document.add_paragraph(style=style)
    for run in paragraph.runs:
        _add_run(added, run.text, font=fonts.get(role), gap=run.gap)
    return added


def _add_run(paragraph: WordParagraph, text: str, *, font: str | None, gap: bool = False) -> Any:
    run = paragraph.add_run(_printable(text))._r
    properties = run.get_or_add_rPr()
    if font:
        properties.insert(0, _fonts(font))
    if gap:
        properties.append(_element("w:highlight", val="yellow"))
    return run


def _add_attachment(document: Document, label: str, name: str, *, first: bool, font: str | None) -> None:
    """`附件：1.…`, two characters in; names that need a second line hang under their own first character."""
    start = 2 if first or not label[0].isdigit() else 5  # 附件： is three characters wide
    hanging = layout.width_em(label)
    paragraph = _add_paragraph(document, label + name, style="Body Text", font=font)
    if first:
        _set_blank_line_before(paragraph)
    _set_indent(paragraph._p.get_or_add_pPr(), left=start + hanging, hanging=hanging)
    paragraph.paragraph_format.keep_with_next = True


def _add_signature(document: Document, paper: Paper, *, font: str | None) -> None:
    """The date ends four characters from the right edge, the signature is centred over it (GB/T 9704-2012 §7.3.5.1)."""
    date = chinese_date(paper.signed_on) if paper.signed_on else layout.BLANK_DATE
    signature = _add_paragraph(document, paper.signature, style="Signature", font=font)
    over = 4 + (layout.width_em(date) - layout.width_em(paper.signature)) / 2
    _set_indent(signature._p.get_or_add_pPr(), right=max(over, 0))
    dated = _add_paragraph(document, date, style="Date", font=font)
    _set_indent(dated._p.get_or_add_pPr(), right=4)


def _add_footer(document: Document, text: str, *, font: str | None) -> None:
    paragraph = _add_paragraph(document, text, style="Body Text", font=font)
    _set_blank_line_before(paragraph)
    paragraph.paragraph_format.line_spacing = Pt(layout.SMALL_SIZE * 1.5)
    run = paragraph.runs[0]._r
    run.replace(run.get_or_add_rPr(), _run_properties(font, layout.SMALL_SIZE, squeeze=0))
    properties = paragraph._p.get_or_add_pPr()
    _leave_grid(properties)
    _set_indent(properties, first=0)
    border = OxmlElement("w:pBdr")
    border.append(_element("w:top", val="single", sz=4, space=4, color="auto"))
    properties.insert_element_before(border, *_AFTER_BORDER)


# Tables


def _add_table(document: Document, table: Table, *, label: str, new_page: bool, fonts: Fonts) -> None:
    if label:
        labelled = _add_paragraph(document, label, style="Caption", font=fonts.get("hei"))
        labelled._p.get_or_add_pPr().append(_element("w:jc", val="left"))
        labelled.paragraph_format.page_break_before = True
    caption = _add_paragraph(document, table.caption, style="Caption", font=fonts.get("hei"))
    if new_page and not label:
        caption.paragraph_format.page_break_before = True
    elif not label:
        _set_blank_line_before(caption)
    page = document.sections[-1]
    margins = (page.left_margin or 0) + (page.right_margin or 0)
    width = ((page.page_width or Mm(layout.PAGE_MM[0])) - margins) / Pt(1)
    shares = layout.column_shares(table.columns, table.rows, available=width / layout.TABLE_SIZE)
    widths = [int(_twips(width) * share) for share in shares]
    flush_right = layout.number_columns(table.columns, table.rows)

    element = OxmlElement("w:tbl")
    properties = OxmlElement("w:tblPr")
    properties.append(_element("w:tblW", w=sum(widths), type="dxa"))
    properties.append(_element("w:jc", val="center"))
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        borders.append(_element(f"w:{side}", val="single", sz=4, space=0, color="auto"))
    properties.append(borders)
    properties.append(_element("w:tblLayout", type="fixed"))
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(_element(f"w:{side}", w=80, type="dxa"))
    properties.append(margins)
    element.append(properties)
    grid = OxmlElement("w:tblGrid")
    for column in widths:
        grid.append(_element("w:gridCol", w=column))
    element.append(grid)
    element.append(_row(table.columns, widths, aligned=["center"] * len(widths), font=fonts.get("hei"), head=True))
    aligned = ["right" if number else "left" for number in flush_right]
    for cells in table.rows:
        element.append(_row(cells, widths, aligned=aligned, font=fonts.get("body"), head=False))
    caption._p.addnext(element)
    # Word wants a paragraph after a table that ends the text.
    end = document.add_paragraph()
    end.paragraph_format.line_spacing = Pt(1)
    _leave_grid(end._p.get_or_add_pPr())


def _row(cells: tuple[str, ...], widths: list[int], *, aligned: list[str], font: str | None, head: bool) -> Any:
    row = OxmlElement("w:tr")
    properties = OxmlElement("w:trPr")
    properties.append(OxmlElement("w:cantSplit"))
    if head:
        properties.append(OxmlElement("w:tblHeader"))
    row.append(properties)
    for text, width, align in zip(cells, widths, aligned, strict=True):
        cell = OxmlElement("w:tc")
        cell_properties = OxmlElement("w:tcPr")
        cell_properties.append(_element("w:tcW", w=width, type="dxa"))
        cell_properties.append(_element("w:vAlign", val="center"))
        cell.append(cell_properties)
        paragraph = OxmlElement("w:p")
        paragraph_properties = OxmlElement("w:pPr")
        _leave_grid(paragraph_properties)
        line = _twips(layout.TABLE_SIZE * 1.5)
        paragraph_properties.append(_element("w:spacing", before=20, after=20, line=line, lineRule="exact"))
        paragraph_properties.append(_element("w:jc", val=align))
        paragraph.append(paragraph_properties)
        run = OxmlElement("w:r")
        run.append(_run_properties(font, layout.TABLE_SIZE, squeeze=0))
        words = OxmlElement("w:t")
        words.text = _printable(text)
        words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        run.append(words)
        paragraph.append(run)
        cell.append(paragraph)
        row.append(cell)
    return row


# The page, the styles, the file


def _set_page(document: Document, *, fonts: Fonts) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = (Mm(length) for length in layout.PAGE_MM)
    section.top_margin, section.bottom_margin = Mm(layout.TOP_MM), Mm(layout.BOTTOM_MM)
    section.left_margin, section.right_margin = Mm(layout.LEFT_MM), Mm(layout.RIGHT_MM)
    # The dash of the page number stands 7 mm below the type area (GB/T 9704-2012 §7.5).
    section.header_distance, section.footer_distance = Mm(15), Mm(25)
    properties = section._sectPr
    for grid in properties.findall(qn("w:docGrid")):
        properties.remove(grid)
    # A grid of lines only: LibreOffice sets every letter of a character grid into a cell of its own. The 28 characters
    # of a line come from the spacing of the Normal style.
    properties.append(_element("w:docGrid", type="lines", linePitch=_twips(layout.LINE_PITCH)))
    document.settings.odd_and_even_pages_header_footer = True
    for footer, align in ((section.footer, "right"), (section.even_page_footer, "left")):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.style = document.styles["Normal"]
        properties = paragraph._p.get_or_add_pPr()
        _leave_grid(properties)
        line = _twips(layout.PAGE_NUMBER_SIZE)
        properties.append(_element("w:spacing", before=0, after=0, line=line, lineRule="exact"))
        _set_indent(properties, size=layout.PAGE_NUMBER_SIZE, **{align: 1})
        properties.append(_element("w:jc", val=align))
        _add_page_number(paragraph, font=fonts["song"])


def _add_page_number(paragraph: WordParagraph, *, font: str) -> None:
    """`— 1 —` in 四號 half-width 宋體, the number being Word's PAGE field."""

    def add(*children: Any) -> None:
        run = OxmlElement("w:r")
        run.append(_run_properties(font, layout.PAGE_NUMBER_SIZE, squeeze=0))
        run.extend(children)
        paragraph._p.append(run)

    def words(name: str, text: str) -> Any:
        element = OxmlElement(name)
        element.text = text
        element.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        return element

    add(words("w:t", "— "))
    add(_element("w:fldChar", fldCharType="begin"))
    add(words("w:instrText", " PAGE "))
    add(_element("w:fldChar", fldCharType="separate"))
    add(words("w:t", "1"))
    add(_element("w:fldChar", fldCharType="end"))
    add(words("w:t", " —"))


def _set_defaults(document: Document, *, fonts: Fonts, language: str) -> None:
    """Font, size, line pitch and language of everything; Word's theme fonts go, or they would win over ours."""
    styles = document.styles.element
    for unused in styles.findall(qn("w:style")):
        if unused.get(qn("w:type")) in {"table", "numbering"} or unused.get(qn("w:default")) != "1":
            styles.remove(unused)
    default = styles.find(qn("w:docDefaults")).find(qn("w:rPrDefault"))
    properties = _run_properties(fonts["body"], layout.BODY_SIZE)
    properties.append(_element("w:lang", val="en-US", eastAsia=language, bidi="ar-SA"))
    default.replace(default.find(qn("w:rPr")), properties)
    default.getparent().remove(default.getparent().find(qn("w:pPrDefault")))
    _define_style(document, "Normal", look=Look(font="body", size=layout.BODY_SIZE), fonts=fonts)
    document.styles["Normal"].element.rPr.find(qn("w:sz")).addprevious(_element("w:spacing", val=SQUEEZE))
    settings = document.settings.element
    for language_of_theme in settings.findall(qn("w:themeFontLang")):
        language_of_theme.set(qn("w:eastAsia"), language)
    for setting in settings.findall(f"{qn('w:compat')}/{qn('w:compatSetting')}"):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")  # or Word opens it in compatibility mode
    _declare_fonts(document, fonts=fonts)


def _declare_fonts(document: Document, *, fonts: Fonts) -> None:
    """Name the fonts and their substitutes in the font table."""
    part = next(part for part in document.part.package.iter_parts() if part.partname == "/word/fontTable.xml")
    entries = "".join(
        f'<w:font w:name="{font}"><w:altName w:val="{SUBSTITUTES[font]}"/><w:charset w:val="86"/></w:font>'
        for font in dict.fromkeys(fonts.values())
    )
    namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    part._blob = f'{head}<w:fonts xmlns:w="{namespace}">{entries}</w:fonts>'.encode()


def _define_style(document: Document, name: str, *, look: Look, fonts: Fonts) -> None:
    if name in document.styles:
        style = document.styles[name]
        for old in ("w:rPr", "w:pPr"):
            for child in style.element.findall(qn(old)):
                style.element.remove(child)
    else:
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=True)
        style.base_style = document.styles["Normal"]
        style.quick_style = True
    assert isinstance(style, ParagraphStyle)
    format_ = style.paragraph_format
    if look.keep_next:
        format_.keep_with_next = True
    format_.widow_control = False  # or a page may hold 21 lines
    properties = style.element.get_or_add_pPr()
    properties.append(_element("w:overflowPunct", val=0))  # nothing hangs out of the type area
    for kind in ("w:autoSpaceDE", "w:autoSpaceDN"):
        properties.append(_element(kind, val=0))  # 2019年7月5日, without gaps around the numerals
    if not look.grid:
        _leave_grid(properties)
    _set_spacing(properties, before=look.lines_before, after=look.lines_after)
    _set_indent(properties, first=look.first)
    properties.append(_element("w:jc", val=look.align))
    if look.outline is not None:
        properties.append(_element("w:outlineLvl", val=look.outline))
    style.element.insert_element_before(_run_properties(look.font and fonts[look.font], look.size), "w:tblPr")


def _set_properties(document: Document, paper: Paper) -> None:
    properties = document.core_properties
    properties.title = _printable(paper.title.replace("\n", ""))[:255]
    properties.author = properties.last_modified_by = _printable(paper.signature)[:255]
    properties.subject = properties.keywords = properties.comments = properties.category = ""
    properties.language = paper.language
    properties.revision = 1
    for name in ("dcterms:created", "dcterms:modified"):
        for element in properties._element.findall(qn(name)):
            properties._element.remove(element)
    if paper.signed_on:  # a draft has no date yet
        properties.created = properties.modified = datetime.combine(paper.signed_on, time())


def _opened(template: Path) -> Document:
    """Open a .docx, or a .dotx as the document it is the template of."""
    content = BytesIO()
    try:
        with zipfile.ZipFile(template) as old, zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as new:
            for item in old.infolist():
                data = old.read(item)
                if item.filename == "[Content_Types].xml":
                    data = data.replace(b"wordprocessingml.template.main+xml", b"wordprocessingml.document.main+xml")
                new.writestr(item, data)
        return docx.Document(content)
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise ValueError(f"{template.name} is not a Word document or template (.docx, .dotx)") from error


def _remove_text(document: Document) -> None:
    body = document.element.body
    for child in list(body):
        if child.tag != qn("w:sectPr"):
            body.remove(child)


def _save(document: Document, target: BinaryIO) -> None:
    """Save without the clock: the same paper gives the same bytes."""
    relations = document.part.package.rels
    for key in [key for key, relation in relations.items() if relation.reltype.endswith("/metadata/thumbnail")]:
        del relations[key]  # a picture of some other document
    written = BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            steady = zipfile.ZipInfo(item.filename, date_time=(1980, 1, 1, 0, 0, 0))
            steady.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(steady, old.read(item))


# Small parts

_AFTER_GRID = (
    *("w:spacing", "w:ind"),
    *("w:contextualSpacing", "w:mirrorIndents", "w:suppressOverlap", "w:jc", "w:textDirection", "w:textAlignment"),
    *("w:textboxTightWrap", "w:outlineLvl", "w:divId", "w:cnfStyle", "w:rPr", "w:sectPr", "w:pPrChange"),
)
_AFTER_BORDER = (
    *("w:shd", "w:tabs", "w:suppressAutoHyphens", "w:kinsoku", "w:wordWrap", "w:overflowPunct", "w:topLinePunct"),
    *("w:autoSpaceDE", "w:autoSpaceDN", "w:bidi", "w:adjustRightInd", "w:snapToGrid", *_AFTER_GRID),
)
"""The order of a paragraph's properties after its borders: Word refuses a file that has them otherwise."""


def _set_spacing(properties: Any, *, before: int = 0, after: int = 0) -> None:
    """Fixed line pitch, with whole blank lines before and after."""
    pitch = _twips(layout.LINE_PITCH)
    spacing = properties.get_or_add_spacing()
    values = {"before": before * pitch, "after": after * pitch, "line": pitch, "lineRule": "exact"}
    values |= {"beforeLines": before * 100, "afterLines": after * 100}
    for name, value in values.items():
        spacing.set(qn(f"w:{name}"), str(value))


def _leave_grid(properties: Any) -> None:
    """Let lines stand off the grid: LibreOffice gives a tall line two lines of it, whatever its own pitch says."""
    properties.insert_element_before(_element("w:snapToGrid", val=0), *_AFTER_GRID)


def _set_blank_line_before(paragraph: WordParagraph) -> None:
    spacing = paragraph._p.get_or_add_pPr().get_or_add_spacing()
    spacing.set(qn("w:before"), str(_twips(layout.LINE_PITCH)))
    spacing.set(qn("w:beforeLines"), "100")


def _set_indent(
    properties: Any,
    *,
    first: float = 0,
    left: float = 0,
    right: float = 0,
    hanging: float = 0,
    size: float = layout.CHARACTER_PITCH,
) -> None:
    """Indents in characters, and the same in points of `size` a character: LibreOffice reads only the points."""
    indent = properties.get_or_add_ind()
    for side, characters in (("left", left), ("right", right)):
        indent.set(qn(f"w:{side}Chars"), str(round(characters * 100)))
        indent.set(qn(f"w:{side}"), str(_twips(characters * size)))
    name, characters = ("hanging", hanging) if hanging else ("firstLine", first)
    indent.set(qn(f"w:{name}Chars"), str(round(characters * 100)))
    indent.set(qn(f"w:{name}"), str(_twips(characters * size)))


def _twips(points: float) -> int:
    return round(points * 20)


def _run_properties(font: str | None, size: int | None, *, squeeze: int | None = None) -> Any:
    """Font, size in points and spacing in twips a character; what is None is inherited."""
    properties = OxmlElement("w:rPr")
    if font:
        properties.append(_fonts(font))
    if squeeze is not None:
        properties.append(_element("w:spacing", val=squeeze))
    if size:
        for name in ("w:sz", "w:szCs"):
            properties.append(_element(name, val=size * 2))
    return properties


def _fonts(font: str) -> Any:
    return _element("w:rFonts", hint="eastAsia", ascii=font, hAnsi=font, eastAsia=font, cs=font)


def _element(name: str, **attributes: str | int) -> Any:
    element = OxmlElement(name)
    for attribute, value in attributes.items():
        element.set(qn(f"w:{attribute}"), str(value))
    return element


_UNPRINTABLE = re.compile(r"[^\t\n\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")


def _printable(text: str) -> str:
    """The text without the characters XML cannot hold."""
    return _UNPRINTABLE.sub("", text)
