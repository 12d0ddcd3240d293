"""Today: what waits for me, the week ahead, what I reported and where it stands, the tour of the first login."""

import re
from datetime import timedelta

import pytest

from houqin.domains.repairs.models import WorkOrder
from houqin.foundation.calendar.models import Duty, Term
from houqin.foundation.journal.actions import ACTIONS
from houqin.foundation.signing.models import Task
from houqin.interfaces.web.models import Shown
from houqin.interfaces.web.pages.today import _figures, turns_of, waiting_for, week_ahead
from houqin.interfaces.web.tour import STEPS
from houqin.kit import clock
from houqin.kit.periods import Period


def text(answer):
    return answer.content.decode()


@pytest.fixture
def order(cast):
    ACTIONS["repairs.reported"](cast.lin, place=cast.south_105, fault="燈管不亮")
    return WorkOrder.objects.get()


def due(days):
    Task.objects.update(due_on=clock.today() + timedelta(days=days))


def test_a_task_says_how_its_day_stands_to_today(cast, order):
    said = {}
    for days in (-3, 0, 1, 5):
        due(days)
        one = waiting_for(cast.li, clock.today())[0][0]
        said[days] = (one.when, one.style, one.is_late)

    in_five = clock.today() + timedelta(days=5)
    assert said == {
        -3: ("逾期 3 天", "late", True),
        0: ("今天到期", "due", False),
        1: ("明天到期", "due", False),
        5: (f"{in_five:%m-%d} 到期", "", False),
    }


def test_the_week_ahead_holds_tasks_and_duties_of_seven_days_and_no_others(cast, order):
    today = clock.today()
    for name, label, starts in (("soon", "值周巡查", 2), ("far", "月度檢查", 9)):
        Duty.objects.create(
            name=name,
            label=label,
            rule="FREQ=MONTHLY;COUNT=1",
            starts_on=today + timedelta(days=starts),
            role="director",
            fulfilled_by="safety.inspected",
            days=0,
        )
    Term.objects.create(
        school_year=2018,
        season="autumn",
        starts_on=today - timedelta(days=90),
        ends_on=today + timedelta(days=6),
    )
    due(6)

    ahead = week_ahead(turns_of(cast.li, today), waiting_for(cast.li, today)[0], today, person=cast.li)

    assert [one.day for one in ahead] == [today + timedelta(days=n) for n in range(7)]
    assert [[words.partition("：")[0] for words, _address, _style in one.items] for one in ahead] == [
        [],
        [],
        ["值周巡查"],
        [],
        [],
        [],
        ["受理"],
    ]
    assert [one.note for one in ahead] == ["", "", "", "", "", "", "放假"]


def test_who_reported_sees_where_it_stands_and_whom_it_waits_for(login, cast, order):
    before = text(login(cast.lin).get("/"))
    ACTIONS["repairs.dispatched"](cast.li, document=order, repairer=cast.chen, note="")
    after = text(login(cast.lin).get("/"))

    assert "等 總務幹事、總務主任" in before
    assert "等 陳師傅" in after
    assert "已派工" in after


def test_what_was_reported_is_told_to_those_it_concerns(login, cast, order):
    heading = "剛報來的"

    # The director has it on the list of what waits for him; the repairer's office news names it once.
    assert heading not in text(login(cast.li).get("/"))
    assert heading in text(login(cast.principal).get("/"))
    assert heading not in text(login(cast.ma).get("/"))


def test_the_numbers_are_exact_and_those_of_ones_own_work_come_first(cast, order):
    for n in range(20):
        ACTIONS["repairs.reported"](cast.lin, place=cast.south_105, fault=f"第{n}扇窗")
    period = Period(clock.today(), clock.today())

    said = _figures(cast.lin, period)

    assert (said[0].name, said[0].text) == ("repairs.reported", "21次")


def test_the_office_is_told_what_lies_open(cast, order):
    period = Period(clock.today(), clock.today())

    assert _figures(cast.li, period)[0].name == "repairs.outstanding"


def test_a_stranger_sees_none_of_it(login, cast, order):
    page = text(login(cast.zhao).get("/"))

    assert "燈管不亮" not in page
    assert "沒有等您的事" in page


def test_the_tour_is_shown_until_it_is_put_away_and_again_when_asked_for(login, cast):
    browser = login(cast.lin)

    first = text(browser.get("/"))
    browser.post("/tour/")
    later = text(browser.get("/"))

    assert len(STEPS) == 5
    for step in STEPS:
        assert f'<a href="{step.address}"><b>{step.title}</b></a>' in first
    assert "第一次來" not in later
    assert "第一次來" in text(browser.get("/?tour=1"))
    assert "第一次來" in text(login(cast.wang).get("/"))
    assert list(Shown.objects.values_list("person", "what")) == [(cast.lin.pk, "tour")]


def test_putting_the_tour_away_needs_a_login_and_a_form(login, cast, client):
    assert client.post("/tour/").status_code == 302
    assert login(cast.lin).get("/tour/").status_code == 405
    assert not Shown.objects.exists()


def test_what_the_tour_points_at_is_on_the_page(login, cast):
    page = text(login(cast.lin).get("/"))

    marks = {mark for step in STEPS for mark in re.findall(r"data-tour=(\w+)", step.points_at)}

    assert marks == {"start", "registers", "search", "me"}
    assert {mark for mark in marks if f'data-tour="{mark}"' not in page} == set()
    assert 'id="waiting"' in page
