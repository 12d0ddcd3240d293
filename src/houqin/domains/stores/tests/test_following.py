"""Batches follow what other domains take out of a store or find in it."""

from datetime import timedelta

import pytest

from houqin.domains.stores import actions, checks
from houqin.domains.stores.models import Batch, Loan
from houqin.foundation.catalogue import stock
from houqin.foundation.catalogue.items import item_key
from houqin.foundation.catalogue.models import Item
from houqin.foundation.journal.accounts import account
from houqin.foundation.journal.actions import batch
from houqin.foundation.journal.models import Account
from houqin.foundation.journal.refused import Refused
from houqin.kit import clock


@pytest.fixture
def dated(stores):
    """Six bottles good for ten days and five good for a year, and four of which nobody knows."""
    soon, late = clock.today() + timedelta(days=10), clock.today() + timedelta(days=365)
    stores.buy(f"消毒液 6瓶 8元 批號A 有效期{soon}\n消毒液 5瓶 8元 批號B 有效期{late}")
    stores.buy("消毒液 4瓶 8元")
    return stores


def shelf(stores, place=None):
    return Account.objects.get(code=f"store:{(place or stores.north).pk}")


def bottles():
    return Item.objects.get(folded=item_key("消毒液")).commodity


def left(place=None):
    rows = Batch.objects.filter(store=place) if place else Batch.objects.all()
    return dict(rows.values_list("number", "remaining"))


def take(stores, quantity, target, kind="trial.used"):
    with batch(stores.cast.li) as unit:
        stock.take(unit.draft(kind), bottles(), source=shelf(stores), target=target, quantity=quantity)


def test_what_another_domain_uses_leaves_the_batch_that_expires_first(dated):
    take(dated, 8, account("used", "repairs"))
    assert left() == {"A": 0, "B": 3}
    assert list(checks.batches_within_balance()) == []


def test_what_a_count_found_missing_leaves_its_batch_in_the_same_transaction(dated):
    take(dated, 13, account("loss", "lost"))
    assert (dated.held("消毒液"), left()) == (2, {"A": 0, "B": 0})
    assert list(checks.batches_within_balance()) == []


def test_what_is_refused_leaves_the_batches_alone(dated):
    with pytest.raises(Refused):
        take(dated, 16, account("loss", "lost"))
    assert left() == {"A": 6, "B": 5}


def test_what_is_used_up_is_not_what_is_past_its_day_while_there_is_other(dated):
    Batch.objects.filter(number="A").update(expires_on=clock.today() - timedelta(days=1))
    take(dated, 9, account("used", "repairs"))
    assert left() == {"A": 6, "B": 0}
    take(dated, 2, account("used", "repairs"))
    assert left() == {"A": 4, "B": 0}


def test_what_a_count_finds_goes_back_to_the_batch_that_went_out_and_no_further(dated):
    take(dated, 6, account("used", "repairs"))
    with batch(dated.cast.li) as unit:
        stock.put(
            unit.draft("trial.found"), bottles(), source=account("found", "miscounted"), target=shelf(dated),
            quantity=9, value=0,
        )  # fmt: skip
    assert (dated.held("消毒液"), left()) == (18, {"A": 6, "B": 5})
    assert list(checks.batches_within_balance()) == []


def test_a_van_between_two_stores_takes_the_batches_along(dated):
    target = account("store", dated.south.pk, name=dated.south.full_name, place=dated.south)
    take(dated, 7, target, kind="trial.moved")
    assert (left(dated.north), left(dated.south)) == ({"A": 0, "B": 4}, {"A": 6, "B": 1})
    assert list(checks.batches_within_balance()) == []


def test_a_batch_that_says_more_than_the_book_is_found(dated):
    Batch.objects.filter(number="B").update(received=50, remaining=50)
    assert [str(finding.sentence) for finding in checks.batches_within_balance()] == [
        "「消毒液」各批剩餘 56，多過結存 15。"
    ]
    Batch.objects.filter(number="B").update(received=5, remaining=5)


def test_what_is_lent_leaves_its_batch_and_comes_back_to_it(dated):
    actions.lend_directly(
        dated.cast.wang, store=dated.north, item="消毒液", quantity=8, borrower=dated.cast.zhao, purpose="演示",
        condition_out="完好", due_on=clock.today(),
    )  # fmt: skip
    assert left() == {"A": 0, "B": 3}
    actions.return_loan(dated.cast.wang, document=Loan.objects.get(), condition_back="完好")
    assert left() == {"A": 6, "B": 5}


def test_a_past_hand_out_leaves_no_batch_with_more_than_the_balance(dated):
    actions.record_issue(
        dated.cast.wang, store=dated.north, name="消毒液", quantity=12, receiver="趙老師", occurred_on=clock.today(),
        purpose="打掃",
    )  # fmt: skip
    assert (dated.held("消毒液"), left()) == (3, {"A": 0, "B": 3})
