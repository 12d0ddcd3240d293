"""The files of a real half year through the importer: the first time, again, and with more filled in."""

from datetime import date

import pytest
from openpyxl import Workbook, load_workbook

from houqin.domains.repairs.models import WorkOrder
from houqin.foundation.journal.figures import Reading
from houqin.foundation.journal.models import Entry
from houqin.foundation.org.founding import found_school
from houqin.foundation.registers.importing import run_import
from houqin.kit.periods import Period

HALF_YEAR = Period(date(2018, 7, 10), date(2019, 1, 20))


@pytest.fixture
def half_year(db, shared):
    seeds = shared / "seeds" / "s3"
    founded = found_school(name="市第一完全小學", password="chalk-and-duster-7")
    files = [seeds / name for name in ("报修登记.xlsx", "學校基本情況.xlsx")]
    report = run_import(founded.administrator, files)
    assert report.written, report.as_json()
    return founded.administrator, files


def test_the_file_gives_the_figures_of_the_summary(half_year):
    reading = Reading(HALF_YEAR)
    names = (
        "repairs.reported", "repairs.completed", "repairs.lamp_jobs", "repairs.odd_jobs", "repairs.drains_cleared",
        "repairs.taps_valves", "repairs.doors", "repairs.windows", "repairs.lamp_tubes",
    )  # fmt: skip
    assert [reading[name].json_value() for name in names] == [263, 260, 82, 105, 23, 50, 13, 15, 124]
    assert reading["repairs.material_cost"].json_value() == "3485.00"
    assert dict(reading.by("repairs.completed", "campus")).keys() == {"北校區", "南校區"}


def test_the_same_file_again_changes_nothing(half_year):
    administrator, files = half_year
    before = Entry.objects.count()
    report = run_import(administrator, files)
    assert [section.unchanged == section.read for section in report.sections] == [True] * len(report.sections)
    assert Entry.objects.count() == before


def test_a_later_file_in_which_an_open_job_is_done_writes_only_that(half_year, tmp_path):
    administrator, files = half_year
    sheet = load_workbook(files[0]).active
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    heads = rows[2]
    for row in rows[3:]:
        if row[0] == "WX0255":
            row[heads.index("维修内容")], row[heads.index("完成时间")] = "更换灯管", "2019-01-18 9:00"
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "报修登记.xlsx")
    told = Entry.objects.exclude(kind="journal.vouched")
    before = told.count()

    report = run_import(administrator, [tmp_path / "报修登记.xlsx"])

    section = report.sections[0]
    assert (section.changed, section.unchanged, section.refused) == (1, 262, [])
    assert told.count() == before + 1
    assert WorkOrder.objects.get(number="WX0255").state == "done"
    reading = Reading(HALF_YEAR)
    assert [reading[name].value for name in ("repairs.completed", "repairs.lamp_jobs", "repairs.lamp_tubes")] == [
        261,
        83,
        127,
    ]


def test_headings_of_another_school_in_another_order_are_understood(db, tmp_path):
    founded = found_school(name="某校", password="chalk-and-duster-7")
    book = Workbook()
    for row in (
        ["2019年春季維修記錄"],
        [
            "维修师傅",
            "报修地点",
            "处理结果",
            "报修内容",
            "报修时间",
            "工单编号",
            "完工时间",
            "使用材料",
            "用量",
            "费用(元)",
            "评价",
            "验收签字",
        ],
        [
            "老張",
            "本部教学楼101室",
            "换水龙头",
            "水龙头坏",
            "2019.3.5 8:10",
            "19-001",
            "2019.3.5",
            "水龙头",
            "2个",
            "36",
            "好",
            "李四",
        ],
    ):
        book.active.append(row)
    book.save(tmp_path / "维修记录.xlsx")

    report = run_import(founded.administrator, [tmp_path / "维修记录.xlsx"], add_missing=("campuses", "places"))
    assert report.sections[0].register == "repairs.work_orders", report.as_json()
    refused = [refusal.reason for refusal in report.sections[0].refused]
    assert refused == ["沒有叫「本部教学楼101室」的場所。請先登記，或改成已登記的名稱。"]

    from houqin.foundation.org import actions as org

    org.add_campus(founded.administrator, campus="本部")
    report = run_import(founded.administrator, [tmp_path / "维修记录.xlsx"], add_missing=("places",))
    assert report.written, report.as_json()
    order = WorkOrder.objects.get(number="19-001")
    assert (order.job, order.satisfaction, order.repairer_name, order.state) == (
        "valve_tap",
        "satisfied",
        "老張",
        "closed",
    )
    assert Reading(Period(date(2019, 3, 1), date(2019, 3, 31)))["repairs.taps_valves"].text == "2個"
