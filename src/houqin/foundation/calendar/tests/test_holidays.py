"""The package's holidays against two lists that nobody here wrote."""

import json
from datetime import date, timedelta

from houqin.foundation.calendar.holidays import is_known, is_workday


def test_every_day_of_an_independent_list_agrees(shared):
    """Days of holiday-cn from 2010 to 2026: off days and make-up working days."""
    compared, different = 0, []
    for year in range(2010, 2027):
        days = json.loads((shared / "data" / "12a_holiday_cn" / f"{year}.json").read_text())["days"]
        for day in days:
            compared += 1
            if is_workday(date.fromisoformat(day["date"])) == day["isOffDay"]:
                different.append(day["date"])

    # 2020-01-31 to 02-02: the Spring Festival of 2020 was lengthened by a later notice; both lists carry it.
    assert compared > 500
    assert different == []


def test_ordinary_days_follow_the_week():
    monday = date(2019, 3, 4)

    assert [is_workday(monday + timedelta(days=n)) for n in range(7)] == [True] * 5 + [False] * 2


def test_years_not_announced_yet_fall_back_to_the_week():
    assert not is_known(2099)
    assert is_workday(date(2099, 10, 1)) is (date(2099, 10, 1).weekday() < 5)
