"""What counting contributes to the summary: how much was counted, how far book and shelf agree, what a move lost (S5)."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.figures import MONEY, Count, Reading, Sum, Unanswered, figure
from houqin.foundation.journal.sentences import PROPERTY, Evidence, Part, clause, problem

POSTED, MOVED = "stocktakes.counted", "stocktakes.moved"
# A sheet of the past is told by its first row as a count, and by all its rows as things counted.
ROWS = (POSTED, "stocktakes.row_recorded")
OVER = (POSTED, "stocktakes.abandoned")

figure("stocktakes.counts", gettext_lazy("盤點清查"), "次", of=Count(POSTED))
figure("stocktakes.store_counts", gettext_lazy("倉庫盤點清查"), "次", of=Count(POSTED, category="store"))
figure("stocktakes.counted", gettext_lazy("盤點物品"), "項", of=Sum(ROWS, measure="counted"))
figure("stocktakes.matched", gettext_lazy("賬實相符"), "項", of=Sum(ROWS, measure="matched"))
figure("stocktakes.missing", gettext_lazy("盤虧"), "件", of=Sum(ROWS, measure="missing"))
figure("stocktakes.found", gettext_lazy("盤盈"), "件", of=Sum(ROWS, measure="found"))
figure("stocktakes.kept", gettext_lazy("盤點差異掛賬待查"), "件", of=Sum(POSTED, measure="kept"))
figure("stocktakes.elsewhere", gettext_lazy("盤點時在別處找到"), "件", of=Sum(POSTED, measure="elsewhere"))
figure("stocktakes.unexpected", gettext_lazy("盤點發現無卡物品"), "項", of=Sum(POSTED, measure="unexpected"))
figure("stocktakes.missing_value", gettext_lazy("盤虧金額"), "元", of=Sum(ROWS, measure="missing_value"), style=MONEY)
figure("stocktakes.found_value", gettext_lazy("盤盈金額"), "元", of=Sum(ROWS, measure="found_value"), style=MONEY)
figure("stocktakes.things_moved", gettext_lazy("搬遷清點物品"), "件", of=Sum(MOVED, measure="loaded"))
figure("stocktakes.lost_in_moves", gettext_lazy("搬遷缺失"), "件", of=Sum(MOVED, measure="missing"))
figure(
    "stocktakes.lost_after_moves",
    gettext_lazy("搬後盤點缺失"),
    "件",
    of=Sum("stocktakes.move_checked", measure="missing_after"),
)
figure("stocktakes.broken_in_moves", gettext_lazy("搬遷破損"), "件", of=Sum(MOVED, measure="broken"))
figure(
    "stocktakes.overdue",
    gettext_lazy("盤點逾期未辦完"),
    "次",
    of=Unanswered("stocktakes.frozen", answer=OVER, due="due", ever=True),
)
figure(
    "stocktakes.undecided",
    gettext_lazy("盤點差異未處理"),
    "次",
    of=Unanswered("stocktakes.recount_closed", answer=("stocktakes.decided", *OVER), ever=True),
)


def share(part: int, whole: int, *, places: int) -> str:
    """``part`` of ``whole`` in percent with ``places`` decimals, rounded down so that only all of it is 100%.

    No more noughts are printed than it takes: 100%, 99.5%.
    """
    scale = 10**places
    scaled = 100 * scale * part // whole if whole else 0
    text = f"{scaled // scale}.{scaled % scale:0{places}d}" if places else str(scaled)
    return f"{text.rstrip('0').rstrip('.') if places else text}%"


def basis_points(part: int, whole: int) -> int:
    """``part`` of ``whole`` in ten-thousandths, half up; 0 of nothing."""
    return (2 * 10_000 * part + whole) // (2 * whole) if whole else 0


def _counted(reading: Reading) -> list[Part] | None:
    counts, counted, matched = (reading[f"stocktakes.{name}"] for name in ("counts", "counted", "matched"))
    if not counts.value or not counted.value:
        return None
    agreeing = reading.part(
        matched.name, "share", text=share(matched.value, counted.value, places=1), label=_("賬實相符率")
    )
    return [_("盤點清查"), counts, "、", counted, _("，賬實相符率"), agreeing]


def _differing(reading: Reading) -> list[Part] | None:
    missing, found = reading["stocktakes.missing"], reading["stocktakes.found"]
    parts: list[Part] = []
    if missing.value:
        parts += [_("盤虧"), missing]
        worth = reading["stocktakes.missing_value"]
        parts += [_("、價值"), worth] if worth.value else []
    if found.value:
        parts += [_("，盤盈") if parts else _("盤盈"), found]
    kept = reading["stocktakes.kept"]
    if kept.value:
        return [*parts, _("，另有") if parts else _("差異"), kept, _("掛賬待查")]
    return [*parts, _("，均按處理意見調整賬面")] if parts else None


def _moved(reading: Reading) -> list[Part] | None:
    moved, lost = reading["stocktakes.things_moved"], reading["stocktakes.lost_in_moves"]
    after = reading["stocktakes.lost_after_moves"]
    if not moved.value:
        return None
    if not lost.value and not after.value:
        return [_("搬遷物品"), moved, _("，逐件清點，無一缺失")]
    parts: list[Part] = [_("搬遷物品"), moved]
    parts += [_("，途中缺失"), lost] if after.value and lost.value else [_("，缺失"), lost] if lost.value else []
    parts += [_("，搬後盤點缺失"), after] if after.value else []
    rate = basis_points(lost.value + after.value, moved.value)
    said = reading.part(
        lost.name if lost.value else after.name,
        "rate",
        text=f"{rate // 100}.{rate % 100:02d}%",
        label=_("損失率"),
    )
    return [*parts, _("，損失率"), said]


clause("stocktakes.counted", chapter=PROPERTY, sentence="stocktakes.counted", order=60, text=_counted)
clause("stocktakes.differing", chapter=PROPERTY, sentence="stocktakes.counted", order=61, text=_differing)
clause("stocktakes.moved", chapter=PROPERTY, sentence="stocktakes.moved", order=62, text=_moved)


@problem("stocktakes.overdue", gettext_lazy("盤點逾期"))
def overdue(reading: Reading) -> Iterable[Evidence]:
    """Counts begun whose day passed before they were posted."""
    said = reading["stocktakes.overdue"]
    if said.value:
        yield Evidence([_("盤點逾期未辦完"), said], _("盤點限期辦結，差異及時查明處理"), weight=20)


@problem("stocktakes.undecided", gettext_lazy("盤點差異未處理"))
def undecided(reading: Reading) -> Iterable[Evidence]:
    """Differences found twice and not yet explained (D04-3)."""
    said = reading["stocktakes.undecided"]
    if said.value:
        yield Evidence([_("盤點差異尚未查明原因、提出處理意見"), said], _("逐項查明盤點差異，落實責任"), weight=22)
