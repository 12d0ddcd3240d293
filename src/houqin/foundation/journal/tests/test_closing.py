"""Closing a month: what it stores, what it refuses, and what may still be written about it."""

from datetime import date

import pytest
import time_machine

from houqin.foundation.journal.accounts import account
from houqin.foundation.journal.closing import close_month
from houqin.foundation.journal.figures import Reading
from houqin.foundation.journal.models import Book, ClosedBalance, Closing
from houqin.foundation.journal.refused import Refused
from houqin.foundation.journal.verification import verify
from houqin.kit.periods import Period

from .ledger import desk, job, move, standing_at, take_back

FEBRUARY = Period(date(2019, 2, 1), date(2019, 2, 28))


def deliver(cast, day, quantity):
    return move(
        cast.zhou,
        day,
        quantity=quantity,
        commodity=desk(),
        source=account("outside", "suppliers"),
        target=standing_at(cast.south),
    )


def test_closing_stores_the_balances_of_the_last_day_of_the_month(cast):
    deliver(cast, date(2019, 2, 28), 20)
    deliver(cast, date(2019, 3, 1), 5)

    close_month(cast.qian, month=201902)

    held = ClosedBalance.objects.get(closing_id=201902, account=standing_at(cast.south), commodity=desk())
    assert held.quantity == 20


def test_closing_closes_the_open_months_before_it_that_hold_entries(cast):
    deliver(cast, date(2018, 12, 5), 1)
    deliver(cast, date(2019, 2, 5), 1)

    close_month(cast.qian, month=201903)

    assert list(Closing.objects.order_by("month").values_list("month", flat=True)) == [201812, 201902, 201903]
    assert Book.objects.get().closed_through == 201903


def test_closing_records_the_head_of_the_chain(cast):
    last = deliver(cast, date(2019, 2, 5), 1)

    closing = close_month(cast.qian, month=201902)

    assert (closing.head, closing.digest) == (last.number, last.digest)


def test_a_month_that_is_not_over_stays_open(cast):
    with time_machine.travel("2019-02-28 23:59+08:00", tick=False), pytest.raises(Refused, match="2019-02 還沒有過完"):
        close_month(cast.qian, month=201902)


def test_a_month_closes_once(cast):
    close_month(cast.qian, month=201902)

    with pytest.raises(Refused, match="2019-02 已經結賬"):
        close_month(cast.qian, month=201902)


def test_a_closed_month_takes_no_more_entries_and_the_next_day_does(cast):
    close_month(cast.qian, month=201902)

    with pytest.raises(Refused, match="2019-02 已經結賬。請以今天的日期登記"):
        deliver(cast, date(2019, 2, 28), 1)
    assert deliver(cast, date(2019, 3, 1), 1).occurred_on == date(2019, 3, 1)


def test_a_correction_after_closing_leaves_the_month_as_reported_and_is_listed_as_a_correction(cast):
    wrong = job(cast.chen, date(2019, 2, 5))
    job(cast.chen, date(2019, 2, 6))
    with time_machine.travel("2019-05-20 10:00+08:00", tick=False):
        close_month(cast.qian, month=201902)
        back = take_back(cast.li, wrong, reason="重複登記")
    reading = Reading(FEBRUARY)

    assert reading["trial.jobs"].value == 2
    assert [(row.number, row.quantity) for row in reading.corrected_rows("trial.jobs")][-1] == (back.number, -1)
    assert sum(row.quantity for row in reading.corrected_rows("trial.jobs")) == 1
    assert verify().is_sound
