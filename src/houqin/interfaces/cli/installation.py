"""The installation under the command line: its tables, its backup."""

from __future__ import annotations

import gzip
import io
import json
import os
import shutil
import sqlite3
import stat
import tarfile
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
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
from django.db import DEFAULT_DB_ALIAS, DatabaseError, DataError, IntegrityError, connection, transaction
from django.db.models import Model

from houqin.foundation.journal.accounts import forget_accounts
from houqin.foundation.journal.anchors import drop_anchor
from houqin.foundation.journal.freezing import freeze, frozen_tables, thaw
from houqin.foundation.journal.models import Book
from houqin.foundation.journal.proof import passes_through, prove
from houqin.foundation.journal.refused import Refused
from houqin.foundation.journal.snapshot import beside, one_snapshot
from houqin.foundation.org.models import School
from houqin.foundation.search.keeping import begin_anew
from houqin.foundation.signing.attachments import damaged
from houqin.kit import clock

from .upgrading import Upgrade, upgrade

FORMAT = 1
SECONDS_BETWEEN_LOOKS = 3
# Logins end with the old installation, the index of search is made anew from the rows; the rest of the list is made by the
# migrations and used by nobody.
LEFT_OUT = frozenset({"search", "sessions", "usersessions", "contenttypes", "auth.permission"})


def prepare_tables(*, with_copy: bool = True, mending: bool = False) -> Upgrade:
    """Make the home and bring its database to this version's tables; a book with entries is copied first."""
    home = Path(settings.HOME)
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    keep_private(home)
    done = upgrade(with_copy=with_copy, mending=mending)
    keep_private(home)
    return done


# What of a home is ours; whatever else somebody laid there is left as it is.
OURS = ("book.sqlite3*", "secret.key", "setup.code", "anchors.jsonl*", "attachments", "uploads", "backups", "static")


def keep_private(home: Path) -> None:
    """Let the owner alone read what lies in the home: it holds password hashes, phone numbers and photos of people.

    Also of what an older version laid there for everybody. Files of another owner cannot be changed and are left.
    """
    ours = [
        path for name in OURS for top in home.glob(name) for path in (top, *(top.rglob("*") if top.is_dir() else ()))
    ]
    for path in (home, *ours):
        found = path.lstat()
        wanted = 0o700 if stat.S_ISDIR(found.st_mode) else 0o600
        if found.st_uid == os.geteuid() and not path.is_symlink() and stat.S_IMODE(found.st_mode) & 0o077:
            path.chmod(wanted)


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
    """Write book and attachments into one .tar.gz, readable by its owner alone. Refuses to write over a file.

    SQLite's own backup gives a consistent copy while people work. On PostgreSQL, and with ``as_rows``, the rows are
    written as JSON lines read in one transaction; such a backup goes back into either database. What is verified is what
    was packed, so nobody's writing meanwhile makes it look unsound.
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
        partial.touch(mode=0o600)
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
        copy.touch(mode=0o600)
        with closing(sqlite3.connect(copy)) as target:
            connection.connection.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")
        with beside(copy) as using:
            facts = _said_of_itself(using)
        archive.add(copy, "book.sqlite3")
    finally:
        for path in _parts_of(copy):
            path.unlink(missing_ok=True)
    return facts


@contextmanager
def _book_at(path: Path) -> Iterator[None]:
    """Work on the SQLite book that lies at ``path`` instead of our own."""
    own = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = str(path)
    forget_accounts()
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = own
        forget_accounts()


def _parts_of(book: Path) -> list[Path]:
    """The file of a SQLite book and those that SQLite lays beside it."""
    return [book, *(book.with_name(book.name + ending) for ending in ("-wal", "-shm", "-journal"))]


def _said_of_itself(using: str = DEFAULT_DB_ALIAS) -> dict[str, Any]:
    """Head of the chain, whether the book is what was written, and how many attachments are not there as they were hung on."""
    book = Book.objects.using(using).get()
    missing, changed = damaged(using=using)
    return {
        "head": book.head,
        "digest": book.digest,
        "sound": prove(using=using, with_anchors=False).is_sound,
        "missing": len(missing),
        "changed": len(changed),
    }


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
        return _said_of_itself()


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

# How an archive shows that it is none of ours, or not all of it.
BROKEN = (tarfile.TarError, zlib.error, gzip.BadGzipFile, EOFError, FileExistsError, FileNotFoundError, ValueError)


def restore(source: Path, *, damaged_too: bool = False) -> dict[str, Any]:
    """Put a backup into this installation, which must be empty, and say what was found in it.

    Everything is unpacked beside first, read to its last byte, and held against its own facts, the chain and the digests of the
    attachments; only then it is put in place. Refuses everything that is not whole, and then leaves nothing. With
    ``damaged_too``, a chain that does not hold and attachments that are missing or changed are told instead of refused.
    """
    if _has_school():
        raise Refused("這裏已經有學校。請還原到空的資料夾：先設 HOUQIN_HOME 為新資料夾。")
    home = Path(settings.HOME)
    home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home, prefix="restoring-") as name:
        folder = Path(name)
        try:
            _unpack(source, folder)
            facts = json.loads((folder / "houqin.json").read_bytes())
        except BROKEN as error:
            raise Refused(f"{source} 不是完整的 houqin 備份，無法還原。") from error
        if not isinstance(facts, dict) or facts.get("format") != FORMAT:
            raise Refused(
                f"這份備份的格式是 {facts.get('format') if isinstance(facts, dict) else facts}，這一版的 houqin 讀不懂。"
                f"請用做備份的那一版還原。"
            )
        if facts.get("sound") is False and not damaged_too:
            raise Refused(
                "做這份備份時，登記鏈已經核對不符，所以沒有還原。請改用更早的備份；要照樣還原來查看，請加 --damaged。"
            )
        found = _way_of(facts)(folder, facts, damaged_too)
    return {**facts, **found, "path": str(source)}


def _has_school() -> bool:
    """Asked of the table itself: the tables may be another version's, or not be there."""
    book = Path(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite" and not book.exists():
        return False
    if "org_school" not in connection.introspection.table_names():
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM org_school)")
        return bool(cursor.fetchone()[0])


def _unpack(source: Path, folder: Path) -> None:
    """Write what the archive holds under ``folder``, read to its end with the checksum of gzip.

    By hand, member by member: what is no plain file or points elsewhere is no backup of ours.
    """
    with gzip.open(source) as content:
        with tarfile.open(fileobj=content, mode="r|") as archive:
            for member in archive:
                path = folder / member.name
                if member.isdir() and path.resolve().is_relative_to(folder.resolve()):
                    continue
                if not member.isfile() or not path.resolve().is_relative_to(folder.resolve()):
                    raise tarfile.TarError(member.name)
                path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                file = archive.extractfile(member)
                if file is None:
                    raise tarfile.TarError(member.name)
                with file, path.open("xb") as target:
                    shutil.copyfileobj(file, target)
                path.chmod(0o600)
        # tarfile stops at its own end; the checksum stands behind it.
        while content.read(1 << 20):
            pass


def _way_of(facts: dict[str, Any]) -> Callable[[Path, dict[str, Any], bool], dict[str, Any]]:
    if facts.get("kind") == "rows":
        return _restore_rows
    if facts.get("kind") == "sqlite" and connection.vendor == "sqlite":
        return _restore_sqlite
    raise Refused("這是 SQLite 的備份，只能還原到 SQLite。要搬到 PostgreSQL，請在原來的安裝執行 houqin backup --rows。")


def _held_against(facts: dict[str, Any], folder: Path, damaged_too: bool) -> dict[str, Any]:
    """What was put back is what was backed up: it passes through the same head, and all of it is what was written."""
    forget_accounts()
    # An older book was brought to this version's tables by now, and an entry of the house says so.
    if not passes_through(int(facts.get("head") or 0), str(facts.get("digest"))):
        raise Refused(f"這份備份的登記鏈核對不符（第 {facts.get('head')} 號），沒有還原。請改用另一份備份。")
    found = prove(with_anchors=False)
    missing, changed = damaged(root=folder / "attachments")
    if not damaged_too:
        more = "請改用另一份備份；要照樣還原來查看，請加 --damaged。"
        if not found.is_sound:
            raise Refused(f"這份備份核對不符，沒有還原：{found.sentences()[0]}{more}")
        if missing or changed:
            raise Refused(f"這份備份的附件有 {len(missing)} 個不見了、{len(changed)} 個被改動過，沒有還原。{more}")
    return {
        "sound": found.is_sound,
        "missing": len(missing),
        "changed": len(changed),
        "verified": found.is_sound and not missing and not changed,
    }


@contextmanager
def _attachments_in_place(folder: Path) -> Iterator[None]:
    """The attachments unpacked in ``folder`` lie in ours; they are gone again if what is done meanwhile fails."""
    own, laid = Path(settings.MEDIA_ROOT), []
    try:
        for path in sorted(one for one in (folder / "attachments").rglob("*") if one.is_file()):
            target = own / path.relative_to(folder / "attachments")
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not target.exists():
                laid.append(target)
            path.replace(target)
        yield
    except BaseException:
        for target in laid:
            target.unlink(missing_ok=True)
        raise


def _restore_sqlite(folder: Path, facts: dict[str, Any], damaged_too: bool) -> dict[str, Any]:
    copy = folder / "book.sqlite3"
    if not copy.exists():
        raise Refused("這份備份裏沒有賬本，無法還原。請改用另一份備份。")
    try:
        with _book_at(copy):
            upgrade(with_copy=False)
            found = _held_against(facts, folder, damaged_too)
        with _attachments_in_place(folder), closing(sqlite3.connect(copy)) as content:
            connection.ensure_connection()
            content.backup(connection.connection)
    except DatabaseError as error:
        raise Refused("備份裏的賬本讀不懂，沒有還原。請改用另一份備份。") from error
    return found


def _restore_rows(folder: Path, facts: dict[str, Any], damaged_too: bool) -> dict[str, Any]:
    if facts.get("version") != version("houqin"):
        raise Refused(
            f"這份備份出自 houqin {facts.get('version')}，這裏是 {version('houqin')}。請用同一版還原，再升級。"
        )
    prepare_tables()
    try:
        with ExitStack() as after, transaction.atomic(), _thawed():
            _replace_rows(folder, _models())
            found = _held_against(facts, folder, damaged_too)
            # Left after the transaction, so that a commit that fails takes them away again.
            after.enter_context(_attachments_in_place(folder))
    except (IntegrityError, DataError) as error:
        raise Refused("備份裏的各表互相對不上，沒有還原。請改用另一份備份。") from error
    return found


def _replace_rows(folder: Path, models: list[type[Model]]) -> None:
    with connection.cursor() as cursor:
        # The tables refer to each other in circles; the database checks at the end.
        for model in models:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")
    for model in models:
        path = folder / "rows" / f"{model._meta.label_lower}.jsonl"
        if path.exists():
            _load(path, model)
    connection.check_constraints()
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)
    # The index is of the rows that were here before.
    begin_anew()


def _load(path: Path, model: type[Model]) -> None:
    # Not cut by str.splitlines, which would also cut at the odd separators people paste into a remark.
    with path.open(encoding="utf-8", newline="\n") as lines:
        try:
            rows = (row.object for row in serializers.deserialize("jsonl", lines))
            while some := list(islice(rows, 500)):
                model._default_manager.bulk_create(some)
        except (DeserializationError, UnicodeDecodeError) as error:
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
