"""One form per action of the summary."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import ActionForm
from houqin.foundation.journal.figures import FIGURES
from houqin.foundation.org.fields import PersonField
from houqin.kit.fields import DayField, LongTextField, TextField, WholeNumberField, WordField
from houqin.kit.periods import Period

from .drafts import hand_numbers
from .models import Summary
from .plans import PLANS


def plan_choices() -> list[tuple[str, Any]]:
    return [(plan.kind, plan.label) for plan in PLANS]


class SummaryField(forms.ModelChoiceField):
    """A summary: the row, its key, or its number (ZJ-2019-0001)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Summary.objects.all(), label=gettext_lazy("總結"), **kwargs)

    def to_python(self, value: Any) -> Summary | None:
        if isinstance(value, str) and not value.isdecimal() and value not in self.empty_values:
            found = Summary.objects.filter(number=value.strip()).first()
            if found is None:
                raise forms.ValidationError(_("沒有第 %(number)s 號總結。") % {"number": value})
            return found
        return super().to_python(value)


class Draft(ActionForm):
    plan = WordField(label=gettext_lazy("體例"), choices=plan_choices())
    from_on = DayField(label=gettext_lazy("起"))
    to_on = DayField(label=gettext_lazy("止"))
    label = TextField(
        label=gettext_lazy("期間名稱"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("例如「2019上半年」；不填時按日期起名。"),
    )
    person = PersonField(label=gettext_lazy("本人"), required=False, help_text=gettext_lazy("只有個人總結要填。"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        _check_period(self, cleaned)
        if cleaned.get("plan") and cleaned.get("person") and not PLANS[cleaned["plan"]].is_personal:
            self.add_error("person", _("只有個人總結寫一個人的工作；別的體例請不要填本人。"))
        return cleaned


def figure_choices() -> list[tuple[str, Any]]:
    return [(one.name, one.label) for one in FIGURES]


class SetTarget(ActionForm):
    figure = forms.ChoiceField(label=gettext_lazy("數字"), choices=figure_choices)
    from_on = DayField(label=gettext_lazy("起"))
    to_on = DayField(label=gettext_lazy("止"))
    quantity = WholeNumberField(
        label=gettext_lazy("計劃數"), least=1, help_text=gettext_lazy("金額以元為單位，其餘按該數字的單位。")
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        _check_period(self, cleaned)
        return cleaned


def _check_period(form: forms.Form, cleaned: dict[str, Any]) -> None:
    start, end = cleaned.get("from_on"), cleaned.get("to_on")
    if start and end:
        try:
            Period(start, end)
        except ValueError as error:
            form.add_error("to_on", str(error))


class OneSummary(ActionForm):
    document = SummaryField()


class Edit(OneSummary):
    # The text may name people; the journal keeps its digest only.
    personal = ("text",)

    text = LongTextField(
        label=gettext_lazy("正文"),
        max_length=60_000,
        help_text=gettext_lazy("「# 」開頭的一行是標題，其餘每行一段。{{數字名稱}} 會一直跟著記錄變，直到定稿。"),
    )


def typed_numbers(text: str) -> list[str]:
    """15頁、20扇 → the numbers, each once."""
    return list(dict.fromkeys(one.strip() for one in re.split(r"[、\n]", text) if one.strip()))


class Vouch(OneSummary):
    number_text = TextField(
        label=gettext_lazy("手填的數"), max_length=1000, help_text=gettext_lazy("幾個數一起作證時用「、」隔開。")
    )
    record = WholeNumberField(label=gettext_lazy("登記號"), least=1, required=False)
    note = TextField(
        label=gettext_lazy("依據"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("憑哪份材料；沒有登記號時必填。"),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("record") and not cleaned.get("note"):
            raise forms.ValidationError(_("請寫登記號，或寫明憑哪份材料。"))
        text = cleaned.get("number_text")
        if text and any(hand_numbers(number) != [number] for number in typed_numbers(text)):
            self.add_error("number_text", _("請照正文裏的樣子寫這個數，連同量詞，例如「15頁」。"))
        return cleaned


class Return(OneSummary):
    why = TextField(label=gettext_lazy("退回原因"), max_length=200)
