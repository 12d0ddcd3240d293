"""The register of tokens: which label stands on what, and which are dead."""

from django.utils.translation import gettext_lazy as _

from houqin.foundation.registers.register import Column, register

from . import rules
from .models import Token

register(
    name="tokens.tokens",
    whole_school=True,
    title=_("標籤碼"),
    about=_("哪張標籤貼在哪裏，什麼時候發的，作廢了沒有。標籤掉了或被人亂用，就在這裏作廢換新。"),
    group=_("學校"),
    icon="qrcode",
    readers=rules.issues,
    rows=lambda person: Token.objects.all(),
    day="issued_at",
    order=("-issued_at", "-pk"),
    columns=(
        Column("title", _("貼在"), searched=True),
        Column("issued_at", _("發出時間"), kind="moment"),
        Column("issued_by", _("發出人"), path="issued_by__name", kind="reference"),
        Column("revoked_at", _("作廢時間"), kind="moment"),
        Column("reason", _("作廢原因"), searched=True),
    ),
)
