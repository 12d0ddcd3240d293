"""Days, times and durations as schools write them."""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from houqin.kit.periods import Period


def parse_date(
    value: object, *, year_hint: int | None = None, period: Period | None = None, epoch1904: bool = False
) -> date:
    raise NotImplementedError


def parse_moment(
    value: object,
    *,
    on: date | None = None,
    year_hint: int | None = None,
    period: Period | None = None,
    epoch1904: bool = False,
) -> tuple[date, time | None]:
    raise NotImplementedError


def parse_time(value: object) -> time:
    raise NotImplementedError


def parse_duration(value: object, *, unit: str | None = None) -> int:
    raise NotImplementedError
