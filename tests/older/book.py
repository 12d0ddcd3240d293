"""The older book: how it is unpacked into an installation, and what it says of itself (``python book.py``, there)."""

from __future__ import annotations

import base64
import json
import lzma
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def read() -> dict[str, Any]:
    """The book as ``make.py`` wrote it."""
    return json.loads(lzma.decompress((HERE / "book.json.xz").read_bytes()))


def recorded() -> dict[str, Any]:
    """What the program that wrote the book said its figures were."""
    return json.loads((HERE / "figures.json").read_text())


def unpack(home: Path, *, url: str = "") -> None:
    """Lay the older book and its attachments down in ``home``; with ``url`` its rows into that empty PostgreSQL."""
    book = read()
    home.mkdir(parents=True, exist_ok=True)
    for name, content in book["attachments"].items():
        path = home / "attachments" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(content))
    if url:
        _into_postgresql(book, url)
    else:
        _into_sqlite(book, home / "book.sqlite3")


def _rows(columns: dict[str, list[Any]]) -> Iterator[tuple[Any, ...]]:
    return zip(*columns.values(), strict=True)


def _into_sqlite(book: dict[str, Any], path: Path) -> None:
    tables, rest = book["sqlite"]
    with closing(sqlite3.connect(path, isolation_level=None)) as target:
        target.execute("PRAGMA journal_mode = WAL")
        target.execute("BEGIN")
        for statement in tables:
            target.execute(statement)
        for name, columns in book["rows"].items():
            marks = ",".join("?" * len(columns))
            names = ",".join(f'"{one}"' for one in columns)
            target.executemany(f'INSERT INTO "{name}" ({names}) VALUES ({marks})', _rows(columns))
        for statement in rest:
            target.execute(statement)
        target.execute("COMMIT")


def _into_postgresql(book: dict[str, Any], url: str) -> None:
    import psycopg

    before, after = book["postgresql"]
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("SET TIME ZONE 'UTC'")
        for statement in before:
            cursor.execute(statement)
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        known = {name for (name,) in cursor.fetchall()}
        for name, columns in book["rows"].items():
            if name not in known:
                continue
            names = ",".join(f'"{one}"' for one in columns)
            with cursor.copy(f'COPY "{name}" ({names}) FROM STDIN') as copy:
                for row in _rows(columns):
                    # SQLite keeps truth as 0 and 1, which PostgreSQL reads as such; text is text for both.
                    copy.write_row([None if value is None else str(value) for value in row])
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE is_identity = 'YES' AND table_schema = 'public'"
        )
        for table, column in cursor.fetchall():
            cursor.execute(
                f'SELECT setval(pg_get_serial_sequence(\'"{table}"\', %s), COALESCE(max("{column}"), 1),'
                f' max("{column}") IS NOT NULL) FROM "{table}"',
                [column],
            )
        for statement in after:
            cursor.execute(statement)


def figures(periods: list[str]) -> dict[str, Any]:
    """Every figure of each period (``2026-03-02/2026-05-22``): its value, its text and how many rows stand behind it."""
    from houqin.foundation.journal.figures import FIGURES, Reading
    from houqin.kit.periods import Period

    told = {}
    for period in periods:
        start, end = (datetime.fromisoformat(one).date() for one in period.split("/"))
        reading = Reading(Period(start, end))
        told[period] = {
            one.name: {
                "value": reading[one.name].json_value(),
                "text": str(reading[one.name].text),
                "rows": len(reading.rows(one.name)),
            }
            for one in FIGURES
        }
    return told


def _say() -> None:
    """Print what verify, audit and the figures say of the book in HOUQIN_HOME, on the day it was written."""
    import django
    import time_machine

    os.environ["DJANGO_SETTINGS_MODULE"] = "houqin.config.settings"
    django.setup()
    from houqin.foundation.journal.checks import CHECKS
    from houqin.foundation.journal.models import Entry
    from houqin.foundation.journal.verification import verify

    with time_machine.travel(datetime.fromisoformat(read()["now"]), tick=False):
        found = verify()
        findings = [f"{one.name}: {finding.sentence}" for one in CHECKS for finding in one.look() if not finding.notice]
        told = {
            "sound": found.is_sound,
            "entries": list(Entry.objects.order_by("-number").values_list("number", "kind", "digest")[:2]),
            "findings": findings,
            "figures": figures(list(recorded())),
        }
    json.dump(told, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    _say()
