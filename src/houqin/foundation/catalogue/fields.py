"""Form fields that refer to what the catalogue knows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from houqin.foundation.journal.models import Entry
from houqin.foundation.org.directory import Directory, Unknown
from houqin.foundation.org.fields import ReferenceField

from . import arrivals


class AcceptanceField(ReferenceField):
    """An acceptance of purchasing whose goods wait to be taken over: its entry's number, or the number of its paper."""

    model = Entry
    looked_in = ("document_number",)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=arrivals.acceptances, **kwargs)

    def written(self, rows: Sequence[Any]) -> list[str]:
        return [row.document_number for row in rows]

    def for_paper(self, paper: Any) -> str:
        brought = self.rows().filter(document_kind=getattr(paper, "kind", ""), document_id=paper.pk)
        return str(paper.number) if brought.exists() else ""

    def told(self, row: Any) -> str:
        return f"{row.document_number} {row.occurred_on}"

    def named(self, directory: Directory, text: str) -> Entry:
        found = self.rows().filter(document_number=text).first()
        if found is None:
            raise Unknown
        return found

    def _what(self) -> str:
        return _("已驗收的採購驗收單")
