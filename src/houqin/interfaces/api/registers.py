"""The list of tokens, for the administrator alone."""

from django.utils.translation import gettext_lazy as _

from houqin.foundation.org.rules import administrator
from houqin.foundation.registers.register import Column, register

from .models import ApiToken

register(
    name="api.tokens",
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
