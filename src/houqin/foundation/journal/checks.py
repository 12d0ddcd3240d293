"""What must never be true. A domain declares its own in ``checks.py``; ``houqin audit`` and every test run look."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.kit.registry import Registry

from .models import Account, Commodity
from .verification import verify, wrong_balances


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


@check("journal.balances", gettext_lazy("結存等於明細之和"))
def balances_equal_lines() -> Iterable[Finding]:
    for account, commodity, kept, moved in wrong_balances():
        yield Finding(
            _("「%(account)s」的「%(name)s」結存記為 %(kept)s，明細合計是 %(moved)s。")
            % {
                "account": Account.objects.get(pk=account),
                "name": Commodity.objects.get(pk=commodity),
                "kept": kept,
                "moved": moved,
            }
        )
