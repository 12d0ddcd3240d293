"""Applications to scrap, sell, give away or write off (A08), and the opinions of the appraisers."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from houqin.foundation.org.models import Person
from houqin.foundation.signing.models import Document
from houqin.kit.money import PositiveFenField

from .cards import AssetCard, somebody


class Disposal(Document):
    """固定資產報廢(處置)申請表 for so many of one card at ``place``. Amounts are 分."""

    kind: ClassVar[str] = "assets.disposal"
    prefix: ClassVar[str] = "BF"

    card = models.ForeignKey(AssetCard, on_delete=models.PROTECT, related_name="disposals", verbose_name=_("資產卡片"))
    quantity = models.PositiveIntegerField(_("數量"))
    way = models.CharField(_("處置方式"), max_length=16)
    reason = models.CharField(_("原因"), max_length=200)
    life_years = models.PositiveSmallIntegerField(_("規定年限"), null=True, blank=True)
    used_years = models.PositiveSmallIntegerField(_("已用年限"))
    value = PositiveFenField(_("原值"), default=0)
    depreciation = PositiveFenField(_("累計折舊"), default=0)
    net_value = PositiveFenField(_("淨值"), default=0)
    is_early = models.BooleanField(_("未到年限"), default=False)
    early_reason = models.CharField(_("未到年限的說明"), max_length=200, blank=True)
    has_media = models.BooleanField(_("有存儲介質"), default=False)
    media_wiped = models.BooleanField(_("存儲介質已清除"), default=False)
    is_stolen = models.BooleanField(_("被盜"), default=False)
    case_number = models.CharField(_("報案編號"), max_length=80, blank=True)
    case_closed_on = models.DateField(_("結案日期"), null=True, blank=True)
    using_unit = models.CharField(_("使用部門"), max_length=80, blank=True)
    notice_until = models.DateField(_("公示截止"), null=True, blank=True)
    school_opinion = models.CharField(_("學校意見"), max_length=200, blank=True)
    approver = somebody(_("學校審批"))
    authority = models.CharField(_("主管部門"), max_length=120, blank=True)
    approval_number = models.CharField(_("財政部門批覆文號"), max_length=80, blank=True)
    approval_on = models.DateField(_("批覆日期"), null=True, blank=True)
    written_off_on = models.DateField(_("核銷日期"), null=True, blank=True)
    buyer = models.CharField(_("回收單位"), max_length=120, blank=True)
    proceeds = PositiveFenField(_("殘值收入"), null=True, blank=True)
    deposit_voucher = models.CharField(_("繳庫憑證號"), max_length=80, blank=True)

    class Meta(Document.Meta):
        abstract = False
        verbose_name = _("固定資產報廢(處置)申請表")
        constraints = [models.CheckConstraint(condition=Q(quantity__gt=0), name="disposal_of_something")]

    @classmethod
    def route(cls) -> Any:
        from ..rules import DISPOSAL

        return DISPOSAL

    def title(self) -> str:
        return f"{self.card.title()} {self.quantity}{self.card.counter}"


class Opinion(models.Model):
    """技術鑑定意見: what one appraiser found."""

    disposal = models.ForeignKey(
        Disposal, on_delete=models.PROTECT, related_name="opinions", verbose_name=_("報廢(處置)申請")
    )
    appraiser = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("鑑定人"))
    opinion = models.CharField(_("鑑定意見"), max_length=200)
    given_on = models.DateField(_("鑑定日期"))

    class Meta:
        verbose_name = _("技術鑑定意見")
        constraints = [models.UniqueConstraint(fields=["disposal", "appraiser"], name="one_opinion_each")]
