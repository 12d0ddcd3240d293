"""My notices; for the administrator the robots and everything that was or was not sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from houqin.foundation.org.rules import administrator, anyone
from houqin.foundation.registers.register import Column, register

from .actions import add_robot
from .models import Kind, Notice, Robot, Send, SendState
from .occasions import OCCASIONS


def occasions() -> Mapping[str, Any]:
    return {one.name: one.label for one in OCCASIONS}


register(
    name="notices.mine",
    whole_school=True,
    title=_("我的通知"),
    group=_("學校"),
    icon="bell",
    rows=lambda person: Notice.objects.filter(person=person),
    readers=anyone,
    columns=(
        Column("created_at", _("時間"), kind="moment"),
        Column("occasion", _("事由"), kind="choice", choices=occasions, filtered=True),
        Column("text", _("內容"), searched=True),
        Column("link", _("網址"), shown=False),
        Column("is_urgent", _("緊急"), kind="flag"),
        Column("read_at", _("已讀"), kind="moment"),
    ),
    order=("-pk",),
    day="created_at",
)

register(
    name="notices.robots",
    whole_school=True,
    title=_("群機器人"),
    group=_("學校"),
    icon="robot",
    rows=lambda person: Robot.objects.filter(is_active=True),
    readers=administrator,
    adds=add_robot,
    columns=(
        Column("number", _("機器人號"), path="pk", kind="integer"),
        Column("name", _("名稱"), searched=True),
        Column("kind", _("種類"), kind="choice", choices=dict(Kind.choices), filtered=True),
        Column("occasions", _("說什麼")),
        Column("created_at", _("登記時間"), kind="moment"),
    ),
    order=("name",),
)

register(
    name="notices.sends",
    whole_school=True,
    title=_("通知發送"),
    group=_("學校"),
    icon="send",
    about=_("發給誰、發出沒有、為什麼發不出；內容只有本人看得到。"),
    rows=lambda person: Send.objects.all(),
    readers=administrator,
    columns=(
        Column("person", _("發給"), path="address__person__name", kind="reference", filtered=True),
        Column("robot", _("群機器人"), path="robot__name", kind="reference", filtered=True),
        Column("occasion", _("事由"), path="notice__occasion", kind="choice", choices=occasions),
        Column("kind", _("種類"), path="address__kind", kind="choice", choices=dict(Kind.choices)),
        Column("state", _("狀態"), kind="choice", choices=dict(SendState.choices), filtered=True),
        Column("is_urgent", _("緊急"), kind="flag"),
        Column("created_at", _("提出時間"), kind="moment"),
        Column("not_before", _("最早時間"), kind="moment"),
        Column("sent_at", _("發出時間"), kind="moment"),
        Column("error", _("原因"), searched=True),
    ),
    order=("-pk",),
    day="created_at",
    presets=((_("發不出的"), "state=failed"),),
)
