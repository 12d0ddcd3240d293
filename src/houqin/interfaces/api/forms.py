"""What giving and revoking a token asks for."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import ActionForm
from houqin.foundation.org.fields import PersonField
from houqin.kit.fields import DayField, TextField, WholeNumberField

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
