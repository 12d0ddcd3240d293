"""Who is calling, what they may, and how often.

A program shows a token, a person who is logged in (the documentation page) their session, with CSRF on every write. A
token opens its scopes only; within them the person's own rules are asked as everywhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.cache import cache
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.errors import AuthenticationError, Throttled
from ninja.security import HttpBearer
from ninja.security.apikey import APIKeyCookie
from ninja.utils import check_csrf

from houqin.foundation.journal.refused import Denied
from houqin.foundation.org.models import Person
from houqin.foundation.tokens.limits import address_of
from houqin.kit import clock

from .models import ApiToken
from .tokens import digest_of, opens

WINDOW_SECONDS = 60
# A school's programs poll and import; a loop gone wild must not keep the office from its pages.
CALLS_PER_WINDOW = 600
# Wrong tokens from one address before it is told to wait. A token that is known is never kept out by others' wrong ones.
FAILURES_PER_WINDOW = 20
# Writing "last used" at every call would turn every read into a write.
USED_EVERY = timedelta(minutes=5)


@dataclass(frozen=True)
class Caller:
    """Who asks. ``scopes`` is None for a person's own session, which opens all they may."""

    person: Person
    key: str
    scopes: tuple[str, ...] | None = None

    def needs(self, domain: str, verb: str) -> None:
        """Refuse where the token's scopes do not open ``domain`` for ``verb`` (read or write)."""
        if self.scopes is not None and not opens(self.scopes, domain, verb):
            raise Denied(_("這個權杖沒有「%(scope)s」的範圍。請另發一個。") % {"scope": f"{domain}:{verb}"})

    def count_call(self, request: HttpRequest) -> None:
        """Refuse more than :data:`CALLS_PER_WINDOW` calls in a window; every answer says how many are left."""
        calls, left = _count(f"api-calls:{self.key}"), _seconds_left()
        request.api_rate = {  # type: ignore[attr-defined]
            "RateLimit-Limit": CALLS_PER_WINDOW,
            "RateLimit-Remaining": max(0, CALLS_PER_WINDOW - calls),
            "RateLimit-Reset": left,
        }
        if calls > CALLS_PER_WINDOW:
            raise Throttled(wait=left)


class Token(HttpBearer):
    """``Authorization: Bearer houqin_…``"""

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        known = (
            ApiToken.objects.select_related("person", "person__campus", "person__user")
            .filter(digest=digest_of(token.strip()))
            .first()
        )
        if known is None or not known.is_valid(clock.today()):
            if _count(f"api-failures:{address_of(request)}") > FAILURES_PER_WINDOW:
                raise Throttled(wait=_seconds_left())
            raise AuthenticationError(message=_("權杖不對、已過期或已作廢。請向系統管理員另要一個。"))
        caller = Caller(known.person, f"token-{known.pk}", tuple(known.scopes.split()))
        caller.count_call(request)
        _note_use(known)
        return caller


class Session(APIKeyCookie):
    """The login of a browser, as the documentation page uses it."""

    param_name = settings.SESSION_COOKIE_NAME

    def __call__(self, request: HttpRequest) -> Caller | None:
        if not request.user.is_authenticated:
            return None
        person = Person.objects.select_related("campus").filter(user_id=request.user.pk, is_active=True).first()
        if person is None:
            raise Denied(_("這個登入名還沒有對應的人員。請找總務處開通。"))
        if check_csrf(request) is not None:
            raise Denied(_("這個請求沒有帶 CSRF 權杖。程式請改用 Authorization: Bearer。"))
        caller = Caller(person, f"person-{person.pk}")
        caller.count_call(request)
        return caller

    def authenticate(self, request: HttpRequest, key: str | None) -> Caller | None:
        return self(request)


def _note_use(token: ApiToken) -> None:
    # The one write without an action: it says nothing about the school and happens at reads.
    now = clock.now()
    stale = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - USED_EVERY)
    if token.last_used_at is None or token.last_used_at < now - USED_EVERY:
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)


def _count(name: str) -> int:
    key = f"{name}:{int(clock.now().timestamp()) // WINDOW_SECONDS}"
    cache.add(key, 0, WINDOW_SECONDS)
    try:
        return cache.incr(key)
    except ValueError:  # dropped between the two lines by a full cache
        return 1


def _seconds_left() -> int:
    return WINDOW_SECONDS - int(clock.now().timestamp()) % WINDOW_SECONDS
