"""The cube: closed months from store, open days from the entries, and no difference between the two."""

from contextlib import suppress
from datetime import date

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from houqin.foundation.journal.accounts import account
from houqin.foundation.journal.closing import close_month
from houqin.foundation.journal.cube import Cell, cube, forget_cubes, grouped, month_days
from houqin.foundation.journal.models import Book
from houqin.foundation.journal.writer import Unit
from houqin.kit.periods import Period

from .ledger import desk, job, move, standing_at, take_back

SPRING = Period(date(2019, 1, 15), date(2019, 4, 10))


@pytest.fixture
def a_spring(cast):
    """Jobs and moves on edge days of four months, one of them taken back."""
    for day in ("2019-01-14", "2019-01-15", "2019-01-31", "2019-02-01", "2019-02-28", "2019-03-31", "2019-04-10"):
        job(cast.chen, date.fromisoformat(day), place=cast.south_105, cost=100)
    job(cast.chen, date(2019, 4, 11), place=cast.north, cost=100)
    move(
        cast.zhou,
        date(2019, 2, 10),
        quantity=20,
        commodity=desk(),
        source=account("outside", "suppliers"),
        target=standing_at(cast.north),
        place=cast.north,
    )
    take_back(cast.chen, job(cast.chen, date(2019, 2, 11), category="door"))
    return cast


def test_a_cell_says_kind_category_campus_month_and_both_ends(a_spring):
    cells = cube(Period(date(2019, 2, 10), date(2019, 2, 10)))

    assert cells == [
        Cell("entry", "trial.move", "", a_spring.north.pk, 201902, "", "", "", None, None, 1),
        Cell(
            "line", "trial.move", "", a_spring.north.pk, 201902, str(desk().pk), "outside", "yard", None,
            a_spring.north.pk, 20,
        ),
    ]  # fmt: skip


def test_what_was_taken_back_leaves_no_cell(a_spring):
    assert [cell for cell in cube(SPRING) if cell.category == "door"] == []


@pytest.mark.parametrize("through", [201901, 201902, 201903])
def test_closed_months_read_as_if_they_were_open(a_spring, through):
    before = sorted(map(repr, cube(SPRING)))

    close_month(a_spring.qian, month=through)

    assert sorted(map(repr, cube(SPRING))) == before
    assert before == sorted(repr(cell) for cell in grouped(SPRING.start, SPRING.end) if cell.quantity)


def test_a_month_closed_but_only_partly_asked_for_is_read_from_its_entries(a_spring):
    close_month(a_spring.qian, month=201903)

    january = cube(Period(date(2019, 1, 15), date(2019, 1, 31)))

    assert [cell.quantity for cell in january if cell.what == "entry"] == [2]


def test_what_came_after_closing_stands_in_the_month_it_was_written(a_spring):
    wrong = job(a_spring.chen, date(2019, 3, 3), category="door")
    with time_machine.travel("2019-05-20 10:00+08:00", tick=False):
        close_month(a_spring.qian, month=201903)
        back = take_back(a_spring.li, wrong)

    assert (back.occurred_on, back.about_on) == (date(2019, 5, 20), date(2019, 3, 3))
    of_march = cube(Period(*month_days(201903)))
    of_may = cube(Period(*month_days(201905)))
    assert [cell.quantity for cell in of_march if (cell.what, cell.category) == ("entry", "door")] == [1]
    assert [cell.quantity for cell in of_may if (cell.what, cell.category) == ("entry", "door")] == [-1]


def test_the_cube_asks_as_often_for_ten_months_as_for_one(a_spring):
    def asked(period):
        with CaptureQueriesContext(connection) as queries:
            cube(period)
        return len(queries)

    ten, one = Period(date(2018, 7, 1), date(2019, 4, 30)), Period(date(2019, 4, 1), date(2019, 4, 30))
    assert (asked(ten), asked(one)) == (4, 4)

    close_month(a_spring.qian, month=201903)

    assert asked(ten) == 5


@pytest.mark.parametrize(
    ("month", "first", "last"),
    [
        (201902, date(2019, 2, 1), date(2019, 2, 28)),
        (202002, date(2020, 2, 1), date(2020, 2, 29)),
        (201912, date(2019, 12, 1), date(2019, 12, 31)),
    ],
)
def test_a_month_knows_its_first_and_last_day(month, first, last):
    assert month_days(month) == (first, last)


def anew(period, **how):
    """The cells as read without anything kept."""
    forget_cubes()
    return sorted(map(repr, cube(period, **how)))


@pytest.mark.parametrize("by", [None, "chen"])
def test_what_is_written_later_is_added_to_what_was_kept(a_spring, by):
    how = {"by_id": getattr(a_spring, by).pk} if by else {}
    anew(SPRING, **how)

    written = job(a_spring.chen, date(2019, 3, 3), place=a_spring.south_105, cost=40)
    job(a_spring.li, date(2019, 4, 11), place=a_spring.south_105)
    with CaptureQueriesContext(connection) as asked:
        after_one = sorted(map(repr, cube(SPRING, **how)))
    take_back(a_spring.chen, written)
    after_taking_back = sorted(map(repr, cube(SPRING, **how)))

    assert all("number > " in one["sql"] for one in asked.captured_queries if "GROUP BY" in one["sql"])
    assert after_one != after_taking_back
    assert after_taking_back == anew(SPRING, **how)


def test_what_was_read_of_work_that_was_given_up_is_read_anew(a_spring):
    before = anew(SPRING)
    with suppress(ZeroDivisionError), transaction.atomic():
        Book.objects.select_for_update().get()
        job_within(a_spring.chen, date(2019, 3, 3))
        assert sorted(map(repr, cube(SPRING))) != before
        raise ZeroDivisionError

    assert sorted(map(repr, cube(SPRING))) == before


def job_within(by, day):
    """A job written in the transaction that is open."""
    unit = Unit(by)
    unit.draft("trial.job", occurred_on=day)
    unit.finish()
