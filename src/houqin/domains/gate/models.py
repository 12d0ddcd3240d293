"""Papers of the gate: visits, leave slips, vehicles, goods passes, and who is banned. Nothing here saves; actions do."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from houqin.foundation.org.models import Person, SchoolClass
from houqin.foundation.org.reach import End
from houqin.foundation.signing.models import Document

from . import rules
from .terms import Confirmed, Gender


def _person(label: Any) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label
    )


def identity_digest(number: str) -> str:
    """A keyed digest of an identity number: enough to know it again, too little to read it. Masked numbers give ""."""
    plain = "".join(number.split()).upper()
    if not plain or "*" in plain or "＊" in plain:
        return ""
    return salted_hmac("houqin.gate.identity", plain, algorithm="sha256").hexdigest()


class VisitQuerySet(models.QuerySet["Visit"]):
    def inside(self) -> VisitQuerySet:
        """Signed in and not signed out."""
        return self.filter(state="inside")

    def of(self, person: Person) -> VisitQuerySet:
        """The gate, the office and leaders see every visit; others those to themselves."""
        return self if rules.keepers(person) else self.filter(host=person)


class Visit(Document):
    """A row of the 外來人員來訪登記簿."""

    kind = "gate.visit"
    prefix = "LF"
    personal = ("name", "identity", "identity_digest", "phone", "plate", "host_name", "guard_name")

    entered_at = models.DateTimeField(_("入校時間"))
    name = models.CharField(_("姓名"), max_length=40)
    gender = models.CharField(_("性別"), max_length=8, choices=Gender.choices, blank=True)
    identity_type = models.CharField(_("證件類型"), max_length=20, blank=True)
    # All but the last four places hidden before it is stored; blank once purged.
    identity = models.CharField(_("證件號"), max_length=40, blank=True)
    identity_digest = models.CharField(max_length=64, blank=True, db_index=True)
    unit = models.CharField(_("單位"), max_length=80, blank=True)
    phone = models.CharField(_("聯繫電話"), max_length=32, blank=True)
    visitors = models.PositiveIntegerField(_("人數"), default=1)
    purpose = models.CharField(_("事由"), max_length=200, blank=True)
    host = _person(_("受訪人"))
    host_name = models.CharField(_("受訪人"), max_length=40, blank=True)
    host_confirmed = models.CharField(_("受訪人確認"), max_length=16, choices=Confirmed.choices, blank=True)
    consent_by = _person(_("同意人"))
    work_permit = models.CharField(_("作業許可證號"), max_length=64, blank=True)
    belongings = models.CharField(_("攜帶物品"), max_length=200, blank=True)
    pass_number = models.CharField(_("訪客證號"), max_length=32, blank=True)
    plate = models.CharField(_("車牌號"), max_length=20, blank=True)
    left_at = models.DateTimeField(_("離校時間"), null=True, blank=True)
    host_signed = models.BooleanField(_("受訪人簽字"), default=False)
    guard = _person(_("值班門衛"))
    guard_name = models.CharField(_("值班門衛"), max_length=40, blank=True)

    objects = VisitQuerySet.as_manager()

    class Meta(Document.Meta):
        abstract = False
        verbose_name = _("來訪登記")
        constraints = [
            models.CheckConstraint(
                condition=Q(left_at__isnull=True) | Q(left_at__gte=F("entered_at")), name="visit_leaves_after_it_enters"
            ),
            # G02-3: a pass is out with one visitor at a time, at each gate.
            models.UniqueConstraint(
                fields=["campus", "pass_number"],
                condition=Q(state="inside") & ~Q(pass_number=""),
                name="one_visitor_a_pass",
            ),
            models.UniqueConstraint(
                fields=["pass_number"],
                condition=Q(state="inside", campus__isnull=True) & ~Q(pass_number=""),
                name="one_visitor_a_pass_where_no_campus",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "opened_on"], name="visit_state_day"),
            # With the key, so that a deep page of the register is passed over within the index.
            models.Index(fields=["entered_at", "id"], name="visit_entered"),
        ]

    @classmethod
    def route(cls) -> Any:
        return rules.VISIT

    def title(self) -> str:
        """Without the visitor's name: it stands on everybody's list."""
        host = f"→{self.host_name}" if self.host_name else ""
        return f"{self.opened_on} {self.purpose}{host}"[:120]


class Ban(models.Model):
    """Somebody who may not come in (G02-5), known by the digest of an identity number or by a telephone."""

    name = models.CharField(_("姓名"), max_length=40)
    identity = models.CharField(_("證件號"), max_length=40, blank=True)
    identity_digest = models.CharField(max_length=64, blank=True, db_index=True)
    phone = models.CharField(_("聯繫電話"), max_length=32, blank=True)
    reason = models.CharField(_("原因"), max_length=200)
    from_on = models.DateField(_("起"))
    to_on = models.DateField(_("止"), null=True, blank=True)
    by = _person(_("登記人"))

    class Meta:
        verbose_name = _("謝絕名單")
        constraints = [
            models.CheckConstraint(condition=~Q(identity_digest="") | ~Q(phone=""), name="ban_knows_somebody")
        ]

    def __str__(self) -> str:
        return str(_("謝絕名單"))

    @classmethod
    def matching(cls, *, identity: str, phone: str, day: date) -> Ban | None:
        """The ban in force that fits an identity number or a telephone."""
        digest = identity_digest(identity)
        wanted = Q(pk__in=[])
        if digest:
            wanted |= Q(identity_digest=digest)
        if phone:
            wanted |= Q(phone=phone)
        in_force = Q(from_on__lte=day) & (Q(to_on__isnull=True) | Q(to_on__gte=day))
        return cls._default_manager.filter(wanted & in_force).first()


class LeaveSlipQuerySet(models.QuerySet["LeaveSlip"]):
    def of(self, person: Person) -> LeaveSlipQuerySet:
        """The gate, the office, leaders and the nurse see every slip; a class teacher those of the own class."""
        if rules.slip_keepers(person):
            return self
        classes = [
            held.school_class_id for held in person.current_roles.get("class_teacher", []) if held.school_class_id
        ]
        return self.filter(
            Q(teacher=person) | Q(opened_by=person) | Q(school_class__teacher=person) | Q(school_class__in=classes)
        )


class LeaveSlip(Document):
    """學生離校單: one pupil, once, on one day. The pupil's name stays on the slip."""

    kind = "gate.leave_slip"
    prefix = "LX"
    personal = (
        "pupil",
        "parent_contact",
        "pickup",
        "pickup_signature",
        "teacher_name",
        "approver_name",
        "closed_by_name",
    )

    school_class = models.ForeignKey(
        SchoolClass, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("班級")
    )
    class_name = models.CharField(_("班級"), max_length=40)
    pupil = models.CharField(_("姓名"), max_length=40)
    reason = models.CharField(_("離校事由"), max_length=200, blank=True)
    planned_leave_at = models.DateTimeField(_("擬離校時間"), null=True, blank=True)
    planned_return_at = models.DateTimeField(_("擬返校時間"), null=True, blank=True)
    parent_contact = models.CharField(_("家長聯繫時間及電話"), max_length=120, blank=True)
    pickup = models.CharField(_("家長(接送人)姓名與關係"), max_length=80, blank=True)
    pickup_signature = models.CharField(_("接送人簽字(證件)"), max_length=80, blank=True)
    teacher = _person(_("班主任"))
    teacher_name = models.CharField(_("班主任簽字"), max_length=40, blank=True)
    approver = _person(_("年級(政教)批准"))
    approver_name = models.CharField(_("年級(政教)批准"), max_length=40, blank=True)
    released_at = models.DateTimeField(_("門衛放行時間"), null=True, blank=True)
    returned_at = models.DateTimeField(_("返校時間"), null=True, blank=True)
    closed_by = _person(_("銷假簽字"))
    closed_by_name = models.CharField(_("銷假簽字"), max_length=40, blank=True)

    objects = LeaveSlipQuerySet.as_manager()

    class Meta(Document.Meta):
        abstract = False
        verbose_name = _("學生離校單")
        constraints = [
            models.CheckConstraint(
                condition=Q(returned_at__isnull=True)
                | Q(released_at__isnull=True)
                | Q(returned_at__gte=F("released_at")),
                name="pupil_returns_after_leaving",
            )
        ]

    @classmethod
    def route(cls) -> Any:
        return rules.SLIP

    def title(self) -> str:
        """Without the pupil's name."""
        return f"{self.class_name} {self.number} {self.reason}"[:120]

    def is_expired(self, today: date) -> bool:
        """A slip serves on its own day only (G04-2)."""
        return self.opened_on != today


class VehicleVisit(Document):
    """A row of the 車輛出入登記簿."""

    kind = "gate.vehicle"
    prefix = "CL"
    personal = ("plate", "driver", "guard_name")

    entered_at = models.DateTimeField(_("進校時間"), db_index=True)
    plate = models.CharField(_("車牌號"), max_length=20)
    model = models.CharField(_("車型"), max_length=40, blank=True)
    driver = models.CharField(_("駕駛人"), max_length=40, blank=True)
    unit = models.CharField(_("單位"), max_length=80, blank=True)
    purpose = models.CharField(_("事由"), max_length=200, blank=True)
    approver = _person(_("批准人"))
    approver_name = models.CharField(_("批准人"), max_length=40, blank=True)
    parked = models.CharField(_("停放位置"), max_length=80, blank=True)
    load = models.CharField(_("載物"), max_length=200, blank=True)
    left_at = models.DateTimeField(_("出校時間"), null=True, blank=True)
    guard = _person(_("門衛"))
    guard_name = models.CharField(_("門衛"), max_length=40, blank=True)

    class Meta(Document.Meta):
        abstract = False
        verbose_name = _("車輛出入")
        constraints = [
            models.CheckConstraint(
                condition=Q(left_at__isnull=True) | Q(left_at__gte=F("entered_at")),
                name="vehicle_leaves_after_it_enters",
            )
        ]

    @classmethod
    def route(cls) -> Any:
        return rules.VEHICLE

    def title(self) -> str:
        return f"{self.opened_on} {self.purpose} {self.model}".strip()[:120]


class GoodsPass(Document):
    """物品出門單: what is carried out, whose it is, who allowed it."""

    kind = "gate.goods_pass"
    prefix = "CM"
    personal = ("carrier",)

    carrier = models.CharField(_("攜物人"), max_length=40)
    unit = models.CharField(_("單位"), max_length=80, blank=True)
    goods = models.CharField(_("物品名稱"), max_length=200)
    quantity = models.CharField(_("數量"), max_length=40)
    is_school_property = models.BooleanField(_("是否學校資產"), default=False)
    purpose = models.CharField(_("去向事由"), max_length=200)
    approver = _person(_("批准人"))
    guard = _person(_("門衛核對"))
    released_at = models.DateTimeField(_("放行時間"), null=True, blank=True)

    class Meta(Document.Meta):
        abstract = False
        verbose_name = _("物品出門單")

    def stands_on(self, verb: str = "") -> list[End]:
        """Where it names no campus it leaves by whichever gate."""
        return super().stands_on(verb) if self.campus_id is not None else []

    @classmethod
    def route(cls) -> Any:
        return rules.GOODS

    def title(self) -> str:
        return f"{self.goods} {self.quantity} {self.purpose}"[:120]
