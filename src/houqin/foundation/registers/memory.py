"""What the book knows of the rows of a sheet: imported before, or recorded already."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError

from houqin.kit import clock
from houqin.kit.text import clean_cell

from .display import shown
from .models import ImportedRow
from .reading import Row, text_of
from .register import Column

if TYPE_CHECKING:
    from .importing import TableRun


class Known:
    """What the book knows of the rows of one chunk: what was imported before, and what is recorded already."""

    def __init__(self, table: TableRun, rows: list[Row]) -> None:
        self.table, self.register = table, table.register
        self.columns = [column for column in table.register.table_columns() if column.name in table.form.fields]
        # (column, stored, written) → whether the two mean the same.
        self._equal: dict[tuple[Any, ...], bool] = {}
        self.rows: dict[str, ImportedRow] = {}
        for keys in chunks([row.key for row in rows], 400):
            for one in ImportedRow.objects.filter(register=self.register.name, key__in=keys):
                self.rows[one.key] = one
        asking = [row for row in rows if not ((known := self.rows.get(row.key)) and is_same(known.content, row))]
        self.ids = self._ids(asking)
        self.stored: dict[int, dict[str, Any]] = {}
        self._read_stored(list(self.ids.values()))
        self.recorded = self._recorded_already(asking)

    def _ids(self, rows: list[Row]) -> dict[str, int]:
        """Row key → primary key in the register of the row of the book it is, where there is one."""
        found: dict[str, int] = {}
        for row in rows:
            before = self.rows.get(row.key)
            if before is not None and before.document_id is not None:
                found[row.key] = before.document_id
        finds = self.table.importing.finds
        if finds is not None:
            for row in rows:
                made = finds(row.data, self.table.run.directory) if row.key not in found else None
                if made is not None and made.pk is not None:
                    found[row.key] = made.pk
        model, number = self.register.document, self.register.number_column()
        if model is not None and number is not None:
            by_number = {
                text: row.key for row in rows if row.key not in found and (text := plain(row.data.get(number)))
            }
            for numbers in chunks(list(by_number), 400):
                for pk, text in model._default_manager.filter(number__in=numbers).values_list("pk", "number"):
                    found[by_number[text]] = pk
        return found

    def _read_stored(self, pks: list[int]) -> None:
        lookups = [column.lookup for column in self.columns]
        for some in chunks(pks, 400):
            rows = self.register.rows(self.table.run.by).filter(pk__in=some).values_list("pk", *lookups)
            for pk, *values in rows:
                self.stored[pk] = dict(zip((column.name for column in self.columns), values, strict=True))

    def _recorded_already(self, rows: list[Row]) -> set[str]:
        """Keys of rows without a number that the book has on the same day in the same words, as often as the sheet has them.

        So an export of what was recorded here, not imported, comes in again without being recorded twice.
        """
        day = next(
            (one for one in self.columns if one.kind in {"date", "moment"} and one.lookup == self.register.day), None
        )
        names = {column.name for column in self.columns}
        unnumbered = [row for row in rows if row.ordinal and row.key not in self.ids and names.issuperset(row.data)]
        if day is None or not unnumbered:
            return set()
        days = {row.key: self._day(day, row) for row in unnumbered}
        recorded = self.table.recorded or RecordedDays(self.table, day, self.columns)
        self.table.recorded = recorded
        recorded.read({one for one in days.values() if one is not None})
        return {
            row.key
            for row in unnumbered
            if (on := days[row.key]) is not None
            and sum(self._says(row, stored) for stored in recorded.like(row, on)) >= row.ordinal
        }

    def _day(self, column: Column, row: Row) -> date | None:
        try:
            return _day_of(self.table.form.fields[column.name].to_python(row.data.get(column.name)))
        except ValidationError:
            return None

    def stored_of(self, row: Row) -> dict[str, Any] | None:
        """What the book has for the row, by column; {} where it is there but not for this person to see."""
        pk = self.ids.get(row.key)
        return None if pk is None else self.stored.get(pk, {})

    def differing(self, row: Row, stored: dict[str, Any]) -> list[tuple[Column, str, str]]:
        """The columns in which the sheet says something else than the book: (column, as recorded, as written)."""
        found = []
        for column in self.columns:
            if column.name not in row.data or column.name not in stored or column.name in row.hidden:
                continue
            value = stored[column.name]
            if not self._is_equal(column, value, row.data[column.name]):
                found.append((column, shown(column, value), str(row.cells[column.name])))
        if not stored:
            key = self.table.first_key()
            found = [(self.register.column(key), "", str(row.cells.get(key, "")))] if key else []
        return found

    def _says(self, row: Row, stored: dict[str, Any]) -> bool:
        """Whether the row says nothing else than ``stored``. Asked of every pair of a day, so it stops at the first difference."""
        return all(
            self._is_known_equal(column, stored[column.name], row.data[column.name])
            for column in self.columns
            if column.name in row.data and column.name not in row.hidden
        )

    def _is_known_equal(self, column: Column, stored: Any, written: Any) -> bool:
        key = (column.name, type(stored), stored, type(written), written)
        known = self._equal.get(key)
        if known is None:
            known = self._equal[key] = self._is_equal(column, stored, written)
        return known

    def _is_equal(self, column: Column, stored: Any, written: Any) -> bool:
        one = self.table.form.fields[column.name]
        try:
            read = one.to_python(written)
        except ValidationError:
            read = written
        if read == stored or text_of(read) == text_of(stored):
            return True
        # Something written is never equal to nothing stored.
        names = {text_of(written), text_of(str(read)), text_of(getattr(read, "name", None))} - {""}
        return text_of(stored) in names or text_of(shown(column, stored)) in names


class RecordedDays:
    """What the book had of the days of a sheet when the sheet was first looked at, by day and by one telling column.

    The telling column is one whose words are compared as they stand (a name), so that a row meets the few of its day it
    could be, not all of them.
    """

    MOST = 200_000

    def __init__(self, table: TableRun, day: Column, columns: Sequence[Column]) -> None:
        self.table, self.day, self.columns = table, day, columns
        needed = [name for name in table.importing.needs if name != day.name]
        telling = {one.name: one for one in columns if one.kind in {"text", "reference"} and not one.personal}
        self.by = next((telling[name] for name in needed if name in telling), next(iter(telling.values()), None))
        self._days: dict[date, dict[str, list[dict[str, Any]]]] = {}
        self._count = 0

    def read(self, days: set[date]) -> None:
        """Read the days not read yet, in one question for a run of days."""
        if self._count > self.MOST:
            self._days, self._count = {}, 0
        missing = sorted(days - self._days.keys())
        if not missing:
            return
        for one in missing:
            self._days[one] = {}
        whole_day = "__date" if self.day.kind == "moment" else ""
        asked = {f"{self.day.lookup}{whole_day}__gte": missing[0], f"{self.day.lookup}{whole_day}__lte": missing[-1]}
        new, names = set(missing), [column.name for column in self.columns]
        rows = self.table.register.rows(self.table.run.by).filter(**asked)
        for values in rows.values_list(*(column.lookup for column in self.columns)):
            stored = dict(zip(names, values, strict=True))
            on = _day_of(stored[self.day.name])
            if on in new:
                self._count += 1
                text = text_of(stored[self.by.name]) if self.by is not None else ""
                self._days[on].setdefault(text, []).append(stored)

    def like(self, row: Row, on: date) -> Iterator[dict[str, Any]]:
        """The rows of that day which ``row`` could be."""
        found = self._days.get(on, {})
        if self.by is None or self.by.name in row.hidden:
            for stored in found.values():
                yield from stored
            return
        if self.by.name not in row.data:
            # A row without its room is none that has one.
            yield from found.get("", ())
            return
        for text in self._spellings(row.data[self.by.name]):
            yield from found.get(text, ())

    def _spellings(self, written: Any) -> set[str]:
        """Every text under which :meth:`Known._is_equal` would take what is written for what is stored."""
        assert self.by is not None
        try:
            read = self.table.form.fields[self.by.name].to_python(written)
        except ValidationError:
            read = written
        return {text_of(read), text_of(written), text_of(str(read)), text_of(getattr(read, "name", None))}


def _day_of(value: Any) -> Any:
    return clock.day_of(value) if isinstance(value, datetime) else value


def is_same(content: str, row: Row) -> bool:
    """Whether a row says what was read before; what an export hid cannot be compared."""
    return content[:32] == row.content[:32] if row.hidden else content == row.content


def plain(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return clean_cell(str(value)) if value is not None else ""


def chunks(rows: Sequence[Any], size: int) -> Iterator[Any]:
    """``rows`` in pieces of ``size``."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
