"""What must never be true of work orders."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.checks import Finding, check
from houqin.foundation.journal.models import Entry

from .models import WorkOrder

DONE = ("done", "confirmed", "closed")


def _standing(kind: str) -> Exists:
    """A standing entry of ``kind`` about the order looked at."""
    return Exists(
        Entry.objects.filter(
            document_kind=WorkOrder.kind,
            document_id=OuterRef("pk"),
            kind=kind,
            sign=1,
            reversed_by__isnull=True,
        )
    )


@check("repairs.done_by_somebody", gettext_lazy("完工的報修單有維修人"))
def done_orders_name_a_repairer() -> Iterable[Finding]:
    """An order dispatched here and done names who did it; a paper of the past may have left it blank."""
    nameless = WorkOrder.objects.filter(state__in=DONE, dispatched_at__isnull=False, repairer_name="")
    for order in nameless:
        yield Finding(_("報修單 %(number)s 已完工，沒有維修人。") % {"number": order.number}, WorkOrder.kind, order.pk)


@check("repairs.state_as_written", gettext_lazy("報修單的狀態與登記相符"))
def states_agree_with_the_journal() -> Iterable[Finding]:
    """Done where a completion stands in the journal, reported in any case."""
    orders = WorkOrder.objects.exclude(state="void").annotate(
        is_reported=_standing("repairs.reported"), is_completed=_standing("repairs.completed")
    )
    for order in orders.filter(Q(is_reported=False) | Q(state__in=DONE, is_completed=False)):
        yield Finding(
            _("報修單 %(number)s 是「%(state)s」，登記簿裡沒有相應的登記。")
            % {"number": order.number, "state": order.state_label},
            WorkOrder.kind,
            order.pk,
        )


@check("repairs.done_after_reported", gettext_lazy("完成時間不早於報修時間"))
def nothing_is_mended_before_it_broke() -> Iterable[Finding]:
    for order in WorkOrder.objects.filter(completed_at__date__lt=TruncDate("reported_at")):
        yield Finding(
            _("報修單 %(number)s 的完成時間早於報修時間。") % {"number": order.number},
            WorkOrder.kind,
            order.pk,
            notice=True,
        )
