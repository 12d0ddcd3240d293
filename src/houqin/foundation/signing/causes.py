"""What something is done because of: an entry of another paper, so that a matter is followed to its end across domains.

A task may stand on a paper of one domain and be answered by a verb of another (a repair that endangers people wants a hazard in
the safety office's book). The verb's form opens with the cause named, and carrying it out answers the task.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from django.utils.translation import gettext as _

from houqin.foundation.journal.actions import ACTIONS, Action
from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.org.models import Person
from houqin.foundation.org.numbers import reads_entry

from .models import Document, Task
from .reading import find_document, may_read

# The name of the field on a page, in a call and on the command line: the number of the entry.
BECAUSE = "because"


def taken_cause(person: Person, data: MutableMapping[str, Any]) -> Entry | None:
    """Take the cause out of what was sent for an action. Refuses a number that is no entry, or none this person may read."""
    told = data.pop(BECAUSE, None)
    if isinstance(told, list):
        told = told[-1] if told else None
    text = str(told if told is not None else "").strip()
    if not text:
        return None
    entry = (
        Entry.objects.filter(number=int(text)).first()
        if text.isascii() and text.isdecimal() and len(text) < 18
        else None
    )
    if entry is None:
        raise Refused(_("起因要寫一筆登記的號碼，沒有第「%(told)s」號登記。") % {"told": text[:20]}, field=BECAUSE)
    if not may_read_entry(person, entry):
        raise Denied(_("作為起因的第 %(number)s 號登記您看不到，請總務處來登記。") % {"number": entry.number})
    return entry


def may_read_entry(person: Person, entry: Entry) -> bool:
    """The office and its readers as far as their posts reach; others what they wrote, and what is on a paper they may read."""
    if entry.by_id == person.pk or reads_entry(person, entry):
        return True
    document = find_document(entry.document_kind, entry.document_id) if entry.document_id else None
    return document is not None and may_read(person, document)


def answers_elsewhere(document: Document, step: str) -> Action | None:
    """The verb that answers an open task of this paper though it is not about this paper; None where there is no such task."""
    verb = ACTIONS.get(step)
    if verb is None or verb.hidden or "document" in verb.form.base_fields:
        return None
    waiting = Task.objects.open().filter(document_kind=document.kind, document_id=document.pk, step=step)
    return verb if waiting.exists() else None


def cause_on(document: Document) -> Entry | None:
    """The entry of a paper that others are done because of: what was last told beside its route, else its last step."""
    standing = Entry.objects.filter(
        document_kind=document.kind, document_id=document.pk, sign=1, reversed_by__isnull=True
    ).exclude(kind__startswith="documents.")
    route = type(document).route()
    walked = [step.kind for step in route.steps] if route else []
    return standing.exclude(kind__in=walked).order_by("-number").first() or standing.order_by("-number").first()


def told_by(document: Document, verb: Action) -> dict[str, str]:
    """What a paper says already of what the verb asks: where, what about, from which paper."""
    said = {
        "place": str(document.place or ""),
        "campus": str(document.campus or ""),
        "source": str(document)[:40],
        "description": document.title(),
    }
    return {name: text for name, text in said.items() if text and name in verb.form.base_fields}
