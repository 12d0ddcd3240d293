"""The journal's one writer.

A :class:`Unit` is one transaction's worth of work: drafts of entries, new documents and changed documents. ``flush``
writes all of it in a few statements: documents, then entries with their numbers and digests, lines, measures,
balances. It speaks SQL, because the ORM would cost four times as much and a school's ten-year register is 10,000 rows.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.exceptions import ImproperlyConfigured
from django.db import connection, models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.spoken import kind_is_called
from houqin.kit import clock

from .accounts import FED_ROLES
from .coverage import is_vouched
from .digest import VERSION, entry_digest
from .models import Account, Balance, Book, Commodity, Entry, Place, PlaceKind
from .refused import Refused
from .statements import Statement, said
from .vouching import (
    GONE,
    Key,
    Unreadable,
    digest_of,
    has_noted,
    note,
    read_back,
    rewrite_rows,
    sealed,
    spelling_of,
    take_noted,
)

kind_is_called("journal.vouched", gettext_lazy("為各表留底"))
kind_is_called("journal.closed", gettext_lazy("結賬"))

if TYPE_CHECKING:
    from houqin.foundation.org.models import Person


@dataclass(slots=True)
class DraftLine:
    commodity: Commodity
    source: Account
    target: Account
    quantity: int


@dataclass(slots=True, eq=False)
class Draft:
    """An entry while its action is writing it. Actions set its fields and add lines and measures."""

    unit: Unit
    kind: str
    occurred_on: date
    by: Person
    place: Place | None = None
    category: str = ""
    document: models.Model | None = None
    because: Draft | Entry | None = None
    reverses: Entry | None = None
    reason: str = ""
    about_on: date | None = None
    asked: str = ""
    once: str | None = None
    lines: list[DraftLine] = field(default_factory=list)
    measures: dict[str, int] = field(default_factory=dict)
    number: int = 0
    # The seal of rows already vouched for under the number it will have (:mod:`.standing`).
    seal: str = ""
    # The verb a person called; an action may give its entry another kind, and what follows from it was called by nobody.
    verb: str = ""
    # The entry's row once it is written, in the order of ENTRY_COLUMNS.
    row: tuple[Any, ...] | None = None
    _entry: Entry | None = None

    @property
    def recorded(self) -> Entry | None:
        """The entry that was written; None before the flush. Made when asked for: an import asks for none of its ten thousand."""
        if self._entry is None and self.row is not None:
            self._entry = Entry.from_db(connection.alias, ENTRY_COLUMNS, self.row)
        return self._entry

    def line(self, commodity: Commodity, *, source: Account, target: Account, quantity: int) -> None:
        """Move ``quantity`` (whole, > 0, smallest units) of ``commodity`` from ``source`` to ``target``."""
        if quantity <= 0:
            raise Refused(_("「%(name)s」的數量要大於零。") % {"name": commodity.name})
        if source == target:
            raise Refused(_("「%(name)s」的來處和去處相同，沒有東西移動。") % {"name": commodity.name})
        self.lines.append(DraftLine(commodity, source, target, quantity))

    def measure(self, name: str, quantity: int) -> None:
        """Count ``quantity`` (whole) under ``name``; the same name again adds up."""
        self.measures[name] = self.measures.get(name, 0) + quantity

    def creates(self, instance: models.Model) -> Any:
        """Insert ``instance`` when the unit is flushed; it has its key from then on. Returns it."""
        return self.unit.create(instance)

    def changes(self, instance: models.Model, *fields: str) -> None:
        """Write ``fields`` of an existing row when the unit is flushed."""
        self.unit.change(instance, *fields)

    def followed_by(self, kind: str, *, occurred_on: date | None = None, category: str | None = None) -> Draft:
        """A second entry that this one caused: same document, place and person until the action says otherwise."""
        draft = self.unit.draft(kind, occurred_on=occurred_on or self.occurred_on)
        draft.place, draft.document, draft.because, draft.by = self.place, self.document, self, self.by
        draft.category = self.category if category is None else category
        return draft


FlushListener = Callable[["Unit"], None]
_listeners: list[FlushListener] = []
_before_entries: list[FlushListener] = []


def before_entries(listener: FlushListener) -> FlushListener:
    """Call ``listener(unit)`` in each flush after documents are written and before entries are, which vouch for its rows."""
    _before_entries.append(listener)
    return listener


def on_flush(listener: FlushListener) -> FlushListener:
    """Call ``listener(unit)`` inside the transaction after each flush: ``unit.written``, ``unit.created``, ``unit.changed``."""
    _listeners.append(listener)
    return listener


class Unit:
    """One transaction's worth of writing, by one person. Use through :func:`houqin.foundation.journal.actions`."""

    def __init__(self, by: Person, *, via: str = "") -> None:
        self.by = by
        self.via = via
        self.now: datetime = clock.now()
        self.today: date = self.now.date()
        self.drafts: list[Draft] = []
        self.creations: list[models.Model] = []
        self.changes_by_row: dict[tuple[type[models.Model], object], tuple[models.Model, set[str]]] = {}
        self._afterwards: list[Callable[[], object]] = []
        # Entry and document of steps whose separation of duties was looked at.
        self.separated: list[tuple[Draft, models.Model]] = []
        # Documents whose next tasks will be asked at the flush.
        self.asking: list[models.Model] = []
        # What waits to be signed until the paper is complete.
        self.signing: list[Any] = []
        # Rows inserted since the last entry, as they were inserted: the next entry vouches for them.
        self._inserted: dict[Key, str] = {}
        # Of the last flush, for listeners and for the caller.
        self.written: list[Draft] = []
        self.created: list[models.Model] = []
        self.changed: list[models.Model] = []

    def draft(self, kind: str, *, occurred_on: date | None = None) -> Draft:
        draft = Draft(self, kind, occurred_on or self.today, self.by)
        self.drafts.append(draft)
        return draft

    def create(self, instance: models.Model) -> models.Model:
        self.creations.append(instance)
        return instance

    def change(self, instance: models.Model, *fields: str) -> None:
        if instance.pk is None:
            # Still waiting to be inserted, so the insert will carry the change.
            if not any(waiting is instance for waiting in reversed(self.creations)):
                raise ImproperlyConfigured("a row is changed that was neither read nor created by this unit")
            return
        key = (type(instance), instance.pk)
        known, names = self.changes_by_row.get(key, (instance, set()))
        self.changes_by_row[key] = (instance, names | set(fields))

    def after_creations(self, do: Callable[[], object]) -> None:
        """Call ``do`` during the flush, once new documents have their keys (tasks and signatures name them).

        What ``do`` creates is inserted in the same flush.
        """
        self._afterwards.append(do)

    def flush(self) -> list[Draft]:
        """Write everything collected so far; must run inside a transaction. Returns the drafts, numbered, in order."""
        created, drafts = self.creations, self.drafts
        changed = list(self.changes_by_row.values())
        self.creations, self.drafts, self.changes_by_row = [], [], {}
        self._insert(created)
        by_shape: dict[tuple[type[models.Model], tuple[str, ...]], list[models.Model]] = {}
        for instance, names in changed:
            by_shape.setdefault((type(instance), tuple(sorted(names))), []).append(instance)
        for (_model, fields), instances in by_shape.items():
            if len(instances) == 1:
                instances[0].save(update_fields=fields)
            else:
                rewrite_rows(instances, *fields)
        afterwards, self._afterwards = self._afterwards, []
        for do in afterwards:
            do()
        # Tasks and signatures of a thousand imported papers go in together too.
        late, self.creations = self.creations, []
        self._insert(late)
        created += late
        self._at_once: list[models.Model] = []
        self.written = drafts
        for listener in _before_entries:
            listener(self)
        created += self._at_once
        if drafts:
            _write(drafts, recorded_at=self.now, inserted=self._inserted)
            self._inserted = {}
        self.written, self.created, self.changed = drafts, created, [instance for instance, _names in changed]
        for listener in _listeners:
            listener(self)
        return drafts

    def finish(self) -> None:
        """Flush the rest. Rows that were written after the last entry get one of the house's own, which vouches for them."""
        self.flush()
        if self._inserted or has_noted():
            self.draft(VOUCHED)
            self.flush()

    def insert(self, rows: list[models.Model]) -> None:
        """Insert rows now: for a listener that was called before the entries are written."""
        self._insert(rows)
        self._at_once += rows

    def _insert(self, created: list[models.Model]) -> None:
        _insert_rows(created)
        for instance in created:
            model = type(instance)
            if not is_vouched(model):
                continue
            try:
                self._inserted[model, instance.pk] = spelling_of(model).of_instance(instance)
            except Unreadable:
                note(model, [instance.pk])


# The kind of an entry that says nothing happened but vouches for rows.
VOUCHED = "journal.vouched"


def _insert_rows(created: list[models.Model]) -> None:
    """Insert new rows, all of one model together in the order models first appear: a parent is created before its child.

    Rows of a tree go in waves, because a child needs the key of a parent of its own model.
    """
    by_model: dict[type[models.Model], list[models.Model]] = {}
    for instance in created:
        by_model.setdefault(type(instance), []).append(instance)
    for model, instances in by_model.items():
        own = [f.name for f in model._meta.concrete_fields if f.is_relation and f.related_model is model]
        wave: list[models.Model] = []
        for instance in instances:
            if any((parent := _loaded(instance, name)) is not None and parent.pk is None for name in own):
                model._default_manager.bulk_create(wave, batch_size=500)
                wave = []
            wave.append(instance)
        model._default_manager.bulk_create(wave, batch_size=500)


def _loaded(instance: models.Model, name: str) -> models.Model | None:
    """The related row held in memory; never asks the database."""
    return instance._state.fields_cache.get(name)


class Locked(NamedTuple):
    """How far the locked book is written and what it ends with, as :class:`Book` says it, and what was taken."""

    head: int
    digest: str
    closed_through: int
    key: str
    taken: set[tuple[int, ...]]


def lock_book(*, falling: Sequence[Change] = ()) -> Locked:
    """The book's head, locked: from here to the commit this transaction alone writes entries.

    The ``falling`` changes are taken off their balances, each only where enough is there; ``taken`` holds (account id,
    commodity id) of those that were.
    """
    lock = " FOR UPDATE" if connection.features.has_select_for_update else ""
    statements: list[Statement] = [
        (f"SELECT head, digest, closed_through, key FROM journal_book WHERE id = 1{lock}", [])
    ]
    for part in _parts(falling):
        statements.append((TAKE.format(values=_values(4, len(part))), [value for change in part for value in change]))
    heads, *taken = said(statements)
    if not heads:
        raise Refused(_("這個安裝還沒有學校。先執行 houqin init --name 校名。"))
    head, digest, closed_through, key = heads[0]
    return Locked(head, digest, closed_through, key or "", {pair for pairs in taken for pair in pairs})


# In the order of the model's fields, so that a row is also what Entry.from_db takes.
ENTRY_COLUMNS = (
    "number", "kind", "sign", "occurred_on", "month", "about_on", "recorded_at", "by_id", "place_id", "campus_id",
    "category", "document_kind", "document_id", "document_number", "because_id", "reverses_id", "reason", "asked",
    "once", "digest", "version",
)  # fmt: skip
RECORDED_AT = ENTRY_COLUMNS.index("recorded_at")
LINE_COLUMNS = ("entry_id", "position", "commodity_id", "source_id", "target_id", "quantity")
VOUCHING_COLUMNS = ("entry_id", '"table"', '"row"', "digest")
MEASURE_COLUMNS = ("entry_id", "name", "quantity")
BALANCE_COLUMNS = ("account_id", "commodity_id", "quantity", "floor")
# Stay below SQLite's 32,766 variables in one statement.
ROWS_PER_STATEMENT = 500

# Account id, commodity id, change, floor of the account.
Change = tuple[int, int, int, int | None]

# Only where enough is there, so what it returns is what could be taken. The CHECK stands behind it for whoever comes by
# another way.
TAKE = """
WITH wanted (account, commodity, change, lowest) AS (VALUES {values})
UPDATE journal_balance SET quantity = quantity + change FROM wanted
WHERE account_id = account AND commodity_id = commodity AND quantity + change >= lowest
RETURNING account_id, commodity_id
"""
ADD = " ON CONFLICT (account_id, commodity_id) DO UPDATE SET quantity = journal_balance.quantity + excluded.quantity"


@lru_cache(maxsize=64)
def _values(width: int, count: int) -> str:
    one = "(" + ",".join(["%s"] * width) + ")"
    return ",".join([one] * count)


@lru_cache(maxsize=64)
def _insert_text(table: str, columns: tuple[str, ...], count: int, suffix: str) -> str:
    return f"INSERT INTO {table} ({','.join(columns)}) VALUES {_values(len(columns), count)}{suffix}"


def _inserts(
    table: str, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]], *, suffix: str = ""
) -> Iterator[Statement]:
    for part in _parts(rows):
        yield _insert_text(table, columns, len(part), suffix), [value for row in part for value in row]


def _parts(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), ROWS_PER_STATEMENT):
        yield rows[start : start + ROWS_PER_STATEMENT]


def _write(drafts: list[Draft], *, recorded_at: datetime, inserted: dict[Key, str]) -> None:
    changes = _changes(drafts)
    # What goes below a floor must be there before; what rises, or has no floor, is added whatever there is. A negative
    # row cannot be proposed for insertion: the CHECK looks at it before the conflict is seen.
    falling = [change for change in changes if change[2] < 0 and change[3] is not None]
    rising = [change for change in changes if change[2] >= 0 or change[3] is None]
    book = lock_book(falling=falling)
    today = clock.today()
    for draft in drafts:
        _refuse_closed_month(draft, closed_through=book.closed_through, today=today)
    for account_id, commodity_id, change, _floor in falling:
        if (account_id, commodity_id) not in book.taken:
            raise shortage(account_id, commodity_id, held=_held(account_id, commodity_id), wanted=-change)
    number, digest = book.head, book.digest
    entry_rows: list[tuple[Any, ...]] = []
    line_rows: list[tuple[Any, ...]] = []
    measure_rows: list[tuple[Any, ...]] = []
    vouching_rows: list[tuple[Any, ...]] = []
    vouchings = _vouchings(drafts, inserted, key=book.key)
    moment = connection.ops.adapt_datetimefield_value(recorded_at)
    for draft in drafts:
        number += 1
        draft.number = number
        day = draft.occurred_on
        sign = -1 if draft.reverses else 1
        lines = [
            (position, line.commodity.pk, line.source.pk, line.target.pk, line.quantity)
            for position, line in enumerate(draft.lines, start=1)
        ]
        measures = list(draft.measures.items())
        place_id, campus_id = _place_facts(draft.place)
        document = _document_facts(draft.document)
        because_id = draft.because.number if draft.because else None
        reverses_id = draft.reverses.number if draft.reverses else None
        vouched = vouchings.get(id(draft), [])
        digest = entry_digest(
            digest,
            version=VERSION,
            vouched=draft.seal or sealed(vouched),
            number=number,
            kind=draft.kind,
            sign=sign,
            occurred_on=day,
            about_on=draft.about_on,
            recorded_at=recorded_at,
            by_id=draft.by.pk,
            place_id=place_id,
            campus_id=campus_id,
            category=draft.category,
            document=document,
            because_id=because_id,
            reverses_id=reverses_id,
            reason=draft.reason,
            asked=draft.asked,
            once=draft.once,
            lines=lines,
            measures=measures,
        )
        row = (
            number, draft.kind, sign, day, day.year * 100 + day.month, draft.about_on, recorded_at, draft.by.pk,
            place_id, campus_id, draft.category, *document, because_id, reverses_id, draft.reason, draft.asked,
            draft.once, digest, VERSION,
        )  # fmt: skip
        draft.row = row
        entry_rows.append((*row[:RECORDED_AT], moment, *row[RECORDED_AT + 1 :]))
        line_rows += [(number, *line) for line in lines]
        measure_rows += [(number, name, quantity) for name, quantity in measures]
        vouching_rows += [(number, *row) for row in vouched]
    said(
        [
            *_inserts("journal_entry", ENTRY_COLUMNS, entry_rows),
            *_inserts("journal_line", LINE_COLUMNS, line_rows),
            *_inserts("journal_measure", MEASURE_COLUMNS, measure_rows),
            *_inserts("journal_vouching", VOUCHING_COLUMNS, vouching_rows),
            *_inserts("journal_balance", BALANCE_COLUMNS, rising, suffix=ADD),
            ("UPDATE journal_book SET head = %s, digest = %s WHERE id = 1", [number, digest]),
        ],
    )


def _vouchings(drafts: list[Draft], inserted: dict[Key, str], *, key: str) -> dict[int, list[tuple[str, int, str]]]:
    """For each draft (by identity) the rows it vouches for: its own paper, and the last draft everything else."""
    noted = take_noted()
    told: dict[tuple[str, int], str | None] = {
        (model._meta.db_table, row): text for (model, row), text in inserted.items()
    }
    told |= {(table, row): text for table, row, text in read_back(noted)}
    owner = {
        (draft.document._meta.db_table, draft.document.pk): id(draft)
        for draft in drafts
        if isinstance(draft.document, models.Model)
    }
    last = id(drafts[-1])
    found: dict[int, list[tuple[str, int, str]]] = {}
    for (table, row), text in sorted(told.items(), key=lambda one: one[0]):
        digest = GONE if text is None else digest_of(text, key=key)
        found.setdefault(owner.get((table, row), last), []).append((table, row, digest))
    return found


def _changes(drafts: list[Draft]) -> list[Change]:
    """What the drafts together add to each balance, in the order of accounts."""
    sums: dict[tuple[int, int], int] = {}
    floors: dict[int, int | None] = {}
    for draft in drafts:
        for line in draft.lines:
            commodity = line.commodity.pk
            for account, step in ((line.source, -line.quantity), (line.target, line.quantity)):
                key = (account.pk, commodity)
                sums[key] = sums.get(key, 0) + step
                floors[account.pk] = account.floor
    return [(account, commodity, change, floors[account]) for (account, commodity), change in sorted(sums.items())]


def _held(account_id: int, commodity_id: int) -> int:
    held = Balance.objects.filter(account_id=account_id, commodity_id=commodity_id)
    return held.values_list("quantity", flat=True).first() or 0


def _place_facts(place: Place | None) -> tuple[int | None, int | None]:
    """Ids of the place and of its campus, without reading the campus."""
    if place is None:
        return None, None
    return place.pk, place.pk if place.kind == PlaceKind.CAMPUS else place.campus_id


def _document_facts(document: models.Model | None) -> tuple[str, int | None, str]:
    if document is None:
        return "", None, ""
    return document.kind, document.pk, str(document.number)  # type: ignore[attr-defined]


def _refuse_closed_month(draft: Draft, *, closed_through: int, today: date) -> None:
    if draft.occurred_on > today:
        raise Refused(_("日期 %(day)s 還沒有到，不能登記已經發生。") % {"day": draft.occurred_on}, field="occurred_on")
    if draft.occurred_on.year * 100 + draft.occurred_on.month <= closed_through:
        raise Refused(
            _("%(month)s 已經結賬。請以今天的日期登記，並註明所更正的日期。") % {"month": f"{draft.occurred_on:%Y-%m}"},
            field="occurred_on",
        )


def shortage(account_id: int, commodity_id: int, *, held: int, wanted: int) -> Refused:
    """The sentence for somebody who asked for more than there is. Quantities in smallest units."""
    account = Account.objects.get(pk=account_id)
    commodity = Commodity.objects.get(pk=commodity_id)
    unit = 10**commodity.decimals

    def said(quantity: int) -> str:
        number = f"{quantity / unit:.{commodity.decimals}f}" if commodity.decimals else str(quantity)
        return f"{number}{commodity.counter}"

    if account.role in FED_ROLES:
        sentence = _(
            "記在「%(account)s」下的「%(name)s」只有%(held)s，不能拿出%(wanted)s。請核對已經發出和退回的數量。"
        )
    else:
        sentence = _("「%(account)s」只有%(held)s「%(name)s」，不夠%(wanted)s。請先辦理入庫或調撥，或減少數量。")
    facts = {"account": account.name, "held": said(held), "name": commodity.name, "wanted": said(wanted)}
    return Refused(sentence % facts, field="quantity")


def open_book() -> Book:
    """Make the book of a new installation; the same book again where there is one."""
    book, _created = Book.objects.get_or_create(pk=1, defaults={"key": secrets.token_hex(32)})
    return book


def reverse(unit: Unit, entry: Entry, *, reason: str) -> Draft:
    """Draft the entry that takes ``entry`` back: same kind and day, ends swapped, measures negative (紅字沖銷).

    Dated on the entry's own day while that month is open, else today and about that day. Refuses an entry that is
    itself a reversal or was reversed before.
    """
    if entry.sign < 0:
        raise Refused(_("第 %(number)s 號登記本身就是沖銷，不能再沖銷；請重新登記。") % {"number": entry.number})
    if Entry.objects.filter(reverses_id=entry.number).exists():
        raise Refused(_("第 %(number)s 號登記已經沖銷過了。") % {"number": entry.number})
    if not reason.strip():
        raise Refused(_("沖銷要寫明原因。"), field="reason")
    closed = lock_book().closed_through
    is_closed = entry.month <= closed
    draft = unit.draft(entry.kind, occurred_on=unit.today if is_closed else entry.occurred_on)
    draft.about_on = entry.occurred_on if is_closed else None
    draft.place, draft.category = entry.place, entry.category
    draft.reverses, draft.because, draft.reason = entry, entry, reason.strip()
    draft.document = _FrozenDocument(entry) if entry.document_kind else None  # type: ignore[assignment]
    for line in entry.lines.select_related("commodity", "source", "target").order_by("position"):
        draft.line(line.commodity, source=line.target, target=line.source, quantity=line.quantity)
    for measure in entry.measures.all():
        draft.measure(measure.name, -measure.quantity)
    return draft


class _FrozenDocument:
    """The document an old entry names, for the entry that reverses it."""

    def __init__(self, entry: Entry) -> None:
        self.kind, self.pk, self.number = entry.document_kind, entry.document_id, entry.document_number


def balance(account: Account, commodity: Commodity) -> int:
    """What ``account`` holds of ``commodity`` now, in smallest units; 0 where it never held any. One row is read."""
    return _held(account.pk, commodity.pk)


__all__ = [
    "Draft",
    "Unit",
    "balance",
    "before_entries",
    "on_flush",
    "open_book",
    "reverse",
    "shortage",
]
