"""Random movements, refusals, reversals and closings: nothing is ever created or lost."""

from datetime import date

import pytest
import time_machine
from django.db import connection, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from houqin.foundation.journal.accounts import account, account_of_place, forget_accounts
from houqin.foundation.journal.actions import batch
from houqin.foundation.journal.closing import close_month
from houqin.foundation.journal.models import Balance, Commodity, Entry
from houqin.foundation.journal.refused import Refused
from houqin.foundation.journal.verification import verify, wrong_balances
from houqin.foundation.journal.writer import balance, reverse

PLACES = ("outside", "south", "north", "used")
move = st.tuples(
    st.just("move"),
    st.sampled_from(PLACES),
    st.sampled_from(PLACES),
    st.integers(min_value=1, max_value=9),
    st.dates(min_value=date(2019, 1, 1), max_value=date(2019, 4, 30)),
)
undo = st.tuples(st.just("reverse"), st.integers(min_value=1, max_value=30))
shut = st.tuples(st.just("close"), st.integers(min_value=1, max_value=4))


class Model:
    """What ought to be: a dictionary and arithmetic."""

    def __init__(self) -> None:
        self.held = dict.fromkeys(PLACES, 0)
        self.moves: dict[int, tuple[str, str, int]] = {}
        self.undone: set[int] = set()
        self.closed = 0

    def allows(self, source: str, quantity: int) -> bool:
        # What was used up can come back, and no more than that.
        return source == "outside" or self.held[source] >= quantity

    def move(self, source: str, target: str, quantity: int) -> None:
        self.held[source] -= quantity
        self.held[target] += quantity


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.one_of(move, move, move, undo, shut), max_size=30))
def test_nothing_is_created_or_lost(cast, steps):
    # A savepoint by hand: an atomic block around it would keep actions from opening their durable one.
    before = transaction.savepoint()
    try:
        with time_machine.travel("2019-06-01 09:00 +0800"):
            _nothing_is_created_or_lost(cast, steps)
    finally:
        transaction.savepoint_rollback(before)
        forget_accounts()


def _nothing_is_created_or_lost(cast, steps):
    forget_accounts()
    chalk = Commodity.objects.create(code="chalk", name="粉筆", counter="盒")
    accounts = {
        "outside": account("outside", "suppliers"),
        "used": account("used", "teaching"),
        "south": account_of_place(cast.south),
        "north": account_of_place(cast.north),
    }
    model = Model()
    for step in steps:
        _take(step, model, accounts, chalk, cast.wang)

    kept = {name: balance(one, chalk) for name, one in accounts.items()}
    assert kept == model.held
    assert (Balance.objects.filter(commodity=chalk).aggregate(all=Sum("quantity"))["all"] or 0) == 0
    assert (
        Balance.objects.filter(
            account__in=[accounts[one] for one in ("south", "north", "used")], quantity__lt=0
        ).count()
        == 0
    )
    assert wrong_balances() == []
    assert verify().is_sound


def _take(step, model, accounts, chalk, by):
    if step[0] == "move":
        _word, source, target, quantity, day = step
        is_open = day.year * 100 + day.month > model.closed
        if source != target and is_open and model.allows(source, quantity):
            with batch(by) as unit:
                draft = unit.draft("test.moved", occurred_on=day)
                draft.line(chalk, source=accounts[source], target=accounts[target], quantity=quantity)
            model.moves[draft.number] = (source, target, quantity)
            model.move(source, target, quantity)
            return
        before = Entry.objects.count()
        with pytest.raises(Refused), batch(by) as unit:
            unit.draft("test.moved", occurred_on=day).line(
                chalk, source=accounts[source], target=accounts[target], quantity=quantity
            )
        assert Entry.objects.count() == before
    elif step[0] == "reverse":
        numbers = sorted(model.moves)
        if not numbers:
            return
        number = numbers[step[1] % len(numbers)]
        source, target, quantity = model.moves[number]
        if number not in model.undone and model.allows(target, quantity):
            with batch(by) as unit:
                reverse(unit, Entry.objects.get(number=number), reason="記錯了")
            model.undone.add(number)
            model.move(target, source, quantity)
        else:
            with pytest.raises(Refused), batch(by) as unit:
                reverse(unit, Entry.objects.get(number=number), reason="記錯了")
    else:
        month = 201900 + step[1]
        if month > model.closed:
            close_month(by, month=month)
            model.closed = month
        else:
            with pytest.raises(Refused):
                close_month(by, month=month)


def test_the_database_is_the_one_meant(db):
    import os

    wanted = "postgresql" if os.environ.get("HOUQIN_DATABASE_URL") else "sqlite"

    assert connection.vendor == wanted
