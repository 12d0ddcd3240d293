"""Terms, report periods and duties are written by the office."""

from datetime import date

import pytest

from houqin.foundation.calendar import actions
from houqin.foundation.calendar.defaults import DEFAULT_DUTIES
from houqin.foundation.calendar.due import occurrences
from houqin.foundation.calendar.models import Duty, ReportPeriod, Term
from houqin.foundation.journal.actions import ACTIONS, Invalid
from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Denied, Refused
from houqin.kit.periods import Period

AUTUMN = {"school_year": 2018, "season": "秋季", "starts_on": "2018年9月1日", "ends_on": "2019-01-20"}
DUTY = {
    "label": "每週巡查倉庫",
    "rule": "每週",
    "role": "保管員",
    "fulfilled_by": "calendar.term_added",
    "starts_on": "2018-09-03",
}


def test_a_term_is_added_with_its_own_days(cast):
    actions.add_term(cast.li, **AUTUMN)

    assert Term.objects.get().period() == Period(date(2018, 9, 1), date(2019, 1, 20), "2018學年秋季學期")


def test_terms_neither_repeat_nor_overlap(cast):
    actions.add_term(cast.li, **AUTUMN)
    with pytest.raises(Refused, match="已經登記過"):
        actions.add_term(cast.li, **{**AUTUMN, "starts_on": "2019-09-01", "ends_on": "2020-01-10"})
    with pytest.raises(Refused, match="與「2018學年秋季學期」（2018-09-01 至 2019-01-20）重疊"):
        actions.add_term(cast.li, **{**AUTUMN, "season": "春季", "starts_on": "2019-01-20", "ends_on": "2019-07-05"})
    with pytest.raises(Invalid, match="放假 2018-09-01 要晚於開學 2018-09-01"):
        actions.add_term(cast.li, **{**AUTUMN, "ends_on": "2018-09-01"})

    assert Term.objects.count() == 1


def test_a_report_period_has_free_days_and_a_name_of_its_own(cast):
    given = {"label": "2019上半年", "starts_on": "2018-07-10", "ends_on": "2019-01-20"}
    actions.add_report_period(cast.li, **given)
    with pytest.raises(Refused, match="已經有叫「2019上半年」的報告期間"):
        actions.add_report_period(cast.li, **given)
    with pytest.raises(Invalid, match="止 2018-07-09 不能早於起 2018-07-10"):
        actions.add_report_period(cast.li, **{**given, "label": "x", "ends_on": "2018-07-09"})

    assert ReportPeriod.objects.get().period().days() == 195


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ("每日", "FREQ=DAILY"),
        ("每周", "FREQ=WEEKLY;BYDAY=MO"),
        ("每月", "FREQ=MONTHLY;BYMONTHDAY=1"),
        ("每學期", "FREQ=YEARLY;BYMONTH=2,9;BYMONTHDAY=1"),
        ("freq=weekly;byday=fr", "FREQ=WEEKLY;BYDAY=FR"),
    ],
)
def test_how_often_is_said_in_words_or_as_a_rule(cast, said, rule):
    actions.add_duty(cast.li, **{**DUTY, "rule": said})

    assert Duty.objects.get().rule == rule


def test_a_duty_comes_round_until_it_is_ended(cast):
    actions.add_duty(cast.li, **DUTY, days=6)
    duty = Duty.objects.get()
    september = Period(date(2018, 9, 1), date(2018, 9, 30))
    assert [day.day for day in occurrences(duty, september)] == [3, 10, 17, 24]

    actions.end_duty(cast.li, duty="每週巡查倉庫", ends_on="2018-09-16")

    assert [day.day for day in occurrences(Duty.objects.get(), september)] == [3, 10]
    with pytest.raises(Refused, match="止 2018-09-02 不能早於起 2018-09-03"):
        actions.end_duty(cast.li, duty=duty, ends_on="2018-09-02")


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"rule": "偶爾"}, "「偶爾」看不出多久一次"),
        ({"rule": "FREQ=SOMETIMES"}, "看不出多久一次"),
        ({"fulfilled_by": "garden.watered"}, "沒有「garden.watered」這種登記"),
        ({"ends_on": "2018-09-02"}, "止不能早於起"),
    ],
)
def test_a_duty_nobody_could_fulfil_is_refused(cast, facts, sentence):
    with pytest.raises(Refused, match=sentence):
        actions.add_duty(cast.li, **{**DUTY, **facts})

    assert not Duty.objects.exists()


def test_a_duty_is_named_once(cast):
    actions.add_duty(cast.li, **DUTY)
    with pytest.raises(Refused, match="已經有叫「每週巡查倉庫」的職責"):
        actions.add_duty(cast.li, **DUTY)


def test_the_duties_every_school_has_are_installed_once(cast):
    actions.install_duties(cast.li, starts_on="2018-09-01")

    assert set(Duty.objects.values_list("name", flat=True)) == set(DEFAULT_DUTIES.names())
    assert set(Duty.objects.values_list("starts_on", flat=True)) == {date(2018, 9, 1)}
    with pytest.raises(Refused, match="都已經在表上了"):
        actions.install_duties(cast.li)


def test_every_default_duty_can_be_fulfilled_and_comes_round(db):
    year = Period(date(2018, 9, 1), date(2019, 8, 31))
    for one in DEFAULT_DUTIES:
        duty = Duty(name=one.name, rule=one.rule, starts_on=date(2018, 9, 1), only=one.only)
        assert one.fulfilled_by in ACTIONS, one.name
        assert occurrences(duty, year), one.name


@pytest.mark.parametrize(
    ("verb", "given"),
    [
        ("add_term", AUTUMN),
        ("add_report_period", {"label": "x", "starts_on": "2018-07-10", "ends_on": "2019-01-20"}),
        ("add_duty", DUTY),
        ("install_duties", {}),
    ],
)
def test_a_stranger_may_not_touch_the_calendar(cast, verb, given):
    before = Entry.objects.count()
    with pytest.raises(Denied):
        getattr(actions, verb)(cast.zhao, **given)

    assert Entry.objects.count() == before


def test_a_stranger_may_not_end_a_duty(cast):
    actions.add_duty(cast.li, **DUTY)
    with pytest.raises(Denied):
        actions.end_duty(cast.zhao, duty="每週巡查倉庫", ends_on="2018-10-01")
