"""The cube: one GROUP BY each over the entries, measures and lines of a period.

Closed months are read from their stored cells, so a summary costs the open days only.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from houqin.kit.periods import Period

from .models import Book, ClosedCell


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
FROM journal_entry e WHERE e.occurred_on >= %s AND e.occurred_on <= %s {by}
GROUP BY e.kind, e.category, e.campus_id, e.month
"""
MEASURES = """
SELECT 'measure', e.kind, e.category, e.campus_id, e.month, m.name, '', '', NULL, NULL,
       CAST(SUM(m.quantity) AS BIGINT)
FROM journal_measure m JOIN journal_entry e ON e.number = m.entry_id
WHERE e.occurred_on >= %s AND e.occurred_on <= %s {by}
GROUP BY e.kind, e.category, e.campus_id, e.month, m.name
"""
# The ends of a reversal are turned round again, so that it takes off the cell it was counted in.
LINES = """
SELECT 'line', e.kind, e.category, e.campus_id, e.month, CAST(l.commodity_id AS TEXT), s.role, t.role, s.campus_id,
       t.campus_id, CAST(SUM(e.sign * l.quantity) AS BIGINT)
FROM journal_line l JOIN journal_entry e ON e.number = l.entry_id
JOIN journal_account s ON s.id = CASE WHEN e.sign = 1 THEN l.source_id ELSE l.target_id END
JOIN journal_account t ON t.id = CASE WHEN e.sign = 1 THEN l.target_id ELSE l.source_id END
WHERE e.occurred_on >= %s AND e.occurred_on <= %s {by}
GROUP BY e.kind, e.category, e.campus_id, e.month, l.commodity_id, s.role, t.role, s.campus_id, t.campus_id
"""


def cube(period: Period, *, by_id: int | None = None) -> list[Cell]:
    """Every cell of ``period`` (both days included): closed whole months from store, the rest from the entries.

    With ``by_id`` only what that person wrote, which no stored cell tells apart.
    """
    if by_id is not None:
        return [cell for cell in grouped(period.start, period.end, by_id=by_id) if cell.quantity]
    book = Book.objects.first()
    closed_through = book.closed_through if book else 0
    closed = [month for month in period.whole_months() if month <= closed_through]
    cells = list(_stored(closed))
    for start, end in _open_stretches(period, set(closed)):
        cells += grouped(start, end)
    return [cell for cell in cells if cell.quantity]


def grouped(start: date, end: date, *, by_id: int | None = None) -> list[Cell]:
    """The cells of the entries dated ``start`` to ``end``, straight from the journal."""
    cells: list[Cell] = []
    by = "" if by_id is None else "AND e.by_id = %s"
    asked: list[Any] = [start, end] if by_id is None else [start, end, by_id]
    with connection.cursor() as cursor:
        for question in (ENTRIES, MEASURES, LINES):
            cursor.execute(question.format(by=by), asked)
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
