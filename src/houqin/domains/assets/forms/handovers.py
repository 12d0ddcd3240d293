"""Hand-overs: what is asked to draw up the list and to sign it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import ActionForm, locked
from houqin.foundation.org.fields import PersonField, ReferenceField
from houqin.kit.fields import DayField, TextField

from ..models import HandOver
from .cards import OfCard


class HandOverField(ReferenceField):
    """A hand-over by its row, its key or its number; locked while the action runs."""

    model = HandOver
    picker = "assets.handovers"

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.HiddenInput)
        super().__init__(
            queryset=lambda: locked(HandOver.objects.select_related("giver", "taker", "witness")),
            label=gettext_lazy("移交清冊"),
            **kwargs,
        )


class PrepareHandOver(ActionForm):
    giver = PersonField(label=gettext_lazy("移交人"))
    taker = PersonField(label=gettext_lazy("接收人"))
    witness = PersonField(label=gettext_lazy("監交人"))
    reason = TextField(label=gettext_lazy("移交原因"), max_length=200)
    occurred_on = DayField(label=gettext_lazy("日期"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        people = [cleaned.get(name) for name in ("giver", "taker", "witness")]
        if all(people) and len({person.pk for person in people if person}) < 3:
            raise forms.ValidationError(_("移交人、接收人、監交人要是三個不同的人。"))
        return cleaned


class OfHandOver(ActionForm):
    document = HandOverField()


class ExcuseGiver(OfHandOver):
    reason = TextField(label=gettext_lazy("移交人不能到場的原因"), max_length=200)


class ChangeCustodian(OfCard):
    custodian = PersonField(label=gettext_lazy("接收人"))
    supervisor = PersonField(label=gettext_lazy("監交人"))
    reason = TextField(label=gettext_lazy("原因"), max_length=200, required=False)


class DropHandOver(OfHandOver):
    reason = TextField(label=gettext_lazy("作廢原因"), max_length=200)
