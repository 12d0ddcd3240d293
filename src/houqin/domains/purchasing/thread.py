"""The thread of a purchase: each entry names the one it follows from, so a payment leads back to the wish."""

from __future__ import annotations

from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.writer import Draft
from houqin.foundation.signing.models import Document


def last_entry(document: Document | None, *kinds: str) -> Entry | None:
    """The latest standing entry of these kinds about a paper; of any kind where none is named."""
    if document is None or document.pk is None:
        return None
    found = Entry.objects.filter(document_kind=document.kind, document_id=document.pk, sign=1, reversed_by__isnull=True)
    if kinds:
        found = found.filter(kind__in=kinds)
    return found.order_by("-number").first()


def follows(entry: Draft, document: Document | None, *kinds: str) -> None:
    """``entry`` came about because of the latest of these on ``document``, unless the caller said otherwise."""
    if entry.because is None:
        entry.because = last_entry(document, *kinds)


def thread_of(entry: Entry) -> list[Entry]:
    """The entries that led to ``entry``, the first wish first, itself last."""
    found = [entry]
    while (before := found[-1].because) is not None:
        found.append(before)
    return found[::-1]
