"""Every way the API says yes and no, and how the OpenAPI document declares it.

Whatever is refused is said in one shape: ``{"refused": sentence}``, with ``field`` where the sentence is about one and
``fields`` where several were filled in wrongly.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError

from houqin.foundation.journal.actions import Invalid
from houqin.foundation.journal.refused import Busy, Denied, Refused, Unseen, busy

Json = dict[str, Any]

WORDS = {
    400: "讀不懂這個請求 / the request cannot be read",
    401: "沒有權杖，或權杖無效 / no token, or not a valid one",
    403: "這個人或這個權杖不能做 / this person or this token may not",
    404: "沒有這一筆，或不在看得到的範圍裏 / not there, or out of sight",
    409: "現在不能這樣做；句子說明原因和辦法 / cannot be done now; the sentence says why and what to do",
    412: "單據已經不是讀到的樣子；請再讀一次 / the document is not as it was read",
    422: "填寫有誤，逐欄說明 / filled in wrongly, said field by field",
    429: "太頻繁，請稍後再試 / too many calls",
    503: "別人正在寫入，什麼都沒有寫；Retry-After 秒後再送 / somebody else is writing, nothing was written; send it again after Retry-After",
}

REFUSAL = {
    "type": "object",
    "title": "Refusal",
    "properties": {
        "refused": {"type": "string", "description": "一句話：發生了什麼，接着怎麼辦。"},
        "field": {"type": "string", "description": "這句話說的是哪一欄。"},
        "fields": {
            "type": "object",
            "description": "每一欄的毛病；__all__ 是整張表的。",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
    "required": ["refused"],
    "additionalProperties": False,
}
COMPONENTS = {"Refusal": REFUSAL}


class Unreadable(Exception):
    """The request itself cannot be read: no JSON, a NUL byte, a broken upload."""


class Moved(Exception):
    """What was to be changed is not any more as the caller read it."""


class Misfilled(Exception):
    """Fields filled in wrongly, found before any form was asked; field → sentences."""

    def __init__(self, fields: dict[str, list[str]]) -> None:
        super().__init__(fields)
        self.fields = fields


def json_content(schema: Json) -> Json:
    return {"application/json": {"schema": schema}}


def declared(yes: dict[int, Json], *, no: tuple[int, ...]) -> dict[int, Json]:
    """The ``responses`` of an operation: what it answers (status → schema) and every way it refuses.

    Statuses are numbers, as ninja writes its own: "200" beside 200 would be two members of one name.
    """
    told = {status: {"description": "好 / done", "content": json_content(schema)} for status, schema in yes.items()}
    return told | {
        status: {"$ref": f"#/components/responses/{status}"} for status in sorted({400, 401, 403, 429, 503, *no})
    }


def refusals() -> Json:
    """The ``components/responses`` that :func:`declared` refers to."""
    content = json_content({"$ref": "#/components/schemas/Refusal"})
    return {str(status): {"description": words, "content": content} for status, words in WORDS.items()}


def says_no(status: int, sentence: object, **more: Any) -> HttpResponse:
    told = {"refused": str(sentence), **{name: value for name, value in more.items() if value}}
    return JsonResponse(told, status=status, json_dumps_params={"ensure_ascii": False})


def says(value: Any, *, status: int = 200) -> HttpResponse:
    return JsonResponse(value, status=status, safe=False, json_dumps_params={"ensure_ascii": False})


def _misfilled(fields: dict[str, list[str]]) -> HttpResponse:
    sentence = " ".join(f"{name}：{one}" for name, sentences in fields.items() for one in sentences)
    return says_no(422, sentence, fields=fields)


def _unparsed(error: ValidationError) -> HttpResponse:
    places = [one.get("loc") or ("",) for one in error.errors]
    if all(place[0] == "path" for place in places):
        return says_no(404, _("沒有這一筆，或不在您能看的範圍裏。"))
    fields: dict[str, list[str]] = {}
    for place, one in zip(places, error.errors, strict=True):
        fields.setdefault(str(place[-1]), []).append(str(one.get("msg", "")))
    return _misfilled(fields)


def _unauthenticated(error: HttpError) -> HttpResponse:
    sentence = _("請在 Authorization 標頭寫 Bearer 和權杖。") if str(error) == "Unauthorized" else str(error)
    response = says_no(401, sentence)
    response["WWW-Authenticate"] = 'Bearer realm="houqin"'
    return response


def _throttled(error: Throttled) -> HttpResponse:
    response = says_no(429, _("請求太頻繁。請在 %(seconds)s 秒後再試。") % {"seconds": error.wait})
    response["Retry-After"] = str(error.wait)
    return response


def _unfinished(error: OperationalError) -> HttpResponse:
    said = busy(error)
    if said is None:
        raise error
    response = says_no(503, said)
    response["Retry-After"] = str(Busy.AFTER)
    return response


def teach(api: NinjaAPI) -> None:
    """Teach ``api`` to answer every refusal of the house in its shape; what is left is a defect and a 500."""

    def on(kind: type[Exception], answer: Any) -> None:
        def handler(request: HttpRequest, error: Any) -> HttpResponse:
            return answer(error)

        api.add_exception_handler(kind, handler)

    on(Invalid, lambda error: says_no(422, error, fields=error.by_field()))
    on(Misfilled, lambda error: _misfilled(error.fields))
    on(Unseen, lambda error: says_no(404, _("沒有這一筆，或不在您能看的範圍裏。"), field=error.field))
    on(Denied, lambda error: says_no(403, error, field=error.field))
    on(Refused, lambda error: says_no(409, error, field=error.field))
    on(ValidationError, _unparsed)
    on(AuthenticationError, _unauthenticated)
    on(Throttled, _throttled)
    on(Http404, lambda error: says_no(404, _("沒有這一筆，或不在您能看的範圍裏。")))
    on(OperationalError, _unfinished)
    on(Moved, lambda error: says_no(412, error))
    on(Unreadable, lambda error: says_no(400, error))
    on(HttpError, lambda error: says_no(error.status_code, error))
    for kind in (SuspiciousOperation, MultiPartParserError):
        on(kind, lambda error: says_no(400, _("讀不懂這個請求。")))
