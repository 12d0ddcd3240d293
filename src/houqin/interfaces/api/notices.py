"""My notices: what is listed by the register ``notices.mine`` is marked as read here."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI

from houqin.foundation.notices.telling import mark_read

from .access import Caller
from .answers import Misfilled, declared, json_content, says
from .inputs import LARGEST_KEY, read_json
from .tokens import WRITE

MOST = 500
READ = {
    "title": "Read",
    "type": "object",
    "properties": {"read": {"type": "integer", "minimum": 0, "description": "多少則本來沒看過"}},
    "required": ["read"],
    "additionalProperties": False,
}
ASKED = {
    "title": "Seen",
    "type": "object",
    "properties": {
        "ids": {
            "description": "哪些；不寫是全部",
            "type": "array",
            "items": {"type": "integer", "minimum": 1, "maximum": LARGEST_KEY},
            "maxItems": MOST,
        }
    },
    "additionalProperties": False,
}
COMPONENTS = {"Read": READ, "Seen": ASKED}


def add_notices(api: NinjaAPI) -> None:
    api.default_router.add_api_operation(
        "/notices/read",
        ["POST"],
        read_notices,
        operation_id="read_notices",
        summary=_("通知標為看過"),
        tags=["notices"],
        openapi_extra={
            "requestBody": {"required": True, "content": json_content({"$ref": "#/components/schemas/Seen"})},
            "responses": declared({200: {"$ref": "#/components/schemas/Read"}}, no=(409, 422)),
        },
    )


def read_notices(request: HttpRequest) -> HttpResponse:
    caller: Caller = request.auth  # type: ignore[attr-defined]
    caller.needs("notices", WRITE)
    asked = read_json(request)
    if not isinstance(asked, dict) or set(asked) - {"ids"}:
        raise Misfilled({"__all__": [_('請寫 {} 或 {"ids": [1, 2]}。')]})
    ids = asked.get("ids")
    if "ids" in asked and not _are_keys(ids):
        raise Misfilled({"ids": [_("要 1 至 %(most)s 個通知號，都是整數。") % {"most": MOST}]})
    return says({"read": mark_read(caller.person, keys=ids)})


def _are_keys(ids: object) -> bool:
    return (
        isinstance(ids, list)
        and len(ids) <= MOST
        and all(isinstance(one, int) and not isinstance(one, bool) and 1 <= one <= LARGEST_KEY for one in ids)
    )
