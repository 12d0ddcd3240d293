"""The demo school's repairs: a half year of lamps, taps, doors and drains, some of it still on somebody's list."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.utils.translation import gettext_lazy as _

from houqin.foundation.journal.actions import batch
from houqin.foundation.org.scenes import Stage, scene
from houqin.kit import clock

from . import actions, forms
from .models import WorkOrder

# Category, fault, work, material, counter, price in 元, how often of a hundred.
FAULTS = (
    ("電", "燈管不亮", "更換燈管", "燈管", "支", 12, 30),
    ("水", "水嘴漏水", "更換水嘴", "水嘴", "只", 18, 8),
    ("水", "閥門漏水", "更換閥門", "閥門", "只", 18, 5),
    ("門窗", "門扇變形", "維修門", "門", "張", 45, 5),
    ("門窗", "窗戶玻璃破損", "維修窗戶", "窗戶", "頁", 30, 5),
    ("管道", "廁所下水管堵塞", "疏通廁所下水管", "", "", 0, 9),
    ("桌椅", "課桌鬆動", "維修課桌椅", "", "", 0, 6),
    ("電", "插座鬆動", "更換插座", "插座", "個", 9, 4),
    ("其他", "窗簾掉落", "零星維修", "", "", 0, 14),
    ("其他", "黑板鬆動", "零星維修", "", "", 0, 14),
)
SATISFACTION = ("非常滿意", "滿意", "一般", "不滿意")


@scene("repairs", _("報修"), order=40)
def a_half_year_of_repairs(stage: Stage) -> None:
    chance = stage.chance
    reporters = [*stage.people["class_teacher"], *stage.people["teacher"]]
    repairers = stage.people["repairer"]
    form = forms.Record(actor=stage.first("clerk"))
    with batch(stage.first("clerk"), via="demo") as unit:
        # The last days are left to those who report now.
        for day in stage.days()[:-8]:
            for _turn in range(chance.choices((0, 1, 2, 3, 4), weights=(45, 20, 15, 12, 8))[0]):
                category, fault, work, material, counter, price, _often = stage.some(
                    FAULTS, weights=[often for *_facts, often in FAULTS]
                )
                reported = datetime.combine(
                    day, time(8 + chance.randrange(9), chance.randrange(60)), tzinfo=clock.SHANGHAI
                )
                completed = reported + timedelta(
                    hours=chance.choices((1, 3, 20, 26, 70, 190), weights=(30, 30, 20, 10, 7, 3))[0]
                )
                pieces = chance.choice((1, 1, 1, 2, 2, 3))
                actions.record.into(
                    unit,
                    {
                        "reported_at": reported,
                        "reporter": chance.choice(reporters),
                        "place": chance.choice(stage.rooms),
                        "category": category,
                        "fault": fault,
                        "urgency": chance.choices(("緊急", "一般"), weights=(1, 4))[0],
                        "repairer": chance.choice(repairers),
                        "cause": chance.choices(("自然", "人為"), weights=(9, 1))[0],
                        "work": work,
                        "material": material,
                        "quantity": pieces if material else "",
                        "counter": counter,
                        "material_cost": pieces * price if material else "",
                        "work_time": f"{chance.choice((20, 30, 45, 90))}分鐘",
                        "completed_at": completed if completed.date() < stage.period.end else "",
                        "acceptor": chance.choice(reporters) if completed.date() < stage.period.end else "",
                        "satisfaction": stage.some(SATISFACTION, weights=(40, 45, 13, 2)),
                    },
                    form=form,
                )
    _on_the_lists(stage)


def _on_the_lists(stage: Stage) -> None:
    """Reports of today at every step: new, taken up, given to the repairer with a login, waiting, to be accepted."""
    office, repairer, teacher = stage.first("director"), stage.first("repairer"), stage.first("class_teacher")
    rooms = [room for room in stage.rooms if room.campus_id == repairer.campus_id]
    orders = []
    for fault, category, is_hazard in (
        ("教室後門合頁鬆動", "門窗", False),
        ("走廊欄杆鬆動", "其他", True),
        ("投影儀不亮", "電教", False),
        ("洗手臺水嘴滴水", "水", False),
        ("講臺插座沒有電", "電", False),
    ):
        entry = actions.report(
            teacher, place=stage.chance.choice(rooms), category=category, fault=fault, is_hazard=is_hazard
        )
        orders.append(WorkOrder.objects.get(number=entry.document_number))
    for order in orders[1:]:
        actions.accept(office, document=order.pk)
    for order in orders[2:]:
        actions.dispatch(office, document=order.pk, repairer=repairer)
    actions.wait(repairer, document=orders[3].pk, material="水嘴")
    actions.complete(
        repairer,
        document=orders[4].pk,
        work="更換插座",
        cause="自然",
        materials="插座 1個 9元",
        materials_from="現買，發票已交總務處",
        work_time="0.5",
    )
