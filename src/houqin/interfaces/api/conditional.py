"""What a program may ask on condition: a page only where it is another than the one it has, a step only where nothing moved.

``ETag`` is a digest of the answer itself, so an answer that is the same word for word is never sent twice; asked with
``If-None-Match`` it is 304. ``If-Match`` on a step of a document refuses with 412 where the document is not as it was read.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.utils.http import parse_etags, quote_etag

Json = dict[str, Any]
RATE = {
    "RateLimit-Limit": "每分鐘最多幾次 / calls a minute",
    "RateLimit-Remaining": "這一分鐘還剩幾次 / calls left in this minute",
    "RateLimit-Reset": "幾秒後重新計 / seconds until it begins anew",
}


def etag_of(content: bytes) -> str:
    return quote_etag(sha256(content).hexdigest()[:32])


def matches(header: str, etag: str) -> bool:
    """Whether an ``If-Match`` or ``If-None-Match`` names ``etag``; a W/ (a proxy compressed it) does not matter."""
    wanted = [one.removeprefix("W/") for one in parse_etags(header)]
    return header.strip() == "*" or etag in wanted


def finished(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """``response`` with what every answer carries; 304 where the caller has this very answer."""
    if request.method == "GET" and response.status_code == 200 and isinstance(response, HttpResponse):
        etag = etag_of(response.content)
        if matches(request.headers.get("If-None-Match", ""), etag):
            response = HttpResponseNotModified()
        response["ETag"] = etag
        # Kept by the program alone, and asked about every time.
        response["Cache-Control"] = "private, no-cache"
    for name, value in getattr(request, "api_rate", {}).items():
        response[name] = str(value)
    return response


# What the document says


def declare(schema: Json) -> None:
    """Add to every operation of an OpenAPI document what :func:`finished` adds to its answers."""
    components = schema["components"]
    headers = components.setdefault("headers", {})
    whole: Json = {"type": "integer", "minimum": 0}
    for name, words in RATE.items():
        headers[name] = {"description": words, "schema": whole}
    headers["ETag"] = {"description": "這份回答的指紋 / fingerprint of this answer", "schema": {"type": "string"}}
    components.setdefault("parameters", {})["If-None-Match"] = {
        "name": "If-None-Match",
        "in": "header",
        "required": False,
        "description": "上次的 ETag；沒有變時只回 304。",
        "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    }
    rate = {name: {"$ref": f"#/components/headers/{name}"} for name in RATE}
    etag = {"ETag": {"$ref": "#/components/headers/ETag"}}
    for path in schema["paths"].values():
        for method, operation in path.items():
            answers = operation["responses"]
            if method == "get":
                operation.setdefault("parameters", []).append({"$ref": "#/components/parameters/If-None-Match"})
                answers[304] = {"description": "沒有變 / not changed", "headers": {**rate, **etag}}
            for status, answer in answers.items():
                if str(status).startswith("2"):
                    answer["headers"] = {**rate, **(etag if method == "get" else {})}
