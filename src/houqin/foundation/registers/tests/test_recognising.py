"""Which register a sheet is: by its headings, wherever they stand and however they are written."""

import pytest

from houqin.foundation.registers.recognising import NoRegister, Skipped, Unclear, recognise, rows_of
from houqin.foundation.registers.register import REGISTERS
from houqin.kit.sheets import Sheet

PEOPLE = ("姓名", "崗位", "校區", "用工性質")


def columns(recognised):
    return {match.column.name: match.index for match in recognised.matches}


def test_headings_name_the_register_whatever_their_order_and_script():
    found = recognise(
        Sheet("Sheet1", [("用工性质", "校区", "岗位", "姓名"), ("在编", "南校区", "教师", "张春")]), file="1.xlsx"
    )

    assert found.register.name == "org.people"
    assert columns(found) == {"employment": 0, "campus": 1, "post": 2, "name": 3}
    assert found.unused == ()


def test_title_blank_rows_and_remarks_may_stand_above_the_headings():
    sheet = Sheet(
        "Sheet1",
        [
            ("市第一完全小學教職工名冊", None, None, None),
            (),
            ("填表日期：2018年9月", None),
            PEOPLE,
            ("張春", "教師", None, "在編"),
        ],
    )

    found = recognise(sheet, file="1.xlsx")

    assert found.heading_row == 3
    assert list(rows_of(found, Skipped())) == [(5, ("張春", "教師", None, "在編"))]


def test_merged_headings_of_two_rows_are_read_as_one():
    sheet = Sheet(
        "Sheet1", [("姓名", "工作", None, "校區"), (None, "崗位", "用工性質", None), ("張春", "教師", "在編", "南校區")]
    )

    found = recognise(sheet, file="1.xlsx")

    assert columns(found) == {"name": 0, "post": 1, "employment": 2, "campus": 3}
    assert found.first_row == 2


@pytest.mark.parametrize("heading", ["人數（人）", "人數(含借讀)", " 人　數 ", "人数"])
def test_a_remark_in_brackets_does_not_hide_a_heading(heading):
    found = recognise(Sheet("Sheet1", [("班級", heading, "班主任"), ("一(1)班", 49, "張春")]), file="1.xlsx")

    assert found.register.name == "org.classes"
    assert columns(found) == {"name": 0, "pupils": 1, "teacher": 2}


def test_columns_nobody_knows_are_left_and_named():
    found = recognise(
        Sheet("Sheet1", [(*PEOPLE, "星座", "血型"), ("張春", "教師", "南校區", "在編", "金牛", "A")]), file="1.xlsx"
    )

    assert found.unused == ("星座", "血型")


def test_two_columns_for_one_field_are_asked_about():
    sheet = Sheet("名冊", [("姓名", "教師姓名", "崗位", "人員"), ("張春", "張春", "教師", "李明")])

    assert columns(recognise(sheet, file="1.xlsx")) == {"name": 0, "post": 2}

    sheet = Sheet("名冊", [("教師姓名", "崗位", "人員"), ("張春", "教師", "李明")])
    with pytest.raises(Unclear, match="工作表「名冊」的「教師姓名」和「人員」兩欄都像「姓名」。請改名或刪去其中一欄。"):
        recognise(sheet, file="1.xlsx")


def test_an_empty_column_of_the_same_heading_is_no_question():
    sheet = Sheet("名冊", [("姓名", "崗位", "姓名"), ("張春", "教師", None)])

    assert columns(recognise(sheet, file="1.xlsx")) == {"name": 0, "post": 1}


def test_a_sheet_of_another_kind_is_no_register():
    with pytest.raises(NoRegister, match="^工作表「說明」看不出是哪一種登記簿，未讀。$"):
        recognise(Sheet("說明", [("本表由總務處填寫",), ("一、每月五日前報送",)]), file="1.xlsx")


def test_the_closest_register_says_which_headings_are_missing():
    with pytest.raises(NoRegister, match="最像「教職工」，但缺少「崗位」。"):
        recognise(Sheet("Sheet1", [("姓名", "用工性質", "工號", "電話"), ("張春", "在編", "1", "")]), file="1.xlsx")


def test_a_named_register_is_the_only_one_tried():
    sheet = Sheet("Sheet1", [PEOPLE, ("張春", "教師", "南校區", "在編")])

    assert recognise(sheet, file="1.xlsx", register=REGISTERS["org.people"]).register.name == "org.people"
    with pytest.raises(NoRegister, match="工作表「Sheet1」不像「班級」：缺少「班級」「人數」「班主任」。"):
        recognise(sheet, file="1.xlsx", register=REGISTERS["org.classes"])


def test_two_registers_equally_likely_are_asked_about(watches):
    import dataclasses

    twin = dataclasses.replace(watches, name="watching.twins", title="觀月登記")
    REGISTERS.add(twin.name, twin)
    sheet = Sheet("Sheet1", [("觀星日", "觀星點", "星名"), ("2019-03-05", "操場", "天狼")])
    try:
        with pytest.raises(
            Unclear,
            match="像「觀星登記」，也像「觀月登記」。請用 --register watching.watches 或 --register watching.twins 指明。",
        ):
            recognise(sheet, file="1.xlsx")
        assert recognise(sheet, file="觀月登記.xlsx").register.name == "watching.twins"
    finally:
        del REGISTERS._members[twin.name]


def test_totals_repeated_headings_and_signatures_are_no_rows():
    rows = [
        ("教職工名冊", None, None, None),
        PEOPLE,
        ("張春", "教師", "南校區", "在編"),
        (None, None, None, None),
        ("教職工名冊", None, None, None),
        PEOPLE,
        ("李明", "教師", "南校區", "在編"),
        ("合　計", None, None, 2),
        ("制表人：王芳", None, "審核人：", None),
        ("注：不含退休人員", None, None, None),
    ]
    skipped = Skipped()

    found = list(rows_of(recognise(Sheet("Sheet1", rows), file="1.xlsx"), skipped))

    assert [number for number, _row in found] == [3, 7]
    assert skipped.notes() == [
        "第 8 行是合計，略過。",
        "第 5、6 行重複了標題，略過。",
        "第 9、10 行是簽字或說明，略過。",
    ]
