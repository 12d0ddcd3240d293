"""The demo school's calendar: the terms around its half year, the report period, its recurring duties."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from houqin.foundation.journal.actions import batch
from houqin.foundation.journal.vouching import add_rows
from houqin.foundation.org.scenes import Stage, scene

from .models import ReportPeriod, Season, Term


@scene("calendar", _("學期與報告期間"), order=5)
def terms_and_report_period(stage: Stage) -> None:
    year = stage.period.start.year if stage.period.start.month >= 7 else stage.period.start.year - 1
    with batch(stage.administrator, via="demo"):
        add_rows(
            [
                Term(school_year=year - 1, season=Season.SPRING, starts_on=date(year, 2, 20), ends_on=date(year, 7, 5)),
                Term(school_year=year, season=Season.AUTUMN, starts_on=date(year, 9, 1), ends_on=date(year + 1, 1, 20)),
                Term(
                    school_year=year,
                    season=Season.SPRING,
                    starts_on=date(year + 1, 2, 20),
                    ends_on=date(year + 1, 7, 5),
                ),
            ]
        )
        half = stage.shared["half_year"]
        ReportPeriod.objects.create(label=half.label, starts_on=half.start, ends_on=half.end)
