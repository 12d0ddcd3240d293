from datetime import UTC, date, datetime, time, timedelta

import time_machine
from django.utils import timezone

from houqin.kit import clock


def test_now_is_aware_and_on_the_wall_clock_of_shanghai():
    with time_machine.travel(datetime(2019, 1, 20, 15, 59, 59, tzinfo=UTC), tick=False):
        moment = clock.now()
    assert moment == datetime(2019, 1, 20, 15, 59, 59, tzinfo=UTC)
    assert moment.isoformat() == "2019-01-20T23:59:59+08:00"


def test_today_turns_at_midnight_in_shanghai_whatever_zone_the_server_shows():
    with timezone.override("America/New_York"):
        with time_machine.travel(datetime(2019, 1, 20, 15, 59, 59, tzinfo=UTC), tick=False):
            assert clock.today() == date(2019, 1, 20)
        with time_machine.travel(datetime(2019, 1, 20, 16, 0, 0, tzinfo=UTC), tick=False):
            assert clock.today() == date(2019, 1, 21)


def test_a_day_and_a_time_of_a_register_make_one_moment():
    moment = clock.at(date(2018, 7, 10), time(11, 28))
    assert moment == datetime(2018, 7, 10, 3, 28, tzinfo=UTC)
    assert moment.utcoffset() == timedelta(hours=8)
