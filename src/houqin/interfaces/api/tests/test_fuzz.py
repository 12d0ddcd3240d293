"""Everything the OpenAPI document offers, asked with what a machine makes up: no defect, no answer that is not declared."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from random import Random
from zlib import crc32

import pytest
import schemathesis
from django.core import signals
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from houqin.foundation.journal.actions import ACTIONS
from houqin.foundation.org.fields import ReferenceField
from houqin.interfaces.api import access
from houqin.interfaces.api.urls import api
from houqin.kit import clock
from houqin.kit.fields import DayField, MomentField

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
# Shared out among the operations, so that a house of thirty domains is asked hardly longer than one of three.
CALLS = int(os.environ.get("HOUQIN_FUZZ_CALLS", "400"))


def _operations():
    schema = schemathesis.openapi.from_dict(json.loads(api.document))
    schema.app = get_wsgi_application()
    return [found.ok() for found in schema.get_all_operations()]


def _make_plausible(case) -> None:
    """Put rows that exist and days that were into a made-up body, so that it gets past the form and into the action."""
    verb = ACTIONS.get(case.path.removeprefix("/api/actions/"))
    if verb is None or not isinstance(case.body, dict):
        return
    for name, field in verb.form.base_fields.items():
        dice = crc32(repr((name, case.body.get(name))).encode())
        if name not in case.body or dice % 5 == 0:
            continue
        if isinstance(field, ReferenceField):
            rows = list(field.rows().order_by("-pk").values_list("pk", flat=True)[:12])
            case.body[name] = rows[dice % len(rows)] if rows else case.body[name]
        elif isinstance(field, DayField):
            case.body[name] = (clock.today() - timedelta(days=dice % 40 - 3)).isoformat()
        elif isinstance(field, MomentField):
            case.body[name] = (clock.now() - timedelta(minutes=dice % 9000 - 500)).isoformat()


def _ask_everything(
    headers: dict[str, str],
    *,
    mode: GenerationMode,
    calls: int,
    plausible: bool = False,
) -> dict[int, int]:
    """Share ``calls`` out among the operations; gives how often each status came."""
    every = _operations()
    operations = Random(1).sample(every, min(len(every), calls))
    answered: dict[int, int] = {}
    for operation in operations:

        @seed(1)
        @settings(
            max_examples=calls // len(operations),
            phases=[Phase.generate],
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case):
            if plausible and case.method == "POST":
                _make_plausible(case)
            response = case.call(headers={**headers, "Accept-Encoding": "identity"})
            answered[response.status_code] = answered.get(response.status_code, 0) + 1
            case.validate_response(response, checks=CHECKS)

        ask()
    return answered


@pytest.fixture(autouse=True)
def _in_no_hurry(monkeypatch):
    monkeypatch.setattr(access, "CALLS_PER_WINDOW", 10**6)
    monkeypatch.setattr(access, "FAILURES_PER_WINDOW", 10**6)
    # As Django's own test client does: the test's transaction outlives each request.
    for signal in (signals.request_started, signals.request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (signals.request_started, signals.request_finished):
        signal.connect(close_old_connections)


@pytest.mark.filterwarnings("ignore")
def test_what_is_asked_rightly_is_answered_as_declared(cast, program):
    caller = program(cast.admin)
    answered = _ask_everything(caller.headers, mode=GenerationMode.POSITIVE, calls=CALLS, plausible=True)
    assert answered[200] > 20
    assert answered[201] > 20
    assert answered[422] > 20


@pytest.mark.filterwarnings("ignore")
def test_what_is_asked_wrongly_is_refused_as_declared(cast, program):
    caller = program(cast.admin)
    answered = _ask_everything(caller.headers, mode=GenerationMode.NEGATIVE, calls=CALLS // 2)
    assert answered[422] > 20


@pytest.mark.filterwarnings("ignore")
def test_without_a_token_every_operation_is_unauthorized(cast):
    for operation in _operations():
        case = operation.Case(path_parameters={"key": 1, "number": 1, "name": "repairs.reported", "kind": "x"})
        response = case.call(headers={"Accept-Encoding": "identity"})
        assert response.status_code == 401, operation.label
        case.validate_response(response, checks=CHECKS)
