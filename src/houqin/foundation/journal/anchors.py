"""The head of the chain, kept outside the book: whoever rewrites the book and every digest in it cannot rewrite these.

An anchor is a line of a file in ``HOUQIN_HOME``: number and digest of the last entry, when and why it was written, and an
HMAC of these under the installation's secret. One is dropped every night, at a backup, at the freezing of a summary, at the
closing of a month and when the site starts; the administrators get it by mail too. ``verify`` compares every one with the
chain.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from houqin.kit import clock

from .digest import canonical
from .models import Book, Entry
from .snapshot import snapshot_began

logger = logging.getLogger(__name__)

# Written where an earlier backup was put back: what was anchored after it is of another course of the book.
RESTORED = "restored"
# Anchors asked of the database in one question.
AT_ONCE = 500


@dataclass(frozen=True)
class Anchor:
    """The book ended with entry ``number`` and ``digest`` at that moment."""

    number: int
    digest: str
    at: str
    why: str

    def mac(self) -> str:
        """64 hexadecimal digits under the installation's secret."""
        told = canonical([self.number, self.digest, self.at, self.why])
        return salted_hmac("houqin.journal.anchor", told, algorithm="sha256").hexdigest()

    @property
    def day(self) -> str:
        return f"{datetime.fromisoformat(self.at):%Y-%m-%d %H:%M}"


@dataclass(frozen=True)
class AnchorFinding:
    """What comparing anchors found. ``is_notice`` where it is told but nothing is wrong."""

    sentence: str
    is_notice: bool = False


def drop_anchor(why: str) -> Anchor | None:
    """Write down the head of the book as it is now; None where it was anchored already, is empty, or the disk takes nothing."""
    book = Book.objects.first()
    if book is None or not book.head:
        return None
    anchor = Anchor(book.head, book.digest, clock.now().isoformat(), why)
    try:
        last = [line for _position, line in _lines()][-1:]
        known = _read(last[0]) if last else None
        if why != RESTORED and known is not None and (known.number, known.digest) == (anchor.number, anchor.digest):
            return None
        settings.ANCHORS.parent.mkdir(parents=True, exist_ok=True)
        told = {"number": anchor.number, "digest": anchor.digest, "at": anchor.at, "why": why, "mac": anchor.mac()}
        with settings.ANCHORS.open("a", encoding="utf-8") as file:
            file.write(json.dumps(told) + "\n")
    except OSError as error:
        # A disk that may not be written to keeps nobody from reading the book.
        logger.warning("the head of the book could not be anchored in %s: %s", settings.ANCHORS, error)
        return None
    return anchor


def _lines() -> Iterator[tuple[int, str]]:
    if settings.ANCHORS.exists():
        with settings.ANCHORS.open(encoding="utf-8", errors="replace") as file:
            for position, line in enumerate(file, start=1):
                if line.strip():
                    yield position, line


def _read(line: str) -> Anchor | None:
    """The anchor on a line; None where it is none, or was not written with this installation's secret."""
    try:
        told: dict[str, Any] = json.loads(line)
        anchor = Anchor(int(told["number"]), str(told["digest"]), str(told["at"]), str(told["why"]))
        is_ours = constant_time_compare(anchor.mac(), str(told["mac"]))
        datetime.fromisoformat(anchor.at)
    except (ValueError, KeyError, TypeError):
        return None
    return anchor if is_ours else None


def wrong_anchors(*, using: str = DEFAULT_DB_ALIAS) -> Iterator[AnchorFinding]:
    """Every anchor the book does not agree with, in words that say what it may mean."""
    anchors: list[Anchor] = []
    began = snapshot_began()
    for position, line in _lines():
        anchor = _read(line)
        if anchor is None:
            yield AnchorFinding(
                _("%(file)s 第 %(line)s 行不是這個安裝寫的，或者安裝的密鑰換過。")
                % {"file": settings.ANCHORS.name, "line": position}
            )
            continue
        if datetime.fromisoformat(anchor.at) > began:
            # Dropped since by somebody else, perhaps of an entry that is not in what we read.
            continue
        if anchor.why == RESTORED:
            given_up = [one for one in anchors if one.number > anchor.number]
            anchors = [one for one in anchors if one.number <= anchor.number]
            if given_up:
                yield AnchorFinding(
                    _("%(day)s 還原過較早的備份：第 %(first)s 號到第 %(last)s 號是還原以後重新登記的。")
                    % {"day": anchor.day, "first": anchor.number + 1, "last": max(one.number for one in given_up)},
                    is_notice=True,
                )
        anchors.append(anchor)
    yield from _against_the_chain(anchors, using=using)


def _against_the_chain(anchors: list[Anchor], *, using: str) -> Iterator[AnchorFinding]:
    head = Book.objects.using(using).values_list("head", flat=True).first() or 0
    later = [one for one in anchors if one.number > head]
    if later:
        last = max(later, key=lambda one: one.number)
        yield AnchorFinding(
            _(
                "賬本只到第 %(head)s 號，而 %(day)s 已經記到第 %(number)s 號。如果剛還原了較早的備份，"
                "請執行 houqin anchor --restored 記下這件事；不是的話，末尾的登記被人刪去了。"
            )
            % {"head": head, "day": last.day, "number": last.number}
        )
    known = [one for one in anchors if one.number <= head]
    for start in range(0, len(known), AT_ONCE):
        part = known[start : start + AT_ONCE]
        digests = dict(
            Entry.objects.using(using).filter(number__in={one.number for one in part}).values_list("number", "digest")
        )
        for one in part:
            if digests.get(one.number) != one.digest:
                yield AnchorFinding(
                    _("第 %(number)s 號登記的指紋不是 %(day)s 在賬本以外記下的那一個：這一號以前的登記被重寫過。")
                    % {"number": one.number, "day": one.day}
                )
                return


__all__ = ["RESTORED", "Anchor", "AnchorFinding", "drop_anchor", "wrong_anchors"]
