"""The demo school's safety: a half year of checks, hazards, letters, lessons and drills, some of it still open."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from houqin.foundation.calendar import actions as calendar
from houqin.foundation.calendar.models import Duty
from houqin.foundation.journal.actions import batch
from houqin.foundation.journal.writer import Unit
from houqin.foundation.org.models import Person
from houqin.foundation.org.scenes import Stage, scene

from . import actions
from .models import Hazard

FAULTS = (
    ("體育器材", "單槓開裂", "焊接"),
    ("設施", "運動場音柱鬆動", "加固"),
    ("設施", "單車棚床架安放不穩固", "重新安放並加固"),
    ("體育器材", "足球門鬆動開裂", "加固並焊接"),
    ("用電", "插座鬆動", "更換"),
    ("校舍", "走廊欄杆鬆動", "焊接加固"),
    ("消防", "滅火器壓力不足", "換新"),
)
TOPICS = ("防溺水", "防觸電", "防病", "防食物中毒", "防體育運動傷害", "防火", "防盜", "防騙", "防煤氣中毒", "交通安全")
CHANNELS = ("國旗下講話", "廣播", "黑板報", "主題班隊會")


@scene("safety", _("安全檢查、隱患、教育與演練"), order=50)
def a_half_year_of_safety(stage: Stage) -> None:
    if not Duty.objects.exists():
        calendar.install_duties(stage.administrator, starts_on=stage.period.start)
    days = stage.school_days()
    with batch(stage.first("safety_officer"), via="demo") as unit:
        _checks(stage, unit, days)
        _hazards(stage, unit, days)
        _letters(stage, unit, days)
        _lessons_and_drills(stage, unit, days)
    _still_open(stage)


def _checks(stage: Stage, unit: Unit, days: list[date]) -> None:
    """Weekly routine, monthly food and fire with the police, a sweep now and then, and after storms."""
    months: dict[int, list[date]] = {}
    for day in days:
        months.setdefault(day.month, []).append(day)
    turns = [(day, "周", "常規安全檢查") for day in days if day.weekday() == 2]
    for month in months.values():
        turns.append((month[len(month) // 2], "月", "食品安全檢查"))
        turns.append((month[-1], "專項", "消防安全檢查(社區民警)"))
    turns += [(month[0], "學期", "全校安全大排查") for month in list(months.values())[:4]]
    turns += [(day, "惡劣天氣", "惡劣天氣檢查") for day in stage.chance.sample(days, k=min(5, len(days)))]
    for day, layer, items in sorted(turns):
        failed = stage.chance.random() < 0.12
        actions.import_inspection.into(
            unit,
            {
                "layer": layer,
                "occurred_on": day,
                "place": stage.chance.choice(stage.rooms),
                "items": items,
                "result": "不合格" if failed else "合格",
                "problem": "插座鬆動" if failed else "",
                "handling": "限期" if failed else "",
                "inspector": stage.one("safety_officer"),
                "head": stage.one("class_teacher"),
            },
        )


def _hazards(stage: Stage, unit: Unit, days: list[date]) -> None:
    for category, description, measures in FAULTS:
        found = stage.chance.choice(days[: max(1, len(days) - 15)])
        mended = found + timedelta(days=stage.chance.randint(1, 6))
        actions.import_hazard.into(
            unit,
            {
                "occurred_on": found,
                "source": stage.chance.choice(("巡查", "報告", "上級檢查", "家長")),
                "place": stage.chance.choice(stage.rooms),
                "category": category,
                "description": description,
                "grade": "一般",
                "protection": "拉警戒線",
                "measures": measures,
                "fixer": stage.one("repairer"),
                "due_on": found + timedelta(days=7),
                "rectified_on": mended,
                "acceptor": stage.one("safety_officer"),
                "acceptance": "合格",
                "closed_on": mended + timedelta(days=1),
            },
        )


def _letters(stage: Stage, unit: Unit, days: list[date]) -> None:
    signed_on = days[0]
    for person in Person.objects.filter(is_active=True).exclude(pk=stage.administrator.pk).order_by("pk"):
        for name in ("安全責任書", "消防安全承諾書"):
            actions.import_letter.into(
                unit,
                {
                    "occurred_on": signed_on,
                    "year": str(signed_on.year),
                    "level": "教職工",
                    "name": name,
                    "responsible": person,
                    "post": person.post,
                    "copies": 1,
                },
            )


def _lessons_and_drills(stage: Stage, unit: Unit, days: list[date]) -> None:
    pupils = sum(school_class.pupils for school_class in stage.classes)
    for position, day in enumerate(days[2::7]):
        actions.import_session.into(
            unit,
            {
                "occurred_on": day,
                "topic": TOPICS[position % len(TOPICS)],
                "channel": stage.chance.choice(CHANNELS),
                "audience": "全校",
                "expected": pupils,
                "present": pupils - stage.chance.randint(3, 40),
                "minutes": 20,
                "speaker": stage.one("teacher"),
                "recorder": stage.one("teacher"),
            },
        )
    for day in days[10::22]:
        campus = stage.chance.choice(stage.campuses)
        own = sum(school_class.pupils for school_class in stage.classes if school_class.campus_id == campus.pk)
        actions.import_drill.into(
            unit,
            {
                "name": "應急疏散演練",
                "occurred_on": day,
                "starts_at": "10:00",
                "ends_at": "10:20",
                "commander": stage.first("principal"),
                "place": campus,
                "expected": own,
                "present": own - stage.chance.randint(0, 15),
                "absence_reason": "病事假",
                "evacuation": f"{stage.chance.randint(1, 3)}分{stage.chance.randint(0, 59)}秒",
                "problems": stage.chance.choice(("", "樓梯擁擠", "廣播聽不清")),
                "recorder": stage.one("teacher"),
            },
        )


def _still_open(stage: Stage) -> None:
    """Today's list: one hazard to grade, one with a repairer, one that waits to be accepted."""
    officer, director, teacher = stage.first("safety_officer"), stage.first("director"), stage.first("class_teacher")
    found_on = stage.period.end - timedelta(days=3)
    steps = (("窗戶玻璃破裂", 0), ("電風扇擺動", 1), ("圍牆裂縫", 2))
    for description, far in steps:
        actions.find_hazard(
            teacher,
            occurred_on=found_on,
            place=stage.chance.choice(stage.rooms),
            category="校舍",
            description=description,
        )
        hazard = Hazard.objects.get(description=description)
        if far >= 1:
            actions.grade_hazard(officer, document=hazard.pk, grade="一般", protection="警示牌")
            actions.assign_hazard(
                director,
                document=hazard.pk,
                fixer=stage.at("repairer", hazard.place),
                measures="更換加固",
                due_on=stage.period.end + timedelta(days=4),
            )
        if far >= 2:
            actions.rectify_hazard(stage.at("repairer", hazard.place), document=hazard.pk, occurred_on=stage.period.end)
