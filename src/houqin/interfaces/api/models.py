"""Tokens of the API, webhooks and what was told them. Nothing here saves; actions and jobs do."""

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
        """Neither revoked nor expired; its person still works here, and their login, if they have one, is open."""
        user = self.person.user
        is_open = self.person.is_active and (user is None or user.is_active)
        return self.revoked_at is None and today <= self.expires_on and is_open


class Webhook(models.Model):
    """A program that is told of entries. ``kinds`` are beginnings of entry kinds separated by blanks, or ``*``.

    ``delivered_through`` is the entry up to which it has been told; ``paused_at`` when it was given up.
    """

    name = models.CharField(_("名稱"), max_length=80)
    url = models.CharField(_("網址"), max_length=500)
    kinds = models.CharField(_("哪些登記"), max_length=300)
    secret = models.CharField(max_length=200)
    is_active = models.BooleanField(_("使用中"), default=True)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("登記人"))
    created_at = models.DateTimeField(_("登記時間"))
    delivered_through = models.BigIntegerField(_("已告知到"), default=0)
    paused_at = models.DateTimeField(_("停在"), null=True)
    busy_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Webhook")

    def __str__(self) -> str:
        return self.name


class WebhookDelivery(models.Model):
    """What became of telling one entry to one program. ``status`` is 0 where nobody answered."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    number = models.BigIntegerField(_("登記號"))
    kind = models.CharField(_("登記種類"), max_length=64)
    attempts = models.PositiveSmallIntegerField(_("次數"), default=0)
    status = models.PositiveSmallIntegerField(_("回答"), default=0)
    error = models.CharField(_("原因"), max_length=300, blank=True)
    tried_at = models.DateTimeField(_("上次時間"))
    delivered_at = models.DateTimeField(_("告知時間"), null=True)

    class Meta:
        verbose_name = _("Webhook 告知")
        constraints = [models.UniqueConstraint(fields=["webhook", "number"], name="one_delivery_of_an_entry")]
