"""All figures of a half year over a million entries; against the plain GROUP BYs that give the same cells."""

from __future__ import annotations

from datetime import date
from typing import Any

from .filling import fill, kinds
from .measuring import Comparison, seconds, take_turns
from .stage import Stage, run

START, DAYS = date(2025, 7, 10), 181
ENTRIES = (
    "SELECT kind, category, campus_id, month, SUM(sign) FROM journal_entry"
    " WHERE occurred_on BETWEEN ? AND ? GROUP BY 1, 2, 3, 4"
)
MEASURES = (
    "SELECT e.kind, e.category, e.campus_id, e.month, m.name, SUM(m.quantity)"
    " FROM journal_measure m JOIN journal_entry e ON e.number = m.entry_id"
    " WHERE e.occurred_on BETWEEN ? AND ? GROUP BY 1, 2, 3, 4, 5"
)
LINES = (
    "SELECT e.kind, e.category, e.campus_id, e.month, l.commodity_id, s.role, t.role, s.campus_id, t.campus_id,"
    " SUM(e.sign * l.quantity)"
    " FROM journal_line l JOIN journal_entry e ON e.number = l.entry_id"
    " JOIN journal_account s ON s.id = l.source_id JOIN journal_account t ON t.id = l.target_id"
    " WHERE e.occurred_on BETWEEN ? AND ? GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9"
)


def summarising(stage: Stage) -> list[Comparison]:
    """Every figure that any domain has, with what is still unanswered; nothing is closed, so nothing is stored."""
    from houqin.foundation.journal.cube import cube
    from houqin.foundation.journal.figures import FIGURES, Reading
    from houqin.kit.periods import Period

    entries = 20_000 if stage.small else 1_000_000
    fill(stage, entries=entries, start=START, days=DAYS)
    period = Period(START, date.fromordinal(START.toordinal() + DAYS - 1))
    book = stage.beside()
    mark = "?" if stage.database == "sqlite" else "%s"
    dates: tuple[Any, ...] = (
        (period.start.isoformat(), period.end.isoformat()) if mark == "?" else (period.start, period.end)
    )
    asked = [sql.replace("?", mark) for sql in (ENTRIES, MEASURES, LINES)]

    def cells() -> list[list[tuple[Any, ...]]]:
        cursor = book.cursor()
        return [cursor.execute(sql, dates).fetchall() for sql in asked]

    plain = cells()
    ours = cube(period)
    for what, rows in zip(("entry", "measure", "line"), plain, strict=True):
        same = sum(int(row[-1]) for row in rows)
        assert sum(cell.quantity for cell in ours if cell.what == what) == same, what
    assert len(ours) == sum(len(rows) for rows in plain)
    where = "SQLite" if stage.database == "sqlite" else "PostgreSQL"
    found = Comparison(
        f"{len(FIGURES)} figures of a half year with {entries:,} entries of {len(kinds())} kinds "
        f"({len(ours):,} cells), {where}",
        "s",
        raw_is="three GROUP BYs that give the same cells",
        product_is="Reading(period).all()",
        at_most=3,
    )
    take_turns(
        found,
        raw=lambda: seconds(cells),
        product=lambda: seconds(lambda: Reading(period).all()),
        rounds=2 if stage.small else 5,
    )
    book.close()
    return [found]


if __name__ == "__main__":
    run(summarising, databases=("sqlite", "postgresql"))
