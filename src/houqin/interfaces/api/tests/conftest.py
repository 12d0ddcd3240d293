"""Programs that call the API, each with a token of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from houqin.foundation.org.models import Person
from houqin.interfaces.api.actions import issue_token
from houqin.interfaces.api.models import ApiToken
from houqin.interfaces.api.tokens import PREFIX, digest_of, new_secret


class Program:
    """A client that shows a token."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.client = Client(raise_request_exception=True)
        self.headers = {"Authorization": f"Bearer {secret}"} if secret else {}

    @property
    def token(self) -> ApiToken:
        return ApiToken.objects.get(digest=digest_of(self.secret))

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(
            f"/api/{path}", {name.rstrip("_"): value for name, value in query.items()}, headers=self.headers
        )

    def do(self, kind: str, *, key: str = "", **data: Any) -> Any:
        return self.send(kind, json.dumps(data), key=key)

    def send(self, kind: str, body: str | bytes, *, key: str = "", content_type: str = "application/json") -> Any:
        headers = {**self.headers, **({"Idempotency-Key": key} if key else {})}
        return self.client.post(f"/api/actions/{kind}", body, content_type=content_type, headers=headers)


@pytest.fixture(autouse=True)
def _no_calls_counted_yet():
    cache.clear()
    yield
    cache.clear()


def issue(by: Person, person: Person, *, scopes: str = "*", expires_on: date = date(2199, 12, 31)) -> Program:
    secret = new_secret()
    asked = {"digest": digest_of(secret), "hint": secret[: len(PREFIX) + 4], "scopes": scopes, "expires_on": expires_on}
    issue_token(by, name="課表程式", person=person, **asked)
    return Program(secret)


@pytest.fixture
def program(cast) -> Callable[..., Program]:
    """``program(person, scopes="repairs:read")``: a program with a token in that person's name."""
    return lambda person, **facts: issue(cast.admin, person, **facts)


@pytest.fixture
def stranger() -> Program:
    """Shows no token."""
    return Program("")
