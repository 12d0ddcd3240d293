"""September: which class becomes which, and which leave. Pure reading of names; :mod:`.promotion` writes.

一(1)班 becomes 二(1)班, 一年級2班 二年級2班, 初一(3)班 初二(3)班, 101班 201班; where the grade stands beside the name only
(班級「1班」, 年級「一年級」), the grade alone goes up. A name whose grade cannot be read is not guessed: it has to be told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from .models import SchoolClass

NUMERALS = "一二三四五六七八九"
# The school year begins in September; from July on the year that comes is meant.
NEW_YEAR_FROM_MONTH = 7


class Kind(TextChoices):
    """How many grades the school has (義務教育法: 六三制, 五四制不論, 九年一貫)."""

    PRIMARY = "primary", _("小學六年（一至六年級）")
    JUNIOR = "junior", _("初中三年（七至九年級，或初一至初三）")
    NINE = "nine", _("九年一貫（一至九年級）")


class Fate(TextChoices):
    """What becomes of a class."""

    UP = "up", _("升級")
    LEAVES = "leaves", _("畢業離校")
    STAYS = "stays", _("不變")
    UNREAD = "unread", _("看不出年級，請寫明")


@dataclass(frozen=True)
class Way:
    """A class of the year that ends, and what it is called in the year that comes."""

    old: SchoolClass
    fate: str
    name: str = ""
    grade: str = ""

    @property
    def fate_label(self) -> str:
        return str(Fate(self.fate).label)


@dataclass(frozen=True)
class _Grade:
    """A grade as it stands in a text: where, in which numerals, and whether it is one of 初一 to 初三."""

    number: int
    start: int
    is_chinese: bool
    of_junior: bool


_IN_NAME = re.compile(
    r"^(?P<before>小|初)?(?P<grade>[一二三四五六七八九])(?:年級|年级)?[(（]?(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})[)）]?班?$"
    r"|^(?P<before2>小|初)?(?P<digit>[1-9])(?:(?:年級|年级)[(（]?|[(（])[0-9一二三四五六七八九十]{1,3}[)）]?班?$"
    r"|^(?P<hundred>[1-9])[0-9]{2}班?$"
)
_IN_GRADE = re.compile(r"^(?P<before>小|初)?(?P<grade>[一二三四五六七八九1-9])(?:年級|年级)?$")


def _read(pattern: re.Pattern[str], text: str) -> _Grade | None:
    found = pattern.match(text)
    if found is None:
        return None
    groups = found.groupdict()
    name = next(one for one in ("grade", "digit", "hundred") if groups.get(one))
    told = groups[name]
    number = NUMERALS.index(told) + 1 if told in NUMERALS else int(told)
    before = groups.get("before") or groups.get("before2")
    return _Grade(number, found.start(name), told in NUMERALS, before == "初")


def _raised(text: str, read: _Grade) -> str:
    up = NUMERALS[read.number] if read.is_chinese else str(read.number + 1)
    return text[: read.start] + up + text[read.start + 1 :]


def school_year_of(day: date) -> int:
    """The school year that a promotion on ``day`` begins: 2026 for July 2026 to June 2027."""
    return day.year if day.month >= NEW_YEAR_FROM_MONTH else day.year - 1


def kind_of(classes: Iterable[SchoolClass]) -> str:
    """How many grades the school has, as its classes say."""
    numbers = set()
    has_junior = False
    for one in classes:
        read = _read(_IN_NAME, one.name) or _read(_IN_GRADE, one.grade)
        if read is not None:
            has_junior |= read.of_junior
            numbers.add(read.number + 6 if read.of_junior else read.number)
    low, high = any(number <= 6 for number in numbers), any(number >= 7 for number in numbers)
    if low and high:
        return str(Kind.NINE)
    return str(Kind.JUNIOR if high or has_junior else Kind.PRIMARY)


def way_of(one: SchoolClass, *, kind: str, told: Mapping[int, tuple[str, str]]) -> Way:
    """What becomes of a class: as told, else as its name or its grade says."""
    if one.pk in told:
        fate, name = told[one.pk]
        grade = one.grade
        if fate == Fate.UP and (beside := _read(_IN_GRADE, one.grade)) is not None and beside.number < len(NUMERALS):
            grade = _raised(one.grade, beside)
        return Way(one, fate, name, grade)
    in_name, in_grade = _read(_IN_NAME, one.name), _read(_IN_GRADE, one.grade)
    read = in_name or in_grade
    if read is None:
        return Way(one, str(Fate.UNREAD))
    top = 3 if read.of_junior else 6 if kind == Kind.PRIMARY else 9
    if read.number >= top:
        return Way(one, str(Fate.LEAVES))
    name = _raised(one.name, in_name) if in_name else one.name
    grade = _raised(one.grade, in_grade) if in_grade else one.grade
    return Way(one, str(Fate.UP), name, grade)


def ways(
    classes: Iterable[SchoolClass], *, kind: str = "", told: Mapping[int, tuple[str, str]] | None = None
) -> list[Way]:
    """What becomes of every class, in their order."""
    rows = list(classes)
    kind = kind or kind_of(rows)
    return [way_of(one, kind=kind, told=told or {}) for one in rows]
