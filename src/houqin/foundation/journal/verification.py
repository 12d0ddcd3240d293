"""Proof that the book is what was written: the chain of digests, every row against its last vouching, balances against lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models import Max
from django.utils.translation import gettext as _

from .coverage import vouched_models
from .digest import entry_digest
from .models import Account, Balance, Book, Closing, Commodity, Entry, Line, Measure, Vouching
from .snapshot import one_snapshot
from .vouching import AT_ONCE, GONE, Sealing, digest_of, spelling_of

CHUNK = 5000
# What reading a row that was tampered with may raise.
DAMAGED = (ObjectDoesNotExist, AttributeError, LookupError, TypeError, ValueError)
# How many rows of one table are named; the rest is counted.
NAMED = 20


@dataclass(frozen=True)
class Verification:
    """What walking the chain found. ``first_bad`` is the number of the first entry that is not what was written."""

    entries: int
    head: int
    digest: str
    first_bad: int | None = None
    finding: str = ""

    @property
    def is_sound(self) -> bool:
        return self.first_bad is None


def verify(progress: Callable[[int], None] | None = None, *, using: str = DEFAULT_DB_ALIAS) -> Verification:
    """Walk the whole chain as it stands at one moment. ``progress`` is told how many entries were read since last told."""
    with one_snapshot(using):
        return _verify(progress, using=using)


def _verify(progress: Callable[[int], None] | None, *, using: str) -> Verification:
    book = Book.objects.using(using).first()
    head, head_digest = (book.head, book.digest) if book else (0, "")
    previous, expected = "", 1
    vouched = _Seals(using)
    for entry, lines, measures in _walk(using):
        if entry["number"] != expected:
            return Verification(expected - 1, head, head_digest, expected, _("少了這一號登記，或號碼被改過。"))
        digest = entry_digest(
            previous,
            version=entry["version"],
            vouched=vouched.of(entry["number"]),
            number=entry["number"],
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
            because_id=entry["because_id"],
            reverses_id=entry["reverses_id"],
            reason=entry["reason"],
            asked=entry["asked"],
            once=entry["once"],
            lines=lines,
            measures=measures,
        )
        month = entry["occurred_on"].year * 100 + entry["occurred_on"].month
        if digest != entry["digest"] or month != entry["month"]:
            return Verification(expected - 1, head, head_digest, expected, _("內容或前後次序與當時寫下的不同。"))
        previous, expected = digest, expected + 1
        if progress and entry["number"] % 1000 == 0:
            progress(1000)
    if (expected - 1, previous) != (head, head_digest) or vouched.has_more():
        return Verification(expected - 1, head, head_digest, expected, _("賬本末尾的登記不見了，或賬頭被改過。"))
    return Verification(expected - 1, head, head_digest)


def _walk(using: str) -> Iterator[tuple[Mapping[str, Any], list[Any], list[Any]]]:
    entries = Entry.objects.using(using)
    last = entries.order_by("-number").values_list("number", flat=True).first() or 0
    for start in range(0, last, CHUNK):
        window = {"entry_id__gt": start, "entry_id__lte": start + CHUNK}
        lines = _by_entry(
            Line.objects.using(using)
            .filter(**window)
            .order_by("entry_id", "position")
            .values_list("entry_id", "position", "commodity_id", "source_id", "target_id", "quantity")
        )
        measures = _by_entry(
            Measure.objects.using(using)
            .filter(**window)
            .order_by("entry_id", "name")
            .values_list("entry_id", "name", "quantity")
        )
        for entry in entries.filter(number__gt=start, number__lte=start + CHUNK).order_by("number").values():
            yield entry, lines.get(entry["number"], []), measures.get(entry["number"], [])


def _by_entry(rows: Any) -> dict[int, list[Any]]:
    return {number: [row[1:] for row in group] for number, group in groupby(rows, key=lambda row: row[0])}


class _Seals:
    """What each entry vouches for, read in the order of entries, a row at a time: one entry may vouch for a million rows."""

    def __init__(self, using: str) -> None:
        rows = Vouching.objects.using(using).order_by("pk").values_list("entry_id", "table", "row", "digest")
        self._rows = rows.iterator(chunk_size=CHUNK)
        self._next = next(self._rows, None)

    def of(self, number: int) -> str:
        sealing = Sealing()
        while self._next is not None and self._next[0] == number:
            sealing.add(*self._next[1:])
            self._next = next(self._rows, None)
        return sealing.seal()

    def has_more(self) -> bool:
        return self._next is not None


# Rows against their last vouching


@dataclass(frozen=True)
class Stray:
    """A row that is not what the last entry about it left. ``entry`` is that entry; None where no entry knows the row."""

    model: type[models.Model]
    row: int
    what: str
    entry: int | None = None

    CHANGED, MISSING, ADDED = "changed", "missing", "added"

    def sentence(self, *, using: str = DEFAULT_DB_ALIAS) -> str:
        """Say which paper it is, in words, and what became of the row."""
        facts = {"what": self._named(using), "table": self.model._meta.db_table, "row": self.row, "number": self.entry}
        if self.what == self.CHANGED:
            return _("%(what)s（%(table)s 第 %(row)s 行）不是第 %(number)s 號登記寫下的樣子。") % facts
        if self.what == self.MISSING:
            return _("%(what)s（%(table)s 第 %(row)s 行）不見了，第 %(number)s 號登記寫過它。") % facts
        return _("%(what)s（%(table)s 第 %(row)s 行）沒有任何登記寫過它。") % facts

    def _named(self, using: str) -> str:
        kind = str(self.model._meta.verbose_name)
        if self.what == self.MISSING:
            written = Entry.objects.using(using).filter(number=self.entry or 0).first()
            if written is None or not written.document_number:
                return f"「{kind}」"
            is_itself = written.document_kind == getattr(self.model, "kind", "") and written.document_id == self.row
            return f"「{kind} {written.document_number}」" if is_itself else f"「{written.document_number}」的{kind}"
        found = self.model._base_manager.using(using).filter(pk=self.row).first()
        if found is None:
            return f"「{kind}」"
        try:
            if paper := _paper_of(found, using):
                return f"「{paper}」的{kind}"
            said = str(found) if type(found).__str__ is not models.Model.__str__ else ""
        except DAMAGED:
            # A row that was tampered with may lead nowhere, and cannot say its own name.
            said = ""
        return f"「{said}」" if said.startswith(kind) else f"「{kind} {said}」".replace(" 」", "」")


def _paper_of(row: models.Model, using: str) -> models.Model | None:
    """The numbered paper a row hangs on, by whichever column leads to one; None for a paper itself."""
    if hasattr(row, "number") and hasattr(row, "state"):
        return None
    for field in row._meta.concrete_fields:
        if field.is_relation and hasattr(field.related_model, "paper"):
            papers: type[models.Model] = field.related_model  # type: ignore[assignment]
            return papers._base_manager.using(using).filter(pk=getattr(row, field.attname)).first()
    return None


def stray_rows(*, using: str = DEFAULT_DB_ALIAS, only: Iterable[type[models.Model]] | None = None) -> Iterator[Stray]:
    """Every row that was changed, removed or put in by no entry, table by table. Reads in order and keeps nothing in memory."""
    key = Book.objects.using(using).values_list("key", flat=True).first() or ""
    for model in vouched_models().values() if only is None else only:
        yield from _stray_rows(model, using=using, key=key)


def _stray_rows(model: type[models.Model], *, using: str, key: str) -> Iterator[Stray]:
    spelling = spelling_of(model)
    rows = model._base_manager.using(using).order_by("pk").values_list("pk", *spelling.names).iterator(chunk_size=CHUNK)
    vouched = _last_vouchings(spelling.table, using=using)
    row, last = next(rows, None), next(vouched, None)
    while row is not None or last is not None:
        if last is None or (row is not None and row[0] < last[0]):
            assert row is not None
            yield Stray(model, row[0], Stray.ADDED)
            row = next(rows, None)
        elif row is None or last[0] < row[0]:
            if last[1] != GONE:
                yield Stray(model, last[0], Stray.MISSING, last[2])
            last = next(vouched, None)
        else:
            if last[1] == GONE:
                yield Stray(model, row[0], Stray.ADDED)
            elif last[1] != digest_of(spelling.of_row(row[1:]), key=key):
                yield Stray(model, row[0], Stray.CHANGED, last[2])
            row, last = next(rows, None), next(vouched, None)


def _last_vouchings(table: str, *, using: str) -> Iterator[tuple[int, str, int]]:
    """(row, digest, entry) of the last vouching of each row of ``table``, in the order of rows."""
    told = (
        Vouching.objects.using(using)
        .filter(table=table)
        .order_by("row", "pk")
        .values_list("row", "digest", "entry_id")
        .iterator(chunk_size=CHUNK)
    )
    for _row, group in groupby(told, key=lambda one: one[0]):
        *_earlier, last = group
        yield last


def are_as_vouched(rows: Iterable[tuple[str, int]]) -> bool:
    """Whether each of these rows (table, key) is, as the database holds it now, what the last entry about it left."""
    key = Book.objects.values_list("key", flat=True).first() or ""
    by_table: dict[str, list[int]] = {}
    for table, row in rows:
        by_table.setdefault(table, []).append(row)
    for table, wanted in by_table.items():
        model = vouched_models().get(table)
        if model is None:
            # A table of an earlier version of the program.
            continue
        spelling = spelling_of(model)
        for start in range(0, len(wanted), AT_ONCE):
            part = wanted[start : start + AT_ONCE]
            last = dict(Vouching.objects.filter(table=table, row__in=part).order_by("pk").values_list("row", "digest"))
            held = model._base_manager.filter(pk__in=part).values_list("pk", *spelling.names)
            now = {row[0]: digest_of(spelling.of_row(row[1:]), key=key) for row in held}
            if any(last.get(row) != now.get(row, GONE) for row in part):
                return False
    return True


# Balances and the book itself

_ENDS = """
    SELECT account_id, commodity_id, SUM(quantity) AS moved FROM (
        SELECT target_id AS account_id, commodity_id, quantity FROM journal_line
        UNION ALL
        SELECT source_id AS account_id, commodity_id, -quantity FROM journal_line
    ) ends GROUP BY 1, 2
"""
# Both ways: a balance whose lines say another sum, and lines whose balance is gone.
BALANCES_AGAINST_LINES = f"""
SELECT b.account_id, b.commodity_id, b.quantity, COALESCE(m.moved, 0)
FROM (
    SELECT account_id, commodity_id, SUM(quantity) AS quantity FROM journal_balance GROUP BY 1, 2
) b LEFT JOIN ({_ENDS}) m ON m.account_id = b.account_id AND m.commodity_id = b.commodity_id
WHERE b.quantity <> COALESCE(m.moved, 0)
UNION ALL
SELECT m.account_id, m.commodity_id, 0, m.moved
FROM ({_ENDS}) m LEFT JOIN journal_balance b ON b.account_id = m.account_id AND b.commodity_id = m.commodity_id
WHERE b.account_id IS NULL
"""
# A balance nothing ever moved to, which no entry can have made.
BALANCES_OF_NOTHING = f"""
SELECT b.account_id, b.commodity_id FROM journal_balance b
LEFT JOIN ({_ENDS}) m ON m.account_id = b.account_id AND m.commodity_id = b.commodity_id WHERE m.account_id IS NULL
"""


def wrong_balances(*, using: str = DEFAULT_DB_ALIAS) -> list[tuple[int, int, int, int]]:
    """(account id, commodity id, balance kept, sum of lines) wherever the two differ; empty when all is well.

    A balance that is not there is kept as 0, also where its lines happen to add up to nothing.
    """
    with connections[using].cursor() as cursor:
        cursor.execute(BALANCES_AGAINST_LINES)
        return [(int(a), int(c), int(kept), int(moved)) for a, c, kept, moved in cursor.fetchall()]


def wrong_book(*, using: str = DEFAULT_DB_ALIAS) -> Iterator[str]:
    """Sentences about balances that no line made, floors that are not their accounts', and closed months the book denies."""
    with connections[using].cursor() as cursor:
        cursor.execute(BALANCES_OF_NOTHING)
        for account, commodity in cursor.fetchall():
            yield _("「%(account)s」的「%(name)s」有一行結存，卻沒有任何明細。") % names_of_balance(
                account, commodity, using
            )
    other = Balance.objects.using(using).exclude(floor=models.F("account__floor"))
    other = other.exclude(floor__isnull=True, account__floor__isnull=True)
    for account, commodity in other.values_list("account_id", "commodity_id"):
        yield _("「%(account)s」的「%(name)s」結存的下限不是科目的下限。") % names_of_balance(account, commodity, using)
    closed = Closing.objects.using(using).aggregate(last=Max("month"))["last"] or 0
    for kept in Book.objects.using(using).values_list("closed_through", flat=True):
        if kept != closed:
            yield _("賬本記着結賬到 %(kept)s，結賬的記錄到 %(closed)s。") % {
                "kept": kept or "—",
                "closed": closed or "—",
            }


def names_of_balance(account: int, commodity: int, using: str = DEFAULT_DB_ALIAS) -> dict[str, str]:
    """The words of account and commodity, their keys where they are gone."""
    return {
        "account": str(Account.objects.using(using).filter(pk=account).first() or account),
        "name": str(Commodity.objects.using(using).filter(pk=commodity).first() or commodity),
    }
