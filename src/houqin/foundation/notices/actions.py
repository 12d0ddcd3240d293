"""Where people and groups are told, and when. A person decides for nobody but themself; groups are the administrator's."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import action
from houqin.foundation.journal.refused import Refused
from houqin.foundation.journal.writer import Draft
from houqin.foundation.org.rules import administrator, anyone

from . import forms
from .models import Address, Robot, Wish

MOST_ADDRESSES = 5


@action("notices.address_added", label=gettext_lazy("加通知地址"), form=forms.AddAddress, rule=anyone, hidden=True)
def add_address(entry: Draft, *, kind: str, target: str, secret: str) -> None:
    """Have one's own notices sent to a mail address or a robot."""
    mine = Address.objects.filter(person=entry.by, is_active=True)
    if mine.filter(kind=kind, target=target).exists():
        raise Refused(_("這個地址已經有了。"), field="target")
    if mine.count() >= MOST_ADDRESSES:
        raise Refused(_("最多 %(most)s 個地址。請先刪去不用的。") % {"most": MOST_ADDRESSES})
    entry.creates(Address(person=entry.by, kind=kind, target=target, secret=secret, created_at=entry.unit.now))


@action("notices.address_removed", label=gettext_lazy("刪通知地址"), form=forms.RemoveAddress, rule=anyone, hidden=True)
def remove_address(entry: Draft, *, address: int) -> None:
    """Stop sending to one of one's own addresses."""
    found = Address.objects.filter(pk=address, person=entry.by, is_active=True).first()
    if found is None:
        raise Refused(_("您沒有這個地址。"), field="address")
    found.is_active, found.target, found.secret = False, "", ""
    entry.changes(found, "is_active", "target", "secret")


@action("notices.way_chosen", label=gettext_lazy("選通知方式"), form=forms.ChooseWay, rule=anyone, hidden=True)
def choose_way(entry: Draft, *, occasion: str, way: str) -> None:
    """Choose whether one is sent an occasion at once, once a day or not at all."""
    found = Wish.objects.filter(person=entry.by, occasion=occasion).first()
    if found is None:
        entry.creates(Wish(person=entry.by, occasion=occasion, way=way))
    else:
        found.way = way
        entry.changes(found, "way")


@action("notices.robot_added", label=gettext_lazy("加群機器人"), form=forms.AddRobot, rule=administrator)
def add_robot(entry: Draft, *, name: str, kind: str, target: str, secret: str, occasions: list[str]) -> None:
    """Have a group of the school told, without names, what waits and what is late."""
    if Robot.objects.filter(kind=kind, target=target, is_active=True).exists():
        raise Refused(_("這個機器人已經有了。"), field="target")
    entry.creates(
        Robot(
            name=name, kind=kind, target=target, secret=secret, occasions=" ".join(occasions), created_at=entry.unit.now
        )
    )


@action("notices.robot_removed", label=gettext_lazy("刪群機器人"), form=forms.RemoveRobot, rule=administrator)
def remove_robot(entry: Draft, *, robot: int) -> None:
    """Stop telling a group, and forget its token."""
    found = Robot.objects.filter(pk=robot, is_active=True).first()
    if found is None:
        raise Refused(_("沒有第 %(number)s 號機器人。") % {"number": robot}, field="robot")
    found.is_active, found.target, found.secret = False, "", ""
    entry.changes(found, "is_active", "target", "secret")
