"""Which days a page or a table is about when nobody said: the period being reported, else the half-year with something in it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.models import Entry
from houqin.kit import clock
from houqin.kit.fields import DayField
from houqin.kit.periods import Period

from .models import ReportPeriod


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


class Days(forms.Form):
    """From which day to which, both included; the period being reported where nothing is given. Cleans to ``start``, ``end``."""

    start = DayField(label=gettext_lazy("從"), initial=lambda: reported_period().start)
    end = DayField(label=gettext_lazy("到"), initial=lambda: reported_period().until(clock.today()).end)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        start, end = cleaned.get("start"), cleaned.get("end")
        if start and end and end < start:
            self.add_error("end", _("最後一天 %(end)s 早於第一天 %(start)s。") % {"end": end, "start": start})
        elif start and end:
            # Nothing is judged at a day that has not come.
            cleaned["end"] = Period(start, end).until(clock.today()).end
        return cleaned
