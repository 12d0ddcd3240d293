"""What every request passes: its language, its person, and no view without a declared rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from houqin.foundation.journal.refused import Denied, Refused, busy
from houqin.foundation.org.models import Person

from .pages import errors

Next = Callable[[HttpRequest], HttpResponse]


class LanguageMiddleware:
    """The language chosen by the switch, else Traditional Chinese: what the browser prefers is not asked.

    An office's computers are often set to English by whoever installed them.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response
        self.known = dict(settings.LANGUAGES)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in self.known else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class NothingStaysBehind:
    """A page seen with a login is kept nowhere: after logging out on a shared computer, Back shows nothing."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # Without the cookie there is no login to ask about; what says for itself how long it may be kept is left alone.
        if settings.SESSION_COOKIE_NAME in request.COOKIES and "Cache-Control" not in response:
            response["Cache-Control"] = "private, no-store"
        return response


def _person(request: HttpRequest) -> Person | None:
    if not request.user.is_authenticated:
        return None
    return Person.objects.select_related("campus").filter(user=request.user, is_active=True).first()


class PersonMiddleware:
    """``request.person``: who of the school this login is, or None. Read when first asked for."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request._person = SimpleLazyObject(lambda: [_person(request)])  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        request.person = request._person[0]  # type: ignore[attr-defined]


class DenyByDefault:
    """Refuses a view that declares no rule, and answers what a view refuses with a page that says why."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if hasattr(view, "rule"):
            return None
        return errors.forbidden(request, Denied(errors.NO_RULE))

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if said := busy(error):
            return errors.wait(request, said)
        if isinstance(error, Denied):
            return errors.forbidden(request, error)
        if isinstance(error, Refused):
            return errors.refused(request, error)
        return None
