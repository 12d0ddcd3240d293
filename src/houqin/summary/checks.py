"""What must never be true of a summary that was signed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.checks import Finding, check
from houqin.foundation.journal.digest import canonical
from houqin.foundation.journal.models import Entry

from .models import FairCopy, Summary
from .rules import FROZEN


@check("summary.fair_copies", gettext_lazy("定稿與登記鏈相符"))
def fair_copies_are_what_was_signed() -> Iterable[Finding]:
    """A fair copy's content has the fingerprint its own entry in the chain carries; no frozen summary is without one."""
    carried = {
        entry.document_id: (entry.number, json.loads(entry.asked).get("content"))
        for entry in Entry.objects.filter(kind="summary.frozen", sign=1)
    }
    copies = {copy.summary_id: copy for copy in FairCopy.objects.all()}
    for summary in Summary.objects.filter(state=FROZEN):
        copy = copies.get(summary.pk)
        number, fingerprint = carried.get(summary.pk, (None, None))
        if copy is None or sha256(canonical(copy.content).encode()).hexdigest() != fingerprint:
            yield Finding(
                _("%(summary)s 的定稿與登記鏈裏的指紋不符。") % {"summary": summary},
                document_kind=Summary.kind,
                document_id=summary.pk,
                entry=number,
            )
