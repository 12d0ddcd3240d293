"""What can be done with any paper and any entry: hang a file on it, take an entry back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import ActionForm, action
from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Refused
from houqin.foundation.journal.writer import Draft, reverse
from houqin.foundation.org.models import Person
from houqin.foundation.org.rules import Rule, office
from houqin.kit.fields import TextField, WholeNumberField

from .attachments import attach as attach_file
from .models import Document
from .reading import find_document, may_read


class Attach(ActionForm):
    document_kind = TextField(label=gettext_lazy("單據種類"), max_length=64)
    document_key = WholeNumberField(label=gettext_lazy("單據"), least=1)
    file = forms.FileField(label=gettext_lazy("照片或檔案"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "document_key" in cleaned and "document_kind" in cleaned:
            document = find_document(cleaned.pop("document_kind"), cleaned.pop("document_key"))
            if document is None:
                raise forms.ValidationError(_("找不到這張單。"))
            cleaned["attached_to"] = document
        return cleaned


def _reads_it(person: Person, about: dict[str, Any]) -> bool:
    document = about.get("attached_to")
    return document is None or may_read(person, document)


@action(
    "documents.attached",
    label=gettext_lazy("加照片或檔案"),
    form=Attach,
    rule=Rule(_reads_it, lambda: _("看得到這張單的人")),
    hidden=True,
)
def attach(entry: Draft, *, attached_to: Document, file: Any) -> None:
    """Hang a photo or file on a paper one may read."""
    entry.document, entry.place = attached_to, attached_to.place
    attach_file(entry, attached_to, file)


class Reverse(ActionForm):
    entry_number = WholeNumberField(label=gettext_lazy("登記號"), least=1)
    reason = TextField(label=gettext_lazy("沖銷原因"), max_length=200)


@action("journal.reversed", label=gettext_lazy("沖銷"), form=Reverse, rule=office)
def take_back(entry: Draft, *, entry_number: int, reason: str) -> Draft:
    """Take a wrong entry back with a second one that says why (紅字沖銷)."""
    wrong = Entry.objects.select_related("place", "place__campus").filter(number=entry_number).first()
    if wrong is None:
        raise Refused(_("沒有第 %(number)s 號登記。") % {"number": entry_number}, field="entry_number")
    if not wrong.document_kind and not wrong.lines.exists() and not wrong.measures.exists():
        raise Refused(
            _("第 %(number)s 號登記沒有數量可沖銷，請用相應的更正。") % {"number": entry_number}, field="entry_number"
        )
    return reverse(entry.unit, wrong, reason=reason)
