"""A stretch of days, both ends included: what every figure, report and check is asked for."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from houqin.kit.dates import parse_date


def month_of(day: date) -> int:
    """The month of a day as YYYYMM: 2019-03-05 → 201903."""
    return day.year * 100 + day.month


def week_of(day: date) -> int:
    """The ISO week of a day as YYYYWW, the year being the week's own: 2018-12-31 → 201901."""
    year, week, _weekday = day.isocalendar()
    return year * 100 + week


@dataclass(frozen=True, order=True)
class Period:
    """The days from `start` to `end`, both included. The label ("2019年上半年") is what people call it."""

    start: date
    end: date
    label: str = ""

    def __post_init__(self) -> None:
        if isinstance(self.start, datetime) or isinstance(self.end, datetime):
            raise TypeError("A period is made of days, not of moments.")
        if self.end < self.start:
            raise ValueError(
                _("期間的結束日 %(end)s 早於開始日 %(start)s，請把兩個日期對調或改正。")
                % {"start": self.start.isoformat(), "end": self.end.isoformat()}
            )

    @classmethod
    def parse(cls, start: object, end: object, *, label: str = "") -> Period:
        """A period from two days in any form `parse_date` reads; ValueError says which way to write them."""
        return cls(parse_date(start), parse_date(end), label)

    def __str__(self) -> str:
        return self.label or f"{self.start.isoformat()}—{self.end.isoformat()}"

    def days(self) -> int:
        """How many days, first and last included."""
        return (self.end - self.start).days + 1

    def contains(self, day: date) -> bool:
        return self.start <= day <= self.end

    def months(self) -> list[int]:
        """The months touched, wholly or partly, in order, as YYYYMM."""
        first, last = _month_index(self.start), _month_index(self.end)
        return [(index // 12) * 100 + index % 12 + 1 for index in range(first, last + 1)]

    def whole_months(self) -> list[int]:
        """The months of which every day lies inside, in order, as YYYYMM."""
        months = self.months()
        if not _is_last_of_month(self.end):
            months = months[:-1]
        return months if self.start.day == 1 else months[1:]

    def weeks(self) -> list[int]:
        """The ISO weeks touched, wholly or partly, in order, as YYYYWW: the denominator of "at least once a week"."""
        monday = self.start - timedelta(days=self.start.weekday())
        return [week_of(monday + timedelta(days=offset)) for offset in range(0, (self.end - monday).days + 1, 7)]

    def until(self, day: date) -> Period:
        """The part of it that has come by ``day``; itself where it is over, or has not begun."""
        return Period(self.start, day, self.label) if self.start <= day < self.end else self

    def as_far(self, part: Period, *, of: Period) -> Period:
        """As much of this period as ``part`` is of ``of``, from its first day: what a period half gone is compared with."""
        if part.end >= of.end:
            return self
        return Period(self.start, min(self.end, self.start + (part.end - of.start)))

    def previous(self) -> Period:
        """The stretch of the same length that ends the day before.

        Whole months are counted in months, as people do: before January–June lies July–December, though it is
        three days longer. Everything else is counted in days. The label is not inherited.
        """
        end = self.start - timedelta(days=1)
        if self._is_whole_months():
            return Period(_first_of(_month_index(self.start) - len(self.months())), end)
        return Period(self.start - timedelta(days=self.days()), end)

    def year_before(self) -> Period:
        """The same days a year earlier. 29 February becomes the 28th; whole months stay whole. Not labelled."""
        start, end = _a_year_before(self.start), _a_year_before(self.end)
        if self._is_whole_months():
            end = end.replace(day=monthrange(end.year, end.month)[1])
        return Period(start, end)

    def _is_whole_months(self) -> bool:
        return self.start.day == 1 and _is_last_of_month(self.end)


def _month_index(day: date) -> int:
    return day.year * 12 + day.month - 1


def _first_of(month_index: int) -> date:
    return date(month_index // 12, month_index % 12 + 1, 1)


def _is_last_of_month(day: date) -> bool:
    return day.day == monthrange(day.year, day.month)[1]


def _a_year_before(day: date) -> date:
    last = monthrange(day.year - 1, day.month)[1]
    return day.replace(year=day.year - 1, day=min(day.day, last))
