"""Public holidays and make-up working days of mainland China, from a maintained package (chinesecalendar)."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import chinese_calendar


@lru_cache(maxsize=4096)
def is_workday(day: date) -> bool:
    """Whether offices work on ``day``: make-up weekends count, public holidays do not.

    Years the package does not know yet fall back to Monday to Friday.
    """
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def is_known(year: int) -> bool:
    """Whether the State Council's arrangement of that year is in the package."""
    try:
        chinese_calendar.is_workday(date(year, 10, 1))
    except NotImplementedError:
        return False
    return True
