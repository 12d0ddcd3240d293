"""The unit a sheet writes beside a number, in the cell or over the column: read, and converted where the factor is known."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from django.utils.translation import gettext as _

from houqin.kit.sheets import Cell

from .register import Column

# What brackets over a column of money may say, in 元.
_MONEY = {
    "元": Decimal(1), "圓": Decimal(1), "圆": Decimal(1), "人民幣": Decimal(1), "人民币": Decimal(1), "¥": Decimal(1),
    "角": Decimal("0.1"), "分": Decimal("0.01"), "百元": Decimal(100), "千元": Decimal(1_000), "萬元": Decimal(10_000),
    "万元": Decimal(10_000), "萬": Decimal(10_000), "万": Decimal(10_000), "億元": Decimal(10**8), "亿元": Decimal(10**8),
}  # fmt: skip
_OTHER_MONEY = re.compile(
    r"^(?:美元|美金|港元|港幣|港币|歐元|欧元|日元|日圓|英鎊|英镑|USD|HKD|EUR|JPY|GBP|\$|€|£)$", re.IGNORECASE
)
_MONTHS = frozenset({"月", "個月", "个月"})
_YEARS = frozenset({"年", "歲", "岁", "周年", "週年"})
_DURATIONS = frozenset({"秒", "秒鐘", "秒钟", "分", "分鐘", "分钟", "小時", "小时", "時", "时"})
# Counters that hold several of what is counted, or weigh it, and numbers themselves: 2箱 is not 2.
_SEVERAL = frozenset("箱打羅罗令捆噸吨斤克萬万千百年月日天") | frozenset(
    {
        "公斤",
        "千克",
        "市斤",
        "kg",
        "KG",
        "g",
        "t",
        "整箱",
        "大箱",
        "小箱",
        "大包",
        "打裝",
        "打装",
        "個月",
        "个月",
        "小時",
        "小时",
    }
)
_REMARK = re.compile(r"[(（\[【〔]([^(（\[【〔)）\]】〕]{1,8})[)）\]】〕]\s*$|[/／](元)$")
_COUNTED = re.compile(r"^\s*([+-]?[0-9][0-9,]{0,15}(?:\.0{1,4})?)\s*([^\W\d_]{1,4})\s*$")


class Unread(ValueError):
    """A unit that cannot be converted; the sentence names it."""


def unit_over(heading: str, column: Column) -> str:
    """The unit in the brackets of a heading; "" where they hold none, or what the register's own heading says too."""
    found = _REMARK.search(heading)
    unit = (found[1] or found[2] or "").strip() if found else ""
    if not unit:
        return ""
    if column.kind == "money":
        return unit if unit in _MONEY or _OTHER_MONEY.match(unit) else ""
    if column.kind == "duration":
        return unit if unit in _DURATIONS else ""
    if column.kind == "integer":
        known = unit in _SEVERAL or unit in _MONTHS or unit in _YEARS
        return unit if known or (column.name == "quantity" and len(unit) <= 2) else ""
    return ""


def counted(cell: Cell) -> tuple[str, str]:
    """The number and the counter of a text like 2箱; ("", "") for anything else."""
    found = _COUNTED.match(unicodedata.normalize("NFKC", cell)) if isinstance(cell, str) and len(cell) <= 40 else None
    return (found[1], found[2]) if found else ("", "")


def converted(cell: Cell, column: Column, *, over: str, has_counter: bool) -> tuple[Cell, str]:
    """The cell in the unit the column is kept in, and the counter it was written with where that is for the row to judge.

    ``over`` is the unit of the heading; ``has_counter`` says that the sheet's register knows in what a thing is counted.
    Raises :class:`Unread` with a sentence where the factor is unknown.
    """
    if column.kind == "money":
        return _money(cell, over), ""
    if column.kind == "duration":
        is_number = isinstance(cell, int | float) and not isinstance(cell, bool)
        return (
            f"{cell:g}{over}" if over and is_number else f"{cell}{over}" if over and str(cell).isdecimal() else cell
        ), ""
    if column.kind != "integer":
        return cell, ""
    number, counter = counted(cell)
    unit = counter or over
    if not unit:
        return cell, ""
    value: Cell = number if counter else cell
    if column.unit == "year":
        return _years(value, unit), ""
    if has_counter and column.name == "quantity":
        return value, unit
    if unit in _SEVERAL:
        raise Unread(
            _("「%(unit)s」不是這一欄的單位，不知道合多少。請換算後只寫數字。")
            % {"unit": f"{number}{unit}" if counter else unit}
        )
    return cell, ""


def _money(cell: Cell, over: str) -> Cell:
    if not over or over == "元":
        return cell
    if _OTHER_MONEY.match(over):
        raise Unread(_("這一欄的單位是「%(unit)s」，賬上只記人民幣元。請按入賬時的匯率換算成元。") % {"unit": over})
    if isinstance(cell, bool) or not isinstance(cell, int | float | str):
        return cell
    text = unicodedata.normalize("NFKC", str(cell)).replace(",", "").strip()
    if not re.fullmatch(r"-?[0-9]{1,15}(?:\.[0-9]{1,8})?", text):
        # It says its own unit, or is refused with the sentence for that.
        return cell
    return f"{(Decimal(text) * _MONEY[over]).normalize():f}"


def _years(value: Cell, unit: str) -> Cell:
    if unit in _YEARS:
        return value
    if unit not in _MONTHS:
        raise Unread(_("「%(unit)s」不是年限的單位。請寫成幾年或幾個月。") % {"unit": unit})
    text = str(value).replace(",", "").strip()
    text = text.partition(".")[0] if text.endswith(".0") else text
    if not text.isdecimal():
        return value
    years, months = divmod(int(text), 12)
    if months:
        raise Unread(_("%(months)s 個月不是整年，這一欄按年記。請寫成整年。") % {"months": text})
    return years
