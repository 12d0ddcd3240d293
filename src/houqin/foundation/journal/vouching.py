"""What an entry vouches for: the rows its transaction leaves behind.

Whatever row a transaction writes, the last entry it writes keeps a digest of it: of the row's columns in canonical JSON,
under the key of the book. The entry's own digest covers these vouchings, so a row that was changed, removed, put in or
exchanged behind the program's back differs from the last vouching of it (:mod:`.verification`).

The writer sees to it. Rows written by ``Unit.create`` and ``Unit.change`` are known to it; ``save``, ``create``,
``get_or_create`` and ``delete`` are told by Django's signals; a change of many rows at once goes through
:func:`change_rows` and :func:`add_rows`, and SQL of one's own is followed by :func:`note`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time
from functools import cache
from hashlib import blake2b, sha256
from typing import Any, NamedTuple

from django.db import connection, models, transaction
from django.db.models.signals import post_delete, post_save

from .coverage import is_vouched, left_out_columns, vouched_models
from .digest import canonical, moment

# Rows read back at once; SQLite takes 32,766 variables in a statement.
AT_ONCE = 500
# The digest of a row that is there no more.
GONE = ""

Key = tuple[type[models.Model], int]
Marker = Callable[[], None]


class Vouched(NamedTuple):
    """One row as an entry leaves it. ``digest`` is empty where the row is gone."""

    table: str
    row: int
    digest: str


# How a row is spelled

_NONE = type(None)
_TYPES: dict[str, frozenset[type]] = {
    "CharField": frozenset({str, _NONE}),
    "TextField": frozenset({str, _NONE}),
    "BooleanField": frozenset({bool, _NONE}),
    "DateField": frozenset({date, _NONE}),
    "DateTimeField": frozenset({datetime, _NONE}),
} | dict.fromkeys(  # type: ignore[assignment]
    (
        "AutoField", "BigAutoField", "SmallAutoField", "IntegerField", "BigIntegerField", "SmallIntegerField",
        "PositiveIntegerField", "PositiveBigIntegerField", "PositiveSmallIntegerField",
    ),
    frozenset({int, _NONE}),
)  # fmt: skip


class _Column(NamedTuple):
    name: str
    # Types whose values say what the database will give back.
    exact: frozenset[type]
    # What a migration fills the column with in rows that were there before: it is not spelled, so that a new column
    # changes no digest.
    absent: object
    field: models.Field[Any, Any]


class Unreadable(Exception):
    """A row in memory that does not say by itself what the database holds."""


class Spelling:
    """How the rows of one model are spelled for their digest."""

    def __init__(self, model: type[models.Model]) -> None:
        out = left_out_columns(model)
        self.table = model._meta.db_table
        self.columns = [_column(one) for one in model._meta.concrete_fields if one.attname not in out]
        self.names = [column.name for column in self.columns]
        self.key = model._meta.pk.attname

    def of_instance(self, instance: models.Model) -> str:
        """The row as it was just inserted. Raises :class:`Unreadable` where only the database knows."""
        held = instance.__dict__
        try:
            return self._spelled([held[name] for name in self.names])
        except KeyError as error:
            raise Unreadable from error

    def of_row(self, row: Sequence[Any]) -> str:
        """The row as the database gave it, in the order of ``names``."""
        return self._spelled(row)

    def _spelled(self, values: Iterable[Any]) -> str:
        return canonical([self.table, self.told(values)])

    def told(self, values: Iterable[Any]) -> dict[str, Any]:
        """What the row says, by column, as JSON takes it; what only says what an empty row would is left out."""
        told = {}
        for (name, exact, absent, field), value in zip(self.columns, values, strict=True):
            if type(value) not in exact:
                value = _prepared(field, value)
            if value != absent or (value is None) != (absent is None):
                told[name] = _plain(value)
        return told


def _column(field: models.Field[Any, Any]) -> _Column:
    kind = (field.target_field if isinstance(field, models.ForeignKey) else field).get_internal_type()
    default = field.default
    if field.primary_key:
        absent: object = object()
    elif field.has_default() and not callable(default):
        absent = str(default.value) if isinstance(default, models.TextChoices) else default
    elif not field.null and field.blank and field.empty_strings_allowed:
        absent = ""
    else:
        absent = None
    return _Column(field.attname, _TYPES.get(kind, frozenset()), absent, field)


def _prepared(field: models.Field[Any, Any], value: Any) -> Any:
    if hasattr(value, "resolve_expression"):
        raise Unreadable
    if isinstance(field, models.JSONField) or value is None:
        return value
    return field.get_prep_value(value)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).hex()
    if value is None or isinstance(value, (str, int, float, bool, list, dict)):
        return value
    return str(value)


@cache
def spelling_of(model: type[models.Model]) -> Spelling:
    return Spelling(model)


def digest_of(text: str, *, key: str) -> str:
    """32 hexadecimal digits of a spelled row, under the book's key."""
    return blake2b(text.encode(), key=key.encode()[:64], digest_size=16).hexdigest()


class Sealing:
    """The digest of many vouchings in their order, as the digest of their entry covers it."""

    def __init__(self) -> None:
        self._sum = sha256()
        self.count = 0

    def add(self, table: str, row: int, digest: str) -> None:
        self._sum.update(f"{table} {row} {digest}\n".encode())
        self.count += 1

    def seal(self) -> str:
        """Empty where the entry vouches for nothing."""
        return self._sum.hexdigest() if self.count else ""


def sealed(rows: Iterable[tuple[str, int, str]]) -> str:
    """The digest of ``rows`` (table, row, digest) in their order."""
    sealing = Sealing()
    for table, row, digest in rows:
        sealing.add(table, row, digest)
    return sealing.seal()


# Which rows this transaction wrote


def note(model: type[models.Model], keys: Iterable[int]) -> None:
    """These rows were written, or removed, in this transaction: its next entry vouches for them as they stand then.

    Outside a transaction nothing is noted, and nothing will vouch for them.
    """
    if not is_vouched(model):
        return
    noted = _noted()
    if noted is not None:
        noted.update(dict.fromkeys((model, key) for key in keys))


def _noted() -> dict[Key, Marker | None] | None:
    """The rows this transaction noted, each with a marker once an entry vouches for it; gone when it is rolled back."""
    if not connection.in_atomic_block:
        return None
    kept: tuple[Marker, dict[Key, Marker | None]] | None = getattr(connection, "_houqin_noted", None)
    if kept is not None and any(waiting[1] is kept[0] for waiting in connection.run_on_commit):
        return kept[1]
    noted: dict[Key, Marker | None] = {}
    connection._houqin_noted = (_marker(), noted)  # type: ignore[attr-defined]
    return noted


def _marker() -> Marker:
    """Something that is there as long as what is written now: Django drops what waits for the commit at a rollback."""

    def marker() -> None:
        pass

    transaction.on_commit(marker)
    return marker


def take_noted() -> list[Key]:
    """The rows noted since this was last asked, and those whose entry was rolled back to a savepoint."""
    noted = _noted()
    if not noted:
        return []
    keys = _waiting(noted)
    if connection.savepoint_ids:
        noted.update(dict.fromkeys(keys, _marker()))
    else:
        noted.clear()
    return keys


def has_noted() -> bool:
    return bool(_waiting(_noted() or {}))


def _waiting(noted: dict[Key, Marker | None]) -> list[Key]:
    stands = {id(waiting[1]) for waiting in connection.run_on_commit}
    return [key for key, taken in noted.items() if taken is None or id(taken) not in stands]


def change_rows(rows: models.QuerySet[Any], **values: Any) -> int:
    """``rows.update(**values)``, vouched for by the next entry of this transaction. Gives how many rows there were."""
    keys = list(rows.order_by().values_list("pk", flat=True))
    for start in range(0, len(keys), AT_ONCE):
        rows.model._base_manager.filter(pk__in=keys[start : start + AT_ONCE]).update(**values)
    note(rows.model, keys)
    return len(keys)


def rewrite_rows(rows: Sequence[models.Model], *fields: str) -> None:
    """``bulk_update`` of ``fields``, vouched for by the next entry of this transaction."""
    if rows:
        model = type(rows[0])
        model._default_manager.bulk_update(rows, fields, batch_size=200)
        note(model, [row.pk for row in rows])


def add_rows(rows: Sequence[models.Model]) -> None:
    """``bulk_create`` of rows of one model, vouched for by the next entry of this transaction."""
    if rows:
        model = type(rows[0])
        model._default_manager.bulk_create(rows, batch_size=AT_ONCE)
        note(model, [row.pk for row in rows])


def read_back(keys: Iterable[Key]) -> Iterator[tuple[str, int, str | None]]:
    """(table, row, spelled) of these rows as the database holds them now; None for one that is there no more."""
    by_model: dict[type[models.Model], list[int]] = {}
    for model, key in keys:
        by_model.setdefault(model, []).append(key)
    for model, wanted in by_model.items():
        spelling = spelling_of(model)
        for start in range(0, len(wanted), AT_ONCE):
            part = wanted[start : start + AT_ONCE]
            found = {
                row[0]: spelling.of_row(row[1:])
                for row in model._base_manager.filter(pk__in=part).values_list("pk", *spelling.names)
            }
            for key in part:
                yield spelling.table, key, found.get(key)


def _told_by_signal(sender: type[models.Model], instance: models.Model, **facts: Any) -> None:
    note(sender, [instance.pk])


def listen() -> None:
    """Let Django tell of every single row that is saved or deleted."""
    for table, model in vouched_models().items():
        post_save.connect(_told_by_signal, sender=model, dispatch_uid=f"houqin.vouching.{table}")
        post_delete.connect(_told_by_signal, sender=model, dispatch_uid=f"houqin.vouching.{table}")
