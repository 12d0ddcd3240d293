"""Days, times and durations as schools write them, in cells, on slips and in forms.

Every function takes whatever a cell holds and gives one answer, or refuses with a ValueError whose sentence says what
to write instead. What may mean two days (3/5/2019, 18.7.10) is never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from django.utils.dates import MONTHS
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from houqin.kit import clock
from houqin.kit.numbers import parse_integer

if TYPE_CHECKING:
    from houqin.kit.periods import Period

FIRST_YEAR, LAST_YEAR = 1900, 2199
FIRST_SERIAL, LAST_SERIAL = 20_000, 80_000
LONGEST_DURATION_SECONDS = 366 * 86_400

_LONGEST_TEXT = 40
_SAME_MARKS = str.maketrans("‐‑‒–—−。．′‘’″“”", "------..'''\"\"\"")
_WEEKDAY = re.compile(r"\(?(?:星期|禮拜|礼拜|週|周)[一二三四五六日天]\)?")
_CHINESE_NUMBER = re.compile(r"(?<![0-9])[〇零一二兩两三四五六七八九十百]+(?=[年月日號号點点時时分秒小個个])")
_CHINESE_DIGITS = "〇一二三四五六七八九"

_SEPARATED = r"(?P<mark>[-./])(?P<month>[0-9]{1,2})(?P=mark)(?P<day>[0-9]{1,2})"
_NAMED = r"年 ?(?P<month>[0-9]{1,2}) ?月 ?(?P<day>[0-9]{1,2})"
_DAYS = tuple(
    re.compile(pattern + r"(?: ?[日號号]|(?![0-9.年月]))")
    for pattern in (
        rf"(?P<year>[0-9]{{4}}) ?{_NAMED}",
        rf"(?P<year>[0-9]{{4}}){_SEPARATED}",
        r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})",
        rf"(?:中華|中华)?(?:民國|民国) ?(?P<republic>[0-9]{{1,3}}) ?{_NAMED}",
        rf"(?:中華|中华)?(?:民國|民国) ?(?P<republic>[0-9]{{1,3}}){_SEPARATED}",
        r"(?P<month>[0-9]{1,2}) ?月 ?(?P<day>[0-9]{1,2})",
    )
)
_SERIAL = re.compile(r"[0-9]{5}(?:\.[0-9]+)?")
_YEAR_LAST = re.compile(r"[0-9]{1,2}[-./][0-9]{1,2}[-./][0-9]{4}(?![0-9])")
_YEAR_OF_TWO_DIGITS = re.compile(r"[0-9]{1,2} ?(?:年|[-./][0-9]{1,2}[-./][0-9]{1,2}(?![0-9]))")
_YEAR_OF_THREE_DIGITS = re.compile(r"[0-9]{3} ?(?:年|[-./])")
_NO_DAY = re.compile(r"(?:(?:民國|民国)[0-9]{1,3}|[0-9]{4}) ?(?:年(?: ?[0-9]{1,2} ?月)?|[-./][0-9]{1,2}|)")
_NO_YEAR = re.compile(r"[0-9]{1,2}[-./][0-9]{1,2}")

_TIME = re.compile(
    r"(?P<part>凌晨|清晨|早上|早晨|上午|中午|正午|下午|傍晚|晚上|夜間|夜间|夜裡|夜里|am|pm)?"
    r"(?P<hour>[0-9]{1,2})"
    r"(?::(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.[0-9]{1,9})?)?"
    r"|[點点時时](?:(?P<half>半)|整|鐘|钟|(?P<bare_minute>[0-9]{2})|(?P<named_minute>[0-9]{1,2})分(?:(?P<named_second>[0-9]{1,2})秒)?)?)"
    r"(?P<suffix>am|pm)?"
)
# The hours a part of the day may be said with, and what they become on a clock of 24 hours. Twelve in the 上午 or at
# 晚上 is noon for one and midnight for another, so it is missing here.
_MORNING = {hour: hour for hour in range(12)}
_AFTERNOON = {12: 12, **{hour: hour + 12 for hour in range(1, 12)}, **{hour: hour for hour in range(13, 24)}}
_EVENING = {**{hour: hour + 12 for hour in range(5, 12)}, **{hour: hour for hour in range(17, 24)}}
_DAWN = {12: 0, **{hour: hour for hour in range(7)}}
_NOON = {11: 11, 12: 12, 1: 13, 2: 14, 13: 13, 14: 14}
_PARTS = {
    "凌晨": _DAWN,
    "清晨": _MORNING,
    "早上": _MORNING,
    "早晨": _MORNING,
    "上午": _MORNING,
    "am": {12: 0, **{hour: hour for hour in range(1, 12)}},
    "中午": _NOON,
    "正午": _NOON,
    "下午": _AFTERNOON,
    "pm": _AFTERNOON,
    "傍晚": _EVENING,
    "晚上": _EVENING,
    "夜間": _EVENING,
    "夜间": _EVENING,
    "夜裡": _EVENING,
    "夜里": _EVENING,
}

_HOUR = r"(?:[個个]?(?:小時|小时|鐘頭|钟头)|時|时|h)"
_MINUTE = r"(?:分鐘|分钟|分|min|')"
_SECOND = r"(?:秒鐘|秒钟|秒|s|\")"
_DURATION = re.compile(rf"(?:([0-9]{{1,6}}){_HOUR})?(?:([0-9]{{1,6}}){_MINUTE})?(?:([0-9]{{1,8}}){_SECOND})?")
_ONE_UNIT = re.compile(rf"([0-9]{{1,8}}\.[0-9]{{1,6}})(?:({_HOUR})|({_MINUTE})|({_SECOND}))")
_COLONS = re.compile(r"(?:([0-9]{1,4}):)?([0-9]{1,4}):([0-9]{2})")
_UNIT_SECONDS = {"second": 1, "minute": 60, "hour": 3_600}


def parse_date(
    value: object, *, year_hint: int | None = None, period: Period | None = None, epoch1904: bool = False
) -> date:
    """The day a cell or a form means; a time of day behind it is read and dropped. See `parse_moment`."""
    return parse_moment(value, year_hint=year_hint, period=period, epoch1904=epoch1904)[0]


def parse_moment(
    value: object,
    *,
    on: date | None = None,
    year_hint: int | None = None,
    period: Period | None = None,
    epoch1904: bool = False,
) -> tuple[date, time | None]:
    """The day and, where it is told, the time of day (to the second, wall clock of Shanghai).

    Reads 2019-03-05, 2019.3.5, 2019/3/5, 20190305, 2019年3月5日, 二〇一九年三月五日, 3月5日, 民國108年3月5日 or
    民國108.3.5, serials of spreadsheets between 20000 and 80000 (`epoch1904` for workbooks of the old Mac system),
    dates and datetimes; behind the day a weekday in any dress, which is not checked, and a time as `parse_time`
    reads it.

    3月5日 takes the one year of the `period` in which that day lies inside it; `year_hint` decides between two, and
    stands for the period where there is none. A time alone needs the day `on`. A spreadsheet cannot tell midnight from
    "no time", so there midnight is no time. Refuses two-digit years, days before 1900 or after 2199, and 3/5/2019.
    """
    if isinstance(value, datetime):
        day, clock_time = _moment_of(value)
        return _day(day.year, day.month, day.day), clock_time
    if isinstance(value, date):
        return _day(value.year, value.month, value.day), None
    if on is not None and _is_time_alone(value):
        return on, parse_time(value)
    if isinstance(value, time | timedelta):
        raise _refusal(_("「%(text)s」只有時間，沒有日期，請寫成 2019-03-05 10:11。"), value)
    if (number := _number(value)) is not None:
        return _moment_of_number(number, epoch1904=epoch1904)
    if value is None or not str(value).strip():
        raise ValueError(_("日期是空的，請寫成 2019-03-05。"))
    if not isinstance(value, str):
        raise _refusal(_("看不懂日期「%(text)s」，請寫成 2019-03-05。"), value)
    return _moment_of_text(value, year_hint=year_hint, period=period, epoch1904=epoch1904)


def parse_time(value: object) -> time:
    """The time of day, to the second: 9:36, 09:36:00, 上午9:30, 9點30分, 九點半, 9:30 PM, a spreadsheet's 0.4.

    Of a spreadsheet's day with time the time is taken. Refuses 24:00, and twelve o'clock said with 上午 or 晚上, which
    people use for noon and for midnight.
    """
    if isinstance(value, datetime):
        _same_day, clock_time = _moment_of(value)
        return clock_time or time()
    if isinstance(value, time):
        return value.replace(microsecond=0, tzinfo=None)
    if isinstance(value, timedelta):
        value = Decimal(value // timedelta(seconds=1)) / 86_400
    number = _number(value)
    if number is not None and (0 <= number < 1 or FIRST_SERIAL <= number <= LAST_SERIAL):
        return _clock(min(_seconds(number % 1), 86_399))
    if value is None or not str(value).strip():
        raise ValueError(_("時間是空的，請寫成 9:36。"))
    match = _TIME.fullmatch(_plain_time(str(value))) if isinstance(value, str) else None
    if not match:
        raise _refusal(_("看不懂時間「%(text)s」，請寫成 9:36。"), value)
    hour = int(match["hour"])
    minute = 30 if match["half"] else int(match["minute"] or match["bare_minute"] or match["named_minute"] or 0)
    second = int(match["second"] or match["named_second"] or 0)
    part = match["part"] or match["suffix"]
    if match["part"] and match["suffix"]:
        raise _refusal(_("看不懂時間「%(text)s」，請寫成 9:36。"), value)
    if hour > 23 or minute > 59 or second > 59:
        raise _refusal(_("沒有「%(text)s」這個時刻，請寫在 0:00 至 23:59 之間。"), value)
    if part:
        if hour not in _PARTS[part]:
            raise _refusal(_("分不清「%(text)s」是幾點，請按二十四小時制寫，例如 12:30 或 0:30。"), value)
        hour = _PARTS[part][hour]
    return time(hour, minute, second)


def parse_duration(value: object, *, unit: str | None = None) -> int:
    """A duration in whole seconds: 3分28秒, 3:28 (minutes and seconds), 1:03:28, 208秒, 3′28″, 20分鐘, 1.5小時, 半小時.

    A bare number needs the `unit` the column is kept in: "second", "minute" or "hour". A cell a spreadsheet keeps as a
    time is hours, minutes and seconds, as the spreadsheet shows it. Refuses negative durations and more than a year.
    """
    if unit is not None and unit not in _UNIT_SECONDS:
        raise TypeError(f"A duration is kept in second, minute or hour, not in {unit}.")
    if isinstance(value, time):
        seconds = Decimal(value.hour * 3_600 + value.minute * 60 + value.second)
    elif isinstance(value, timedelta):
        seconds = Decimal(value // timedelta(seconds=1))
    elif (number := _number(value)) is not None:
        seconds = _in_unit(number, unit=unit)
    elif value is None or not str(value).strip():
        raise ValueError(_("時長是空的，請寫成 3分28秒。"))
    else:
        seconds = _seconds_of_text(value, unit=unit)
    if seconds != seconds.to_integral_value():
        raise _refusal(_("時長「%(text)s」不是整秒，請寫成 3分28秒。"), value)
    if not 0 <= seconds <= LONGEST_DURATION_SECONDS:
        raise _refusal(_("時長「%(text)s」不合理，請檢查數字和單位。"), value)
    return int(seconds)


def _moment_of(value: datetime) -> tuple[date, time | None]:
    aware = value.tzinfo is not None
    if aware:
        value = clock.local(value)
    # Half a second up: a spreadsheet keeps 10:11:00 as 10:10:59.999999.
    value = (value.replace(tzinfo=None) + timedelta(microseconds=500_000)).replace(microsecond=0)
    return value.date(), value.time() if aware or value.time() != time() else None


def _moment_of_number(number: Decimal, *, epoch1904: bool) -> tuple[date, time | None]:
    if FIRST_SERIAL <= number <= LAST_SERIAL:
        epoch = datetime(1904, 1, 1) if epoch1904 else datetime(1899, 12, 30)  # noqa: DTZ001 a wall clock has no zone
        return _moment_of(epoch + timedelta(seconds=_seconds(number)))
    if number == number.to_integral_value() and FIRST_YEAR * 10_000 <= number < (LAST_YEAR + 1) * 10_000:
        return _moment_of_text(str(int(number)), year_hint=None, period=None, epoch1904=epoch1904)
    raise _refusal(_("「%(text)s」不是日期，請寫成 2019-03-05。"), number)


def _moment_of_text(
    value: str, *, year_hint: int | None, period: Period | None, epoch1904: bool
) -> tuple[date, time | None]:
    if len(value) > _LONGEST_TEXT:
        raise _refusal(_("看不懂日期「%(text)s」，請寫成 2019-03-05。"), value)
    text = _with_figures(" ".join(_WEEKDAY.sub(" ", _plain(value)).split()))
    if _SERIAL.fullmatch(text):
        return _moment_of_number(Decimal(text), epoch1904=epoch1904)
    if re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt]", text):
        return _moment_of_iso(text, value)
    match = next(filter(None, (pattern.match(text) for pattern in _DAYS)), None)
    if not match:
        raise _refusal(_why_not_a_day(text), value)
    told = match.groupdict()
    month, day = int(told["month"]), int(told["day"])
    if told.get("republic"):
        year = int(told["republic"]) + 1911
    elif told.get("year"):
        year = int(told["year"])
    else:
        year = _year_of(month, day, text=value, year_hint=year_hint, period=period)
    rest = text[match.end() :].strip(" ,")
    return _day(year, month, day), parse_time(rest) if rest else None


def _moment_of_iso(text: str, value: str) -> tuple[date, time | None]:
    try:
        moment = datetime.fromisoformat(text.upper())
    except ValueError:
        raise _refusal(_("看不懂日期「%(text)s」，請寫成 2019-03-05。"), value)
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        return _day(moment.year, moment.month, moment.day), None
    day, clock_time = _moment_of(moment)
    return day, clock_time or time()


def _why_not_a_day(text: str) -> str:
    if _YEAR_LAST.match(text):
        return _("分不清「%(text)s」哪個是月、哪個是日，請寫成 2019-03-05。")
    if _YEAR_OF_TWO_DIGITS.match(text):
        return _("「%(text)s」的年份只有兩位數，請把年份寫全，例如 2019-03-05。")
    if _YEAR_OF_THREE_DIGITS.match(text):
        return _("「%(text)s」的年份只有三位數；若是民國紀年，請寫成 民國108年3月5日。")
    if _NO_DAY.fullmatch(text):
        return _("「%(text)s」沒有寫哪一天，請寫成 2019-03-05。")
    if _NO_YEAR.match(text):
        return _("「%(text)s」沒有年份，也分不清月和日，請寫成 2019-03-05 或 3月5日。")
    if _TIME.fullmatch(_plain_time(text)):
        return _("「%(text)s」只有時間，沒有日期，請寫成 2019-03-05 10:11。")
    return _("看不懂日期「%(text)s」，請寫成 2019-03-05。")


def _year_of(month: int, day: int, *, text: str, year_hint: int | None, period: Period | None) -> int:
    """The year of a day written without one."""
    if period is None:
        if year_hint is None:
            raise _refusal(_("「%(text)s」沒有年份，請寫成 2019-03-05。"), text)
        return year_hint
    inside = [
        year
        for year in range(period.start.year, period.end.year + 1)
        if _exists(year, month, day) and period.contains(date(year, month, day))
    ]
    if year_hint in inside:
        return year_hint
    if not inside:
        raise _refusal(_("「%(text)s」不在這段期間之內，請把年份寫全，例如 2019-03-05。"), text)
    if len(inside) > 1:
        raise _refusal(_("「%(text)s」在這段期間內不止一天，請把年份寫全，例如 2019-03-05。"), text)
    return inside[0]


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _day(year: int, month: int, day: int) -> date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(_("年份 %(year)s 不合理，請檢查，例如寫成 2019-03-05。") % {"year": year})
    if not _exists(year, month, day):
        raise ValueError(
            _("沒有 %(year)s年%(month)s月%(day)s日 這一天，請檢查月和日。") % {"year": year, "month": month, "day": day}
        )
    return date(year, month, day)


def _is_time_alone(value: object) -> bool:
    if isinstance(value, str):
        return _TIME.fullmatch(_plain_time(value)) is not None
    number = _number(value)
    return isinstance(value, time | timedelta) or (number is not None and 0 <= number < 1)


def _in_unit(number: Decimal, *, unit: str | None) -> Decimal:
    if unit is None:
        raise _refusal(_("時長「%(text)s」沒有單位，請寫成 3分28秒 或 20分鐘。"), number)
    return number * _UNIT_SECONDS[unit]


def _seconds_of_text(value: object, *, unit: str | None) -> Decimal:
    text = _plain_time(str(value)).replace("''", '"') if isinstance(value, str) else ""
    if re.fullmatch(r"[0-9]{1,8}(?:\.[0-9]{1,6})?", text):
        return _in_unit(Decimal(text), unit=unit)
    if match := _ONE_UNIT.fullmatch(text):
        return Decimal(match[1]) * (3_600 if match[2] else 60 if match[3] else 1)
    text = re.sub(rf"^半{_HOUR}$", "30分", text)
    text = re.sub(rf"^([0-9]+)(?:[個个]半{_HOUR}|{_HOUR}半)$", r"\1時30分", text)
    text = re.sub(rf"^半{_MINUTE}$", "30秒", text)
    text = re.sub(r"^([0-9]+)分(?:鐘|钟)?半(?:鐘|钟)?$", r"\1分30秒", text)
    match = _COLONS.fullmatch(text) or _DURATION.fullmatch(text)
    if not match or not any(match.groups()):
        raise _refusal(_("看不懂時長「%(text)s」，請寫成 3分28秒 或 20分鐘。"), value)
    hours, minutes, seconds = (int(number or 0) for number in match.groups())
    if (match[1] and minutes > 59) or ((match[1] or match[2]) and seconds > 59):
        raise _refusal(_("時長「%(text)s」的分或秒超過 59，請檢查。"), value)
    return Decimal(hours * 3_600 + minutes * 60 + seconds)


def _plain(text: str) -> str:
    # Marks first: NFKC would tear ″ into two ′.
    return unicodedata.normalize("NFKC", text.translate(_SAME_MARKS)).translate(_SAME_MARKS).strip()


def _with_figures(text: str) -> str:
    return _CHINESE_NUMBER.sub(_figures, text)


def _plain_time(text: str) -> str:
    if len(text) > _LONGEST_TEXT:
        return ""
    text = "".join(_with_figures(_plain(text)).lower().replace("a.m.", "am").replace("p.m.", "pm").split())
    return text.replace("一刻", "15分").replace("三刻", "45分")


def _figures(match: re.Match[str]) -> str:
    """Figures for a Chinese number in front of 年, 月, 日, 點, 分 …; what is no number stays and is refused later."""
    text = match[0].replace("零", "〇") if len(match[0]) > 1 else match[0]
    if len(text) > 1 and all(character in _CHINESE_DIGITS for character in text):
        return "".join(str(_CHINESE_DIGITS.index(character)) for character in text)
    try:
        return str(parse_integer(match[0]))
    except ValueError:
        return match[0]


def _number(value: object) -> Decimal | None:
    """The number a cell holds, to the fifteen digits a spreadsheet keeps; None when it holds something else."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    number = Decimal(format(value, ".15g")) if isinstance(value, float) else Decimal(value)
    return number if number.is_finite() else None


def _seconds(days: Decimal) -> int:
    return int((days * 86_400).to_integral_value(rounding=ROUND_HALF_UP))


def _clock(seconds: int) -> time:
    return time(seconds // 3_600, seconds // 60 % 60, seconds % 60)


def _refusal(sentence: str, value: object) -> ValueError:
    text = str(value).strip()
    return ValueError(sentence % {"text": text if len(text) <= _LONGEST_TEXT else text[:_LONGEST_TEXT] + "…"})


def month_label(month: int) -> str:
    """A month of the year as the reader says it: 7月, July."""
    return str(MONTHS[month]) if get_language() == "en" else _("%(month)s月") % {"month": month}
