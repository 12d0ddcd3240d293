"""What there is to tell, and when it is sent unless a person chooses otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from houqin.kit.registry import Registry

NOW, DAILY, NEVER = "now", "daily", "never"
WAYS = ((NOW, _("馬上")), (DAILY, _("每日一次")), (NEVER, _("不發")))


@dataclass(frozen=True)
class Occasion:
    """``way`` is when it is sent by default; ``grouped`` may also go to a robot of the school's group."""

    name: str
    label: Any
    way: str
    grouped: bool = False
    icon: str = "bell"


OCCASIONS: Registry[Occasion] = Registry("occasion")


def occasion(name: str, *, label: Any, way: str, grouped: bool = False, icon: str = "bell") -> Occasion:
    """Declare an occasion of which :func:`.telling.notify` may tell."""
    return OCCASIONS.add(name, Occasion(name, label, way, grouped, icon))


occasion("task.waits", label=_("有事等我辦"), way=NOW, grouped=True, icon="signature")
occasion("task.late", label=_("等我辦的逾期了"), way=NOW, grouped=True, icon="clock-exclamation")
occasion("paper.moved", label=_("我報的有了進展"), way=DAILY, icon="progress-check")
occasion("comment.mentioned", label=_("有人提到我"), way=NOW, icon="at")
occasion("duty.due", label=_("今天輪到的職責"), way=DAILY, grouped=True, icon="calendar-event")
occasion("duty.late", label=_("職責逾期"), way=NOW, grouped=True, icon="calendar-exclamation")
occasion("book.anchored", label=_("賬頭留底（管理員）"), way=DAILY, icon="anchor")
occasion("job.failed", label=_("背景工作失敗（管理員）"), way=NOW, icon="alert-triangle")
