"""The demo scene plays through actions and leaves a sound book."""

from datetime import date
from random import Random

from houqin.domains.purchasing import rules
from houqin.domains.purchasing.demo import a_term_of_purchases
from houqin.domains.purchasing.models import Comparison, Order, Request, Tender
from houqin.foundation.journal.checks import CHECKS
from houqin.foundation.journal.figures import Reading
from houqin.foundation.journal.models import Entry
from houqin.foundation.org.demo import the_school_and_its_people
from houqin.foundation.org.founding import found_school
from houqin.foundation.org.scenes import Stage
from houqin.kit.periods import Period

HALF = Period(date(2025, 7, 10), date(2026, 1, 20), "2025年下半年")


def test_a_term_of_purchases_is_played(committed):
    founded = found_school(name="示範學校", password="chalk-and-duster-7")
    stage = Stage(founded.school, HALF, Random(7), founded.administrator)
    stage.shared.update(password="chalk-and-duster-7", half_year=HALF)
    the_school_and_its_people(stage)
    a_term_of_purchases(stage)
    assert Request.objects.count() == 62
    states = set(Request.objects.values_list("state", flat=True))
    assert states & set(rules.WAITING)
    assert states >= {"approved", "planned", "rejected", "withdrawn"}
    assert Order.objects.count() >= 30
    assert Order.objects.filter(state="partly").exists()
    assert Comparison.objects.filter(state="approved").count() >= 15
    assert Tender.objects.get().state == "contracted"
    assert not Entry.objects.filter(kind__startswith="purchasing.", occurred_on__gt=HALF.end).exists()
    reading = Reading(HALF)
    assert reading["purchasing.saved"].value > 0
    # The demo writes its past as if it were then, so its clock goes back.
    looked = [check for check in CHECKS if check.name != "journal.clock"]
    assert [finding.sentence for check in looked for finding in check.look()] == []
