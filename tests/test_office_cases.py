"""Sheets as real offices keep them, beside the project: what was lost or taken for something else is read or refused."""

from __future__ import annotations

from datetime import date

import pytest

from houqin.domains.assets.models import AssetCard
from houqin.domains.gate.models import Visit
from houqin.domains.stores.models import HandOut
from houqin.foundation.catalogue.models import Item
from houqin.foundation.org.founding import found_school
from houqin.foundation.registers.importing import run_import


@pytest.fixture
def office(db, shared):
    """The cases, in a school with two campuses."""
    cases = shared / "data" / "14_office_cases"
    if not cases.is_dir():
        pytest.skip("the cases are absent")
    admin = found_school(name="示例小學", password="chalk-and-duster-7").administrator
    assert run_import(admin, [cases / "base.xlsx"], add_missing=("units",)).written

    def bring(path, **how):
        adding = ("places", "people", "classes", "units", "parties", "campuses")
        return run_import(admin, [cases / path], add_missing=how.pop("add_missing", adding), **how)

    return bring


def refusals(report):
    return [(one.row, one.column, one.reason) for section in report.sections for one in section.refused]


def notes(report):
    return "".join(note for section in report.sections for note in section.notes)


def test_a_merged_cell_speaks_for_every_row_it_covers(office):
    report = office("01_merged/固定資產卡片.xlsx")

    assert report.written, report.as_json()
    cards = AssetCard.objects.order_by("number").values_list("place__full_name", "custodian_name", "using_unit")
    assert [str(one) for one in cards] == [str(("南校區教學樓101室", "甲一", "教務處"))] * 3 + [
        str(("南校區教學樓102室", "乙二", "教務處"))
    ]
    assert "「保管人」合併的格子按每一行都寫了讀：第 4、5 行。" in notes(report)


def test_merged_days_and_signatures_of_a_slip_are_those_of_every_line(office):
    report = office("01_merged/領物登記簿.xlsx", dry_run=True)

    assert report.sections[0].read == 3
    assert "合併的格子" in notes(report)
    assert not [one for one in refusals(report) if "必須" in one[2]]


def test_sums_are_never_things(office):
    report = office("03_totals/期初庫存.xlsx")

    assert report.written, report.as_json()
    assert set(Item.objects.values_list("name", flat=True)) == {"粉筆", "板擦", "掃帚"}
    assert "第 5、7、8 行是合計，略過。" in notes(report)
    assert "請核對" not in notes(report)


def test_hidden_rows_are_told(office):
    report = office("04_hidden/領物登記簿.xlsx", dry_run=True)

    assert "第 3 行在表裡是隱藏的" in notes(report)


def test_digits_that_are_lost_are_not_stored(office):
    report = office("05_id_number/來訪登記簿.xlsx")

    assert [(row, column) for row, column, _why in refusals(report)] == [(2, "證件號"), (3, "證件號"), (4, "證件號")]
    assert all("第十五位以後" in why for _row, _column, why in refusals(report))
    assert not Visit.objects.exists()


def test_a_day_of_which_the_month_or_the_year_is_known(office):
    report = office("07_year_month/固定資產卡片.xlsx")

    # There is no thirtieth of February.
    [(row, column, _why)] = refusals(report)
    assert (row, column) == (6, "購置日期")
    assert "只知道年月" in notes(report)


def test_what_is_counted_otherwise_is_refused_or_converted(office):
    assert office("08_units/期初庫存.xlsx").written
    report = office("08_units/領物登記簿_只寫箱打.xlsx")

    assert [row for row, _column, _why in refusals(report)] == [2, 3]
    assert "「箱」" in refusals(report)[0][2]
    assert "「打」" in refusals(report)[1][2]
    assert not HandOut.objects.exists()


def test_a_unit_in_a_heading_changes_the_value(office):
    report = office("39_headings/資產台賬_使用年限月.xlsx")

    assert report.written, report.as_json()
    assert AssetCard.objects.get().life_years == 6


def test_the_headings_of_another_program(office):
    report = office("39_headings/固定资产台账.xlsx")

    assert report.written, report.as_json()
    card = AssetCard.objects.get()
    assert (card.life_years, card.opened_on, card.number) == (6, date(2018, 9, 3), "ZC-2018-001")


def test_the_campus_of_a_row_places_its_new_room(office):
    report = office("34_campus_column/固定資產卡片.xlsx")

    assert report.written, report.as_json()
    assert list(AssetCard.objects.order_by("number").values_list("place__full_name", flat=True)) == [
        "南校區美術室", "北校區美術室",
    ]  # fmt: skip
    offered = office("34_campus_column/固定資產卡片.xlsx", dry_run=True, add_missing=())
    assert not offered.is_refused


def cards(path, rows, *, merges=(), formats=()):
    import openpyxl

    book = openpyxl.Workbook()
    head = (
        "資產編號",
        "資產名稱",
        "數量",
        "計量單位",
        "原值(萬元)",
        "取得日期",
        "校區",
        "存放地點",
        "保修期至",
        "規格",
    )
    for row in (head, *rows):
        book.active.append(row)
    for one in merges:
        book.active.merge_cells(one)
    for cell, code in formats:
        book.active[cell].number_format = code
    book.save(path)
    return path


def card(number, **told):
    facts = {
        "number": number, "name": "投影機", "quantity": 1, "counter": "臺", "value": 1.2, "on": "2019-03-05",
        "campus": "南校區", "place": "教學樓105室", "until": None, "specification": None,
    } | told  # fmt: skip
    return tuple(facts.values())


def test_units_ditto_marks_and_zeros_before_a_number(cast, tmp_path):
    path = cards(
        tmp_path / "卡片.xlsx",
        [
            card(7, specification="X1", until="2018-09"),
            card(12, name="〃", place="同上", specification='"', until="無"),
            card("C-3", on="13.03.2019"),
            card("C-4", on="05.03.2019"),
            card("C-5", on="2019年3月"),
        ],
        formats=[("A2", "0000"), ("A3", "0000")],
    )

    report = run_import(cast.admin, [path], register="assets.cards")

    assert report.written, report.as_json()
    told = AssetCard.objects.order_by("number").values_list(
        "number", "name", "value", "specification", "opened_on", "warranty_until"
    )
    day = date(2019, 3, 5)
    assert list(told) == [
        ("0007", "投影機", 1_200_000, "X1", day, date(2018, 9, 30)),
        ("0012", "投影機", 1_200_000, "X1", day, None),
        ("C-3", "投影機", 1_200_000, "", date(2019, 3, 13), None),
        ("C-4", "投影機", 1_200_000, "", day, None),
        ("C-5", "投影機", 1_200_000, "", date(2019, 3, 1), None),
    ]
    assert "取得日期原寫「2019年3月」。" in AssetCard.objects.get(number="C-5").note


def test_what_cannot_be_told_apart_is_refused(cast, tmp_path):
    path = cards(
        tmp_path / "卡片.xlsx",
        [
            card("C-1"), card("C-2", value=None), card("C-3", quantity="5箱"), card("C-4", value="=1+1"),
            card("C-5", on=2015.1),
        ],
        merges=["E2:E3"],
    )  # fmt: skip

    report = run_import(cast.admin, [path], register="assets.cards", dry_run=True)

    told = {(one.row, one.column): one.reason for one in report.sections[0].refused}
    assert set(told) == {
        (2, "原值(萬元)"), (3, "原值(萬元)"), (4, "數量"), (5, "原值(萬元)"), (6, "取得日期"),
    }  # fmt: skip
    assert "合併成一格" in told[3, "原值(萬元)"]
    assert "「箱」" in told[4, "數量"]
    assert "沒有存下結果" in told[5, "原值(萬元)"]
