"""The one place that asks what time it is. Everything else takes the day or the moment as an argument.

Schools of one country share one wall clock, so the zone is a constant and not a setting of the server.
"""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils import timezone

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """This moment, aware, on the wall clock of Asia/Shanghai."""
    return timezone.localtime(timezone.now(), SHANGHAI)


def today() -> date:
    """Today's day in Asia/Shanghai, which from 16:00 UTC on is already tomorrow in UTC."""
    return now().date()


def at(day: date, clock_time: time) -> datetime:
    """The aware moment when Shanghai's wall clock shows `clock_time` on `day`: what a register's two columns mean."""
    return datetime.combine(day, clock_time, tzinfo=SHANGHAI)
