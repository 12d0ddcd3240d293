"""The 報修登記 of a real half year, row by row through the import action."""

from datetime import date

import pytest

from houqin.domains.repairs import actions, forms
from houqin.domains.repairs.models import WorkOrder
from houqin.foundation.journal.actions import batch
from houqin.foundation.journal.checks import CHECKS
from houqin.foundation.journal.figures import Reading
from houqin.foundation.journal.models import Entry, Place
from houqin.foundation.org.directory import Directory
from houqin.foundation.org.fields import ReferenceField
from houqin.foundation.org.models import Person
from houqin.kit.periods import Period
from houqin.kit.text import fold, to_traditional

COLUMNS = {
    "单号": "number", "报修日期时间": "reported_at", "报修人": "reporter", "校区楼室": "place", "类别": "category", "故障描述": "fault",
    "紧急程度": "urgency", "是否安全隐患": "is_hazard", "维修人": "repairer", "维修内容": "work", "更换材料": "material",
    "材料数量": "quantity", "单位": "counter", "材料费": "material_cost", "完成时间": "completed_at", "验收人": "acceptor",
    "满意度": "satisfaction", "备注": "note",
}  # fmt: skip
HALF_YEAR = Period(date(2018, 7, 10), date(2019, 1, 20))


def rows_of(path):
    from openpyxl import load_workbook

    sheet = load_workbook(path).active
    heads = [COLUMNS[cell.value] for cell in sheet[3]]
    return [dict(zip(heads, row, strict=True)) for row in sheet.iter_rows(min_row=4, values_only=True)]


def take_in(clerk, rows):
    form = forms.Record(actor=clerk)
    directory = Directory.read()
    for field in form.fields.values():
        if isinstance(field, ReferenceField):
            field.directory = directory
    with batch(clerk) as unit:
        for row in rows:
            actions.record.into(unit, row, form=form)


def add_places(names):
    campuses = {}
    for name in sorted(names):
        campus = campuses.get(name[:3]) or Place.objects.filter(folded=fold(name[:3])).first()
        if campus is None:
            campus = Place.objects.create(kind="campus", name=name[:3], full_name=name[:3], folded=fold(name[:3]))
        campuses[name[:3]] = campus
        if not Place.objects.filter(folded=fold(name)).exists():
            Place.objects.create(
                kind="room", campus=campus, parent=campus, name=name[3:], full_name=name, folded=fold(name)
            )


@pytest.fixture
def half_year(shared, cast):
    rows = rows_of(shared / "seeds" / "s3" / "报修登记.xlsx")
    add_places({to_traditional(row["place"]) for row in rows})
    Person.objects.create(name="黃玉美", folded=fold("黃玉美"))
    take_in(cast.li, rows)
    return Reading(HALF_YEAR)


def test_a_half_year_of_repairs_gives_the_figures_of_the_summary(half_year):
    expected = {
        "repairs.reported": 263,
        "repairs.completed": 260,
        "repairs.lamp_jobs": 82,
        "repairs.odd_jobs": 105,
        "repairs.drains_cleared": 23,
        "repairs.taps_valves": 50,
        "repairs.doors": 13,
        "repairs.windows": 15,
        "repairs.lamp_tubes": 124,
        "repairs.material_cost": 348500,
        "repairs.outstanding": 3,
        "repairs.self_accepted": 4,
    }
    assert {name: half_year[name].value for name in expected} == expected
    said = {
        name: half_year[name].text
        for name in ("repairs.lamp_jobs", "repairs.taps_valves", "repairs.doors", "repairs.windows")
    }
    assert said == {
        "repairs.lamp_jobs": "80餘次",
        "repairs.taps_valves": "50只",
        "repairs.doors": "10餘張",
        "repairs.windows": "15頁",
    }
    for name in expected:
        assert sum(row.quantity for row in half_year.rows(name)) == half_year[name].value
    assert half_year["repairs.on_time"].value + half_year["repairs.late"].value == 260


def test_people_stand_as_written_and_as_who_they_are_where_one_bears_the_name(half_year):
    order = WorkOrder.objects.get(number="WX0004")
    assert (order.reporter_name, order.reporter, order.repairer.name, order.state) == (
        "高志国",
        None,
        "黃玉美",
        "closed",
    )
    open_order = WorkOrder.objects.get(number="WX0255")
    assert (open_order.state, open_order.completed_at, open_order.material) == ("dispatched", None, "灯管")


def test_no_name_reaches_the_journal(half_year):
    written = "".join(Entry.objects.filter(kind__startswith="repairs.").values_list("asked", flat=True))
    assert written
    assert not any(name in written for name in ("高志国", "黄玉美", "林燕琴", "黃玉美"))


def test_every_check_is_content(half_year):
    assert [finding for check in CHECKS for finding in check.look()] == []


def row(**facts):
    return {
        "reported_at": "2018-09-03 9:00",
        "place": "南校區教學樓105室",
        "fault": "門鎖壞",
        "category": "门窗",
        **facts,
    }


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"place": "東校區101室"}, "沒有叫「東校區101室」的場所"),
        ({"completed_at": "2018-09-02"}, "完成時間早於報修時間"),
        ({"completed_at": "2018-09-04", "material": "水嘴"}, "「水嘴」沒有寫清數量"),
        ({"completed_at": "2018-09-04", "quantity": "2"}, "沒有寫更換材料"),
        ({"completed_at": "2018-09-04", "material": "水嘴", "quantity": "0"}, "數量要大於零"),
        ({"reported_at": ""}, "報修日期時間"),
        ({"fault": ""}, "看不出報修什麼"),
        ({"material_cost": "-3"}, "金額不能小於"),
        ({"satisfaction": "哈哈"}, "不在可選的詞"),
    ],
)
def test_a_row_that_cannot_be_true_is_refused_with_a_sentence(cast, facts, sentence):
    from houqin.foundation.journal.refused import Refused

    with pytest.raises(Refused, match=sentence):
        take_in(cast.li, [row(**facts)])
    assert WorkOrder.objects.count() == 0


def test_a_row_without_a_number_gets_one(cast):
    take_in(cast.li, [row(), row(fault="燈不亮")])
    assert list(WorkOrder.objects.order_by("pk").values_list("number", flat=True)) == ["WX-2018-0001", "WX-2018-0002"]


def test_two_materials_in_one_cell_are_counted_apart(cast):
    take_in(
        cast.li,
        [
            row(
                completed_at="2018-9-4",
                work="更換水嘴",
                material="水嘴、軟管",
                quantity="2、3",
                counter="只、根",
                material_cost="66",
            )
        ],
    )
    reading = Reading(HALF_YEAR)
    assert (reading["repairs.taps_valves"].value, reading["repairs.material_cost"].value) == (2, 6600)


def test_a_door_job_with_a_new_lock_mended_one_door(cast):
    take_in(cast.li, [row(completed_at="2018-9-4", work="維修門，換鎖", material="門鎖", quantity="1把")])
    reading = Reading(HALF_YEAR)
    assert (reading["repairs.doors"].value, reading["repairs.doors"].text) == (1, "1張")


def test_what_was_planned_for_a_job_not_done_is_not_counted(cast):
    take_in(cast.li, [row(material="門", quantity=1, counter="張", material_cost=45, repairer="陳師傅")])
    reading = Reading(HALF_YEAR)
    assert {
        name: reading[name].value
        for name in ("repairs.reported", "repairs.completed", "repairs.doors", "repairs.material_cost")
    } == {
        "repairs.reported": 1,
        "repairs.completed": 0,
        "repairs.doors": 0,
        "repairs.material_cost": 0,
    }


def amended(cast, order, **facts):
    return actions.amend(cast.li, document=order, **row(number=order.number, **facts))


def test_a_row_that_comes_again_completed_is_written_once(cast):
    take_in(cast.li, [row(number="A7", repairer="陳師傅")])
    order = WorkOrder.objects.get(number="A7")

    entry = amended(
        cast,
        order,
        repairer="陳師傅",
        completed_at="2018-09-05 10:00",
        work="維修門",
        acceptor="林老師",
        satisfaction="满意",
    )

    order.refresh_from_db()
    assert (entry.kind, entry.occurred_on, order.state) == ("repairs.completed", date(2018, 9, 5), "closed")
    kinds = list(
        Entry.objects.filter(document_kind="repairs.work_order").order_by("number").values_list("kind", flat=True)
    )
    assert kinds == ["repairs.reported", "repairs.completed", "repairs.confirmed"]
    reading = Reading(HALF_YEAR)
    assert (
        reading["repairs.reported"].value,
        reading["repairs.completed"].value,
        reading["repairs.satisfied"].value,
    ) == (1, 1, 1)


def test_a_row_that_comes_again_with_another_story_is_refused(cast):
    from houqin.foundation.journal.refused import Refused

    take_in(cast.li, [row(number="A7", completed_at="2018-09-05 10:00", work="維修門")])
    order = WorkOrder.objects.get(number="A7")

    with pytest.raises(Refused, match="「維修內容」已登記為 維修門，這次寫的是 更換燈管"):
        amended(cast, order, completed_at="2018-09-05 10:00", work="更換燈管")


def test_a_stranger_may_not_take_papers_in(cast):
    from houqin.foundation.journal.refused import Denied

    with pytest.raises(Denied):
        take_in(cast.zhao, [row()])


@pytest.mark.parametrize(
    ("day", "counted"), [("2018-07-09", 0), ("2018-07-10", 1), ("2019-01-20", 1), ("2019-01-21", 0)]
)
def test_figures_count_first_and_last_day_and_none_beside(cast, day, counted):
    take_in(
        cast.li,
        [
            row(
                reported_at=f"{day} 8:00",
                completed_at=f"{day} 9:00",
                work="更換燈管",
                material="灯管",
                quantity=2,
                counter="支",
            )
        ],
    )
    reading = Reading(HALF_YEAR)
    assert [reading[name].value for name in ("repairs.reported", "repairs.completed", "repairs.lamp_jobs", "repairs.lamp_tubes")] == [
        counted, counted, counted, 2 * counted,
    ]  # fmt: skip
