"""One row of a school's sheet as the action's form wants it, and as it is remembered.

What a cell means does not depend on how the file was saved: 200, "200" and 200.0 are one, 2018年7月10日 and 2018.7.10
are one, 维修 and 維修 are one. Two readings of a row are kept: the values for the form, and the canonical text from which
a row is known again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from houqin.foundation.journal.actions import ActionForm
from houqin.foundation.org.fields import ReferenceField, SeveralField
from houqin.kit import dates
from houqin.kit.fields import DayField, MomentField
from houqin.kit.periods import Period
from houqin.kit.sheets import Cell
from houqin.kit.text import LONGEST_REMEMBERED, clean_cell, fold, to_simplified

from .recognising import Match, Recognised, listed
from .units import Unread, converted, counted, unit_over

# Kinds whose cells mean a value, so that two ways of writing it are one.
_VALUED = frozenset({"date", "moment", "time", "duration", "integer", "money", "flag", "choice", "state"})
# What people write where nothing is to be written.
_NOTHING = frozenset({"-", "--", "—", "——", "–", "/", "／", "\\", "－", "──"})
# What people write where they do not know, or there is none; in a text it is what the text says.
_NONE_KNOWN = frozenset(
    map(
        fold,
        (
            "無",
            "无",
            "不詳",
            "不详",
            "暫缺",
            "暂缺",
            "暫無",
            "暂无",
            "未知",
            "不明",
            "待查",
            "待補",
            "待补",
            "空",
            "缺",
            "n/a",
        ),
    )
)
# What stands for the cell above it.
DITTO = frozenset(
    {"同上", "同前", "〃", "″", '"', "“", "”", "''", "〞", "〟", "ditto", "do.", "id.", "〻", "々", "同 上", "同　上"}
)
# A spreadsheet keeps fifteen digits of a number, and writes the rest as zeros or a power of ten.
_DIGITS_KEPT = 10**15
_SHORTENED = re.compile(r"^[0-9](?:\.[0-9]+)?[eE]\+(?:1[5-9]|2[0-9])$")
# Cells merged with those above them that are looked at; no school's sheet has more.
_MOST_MERGED = 200_000
_ERRORS = frozenset({"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"})
_TWO_AND_YEAR = re.compile(r"^\s*([0-9]{1,2})\s*([-./])\s*([0-9]{1,2})\s*\2\s*((?:19|20)[0-9]{2})(?![0-9])")
_MONTH_ONLY = re.compile(r"^\s*((?:19|20)[0-9]{2})\s*(?:年\s*(?:([0-9]{1,2})\s*月份?)?|[-./]\s*([0-9]{1,2}))?\s*$")
_MASKED = re.compile(r"\*{3,}|＊")
_KEY_LONGEST = 180
_MEMO_LONGEST = 50_000
_NO_YEAR = re.compile(r"^\s*[0-9０-９一二三四五六七八九十]{1,3}\s*月\s*[0-9０-９一二三四五六七八九十]{1,3}\s*[日號号]?")
_SCHOOL_YEAR = re.compile(r"((?:19|20)[0-9]{2})\s*(?:[-—–~～至]\s*((?:19|20)?[0-9]{2})\s*)?(?:學年|学年)")
_YEAR = re.compile(r"((?:19|20)[0-9]{2})\s*年")


def same_text(text: str) -> str:
    """A text without what differs between two savings of it: width, blanks, script. Case and punctuation stay."""
    return _remembered_text(text) if len(text) <= LONGEST_REMEMBERED else _same_text(text)


def _same_text(text: str) -> str:
    plain = "".join(unicodedata.normalize("NFKC", clean_cell(text)).split())
    return plain if plain.isascii() else to_simplified(plain)


_remembered_text = lru_cache(maxsize=65_536)(_same_text)


def text_of(value: object) -> str:
    """The canonical text of a value."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value // timedelta(seconds=1))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return same_text(str(value))


class Cellular(forms.Widget):
    """Gives a form what a cell holds: a check box would take the word 否 for a tick."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        return data.get(name)


def form_for_cells(form: ActionForm, *, directory: object) -> ActionForm:
    """Prepare one form of an action for thousands of rows of cells."""
    for one in form.fields.values():
        one.widget = Cellular()
        if isinstance(one, (ReferenceField, SeveralField)):
            one.directory = directory  # type: ignore[assignment]
    return form


_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def by_name(one: ReferenceField, cell: Cell) -> Cell:
    """A cell for a reference: on paper 101 is a room, never the key of some other row of the book.

    A reference takes digits for a key; in full width, which fold to the same name, it looks them up.
    """
    if type(one).to_python is not ReferenceField.to_python or isinstance(cell, bool):
        return cell
    text = text_of(cell) if isinstance(cell, (int, float)) else cell
    return text.translate(_WIDE) if isinstance(text, str) and text.strip().isdecimal() else text


@dataclass
class Row:
    """A row of a sheet: ``data`` for the form, ``key`` and ``content`` to know it again, ``cells`` as written.

    ``hidden`` are the personal columns whose cells are masked: they tell nothing about who it is. ``objections`` are
    sentences by column about cells that say less than their writer thinks, so that the row cannot be taken as it is.
    """

    number: int
    data: dict[str, Any]
    cells: dict[str, Cell]
    key: str
    content: str
    hidden: frozenset[str] = frozenset()
    objections: tuple[tuple[str, str], ...] = ()

    @property
    def ordinal(self) -> int:
        """Of a row known by its content: which of the equal rows of its sheet it is, from 1."""
        return int(self.key.rpartition("/")[2]) if self.key.startswith("#") and "/" in self.key else 0

    def named(self, key: Sequence[str]) -> str:
        """What the row calls itself, where it has a number or name of its own."""
        return " ".join(clean_cell(str(self.cells[name])) for name in key if name in self.cells)


@dataclass
class _Reader:
    """Reads the cells of one column; each different cell is read once."""

    match: Match
    form_field: forms.Field
    year: Year
    epoch1904: bool
    # The unit the heading names, and whether the register has a column for counters.
    over: str = ""
    has_counter: bool = False
    # Whether 5.3.2019 begins with the day, as other days of the column show; None where nothing tells.
    day_first: bool | None = None
    memo: dict[tuple[type, Any], tuple[Any, str]] = field(default_factory=dict)
    blanks: int = 0
    unknown: int = 0
    copied: list[int] = field(default_factory=list)
    merged: list[int] = field(default_factory=list)
    partial: list[int] = field(default_factory=list)
    # The cell above.
    last: Cell = None

    def read(self, cell: Cell) -> tuple[Any, str]:
        """The value for the form and its canonical text."""
        known = self.memo.get((type(cell), cell))
        if known is None:
            known = self._read(cell)
            if len(self.memo) < _MEMO_LONGEST and (type(cell) is not str or len(cell) <= LONGEST_REMEMBERED):
                self.memo[type(cell), cell] = known
        return known

    def _read(self, cell: Cell) -> tuple[Any, str]:
        column = self.match.column
        if isinstance(self.form_field, ReferenceField):
            return by_name(self.form_field, cell), text_of(cell)
        if column.kind not in _VALUED:
            return cell, text_of(cell)
        cell, _counter = converted(cell, column, over=self.over, has_counter=self.has_counter)
        value: Any = cell
        if isinstance(self.form_field, (DayField, MomentField)):
            cell = value = self._in_order(cell)
            value = self.year.complete(cell, epoch1904=self.epoch1904)
        try:
            read = self.form_field.to_python(value)
        except forms.ValidationError:
            return cell, text_of(cell)
        if read is None:
            return None, ""
        if isinstance(self.form_field, (DayField, MomentField)):
            return read, text_of(read)
        return cell, text_of(read)

    def _in_order(self, cell: Cell) -> Cell:
        """5.3.2019 with the year in front, where the column tells which of the two is the month."""
        if self.day_first is None or not isinstance(cell, str) or not (found := _TWO_AND_YEAR.match(cell)):
            return cell
        day, month = (found[1], found[3]) if self.day_first else (found[3], found[1])
        return f"{found[4]}-{month}-{day}{cell[found.end() :]}"

    def known_to(self, cell: Cell) -> date | None:
        """The first or last day of a month or year, where the column takes a day of which no more is known."""
        if not self.match.column.partial or isinstance(cell, bool):
            return None
        if isinstance(cell, int):
            text = str(cell)
        elif isinstance(cell, float) and f"{cell:.2f}" == repr(cell):
            # 2015.1 may be 2015.10 that lost its zero.
            text = repr(cell)
        else:
            text = unicodedata.normalize("NFKC", cell) if isinstance(cell, str) and len(cell) <= 12 else ""
        found = _MONTH_ONLY.match(text)
        month = int(found[2] or found[3] or 0) if found else 0
        if found is None or month > 12:
            return None
        year, is_last = int(found[1]), self.match.column.partial == "last"
        month = month or (12 if is_last else 1)
        following = date(year + month // 12, month % 12 + 1, 1)
        return following - timedelta(days=1) if is_last else date(year, month, 1)


@dataclass
class Year:
    """The year that days without one are of, and how many there were."""

    period: Period | None = None
    said: str = ""
    completed: int = 0

    def complete(self, cell: Cell, *, epoch1904: bool) -> Any:
        """The cell, or the day it means where only its column and title tell the year."""
        if isinstance(cell, (int, float)) and not isinstance(cell, bool) and epoch1904:
            return _moment_or(cell, epoch1904=True)
        if not isinstance(cell, str) or self.period is None or not _NO_YEAR.match(cell):
            return cell
        found = _moment_or(cell, period=self.period)
        self.completed += found is not cell
        return found


def _moment_or(cell: Cell, **how: Any) -> Any:
    """The day or moment a cell means; the cell itself where it means none, so that the form says why."""
    try:
        day, clock_time = dates.parse_moment(cell, **how)
    except ValueError:
        return cell
    return day if clock_time is None else datetime.combine(day, clock_time)


class RowReader:
    """Reads the rows of one recognised sheet. ``complete_days`` are those of the whole file, for days without a year."""

    def __init__(
        self, recognised: Recognised, form: ActionForm, *, epoch1904: bool, complete_days: Sequence[date]
    ) -> None:
        assert recognised.register.importing is not None
        self.recognised = recognised
        self.key = recognised.register.importing.key
        self.year = year_of(recognised, complete_days=complete_days)
        self.readers = [
            _Reader(
                match,
                form.fields[match.column.name],
                self.year,
                epoch1904,
                unit_over(match.heading, match.column),
                "counter" in form.fields,
                _day_first(recognised, match.index)
                if isinstance(form.fields[match.column.name], (DayField, MomentField))
                else None,
            )
            for match in recognised.matches
        ]
        self.has_note = "note" in form.fields
        self.merges = _merges(recognised)
        self.hidden_rows: list[int] = []
        self._ordinals: dict[str, int] = {}

    def read(self, number: int, row: tuple[Cell, ...]) -> Row:
        """The row as form data, with its key and the digest of its content."""
        data: dict[str, Any] = {}
        cells: dict[str, Cell] = {}
        told: list[tuple[str, str]] = []
        personal: list[tuple[str, str]] = []
        hidden: set[str] = set()
        objections: list[tuple[str, str]] = []
        counter = ""
        remarks: list[str] = []
        width = len(row)
        if number - 1 in self.recognised.sheet.hidden:
            self.hidden_rows.append(number)
        for reader in self.readers:
            index = reader.match.index
            column = reader.match.column
            cell = row[index] if index < width else None
            if self.merges and (number - 1, index) in self.merges:
                top = self.merges[number - 1, index]
                if column.kind in {"integer", "money"}:
                    objections.append((column.name, _merged_sentence(top)))
                elif cell is None or cell == "":
                    above = self.recognised.sheet.rows[top]
                    cell = above[index] if index < len(above) else None
                    reader.merged.append(number)
            if (number - 1, index) in self.recognised.sheet.uncalculated:
                objections.append(
                    (column.name, _("這一格是公式，檔案裡沒有存下結果。請用 Excel 或 WPS 開啟並存檔一次，再匯入。"))
                )
            if type(cell) is str and cell.strip() in DITTO or (type(cell) is str and cell.strip().lower() in DITTO):
                if reader.last is None:
                    objections.append(
                        (column.name, _("寫的是「%(text)s」，上面卻沒有可以照抄的。請寫全。") % {"text": cell.strip()})
                    )
                    continue
                cell = reader.last
                reader.copied.append(number)
            reader.last = cell if cell is not None and cell != "" else None
            if cell is None or cell == "":
                continue
            if type(cell) is int and column.kind in {"text", "reference"}:
                shown = self.recognised.sheet.padded.get((number - 1, index), 0)
                cell = f"{cell:0{shown}d}" if shown else cell
            if sentence := _lost(cell, column.kind):
                objections.append((column.name, sentence))
                cells[column.name] = cell
                continue
            if type(cell) is str:
                if column.personal and _MASKED.search(cell):
                    # Kept as it is written, but nothing to know the row by: an export hides what the book has.
                    hidden.add(column.name)
                    cells[column.name] = data[column.name] = cell
                    continue
                if cell in _NOTHING and column.kind != "text":
                    reader.blanks += 1
                    continue
                if column.kind in _BLANK_WORDS and fold(cell) in _NONE_KNOWN:
                    reader.unknown += 1
                    continue
            if column.partial and (day := reader.known_to(cell)) is not None:
                reader.partial.append(number)
                remarks.append(
                    _("%(heading)s原寫「%(text)s」。")
                    % {"heading": reader.match.heading, "text": clean_cell(str(cell))}
                )
                cells[column.name], data[column.name] = cell, day
                told.append((column.name, text_of(day)))
                continue
            try:
                value, text = reader.read(cell)
                if reader.has_counter and column.kind == "integer" and column.name == "quantity":
                    counter = counted(cell)[1] or reader.over
            except Unread as no:
                objections.append((column.name, str(no)))
                cells[column.name] = cell
                continue
            cells[column.name] = cell
            if text:
                data[column.name] = value
                (personal if column.personal else told).append((column.name, text))
        content = _digest(told) + _digest(personal)
        if counter and "counter" not in data:
            # In what it is counted stands beside the number only.
            data["counter"] = counter
        elif counter and fold(str(data["counter"])) != fold(counter):
            objections.append(
                (
                    "quantity",
                    _("數量寫的是「%(counter)s」，單位寫的是「%(other)s」。請換算成同一個單位。")
                    % {"counter": counter, "other": data["counter"]},
                )
            )
        if remarks and self.has_note:
            data["note"] = "\n".join(filter(None, [str(data.get("note", "")), *remarks]))
        key = self._key(dict(told) | dict(personal), content)
        return Row(number, data, cells, key, content, frozenset(hidden), tuple(objections))

    def _key(self, told: Mapping[str, str], content: str) -> str:
        parts = [told.get(name, "") for name in self.key]
        if any(parts):
            key = "｜".join(parts)
            return (
                key if len(key) <= _KEY_LONGEST and not key.startswith("#") else f"#{sha256(key.encode()).hexdigest()}"
            )
        ordinal = self._ordinals[content] = self._ordinals.get(content, 0) + 1
        return f"#{content}/{ordinal}"

    def notes(self) -> list[str]:
        notes = [
            _("「%(heading)s」有 %(count)d 格只畫了橫線或斜線，當作空白。")
            % {"heading": reader.match.heading, "count": reader.blanks}
            for reader in self.readers
            if reader.blanks
        ]
        for reader in self.readers:
            heading = reader.match.heading
            if reader.unknown:
                notes.append(
                    _("「%(heading)s」有 %(count)d 格寫的是「無」「不詳」一類，當作空白。")
                    % {"heading": heading, "count": reader.unknown}
                )
            for rows, sentence in (
                (reader.merged, _("「%(heading)s」合併的格子按每一行都寫了讀：第 %(rows)s 行。")),
                (reader.copied, _("「%(heading)s」寫的是「同上」，照上一行讀：第 %(rows)s 行。")),
                (
                    reader.partial,
                    _(
                        "「%(heading)s」只知道年月，按那一段的頭一天（到期的按最後一天）記，原文寫在備註：第 %(rows)s 行。"
                    ),
                ),
            ):
                if rows:
                    notes.append(sentence % {"heading": heading, "rows": listed(rows)})
        if self.hidden_rows:
            notes.append(
                _("第 %(rows)s 行在表裡是隱藏的（多半是篩選），也讀進來了。不要的話，請刪去那幾行再匯入。")
                % {"rows": listed(self.hidden_rows)}
            )
        if self.year.completed:
            notes.append(_("沒有寫年份的日期按%(said)s理解。") % {"said": self.year.said})
        return notes


# Kinds of columns in which 無 says that there is nothing to say; in a flag it says no, in a list it may be a word of it.
_BLANK_WORDS = frozenset({"date", "moment", "time", "duration", "integer", "money", "reference"})


def _lost(cell: Cell, kind: str) -> str:
    """Why a cell says something else than its writer thinks; "" where it does not."""
    if isinstance(cell, str):
        if cell in _ERRORS:
            return _("這一格是公式的錯誤（%(text)s）。請先在表裡改好，再匯入。") % {"text": cell}
        if kind == "text" and _SHORTENED.match(cell):
            return _("「%(text)s」是存成數字的長號碼，後面的數字已經丟了。請把這一欄改成文字格式，重填號碼。") % {
                "text": cell
            }
        return ""
    if kind == "text" and isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) >= _DIGITS_KEPT:
        return _(
            "這個號碼在表裡存成了數字，第十五位以後的數字已經丟了（%(text)s）。請把這一欄改成文字格式，重填號碼。"
        ) % {"text": f"{cell:.0f}"}
    return ""


def _merges(recognised: Recognised) -> dict[tuple[int, int], int]:
    """(row, column) → the row whose cell speaks for it, for every cell below the headings that was merged with those above it.

    A cell merged over columns speaks for its first column only.
    """
    found: dict[tuple[int, int], int] = {}
    last_row = len(recognised.sheet.rows) - 1
    left_to_note = _MOST_MERGED
    for top, left, bottom, _right in recognised.sheet.merges:
        bottom = min(bottom, last_row)
        if bottom > top >= recognised.first_row and left_to_note > 0:
            left_to_note -= bottom - top
            found |= {(row, left): top for row in range(top, bottom + 1)}
    return found


def _merged_sentence(top: int) -> str:
    return _("這一格和第 %(row)d 行起的幾行合併成一格，分不清每一行是多少。請取消合併，逐行寫明。") % {"row": top + 1}


def _day_first(recognised: Recognised, index: int) -> bool | None:
    """Whether the days of a column that end in the year begin with the day; None where no day above twelve tells."""
    firsts, seconds = False, False
    for row in recognised.sheet.rows[recognised.first_row :]:
        cell = row[index] if index < len(row) else None
        if isinstance(cell, str) and (found := _TWO_AND_YEAR.match(cell)):
            firsts |= int(found[1]) > 12
            seconds |= int(found[3]) > 12
    return None if firsts == seconds else firsts


def _digest(told: Iterable[tuple[str, str]]) -> str:
    text = "\x1f".join(f"{name}\x1e{value}" for name, value in sorted(told))
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def complete_days(recognised: Recognised, form: ActionForm, *, column: str = "") -> list[date]:
    """The days with a year in the day columns of a sheet (in ``column`` only, where given)."""
    days: list[date] = []
    for match in recognised.matches:
        if not isinstance(form.fields[match.column.name], (DayField, MomentField)):
            continue
        if column and match.column.name != column:
            continue
        for row in recognised.sheet.rows[recognised.first_row : recognised.first_row + 2_000]:
            cell = row[match.index] if match.index < len(row) else None
            if isinstance(cell, datetime):
                days.append(cell.date())
            elif isinstance(cell, date):
                days.append(cell)
            elif isinstance(cell, str) and cell and not _NO_YEAR.match(cell):
                try:
                    days.append(dates.parse_date(cell))
                except ValueError:
                    continue
    return days


def has_days_without_year(recognised: Recognised, form: ActionForm) -> bool:
    """Whether any day of the sheet is written without its year."""
    return any(
        isinstance(cell := row[match.index] if match.index < len(row) else None, str) and _NO_YEAR.match(cell)
        for match in recognised.matches
        if isinstance(form.fields[match.column.name], (DayField, MomentField))
        for row in recognised.sheet.rows[recognised.first_row :]
    )


def year_of(recognised: Recognised, *, complete_days: Sequence[date]) -> Year:
    """The stretch that tells the year of 3月5日: a school year or year in the titles, else that of the complete days."""
    for text in (*recognised.titles, recognised.sheet.name, recognised.file):
        if found := _SCHOOL_YEAR.search(text):
            first = int(found[1])
            return Year(_school_year(first), _("「%(text)s」") % {"text": found[0]})
        years = sorted({int(year) for year in _YEAR.findall(text)})
        if len(years) == 1:
            return Year(Period(date(years[0], 1, 1), date(years[0], 12, 31)), _("「%(year)d年」") % {"year": years[0]})
        if len(years) == 2 and years[1] == years[0] + 1:
            return Year(_school_year(years[0]), _("%(one)d–%(two)d 學年") % {"one": years[0], "two": years[1]})
    if not complete_days:
        return Year()
    first_day, last_day = min(complete_days), max(complete_days)
    said = _("其他日期（%(first)s 至 %(last)s）") % {"first": first_day, "last": last_day}
    school_year = _school_year(first_day.year if first_day.month >= 8 else first_day.year - 1)
    if school_year.contains(last_day):
        return Year(school_year, said)
    if first_day.year == last_day.year:
        return Year(Period(date(first_day.year, 1, 1), date(first_day.year, 12, 31)), said)
    return Year(Period(first_day, last_day), said)


def _school_year(first: int) -> Period:
    return Period(date(first, 8, 1), date(first + 1, 7, 31))


def day_style(recognised: Recognised, form: ActionForm) -> dict[str, str]:
    """How each day column writes its days, as a pattern: 「2018年7月10日」 is 0000年0月0日."""
    styles: dict[str, str] = {}
    for match in recognised.matches:
        if not isinstance(form.fields[match.column.name], (DayField, MomentField)):
            continue
        for row in recognised.sheet.rows[recognised.first_row : recognised.first_row + 50]:
            cell = row[match.index] if match.index < len(row) else None
            if cell is None or cell == "":
                continue
            styles[match.heading] = re.sub(r"[0-9]", "0", cell[:24]) if isinstance(cell, str) else _("試算表的日期")
            break
    return styles
