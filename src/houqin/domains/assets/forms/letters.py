"""Custody letters: what is asked when a room is counted, signed for, checked and taken back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import ActionForm, locked
from houqin.foundation.org.fields import CampusField, ClassField, PersonField, PlaceField, ReferenceField
from houqin.kit.fields import DayField, LongTextField, MoneyField, TextField
from houqin.kit.numbers import parse_integer
from houqin.kit.text import fold

from ..models import Cause, CustodyLetter

CAUSE_WORDS = {
    Cause.WEAR: ("自然損耗", "老化", "磨損", "自然損壞", "正常損耗"),
    Cause.DAMAGED: ("人為損壞", "人為", "打壞", "損壞", "砸壞"),
    Cause.LOST: ("遺失", "丟失", "缺失", "不見"),
}


@dataclass(frozen=True)
class Counted:
    """What was counted of one card, and what was said about it."""

    quantity: int
    remark: str = ""

    @property
    def cause(self) -> str:
        """The cause that the remark tells, "" where it tells none."""
        key = fold(self.remark)
        return next((str(cause) for cause, words in CAUSE_WORDS.items() if any(fold(w) in key for w in words)), "")


class CountsField(LongTextField):
    """Differences found in a count, one a line: 資產編號 數量 說明 → {number: Counted}. What is not written is all there."""

    def to_python(self, value: Any) -> dict[str, Counted]:  # type: ignore[override]
        if isinstance(value, Mapping):
            return {
                str(number): one if isinstance(one, Counted) else Counted(int(one)) for number, one in value.items()
            }
        counts: dict[str, Counted] = {}
        for line in (value or "").splitlines():
            if not line.strip():
                continue
            told = re.fullmatch(r"\s*(\S+?)[\s:：,，]+(\d+)\S{0,2}?(?:[\s,，]+(.*?))?\s*", line)
            if told is None:
                raise forms.ValidationError(
                    _("「%(line)s」看不懂。每行寫：資產編號 清點數量 說明，例如 KZY-01 46 遺失。")
                    % {"line": line.strip()}
                )
            if told[1] in counts:
                raise forms.ValidationError(_("資產編號 %(number)s 寫了兩次。") % {"number": told[1]})
            counts[told[1]] = Counted(parse_integer(told[2]), (told[3] or "")[:120])
        return counts

    def validate(self, value: dict[str, Counted]) -> None:
        """Nothing written means all there."""

    def run_validators(self, value: Any) -> None:
        """Each line was judged when it was read."""


COUNT_HELP = gettext_lazy("與清單相同的不用寫。不同的每行一件：資產編號 清點數量 說明，例如 KZY-01 46 遺失。")


class LetterField(ReferenceField):
    """A custody letter by its row, its key or its number; locked while the action runs."""

    model = CustodyLetter
    picker = "assets.letters"

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.HiddenInput)
        super().__init__(
            queryset=lambda: locked(CustodyLetter.objects.select_related("place__campus", "campus", "keeper")),
            label=gettext_lazy("責任書"),
            **kwargs,
        )


def _in_order(form: ActionForm, cleaned: dict[str, Any]) -> dict[str, Any]:
    start, end = cleaned.get("from_on"), cleaned.get("to_on")
    if start and end and end < start:
        form.add_error("to_on", _("止日不能早於起日。"))
    return cleaned


class CallLetters(ActionForm):
    campus = CampusField(
        label=gettext_lazy("校區"), required=False, help_text=gettext_lazy("不填即全校。已有有效責任書的室不再重複。")
    )
    from_on = DayField(label=gettext_lazy("起"))
    to_on = DayField(label=gettext_lazy("止"))
    occurred_on = DayField(label=gettext_lazy("日期"), required=False)

    def clean(self) -> dict[str, Any]:
        return _in_order(self, super().clean() or self.cleaned_data)


class OpenLetter(ActionForm):
    place = PlaceField(label=gettext_lazy("教室或功能室"))
    keeper = PersonField(label=gettext_lazy("責任人"), required=False, help_text=gettext_lazy("不填即該班班主任。"))
    school_class = ClassField(label=gettext_lazy("班級"), required=False)
    from_on = DayField(label=gettext_lazy("起"))
    to_on = DayField(label=gettext_lazy("止"))
    counts = CountsField(label=gettext_lazy("清點結果"), required=False, help_text=COUNT_HELP)
    occurred_on = DayField(label=gettext_lazy("日期"), required=False)

    def clean(self) -> dict[str, Any]:
        return _in_order(self, super().clean() or self.cleaned_data)


class OfLetter(ActionForm):
    document = LetterField()


class CountLetter(OfLetter):
    keeper = PersonField(label=gettext_lazy("責任人"), required=False)
    counts = CountsField(label=gettext_lazy("清點結果"), required=False, help_text=COUNT_HELP)
    occurred_on = DayField(label=gettext_lazy("清點日期"), required=False)


class SignLetter(OfLetter):
    occurred_on = DayField(label=gettext_lazy("日期"), required=False)


class CheckLetter(OfLetter):
    counts = CountsField(label=gettext_lazy("抽查結果"), required=False, help_text=COUNT_HELP)
    note = TextField(label=gettext_lazy("抽查情況"), max_length=200, required=False)
    occurred_on = DayField(label=gettext_lazy("抽查日期"), required=False)


class CloseLetter(OfLetter):
    counts = CountsField(label=gettext_lazy("驗收結果"), required=False, help_text=COUNT_HELP)
    compensation = MoneyField(
        label=gettext_lazy("實際賠償金額"),
        required=False,
        help_text=gettext_lazy("不填即按缺損數乘單價。只能按實際損失賠償，不得罰款；可以少，不能多。"),
    )
    occurred_on = DayField(label=gettext_lazy("驗收日期"), required=False)


class RenewLetter(CloseLetter):
    keeper = PersonField(label=gettext_lazy("新責任人"))


class DropLetter(OfLetter):
    reason = TextField(label=gettext_lazy("作廢原因"), max_length=200)
