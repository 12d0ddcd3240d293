"""Work that is judged on a copy of the book and then written into the book itself, in one short transaction.

An import of thirty thousand rows is judged by doing it: later rows see what earlier ones wrote. Done in the book itself it
would keep everybody else from writing until it ends. So it is done on a copy that only this connection sees (a file beside a
SQLite book, temporary tables in front of those of PostgreSQL), while the book goes on; and what the copy has that the book
has not is carried over by the database itself, row for row, its entries behind those that were written meanwhile.

What was judged must still hold when it is written. :meth:`Rehearsal.carry_over` looks at that under the lock, and refuses
with :class:`Overtaken` where since the copy was made

* a month was closed, or somebody wrote about the nouns and posts that every judgement rests on (``DECISIVE``);
* a row that the work changed or removed was changed or removed by somebody else (each is compared in full);
* somebody moved goods or money of a balance with a floor that the work moves too (what is there, and what it is worth);
* a number, a name or anything else that must be unique was taken: the database's own constraints say so, as do its floors.

Then it is judged again on a new copy. Nothing reaches the book before that, and it reaches it wholly or not at all.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any, ClassVar

from django.apps import apps
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, IntegrityError, OperationalError, connection, connections, models, transaction
from django.db.utils import load_backend

from houqin.foundation.journal.coverage import is_vouched
from houqin.foundation.journal.digest import entry_digest
from houqin.foundation.journal.freezing import thaw
from houqin.foundation.journal.models import Balance, Book, Entry, Line, Measure, Vouching
from houqin.foundation.journal.vouching import Sealing, digest_of, spelling_of
from houqin.foundation.journal.writer import Unit
from houqin.foundation.org.models import Person
from houqin.foundation.signing.models import Sequence
from houqin.kit import clock

# Entries of these domains are about what every judgement rests on: places, people, classes, units, parties, posts.
DECISIVE = ("org.", "registers.")
# Keys that the work may use while others go on counting from where the copy was made (SQLite, which has no shared counter).
KEYS_APART = 100_000
# A copy that outlived its process is swept away after so long.
LEFT_BEHIND_SECONDS = 6 * 3600
_FOLDER = "rehearsing"
# What is judged already waits longer for the lock than a person would.
LONGEST_WAIT_SECONDS = 300
# What the journal's writer alone keeps.
_JOURNAL = (Entry, Line, Measure, Vouching, Balance, Book)


class Overtaken(Exception):
    """Somebody wrote what the work was judged against. ``numbers`` says how many numbers of each kind of paper it gave out."""

    def __init__(self, why: str, *, numbers: Mapping[tuple[str, int], int] | None = None) -> None:
        super().__init__(why)
        self.numbers = dict(numbers or {})


@dataclass
class _Table:
    """A table of the book as the copy was made of it."""

    model: type[models.Model]
    columns: tuple[str, ...]
    key: str
    last: Any = None
    # Columns that name an entry, which stands under another number in the end.
    entries: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return str(self.model._meta.db_table)

    @property
    def counts(self) -> bool:
        """Whether new rows are those with a key beyond the last one."""
        return isinstance(self.model._meta.pk, models.AutoField)

    def listed(self, of: str = "") -> str:
        before = f"{of}." if of else ""
        return ", ".join(f"{before}{_quoted(name)}" for name in self.columns)


def _quoted(name: str) -> str:
    return f'"{name}"'


def _tables() -> list[_Table]:
    found = []
    for model in apps.get_models(include_auto_created=True):
        meta = model._meta
        if not meta.managed or meta.proxy or model in _JOURNAL:
            continue
        entries = tuple(
            str(one.column) for one in meta.concrete_fields if one.is_relation and one.related_model is Entry
        )
        columns = tuple(str(one.column) for one in meta.concrete_fields)
        found.append(_Table(model, columns, str(meta.pk.column), entries=entries))
    return found


@contextlib.contextmanager
def rehearsal(by: Person, *, numbers: Mapping[tuple[str, int], int] | None = None) -> Iterator[Rehearsal]:
    """A copy of the book in the book's place for this thread; what is written goes into the copy until it is carried over.

    ``numbers`` (prefix and year → how many) are kept for this work before the copy is made, so that papers of the same kind
    can be written meanwhile. Must not be called within a transaction.
    """
    assert not connection.in_atomic_block
    kept = _keep_numbers(by, numbers or {})
    own = connections[DEFAULT_DB_ALIAS]
    maker = _SQLiteCopy if connection.vendor == "sqlite" else _PostgresCopy
    with maker.made(own) as (copy, book):
        made = Rehearsal(copy, book, str(own.settings_dict["NAME"]), kept)
        connections[DEFAULT_DB_ALIAS] = copy
        copy.run_and_clear_commit_hooks = made.hold_hooks
        try:
            made.begin()
            yield made
        finally:
            connections[DEFAULT_DB_ALIAS] = own
    # What waited for the commit is done on the book's own connection.
    for hook in made.hooks if made.is_carried_over else ():
        hook()


def _keep_numbers(by: Person, numbers: Mapping[tuple[str, int], int]) -> dict[tuple[str, int], tuple[int, int]]:
    """Move each sequence on by so many; (prefix, year) → the last number before and the last of those kept."""
    kept = {}
    for (prefix, year), count in sorted(numbers.items()):
        with transaction.atomic(durable=True):
            unit = Unit(by, via="import")
            one = Sequence.objects.select_for_update().filter(prefix=prefix, year=year).first()
            if one is None:
                one = Sequence.objects.create(prefix=prefix, year=year, last=0)
            kept[prefix, year] = (one.last, one.last + count)
            one.last += count
            one.save(update_fields=["last"])
            unit.finish()
    return kept


@dataclass
class Rehearsal:
    """The copy while work is done on it. ``book`` is the name before the dot under which this connection sees the book."""

    copy: Any
    book: str
    place: str
    kept: dict[tuple[str, int], tuple[int, int]]
    tables: list[_Table] = field(default_factory=_tables)
    head: int = 0
    digest: str = ""
    closed_through: int = 0
    hooks: list[Callable[[], object]] = field(default_factory=list)
    is_carried_over: bool = False
    # The last numbers given out when the copy was made.
    sequences: dict[tuple[str, int], int] = field(default_factory=dict)

    CHANGED: ClassVar[str] = "rehearsed_change"

    def hold_hooks(self) -> None:
        """What waits for a commit waits for that of the book."""
        waiting, self.copy.run_on_commit = self.copy.run_on_commit, []
        self.hooks += [hook for _savepoints, hook, _robust in waiting]

    # Before the work

    def begin(self) -> None:
        """Remember where the book stood, and have the database note what is changed or removed of it."""
        self.head, self.digest, self.closed_through = self._row(
            "SELECT head, digest, closed_through FROM journal_book WHERE id = 1"
        ) or (0, "", 0)
        for table in self.tables:
            if table.counts:
                (table.last,) = self._row(f"SELECT MAX({_quoted(table.key)}) FROM {_quoted(table.name)}") or (None,)
        # The copy is nobody's proof of anything; what it vouches for is spelled anew when it is carried over.
        thaw(self.copy, Vouching._meta.db_table)
        self._watch()
        self.sequences = {(one.prefix, one.year): one.last for one in Sequence.objects.all()}
        for (prefix, year), (before, _last) in self.kept.items():
            self._run("UPDATE signing_sequence SET last = %s WHERE prefix = %s AND year = %s", [before, prefix, year])
            self.sequences[prefix, year] = before
        self._run(f"DELETE FROM {self.CHANGED}")

    def _watch(self) -> None:
        if self.copy.vendor == "sqlite":
            self._run(f"CREATE TABLE {self.CHANGED} (id INTEGER PRIMARY KEY, tbl TEXT, pk, old TEXT)")
            for table in self.tables:
                old = "||','||".join(f"quote(OLD.{_quoted(name)})" for name in table.columns)
                note = f"INSERT INTO {self.CHANGED} (tbl, pk, old) VALUES ('{table.name}', %s, %s)"
                key = _quoted(table.key)
                known = f"WHEN OLD.{key} <= {table.last or 0}" if table.counts else ""
                for verb in ("UPDATE", "DELETE"):
                    self._run(
                        f"CREATE TRIGGER rehearsed_{verb.lower()}_{table.name} AFTER {verb} ON {_quoted(table.name)} {known} "
                        f"BEGIN {note % (f'OLD.{key}', old)}; END"
                    )
                if not table.counts:
                    self._run(
                        f"CREATE TRIGGER rehearsed_insert_{table.name} AFTER INSERT ON {_quoted(table.name)} "
                        f"BEGIN {note % (f'NEW.{key}', 'NULL')}; END"
                    )
            return
        self._run(f"CREATE TEMP TABLE {self.CHANGED} (id serial PRIMARY KEY, tbl text, pk text, old text)")
        self._run(
            f"""CREATE FUNCTION pg_temp.rehearsed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF TG_OP = 'INSERT' THEN
                INSERT INTO pg_temp.{self.CHANGED} (tbl, pk) VALUES (TG_ARGV[0], to_jsonb(NEW)->>TG_ARGV[1]);
            ELSE
                INSERT INTO pg_temp.{self.CHANGED} (tbl, pk, old)
                VALUES (TG_ARGV[0], to_jsonb(OLD)->>TG_ARGV[1], to_jsonb(OLD)::text);
            END IF;
            RETURN NULL; END $$"""
        )
        for table in self.tables:
            arguments = f"EXECUTE FUNCTION pg_temp.rehearsed('{table.name}', '{table.key}')"
            known = f"WHEN (OLD.{_quoted(table.key)} <= {table.last or 0})" if table.counts else ""
            self._run(
                f"CREATE TRIGGER rehearsed_change AFTER UPDATE OR DELETE ON pg_temp.{_quoted(table.name)} "
                f"FOR EACH ROW {known} {arguments}"
            )
            if not table.counts:
                self._run(
                    f"CREATE TRIGGER rehearsed_insert AFTER INSERT ON pg_temp.{_quoted(table.name)} FOR EACH ROW {arguments}"
                )

    # Afterwards

    def carry_over(self) -> None:
        """Write into the book what the copy has and the book has not. Raises :class:`Overtaken`, and then nothing is written."""
        touched = [table for table in self.tables if self._is_touched(table)]
        self._see_the_book()
        try:
            with transaction.atomic(durable=True):
                self._carry_over(touched)
        except IntegrityError as error:
            raise Overtaken(str(error)) from error
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") in {"40P01", "40001"}:
                raise Overtaken(str(error)) from error
            raise
        self.is_carried_over = True

    def _see_the_book(self) -> None:
        """Not before: SQLite locks whatever a connection sees when a transaction begins."""
        if self.copy.vendor == "sqlite":
            self._run("ATTACH DATABASE %s AS book", [self.place])
            self._run("PRAGMA book.synchronous = FULL")
            self._run("PRAGMA foreign_keys = ON")
            # SQLite gives the lock to whoever asks at the right moment, not to whoever waits longest.
            self._run(f"PRAGMA busy_timeout = {LONGEST_WAIT_SECONDS * 1000}")

    def _carry_over(self, touched: list[_Table]) -> None:
        # In the order in which everybody else locks: rows, the book, balances.
        self._refuse_changed_rows(touched)
        naming = [table for table in touched if table.entries]
        for table in touched:
            if table not in naming:
                self._carry_new_rows(table, shift=0)
            self._carry_changed_rows(table)
        lock = " FOR UPDATE" if self.copy.vendor == "postgresql" else ""
        head, digest, closed_through = self._row(
            f"SELECT head, digest, closed_through FROM {self.book}.journal_book WHERE id = 1{lock}"
        )  # type: ignore[misc]
        if closed_through != self.closed_through:
            raise Overtaken("a month was closed")
        shift = head - self.head
        if shift:
            self._refuse_what_decides()
        self._carry_journal(digest, shift=shift)
        for table in naming:
            self._carry_new_rows(table, shift=shift)

    def _is_touched(self, table: _Table) -> bool:
        if self._row(f"SELECT 1 FROM {self.CHANGED} WHERE tbl = %s LIMIT 1", [table.name]):
            return True
        return table.counts and bool(
            self._row(f"SELECT 1 FROM {_quoted(table.name)} WHERE {_quoted(table.key)} > %s LIMIT 1", [table.last or 0])
        )

    def _first(self, table: _Table) -> str:
        """SQL for (pk, old) of each row the work changed, removed or (where keys do not count) put in: as the copy had it."""
        kind = table.model._meta.pk.rel_db_type(self.copy)
        return (
            f"SELECT CAST(pk AS {kind}) AS pk, old FROM {self.CHANGED} WHERE id IN "
            f"(SELECT MIN(id) FROM {self.CHANGED} WHERE tbl = '{table.name}' GROUP BY pk)"
        )

    def _refuse_changed_rows(self, touched: list[_Table]) -> None:
        for table in touched:
            own, key = f"{self.book}.{_quoted(table.name)}", _quoted(table.key)
            if self.copy.vendor == "sqlite":
                now, other = "||','||".join(f"quote(r.{_quoted(name)})" for name in table.columns), "IS NOT"
            else:
                now, other = "to_jsonb(r.*)::text", "IS DISTINCT FROM"
                self._rows(
                    f"SELECT 1 FROM {own} WHERE {key} IN (SELECT pk FROM ({self._first(table)}) f) ORDER BY {key} FOR UPDATE"
                )
            found = self._rows(
                f"SELECT f.pk FROM ({self._first(table)}) f LEFT JOIN {own} r ON r.{key} = f.pk "
                f"WHERE f.old IS NOT NULL AND ({now}) {other} f.old"
            )
            if table.model is Sequence:
                self._refuse_numbers({pk for (pk,) in found})
            elif found:
                raise Overtaken(f"{table.name} {found[0][0]}")

    def _refuse_numbers(self, moved_on: set[int]) -> None:
        """Refuse where others took numbers of sequences that the work took from, unless these were kept for it and enough."""
        given = {}
        for one in Sequence.objects.all():
            key = (one.prefix, one.year)
            if one.last > self.sequences.get(key, 0):
                given[key] = one.last - self.sequences.get(key, 0)
        begun = {
            (prefix, year)
            for prefix, year in self._rows(
                f"SELECT c.prefix, c.year FROM signing_sequence c JOIN {self.book}.signing_sequence b "
                "ON b.prefix = c.prefix AND b.year = c.year AND b.id <> c.id"
            )
        }
        taken = {
            (prefix, year)
            for pk, prefix, year in self._rows("SELECT id, prefix, year FROM signing_sequence")
            if pk in moved_on
        }
        enough = {key for key, (before, last) in self.kept.items() if given.get(key, 0) <= last - before}
        if (begun | taken) - enough:
            raise Overtaken("numbers", numbers=given)

    def _own_numbers(self) -> set[int]:
        """Sequences whose numbers were kept for the work: the book has moved them on already."""
        return {one.pk for one in Sequence.objects.all() if (one.prefix, one.year) in self.kept}

    def _carry_new_rows(self, table: _Table, *, shift: int) -> None:
        told = ", ".join(
            f"CASE WHEN {_quoted(name)} > {self.head} THEN {_quoted(name)} + {shift} ELSE {_quoted(name)} END"
            if name in table.entries
            else _quoted(name)
            for name in table.columns
        )
        key = _quoted(table.key)
        which = (
            f"{key} > {int(table.last or 0)}"
            if table.counts
            else f"{key} IN (SELECT pk FROM ({self._first(table)}) f WHERE f.old IS NULL)"
        )
        self._run(
            f"INSERT INTO {self.book}.{_quoted(table.name)} ({table.listed()}) "
            f"SELECT {told} FROM {_quoted(table.name)} WHERE {which} ORDER BY {key}"
        )

    def _carry_changed_rows(self, table: _Table) -> None:
        listed = ", ".join(_quoted(name) for name in table.columns if name != table.key)
        key, own = _quoted(table.key), f"{self.book}.{_quoted(table.name)}"
        same = f"FROM {_quoted(table.name)} c WHERE c.{key} = r.{key}"
        which = f"r.{key} IN (SELECT pk FROM ({self._first(table)}) f WHERE f.old IS NOT NULL)"
        if table.model is Sequence and (kept := self._own_numbers()):
            which += f" AND r.{key} NOT IN ({','.join(map(str, kept))})"
        if listed:
            self._run(
                f"UPDATE {own} AS r SET ({listed}) = (SELECT {listed} {same}) WHERE {which} AND EXISTS (SELECT 1 {same})"
            )
        self._run(f"DELETE FROM {own} AS r WHERE {which} AND NOT EXISTS (SELECT 1 {same})")

    def _refuse_what_decides(self) -> None:
        about = " OR ".join(["kind LIKE %s"] * len(DECISIVE))
        if self._row(
            f"SELECT 1 FROM {self.book}.journal_entry WHERE number > %s AND ({about}) LIMIT 1",
            [self.head, *(f"{one}%" for one in DECISIVE)],
        ):
            raise Overtaken("nouns")
        moved = (
            "SELECT l.{side}_id AS account, l.commodity_id AS commodity FROM {table} l "
            "JOIN {accounts} a ON a.id = l.{side}_id WHERE l.entry_id > %s AND a.floor IS NOT NULL"
        )

        def ends(where: str) -> str:
            facts = {"table": f"{where}journal_line", "accounts": f"{where}journal_account"}
            return " UNION ".join(moved.format(side=side, **facts) for side in ("source", "target"))

        if self._row(
            f"SELECT 1 FROM ({ends('')}) ours JOIN ({ends(f'{self.book}.')}) theirs "
            "ON theirs.account = ours.account AND theirs.commodity = ours.commodity LIMIT 1",
            [self.head] * 4,
        ):
            raise Overtaken("balances")

    # The journal

    def _carry_journal(self, digest: str, *, shift: int) -> None:
        columns = [str(one.column) for one in Entry._meta.concrete_fields]
        listed = ", ".join(map(_quoted, columns))
        if kept := self._own_numbers():
            # The book has moved these on and said so; the last word about them is its own.
            listing = ",".join(map(str, kept))
            self._run(
                f'DELETE FROM journal_vouching WHERE "table" = \'signing_sequence\' AND "row" IN ({listing}) '
                f"AND entry_id > {self.head}"
            )
        if shift or kept:
            last = self._chain_again(digest, shift=shift)
            told = ", ".join(self._entry_column(name, shift=shift) for name in columns)
            self._run(
                f"INSERT INTO {self.book}.journal_entry ({listed}) SELECT {told} FROM journal_entry e "
                "JOIN rehearsed_digest d ON d.number = e.number ORDER BY e.number"
            )
        else:
            (last,) = self._row("SELECT digest FROM journal_book WHERE id = 1")  # type: ignore[misc]
            self._run(
                f"INSERT INTO {self.book}.journal_entry ({listed}) SELECT {listed} FROM journal_entry "
                "WHERE number > %s ORDER BY number",
                [self.head],
            )
        for model in (Line, Measure, Vouching):
            names = [str(one.column) for one in model._meta.concrete_fields if not one.primary_key]
            rest = ", ".join(map(_quoted, (name for name in names if name != "entry_id")))
            self._run(
                f"INSERT INTO {self.book}.{_quoted(model._meta.db_table)} (entry_id, {rest}) "
                f"SELECT entry_id + {shift}, {rest} FROM {_quoted(model._meta.db_table)} WHERE entry_id > %s ORDER BY id",
                [self.head],
            )
        self._carry_balances()
        self._run(
            f"UPDATE {self.book}.journal_book SET head = (SELECT head FROM journal_book AS c WHERE c.id = 1) + %s, digest = %s "
            "WHERE id = 1",
            [shift, last],
        )

    def _entry_column(self, name: str, *, shift: int) -> str:
        if name == "number":
            return f"e.number + {shift}"
        if name == "digest":
            return "d.digest"
        if name in {"because_id", "reverses_id"}:
            return f"CASE WHEN e.{name} > {self.head} THEN e.{name} + {shift} ELSE e.{name} END"
        return f"e.{_quoted(name)}"

    def _chain_again(self, previous: str, *, shift: int) -> str:
        """The digests of the work's entries behind those that were written meanwhile, for the database to join; the last one."""
        temporary = "TEMP " if self.copy.vendor == "postgresql" else ""
        self._run(f"CREATE {temporary}TABLE rehearsed_digest (number bigint PRIMARY KEY, digest text)")
        lines = _by_entry(
            Line.objects.filter(entry_id__gt=self.head)
            .order_by("entry_id", "position")
            .values_list("entry_id", "position", "commodity_id", "source_id", "target_id", "quantity")
        )
        measures = _by_entry(
            Measure.objects.filter(entry_id__gt=self.head)
            .order_by("entry_id", "name")
            .values_list("entry_id", "name", "quantity")
        )
        seals = self._seal_again(shift=shift)
        found = []
        for entry in Entry.objects.filter(number__gt=self.head).order_by("number").values().iterator(chunk_size=5_000):
            number = entry["number"]
            previous = entry_digest(
                previous,
                version=entry["version"],
                vouched=seals.get(number, ""),
                number=number + shift,
                kind=entry["kind"],
                sign=entry["sign"],
                occurred_on=entry["occurred_on"],
                about_on=entry["about_on"],
                recorded_at=entry["recorded_at"],
                by_id=entry["by_id"],
                place_id=entry["place_id"],
                campus_id=entry["campus_id"],
                category=entry["category"],
                document=(entry["document_kind"], entry["document_id"], entry["document_number"]),
                because_id=self._moved(entry["because_id"], shift=shift),
                reverses_id=self._moved(entry["reverses_id"], shift=shift),
                reason=entry["reason"],
                asked=entry["asked"],
                once=entry["once"],
                lines=lines.get(number, []),
                measures=measures.get(number, []),
            )
            found.append((number, previous))
        with self.copy.cursor() as cursor:
            cursor.executemany("INSERT INTO rehearsed_digest VALUES (%s, %s)", found)
        return previous

    def _seal_again(self, *, shift: int) -> dict[int, str]:
        """What each entry of the work vouches for, sealed; rows that name an entry are spelled with its new number."""
        key = Book.objects.values_list("key", flat=True).get() or ""
        for table in self.tables:
            if not table.entries or not is_vouched(table.model):
                continue
            spelling = spelling_of(table.model)
            places = [place for place, name in enumerate(spelling.names) if name in table.entries]
            again = []
            rows = table.model._base_manager.filter(pk__gt=table.last or 0).values_list("pk", *spelling.names)
            for pk, *values in rows.iterator(chunk_size=5_000):
                for place in places:
                    values[place] = self._moved(values[place], shift=shift)
                again.append((digest_of(spelling.of_row(values), key=key), table.name, pk, self.head))
            with self.copy.cursor() as cursor:
                cursor.executemany(
                    'UPDATE journal_vouching SET digest = %s WHERE "table" = %s AND "row" = %s AND entry_id > %s', again
                )
        seals: dict[int, Sealing] = {}
        told = Vouching.objects.filter(entry_id__gt=self.head).order_by("pk")
        rows_told = told.values_list("entry_id", "table", "row", "digest")
        for number, vouched_table, row, vouched in rows_told.iterator(chunk_size=5_000):
            seals.setdefault(number, Sealing()).add(vouched_table, row, vouched)
        return {number: sealing.seal() for number, sealing in seals.items()}

    def _moved(self, number: int | None, *, shift: int) -> int | None:
        return number + shift if number is not None and number > self.head else number

    def _carry_balances(self) -> None:
        changes = (
            "SELECT account_id, commodity_id, SUM(quantity) AS change FROM ("
            "SELECT target_id AS account_id, commodity_id, quantity FROM journal_line WHERE entry_id > %s UNION ALL "
            "SELECT source_id AS account_id, commodity_id, -quantity FROM journal_line WHERE entry_id > %s"
            ") ends GROUP BY account_id, commodity_id"
        )
        own = f"{self.book}.journal_balance"
        # Those the book has first, so that none is proposed for insertion that would fall.
        rows = self._rows(
            f"SELECT c.account_id, c.commodity_id, c.change, a.floor, b.id FROM ({changes}) c "
            f"JOIN journal_account a ON a.id = c.account_id "
            f"LEFT JOIN {own} b ON b.account_id = c.account_id AND b.commodity_id = c.commodity_id "
            "ORDER BY c.account_id, c.commodity_id",
            [self.head, self.head],
        )
        known = [(int(change), pk) for _a, _c, change, _f, pk in rows if pk is not None]
        new = [(account, commodity, int(change), floor) for account, commodity, change, floor, pk in rows if pk is None]
        with self.copy.cursor() as cursor:
            if known:
                cursor.executemany(f"UPDATE {own} SET quantity = quantity + %s WHERE id = %s", known)
            if new:
                cursor.executemany(
                    f"INSERT INTO {own} (account_id, commodity_id, quantity, floor) VALUES (%s, %s, %s, %s)", new
                )

    # SQL

    def _run(self, sql: str, values: Any = None) -> None:
        with self.copy.cursor() as cursor:
            cursor.execute(sql, values)

    def _row(self, sql: str, values: Any = None) -> tuple[Any, ...] | None:
        with self.copy.cursor() as cursor:
            cursor.execute(sql, values)
            found: tuple[Any, ...] | None = cursor.fetchone()
        return found

    def _rows(self, sql: str, values: Any = None) -> list[tuple[Any, ...]]:
        with self.copy.cursor() as cursor:
            cursor.execute(sql, values)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def _by_entry(rows: Any) -> dict[int, list[Any]]:
    return {number: [row[1:] for row in group] for number, group in groupby(rows, key=lambda row: row[0])}


def _wrapper(own: Any, **changes: Any) -> Any:
    """A second connection that Django takes for its only one."""
    return load_backend(own.settings_dict["ENGINE"]).DatabaseWrapper({**own.settings_dict, **changes}, DEFAULT_DB_ALIAS)


class _SQLiteCopy:
    """A file beside the book, made by SQLite's own backup in one reading; nobody waits for it."""

    @staticmethod
    @contextlib.contextmanager
    def made(own: Any) -> Iterator[tuple[Any, str]]:
        folder = Path(settings.HOME) / _FOLDER
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _sweep(folder)
        handle, name = tempfile.mkstemp(prefix=f"{os.getpid()}-", suffix=".sqlite3", dir=folder)
        os.close(handle)
        path = Path(name)
        try:
            book = str(own.settings_dict["NAME"])
            _back_up(book, path)
            # Thrown away if the machine stops: nothing here need survive that.
            options = {
                **own.settings_dict["OPTIONS"],
                "init_command": "PRAGMA journal_mode=MEMORY;PRAGMA synchronous=OFF;PRAGMA cache_size=-64000;",
            }
            copy = _wrapper(own, NAME=str(path), OPTIONS=options)
            copy.ensure_connection()
            try:
                with copy.cursor() as cursor:
                    # What others made since the copy was taken may be remembered by this process and named here.
                    cursor.execute("PRAGMA foreign_keys = OFF")
                yield copy, "book"
            finally:
                copy.close()
        finally:
            for leftover in folder.glob(f"{path.name}*"):
                leftover.unlink(missing_ok=True)


def _back_up(book: str, path: Path) -> None:
    source, target = sqlite3.connect(book, timeout=settings.LONGEST_WAIT_SECONDS), sqlite3.connect(path)
    with contextlib.closing(source), contextlib.closing(target):
        source.backup(target)
        target.execute("PRAGMA journal_mode = DELETE")
        target.execute(
            "INSERT INTO sqlite_sequence (name, seq) SELECT m.name, 0 FROM sqlite_master m "
            "WHERE m.type = 'table' AND m.sql LIKE '%AUTOINCREMENT%' "
            "AND NOT EXISTS (SELECT 1 FROM sqlite_sequence s WHERE s.name = m.name)"
        )
        target.execute("UPDATE sqlite_sequence SET seq = seq + ?", [KEYS_APART])
        target.commit()


def _sweep(folder: Path) -> None:
    """Take away what a killed process left."""
    for old in folder.iterdir():
        if clock.now().timestamp() - old.stat().st_mtime > LEFT_BEHIND_SECONDS:
            old.unlink(missing_ok=True)


class _PostgresCopy:
    """Temporary tables, which PostgreSQL finds before the book's own of the same name, on a connection of their own."""

    @staticmethod
    @contextlib.contextmanager
    def made(own: Any) -> Iterator[tuple[Any, str]]:
        copy = _wrapper(own)
        copy.ensure_connection()
        try:
            with copy.cursor() as cursor:
                cursor.execute("SELECT current_schema()")
                (schema,) = cursor.fetchone()
                book = _quoted(schema)
                cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
                cursor.execute(
                    "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                    "WHERE n.nspname = %s AND c.relkind = 'r' ORDER BY c.relname",
                    [schema],
                )
                names = [name for (name,) in cursor.fetchall()]
                for name in names:
                    table = _quoted(name)
                    cursor.execute(
                        f"CREATE TEMP TABLE {table} (LIKE {book}.{table} "
                        "INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES INCLUDING GENERATED)"
                    )
                    cursor.execute(
                        "SELECT a.attname FROM pg_attribute a WHERE a.attrelid = %s::regclass AND a.attgenerated <> ''",
                        [f"{book}.{table}"],
                    )
                    generated = {column for (column,) in cursor.fetchall()}
                    cursor.execute(
                        "SELECT a.attname, a.attidentity FROM pg_attribute a "
                        "WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum",
                        [f"{book}.{table}"],
                    )
                    columns = cursor.fetchall()
                    listed = ", ".join(_quoted(column) for column, _identity in columns if column not in generated)
                    cursor.execute(f"INSERT INTO pg_temp.{table} ({listed}) SELECT {listed} FROM {book}.{table}")
                    for column, identity in columns:
                        if identity:
                            # The book's own counter: no key of the work is ever given to anybody else.
                            cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [f"{book}.{table}", column])
                            (counter,) = cursor.fetchone()
                            cursor.execute(
                                f"ALTER TABLE pg_temp.{table} ALTER COLUMN {_quoted(column)} SET DEFAULT nextval('{counter}')"
                            )
                cursor.execute(
                    "SELECT c.relname, pg_get_viewdef(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                    "WHERE n.nspname = %s AND c.relkind = 'v'",
                    [schema],
                )
                for name, told in cursor.fetchall():
                    cursor.execute(f"CREATE TEMP VIEW {_quoted(name)} AS {told.replace(f'{schema}.', 'pg_temp.')}")
                cursor.execute("COMMIT")
                for name in names:
                    cursor.execute(f"ANALYZE pg_temp.{_quoted(name)}")
            yield copy, book
        finally:
            copy.close()
