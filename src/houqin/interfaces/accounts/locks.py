"""The lock after too many failures: one count per name and address, whatever was guessed at.

django-axes counts wrong passwords by itself. Codes of a second factor and the setup code are counted here into the same
list, and every other way in asks here whether the door is closed.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy

from houqin.foundation.org.parameters import limit
from houqin.foundation.tokens.limits import TooOften, address_of, allowed, knock, knocks

FAILED_LOGINS = "login"
limit(
    "accounts.failures_per_address",
    gettext_lazy("每個網絡地址每 10 分鐘最多登入失敗幾次"),
    default=60,
    source="由學校定；一所學校的電腦常共用一個對外地址",
)


class Handler(AxesDatabaseHandler):
    """Counts failures of a name from an address as django-axes does, and those of an address whatever the name.

    Forty names tried with one password each are one person guessing.
    """

    def is_locked(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        if knocks(FAILED_LOGINS, address_of(request)) >= allowed("accounts.failures_per_address"):
            # Read by the middleware of django-axes, which answers with locked_out.
            request.axes_locked_out = True  # type: ignore[attr-defined]
            return True
        return bool(super().is_locked(request, credentials))

    def user_login_failed(
        self, sender: Any, credentials: Any, request: HttpRequest | None = None, **facts: Any
    ) -> None:
        super().user_login_failed(sender, credentials, request, **facts)
        if request is not None:
            with suppress(TooOften):  # said at the next try, by is_locked
                knock(FAILED_LOGINS, address_of(request), most=allowed("accounts.failures_per_address"))


def is_locked(request: HttpRequest, name: str) -> bool:
    """Whether ``name`` failed too often from this address."""
    return not AxesProxyHandler.is_allowed(request, {"username": name})


def count_failure(request: HttpRequest, name: str) -> None:
    """Count one failure of ``name``; with the last one allowed the answer becomes :func:`locked_out`."""
    user_login_failed.send(sender=__name__, credentials={"username": name}, request=request)


def locked_out(request: HttpRequest, credentials: Any = None, *args: Any, **kwargs: Any) -> HttpResponse:
    """After too many failures: say how long to wait and whom to ask."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    return render(request, "web/locked_out.html", {"minutes": minutes}, status=429)
