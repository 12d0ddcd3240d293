"""An action as a call: ``POST /api/actions/{kind}``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI

from houqin.foundation.journal.actions import Action, offered
from houqin.foundation.signing.causes import taken_cause
from houqin.foundation.signing.models import Document
from houqin.foundation.signing.reading import may_read
from houqin.kit import clock

from .access import Caller
from .answers import Moved, Unreadable, declared, says
from .conditional import etag_of, matches
from .inputs import read_input, refuse_unusable, request_body
from .matters import told_document
from .tokens import WRITE

LONGEST_KEY = 100

RECEIPT = {
    "title": "Receipt",
    "type": "object",
    "properties": {
        "number": {"type": "integer", "description": "登記號"},
        "kind": {"type": "string"},
        "document": {"type": "string", "description": "單號；不屬於單據時為空"},
        "digest": {"type": "string"},
    },
    "required": ["number", "kind", "document", "digest"],
    "additionalProperties": False,
}
COMPONENTS = {"Receipt": RECEIPT}
_RECEIPT = {"$ref": "#/components/schemas/Receipt"}
_ONCE = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "重送鍵：同一鍵、同樣內容再來一次，不再寫第二筆，回 200 和原來那一筆。",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[!-~]+$"},
}
_AS_READ = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "讀 /documents/… 時的 ETag：單據後來變過就不寫，回 412。",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
}


def add_verbs(api: NinjaAPI) -> None:
    """One operation for every action a person could take on a page."""
    for verb in offered():
        steps = "document" in verb.form.base_fields
        api.default_router.add_api_operation(
            f"/actions/{verb.kind}",
            ["POST"],
            _performs(verb),
            operation_id=f"do_{verb.kind.replace('.', '_')}",
            summary=str(verb.label),
            description=verb.sentence,
            tags=[verb.domain],
            openapi_extra={
                "parameters": [_ONCE, *([_AS_READ] if steps else [])],
                "requestBody": request_body(verb),
                "responses": declared({200: _RECEIPT, 201: _RECEIPT}, no=(409, 412, 422) if steps else (409, 422)),
            },
        )


def _performs(verb: Action) -> Callable[[HttpRequest], HttpResponse]:
    def perform(request: HttpRequest) -> HttpResponse:
        caller: Caller = request.auth  # type: ignore[attr-defined]
        caller.needs(verb.domain, WRITE)
        data, files = read_input(request, verb)
        because = taken_cause(caller.person, data)
        _refuse_moved(request, caller, verb, data)
        started = clock.now()
        entry = verb.perform(caller.person, data, files=files, once=_once(request, caller), because=because, via="api")
        told = {"number": entry.number, "kind": entry.kind, "document": entry.document_number, "digest": entry.digest}
        return says(told, status=201 if entry.recorded_at >= started else 200)

    return perform


def _once(request: HttpRequest, caller: Caller) -> str | None:
    """The idempotency key, one's own: two programs may count from 1."""
    key: Any = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    refuse_unusable(key)
    if not key.strip() or len(key) > LONGEST_KEY:
        raise Unreadable(_("Idempotency-Key 要有 1 至 %(most)s 個字元。") % {"most": LONGEST_KEY})
    return f"{caller.person.pk}:{key.strip()}"


def _refuse_moved(request: HttpRequest, caller: Caller, verb: Action, data: Mapping[str, Any]) -> None:
    """Refuse a step of a document that is not as the caller read it. Asked before the step; the route judges again in it."""
    wanted = request.headers.get("If-Match")
    field = verb.form.base_fields.get("document")
    if wanted is None or field is None:
        return
    try:
        document = field.clean(data.get("document"))
    except ValidationError:
        return  # The form says it better.
    if not isinstance(document, Document) or not may_read(caller.person, document):
        return
    if not matches(wanted, etag_of(says(told_document(document, caller.person)).content)):
        raise Moved(_("這張單在您讀過以後變了。請再讀一次。"))
