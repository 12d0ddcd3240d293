"""The lock after too many failures: one count per name and address, whatever was guessed at.

django-axes counts wrong passwords by itself. Codes of a second factor and the setup code are counted here into the same
list, and every other way in asks here whether the door is closed.
"""

from __future__ import annotations

from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


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
