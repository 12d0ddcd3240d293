"""What stands in the database beside Django's tables: views, and the triggers of frozen tables. Declared in code alone.

A view keeps SQLite from making any of its tables anew, which is how it adds a column; and a table made anew has lost its
triggers. So everything declared is taken down before every ``migrate`` and put up after it, by that command itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from .freezing import FROZEN, freeze, frozen_tables, is_frozen, thaw

VIEWS: dict[str, str] = {}


def view(name: str, select: str) -> None:
    """Declare a view by the SELECT it stands for, the same on SQLite and PostgreSQL.

    A view that is given up is dropped by a migration (``DROP VIEW IF EXISTS``), for nobody here knows its name any more.
    """
    VIEWS[name] = select.strip()


@contextmanager
def all_or_nothing(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """One transaction in which tables may be altered; SQLite looks at foreign keys only outside of it."""
    was_checking = connection.vendor == "sqlite" and connection.disable_constraint_checking()
    try:
        with transaction.atomic(using=connection.alias):
            yield
    finally:
        if was_checking:
            connection.enable_constraint_checking()


def take_down(connection: BaseDatabaseWrapper) -> None:
    """Drop the views and take the triggers off, so that every table may be altered."""
    with connection.cursor() as cursor:
        for name in VIEWS:
            cursor.execute(f"DROP VIEW IF EXISTS {name}")
    for table in frozen_tables(connection):
        thaw(connection, table)


def put_up(connection: BaseDatabaseWrapper, *, with_views: bool = True) -> None:
    """Freeze what is declared and make the views; without them where the tables are not today's yet."""
    known = set(connection.introspection.table_names())
    for table in FROZEN:
        if table in known:
            freeze(connection, table)
    if not with_views:
        return
    with connection.cursor() as cursor:
        for name, select in VIEWS.items():
            cursor.execute(_create(name))
            if connection.vendor == "postgresql":
                # PostgreSQL keeps a view as it understood it; what that looked like is written beside it.
                cursor.execute(f"COMMENT ON VIEW {name} IS '{_mark(select, _definition(connection, name))}'")


def astray(connection: BaseDatabaseWrapper) -> list[str]:
    """The names of tables that are declared frozen and are not, and of views that are missing or not as declared."""
    return [table for table in sorted(FROZEN) if not is_frozen(connection, table)] + [
        name for name in VIEWS if not _stands(connection, name)
    ]


def _create(name: str) -> str:
    return f"CREATE VIEW {name} AS\n{VIEWS[name]}"


def _stands(connection: BaseDatabaseWrapper, name: str) -> bool:
    definition = _definition(connection, name)
    if connection.vendor == "sqlite":
        return definition == _create(name)
    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description(to_regclass(%s), 'pg_class')", [name])
        return bool(definition) and cursor.fetchone()[0] == _mark(VIEWS[name], definition)


def _definition(connection: BaseDatabaseWrapper, name: str) -> str:
    """The view as the database tells it; empty where there is none."""
    question = (
        "SELECT sql FROM sqlite_master WHERE type = 'view' AND name = %s"
        if connection.vendor == "sqlite"
        else "SELECT pg_get_viewdef(to_regclass(%s))"
    )
    with connection.cursor() as cursor:
        cursor.execute(question, [name])
        row = cursor.fetchone()
    return (row[0] if row else "") or ""


def _mark(select: str, definition: str) -> str:
    return f"houqin {sha256(select.encode()).hexdigest()[:16]} {sha256(definition.encode()).hexdigest()[:16]}"
