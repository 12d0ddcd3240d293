"""Which period a page is about: from the address, else the one being reported, else the half-year with something in it."""

from __future__ import annotations

from datetime import date

from django.http import QueryDict

from houqin.foundation.calendar.models import ReportPeriod
from houqin.foundation.journal.models import Entry
from houqin.kit import clock
from houqin.kit.periods import Period


def half_year_of(day: date) -> Period:
    """January to June or July to December."""
    if day.month <= 6:
        return Period(date(day.year, 1, 1), date(day.year, 6, 30), f"{day.year}年上半年")
    return Period(date(day.year, 7, 1), date(day.year, 12, 31), f"{day.year}年下半年")


def reported_period() -> Period:
    """The latest report period that has begun; without any, the half-year of the latest entry."""
    today = clock.today()
    report = ReportPeriod.objects.filter(starts_on__lte=today).order_by("-starts_on").first()
    if report is not None:
        return report.period()
    latest = (
        Entry.objects.filter(lines__isnull=False).order_by("-occurred_on").values_list("occurred_on", flat=True).first()
    )
    latest = latest or Entry.objects.order_by("-occurred_on").values_list("occurred_on", flat=True).first()
    return half_year_of(latest or today)


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
