"""Tokens, webhooks and what webhooks were told, for the administrator alone."""

from django.utils.translation import gettext_lazy as _

from houqin.foundation.org.rules import administrator
from houqin.foundation.registers.register import Column, register

from .actions import add_webhook
from .models import ApiToken, Webhook, WebhookDelivery

register(
    name="api.tokens",
    whole_school=True,
    title=_("API 權杖"),
    group=_("學校"),
    icon="key",
    rows=lambda person: ApiToken.objects.all(),
    readers=administrator,
    columns=(
        Column("number", _("權杖號"), path="pk", kind="integer"),
        Column("name", _("名稱"), searched=True),
        Column("person", _("以誰的名義"), path="person__name", kind="reference", searched=True, filtered=True),
        Column("hint", _("開頭")),
        Column("scopes", _("範圍"), searched=True),
        Column("created_at", _("發出時間"), kind="moment"),
        Column("expires_on", _("有效至"), kind="date"),
        Column("last_used_at", _("上次使用"), kind="moment"),
        Column("revoked_at", _("作廢時間"), kind="moment"),
    ),
    order=("-pk",),
)

register(
    name="api.webhooks",
    whole_school=True,
    title=_("Webhook 清單"),
    group=_("學校"),
    icon="webhook",
    about=_("登記一寫下就告知別的程式。"),
    rows=lambda person: Webhook.objects.filter(is_active=True),
    readers=administrator,
    adds=add_webhook,
    columns=(
        Column("number", _("Webhook 號"), path="pk", kind="integer"),
        Column("name", _("名稱"), searched=True),
        Column("kinds", _("哪些登記"), searched=True),
        Column("delivered_through", _("已告知到"), kind="integer"),
        Column("paused_at", _("停在"), kind="moment"),
        Column("created_by", _("登記人"), path="created_by__name", kind="reference"),
        Column("created_at", _("登記時間"), kind="moment"),
    ),
    order=("name",),
)

register(
    name="api.deliveries",
    whole_school=True,
    title=_("Webhook 告知紀錄"),
    group=_("學校"),
    icon="webhook",
    rows=lambda person: WebhookDelivery.objects.all(),
    readers=administrator,
    columns=(
        Column("webhook", _("Webhook"), path="webhook__name", kind="reference", filtered=True),
        Column("number", _("登記號"), kind="integer"),
        Column("kind", _("登記種類"), searched=True),
        Column("attempts", _("次數"), kind="integer"),
        Column("status", _("回答"), kind="integer", filtered=True),
        Column("error", _("原因"), searched=True),
        Column("tried_at", _("上次時間"), kind="moment"),
        Column("delivered_at", _("告知時間"), kind="moment"),
    ),
    order=("-pk",),
    day="tried_at",
)
