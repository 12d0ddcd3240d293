"""Nothing left hanging.

On a Wednesday in September Sun, the safety officer, walks the north campus with his checklist. The fire extinguishers are
in order; the horizontal bar is cracked. He writes it down on the spot and the hazard is in the book before he has left the
playground; Wang, who looks after the equipment, signs that he has seen it. Li, the director, gives the welding to Chen,
who is done two days later and would gladly sign it off himself. He may not: Sun comes back, shakes the bar, and accepts it.
Li closes the matter, and the half-year summary says so.
"""

from datetime import date

import pytest
import time_machine

from houqin.domains.safety import actions
from houqin.domains.safety.models import Hazard, Inspection
from houqin.foundation.journal.checks import CHECKS
from houqin.foundation.journal.figures import Reading
from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Denied
from houqin.foundation.journal.sentences import CLAUSES
from houqin.foundation.signing.models import Task
from houqin.kit.periods import Period


def test_nothing_left_hanging(cast):
    with time_machine.travel(date(2018, 9, 5)):
        actions.inspect(
            cast.sun,
            layer="周",
            place=cast.north,
            items="常規安全檢查",
            lines="滅火器壓力|合格\n體育器材|不合格|單槓開裂",
            handling="限期",
            due_on=date(2018, 9, 12),
            head=cast.wang,
        )
        inspection, hazard = Inspection.objects.get(), Hazard.objects.get()
        actions.countersign(cast.wang, document=inspection)
        actions.grade_hazard(cast.sun, document=hazard, grade="一般", protection="拉警戒線")
        actions.assign_hazard(cast.li, document=hazard, fixer=cast.chen, measures="焊接")
    with time_machine.travel(date(2018, 9, 7)):
        assert [task.title for task in Task.objects.open().of(cast.chen)] == ["整改完成：北校區單槓開裂"]
        actions.rectify_hazard(cast.chen, document=hazard)
        with pytest.raises(Denied):
            actions.accept_hazard(cast.chen, document=hazard, acceptance="很好")
        actions.accept_hazard(cast.sun, document=hazard, acceptance="焊縫完好，晃動無異響")
        actions.close_hazard(cast.li, document=hazard)

    assert not Task.objects.open().exists()
    closing = Entry.objects.get(kind="safety.hazard_closed")
    assert (closing.document_id, closing.occurred_on) == (hazard.pk, date(2018, 9, 7))
    assert Entry.objects.get(kind="safety.hazard_found").because.kind == "safety.inspected"
    reading = Reading(Period(date(2018, 9, 1), date(2019, 1, 31)))
    mended = CLAUSES["safety.mended"].text(reading)
    assert mended == ["巡視發現的安全隱患及時整改，如北校區單槓開裂及時焊接"]
    assert [finding.sentence for check in CHECKS for finding in check.look()] == []
