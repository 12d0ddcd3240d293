"""One form per action of safety, and what bad input gets told."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import ActionForm, locked
from houqin.foundation.org.directory import Ambiguous, Directory, Unknown
from houqin.foundation.org.fields import CampusField, PersonField, PlaceField, ReferenceField
from houqin.foundation.org.models import Person
from houqin.foundation.signing.photos import photo
from houqin.kit.fields import (
    ClockField,
    DayField,
    DurationField,
    LongTextField,
    MoneyField,
    TextField,
    WholeNumberField,
    WordField,
)
from houqin.kit.text import clean_cell, fold

from .models import (
    Drill,
    EducationSession,
    EmergencyPlan,
    Grade,
    Hazard,
    Inspection,
    Layer,
    ResponsibilityLetter,
    Result,
)

# What people write where there is nothing to say.
NOTHING = frozenset(map(fold, ("無", "沒有", "無問題", "未發現問題", "正常", "無異常", "-", "/", "—")))
# The place of a check or a drill of everything.
WHOLE_SCHOOL = frozenset(map(fold, ("全校", "全校各處", "學校", "本校", "各校區", "兩校區", "全體")))

LAYER_WORDS = {
    Layer.DAILY: ("每日", "每天", "日查", "日常", "天天"),
    Layer.WEEKLY: ("週", "每周", "每週", "周查", "周檢查", "星期"),
    Layer.MONTHLY: ("每月", "月查", "月度", "月檢查"),
    Layer.TERM: ("每學期", "學期檢查", "期", "全校"),
    Layer.SPECIAL: ("專項檢查", "專項排查", "臨時", "聯合檢查"),
    Layer.WEATHER: ("惡性天氣", "極端天氣", "天氣", "惡劣天氣檢查"),
    Layer.HOLIDAY: ("節前", "假前", "節日", "假期", "節假日前"),
}
RESULT_WORDS = {
    Result.PASSED: ("基本合格", "良好", "正常", "通過", "無隱患", "符合", "未發現問題", "安全", "√", "優", "良", "好"),
    Result.FAILED: ("不符合", "有隱患", "存在隱患", "發現隱患", "有問題", "異常", "×", "差", "需整改", "未通過"),
}
GRADE_WORDS = {
    Grade.GENERAL: ("一般隱患", "普通", "輕微", "低"),
    Grade.SERIOUS: ("較大隱患", "較重", "中"),
    Grade.MAJOR: ("重大隱患", "嚴重", "特大", "高"),
}


@dataclass(frozen=True)
class Written:
    """A name as it stands on paper, and the person of the school it means where exactly one bears it.

    Lecturers from outside and police officers have a name and no row. Forms keep such fields out of the journal.
    """

    name: str = ""
    person: Person | None = None

    def __str__(self) -> str:
        return self.name


class WrittenNameField(PersonField):
    """A name on paper: kept as written, with the person it means."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput)
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Written:
        if isinstance(value, Written):
            return value
        if isinstance(value, Person):
            return Written(value.name, value)
        if value in self.empty_values or not clean_cell(str(value)):
            return Written()
        text = clean_cell(str(value))
        if text.isascii() and text.isdecimal():
            person = super().to_python(text)
            return Written(person.name, person)
        try:
            return Written(text, (self.directory or Directory.read()).person(text))
        except (Unknown, Ambiguous):
            return Written(text)

    def validate(self, value: Written) -> None:
        if self.required and not value.name:
            raise forms.ValidationError(self.error_messages["required"], code="required")


class MinutesField(DurationField):
    """A length of time → whole minutes; a bare number is minutes."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(unit="minute", **kwargs)

    def read(self, value: Any) -> int:
        return super().read(value) // 60


class SpotField(PlaceField):
    """A place; 全校 means no place in particular."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and fold(value) in WHOLE_SCHOOL:
            return None
        return super().to_python(value)


class PaperField(ReferenceField):
    """The paper an action is about, by its key or its printed number; locked while the action runs."""

    def __init__(self, model: Any, **kwargs: Any) -> None:
        self.model = model
        kwargs.setdefault("label", gettext_lazy("單據"))
        kwargs.setdefault("widget", forms.HiddenInput)
        super().__init__(queryset=lambda: locked(model.objects.select_related("place__campus", "campus")), **kwargs)


class ChecklistField(LongTextField):
    """A checklist: a line a point, ``項目|合格`` or ``項目|不合格|問題``; programs send a list of objects.

    Gives a list of ``{"item", "standard", "result", "problem"}``.
    """

    _result = WordField(choices=Result.choices, words={str(k): v for k, v in RESULT_WORDS.items()})

    def to_python(self, value: Any) -> list[dict[str, str]]:  # type: ignore[override]
        if isinstance(value, str) and value.strip().startswith("["):
            try:
                value = json.loads(value)
            except json.JSONDecodeError as error:
                raise forms.ValidationError(_("檢查清單不是完整的 JSON。")) from error
        rows = (
            value
            if isinstance(value, list)
            else [self._split(line) for line in str(value or "").splitlines() if line.strip()]
        )
        return [self._line(row, position) for position, row in enumerate(rows, start=1)]

    @staticmethod
    def _split(line: str) -> dict[str, str]:
        parts = [part.strip() for part in re.split(r"[|｜;；\t]", line)]
        return dict(zip(("item", "result", "problem", "standard"), parts, strict=False))

    def _line(self, row: Any, position: int) -> dict[str, str]:
        if not isinstance(row, Mapping) or not str(row.get("item", "")).strip():
            raise forms.ValidationError(_("第 %(position)s 項沒有寫檢查項目。") % {"position": position})
        try:
            result = self._result.to_python(row.get("result"))
        except forms.ValidationError as error:
            raise forms.ValidationError(
                _("第 %(position)s 項：%(error)s") % {"position": position, "error": error.messages[0]}
            ) from error
        if not result:
            raise forms.ValidationError(_("第 %(position)s 項沒有寫合格或不合格。") % {"position": position})
        problem = clean_cell(str(row.get("problem") or ""))
        if result == Result.FAILED and not problem:
            raise forms.ValidationError(_("第 %(position)s 項不合格，要寫明問題。") % {"position": position})
        return {
            "item": clean_cell(str(row["item"]))[:200],
            "standard": clean_cell(str(row.get("standard") or ""))[:200],
            "result": result,
            "problem": problem[:500],
        }

    def validate(self, value: Any) -> None:
        forms.Field.validate(self, value)

    def run_validators(self, value: Any) -> None:
        return None


class AtAPlace(ActionForm):
    """A paper about a place; ``校區`` tells which of two rooms of one name is meant."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self._place_by_campus(cleaned)
        place, campus = cleaned.get("place"), cleaned.get("campus")
        if place is not None and campus is not None and place.campus_or_self() != campus:
            self.add_error(
                "place", _("「%(place)s」不在%(campus)s。請核對校區和部位。") % {"place": place, "campus": campus}
            )
        return cleaned

    def _place_by_campus(self, cleaned: dict[str, Any]) -> None:
        """Settle 教學樓105室, of which every campus has one, by the campus of its own column."""
        campus, field = cleaned.get("campus"), self.fields["place"]
        if campus is None or not self._errors or "place" not in self._errors:
            return
        written = clean_cell(str(self.data.get(self.add_prefix("place"), "")))
        try:
            cleaned["place"] = (getattr(field, "directory", None) or Directory.read()).place(written, campus=campus)
        except (Unknown, Ambiguous):
            return
        del self._errors["place"]


def _in_order(form: ActionForm, cleaned: Mapping[str, Any], *names: str) -> None:
    """Refuse days that cannot follow each other: what was found on the 10th was not mended on the 3rd."""
    earlier_name = names[0]
    for name in names[1:]:
        day: date | None = cleaned.get(name)
        earlier: date | None = cleaned.get(earlier_name)
        if day is None:
            continue
        if earlier is not None and day < earlier:
            form.add_error(
                name,
                _("%(label)s %(day)s 早於%(earlier_label)s %(earlier)s。請核對原件。")
                % {
                    "label": form.fields[name].label,
                    "day": day,
                    "earlier_label": form.fields[earlier_name].label,
                    "earlier": earlier,
                },
            )
        earlier_name = name


# Inspections ------------------------------------------------------------------------------------------------------


class Inspect(AtAPlace):
    layer = WordField(
        label=gettext_lazy("檢查類別"), choices=Layer.choices, words={str(k): v for k, v in LAYER_WORDS.items()}
    )
    occurred_on = DayField(label=gettext_lazy("日期"), required=False)
    campus = CampusField(label=gettext_lazy("校區"), required=False)
    place = SpotField(label=gettext_lazy("部位"), required=False)
    items = TextField(
        label=gettext_lazy("檢查項目"), max_length=200, help_text=gettext_lazy("例如：常規安全檢查、食品安全檢查。")
    )
    lines = ChecklistField(
        label=gettext_lazy("檢查清單"), help_text=gettext_lazy("一行一項：滅火器壓力|合格；插座|不合格|鬆動")
    )
    handling = TextField(label=gettext_lazy("處理"), max_length=200, required=False)
    due_on = DayField(label=gettext_lazy("整改時限"), required=False)
    head = PersonField(label=gettext_lazy("被檢查部門負責人"), required=False)
    note = LongTextField(label=gettext_lazy("備註"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        head = cleaned.get("head")
        if head is not None and self.actor is not None and head == self.actor:
            self.add_error("head", _("檢查人和被檢查部門負責人要是兩個人，雙方簽字才算數。"))
        return cleaned


class InspectOnTheSpot(Inspect):
    """An inspection told point by point, from a phone: ``item_1``, ``result_1``, ``problem_1``, ``photo_1`` … of one sheet.

    ``head`` signs afterwards. A point nobody looked at is no line; an inspection without any is refused.
    """

    personal = ("photos",)
    MOST_POINTS = 60

    lines = ChecklistField(label=gettext_lazy("檢查清單"), required=False, widget=forms.HiddenInput)
    # All points as one text, so that the same key with other points is another request.
    told = LongTextField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        points, photos = [], {}
        for position in range(1, self.MOST_POINTS + 1):
            told = {
                name: str(self.data.get(f"{name}_{position}") or "")
                for name in ("item", "standard", "result", "problem")
            }
            if not told["item"].strip() or not told["result"].strip():
                continue
            points.append(told)
            try:
                if upload := self.files.get(f"photo_{position}"):
                    photos[len(points)] = photo(upload)
                if told["result"] == Result.FAILED and not told["problem"].strip():
                    raise forms.ValidationError(_("「%(item)s」不合格，要寫明問題。") % {"item": told["item"]})
            except forms.ValidationError as error:
                self.add_error("lines", error)
        if not cleaned.get("lines") and "lines" not in self.errors:
            if not points:
                self.add_error("lines", _("還沒有檢查任何一項。請逐項點合格或不合格。"))
            else:
                try:
                    cleaned["lines"] = self.fields["lines"].clean(points)
                except forms.ValidationError as error:
                    self.add_error("lines", error)
        cleaned.pop("told", None)
        # Which point a photo belongs to: its position in ``lines``, from 1 on.
        cleaned["photos"] = photos
        return cleaned


class Countersign(ActionForm):
    document = PaperField(Inspection)


class ImportInspection(AtAPlace):
    personal = ("inspector", "head")

    layer = WordField(
        label=gettext_lazy("檢查類別"),
        choices=Layer.choices,
        words={str(k): v for k, v in LAYER_WORDS.items()},
        otherwise=str(Layer.OTHER),
        required=False,
    )
    number = TextField(label=gettext_lazy("編號"), max_length=64, required=False)
    occurred_on = DayField(label=gettext_lazy("日期"))
    campus = CampusField(label=gettext_lazy("校區"), required=False)
    place = SpotField(label=gettext_lazy("部位"), required=False)
    items = LongTextField(label=gettext_lazy("檢查項目"), required=False)
    standard = LongTextField(label=gettext_lazy("標準"), required=False)
    result = WordField(
        label=gettext_lazy("結果"),
        choices=Result.choices,
        words={str(k): v for k, v in RESULT_WORDS.items()},
        required=False,
    )
    problem = LongTextField(label=gettext_lazy("問題描述"), required=False)
    handling = TextField(label=gettext_lazy("處理"), max_length=200, required=False)
    inspector = WrittenNameField(label=gettext_lazy("檢查人"), required=False)
    head = WrittenNameField(label=gettext_lazy("被檢查部門負責人"), required=False)
    note = LongTextField(label=gettext_lazy("備註"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if fold(cleaned.get("problem") or "") in NOTHING:
            cleaned["problem"] = ""
        if "result" in cleaned and not cleaned["result"]:
            # A paper without a result column says it by naming a problem or none.
            cleaned["result"] = str(Result.FAILED if cleaned.get("problem") else Result.PASSED)
        if cleaned.get("layer") == Layer.OTHER:
            written = clean_cell(str(self.data.get(self.add_prefix("layer"), "")))
            if fold(written) not in {fold(str(Layer.OTHER)), fold(str(Layer.OTHER.label))}:
                told = _("檢查類別：%(written)s") % {"written": written}
                cleaned["note"] = f"{told}\n{cleaned.get('note') or ''}".strip()
        return cleaned


# Hazards ----------------------------------------------------------------------------------------------------------


class FindHazard(AtAPlace):
    occurred_on = DayField(label=gettext_lazy("排查日期"), required=False)
    source = TextField(label=gettext_lazy("來源"), max_length=40, required=False)
    campus = CampusField(label=gettext_lazy("校區"), required=False)
    place = SpotField(label=gettext_lazy("校區部位"), required=False)
    category = TextField(label=gettext_lazy("隱患類別"), max_length=64, required=False)
    description = LongTextField(label=gettext_lazy("隱患描述"), max_length=1000)
    protection = TextField(label=gettext_lazy("臨時防護措施"), max_length=300, required=False)
    due_on = DayField(label=gettext_lazy("整改時限"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        _in_order(self, cleaned, "occurred_on", "due_on")
        return cleaned


class OfHazard(ActionForm):
    document = PaperField(Hazard)


class VoidHazard(OfHazard):
    reason = TextField(label=gettext_lazy("作廢原因"), max_length=200)


class GradeHazard(OfHazard):
    grade = WordField(
        label=gettext_lazy("等級"), choices=Grade.choices, words={str(k): v for k, v in GRADE_WORDS.items()}
    )
    protection = TextField(
        label=gettext_lazy("臨時防護措施"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("重大隱患必填：封閉、警示、停用。"),
    )


class ProtectHazard(OfHazard):
    protection = TextField(label=gettext_lazy("臨時防護措施"), max_length=300)


class ReportHazard(OfHazard):
    reported = TextField(
        label=gettext_lazy("上報情況"), max_length=300, help_text=gettext_lazy("何時、向誰、怎樣上報。")
    )


class AssignHazard(OfHazard):
    fixer = PersonField(label=gettext_lazy("整改責任人"))
    measures = TextField(label=gettext_lazy("整改措施"), max_length=500)
    due_on = DayField(label=gettext_lazy("整改時限"), required=False)


class RectifyHazard(OfHazard):
    occurred_on = DayField(label=gettext_lazy("完成日期"), required=False)
    measures = TextField(label=gettext_lazy("整改措施"), max_length=500, required=False)
    cost = MoneyField(label=gettext_lazy("整改資金"), required=False)


class AcceptHazard(OfHazard):
    acceptance = TextField(
        label=gettext_lazy("驗收意見"), max_length=500, help_text=gettext_lazy("到現場看到了什麼；照片放在附件裏。")
    )


class RejectHazard(OfHazard):
    reason = TextField(label=gettext_lazy("退回原因"), max_length=200)


class RecheckHazard(OfHazard):
    occurred_on = DayField(label=gettext_lazy("復查日期"), required=False)


class ImportHazard(AtAPlace):
    personal = ("fixer", "acceptor")

    number = TextField(label=gettext_lazy("編號"), max_length=64, required=False)
    occurred_on = DayField(label=gettext_lazy("排查日期"))
    source = TextField(label=gettext_lazy("來源"), max_length=40, required=False)
    campus = CampusField(label=gettext_lazy("校區"), required=False)
    place = SpotField(label=gettext_lazy("校區部位"), required=False)
    category = TextField(label=gettext_lazy("隱患類別"), max_length=64, required=False)
    description = LongTextField(label=gettext_lazy("隱患描述"), max_length=1000)
    grade = WordField(
        label=gettext_lazy("等級"),
        choices=Grade.choices,
        words={str(k): v for k, v in GRADE_WORDS.items()},
        required=False,
    )
    protection = TextField(label=gettext_lazy("臨時防護措施"), max_length=300, required=False)
    measures = TextField(label=gettext_lazy("整改措施"), max_length=500, required=False)
    cost = MoneyField(label=gettext_lazy("整改資金"), required=False)
    fixer = WrittenNameField(label=gettext_lazy("整改責任人"), required=False)
    due_on = DayField(label=gettext_lazy("整改時限"), required=False)
    rectified_on = DayField(label=gettext_lazy("完成日期"), required=False)
    acceptor = WrittenNameField(label=gettext_lazy("驗收人"), required=False)
    acceptance = TextField(label=gettext_lazy("驗收意見"), max_length=500, required=False)
    rechecked_on = DayField(label=gettext_lazy("復查日期"), required=False)
    closed_on = DayField(label=gettext_lazy("銷號日期"), required=False)
    reported = TextField(label=gettext_lazy("上報情況"), max_length=300, required=False)
    note = LongTextField(label=gettext_lazy("備註"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        _in_order(self, cleaned, "occurred_on", "rectified_on", "closed_on")
        _in_order(self, cleaned, "occurred_on", "due_on")
        return cleaned


class ProgressHazard(ImportHazard):
    document = PaperField(Hazard)


# Letters, education, drills ---------------------------------------------------------------------------------------


class SignLetter(ActionForm):
    judged_by = ("responsible",)
    personal = ("responsible",)

    number = TextField(label=gettext_lazy("編號"), max_length=64, required=False)
    year = TextField(label=gettext_lazy("年度"), max_length=20, required=False)
    level = TextField(label=gettext_lazy("層級"), max_length=40, required=False)
    name = TextField(label=gettext_lazy("責任書名稱"), max_length=120)
    responsible = WrittenNameField(label=gettext_lazy("責任人"))
    post = TextField(label=gettext_lazy("崗位"), max_length=80, required=False)
    occurred_on = DayField(label=gettext_lazy("簽訂日期"))
    valid_until = TextField(label=gettext_lazy("有效期"), max_length=60, required=False)
    copies = WholeNumberField(label=gettext_lazy("份數"), least=1, most=100_000, required=False)
    kept_at = TextField(label=gettext_lazy("存放"), max_length=120, required=False)
    appraisal = TextField(label=gettext_lazy("考核結果"), max_length=120, required=False)
    note = LongTextField(label=gettext_lazy("備註"), required=False)


class HoldSession(ActionForm):
    personal = ("speaker", "recorder")

    number = TextField(label=gettext_lazy("編號"), max_length=64, required=False)
    occurred_on = DayField(label=gettext_lazy("日期"))
    campus = CampusField(label=gettext_lazy("校區"), required=False)
    topic = TextField(label=gettext_lazy("主題"), max_length=200)
    channel = TextField(label=gettext_lazy("形式"), max_length=80, required=False)
    audience = TextField(label=gettext_lazy("對象"), max_length=200, required=False)
    expected = WholeNumberField(label=gettext_lazy("應到"), required=False, most=1_000_000)
    present = WholeNumberField(label=gettext_lazy("實到"), required=False, most=1_000_000)
    minutes = MinutesField(label=gettext_lazy("時長"), required=False, help_text=gettext_lazy("20 即 20 分鐘。"))
    speaker = WrittenNameField(label=gettext_lazy("主講"), required=False)
    outline = LongTextField(label=gettext_lazy("內容提綱"), required=False)
    receipts = WholeNumberField(label=gettext_lazy("家長回執數"), required=False, most=1_000_000)
    recorder = WrittenNameField(label=gettext_lazy("記錄人"), required=False)
    note = LongTextField(label=gettext_lazy("備註"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        _not_more_than_expected(self, cleaned)
        return cleaned


def _not_more_than_expected(form: ActionForm, cleaned: Mapping[str, Any]) -> None:
    expected, present = cleaned.get("expected"), cleaned.get("present")
    if expected is not None and present is not None and present > expected:
        form.add_error(
            "present",
            _("實到 %(present)s 人多於應到 %(expected)s 人。請核對人數。") % {"present": present, "expected": expected},
        )


class ImportDrill(AtAPlace):
    personal = ("commander", "responsible", "recorder")

    number = TextField(label=gettext_lazy("編號"), max_length=64, required=False)
    name = TextField(label=gettext_lazy("演練名稱"), max_length=120)
    occurred_on = DayField(label=gettext_lazy("日期"))
    starts_at = ClockField(label=gettext_lazy("開始時間"), required=False)
    ends_at = ClockField(label=gettext_lazy("結束時間"), required=False)
    commander = WrittenNameField(label=gettext_lazy("總指揮"), required=False)
    campus = CampusField(label=gettext_lazy("校區"), required=False)
    place = SpotField(label=gettext_lazy("地點"), required=False)
    classes = LongTextField(label=gettext_lazy("參加班級"), required=False)
    expected = WholeNumberField(label=gettext_lazy("應參加人數"), required=False, most=1_000_000)
    present = WholeNumberField(label=gettext_lazy("實際人數"), required=False, most=1_000_000)
    absence_reason = TextField(label=gettext_lazy("未參加原因"), max_length=300, required=False)
    alarm = TextField(label=gettext_lazy("警報方式"), max_length=120, required=False)
    escape_route = TextField(label=gettext_lazy("疏散路線"), max_length=300, required=False)
    evacuation = DurationField(
        label=gettext_lazy("疏散用時"), required=False, help_text=gettext_lazy("3分28秒；只寫數字是秒。")
    )
    arrivals = LongTextField(label=gettext_lazy("各班到位時間"), required=False)
    head_check = TextField(label=gettext_lazy("人數核對結果"), max_length=200, required=False)
    supplies = TextField(label=gettext_lazy("物資準備"), max_length=300, required=False)
    suitability = TextField(label=gettext_lazy("預案適宜性評價"), max_length=300, required=False)
    problems = LongTextField(label=gettext_lazy("存在問題"), required=False)
    improvements = LongTextField(label=gettext_lazy("改進措施"), required=False)
    responsible = WrittenNameField(label=gettext_lazy("責任人"), required=False)
    recorder = WrittenNameField(label=gettext_lazy("記錄人"), required=False)
    note = LongTextField(label=gettext_lazy("備註"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        starts_at, ends_at = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts_at and ends_at and ends_at < starts_at:
            self.add_error(
                "ends_at", _("結束時間 %(end)s 早於開始時間 %(start)s。") % {"end": ends_at, "start": starts_at}
            )
        _not_more_than_expected(self, cleaned)
        if fold(cleaned.get("problems") or "") in NOTHING:
            cleaned["problems"] = ""
        return cleaned


class HoldDrill(ImportDrill):
    """A drill just held: heads are counted (SA06-1) and every problem gets a day to be dealt with by (SA06-2)."""

    due_on = DayField(label=gettext_lazy("改進時限"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("expected", "present", "evacuation"):
            self.fields[name].required = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        expected, present = cleaned.get("expected"), cleaned.get("present")
        if expected is not None and present is not None and present < expected and not cleaned.get("absence_reason"):
            self.add_error(
                "absence_reason",
                _("應到 %(expected)s 人，實到 %(present)s 人，差 %(missing)s 人。請寫明他們在哪裏、為什麼沒有參加。")
                % {"expected": expected, "present": present, "missing": expected - present},
            )
        if cleaned.get("problems") and not cleaned.get("due_on"):
            self.add_error("due_on", _("發現了問題，請寫改進時限：每個問題會成為一項隱患。"))
        _in_order(self, cleaned, "occurred_on", "due_on")
        return cleaned


# Plans and the squad ----------------------------------------------------------------------------------------------


class IssuePlan(ActionForm):
    number = TextField(label=gettext_lazy("編號"), max_length=64, required=False)
    name = TextField(label=gettext_lazy("名稱"), max_length=200)
    version = TextField(label=gettext_lazy("版本"), max_length=40, required=False)
    occurred_on = DayField(label=gettext_lazy("發布日期"))
    scope = TextField(label=gettext_lazy("適用範圍"), max_length=200, required=False)
    unit_name = TextField(label=gettext_lazy("責任部門"), max_length=120, required=False)
    revise_on = DayField(label=gettext_lazy("下次修訂"), required=False)
    drills = TextField(label=gettext_lazy("演練記錄"), max_length=200, required=False)
    filed = TextField(label=gettext_lazy("備案"), max_length=200, required=False)
    note = LongTextField(label=gettext_lazy("備註"), required=False)


class VoidInspection(ActionForm):
    document = PaperField(Inspection)
    reason = TextField(label=gettext_lazy("作廢原因"), max_length=200)


class VoidDrill(ActionForm):
    document = PaperField(Drill)
    reason = TextField(label=gettext_lazy("作廢原因"), max_length=200)


class VoidLetter(ActionForm):
    document = PaperField(ResponsibilityLetter)
    reason = TextField(label=gettext_lazy("作廢原因"), max_length=200)


class VoidSession(ActionForm):
    document = PaperField(EducationSession)
    reason = TextField(label=gettext_lazy("作廢原因"), max_length=200)


class VoidPlan(ActionForm):
    document = PaperField(EmergencyPlan)
    reason = TextField(label=gettext_lazy("作廢原因"), max_length=200)


class NameSquadMember(ActionForm):
    personal = ("name", "phone", "deputy")

    group = TextField(label=gettext_lazy("組別"), max_length=60)
    duty = TextField(label=gettext_lazy("職務"), max_length=60, required=False)
    name = WrittenNameField(label=gettext_lazy("姓名"))
    post = TextField(label=gettext_lazy("崗位"), max_length=80, required=False)
    phone = TextField(label=gettext_lazy("電話"), max_length=32, required=False)
    deputy = TextField(label=gettext_lazy("替補"), max_length=120, required=False)
    muster = TextField(label=gettext_lazy("集合點"), max_length=120, required=False)
    gear = TextField(label=gettext_lazy("裝備"), max_length=200, required=False)
