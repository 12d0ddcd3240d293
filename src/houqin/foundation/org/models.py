"""Nouns of the school. Nothing here saves; actions do."""

from __future__ import annotations

from datetime import date
from functools import cached_property

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from houqin.foundation.journal.models import Place
from houqin.kit import clock
from houqin.kit.papers.model import Script

from .reach import End, end_at


class School(models.Model):
    """The one school of this installation."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    name = models.CharField(_("校名"), max_length=80)
    office = models.CharField(_("部門名稱"), max_length=40, default="總務處")
    script = models.CharField(_("文字"), max_length=16, default="traditional")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_school")]

    def __str__(self) -> str:
        return self.name

    def writes_in(self) -> Script:
        """The script of the school's papers."""
        return "simplified" if self.script == "simplified" else "traditional"


class Role(models.TextChoices):
    """Posts with powers, after the actor directory of the field (domain reference §1.1)."""

    ADMINISTRATOR = "administrator", _("系統管理員")
    PRINCIPAL = "principal", _("校長")
    VICE_PRINCIPAL = "vice_principal", _("分管副校長")
    DIRECTOR = "director", _("總務主任")
    CLERK = "clerk", _("總務幹事")
    ACCOUNTANT = "accountant", _("會計")
    CASHIER = "cashier", _("出納")
    BUYER = "buyer", _("採購員")
    ACCEPTOR = "acceptor", _("驗收人")
    STOREKEEPER = "storekeeper", _("保管員")
    ASSET_MANAGER = "asset_manager", _("資產管理員")
    AUDITOR = "auditor", _("稽核")
    REPAIRER = "repairer", _("維修工")
    GUARD = "guard", _("門衛")
    DUTY_LEADER = "duty_leader", _("值班領導")
    SAFETY_OFFICER = "safety_officer", _("安全員")
    FOOD_SAFETY_OFFICER = "food_safety_officer", _("食品安全員")
    CANTEEN_MANAGER = "canteen_manager", _("食堂管理員")
    COOK = "cook", _("炊事員")
    DRIVER = "driver", _("駕駛人")
    CLASS_TEACHER = "class_teacher", _("班主任")
    TEACHER = "teacher", _("教師")
    NURSE = "nurse", _("校醫")
    HR_OFFICER = "hr_officer", _("人事幹事")


class Unit(models.Model):
    """An office or group: 總務處, 三年級組."""

    name = models.CharField(_("部門"), max_length=80, unique=True)
    folded = models.CharField(max_length=80, unique=True)
    head = models.ForeignKey("Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("部門")

    def __str__(self) -> str:
        return self.name


class Person(models.Model):
    """A human of the school. ``phone`` and ``identity`` are personal: masked in lists, never in the journal."""

    name = models.CharField(_("姓名"), max_length=40)
    folded = models.CharField(max_length=40, db_index=True)
    staff_number = models.CharField(_("工號"), max_length=32, blank=True)
    post = models.CharField(_("崗位"), max_length=40, blank=True)
    employment = models.CharField(_("用工性質"), max_length=20, blank=True)
    campus = models.ForeignKey(
        Place, on_delete=models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("校區")
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("部門")
    )
    phone = models.CharField(_("電話"), max_length=32, blank=True)
    is_active = models.BooleanField(_("在職"), default=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="person"
    )

    class Meta:
        verbose_name = _("人員")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @cached_property
    def current_roles(self) -> dict[str, list[RoleAssignment]]:
        """Role → its assignments in force today, read once per request."""
        found: dict[str, list[RoleAssignment]] = {}
        for assignment in self.assignments.in_force(clock.today()).select_related(
            "place__campus", "school_class__campus"
        ):
            found.setdefault(assignment.powers(), []).append(assignment)
        return found

    def has_role(self, *roles: str) -> bool:
        return any(role in self.current_roles for role in roles)

    def posts(self, *roles: str) -> list[RoleAssignment]:
        """The assignments in force today of any of these roles."""
        return [one for role in roles for one in self.current_roles.get(role, ())]

    def is_limited(self) -> bool:
        """Whether some post of theirs reaches a campus or a class only."""
        return any(not one.is_for_all() for posts in self.current_roles.values() for one in posts)

    def serves_on(self) -> list[End]:
        """Where what is done about somebody happens, for an action judged by a person: on the campus they serve."""
        return [end_at(self.campus)]

    def campuses_as(self, *roles: str) -> set[int] | None:
        """Ids of the campuses these roles reach; None means all of them."""
        posts = self.posts(*roles)
        if any(one.is_for_all() for one in posts):
            return None
        return {campus for one in posts if (campus := one.campus_id()) is not None}


class AssignmentQuerySet(models.QuerySet["RoleAssignment"]):
    def in_force(self, day: date) -> AssignmentQuerySet:
        return self.filter(from_on__lte=day).filter(Q(to_on__isnull=True) | Q(to_on__gte=day))


class RoleAssignment(models.Model):
    """A person holds a role, for a place or a class or the whole school, from one day to another."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="assignments")
    role = models.CharField(_("崗位"), max_length=32, choices=Role.choices)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    school_class = models.ForeignKey(
        "SchoolClass", on_delete=models.PROTECT, null=True, blank=True, related_name="assignments"
    )
    from_on = models.DateField(_("起"))
    to_on = models.DateField(_("止"), null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("任職")

    def __str__(self) -> str:
        return f"{self.person} {self.get_role_display()}"

    def is_for_all(self) -> bool:
        """Whether it is held for the whole school."""
        return self.place_id is None and self.school_class_id is None

    def scope_words(self) -> str:
        """For whom it is held, in words: a class, a place, the whole school."""
        return str(self.school_class or self.place or _("全校"))

    def campus_id(self) -> int | None:
        """The campus it is held for, or that of its class."""
        if self.place is not None:
            campus = self.place.campus_or_self()
            return campus.pk if campus is not None else None
        return self.school_class.campus_id if self.school_class is not None else None

    def reaches(self, end: End) -> bool:
        """Whether it reaches what lies there: its class and that class's room, or all of its campus."""
        if self.is_for_all():
            return True
        if self.school_class_id is not None:
            if end.school_class is not None:
                return end.school_class == self.school_class_id
            room = self.school_class.room_id if self.school_class is not None else None
            return room is not None and end.place == room
        return self.campus_id() in end.campuses

    def stands_on(self, verb: str = "") -> list[End]:
        """Where a post is given or ended: what it reaches itself."""
        if self.school_class is not None:
            return self.school_class.stands_on(verb)
        return [end_at(self.place)]

    def powers(self) -> str:
        """The role whose powers it gives: a class teacher of a campus, of no class that is named, teaches there."""
        unnamed = self.role == Role.CLASS_TEACHER and self.place_id is not None and self.school_class_id is None
        return Role.TEACHER if unnamed else self.role


class PairAllowed(models.Model):
    """The principal's word that somebody holds two posts at once that one person may not (small school, §1.2)."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("姓名"))
    # In the order of their codes, so that a pair is written one way.
    first = models.CharField(_("崗位"), max_length=32, choices=Role.choices)
    second = models.CharField(_("兼任崗位"), max_length=32, choices=Role.choices)
    reason = models.CharField(_("原因"), max_length=200)
    allowed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("准許人"))
    from_on = models.DateField(_("起"))
    to_on = models.DateField(_("止"), null=True, blank=True)

    class Meta:
        verbose_name = _("准許兼任")


class Promotion(models.Model):
    """The school went up a class: ``school_year`` 2026 is the one that begins in September 2026."""

    school_year = models.PositiveSmallIntegerField(_("學年"))
    promoted_on = models.DateField(_("升級日期"))
    promoted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("經辦人"))
    undone_on = models.DateField(_("撤回日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("升級")
        ordering = ["-school_year", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["school_year"], condition=Q(undone_on__isnull=True), name="one_promotion_a_school_year"
            )
        ]

    def __str__(self) -> str:
        return f"{self.school_year}學年"


class SchoolClass(models.Model):
    """The pupils of one school year with their class teacher, on a campus: 一(1)班. The same name may stand on two campuses.

    In September each class is followed by a new row, so that what was written about 一(1)班 stays about 一(1)班. ``school_year``
    is 0 where the book was begun before it told years; ``promotion`` brought the row, ``ended_by`` ended it.
    """

    campus = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="classes", verbose_name=_("校區"))
    grade = models.CharField(_("年級"), max_length=20, blank=True)
    name = models.CharField(_("班級"), max_length=40)
    folded = models.CharField(max_length=40)
    pupils = models.PositiveIntegerField(_("人數"), default=0)
    teacher = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="classes", verbose_name=_("班主任")
    )
    room = models.ForeignKey(
        Place, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("教室")
    )
    is_active = models.BooleanField(_("在校"), default=True)
    school_year = models.PositiveSmallIntegerField(_("學年"), default=0)
    follows = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="followed_by", verbose_name=_("上學年")
    )
    promotion = models.ForeignKey(Promotion, on_delete=models.PROTECT, null=True, blank=True, related_name="classes")
    ended_by = models.ForeignKey(Promotion, on_delete=models.PROTECT, null=True, blank=True, related_name="ended")

    class Meta:
        verbose_name = _("班級")
        ordering = ["campus__name", "grade", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["campus", "folded", "school_year"], name="one_class_of_a_name_per_campus_and_year"
            )
        ]

    def __str__(self) -> str:
        return f"{self.campus.name}{self.name}"

    def stands_on(self, verb: str = "") -> list[End]:
        """A class is on its campus, and reached by whoever has that class."""
        return [End(frozenset({self.campus_id}), self.pk)]


class Party(models.Model):
    """Somebody outside: a supplier, a contractor, a donor."""

    name = models.CharField(_("名稱"), max_length=120)
    folded = models.CharField(max_length=120, unique=True)
    is_supplier = models.BooleanField(_("供應商"), default=False)
    is_donor = models.BooleanField(_("捐贈人"), default=False)
    credit_code = models.CharField(_("統一社會信用代碼"), max_length=32, blank=True)
    contact = models.CharField(_("聯繫人"), max_length=40, blank=True)
    phone = models.CharField(_("電話"), max_length=32, blank=True)
    is_active = models.BooleanField(_("往來中"), default=True)

    class Meta:
        verbose_name = _("往來單位")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Correction(models.Model):
    """One field of a noun that was corrected: what it said, what it says, why and by whom (:mod:`.correcting`).

    ``noun`` is the label of the model, ``name`` what the row was called before. Of a personal field ``before`` and ``after``
    are empty.
    """

    noun = models.CharField(_("對象"), max_length=40)
    row = models.BigIntegerField()
    name = models.CharField(_("名稱"), max_length=200)
    field = models.CharField(_("項目"), max_length=80)
    before = models.CharField(_("原為"), max_length=300, blank=True)
    after = models.CharField(_("更正為"), max_length=300, blank=True)
    reason = models.CharField(_("原因"), max_length=200)
    campus = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("更正人"))
    on = models.DateField(_("日期"))

    class Meta:
        verbose_name = _("更正")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["noun", "row"], name="corrections_of_a_noun")]


class ParameterValue(models.Model):
    """A school's own value of a parameter from a day on, with the paper it rests on."""

    name = models.CharField(max_length=64)
    value = models.JSONField()
    from_on = models.DateField(_("生效日期"))
    source = models.CharField(_("依據"), max_length=200)

    class Meta:
        verbose_name = _("參數")
        constraints = [models.UniqueConstraint(fields=["name", "from_on"], name="one_value_a_day")]
