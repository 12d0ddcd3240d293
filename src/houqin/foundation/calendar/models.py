"""Terms, report periods and duties. Nothing here saves; actions do."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from houqin.foundation.journal.models import Place
from houqin.foundation.org.models import Person, Role
from houqin.foundation.org.reach import End, end_at
from houqin.kit.periods import Period


class Season(models.TextChoices):
    AUTUMN = "autumn", _("秋季學期")
    SPRING = "spring", _("春季學期")


class Term(models.Model):
    """A term of a school year: ``school_year`` 2018 is the one that begins in September 2018."""

    school_year = models.PositiveSmallIntegerField(_("學年"))
    season = models.CharField(_("學期"), max_length=8, choices=Season.choices)
    starts_on = models.DateField(_("開學"))
    ends_on = models.DateField(_("放假"))

    class Meta:
        verbose_name = _("學期")
        ordering = ["starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["school_year", "season"], name="one_term_of_a_season"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="term_ends_after_it_starts"),
        ]

    def __str__(self) -> str:
        return f"{self.school_year}學年{self.get_season_display()}"

    def period(self) -> Period:
        return Period(self.starts_on, self.ends_on, str(self))


class ReportPeriod(models.Model):
    """A period a summary is written about: 2019上半年, with free dates."""

    label = models.CharField(_("名稱"), max_length=40, unique=True)
    starts_on = models.DateField(_("起"))
    ends_on = models.DateField(_("止"))

    class Meta:
        verbose_name = _("報告期間")
        ordering = ["starts_on"]
        constraints = [models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="period_has_days")]

    def __str__(self) -> str:
        return self.label

    def period(self) -> Period:
        return Period(self.starts_on, self.ends_on, self.label)


class Duty(models.Model):
    """Something that comes round. ``rule`` is an RFC 5545 RRULE (FREQ=WEEKLY;BYDAY=MO).

    Fulfilled by an entry of ``fulfilled_by`` (with ``category`` and on ``campus`` where given) between an occurrence
    and ``days`` days later. ``only`` narrows occurrences to school days, terms or holidays.
    """

    name = models.CharField(max_length=80, unique=True)
    label = models.CharField(_("職責"), max_length=120)
    rule = models.CharField(_("周期"), max_length=120)
    starts_on = models.DateField(_("起"))
    ends_on = models.DateField(_("止"), null=True, blank=True)
    days = models.PositiveSmallIntegerField(_("期限（天）"), default=0)
    only = models.CharField(max_length=16, blank=True)
    role = models.CharField(_("崗位"), max_length=32, choices=Role.choices)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="duties")
    campus = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    fulfilled_by = models.CharField(max_length=64)
    category = models.CharField(max_length=64, blank=True)
    source = models.CharField(_("依據"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("職責")
        ordering = ["label"]

    def stands_on(self, verb: str = "") -> list[End]:
        """Where it is due; nowhere in particular is the whole school."""
        return [end_at(self.campus)]

    def __str__(self) -> str:
        return self.label
