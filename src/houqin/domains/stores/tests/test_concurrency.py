"""Two people do the same thing at the same moment: nothing is issued, lent or taken in twice."""

import threading

import pytest
from django.db import connections

from houqin.domains.stores import actions, checks
from houqin.domains.stores.models import Distribution, DistributionLine, Loan
from houqin.foundation.catalogue import stock
from houqin.foundation.catalogue.items import item_named
from houqin.foundation.journal.accounts import account
from houqin.foundation.journal.actions import batch
from houqin.foundation.journal.models import Balance, Entry
from houqin.foundation.journal.refused import Refused
from houqin.foundation.journal.verification import verify, wrong_balances
from houqin.kit import clock

from .conftest import Stores


@pytest.fixture
def stage(committed_cast):
    return Stores(committed_cast)


def together(*jobs):
    """Run the jobs at the same moment; what each said: "done", or the sentence that refused it."""
    start, said, wrong = threading.Barrier(len(jobs)), [], []

    def run(job):
        try:
            start.wait(timeout=30)
            job()
            said.append("done")
        except Refused as no:
            said.append(str(no))
        except BaseException as error:  # noqa: BLE001 - raised below
            wrong.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    if wrong:
        raise wrong[0]
    return sorted(said, key=lambda one: one != "done")


def test_an_opening_of_term_planned_and_handed_out_by_two_at_once_is_handed_out_once(stage):
    stage.buy("作業本 500本 1.00元")
    actions.set_kit(stage.cast.li, name="作業本", per="每生", quantity=2)

    def plan():
        actions.plan_distribution(stage.cast.li, term=stage.term)

    said = together(plan, plan, plan)
    assert (said[0], len(said)) == ("done", 3)
    assert all("都已經編好" in one for one in said[1:])
    assert list(DistributionLine.objects.order_by("planned").values_list("planned", flat=True)) == [76, 80]

    sheet = Distribution.objects.get(school_class=stage.one).pk

    def give(keeper):
        return lambda: actions.distribute(keeper, document=sheet)

    said = together(give(stage.cast.wang), give(stage.wu), give(stage.cast.wang))
    assert (said.count("done"), len(said)) == (1, 3)
    assert DistributionLine.objects.get(distribution=sheet).issued == 80
    assert stage.held("作業本") == 420
    assert list(checks.issued_once()) == []
    assert wrong_balances() == []
    assert verify().is_sound


def test_two_classes_never_get_more_together_than_the_store_has(stage):
    stage.buy("作業本 100本 1.00元")
    actions.set_kit(stage.cast.li, name="作業本", per="每生", quantity=2)
    actions.plan_distribution(stage.cast.li, term=stage.term)
    sheets = list(Distribution.objects.values_list("pk", flat=True))
    together(*(lambda key=key: actions.distribute(stage.cast.wang, document=key) for key in sheets))
    assert sum(DistributionLine.objects.values_list("issued", flat=True)) == 100
    assert stage.held("作業本") == 0
    assert list(checks.issued_once()) == []


def test_one_numbered_piece_asked_for_by_two_is_lent_to_one(stage):
    stage.buy("投影儀 2臺 2000元")

    def lend(borrower):
        return lambda: actions.lend_directly(
            stage.cast.wang, store=stage.north, item="投影儀", serial="T1", borrower=borrower, purpose="公開課",
            condition_out="完好", due_on=clock.today(),
        )  # fmt: skip

    said = together(lend(stage.cast.zhao), lend(stage.cast.lin))
    assert (said.count("done"), len(said)) == (1, 2)
    assert Loan.objects.filter(state="out", serial="T1").count() == 1
    assert stage.held("投影儀") == 1


def test_accepted_goods_are_taken_in_by_one_of_two_keepers(stage):
    chalk = item_named("粉筆", counter="盒")
    lies = account("arrivals", stage.cast.north.pk, name="北校區已驗收待入庫", place=stage.cast.north)
    with batch(stage.xu) as unit:
        stock.put(
            unit.draft("purchasing.received"), chalk.commodity, source=account("outside", "suppliers"), target=lies,
            quantity=30, value=9_000,
        )  # fmt: skip
    key = Entry.objects.get(kind="purchasing.received").pk

    def take(keeper, store):
        return lambda: actions.take_in(keeper, acceptance=key, store=store)

    said = together(take(stage.cast.wang, stage.north), take(stage.wu, stage.south), take(stage.wu, stage.north))
    assert said[0] == "done"
    assert all("都已經入庫" in one for one in said[1:])
    assert stage.held("粉筆") + stage.held("粉筆", store=stage.south) == 30
    assert Balance.objects.get(account=lies, commodity=chalk.commodity).quantity == 0
