"""One form per action of the calendar."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from dateutil.rrule import rrulestr
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import ACTIONS, ActionForm
from houqin.foundation.org.fields import CampusField, PersonField, ReferenceField
from houqin.foundation.org.models import Role
from houqin.kit.fields import DayField, TextField, WholeNumberField, WordField
from houqin.kit.text import fold

from .models import Duty, Season

# How people say how often something comes round; whoever needs more writes an RFC 5545 rule.
CYCLES = {
    "FREQ=DAILY": (gettext_lazy("每日"), ("每天", "日", "天天")),
    "FREQ=WEEKLY;BYDAY=MO": (gettext_lazy("每週"), ("每周", "周", "一週一次", "每星期")),
    "FREQ=MONTHLY;BYMONTHDAY=1": (gettext_lazy("每月"), ("月", "一月一次")),
    "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=1": (gettext_lazy("每季度"), ("每季", "季度")),
    "FREQ=YEARLY;BYMONTH=2,9;BYMONTHDAY=1": (gettext_lazy("每學期"), ("學期", "一學期一次")),
    "FREQ=YEARLY;BYMONTH=1,7;BYMONTHDAY=1": (gettext_lazy("每半年"), ("半年",)),
    "FREQ=YEARLY": (gettext_lazy("每年"), ("年", "一年一次")),
}
ONLY = (("", gettext_lazy("全年")), ("term", gettext_lazy("學期內")), ("schooldays", gettext_lazy("上學日")))


WEEKDAYS = {
    "MO": gettext_lazy("週一"), "TU": gettext_lazy("週二"), "WE": gettext_lazy("週三"), "TH": gettext_lazy("週四"),
    "FR": gettext_lazy("週五"), "SA": gettext_lazy("週六"), "SU": gettext_lazy("週日"),
}  # fmt: skip


def cycle_told(rule: str) -> str:
    """How often, as people say it: 每週五, 每月 5 日, 每年 3、9 月 1 日. A rule that says more stands as it was written."""
    if rule in CYCLES:
        return str(CYCLES[rule][0])
    parts = dict(part.split("=", 1) for part in rule.split(";") if "=" in part)
    frequency, days = parts.pop("FREQ", ""), parts.pop("BYMONTHDAY", "").split(",")
    weekdays, months = parts.pop("BYDAY", "").split(","), parts.pop("BYMONTH", "").split(",")
    if parts:
        return rule
    listed = {"months": "、".join(months), "days": "、".join(days)}
    if frequency == "WEEKLY" and all(day in WEEKDAYS for day in weekdays) and not any(days + months):
        return _("每%(days)s") % {"days": "、".join(str(WEEKDAYS[day]) for day in weekdays)}
    if frequency in ("MONTHLY", "YEARLY") and all(months) and all(days) and not any(weekdays):
        return _("每年 %(months)s 月 %(days)s 日") % listed
    if frequency == "MONTHLY" and all(days) and not any(months + weekdays):
        return _("每月 %(days)s 日") % listed
    return rule


class Cycles(dict[str, str]):
    """The words of any rule; there is no list of all rules."""

    def get(self, rule: Any, default: Any = None) -> Any:
        return cycle_told(rule) if rule else default


class CycleField(TextField):
    """How often: 每週, or an RFC 5545 rule such as FREQ=WEEKLY;BYDAY=MO → the rule."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if not text:
            return ""
        for rule, (label, words) in CYCLES.items():
            if fold(text) in {fold(word) for word in (str(label), *words)}:
                return rule
        rule = text.upper()
        try:
            rrulestr(rule, dtstart=datetime.combine(date(2019, 1, 1), time()))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            listed = "、".join(str(label) for label, _words in CYCLES.values())
            raise forms.ValidationError(
                _("「%(text)s」看不出多久一次。請寫%(listed)s，或 FREQ=WEEKLY;BYDAY=MO 這樣的規則。")
                % {"text": text, "listed": listed}
            ) from error
        return rule


class DutyField(ReferenceField):
    """A duty by its key or its label."""

    model = Duty

    def named(self, directory: Any, text: str) -> Duty:
        found = Duty.objects.filter(label=text).first() or Duty.objects.filter(name=text).first()
        if found is None:
            raise forms.ValidationError(_("沒有叫「%(name)s」的職責。") % {"name": text})
        return found


class AddTerm(ActionForm):
    school_year = WholeNumberField(
        label=gettext_lazy("學年"), least=1949, most=2200, help_text=gettext_lazy("九月開學的那一年。")
    )
    season = WordField(
        label=gettext_lazy("學期"),
        choices=Season.choices,
        words={
            Season.AUTUMN: ("秋季", "秋", "上學期", "第一學期"),
            Season.SPRING: ("春季", "春", "下學期", "第二學期"),
        },
    )
    starts_on = DayField(label=gettext_lazy("開學"))
    ends_on = DayField(label=gettext_lazy("放假"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on <= starts_on:
            self.add_error("ends_on", _("放假 %(end)s 要晚於開學 %(start)s。") % {"end": ends_on, "start": starts_on})
        return cleaned


class AddReportPeriod(ActionForm):
    label = TextField(label=gettext_lazy("名稱"), max_length=40)
    starts_on = DayField(label=gettext_lazy("起"))
    ends_on = DayField(label=gettext_lazy("止"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("止 %(end)s 不能早於起 %(start)s。") % {"end": ends_on, "start": starts_on})
        return cleaned


class AddDuty(ActionForm):
    label = TextField(label=gettext_lazy("職責"), max_length=80)
    rule = CycleField(label=gettext_lazy("周期"), max_length=120)
    starts_on = DayField(label=gettext_lazy("起"), required=False)
    ends_on = DayField(label=gettext_lazy("止"), required=False)
    days = WholeNumberField(label=gettext_lazy("期限（天）"), required=False, most=366)
    only = WordField(label=gettext_lazy("範圍"), choices=ONLY, required=False)
    role = WordField(label=gettext_lazy("崗位"), choices=Role.choices)
    person = PersonField(label=gettext_lazy("責任人"), required=False)
    campus = CampusField(label=gettext_lazy("校區"), required=False)
    fulfilled_by = TextField(label=gettext_lazy("完成的登記"), max_length=64)
    category = TextField(label=gettext_lazy("類別"), max_length=64, required=False)
    source = TextField(label=gettext_lazy("依據"), max_length=200, required=False)

    def clean_fulfilled_by(self) -> str:
        kind: str = self.cleaned_data["fulfilled_by"]
        if kind in ACTIONS:
            return kind
        named = next((verb.kind for verb in ACTIONS if not verb.hidden and fold(str(verb.label)) == fold(kind)), None)
        if named is None:
            raise forms.ValidationError(_("沒有「%(kind)s」這種登記，職責就無從完成。") % {"kind": kind})
        return named


class EndDuty(ActionForm):
    duty = DutyField(label=gettext_lazy("職責"))
    ends_on = DayField(label=gettext_lazy("止"))


class InstallDuties(ActionForm):
    starts_on = DayField(label=gettext_lazy("起"), required=False, help_text=gettext_lazy("不填時從今天起。"))
