"""The calendar's lists: terms, report periods, duties."""

from django.utils.translation import gettext_lazy as _

from houqin.foundation.org.models import Role
from houqin.foundation.org.rules import staff
from houqin.foundation.registers.register import Column, register

from . import actions, forms
from .models import Duty, ReportPeriod, Season, Term

GROUP = _("學校")

register(
    name="calendar.terms",
    whole_school=True,
    title=_("學期"),
    group=GROUP,
    icon="calendar",
    rows=lambda person: Term.objects.all(),
    columns=(
        Column("school_year", _("學年"), kind="integer", filtered=True),
        Column("season", _("學期"), kind="choice", choices=dict(Season.choices), filtered=True),
        Column("starts_on", _("開學"), kind="date", headings=("開學日期",)),
        Column("ends_on", _("放假"), kind="date", headings=("放假日期",)),
    ),
    order=("-starts_on",),
    day="starts_on",
    adds=actions.add_term,
)

register(
    name="calendar.report_periods",
    whole_school=True,
    title=_("報告期間"),
    group=GROUP,
    icon="calendar-stats",
    rows=lambda person: ReportPeriod.objects.all(),
    columns=(
        Column("label", _("名稱"), searched=True),
        Column("starts_on", _("起"), kind="date"),
        Column("ends_on", _("止"), kind="date"),
    ),
    order=("-starts_on",),
    day="starts_on",
    adds=actions.add_report_period,
)

register(
    name="calendar.duties",
    campus=("campus",),
    seen_by=staff,
    title=_("常設職責"),
    group=GROUP,
    icon="calendar-repeat",
    rows=lambda person: Duty.objects.all(),
    columns=(
        Column("label", _("職責"), searched=True),
        Column("rule", _("周期"), kind="choice", choices=forms.Cycles()),
        Column("role", _("崗位"), kind="choice", choices=dict(Role.choices), filtered=True),
        Column("person", _("責任人"), path="person__name", kind="reference", searched=True),
        Column("campus", _("校區"), path="campus__name", kind="reference", filtered=True),
        Column("days", _("期限（天）"), kind="integer"),
        Column("starts_on", _("起"), kind="date"),
        Column("ends_on", _("止"), kind="date"),
        Column("source", _("依據"), shown=False),
    ),
    order=("label",),
    adds=actions.add_duty,
)
