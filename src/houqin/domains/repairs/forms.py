"""One form per action: what a work order may say, and what bad input gets told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.catalogue.lines import read_lines, words_of
from houqin.foundation.journal.actions import ActionForm, locked
from houqin.foundation.journal.models import Place, PlaceKind
from houqin.foundation.org.directory import Ambiguous, Directory, Unknown
from houqin.foundation.org.fields import PersonField, PlaceField, ReferenceField
from houqin.foundation.org.models import Person
from houqin.foundation.signing.photos import PhotosField
from houqin.foundation.tokens.forms import TokenField
from houqin.kit import clock, numbers
from houqin.kit.fields import (
    DurationField,
    FlagField,
    LongTextField,
    MomentField,
    MoneyField,
    TextField,
    WholeNumberField,
    WordField,
)

from .jobs import JOBS, Used
from .models import WorkOrder
from .terms import (
    CATEGORY_WORDS,
    CAUSE_WORDS,
    SATISFACTION_WORDS,
    URGENCY_WORDS,
    Category,
    Cause,
    Satisfaction,
    Urgency,
)


class OrderField(ReferenceField):
    """A work order as itself, by its key, or by its number; read under a lock, because it is about to change."""

    model = WorkOrder
    picker = "repairs.work_orders"

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("報修單"))
        kwargs.setdefault("widget", forms.HiddenInput)
        super().__init__(queryset=_orders, **kwargs)


def _orders() -> Any:
    return locked(WorkOrder.objects.select_related("place", "place__campus", "campus", "reporter", "repairer"))


@dataclass(frozen=True)
class Named:
    """A person as written on paper, and who that is where the book knows exactly one of that name."""

    name: str
    person: Person | None = None

    def __str__(self) -> str:
        return self.name


class NameField(PersonField):
    """A person as written: nobody is refused, nobody is guessed."""

    widget = forms.TextInput  # type: ignore[assignment]

    def to_python(self, value: Any) -> Named | None:
        if value in self.empty_values or not str(value).strip():
            return None
        if isinstance(value, Person):
            return Named(value.name, value)
        text = str(value).strip()[:40]
        try:
            return Named(text, (self.directory or Directory.read()).person(text))
        except (Unknown, Ambiguous):
            return Named(text)


class MaterialsField(forms.Field):
    """What was used: one material a line (水嘴 2只 36元), or rows with name, quantity, counter and cost (元).

    Cleans to a list of rows ``{"name", "quantity", "counter", "cost"}`` with the cost in 分.
    """

    widget = forms.Textarea(attrs={"rows": 3, "placeholder": "水嘴 2只 36元"})

    def to_python(self, value: Any) -> list[dict[str, Any]]:
        if value in self.empty_values:
            return []
        if isinstance(value, str):
            return [self._read(row) for row in self._split(value)]
        if isinstance(value, Mapping):
            value = [value]
        return [self._read(row) for row in value]

    @staticmethod
    def _split(text: str) -> list[dict[str, Any]]:
        try:
            read = read_lines(map(words_of, text.splitlines()), example="水嘴 2只 36元", with_money=True)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        return [
            {
                "name": f"{one.name} {one.specification}".strip(),
                "quantity": one.quantity,
                "counter": one.counter,
                "cost": one.money,
            }
            for one in read
        ]

    @staticmethod
    def _read(row: Mapping[str, Any]) -> dict[str, Any]:
        name = str(row.get("name") or "").strip()
        if not name:
            raise forms.ValidationError(_("更換材料要寫名稱。"))
        try:
            quantity = numbers.parse_integer(row.get("quantity"))
            cost = numbers.parse_yuan(row["cost"]) if row.get("cost") not in (None, "") else 0
        except ValueError as error:
            raise forms.ValidationError(_("「%(name)s」：%(why)s") % {"name": name, "why": error}) from error
        if quantity <= 0:
            raise forms.ValidationError(_("「%(name)s」的數量要大於零。") % {"name": name})
        if cost < 0:
            raise forms.ValidationError(_("「%(name)s」的材料費不能小於零。") % {"name": name})
        return {
            "name": name[:80],
            "quantity": quantity,
            "counter": str(row.get("counter") or "").strip()[:8],
            "cost": cost,
        }


_SEVERAL = re.compile(r"[、,，;；/\n]+")


def materials_on_paper(*, material: str, quantity: str, counter: str) -> list[Used]:
    """The materials of one row of a register: 水嘴、軟管 with 2、1 and 只、根 are two, each with its own quantity.

    ValueError with a sentence where a material stands without its quantity (R01-2) or a quantity without a material.
    """
    if not material:
        if quantity and numbers.parse_integer(quantity):
            raise ValueError(_("寫了材料數量 %(quantity)s，沒有寫更換材料。") % {"quantity": quantity})
        return []
    names = [part.strip() for part in _SEVERAL.split(material) if part.strip()]
    quantities = [part.strip() for part in _SEVERAL.split(quantity) if part.strip()]
    counters = [part.strip() for part in _SEVERAL.split(counter) if part.strip()]
    if len(names) != len(quantities):
        if len(quantities) != 1:
            raise ValueError(
                _("更換材料「%(material)s」沒有寫清數量。請每種材料寫一個數量，如 水嘴、軟管 對 2、1。")
                % {"material": material}
            )
        names = [material]
    if len(counters) != len(names):
        counters = [counter] * len(names) if len(counters) == 1 else [""] * len(names)
    used = []
    for name, number, word in zip(names, quantities, counters, strict=True):
        pieces = numbers.parse_integer(number)
        if pieces <= 0:
            raise ValueError(_("更換材料「%(name)s」的數量要大於零。") % {"name": name})
        told = word or re.sub(r"[\d\s.,０-９]+", "", number)
        used.append(Used(name[:80], pieces, told[:8]))
    return used


def _stores() -> Any:
    return Place.objects.filter(kind=PlaceKind.STORE)


class Report(ActionForm):
    personal = ("phone", "reporter_name")

    place = PlaceField(label=gettext_lazy("校區樓室"))
    category = WordField(label=gettext_lazy("類別"), choices=Category.choices, words=CATEGORY_WORDS, required=False)
    fault = LongTextField(label=gettext_lazy("故障描述"), max_length=1000)
    urgency = WordField(label=gettext_lazy("緊急程度"), choices=Urgency.choices, words=URGENCY_WORDS, required=False)
    is_hazard = FlagField(label=gettext_lazy("是否安全隱患"))
    reporter = PersonField(label=gettext_lazy("報修人"), required=False, help_text=gettext_lazy("空着就是您本人。"))
    reporter_name = TextField(
        label=gettext_lazy("校外報修人"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("家長等不在名冊上的人。"),
    )
    phone = TextField(label=gettext_lazy("聯繫電話"), max_length=32, required=False)


class ReportByScan(ActionForm):
    """What somebody in front of it says in twenty seconds: a button, a few words or a photo."""

    # Who it was stands on the paper until it is forgotten, never in the journal.
    personal = ("reporter_name", "phone", "photos")

    token = TokenField()
    category = WordField(label=gettext_lazy("哪一類"), choices=Category.choices, words=CATEGORY_WORDS)
    fault = LongTextField(label=gettext_lazy("怎麼了"), max_length=500, required=False)
    photos = PhotosField(label=gettext_lazy("照片"), required=False)
    is_hazard = FlagField(label=gettext_lazy("有危險"))
    reporter_name = TextField(label=gettext_lazy("稱呼"), max_length=40, required=False)
    phone = TextField(label=gettext_lazy("電話"), max_length=32, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("fault") and not cleaned.get("photos") and not self.errors:
            self.add_error("fault", _("寫一句哪裏壞了，或拍一張照片，維修的人才找得到。"))
        return cleaned


class Accept(ActionForm):
    document = OrderField()
    category = WordField(label=gettext_lazy("類別"), choices=Category.choices, words=CATEGORY_WORDS, required=False)
    urgency = WordField(label=gettext_lazy("緊急程度"), choices=Urgency.choices, words=URGENCY_WORDS, required=False)
    is_hazard = FlagField(label=gettext_lazy("是否安全隱患"))


class Dispatch(ActionForm):
    document = OrderField()
    repairer = PersonField(label=gettext_lazy("維修人"))
    note = LongTextField(label=gettext_lazy("交代"), max_length=500, required=False)


class Wait(ActionForm):
    document = OrderField()
    material = TextField(label=gettext_lazy("等什麼材料"), max_length=200)


class Complete(ActionForm):
    document = OrderField()
    work = LongTextField(label=gettext_lazy("維修內容"), max_length=1000)
    job = WordField(
        label=gettext_lazy("維修類型"),
        choices=[(term.code, term.label) for term in JOBS.terms.values()],
        required=False,
        help_text=gettext_lazy("空着就從維修內容認。"),
    )
    cause = WordField(label=gettext_lazy("故障原因"), choices=Cause.choices, words=CAUSE_WORDS)
    materials = MaterialsField(
        label=gettext_lazy("更換材料"), required=False, help_text=gettext_lazy("一行一種：水嘴 2只 36元")
    )
    store = PlaceField(
        label=gettext_lazy("材料出自倉庫"),
        required=False,
        queryset=_stores,
        help_text=gettext_lazy("空着就要寫材料來源。"),
    )
    materials_from = TextField(
        label=gettext_lazy("材料來源"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("不從倉庫領的材料照實寫：現買的寫發票號或訂單號，用舊件、別人給的也寫明。"),
    )
    mended = WholeNumberField(
        label=gettext_lazy("修好多少（張、頁）"),
        required=False,
        least=1,
        most=1000,
        help_text=gettext_lazy("修門、修窗時填。"),
    )
    arrived_at = MomentField(label=gettext_lazy("到場時間"), required=False)
    completed_at = MomentField(label=gettext_lazy("完成時間"), required=False, help_text=gettext_lazy("空着就是現在。"))
    work_time = DurationField(label=gettext_lazy("工時"), unit="hour", required=False)
    note = LongTextField(label=gettext_lazy("備註"), max_length=500, required=False)


class Confirm(ActionForm):
    document = OrderField()
    satisfaction = WordField(label=gettext_lazy("滿意度"), choices=Satisfaction.choices, words=SATISFACTION_WORDS)
    note = LongTextField(label=gettext_lazy("意見"), max_length=500, required=False)


class OrderOnly(ActionForm):
    document = OrderField()


class WithReason(ActionForm):
    document = OrderField()
    reason = TextField(label=gettext_lazy("原因"), max_length=200)


class Record(ActionForm):
    """A row of a past register. People are taken as written; what happened is told by which columns are filled."""

    personal = ("reporter", "phone", "accepted_by", "repairer", "acceptor", "photo", "used")

    number = TextField(label=gettext_lazy("單號"), max_length=64, required=False)
    reported_at = MomentField(label=gettext_lazy("報修日期時間"))
    reporter = NameField(label=gettext_lazy("報修人"), required=False)
    phone = TextField(label=gettext_lazy("聯繫電話"), max_length=32, required=False)
    place = PlaceField(label=gettext_lazy("校區樓室"))
    category = WordField(
        label=gettext_lazy("類別"),
        choices=Category.choices,
        words=CATEGORY_WORDS,
        required=False,
        otherwise=Category.OTHER,
    )
    fault = LongTextField(label=gettext_lazy("故障描述"), max_length=1000, required=False)
    photo = TextField(label=gettext_lazy("照片"), max_length=200, required=False)
    urgency = WordField(label=gettext_lazy("緊急程度"), choices=Urgency.choices, words=URGENCY_WORDS, required=False)
    is_hazard = FlagField(label=gettext_lazy("是否安全隱患"))
    accepted_by = NameField(label=gettext_lazy("受理人"), required=False)
    dispatched_at = MomentField(label=gettext_lazy("派工時間"), required=False)
    repairer = NameField(label=gettext_lazy("維修人"), required=False)
    arrived_at = MomentField(label=gettext_lazy("到場時間"), required=False)
    cause = WordField(label=gettext_lazy("故障原因"), choices=Cause.choices, words=CAUSE_WORDS, required=False)
    work = LongTextField(label=gettext_lazy("維修內容"), max_length=1000, required=False)
    material = TextField(label=gettext_lazy("更換材料"), max_length=400, required=False)
    quantity = TextField(label=gettext_lazy("材料數量"), max_length=100, required=False)
    counter = TextField(label=gettext_lazy("單位"), max_length=100, required=False)
    material_cost = MoneyField(label=gettext_lazy("材料費"), required=False)
    work_time = DurationField(label=gettext_lazy("工時"), unit="hour", required=False)
    completed_at = MomentField(label=gettext_lazy("完成時間"), required=False)
    acceptor = NameField(label=gettext_lazy("驗收人"), required=False)
    satisfaction = WordField(
        label=gettext_lazy("滿意度"), choices=Satisfaction.choices, words=SATISFACTION_WORDS, required=False
    )
    note = LongTextField(label=gettext_lazy("備註"), max_length=2000, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        reported, completed = cleaned.get("reported_at"), cleaned.get("completed_at")
        if completed and reported and _is_before(completed, reported):
            self.add_error("completed_at", _("完成時間早於報修時間，請核對。"))
        if not cleaned.get("fault") and not cleaned.get("work") and not self.errors:
            self.add_error("fault", _("故障描述和維修內容都空着，看不出報修什麼。"))
        try:
            # What was used counts only once the job is done; until then the material is only planned.
            cleaned["used"] = (
                materials_on_paper(
                    material=cleaned.get("material", ""),
                    quantity=cleaned.get("quantity", ""),
                    counter=cleaned.get("counter", ""),
                )
                if completed
                else []
            )
        except ValueError as error:
            self.add_error("quantity", str(error))
        return cleaned


class Amend(Record):
    """The same row again, with more filled in."""

    document = OrderField()


def _is_before(moment: Any, other: Any) -> bool:
    """Earlier, as far as the paper tells: a moment without a time of day is only a day."""
    left, right = clock.local(moment), clock.local(other)
    if not (left.hour or left.minute or left.second) or not (right.hour or right.minute or right.second):
        return bool(left.date() < right.date())
    return bool(left < right)
