"""Classes of GB/T 14885 in both editions for what schools have, and the years things last (A02, A04).

The codes of 2022 for computers, copiers, projectors, printers and air conditioners and for furniture as a whole stand in
procurement catalogues of 2022; those of 2010 and the groups of furniture are from memory and marked so. The school's own
table (:class:`.models.GoodsCode`, importable, each row with source and status) goes before what is built in, and a code on
a paper before both: no code is ever refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from houqin.foundation.catalogue.vocabulary import Term, vocabulary
from houqin.foundation.journal.memory import transaction_memory
from houqin.foundation.journal.writer import Unit, on_flush
from houqin.foundation.org.models import ParameterValue
from houqin.foundation.org.parameters import parameter, value
from houqin.kit.text import fold

from .models import GoodsCode

SOURCE = "政府會計準則第3號——固定資產應用指南（折舊年限下限）"

# Group → its word, minimum years, how well the figure is known (V law read, M from memory).
GROUPS: dict[str, tuple[Any, int, str]] = {
    "building_concrete": (_("鋼結構、鋼筋混凝土結構房屋"), 50, "V"),
    "building_brick": (_("磚混、磚木結構房屋"), 30, "V"),
    "building_simple": (_("簡易房"), 8, "V"),
    "structure": (_("房屋附屬設施、構築物"), 8, "V"),
    "computer": (_("計算機設備"), 6, "V"),
    "office": (_("辦公設備"), 6, "V"),
    "vehicle": (_("車輛"), 8, "V"),
    "library": (_("圖書檔案設備"), 5, "V"),
    "machinery": (_("機械設備"), 10, "V"),
    "electrical": (_("電氣設備"), 5, "V"),
    "communication": (_("通信設備"), 5, "V"),
    "broadcast": (_("廣播、電視、電影設備"), 5, "V"),
    "instrument": (_("儀器儀表"), 5, "V"),
    "measuring": (_("電子和通信測量設備"), 5, "V"),
    "furniture": (_("家具"), 15, "M"),
    "sports": (_("文藝、體育設備"), 5, "M"),
}
_PARAMETER = "assets.life."
for _group, (_label, _years, _status) in GROUPS.items():
    parameter(_PARAMETER + _group, _label, default=_years, source=SOURCE, status=_status)


@dataclass(frozen=True)
class GoodsClass:
    """A class of things: its codes in both editions and its group of years; group "" is not depreciated."""

    code: str
    label: Any
    gbt_2022: str
    gbt_2010: str
    group: str
    words: tuple[str, ...] = ()
    status: str = "M"


BUILT_IN_SOURCE = "程序內置：2022 版個別代碼見於 2022 年政府採購品目分類目錄，其餘憑記憶"
_CLASSES = BUILT_IN = (
    GoodsClass("desktop", _("台式計算機"), "A02010105", "2010104", "computer", ("台式電腦", "電腦", "計算機", "一體機電腦")),
    GoodsClass("laptop", _("便攜式計算機"), "A02010108", "2010105", "computer", ("筆記本電腦", "筆記本計算機", "平板電腦")),
    GoodsClass("server", _("服務器"), "A02010104", "2010103", "computer", ("伺服器",)),
    GoodsClass("network", _("網絡設備"), "A02010200", "2010200", "computer", ("交換機", "路由器")),
    GoodsClass("copier", _("複印機"), "A02020100", "2020100", "office", ("影印機",)),
    GoodsClass("projector", _("投影儀"), "A02020200", "2020200", "office", ("投影機", "實物展臺")),
    GoodsClass("printer", _("打印機"), "A02021000", "2010601", "office", ("印表機", "多功能一體機")),
    GoodsClass("air_conditioner", _("空調機"), "A02061804", "2200804", "electrical", ("空調", "冷氣機")),
    GoodsClass("water_dispenser", _("飲水機"), "A02061800", "2200800", "electrical", ("開水器", "熱水器", "飲水器")),
    GoodsClass("television", _("電視設備"), "A02080000", "2320000", "broadcast", ("電視機", "廣播設備", "功放", "音響", "觸控一體機", "電子白板")),
    GoodsClass("camera", _("視頻監控設備"), "A02091107", "2320300", "broadcast", ("監控", "攝像頭", "攝像機")),
    GoodsClass("car", _("乘用車"), "A02030500", "2030500", "vehicle", ("轎車", "客車", "校車")),
    GoodsClass("instrument", _("儀器儀表"), "A02100000", "2400000", "instrument", ("顯微鏡", "天平", "實驗儀器")),
    GoodsClass("table", _("臺桌類"), "A05010200", "6010200", "furniture", ("課桌椅", "辦公桌", "實驗桌", "會議桌", "講桌", "餐桌", "電腦桌", "課桌", "桌椅", "閱覽桌")),
    GoodsClass("chair", _("椅凳類"), "A05010300", "6010300", "furniture", ("椅子", "凳子", "辦公椅", "方凳", "摺疊椅", "座椅")),
    GoodsClass("cabinet", _("櫃類"), "A05010500", "6010500", "furniture", ("書櫃", "文件櫃", "儲物櫃", "更衣櫃", "櫃子")),
    GoodsClass("rack", _("架類"), "A05010600", "6010600", "furniture", ("書架", "貨架", "鞋架")),
    GoodsClass("fan", _("風扇"), "A02061801", "2200801", "electrical", ("電扇", "吊扇", "壁扇")),
    GoodsClass("kitchen", _("廚房電器"), "A02061810", "2200810", "electrical", ("冰櫃", "冰箱", "蒸飯車", "消毒櫃")),
    GoodsClass("sofa", _("沙發類"), "A05010400", "6010400", "furniture", ("沙發",)),
    GoodsClass("bed", _("床類"), "A05010100", "6010100", "furniture", ("雙層床", "單人床")),
    GoodsClass("blackboard", _("教學用具"), "A05010000", "6010000", "furniture", ("黑板", "綠板", "講臺")),
    GoodsClass("sports", _("體育設備"), "A02450000", "3370000", "sports", ("籃球架", "乒乓球臺", "體操墊", "單槓", "足球門", "獨輪車")),
    GoodsClass("music", _("文藝設備"), "A02440000", "3360000", "sports", ("鋼琴", "電子琴", "手風琴", "古箏")),
    GoodsClass("book", _("圖書"), "A04010000", "5010000", "", ("藏書",)),
    GoodsClass("building", _("房屋"), "A01010000", "1020000", "building_concrete", ("教學樓", "綜合樓", "食堂樓")),
)  # fmt: skip
CLASSES = {one.code: one for one in _CLASSES}
WORDS = vocabulary("assets.class", (Term(one.code, one.label, words=one.words) for one in _CLASSES))

# The first figures of a code → its group, for things the words do not know. The longest that fits counts.
_GROUP_OF_CODE = {
    "A0201": "computer", "A0202": "office", "A0203": "vehicle", "A0204": "library", "A0205": "machinery",
    "A0206": "electrical", "A0207": "communication", "A0208": "communication", "A0209": "broadcast",
    "A0210": "instrument", "A0211": "measuring", "A05": "furniture", "A0101": "building_concrete", "A0102": "structure",
    "201": "computer", "202": "office", "203": "vehicle", "204": "library", "210": "machinery", "220": "electrical",
    "231": "communication", "232": "broadcast", "240": "instrument", "241": "measuring", "601": "furniture",
    "102": "building_concrete", "103": "structure",
}  # fmt: skip
# Never depreciated: relics, books, plants and animals, land (A04).
_LASTING = ("A03", "A04", "A06", "4", "5", "101")


@dataclass(frozen=True)
class _Own:
    """The school's own table as it is read once in a transaction."""

    rows: tuple[GoodsClass, ...]
    patterns: tuple[tuple[str, GoodsClass], ...]

    def by_code(self, gbt_2022: str, gbt_2010: str) -> GoodsClass | None:
        for one in self.rows:
            if (gbt_2022 and gbt_2022 == one.gbt_2022) or (gbt_2010 and gbt_2010 == one.gbt_2010):
                return one
        return None

    def by_name(self, name: str) -> GoodsClass | None:
        if not self.patterns or not name:
            return None
        key = fold(name)
        return next((one for word, one in self.patterns if word in key), None)


_MEMORY = "assets.goods_codes"


def _own() -> _Own:
    memory = transaction_memory()
    if _MEMORY not in memory:
        rows = tuple(
            GoodsClass(
                f"own:{row.pk}", row.name, row.gbt_2022, row.gbt_2010, row.life_group,
                tuple(filter(None, row.words.split("、"))), row.status,
            )
            for row in GoodsCode.objects.filter(state="in_use").order_by("pk")
        )  # fmt: skip
        words = [(fold(word), one) for one in rows for word in (str(one.label), *one.words)]
        memory[_MEMORY] = _Own(rows, tuple(sorted(words, key=lambda pair: -len(pair[0]))))
    found: _Own = memory[_MEMORY]
    return found


@on_flush
def _forget_codes(unit: Unit) -> None:
    if any(isinstance(one, GoodsCode) for one in (*unit.created, *unit.changed)):
        transaction_memory().pop(_MEMORY, None)


def class_of(name: str, *, gbt_2022: str = "", gbt_2010: str = "") -> GoodsClass | None:
    """The class of a thing by a code on its card, else by the words of its name; None where neither is known.

    The school's own table is asked first, then what is built in.
    """
    own = _own()
    if (found := own.by_code(gbt_2022, gbt_2010) or own.by_name(name)) is not None:
        return found
    for one in _CLASSES:
        if (gbt_2022 and gbt_2022 == one.gbt_2022) or (gbt_2010 and gbt_2010 == one.gbt_2010):
            return one
    return CLASSES.get(WORDS.find(name))


def life_group(name: str, *, gbt_2022: str = "", gbt_2010: str = "") -> str:
    """The group whose minimum years hold for a thing; "" for what is not depreciated or not known."""
    own = _own()
    if (told := own.by_code(gbt_2022, gbt_2010)) is not None:
        return told.group
    for code in (gbt_2022, gbt_2010):
        if code and code.startswith(_LASTING):
            return ""
        for length in (5, 3):
            if code[:length] in _GROUP_OF_CODE:
                return _GROUP_OF_CODE[code[:length]]
    known = own.by_name(name) or CLASSES.get(WORDS.find(name))
    return known.group if known else ""


def years_by_group(*, on: date) -> dict[str, int]:
    """Group → years of use in force on a day, as the school has set them; one query."""
    years = {group: default for group, (_label, default, _status) in GROUPS.items()}
    own = ParameterValue.objects.filter(name__startswith=_PARAMETER, from_on__lte=on).order_by("from_on")
    for name, told in own.values_list("name", "value"):
        years[name.removeprefix(_PARAMETER)] = int(told)
    return years


def years_of(group: str, *, on: date) -> int | None:
    """The years of use of one group on a day; None for no group."""
    return int(value(f"{_PARAMETER}{group}", on=on)) if group in GROUPS else None
