"""Desk plans: what is asked to make one and to carry it out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import ActionForm, locked
from houqin.foundation.org.fields import ReferenceField
from houqin.kit.fields import LongTextField, TextField, WholeNumberField

from ..models import DeskPlan


class DeskPlanField(ReferenceField):
    """A desk plan by its row, its key or its number; locked while the action runs."""

    model = DeskPlan
    picker = "assets.desk_plans"

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.HiddenInput)
        super().__init__(
            queryset=lambda: locked(DeskPlan.objects.select_related("place", "campus")),
            label=gettext_lazy("調配方案"),
            **kwargs,
        )


class MakePlan(ActionForm):
    van = WholeNumberField(
        label=gettext_lazy("每車套數"),
        least=1,
        most=10_000,
        required=False,
        help_text=gettext_lazy("不填時按學校參數；校區間每車一張調撥單。"),
    )
    note = LongTextField(label=gettext_lazy("備註"), required=False)


class CarryOutPlan(ActionForm):
    document = DeskPlanField()
    reason = TextField(
        label=gettext_lazy("調撥原因"), max_length=200, required=False, initial=gettext_lazy("學生人數變化，課桌椅調配")
    )


class DropPlan(ActionForm):
    document = DeskPlanField()
    reason = TextField(label=gettext_lazy("作廢原因"), max_length=200)
