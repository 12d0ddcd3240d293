"""Every way somebody with the database in hand may change it behind the program's back (``python attempts.py``, in a home).

Made from the models: every table that has rows, five ways: a value changed (of several columns), a row deleted, a copy put in,
two values exchanged between rows, the table emptied. With triggers and foreign keys off, in plain SQL, each undone before the
next. Prints as JSON, for each attempt that took effect, the sentence that tells of it, or null.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

COLUMNS_TRIED = 3
ROWS_TRIED = 6


@dataclass(frozen=True)
class Attempt:
    """SQL with its values, one after the other."""

    table: str
    way: str
    column: str
    statements: tuple[tuple[str, tuple[Any, ...]], ...]


def attempts(model: Any, rows: list[dict[str, Any]], *, cast: Any) -> Iterator[list[Attempt]]:
    """Lists of attempts, of each list the first that the database takes."""
    table, key = model._meta.db_table, model._meta.pk.column
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    # Those with a value in some row first: of a column that is empty throughout there is little to change.
    told = sorted(fields, key=lambda one: -sum(row[one.column] not in (None, "", 0, False) for row in rows))
    step = max(1, len(told) // COLUMNS_TRIED)
    for field in told[::step][:COLUMNS_TRIED]:
        yield [
            Attempt(
                table, "change", field.column,
                ((f'UPDATE "{table}" SET "{field.column}" = {cast(field)} WHERE "{key}" = %s', (_other(field, row[field.column]), row[key])),),
            )
            for row in rows[:ROWS_TRIED]
        ]  # fmt: skip
    yield [
        Attempt(table, "delete", "", ((f'DELETE FROM "{table}" WHERE "{key}" = %s', (row[key],)),)) for row in rows[-1:]
    ]
    yield [
        Attempt(table, "insert", "", (_copy(model, row, number=number, cast=cast),))
        for number, row in enumerate(rows[:ROWS_TRIED])
    ]
    yield list(islice(_swaps(table, key, told, rows, cast), 12))
    yield [Attempt(table, "truncate", "", ((f'DELETE FROM "{table}"', ()),))]


def _other(field: Any, value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, datetime):
        return value + timedelta(days=1)
    if isinstance(value, date):
        return value + timedelta(days=1)
    if isinstance(value, (dict, list)):
        return json.dumps({"forged": True})
    if isinstance(value, str):
        limit = field.max_length or 200
        return ("偽" + value)[:limit] if value[:1] != "偽" else value[:-1]
    kind = field.get_internal_type()
    if kind in {"DateField", "DateTimeField"}:
        return date(2020, 2, 2) if kind == "DateField" else datetime.fromisoformat("2020-02-02T02:02:02+00:00")
    if kind in {"CharField", "TextField"}:
        return "偽"
    return {"JSONField": "{}", "TimeField": "02:02:02", "BooleanField": True}.get(kind, 1)


def _copy(model: Any, row: dict[str, Any], *, number: int, cast: Any) -> tuple[str, tuple[Any, ...]]:
    told = dict(row)
    unique = {field.column for field in model._meta.concrete_fields if field.unique and not field.primary_key}
    for constraint in model._meta.total_unique_constraints:
        unique.add(model._meta.get_field(constraint.fields[-1]).column)
    for field in model._meta.concrete_fields:
        if field.primary_key:
            told[field.column] = f"{row[field.column]}x" if isinstance(row[field.column], str) else 10**6 + number
        elif field.column in unique:
            value = _other(field, row[field.column])
            told[field.column] = 10**6 + number if type(value) is int else value
        elif isinstance(told[field.column], (dict, list)):
            told[field.column] = json.dumps(told[field.column])
    by_column = {field.column: field for field in model._meta.concrete_fields}
    names = ", ".join(f'"{name}"' for name in told)
    marks = ", ".join(cast(by_column[name]) for name in told)
    return f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ({marks})', tuple(told.values())


def _swaps(table: str, key: str, fields: list[Any], rows: list[dict[str, Any]], cast: Any) -> Iterator[Attempt]:
    for field in fields:
        if field.unique:
            continue
        name = field.column
        first = rows[0]
        for other in rows[1:40]:
            if other[name] != first[name] and not isinstance(first[name], (dict, list)):
                change = f'UPDATE "{table}" SET "{name}" = {cast(field)} WHERE "{key}" = %s'
                yield Attempt(
                    table, "swap", name, ((change, (other[name], first[key])), (change, (first[name], other[key])))
                )
                break


def main() -> None:
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "houqin.config.settings"
    django.setup()
    from django.apps import apps
    from django.db import DatabaseError, connection, transaction

    from houqin.foundation.journal import verification
    from houqin.foundation.journal.checks import balance_findings, book_findings
    from houqin.foundation.journal.coverage import vouched_models
    from houqin.foundation.journal.freezing import frozen_tables, thaw

    is_sqlite = connection.vendor == "sqlite"
    for table in frozen_tables(connection):
        thaw(connection, table)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys = OFF" if is_sqlite else "SET session_replication_role = replica")

    def cast(field: Any) -> str:
        return (
            "%s"
            if is_sqlite
            else f"CAST(%s AS {field.rel_db_type(connection) if field.is_relation else field.db_type(connection)})"
        )

    def value(one: Any) -> Any:
        if is_sqlite and isinstance(one, datetime):
            return connection.ops.adapt_datetimefield_value(one)
        return one.isoformat() if is_sqlite and isinstance(one, date) else one

    def told_of(model: Any) -> str | None:
        """What verify and audit say, of which only what looks at this table is asked."""
        if model._meta.db_table in vouched_models():
            stray = next(verification.stray_rows(only=[model]), None)
            return stray and stray.sentence()
        if model._meta.app_label == "journal":
            found = verification.verify()
            if not found.is_sound:
                return f"{found.first_bad} {found.finding}"
            return next((one.sentence for one in (*balance_findings(), *book_findings())), None)
        return None

    report = []
    tables = 0
    for model in apps.get_models(include_auto_created=True):
        if not model._meta.managed or model._meta.proxy:
            continue
        columns = [field.attname for field in model._meta.concrete_fields]
        names = [field.column for field in model._meta.concrete_fields]
        rows = [
            dict(zip(names, row, strict=True)) for row in model._base_manager.order_by("pk").values_list(*columns)[:60]
        ]
        if not rows:
            continue
        tables += 1
        for ways in attempts(model, rows, cast=cast):
            for attempt in ways:
                try:
                    with transaction.atomic():
                        with connection.cursor() as cursor:
                            for sql, values in attempt.statements:
                                cursor.execute(sql, tuple(value(one) for one in values))
                        told = told_of(model)
                        transaction.set_rollback(True)
                except DatabaseError:
                    continue
                report.append([attempt.table, attempt.way, attempt.column, told])
                break
    json.dump({"tables": tables, "attempts": report}, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
