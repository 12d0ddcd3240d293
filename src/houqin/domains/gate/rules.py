"""Who may do what at the gate, in which order, and the hours that want a leader's word."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.utils.translation import gettext_lazy as _

from houqin.foundation.calendar.holidays import is_workday
from houqin.foundation.calendar.models import Term
from houqin.foundation.org.models import Person, Role
from houqin.foundation.org.parameters import parameter, value
from houqin.foundation.org.rules import Rule, leaders, office, roles
from houqin.foundation.signing.routes import Route, Step
from houqin.kit import clock, dates

GUARDS = (Role.GUARD, Role.DUTY_LEADER)
OFFICE = (Role.CLERK, Role.DIRECTOR)

VISIT = Route(
    states={
        "inside": _("在校"),
        "left": _("已離校"),
        "unsigned": _("未銷號"),
        "refused": _("謝絕"),
        "void": _("已作廢"),
    },
    steps=(
        Step(("inside", "unsigned"), "left", "gate.left", waits_for=(Role.GUARD,), due_field="opened_on"),
        # Signed in twice, or somebody else: not by whoever let them in.
        Step(
            ("inside", "unsigned", "left", "refused"),
            "void",
            "gate.visit_voided",
            not_by=("gate.entered", "gate.refused"),
            optional=True,
        ),
    ),
    final=("left", "refused", "void"),
)

SLIP = Route(
    states={
        "applied": _("已申請"),
        "contacted": _("已聯繫家長"),
        "approved": _("班主任已簽字"),
        "released": _("已放行"),
        "gone": _("離校不返"),
        "returned": _("已返校"),
        "closed": _("已銷假"),
        "cancelled": _("已取消"),
        "void": _("已作廢"),
    },
    steps=(
        Step(
            "applied", "contacted", "gate.parent_contacted", waits_for=(Role.CLASS_TEACHER,), waits_for_field="teacher"
        ),
        Step(
            "contacted",
            "approved",
            "gate.slip_issued",
            signs="class_teacher",
            waits_for=(Role.CLASS_TEACHER,),
            waits_for_field="teacher",
        ),
        Step(
            "approved", "released", "gate.slip_released", signs="guard", waits_for=(Role.GUARD,), due_field="opened_on"
        ),
        # Both look out for the pupil: the guard who sees him come in, the class teacher who misses him.
        Step("released", "returned", "gate.slip_returned", waits_for=(Role.GUARD,), due_field="planned_return_at"),
        Step("released", "returned", "gate.slip_returned", waits_for_field="teacher", due_field="planned_return_at"),
        Step(
            "returned",
            "closed",
            "gate.slip_closed",
            signs="class_teacher",
            waits_for=(Role.CLASS_TEACHER,),
            waits_for_field="teacher",
        ),
        Step(("applied", "contacted", "approved"), "cancelled", "gate.slip_cancelled", optional=True),
        # A slip written twice or for somebody else, found out after the pupil was let out: by neither who signed nor the guard.
        Step(
            ("released", "gone", "returned", "closed"),
            "void",
            "gate.slip_voided",
            not_by=("gate.slip_issued", "gate.slip_released"),
            optional=True,
        ),
    ),
    final=("gone", "closed", "cancelled", "void"),
)

VEHICLE = Route(
    states={"inside": _("在校"), "left": _("已出校"), "void": _("已作廢")},
    steps=(
        Step("inside", "left", "gate.vehicle_left", waits_for=(Role.GUARD,), due_field="opened_on"),
        Step(("inside", "left"), "void", "gate.vehicle_voided", not_by=("gate.vehicle_entered",), optional=True),
    ),
    final=("left", "void"),
)

GOODS = Route(
    states={"requested": _("待批准"), "approved": _("已批准"), "released": _("已放行"), "void": _("已作廢")},
    steps=(
        Step(
            "requested",
            "approved",
            "gate.goods_approved",
            signs="approver",
            not_by=("gate.goods_requested",),
            waits_for=(Role.ASSET_MANAGER, Role.DIRECTOR),
        ),
        Step(
            "approved", "released", "gate.goods_released", signs="guard", waits_for=(Role.GUARD,), due_field="opened_on"
        ),
        Step("requested", "void", "gate.goods_voided", optional=True),
        Step(
            ("approved", "released"),
            "void",
            "gate.goods_voided",
            not_by=("gate.goods_approved", "gate.goods_released"),
            optional=True,
        ),
    ),
    final=("released", "void"),
)


def _teaches_the_class(person: Person, about: dict[str, Any]) -> bool:
    slip = about.get("document")
    school_class = getattr(slip, "school_class", None) or about.get("school_class")
    if slip is not None and getattr(slip, "teacher_id", None) == person.pk:
        return True
    if school_class is not None:
        held = person.current_roles.get(Role.CLASS_TEACHER, [])
        return school_class.teacher_id == person.pk or any(one.school_class_id == school_class.pk for one in held)
    return person.has_role(Role.CLASS_TEACHER)


# Where the class teacher is away, the nurse or a leader signs [P:W36].
class_teacher = Rule(_teaches_the_class, lambda: _("該班班主任"))
signs_slips = class_teacher | roles(Role.NURSE) | leaders
guards = roles(*GUARDS) | office
may_close_day = roles(*GUARDS, Role.SAFETY_OFFICER) | office
may_ban = roles(Role.SAFETY_OFFICER) | leaders | office
may_void = roles(Role.SAFETY_OFFICER) | office
may_purge = roles(Role.SAFETY_OFFICER) | office
approves_goods = roles(Role.ASSET_MANAGER, Role.DIRECTOR)
may_record = roles(Role.GUARD, Role.SAFETY_OFFICER) | office
# A class teacher hands in the leave slips of the half year as well.
may_record_slips = may_record | roles(Role.CLASS_TEACHER)
keepers = guards | leaders | roles(Role.SAFETY_OFFICER, Role.AUDITOR)
slip_keepers = keepers | roles(Role.NURSE)
CONSENTERS = (Role.PRINCIPAL, Role.VICE_PRINCIPAL, Role.DIRECTOR, Role.DUTY_LEADER)

parameter(
    "gate.identity_days",
    _("訪客身份信息保存多少天"),
    default=90,
    source="個人信息保護法第 19 條：目的所需的最短時間；天數由學校定",
    status="M",
)
parameter(
    "gate.class_hours", _("上課時間"), default="08:00-11:50,14:00-16:30", source="由學校按作息時間表填寫", status="M"
)
parameter(
    "gate.class_consent",
    _("上課時間來訪須值班領導同意"),
    default=True,
    source="G02-4；S3：上課期間非學校工作人員不準進校園",
    status="P",
)
parameter("gate.long_stay_minutes", _("來訪超過多少分鐘算久未離校"), default=180, source="由學校定", status="M")
parameter("gate.return_grace_minutes", _("返校逾時多少分鐘算遲返"), default=15, source="由學校定", status="M")
parameter(
    "gate.handover_grades",
    _("幾年級以下離校須寫明接送人"),
    default=2,
    source="山東省學校安全條例第 40 條：一、二年級當面交接 [V:L37]",
    status="V",
)

# Work that wants a permit of its own before anybody comes in (G02-6).
DANGEROUS_WORK = ("動火", "電焊", "氣焊", "登高", "高空", "高處", "臨電", "臨時用電")


def is_class_time(moment: datetime) -> bool:
    """Whether lessons are on: a school day, within the hours the school has set."""
    local = clock.local(moment)
    if not is_workday(local.date()):
        return False
    terms = [term.period() for term in Term.objects.all()]
    if terms and not any(term.contains(local.date()) for term in terms):
        return False
    return any(
        start <= local.time() < end for start, end in class_hours(str(value("gate.class_hours", on=local.date())))
    )


def class_hours(told: str) -> list[tuple[time, time]]:
    """08:00-11:50,14:00-16:30 → pairs of times."""
    spans = [part.split("-", 1) for part in told.replace("，", ",").split(",") if "-" in part]
    return [(dates.parse_time(start), dates.parse_time(end)) for start, end in spans]
