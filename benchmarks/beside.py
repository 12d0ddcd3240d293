"""Fifty people who write while an import of 30,000 rows runs beside them; against the same people without it."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import threading
import time
from random import Random

from .importing import REPAIRS, VISITS, _repair, _visit, workbook
from .measuring import Comparison
from .stage import Stage, run

PEOPLE = 50


def beside(stage: Stage) -> list[Comparison]:
    """p95 of a write, in seconds: raw without an import, product while one is judged and written."""
    rows = 2_000 if stage.small else 30_000
    where = "SQLite" if stage.database == "sqlite" else "PostgreSQL"
    comparison = Comparison(
        f"p95 of {PEOPLE} writers beside an import of {rows:,} rows, {where}",
        "s",
        raw_is="repairs.reported by fifty people, one a second each, alone",
        product_is="the same while houqin import runs in a process of its own",
        at_most=20,
    )
    for number, (title, headings, row) in enumerate(
        (("報修登記", REPAIRS, _repair), ("外來人員來訪登記簿", VISITS, _visit))
    ):
        path = stage.home / f"beside-{number}.xlsx"
        workbook(path, title=title, headings=headings, rows=[row(stage, number * rows + one) for one in range(rows)])
        comparison.raw.append(p95(people_write(stage, until=_after(10))))
        importing = subprocess.Popen(
            [sys.executable, "-m", "houqin", "import", str(path)],
            env={**os.environ}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        started = time.perf_counter()
        waits = people_write(stage, until=lambda importing=importing: importing.poll() is not None)
        assert importing.stdout is not None
        said = importing.stdout.read()
        assert importing.returncode == 0, said
        comparison.product.append(p95(waits))
        print(
            f"{title}: alone p95 {comparison.raw[-1]:.2f}; {time.perf_counter() - started:.0f} s, {len(waits)} writes, "
            f"p50 {statistics.median(waits):.2f} p95 {p95(waits):.2f} longest {max(waits):.2f}",
            file=sys.stderr,
        )
    return [comparison]


def _after(seconds: float):
    end = time.perf_counter() + seconds
    return lambda: time.perf_counter() > end


def p95(waits: list[float]) -> float:
    return sorted(waits)[int(len(waits) * 0.95)]


def people_write(stage: Stage, *, until) -> list[float]:
    """How long each write of fifty people took who think for a second in between."""
    from django.db import OperationalError, connections

    from houqin.domains.repairs.actions import report
    from houqin.foundation.journal.refused import busy

    waits: list[float] = []
    problems: list[Exception] = []
    refused: list[float] = []

    def somebody(number: int) -> None:
        chance = Random(number)
        try:
            while not until():
                time.sleep(chance.uniform(0.5, 1.5))
                started = time.perf_counter()
                try:
                    report(
                        stage.people["class_teacher"],
                        place=chance.choice(stage.rooms),
                        category="水",
                        fault=f"漏{number}",
                    )
                except OperationalError as error:
                    if busy(error) is None:
                        raise
                    refused.append(time.perf_counter())
                waits.append(time.perf_counter() - started)
        except Exception as problem:
            problems.append(problem)
            raise
        finally:
            connections.close_all()

    threads = [threading.Thread(target=somebody, args=[number]) for number in range(PEOPLE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems, problems
    if refused:
        print(f"{len(refused)} of {len(waits)} were told that the book is busy", file=sys.stderr)
    return waits


if __name__ == "__main__":
    run(beside, databases=("sqlite", "postgresql"))
