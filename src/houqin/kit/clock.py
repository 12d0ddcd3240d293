"""The one place that asks what time it is. Everything else takes the day or the moment as an argument.

Schools of one country share one wall clock, so the zone is a constant and not a setting of the server.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils import timezone

SHANGHAI = ZoneInfo("Asia/Shanghai")


_STANDING: ContextVar[datetime | None] = ContextVar("standing", default=None)


def now() -> datetime:
    """This moment, aware, on the wall clock of Asia/Shanghai."""
    return timezone.localtime(_STANDING.get() or timezone.now(), SHANGHAI)


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """Within, it is that moment: for the demo school, whose past half year is played by acts that must be done on their day.

    No interface opens it; what a person writes is written now.
    """
    token = _STANDING.set(moment)
    try:
        yield
    finally:
        _STANDING.reset(token)


def today() -> date:
    """Today's day in Asia/Shanghai, which from 16:00 UTC on is already tomorrow in UTC."""
    return now().date()


def local(moment: datetime) -> datetime:
    """The same moment on the school's wall clock: a database gives it back in UTC, where the day begins eight hours later.

    Every day, hour and text of a moment is taken from here (``clock.local(signed_at)``, ``clock.day_of(signed_at)``).
    """
    return timezone.localtime(moment, SHANGHAI) if timezone.is_aware(moment) else moment


def day_of(moment: datetime) -> date:
    """The day on which the moment fell at school."""
    return local(moment).date()


def at(day: date, clock_time: time) -> datetime:
    """The aware moment when Shanghai's wall clock shows `clock_time` on `day`: what a register's two columns mean."""
    return datetime.combine(day, clock_time, tzinfo=SHANGHAI)
