"""What leaves the book is what one sees, and comes in again unchanged."""

import io
import json
import re
from datetime import date, datetime

import openpyxl
import pytest

from houqin.foundation.journal.actions import batch
from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.org.actions import add_class, add_person, add_place
from houqin.foundation.org.models import Person
from houqin.foundation.registers.exporting import export
from houqin.foundation.registers.importing import run_import
from houqin.foundation.registers.reading import DITTO
from houqin.foundation.registers.register import REGISTERS
from houqin.kit.text import clean_cell
from houqin.kit.workbooks import OutputColumn, OutputSheet, write_csv, write_xlsx

NOUNS = ("org.campuses", "org.places", "org.people", "org.classes")


def table(content):
    return [list(row) for row in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)]


@pytest.fixture
def school(cast):
    add_place(cast.li, campus=cast.north, building="啟慧樓", room="207", name="", purpose="教室", kind="")
    add_place(cast.li, campus=cast.north, building="小禮堂", room="", name="小禮堂", purpose="", kind="")
    add_person(
        cast.li,
        name="夏新來",
        post="班主任",
        campus=cast.north,
        phone="13900008305",
        employment="在編",
        staff_number="7",
    )
    add_class(
        cast.li, campus=cast.north, grade="一年級", name="一(1)班", pupils=49, teacher=Person.objects.get(name="夏新來")
    )
    return cast


@pytest.mark.parametrize("format", ["xlsx", "csv"])
@pytest.mark.parametrize("name", NOUNS)
def test_an_export_comes_in_again_and_changes_nothing(school, tmp_path, name, format):
    path = tmp_path / f"匯出.{format}"
    path.write_bytes(export(REGISTERS[name], school.li, {}, format=format))
    before = Entry.objects.count()

    report = run_import(school.li, [path])

    one = report.as_json()["files"][0]
    assert (one["register"], one["refused"], one["added"]) == (name, [], 0)
    assert one["unchanged"] == one["read"] > 0
    assert Entry.objects.count() == before


def test_days_and_numbers_are_real_in_xlsx(cast, watches):
    with batch(cast.li) as unit:
        watches.importing.action.into(
            unit, {"occurred_on": date(2019, 3, 5), "place": cast.canteen, "star": "天狼", "number": "1", "sky": "dim"}
        )

    found = table(export(watches, cast.li, {}))

    assert found == [["觀星日", "觀星點", "星名", "天色"], [datetime(2019, 3, 5), "北校區食堂", "天狼", "暗"]]


def test_an_export_holds_what_is_asked_for_on_all_pages(school):
    found = table(
        export(REGISTERS["org.people"], school.li, {"columns": "name,campus", "campus": "北校區", "per_page": "1"})
    )

    assert found == [["姓名", "校區"], ["夏新來", "北校區"]]


def test_telephones_are_masked_unless_the_office_asks_for_them(school):
    params = {"columns": "name,phone", "name": "夏新來"}

    assert table(export(REGISTERS["org.people"], school.zhao, params))[1] == ["夏新來", "139****8305"]
    assert table(export(REGISTERS["org.people"], school.li, params))[1] == ["夏新來", "139****8305"]
    assert table(export(REGISTERS["org.people"], school.li, {**params, "full": "1"}))[1] == ["夏新來", "13900008305"]
    with pytest.raises(Denied, match="匯出不隱去的個人資料只有總務主任或系統管理員可以"):
        export(REGISTERS["org.people"], school.zhao, {**params, "full": "1"})


def test_a_file_with_personal_data_in_full_leaves_a_trace_without_the_data(school):
    """§m2: who took it, of which register, how many rows."""
    before = Entry.objects.count()
    export(REGISTERS["org.people"], school.li, {"columns": "name,phone"})
    export(REGISTERS["org.people"], school.li, {"columns": "name,post", "full": "1"})
    assert Entry.objects.count() == before

    export(REGISTERS["org.people"], school.li, {"columns": "name,phone", "campus": "北校區", "full": "1"})

    entry = Entry.objects.latest("number")
    assert (entry.kind, entry.by, entry.reason) == ("registers.disclosed", school.li, "教職工")
    assert {one.name: one.quantity for one in entry.measures.all()} == {"rows": 1}
    assert "夏新來" not in entry.asked and "8305" not in entry.asked


def test_another_format_is_refused(cast):
    with pytest.raises(Refused, match="只能匯出 xlsx 或 csv，不能匯出「exe」。"):
        export(REGISTERS["org.people"], cast.li, {}, format="exe")


@pytest.mark.parametrize("format", ["xlsx", "csv"])
def test_hostile_names_survive_out_and_in_unchanged(cast, shared, tmp_path, format):
    found = next((shared / "data").glob("11b_naughty_strings/**/blns.json"), None)
    if found is None:
        pytest.skip("the list of hostile strings is absent")
    # What no spreadsheet can hold, and what says "as above" in one, is another test's matter.
    texts = [
        clean_cell(text)
        for text in json.loads(found.read_text())
        if not re.search("[\x00\ud800-\udfff\ufffe\uffff]", text)
    ]
    given = {f"N{number}": text for number, text in enumerate(texts) if 0 < len(text) <= 40 and text not in DITTO}
    path = tmp_path / f"名冊.{format}"
    columns = [OutputColumn("姓名"), OutputColumn("崗位"), OutputColumn("工號")]
    rows = [(text, "教師", number) for number, text in given.items()]
    with path.open("wb") as file:
        write_csv(file, columns, rows) if format == "csv" else write_xlsx(file, [OutputSheet("名冊", columns, rows)])

    first = run_import(cast.li, [path])
    path.write_bytes(export(REGISTERS["org.people"], cast.li, {}, format=format))
    again = run_import(cast.li, [path])

    assert [refusal for section in first.sections for refusal in section.refused] == []
    assert len(given) > 250
    assert dict(Person.objects.filter(staff_number__startswith="N").values_list("staff_number", "name")) == given
    assert [(one["added"], one["refused"]) for one in again.as_json()["files"]] == [(0, [])]


@pytest.mark.parametrize("format", ["xlsx", "csv"])
def test_a_name_that_looks_like_a_formula_leaves_as_text(cast, format):
    add_person(cast.li, name="=HYPERLINK(1)", post="教師")

    content = export(REGISTERS["org.people"], cast.li, {"columns": "name", "q": "HYPERLINK"}, format=format)

    if format == "csv":
        assert content.decode("utf-8-sig").splitlines() == ["姓名", "'=HYPERLINK(1)"]
    else:
        assert openpyxl.load_workbook(io.BytesIO(content)).active["A2"].data_type == "s"
