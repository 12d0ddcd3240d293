"""What a piece of work left in the database, row by row, so that a plain driver can write the very same."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from .stage import Stage

Rows = tuple[str, Sequence[str], list[tuple[Any, ...]]]


def last_keys() -> dict[str, int]:
    return {table: last for table, _key, last in _keys()}


def _keys() -> list[tuple[str, str, int]]:
    from django.apps import apps
    from django.db import connection

    found = []
    with connection.cursor() as cursor:
        for model in apps.get_models():
            if not model._meta.managed:
                continue
            key = model._meta.pk.column
            if model._meta.pk.get_internal_type() in {"BigAutoField", "BigIntegerField"}:
                cursor.execute(f'SELECT MAX("{key}") FROM {model._meta.db_table}')
                found.append((model._meta.db_table, key, cursor.fetchone()[0] or 0))
    return found


def new_rows(before: dict[str, int]) -> Iterator[Rows]:
    """(table, columns, rows) of everything that was inserted since ``before``, as the driver itself gives it."""
    from django.db import connection

    for table, key, last in _keys():
        if last > before[table]:
            with connection.cursor() as cursor:
                plain = cursor.cursor
                plain.execute(f'SELECT * FROM {table} WHERE "{key}" > {before[table]} ORDER BY "{key}"')
                columns = [one[0] for one in plain.description]
                yield table, columns, [_back(row) for row in plain.fetchall()]


def _back(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(json.dumps(value) if isinstance(value, (dict, list)) else value for value in row)


def insert_all(stage: Stage, book: Any, tables: Sequence[Rows]) -> None:
    """All of them in one transaction, a batch for each table."""
    mark = "?" if stage.database == "sqlite" else "%s"
    cursor = book.cursor()
    cursor.execute("BEGIN")
    defer(stage, cursor)
    for table, columns, found in tables:
        cursor.executemany(insert(table, columns, mark), found)
    cursor.execute("COMMIT")


def defer(stage: Stage, cursor: Any) -> None:
    """Keep references for the end of the transaction, so that tables may come in any order."""
    cursor.execute(
        "SET CONSTRAINTS ALL DEFERRED" if stage.database == "postgresql" else "PRAGMA defer_foreign_keys = ON"
    )


def insert(table: str, columns: Sequence[str], mark: str) -> str:
    names = ",".join(f'"{column}"' for column in columns)
    return f"INSERT INTO {table} ({names}) VALUES ({','.join([mark] * len(columns))})"
