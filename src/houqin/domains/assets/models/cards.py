"""Cards of fixed assets, and how they are used."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from houqin.foundation.journal.accounts import HOLDING_ROLES
from houqin.foundation.journal.models import Balance, Commodity
from houqin.foundation.org.models import Person
from houqin.foundation.signing.models import Document
from houqin.kit.money import PositiveFenField


class Use(models.TextChoices):
    """使用狀況."""

    IN_USE = "in_use", _("在用")
    IDLE = "idle", _("閒置")
    TO_REPAIR = "to_repair", _("待修")
    TO_SCRAP = "to_scrap", _("待報廢")


def somebody(label: Any) -> models.ForeignKey[Person | None, Person | None]:
    return models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label
    )


def years_after(start: date, *, years: int) -> date:
    """The same day ``years`` later; 28 February after a 29th."""
    leap = start.month == 2 and start.day == 29
    return start.replace(year=start.year + years, day=28 if leap else start.day)


class AssetCard(Document):
    """A thing or a batch of like things. Where how many of them are, its commodity's balances say.

    ``quantity`` and ``value`` are what the card was opened with (and what was merged into it since); what of that is left
    only the balances say (standing.py). ``place`` is where the card was opened, and where all of it went if all of it moved. ``unit_price`` and ``value``
    are 分.
    """

    kind: ClassVar[str] = "assets.card"
    prefix: ClassVar[str] = "ZC"

    commodity = models.OneToOneField(Commodity, on_delete=models.PROTECT, related_name="asset_card")
    name = models.CharField(_("資產名稱"), max_length=120)
    gbt_2022 = models.CharField(_("國標分類代碼(2022)"), max_length=20, blank=True)
    gbt_2010 = models.CharField(_("舊分類代碼"), max_length=20, blank=True)
    account_subject = models.CharField(_("會計科目"), max_length=60, blank=True)
    specification = models.CharField(_("規格型號"), max_length=120, blank=True)
    brand = models.CharField(_("品牌"), max_length=80, blank=True)
    serial = models.CharField(_("出廠編號(SN)"), max_length=120, blank=True)
    counter = models.CharField(_("計量單位"), max_length=8, blank=True)
    quantity = models.PositiveIntegerField(_("數量"))
    unit_price = PositiveFenField(_("單價"), null=True, blank=True)
    value = PositiveFenField(_("原值"), null=True, blank=True)
    funding = models.CharField(_("經費來源"), max_length=120, blank=True)
    way = models.CharField(_("取得方式"), max_length=32, blank=True)
    purchase_form = models.CharField(_("採購組織形式"), max_length=80, blank=True)
    invoice = models.CharField(_("發票號"), max_length=80, blank=True)
    booked = models.CharField(_("入賬日期(憑證號)"), max_length=80, blank=True)
    in_use_on = models.DateField(_("投入使用日期"), null=True, blank=True)
    life_years = models.PositiveSmallIntegerField(_("折舊年限"), null=True, blank=True)
    depreciation_method = models.CharField(_("折舊方法"), max_length=40, blank=True)
    depreciation = PositiveFenField(_("累計折舊"), null=True, blank=True)
    net_value = PositiveFenField(_("淨值"), null=True, blank=True)
    managing_unit = models.CharField(_("管理部門"), max_length=80, blank=True)
    using_unit = models.CharField(_("使用部門"), max_length=80, blank=True)
    custodian_name = models.CharField(_("使用(保管)人"), max_length=120, blank=True)
    custodian = somebody(_("使用(保管)人"))
    use = models.CharField(_("使用狀況"), max_length=16, choices=Use.choices, blank=True)
    warranty_until = models.DateField(_("保修期至"), null=True, blank=True)
    tag = models.CharField(_("標籤號"), max_length=80, blank=True)
    accessories = models.CharField(_("附屬設備"), max_length=300, blank=True)
    changes_told = models.TextField(_("變動記錄"), blank=True)
    disposed_on = models.DateField(_("處置日期"), null=True, blank=True)
    # The group whose years of use hold where the card itself tells none (classes.GROUPS); "" is never depreciated.
    life_group = models.CharField(_("折舊類別"), max_length=24, blank=True)

    class Meta(Document.Meta):
        abstract = False
        verbose_name = _("固定資產卡片")
        constraints = [models.CheckConstraint(condition=Q(quantity__gt=0), name="asset_card_of_something")]

    @classmethod
    def route(cls) -> Any:
        from ..rules import CARD

        return CARD

    def title(self) -> str:
        return f"{self.name} {self.specification}".strip()

    def holdings(self) -> models.QuerySet[Balance]:
        """How many of it are where: the balances above nought of places, stores, persons and what is on the way."""
        return (
            Balance.objects.filter(commodity_id=self.commodity_id, account__role__in=HOLDING_ROLES, quantity__gt=0)
            .select_related("account", "account__place", "account__campus")
            .order_by("-quantity", "account__name")
        )

    def held_now(self) -> int:
        """How many of it the book holds now, wherever they are."""
        return sum(one.quantity for one in self.holdings())

    def is_under_warranty(self, today: date) -> bool:
        return self.warranty_until is not None and today <= self.warranty_until

    def value_of(self, quantity: int) -> int:
        """The original value in 分 of ``quantity`` of them, whole 分 rounded down except for all of them together."""
        return (self.value or 0) * quantity // self.quantity

    def value_leaving(self, quantity: int, *, of: int) -> int:
        """What ``quantity`` pieces take with them where the book holds ``of``: the worth before less the worth after."""
        return self.value_of(of) - self.value_of(of - quantity)

    def full_life_on(self) -> date | None:
        """The day it is as old as its life, None where no life is written: what may be scrapped without more ado (A08-2)."""
        if not self.life_years:
            return None
        return years_after(self.in_use_on or self.opened_on, years=self.life_years)
