"""Triggers that refuse UPDATE, DELETE and TRUNCATE on rows that must never change.

A model says so itself (``@frozen``); the triggers are taken off before every ``migrate`` and put on after it (:mod:`.schema`).
"""

from typing import TypeVar

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

FROZEN_MESSAGE = "houqin: this row is frozen; reverse it by a new entry"
# The tables whose rows never change, as the code declares them.
FROZEN: list[str] = []
M = TypeVar("M", bound=type[Model])


def frozen(model: M) -> M:
    """Declare that rows of this model are written once and never changed or deleted."""
    FROZEN.append(model._meta.db_table)
    return model


def freeze(connection: BaseDatabaseWrapper, table: str) -> None:
    """Refuse every later change of the rows in ``table``, on SQLite and PostgreSQL."""
    with connection.cursor() as cursor:
        for statement in _freeze_statements(connection.vendor, table):
            cursor.execute(statement)


def thaw(connection: BaseDatabaseWrapper, table: str) -> None:
    """Take the triggers of ``table`` off again: for a migration that must, and for tests that break the book on purpose."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_update")
            cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_delete")
        else:
            cursor.execute(f"DROP TRIGGER IF EXISTS {table}_frozen ON {table}")
            cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_truncate ON {table}")


# What the triggers of PostgreSQL call. An empty table may be truncated: nothing is lost, and a test database can be reset.
_FUNCTIONS = {
    "houqin_frozen": f"""
            BEGIN RAISE EXCEPTION '{FROZEN_MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END """,
    "houqin_no_truncate": f"""
            DECLARE filled boolean;
            BEGIN
                EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', TG_TABLE_NAME) INTO filled;
                IF filled THEN
                    RAISE EXCEPTION '{FROZEN_MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';
                END IF;
                RETURN NULL;
            END """,
}


def _sqlite_triggers(table: str) -> dict[str, str]:
    return {
        f"{table}_no_{verb.lower()}": f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{FROZEN_MESSAGE}'); END"
        for verb in ("UPDATE", "DELETE")
    }


def _freeze_statements(vendor: str, table: str) -> list[str]:
    if vendor == "sqlite":
        return list(_sqlite_triggers(table).values())
    return [
        *(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"
            for name, body in _FUNCTIONS.items()
        ),
        f"CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION houqin_frozen()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION houqin_no_truncate()",
    ]


def frozen_tables(connection: BaseDatabaseWrapper) -> list[str]:
    """The tables of this database that are frozen, as its own triggers say."""
    question = (
        "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name = tbl_name || '_no_update'"
        if connection.vendor == "sqlite"
        else "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "WHERE t.tgname = c.relname || '_frozen'"
    )
    with connection.cursor() as cursor:
        cursor.execute(question)
        return sorted(name for (name,) in cursor.fetchall())


def is_frozen(connection: BaseDatabaseWrapper, table: str) -> bool:
    """Whether both triggers of ``table`` stand as they are written here, switched on."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
            found = dict(cursor.fetchall())
            return all(found.get(name) == sql for name, sql in _sqlite_triggers(table).items())
        cursor.execute(
            "SELECT t.tgname, t.tgtype, p.proname, p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
            " WHERE t.tgrelid = to_regclass(%s) AND t.tgenabled IN ('O', 'A')",
            [table],
        )
        standing = {name: (kind, function, source) for name, kind, function, source in cursor.fetchall()}
    # The kinds as pg_trigger.h writes them: BEFORE UPDATE OR DELETE of a row, BEFORE TRUNCATE of the statement.
    wanted = {
        f"{table}_frozen": (1 | 2 | 8 | 16, "houqin_frozen"),
        f"{table}_no_truncate": (2 | 32, "houqin_no_truncate"),
    }
    return all(
        standing.get(name) == (kind, function, _FUNCTIONS[function]) for name, (kind, function) in wanted.items()
    )
