"""What has been imported, so that the same sheet again changes nothing and says so; and rows set aside for decision."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from houqin.foundation.signing.models import Document


class ImportRun(models.Model):
    """One import of files, by one person, all or nothing."""

    by = models.ForeignKey("org.Person", on_delete=models.PROTECT, related_name="+")
    ran_at = models.DateTimeField(_("匯入時間"))
    report = models.JSONField()

    class Meta:
        verbose_name = _("匯入")


class ImportedRow(models.Model):
    """A row of a school's sheet that was taken in: by its key (單號, or the digest of its content and its ordinal)."""

    run = models.ForeignKey(ImportRun, on_delete=models.PROTECT, related_name="rows")
    register = models.CharField(max_length=64)
    key = models.CharField(max_length=200)
    content = models.CharField(max_length=64)
    document_kind = models.CharField(max_length=64, blank=True)
    document_id = models.BigIntegerField(null=True)
    entry = models.ForeignKey("journal.Entry", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["register", "key"], name="one_row_of_a_key")]


class RowAside(Document):
    """A row of a school's sheet that could not be taken in as it stands, with why; a person decides what becomes of it.

    ``cells`` are the values by column name, as text; ``columns`` those that were objected to. ``key`` and ``content`` know
    the row again when the sheet comes a second time, decided or not.
    """

    kind = "registers.aside"
    prefix = "YW"
    personal = ("cells",)

    register = models.CharField(_("登記簿"), max_length=64, db_index=True)
    file = models.CharField(_("檔案"), max_length=200)
    sheet = models.CharField(_("工作表"), max_length=120, blank=True)
    row = models.PositiveIntegerField(_("行"))
    said = models.CharField(_("這一行"), max_length=200)
    reasons = models.TextField(_("疑問"))
    columns = models.CharField(_("有疑問的欄"), max_length=200, blank=True)
    cells = models.JSONField(_("內容"))
    key = models.CharField(max_length=200, editable=False)
    content = models.CharField(max_length=64, editable=False)
    decided_by = models.ForeignKey(
        "org.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("決定人")
    )
    decided_on = models.DateField(_("決定日期"), null=True, blank=True)
    decision = models.CharField(_("決定"), max_length=200, blank=True)

    class Meta(Document.Meta):
        abstract = False
        verbose_name = _("待決定的行")
        constraints = [models.UniqueConstraint(fields=["register", "key", "content"], name="a_row_is_set_aside_once")]

    @classmethod
    def route(cls) -> Any:
        from .aside import ROUTE

        return ROUTE

    def title(self) -> str:
        return self.said
