"""The figures of safety, on the day before, the first, the last and the day after; and what the summary says of them."""

from datetime import date

import pytest

from houqin.domains.safety import actions
from houqin.domains.safety.figures import months_without_drill, spoken_seconds
from houqin.foundation.calendar.models import Term
from houqin.foundation.journal.figures import FIGURES, Reading
from houqin.foundation.journal.sentences import CLAUSES, PROBLEMS
from houqin.kit.periods import Period

PERIOD = Period(date(2018, 9, 1), date(2018, 12, 31))
EDGES = (date(2018, 8, 31), date(2018, 9, 1), date(2018, 12, 31), date(2019, 1, 1))


def value(name, period=PERIOD):
    return Reading(period)[name].value


def said(name, reading):
    parts = CLAUSES[name].text(reading)
    return None if parts is None else "".join(part if isinstance(part, str) else part.text for part in parts)


def told(name, reading):
    return ["".join(p if isinstance(p, str) else p.text for p in one.parts) for one in PROBLEMS[name].look(reading)]


def check(cast, day, items="常規安全檢查", result="合格", **facts):
    given = {"layer": "周", "occurred_on": day, "items": items, "result": result, "inspector": "孫安全", **facts}
    return actions.import_inspection(cast.sun, **given)


@pytest.mark.parametrize(
    ("name", "items", "result", "wanted"),
    [
        ("safety.inspections", "看看", "合格", 2),
        ("safety.sweeps", "全校安全大排查", "合格", 2),
        ("safety.routine_checks", "常規安全檢查", "合格", 2),
        ("safety.food_checks", "食品安全檢查", "合格", 2),
        ("safety.police_fire_checks", "消防安全檢查(社區民警)", "合格", 2),
        ("safety.fire_checks", "消防安全檢查", "合格", 2),
        ("safety.weather_checks", "暴雨後檢查", "合格", 2),
        ("safety.inspections_failed", "常規安全檢查", "不合格", 2),
        ("safety.inspections_failed", "常規安全檢查", "合格", 0),
        ("safety.sweeps", "常規安全檢查", "合格", 0),
    ],
)
def test_figures_of_inspections_take_both_edge_days(cast, name, items, result, wanted):
    for day in EDGES:
        check(cast, day, items=items, result=result, problem="插座鬆動" if result == "不合格" else "")

    assert value(name) == wanted
    assert sum(row.quantity for row in Reading(PERIOD).rows(name)) == wanted


def test_figures_of_letters_education_and_drills_take_both_edge_days(cast):
    for day in EDGES:
        actions.sign_letter(cast.sun, occurred_on=day, name="安全責任書", responsible="趙老師", copies=3)
        actions.hold_session(cast.sun, occurred_on=day, topic="防火、防盜", present=100, minutes=20)
        actions.import_drill(cast.sun, occurred_on=day, name="疏散演練", present=200)
        actions.issue_plan(cast.sun, occurred_on=day, name="防汛預案")

    reading = Reading(PERIOD)
    names = (
        "letters_signed", "education_sessions", "education_topics", "education_pupils", "education_minutes", "drills",
        "drill_pupils", "plans_issued",
    )  # fmt: skip
    assert [reading[f"safety.{name}"].value for name in names] == [6, 2, 2, 200, 40, 2, 400, 2]


def hazard(cast, number, day, **facts):
    given = {
        "number": number,
        "occurred_on": day,
        "description": "欄杆鬆動",
        "place": "北校區",
        "measures": "加固",
        **facts,
    }
    return actions.import_hazard(cast.sun, **given)


def closed(day, by="孫安全"):
    return {"fixer": "陳師傅", "rectified_on": day, "acceptor": by, "acceptance": "合格", "closed_on": day}


def test_figures_of_hazards_take_both_edge_days(cast):
    for position, day in enumerate(EDGES):
        hazard(cast, f"YH{position}", day, **closed(day))

    reading = Reading(PERIOD)
    assert [reading[f"safety.hazards_{name}"].value for name in ("found", "rectified", "closed", "open")] == [
        2,
        2,
        2,
        0,
    ]


def test_a_hazard_is_overdue_from_the_day_after_its_deadline_until_it_is_closed(cast):
    hazard(cast, "YH1", date(2018, 3, 1), due_on=date(2018, 12, 30))
    hazard(cast, "YH2", date(2018, 10, 1), due_on=date(2018, 12, 31))
    hazard(cast, "YH3", date(2018, 10, 1), due_on=date(2018, 10, 8), **closed(date(2019, 1, 1)))
    hazard(cast, "YH4", date(2018, 10, 1), due_on=date(2018, 10, 8), **closed(date(2018, 12, 31)))
    hazard(cast, "YH5", date(2018, 10, 1))

    reading = Reading(PERIOD)
    assert [row.document for row in reading.rows("safety.hazards_overdue")] == ["YH1", "YH3"]
    assert reading["safety.hazards_overdue"].value == 2
    assert reading["safety.hazards_open"].value == 4
    assert told("safety.hazards_overdue", reading) == ["逾期未銷號的隱患2項（北校區欄杆鬆動、北校區欄杆鬆動）"]


def test_every_figure_of_safety_is_nought_in_an_empty_book(cast):
    reading = Reading(PERIOD)

    assert {reading[name].value for name in FIGURES.names() if name.startswith("safety.")} == {0}
    assert [
        one for name in PROBLEMS.names() if name.startswith("safety.") for one in PROBLEMS[name].look(reading)
    ] == []


def test_weekly_is_said_only_where_no_week_was_left_out(cast):
    days = [date(2018, 9, 5), date(2018, 9, 12), date(2018, 9, 19), date(2018, 9, 26)]
    for day in days:
        check(cast, day)
    assert said("safety.routine", Reading(PERIOD)) == "常規安全檢查每週一次，共4次"

    check(cast, date(2018, 10, 10))
    assert said("safety.routine", Reading(PERIOD)) == "常規安全檢查5次"


def test_monthly_is_said_only_where_no_month_was_left_out(cast):
    for month in (9, 10, 12):
        check(cast, date(2018, month, 8), items="食品安全檢查")
    assert said("safety.food", Reading(PERIOD)) == "食品安全檢查3次"

    check(cast, date(2018, 11, 8), items="食品安全檢查")
    assert said("safety.food", Reading(PERIOD)) == "食品安全檢查每月一次，共4次"


def test_mended_faults_are_told_in_the_manner_of_the_source(cast):
    hazard(
        cast,
        "YH1",
        date(2018, 9, 1),
        description="單槓開裂",
        due_on=date(2018, 9, 9),
        **{**closed(date(2018, 9, 5)), "measures": "焊接"},
    )
    hazard(cast, "YH2", date(2018, 9, 2), description="音柱松动", due_on=date(2018, 9, 3), **closed(date(2018, 9, 6)))

    assert (
        said("safety.mended", Reading(PERIOD))
        == "巡視發現的安全隱患及時整改，如北校區單槓開裂及時焊接，北校區音柱鬆動已加固"
    )


def test_everybody_is_said_only_where_everybody_signed(cast):
    staff = ["李主任", "周校長", "王保管", "陳師傅", "孫安全", "馬門衛", "林老師", "錢會計", "周資產"]
    for name in staff:
        actions.sign_letter(cast.sun, occurred_on=date(2018, 9, 3), name="安全責任書", responsible=name)
    reading = Reading(PERIOD)
    assert said("safety.letters", reading) == "簽訂安全責任書9份"
    assert told("safety.letters_unsigned", reading) == ["還有教職工沒有簽訂安全責任書"]

    actions.sign_letter(cast.sun, occurred_on=date(2018, 9, 4), name="消防安全承诺书", responsible="趙老師")
    reading = Reading(PERIOD)
    assert said("safety.letters", reading) == "全體教職員工簽訂安全責任書、消防安全承諾書10份"
    assert told("safety.letters_unsigned", reading) == []


def test_failed_checks_without_a_hazard_are_told(cast):
    check(cast, date(2018, 9, 5), result="不合格", problem="插座鬆動")
    actions.inspect(
        cast.sun, layer="周", occurred_on=date(2018, 9, 6), place=cast.south, items="常規", lines="插座|不合格|鬆動"
    )

    assert told("safety.failed_without_hazard", Reading(PERIOD)) == ["安全檢查不合格2次，其中1次沒有登記隱患跟蹤整改"]


def test_one_person_who_mended_and_accepted_is_told(cast):
    hazard(cast, "YH9", date(2018, 9, 1), **closed(date(2018, 9, 5), by="陳師傅"))

    assert told("safety.one_person", Reading(PERIOD)) == ["整改責任人與驗收人是同一個人的隱患有1項"]


def test_months_of_a_term_without_a_drill_are_told(cast):
    for month in (9, 12):
        actions.import_drill(cast.sun, occurred_on=date(2018, month, 10), name="疏散演練", present=10)

    assert months_without_drill(Reading(PERIOD)) == [201810, 201811]
    assert told("safety.months_without_drill", Reading(PERIOD)) == ["10月、11月沒有開展應急疏散演練，連續空缺"]
    Term.objects.create(school_year=2018, season="autumn", starts_on=date(2018, 9, 1), ends_on=date(2018, 11, 15))
    assert months_without_drill(Reading(PERIOD)) == [201810]


@pytest.mark.parametrize(
    ("seconds", "spoken"), [(208, "3分28秒"), (96, "1分36秒"), (60, "1分"), (45, "45秒"), (0, "0秒")]
)
def test_seconds_are_said_as_people_say_them(seconds, spoken):
    assert spoken_seconds(seconds) == spoken


def test_what_was_taken_back_is_told_no_more(cast):
    held = {"occurred_on": date(2018, 9, 3), "topic": "防火"}
    wrong = actions.hold_session(cast.sun, **held, channel="廣播")
    actions.hold_session(cast.sun, **held, channel="黑板報")
    failed = check(cast, date(2018, 9, 5), result="不合格", problem="插座鬆動")
    actions.void_session(cast.li, document=wrong.document_id, reason="重複登記")
    actions.void_inspection(cast.li, document=failed.document_id, reason="重複登記")

    reading = Reading(PERIOD)
    assert said("safety.education", reading) == "利用黑板報等形式開展安全教育1次，內容有防火共1類"
    assert told("safety.failed_without_hazard", reading) == []
