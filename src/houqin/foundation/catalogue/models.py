"""Items and the school's own words. Nothing here saves; actions do."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from houqin.foundation.journal.models import Commodity


class Counting(models.TextChoices):
    TIMES = "times", _("次")
    PIECES = "pieces", _("件")


class Item(models.Model):
    """A thing of the catalogue; its commodity is what the journal moves.

    ``category`` is the roll-up category of :mod:`.vocabulary` ("goods"); the GB/T codes are kept beside each other
    because old systems hold the edition of 2010 and new ones that of 2022.
    """

    commodity = models.OneToOneField(Commodity, on_delete=models.PROTECT, related_name="item")
    name = models.CharField(_("品名"), max_length=120)
    specification = models.CharField(_("規格"), max_length=120, blank=True)
    folded = models.CharField(max_length=240, unique=True)
    counter = models.CharField(_("單位"), max_length=8, blank=True)
    counting = models.CharField(_("計數方式"), max_length=8, choices=Counting.choices, default=Counting.PIECES)
    category = models.CharField(_("類別"), max_length=64, blank=True)
    gbt_2022 = models.CharField(_("國標分類代碼(2022)"), max_length=20, blank=True)
    gbt_2010 = models.CharField(_("舊分類代碼(2010)"), max_length=20, blank=True)
    is_active = models.BooleanField(_("使用中"), default=True)

    class Meta:
        verbose_name = _("品目")
        ordering = ["name", "specification"]

    def __str__(self) -> str:
        return f"{self.name} {self.specification}".strip()


class Word(models.Model):
    """A word the school itself uses for a category of a vocabulary: 換日光燈 means lamp."""

    vocabulary = models.CharField(max_length=32)
    term = models.CharField(max_length=64)
    word = models.CharField(_("說法"), max_length=80)
    folded = models.CharField(max_length=80)

    class Meta:
        verbose_name = _("說法")
        constraints = [models.UniqueConstraint(fields=["vocabulary", "folded"], name="one_meaning_of_a_word")]
