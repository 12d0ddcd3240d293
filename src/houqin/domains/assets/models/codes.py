"""國標分類代碼對照: the school's own table of GB/T 14885 codes, each with its source and how sure it is."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from houqin.foundation.signing.models import Document


class Status(models.TextChoices):
    """How well a code is known."""

    VERIFIED = "V", _("已核對標準原文")
    SEEN = "v", _("見於二手資料")
    MEMORY = "M", _("憑記憶，待核對")
    SCHOOL = "P", _("學校（主管部門）自定")


class GoodsCode(Document):
    """One class of things with its code in both editions; never a hard block: a card may bear any code."""

    kind: ClassVar[str] = "assets.goods_code"
    prefix: ClassVar[str] = "FL"

    name = models.CharField(_("分類名稱"), max_length=120)
    gbt_2022 = models.CharField(_("國標分類代碼(2022)"), max_length=20, blank=True, db_index=True)
    gbt_2010 = models.CharField(_("舊分類代碼(2010)"), max_length=20, blank=True, db_index=True)
    # A group of years of use (classes.GROUPS); "" is never depreciated.
    life_group = models.CharField(_("折舊類別"), max_length=24, blank=True)
    words = models.CharField(_("認得的名稱"), max_length=300, blank=True)
    source = models.CharField(_("依據"), max_length=200)
    status = models.CharField(_("可靠程度"), max_length=2, choices=Status.choices)

    class Meta(Document.Meta):
        abstract = False
        verbose_name = _("國標分類代碼")

    @classmethod
    def route(cls) -> Any:
        from ..rules import GOODS_CODE

        return GOODS_CODE

    def title(self) -> str:
        return " ".join(filter(None, (self.name, self.gbt_2022, self.gbt_2010)))
