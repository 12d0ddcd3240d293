"""Installations of their own, worked by the real ``houqin`` in a process of its own, on both databases."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest

from houqin.testing import sqlite_template

SERVER = os.environ.get("HOUQIN_DATABASE_URL", "")
# Outside the sources, and shared by all calls: compiling costs more than any of them does.
BYTECODE = Path(os.environ["HOUQIN_TEST_HOME"]) / "bytecode"
_numbers = count(1)


@dataclass
class Said:
    """What came of one call."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class Installation:
    """A folder, and on PostgreSQL a database beside it."""

    home: Path
    url: str = ""

    def houqin(self, *words: str, **how: Any) -> Said:
        return self.run("-m", "houqin", *words, **how)

    def run(self, *words: str, stdin: int | None = subprocess.DEVNULL, **how: Any) -> Said:
        """Python in a process of its own that has this home."""
        env = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("HOUQIN_", "DJANGO_", "PYTHONDONT"))
        }
        env |= {"HOUQIN_HOME": str(self.home), "PYTHONPYCACHEPREFIX": str(BYTECODE)}
        if self.url:
            env["HOUQIN_DATABASE_URL"] = self.url
        done = subprocess.run(
            [sys.executable, *map(str, words)],
            env=env,
            stdin=stdin,
            capture_output=True,
            text=True,
            timeout=180,
            **{"cwd": self.home.parent, **how},
        )
        return Said(done.returncode, done.stdout, done.stderr)

    def must(self, *words: str) -> Said:
        said = self.houqin(*words)
        assert said.code == 0, said.out + said.err
        return said

    def execute(self, *statements: str) -> None:
        """Change the book behind the program's back."""
        if self.url:
            import psycopg

            with psycopg.connect(self.url, autocommit=True) as connection:
                for statement in statements:
                    connection.execute(statement)
        else:
            import sqlite3

            with sqlite3.connect(self.home / "book.sqlite3") as connection:
                for statement in statements:
                    connection.execute(statement)


def _database(name: str, *, template: str = "template1") -> str:
    import psycopg

    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    parts = urlsplit(SERVER)
    return urlunsplit(parts._replace(path=f"/{name}"))


def _drop(name: str) -> None:
    import psycopg

    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def places(tmp_path_factory) -> Iterator[Callable[..., Installation]]:
    """``places()`` is a new empty installation, ``places(of=another)`` a copy of one."""
    made: list[str] = []

    def place(*, of: Installation | None = None, on_sqlite: bool = False) -> Installation:
        home = tmp_path_factory.mktemp("houqin") / "home"
        if of is not None:
            shutil.copytree(of.home, home)
        if not SERVER or on_sqlite:
            return Installation(home)
        name = f"houqin_shell_{os.getpid()}_{next(_numbers)}"
        made.append(name)
        template = urlsplit(of.url).path.lstrip("/") if of is not None else "template1"
        return Installation(home, _database(name, template=template))

    yield place
    if os.environ.get("HOUQIN_TEST_POSTGRES") != "embedded":  # that one is thrown away as a whole
        for name in made:
            _drop(name)


@pytest.fixture(scope="session")
def blank(places) -> Installation:
    """Tables and no school: what restoring needs, made once. Never changed by a test: take a copy."""
    blank = places()
    if not SERVER:
        # As the tests' own databases begin: migrated once for all.
        blank.home.mkdir()
        shutil.copyfile(sqlite_template(), blank.home / "book.sqlite3")
    assert blank.houqin("upgrade").code == 1
    return blank


PLACES = "校區,樓棟,房號,室名\n北校區,教學樓,105,\n北校區,食堂,,\n"
REPAIRS = (
    "單號,報修日期時間,報修人,校區樓室,類別,故障描述,維修人,維修內容,完成時間\n"
    "WX-2019-0001,2019-03-04 09:00,林老師,北校區教學樓105室,電,燈管不亮,陳師傅,更換燈管2支,2019-03-05 10:00\n"
    "WX-2019-0002,2019-03-06 09:00,林老師,北校區食堂,電,燈不亮,陳師傅,更換燈管1支,2019-03-07 15:30\n"
    "WX-2019-0003,2019-04-01 08:20,林老師,北校區食堂,電,燈不亮,,,\n"
)


@pytest.fixture(scope="session")
def blank_on_sqlite(places, blank) -> Installation:
    """The same on SQLite, whatever the tests run on."""
    if not SERVER:
        return blank
    made = places(on_sqlite=True)
    assert made.houqin("upgrade").code == 1
    return made


@pytest.fixture(scope="session")
def school(places, blank) -> Installation:
    """A school with a campus, two places and three repairs of spring 2019. Never changed by a test: take a copy."""
    school = places(of=blank)
    school.must("init", "--name", "市第一完全小學", "--password", "chalk-and-duster-7")
    school.must("do", "org.campus_added", "campus=北校區")
    folder = school.home.parent
    (folder / "場所.csv").write_text(PLACES)
    (folder / "報修登記.csv").write_text(REPAIRS)
    school.must("import", "場所.csv", "報修登記.csv")
    return school
