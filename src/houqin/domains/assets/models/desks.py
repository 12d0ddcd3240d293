"""Desk plans: what each classroom needs, and what goes where."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from houqin.foundation.signing.models import Document


class DeskPlan(Document):
    """課桌椅調配: one calculation of who lacks, who has too many, and what to move and buy. Quantities are sets."""

    kind: ClassVar[str] = "assets.desk_plan"
    prefix: ClassVar[str] = "KZ"

    van = models.PositiveIntegerField(_("每車套數"))
    needed = models.PositiveIntegerField(_("應有"))
    present = models.PositiveIntegerField(_("現有"))
    in_repair = models.PositiveIntegerField(_("待修"), default=0)
    moved_within = models.PositiveIntegerField(_("校區內調整"), default=0)
    moved_between = models.PositiveIntegerField(_("校區間調運"), default=0)
    to_buy = models.PositiveIntegerField(_("仍缺待購"), default=0)

    class Meta(Document.Meta):
        abstract = False
        verbose_name = _("課桌椅調配方案")

    @classmethod
    def route(cls) -> Any:
        from ..rules import DESK_PLAN

        return DESK_PLAN

    def title(self) -> str:
        return str(
            _("校區內調整%(within)s套、校區間調運%(between)s套、待購%(buy)s套")
            % {"within": self.moved_within, "between": self.moved_between, "buy": self.to_buy}
        )


class DeskStep(models.TextChoices):
    """What a line of a plan says."""

    NEED = "need", _("應有與現有")
    WITHIN = "within", _("校區內調整")
    BETWEEN = "between", _("校區間調運")
    ARRIVING = "arriving", _("到貨後分配")
    BUY = "buy", _("購置")


class DeskPlanLine(models.Model):
    """One row of a plan: a classroom's need, or so many sets from ``source`` to ``target``."""

    plan = models.ForeignKey(DeskPlan, on_delete=models.PROTECT, related_name="lines", verbose_name=_("調配方案"))
    position = models.PositiveIntegerField(_("序號"))
    step = models.CharField(_("類別"), max_length=12, choices=DeskStep.choices)
    school_class = models.CharField(_("班級"), max_length=200, blank=True)
    source = models.ForeignKey(
        "journal.Place", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("調出")
    )
    target = models.ForeignKey("journal.Place", on_delete=models.PROTECT, related_name="+", verbose_name=_("調入"))
    needed = models.PositiveIntegerField(_("應有"), null=True)
    present = models.PositiveIntegerField(_("現有"), null=True)
    # For a need what is lacking (negative: too many), else what is moved or bought.
    quantity = models.IntegerField(_("數量"))

    class Meta:
        verbose_name = _("課桌椅調配明細")
        constraints = [models.CheckConstraint(condition=Q(step="need") | Q(quantity__gt=0), name="desks_moved")]
