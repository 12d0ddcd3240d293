"""Keeping the index: what was marked is read and indexed, a few hundred rows in a transaction.

A worker does it about once a second; whoever searches does what is left before looking, for half a second at most, so that
what was just written is found also where no worker runs.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction

from . import table
from .models import Stale, Thing
from .sources import Source, read, sources
from .words import plain_number

AT_ONCE = 400
EVERYTHING = "*"
# Above every day there is: what has no day comes first.
SERIAL_BITS = 40
NO_DAY = (1 << 22) - 1
NOUNS = NO_DAY << SERIAL_BITS
ABOVE_ALL = 1 << 62

Progress = Callable[[int, int], None]


def rebuild(*, progress: Progress | None = None) -> int:
    """Throw the index away and make it anew; gives how many rows it has. Searches go on meanwhile and find less."""
    begin_anew()
    catch_up(progress=progress)
    return Thing.objects.count()


def begin_anew() -> None:
    """Empty the index and mark every row there is: after a book was restored under it."""
    with transaction.atomic():
        table.clear()
        Thing.objects.all().delete()
        Stale.objects.all().delete()
        _mark_all()


def catch_up(*, seconds: float | None = None, progress: Progress | None = None) -> int:
    """Index what is marked, for at most ``seconds``; gives how many marks are left."""
    begun = time.monotonic()
    total, done = 0, 0
    while True:
        marks = list(Stale.objects.order_by("pk")[:AT_ONCE])
        if not marks:
            return 0
        if progress is not None and not total:
            total = Stale.objects.count()
        with transaction.atomic():
            _index(marks)
        done += len(marks)
        if progress is not None:
            total = max(total, done)
            progress(done, total)
        if seconds is not None and time.monotonic() - begun > seconds:
            return Stale.objects.count()


def catch_up_in_passing(*, seconds: float = 0.5) -> int:
    """As :func:`catch_up`, but gives way to whoever is writing; gives how many marks are left."""
    if not Stale.objects.exists():
        return 0
    try:
        with _impatient():
            return catch_up(seconds=seconds)
    except OperationalError:
        return Stale.objects.count()


@contextmanager
def _impatient() -> Iterator[None]:
    """On SQLite do not wait for another writer, such as an import, longer than a moment."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        patience = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute("PRAGMA busy_timeout = 50")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA busy_timeout = {patience}")


def _mark_all() -> None:
    with connection.cursor() as cursor:
        for source in sources().values():
            meta = source.model._meta
            cursor.execute(
                f'INSERT INTO search_stale (kind, "key") SELECT %s, "{meta.pk.column}" FROM "{meta.db_table}" ORDER BY 2',
                [source.kind],
            )


def _index(marks: list[Stale]) -> None:
    """Index the rows these marks name, and take the marks away. One set later than this reading stays."""
    if any(mark.kind == EVERYTHING for mark in marks):
        _mark_all()
    known = sources()
    serials: dict[str, dict[int, int]] = {}
    for mark in marks:
        if mark.kind in known:
            serials.setdefault(mark.kind, {})[mark.key] = mark.pk
    for kind, keys in serials.items():
        _index_rows(known[kind], keys)
    Stale.objects.filter(pk__in=[mark.pk for mark in marks]).delete()


def _index_rows(source: Source, serials: dict[int, int]) -> None:
    keys = list(serials)
    old = list(Thing.objects.filter(kind=source.kind, key__in=keys).values_list("pk", flat=True))
    if old:
        table.delete(old)
        Thing.objects.filter(pk__in=old).delete()
    things, words = [], []
    for said in read(source, keys):
        day = said.day or NO_DAY
        place = (day << SERIAL_BITS) | serials[said.key]
        things.append(Thing(pk=place, kind=source.kind, key=said.key, number=plain_number(said.number)[:80]))
        words.append((place, said.title, said.rest))
    Thing.objects.bulk_create(things)
    table.insert(words, kind=source.kind)
