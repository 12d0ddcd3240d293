"""Custody letters of rooms: opened with a count, checked in mid-term, closed with a count (A05)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from houqin.foundation.org.models import SchoolClass
from houqin.foundation.signing.models import Document
from houqin.kit.money import PositiveFenField

from .cards import AssetCard, somebody


class CustodyLetter(Document):
    """財產保管責任書 of the room ``place``: its keeper answers for what the list says. ``compensation`` is 分."""

    kind: ClassVar[str] = "assets.letter"
    prefix: ClassVar[str] = "ZR"

    keeper = somebody(_("責任人"))
    school_class = models.ForeignKey(
        SchoolClass, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("班級")
    )
    room_name = models.CharField(_("班級(功能室)"), max_length=200)
    from_on = models.DateField(_("起"))
    to_on = models.DateField(_("止"))
    counted_on = models.DateField(_("期初清點"), null=True, blank=True)
    signed_on = models.DateField(_("簽訂日期"), null=True, blank=True)
    checked_on = models.DateField(_("期中抽查日期"), null=True, blank=True)
    closed_on = models.DateField(_("期末驗收日期"), null=True, blank=True)
    things = models.PositiveIntegerField(_("件數"), default=0)
    missing = models.PositiveIntegerField(_("缺損數"), default=0)
    compensation = PositiveFenField(_("賠償金額"), default=0)
    previous = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("前一份責任書")
    )

    class Meta(Document.Meta):
        abstract = False
        verbose_name = _("財產保管責任書")

    @classmethod
    def route(cls) -> Any:
        from ..rules import LETTER

        return LETTER

    def title(self) -> str:
        return f"{self.room_name} {self.keeper or ''}".strip()


class Cause(models.TextChoices):
    """Why something is short or broken at the end. Wear is the school's own matter."""

    WEAR = "wear", _("自然損耗")
    DAMAGED = "damaged", _("人為損壞")
    LOST = "lost", _("遺失")


class CustodyLine(models.Model):
    """One thing on a letter's list. Quantities in pieces, prices in 分."""

    letter = models.ForeignKey(
        CustodyLetter, on_delete=models.PROTECT, related_name="lines", verbose_name=_("財產保管責任書")
    )
    position = models.PositiveIntegerField(_("序號"))
    card = models.ForeignKey(AssetCard, on_delete=models.PROTECT, related_name="+", verbose_name=_("資產編號"))
    booked = models.PositiveIntegerField(_("賬面數"))
    quantity = models.PositiveIntegerField(_("數量"))
    condition = models.CharField(_("完好情況"), max_length=120, blank=True)
    unit_price = PositiveFenField(_("單價(賠償價)"), null=True)
    checked = models.PositiveIntegerField(_("期中抽查數"), null=True)
    check_note = models.CharField(_("期中抽查"), max_length=120, blank=True)
    closing = models.PositiveIntegerField(_("期末驗收數"), null=True)
    missing = models.PositiveIntegerField(_("缺損數"), default=0)
    cause = models.CharField(_("原因類別"), max_length=12, choices=Cause.choices, blank=True)
    reason = models.CharField(_("原因"), max_length=120, blank=True)
    compensation = PositiveFenField(_("賠償金額"), default=0)

    class Meta:
        verbose_name = _("責任書清單")
        constraints = [models.UniqueConstraint(fields=["letter", "card"], name="a_card_once_on_a_letter")]
