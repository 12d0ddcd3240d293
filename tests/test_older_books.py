"""The book of an older program goes through every later migration: it stays sound, and every figure stays what it was.

Whoever changes a model sees here first whether running schools can follow. A figure that is mended on purpose, so that it
says another number for the same half year, is told in ``MENDED`` with the reason.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import pytest

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

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Python, in a process of its own that has this home."""
        env = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("HOUQIN_", "DJANGO_", "PYTHONDONT"))
        }
        env |= {"HOUQIN_HOME": str(self.home), "PYTHONPYCACHEPREFIX": str(BYTECODE)}
        env |= {"HOUQIN_DATABASE_URL": self.url} if self.url else {}
        return subprocess.run(
            [sys.executable, *words], env=env, capture_output=True, text=True, timeout=180, cwd=self.home.parent
        )

    def houqin(self, *words: str) -> Any:
        done = self.run("-m", "houqin", *words, "--json")
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)


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
