"""The demo school's property, played on its stage."""

from datetime import date
from random import Random

import time_machine

from houqin.domains.assets.demo import a_half_year_of_assets
from houqin.domains.assets.models import AssetCard, CustodyLetter, Disposal, Transfer
from houqin.foundation.journal.checks import CHECKS
from houqin.foundation.org.demo import the_school_and_its_people
from houqin.foundation.org.founding import found_school
from houqin.foundation.org.scenes import Stage
from houqin.kit.periods import Period


def test_a_half_year_of_assets_is_played(db):
    period = Period(date(2025, 7, 10), date(2025, 12, 20))
    with time_machine.travel(period.end):
        founded = found_school(name="實驗小學（示範）")
        stage = Stage(founded.school, period, Random(5), founded.administrator)
        stage.shared["password"] = "chalk-and-duster-7"
        the_school_and_its_people(stage)
        a_half_year_of_assets(stage)

        assert 2_500 <= AssetCard.objects.count() <= 3_500
        states = {
            state: CustodyLetter.objects.filter(state=state).count() for state in ("called", "counted", "in_force")
        }
        assert CustodyLetter.objects.filter(school_class__isnull=False).count() == 36
        assert states["in_force"] > 30 and states["counted"] >= 3 and states["called"] >= 1
        assert sorted(Disposal.objects.values_list("state", flat=True)) == [
            "announced", "appraised_once", "appraised_once", "approved", "approved", "authorised",
        ]  # fmt: skip
        assert sorted(Transfer.objects.values_list("state", flat=True)) == ["received", "requested", "sent"]
        assert [finding.sentence for check in CHECKS for finding in check.look() if not finding.notice] == []
