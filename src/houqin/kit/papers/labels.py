"""QR labels: sheets of A4 stickers and rolls of a label printer, as PDF.

A :class:`Label` is what stands beside the code; a :class:`Stock` is the paper it is printed on. Every word is data to Typst,
never markup; the code is drawn by segno as vectors, so it is sharp at any size.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import segno
import typst
from django.utils.translation import gettext as _

from houqin.kit.papers.model import Script
from houqin.kit.papers.pdf import fonts_folder

A4 = (210.0, 297.0)
SMALLEST_MM, LARGEST_MM = 20.0, 210.0
MOST_LABELS = 5_000


@dataclass(frozen=True)
class Label:
    """One label. ``address`` is what the code says; ``head`` the school, ``title`` the thing, ``lines`` number, room …

    ``code`` is the token in print, for whoever has to type it.
    """

    address: str
    title: str
    head: str = ""
    lines: tuple[str, ...] = ()
    code: str = ""

    def converted(self, script: Script) -> Label:
        """The same label in one script."""
        from houqin.kit import text  # here, not above: OpenCC's dictionaries load only for who converts

        convert = {"traditional": text.to_traditional, "simplified": text.to_simplified}[script]
        return replace(
            self, title=convert(self.title), head=convert(self.head), lines=tuple(convert(one) for one in self.lines)
        )


@dataclass(frozen=True)
class Stock:
    """What labels are printed on, in millimetres.

    A sheet is A4 with ``columns`` × ``rows`` labels of ``width`` × ``height`` between its margins and gaps; a roll is one
    label a page. ``says`` is how a person writes it: 3x8, 50x30mm.
    """

    says: str
    width: float
    height: float
    columns: int = 1
    rows: int = 1
    margin_x: float = 0.0
    margin_y: float = 0.0
    gap_x: float = 0.0
    gap_y: float = 0.0

    @property
    def is_roll(self) -> bool:
        return self.columns == self.rows == 1

    @property
    def a_page(self) -> int:
        return self.columns * self.rows


def sheet(
    columns: int, rows: int, *, margin_x: float = 0.0, margin_y: float = 0.0, gap_x: float = 0.0, gap_y: float = 0.0
) -> Stock:
    """A4 in ``columns`` × ``rows``; what margins and gaps leave is divided evenly. ValueError where that is too small."""
    width = (A4[0] - 2 * margin_x - gap_x * (columns - 1)) / columns
    height = (A4[1] - 2 * margin_y - gap_y * (rows - 1)) / rows
    return _possible(Stock(f"{columns}x{rows}", width, height, columns, rows, margin_x, margin_y, gap_x, gap_y))


def roll(width: float, height: float) -> Stock:
    """One label of a roll, ``width`` × ``height`` mm. ValueError where no code would fit."""
    return _possible(Stock(f"{width:g}x{height:g}mm", width, height))


def _possible(stock: Stock) -> Stock:
    if min(stock.width, stock.height) < SMALLEST_MM or max(stock.width, stock.height) > max(A4):
        raise ValueError(
            _("一張標籤會是 %(width).1f×%(height).1f 毫米；每邊最少 %(least)d 毫米，最多不超過 A4。")
            % {"width": stock.width, "height": stock.height, "least": SMALLEST_MM}
        )
    return stock


_GRID = re.compile(r"(\d{1,2})\s*[xX×*]\s*(\d{1,2})")
_ROLL = re.compile(r"(\d{2,3}(?:\.\d)?)\s*[xX×*]\s*(\d{2,3}(?:\.\d)?)\s*(?:mm|毫米)")

# Stickers sold everywhere, with the margins of their sheets.
COMMON = {
    "3x8": sheet(3, 8),
    "3x7": sheet(3, 7, margin_x=7.2, margin_y=15.1, gap_x=2.5),
    "4x10": sheet(4, 10, margin_y=8.5),
    "2x7": sheet(2, 7, margin_x=4.7, margin_y=15.1, gap_x=2.5),
    "50x30mm": roll(50, 30),
    "60x40mm": roll(60, 40),
    "40x30mm": roll(40, 30),
    "80x50mm": roll(80, 50),
}


def stock_named(text: str) -> Stock:
    """The stock a person means: 3x8 or 4×10 labels on A4, 50x30mm of a roll. ValueError with a sentence otherwise."""
    told = text.strip().lower().replace("×", "x").replace("*", "x").replace("毫米", "mm").replace(" ", "")
    if told in COMMON:
        return COMMON[told]
    if found := _ROLL.fullmatch(told):
        return roll(float(found[1]), float(found[2]))
    if (found := _GRID.fullmatch(told)) and int(found[1]) and int(found[2]):
        return sheet(int(found[1]), int(found[2]))
    raise ValueError(
        _("「%(text)s」不是標籤規格。A4 不干膠寫成 3x8（三列八行），標籤機寫成 50x30mm。") % {"text": text}
    )


def write_pdf(labels: Sequence[Label], stock: Stock, *, skip: int = 0, script: Script = "traditional") -> bytes:
    """The labels as PDF; ``skip`` leaves the first places of a begun sheet free. Raises ValueError, FontsMissing."""
    return _compiled(labels, stock, skip=skip, script=script)


def write_png(labels: Sequence[Label], stock: Stock, *, dpi: int = 203, script: Script = "traditional") -> bytes:
    """The first page as a picture; 203 dots an inch is what a label printer has."""
    return _compiled(labels[: stock.a_page], stock, script=script, format="png", ppi=float(dpi))


def _compiled(labels: Sequence[Label], stock: Stock, *, skip: int = 0, script: Script, **form: object) -> bytes:
    if not labels:
        raise ValueError(_("沒有要印的標籤。"))
    if len(labels) > MOST_LABELS:
        raise ValueError(_("一次最多印 %(most)d 張，請先縮小範圍。") % {"most": MOST_LABELS})
    if not 0 <= skip < max(1, stock.a_page):
        raise ValueError(_("跳過的張數要小於一頁的 %(page)d 張。") % {"page": stock.a_page})
    facts = {
        "labels": [
            {
                "qr": code_drawn(one.address),
                "head": one.head,
                "title": one.title,
                "lines": one.lines,
                "code": one.code,
            }
            for one in (label.converted(script) for label in labels)
        ],
        "skip": skip,
        "width": stock.width,
        "height": stock.height,
        "columns": stock.columns,
        "rows": stock.rows,
        "margin_x": stock.margin_x,
        "margin_y": stock.margin_y,
        "gap_x": stock.gap_x,
        "gap_y": stock.gap_y,
        "roll": stock.is_roll,
    }
    return typst.compile(  # type: ignore[call-overload]
        Path(__file__).with_name("labels.typ"),
        font_paths=[fonts_folder()],
        ignore_system_fonts=True,
        sys_inputs={"facts": json.dumps(facts)},
        **form,
    )


def code_drawn(address: str) -> str:
    """The QR code of an address as SVG with its quiet zone; a quarter of it may be scratched away (level M, raised where free)."""
    return segno.make_qr(address, error="m").svg_inline(border=4, omitsize=True, dark="#000", light="#fff")
