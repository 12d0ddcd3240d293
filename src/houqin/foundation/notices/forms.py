"""What addresses, robots and wishes ask for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import ActionForm
from houqin.kit.fields import TextField, WholeNumberField, WordField

from .channels import target_of
from .models import Kind
from .occasions import OCCASIONS, WAYS


def _occasions() -> list[tuple[str, Any]]:
    return [(one.name, one.label) for one in OCCASIONS]


def _grouped() -> list[tuple[str, Any]]:
    return [(one.name, one.label) for one in OCCASIONS if one.grouped]


class _AddChannel(ActionForm):
    # A token opens the group to whoever knows it, a mail address is somebody's own.
    personal = ("target", "secret")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        kind, target = cleaned.get("kind"), cleaned.get("target")
        if kind and target:
            try:
                cleaned["target"] = target_of(kind, target)
            except ValueError as error:
                self.add_error("target", str(error))
        if cleaned.get("secret") and kind != Kind.DINGTALK:
            self.add_error(
                "secret", _("只有釘釘機器人用加簽密鑰；飛書請在機器人設定裏改用自訂關鍵詞，寫部門名稱（例如總務處）。")
            )
        return cleaned


class AddAddress(_AddChannel):
    kind = WordField(label=gettext_lazy("種類"), choices=Kind.choices)
    target = TextField(
        label=gettext_lazy("地址"),
        max_length=300,
        help_text=gettext_lazy("電子郵件地址，或機器人的 Webhook 地址整條。"),
    )
    secret = TextField(
        label=gettext_lazy("加簽密鑰"), max_length=200, required=False, help_text=gettext_lazy("釘釘選了「加簽」才要。")
    )


class RemoveAddress(ActionForm):
    address = WholeNumberField(label=gettext_lazy("地址號"), least=1, most=2**63 - 1)


class AddRobot(_AddChannel):
    name = TextField(label=gettext_lazy("名稱"), max_length=60)
    kind = WordField(label=gettext_lazy("種類"), choices=[one for one in Kind.choices if one[0] != Kind.MAIL])
    target = TextField(label=gettext_lazy("Webhook 地址"), max_length=300)
    secret = TextField(
        label=gettext_lazy("加簽密鑰"), max_length=200, required=False, help_text=gettext_lazy("釘釘選了「加簽」才要。")
    )
    occasions = forms.MultipleChoiceField(label=gettext_lazy("說什麼"), choices=_grouped)


class RemoveRobot(ActionForm):
    robot = WholeNumberField(label=gettext_lazy("機器人號"), least=1, most=2**63 - 1)


class ChooseWay(ActionForm):
    occasion = WordField(label=gettext_lazy("事由"), choices=_occasions)
    way = WordField(label=gettext_lazy("怎麼發"), choices=WAYS)
