"""The summary as a document, and its fair copy. Nothing here saves; actions do."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from houqin.foundation.journal.freezing import frozen
from houqin.foundation.org.models import Person
from houqin.foundation.signing.models import Document
from houqin.kit.periods import Period

from .composition import Vouched
from .plans import PLANS
from .rules import ROUTE


class Summary(Document):
    """A summary on its way. ``text`` is empty while nobody edited it: then it is composed afresh every time it is read.

    ``vouched`` lists hand numbers somebody stands for; ``stated`` is what the figures were when it was submitted.
    """

    kind: ClassVar[str] = "summary.summary"
    # Read as the text itself, not as facts about it.
    apart: ClassVar[tuple[str, ...]] = ("text", "vouched", "stated")
    prefix: ClassVar[str] = "ZJ"

    plan = models.CharField(_("體例"), max_length=24)
    starts_on = models.DateField(_("起"))
    ends_on = models.DateField(_("止"))
    label = models.CharField(_("期間"), max_length=40, blank=True)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("本人")
    )
    text = models.TextField(_("正文"), blank=True)
    vouched = models.JSONField(default=list, blank=True)
    stated = models.JSONField(null=True, blank=True)

    class Meta(Document.Meta):
        abstract = False
        verbose_name = _("工作總結")
        constraints = [models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="summary_period_has_days")]

    def title(self) -> str:
        return f"{PLANS[self.plan].label}　{self.period()}"

    @classmethod
    def route(cls) -> Any:
        return ROUTE

    def period(self) -> Period:
        return Period(self.starts_on, self.ends_on, self.label)

    def vouched_numbers(self) -> list[Vouched]:
        return [Vouched(**one) for one in self.vouched]


class Version(models.Model):
    """A draft's text as it was from ``written_at`` on. Version 0 is what the program had composed when editing began."""

    summary = models.ForeignKey(Summary, on_delete=models.PROTECT, related_name="versions")
    position = models.PositiveIntegerField(_("版本"))
    text = models.TextField(_("正文"))
    written_at = models.DateTimeField(_("時間"))
    written_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("修改人")
    )

    class Meta:
        verbose_name = _("總結的版本")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["summary", "position"], name="one_version_of_a_summary")]


class Target(models.Model):
    """What the plan of a period wants a figure to reach, in its smallest unit (分 for money)."""

    figure = models.CharField(_("數字"), max_length=64)
    starts_on = models.DateField(_("起"))
    ends_on = models.DateField(_("止"))
    quantity = models.BigIntegerField(_("計劃數"))

    class Meta:
        verbose_name = _("計劃指標")
        constraints = [
            models.UniqueConstraint(fields=["figure", "starts_on", "ends_on"], name="one_target_of_a_figure"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="target_above_nought"),
        ]


@frozen
class FairCopy(models.Model):
    """What was signed: the whole text with its figures, and the head of the chain it was read at. Frozen by triggers.

    ``fingerprint`` is the SHA-256 of ``content``; the entry that froze it carries it too, so the chain vouches for it.
    """

    summary = models.OneToOneField(Summary, on_delete=models.PROTECT, related_name="fair_copy")
    frozen_at = models.DateTimeField(_("定稿時間"))
    head = models.BigIntegerField(_("鏈首號"))
    digest = models.CharField(_("鏈首"), max_length=64)
    content = models.JSONField()
    fingerprint = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("定稿")
