"""A paper as PDF, in the layout of GB/T 9704-2012, set by Typst with the fonts that come in our own wheel.

There is no free 仿宋 or 楷體 to ship: Noto Serif SC stands for 仿宋, its bold for 小標宋 and 楷體, Noto Sans SC for
黑體. Both hold every traditional and simplified character. The fonts of the machine are not used, so that the same
paper looks the same anywhere.
"""

import json
from importlib import resources
from pathlib import Path
from typing import Any

import typst
from django.utils.translation import gettext as _

from houqin.kit.papers import layout
from houqin.kit.papers.model import Paper, Table, chinese_date

FONTS = ("NotoSerifSC-Regular.ttf", "NotoSerifSC-Bold.ttf", "NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf")


class FontsMissing(RuntimeError):
    """The packaged fonts are not where the installation should have put them."""


def write_pdf(paper: Paper) -> bytes:
    """The paper as PDF. The same paper gives the same bytes; what people typed is data to Typst, never markup.

    Raises FontsMissing when the fonts of the wheel are not installed.
    """
    return typst.compile(
        Path(__file__).with_name("paper.typ"),
        font_paths=[fonts_folder()],
        ignore_system_fonts=True,
        sys_inputs={"paper": json.dumps(_said(paper)), "layout": json.dumps(_laid_out())},
    )


def fonts_folder() -> Path:
    """The folder of the packaged fonts; raises FontsMissing naming the first one that is not there."""
    try:
        folder = Path(str(resources.files("houqin_assets"))) / "fonts"
    except ModuleNotFoundError as error:
        raise FontsMissing(_("找不到隨程式安裝的字型。請重新安裝 houqin，再產生 PDF。")) from error
    for name in FONTS:
        if not (folder / name).is_file():
            raise FontsMissing(_("找不到隨程式安裝的字型 {name}。請重新安裝 houqin，再產生 PDF。").format(name=name))
    return folder


def _said(paper: Paper) -> dict[str, Any]:
    """What `paper.typ` reads as `paper`."""
    day = paper.signed_on
    return {
        "title": layout.title_lines(paper.title),
        "addressee": paper.addressee,
        "sections": _sections(paper),
        "attachments": layout.attachment_lines(paper.attachments),
        "signature": paper.signature,
        "signed_on": {"year": day.year, "month": day.month, "day": day.day} if day else None,
        "date": chinese_date(day) if day else layout.BLANK_DATE,
        "footer": paper.footer,
        "region": paper.language.removeprefix("zh-"),
        "appendix": [_table(table, attachments=paper.attachments) for table in paper.appendix],
    }


def _sections(paper: Paper) -> list[dict[str, Any]]:
    sections: list[dict[str, Any]] = [
        {
            "heading": section.heading,
            "paragraphs": [
                {
                    "level": paragraph.level,
                    "runs": [{"text": run.text, "gap": run.gap} for run in paragraph.runs],
                    "sticky": False,
                }
                for paragraph in section.paragraphs
            ],
        }
        for section in paper.sections
    ]
    if paper.sections and paper.sections[-1].paragraphs:
        last = paper.sections[-1].paragraphs[-1]
        sections[-1]["paragraphs"][-1]["sticky"] = layout.stays_with_signature(last.text)
    return sections


def _table(table: Table, *, attachments: tuple[str, ...]) -> dict[str, Any]:
    width = (layout.PAGE_MM[0] - layout.LEFT_MM - layout.RIGHT_MM) / 25.4 * 72
    return {
        "label": layout.attachment_label(table.caption, attachments=attachments),
        "caption": table.caption,
        "columns": table.columns,
        "rows": table.rows,
        "shares": layout.column_shares(table.columns, table.rows, available=width / layout.TABLE_SIZE),
        "numbers": layout.number_columns(table.columns, table.rows),
    }


def _laid_out() -> dict[str, Any]:
    """What `paper.typ` reads as `layout`: lengths in points unless they end in _mm."""
    names = (
        *("PAGE_MM", "TOP_MM", "BOTTOM_MM", "LEFT_MM", "RIGHT_MM", "LINE_PITCH", "CHARACTER_PITCH"),
        *("BODY_SIZE", "TITLE_SIZE", "PAGE_NUMBER_SIZE", "TABLE_SIZE", "SMALL_SIZE"),
    )
    return {name.lower(): getattr(layout, name) for name in names}
