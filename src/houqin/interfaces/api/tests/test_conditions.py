"""Asked on condition: only what changed, only where nothing moved; read on from where one stopped."""

from __future__ import annotations

import pytest
from django.db import connection

from houqin.foundation.journal.actions import ACTIONS
from houqin.foundation.journal.models import Entry
from houqin.foundation.notices.models import Notice
from houqin.foundation.notices.telling import notify
from houqin.interfaces.api import access
from houqin.interfaces.api.urls import api


def report(cast, fault="水龍頭漏水", **facts):
    return ACTIONS["repairs.reported"](cast.lin, place=cast.south_105, fault=fault, category="水", **facts)


def test_what_has_not_changed_is_not_sent_again(cast, program):
    report(cast)
    caller = program(cast.li)
    first = caller.get("registers/repairs.work_orders")
    again = caller.client.get(
        "/api/registers/repairs.work_orders", headers={**caller.headers, "If-None-Match": first["ETag"]}
    )
    report(cast)
    changed = caller.client.get(
        "/api/registers/repairs.work_orders", headers={**caller.headers, "If-None-Match": first["ETag"]}
    )

    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]
    assert first["Cache-Control"] == "private, no-cache"


def test_an_etag_a_proxy_made_weak_is_known_again(cast, program):
    caller = program(cast.li)
    etag = caller.get("figures")["ETag"]
    for written in (f"W/{etag}", f'"other", {etag}', "*"):
        answer = caller.client.get("/api/figures", headers={**caller.headers, "If-None-Match": written})
        assert answer.status_code == 304, written
    assert caller.client.get("/api/figures", headers={**caller.headers, "If-None-Match": "rubbish"}).status_code == 200


def accept(caller, entry, etag):
    return caller.client.post(
        "/api/actions/repairs.accepted",
        f'{{"document": {entry.document_id}}}',
        content_type="application/json",
        headers={**caller.headers, "If-Match": etag},
    )


def test_a_step_is_taken_only_where_the_document_is_as_it_was_read(cast, program):
    entry = report(cast)
    caller = program(cast.li)
    read = caller.get(f"documents/repairs.work_order/{entry.document_id}")["ETag"]
    ACTIONS["documents.commented"](
        cast.lin, document_kind="repairs.work_order", document_key=entry.document_id, text="還在漏"
    )

    moved = accept(caller, entry, read)
    assert moved.status_code == 412
    assert moved.json() == {"refused": "這張單在您讀過以後變了。請再讀一次。"}
    assert not Entry.objects.filter(kind="repairs.accepted").exists()
    read = caller.get(f"documents/repairs.work_order/{entry.document_id}")["ETag"]
    assert accept(caller, entry, read).status_code == 201


def test_a_stranger_learns_nothing_from_a_condition(cast, program):
    entry = report(cast)

    # Not even that there is such a paper.
    assert accept(program(cast.zhao), entry, '"guess"').status_code == 404


def test_every_answer_says_how_many_calls_are_left(cast, program, monkeypatch):
    monkeypatch.setattr(access, "CALLS_PER_WINDOW", 2)
    caller = program(cast.li)
    left = [caller.get("figures").headers.get("RateLimit-Remaining") for _call in range(2)]
    refused = caller.get("figures")

    assert left == ["1", "0"]
    assert (refused.status_code, refused["RateLimit-Limit"], refused["RateLimit-Remaining"]) == (429, "2", "0")
    assert refused["Retry-After"] == refused["RateLimit-Reset"]


# Cursors


def read_on(caller, *, between=lambda: None, **query):
    """All rows by cursor, two at a time; ``between`` is called after the first page."""
    rows, cursor = [], "start"
    while cursor:
        page = caller.get("registers/repairs.work_orders", cursor=cursor, per_page=2, **query)
        assert page.status_code == 200, page.content
        rows += [row["id"] for row in page.json()["items"]]
        if cursor == "start":
            between()
        cursor = page.json()["next_cursor"]
    return rows


def in_order(caller, **query):
    return [row["id"] for row in caller.get("registers/repairs.work_orders", per_page=500, **query).json()["items"]]


@pytest.mark.parametrize(
    "sort", ["", "number", "-number", "reported_at", "-reported_at", "fault", "repairer", "-repairer"]
)
def test_read_by_cursor_every_row_comes_once_in_the_order_asked_for(cast, program, sort):
    for number in range(5):
        entry = report(cast, fault=f"{number % 2} 號水龍頭漏水")
        if number % 2:
            ACTIONS["repairs.accepted"](cast.li, document=entry.document_id)
            ACTIONS["repairs.dispatched"](cast.li, document=entry.document_id, repairer=cast.chen)
    caller = program(cast.li)
    query = {"sort": sort} if sort else {}

    assert read_on(caller, **query) == in_order(caller, **query)
    assert len(in_order(caller, **query)) == 5


def test_rows_added_meanwhile_push_none_out_and_bring_none_twice(cast, program):
    for _number in range(5):
        report(cast)
    caller = program(cast.li)
    before = in_order(caller, sort="-number")

    assert read_on(caller, between=lambda: [report(cast), report(cast)], sort="-number") == before


def test_a_row_that_left_the_filter_meanwhile_still_marks_the_place(cast, program):
    entries = [report(cast) for _number in range(5)]
    caller = program(cast.li)

    def away():
        for entry in entries[:2]:
            ACTIONS["repairs.accepted"](cast.li, document=entry.document_id)

    rows = read_on(caller, between=away, sort="number", state="reported")

    assert rows == [entry.document_id for entry in entries]


def test_a_cursor_that_cannot_be_is_refused(cast, program):
    report(cast)
    caller = program(cast.li)
    for query in (
        {"cursor": "x"},
        {"cursor": "1-00000000"},
        {"cursor": ""},
        {"cursor": "start", "page": 2},
        {"cursor": "start", "after": 2},
    ):
        answer = caller.get("registers/repairs.work_orders", **query)
        assert (answer.status_code, list(answer.json()["fields"])) == (422, ["cursor"]), query
    # Of another order.
    for _number in range(3):
        report(cast)
    page = caller.get("registers/repairs.work_orders", cursor="start", per_page=2, sort="number").json()
    assert caller.get("registers/repairs.work_orders", cursor=page["next_cursor"], sort="-number").status_code == 422


def test_a_far_page_by_cursor_costs_no_more_questions_than_the_first(cast, program):
    from django.test.utils import CaptureQueriesContext

    for _number in range(6):
        report(cast)
    caller = program(cast.li)
    first = caller.get("registers/repairs.work_orders", cursor="start", per_page=2).json()
    with CaptureQueriesContext(connection) as second:
        page = caller.get("registers/repairs.work_orders", cursor=first["next_cursor"], per_page=2).json()
    with CaptureQueriesContext(connection) as third:
        caller.get("registers/repairs.work_orders", cursor=page["next_cursor"], per_page=2)

    assert len(second) == len(third)


# Notices


def test_notices_are_listed_and_marked_as_read_by_their_person_alone(cast, program):
    for person in (cast.wang, cast.wang, cast.li):
        notify(person, "comment.mentioned", "有人提到您")
    caller = program(cast.wang)
    listed = caller.get("registers/notices.mine").json()["items"]
    other = Notice.objects.get(person=cast.li).pk

    def read(body):
        return caller.client.post("/api/notices/read", body, content_type="application/json", headers=caller.headers)

    assert len(listed) == 2
    assert read(f'{{"ids": [{listed[0]["id"]}, {other}]}}').json() == {"read": 1}
    assert read("{}").json() == {"read": 1}
    assert Notice.objects.get(pk=other).read_at is None
    assert [read(body).status_code for body in ("[]", '{"ids": "all"}', '{"ids": [0]}', '{"x": 1}', "no")] == [
        422, 422, 422, 422, 400,
    ]  # fmt: skip


def test_a_token_without_the_scope_marks_nothing(cast, program):
    notify(cast.wang, "comment.mentioned", "有人提到您")
    caller = program(cast.wang, scopes="notices:read")
    answer = caller.client.post("/api/notices/read", "{}", content_type="application/json", headers=caller.headers)

    assert answer.status_code == 403
    assert Notice.objects.get().read_at is None


def test_the_document_declares_conditions_and_limits():
    schema = api.get_openapi_schema()
    listing = schema["paths"]["/api/registers/repairs.work_orders"]["get"]
    step = schema["paths"]["/api/actions/repairs.accepted"]["post"]

    assert {"$ref": "#/components/parameters/If-None-Match"} in listing["parameters"]
    assert 304 in listing["responses"]
    assert set(listing["responses"][200]["headers"]) == {
        "ETag", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset",
    }  # fmt: skip
    assert 412 in step["responses"]
    assert 412 not in schema["paths"]["/api/actions/repairs.reported"]["post"]["responses"]
    assert "/api/registers/api.webhooks" in schema["paths"]
    assert "/api/actions/api.webhook_added" in schema["paths"]
