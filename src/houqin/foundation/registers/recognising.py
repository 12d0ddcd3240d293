"""Which register a sheet is, where its headings stand, and which of its rows are rows.

A school's sheet has a title, blank rows, remarks and merged headings above the table, totals and signatures below it,
columns in any order and in either script, and some columns of its own. What was understood is said; what could be two
things is asked, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import PurePath
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from houqin.foundation.journal.refused import Refused
from houqin.kit.sheets import Cell, Sheet
from houqin.kit.text import clean_cell, fold

from .register import REGISTERS, Column, Register

# How far down the headings may stand.
HEADING_ROWS = 20

# How well a heading fits a column: the label itself, one of its other headings, either without a remark in brackets.
LABEL, SYNONYM, LABEL_WITHOUT_REMARK, SYNONYM_WITHOUT_REMARK = 4, 3, 2, 1

# No heading is longer; what is longer is a sentence of the sheet, or a trap.
LONGEST_HEADING = 60
# As much of a title, of a remark, of a line of signatures is looked at.
_LONGEST_LINE = 200

_BRACKETED = re.compile(r"[(（\[【〔][^(（\[【〔)）\]】〕]*[)）\]】〕]")
_PER_YUAN = re.compile(r"[/／]元$")
# A sum in whatever words: 文具小計, 合  計（元）, 本頁合計：. Compared without blanks and brackets.
_TOTAL = re.compile(r"^.{0,10}?(?:合計|小計|總計|共計|累計|总计|合计|小计|共计|累计)$")
# In so many of the first cells that say something a sum may call itself that.
_FIRST_CELLS = 3
# A number that may be summed: a cell of a .csv is text.
_NUMBER = re.compile(r"^-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?$|^-?[0-9]{1,15}(?:\.[0-9]{1,6})?$")
_SIGNATURE = re.compile(
    r"^\s*[\w（）()、/]{0,8}(?:人|員|员|長|长|領導|领导|主任|簽字|签字|簽章|签章|簽名|签名|蓋章|盖章|公章)\s*(?:[（(][^）)]*[）)])?\s*[:：]"
)
_REMARK_LINE = re.compile(r"^\s*(?:注|註|备注|備註|说明|說明|填表说明|填表說明)\s*(?:[:：]|[0-9一二三四五])")
_UNNAMED_SHEET = re.compile(r"^(?:sheet|工作表|工作簿|表)\s*[0-9]*$", re.IGNORECASE)


class NoRegister(Refused):
    """The sheet is no register that is known. ``matched`` says how many headings the closest one shares."""

    def __init__(self, sentence: str, *, matched: int = 0) -> None:
        super().__init__(sentence)
        self.matched = matched


class Unclear(Refused):
    """The sheet could be two things; the sentence says how to tell them apart."""


@dataclass(frozen=True)
class Match:
    """A column of the sheet (``index`` counted from 0) that is a column of the register, as ``heading`` is written."""

    column: Column
    index: int
    heading: str
    fits: int


@dataclass(frozen=True)
class Recognised:
    """A sheet with the register it is. ``first_row`` is the index of the first row below the headings."""

    file: str
    sheet: Sheet
    register: Register
    matches: tuple[Match, ...]
    unused: tuple[str, ...]
    titles: tuple[str, ...]
    heading_row: int
    first_row: int

    def heading(self, name: str) -> str:
        """The heading the file itself writes over that column; "" where the sheet has none."""
        return next((match.heading for match in self.matches if match.column.name == name), "")


@dataclass
class Skipped:
    """Rows that are no rows of the register, by row numbers of the file."""

    totals: list[int] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    remarks: list[int] = field(default_factory=list)
    # What a sum of the sheet says and what the rows above it come to: (row, heading, written, counted).
    disagreeing: list[tuple[int, str, str, str]] = field(default_factory=list)

    def notes(self) -> list[str]:
        said = (
            (self.totals, _("第 %(rows)s 行是合計，略過。")),
            (self.headings, _("第 %(rows)s 行重複了標題，略過。")),
            (self.remarks, _("第 %(rows)s 行是簽字或說明，略過。")),
        )
        return [sentence % {"rows": listed(rows)} for rows, sentence in said if rows] + [
            _("第 %(row)d 行的合計「%(heading)s」寫的是 %(written)s，上面各行加起來是 %(counted)s。請核對。")
            % {"row": row, "heading": heading, "written": written, "counted": counted}
            for row, heading, written, counted in self.disagreeing[:8]
        ]


def listed(rows: Sequence[int], *, most: int = 8) -> str:
    """Row numbers for a sentence: 「3、9」, cut after ``most``."""
    shown = "、".join(str(row) for row in rows[:most])
    return shown if len(rows) <= most else _("%(rows)s 等 %(count)d") % {"rows": shown, "count": len(rows)}


def without_remark(heading: str) -> str:
    """A heading without what stands in brackets: 檢查類別(日/周/月) → 檢查類別."""
    # The innermost first; each round takes what it sees only once.
    while (shorter := _BRACKETED.sub("", heading)) != heading:
        heading = shorter
    return _PER_YUAN.sub("", heading)


_HEADINGS: dict[str, tuple[Register, dict[str, list[tuple[int, int]]]]] = {}


def headings_of(register: Register) -> dict[str, list[tuple[int, int]]]:
    """Comparison key of a heading → (how well it fits, which imported column) of ``register``."""
    known = _HEADINGS.get(register.name)
    if known is None or known[0] is not register:
        known = (register, _headings_of(register))
        _HEADINGS[register.name] = known
    return known[1]


def _headings_of(register: Register) -> dict[str, list[tuple[int, int]]]:
    found: dict[str, dict[int, int]] = {}

    def keep(text: str, position: int, fits: int) -> None:
        key = fold(text)
        if key:
            columns = found.setdefault(key, {})
            columns[position] = max(fits, columns.get(position, 0))

    for position, column in enumerate(register.imported_columns()):
        # An export made in another language of the screen comes back with that language's headings.
        for language in ("zh-hant", "zh-hans", "en"):
            with translation.override(language):
                label = str(column.label)
            keep(label, position, LABEL)
            keep(without_remark(label), position, LABEL_WITHOUT_REMARK)
        for heading in (column.name, *map(str, column.headings)):
            keep(heading, position, SYNONYM)
            keep(without_remark(heading), position, SYNONYM_WITHOUT_REMARK)
    return {key: [(fits, position) for position, fits in columns.items()] for key, columns in found.items()}


@dataclass(frozen=True)
class _Headings:
    """A row, or two merged ones, that may be the headings: for each column what it may be called, best first."""

    row: int
    first_row: int
    texts: tuple[str, ...]
    variants: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class _Reading:
    """A row of headings read as those of one register."""

    register: Register
    headings: _Headings
    matches: tuple[Match, ...]
    rivals: tuple[tuple[Match, Match], ...]
    missing: tuple[Column, ...]
    score: int = 0


def recognise(sheet: Sheet, *, file: str, register: Register | None = None) -> Recognised:
    """Which register ``sheet`` is and how its columns are to be read; ``register`` leaves only that one to choose.

    ``file`` is the file's name: like the sheet's name and the rows above the headings it may name the register.
    Raises :class:`NoRegister` or :class:`Unclear`, each with a sentence that says what to do.
    """
    candidates = [register] if register else [one for one in REGISTERS if one.importing is not None]
    rows = list(_heading_rows(sheet))
    readings = [_best(one, rows) for one in candidates]
    complete = []
    for reading in readings:
        if reading is None or reading.missing:
            continue
        names = _naming(reading.register, file=file, sheet=sheet, above=reading.headings.row)
        named = sum(1 for text in reading.headings.texts if text)
        coverage = len(reading.matches) * 100 // max(named, 1)
        if register is None and coverage < (30 if names else 50):
            continue
        sure = sum(1 for match in reading.matches if match.fits >= SYNONYM)
        complete.append((10 * len(reading.matches) + 2 * sure + names, reading))
    if not complete:
        raise _no_register(sheet, [reading for reading in readings if reading], register=register)
    complete.sort(key=lambda one: -one[0])
    if len(complete) > 1 and complete[0][0] == complete[1][0]:
        raise Unclear(
            _(
                "工作表「%(sheet)s」像「%(one)s」，也像「%(other)s」。請用 --register %(one_name)s 或 --register %(other_name)s 指明。"
            )
            % {
                "sheet": sheet.name,
                "one": complete[0][1].register.title,
                "other": complete[1][1].register.title,
                "one_name": complete[0][1].register.name,
                "other_name": complete[1][1].register.name,
            }
        )
    return _settled(complete[0][1], sheet=sheet, file=file)


def _heading_rows(sheet: Sheet) -> Iterator[_Headings]:
    for index, row in enumerate(sheet.rows[:HEADING_ROWS]):
        texts = tuple(_text(cell) for cell in row)
        if not any(texts):
            continue
        yield _Headings(index, index + 1, texts, tuple((text,) if text else () for text in texts))
        if index + 1 < len(sheet.rows):
            below = tuple(_text(cell) for cell in sheet.rows[index + 1])
            if any(below) and len(texts) > 1:
                yield _merged(index, texts, below)


def _merged(index: int, upper: tuple[str, ...], lower: tuple[str, ...]) -> _Headings:
    """Two rows of headings, the upper merged over several columns: 「完成」 over 「時間」 is 「時間」 or 「完成時間」."""
    width = max(len(upper), len(lower))
    texts, variants = [], []
    group = ""
    for column in range(width):
        above = upper[column] if column < len(upper) else ""
        below = lower[column] if column < len(lower) else ""
        group = above or group
        texts.append(below or above)
        variants.append(tuple(text for text in ((group + below, below) if below else (above,)) if text))
    return _Headings(index + 1, index + 2, tuple(texts), tuple(variants))


def _text(cell: Cell) -> str:
    """What a cell may be called as a heading; "" for what is too long to be one."""
    text = clean_cell(cell) if isinstance(cell, str) else ""
    return text if len(text) <= LONGEST_HEADING else ""


def _line(cell: Cell) -> str:
    """The beginning of what a cell says, for what is no heading: titles, remarks, signatures."""
    return clean_cell(cell)[:_LONGEST_LINE] if isinstance(cell, str) else ""


def _best(register: Register, rows: Iterable[_Headings]) -> _Reading | None:
    best: _Reading | None = None
    for headings in rows:
        reading = _read(register, headings)
        if reading is None:
            continue
        score = (-len(reading.missing), len(reading.matches), sum(match.fits for match in reading.matches))
        if best is None or score > (-len(best.missing), len(best.matches), sum(match.fits for match in best.matches)):
            best = reading
    return best


def _read(register: Register, headings: _Headings) -> _Reading | None:
    assert register.importing is not None
    known, columns = headings_of(register), register.imported_columns()
    fitting: list[tuple[int, int, int, str]] = []
    for index, variants in enumerate(headings.variants):
        for variant in variants:
            here = [(fits, position) for fits, position in known.get(fold(variant), ())]
            short = without_remark(variant)
            if short != variant:
                here += [(fits - 2 if fits > 2 else fits, position) for fits, position in known.get(fold(short), ())]
            if here:
                fitting += [(fits, index, position, variant) for fits, position in here]
                break
    if not fitting:
        return None
    # The best fit first; among equals the column further left, then the register's own order.
    fitting.sort(key=lambda fit: (-fit[0], fit[1], fit[2]))
    by_index: dict[int, Match] = {}
    by_position: dict[int, Match] = {}
    for fits, index, position, variant in fitting:
        if index not in by_index and position not in by_position:
            by_index[index] = by_position[position] = Match(columns[position], index, variant, fits)
    rivals = []
    for fits, index, position, variant in fitting:
        if index not in by_index and by_position[position].fits == fits:
            rivals.append((by_position[position], Match(columns[position], index, variant, fits)))
    found = {match.column.name for match in by_index.values()}
    missing = tuple(
        column for column in columns if column.name in register.importing.needs and column.name not in found
    )
    matches = tuple(by_index[index] for index in sorted(by_index))
    return _Reading(register, headings, matches, tuple(rivals), missing)


def _naming(register: Register, *, file: str, sheet: Sheet, above: int) -> int:
    """How plainly file, sheet and title rows name the register: 0 not at all, 30 in so many words."""
    assert register.importing is not None
    texts = [fold(PurePath(file).stem), *map(fold, _titles(sheet, above))]
    if not _UNNAMED_SHEET.match(sheet.name):
        texts.append(fold(sheet.name))
    best = 0
    for name in {fold(str(name)) for name in (register.title, *register.importing.names)}:
        if len(name) < 2:
            continue
        if name in texts:
            return 30
        if any(name in text for text in texts):
            best = max(best, min(10 + len(name), 20))
    return best


def _titles(sheet: Sheet, above: int) -> list[str]:
    return [text for row in sheet.rows[:above] for cell in row if (text := _line(cell))]


def _settled(reading: _Reading, *, sheet: Sheet, file: str) -> Recognised:
    headings = reading.headings
    matches = {match.index: match for match in reading.matches}
    for one, other in reading.rivals:
        if _is_blank(sheet, other.index, headings.first_row):
            continue
        if _is_blank(sheet, one.index, headings.first_row):
            matches.pop(one.index, None)
            matches[other.index] = other
            continue
        raise Unclear(
            _("工作表「%(sheet)s」的「%(one)s」和「%(other)s」兩欄都像「%(label)s」。請改名或刪去其中一欄。")
            % {"sheet": sheet.name, "one": one.heading, "other": other.heading, "label": one.column.label}
        )
    unused = tuple(text for index, text in enumerate(headings.texts) if text and index not in matches)
    return Recognised(
        file=file,
        sheet=sheet,
        register=reading.register,
        matches=tuple(matches[index] for index in sorted(matches)),
        unused=unused,
        titles=tuple(_titles(sheet, headings.row)),
        heading_row=headings.row,
        first_row=headings.first_row,
    )


def _is_blank(sheet: Sheet, index: int, first_row: int) -> bool:
    return all(index >= len(row) or row[index] is None or row[index] == "" for row in sheet.rows[first_row:])


def _no_register(sheet: Sheet, readings: list[_Reading], *, register: Register | None) -> NoRegister:
    closest = max(readings, key=_closeness, default=None)
    if register is not None:
        missing = closest.missing if closest else _needed(register)
        return NoRegister(
            _("工作表「%(sheet)s」不像「%(title)s」：缺少%(missing)s。")
            % {"sheet": sheet.name, "title": register.title, "missing": _quoted(column.label for column in missing)},
            matched=len(closest.matches) if closest else 0,
        )
    if closest is None or not closest.missing or len(closest.matches) < 2 or not _closeness(closest)[0]:
        return NoRegister(_("工作表「%(sheet)s」看不出是哪一種登記簿，未讀。") % {"sheet": sheet.name})
    return NoRegister(
        _("工作表「%(sheet)s」看不出是哪一種登記簿，未讀。最像「%(title)s」，但缺少%(missing)s。")
        % {
            "sheet": sheet.name,
            "title": closest.register.title,
            "missing": _quoted(column.label for column in closest.missing),
        },
        matched=len(closest.matches),
    )


def _closeness(reading: _Reading) -> tuple[int, int]:
    """How much of what a register cannot do without is there, in percent, and how many of its headings."""
    needs = len(_needed(reading.register)) or 1
    return (needs - len(reading.missing)) * 100 // needs, len(reading.matches)


def _needed(register: Register) -> list[Column]:
    assert register.importing is not None
    return [register.column(name) for name in register.importing.needs]


def _quoted(labels: Iterable[Any]) -> str:
    return "".join(f"「{label}」" for label in labels)


def rows_of(recognised: Recognised, skipped: Skipped) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    """The rows of the register with their row numbers in the file; blank ones are passed over, others are noted."""
    headings = {fold(match.heading) for match in recognised.matches}
    titles = {fold(title) for title in recognised.titles}
    repeats = _repeats(recognised, headings)
    sums = _Sums(recognised)
    for index in range(recognised.first_row, len(recognised.sheet.rows)):
        row = recognised.sheet.rows[index]
        filled = [cell for cell in row if cell is not None and cell != ""]
        first = _line(filled[0]) if filled else ""
        if not filled or not any(not isinstance(cell, str) or clean_cell(cell) for cell in filled):
            continue
        if is_total(filled) or sums.are_said_by(row):
            skipped.totals.append(index + 1)
            skipped.disagreeing += [(index + 1, *said) for said in sums.disagreeing(row)]
        elif first and (repeats(row) or (len(filled) == 1 and fold(first) in titles)):
            skipped.headings.append(index + 1)
        elif first and (_SIGNATURE.match(first) or (len(filled) == 1 and _REMARK_LINE.match(first))):
            skipped.remarks.append(index + 1)
        else:
            sums.add(row)
            yield index + 1, row


def is_total(filled: Sequence[Cell]) -> bool:
    """Whether a row calls itself a sum in one of its first cells."""
    return any(
        isinstance(cell, str) and len(cell) <= LONGEST_HEADING and _TOTAL.match(fold(without_remark(cell)))
        for cell in filled[:_FIRST_CELLS]
    )


class _Sums:
    """What the rows so far come to, column by column: since the last sum, and from the beginning."""

    def __init__(self, recognised: Recognised) -> None:
        self.headings = {
            match.index: match.heading for match in recognised.matches if match.column.kind in {"integer", "money"}
        }
        self.since: dict[int, Decimal] = dict.fromkeys(self.headings, Decimal())
        self.all: dict[int, Decimal] = dict.fromkeys(self.headings, Decimal())
        self.rows = 0

    def add(self, row: tuple[Cell, ...]) -> None:
        self.rows += 1
        for index in self.headings:
            if index < len(row) and (number := _number(row[index])) is not None:
                self.since[index] += number
                self.all[index] += number

    def are_said_by(self, row: tuple[Cell, ...]) -> bool:
        """Whether a row without a word says nothing but what several rows above it come to."""
        filled = [index for index, cell in enumerate(row) if cell is not None and cell != ""]
        if self.rows < 2 or not filled or not self.headings.keys() >= set(filled):
            return False
        return all(_number(row[index]) in {self.since[index], self.all[index]} for index in filled)

    def disagreeing(self, row: tuple[Cell, ...]) -> list[tuple[str, str, str]]:
        """(heading, written, counted) where a sum is neither that of its part nor that of the whole; then a new part begins."""
        found = []
        for index, heading in self.headings.items():
            number = _number(row[index]) if index < len(row) else None
            if number is not None and number not in {self.since[index], self.all[index]}:
                found.append((heading, f"{number:f}", f"{self.since[index] or self.all[index]:f}"))
        self.since = dict.fromkeys(self.headings, Decimal())
        return found


def _number(cell: Cell) -> Decimal | None:
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int):
        return Decimal(cell)
    if isinstance(cell, float):
        return Decimal(format(cell, ".15g")) if abs(cell) < 1e15 else None
    text = cell.strip() if isinstance(cell, str) and len(cell) <= LONGEST_HEADING else ""
    return Decimal(text.replace(",", "")) if _NUMBER.match(text) else None


def _repeats(recognised: Recognised, headings: set[str]) -> Callable[[tuple[Cell, ...]], bool]:
    places = [(match.index, fold(match.heading)) for match in recognised.matches]

    def is_heading(row: tuple[Cell, ...]) -> bool:
        same = 0
        for index, heading in places:
            cell = row[index] if index < len(row) else None
            if cell is None or cell == "":
                continue
            if not isinstance(cell, str) or fold(cell) != heading:
                return False
            same += 1
        return same >= max(2, len(places) // 2) or (same == len(places) == 1)

    return is_heading
