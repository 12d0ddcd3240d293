"""What the keeper looks through again and again: what runs low, what is about to expire."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import action
from houqin.foundation.journal.vouching import add_rows, change_rows
from houqin.foundation.journal.writer import Draft
from houqin.foundation.org.models import Role
from houqin.foundation.org.parameters import value
from houqin.foundation.signing.models import Task

from .. import forms, plan, reports, rules


@action("stores.reorder_checked", label=gettext_lazy("核對最低庫存"), form=forms.CheckReorder, rule=rules.may_plan)
def check_reorder(entry: Draft, *, days: int | None, cover_days: int | None) -> None:
    """Look what is below its minimum or will run out, and put the proposal on the buyer's list."""
    proposed = plan.proposal(
        day=entry.occurred_on,
        days=days or value("stores.consumption_days", on=entry.occurred_on),
        cover_days=cover_days or value("stores.cover_days", on=entry.occurred_on),
    )
    entry.measure("items", len(proposed))
    entry.measure("below_minimum", sum(1 for one in proposed if one.is_below_minimum))
    _answered(entry, "stores.proposal")
    if not proposed:
        return
    names = "、".join(f"{one.item} {one.buy}{one.item.counter}" for one in proposed[:5])
    entry.unit.after_creations(
        lambda: add_rows(
            [
                Task(
                    document_kind="stores.proposal",
                    document_id=0,
                    document_number=f"{entry.occurred_on:%Y-%m-%d}",
                    title=_("建議採購 %(count)d 種：%(names)s等") % {"count": len(proposed), "names": names},
                    step="stores.reorder_checked",
                    role=Role.BUYER,
                    created_at=entry.unit.now,
                )
            ]
        )
    )


@action("stores.expiry_checked", label=gettext_lazy("核查臨期物資"), form=forms.CheckExpiry, rule=rules.may_plan)
def check_expiry(entry: Draft, *, days: int | None) -> None:
    """Look through the batches for what is past its day or soon will be; what is found stands on the keeper's list."""
    found = reports.near_expiry(entry.occurred_on, days=days)
    gone = [one for one in found if one.is_expired(entry.occurred_on)]
    entry.measure("batches", len(found))
    entry.measure("expired", len(gone))
    _answered(entry, "stores.expiring")
    if not found:
        return
    names = "、".join(f"{one.item} {one.remaining}{one.item.counter}（{one.expires_on}）" for one in found[:5])
    title = _("臨期物資 %(count)d 批，其中已過期 %(gone)d 批：%(names)s等。先到期的先發，過期的辦報損")
    entry.unit.after_creations(
        lambda: add_rows(
            [
                Task(
                    document_kind="stores.expiring",
                    document_id=0,
                    document_number=f"{entry.occurred_on:%Y-%m-%d}",
                    title=(title % {"count": len(found), "gone": len(gone), "names": names})[:200],
                    step="stores.expiry_checked",
                    role=Role.STOREKEEPER,
                    created_at=entry.unit.now,
                )
            ]
        )
    )


def _answered(entry: Draft, kind: str) -> None:
    """What an earlier look put on a list is answered by this one."""
    change_rows(Task.objects.open().filter(document_kind=kind), done_at=entry.unit.now, done_by=entry.by)
