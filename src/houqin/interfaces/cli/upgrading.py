"""Bringing an older book to this program's tables: a copy first, then all of it or nothing."""

from __future__ import annotations

import gc
import os
import shutil
import sqlite3
import subprocess
import traceback
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from houqin.foundation.journal.accounts import forget_accounts
from houqin.foundation.journal.models import Book
from houqin.foundation.journal.refused import Refused
from houqin.foundation.journal.schema import all_or_nothing, astray
from houqin.foundation.journal.standing import vouch_for_what_stands
from houqin.foundation.journal.versions import changing_apps, unknown_migrations
from houqin.foundation.org.founding import first_administrator
from houqin.foundation.org.models import School
from houqin.kit import clock

KEPT = 3
MEGABYTE = 1024 * 1024
# Beyond the copy: tables are made anew one by one in the journal of the database.
ROOM = 64 * MEGABYTE


@dataclass(frozen=True)
class Upgrade:
    """What was done: ``changed`` the tables, after a copy to ``copy`` where there was a book to lose."""

    changed: bool
    copy: Path | None = None


def upgrade(*, with_copy: bool = True, mending: bool = False) -> Upgrade:
    """Bring the tables to this version's, after a copy of a book that has entries.

    With ``mending``, views and triggers that are not as they must be are made again even where no table is behind.
    Refuses a book newer than the program. What fails leaves the book as it was, and says where the log is.
    """
    if unknown := unknown_migrations(connection):
        raise Refused(
            f"這本賬已經由更新的 houqin 打開過（{unknown[-1]}），這一版讀不懂。請安裝新版 houqin，或還原升級前的備份。"
        )
    changing = changing_apps(connection)
    if not changing and not (mending and astray(connection)):
        return Upgrade(changed=False)
    copy = _copy() if with_copy and _has_entries() else None
    try:
        with _seldom_collecting(), all_or_nothing(connection):
            call_command("migrate", verbosity=0, interactive=False)
            _vouch_for_what_changed(changing)
    except Exception as error:
        log = _log()
        kept = f"升級前的備份：{copy}。" if copy else ""
        raise Refused(
            f"升級沒有成功，賬本還是原來的樣子，可以用原來那一版 houqin 繼續。原因：{str(error).splitlines()[0] if str(error) else type(error).__name__}。{kept}詳情：{log}"
        ) from error
    return Upgrade(changed=True, copy=copy)


def _vouch_for_what_changed(changed_apps: set[str]) -> None:
    """An entry of the house vouches for the rows as the migrations left them; nothing where there is no book yet."""
    if changed_apps and Book.objects.exists() and School.objects.exists():
        forget_accounts()
        vouch_for_what_stands(first_administrator(), changed_apps=changed_apps)


@contextmanager
def _seldom_collecting() -> Iterator[None]:
    """Migrations draw the models of every step anew; looking through them all for garbage again and again was half the time."""
    thresholds = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(2_000_000, 50, 50)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()
        gc.collect()


def _has_entries() -> bool:
    """Asked of the table itself: the models are already this version's."""
    if "journal_entry" not in connection.introspection.table_names():
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM journal_entry)")
        return bool(cursor.fetchone()[0])


def folder() -> Path:
    """Where the copies made before an upgrade lie."""
    return Path(settings.HOME) / "backups"


def _copy() -> Path:
    """Copy the database as it is, readable by the program that wrote it; the last ``KEPT`` such copies stay."""
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    ending = "sqlite3" if connection.vendor == "sqlite" else "dump"
    path = folder() / f"before-upgrade-{clock.now():%Y%m%d-%H%M%S}.{ending}"
    partial = path.with_name(path.name + ".partial")
    partial.unlink(missing_ok=True)
    _need_room()
    try:
        if connection.vendor == "sqlite":
            connection.ensure_connection()
            with closing(sqlite3.connect(partial)) as target:
                connection.connection.backup(target)
                target.execute("PRAGMA journal_mode = DELETE")
        else:
            _dump(partial)
        partial.chmod(0o600)
        partial.rename(path)
    except (OSError, sqlite3.Error) as error:
        raise Refused(f"升級前的備份沒有做成，所以沒有升級：{error}。請騰出磁碟空間，再試一次。") from error
    finally:
        partial.unlink(missing_ok=True)
    for older in sorted(folder().glob("before-upgrade-*"))[:-KEPT]:
        older.unlink()
    return path


def _need_room() -> None:
    """Refuse where the copy, and the tables that are made anew, would not find room."""
    if connection.vendor == "sqlite":
        book = Path(connection.settings_dict["NAME"])
        size = sum(path.stat().st_size for path in (book, book.with_name(book.name + "-wal")) if path.exists())
        wanted = 2 * size + ROOM
    else:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            wanted = cursor.fetchone()[0] + ROOM
    free = shutil.disk_usage(folder()).free
    if free < wanted:
        raise Refused(
            f"升級前要先備份，磁碟還要 {wanted // MEGABYTE} MB，現在只剩 {free // MEGABYTE} MB，所以沒有升級。"
            f"請騰出空間，再試一次。"
        )


def _dump(path: Path) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        raise Refused(
            "升級前要先備份，這部機器上沒有 pg_dump，所以沒有升級。請安裝 PostgreSQL 的用戶端工具；"
            "已經另外備份好的，執行 houqin upgrade --no-copy。"
        )
    held = connection.settings_dict
    given = {"PGHOST": held["HOST"], "PGPORT": held["PORT"], "PGUSER": held["USER"], "PGPASSWORD": held["PASSWORD"]}
    done = subprocess.run(  # noqa: S603  the words are our own, the password goes by the environment
        [program, "--format=custom", f"--file={path}", held["NAME"]],
        env={**os.environ, **{name: str(value) for name, value in given.items() if value}},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Refused(f"升級前的備份沒有做成，所以沒有升級：{done.stderr.strip()[-300:]}")


def _log() -> Path:
    """Write what went wrong, with its traceback, beside the copies."""
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder() / f"upgrade-{clock.now():%Y%m%d-%H%M%S}.log"
    path.write_text(traceback.format_exc())
    path.chmod(0o600)
    return path
