"""Whether a book is what was written, all of it: for ``houqin verify``, and of the copy a backup makes or a restore put back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db import DEFAULT_DB_ALIAS
from django.utils.translation import gettext as _

from .checks import Finding, anchor_findings, balance_findings, book_findings, row_findings
from .models import Entry
from .snapshot import one_snapshot
from .verification import Verification, verify


@dataclass(frozen=True)
class Proof:
    """The chain, and what else was found: rows, balances, the book itself, anchors outside it."""

    chain: Verification
    findings: tuple[Finding, ...]

    @property
    def is_sound(self) -> bool:
        return self.chain.is_sound and all(one.notice for one in self.findings)

    def sentences(self) -> list[str]:
        """What is wrong, worst first; empty where the book is sound."""
        return [
            *([] if self.chain.is_sound else [said_of_chain(self.chain)]),
            *(one.sentence for one in self.findings if not one.notice),
        ]


def said_of_chain(found: Verification) -> str:
    return _("第 %(number)s 號登記起不可信：%(why)s") % {"number": found.first_bad, "why": found.finding}


def prove(
    progress: Callable[[int], None] | None = None, *, using: str = DEFAULT_DB_ALIAS, with_anchors: bool = True
) -> Proof:
    """Walk the chain and compare every row, balance and anchor, all as they stand at one moment.

    ``using`` names the database (:func:`.snapshot.beside` opens a file as one). ``with_anchors`` is False for a book that was
    anchored elsewhere.
    """
    with one_snapshot(using):
        chain = verify(progress, using=using)
        findings = [*row_findings(using), *balance_findings(using), *book_findings(using)]
        if with_anchors:
            findings += anchor_findings(using)
        return Proof(chain, tuple(findings))


def passes_through(number: int, digest: str, *, using: str = DEFAULT_DB_ALIAS) -> bool:
    """Whether the entry of that number has that digest: the book is the one that ended there, however it went on."""
    if not number:
        return True
    return Entry.objects.using(using).filter(number=number, digest=digest).exists()
