"""Registers as resources: what one sees, filtered, paged and masked as on the page."""

from __future__ import annotations

from houqin.foundation.registers.register import REGISTERS


def _named(answer) -> list[str]:
    return [item["name"] for item in answer.json()["items"]]


def test_every_register_is_a_resource_with_its_columns(cast, program):
    caller = program(cast.admin)
    for register in REGISTERS:
        answer = caller.get(f"registers/{register.name}")
        assert answer.status_code == 200, (register.name, answer.content)
        told = answer.json()
        assert set(told) == {"items", "count", "page", "pages", "per_page", "totals", "next", "next_cursor"}
        for item in told["items"]:
            assert set(item) == {"id", *(column.name for column in register.table_columns())}


def test_a_page_has_as_many_rows_as_asked_for(cast, program):
    caller = program(cast.li)
    first = caller.get("registers/org.people", per_page=4, sort="name").json()
    last = caller.get("registers/org.people", per_page=4, sort="name", page=3).json()
    assert (first["count"], first["pages"], first["page"], len(first["items"]), first["next"]) == (11, 3, 1, 4, None)
    assert (last["page"], len(last["items"])) == (3, 3)


def test_a_cursor_walks_through_all_rows_once(cast, program):
    caller = program(cast.li)
    seen, after = [], 0
    while after is not None:
        told = caller.get("registers/org.people", per_page=4, after=after).json()
        seen += [item["id"] for item in told["items"]]
        after = told["next"]
    assert seen == sorted(seen)
    assert len(seen) == len(set(seen)) == 11


def test_rows_are_filtered_and_searched_in_either_script(cast, program):
    caller = program(cast.li)
    assert _named(caller.get("registers/org.people", post="保管員")) == ["王保管"]
    assert _named(caller.get("registers/org.people", q="陈师傅")) == ["陳師傅"]
    assert _named(caller.get("registers/org.people", q="無此人")) == []


def test_one_row_is_read_by_its_number(cast, program):
    caller = program(cast.li)
    told = caller.get(f"registers/org.people/{cast.ma.pk}").json()
    assert told == {
        "id": cast.ma.pk,
        "name": "馬門衛",
        "staff_number": "",
        "post": "門衛",
        "employment": "",
        "campus": "南校區",
        "unit": None,
        "phone": "",
        "is_active": True,
    }
    assert caller.get("registers/org.people/999999").status_code == 404


def test_personal_columns_are_masked_and_cannot_be_guessed_by_filter(cast, program):
    cast.wang.phone = "13900008305"
    cast.wang.save()
    caller = program(cast.admin)
    assert caller.get(f"registers/org.people/{cast.wang.pk}").json()["phone"] == "139****8305"
    answer = caller.get("registers/org.people", phone="13900008305")
    assert (answer.status_code, answer.json()["fields"]) == (422, {"phone": ["「電話」是個人資料，不能用來篩選。"]})
    assert caller.get("registers/org.people", full="1", q="王").json()["items"][0]["phone"] == "139****8305"


def test_a_parameter_nobody_can_read_is_refused_by_name(cast, program):
    caller = program(cast.li)
    assert caller.get("registers/org.people", page="0").json()["fields"] == {
        "page": ["「0」不是頁碼或行數，請寫大於零的整數。"]
    }
    assert caller.get("registers/org.people", colour="red").status_code == 422
    assert caller.get("registers/org.people", sort="password").status_code == 422
    assert caller.get("registers/org.people", after="x").status_code == 422
    assert caller.get("registers/org.people", after="0", sort="name").status_code == 422
    assert caller.get("registers/org.people", q="a\0b").status_code == 422


def test_a_register_that_is_not_there_is_not_found_and_one_not_for_you_is_denied(cast, program):
    caller = program(cast.zhao)
    answer = caller.get("registers/org.ghosts")
    assert (answer.status_code, answer.json()) == (404, {"refused": "沒有這一筆，或不在您能看的範圍裏。"})
    assert caller.get("registers/org.roles").status_code == 403
    assert caller.get("registers/org.people/99999999999999999999999").status_code == 404
