"""Triggers that refuse UPDATE, DELETE and TRUNCATE on rows that must never change."""

from django.db.backends.base.base import BaseDatabaseWrapper

FROZEN_MESSAGE = "houqin: this row is frozen; reverse it by a new entry"


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


def _freeze_statements(vendor: str, table: str) -> list[str]:
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{FROZEN_MESSAGE}'); END"
            for verb in ("UPDATE", "DELETE")
        ]
    return [
        f"""CREATE OR REPLACE FUNCTION houqin_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION '{FROZEN_MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
        # An empty table may be truncated: nothing is lost, and a test database can be reset.
        f"""CREATE OR REPLACE FUNCTION houqin_no_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
            DECLARE filled boolean;
            BEGIN
                EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', TG_TABLE_NAME) INTO filled;
                IF filled THEN
                    RAISE EXCEPTION '{FROZEN_MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';
                END IF;
                RETURN NULL;
            END $$""",
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
