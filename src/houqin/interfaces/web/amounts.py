"""Numbers on the screen in the reader's language.

Papers say 80餘次 and 6.22萬元 whatever the language of the page. Chinese readers see the same on the screen; in English there
is no 餘 and no 萬, so the exact number stands there with its unit in words.
"""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import get_language

from houqin.foundation.journal.figures import EXACT, MONEY, Said, say

# Counter words of figures and goods. What has none in English is said by its label alone.
UNITS = {
    "元": "yuan", "次": "times", "人次": "people", "人": "people", "輛次": "vehicles", "件": "pieces", "份": "copies",
    "張": "sheets", "套": "sets", "支": "pieces", "只": "pieces", "頁": "panes", "間": "rooms", "家": "suppliers",
    "個班": "classes", "分鐘": "minutes", "類": "kinds", "項": "items", "項次": "items", "筆": "entries", "批": "batches",
    "批次": "batches", "台": "pieces", "臺": "pieces", "個": "pieces", "把": "pieces", "盒": "boxes", "瓶": "bottles",
    "本": "copies", "包": "packs", "桶": "buckets", "根": "pieces", "塊": "pieces", "米": "metres", "公斤": "kg",
    "千克": "kg", "克": "g", "噸": "tonnes", "升": "litres", "度": "kWh", "立方米": "cubic metres", "平方米": "square metres",
    "天": "days", "小時": "hours", "公里": "km", "餐": "meals", "場": "events", "名": "people", "車": "vans", "箱": "boxes",
    "袋": "bags", "雙": "pairs", "副": "pairs", "條": "pieces", "卷": "rolls", "幅": "pieces", "扇": "pieces", "面": "pieces",
}  # fmt: skip


def spoken(value: int, unit: str, style: str = EXACT) -> str:
    """A value as the reader's language says it: 80餘次, 6.22萬元; in English 83 times, 62,160.00 yuan."""
    if get_language() != "en":
        return say(value, unit, style)
    number = f"{value:,}"
    if style == MONEY:
        yuan, fen = divmod(abs(value), 100)
        number = f"{'-' if value < 0 else ''}{yuan:,}.{fen:02d}"
    word = UNITS.get(unit, "")
    return f"{number} {word}".strip()


def in_words(said: Said, *, exactly: bool = False) -> Said:
    """A figure with its text in the reader's language; ``exactly`` without rounding."""
    style = EXACT if exactly and said.style != MONEY else said.style
    return replace(said, text=spoken(said.value, said.unit, style))
