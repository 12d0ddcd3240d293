"""What must never be true. A domain declares its own in ``checks.py``; ``houqin audit`` and every test run look."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby, islice
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.kit import clock
from houqin.kit.registry import Registry

from .accounts import FLOORED_ROLES
from .anchors import wrong_anchors
from .models import Balance, Entry
from .schema import astray
from .snapshot import one_snapshot
from .verification import DAMAGED, NAMED, names_of_balance, stray_rows, verify, wrong_balances, wrong_book

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it must be: a sentence, and where to look.

    ``notice`` marks what stands on paper as the school wrote it (one person fixed and accepted) and cannot be undone: it
    is told, but the book itself is sound.
    """

    sentence: str
    document_kind: str = ""
    document_id: int | None = None
    entry: int | None = None
    notice: bool = False


@dataclass(frozen=True)
class Check:
    name: str
    label: Any
    look: Callable[[], Iterable[Finding]]


CHECKS: Registry[Check] = Registry("check")


def check(name: str, label: Any) -> Callable[[Callable[[], Iterable[Finding]]], Callable[[], Iterable[Finding]]]:
    """Register a function that yields findings; no findings means all is well."""

    def register(look: Callable[[], Iterable[Finding]]) -> Callable[[], Iterable[Finding]]:
        CHECKS.add(name, Check(name, label, look))
        return look

    return register


@check("journal.chain", gettext_lazy("登記鏈完整"))
def chain_is_whole() -> Iterable[Finding]:
    found = verify()
    if not found.is_sound:
        yield Finding(_("第 %(number)s 號登記起不可信：%(why)s") % {"number": found.first_bad, "why": found.finding})


@check("journal.frozen", gettext_lazy("不許改的表都鎖住了"))
def frozen_is_frozen() -> Iterable[Finding]:
    """Every table declared frozen refuses changes, and every view is the one in the code."""
    for name in astray(connections[DEFAULT_DB_ALIAS]):
        yield Finding(
            _(
                "資料庫裏的 %(name)s 不是這一版程式做的樣子：鎖或視圖不見了，或被改過。請執行 houqin upgrade，再執行 houqin verify。"
            )
            % {"name": name}
        )


def look_at_everything() -> list[tuple[Check, Finding]]:
    """All findings of all checks, of the book as it stands at one moment."""
    with one_snapshot():
        return [(one, finding) for one in CHECKS for finding in _looked(one)]


def _looked(one: Check) -> Iterator[Finding]:
    try:
        yield from one.look()
    except DAMAGED as error:
        # Rows that were tampered with may lead nowhere: the other checks must still tell which.
        logger.exception("check %s could not be finished", one.name)
        yield Finding(_("這一項查到一半讀不下去：%(error)s。") % {"error": f"{type(error).__name__} {error}"})


def anchor_findings(using: str = DEFAULT_DB_ALIAS) -> Iterator[Finding]:
    """Where the chain is not the one whose head was anchored outside the book (:mod:`.anchors`)."""
    for found in wrong_anchors(using=using):
        yield Finding(found.sentence, notice=found.is_notice)


def row_findings(using: str = DEFAULT_DB_ALIAS) -> Iterator[Finding]:
    """Every row that is not as the last entry about it left it, or that no entry wrote (:mod:`.coverage`)."""
    for model, strays in groupby(stray_rows(using=using), key=lambda one: one.model):
        kind = str(getattr(model, "kind", ""))
        for stray in islice(strays, NAMED):
            yield Finding(stray.sentence(using=using), kind, stray.row if kind else None, stray.entry)
        if more := sum(1 for _one in strays):
            yield Finding(
                _("「%(kind)s」（%(table)s）還有 %(count)s 行不是登記寫下的樣子。")
                % {"kind": model._meta.verbose_name, "table": model._meta.db_table, "count": more}
            )


def balance_findings(using: str = DEFAULT_DB_ALIAS) -> Iterator[Finding]:
    """Every balance that is not the sum of its lines."""
    for account, commodity, kept, moved in wrong_balances(using=using):
        yield Finding(
            _("「%(account)s」的「%(name)s」結存記為 %(kept)s，明細合計是 %(moved)s。")
            % {**names_of_balance(account, commodity, using), "kept": kept, "moved": moved}
        )


def book_findings(using: str = DEFAULT_DB_ALIAS) -> Iterator[Finding]:
    """Balances without lines, floors that are not their accounts', closed months that the closings deny."""
    for sentence in wrong_book(using=using):
        yield Finding(sentence)


check("journal.anchors", gettext_lazy("登記鏈與賬本以外的留底一致"))(anchor_findings)
check("journal.rows", gettext_lazy("各表都是登記寫下的樣子"))(row_findings)
check("journal.balances", gettext_lazy("結存等於明細之和"))(balance_findings)
check("journal.book", gettext_lazy("賬本自己記的與登記一致"))(book_findings)


# Two who write at the same moment may be numbered in the other order; an import takes its time between.
OUT_OF_ORDER = timedelta(hours=1)
NUMBERS_TOLD = 5


@check("journal.clock", gettext_lazy("登記時間順着號碼走"))
def clock_goes_on() -> Iterable[Finding]:
    """No entry was written at a moment that has not come, or long before the one numbered before it: the clock was set wrong."""
    soonest = clock.now() + OUT_OF_ORDER
    before: datetime | None = None
    ahead: list[int] = []
    back: list[int] = []
    # From the second on: the first entry opens the book and has none before it.
    written = Entry.objects.filter(number__gt=1).order_by("number").values_list("number", "recorded_at")
    for number, at in written.iterator(chunk_size=5000):
        if at > soonest:
            ahead.append(number)
        elif before is not None and at < before - OUT_OF_ORDER:
            back.append(number)
        before = at
    for numbers, sentence in (
        (ahead, _("%(count)s 筆登記的時間還沒有到（第 %(numbers)s 號）。請校準伺服器的時鐘。")),
        (back, _("%(count)s 處登記的時間早於前一號（第 %(numbers)s 號）：當時伺服器的時鐘被調過。")),
    ):
        if numbers:
            told = "、".join(str(number) for number in numbers[:NUMBERS_TOLD]) + ("…" if numbers[NUMBERS_TOLD:] else "")
            yield Finding(sentence % {"count": len(numbers), "numbers": told}, entry=numbers[0], notice=True)


@check("journal.floors", gettext_lazy("沒有從未放進去就拿出來的東西"))
def nothing_out_of_nothing() -> Iterable[Finding]:
    """No account that holds only what was put there gave more than that: 1 issued, 2 returned."""
    below = Balance.objects.filter(account__role__in=FLOORED_ROLES, quantity__lt=0)
    for one in below.select_related("account", "commodity").order_by("pk"):
        yield Finding(
            _("「%(account)s」的「%(name)s」結存是 %(quantity)s，拿出的比放進的多。")
            % {"account": one.account, "name": one.commodity, "quantity": one.quantity}
        )
