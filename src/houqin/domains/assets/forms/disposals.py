"""Scrapping and other disposal: what each step of the application asks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import ActionForm, locked
from houqin.foundation.org.fields import PlaceField, ReferenceField
from houqin.kit.fields import DayField, FlagField, LongTextField, MoneyField, TextField, WholeNumberField, WordField

from ..models import Disposal
from ..rules import WAYS_OUT
from .cards import CardField


class DisposalField(ReferenceField):
    """An application by its row, its key or its number; locked while the action runs."""

    model = Disposal
    picker = "assets.disposals"

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.HiddenInput)
        super().__init__(
            queryset=lambda: locked(Disposal.objects.select_related("card__commodity", "place__campus", "campus")),
            label=gettext_lazy("處置申請"),
            **kwargs,
        )


class RequestDisposal(ActionForm):
    card = CardField()
    place = PlaceField(label=gettext_lazy("存放地點"), required=False)
    quantity = WholeNumberField(label=gettext_lazy("數量"), least=1, most=1_000_000)
    way = WordField(
        label=gettext_lazy("處置方式"),
        choices=[(code, term.label) for code, term in WAYS_OUT.terms.items()],
        words={code: term.words for code, term in WAYS_OUT.terms.items()},
    )
    reason = TextField(label=gettext_lazy("原因"), max_length=200)
    early_reason = TextField(label=gettext_lazy("未到年限的說明"), max_length=200, required=False)
    has_media = FlagField(label=gettext_lazy("有存儲介質"), help_text=gettext_lazy("電腦、複印機等處置前要清除。"))
    is_stolen = FlagField(label=gettext_lazy("被盜"))
    case_number = TextField(label=gettext_lazy("報案編號"), max_length=80, required=False)
    note = LongTextField(label=gettext_lazy("備註"), required=False)
    occurred_on = DayField(label=gettext_lazy("申報日期"), required=False)


class OfDisposal(ActionForm):
    document = DisposalField()
    occurred_on = DayField(label=gettext_lazy("日期"), required=False)


class Appraise(OfDisposal):
    opinion = TextField(label=gettext_lazy("技術鑑定意見"), max_length=200)


class Announce(OfDisposal):
    days = WholeNumberField(
        label=gettext_lazy("公示天數"), least=1, most=90, required=False, help_text=gettext_lazy("不填按學校參數。")
    )


class Approve(OfDisposal):
    school_opinion = TextField(label=gettext_lazy("學校意見"), max_length=200)


class Authorise(OfDisposal):
    authority = TextField(label=gettext_lazy("主管部門"), max_length=120)
    approval_number = TextField(label=gettext_lazy("批覆文號"), max_length=80)
    approval_on = DayField(label=gettext_lazy("批覆日期"), required=False)


class CarryOut(OfDisposal):
    buyer = TextField(label=gettext_lazy("接收（回收）單位"), max_length=120, required=False)
    media_wiped = FlagField(label=gettext_lazy("存儲介質已清除"))
    case_closed_on = DayField(label=gettext_lazy("結案日期"), required=False)


class Settle(OfDisposal):
    proceeds = MoneyField(label=gettext_lazy("殘值收入"), help_text=gettext_lazy("沒有收入寫 0。"))
    deposit_voucher = TextField(label=gettext_lazy("繳庫憑證號"), max_length=80, required=False)


class Withdraw(OfDisposal):
    reason = TextField(label=gettext_lazy("撤回原因"), max_length=200)
