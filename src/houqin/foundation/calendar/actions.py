"""Every write of the calendar: terms, report periods, duties."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import action
from houqin.foundation.journal.models import Place
from houqin.foundation.journal.refused import Refused
from houqin.foundation.journal.writer import Draft
from houqin.foundation.org import rules
from houqin.kit.text import fold

from . import forms
from .defaults import DEFAULT_DUTIES
from .models import Duty, ReportPeriod, Term


@action("calendar.term_added", label=gettext_lazy("新增學期"), form=forms.AddTerm, rule=rules.office)
def add_term(entry: Draft, *, school_year: int, season: str, starts_on: date, ends_on: date) -> None:
    """Add a term of a school year with its own first and last day."""
    if Term.objects.filter(school_year=school_year, season=season).exists():
        raise Refused(_("%(year)s學年的這個學期已經登記過。") % {"year": school_year}, field="season")
    overlapping = Term.objects.filter(starts_on__lte=ends_on, ends_on__gte=starts_on).first()
    if overlapping is not None:
        raise Refused(
            _("與「%(term)s」（%(start)s 至 %(end)s）重疊。請核對開學和放假的日期。")
            % {"term": overlapping, "start": overlapping.starts_on, "end": overlapping.ends_on},
            field="starts_on",
        )
    entry.creates(Term(school_year=school_year, season=season, starts_on=starts_on, ends_on=ends_on))


@action("calendar.period_added", label=gettext_lazy("新增報告期間"), form=forms.AddReportPeriod, rule=rules.office)
def add_report_period(entry: Draft, *, label: str, starts_on: date, ends_on: date) -> None:
    """Add a period that summaries are written about, with free dates."""
    if ReportPeriod.objects.filter(label=label).exists():
        raise Refused(_("已經有叫「%(label)s」的報告期間。") % {"label": label}, field="label")
    entry.creates(ReportPeriod(label=label, starts_on=starts_on, ends_on=ends_on))


@action("calendar.duty_added", label=gettext_lazy("新增職責"), form=forms.AddDuty, rule=rules.office)
def add_duty(
    entry: Draft,
    *,
    label: str,
    starts_on: date | None,
    ends_on: date | None,
    days: int | None,
    campus: Place | None,
    **facts: Any,
) -> None:
    """Add something that must be done again and again, by whom, and what is written when it is done."""
    name = fold(label)[:80]
    if Duty.objects.filter(name=name).exists():
        raise Refused(_("已經有叫「%(label)s」的職責。") % {"label": label}, field="label")
    start = starts_on or entry.occurred_on
    if ends_on and ends_on < start:
        raise Refused(_("止不能早於起。"), field="ends_on")
    entry.place = campus
    entry.creates(
        Duty(name=name, label=label, starts_on=start, ends_on=ends_on, days=days or 0, campus=campus, **facts)
    )


@action("calendar.duty_ended", label=gettext_lazy("結束職責"), form=forms.EndDuty, rule=rules.office)
def end_duty(entry: Draft, *, duty: Duty, ends_on: date) -> None:
    """End a duty on a day; what was due until then stays due."""
    if ends_on < duty.starts_on:
        raise Refused(
            _("止 %(end)s 不能早於起 %(start)s。") % {"end": ends_on, "start": duty.starts_on}, field="ends_on"
        )
    duty.ends_on = ends_on
    entry.place = duty.campus
    entry.changes(duty, "ends_on")


@action("calendar.duties_installed", label=gettext_lazy("採用常設職責"), form=forms.InstallDuties, rule=rules.office)
def install_duties(entry: Draft, *, starts_on: date | None) -> None:
    """Take over the recurring duties every school has; those already there stay as they are."""
    known = set(Duty.objects.values_list("name", flat=True))
    missing = [duty for duty in DEFAULT_DUTIES if duty.name not in known]
    if not missing:
        raise Refused(_("常設職責都已經在表上了。"))
    for duty in missing:
        entry.creates(
            Duty(
                name=duty.name,
                label=str(duty.label),
                rule=duty.rule,
                starts_on=starts_on or entry.occurred_on,
                days=duty.days,
                only=duty.only,
                role=duty.role,
                fulfilled_by=duty.fulfilled_by,
                category=duty.category,
                source=duty.source,
            )
        )
