"""Gate passes: what is asked before something leaves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import ActionForm, locked
from houqin.foundation.org.fields import ReferenceField
from houqin.kit.fields import DayField, TextField, WholeNumberField

from ..models import GatePass
from .cards import CardField


class PassField(ReferenceField):
    """A gate pass by its row, its key or its number; locked while the action runs."""

    model = GatePass
    picker = "assets.passes"

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.HiddenInput)
        super().__init__(
            queryset=lambda: locked(GatePass.objects.select_related("card__commodity", "place", "campus")),
            label=gettext_lazy("出門證"),
            **kwargs,
        )


class IssuePass(ActionForm):
    card = CardField()
    quantity = WholeNumberField(label=gettext_lazy("數量"), least=1, most=1_000_000)
    carrier = TextField(label=gettext_lazy("攜帶人"), max_length=80)
    destination = TextField(label=gettext_lazy("去向"), max_length=120)
    reason = TextField(label=gettext_lazy("事由"), max_length=200)
    back_on = DayField(label=gettext_lazy("應還日期"))


class OfPass(ActionForm):
    document = PassField()


class VoidPass(OfPass):
    reason = TextField(label=gettext_lazy("作廢原因"), max_length=200)
