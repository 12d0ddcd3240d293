"""The installation under the command line: its tables, its backup."""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.core.management.color import no_style
from django.core.serializers.base import DeserializationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import Model

from houqin.foundation.journal.accounts import forget_accounts
from houqin.foundation.journal.anchors import drop_anchor
from houqin.foundation.journal.freezing import freeze, frozen_tables, thaw
from houqin.foundation.journal.models import Book
from houqin.foundation.journal.proof import passes_through, prove
from houqin.foundation.journal.refused import Refused
from houqin.foundation.journal.snapshot import beside, one_snapshot
from houqin.foundation.journal.verification import verify
from houqin.foundation.org.models import School
from houqin.foundation.search.keeping import begin_anew
from houqin.kit import clock

from .upgrading import Upgrade, upgrade

FORMAT = 1
SECONDS_BETWEEN_LOOKS = 3
# Logins end with the old installation, the index of search is made anew from the rows; the rest of the list is made by the
# migrations and used by nobody.
LEFT_OUT = frozenset({"search", "sessions", "usersessions", "contenttypes", "auth.permission"})


def prepare_tables(*, with_copy: bool = True, mending: bool = False) -> Upgrade:
    """Make the home and bring its database to this version's tables; a book with entries is copied first."""
    Path(settings.HOME).mkdir(parents=True, exist_ok=True)
    return upgrade(with_copy=with_copy, mending=mending)


def need_school() -> School:
    """The school of this installation. Refuses, with the command to give, where there is none."""
    if "org_school" not in connection.introspection.table_names() or not (school := School.objects.first()):
        raise Refused("這個資料夾還沒有學校。先執行：houqin init --name 校名（或 houqin demo 看示範學校）。")
    return school


def wait_for_school(parent: int) -> None:
    """Return once the first run in the browser has founded the school; end with the site that started this process."""
    while not School.objects.exists():
        if os.getppid() != parent:
            raise SystemExit(0)
        connection.close()
        time.sleep(SECONDS_BETWEEN_LOOKS)


# Backup


def backup(target: Path, *, as_rows: bool = False) -> dict[str, Any]:
    """Write book and attachments into one .tar.gz. Refuses to write over a file.

    SQLite's own backup gives a consistent copy while people work. On PostgreSQL, and with ``as_rows``, the rows are
    written as JSON lines read in one transaction; such a backup goes back into either database.
    """
    if target.exists():
        raise Refused(f"{target} 已經存在。請換一個檔名，不覆蓋舊備份。")
    school = need_school()
    is_copy = connection.vendor == "sqlite" and not as_rows
    facts: dict[str, Any] = {
        "format": FORMAT,
        "version": version("houqin"),
        "made_at": clock.now().isoformat(),
        "school": school.name,
        "kind": "sqlite" if is_copy else "rows",
    }
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".partial")
    try:
        with tarfile.open(partial, "w:gz") as archive:
            facts |= _add_sqlite(archive, partial) if is_copy else _add_rows(archive)
            _add_bytes(archive, "houqin.json", json.dumps(facts, ensure_ascii=False).encode())
            if Path(settings.MEDIA_ROOT).is_dir():
                archive.add(settings.MEDIA_ROOT, "attachments")
        partial.rename(target)
        drop_anchor("backup")
    finally:
        partial.unlink(missing_ok=True)
    return {**facts, "path": str(target)}


def _add_sqlite(archive: tarfile.TarFile, partial: Path) -> dict[str, Any]:
    copy = partial.with_name(partial.name + ".sqlite3")
    connection.ensure_connection()
    try:
        with closing(sqlite3.connect(copy)) as target:
            connection.connection.backup(target)
            # Of the copy, for somebody may write an entry while it is packed.
            head, digest = target.execute("SELECT head, digest FROM journal_book").fetchone()
            target.execute("PRAGMA journal_mode=DELETE")
        with beside(copy) as using:
            sound = prove(using=using, with_anchors=False).is_sound
        archive.add(copy, "book.sqlite3")
    finally:
        copy.unlink(missing_ok=True)
    return {"head": head, "digest": digest, "sound": sound}


def _add_rows(archive: tarfile.TarFile) -> dict[str, Any]:
    with one_snapshot():
        for model in _models():
            with tempfile.TemporaryFile() as content:
                text = io.TextIOWrapper(content, encoding="utf-8", newline="\n", write_through=True)
                rows = model._default_manager.order_by("pk").iterator(chunk_size=2_000)
                serializers.serialize("jsonl", rows, stream=text, cls=ExactEncoder)
                size = content.seek(0, io.SEEK_END)
                content.seek(0)
                archive.addfile(_member(f"rows/{model._meta.label_lower}.jsonl", size), content)
                text.detach()
        book = Book.objects.get()
        return {"head": book.head, "digest": book.digest, "sound": prove(with_anchors=False).is_sound}


class ExactEncoder(DjangoJSONEncoder):
    """Django's cuts microseconds off, and with them every digest of the journal would be another."""

    def default(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, datetime) else super().default(value)


def _models() -> list[type[Model]]:
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed
        and not model._meta.proxy
        and not {model._meta.app_label, model._meta.label_lower} & LEFT_OUT
        and not any(f.related_model and f.related_model._meta.label_lower in LEFT_OUT for f in model._meta.fields)
    ]


def _add_bytes(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    archive.addfile(_member(name, len(content)), io.BytesIO(content))


def _member(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size = size
    info.mtime = int(clock.now().timestamp())
    return info


# Restoring


def restore(source: Path) -> dict[str, Any]:
    """Put a backup into this installation, which must be empty, and verify its chain.

    Refuses everything else, and then leaves the installation as empty as it was.
    """
    prepare_tables()
    if School.objects.exists():
        raise Refused("這裏已經有學校。請還原到空的資料夾：先設 HOUQIN_HOME 為新資料夾。")
    broken = Refused(f"{source} 不是完整的 houqin 備份，無法還原。")
    try:
        with tarfile.open(source, "r:gz") as archive:
            names = set(archive.getnames())
            if "houqin.json" not in names:
                raise broken
            facts = json.loads(_read(archive, "houqin.json"))
            if facts.get("format") != FORMAT:
                raise Refused(
                    f"這份備份的格式是 {facts.get('format')}，這一版的 houqin 讀不懂。請用 {facts.get('version')} 版還原。"
                )
            _way_of(facts)(archive, facts)
            _put_attachments_back(archive, otherwise=broken)
    except (tarfile.TarError, json.JSONDecodeError, EOFError, KeyError, sqlite3.DatabaseError) as error:
        raise broken from error
    return {**facts, "path": str(source), "verified": facts.get("sound", True)}


def _put_attachments_back(archive: tarfile.TarFile, *, otherwise: Refused) -> None:
    """Write the files under ``attachments/``; anything that is no plain file or points elsewhere is no backup of ours.

    By hand, because the filter of ``tarfile`` that does this came only with Python 3.11.4.
    """
    folder = (Path(settings.HOME) / "attachments").resolve()
    for member in archive.getmembers():
        if member.name.split("/")[0] != "attachments" or member.isdir():
            continue
        target = (Path(settings.HOME) / member.name).resolve()
        content = archive.extractfile(member) if member.isfile() else None
        if content is None or not target.is_relative_to(folder):
            raise otherwise
        target.parent.mkdir(parents=True, exist_ok=True)
        with content, target.open("wb") as file:
            shutil.copyfileobj(content, file)


def _way_of(facts: dict[str, Any]) -> Callable[[tarfile.TarFile, dict[str, Any]], None]:
    if facts.get("kind") == "rows":
        return _restore_rows
    if facts.get("kind") == "sqlite" and connection.vendor == "sqlite":
        return _restore_sqlite
    raise Refused("這是 SQLite 的備份，只能還原到 SQLite。要搬到 PostgreSQL，請在原來的安裝執行 houqin backup --rows。")


def _read(archive: tarfile.TarFile, name: str) -> bytes:
    content = archive.extractfile(name)
    if content is None:
        raise KeyError(name)
    return content.read()


def _must_be_the_book(facts: dict[str, Any]) -> None:
    """What was put back is what was backed up: same head, and a whole chain if it was whole then."""
    forget_accounts()
    found = verify()
    # An older book was brought to this version's tables by now, and an entry of the house says so.
    is_same = passes_through(int(facts.get("head") or 0), str(facts.get("digest")))
    if not is_same or (facts.get("sound", True) and not found.is_sound):
        where = found.first_bad or found.head
        raise Refused(f"這份備份的登記鏈核對不符（第 {where} 號），沒有還原。請改用另一份備份。")


def _restore_sqlite(archive: tarfile.TarFile, facts: dict[str, Any]) -> None:
    connection.ensure_connection()
    with tempfile.TemporaryDirectory(dir=settings.HOME) as folder, closing(sqlite3.connect(":memory:")) as empty:
        copy = Path(folder) / "book.sqlite3"
        copy.write_bytes(_read(archive, "book.sqlite3"))
        connection.connection.backup(empty)
        try:
            with closing(sqlite3.connect(copy)) as content:
                content.backup(connection.connection)
            prepare_tables()
            _must_be_the_book(facts)
        except BaseException:
            empty.backup(connection.connection)
            raise


def _restore_rows(archive: tarfile.TarFile, facts: dict[str, Any]) -> None:
    names = set(archive.getnames())
    models = _models()
    if facts.get("version") != version("houqin"):
        raise Refused(
            f"這份備份出自 houqin {facts.get('version')}，這裏是 {version('houqin')}。請用同一版還原，再升級。"
        )
    try:
        _replace_rows(archive, models, names, facts)
    except (IntegrityError, DataError) as error:
        raise Refused("備份裏的各表互相對不上，沒有還原。請改用另一份備份。") from error


def _replace_rows(archive: tarfile.TarFile, models: list[type[Model]], names: set[str], facts: dict[str, Any]) -> None:
    with transaction.atomic(), _thawed():
        with connection.cursor() as cursor:
            # The tables refer to each other in circles; the database checks at the end.
            for model in models:
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")
        for model in models:
            name = f"rows/{model._meta.label_lower}.jsonl"
            if name in names:
                _load(archive, name, model)
        connection.check_constraints()
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), models):
                cursor.execute(statement)
        # The index is of the rows that were here before.
        begin_anew()
        _must_be_the_book(facts)


def _load(archive: tarfile.TarFile, name: str, model: type[Model]) -> None:
    content = archive.extractfile(name)
    if content is None:
        raise KeyError(name)
    # Not cut by str.splitlines, which would also cut at the odd separators people paste into a remark.
    lines = io.TextIOWrapper(content, encoding="utf-8", newline="\n")
    try:
        rows = (row.object for row in serializers.deserialize("jsonl", lines))
        while some := list(islice(rows, 500)):
            model._default_manager.bulk_create(some)
    except DeserializationError as error:
        raise Refused(f"備份裏的 {model._meta.verbose_name} 讀不懂，沒有還原。請改用另一份備份。") from error


@contextmanager
def _thawed() -> Iterator[None]:
    """The frozen tables without their triggers, inside a transaction that puts them back."""
    tables = frozen_tables(connection)
    for table in tables:
        thaw(connection, table)
    yield
    for table in tables:
        freeze(connection, table)
