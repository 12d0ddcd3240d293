"""What must never be true of the papers of safety; past papers may show it, and then it is found."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.checks import Finding, check
from houqin.foundation.journal.models import Entry

from .models import Grade, Hazard


@check("safety.second_person", gettext_lazy("隱患由第二人驗收"))
def a_second_person_accepts() -> Iterable[Finding]:
    """SA03-1, SOD-7: whoever mended a hazard does not sign it off."""
    for hazard in Hazard.objects.mended_and_accepted_by_one().order_by("opened_on", "number"):
        yield Finding(
            _("隱患 %(number)s「%(title)s」的整改責任人和驗收人都是%(name)s，要由第二人驗收。")
            % {"number": hazard.number, "title": hazard.title(), "name": hazard.fixer_name},
            Hazard.kind,
            hazard.pk,
            notice=True,
        )


@check("safety.closed_on_evidence", gettext_lazy("隱患驗收後才銷號"))
def hazards_close_on_evidence() -> Iterable[Finding]:
    """SA03-1: no closure without a verifier and what was seen."""
    for hazard in Hazard.objects.filter(state="closed", acceptance="").order_by("opened_on", "number"):
        yield Finding(
            _("隱患 %(number)s「%(title)s」已銷號，卻沒有驗收意見。")
            % {"number": hazard.number, "title": hazard.title()},
            Hazard.kind,
            hazard.pk,
            notice=True,
        )


@check("safety.major_protected", gettext_lazy("重大隱患已封控"))
def open_major_hazards_are_fenced_off() -> Iterable[Finding]:
    """SA03-2: an open major hazard blocks the use of what it is about."""
    for hazard in Hazard.objects.open().filter(grade=Grade.MAJOR, protection="").order_by("opened_on", "number"):
        yield Finding(
            _("重大隱患 %(number)s「%(title)s」沒有臨時防護措施，要立即封閉、警示或停用。")
            % {"number": hazard.number, "title": hazard.title()},
            Hazard.kind,
            hazard.pk,
            notice=True,
        )


@check("safety.states_told", gettext_lazy("隱患狀態有登記可查"))
def every_closed_hazard_has_its_entry() -> Iterable[Finding]:
    """A hazard's state follows from the journal: closed where an entry says so, open otherwise."""
    closing = Entry.objects.filter(
        kind="safety.hazard_closed",
        document_kind=Hazard.kind,
        document_id=OuterRef("pk"),
        sign=1,
        reversed_by__isnull=True,
    )
    hazards = Hazard.objects.annotate(is_told=Exists(closing))
    for hazard in hazards.filter(state="closed", is_told=False) | hazards.exclude(state="closed").filter(is_told=True):
        yield Finding(
            _("隱患 %(number)s 的狀態「%(state)s」與登記不符。")
            % {"number": hazard.number, "state": hazard.state_label},
            Hazard.kind,
            hazard.pk,
        )
