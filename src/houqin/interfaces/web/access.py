"""Who may open a page. Every view declares its rule; a view without one is refused by the middleware.

@page(readers)
def entries(request): ...

@page(EVERYONE)          # also without a login: the login page itself, /healthz
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext as _

from houqin.foundation.journal.refused import Denied
from houqin.foundation.org.models import Person
from houqin.foundation.org.rules import Rule, anyone, everyone

View = Callable[..., HttpResponseBase]

EVERYONE = everyone
# Somebody with a login, whether or not the school knows them as a person: to log out, to change the password.
SIGNED_IN = Rule(lambda person, about: True, "")


class Request(HttpRequest):
    """What a view gets: a request whose ``person`` the middleware found."""

    person: Person
    htmx: Any


def page(rule: Rule = anyone, *, methods: tuple[str, ...] = ("GET", "HEAD")) -> Callable[[View], View]:
    """Declare who may open the decorated view and how; see the module."""

    def wrap(view: View) -> View:
        @wraps(view)
        def checked(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            if rule is EVERYONE:
                return view(request, *args, **kwargs)
            if not request.user.is_authenticated:
                return _to_login(request)
            if rule is SIGNED_IN:
                return view(request, *args, **kwargs)
            if request.person is None:
                return render(request, "web/nobody.html", status=403)
            if not rule(request.person):
                raise Denied(_("這一頁只給%(who)s看。需要的話請找總務處開通。") % {"who": rule.who})
            return view(request, *args, **kwargs)

        return declare(checked, rule=rule)

    return wrap


def _to_login(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request"):
        # A fragment cannot show a login: let the browser load the page anew.
        response = HttpResponse(status=204)
        response["HX-Refresh"] = "true"
        return response
    return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")


def declare(view: View, *, rule: Rule) -> View:
    """Mark a view that checks for itself (an API's, a library's) with the rule it keeps."""
    view.rule = rule  # type: ignore[attr-defined]
    return view


def undeclared(patterns: list[Any], prefix: str = "/") -> Iterator[str]:
    """The addresses under ``patterns`` whose views declare no rule: must be none."""
    for pattern in patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from undeclared(pattern.url_patterns, address)
        elif isinstance(pattern, URLPattern) and not hasattr(pattern.callback, "rule"):
            yield address
