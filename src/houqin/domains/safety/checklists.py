"""What is looked at in a check of each kind, point by point, with the standard: what a phone offers to tick off.

From the columns of the daily and monthly fire checks, SA02, SA07 and the duties they rest on (domain reference, chapter 7);
a school's own points are written below them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from .models import Layer


@dataclass(frozen=True)
class Point:
    """One point of a checklist: what is looked at, and what must be so."""

    item: Any
    standard: Any


@dataclass(frozen=True)
class Checklist:
    """The points of a kind of check (rules.CHECKS), and how often it comes round."""

    title: Any
    layer: Layer
    points: tuple[Point, ...]


_EXITS = Point(_("安全出口、疏散通道"), _("通暢，門不上鎖，沒有堆放"))
_EXTINGUISHERS = Point(_("滅火器、消火栓"), _("在位，壓力正常，沒有過期"))
_LAMPS = Point(_("應急照明、疏散標誌"), _("完好，斷電能亮"))
_DOORS = Point(_("常閉防火門"), _("關着，閉門器完好"))
_POWER = Point(_("用火用電"), _("沒有私拉亂接，人走斷電"))

CHECKLISTS: dict[str, Checklist] = {
    "routine": Checklist(
        _("常規安全檢查"),
        Layer.WEEKLY,
        (
            Point(_("插座、燈頭、電線"), _("不鬆動，不裸露")),
            Point(_("欄杆、扶手、窗戶"), _("牢固，玻璃完好")),
            _EXITS,
            _EXTINGUISHERS,
            Point(_("體育器材、單雙槓、球門"), _("不開裂，不鬆動")),
            Point(_("圍牆、校門、監控"), _("完好，能用")),
        ),
    ),
    "fire": Checklist(_("消防安全檢查"), Layer.MONTHLY, (_EXITS, _EXTINGUISHERS, _LAMPS, _DOORS, _POWER)),
    "fire_police": Checklist(
        _("消防安全檢查（社區民警）"),
        Layer.MONTHLY,
        (
            _EXITS,
            _EXTINGUISHERS,
            _LAMPS,
            _DOORS,
            _POWER,
            Point(_("消防車道、水源"), _("不佔用，有水")),
            Point(_("食堂燃氣、煙道"), _("無洩漏，已清洗")),
            Point(_("上次隱患整改"), _("都已整改")),
        ),
    ),
    "food": Checklist(
        _("食品安全檢查"),
        Layer.MONTHLY,
        (
            Point(_("從業人員健康證、晨檢"), _("有效，每天有記錄")),
            Point(_("進貨查驗、索證"), _("票證齊全，不過期")),
            Point(_("食品留樣"), _("每樣不少於 125 克，48 小時，有標籤")),
            Point(_("生熟分開、冷藏溫度"), _("分開存放，溫度有記錄")),
            Point(_("餐具消毒"), _("有記錄，保潔存放")),
            Point(_("燃氣、油煙機、用電"), _("無洩漏，已清洗")),
        ),
    ),
    "sweep": Checklist(
        _("全校安全大排查"),
        Layer.TERM,
        (
            Point(_("校舍牆體、屋面、吊頂"), _("不開裂，不滲漏，不掉落")),
            Point(_("欄杆、扶手、窗戶、護欄"), _("牢固，高度夠")),
            Point(_("用電線路、配電箱"), _("無老化，箱門上鎖")),
            _EXITS,
            _EXTINGUISHERS,
            _LAMPS,
            Point(_("體育器材、設施"), _("不開裂，不鬆動")),
            Point(_("食堂、飲水"), _("合規，有記錄")),
            Point(_("實驗室、危化品"), _("專櫃，雙人雙鎖")),
            Point(_("門衛、監控、圍牆"), _("有人值守，能用")),
        ),
    ),
    "weather": Checklist(
        _("惡劣天氣檢查"),
        Layer.WEATHER,
        (
            Point(_("排水溝、下水口"), _("通暢")),
            Point(_("廣告牌、宣傳欄、樹木"), _("不會倒")),
            Point(_("屋頂、雨棚、窗戶"), _("關好，不滲漏")),
            Point(_("戶外用電"), _("已斷電或防水")),
        ),
    ),
}
