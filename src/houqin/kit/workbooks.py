"""Write what a school takes away: .xlsx with real dates and numbers, .csv that Excel opens as Chinese.

No exported cell starts a formula. In an .xlsx every text is written as text. In a .csv, which has no types, a text that
a spreadsheet program would take for a formula gets an apostrophe in front (`sheet_text.protected`), and `sheets.read`
takes it away again. What neither format can hold (NUL, lone surrogates, U+FFFE and U+FFFF) becomes U+FFFD.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, BinaryIO, Literal

import xlsxwriter
from django.utils.translation import gettext as _

from houqin.kit import clock
from houqin.kit.sheet_text import protected

Kind = Literal["text", "integer", "money", "date", "moment", "time", "percent"]

ROWS_OF_A_SHEET = 1_048_576
_CELL_CHARACTERS = 32_767
_MEASURED_ROWS = 200
_UNWRITABLE = re.compile("[\x00\ud800-\udfff\ufffe\uffff]")
_NEEDS_QUOTES = re.compile(r'[",;|\t\r\n]|^\s|\s$|^sep=', re.IGNORECASE)
_FORMATS = {
    "integer": "0",
    "money": "#,##0.00",
    "date": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm",
    "time": "hh:mm",
    "percent": "0.0%",
    "duration": "[h]:mm",
    "text": "@",
}


@dataclass(frozen=True)
class OutputColumn:
    """A column of an export.

    `kind` says what whole numbers mean and how values look: money is integer 分, percent a fraction of one (Decimal or
    Fraction). A value of another type than its column says is written as what it is; a text is always a text. `width`
    is in narrow characters; None measures the heading and the first rows.
    """

    heading: str
    kind: Kind = "text"
    width: float | None = None


@dataclass(frozen=True)
class OutputSheet:
    """A sheet: rows are sequences in the order of `columns`; `title` and `notes` stand above the heading."""

    name: str
    columns: Sequence[OutputColumn]
    rows: Iterable[Sequence[object]]
    title: str | None = None
    notes: Sequence[str] = ()


def write_xlsx(target: BinaryIO, sheets: Iterable[OutputSheet]) -> None:
    """Write the sheets as one .xlsx; rows are streamed, so a large export takes time but no memory.

    A sheet with more rows than .xlsx can hold is refused with ValueError. A text longer than 32 767 characters, which
    no cell can hold, is cut and says so at its end.
    """
    book = xlsxwriter.Workbook(
        target,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": _FORMATS["date"],
        },
    )
    formats: dict[str, Any] = {kind: book.add_format({"num_format": look}) for kind, look in _FORMATS.items()}
    formats["heading"] = book.add_format({"bold": True, "bg_color": "#EDEDED", "bottom": 1, "num_format": "@"})
    formats["title"] = book.add_format({"bold": True, "font_size": 14})
    taken: set[str] = set()
    try:
        for sheet in sheets:
            _write_sheet(book, sheet, name=_sheet_name(sheet.name, taken=taken), formats=formats)
        if not taken:
            book.add_worksheet()
    finally:
        book.close()


def _write_sheet(book: Any, sheet: OutputSheet, *, name: str, formats: dict[str, Any]) -> None:
    page = book.add_worksheet(name)
    at = 0
    if sheet.title:
        page.write_string(at, 0, _text(sheet.title), formats["title"])
        at += 1
    for note in sheet.notes:
        page.write_string(at, 0, _text(note))
        at += 1
    heading = at
    widths = []
    for index, column in enumerate(sheet.columns):
        page.write_string(heading, index, _text(column.heading), formats["heading"])
        # Three more for the arrow of the filter.
        widths.append(_width(column.heading) + 3)
    kinds = [column.kind for column in sheet.columns]
    for number, row in enumerate(sheet.rows):
        at += 1
        if at >= ROWS_OF_A_SHEET:
            raise ValueError(_("一張工作表放不下超過 %(rows)d 列。請縮小篩選範圍，或改用 CSV。") % {"rows": at})
        for index, (value, kind) in enumerate(zip(row, kinds, strict=True)):
            _write_cell(page, at, index, value, kind=kind, formats=formats)
            if number < _MEASURED_ROWS:
                widths[index] = max(widths[index], _width(_shown(value, kind=kind)))
    for index, column in enumerate(sheet.columns):
        page.set_column(index, index, column.width if column.width is not None else min(widths[index] + 1, 60))
    page.freeze_panes(heading + 1, 0)
    if sheet.columns:
        page.autofilter(heading, 0, at, len(sheet.columns) - 1)
    page.repeat_rows(heading)


def _write_cell(page: Any, row: int, column: int, value: object, *, kind: Kind, formats: dict[str, Any]) -> None:
    if value is None or value == "":
        return
    if isinstance(value, timedelta):
        page.write_datetime(row, column, value, formats["duration"])
    elif isinstance(value, datetime) and value.year >= 1900:
        page.write_datetime(row, column, _local(value), formats["moment"])
    elif isinstance(value, date) and not isinstance(value, datetime) and value.year >= 1900:
        page.write_datetime(row, column, value, formats["date"])
    elif isinstance(value, time):
        page.write_datetime(row, column, value.replace(tzinfo=None), formats["time"])
    elif kind != "text" and _is_number(value) and abs(_number(value, kind=kind)) < 10**15:
        page.write_number(row, column, _number(value, kind=kind), formats[kind])
    else:
        # Long numbers (identity cards) too: Excel would round them after 15 digits.
        page.write_string(row, column, _text(_shown(value, kind=kind)), formats["text"])


def write_csv(target: BinaryIO, columns: Sequence[OutputColumn], rows: Iterable[Sequence[object]]) -> None:
    """Write one table as UTF-8 with byte order mark, comma and CRLF, as Excel in China and Taiwan opens it best.

    Every text is protected against being taken for a formula; numbers, dates and times are written plainly
    (money as 元 with two decimals, dates as 2019-03-05, moments as 2019-03-05 08:30).
    """
    target.write(b"\xef\xbb\xbf")
    kinds = [column.kind for column in columns]
    target.write(_line([protected(_clean(column.heading)) for column in columns]))
    for row in rows:
        cells = []
        for value, kind in zip(row, kinds, strict=True):
            text = _clean(_shown(value, kind=kind))
            cells.append(text if kind != "text" and _is_number(value) else protected(text))
        target.write(_line(cells))


def _line(cells: list[str]) -> bytes:
    # A line with a single empty cell would be an empty line, which some readers skip.
    if cells == [""]:
        return b'""\r\n'
    # Semicolons and tabulators are quoted too, so that no reader takes them for the delimiter.
    quoted = ['"' + cell.replace('"', '""') + '"' if _NEEDS_QUOTES.search(cell) else cell for cell in cells]
    return (",".join(quoted) + "\r\n").encode("utf-8")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal | Fraction) and not isinstance(value, bool)


def _number(value: Any, *, kind: Kind) -> Any:
    if kind == "money":
        return Decimal(value).scaleb(-2)
    if isinstance(value, Fraction):
        return Decimal(value.numerator) / Decimal(value.denominator)
    return value


def _shown(value: object, *, kind: Kind) -> str:
    """Return the value as people read it; money from 分 to 元, a moment in local time."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, datetime):
        moment = _local(value)
        return f"{moment:%H:%M}" if kind == "time" else f"{moment.date().isoformat()} {_clock(moment.time())}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return _clock(value)
    if isinstance(value, timedelta):
        minutes = value // timedelta(minutes=1)
        return f"{minutes // 60}:{minutes % 60:02d}"
    if _is_number(value) and kind == "money":
        return f"{_number(value, kind=kind):.2f}"
    if _is_number(value) and kind == "percent":
        return f"{_number(value, kind=kind) * 100:.1f}%"
    return str(value)


def _clock(value: time) -> str:
    return f"{value:%H:%M:%S}" if value.second else f"{value:%H:%M}"


def _local(value: datetime) -> datetime:
    return clock.local(value).replace(tzinfo=None)


def _clean(text: str) -> str:
    return _UNWRITABLE.sub("\ufffd", text)


def _text(text: str) -> str:
    text = _clean(str(text))
    if len(text.encode("utf-16-le")) // 2 > _CELL_CHARACTERS:
        ending = _("……（過長，已截斷）")
        # Counted in UTF-16 as Excel counts; half of a rare character at the cut is dropped.
        text = text.encode("utf-16-le")[: 2 * (_CELL_CHARACTERS - len(ending))].decode("utf-16-le", "ignore") + ending
    return text


def _width(text: str) -> int:
    longest = max(str(text).splitlines() or [""], key=len)[:80]
    return sum(2 if unicodedata.east_asian_width(letter) in "WFA" else 1 for letter in longest)


def _sheet_name(name: str, *, taken: set[str]) -> str:
    """Return a name Excel accepts: at most 31 characters, none of []:*?/\\, no apostrophe at the ends, unique."""
    base = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", _clean(name)).strip().strip("'").strip() or "Sheet"
    if base.lower() == "history":
        base += "_"
    candidate = _cut(base, 31)
    number = 2
    while candidate.lower() in taken:
        ending = f" ({number})"
        candidate = _cut(base, 31 - len(ending)) + ending
        number += 1
    taken.add(candidate.lower())
    return candidate


def _cut(text: str, length: int) -> str:
    return text.encode("utf-16-le")[: 2 * length].decode("utf-16-le", "ignore").rstrip().rstrip("'")
