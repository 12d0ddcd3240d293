"""What the gate contributes to the summary."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.charts import chart
from houqin.foundation.journal.figures import APPROXIMATE, Count, Reading, Sum, Unanswered, figure
from houqin.foundation.journal.sentences import GATE, Evidence, Part, clause, problem

ENTERED, LEFT, ISSUED, RELEASED, RETURNED = (
    "gate.entered", "gate.left", "gate.slip_issued", "gate.slip_released", "gate.slip_returned",
)  # fmt: skip

figure("gate.visits", gettext_lazy("來訪登記"), "次", of=Count(ENTERED))
figure("gate.visitors", gettext_lazy("來訪人次"), "人次", of=Sum(ENTERED, measure="visitors"))
figure("gate.parent_visits", gettext_lazy("家長來訪"), "次", of=Count(ENTERED, category="parent"))
figure("gate.signed_out", gettext_lazy("離校銷號"), "次", of=Count(LEFT))
figure("gate.minutes_stayed", gettext_lazy("來訪停留"), "分鐘", of=Sum(LEFT, measure="minutes"))
figure("gate.not_signed_out", gettext_lazy("未銷號"), "次", of=Unanswered(ENTERED, answer=LEFT))
figure("gate.refused", gettext_lazy("謝絕來訪"), "次", of=Count("gate.refused"))
figure("gate.leave_slips", gettext_lazy("學生離校單"), "張", of=Count(ISSUED))
figure("gate.leave_slips_illness", gettext_lazy("因病離校"), "張", of=Count(ISSUED, category="illness"))
figure("gate.leave_slips_unsigned", gettext_lazy("班主任未簽字的離校單"), "張", of=Sum(ISSUED, measure="unsigned"))
figure("gate.late_returns", gettext_lazy("逾時返校"), "人次", of=Sum(RETURNED, measure="late"))
figure(
    "gate.not_returned",
    gettext_lazy("離校未返"),
    "人次",
    of=Unanswered(RELEASED, answer=RETURNED, due="return_due"),
    about=gettext_lazy("單上寫了返校時間、到期末沒有返校登記的。"),
)
figure("gate.vehicles", gettext_lazy("車輛進校"), "輛次", of=Count("gate.vehicle_entered"), style=APPROXIMATE)
figure(
    "gate.vehicles_inside",
    gettext_lazy("車輛未登記出校"),
    "輛次",
    of=Unanswered("gate.vehicle_entered", answer="gate.vehicle_left"),
)
figure("gate.goods_passes", gettext_lazy("物品出門單"), "張", of=Count("gate.goods_released"))

chart("gate.by_month", gettext_lazy("來訪"), figures=("gate.visits",), order=30)


def _where_any(before: str, name: str, after: str = "") -> Callable[[Reading], Sequence[Part] | None]:
    """Words around a figure, said only where there is something to count."""

    def said(reading: Reading) -> Sequence[Part] | None:
        found = reading[name]
        return [before, found, after] if found.value > 0 else None

    return said


# S3: 加強了門衛的職能，對外來人員來校登記，有事要履行登記簽字消號手續；上課期間學生原則不準離校，有事外出須持班主任開具的離校單並登記後方可離校。
clause(
    "gate.rules",
    chapter=GATE,
    sentence="gate.visits",
    order=10,
    text=lambda reading: (
        ["加強了門衛的職能，不經允許外來人員、車輛不得進入校園，有事要履行登記簽字消號手續"]
        if reading["gate.visits"].value > 0
        else None
    ),
)
clause(
    "gate.visits", chapter=GATE, sentence="gate.visits", order=11, text=_where_any("登記外來人員來訪", "gate.visits")
)
clause("gate.visitors", chapter=GATE, sentence="gate.visits", order=12, text=_where_any("共", "gate.visitors"))
clause("gate.refused", chapter=GATE, sentence="gate.visits", order=13, text=_where_any("謝絕來訪", "gate.refused"))
clause(
    "gate.vehicles", chapter=GATE, sentence="gate.visits", order=14, text=_where_any("登記車輛進校", "gate.vehicles")
)
clause(
    "gate.slip_rules",
    chapter=GATE,
    sentence="gate.slips",
    order=20,
    text=lambda reading: (
        ["上課期間學生原則不準離校，有事外出須持班主任開具的離校單並登記後方可離校"]
        if reading["gate.leave_slips"].value > 0
        else None
    ),
)
clause(
    "gate.leave_slips",
    chapter=GATE,
    sentence="gate.slips",
    order=21,
    text=_where_any("共開具離校單", "gate.leave_slips"),
)
clause(
    "gate.leave_slips_illness",
    chapter=GATE,
    sentence="gate.slips",
    order=22,
    text=_where_any("其中因病離校", "gate.leave_slips_illness"),
)


@problem("gate.not_signed_out", gettext_lazy("來訪未銷號"))
def who_was_not_signed_out(reading: Reading) -> Iterable[Evidence]:
    found = reading["gate.not_signed_out"]
    if found.value > 0:
        yield Evidence(
            [_("外來人員離校沒有銷號的有"), found],
            _("嚴格執行登記簽字消號手續，每天關門前清點在校的外來人員"),
            weight=found.value * 4,
        )


@problem("gate.late_returns", gettext_lazy("學生逾時返校"))
def who_came_back_late(reading: Reading) -> Iterable[Evidence]:
    found = reading["gate.late_returns"]
    if found.value > 0:
        yield Evidence(
            [_("學生持離校單外出後逾時返校的有"), found],
            _("學生到時未返，門衛及時告知班主任並聯繫家長"),
            weight=found.value * 2,
        )


@problem("gate.not_returned", gettext_lazy("學生離校未返"))
def who_did_not_come_back(reading: Reading) -> Iterable[Evidence]:
    found = reading["gate.not_returned"]
    if found.value > 0:
        yield Evidence(
            [_("寫明返校而沒有返校登記的離校單有"), found],
            _("逐張核對離校單，做到一單一銷"),
            weight=found.value * 4,
        )


@problem("gate.leave_slips_unsigned", gettext_lazy("離校單缺班主任簽字"))
def what_bears_no_signature(reading: Reading) -> Iterable[Evidence]:
    found = reading["gate.leave_slips_unsigned"]
    if found.value > 0:
        yield Evidence(
            [_("沒有班主任簽字的離校單有"), found], _("無班主任簽字的離校單門衛一律不放行"), weight=found.value * 4
        )
