"""One form per action: what is written at the gate, and what bad input gets told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import ActionForm, locked
from houqin.foundation.org.directory import Ambiguous, Directory, Unknown
from houqin.foundation.org.fields import CampusField, ClassField, PersonField, ReferenceField
from houqin.foundation.org.models import Person, SchoolClass
from houqin.kit import clock, dates
from houqin.kit.fields import DayField, FlagField, LongTextField, MomentField, TextField, WholeNumberField, WordField

from .models import Ban, GoodsPass, LeaveSlip, VehicleVisit, Visit
from .terms import CONFIRMED_WORDS, GENDER_WORDS, Confirmed, Gender


class PaperField(ReferenceField):
    """A paper of the gate as itself, by its key or its number; read under a lock, because it is about to change."""

    def __init__(self, model: Any, *, related: tuple[str, ...] = (), **kwargs: Any) -> None:
        self.model = model
        kwargs.setdefault("label", model._meta.verbose_name)
        kwargs.setdefault("widget", forms.HiddenInput)
        super().__init__(
            queryset=lambda: locked(model._default_manager.select_related("place", "campus", *related)), **kwargs
        )


@dataclass(frozen=True)
class Named:
    """A person or class as written on paper, and which one that is where the book knows exactly one of that name."""

    name: str
    row: Any = None
    is_ambiguous: bool = False

    def __str__(self) -> str:
        return self.name


class NameField(PersonField):
    """A person as written: nobody is refused, nobody is guessed."""

    widget = forms.TextInput  # type: ignore[assignment]

    def to_python(self, value: Any) -> Named | None:
        if isinstance(value, (Person, SchoolClass)):
            return Named(value.name, value)
        if value in self.empty_values or not str(value).strip():
            return None
        text = str(value).strip()[:40]
        try:
            return Named(text, self.named(self.directory or Directory.read(), text))
        except Unknown:
            return Named(text)
        except Ambiguous:
            return Named(text, is_ambiguous=True)


class ClassNameField(NameField):
    """A class as written. 一(1)班 of two campuses is nobody's guess."""

    looked_in = ClassField.looked_in
    written = ReferenceField.written
    told = ReferenceField.told

    model = SchoolClass  # type: ignore[assignment]
    picker = "org.classes"

    def named(self, directory: Directory, text: str) -> Any:
        return directory.school_class(text)


# A time of day without its day is read on this one.
_NO_DAY = date(1900, 1, 1)


class HourField(forms.Field):
    """A time of day, or a day with a time where it was another day → time or aware datetime; ``on`` puts it on a day."""

    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")

    def to_python(self, value: Any) -> time | datetime | None:
        if value in self.empty_values or (isinstance(value, str) and not value.strip()):
            return None
        if isinstance(value, datetime) and value.tzinfo:
            return value
        try:
            day, clock_time = dates.parse_moment(value, on=_NO_DAY)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        if clock_time is None:
            raise forms.ValidationError(_("只有日期，沒有時間，請寫成 9:36。"))
        return clock_time if day == _NO_DAY else clock.at(day, clock_time)

    @staticmethod
    def on(day: date, told: time | datetime | None) -> datetime | None:
        """The moment meant: 9:36 on ``day``; a full moment as it is."""
        if told is None or isinstance(told, datetime):
            return told
        return clock.at(day, told)


def _purpose() -> TextField:
    return TextField(label=gettext_lazy("事由"), max_length=200)


class Enter(ActionForm):
    personal = ("name", "identity", "phone", "plate")

    name = TextField(label=gettext_lazy("姓名"), max_length=40)
    gender = WordField(label=gettext_lazy("性別"), choices=Gender.choices, words=GENDER_WORDS, required=False)
    identity_type = TextField(label=gettext_lazy("證件類型"), max_length=20, required=False)
    identity = TextField(label=gettext_lazy("證件號"), max_length=40, help_text=gettext_lazy("只保存末四位。"))
    unit = TextField(label=gettext_lazy("單位"), max_length=80, required=False)
    phone = TextField(label=gettext_lazy("聯繫電話"), max_length=32, required=False)
    visitors = WholeNumberField(label=gettext_lazy("人數"), least=1, most=500, required=False)
    purpose = _purpose()
    host = PersonField(label=gettext_lazy("受訪人"))
    host_confirmed = WordField(
        label=gettext_lazy("受訪人確認"),
        choices=Confirmed.choices,
        words=CONFIRMED_WORDS,
        error_messages={"required": gettext_lazy("受訪人還沒有確認，不能放行。請先聯繫受訪人。")},
    )
    consent_by = PersonField(
        label=gettext_lazy("同意人"), required=False, help_text=gettext_lazy("上課時間來訪，寫明同意的值班領導。")
    )
    work_permit = TextField(
        label=gettext_lazy("作業許可證號"),
        max_length=64,
        required=False,
        help_text=gettext_lazy("動火、登高、臨時用電必填。"),
    )
    belongings = TextField(label=gettext_lazy("攜帶物品"), max_length=200, required=False)
    pass_number = TextField(label=gettext_lazy("訪客證號"), max_length=32, required=False)
    plate = TextField(label=gettext_lazy("車牌號"), max_length=20, required=False)
    campus = CampusField(label=gettext_lazy("校區"), required=False, help_text=gettext_lazy("空着就是門衛所在校區。"))
    entered_at = MomentField(label=gettext_lazy("入校時間"), required=False, help_text=gettext_lazy("空着就是現在。"))


class Refuse(ActionForm):
    personal = ("name", "phone")

    name = TextField(label=gettext_lazy("姓名"), max_length=40, required=False)
    unit = TextField(label=gettext_lazy("單位"), max_length=80, required=False)
    phone = TextField(label=gettext_lazy("聯繫電話"), max_length=32, required=False)
    purpose = _purpose()
    reason = TextField(label=gettext_lazy("謝絕原因"), max_length=200)
    campus = CampusField(label=gettext_lazy("校區"), required=False)


class Leave(ActionForm):
    document = PaperField(Visit)
    left_at = MomentField(label=gettext_lazy("離校時間"), required=False, help_text=gettext_lazy("空着就是現在。"))
    host_signed = FlagField(label=gettext_lazy("受訪人簽字（回執）"))


class VoidVisit(ActionForm):
    document = PaperField(Visit)
    reason = TextField(label=gettext_lazy("作廢原因"), max_length=200)


class CloseDay(ActionForm):
    day = DayField(label=gettext_lazy("日期"), required=False, help_text=gettext_lazy("空着就是今天。"))
    campus = CampusField(label=gettext_lazy("校區"), required=False, help_text=gettext_lazy("空着就是全校。"))


class BanSomebody(ActionForm):
    personal = ("name", "identity", "phone")

    name = TextField(label=gettext_lazy("姓名"), max_length=40)
    identity = TextField(label=gettext_lazy("證件號"), max_length=40, required=False)
    phone = TextField(label=gettext_lazy("聯繫電話"), max_length=32, required=False)
    reason = TextField(label=gettext_lazy("原因"), max_length=200)
    to_on = DayField(label=gettext_lazy("止"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("identity") and not cleaned.get("phone"):
            self.add_error("identity", _("證件號和電話至少寫一個，否則門衛認不出。"))
        return cleaned


class Unban(ActionForm):
    ban = forms.ModelChoiceField(label=gettext_lazy("謝絕名單"), queryset=Ban.objects.all())
    reason = TextField(label=gettext_lazy("原因"), max_length=200)


class RecordVisit(ActionForm):
    """A row of a past register."""

    personal = ("name", "identity", "phone", "plate", "host", "guard")

    day = DayField(label=gettext_lazy("日期"), required=False)
    entered_at = HourField(label=gettext_lazy("入校時間"))
    name = TextField(label=gettext_lazy("姓名"), max_length=40)
    gender = WordField(label=gettext_lazy("性別"), choices=Gender.choices, words=GENDER_WORDS, required=False)
    identity_type = TextField(label=gettext_lazy("證件類型"), max_length=20, required=False)
    identity = TextField(label=gettext_lazy("證件號"), max_length=40, required=False)
    unit = TextField(label=gettext_lazy("單位"), max_length=80, required=False)
    phone = TextField(label=gettext_lazy("聯繫電話"), max_length=32, required=False)
    visitors = WholeNumberField(label=gettext_lazy("人數"), least=1, most=5000, required=False)
    purpose = TextField(label=gettext_lazy("事由"), max_length=200, required=False)
    host = NameField(label=gettext_lazy("受訪人"), required=False)
    host_confirmed = WordField(
        label=gettext_lazy("受訪人確認"),
        choices=Confirmed.choices,
        words=CONFIRMED_WORDS,
        required=False,
        otherwise=Confirmed.PERSON,
    )
    belongings = TextField(label=gettext_lazy("攜帶物品"), max_length=200, required=False)
    pass_number = TextField(label=gettext_lazy("訪客證號"), max_length=32, required=False)
    plate = TextField(label=gettext_lazy("車牌號"), max_length=20, required=False)
    left_at = HourField(label=gettext_lazy("離校時間"), required=False)
    host_signed = TextField(label=gettext_lazy("受訪人簽字"), max_length=40, required=False)
    guard = NameField(label=gettext_lazy("值班門衛"), required=False)
    campus = CampusField(label=gettext_lazy("校區"), required=False)
    note = LongTextField(label=gettext_lazy("備註"), max_length=2000, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        told = cleaned.get("entered_at")
        if isinstance(told, datetime):
            cleaned["day"] = cleaned.get("day") or clock.day_of(told)
        if day := cleaned.get("day"):
            entered = cleaned["entered_at"] = HourField.on(day, told)
            left = cleaned["left_at"] = HourField.on(day, cleaned.get("left_at"))
            if entered and left and left < entered:
                self.add_error("left_at", _("離校時間早於入校時間，請核對。"))
        elif told is not None and "day" not in self.errors:
            self.add_error("day", _("沒有寫日期。"))
        # 回執 signed by the host with a name or a tick: all that is kept is that it was.
        cleaned["host_signed"] = cleaned.get("host_signed", "") not in ("", "否", "無", "未", "×")
        return cleaned


class Apply(ActionForm):
    personal = ("pupil", "parent_contact", "pickup")

    school_class = ClassField(label=gettext_lazy("班級"))
    pupil = TextField(label=gettext_lazy("姓名"), max_length=40)
    reason = TextField(label=gettext_lazy("離校事由"), max_length=200)
    planned_leave_at = HourField(label=gettext_lazy("擬離校時間"), required=False)
    planned_return_at = HourField(
        label=gettext_lazy("擬返校時間"), required=False, help_text=gettext_lazy("不返校就空着。")
    )
    parent_contact = TextField(
        label=gettext_lazy("家長聯繫時間及電話"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("已聯繫就寫上。"),
    )
    pickup = TextField(label=gettext_lazy("家長(接送人)姓名與關係"), max_length=80, required=False)


class SlipOnly(ActionForm):
    document = PaperField(LeaveSlip, related=("school_class", "teacher"))


class Contact(SlipOnly):
    personal = ("parent_contact", "pickup")

    parent_contact = TextField(label=gettext_lazy("家長聯繫時間及電話"), max_length=120)
    pickup = TextField(label=gettext_lazy("家長(接送人)姓名與關係"), max_length=80, required=False)


class Release(SlipOnly):
    personal = ("pickup", "pickup_signature")

    pickup = TextField(label=gettext_lazy("家長(接送人)姓名與關係"), max_length=80, required=False)
    pickup_signature = TextField(label=gettext_lazy("接送人簽字(證件)"), max_length=80, required=False)


class Return(SlipOnly):
    returned_at = MomentField(label=gettext_lazy("返校時間"), required=False, help_text=gettext_lazy("空着就是現在。"))


class SlipWithReason(SlipOnly):
    reason = TextField(label=gettext_lazy("原因"), max_length=200)


class RecordSlip(ActionForm):
    """A past leave slip."""

    personal = (
        "pupil",
        "parent_contact",
        "pickup",
        "pickup_signature",
        "teacher",
        "approver",
        "closed_by",
        "school_class",
    )

    number = TextField(label=gettext_lazy("編號"), max_length=64, required=False)
    day = DayField(label=gettext_lazy("日期"))
    school_class = ClassNameField(label=gettext_lazy("班級"))
    pupil = TextField(label=gettext_lazy("姓名"), max_length=40)
    reason = TextField(label=gettext_lazy("離校事由"), max_length=200, required=False)
    planned_leave_at = HourField(label=gettext_lazy("擬離校時間"), required=False)
    planned_return_at = HourField(label=gettext_lazy("擬返校時間"), required=False)
    parent_contact = TextField(label=gettext_lazy("家長聯繫時間及電話"), max_length=120, required=False)
    pickup = TextField(label=gettext_lazy("家長(接送人)姓名與關係"), max_length=80, required=False)
    pickup_signature = TextField(label=gettext_lazy("接送人簽字(證件)"), max_length=80, required=False)
    teacher = NameField(label=gettext_lazy("班主任簽字"), required=False)
    approver = NameField(label=gettext_lazy("年級(政教)批准"), required=False)
    released_at = HourField(label=gettext_lazy("門衛放行時間"), required=False)
    returned_at = HourField(label=gettext_lazy("返校時間"), required=False)
    closed_by = NameField(label=gettext_lazy("銷假簽字"), required=False)
    note = LongTextField(label=gettext_lazy("備註"), max_length=2000, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if day := cleaned.get("day"):
            for name in ("planned_leave_at", "planned_return_at", "released_at", "returned_at"):
                cleaned[name] = HourField.on(day, cleaned.get(name))
            released, returned = cleaned["released_at"], cleaned["returned_at"]
            if released and returned and returned < released:
                self.add_error("returned_at", _("返校時間早於放行時間，請核對。"))
        return cleaned


class AmendSlip(RecordSlip):
    """The same slip again, with more filled in."""

    document = PaperField(LeaveSlip, related=("school_class", "teacher"))


class VehicleIn(ActionForm):
    personal = ("plate", "driver")

    plate = TextField(label=gettext_lazy("車牌號"), max_length=20)
    model = TextField(label=gettext_lazy("車型"), max_length=40, required=False)
    driver = TextField(label=gettext_lazy("駕駛人"), max_length=40, required=False)
    unit = TextField(label=gettext_lazy("單位"), max_length=80, required=False)
    purpose = _purpose()
    approver = PersonField(label=gettext_lazy("批准人"))
    parked = TextField(label=gettext_lazy("停放位置"), max_length=80, required=False)
    load = TextField(label=gettext_lazy("載物"), max_length=200, required=False)
    campus = CampusField(label=gettext_lazy("校區"), required=False)


class VehicleOut(ActionForm):
    document = PaperField(VehicleVisit)
    left_at = MomentField(label=gettext_lazy("出校時間"), required=False, help_text=gettext_lazy("空着就是現在。"))


class VoidVehicle(ActionForm):
    document = PaperField(VehicleVisit)
    reason = TextField(label=gettext_lazy("作廢原因"), max_length=200)


class RecordVehicle(ActionForm):
    """A row of a past register of vehicles."""

    personal = ("plate", "driver", "approver", "guard")

    day = DayField(label=gettext_lazy("日期"))
    plate = TextField(label=gettext_lazy("車牌號"), max_length=20)
    model = TextField(label=gettext_lazy("車型"), max_length=40, required=False)
    driver = TextField(label=gettext_lazy("駕駛人"), max_length=40, required=False)
    unit = TextField(label=gettext_lazy("單位"), max_length=80, required=False)
    purpose = TextField(label=gettext_lazy("事由"), max_length=200, required=False)
    approver = NameField(label=gettext_lazy("批准人"), required=False)
    entered_at = HourField(label=gettext_lazy("進校時間"))
    parked = TextField(label=gettext_lazy("停放位置"), max_length=80, required=False)
    load = TextField(label=gettext_lazy("載物"), max_length=200, required=False)
    left_at = HourField(label=gettext_lazy("出校時間"), required=False)
    guard = NameField(label=gettext_lazy("門衛"), required=False)
    campus = CampusField(label=gettext_lazy("校區"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if day := cleaned.get("day"):
            cleaned["entered_at"] = HourField.on(day, cleaned.get("entered_at"))
            cleaned["left_at"] = HourField.on(day, cleaned.get("left_at"))
            entered, left = cleaned["entered_at"], cleaned["left_at"]
            if entered and left and left < entered:
                self.add_error("left_at", _("出校時間早於進校時間，請核對。"))
        return cleaned


class RequestGoods(ActionForm):
    personal = ("carrier",)

    carrier = TextField(label=gettext_lazy("攜物人"), max_length=40)
    unit = TextField(label=gettext_lazy("單位"), max_length=80, required=False)
    goods = TextField(label=gettext_lazy("物品名稱"), max_length=200)
    quantity = TextField(label=gettext_lazy("數量"), max_length=40)
    is_school_property = FlagField(label=gettext_lazy("是否學校資產"))
    purpose = TextField(label=gettext_lazy("去向事由"), max_length=200)
    campus = CampusField(label=gettext_lazy("校區"), required=False)


class GoodsOnly(ActionForm):
    document = PaperField(GoodsPass)


class VoidGoods(GoodsOnly):
    reason = TextField(label=gettext_lazy("作廢原因"), max_length=200)
