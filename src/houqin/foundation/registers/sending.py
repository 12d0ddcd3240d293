"""What a hand-written page does with a form that was sent to it: carry the action out once, and say what became of it.

The same answer goes to a browser that loads pages and to the queue of a phone that was out of reach (``static/web/offline.js``),
which sends a form again with its ``once`` key until it knows the answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.utils import translation

from houqin.foundation.journal.actions import Action, Invalid
from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.org.models import Person
from houqin.kit.text import to_simplified

_KEY = re.compile(r"[0-9A-Za-z-]{8,64}")
# How the queue of a phone asks: with the answer as data.
QUEUE = "application/vnd.houqin.queue+json"


@dataclass
class Outcome:
    """What became of a form: the entry it wrote, or why not. ``by_field`` holds a sentence or more per field."""

    entry: Entry | None = None
    refusal: str = ""
    by_field: dict[str, list[str]] = field(default_factory=dict)
    status: int = 200

    @property
    def sentences(self) -> list[str]:
        """Everything there is to say against it, each once."""
        said = [sentence for sentences in self.by_field.values() for sentence in sentences]
        return list(dict.fromkeys([*([self.refusal] if self.refusal and not said else []), *said]))


def key_of(request: HttpRequest, *, by: str) -> str:
    """The idempotency key of a sent form, kept apart by who sends."""
    told = str(request.POST.get("once", ""))
    return f"{by}:{told if _KEY.fullmatch(told) else uuid4().hex}"[:128]


def key_of_person(person: Person, once: str) -> str:
    """The same key for a form that was sent before this one by the same person."""
    return f"web:{person.pk}:{once}"[:128]


def sent(
    verb: Action,
    *,
    by: Person,
    data: Mapping[str, Any],
    once: str,
    files: Mapping[str, Any] | None = None,
    via: str = "web",
) -> Outcome:
    """Perform ``verb`` within the book's language; a refusal comes back in the reader's."""
    try:
        with translation.override(settings.LANGUAGE_CODE):
            return Outcome(verb.perform(by, data, files=files, once=once, via=via))
    except Invalid as invalid:
        by_field = {name: [spoken(one) for one in said] for name, said in invalid.by_field().items()}
        return Outcome(refusal=spoken(invalid), by_field=by_field, status=422)
    except Denied as denied:
        return Outcome(refusal=spoken(denied), status=403)
    except Refused as refused:
        return Outcome(
            refusal=spoken(refused), by_field={refused.field: [spoken(refused)]} if refused.field else {}, status=409
        )


def spoken(sentence: object) -> str:
    """What was said in the book's language, for whoever reads the page now."""
    return to_simplified(str(sentence)) if translation.get_language() == "zh-hans" else str(sentence)


def is_from_queue(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "") == QUEUE


def answer(outcome: Outcome) -> JsonResponse:
    """The outcome for a phone's queue: ``{"number"}`` where it is written, ``{"said"}`` where it is refused."""
    if outcome.entry is not None:
        return JsonResponse({"number": outcome.entry.number})
    return JsonResponse({"said": outcome.sentences, "fields": outcome.by_field}, status=outcome.status)
