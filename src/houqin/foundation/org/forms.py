"""One form per action of the school and its people."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import ActionForm, locked
from houqin.foundation.journal.models import PlaceKind
from houqin.kit.fields import DayField, FlagField, KeptFlagField, LongTextField, TextField, WholeNumberField, WordField
from houqin.kit.text import fold

from . import promoting
from .correcting import KEPT, Clearing, CorrectForm
from .directory import Ambiguous, Directory, Unknown
from .fields import CampusField, ClassField, PartyField, PersonField, PlaceField, UnitField
from .models import Role, RoleAssignment, SchoolClass

SCRIPTS = (("traditional", gettext_lazy("繁體")), ("simplified", gettext_lazy("簡體")))


class ClearedPersonField(Clearing, PersonField):
    """Somebody, or 無."""


class ClearedPlaceField(Clearing, PlaceField):
    """A place, or 無."""


class ChangeSchool(ActionForm):
    name = TextField(label=gettext_lazy("校名"), max_length=80)
    office = TextField(label=gettext_lazy("部門名稱"), max_length=40, required=False)
    script = WordField(label=gettext_lazy("公文用字"), choices=SCRIPTS)


class AddCampus(ActionForm):
    campus = TextField(label=gettext_lazy("校區"), max_length=40)
    address = TextField(label=gettext_lazy("地址"), max_length=200, required=False)
    pupils = WholeNumberField(label=gettext_lazy("學生數"), required=False)


class AddPlace(ActionForm):
    campus = CampusField(label=gettext_lazy("校區"))
    building = TextField(label=gettext_lazy("樓棟"), max_length=40, required=False)
    room = TextField(label=gettext_lazy("房號"), max_length=20, required=False)
    name = TextField(label=gettext_lazy("室名"), max_length=80, required=False)
    purpose = TextField(label=gettext_lazy("用途"), max_length=80, required=False)
    kind = WordField(
        label=gettext_lazy("類型"),
        choices=PlaceKind.choices,
        required=False,
        help_text=gettext_lazy("不填時按樓棟和房號判斷。"),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not (cleaned.get("building") or cleaned.get("room") or cleaned.get("name")):
            raise forms.ValidationError(_("樓棟、房號、室名至少要填一項。"))
        return cleaned


class AddPerson(ActionForm):
    personal = ("phone",)

    name = TextField(label=gettext_lazy("姓名"), max_length=40)
    staff_number = TextField(label=gettext_lazy("工號"), max_length=32, required=False)
    post = TextField(label=gettext_lazy("崗位"), max_length=40, required=False)
    employment = TextField(label=gettext_lazy("用工性質"), max_length=20, required=False)
    campus = CampusField(label=gettext_lazy("校區"), required=False)
    unit = UnitField(label=gettext_lazy("部門"), required=False)
    phone = TextField(label=gettext_lazy("電話"), max_length=32, required=False)


class CompleteCampus(AddCampus):
    document = CampusField(label=gettext_lazy("校區"))


class CompletePlace(AddPlace):
    document = PlaceField(label=gettext_lazy("場所"))


class CompletePerson(AddPerson):
    judged_by = ("document", "campus")

    document = PersonField(label=gettext_lazy("人員"))


class ChangePerson(AddPerson):
    judged_by = ("person", "campus")

    person = PersonField(label=gettext_lazy("人員"))
    is_active = KeptFlagField(label=gettext_lazy("在職"))
    name = TextField(label=gettext_lazy("姓名"), max_length=40)


class CorrectPerson(CorrectForm):
    judged_by = ("person", "campus")
    corrects = "person"
    personal = ("name", "staff_number", "phone")

    person = PersonField(label=gettext_lazy("人員"))
    name = TextField(label=gettext_lazy("姓名"), max_length=40, required=False)
    staff_number = TextField(label=gettext_lazy("工號"), max_length=32, required=False, help_text=KEPT)
    post = TextField(label=gettext_lazy("崗位"), max_length=40, required=False, help_text=KEPT)
    employment = TextField(label=gettext_lazy("用工性質"), max_length=20, required=False, help_text=KEPT)
    campus = CampusField(label=gettext_lazy("校區"), required=False)
    unit = UnitField(label=gettext_lazy("部門"), required=False)
    phone = TextField(label=gettext_lazy("電話"), max_length=32, required=False, help_text=KEPT)

    @classmethod
    def begun_with(cls, document: Any) -> dict[str, Any]:
        # A number on a screen is read by whoever stands behind: it is written anew or stays.
        return {name: value for name, value in super().begun_with(document).items() if name != "phone"}


class LeavePerson(ActionForm):
    judged_by = ("person",)

    person = PersonField(label=gettext_lazy("人員"))
    occurred_on = DayField(label=gettext_lazy("離職日期"), required=False)
    reason = TextField(label=gettext_lazy("原因"), max_length=200, required=False)


class AddUnit(ActionForm):
    name = TextField(label=gettext_lazy("部門"), max_length=80)
    head = PersonField(label=gettext_lazy("負責人"), required=False)


class AddClass(ActionForm):
    campus = CampusField(label=gettext_lazy("校區"))
    grade = TextField(label=gettext_lazy("年級"), max_length=20, required=False)
    name = TextField(label=gettext_lazy("班級"), max_length=40)
    pupils = WholeNumberField(label=gettext_lazy("人數"), required=False, most=200)
    teacher = PersonField(label=gettext_lazy("班主任"), required=False)
    room = PlaceField(label=gettext_lazy("教室"), required=False)


class PromoteSchool(ActionForm):
    """September. ``ways`` is what becomes of every class, read from the names and from what was told."""

    grades = WordField(
        label=gettext_lazy("學制"),
        choices=promoting.Kind.choices,
        required=False,
        help_text=gettext_lazy("空着按現有的班級判斷。"),
    )
    teachers = WordField(
        label=gettext_lazy("班主任"),
        choices=(("along", gettext_lazy("隨班升級")), ("end", gettext_lazy("都結束，另定"))),
        required=False,
    )
    rooms = WordField(
        label=gettext_lazy("教室"),
        choices=(("along", gettext_lazy("隨班走")), ("told", gettext_lazy("都空出來，另定"))),
        required=False,
    )
    told = LongTextField(
        label=gettext_lazy("另有去向的班"),
        required=False,
        help_text=gettext_lazy("一行一個：南校區一(1)班 → 二(3)班；→ 畢業；→ 不變。沒寫的按班名升級。"),
    )
    new_classes = LongTextField(
        label=gettext_lazy("新生班級"),
        required=False,
        help_text=gettext_lazy("一行一個：校區 年級 班級 人數，如「南校區 一年級 一(1)班 45」。也可以以後再匯入。"),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        directory = Directory.read()
        cleaned["teachers"], cleaned["rooms"] = cleaned.get("teachers") or "along", cleaned.get("rooms") or "along"
        told = self._told(cleaned.pop("told", ""), directory)
        new = self._new(cleaned.pop("new_classes", ""), directory)
        classes = SchoolClass.objects.filter(is_active=True).select_related("campus", "teacher", "room")
        cleaned["ways"] = promoting.ways(classes, kind=cleaned.pop("grades", "") or "", told=told)
        cleaned["new_classes"] = new
        return cleaned

    def _told(self, text: str, directory: Directory) -> dict[int, tuple[str, str]]:
        found: dict[int, tuple[str, str]] = {}
        for line in filter(None, map(str.strip, text.splitlines())):
            name, arrow, becomes = (part.strip() for part in re.sub("->|=>|＝|=", "→", line).partition("→"))
            try:
                one = directory.school_class(name)
            except (Unknown, Ambiguous):
                self.add_error("told", _("「%(line)s」看不出是哪一個班。請寫校區和班名。") % {"line": line})
                continue
            if not arrow or not becomes:
                self.add_error("told", _("「%(line)s」要寫成「原班名 → 新班名」。") % {"line": line})
                continue
            fates = {fold("畢業"): promoting.Fate.LEAVES, fold("離校"): promoting.Fate.LEAVES}
            fates |= {fold("不變"): promoting.Fate.STAYS}
            fate = str(fates.get(fold(becomes), promoting.Fate.UP))
            found[one.pk] = (fate, becomes[:40] if fate == promoting.Fate.UP else "")
        return found

    def _new(self, text: str, directory: Directory) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for line in filter(None, map(str.strip, text.splitlines())):
            parts = re.split(r"[\s,，、]+", line)
            pupils = int(parts.pop()) if len(parts) > 1 and parts[-1].isascii() and parts[-1].isdecimal() else 0
            campuses = directory.campuses()
            campus = next((one for one in campuses if one.folded == fold(parts[0])), None)
            parts = parts[1:] if campus is not None else parts
            campus = campus or (campuses[0] if len(campuses) == 1 else None)
            if campus is None or not 1 <= len(parts) <= 2 or pupils > 200 or any(len(part) > 20 for part in parts):
                self.add_error("new_classes", _("「%(line)s」要寫成「校區 年級 班級 人數」。") % {"line": line})
                continue
            grade = parts[0] if len(parts) == 2 else ""
            found.append({"campus": campus, "grade": grade, "name": parts[-1], "pupils": pupils})
        return found


class UndoPromotion(ActionForm):
    reason = TextField(label=gettext_lazy("原因"), max_length=200)


class CompleteClass(AddClass):
    document = ClassField(label=gettext_lazy("班級"))


class CorrectClass(CorrectForm):
    corrects = "school_class"

    school_class = ClassField(label=gettext_lazy("班級"))
    campus = CampusField(label=gettext_lazy("校區"), required=False)
    grade = TextField(label=gettext_lazy("年級"), max_length=20, required=False, help_text=KEPT)
    name = TextField(label=gettext_lazy("班級名稱"), max_length=40, required=False)
    pupils = WholeNumberField(label=gettext_lazy("人數"), required=False, most=200)
    teacher = ClearedPersonField(label=gettext_lazy("班主任"), required=False, help_text=KEPT)
    room = ClearedPlaceField(label=gettext_lazy("教室"), required=False, help_text=KEPT)


class CorrectPlace(CorrectForm):
    corrects = "place"
    elsewhere = {
        "campus": gettext_lazy("場所不會換校區：請把原來的「停用場所」，再新增。"),
        "building": gettext_lazy("場所不會換樓棟：請把原來的「停用場所」，再新增。"),
    }

    place = PlaceField(label=gettext_lazy("場所"), takes_closed=True)
    name = TextField(label=gettext_lazy("名稱"), max_length=80, required=False)
    purpose = TextField(label=gettext_lazy("用途"), max_length=80, required=False, help_text=KEPT)
    address = TextField(label=gettext_lazy("地址"), max_length=200, required=False, help_text=KEPT)
    pupils = WholeNumberField(label=gettext_lazy("學生數"), required=False)
    kind = WordField(label=gettext_lazy("類型"), choices=PlaceKind.choices, required=False)


class ClosePlace(ActionForm):
    place = PlaceField(label=gettext_lazy("場所"))
    reason = TextField(label=gettext_lazy("原因"), max_length=200)


class ReopenPlace(ActionForm):
    place = PlaceField(label=gettext_lazy("場所"), takes_closed=True)
    reason = TextField(label=gettext_lazy("原因"), max_length=200)


class CorrectParty(CorrectForm):
    corrects = "party"
    personal = ("phone", "contact")

    party = PartyField(label=gettext_lazy("往來單位"))
    name = TextField(label=gettext_lazy("名稱"), max_length=120, required=False)
    is_supplier = KeptFlagField(label=gettext_lazy("供應商"))
    is_donor = KeptFlagField(label=gettext_lazy("捐贈人"))
    credit_code = TextField(label=gettext_lazy("統一社會信用代碼"), max_length=32, required=False, help_text=KEPT)
    contact = TextField(label=gettext_lazy("聯繫人"), max_length=40, required=False, help_text=KEPT)
    phone = TextField(label=gettext_lazy("電話"), max_length=32, required=False, help_text=KEPT)

    @classmethod
    def begun_with(cls, document: Any) -> dict[str, Any]:
        return {name: value for name, value in super().begun_with(document).items() if name != "phone"}


class AddParty(ActionForm):
    personal = ("phone", "contact")

    name = TextField(label=gettext_lazy("名稱"), max_length=120)
    is_supplier = FlagField(label=gettext_lazy("供應商"))
    is_donor = FlagField(label=gettext_lazy("捐贈人"))
    credit_code = TextField(label=gettext_lazy("統一社會信用代碼"), max_length=32, required=False)
    contact = TextField(label=gettext_lazy("聯繫人"), max_length=40, required=False)
    phone = TextField(label=gettext_lazy("電話"), max_length=32, required=False)


class GiveRole(ActionForm):
    person = PersonField(label=gettext_lazy("人員"))
    role = WordField(label=gettext_lazy("崗位"), choices=Role.choices)
    place = PlaceField(label=gettext_lazy("範圍（場所）"), required=False)
    school_class = ClassField(label=gettext_lazy("範圍（班級）"), required=False)
    from_on = DayField(label=gettext_lazy("起"), required=False)
    to_on = DayField(label=gettext_lazy("止"), required=False)


class EndRole(ActionForm):
    assignment = WholeNumberField(label=gettext_lazy("任職號"), least=1)
    to_on = DayField(label=gettext_lazy("止"))

    def clean_assignment(self) -> RoleAssignment:
        number = self.cleaned_data["assignment"]
        found = locked(RoleAssignment.objects.select_related("person", "place", "school_class"))
        held = found.filter(pk=number).first()
        if held is None:
            raise forms.ValidationError(_("沒有第 %(number)s 號任職。") % {"number": number})
        return held


class AllowPair(ActionForm):
    judged_by = ("person",)

    person = PersonField(label=gettext_lazy("人員"))
    first = WordField(label=gettext_lazy("崗位"), choices=Role.choices)
    second = WordField(label=gettext_lazy("兼任崗位"), choices=Role.choices)
    reason = TextField(label=gettext_lazy("原因"), max_length=200)
    from_on = DayField(label=gettext_lazy("起"), required=False)
    to_on = DayField(label=gettext_lazy("止"), required=False)


class SetParameter(ActionForm):
    name = TextField(label=gettext_lazy("參數"), max_length=64)
    value = forms.JSONField(label=gettext_lazy("值"))
    from_on = DayField(label=gettext_lazy("生效日期"))
    source = TextField(label=gettext_lazy("依據"), max_length=200)
