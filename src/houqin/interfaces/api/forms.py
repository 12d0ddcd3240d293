"""What tokens and webhooks ask for."""

from __future__ import annotations

import re

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import ACTIONS, ActionForm
from houqin.foundation.org.fields import PersonField
from houqin.kit.fields import DayField, TextField, WholeNumberField

from . import outside
from .tokens import parse_scopes


class IssueToken(ActionForm):
    # The journal says who got which rights, and nothing a secret could be guessed from.
    personal = ("digest", "hint")

    name = TextField(label=gettext_lazy("名稱"), max_length=80)
    person = PersonField(label=gettext_lazy("以誰的名義"))
    scopes = TextField(label=gettext_lazy("範圍"), max_length=1000)
    expires_on = DayField(label=gettext_lazy("有效至"))
    digest = forms.RegexField(r"^[0-9a-f]{64}$", label=gettext_lazy("摘要"))
    hint = TextField(label=gettext_lazy("開頭"), max_length=16)

    def clean_scopes(self) -> str:
        try:
            return " ".join(parse_scopes(self.cleaned_data["scopes"]))
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def clean_person(self) -> object:
        person = self.cleaned_data["person"]
        if not person.is_active:
            raise forms.ValidationError(_("%(name)s已經離職，不能以其名義發權杖。") % {"name": person})
        return person


class RevokeToken(ActionForm):
    token = WholeNumberField(label=gettext_lazy("權杖號"), least=1)


class AddWebhook(ActionForm):
    # A URL may hold a key of its own.
    personal = ("secret", "url")

    name = TextField(label=gettext_lazy("名稱"), max_length=80)
    url = TextField(label=gettext_lazy("網址"), max_length=500, help_text=gettext_lazy("https://…，收 POST。"))
    kinds = TextField(
        label=gettext_lazy("哪些登記"),
        max_length=300,
        help_text=gettext_lazy("登記種類的開頭，空格分開：repairs stores.issued；* 是全部。"),
    )
    secret = TextField(
        label=gettext_lazy("密鑰"),
        min_length=16,
        max_length=200,
        help_text=gettext_lazy("至少 16 個字；對方用它核對簽名。"),
    )

    def clean_url(self) -> str:
        try:
            outside.target_of(self.cleaned_data["url"])
        except outside.Forbidden as error:
            raise forms.ValidationError(str(error)) from error
        return self.cleaned_data["url"]

    def clean_kinds(self) -> str:
        words = re.split(r"[\s,，、]+", self.cleaned_data["kinds"].strip())
        kinds = ACTIONS.names()
        for word in words:
            known = word == "*" or any(kind == word or kind.startswith(word.rstrip(".") + ".") for kind in kinds)
            if not known:
                raise forms.ValidationError(
                    _("沒有以「%(word)s」開頭的登記。例如 repairs、stores.issued、*。") % {"word": word[:60]}
                )
        return " ".join(dict.fromkeys(words))


class OneWebhook(ActionForm):
    webhook = WholeNumberField(label=gettext_lazy("Webhook 號"), least=1, most=2**63 - 1)


class Redeliver(OneWebhook):
    number = WholeNumberField(label=gettext_lazy("登記號"), least=1, most=2**63 - 1)
