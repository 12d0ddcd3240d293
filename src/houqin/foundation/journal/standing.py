"""Vouching for rows as they stand: of a book that is older than vouchings, and of tables a migration changed."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db import models, transaction

from .coverage import vouched_models
from .models import Book, Entry, Vouching
from .verification import stray_rows
from .vouching import AT_ONCE, GONE, Sealing, digest_of, read_back
from .writer import VOUCHED, Unit, lock_book

if TYPE_CHECKING:
    from houqin.foundation.org.models import Person


def is_older_than_vouchings() -> bool:
    """Whether this book has entries and not one of them vouches for rows."""
    return Entry.objects.exists() and not Entry.objects.filter(version__isnull=False).exists()


def vouch_for_what_stands(by: Person, *, changed_apps: Collection[str] = ()) -> dict[str, int]:
    """One entry of the house vouches for every row that is not what its last entry left: {table: rows}.

    Of every table where the book is older than vouchings; else of the tables of ``changed_apps``, whose migrations rewrote
    them. Nothing is written where all rows are as they were left.
    """
    # With the migrations it is about, all or nothing.
    with transaction.atomic():
        head = lock_book().head
        key = _key_of_the_book()
        everything = is_older_than_vouchings()
        sealing, counts = Sealing(), {}
        for table, model in vouched_models().items():
            if everything or model._meta.app_label in changed_apps:
                count = _vouch_for(model, entry=head + 1, key=key, sealing=sealing)
                if count:
                    counts[table] = count
        if counts or everything:
            unit = Unit(by, via="upgrade")
            draft = unit.draft(VOUCHED)
            draft.seal = sealing.seal()
            draft.measure("rows", sealing.count)
            unit.flush()
        return counts


def _key_of_the_book() -> str:
    book = Book.objects.get()
    if not book.key:
        book.key = secrets.token_hex(32)
        book.save(update_fields=["key"])
    return str(book.key)


def _vouch_for(model: type[models.Model], *, entry: int, key: str, sealing: Sealing) -> int:
    # Their keys first: what is read must not change under the reading.
    rows = [stray.row for stray in stray_rows(only=[model])]
    for start in range(0, len(rows), AT_ONCE):
        part = rows[start : start + AT_ONCE]
        told = [
            (table, row, GONE if text is None else digest_of(text, key=key))
            for table, row, text in read_back((model, row) for row in part)
        ]
        for one in told:
            sealing.add(*one)
        # Before the entry they belong to: the database looks for it at the commit.
        Vouching.objects.bulk_create(
            Vouching(entry_id=entry, table=table, row=row, digest=digest) for table, row, digest in told
        )
    return len(rows)
