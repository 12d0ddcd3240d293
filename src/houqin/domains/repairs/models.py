"""The work order: one fault at one place. Nothing here saves; actions do."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from houqin.foundation.journal.models import Place
from houqin.foundation.org.models import Person
from houqin.foundation.signing.models import Document
from houqin.foundation.tokens.models import Token
from houqin.kit.money import FenField

from . import rules
from .jobs import JOBS
from .terms import Category, Cause, Satisfaction, Urgency


def _person(label: Any) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label
    )


class WorkOrderQuerySet(models.QuerySet["WorkOrder"]):
    def open(self) -> WorkOrderQuerySet:
        """Not yet mended and not taken back."""
        return self.filter(state__in=rules.OPEN)

    def late(self, now: datetime) -> WorkOrderQuerySet:
        """Open past the day promised."""
        return self.open().filter(due_at__lt=now)

    def of(self, person: Person) -> WorkOrderQuerySet:
        """What this person may see: the office and repairers all of it, others what they reported."""
        return self if rules.keepers(person) else self.filter(reporter=person)


class WorkOrder(Document):
    """報修單. People stand on it as written; the reference beside it where the book knows exactly one of that name."""

    kind = "repairs.work_order"
    prefix = "WX"
    personal = ("reporter_name", "phone", "accepted_by_name", "repairer_name", "acceptor_name")

    reported_at = models.DateTimeField(_("報修日期時間"))
    reporter = _person(_("報修人"))
    reporter_name = models.CharField(_("報修人"), max_length=40, blank=True)
    phone = models.CharField(_("聯繫電話"), max_length=32, blank=True)
    category = models.CharField(_("類別"), max_length=16, choices=Category.choices, default=Category.OTHER)
    fault = models.TextField(_("故障描述"))
    photo = models.CharField(_("照片"), max_length=200, blank=True)
    urgency = models.CharField(_("緊急程度"), max_length=8, choices=Urgency.choices, default=Urgency.NORMAL)
    is_hazard = models.BooleanField(_("是否安全隱患"), default=False)
    due_at = models.DateTimeField(_("完成期限"), null=True, blank=True)
    accepted_by = _person(_("受理人"))
    accepted_by_name = models.CharField(_("受理人"), max_length=40, blank=True)
    dispatched_at = models.DateTimeField(_("派工時間"), null=True, blank=True)
    repairer = _person(_("維修人"))
    repairer_name = models.CharField(_("維修人"), max_length=40, blank=True)
    arrived_at = models.DateTimeField(_("到場時間"), null=True, blank=True)
    cause = models.CharField(_("故障原因"), max_length=8, choices=Cause.choices, blank=True)
    work = models.TextField(_("維修內容"), blank=True)
    job = models.CharField(_("維修類型"), max_length=64, blank=True, db_index=True)
    # As on paper: several materials stand in one cell as 水嘴、軟管 with 2、1 and 只、根 beside them.
    material = models.CharField(_("更換材料"), max_length=400, blank=True)
    quantity = models.CharField(_("材料數量"), max_length=100, blank=True)
    counter = models.CharField(_("單位"), max_length=100, blank=True)
    material_cost = FenField(_("材料費"), null=True, blank=True)
    # Where materials come from that no store gave: an invoice, a purchase, what was there (R01-2).
    materials_from = models.CharField(_("材料來源"), max_length=120, blank=True)
    materials_store = models.ForeignKey(
        Place, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("出庫倉庫")
    )
    # Seconds, as every length of time.
    work_time = models.PositiveIntegerField(_("工時"), null=True, blank=True)
    completed_at = models.DateTimeField(_("完成時間"), null=True, blank=True, db_index=True)
    acceptor = _person(_("驗收人"))
    acceptor_name = models.CharField(_("驗收人"), max_length=40, blank=True)
    satisfaction = models.CharField(_("滿意度"), max_length=16, choices=Satisfaction.choices, blank=True)

    objects = WorkOrderQuerySet.as_manager()

    class Meta(Document.Meta):
        abstract = False
        verbose_name = _("報修單")
        constraints = [
            models.CheckConstraint(
                condition=Q(material_cost__isnull=True) | Q(material_cost__gte=0), name="work_order_cost_not_negative"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("done", "confirmed", "closed")) | Q(completed_at__isnull=False),
                name="work_order_done_has_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_at"], name="work_order_open"),
            # With the key, so that a deep page of the register is passed over within the index.
            models.Index(fields=["reported_at", "id"], name="work_order_reported"),
        ]

    @classmethod
    def route(cls) -> Any:
        return rules.ROUTE

    def title(self) -> str:
        return f"{self.place} {self.fault}"[:120]

    @property
    def respond_by(self) -> datetime:
        """By when somebody must be on the spot."""
        return rules.respond_by(urgency=self.urgency, reported_at=self.reported_at)

    @property
    def job_label(self) -> str:
        return JOBS.label(self.job)

    def is_late(self, now: datetime) -> bool:
        """Done after its time, or still open past it."""
        if self.due_at is None:
            return False
        if self.completed_at is not None:
            return rules.is_late(completed_at=self.completed_at, due=self.due_at)
        return self.state in rules.OPEN and now > self.due_at


def new_secret() -> str:
    """The end of a status link: 128 bits nobody can guess."""
    return secrets.token_urlsafe(16)


class ScanReport(models.Model):
    """How a work order came in by a scanned token. ``secret`` ends the link under which the reporter sees how it goes."""

    order = models.OneToOneField(WorkOrder, on_delete=models.PROTECT, related_name="scan")
    token = models.ForeignKey(Token, on_delete=models.PROTECT, related_name="+")
    secret = models.CharField(max_length=32, unique=True, default=new_secret)
    # Whoever has no login: name and telephone on the order are forgotten after a while.
    is_strangers = models.BooleanField(default=False, db_index=True)
    forgotten_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("掃碼報修")

    def __str__(self) -> str:
        return str(self.order)
