"""Whoever must have a second factor and has none gets no further than the page where it is set up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from ..web.access import EVERYONE, SIGNED_IN

Next = Callable[[HttpRequest], HttpResponse]
# In the session from a login without the second factor that is demanded, until it is set up.
DUE = "second_factor_due"


class SecondFactorFirst:
    """Views for everyone or for any login (log out, language, password, the second factor itself) stay open."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        # Without the cookie there is no session to read.
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.session.get(DUE):
            return None
        if getattr(view, "rule", None) in (EVERYONE, SIGNED_IN):
            return None
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Redirect": reverse("security")})
        return redirect("security")
