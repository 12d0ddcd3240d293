"""Reading as of one moment while others write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction

from houqin.kit import clock

_began: ContextVar[datetime | None] = ContextVar("began", default=None)


def snapshot_began() -> datetime:
    """The moment before what is read now: what was written down elsewhere since may not be in it. Now, outside a snapshot."""
    return _began.get() or clock.now()


@contextmanager
def one_snapshot(using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Everything read within this is of one moment, and nobody is kept from writing meanwhile.

    SQLite: a deferred transaction, which in WAL reads the book as it was at its first question. PostgreSQL: REPEATABLE READ,
    which may not write. Within an open transaction, that one.
    """
    connection = connections[using]
    if connection.in_atomic_block:
        yield
        return
    connection.ensure_connection()
    token = _began.set(clock.now())
    try:
        with _snapshot_of(connection, using):
            yield
    finally:
        _began.reset(token)


@contextmanager
def _snapshot_of(connection: Any, using: str) -> Iterator[None]:
    if connection.vendor == "sqlite":
        # Django begins every transaction of ours IMMEDIATE, which would wait for whoever writes.
        usual, connection.transaction_mode = connection.transaction_mode, "DEFERRED"
        try:
            with transaction.atomic(using=using):
                yield
        finally:
            connection.transaction_mode = usual
        return
    with transaction.atomic(using=using):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


BESIDE = "beside"


@contextmanager
def beside(path: Path) -> Iterator[str]:
    """Open a SQLite book that is not this installation's, to be read only; gives the name to ask it ``using``."""
    ours = connections[DEFAULT_DB_ALIAS].settings_dict
    options = {**ours["OPTIONS"], "init_command": "PRAGMA query_only = ON"}
    connections.settings[BESIDE] = {**ours, "NAME": str(path), "OPTIONS": options}
    try:
        yield BESIDE
    finally:
        connections[BESIDE].close()
        del connections[BESIDE]
        del connections.settings[BESIDE]
