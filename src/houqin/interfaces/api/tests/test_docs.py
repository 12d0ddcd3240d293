"""The OpenAPI document says everything that is registered; its page keeps to the strict policy."""

from __future__ import annotations

import json
import re

from django.test import Client

from houqin.foundation.journal.actions import ACTIONS
from houqin.foundation.registers.register import REGISTERS


def test_the_document_names_every_register_and_every_action_that_is_not_hidden(cast, program):
    paths = program(cast.li).get("openapi.json").json()["paths"]
    for register in REGISTERS:
        assert {f"/api/registers/{register.name}", f"/api/registers/{register.name}/{{key}}"} <= set(paths)
    done = {path.removeprefix("/api/actions/") for path in paths if path.startswith("/api/actions/")}
    assert done == {verb.kind for verb in ACTIONS if not verb.hidden}


def test_no_member_of_the_document_stands_there_twice(cast, program):
    def once(pairs):
        assert len({name for name, _value in pairs}) == len(pairs), pairs
        return dict(pairs)

    json.loads(program(cast.li).get("openapi.json").content, object_pairs_hook=once)


def test_every_operation_declares_how_it_refuses(cast, program):
    paths = program(cast.li).get("openapi.json").json()["paths"]
    for path, operations in paths.items():
        for method, operation in operations.items():
            assert {"400", "401", "403", "429"} <= set(operation["responses"]), path
            assert operation["security"] == [{"Token": []}, {"Session": []}], path
            if method == "post":
                assert {"409", "422"} <= set(operation["responses"]), path


def test_the_schema_of_an_action_comes_from_its_form(cast, program):
    schema = program(cast.li).get("openapi.json").json()["paths"]["/api/actions/org.class_added"]["post"]["requestBody"]
    told = schema["content"]["application/json"]["schema"]
    assert told["required"] == ["campus", "name"]
    assert told["additionalProperties"] is False
    assert told["properties"]["pupils"] == {"title": "人數", "type": ["integer", "null"], "minimum": 0, "maximum": 200}
    assert told["properties"]["name"] == {"title": "班級", "type": "string", "maxLength": 40, "minLength": 1}
    assert told["properties"]["campus"]["anyOf"] == [
        {"type": "integer", "minimum": 1, "maximum": 2**63 - 1},
        {"type": "string", "minLength": 1, "maxLength": 200},
    ]


def test_document_and_page_are_shown_to_nobody_unknown(db, stranger):
    assert stranger.get("openapi.json").status_code == 401
    assert stranger.get("").status_code == 401
    assert stranger.get("no/such/thing").status_code == 401


def test_the_page_holds_no_script_and_no_style_of_its_own(cast):
    browser = Client()
    browser.force_login(cast.admin.user, backend="django.contrib.auth.backends.ModelBackend")
    page = browser.get("/api/")
    assert "'unsafe" not in page["Content-Security-Policy"]
    text = page.content.decode()
    assert re.findall(r"<script(?![^>]*src=)(?![^>]*application/json)", text) == []
    assert "<style" not in text and "style=" not in text and " on" not in re.sub(r'"[^"]*"', "", text)
    assert all(address.startswith("/static/") for address in re.findall(r'(?:src|href)="([^"]+)"', text))
