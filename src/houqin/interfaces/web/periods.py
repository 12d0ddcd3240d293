"""Which period a page is about: from the address, else the one being reported, else the half-year with something in it."""

from __future__ import annotations

import re
from dataclasses import replace

from django.http import QueryDict
from django.utils.translation import gettext as _

from houqin.foundation.calendar.models import ReportPeriod
from houqin.foundation.calendar.reporting import half_year_of, reported_period
from houqin.kit import clock
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


_HALF = re.compile(r"(\d{4})年([上下])半年")


def labelled(period: Period) -> Period:
    """The period as the reader's language calls it; papers keep the name it was given."""
    told = _HALF.fullmatch(period.label)
    if told is None:
        return period
    name = _("%(year)s年上半年") if told[2] == "上" else _("%(year)s年下半年")
    return replace(period, label=name % {"year": told[1]})


def offered_periods() -> list[Period]:
    """Periods to choose from: the school's own, and the half-years around the latest entries."""
    own = [report.period() for report in ReportPeriod.objects.order_by("-starts_on")[:6]]
    reported = reported_period()
    current = half_year_of(reported.until(clock.today()).end)
    halves = [current, half_year_of(current.previous().start), half_year_of(current.year_before().start)]
    # A half the school has dates of its own for is offered once, with those; one that has not begun not at all.
    called = {labelled(one).label for one in own}
    known = {(one.start, one.end) for one in own}
    offered = own + [one for one in halves if labelled(one).label not in called and (one.start, one.end) not in known]
    return [labelled(one) for one in offered if one.start <= clock.today()]


__all__ = ["asked_period", "half_year_of", "labelled", "offered_periods", "reported_period"]
