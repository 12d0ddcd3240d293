"""What kind of job it was, and what the things named on the paper are: read from the words a repairer writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from houqin.foundation.catalogue.vocabulary import GOODS, Term, vocabulary
from houqin.kit.text import fold, to_traditional

LAMP, VALVE_TAP, DRAIN, DOOR, WINDOW, DESK, DESK_OVERHAUL, ODD = (
    "lamp", "valve_tap", "drain", "door", "window", "desk", "desk_overhaul", "odd",
)  # fmt: skip

# Words may stand in either script. Of words equally long the earlier term wins, so 閥門 stands before 門.
JOBS = vocabulary(
    "repairs.job",
    (
        Term(
            LAMP,
            _("更換燈管"),
            words=(
                "燈管",
                "換燈",
                "修燈",
                "日光燈",
                "節能燈",
                "燈泡",
                "燈具",
                "照明燈",
                "路燈",
                "吸頂燈",
                "LED燈",
                "光管",
                "燈不亮",
                "鎮流器",
                "啟輝器",
            ),
            all_of=(("更換", "燈"), ("維修", "燈"), ("修理", "燈"), ("安裝", "燈")),
        ),
        Term(
            VALVE_TAP,
            _("更換閥門水嘴"),
            words=(
                "閥門",
                "水嘴",
                "水龍頭",
                "水籠頭",
                "龍頭",
                "水喉",
                "角閥",
                "球閥",
                "閘閥",
                "水閥",
                "三角閥",
                "沖水閥",
            ),
            all_of=(
                ("更換", "閥門"),
                ("維修", "閥門"),
                ("修理", "閥門"),
                ("安裝", "閥門"),
                ("更換", "水嘴"),
                ("更換", "龍頭"),
                ("維修", "龍頭"),
                ("廁所", "閥門"),
                ("更換", "廁所", "閥門"),
                ("維修", "廁所", "閥門"),
            ),
        ),
        Term(
            DRAIN,
            _("疏通下水"),
            words=(
                "疏通",
                "堵塞",
                "下水堵",
                "馬桶堵",
                "便池堵",
                "地漏堵",
                "管道堵",
                "通廁所",
                "通馬桶",
                "通下水",
                "掏下水",
                "清淤",
                "堵了",
            ),
            all_of=(
                ("疏通", "下水"),
                ("疏通", "廁所"),
                ("疏通", "管道"),
                ("疏通", "地漏"),
                ("疏通", "門"),
                ("清理", "下水道"),
            ),
        ),
        Term(
            "door_window",
            _("維修門窗"),
            words=("門窗", "修理門窗", "檢修門窗"),
        ),
        Term(
            DOOR,
            _("維修門"),
            words=(
                "門鎖",
                "門扇",
                "門框",
                "門把",
                "房門",
                "木門",
                "鐵門",
                "教室門",
                "校門",
                "大門",
                "防盜門",
                "換鎖",
                "修鎖",
                "修門",
                "換門",
                "門維修",
                "門修理",
                "門合頁",
                "門損壞",
            ),
            all_of=(
                ("維修", "門"),
                ("修理", "門"),
                ("更換", "門"),
                ("修復", "門"),
                ("安裝", "門"),
                ("門", "變形"),
                ("更換", "鎖"),
                ("維修", "鎖"),
            ),
        ),
        Term(
            WINDOW,
            _("維修窗戶"),
            words=("窗戶", "窗扇", "窗子", "窗玻璃", "玻璃", "紗窗", "換玻璃", "修窗", "換窗", "窗維修"),
            all_of=(
                ("維修", "窗"),
                ("修理", "窗"),
                ("更換", "窗"),
                ("修復", "窗"),
                ("安裝", "玻璃"),
                ("更換", "玻璃"),
                ("窗戶", "玻璃"),
            ),
        ),
        Term(
            DESK_OVERHAUL,
            _("課桌椅全面維修"),
            words=("期中課桌椅", "桌椅大修", "課桌椅普修"),
            all_of=(
                ("全面", "桌椅"),
                ("全面", "課桌"),
                ("統一", "維修", "桌椅"),
                ("集中", "維修", "桌椅"),
                ("全面", "桌凳"),
                ("全面", "維修", "課桌椅"),
            ),
        ),
        Term(
            DESK,
            _("維修桌椅"),
            words=("課桌", "課椅", "桌椅", "桌凳", "凳子", "椅子", "講桌", "講臺", "辦公桌", "桌子", "板凳"),
            all_of=(("維修", "桌"), ("修理", "桌"), ("維修", "椅"), ("修理", "椅"), ("維修", "凳")),
        ),
        Term("socket", _("維修開關插座"), words=("插座", "開關", "插排", "空氣開關", "跳閘", "斷路器", "漏電保護")),
        Term("wiring", _("維修線路"), words=("電線", "線路", "電路", "配電", "短路", "停電")),
        Term("fan", _("維修電風扇"), words=("電風扇", "風扇", "吊扇", "排氣扇", "空調")),
        Term(
            "pipe",
            _("維修水管"),
            words=("水管", "管道漏水", "水箱", "蹲便器", "馬桶", "小便池", "水表", "暖氣", "地漏"),
            all_of=(("維修", "管道"), ("更換", "管道")),
        ),
        Term("roof", _("屋面防水"), words=("屋面", "屋頂", "防水", "漏雨", "天花板", "吊頂")),
        Term(
            "av",
            _("維修電教設備"),
            words=("投影", "電腦", "音響", "多媒體", "一體機", "廣播", "話筒", "功放", "打印機", "網絡", "網線"),
        ),
        Term(
            "sports",
            _("維修體育器材"),
            words=("籃球架", "單槓", "雙槓", "足球門", "體育器材", "乒乓球臺", "音柱", "跑道"),
        ),
        Term(
            ODD,
            _("零星維修"),
            words=("零修", "零星修理", "零星服務", "零星工作", "雜活", "零活", "零星維修服務"),
            all_of=(("搬", "桌椅"), ("搬運", "課桌椅"), ("搬運", "桌椅"), ("窗簾", "安裝"), ("維修", "窗簾")),
        ),
    ),
)

# A part of a thing is not the thing: 門鎖 is no 門, 水龍頭軟管 no 水龍頭.
FITTING = "fitting"
_FITTINGS = tuple(
    map(
        fold,
        (
            "鎖", "鎖芯", "鎖具", "合頁", "鉸鏈", "把手", "拉手", "插銷", "玻璃", "閉門器", "門吸", "門框", "窗框", "膠條", "密封條", "軟管",
            "墊", "墊片", "墊圈", "芯", "閥芯", "燈座", "燈頭", "燈架", "燈罩", "鎮流器", "啟輝器", "支架", "螺絲", "滑輪", "紗窗", "窗簾", "把",
        ),
    )
)  # fmt: skip

# What the goods of the catalogue do not say in a repairer's words.
MATERIALS = vocabulary(
    "repairs.material",
    (
        Term(
            "lamp_tube", _("燈管"), words=("日光燈", "節能燈", "光管", "燈泡", "T8", "T5", "LED管", "燈"), counter="支"
        ),
        Term("valve", _("閥門"), words=("水閥", "角閥", "閥"), counter="只"),
        Term("tap", _("水嘴"), words=("水龍頭", "龍頭", "水喉"), counter="只"),
        Term("window", _("窗戶"), words=("窗",), counter="頁"),
        Term("door", _("門"), words=("門扇",), counter="張"),
    ),
)

# What a job makes whole again: its roll-up category, the name to count it under, its counter.
MENDED = {DOOR: ("door", "門", "張"), WINDOW: ("window", "窗戶", "頁")}

_JOB_OF_MATERIAL = {
    "lamp_tube": LAMP,
    "valve": VALVE_TAP,
    "tap": VALVE_TAP,
    "door": DOOR,
    "window": WINDOW,
    "desk_set": DESK,
}


@dataclass(frozen=True)
class Used:
    """Material of one kind used on a job: how many, in which counter word."""

    name: str
    quantity: int
    counter: str = ""


def category_of(name: str) -> str:
    """The roll-up category of a material: ``tap``, ``lamp_tube`` …, ``fitting`` for a part, "" where none is known."""
    key = fold(name)
    if key.endswith(_FITTINGS):
        return FITTING
    return GOODS.find(name) or MATERIALS.find(name)


def counter_of(written: str, *, category: str) -> str:
    """The counter word in Traditional: 张 → 張; nothing written → the category's own."""
    if not written:
        term = GOODS.terms.get(category)
        return term.counter if term else ""
    return to_traditional(written)


def job_of(work: str, *, materials: Sequence[str] = (), fault: str = "") -> str:
    """The job a repairer means: by what was done, else by what was used, else by the fault, else an odd job."""
    if found := JOBS.find(work):
        return found
    for name in materials:
        if found := _JOB_OF_MATERIAL.get(category_of(name), ""):
            return found
    return JOBS.find(fault) or ODD


def mended(job: str, used: Sequence[Used], *, told: int | None = None) -> list[tuple[Used, str]]:
    """Doors and windows that are whole again, each with its category.

    What the worker told counts first; else the doors and windows named under material; a door job that names none
    mended one door, for less it cannot have been.
    """
    found: list[tuple[Used, str]] = []
    named = {category for category, _name, _counter in MENDED.values()}
    for one in used:
        if (category := category_of(one.name)) in named:
            found.append((one, category))
    if job in MENDED:
        category, name, counter = MENDED[job]
        same = [one for one, its in found if its == category]
        if told or not same:
            whole = same[0] if same else Used(name, 1, counter)
            found = [(one, its) for one, its in found if its != category]
            found.append((Used(whole.name, told or 1, whole.counter or counter), category))
    return found
