"""When something may be sent: not at night, not on days off, unless it is urgent."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext_lazy

from houqin.foundation.calendar.holidays import is_workday
from houqin.foundation.org.parameters import parameter, value
from houqin.kit import clock, dates

from .occasions import DAILY

parameter("notices.quiet_from", gettext_lazy("晚上幾點起不發通知"), default="21:30", source="實務", status="P")
parameter("notices.quiet_to", gettext_lazy("早上幾點起再發通知"), default="06:30", source="實務", status="P")
parameter(
    "notices.on_days_off", gettext_lazy("休息日也發通知（緊急的總是發）"), default=False, source="實務", status="P"
)
parameter("notices.digest_at", gettext_lazy("每日一次的通知幾點發"), default="07:30", source="實務", status="P")
parameter("notices.days_kept", gettext_lazy("通知保留幾天"), default=365, source="實務：上一學年的還查得到", status="P")
LONGEST_HOLIDAY = 60


def _time(name: str) -> time:
    return dates.parse_time(str(value(name)))


def digest_at() -> time:
    return _time("notices.digest_at")


def allowed(moment: datetime, *, urgent: bool = False) -> datetime:
    """The first moment from ``moment`` on at which something may be sent."""
    if urgent:
        return moment
    quiet_from, quiet_to = _time("notices.quiet_from"), _time("notices.quiet_to")
    found = clock.local(moment)
    at = found.time()
    if quiet_from <= quiet_to:
        if quiet_from <= at < quiet_to:
            found = clock.at(found.date(), quiet_to)
    elif at >= quiet_from:
        found = clock.at(found.date() + timedelta(days=1), quiet_to)
    elif at < quiet_to:
        found = clock.at(found.date(), quiet_to)
    if value("notices.on_days_off"):
        return found
    day = _workday(found.date())
    return found if day == found.date() else clock.at(day, quiet_to)


def _workday(day: date) -> date:
    """``day``, or the next day offices work."""
    for days in range(LONGEST_HOLIDAY):
        if is_workday(day + timedelta(days=days)):
            return day + timedelta(days=days)
    return day


def when(way: str, *, now: datetime, urgent: bool = False) -> datetime:
    """When something of this ``way`` (now or daily) is to be sent."""
    if urgent or way != DAILY:
        return allowed(now, urgent=urgent)
    day = now.date() if clock.at(now.date(), digest_at()) >= now else now.date() + timedelta(days=1)
    return allowed(clock.at(day if value("notices.on_days_off") else _workday(day), digest_at()))
