"""Taking back: what was written about a paper is taken back by the paper's own verbs, so that journal and rows agree.

The general reversal (紅字沖銷) turns an entry round and knows no rows: a requisition would still say 3 handed out, a slip would
still open the gate. So it is for entries that belong to no paper, and for those whose action says ``reversible=True``.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from houqin.foundation.journal.actions import ACTIONS
from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.writer import Draft, reverse

from .models import Document
from .reading import find_document
from .routes import Route


def take_back(entry: Draft, document: Document, *, reason: str, kinds: Iterable[str] | None = None) -> list[Entry]:
    """Reverse every standing entry of a paper, or those of ``kinds``, the last first; ``entry`` is the verb that does it.

    Refuses, through the journal's floors, where something rests on what they moved. Gives the entries that were reversed.
    """
    standing = Entry.objects.filter(
        document_kind=document.kind, document_id=document.pk, sign=1, reversed_by__isnull=True
    )
    if kinds is not None:
        standing = standing.filter(kind__in=list(kinds))
    wrong = list(standing.select_related("place", "place__campus").order_by("-number"))
    for known in wrong:
        reverse(entry.unit, known, reason=reason)
    return wrong


def why_not_reversed(entry: Entry) -> str:
    """Why the general reversal may not touch this entry, and what to do instead; "" where it may."""
    if entry.sign < 0:
        return _("第 %(number)s 號登記本身就是沖銷，不能再沖銷；請重新登記。") % {"number": entry.number}
    if Entry.objects.filter(reverses_id=entry.number).exists():
        return _("第 %(number)s 號登記已經沖銷過了。") % {"number": entry.number}
    verb = ACTIONS.get(entry.kind)
    document = find_document(entry.document_kind, entry.document_id) if entry.document_id else None
    if document is not None and not (verb and verb.reversible):
        route: Route | None = type(document).route()
        if route is not None:
            return _of_a_paper(document, route)
    if not entry.lines.exists() and not entry.measures.exists():
        return _("第 %(number)s 號登記沒有數量可沖銷，請用相應的更正。") % {"number": entry.number}
    return ""


def _of_a_paper(document: Document, route: Route) -> str:
    kinds = dict.fromkeys(step.kind for step in route.steps_from(document.state) if step.takes_back)
    labels = [str(ACTIONS[kind].label) for kind in kinds if kind in ACTIONS]
    facts = {"paper": document, "state": document.state_label}
    if labels:
        return _("這筆登記屬於%(paper)s，不能單獨沖銷。要收回，請在單上用「%(verbs)s」。") % {
            **facts,
            "verbs": "」「".join(labels),
        }
    return (
        _("這筆登記屬於%(paper)s，不能單獨沖銷；這張單已經「%(state)s」，不能收回。有錯請另辦一張單更正，並寫明原因。")
        % facts
    )
