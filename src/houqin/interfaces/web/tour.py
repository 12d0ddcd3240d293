"""The tour 導覽: five steps shown at the first login, remembered per person, plain links without JavaScript."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from houqin.foundation.org.models import Person
from houqin.kit import clock

from .models import Shown

TOUR = "tour"


@dataclass(frozen=True)
class TourStep:
    """One thing to know. ``points_at`` finds it on the page, the first that is visible; the link leads there anyway."""

    title: Any
    words: Any
    page: str
    points_at: str

    @property
    def address(self) -> str:
        return reverse(self.page)


STEPS = (
    TourStep(
        _("今日"),
        _("要您簽的、辦的都在這裏，逾期的排最前。不用填東西的，一按就簽好；也可以勾幾件一起簽。"),
        "today",
        "#waiting",
    ),
    TourStep(
        _("新增"),
        _("報修、領用、來訪、檢查……每件事都從這裏記第一筆。填錯了沒關係，不會刪，只會沖銷重記。"),
        "start",
        ".menu-side [data-tour=start], .bottom [data-tour=start]",
    ),
    TourStep(
        _("登記簿"),
        _("每本登記簿都能找、篩、排序、匯出、列印；常用的條件可以存起來，也可以勾多行一起辦。"),
        "registers",
        ".menu-side [data-tour=registers], .bottom [data-tour=registers]",
    ),
    TourStep(
        _("搜尋"),
        _("單號、地點、人、東西都找得到，繁體簡體、拼音首字母都行。按 / 就到這裏，按 ? 看其他按鍵。"),
        "search",
        ".top .find, .bottom [data-tour=search]",
    ),
    TourStep(
        _("我的"),
        _("換密碼、換繁簡、換明暗；這個導覽也可以在這裏再看一次。"),
        "me",
        ".top .mine, .bottom [data-tour=me]",
    ),
)


def tour_for(person: Person, *, asked: bool = False) -> tuple[TourStep, ...]:
    """The steps where this person has not put the tour away, or asks for it again."""
    if asked or not Shown.objects.filter(person=person, what=TOUR).exists():
        return STEPS
    return ()


def put_away(person: Person) -> None:
    """Remember that this person knows the way."""
    Shown.objects.get_or_create(person=person, what=TOUR, defaults={"shown_at": clock.now()})
