"""Hand-over of all a person keeps to another, before a third (移交清冊)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from houqin.foundation.signing.models import Document
from houqin.kit.money import PositiveFenField

from .cards import AssetCard, somebody


class HandOver(Document):
    """移交清冊: giver, taker and witness sign; custody changes with the last signature. ``value`` is 分."""

    kind: ClassVar[str] = "assets.handover"
    prefix: ClassVar[str] = "YJ"

    giver = somebody(_("移交人"))
    taker = somebody(_("接收人"))
    witness = somebody(_("監交人"))
    reason = models.CharField(_("移交原因"), max_length=200)
    cards = models.PositiveIntegerField(_("卡片數"), default=0)
    value = PositiveFenField(_("原值"), default=0)
    handed_on = models.DateField(_("交接日期"), null=True, blank=True)

    class Meta(Document.Meta):
        abstract = False
        verbose_name = _("財產移交清冊")

    @classmethod
    def route(cls) -> Any:
        from ..rules import HANDOVER

        return HANDOVER

    def title(self) -> str:
        return f"{self.giver or _('（無保管人）')} → {self.taker}"


class HandOverLine(models.Model):
    """One card on the list as it was when the list was drawn up. ``value`` is 分."""

    handover = models.ForeignKey(HandOver, on_delete=models.PROTECT, related_name="lines", verbose_name=_("移交清冊"))
    position = models.PositiveIntegerField(_("序號"))
    card = models.ForeignKey(AssetCard, on_delete=models.PROTECT, related_name="+", verbose_name=_("資產編號"))
    quantity = models.PositiveIntegerField(_("數量"))
    value = PositiveFenField(_("原值"), default=0)

    class Meta:
        verbose_name = _("移交清冊明細")
