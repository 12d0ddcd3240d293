from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from houqin.kit.periods import Period, month_of, week_of

S3 = Period(date(2018, 7, 10), date(2019, 1, 20), "2018年下半年")
FIRST_HALF = Period(date(2019, 1, 1), date(2019, 6, 30), "2019年上半年")

DAYS = st.dates(min_value=date(1950, 1, 1), max_value=date(2150, 12, 31))
PERIODS = st.builds(lambda start, length: Period(start, start + timedelta(days=length)), DAYS, st.integers(0, 800))


def test_a_period_holds_its_first_and_its_last_day_and_no_other():
    assert [
        S3.contains(day)
        for day in (date(2018, 7, 9), date(2018, 7, 10), date(2018, 12, 31), date(2019, 1, 20), date(2019, 1, 21))
    ] == [False, True, True, True, False]


def test_both_ends_are_counted():
    assert S3.days() == 195
    assert Period(date(2019, 3, 5), date(2019, 3, 5)).days() == 1


def test_a_period_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValueError) as refusal:
        Period(date(2019, 3, 5), date(2019, 3, 4))
    assert str(refusal.value) == "期間的結束日 2019-03-04 早於開始日 2019-03-05，請把兩個日期對調或改正。"


def test_a_period_is_not_made_of_moments():
    with pytest.raises(TypeError):
        Period(datetime(2019, 3, 5, 10, 11, tzinfo=UTC), date(2019, 3, 6))


def test_a_period_is_read_from_what_people_write():
    assert Period.parse("2018.7.10", "2019年1月20日", label="2018年下半年") == S3
    assert Period.parse(date(2019, 1, 1), 43646) == Period(date(2019, 1, 1), date(2019, 6, 30))
    with pytest.raises(ValueError, match="^分不清「10/7/2018」哪個是月、哪個是日，請寫成 2019-03-05。$"):
        Period.parse("10/7/2018", "2019-01-20")


def test_a_period_is_called_by_its_label_or_its_days():
    assert str(S3) == "2018年下半年"
    assert str(Period(date(2018, 7, 10), date(2019, 1, 20))) == "2018-07-10—2019-01-20"


def test_a_period_cannot_be_changed_and_serves_as_a_key():
    assert {S3: 1}[Period(date(2018, 7, 10), date(2019, 1, 20), "2018年下半年")] == 1
    with pytest.raises(AttributeError):
        S3.end = date(2019, 1, 21)  # type: ignore[misc]


def test_months_touched_and_months_wholly_inside():
    assert S3.months() == [201807, 201808, 201809, 201810, 201811, 201812, 201901]
    assert S3.whole_months() == [201808, 201809, 201810, 201811, 201812]
    assert FIRST_HALF.months() == FIRST_HALF.whole_months() == [201901, 201902, 201903, 201904, 201905, 201906]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2019, 3, 5), date(2019, 3, 5), []),
        (date(2019, 3, 2), date(2019, 3, 31), []),
        (date(2019, 3, 1), date(2019, 3, 30), []),
        (date(2019, 3, 1), date(2019, 3, 31), [201903]),
        (date(2019, 2, 28), date(2019, 4, 1), [201903]),
        (date(2020, 2, 1), date(2020, 2, 28), []),
        (date(2020, 2, 1), date(2020, 2, 29), [202002]),
    ],
)
def test_a_month_is_whole_when_every_day_of_it_lies_inside(start, end, expected):
    assert Period(start, end).whole_months() == expected


def test_weeks_are_iso_weeks_and_belong_to_their_own_year():
    assert Period(date(2018, 12, 30), date(2019, 1, 7)).weeks() == [201852, 201901, 201902]
    assert Period(date(2021, 1, 3), date(2021, 1, 4)).weeks() == [202053, 202101]
    assert Period(date(2019, 3, 4), date(2019, 3, 10)).weeks() == [201910]
    assert len(S3.weeks()) == 28


def test_a_day_has_its_month_and_its_week():
    assert month_of(date(2018, 12, 31)) == 201812
    assert week_of(date(2018, 12, 31)) == 201901


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2019, 1, 1), date(2019, 6, 30), (date(2018, 7, 1), date(2018, 12, 31))),
        (date(2019, 7, 1), date(2019, 12, 31), (date(2019, 1, 1), date(2019, 6, 30))),
        (date(2020, 3, 1), date(2020, 3, 31), (date(2020, 2, 1), date(2020, 2, 29))),
        (date(2019, 1, 1), date(2019, 12, 31), (date(2018, 1, 1), date(2018, 12, 31))),
        (date(2018, 7, 10), date(2019, 1, 20), (date(2017, 12, 27), date(2018, 7, 9))),
        (date(2019, 3, 4), date(2019, 3, 10), (date(2019, 2, 25), date(2019, 3, 3))),
    ],
)
def test_before_a_period_lies_one_of_the_same_length(start, end, expected):
    assert Period(start, end, "名").previous() == Period(*expected)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2018, 7, 10), date(2019, 1, 20), (date(2017, 7, 10), date(2018, 1, 20))),
        (date(2020, 2, 1), date(2020, 2, 29), (date(2019, 2, 1), date(2019, 2, 28))),
        (date(2021, 2, 1), date(2021, 2, 28), (date(2020, 2, 1), date(2020, 2, 29))),
        (date(2021, 2, 10), date(2021, 2, 28), (date(2020, 2, 10), date(2020, 2, 28))),
        (date(2020, 2, 29), date(2020, 2, 29), (date(2019, 2, 28), date(2019, 2, 28))),
    ],
)
def test_a_year_before_are_the_same_days(start, end, expected):
    assert Period(start, end, "名").year_before() == Period(*expected)


@given(PERIODS)
def test_months_and_weeks_are_those_of_its_days(period):
    days = [period.start + timedelta(days=offset) for offset in range(period.days())]
    assert days[-1] == period.end
    assert period.months() == sorted({month_of(day) for day in days})
    assert period.weeks() == list(dict.fromkeys(week_of(day) for day in days))
    assert period.whole_months() == [
        month
        for month in period.months()
        if period.contains(date(month // 100, month % 100, 1))
        and period.contains(date(month // 100 + month % 100 // 12, month % 100 % 12 + 1, 1) - timedelta(days=1))
    ]


@given(PERIODS)
def test_the_previous_period_ends_the_day_before(period):
    previous = period.previous()
    assert previous.end == period.start - timedelta(days=1)
    if not period.whole_months():
        assert previous.days() == period.days()
