"""What must never be true at the gate."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.checks import Finding, check
from houqin.foundation.journal.models import Entry

from .models import LeaveSlip, Visit


def _standing(model: type[Visit] | type[LeaveSlip], kind: str) -> Exists:
    return Exists(
        Entry.objects.filter(
            document_kind=model.kind, document_id=OuterRef("pk"), kind=kind, sign=1, reversed_by__isnull=True
        )
    )


@check("gate.signed_out_as_written", gettext_lazy("銷號與登記相符"))
def exits_agree_with_the_journal() -> Iterable[Finding]:
    """A visit that is over has a time of leaving and an entry that says so; one that is not has neither."""
    visits = Visit.objects.exclude(state="refused").annotate(has_left=_standing(Visit, "gate.left"))
    wrong = visits.filter(
        Q(state="left") & (Q(left_at__isnull=True) | Q(has_left=False)) | ~Q(state="left") & Q(has_left=True)
    )
    for visit in wrong:
        yield Finding(_("來訪 %(number)s 的銷號與登記不符。") % {"number": visit.number}, Visit.kind, visit.pk)


@check("gate.one_exit_a_visit", gettext_lazy("一次來訪只銷號一次"))
def nobody_leaves_twice() -> Iterable[Finding]:
    twice = (
        Entry.objects.filter(kind="gate.left", sign=1, reversed_by__isnull=True, document_kind=Visit.kind)
        .values("document_id", "document_number")
        .annotate(times=Count("number"))
        .filter(times__gt=1)
    )
    for row in twice:
        yield Finding(
            _("來訪 %(number)s 銷號了 %(times)s 次。") % {"number": row["document_number"], "times": row["times"]},
            Visit.kind,
            row["document_id"],
        )


@check("gate.released_on_a_slip", gettext_lazy("放行的學生都有班主任簽字的離校單"))
def nobody_is_released_without_a_signed_slip() -> Iterable[Finding]:
    """G04-1, of what was written here and not taken in from old papers."""
    slips = LeaveSlip.objects.filter(state__in=("released", "gone", "returned", "closed")).annotate(
        is_issued=_standing(LeaveSlip, "gate.slip_issued")
    )
    for slip in slips.filter(is_issued=False):
        yield Finding(
            _("離校單 %(number)s 沒有班主任簽字就放行了。") % {"number": slip.number}, LeaveSlip.kind, slip.pk
        )
