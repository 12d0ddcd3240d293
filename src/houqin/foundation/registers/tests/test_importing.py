"""Sheets come in wholly or not at all, and the same sheet again changes nothing."""

from datetime import date

import pytest

from houqin.foundation.journal.models import Entry, Measure, Place
from houqin.foundation.journal.refused import Refused
from houqin.foundation.org.models import Person, SchoolClass
from houqin.foundation.registers.importing import run_import
from houqin.foundation.registers.models import ImportedRow, ImportRun

HEAD = ("觀星號", "觀星日", "觀星點", "觀星人", "星名", "星數", "觀星費", "是否多雲", "天色")
ROWS = [
    ("G1", "2018-09-03", "北校區食堂", "陳師傅", "天狼", 3, 12.5, "否", "晴"),
    ("G2", "2018年9月4日", "南校區教學樓105室", "王保管", "織女", "1,200", "¥54.00", "是", "昏暗"),
]


def only(report):
    files = report.as_json()["files"]
    assert len(files) == 1
    return files[0]


def counts(report):
    one = only(report)
    return one["read"], one["added"], one["unchanged"], len(one["refused"])


def watched():
    return Entry.objects.filter(kind="watching.watched").order_by("number")


def test_rows_become_entries(cast, watches, workbook):
    report = run_import(cast.li, [workbook("觀星.xlsx", [HEAD, *ROWS])])

    assert counts(report) == (2, 2, 0, 0)
    assert report.written
    assert list(watched().values_list("occurred_on", "place__full_name", "category", "reason")) == [
        (date(2018, 9, 3), "北校區食堂", "clear", "天狼"),
        (date(2018, 9, 4), "南校區教學樓105室", "dim", "織女"),
    ]
    assert list(Measure.objects.order_by("entry", "name").values_list("name", "quantity")) == [
        ("cost", 1250),
        ("stars", 3),
        ("cloudy", 1),
        ("cost", 5400),
        ("stars", 1200),
    ]


def test_the_report_of_a_machine_has_the_agreed_shape(cast, watches, workbook):
    report = run_import(cast.li, [workbook("觀星.xlsx", [(*HEAD, "星座"), (*ROWS[0], "大犬")])])

    assert report.as_json() == {
        "files": [
            {
                "file": "觀星.xlsx",
                "register": "watching.watches",
                "read": 1,
                "added": 1,
                "unchanged": 0,
                "refused": [],
                "notes": ["工作表「Sheet1」讀作「觀星登記」，標題在第 1 行。", "未用到的欄：星座。"],
            }
        ]
    }
    assert report.sections[0].understood["columns"][1] == {
        "letter": "B",
        "heading": "觀星日",
        "name": "occurred_on",
        "label": "觀星日",
    }
    assert report.sections[0].understood["days"] == {"觀星日": "0000-00-00"}


def test_the_same_rows_in_another_dress_change_nothing(cast, watches, workbook, csv_file):
    run_import(cast.li, [workbook("觀星.xlsx", [HEAD, *ROWS])])
    head = ("备注", "天色", "是否多云", "观星费", "星数", "星名", "观星人", "观星点", "观星日", "观星号")
    dressed = [
        (None, "晴", "否", "12.50", "3", "天狼", "陈师傅", "北校区食堂", "2018.9.3", "G1"),
        (None, "昏暗", "√", "54", "1200", "织女", "王保管", "南校区教学楼105室", "2018/9/4", "G2"),
    ]

    report = run_import(cast.li, [csv_file("另存.csv", [("观星登记",), head, *dressed], encoding="gb18030")])

    assert counts(report) == (2, 0, 2, 0)
    assert not report.written
    assert "和以前匯入的完全相同，沒有改動。" in only(report)["notes"]
    assert watched().count() == 2
    assert ImportRun.objects.count() == 1


def test_new_rows_in_a_longer_sheet_are_the_only_ones_added(cast, watches, workbook):
    run_import(cast.li, [workbook("觀星.xlsx", [HEAD, ROWS[0]])])

    report = run_import(cast.li, [workbook("觀星.xlsx", [HEAD, *ROWS])])

    assert counts(report) == (2, 1, 1, 0)
    assert "1 行以前匯入過，沒有改動。" in only(report)["notes"]


def test_rows_without_a_number_are_known_by_their_content(cast, watches, workbook):
    rows = [(None, *ROWS[0][1:]), (None, *ROWS[0][1:]), (None, *ROWS[1][1:])]
    first = run_import(cast.li, [workbook("觀星.xlsx", [HEAD, *rows])])

    again = run_import(cast.li, [workbook("觀星.xlsx", [HEAD, *rows, rows[0]])])

    assert counts(first) == (3, 3, 0, 0)
    # Three equal rows now, of which two are known.
    assert counts(again) == (4, 1, 3, 0)


def test_a_known_number_with_other_content_is_refused(cast, watches, workbook):
    run_import(cast.li, [workbook("觀星.xlsx", [HEAD, *ROWS])])
    changed = [ROWS[0][:5] + (4, *ROWS[0][6:]), ROWS[1]]

    report = run_import(cast.li, [workbook("觀星.xlsx", [HEAD, *changed])])

    assert only(report)["refused"] == [
        {
            "row": 2,
            "column": "觀星號",
            "reason": "「G1」以前匯入過，這次內容不同。請到「觀星登記」裡更正原來那一筆，或改回這一行。",
        }
    ]
    assert watched().count() == 2


def test_a_number_twice_in_one_run_is_refused_unless_it_says_the_same(cast, watches, workbook):
    changed = ("G1", "2018-09-05", *ROWS[0][2:])

    same = run_import(cast.li, [workbook("一.xlsx", [HEAD, ROWS[0], ROWS[0]])], dry_run=True)
    other = run_import(cast.li, [workbook("二.xlsx", [HEAD, ROWS[0], ROWS[1], changed])])

    assert counts(same) == (2, 1, 1, 0)
    assert "第 3 行和前面的一行完全相同，只算一次。" in only(same)["notes"]
    assert only(other)["refused"] == [
        {"row": 4, "column": "觀星號", "reason": "第 4 行的「G1」和第 2 行重複，內容卻不同。請刪去其中一行或改正。"}
    ]


def test_wrong_rows_are_reported_by_row_and_column_and_nothing_is_written(cast, watches, workbook):
    before = Entry.objects.count()
    rows = [
        ("觀星記錄", *[None] * 8),
        HEAD,
        ROWS[0],
        ("G3", "2018-02-30", "北校區食堂", None, "天狼", 3, 1, "否", "晴"),
        (None,) * 9,
        ("G4", "2018-09-03", "北校區食堂", None, None, "三顆半", 1, "大概", "綠"),
        ("G5", "2099-09-03", "北校區食堂", None, "天狼", None, None, None, None),
    ]

    report = run_import(cast.li, [workbook("觀星.xlsx", rows)])

    one = only(report)
    assert report.is_refused and not report.written
    assert (one["read"], one["added"]) == (4, 0)
    assert [(refusal["row"], refusal["column"]) for refusal in one["refused"]] == [
        (4, "觀星日"),
        (6, "星名"),
        (6, "星數"),
        (6, "是否多雲"),
        (6, "天色"),
        (7, "觀星日"),
    ]
    assert one["refused"][0]["reason"] == "沒有 2018年2月30日 這一天，請檢查月和日。"
    assert one["refused"][4]["reason"] == "「綠」不在可選的詞裏：晴、暗。"
    assert one["refused"][5]["reason"] == "日期 2099-09-03 還沒有到，不能登記已經發生。"
    assert Entry.objects.count() == before
    assert (ImportRun.objects.count(), ImportedRow.objects.count()) == (0, 0)


def test_a_dry_run_counts_and_leaves_nothing(cast, watches, workbook):
    report = run_import(cast.li, [workbook("觀星.xlsx", [HEAD, *ROWS])], dry_run=True)

    assert counts(report) == (2, 2, 0, 0)
    assert (report.written, watched().count(), ImportRun.objects.count()) == (False, 0, 0)


def test_a_stranger_may_not_import(cast, watches, workbook):
    report = run_import(cast.zhao, [workbook("觀星.xlsx", [HEAD, *ROWS])])

    assert only(report)["refused"] == [{"row": 0, "column": "", "reason": "「觀星」要由總務主任、總務幹事來做。"}]


def test_unknown_names_are_said_once_and_offered(cast, watches, workbook):
    rows = [
        ("G1", "2018-09-03", "北校區東樓101室", "夏新來", "天狼", *[None] * 4),
        ("G2", "2018-09-03", "北校区东楼101室", "夏新來", "天狼", *[None] * 4),
        ("G3", "2018-09-03", "西山", "王、李", "天狼", *[None] * 4),
    ]

    report = run_import(cast.li, [workbook("觀星.xlsx", [HEAD, *rows])])

    assert only(report)["refused"] == [
        {
            "row": 2,
            "column": "觀星點",
            "reason": "沒有叫「北校區東樓101室」的場所。請先登記，或改成已登記的名稱。另有 1 行相同。",
        },
        {
            "row": 2,
            "column": "觀星人",
            "reason": "沒有叫「夏新來」的人員。請先登記，或改成已登記的名稱。另有 1 行相同。",
        },
        {"row": 4, "column": "觀星點", "reason": "沒有叫「西山」的場所。請先登記，或改成已登記的名稱。"},
        {"row": 4, "column": "觀星人", "reason": "沒有叫「王、李」的人員。請先登記，或改成已登記的名稱。"},
    ]
    assert report.as_json()["offers"] == [
        {"what": "person", "name": "夏新來", "rows": 2},
        {"what": "place", "name": "北校區東樓101室", "rows": 2},
    ]


def test_what_was_offered_can_be_added_in_the_same_run(cast, watches, workbook):
    rows = [
        ("G1", "2018-09-03", "北校區東樓101室", "夏新來", "天狼", *[None] * 4),
        ("G2", "2018-09-03", "北校区东楼101室", "夏新來", "天狼", *[None] * 4),
    ]

    report = run_import(cast.li, [workbook("觀星.xlsx", [HEAD, *rows])], add_missing={"places", "people"})

    assert counts(report) == (2, 2, 0, 0)
    assert "一併登記的場所：北校區東樓101室。" in only(report)["notes"]
    assert "一併登記的人員：夏新來。" in only(report)["notes"]
    added = Place.objects.get(full_name="北校區東樓101室")
    assert (added.name, added.parent.full_name, added.campus) == ("101室", "北校區東樓", cast.north)
    assert Person.objects.filter(name="夏新來").count() == 1
    assert [entry.place for entry in watched()] == [added, added]


def test_a_place_on_no_known_campus_needs_the_campus_first(cast, watches, workbook):
    sheet = workbook("觀星.xlsx", [HEAD, ("G1", "2018-09-03", "東校區操場", None, "天狼", *[None] * 4)])

    refused = run_import(cast.li, [sheet], add_missing={"places"})
    added = run_import(cast.li, [sheet], add_missing={"places", "campuses"})

    assert refused.offers == [
        {"what": "campus", "name": "東校區", "rows": 1},
        {"what": "place", "name": "東校區操場", "rows": 1},
    ]
    assert counts(added) == (1, 1, 0, 0)
    assert Place.objects.get(full_name="東校區操場").campus.name == "東校區"


def test_a_name_whose_own_row_was_refused_is_not_reported_again(cast, watches, workbook):
    places = [("校區", "樓棟", "房號", "室名", "用途"), ("北校區", "東樓", "101", "101室", "字" * 90)]
    uses = [HEAD, ("G1", "2018-09-03", "北校區東樓101室", None, "天狼", *[None] * 4)]

    report = run_import(cast.li, [workbook("觀星.xlsx", uses), workbook("場所.xlsx", {"場所": places})])

    by_file = {one["file"]: one for one in report.as_json()["files"]}
    assert [refusal["column"] for refusal in by_file["場所.xlsx"]["refused"]] == ["用途"]
    assert by_file["觀星.xlsx"]["refused"] == []
    assert "1 行用到上面沒能匯入的「北校區東樓101室」。" in by_file["觀星.xlsx"]["notes"]
    assert report.offers == []
    assert watched().count() == 0


def test_places_and_people_are_read_before_what_names_them_whatever_the_order_of_files(cast, watches, workbook):
    places = [("校區", "樓棟", "房號", "室名"), ("北校區", "東樓", 101, "101室")]
    people = [("姓名", "崗位", "校區"), ("夏新來", "教師", "北校區")]
    uses = [HEAD, ("G1", "2018-09-03", "北校區東樓101室", "夏新來", "天狼", *[None] * 4)]

    report = run_import(
        cast.li,
        [workbook("觀星.xlsx", uses), workbook("名冊.xlsx", people), workbook("場所.xlsx", {"場所": places})],
    )

    assert not report.is_refused
    assert [one["file"] for one in report.as_json()["files"]] == ["觀星.xlsx", "名冊.xlsx", "場所.xlsx"]
    assert watched().get().place.full_name == "北校區東樓101室"


@pytest.mark.parametrize(
    ("title", "others", "expected"),
    [
        ("2018學年觀星記錄", (), date(2019, 3, 5)),
        ("2018-2019學年第二學期", (), date(2019, 3, 5)),
        ("2019年觀星記錄", (), date(2019, 3, 5)),
        ("觀星記錄", ("2018-09-10", "2019-01-05"), date(2019, 3, 5)),
        ("觀星記錄", ("2018-02-10", "2018-11-05"), date(2018, 3, 5)),
    ],
)
def test_a_day_without_a_year_takes_it_from_the_title_or_the_other_days(
    cast, watches, workbook, title, others, expected
):
    rows = [(f"G{day}", day, "北校區食堂", None, "天狼", *[None] * 4) for day in (*others, "3月5日")]

    report = run_import(cast.li, [workbook("觀星.xlsx", [(title,), HEAD, *rows])])

    assert not report.is_refused
    assert watched().last().occurred_on == expected
    assert any(note.startswith("沒有寫年份的日期按") for note in only(report)["notes"])


def test_a_day_without_a_year_is_refused_where_nothing_tells_it(cast, watches, workbook):
    report = run_import(cast.li, [workbook("觀星.xlsx", [HEAD, ("G1", "3月5日", *ROWS[0][2:])])])

    assert only(report)["refused"] == [
        {"row": 2, "column": "觀星日", "reason": "「3月5日」沒有年份，請寫成 2019-03-05。"}
    ]


def test_a_stroke_where_nothing_is_to_be_written_is_blank(cast, watches, workbook):
    report = run_import(
        cast.li, [workbook("觀星.xlsx", [HEAD, ("G1", "2018-09-03", "北校區食堂", "/", "—", "-", "—", None, None)])]
    )

    assert counts(report) == (1, 1, 0, 0)
    assert "「星數」有 1 格只畫了橫線或斜線，當作空白。" in only(report)["notes"]
    assert watched().get().reason == "—"


def test_a_column_the_action_cannot_do_without_is_asked_for_once(cast, watches, workbook):
    sheet = workbook(
        "觀星.xlsx", [("觀星號", "觀星日", "星名", "天色", "觀星點"), *[("G1", "2018-09-03", "天狼", "晴", "")] * 3]
    )
    watches.importing.action.form.base_fields["stars"].required = True
    try:
        report = run_import(cast.li, [sheet])
    finally:
        watches.importing.action.form.base_fields["stars"].required = False

    assert only(report)["refused"] == [{"row": 0, "column": "", "reason": "缺少「星數」這一欄，請補上再匯入。"}]


def test_a_file_that_is_no_table_is_refused_with_the_others(cast, watches, workbook, tmp_path):
    (tmp_path / "掃描.pdf").write_bytes(b"%PDF-1.4 nothing")
    notes = workbook("說明.xlsx", [("填表說明",), ("每月五日前報送",)])

    report = run_import(cast.li, [tmp_path / "掃描.pdf", notes, workbook("觀星.xlsx", [HEAD, *ROWS])])

    assert [(one["file"], one["register"], one["added"]) for one in report.as_json()["files"]] == [
        ("掃描.pdf", "", 0),
        ("說明.xlsx", "", 0),
        ("觀星.xlsx", "watching.watches", 0),
    ]
    assert [one["refused"] for one in report.as_json()["files"]][:2] == [
        [{"row": 0, "column": "", "reason": "這是 PDF，不是表格。請向提供的人要 .xlsx 或 .csv。"}],
        [{"row": 0, "column": "", "reason": "工作表「Sheet1」看不出是哪一種登記簿，未讀。"}],
    ]
    assert watched().count() == 0


def test_a_sheet_of_explanations_beside_a_register_is_only_noted(cast, watches, workbook):
    report = run_import(cast.li, [workbook("觀星.xlsx", {"觀星": [HEAD, *ROWS], "說明": [("每月五日前報送",)]})])

    assert counts(report) == (2, 2, 0, 0)
    assert "工作表「說明」看不出是哪一種登記簿，未讀。" in only(report)["notes"]


def test_sheets_of_one_register_in_one_file_are_reported_as_one(cast, watches, workbook):
    report = run_import(
        cast.li, [workbook("觀星.xlsx", {"九月": [HEAD, ROWS[0]], "十月": [HEAD, ROWS[1], ("G9", *[None] * 8)]})]
    )

    one = only(report)
    assert (one["read"], one["added"]) == (3, 0)
    assert one["refused"][0] == {"row": 3, "column": "觀星日", "reason": "工作表「十月」：這個欄位是必須的。"}


def test_long_refusals_are_cut_with_their_number(cast, watches, workbook):
    report = run_import(
        cast.li,
        [
            workbook(
                "觀星.xlsx", [HEAD, *[(f"G{n}", "無", "北校區食堂", None, "天狼", *[None] * 4) for n in range(230)]]
            )
        ],
    )

    assert len(only(report)["refused"]) == 200
    assert "不能匯入的地方共 230 處，這裡列出前 200 處。" in only(report)["notes"]


def test_what_is_kept_of_a_run_holds_no_names(cast, watches, workbook):
    run_import(
        cast.li, [workbook("觀星.xlsx", [(*HEAD, "觀星電話"), (*ROWS[0], "13900008305")])], add_missing={"people"}
    )

    assert ImportRun.objects.get().report == {
        "files": [
            {
                "file": "觀星.xlsx",
                "sheet": "Sheet1",
                "register": "watching.watches",
                "read": 1,
                "added": 1,
                "changed": 0,
                "unchanged": 0,
            }
        ]
    }


def test_a_masked_telephone_of_an_export_is_no_other_telephone(cast, watches, workbook):
    head = (*HEAD, "觀星電話")
    run_import(cast.li, [workbook("觀星.xlsx", [head, (*ROWS[0], "13900008305")])])

    masked = run_import(cast.li, [workbook("匯出.xlsx", [head, (*ROWS[0], "139****8305")])])
    other = run_import(cast.li, [workbook("改號.xlsx", [head, (*ROWS[0], "13900008306")])])

    assert counts(masked) == (1, 0, 1, 0)
    assert counts(other) == (1, 0, 0, 1)


@pytest.mark.parametrize("as_written", [int, str, float])
def test_digits_on_paper_are_a_name_and_never_a_key_of_the_book(cast, watches, workbook, as_written):
    first = Place.objects.order_by("pk").first()

    report = run_import(
        cast.li, [workbook("觀星.xlsx", [HEAD, ("G1", "2018-09-03", as_written(first.pk), None, "天狼", *[None] * 4)])]
    )

    assert only(report)["refused"] == [
        {
            "row": 2,
            "column": "觀星點",
            "reason": f"沒有叫「{first.pk}」的場所。請先登記，或改成已登記的名稱。",
        }
    ]


def test_what_was_recorded_here_is_not_recorded_again_by_its_export(cast, watches, workbook):
    watch = watches.importing.action
    for _twice in range(2):
        watch(cast.li, occurred_on="2018-09-03", place=cast.canteen, star="天狼", sky="clear")
    head, row = ("觀星日", "觀星點", "星名", "天色"), ("2018年9月3日", "北校區食堂", "天狼", "晴")

    same = run_import(cast.li, [workbook("匯出.xlsx", [head, row, row])])
    more = run_import(cast.li, [workbook("匯出.xlsx", [head, row, row, row, ("2018-09-04", *row[1:])])])

    assert counts(same) == (2, 0, 2, 0)
    assert counts(more) == (4, 2, 2, 0)
    assert watched().count() == 4


def test_a_masked_value_of_the_schools_own_is_taken_as_it_is_written(cast, workbook):
    report = run_import(cast.li, [workbook("名冊.xlsx", [("姓名", "崗位", "電話"), ("夏新來", "教師", "139****8305")])])

    assert counts(report) == (1, 1, 0, 0)
    assert Person.objects.get(name="夏新來").phone == "139****8305"


def test_progress_is_told(cast, watches, workbook):
    told = []

    run_import(cast.li, [workbook("觀星.xlsx", [HEAD, *ROWS])], progress=lambda done, total: told.append((done, total)))

    assert told == [(2, 2)]


def test_an_unknown_register_is_refused(cast, workbook):
    with pytest.raises(Refused, match="沒有叫「nothing」的登記簿可以匯入"):
        run_import(cast.li, [workbook("觀星.xlsx", [HEAD])], register="nothing")


def test_two_people_of_one_name_are_told_apart_by_their_staff_number(cast, workbook):
    head = ("姓名", "崗位", "校區", "工號")
    twins = [head, ("張偉", "教師", "北校區", None), ("張偉", "保安", "北校區", None)]

    refused = run_import(cast.li, [workbook("名冊.xlsx", twins)])
    added = run_import(
        cast.li, [workbook("名冊.xlsx", [head, ("張偉", "教師", "北校區", 1), ("張偉", "保安", "北校區", 2)])]
    )

    assert only(refused)["refused"] == [
        {
            "row": 3,
            "column": "姓名",
            "reason": "第 3 行的「張偉 北校區」和第 2 行重複，內容卻不同。請刪去其中一行或改正。若是兩個，請填「工號」加以區別。",
        }
    ]
    assert counts(added) == (2, 2, 0, 0)


def test_somebody_already_in_the_book_is_not_added_again(cast, workbook):
    head = ("姓名", "崗位")

    same = run_import(cast.li, [workbook("名冊.xlsx", [head, ("王保管", "保管員"), ("陈师傅", "维修工")])])
    other = run_import(cast.li, [workbook("名冊.xlsx", [head, ("王保管", "教師")])])

    assert counts(same) == (2, 0, 2, 0)
    assert only(other)["refused"] == [
        {
            "row": 2,
            "column": "崗位",
            "reason": "「王保管」已經登記在「教職工」裡，內容不同：「崗位」原為「保管員」，這次是「教師」。請改編號，或到「教職工」裡更正。",
        }
    ]


def test_somebody_added_by_name_alone_is_completed_by_the_staff_list(cast, watches, workbook):
    watch = [HEAD, ("G1", "2018-09-03", "東校區操場", "夏新來", "天狼", *[None] * 4)]
    run_import(cast.li, [workbook("觀星.xlsx", watch)], add_missing={"campuses", "places", "people"})
    campuses = [("校區", "地址", "學生數"), ("東校區", "東路1號", 920)]
    people = [("姓名", "崗位", "電話"), ("夏新來", "保管員", "13900008305")]
    file = workbook("學校.xlsx", {"校區": campuses, "教職工": people})

    first = run_import(cast.li, [file])
    again = run_import(cast.li, [file])

    assert [(one["added"], one["changed"], one["refused"]) for one in first.as_json()["files"]] == [
        (0, 1, []),
        (0, 1, []),
    ]
    assert [(one["unchanged"], one["refused"]) for one in again.as_json()["files"]] == [(1, []), (1, [])]
    person = Person.objects.get(name="夏新來")
    assert (person.post, person.phone, list(person.assignments.values_list("role", flat=True))) == (
        "保管員",
        "13900008305",
        ["storekeeper"],
    )
    assert Place.objects.filter(name="東校區", pupils=920, address="東路1號").exists()


def test_classes_find_their_teachers_in_the_same_run(cast, workbook):
    people = [("姓名", "崗位"), ("夏新來", "班主任")]
    classes = [("校區", "年級", "班級", "人數", "班主任"), ("北校區", "一年級", "一(1)班", 49, "夏新來")]

    report = run_import(cast.li, [workbook("學校.xlsx", {"班級": classes, "教職工": people})])

    assert not report.is_refused
    assert SchoolClass.objects.get().teacher.name == "夏新來"
