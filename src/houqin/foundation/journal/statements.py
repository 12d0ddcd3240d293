"""Fixed SQL that is said again and again, at the least it can cost on either database.

SQLite keeps what it has compiled by itself. PostgreSQL plans every text it gets anew unless it was prepared, and a
statement waits for the answer to the one before it. So there the statements go through plain cursors of psycopg, which
prepare what was said five times, and go out together: one journey over the wire, still one statement after the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

# SQL with its values.
Statement = tuple[str, Sequence[Any]]
# Said this often, a statement is worth preparing. Longer ones (an import's five hundred rows) seldom come again.
TIMES, LONGEST = 5, 2_000


def said(statements: Sequence[Statement]) -> list[list[tuple[Any, ...]]]:
    """Run the statements in order on the connection Django has open; gives the rows each returned.

    Values are what the database itself takes and gives. Raises Django's database errors.
    """
    if connection.vendor == "postgresql":
        return _said_to_postgresql(statements)
    found = []
    with connection.cursor() as cursor:
        for sql, values in statements:
            cursor.execute(sql, values)
            found.append(cursor.fetchall() if cursor.description else [])
    return found


def _said_to_postgresql(statements: Sequence[Statement]) -> list[list[tuple[Any, ...]]]:
    import psycopg

    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    plain = connection.connection
    # Django turns preparing off for all; its own cursors never prepare, whatever is said here.
    plain.prepare_threshold = TIMES
    with connection.wrap_database_errors:
        with plain.pipeline():
            cursors = [_ask(psycopg.Cursor(plain), sql, values) for sql, values in statements]
        return [cursor.fetchall() if cursor.description else [] for cursor in cursors]


def _ask(cursor: Any, sql: str, values: Sequence[Any]) -> Any:
    return cursor.execute(sql, values, prepare=None if len(sql) < LONGEST else False)
