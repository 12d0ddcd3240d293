"""One form per action of tokens."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import ActionForm, locked
from houqin.foundation.journal.refused import Refused
from houqin.foundation.org.fields import MOST_SUGGESTED, ReferenceField
from houqin.kit.fields import TextField

from .models import Token, as_typed
from .things import ThingKind, kind_named

MOST = 20_000


class TokenField(ReferenceField):
    """A live token by its row or its text; locked while the action runs. ``kinds`` narrows what it may stand on."""

    model = Token
    is_suggested = False

    def __init__(self, *, kinds: tuple[str, ...] = (), **kwargs: Any) -> None:
        self.kinds = kinds
        kwargs.setdefault("label", gettext_lazy("標籤碼"))
        kwargs.setdefault("widget", forms.TextInput)
        super().__init__(queryset=lambda: locked(Token.objects.live()), **kwargs)

    def suggested(self, typed: str, *, most: int = MOST_SUGGESTED) -> list[tuple[str, str]]:
        """None: whoever holds the text of a token may act for the thing it stands on."""
        return []

    def to_python(self, value: Any) -> Token | None:
        if value in self.empty_values:
            return None
        text = value.text if isinstance(value, Token) else as_typed(str(value))
        known = self.rows().filter(text=text).first()
        if known is None:
            raise forms.ValidationError(_("這個標籤碼已經作廢或不存在。請掃現在貼着的那一張。"), code="unknown")
        if self.kinds and known.kind not in self.kinds:
            raise forms.ValidationError(
                _("這張標籤貼在「%(title)s」，不能在這裏用。") % {"title": known.title}, code="kind"
            )
        return known


class KindField(forms.Field):
    """A kind of thing that can bear a token, by its name."""

    def to_python(self, value: Any) -> ThingKind | None:
        if value in self.empty_values:
            return None
        try:
            return value if isinstance(value, ThingKind) else kind_named(str(value))
        except Refused as refused:
            raise forms.ValidationError(str(refused)) from refused


class KeysField(forms.Field):
    """Keys of rows: a list, or with commas between. Cleans to a list of whole numbers without doubles."""

    def to_python(self, value: Any) -> list[int]:
        if value in self.empty_values:
            return []
        parts = value if isinstance(value, (list, tuple)) else str(value).split(",")
        try:
            keys = [int(str(part).strip()) for part in parts]
        except ValueError as error:
            raise forms.ValidationError(_("要貼標籤的編號寫得不對。")) from error
        if len(keys) > MOST:
            raise forms.ValidationError(_("一次最多 %(most)d 張標籤，請先縮小範圍。") % {"most": MOST})
        return list(dict.fromkeys(keys))


class Issue(ActionForm):
    # Which ones is told by the tokens themselves; twenty thousand keys do not belong in one entry.
    personal = ("kind", "keys")

    kind = KindField(label=gettext_lazy("種類"))
    keys = KeysField(label=gettext_lazy("哪些"))


class WithReason(ActionForm):
    token = TokenField()
    reason = TextField(
        label=gettext_lazy("原因"), max_length=200, help_text=gettext_lazy("例如：標籤掉了、被人拍照亂報。")
    )
