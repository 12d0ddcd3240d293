"""Proof that the book is what was written: the chain of digests, and balances against the sum of lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from .digest import entry_digest
from .models import Book, Entry, Line, Measure

CHUNK = 5000


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


def verify(progress: Callable[[int], None] | None = None) -> Verification:
    """Walk the whole chain. ``progress`` is told how many entries were read since it was last told."""
    book = Book.objects.first()
    head, head_digest = (book.head, book.digest) if book else (0, "")
    previous, expected = "", 1
    for entry, lines, measures in _walk():
        if entry["number"] != expected:
            return Verification(expected - 1, head, head_digest, expected, _("少了這一號登記，或號碼被改過。"))
        digest = entry_digest(
            previous,
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
    if (expected - 1, previous) != (head, head_digest):
        return Verification(expected - 1, head, head_digest, expected, _("賬本末尾的登記不見了，或賬頭被改過。"))
    return Verification(expected - 1, head, head_digest)


def _walk() -> Iterator[tuple[Mapping[str, Any], list[Any], list[Any]]]:
    last = Entry.objects.order_by("-number").values_list("number", flat=True).first() or 0
    for start in range(0, last, CHUNK):
        window = {"entry_id__gt": start, "entry_id__lte": start + CHUNK}
        lines = _by_entry(
            Line.objects.filter(**window)
            .order_by("entry_id", "position")
            .values_list("entry_id", "position", "commodity_id", "source_id", "target_id", "quantity")
        )
        measures = _by_entry(
            Measure.objects.filter(**window).order_by("entry_id", "name").values_list("entry_id", "name", "quantity")
        )
        for entry in Entry.objects.filter(number__gt=start, number__lte=start + CHUNK).order_by("number").values():
            yield entry, lines.get(entry["number"], []), measures.get(entry["number"], [])


def _by_entry(rows: Any) -> dict[int, list[Any]]:
    return {number: [row[1:] for row in group] for number, group in groupby(rows, key=lambda row: row[0])}


BALANCES_AGAINST_LINES = """
SELECT b.account_id, b.commodity_id, b.quantity, COALESCE(m.moved, 0)
FROM (
    SELECT account_id, commodity_id, SUM(quantity) AS quantity FROM journal_balance GROUP BY 1, 2
) b LEFT JOIN (
    SELECT account_id, commodity_id, SUM(quantity) AS moved FROM (
        SELECT target_id AS account_id, commodity_id, quantity FROM journal_line
        UNION ALL
        SELECT source_id AS account_id, commodity_id, -quantity FROM journal_line
    ) ends GROUP BY 1, 2
) m ON m.account_id = b.account_id AND m.commodity_id = b.commodity_id
WHERE b.quantity <> COALESCE(m.moved, 0)
"""


def wrong_balances() -> list[tuple[int, int, int, int]]:
    """(account id, commodity id, balance kept, sum of lines) wherever the two differ; empty when all is well."""
    with connection.cursor() as cursor:
        cursor.execute(BALANCES_AGAINST_LINES)
        return [(int(a), int(c), int(kept), int(moved)) for a, c, kept, moved in cursor.fetchall()]
