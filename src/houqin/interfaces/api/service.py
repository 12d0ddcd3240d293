"""The API put together from the registries, once, when the first address is asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cached_property, wraps
from importlib.metadata import version
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, path, re_path, reverse
from django.utils import translation
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from houqin.foundation.org.rules import Rule

from . import answers, conditional, imports, matters, notices, resources, verbs
from .access import Session, Token
from .answers import teach
from .imports import add_imports
from .matters import add_matters
from .notices import add_notices
from .resources import add_registers
from .verbs import add_verbs

# The pages refuse every view that names no rule. These ask for themselves, each call by its token or login.
CHECKED_HERE = Rule(lambda person, about: True, "")


class HouqinAPI(NinjaAPI):
    """django-ninja, with the schemas the operations refer to."""

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**kwargs)
        for part in (answers, verbs, matters, imports, notices):
            schema["components"]["schemas"].update(part.COMPONENTS)
        schema["components"]["schemas"].update(resources.components())
        schema["components"]["responses"] = answers.refusals()
        conditional.declare(schema)
        return schema

    @cached_property
    def document(self) -> str:
        """The OpenAPI document as JSON."""
        with translation.override(settings.LANGUAGE_CODE):
            return json.dumps(self.get_openapi_schema(), ensure_ascii=False)


def make_api() -> HouqinAPI:
    """A new API over everything registered now.

    Its document is in the house's own language: programs read it, and it is made once, whoever asks first.
    """
    with translation.override(settings.LANGUAGE_CODE):
        return _made()


def _made() -> HouqinAPI:
    api = HouqinAPI(
        title="Houqin 後勤",
        version=version("houqin"),
        description=_(
            "每一種登記簿、每一個動作、每一個數字。以 Authorization: Bearer 帶權杖（houqin token create）。"
            "日期寫 2019-03-05，金額是元、兩位小數的文字，名稱繁簡皆可。"
            "讀登記簿用 cursor 一頁一頁往下，中間有人登記也不會漏、不會重；帶 If-None-Match 只取變了的；"
            "寫的時候帶 Idempotency-Key，斷線重送不會寫兩次。登記一寫下就要知道時，用 Webhook。"
        ),
        urls_namespace="api",
        openapi_url=None,
        docs_url=None,
        auth=[Token(), Session()],
    )
    teach(api)
    add_registers(api)
    add_verbs(api)
    add_matters(api)
    add_imports(api)
    add_notices(api)
    return api


def addresses(api: HouqinAPI) -> list[URLPattern]:
    """The addresses under ``/api/``: the documentation page, its document, the operations; JSON says what is not there."""

    def document(request: HttpRequest) -> HttpResponse:
        return HttpResponse(api.document, content_type="application/json")

    def docs(request: HttpRequest) -> HttpResponse:
        swagger = {"layout": "BaseLayout", "deepLinking": True, "docExpansion": "none", "url": reverse("api:document")}
        return render(request, "api/docs.html", {"title": api.title, "swagger": swagger})

    def nothing(request: HttpRequest, rest: str) -> HttpResponse:
        raise Http404

    operations = [one for one in api.urls[0] if isinstance(one, URLPattern) and one.name != "api-root"]
    found = [
        path("", guarded(api, docs), name="docs"),
        path("openapi.json", guarded(api, document), name="document"),
        *operations,
        # Ninja looks for this name to learn where it is mounted.
        path("", guarded(api, docs), name="api-root"),
        re_path("^(?P<rest>.*)$", guarded(api, nothing), name="nothing"),
    ]
    for one in found:
        one.callback = _finishing(one.callback)
        vars(one.callback)["rule"] = CHECKED_HERE
    return found


def _finishing(view: Callable[..., Any]) -> Callable[..., HttpResponseBase]:
    @wraps(view)
    def finishing(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer = view(request, *args, **kwargs)
        if isinstance(answer, HttpResponseNotAllowed):
            sentence = _("這個網址不接受 %(method)s，請用 %(allowed)s。") % {
                "method": request.method,
                "allowed": answer["Allow"],
            }
            answer = JsonResponse({"detail": sentence}, status=405, headers={"Allow": answer["Allow"]})
        return conditional.finished(request, answer)

    return finishing


def guarded(api: HouqinAPI, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view of ours behind the same door as the operations, its refusals said the same way."""

    def checked(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            for ask in api.auth:  # type: ignore[union-attr]
                if caller := ask(request):
                    request.auth = caller  # type: ignore[attr-defined]
                    return view(request, **kwargs)
            raise answers.AuthenticationError
        except Exception as error:  # noqa: BLE001 - whatever no answer is known for is raised again
            return api.on_exception(request, error)

    checked.csrf_exempt = True  # type: ignore[attr-defined]
    return checked
