"""The installation under the command line: its tables, its backup."""

from __future__ import annotations

import io
import json
import sqlite3
import tarfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import serializers
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Model

from houqin.foundation.journal.accounts import forget_accounts
from houqin.foundation.journal.freezing import freeze, thaw
from houqin.foundation.journal.models import FROZEN_TABLES
from houqin.foundation.journal.refused import Refused
from houqin.foundation.journal.verification import verify
from houqin.foundation.org.models import School
from houqin.kit import clock

FROZEN = [*FROZEN_TABLES, "signing_signature", "summary_faircopy"]


def prepare_tables() -> bool:
    """Bring the database to this version's tables. True where anything was changed."""
    Path(settings.HOME).mkdir(parents=True, exist_ok=True)
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return False
    call_command("migrate", verbosity=0, interactive=False)
    return True


def need_school() -> School:
    """The school of this installation. Refuses, with the command to give, where there is none."""
    if "org_school" not in connection.introspection.table_names() or not (school := School.objects.first()):
        raise Refused("這個資料夾還沒有學校。先執行：houqin init --name 校名（或 houqin demo 看示範學校）。")
    return school


def backup(target: Path) -> dict[str, Any]:
    """Write book and attachments into one .tar.gz. Refuses to write over a file.

    SQLite's own backup gives a consistent copy while people work; on PostgreSQL the rows are written as JSON lines
    within one repeatable-read transaction.
    """
    if target.exists():
        raise Refused(f"{target} 已經存在。請換一個檔名，不覆蓋舊備份。")
    facts = {"format": 1, "made_at": clock.now().isoformat(), "school": need_school().name}
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".partial")
    try:
        with tarfile.open(partial, "w:gz") as archive:
            if connection.vendor == "sqlite":
                facts["kind"] = "sqlite"
                _add_sqlite(archive, partial)
            else:
                facts["kind"] = "rows"
                _add_rows(archive)
            found = verify()
            facts.update(head=found.head, digest=found.digest)
            _add_bytes(archive, "houqin.json", json.dumps(facts, ensure_ascii=False).encode())
            if Path(settings.MEDIA_ROOT).is_dir():
                archive.add(settings.MEDIA_ROOT, "attachments")
        partial.rename(target)
    finally:
        partial.unlink(missing_ok=True)
    return {**facts, "path": str(target)}


def _add_sqlite(archive: tarfile.TarFile, beside: Path) -> None:
    copy = beside.with_name(beside.name + ".sqlite3")
    connection.ensure_connection()
    try:
        with sqlite3.connect(copy) as target:
            connection.connection.backup(target)
        archive.add(copy, "book.sqlite3")
    finally:
        copy.unlink(missing_ok=True)


def _add_rows(archive: tarfile.TarFile) -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        for model in _models_in_order():
            text = serializers.serialize("jsonl", model._default_manager.order_by("pk").iterator())
            _add_bytes(archive, f"rows/{model._meta.label_lower}.jsonl", text.encode())


def _models_in_order() -> list[type[Model]]:
    from django.apps import apps

    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and model._meta.app_label not in {"sessions", "contenttypes"}
    ]


def _add_bytes(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    archive.addfile(info, io.BytesIO(content))


def restore(source: Path) -> dict[str, Any]:
    """Put a backup into this installation, which must be empty, and verify its chain. Refuses everything else."""
    prepare_tables()
    if School.objects.exists():
        raise Refused("這裏已經有學校。請還原到空的資料夾：先設 HOUQIN_HOME 為新資料夾。")
    try:
        archive = tarfile.open(source, "r:gz")
        facts = json.load(archive.extractfile("houqin.json") or io.BytesIO(b"{}"))
    except (OSError, KeyError, tarfile.TarError, json.JSONDecodeError, EOFError) as error:
        raise Refused(f"{source} 不是完整的 houqin 備份，無法還原。") from error
    with archive:
        if facts.get("kind") == "sqlite" and connection.vendor == "sqlite":
            _restore_sqlite(archive)
        elif facts.get("kind") == "rows":
            _restore_rows(archive)
        else:
            raise Refused("SQLite 的備份只能還原到 SQLite；PostgreSQL 的備份可還原到兩者。")
        members = [member for member in archive.getmembers() if member.name.startswith("attachments")]
        archive.extractall(settings.HOME, members=members, filter="data")
    forget_accounts()
    found = verify()
    if not found.is_sound or (found.head, found.digest) != (facts.get("head"), facts.get("digest")):
        raise Refused(f"備份已還原，但登記鏈核對不符（第 {found.first_bad or found.head} 號）。請改用另一份備份。")
    return {**facts, "path": str(source), "verified": True}


def _restore_sqlite(archive: tarfile.TarFile) -> None:
    path = Path(settings.DATABASES["default"]["NAME"])
    content = archive.extractfile("book.sqlite3")
    if content is None:
        raise Refused("備份裏沒有賬本。請改用另一份備份。")
    copy = path.with_name("restoring.sqlite3")
    copy.write_bytes(content.read())
    try:
        connection.ensure_connection()
        with sqlite3.connect(copy) as source:
            source.backup(connection.connection)
    finally:
        copy.unlink(missing_ok=True)
    prepare_tables()


def _restore_rows(archive: tarfile.TarFile) -> None:
    with transaction.atomic():
        for table in FROZEN:
            thaw(connection, table)
        with connection.constraint_checks_disabled():
            for model in _models_in_order():
                try:
                    content = archive.extractfile(f"rows/{model._meta.label_lower}.jsonl")
                except KeyError:
                    continue
                model._default_manager.all().delete()
                rows = [
                    row.object for row in serializers.deserialize("jsonl", (content or io.BytesIO()).read().decode())
                ]
                model._default_manager.bulk_create(rows, batch_size=500)
        connection.check_constraints()
        for statement in connection.ops.sequence_reset_sql(_no_style(), _models_in_order()):
            with connection.cursor() as cursor:
                cursor.execute(statement)
        for table in FROZEN:
            freeze(connection, table)


def _no_style() -> Any:
    from django.core.management.color import no_style

    return no_style()
