"""Which period a page is about: from the address, else the one being reported, else the half-year with something in it."""

from __future__ import annotations

from django.http import QueryDict

from houqin.foundation.calendar.models import ReportPeriod
from houqin.foundation.calendar.reporting import half_year_of, reported_period
from houqin.kit.periods import Period


def asked_period(params: QueryDict) -> tuple[Period, str]:
    """The period of ``?from=&to=`` and a sentence where it could not be read; see the module for what stands in."""
    start, end = params.get("from") or "", params.get("to") or ""
    if not start and not end:
        return reported_period(), ""
    try:
        return Period.parse(start, end), ""
    except ValueError as error:
        return reported_period(), str(error)


def offered_periods() -> list[Period]:
    """Periods to choose from: the school's own, and the half-years around the latest entries."""
    own = [report.period() for report in ReportPeriod.objects.order_by("-starts_on")[:6]]
    current = half_year_of(reported_period().end)
    halves = [current, half_year_of(current.previous().start), half_year_of(current.year_before().start)]
    known = {(one.start, one.end) for one in own}
    return own + [one for one in halves if (one.start, one.end) not in known]


__all__ = ["asked_period", "half_year_of", "offered_periods", "reported_period"]
