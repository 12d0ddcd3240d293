"""Webhooks: every entry of the kinds somebody asked for, told to their program as it is written.

In the order of the book, at least once, each with its entry number as its id. A program that does not answer is asked
again for nine hours and then left alone until the administrator says otherwise; nothing is lost meanwhile, because the book
itself is the queue. What is told holds keys and public fields, no names of people and no free text.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from houqin.foundation.jobs.work import Failed, Hopeless, NotYet
from houqin.foundation.journal.models import Book, Entry, Line
from houqin.kit import clock

from . import outside
from .models import Webhook, WebhookDelivery

AT_ONCE = 100
# How long a webhook is one worker's own after its last sign of life.
BUSY = timedelta(seconds=90)
GONE = 410
EVERYTHING = "*"


class Refusing(Failed):
    """The other program did not take it; the sentence says what it said."""


def payload(entry: Entry) -> dict[str, Any]:
    """What is told of an entry: keys and public fields. The rest is asked of the API, by whoever may."""
    lines = Line.objects.filter(entry=entry).select_related("commodity").order_by("position")
    return {
        "id": entry.number,
        "kind": entry.kind,
        "sign": entry.sign,
        "occurred_on": entry.occurred_on.isoformat(),
        "about_on": entry.about_on.isoformat() if entry.about_on else None,
        "recorded_at": clock.local(entry.recorded_at).isoformat(),
        "by": entry.by_id,
        "place": entry.place_id,
        "campus": entry.campus_id,
        "category": entry.category,
        "document": (
            {"kind": entry.document_kind, "id": entry.document_id, "number": entry.document_number}
            if entry.document_id is not None
            else None
        ),
        "because": entry.because_id,
        "reverses": entry.reverses_id,
        "lines": [
            {
                "commodity": line.commodity.name,
                "source": line.source_id,
                "target": line.target_id,
                "quantity": line.quantity,
                "decimals": line.commodity.decimals,
            }
            for line in lines
        ],
        "measures": {measure.name: measure.quantity for measure in entry.measures.all()},
        "digest": entry.digest,
    }


def signature(secret: str, *, timestamp: int, body: bytes) -> str:
    """``v1=`` and the HMAC-SHA256 of ``timestamp.body``: who knows the secret knows who speaks, and when."""
    return "v1=" + hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()


def wanted(webhook: Webhook) -> Q:
    """The entries whose kind begins with one of the webhook's words."""
    words = webhook.kinds.split()
    if EVERYTHING in words:
        return Q()
    found = Q(pk__in=[])
    for word in words:
        found |= Q(kind=word) | Q(kind__startswith=word if word.endswith(".") else f"{word}.")
    return found


def head() -> int:
    return Book.objects.values_list("head", flat=True).first() or 0


def behind() -> list[Webhook]:
    """Webhooks the book has gone past."""
    return list(
        Webhook.objects.filter(is_active=True, paused_at__isnull=True, delivered_through__lt=head()).order_by("pk")
    )


def deliver_on(key: int) -> int:
    """Tell a webhook everything it has not been told yet, in order; gives how many entries. One worker at a time."""
    now = clock.now()
    free = Q(busy_until__isnull=True) | Q(busy_until__lt=now)
    if not Webhook.objects.filter(free, pk=key, is_active=True).update(busy_until=now + BUSY):
        if Webhook.objects.filter(pk=key, is_active=True).exists():
            raise NotYet(now + timedelta(seconds=5))
        return 0
    told = 0
    try:
        webhook = Webhook.objects.get(pk=key)
        while (end := head()) > webhook.delivered_through and webhook.is_active:
            entries = Entry.objects.filter(wanted(webhook), number__gt=webhook.delivered_through, number__lte=end)
            some = list(entries.order_by("number").prefetch_related("measures")[:AT_ONCE])
            for entry in some:
                deliver(webhook, entry)
                told += 1
                _moved(webhook, entry.number)
            if len(some) < AT_ONCE:
                _moved(webhook, end)
            webhook.refresh_from_db()
        # A job that the administrator let be done again: it is given up no more.
        Webhook.objects.filter(pk=key, paused_at__isnull=False).update(paused_at=None)
    finally:
        Webhook.objects.filter(pk=key).update(busy_until=None)
    return told


def _moved(webhook: Webhook, number: int) -> None:
    webhook.delivered_through = number
    Webhook.objects.filter(pk=webhook.pk).update(delivered_through=number, busy_until=clock.now() + BUSY)


def deliver(webhook: Webhook, entry: Entry) -> None:
    """One entry to one program, noted whatever becomes of it. Raises :class:`Refusing`, or Hopeless where it is pointless."""
    body = json.dumps(payload(entry), ensure_ascii=False, separators=(",", ":")).encode()
    timestamp = int(clock.now().timestamp())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Houqin-Webhook/1",
        "Houqin-Webhook": str(webhook.pk),
        "Houqin-Entry": str(entry.number),
        "Houqin-Timestamp": str(timestamp),
        "Houqin-Signature": signature(webhook.secret, timestamp=timestamp, body=body),
    }
    status, error = 0, ""
    try:
        status, answer = outside.post(webhook.url, body=body, headers=headers)
        if not 200 <= status < 300:
            error = f"HTTP {status} {answer}"[:300]
    except (outside.Forbidden, outside.NoAnswer) as problem:
        error = str(problem)[:300]
        if isinstance(problem, outside.Forbidden):
            _note(webhook, entry, status=status, error=error)
            raise Hopeless(error) from problem
    _note(webhook, entry, status=status, error=error)
    if status == GONE:
        raise Hopeless(_("對方說已經不在了（410）。"))
    if error:
        raise Refusing(error)


def _note(webhook: Webhook, entry: Entry, *, status: int, error: str) -> None:
    now = clock.now()
    with transaction.atomic():
        mine = WebhookDelivery.objects.filter(webhook=webhook, number=entry.number)
        facts = {"status": status, "error": error, "tried_at": now}
        if not error:
            facts["delivered_at"] = now
        if not mine.update(attempts=F("attempts") + 1, **facts):
            WebhookDelivery.objects.create(webhook=webhook, number=entry.number, kind=entry.kind, attempts=1, **facts)
