"""Tokens of the API. Nothing here saves; actions do."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from houqin.foundation.org.models import Person


class ApiToken(models.Model):
    """A program's key to the API, worth what its scopes open and no more than its person may.

    ``digest`` is the SHA-256 of the secret, which is nowhere kept; ``hint`` its first characters, to tell tokens apart.
    ``scopes`` are words of :mod:`.tokens` separated by blanks. Good through ``expires_on``.
    """

    name = models.CharField(_("名稱"), max_length=80)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="api_tokens", verbose_name=_("以誰的名義")
    )
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(_("開頭"), max_length=16)
    scopes = models.CharField(_("範圍"), max_length=1000)
    created_at = models.DateTimeField(_("發出時間"))
    expires_on = models.DateField(_("有效至"))
    last_used_at = models.DateTimeField(_("上次使用"), null=True)
    revoked_at = models.DateTimeField(_("作廢時間"), null=True)

    class Meta:
        verbose_name = _("API 權杖")

    def __str__(self) -> str:
        return self.name

    def is_valid(self, today: date) -> bool:
        """Neither revoked nor expired, and its person still works here."""
        return self.revoked_at is None and today <= self.expires_on and self.person.is_active
