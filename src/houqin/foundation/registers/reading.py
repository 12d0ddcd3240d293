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
from houqin.kit.text import LONGEST_REMEMBERED, clean_cell, to_simplified

from .recognising import Match, Recognised

# Kinds whose cells mean a value, so that two ways of writing it are one.
_VALUED = frozenset({"date", "moment", "time", "duration", "integer", "money", "flag", "choice", "state"})
# What people write where nothing is to be written.
_NOTHING = frozenset({"-", "--", "—", "——", "–", "/", "／", "\\", "－", "──"})
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

    ``hidden`` are the personal columns whose cells are masked: they tell nothing about who it is.
    """

    number: int
    data: dict[str, Any]
    cells: dict[str, Cell]
    key: str
    content: str
    hidden: frozenset[str] = frozenset()

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
    memo: dict[tuple[type, Any], tuple[Any, str]] = field(default_factory=dict)
    blanks: int = 0

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
        value: Any = cell
        if isinstance(self.form_field, (DayField, MomentField)):
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
            _Reader(match, form.fields[match.column.name], self.year, epoch1904) for match in recognised.matches
        ]
        self._ordinals: dict[str, int] = {}

    def read(self, number: int, row: tuple[Cell, ...]) -> Row:
        """The row as form data, with its key and the digest of its content."""
        data: dict[str, Any] = {}
        cells: dict[str, Cell] = {}
        told: list[tuple[str, str]] = []
        personal: list[tuple[str, str]] = []
        hidden: set[str] = set()
        width = len(row)
        for reader in self.readers:
            index = reader.match.index
            cell = row[index] if index < width else None
            if cell is None or cell == "":
                continue
            column = reader.match.column
            if type(cell) is str:
                if column.personal and _MASKED.search(cell):
                    # Kept as it is written, but nothing to know the row by: an export hides what the book has.
                    hidden.add(column.name)
                    cells[column.name] = data[column.name] = cell
                    continue
                if cell in _NOTHING and column.kind != "text":
                    reader.blanks += 1
                    continue
            value, text = reader.read(cell)
            cells[column.name] = cell
            if text:
                data[column.name] = value
                (personal if column.personal else told).append((column.name, text))
        content = _digest(told) + _digest(personal)
        return Row(number, data, cells, self._key(dict(told) | dict(personal), content), content, frozenset(hidden))

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
        if self.year.completed:
            notes.append(_("沒有寫年份的日期按%(said)s理解。") % {"said": self.year.said})
        return notes


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
