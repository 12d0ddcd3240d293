"""Decisions about rows set aside: taken in as corrected, joined to the row of their number, or left out with a reason."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import Action, action
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.journal.writer import Draft
from houqin.foundation.org.directory import Directory
from houqin.foundation.org.fields import ReferenceField
from houqin.foundation.org.rules import anyone, reveals
from houqin.foundation.signing.routes import walks

from . import aside, forms
from .models import RowAside
from .reading import by_name, form_for_cells
from .register import REGISTERS, Importing, Register


def _deciding(entry: Draft, document: RowAside) -> tuple[Register, Importing]:
    register = REGISTERS.get(document.register)
    if register is None or register.importing is None:
        raise Refused(_("這本登記簿已經不收匯入了。"))
    if not aside.may_decide(entry.by, register):
        raise Denied(_("這一行要由可以匯入「%(title)s」的人來決定。") % {"title": register.title})
    return register, register.importing


def _write(entry: Draft, verb: Action, data: dict[str, str], **more: Any) -> Draft:
    """Do what the importer would have done with the row, as a consequence of the decision."""
    form = form_for_cells(verb.form(actor=entry.by), directory=Directory.read())
    cells = {
        name: by_name(one, value) if isinstance(one := form.fields[name], ReferenceField) else value
        for name, value in data.items()
        if name in form.fields
    }
    made = verb.into(entry.unit, {**cells, **more}, form=form)
    made.because = made.because or entry
    return made


def _decided(entry: Draft, document: RowAside, decision: str) -> None:
    document.decided_by, document.decided_on, document.decision = entry.by, entry.occurred_on, decision[:200]
    entry.changes(document, "decided_by", "decided_on", "decision")
    entry.reason = decision[:200]


@action("registers.row_taken", label=gettext_lazy("改正後收入"), form=forms.TakeRow, rule=anyone)
@walks(lambda: aside.ROUTE)
def take_row(entry: Draft, *, document: RowAside, cells: dict[str, str], reason: str) -> None:
    """Take a row in with the cells that were wrong put right: renumbered, one of two readings kept, a place named."""
    register, importing = _deciding(entry, document)
    changed = aside.changed_cells(document, cells, register)
    unknown = set(changed) - {column.name for column in register.imported_columns()}
    if unknown:
        raise Refused(
            _("「%(title)s」沒有「%(name)s」這一欄。") % {"title": register.title, "name": min(unknown)}, field="cells"
        )
    _write(entry, importing.action, {**document.cells, **changed})
    told = "；".join(
        _("%(label)s「%(old)s」→「%(new)s」")
        % {"label": register.column(name).label, "old": document.cells.get(name, ""), "new": value}
        for name, value in changed.items()
        if value != document.cells.get(name, "") and not register.column(name).personal
    )
    document.cells = {**document.cells, **changed}
    entry.changes(document, "cells")
    _decided(entry, document, "；".join(filter(None, (told, reason))) or _("照原樣收入"))


@action("registers.row_merged", label=gettext_lazy("併入同編號的一筆"), form=forms.MergeRow, rule=anyone)
@walks(lambda: aside.ROUTE)
def merge_row(entry: Draft, *, document: RowAside, cells: dict[str, str], reason: str) -> None:
    """Join a row to the one of the book that bears its number, so that nothing of it is lost."""
    register, importing = _deciding(entry, document)
    if importing.merges is None or register.document is None or not importing.key:
        raise Refused(_("「%(title)s」的行不能合併。請改正後收入。") % {"title": register.title})
    data = {**document.cells, **aside.changed_cells(document, cells, register)}
    number = data.get(importing.key[0], "")
    known = register.document._default_manager.filter(number=number).first() if number else None
    if known is None:
        raise Refused(_("賬本裏沒有編號「%(number)s」的一筆，無從併入。請改正後收入。") % {"number": number})
    _write(entry, importing.merges, data, document=known.pk)
    _decided(entry, document, "；".join(filter(None, (_("併入 %(number)s") % {"number": number}, reason))))


@action("registers.row_left_out", label=gettext_lazy("不收"), form=forms.LeaveRowOut, rule=anyone)
@walks(lambda: aside.ROUTE)
def leave_row_out(entry: Draft, *, document: RowAside, reason: str) -> None:
    """Decide that a row is not taken in, and why; it stays on the list with its reason."""
    _deciding(entry, document)
    _decided(entry, document, reason)


@action(
    "registers.disclosed",
    label=gettext_lazy("匯出未隱去的個人資料"),
    form=forms.Disclose,
    rule=reveals,
    hidden=True,
)
def disclose(entry: Draft, *, register: str, rows: int) -> None:
    """Leave a trace of a file with personal data in full: who took it, of which register, how many rows; none of the data."""
    entry.reason = str(REGISTERS[register].title)
    entry.measure("rows", rows)
