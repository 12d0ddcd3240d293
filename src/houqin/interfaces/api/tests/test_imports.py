"""A school's spreadsheets over the wire: the same reading, the same report."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from houqin.foundation.journal.models import Place
from houqin.foundation.org.models import Person, Unit

STAFF = "姓名,工號,崗位,校區\n周木匠,T01,木工,南校區\n吳師傅,T02,維修工,北校區\n"


def _sheet(text: str = STAFF, name: str = "教職工名冊.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode(), content_type="text/csv")


def _send(caller, **data):
    return caller.client.post("/api/import", data, headers=caller.headers)


def test_a_dry_run_reports_and_writes_nothing(cast, program):
    answer = _send(program(cast.li), files=[_sheet()], dry_run="true")
    assert answer.status_code == 200
    told = answer.json()["files"][0]
    assert (told["file"], told["register"], told["read"], told["added"], told["refused"]) == (
        "教職工名冊.csv",
        "org.people",
        2,
        2,
        [],
    )
    assert not Person.objects.filter(name="周木匠").exists()


def test_a_sheet_is_imported_once(cast, program):
    caller = program(cast.li)
    assert _send(caller, files=[_sheet()]).status_code == 201
    again = _send(caller, files=[_sheet()])
    assert (again.status_code, again.json()["files"][0]["unchanged"]) == (201, 2)
    assert Person.objects.filter(name="周木匠").count() == 1


def test_one_bad_row_and_nothing_is_written(cast, program):
    answer = _send(program(cast.li), files=[_sheet(STAFF + "鄭老師,T03,教師,東校區\n")], register="org.people")
    assert answer.status_code == 409
    refused = answer.json()["files"][0]["refused"]
    assert [(one["row"], one["column"]) for one in refused] == [(4, "校區")]
    assert not Person.objects.filter(name="周木匠").exists()


def test_a_sheet_that_differs_is_listed_and_corrects_where_told(cast, program):
    caller = program(cast.li)
    sheet = "校區,樓棟,房號,室名,用途\n南校區,,,教學樓105室,圖書室\n"
    _send(caller, files=[_sheet("校區,樓棟,室名,用途\n南校區,,舞蹈室,教室\n", "場所.csv")], register="org.places")
    changed = sheet.replace("教學樓105室", "舞蹈室")

    refused = _send(caller, files=[_sheet(changed, "場所.csv")], register="org.places")
    assert (refused.status_code, refused.json()["files"][0]["corrections"]) == (
        409,
        [{"row": 2, "name": "南校區 舞蹈室", "column": "用途", "before": "教室", "after": "圖書室"}],
    )
    tried = _send(caller, files=[_sheet(changed, "場所.csv")], register="org.places", correct="true", dry_run="true")
    assert (tried.status_code, tried.json()["files"][0]["corrected"]) == (200, 1)
    done = _send(caller, files=[_sheet(changed, "場所.csv")], register="org.places", correct="true")
    assert (done.status_code, Place.objects.get(full_name="南校區舞蹈室").purpose) == (201, "圖書室")
    assert _send(program(cast.zhao), files=[_sheet(sheet, "場所.csv")], correct="true").status_code in (403, 409)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "files"),
        ({"correct": "perhaps"}, "correct"),
        ({"dry_run": "perhaps"}, "dry_run"),
        ({"register": "org.ghosts"}, "register"),
        ({"add_missing": "ghosts"}, "add_missing"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_question_nobody_can_read_is_refused_by_field(cast, program, data, field):
    answer = _send(program(cast.li), **data)
    assert (answer.status_code, list(answer.json()["fields"])) == (422, [field])


def test_what_is_no_spreadsheet_is_refused_in_the_report(cast, program):
    answer = _send(program(cast.li), files=[SimpleUploadedFile("名冊.xlsx", b"PK\x03\x04 no such thing")])
    assert answer.status_code == 409
    assert answer.json()["files"][0]["refused"]


def test_importing_needs_the_scope_and_the_right(cast, program):
    assert _send(program(cast.li, scopes="org:read"), files=[_sheet()], register="org.people").status_code == 403
    assert _send(program(cast.li, scopes="org:write"), files=[_sheet()]).status_code == 403
    assert (
        _send(program(cast.li, scopes="org:write"), files=[_sheet()], register="org.people", dry_run="true").status_code
        == 200
    )
    assert _send(program(cast.zhao), files=[_sheet()], register="org.people").status_code in {403, 409}
    assert not Person.objects.filter(name="周木匠").exists()
    assert not Unit.objects.exists()


def test_a_body_that_is_no_form_is_refused(cast, program):
    caller = program(cast.li)
    for content_type, body in (
        ("application/json", b"{}"),
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=", b"x"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="a\x00"\r\n\r\n\x00\r\n--x--',
        ),
    ):
        answer = caller.client.generic("POST", "/api/import", body, content_type=content_type, headers=caller.headers)
        assert answer.status_code in {400, 422}, content_type
