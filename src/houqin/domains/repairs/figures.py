"""What repairs contributes to the summary: the numbers of S3, their sentences, and what went wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.charts import BARS, chart
from houqin.foundation.journal.figures import (
    APPROXIMATE,
    MONEY,
    Count,
    Moved,
    Reading,
    Sum,
    Unanswered,
    figure,
)
from houqin.foundation.journal.sentences import (
    RECTIFICATION,
    SERVICES,
    Evidence,
    Part,
    clause,
    problem,
)

from . import jobs

REPORTED, COMPLETED, CONFIRMED = "repairs.reported", "repairs.completed", "repairs.confirmed"

figure("repairs.reported", gettext_lazy("報修"), "次", of=Count(REPORTED), style=APPROXIMATE)
figure(
    "repairs.completed",
    gettext_lazy("完成維修"),
    "次",
    of=Count(COMPLETED),
    style=APPROXIMATE,
    about=gettext_lazy("每修好一次算一次；返修後又修好算兩次。"),
)
figure("repairs.lamp_jobs", gettext_lazy("更換燈管"), "次", of=Count(COMPLETED, category=jobs.LAMP), style=APPROXIMATE)
figure("repairs.odd_jobs", gettext_lazy("零星維修"), "次", of=Count(COMPLETED, category=jobs.ODD), style=APPROXIMATE)
figure(
    "repairs.drains_cleared",
    gettext_lazy("疏通下水"),
    "次",
    of=Count(COMPLETED, category=jobs.DRAIN),
    style=APPROXIMATE,
)
figure(
    "repairs.desk_overhauls",
    gettext_lazy("課桌椅全面維修"),
    "次",
    of=Count(COMPLETED, category=jobs.DESK_OVERHAUL),
)
figure("repairs.desk_jobs", gettext_lazy("維修桌椅"), "次", of=Count(COMPLETED, category=jobs.DESK), style=APPROXIMATE)
figure(
    "repairs.taps_valves",
    gettext_lazy("更換閥門水嘴"),
    "只",
    of=Moved(COMPLETED, commodity=("valve", "tap"), target_role="used"),
    unit_from_things=True,
)
figure(
    "repairs.lamp_tubes",
    gettext_lazy("用去燈管"),
    "支",
    of=Moved(COMPLETED, commodity="lamp_tube", target_role="used"),
    unit_from_things=True,
)
figure(
    "repairs.doors",
    gettext_lazy("維修門"),
    "張",
    of=Moved(COMPLETED, commodity="door", target_role="mended"),
    style=APPROXIMATE,
    unit_from_things=True,
    about=gettext_lazy("修好的門；單上沒有寫數量的，一張單算一張。"),
)
figure(
    "repairs.windows",
    gettext_lazy("維修窗戶"),
    "頁",
    of=Moved(COMPLETED, commodity="window", target_role="mended"),
    unit_from_things=True,
    about=gettext_lazy("修好的窗戶；單上沒有寫數量的，一張單算一頁。"),
)
figure(
    "repairs.material_cost", gettext_lazy("維修材料費"), "元", of=Sum(COMPLETED, measure="material_cost"), style=MONEY
)
figure("repairs.work_minutes", gettext_lazy("維修工時"), "分鐘", of=Sum(COMPLETED, measure="work_minutes"))
figure("repairs.on_time", gettext_lazy("按時完成"), "次", of=Sum(COMPLETED, measure="on_time"), style=APPROXIMATE)
figure("repairs.late", gettext_lazy("超過時限完成"), "次", of=Sum(COMPLETED, measure="late"))
figure("repairs.man_made", gettext_lazy("人為損壞"), "次", of=Sum(COMPLETED, measure="man_made"))
figure("repairs.hazards", gettext_lazy("報修中發現的安全隱患"), "項", of=Count("repairs.hazard_flagged"))
figure(
    "repairs.satisfied",
    gettext_lazy("滿意和非常滿意"),
    "次",
    of=Count(CONFIRMED, category=("very_satisfied", "satisfied")),
    style=APPROXIMATE,
)
figure("repairs.dissatisfied", gettext_lazy("不滿意"), "次", of=Count(CONFIRMED, category="dissatisfied"))
figure("repairs.confirmed", gettext_lazy("報修人驗收"), "次", of=Count(CONFIRMED), style=APPROXIMATE)
figure("repairs.self_accepted", gettext_lazy("維修人自己驗收"), "次", of=Sum(CONFIRMED, measure="self_accepted"))
figure("repairs.reopened", gettext_lazy("返修"), "次", of=Count("repairs.reopened"))
figure("repairs.withdrawn", gettext_lazy("撤回報修"), "次", of=Count("repairs.withdrawn"))
figure(
    "repairs.outstanding",
    gettext_lazy("報修未完成"),
    "次",
    of=Unanswered(REPORTED, answer=(COMPLETED, "repairs.withdrawn")),
    about=gettext_lazy("本期報修，到期末還沒有修好也沒有撤回。"),
)

chart(
    "repairs.by_month",
    gettext_lazy("報修與修好"),
    figures=("repairs.reported", "repairs.completed"),
    order=10,
)
chart(
    "repairs.by_kind", gettext_lazy("修好的按類別"), figures=("repairs.completed",), by="category", shape=BARS, order=11
)


def _where_any(before: str, name: str, after: str = "") -> Callable[[Reading], Sequence[Part] | None]:
    """Words around a figure, said only where there is something to count."""

    def said(reading: Reading) -> Sequence[Part] | None:
        found = reading[name]
        return [before, found, after] if found.value > 0 else None

    return said


# S3: 本學期共更換燈管80餘次，更換閥門水嘴共50只，門維修10餘張、窗戶維修15頁，零星維修服務100餘次，課桌椅期中安排一次全面維修。
clause(
    "repairs.on_call",
    chapter=SERVICES,
    sentence="repairs.done",
    order=40,
    text=lambda reading: (
        ["受理報修", reading["repairs.reported"], "、修好", reading["repairs.completed"]]
        if reading["repairs.reported"].value > 0
        else None
    ),
)
for position, (name, before, wanted, after) in enumerate(
    (
        ("lamps", "共更換燈管", "repairs.lamp_jobs", ""),
        ("taps_valves", "更換閥門水嘴共", "repairs.taps_valves", ""),
        ("doors", "門維修", "repairs.doors", ""),
        ("windows", "窗戶維修", "repairs.windows", ""),
        ("odd_jobs", "零星維修服務", "repairs.odd_jobs", ""),
        ("desks", "維修課桌椅", "repairs.desk_jobs", ""),
        ("desk_overhauls", "課桌椅安排全面維修", "repairs.desk_overhauls", ""),
    )
):
    clause(
        f"repairs.{name}",
        chapter=SERVICES,
        sentence="repairs.done",
        order=41 + position,
        text=_where_any(before, wanted, after),
    )
clause(
    "repairs.satisfaction",
    chapter=SERVICES,
    sentence="repairs.done",
    order=49,
    text=_where_any("經報修人驗收滿意的", "repairs.satisfied"),
)
clause(
    "repairs.drains",
    chapter=RECTIFICATION,
    sentence="repairs.drains",
    order=40,
    text=_where_any("疏通廁所下水管堵塞", "repairs.drains_cleared"),
)
clause(
    "repairs.hazards",
    chapter=RECTIFICATION,
    sentence="repairs.drains",
    order=41,
    text=_where_any("從報修中發現並上報安全隱患", "repairs.hazards"),
)


@problem("repairs.outstanding", gettext_lazy("報修沒有辦完"))
def what_is_not_done(reading: Reading) -> Iterable[Evidence]:
    found = reading["repairs.outstanding"]
    if found.value > 0:
        yield Evidence(
            [_("報修後還沒有修好的有"), found],
            _("把沒有辦完的報修逐項落實到人，限期修好，不留尾巴"),
            weight=found.value * 3,
        )


@problem("repairs.late", gettext_lazy("維修超過時限"))
def what_was_late(reading: Reading) -> Iterable[Evidence]:
    found = reading["repairs.late"]
    if found.value > 0:
        yield Evidence(
            [_("維修超過約定時限才完成的有"), found],
            _("改進派工和備料，緊急報修當天處理，做到維修主動、及時、有效"),
            weight=found.value,
        )


@problem("repairs.dissatisfied", gettext_lazy("報修人不滿意"))
def who_was_not_satisfied(reading: Reading) -> Iterable[Evidence]:
    found = reading["repairs.dissatisfied"]
    if found.value > 0:
        yield Evidence(
            [_("報修人驗收時不滿意的有"), found], _("逐一回訪不滿意的報修人，返修到滿意為止"), weight=found.value * 5
        )


@problem("repairs.self_accepted", gettext_lazy("維修與驗收未分開"))
def who_accepted_his_own(reading: Reading) -> Iterable[Evidence]:
    found = reading["repairs.self_accepted"]
    if found.value > 0:
        yield Evidence(
            [_("維修人與驗收人是同一個人的有"), found], _("維修與驗收分開，由報修人驗收簽字"), weight=found.value
        )
