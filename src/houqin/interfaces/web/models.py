"""What people choose about their own pages. Not the school's book: no entry tells of it and nothing is lost with it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from houqin.foundation.org.models import Person


class SavedView(models.Model):
    """A register as somebody likes to see it: filters, order and columns under a name; for oneself or for the school.

    ``query`` is the part of the address behind the question mark.
    """

    register = models.CharField(max_length=64)
    name = models.CharField(_("名稱"), max_length=40)
    query = models.CharField(max_length=2_000, blank=True)
    owner = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="saved_views")
    is_shared = models.BooleanField(_("全校可用"), default=False)
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("常用查詢")
        constraints = [
            models.UniqueConstraint(fields=["register", "owner", "name"], name="one_view_of_a_name_and_owner")
        ]
        ordering = ("is_shared", "name")

    def __str__(self) -> str:
        return self.name


class OpeningView(models.Model):
    """The view a register opens with for one person."""

    register = models.CharField(max_length=64)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    view = models.ForeignKey(SavedView, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["register", "person"], name="one_opening_view_of_a_register")]


class Shown(models.Model):
    """What has been shown to a person once and need not be again: the tour."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    what = models.CharField(max_length=32)
    shown_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "what"], name="shown_once_to_a_person")]
