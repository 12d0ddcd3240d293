"""Slips that move things from campus to campus."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from houqin.foundation.org.reach import End, either, end_at
from houqin.foundation.signing.models import Document
from houqin.kit.money import PositiveFenField

from .cards import AssetCard, somebody


class Transfer(Document):
    """A slip that moves so many of one card from one campus to another; ``place`` is where they go.

    ``slip`` is the number printed on the paper: a past slip that lists several things becomes a document for each.
    """

    kind: ClassVar[str] = "assets.transfer"
    prefix: ClassVar[str] = "DB"

    slip = models.CharField(_("單號"), max_length=60, db_index=True)
    card = models.ForeignKey(AssetCard, on_delete=models.PROTECT, related_name="transfers", verbose_name=_("資產卡片"))
    quantity = models.PositiveIntegerField(_("數量"))
    received_quantity = models.PositiveIntegerField(_("實收"), null=True, blank=True)
    value = PositiveFenField(_("原值"), null=True, blank=True)
    depreciation = PositiveFenField(_("累計折舊"), null=True, blank=True)
    net_value = PositiveFenField(_("淨值"), null=True, blank=True)
    source = models.ForeignKey(
        "journal.Place", on_delete=models.PROTECT, related_name="+", verbose_name=_("調出校區(部門)")
    )
    reason = models.CharField(_("調撥原因"), max_length=200, blank=True)
    approval_number = models.CharField(_("批准文號"), max_length=80, blank=True)
    sender_name = models.CharField(_("調出經手"), max_length=120, blank=True)
    sender = somebody(_("調出經手"))
    receiver_name = models.CharField(_("調入經手"), max_length=120, blank=True)
    receiver = somebody(_("調入經手"))
    manager_name = models.CharField(_("資產管理員"), max_length=120, blank=True)
    manager = somebody(_("資產管理員"))
    accountant_name = models.CharField(_("財務"), max_length=120, blank=True)
    accountant = somebody(_("財務"))
    approver_name = models.CharField(_("審批"), max_length=120, blank=True)
    approver = somebody(_("審批"))
    sent_on = models.DateField(_("調出日期"), null=True, blank=True)
    received_on = models.DateField(_("調入日期"), null=True, blank=True)

    class Meta(Document.Meta):
        abstract = False
        verbose_name = _("固定資產調撥單")
        constraints = [models.CheckConstraint(condition=Q(quantity__gt=0), name="transfer_of_something")]

    def stands_on(self, verb: str = "") -> list[End]:
        """Sent off at one end and received at the other; what else is done about it, either end may do."""
        if verb == "assets.sent":
            return [end_at(self.source)]
        if verb == "assets.transferred":
            return [end_at(self.place)]
        return [either((end_at(self.source), end_at(self.place)))]

    @classmethod
    def route(cls) -> Any:
        from ..rules import TRANSFER

        return TRANSFER

    def title(self) -> str:
        return f"{self.source} → {self.place}：{self.card.title()} {self.quantity}{self.card.counter}"
