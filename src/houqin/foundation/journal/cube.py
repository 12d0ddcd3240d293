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


ENTRIES = """
SELECT kind, category, campus_id, month, SUM(sign)
FROM journal_entry e WHERE occurred_on >= %s AND occurred_on <= %s {by}
GROUP BY kind, category, campus_id, month
"""
MEASURES = """
SELECT e.kind, e.category, e.campus_id, e.month, m.name, SUM(m.quantity)
FROM journal_measure m JOIN journal_entry e ON e.number = m.entry_id
WHERE e.occurred_on >= %s AND e.occurred_on <= %s {by}
GROUP BY e.kind, e.category, e.campus_id, e.month, m.name
"""
# Grouped by account first: joining a million lines to their accounts would cost more than the grouping itself.
LINES = """
SELECT g.kind, g.category, g.campus_id, g.month, g.commodity_id, s.role, t.role, s.campus_id, t.campus_id,
       SUM(g.quantity)
FROM (
    SELECT e.kind, e.category, e.campus_id, e.month, l.commodity_id,
           CASE WHEN e.sign = 1 THEN l.source_id ELSE l.target_id END AS source_id,
           CASE WHEN e.sign = 1 THEN l.target_id ELSE l.source_id END AS target_id,
           SUM(e.sign * l.quantity) AS quantity
    FROM journal_line l JOIN journal_entry e ON e.number = l.entry_id
    WHERE e.occurred_on >= %s AND e.occurred_on <= %s {by}
    GROUP BY 1, 2, 3, 4, 5, 6, 7
) g JOIN journal_account s ON s.id = g.source_id JOIN journal_account t ON t.id = g.target_id
GROUP BY g.kind, g.category, g.campus_id, g.month, g.commodity_id, s.role, t.role, s.campus_id, t.campus_id
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
    by, asked = ("", [start, end]) if by_id is None else ("AND e.by_id = %s", [start, end, by_id])
    with connection.cursor() as cursor:
        cursor.execute(ENTRIES.format(by=by), asked)
        for kind, category, campus, month, quantity in cursor.fetchall():
            cells.append(Cell("entry", kind, category, campus, month, "", "", "", None, None, int(quantity)))
        cursor.execute(MEASURES.format(by=by), asked)
        for kind, category, campus, month, name, quantity in cursor.fetchall():
            cells.append(Cell("measure", kind, category, campus, month, name, "", "", None, None, int(quantity)))
        cursor.execute(LINES.format(by=by), asked)
        for kind, category, campus, month, thing, source, target, source_campus, target_campus, quantity in _rows(
            cursor
        ):
            cells.append(
                Cell(
                    "line", kind, category, campus, month, str(thing), source, target, source_campus, target_campus,
                    int(quantity),
                )
            )  # fmt: skip
    return cells


def _rows(cursor: Any) -> Iterable[tuple[Any, ...]]:
    return cursor.fetchall()  # type: ignore[no-any-return]


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
