"""The demo scene plays through actions and gives the same book twice."""

from houqin.domains.purchasing.models import Comparison, Order, Request, Tender
from houqin.foundation.journal.checks import CHECKS
from houqin.foundation.journal.figures import Reading
from houqin.foundation.journal.models import Entry


def test_a_term_of_purchases_is_played(committed):
    from houqin.interfaces.cli.demonstration import make_demo
    from houqin.kit import clock

    shown = make_demo(seed=7, tell=lambda done, of: None)
    assert Request.objects.count() == 62
    assert Request.objects.values("state").distinct().count() >= 4
    assert Order.objects.count() >= 30
    assert Comparison.objects.filter(state="approved").count() >= 15
    assert Tender.objects.get().state in ("contracted", "awarded", "announced")
    assert Entry.objects.filter(kind__startswith="purchasing.", occurred_on__gt=clock.today()).count() == 0
    reading = Reading(shown.period)
    assert reading["purchasing.saved"].value > 0
    own = [check for check in CHECKS if check.name.startswith(("purchasing.", "journal."))]
    assert [finding.sentence for check in own for finding in check.look()] == []
