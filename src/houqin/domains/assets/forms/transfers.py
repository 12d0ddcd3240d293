"""Slips between campuses: what is asked at each step."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import ActionForm, locked
from houqin.foundation.journal.models import Place
from houqin.foundation.org.directory import Directory, Unknown
from houqin.foundation.org.fields import PlaceField, ReferenceField
from houqin.kit.fields import DayField, LongTextField, MoneyField, TextField, WholeNumberField

from ..models import Transfer
from .cards import CardField, WrittenNameField


class CampusOrUnitField(PlaceField):
    """An end of a transfer: a campus or room; 南校區(教務處) means the campus, the office in brackets is told on the paper."""

    def named(self, directory: Directory, text: str) -> Place:
        try:
            return directory.place(text)
        except Unknown:
            told = re.fullmatch(r"(.+?)\s*[(（].*[)）]", text)
            if told is None:
                raise
            return directory.place(told[1])


class TransferField(ReferenceField):
    """A transfer by its row, its key or its number; locked while the action runs."""

    model = Transfer
    picker = "assets.transfers"

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.HiddenInput)
        kwargs.setdefault("label", gettext_lazy("調撥單"))
        super().__init__(
            queryset=lambda: locked(
                Transfer.objects.select_related("card__commodity", "source__campus", "place__campus", "campus")
            ),
            **kwargs,
        )


class RequestTransfer(ActionForm):
    judged_by = either_end = ("source", "target")

    card = CardField()
    source = PlaceField(label=gettext_lazy("調出校區"))
    target = PlaceField(label=gettext_lazy("調入校區"))
    quantity = WholeNumberField(label=gettext_lazy("數量"), least=1, most=1_000_000)
    reason = TextField(label=gettext_lazy("調撥原因"), max_length=200)
    note = LongTextField(label=gettext_lazy("備註"), required=False)


class OfTransfer(ActionForm):
    document = TransferField()


class ApproveTransfer(OfTransfer):
    approval_number = TextField(label=gettext_lazy("批准文號"), max_length=80, required=False)


class SendTransfer(OfTransfer):
    occurred_on = DayField(label=gettext_lazy("調出日期"), required=False)


class ReceiveTransfer(OfTransfer):
    occurred_on = DayField(label=gettext_lazy("調入日期"), required=False)
    received_quantity = WholeNumberField(
        label=gettext_lazy("實收"), required=False, help_text=gettext_lazy("不填即全數收到。")
    )
    shortage_reason = TextField(label=gettext_lazy("短少原因"), max_length=200, required=False)


class ExcuseTransfer(OfTransfer):
    reason = TextField(label=gettext_lazy("為什麼分不開"), max_length=200)


class WithdrawTransfer(OfTransfer):
    reason = TextField(label=gettext_lazy("撤回原因"), max_length=200)


class RecallTransfer(OfTransfer):
    reason = TextField(label=gettext_lazy("撤回原因"), max_length=200)


class ImportTransfer(ActionForm):
    judged_by = either_end = ("source", "target")
    personal = ("sender", "receiver", "manager", "accountant", "approver")

    slip = TextField(label=gettext_lazy("單號"), max_length=60, required=False)
    occurred_on = DayField(label=gettext_lazy("日期"))
    source = CampusOrUnitField(label=gettext_lazy("調出校區(部門)"))
    target = CampusOrUnitField(label=gettext_lazy("調入校區(部門)"))
    card = TextField(label=gettext_lazy("資產編號"), max_length=60)
    name = TextField(label=gettext_lazy("名稱"), max_length=120, required=False)
    specification = TextField(label=gettext_lazy("規格"), max_length=120, required=False)
    counter = TextField(label=gettext_lazy("單位"), max_length=8, required=False)
    quantity = WholeNumberField(label=gettext_lazy("數量"), least=1, most=1_000_000)
    value = MoneyField(label=gettext_lazy("原值"), required=False)
    depreciation = MoneyField(label=gettext_lazy("累計折舊"), required=False)
    net_value = MoneyField(label=gettext_lazy("淨值"), required=False)
    reason = TextField(label=gettext_lazy("調撥原因"), max_length=200, required=False)
    approval_number = TextField(label=gettext_lazy("批准文號"), max_length=80, required=False)
    sender = WrittenNameField(label=gettext_lazy("調出經手"), required=False)
    receiver = WrittenNameField(label=gettext_lazy("調入經手"), required=False)
    manager = WrittenNameField(label=gettext_lazy("資產管理員"), required=False)
    accountant = WrittenNameField(label=gettext_lazy("財務"), required=False)
    approver = WrittenNameField(label=gettext_lazy("審批"), required=False)
    note = LongTextField(label=gettext_lazy("備註"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        source, target = cleaned.get("source"), cleaned.get("target")
        if source is not None and source == target:
            self.add_error("target", _("調出和調入是同一個地方「%(place)s」，沒有東西移動。") % {"place": source})
        return cleaned
