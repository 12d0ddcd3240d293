"""The cube: one GROUP BY each over the entries, measures and lines of a period.

Closed months are read from their stored cells, so a summary costs the open days only. What was read last is kept under the
book's head: entries never change, so the next reading adds the cells of those written since.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from datetime import date
from threading import Lock
from typing import Any, NamedTuple

from django.db import connection

from houqin.kit.periods import Period

from .models import Book, ClosedCell, Entry


class Cell(NamedTuple):
    """What stands in a period, reversals taken off.

    ``what`` is ``entry`` (quantity = how many), ``measure`` (``thing`` names it) or ``line`` (``thing`` is the
    commodity's id as text). ``month`` is YYYYMM. Roles and campuses of both ends are those of the original direction.
    """

    what: str
    kind: str
    category: str
    campus_id: int | None
    month: int
    thing: str
    source_role: str
    target_role: str
    source_campus_id: int | None
    target_campus_id: int | None
    quantity: int


# Each row is a Cell as it stands: a year of a busy school has a hundred thousand of them.
ENTRIES = """
SELECT 'entry', e.kind, e.category, e.campus_id, e.month, '', '', '', NULL, NULL, CAST(SUM(e.sign) AS BIGINT)
FROM journal_entry e WHERE e.occurred_on >= %s AND e.occurred_on <= %s AND e.number <= %s {only}
GROUP BY e.kind, e.category, e.campus_id, e.month
"""
MEASURES = """
SELECT 'measure', e.kind, e.category, e.campus_id, e.month, m.name, '', '', NULL, NULL,
       CAST(SUM(m.quantity) AS BIGINT)
FROM journal_measure m JOIN journal_entry e ON e.number = m.entry_id
WHERE e.occurred_on >= %s AND e.occurred_on <= %s AND e.number <= %s {only}
GROUP BY e.kind, e.category, e.campus_id, e.month, m.name
"""
# The ends of a reversal are turned round again, so that it takes off the cell it was counted in.
LINES = """
SELECT 'line', e.kind, e.category, e.campus_id, e.month, CAST(l.commodity_id AS TEXT), s.role, t.role, s.campus_id,
       t.campus_id, CAST(SUM(e.sign * l.quantity) AS BIGINT)
FROM journal_line l JOIN journal_entry e ON e.number = l.entry_id
JOIN journal_account s ON s.id = CASE WHEN e.sign = 1 THEN l.source_id ELSE l.target_id END
JOIN journal_account t ON t.id = CASE WHEN e.sign = 1 THEN l.target_id ELSE l.source_id END
WHERE e.occurred_on >= %s AND e.occurred_on <= %s AND e.number <= %s {only}
GROUP BY e.kind, e.category, e.campus_id, e.month, l.commodity_id, s.role, t.role, s.campus_id, t.campus_id
"""


def cube(period: Period, *, by_id: int | None = None) -> list[Cell]:
    """Every cell of ``period`` (both days included): closed whole months from store, the rest from the entries.

    With ``by_id`` only what that person wrote, which no stored cell tells apart.
    """
    book = Book.objects.first()
    if book is None:
        return []
    key = (period.start, period.end, by_id)
    with _lock:
        known = _kept.get(key)
    if known is None or not known.leads_to(book):
        known = _Kept(book, _read(period, book, by_id=by_id))
    elif known.head < book.head:
        since = grouped(period.start, period.end, by_id=by_id, after=known.head, head=book.head)
        known = _Kept(book, [*known.cells, *since])
    with _lock:
        _kept[key] = known
        _kept.move_to_end(key)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return known.cells


# Periods a process keeps: this half, the one before, last year's, of the book and of a few people.
MOST_KEPT = 12
_lock = Lock()


class _Kept:
    """The cells of a period as of one head of the book."""

    def __init__(self, book: Book, cells: Iterable[Cell]) -> None:
        self.head, self.digest, self.closed_through = book.head, book.digest, book.closed_through
        sums: dict[tuple[Any, ...], int] = {}
        for cell in cells:
            sums[cell[:-1]] = sums.get(cell[:-1], 0) + cell.quantity
        self.cells = [Cell._make((*where, quantity)) for where, quantity in sums.items() if quantity]

    def leads_to(self, book: Book) -> bool:
        """Whether ``book`` is this one, gone on: not another, nor one whose last entries were taken back with their transaction."""
        if self.closed_through != book.closed_through:
            return False
        if self.head == book.head:
            return self.digest == book.digest
        return self.head == 0 or Entry.objects.filter(number=self.head, digest=self.digest).exists()


_kept: OrderedDict[tuple[date, date, int | None], _Kept] = OrderedDict()


def forget_cubes() -> None:
    """Read every period anew."""
    with _lock:
        _kept.clear()


def _read(period: Period, book: Book, *, by_id: int | None) -> Iterable[Cell]:
    """The cells of ``period`` up to the head of ``book``, from closings and entries."""
    if by_id is not None:
        return grouped(period.start, period.end, by_id=by_id, head=book.head)
    closed = [month for month in period.whole_months() if month <= book.closed_through]
    cells = list(_stored(closed))
    for start, end in _open_stretches(period, set(closed)):
        cells += grouped(start, end, head=book.head)
    return cells


def grouped(start: date, end: date, *, by_id: int | None = None, after: int = 0, head: int = 2**62) -> list[Cell]:
    """The cells of the entries dated ``start`` to ``end`` and numbered ``after`` + 1 to ``head``, straight from the journal."""
    cells: list[Cell] = []
    only = ""
    asked: list[Any] = [start, end, head]
    if after:
        only += " AND e.number > %s"
        asked.append(after)
    if by_id is not None:
        only += " AND e.by_id = %s"
        asked.append(by_id)
    with connection.cursor() as cursor:
        for question in (ENTRIES, MEASURES, LINES):
            cursor.execute(question.format(only=only), asked)
            cells += map(Cell._make, cursor.fetchall())
    return cells


def _stored(months: list[int]) -> Iterable[Cell]:
    fields = Cell._fields
    names = ["closing_id" if name == "month" else name for name in fields]
    for row in ClosedCell.objects.filter(closing_id__in=months).values_list(*names):
        yield Cell(*row)


def _open_stretches(period: Period, closed: set[int]) -> list[tuple[date, date]]:
    """The runs of days of ``period`` outside the closed months."""
    stretches: list[tuple[date, date]] = []
    for month in period.months():
        if month in closed:
            continue
        start, end = month_days(month)
        start, end = max(start, period.start), min(end, period.end)
        if stretches and (start - stretches[-1][1]).days == 1:
            stretches[-1] = (stretches[-1][0], end)
        else:
            stretches.append((start, end))
    return stretches


def month_days(month: int) -> tuple[date, date]:
    """First and last day of YYYYMM."""
    year, number = divmod(month, 100)
    first = date(year, number, 1)
    following = date(year + number // 12, number % 12 + 1, 1)
    return first, date.fromordinal(following.toordinal() - 1)
