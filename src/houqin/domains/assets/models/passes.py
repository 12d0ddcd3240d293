"""Gate passes: what may leave the school, and when it is to be back."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from houqin.foundation.signing.models import Document

from .cards import AssetCard, somebody


class GatePass(Document):
    """資產出門證: so many of a card leave through the gate with ``carrier``; they are back by ``back_on``.

    What leaves for good is disposed of, or transferred, and leaves with that paper."""

    kind: ClassVar[str] = "assets.gate_pass"
    prefix: ClassVar[str] = "CM"

    card = models.ForeignKey(AssetCard, on_delete=models.PROTECT, related_name="passes", verbose_name=_("資產卡片"))
    quantity = models.PositiveIntegerField(_("數量"))
    carrier = models.CharField(_("攜帶人"), max_length=80)
    destination = models.CharField(_("去向"), max_length=120)
    reason = models.CharField(_("事由"), max_length=200)
    back_on = models.DateField(_("應還日期"))
    guard = somebody(_("放行門衛"))
    left_on = models.DateField(_("出門日期"), null=True, blank=True)
    returned_on = models.DateField(_("還回日期"), null=True, blank=True)

    class Meta(Document.Meta):
        abstract = False
        verbose_name = _("資產出門證")
        constraints = [models.CheckConstraint(condition=Q(quantity__gt=0), name="pass_for_something")]

    @classmethod
    def route(cls) -> Any:
        from ..rules import GATE_PASS

        return GATE_PASS

    def title(self) -> str:
        return f"{self.card.title()} {self.quantity}{self.card.counter} → {self.destination}"
