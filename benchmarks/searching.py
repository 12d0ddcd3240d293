"""Searching among 100,000 papers; against a plain LIKE over the same words, the least one could do without an index."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from typing import Any

from .measuring import Comparison, seconds, take_turns
from .stage import Stage, run

# What people type: a word, initials, syllables, one character, the middle of a number, two words, nothing that is there.
TYPED = ("燈管", "灯管", "dg", "dengguan", "閥", "00999", "教學樓 門鎖", "沒有的東西")


def searching(stage: Stage) -> list[Comparison]:
    """What the director finds, and what a repairer's colleague with three papers of her own does not."""
    from django.db import connection

    from houqin.foundation.search import keeping
    from houqin.foundation.search.finding import find
    from houqin.foundation.search.models import Thing

    from .pages import _fill

    count = 2_000 if stage.small else 100_000
    _fill(stage, count)
    connection.close()
    built = seconds(keeping.rebuild)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if stage.database == "sqlite" else "VACUUM ANALYZE")
    assert Thing.objects.filter(kind="repairs.workorder").count() == count
    where = "SQLite" if stage.database == "sqlite" else "PostgreSQL"
    director, teacher = stage.people["director"], stage.people["class_teacher"]

    def like() -> None:
        """The newest thirty whose fault, work or place holds the words: a reading of the whole table for each."""
        with connection.cursor() as cursor:
            for typed in ("燈管", "閥", "沒有的東西"):
                cursor.execute(
                    "SELECT o.id FROM repairs_workorder o JOIN journal_place p ON p.id = o.place_id"
                    " WHERE o.fault LIKE %s OR o.work LIKE %s OR p.full_name LIKE %s"
                    " ORDER BY o.reported_at DESC LIMIT 30",
                    [f"%{typed}%"] * 3,
                )
                cursor.fetchall()

    def each(person: Any) -> Callable[[], float]:
        def slowest() -> float:
            for typed in TYPED:
                find(person, typed, papers=30)
            return 1000 * max(
                statistics.median(seconds(lambda typed=typed: find(person, typed, papers=30)) for _ in range(3))
                for typed in TYPED
            )

        return slowest

    found = []
    for person, whose, most in ((director, "everything", 1), (teacher, "nothing of it", 3)):
        comparison = Comparison(
            f"the slowest of {len(TYPED)} searches among {count:,} papers, reading {whose}, {where}",
            "ms",
            raw_is="LIKE over three columns, the newest thirty, the mean of three words",
            product_is="find(person, typed): index, scope, rows of thirty hits",
            at_most=most,
        )
        take_turns(
            comparison,
            raw=lambda: 1000 * seconds(like) / 3,
            product=each(person),
            rounds=2 if stage.small else 5,
        )
        found.append(comparison)
    index = Comparison(
        f"indexing {count:,} papers anew, {where}",
        "rows/s",
        raw_is="reading the same columns",
        product_is="houqin reindex",
    )
    index.product.append(count / built)
    index.raw.append(count / seconds(lambda: _read(count)))
    return [*found, index]


def _read(count: int) -> None:
    from houqin.domains.repairs.models import WorkOrder

    columns = ("number", "reporter_name", "place__full_name", "fault", "repairer_name", "work", "material", "note")
    assert len(list(WorkOrder.objects.values_list(*columns))) == count


if __name__ == "__main__":
    run(searching, databases=("sqlite", "postgresql"))
