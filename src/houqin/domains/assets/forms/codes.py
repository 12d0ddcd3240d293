"""Codes of GB/T 14885: what is asked of each."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import ActionForm, locked
from houqin.foundation.org.fields import ReferenceField
from houqin.kit.fields import TextField, WordField

from ..classes import GROUPS
from ..models import GoodsCode, Status

STATUS_WORDS = {
    "V": ("已核對", "核對", "原文"),
    "v": ("二手", "轉引"),
    "M": ("記憶", "待核", "待核對"),
    "P": ("自定", "主管部門"),
}


class GoodsCodeField(ReferenceField):
    """A code by its row, its key or its number; locked while the action runs."""

    model = GoodsCode
    picker = "assets.codes"

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.HiddenInput)
        super().__init__(queryset=lambda: locked(GoodsCode.objects.all()), label=gettext_lazy("國標分類代碼"), **kwargs)


class SetCode(ActionForm):
    name = TextField(label=gettext_lazy("分類名稱"), max_length=120)
    gbt_2022 = TextField(label=gettext_lazy("國標分類代碼(2022)"), max_length=20, required=False)
    gbt_2010 = TextField(label=gettext_lazy("舊分類代碼(2010)"), max_length=20, required=False)
    life_group = WordField(
        label=gettext_lazy("折舊類別"),
        choices=[(code, label) for code, (label, _years, _status) in GROUPS.items()],
        required=False,
        help_text=gettext_lazy("空着就是不提折舊（圖書、文物、動植物、土地）。"),
    )
    words = TextField(
        label=gettext_lazy("認得的名稱"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("用頓號分開：課桌椅、辦公桌。"),
    )
    source = TextField(label=gettext_lazy("依據"), max_length=200, help_text=gettext_lazy("哪個標準、文件、目錄。"))
    status = WordField(label=gettext_lazy("可靠程度"), choices=Status.choices, words=STATUS_WORDS)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("gbt_2022") and not cleaned.get("gbt_2010"):
            self.add_error("gbt_2022", _("兩個版本的代碼至少寫一個。"))
        return cleaned


class ChangeCode(SetCode):
    document = GoodsCodeField()


class RetireCode(ActionForm):
    document = GoodsCodeField()
    reason = TextField(label=gettext_lazy("原因"), max_length=200)
