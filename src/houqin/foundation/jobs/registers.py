"""Every job, for the administrator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from houqin.foundation.org.rules import administrator
from houqin.foundation.registers.register import Column, register

from .actions import retry
from .models import Job, State
from .work import WORKS


def works() -> Mapping[str, Any]:
    return {work.name: work.label for work in WORKS}


register(
    name="jobs.jobs",
    whole_school=True,
    title=_("背景工作清單"),
    group=_("學校"),
    icon="clock-cog",
    about=_("發通知、夜間查核這些沒有人等着的工作；失敗的可以重做。"),
    rows=lambda person: Job.objects.all(),
    readers=administrator,
    adds=retry,
    columns=(
        Column("number", _("工作號"), path="pk", kind="integer"),
        Column("name", _("工作"), kind="choice", choices=works, filtered=True),
        Column("state", _("狀態"), kind="choice", choices=dict(State.choices), filtered=True),
        Column("attempts", _("次數"), kind="integer"),
        Column("created_at", _("提出時間"), kind="moment"),
        Column("run_after", _("最早時間"), kind="moment"),
        Column("finished_at", _("結束時間"), kind="moment"),
        Column("outcome", _("結果"), searched=True),
        Column("error", _("原因"), searched=True),
    ),
    order=("-pk",),
    day="created_at",
    presets=((_("失敗的"), "state=failed"), (_("等候的"), "state=waiting")),
)
