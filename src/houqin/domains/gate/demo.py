"""The demo school's gate: visitors and leave slips of a half year, a few not signed out, some inside just now."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from houqin.foundation.journal.actions import batch
from houqin.foundation.journal.writer import Unit
from houqin.foundation.org.scenes import Stage, scene

from . import actions, forms
from .models import LeaveSlip

PURPOSES = ("家長來訪", "送貨", "維修", "公務聯繫")
REASONS = ("發燒", "就醫", "家中有事", "參加比賽")
FAMILY, GIVEN = "趙錢孫李周吳鄭王馮陳", "華明芳強蘭英軍娟"


@scene("gate", _("來訪與離校單"), order=60)
def a_half_year_at_the_gate(stage: Stage) -> None:
    days = stage.school_days() or stage.days()
    # The safety officer hands in what the guards of both campuses wrote down.
    with batch(stage.first("safety_officer"), via="demo") as unit:
        _visits(stage, unit, days)
    with batch(stage.first("safety_officer"), via="demo") as unit:
        _slips(stage, unit, days)
    _just_now(stage)


def _name(stage: Stage) -> str:
    return stage.chance.choice(FAMILY) + stage.chance.choice(GIVEN) + stage.chance.choice(GIVEN)


def _identity(stage: Stage) -> str:
    # 990101 is no district, so the number is nobody's.
    return f"990101{stage.chance.randint(1960, 1999)}0101{stage.chance.randrange(10**4):04d}"


def _visits(stage: Stage, unit: Unit, days: list[date]) -> None:
    chance, form = stage.chance, forms.RecordVisit(actor=stage.first("safety_officer"))
    hosts = [*stage.people["class_teacher"], *stage.people["storekeeper"], *stage.people["director"]]
    for day in days[:-1]:
        for _turn in range(chance.randrange(4)):
            hour, minute = 8 + chance.randrange(8), chance.randrange(60)
            stays = chance.randint(15, 80)
            leaves = divmod(hour * 60 + minute + stays, 60)
            actions.record_visit.into(
                unit,
                {
                    "day": day,
                    "entered_at": f"{hour}:{minute:02d}",
                    "name": _name(stage),
                    "identity_type": "身份證",
                    "identity": _identity(stage),
                    "phone": f"139{chance.randrange(10**8):08d}",
                    "visitors": chance.choice((1, 1, 2)),
                    "purpose": chance.choice(PURPOSES),
                    "host": chance.choice(hosts),
                    "host_confirmed": "電話",
                    "left_at": "" if chance.random() < 0.02 else f"{leaves[0]}:{leaves[1]:02d}",
                    "guard": chance.choice(stage.people["guard"]),
                    "campus": chance.choice(stage.campuses),
                },
                form=form,
            )


def _slips(stage: Stage, unit: Unit, days: list[date]) -> None:
    chance, form = stage.chance, forms.RecordSlip(actor=stage.first("safety_officer"))
    for day in days[:-1]:
        if chance.random() < 0.4:
            continue
        school_class = chance.choice(stage.classes)
        comes_back = chance.random() < 0.5
        actions.record_slip.into(
            unit,
            {
                "day": day,
                "school_class": school_class,
                "pupil": _name(stage),
                "reason": chance.choice(REASONS),
                "planned_leave_at": "10:30",
                "planned_return_at": "14:00" if comes_back else "",
                "parent_contact": f"10:10 139{chance.randrange(10**8):08d}",
                "pickup": "母親",
                "teacher": school_class.teacher,
                "released_at": "10:35",
                "returned_at": chance.choice(("13:55", "14:05", "14:40")) if comes_back else "",
                "closed_by": school_class.teacher if comes_back else "",
            },
            form=form,
        )


def _just_now(stage: Stage) -> None:
    """What stands open at this moment: a visitor inside, a slip to be signed, one for the gate, a pass to be approved."""
    guard, teacher, leader = stage.first("guard"), stage.first("class_teacher"), stage.first("director")
    actions.enter(
        guard,
        name=_name(stage),
        identity=_identity(stage),
        purpose="送貨",
        host=stage.first("storekeeper"),
        host_confirmed="電話",
        consent_by=leader,
        pass_number="3",  # noqa: S106  a visitor's pass, not a password
    )
    own = next((one for one in stage.classes if one.teacher == teacher), stage.classes[0])
    for contact in ("10:10 13900000000", "10:20 13900000001"):
        actions.apply(
            stage.first("teacher"),
            school_class=own,
            pupil=_name(stage),
            reason="發燒",
            parent_contact=contact,
            pickup="母親",
        )
    newest = LeaveSlip.objects.filter(state="contacted", school_class=own).order_by("-pk").first()
    if newest is not None and own.teacher is not None:
        actions.issue_slip(own.teacher, document=newest.pk)
    actions.request_goods(
        stage.first("teacher"),
        carrier=stage.first("teacher").name,
        goods="投影儀",
        quantity="1臺",
        is_school_property=True,
        purpose="送修",
    )
