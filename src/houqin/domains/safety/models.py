"""The papers of safety. Nothing here saves; actions do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from houqin.foundation.org.models import Person
from houqin.foundation.signing.models import Document
from houqin.kit.money import PositiveFenField
from houqin.kit.text import fold


class Layer(models.TextChoices):
    """How often a check comes round: 檢查類別."""

    DAILY = "daily", _("日")
    WEEKLY = "weekly", _("周")
    MONTHLY = "monthly", _("月")
    TERM = "term", _("學期")
    SPECIAL = "special", _("專項")
    WEATHER = "weather", _("惡劣天氣")
    HOLIDAY = "holiday", _("節假日")
    OTHER = "other", _("其他")


class Result(models.TextChoices):
    PASSED = "passed", _("合格")
    FAILED = "failed", _("不合格")


class Grade(models.TextChoices):
    GENERAL = "general", _("一般")
    SERIOUS = "serious", _("較大")
    MAJOR = "major", _("重大")


def _somebody(label: Any) -> models.ForeignKey[Person | None, Person | None]:
    """The person of the school that a name on paper means; the name itself stands beside it, as written."""
    return models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label
    )


def _name(label: Any) -> models.CharField[str, str]:
    return models.CharField(label, max_length=120, blank=True)


class Inspection(Document):
    """One look at a place. ``check`` is the kind of check (rules.CHECKS) that its items mean."""

    kind: ClassVar[str] = "safety.inspection"
    prefix: ClassVar[str] = "AJ"

    layer = models.CharField(_("檢查類別"), max_length=16, choices=Layer.choices, blank=True)
    check_kind = models.CharField(_("檢查種類"), max_length=64, blank=True, db_index=True)
    items = models.TextField(_("檢查項目"), blank=True)
    standard = models.TextField(_("標準"), blank=True)
    result = models.CharField(_("結果"), max_length=8, choices=Result.choices)
    problem = models.TextField(_("問題描述"), blank=True)
    handling = models.CharField(_("處理"), max_length=200, blank=True)
    inspector_name = _name(_("檢查人"))
    inspector = _somebody(_("檢查人"))
    head_name = _name(_("被檢查部門負責人"))
    head = _somebody(_("被檢查部門負責人"))

    class Meta(Document.Meta):
        abstract = False
        verbose_name = _("安全檢查記錄")

    @classmethod
    def route(cls) -> Any:
        from .rules import INSPECTION

        return INSPECTION

    def title(self) -> str:
        return (
            f"{self.place or self.campus or ''}{self.items.splitlines()[0] if self.items else self.get_layer_display()}"
        )


class InspectionLine(models.Model):
    """One point of a checklist."""

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    item = models.CharField(_("檢查項目"), max_length=200)
    standard = models.CharField(_("標準"), max_length=200, blank=True)
    result = models.CharField(_("結果"), max_length=8, choices=Result.choices)
    problem = models.CharField(_("問題描述"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("檢查項目")
        ordering = ["inspection", "position"]

    def __str__(self) -> str:
        return self.item


class Drill(Document):
    """Everybody out: announced head count, head count at the assembly point, seconds it took."""

    kind: ClassVar[str] = "safety.drill"
    prefix: ClassVar[str] = "YL"
    coded: ClassVar[Mapping[str, str]] = {"drill_kind": "safety.drill"}

    name = models.CharField(_("演練名稱"), max_length=120)
    drill_kind = models.CharField(_("演練類型"), max_length=64, blank=True)
    starts_at = models.TimeField(_("開始時間"), null=True, blank=True)
    ends_at = models.TimeField(_("結束時間"), null=True, blank=True)
    commander_name = _name(_("總指揮"))
    commander = _somebody(_("總指揮"))
    classes = models.TextField(_("參加班級"), blank=True)
    expected = models.PositiveIntegerField(_("應參加人數"), null=True, blank=True)
    present = models.PositiveIntegerField(_("實際人數"), null=True, blank=True)
    absence_reason = models.CharField(_("未參加原因"), max_length=300, blank=True)
    alarm = models.CharField(_("警報方式"), max_length=120, blank=True)
    escape_route = models.CharField(_("疏散路線"), max_length=300, blank=True)
    seconds = models.PositiveIntegerField(_("疏散用時（秒）"), null=True, blank=True)
    arrivals = models.TextField(_("各班到位時間"), blank=True)
    head_check = models.CharField(_("人數核對結果"), max_length=200, blank=True)
    supplies = models.CharField(_("物資準備"), max_length=300, blank=True)
    suitability = models.CharField(_("預案適宜性評價"), max_length=300, blank=True)
    problems = models.TextField(_("存在問題"), blank=True)
    improvements = models.TextField(_("改進措施"), blank=True)
    responsible_name = _name(_("責任人"))
    responsible = _somebody(_("責任人"))
    recorder_name = _name(_("記錄人"))
    recorder = _somebody(_("記錄人"))

    class Meta(Document.Meta):
        abstract = False
        verbose_name = _("應急疏散演練記錄")

    @classmethod
    def route(cls) -> Any:
        from .rules import DRILL

        return DRILL

    def title(self) -> str:
        return f"{self.place or self.campus or ''}{self.name}"


class HazardQuerySet(models.QuerySet["Hazard"]):
    def open(self) -> HazardQuerySet:
        return self.exclude(state__in=("closed", "void"))

    def overdue(self, today: date) -> HazardQuerySet:
        """Open past their deadline."""
        return self.open().filter(due_on__lt=today)

    def of_year(self, year: int) -> HazardQuerySet:
        """The book of a year: found in it, or carried into it because still open on its first day."""
        first = date(year, 1, 1)
        carried = Q(opened_on__lt=first) & (Q(closed_on__isnull=True) | Q(closed_on__gte=first))
        return self.filter(Q(opened_on__year=year) | carried)

    def mended_and_accepted_by_one(self) -> HazardQuerySet:
        """Whose fixer and acceptor are one person, against SOD-7: the same row, or the same name on paper."""
        same_row = Q(fixer__isnull=False, fixer=F("acceptor"))
        same_name = (
            Q(fixer_name=F("acceptor_name")) & ~Q(fixer_name="") & (Q(fixer__isnull=True) | Q(acceptor__isnull=True))
        )
        return self.filter(same_row | same_name)


class Hazard(Document):
    """Something found that can hurt; 19 columns of the register, walked by its route until a second person closes it."""

    kind: ClassVar[str] = "safety.hazard"
    prefix: ClassVar[str] = "YH"

    inspection = models.ForeignKey(
        Inspection, on_delete=models.PROTECT, null=True, blank=True, related_name="hazards", verbose_name=_("安全檢查")
    )
    drill = models.ForeignKey(
        Drill, on_delete=models.PROTECT, null=True, blank=True, related_name="hazards", verbose_name=_("演練")
    )
    source = models.CharField(_("來源"), max_length=40, blank=True)
    category = models.CharField(_("隱患種類"), max_length=64, blank=True, db_index=True)
    category_written = models.CharField(_("隱患類別"), max_length=64, blank=True)
    description = models.TextField(_("隱患描述"))
    grade = models.CharField(_("等級"), max_length=16, choices=Grade.choices, blank=True)
    protection = models.CharField(_("臨時防護措施"), max_length=300, blank=True)
    measures = models.CharField(_("整改措施"), max_length=500, blank=True)
    cost = PositiveFenField(_("整改資金"), null=True, blank=True)
    fixer_name = _name(_("整改責任人"))
    fixer = _somebody(_("整改責任人"))
    due_on = models.DateField(_("整改時限"), null=True, blank=True)
    rectified_on = models.DateField(_("完成日期"), null=True, blank=True)
    acceptor_name = _name(_("驗收人"))
    acceptor = _somebody(_("驗收人"))
    acceptance = models.CharField(_("驗收意見"), max_length=500, blank=True)
    rechecked_on = models.DateField(_("復查日期"), null=True, blank=True)
    closed_on = models.DateField(_("銷號日期"), null=True, blank=True)
    reported = models.CharField(_("上報情況"), max_length=300, blank=True)

    objects = HazardQuerySet.as_manager()

    class Meta(Document.Meta):
        abstract = False
        verbose_name = _("安全隱患")
        indexes = [models.Index(fields=["state", "due_on"], name="hazard_open")]

    @classmethod
    def route(cls) -> Any:
        from .rules import HAZARD

        return HAZARD

    def title(self) -> str:
        return f"{self.place or self.campus or ''}{self.description}"

    def is_overdue(self, today: date) -> bool:
        return self.state not in {"closed", "void"} and self.due_on is not None and self.due_on < today

    def overdue_days(self, today: date) -> int:
        """Days past the deadline while open (SA03-5); 0 when in time, closed or without deadline."""
        return (today - self.due_on).days if self.due_on and self.is_overdue(today) else 0

    def blocks_use(self) -> bool:
        """An open major hazard: what it is about may not be used (SA03-2)."""
        return self.grade == Grade.MAJOR and self.state not in {"accepted", "closed", "void"}

    def is_mended_and_accepted_by_one(self) -> bool:
        """SOD-7 broken, as past papers sometimes are."""
        if self.fixer_id and self.acceptor_id:
            return self.fixer_id == self.acceptor_id
        return bool(self.fixer_name) and fold(self.fixer_name) == fold(self.acceptor_name)

    def mended(self) -> str:
        """What was wrong where and what was done, in the manner of the summaries: 北校區單槓開裂及時焊接."""
        where = self.campus.name if self.campus else ""
        done = self.measures or _now("整改")
        in_time = self.rectified_on is not None and (self.due_on is None or self.rectified_on <= self.due_on)
        said = self.description.rstrip("。.；;，, ")
        return f"{where if where not in said else ''}{said}{_now('及時') if in_time else _now('已')}{done}"


class ResponsibilityLetter(Document):
    """What a person promised to answer for."""

    kind: ClassVar[str] = "safety.letter"
    prefix: ClassVar[str] = "ZR"
    coded: ClassVar[Mapping[str, str]] = {"letter_kind": "safety.letter"}

    year = models.CharField(_("年度"), max_length=20, blank=True)
    level = models.CharField(_("層級"), max_length=40, blank=True)
    name = models.CharField(_("責任書名稱"), max_length=120)
    letter_kind = models.CharField(_("責任書種類"), max_length=64, blank=True)
    responsible_name = _name(_("責任人"))
    responsible = _somebody(_("責任人"))
    post = models.CharField(_("崗位"), max_length=80, blank=True)
    valid_until = models.CharField(_("有效期"), max_length=60, blank=True)
    copies = models.PositiveIntegerField(_("份數"), default=1)
    kept_at = models.CharField(_("存放"), max_length=120, blank=True)
    appraisal = models.CharField(_("考核結果"), max_length=120, blank=True)

    class Meta(Document.Meta):
        abstract = False
        verbose_name = _("安全責任書")

    @classmethod
    def route(cls) -> Any:
        from .rules import LETTER

        return LETTER

    def title(self) -> str:
        return f"{self.name} {self.responsible_name}"


class EducationSession(Document):
    """One lesson, talk, broadcast or blackboard."""

    kind: ClassVar[str] = "safety.education"
    prefix: ClassVar[str] = "AY"

    topic = models.CharField(_("主題種類"), max_length=64, blank=True)
    topic_written = models.CharField(_("主題"), max_length=200)
    channel = models.CharField(_("形式"), max_length=80, blank=True)
    audience = models.CharField(_("對象"), max_length=200, blank=True)
    expected = models.PositiveIntegerField(_("應到"), null=True, blank=True)
    present = models.PositiveIntegerField(_("實到"), null=True, blank=True)
    minutes = models.PositiveIntegerField(_("時長（分鐘）"), null=True, blank=True)
    speaker_name = _name(_("主講"))
    speaker = _somebody(_("主講"))
    outline = models.TextField(_("內容提綱"), blank=True)
    receipts = models.PositiveIntegerField(_("家長回執數"), null=True, blank=True)
    recorder_name = _name(_("記錄人"))
    recorder = _somebody(_("記錄人"))

    class Meta(Document.Meta):
        abstract = False
        verbose_name = _("安全教育活動記錄")

    @classmethod
    def route(cls) -> Any:
        from .rules import EDUCATION

        return EDUCATION

    def title(self) -> str:
        return f"{self.topic_written} {self.channel}".strip()


class EmergencyPlan(Document):
    """A plan, its version and when it is to be revised."""

    kind: ClassVar[str] = "safety.plan"
    prefix: ClassVar[str] = "YA"

    name = models.CharField(_("名稱"), max_length=200)
    version = models.CharField(_("版本"), max_length=40, blank=True)
    scope = models.CharField(_("適用範圍"), max_length=200, blank=True)
    unit_name = models.CharField(_("責任部門"), max_length=120, blank=True)
    revise_on = models.DateField(_("下次修訂"), null=True, blank=True)
    drills = models.CharField(_("演練記錄"), max_length=200, blank=True)
    filed = models.CharField(_("備案"), max_length=200, blank=True)

    class Meta(Document.Meta):
        abstract = False
        verbose_name = _("應急預案")

    @classmethod
    def route(cls) -> Any:
        from .rules import PLAN

        return PLAN

    def title(self) -> str:
        return self.name


class SquadMember(models.Model):
    """Who does what in an emergency. ``phone`` is personal."""

    group = models.CharField(_("組別"), max_length=60)
    duty = models.CharField(_("職務"), max_length=60, blank=True)
    name = models.CharField(_("姓名"), max_length=120)
    person = _somebody(_("姓名"))
    post = models.CharField(_("崗位"), max_length=80, blank=True)
    phone = models.CharField(_("電話"), max_length=32, blank=True)
    deputy = models.CharField(_("替補"), max_length=120, blank=True)
    muster = models.CharField(_("集合點"), max_length=120, blank=True)
    gear = models.CharField(_("裝備"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("應急小分隊成員")
        ordering = ["group", "pk"]

    def __str__(self) -> str:
        return f"{self.group} {self.name}"
