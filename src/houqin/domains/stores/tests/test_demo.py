"""The demo school's stores: deterministic, whole, with something of everything."""

from datetime import date
from random import Random

from houqin.domains.stores.forms import LinesField
from houqin.domains.stores.models import Distribution, HandOut, Keeping, Loan, Receipt, Requisition
from houqin.foundation.calendar.demo import terms_and_report_period
from houqin.foundation.catalogue.models import Item
from houqin.foundation.journal.checks import CHECKS
from houqin.foundation.journal.models import Place
from houqin.foundation.org.demo import the_school_and_its_people
from houqin.foundation.org.founding import found_school
from houqin.foundation.org.scenes import Stage
from houqin.kit.periods import Period


def test_the_demo_has_something_of_everything(db):
    from houqin.domains.stores.demo import a_term_of_goods

    founded = found_school(name="實驗小學", password="chalk-and-duster-7")
    half = Period(date(2026, 1, 21), date(2026, 5, 10), "2026年上半年")
    stage = Stage(founded.school, half, Random(7), founded.administrator)
    stage.shared.update(password="chalk-and-duster-7", half_year=half)
    the_school_and_its_people(stage)
    terms_and_report_period(stage)
    a_term_of_goods(stage)

    assert Place.objects.filter(kind="store").count() == 2
    assert Keeping.objects.count() == 874
    assert HandOut.objects.count() > 800
    assert set(Requisition.objects.values_list("state", flat=True)) >= {
        "requested", "approved", "rejected", "picked", "partly", "issued", "signed", "withdrawn"
    }  # fmt: skip
    assert set(Loan.objects.values_list("state", flat=True)) == {"requested", "out", "returned"}
    assert Loan.objects.filter(state="out", due_on__lt=half.end).exists()
    assert set(Distribution.objects.values_list("state", flat=True)) == {"distributed", "short", "signed"}
    assert Distribution.objects.count() == 36
    assert set(Receipt.objects.values_list("state", flat=True)) == {"arrived", "accepted", "turned_away"}
    # The demo writes its past as if it were then, so its clock goes back.
    names = [name for name in CHECKS.names() if name.startswith(("stores.", "journal.")) and name != "journal.clock"]
    own = [CHECKS[name] for name in names]
    assert [finding for check in own for finding in check.look()] == []
    # Whatever is in the catalogue can be asked for the way the form's own words say.
    for priced, tail in ((False, ""), (True, " 2.50元")):
        for item in Item.objects.all():
            for counter in (item.counter, ""):
                (row,) = LinesField(priced=priced).clean(f"{item.name} {item.specification} 3{counter}{tail}")
                assert (row["item"], row["quantity"], row["price"]) == (item, 3, 250 if priced else None)
