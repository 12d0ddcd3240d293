"""Notices, where they go, what was sent. Nothing here saves; actions and jobs do."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from houqin.foundation.org.models import Person

from .occasions import WAYS


class Notice(models.Model):
    """Something a person was told. ``key`` names its cause, so that nobody is told of one cause twice."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="notices")
    occasion = models.CharField(_("事由"), max_length=40)
    text = models.CharField(_("內容"), max_length=300)
    link = models.CharField(max_length=300, blank=True)
    is_urgent = models.BooleanField(_("緊急"), default=False)
    key = models.CharField(max_length=160, unique=True)
    created_at = models.DateTimeField(_("時間"))
    read_at = models.DateTimeField(_("已讀"), null=True)

    class Meta:
        verbose_name = _("通知")
        indexes = [models.Index(fields=["person", "read_at", "-id"], name="notice_of_person")]

    def __str__(self) -> str:
        return self.text


class Wish(models.Model):
    """When a person wants to be sent notices of an occasion."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="wishes")
    occasion = models.CharField(max_length=40)
    way = models.CharField(max_length=8, choices=WAYS)

    class Meta:
        verbose_name = _("通知設定")
        constraints = [models.UniqueConstraint(fields=["person", "occasion"], name="one_wish_an_occasion")]


class Kind(models.TextChoices):
    MAIL = "mail", _("電子郵件")
    DINGTALK = "dingtalk", _("釘釘機器人")
    WECOM = "wecom", _("企業微信機器人")
    FEISHU = "feishu", _("飛書機器人")


class Channel(models.Model):
    """``target`` is a mail address or a robot's token; whoever knows a token can write to the group, so no list shows it."""

    kind = models.CharField(_("種類"), max_length=10, choices=Kind.choices)
    target = models.CharField(max_length=300)
    secret = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(_("使用中"), default=True)
    created_at = models.DateTimeField(_("登記時間"))

    class Meta:
        abstract = True


class Address(Channel):
    """Where one person is sent notices."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="addresses")

    class Meta:
        verbose_name = _("通知地址")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {shown_target(self)}"


class Robot(Channel):
    """A group the school tells things. ``occasions`` are names separated by blanks."""

    name = models.CharField(_("名稱"), max_length=60)
    occasions = models.CharField(_("說什麼"), max_length=300)

    class Meta:
        verbose_name = _("群機器人")

    def __str__(self) -> str:
        return self.name


def shown_target(channel: Channel) -> str:
    """Enough of an address to know it again."""
    if channel.kind == Kind.MAIL:
        name, _at, host = channel.target.partition("@")
        return f"{name[:2]}…@{host}"
    return f"…{channel.target[-4:]}"


class SendState(models.TextChoices):
    WAITING = "waiting", _("等候")
    SENDING = "sending", _("發送中")
    SENT = "sent", _("已發")
    FAILED = "failed", _("發不出")
    DROPPED = "dropped", _("不用發了")


class Send(models.Model):
    """One text to one address or robot. ``key`` keeps the same from being sent there twice.

    ``batch`` names the message it goes out in: everything due for one address at one time is one message.
    """

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, null=True, related_name="sends")
    address = models.ForeignKey(Address, on_delete=models.CASCADE, null=True, related_name="sends")
    robot = models.ForeignKey(Robot, on_delete=models.CASCADE, null=True, related_name="sends")
    text = models.CharField(_("內容"), max_length=300)
    link = models.CharField(max_length=300, blank=True)
    is_urgent = models.BooleanField(_("緊急"), default=False)
    key = models.CharField(max_length=200, unique=True)
    state = models.CharField(_("狀態"), max_length=8, choices=SendState.choices, default=SendState.WAITING)
    not_before = models.DateTimeField(_("最早時間"))
    batch = models.CharField(max_length=32, blank=True)
    error = models.CharField(_("原因"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("提出時間"))
    sent_at = models.DateTimeField(_("發出時間"), null=True)

    class Meta:
        verbose_name = _("發送")
        constraints = [
            models.CheckConstraint(
                condition=Q(address__isnull=False, robot__isnull=True) | Q(address__isnull=True, robot__isnull=False),
                name="send_goes_to_one",
            )
        ]
        indexes = [
            models.Index(fields=["state", "not_before"], name="send_due"),
            models.Index(fields=["batch"], name="send_batch"),
        ]


class Bookmark(models.Model):
    """How far the book was read for notices."""

    name = models.CharField(max_length=40, primary_key=True)
    number = models.BigIntegerField()

    class Meta:
        verbose_name = _("書籤")


class PastPapers(models.Model):
    """Entries ``first`` to ``last`` were imported: what they say is past, and nobody is told."""

    first = models.BigIntegerField()
    last = models.BigIntegerField(db_index=True)

    class Meta:
        verbose_name = _("匯入的登記")
