"""Actions as calls: one form, one rule, one entry, the same as everywhere."""

from __future__ import annotations

import pytest

from houqin.foundation.journal.actions import ACTIONS
from houqin.foundation.journal.models import Entry
from houqin.foundation.org.models import Party, SchoolClass, Unit


def test_an_action_is_done_and_answers_with_its_receipt(cast, program):
    answer = program(cast.li).do("org.class_added", campus="北校区", name="一(1)班", pupils=42, teacher=cast.lin.pk)
    entry = Entry.objects.get(kind="org.class_added")
    assert answer.status_code == 201
    assert answer.json() == {"number": entry.number, "kind": "org.class_added", "document": "", "digest": entry.digest}
    made = SchoolClass.objects.get()
    assert (made.campus, made.pupils, made.teacher, entry.by) == (cast.north, 42, cast.lin, cast.li)


def test_what_is_filled_in_wrongly_is_said_field_by_field(cast, program):
    answer = program(cast.li).do("org.class_added", campus="東校區", pupils=201)
    assert answer.status_code == 422
    assert answer.json()["fields"] == {
        "campus": ["沒有叫「東校區」的場所。請先登記，或改成已登記的名稱。"],
        "name": ["這個欄位是必須的。"],
        "pupils": ["201 太大了，最多 200。請檢查是否多打了零。"],
    }
    assert not SchoolClass.objects.exists()


def test_a_refusal_is_a_conflict_that_names_its_field(cast, program):
    caller = program(cast.li)
    assert caller.do("org.unit_added", name="三年級組").status_code == 201
    answer = caller.do("org.unit_added", name="三年级组")
    assert (answer.status_code, answer.json()) == (409, {"refused": "已經有「三年级组」這個部門。", "field": "name"})


def test_the_same_key_and_input_again_gives_the_same_entry(cast, program):
    caller = program(cast.li)
    first = caller.do("org.unit_added", name="三年級組", key="7")
    again = caller.do("org.unit_added", name="三年級組", key="7")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert Unit.objects.count() == 1


def test_the_same_key_with_other_input_is_a_conflict_and_anothers_key_is_not(cast, program):
    caller, other = program(cast.li), program(cast.admin)
    caller.do("org.unit_added", name="三年級組", key="7")
    assert caller.do("org.unit_added", name="四年級組", key="7").status_code == 409
    assert other.do("org.unit_added", name="四年級組", key="7").status_code == 201


def test_null_is_nothing_and_a_flag_is_a_flag(cast, program):
    answer = program(cast.li).do("org.party_added", name="東方燈具", is_supplier=True, is_donor=None, contact=None)
    assert answer.status_code == 201
    made = Party.objects.get()
    assert (made.is_supplier, made.is_donor, made.contact) == (True, False, "")


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b"", 400, "不是 UTF-8 的 JSON"),
        (b"{", 400, "不是 UTF-8 的 JSON"),
        (b"\xff\xfe", 400, "不是 UTF-8 的 JSON"),
        (b'{"name": NaN}', 400, "不是 UTF-8 的 JSON"),
        (b'{"name": 1e999}', 400, "不是 UTF-8 的 JSON"),
        (b'{"name": ' + b"9" * 5000 + b"}", 400, "不是 UTF-8 的 JSON"),
        (b"[" * 100_000, 400, "JSON"),
        (b'{"name": "a\\u0000b"}', 400, "NUL"),
        (b'{"name": "\\ud800"}', 400, "NUL"),
        (b'{"na\\u0000me": "x"}', 400, "NUL"),
        (b"[]", 422, "一個 JSON 物件"),
        (b"null", 422, "一個 JSON 物件"),
        (b'{"name": ["x"]}', 422, "型別不對，這一欄要文字"),
        (b'{"name": "x", "head": true}', 422, "型別不對，這一欄要整數或文字"),
        (b'{"name": "x", "colour": "red"}', 422, "沒有這一欄"),
    ],
)
def test_a_body_nobody_can_read_is_refused_in_words(cast, program, body, status, said):
    answer = program(cast.li).send("org.unit_added", body)
    assert answer.status_code == status
    assert said in answer.json()["refused"]
    assert not Unit.objects.exists()


def test_a_body_of_another_kind_is_refused(cast, program):
    answer = program(cast.li).send("org.unit_added", b"name=x", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400


def test_hidden_and_unknown_actions_are_not_found(cast, program):
    caller = program(cast.admin)
    hidden = [verb.kind for verb in ACTIONS if verb.hidden]
    assert "api.token_issued" in hidden
    for kind in [*hidden, "org.ghost_added"]:
        assert caller.do(kind).status_code == 404


def test_a_call_with_the_wrong_method_is_refused(cast, program):
    assert program(cast.li).get("actions/org.unit_added").status_code == 405
