"""What is asked when a row set aside is decided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import ActionForm, locked
from houqin.foundation.org.fields import ReferenceField
from houqin.kit.fields import TextField, WholeNumberField
from houqin.kit.text import clean_cell

from .models import RowAside


class RowAsideField(ReferenceField):
    """A row set aside, by its row, its key or its number; locked while the action runs."""

    model = RowAside
    picker = "registers.asides"

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.HiddenInput)
        super().__init__(queryset=lambda: locked(RowAside.objects.all()), label=gettext_lazy("待決定的行"), **kwargs)


class CellsField(forms.Field):
    """Cells to change: a mapping, or lines of 「欄名：值」; an empty value clears the cell. Cleans to a dict of texts."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea)
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> dict[str, str]:
        if isinstance(value, Mapping):
            return {str(name): clean_cell(str(told)) for name, told in value.items()}
        found: dict[str, str] = {}
        for line in str(value or "").splitlines():
            if not line.strip():
                continue
            name, colon, told = line.replace("：", ":", 1).partition(":")
            if not colon:
                raise forms.ValidationError(_("看不懂「%(line)s」。一行一欄，寫成「欄名：值」。") % {"line": line[:40]})
            found[clean_cell(name)] = clean_cell(told)
        return found


class TakeRow(ActionForm):
    personal = ("cells",)

    document = RowAsideField()
    cells = CellsField(
        label=gettext_lazy("改正"), required=False, help_text=gettext_lazy("一行一欄：欄名：值。空着就照原樣。")
    )
    reason = TextField(label=gettext_lazy("說明"), max_length=200, required=False)


class MergeRow(TakeRow):
    pass


class LeaveRowOut(ActionForm):
    document = RowAsideField()
    reason = TextField(label=gettext_lazy("不收的理由"), max_length=200)


class Disclose(ActionForm):
    kept = ("register",)

    register = TextField(label=gettext_lazy("登記簿"), max_length=64)
    rows = WholeNumberField(label=gettext_lazy("行數"), least=0)
