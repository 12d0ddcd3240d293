"""What has been imported, so that the same sheet again changes nothing and says so."""

from django.db import models
from django.utils.translation import gettext_lazy as _


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
