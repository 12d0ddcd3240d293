"""What stands beside the tables is as the code declares it, and ``audit`` says where it is not."""

from __future__ import annotations

import pytest
from django.db import connection

from houqin.foundation.journal.checks import CHECKS
from houqin.foundation.journal.freezing import FROZEN, freeze, frozen_tables, thaw
from houqin.foundation.journal.schema import VIEWS, astray, put_up, take_down


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_migrated_database_has_everything(db):
    assert (astray(connection), frozen_tables(connection)) == ([], sorted(FROZEN))
    assert list(CHECKS["journal.frozen"].look()) == []


@pytest.mark.parametrize("table", sorted(FROZEN))
def test_audit_names_a_table_that_is_not_frozen(db, table):
    thaw(connection, table)
    (finding,) = CHECKS["journal.frozen"].look()
    assert table in finding.sentence
    freeze(connection, table)
    assert astray(connection) == []


def test_audit_names_a_trigger_that_does_nothing(db):
    if connection.vendor == "sqlite":
        _run("DROP TRIGGER signing_signature_no_delete")
        _run("CREATE TRIGGER signing_signature_no_delete BEFORE DELETE ON signing_signature BEGIN SELECT 1; END")
    else:
        _run("ALTER TABLE signing_signature DISABLE TRIGGER signing_signature_frozen")
    assert astray(connection) == ["signing_signature"]
    if connection.vendor == "postgresql":
        _run("CREATE OR REPLACE FUNCTION houqin_frozen() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'")
        assert astray(connection) == sorted(FROZEN)


@pytest.mark.parametrize("name", sorted(VIEWS))
def test_audit_names_a_view_that_is_missing_or_another(db, name):
    columns = ", ".join(
        f"NULL AS {one.name}" for one in connection.introspection.get_table_description(connection.cursor(), name)
    )
    _run(f"DROP VIEW {name}")
    assert astray(connection) == [name]
    _run(f"CREATE VIEW {name} AS SELECT {columns}")
    assert astray(connection) == [name]


def test_what_is_taken_down_is_put_up_again(db):
    take_down(connection)
    assert (sorted(astray(connection)), frozen_tables(connection)) == (sorted([*FROZEN, *VIEWS]), [])
    put_up(connection)
    assert astray(connection) == []
