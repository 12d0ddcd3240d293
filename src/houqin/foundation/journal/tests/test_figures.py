"""Every selection: what it counts, on which days, what a reversal takes off, and that its rows add up."""

from datetime import date

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from houqin.foundation.journal.accounts import account, forget_accounts
from houqin.foundation.journal.closing import close_month
from houqin.foundation.journal.cube import cube, grouped
from houqin.foundation.journal.figures import DIMENSIONS, MONEY, Reading, say
from houqin.foundation.journal.models import Book
from houqin.kit.periods import Period

from .ledger import NAMES, chalk, desk, found, job, move, settled, standing_at, take_back

MARCH = Period(date(2019, 3, 1), date(2019, 3, 31))


def values(period=MARCH):
    reading = Reading(period)
    return {name.removeprefix("trial."): reading[name].value for name in NAMES}


def test_a_count_takes_the_first_and_the_last_day_and_neither_neighbour(cast):
    for day in (date(2019, 2, 28), date(2019, 3, 1), date(2019, 3, 31), date(2019, 4, 1)):
        job(cast.chen, day)

    assert [row.occurred_on for row in Reading(MARCH).rows("trial.jobs")] == [date(2019, 3, 1), date(2019, 3, 31)]
    assert values()["jobs"] == 2


def test_a_count_of_a_category_leaves_the_others_out(cast):
    job(cast.chen, date(2019, 3, 5), category="lamp")
    job(cast.chen, date(2019, 3, 6), category="door")

    assert (values()["lamp_jobs"], values()["jobs"]) == (1, 2)


def test_a_reversal_takes_a_job_its_cost_and_its_kind_off_again(cast):
    mistaken = job(cast.chen, date(2019, 3, 5), category="door", cost=1250)
    job(cast.chen, date(2019, 3, 6), category="lamp", cost=300)
    assert (values()["jobs"], values()["topics"], values()["cost"]) == (2, 2, 1550)

    take_back(cast.chen, mistaken)

    assert (values()["jobs"], values()["topics"], values()["cost"]) == (1, 1, 300)
    assert [row.quantity for row in Reading(MARCH).rows("trial.cost")] == [1250, 300, -1250]


def test_a_kind_seen_on_both_campuses_is_one_and_belongs_where_it_came_first(cast):
    job(cast.chen, date(2019, 3, 5), place=cast.north, category="lamp")
    job(cast.chen, date(2019, 3, 6), place=cast.south, category="lamp")
    job(cast.chen, date(2019, 3, 7), place=cast.south, category="door")

    reading = Reading(MARCH)

    assert reading["trial.topics"].value == 2
    assert reading.by("trial.topics", "campus") == [("北校區", 1), ("南校區", 1)]


def test_a_kind_whose_first_job_was_taken_back_is_known_by_the_next(cast):
    mistaken = job(cast.chen, date(2019, 3, 5), category="lamp")
    right = job(cast.chen, date(2019, 3, 9), category="lamp")
    take_back(cast.chen, mistaken)

    assert [row.number for row in Reading(MARCH).rows("trial.topics")] == [right.number]


def test_moved_counts_the_things_asked_for_and_a_reversal_moves_them_back(cast):
    suppliers = account("outside", "suppliers")
    wrong = move(
        cast.zhou, date(2019, 3, 4), quantity=30, commodity=desk(), source=suppliers, target=standing_at(cast.south)
    )
    move(cast.zhou, date(2019, 3, 5), quantity=20, commodity=desk(), source=suppliers, target=standing_at(cast.south))
    move(cast.zhou, date(2019, 3, 5), quantity=9, commodity=chalk(), source=suppliers, target=standing_at(cast.south))
    take_back(cast.zhou, wrong)

    reading = Reading(MARCH)

    assert (reading["trial.desks"].value, reading["trial.desks"].text) == (20, "20套")
    assert [row.quantity for row in reading.rows("trial.desks")] == [30, 20, -30]
    assert reading.by("trial.desks", "commodity") == [("課桌椅", 20)]


def test_only_what_left_one_campus_for_another_was_moved_between_them(cast):
    south, north, supplier = standing_at(cast.south), standing_at(cast.north), account("outside", "suppliers")
    move(cast.zhou, date(2019, 3, 4), quantity=200, commodity=desk(), source=supplier, target=south)
    move(cast.zhou, date(2019, 3, 5), quantity=100, commodity=desk(), source=south, target=north)
    move(cast.zhou, date(2019, 3, 6), quantity=7, commodity=desk(), source=north, target=account("used", "scrap"))

    assert values()["desks_moved"] == 100
    assert values()["used_up"] == 7


def test_what_was_found_is_open_until_it_is_settled_within_the_period(cast):
    found(cast.sun, date(2019, 3, 4), paper=1)
    found(cast.sun, date(2019, 3, 5), paper=2)
    found(cast.sun, date(2019, 3, 6), paper=3)
    settled(cast.sun, date(2019, 3, 31), paper=1)
    settled(cast.sun, date(2019, 4, 1), paper=2)

    assert [row.document for row in Reading(MARCH).rows("trial.open")] == ["紙-2", "紙-3"]


def test_a_settlement_taken_back_opens_the_matter_again(cast):
    found(cast.sun, date(2019, 3, 4), paper=1)
    answer = settled(cast.sun, date(2019, 3, 5), paper=1)
    assert values()["open"] == 0

    take_back(cast.sun, answer)

    assert values()["open"] == 1


def test_what_was_found_by_mistake_is_not_open(cast):
    take_back(cast.sun, found(cast.sun, date(2019, 3, 4), paper=1))

    assert values()["open"] == 0


def test_a_matter_is_late_the_day_after_its_day(cast):
    found(cast.sun, date(2019, 3, 4), paper=1, due=date(2019, 3, 31))
    found(cast.sun, date(2019, 3, 4), paper=2, due=date(2019, 3, 30))
    found(cast.sun, date(2019, 3, 4), paper=3)

    assert [row.document for row in Reading(MARCH).rows("trial.late")] == ["紙-2"]


def test_what_is_still_open_from_before_is_no_gap_although_nothing_was_found_in_the_period(cast):
    found(cast.sun, date(2019, 2, 4), paper=1)

    said = Reading(MARCH)["trial.still_open"]

    assert (said.value, said.is_without_data) == (1, False)
    assert values()["open"] == 0


def test_nothing_written_is_a_gap_and_nothing_of_that_category_is_a_nought(cast):
    assert Reading(MARCH)["trial.lamp_jobs"].is_without_data

    job(cast.chen, date(2019, 3, 5), category="door")

    said = Reading(MARCH)["trial.lamp_jobs"]
    assert (said.value, said.is_without_data) == (0, False)


def test_a_persons_reading_takes_what_that_person_wrote(cast):
    job(cast.chen, date(2019, 3, 5), cost=100)
    job(cast.wang, date(2019, 3, 6), cost=900)

    reading = Reading(MARCH, by=cast.chen)

    assert (reading["trial.jobs"].value, reading["trial.cost"].value) == (1, 100)
    assert [row.quantity for row in reading.rows("trial.cost")] == [100]


@pytest.mark.parametrize(
    ("fen", "text"),
    [(348500, "3,485元"), (348550, "3485.50元"), (999_999, "9999.99元"), (6_216_000, "6.22萬元"), (0, "0元")],
)
def test_money_is_said_in_yuan_and_from_ten_thousand_on_in_wan(fen, text):
    assert say(fen, "元", MONEY) == text


def test_a_period_that_only_takes_back_says_so_exactly(cast):
    with time_machine.travel("2019-05-20 10:00+08:00", tick=False):
        mistaken = job(cast.chen, date(2019, 3, 5))
        close_month(cast.qian, month=201903)
        take_back(cast.chen, mistaken)

    assert Reading(Period(date(2019, 5, 1), date(2019, 5, 31)))["trial.jobs"].text == "-1次"


# Whatever is written, taken back and closed: value, rows and every split agree.

DAYS = st.integers(min_value=0, max_value=119).map(
    lambda offset: date.fromordinal(date(2019, 1, 1).toordinal() + offset)
)
STEPS = st.one_of(
    st.tuples(st.just("job"), DAYS, st.integers(0, 2), st.sampled_from(["lamp", "door", ""]), st.integers(0, 500)),
    st.tuples(
        st.just("move"), DAYS, st.integers(0, 2), st.integers(0, 3), st.integers(0, 3), st.integers(1, 9), st.booleans()
    ),
    st.tuples(st.just("found"), DAYS, st.integers(1, 4), st.integers(0, 40)),
    st.tuples(st.just("settled"), DAYS, st.integers(1, 4)),
    st.tuples(st.just("back"), st.integers(0, 30)),
    st.tuples(
        st.just("close"),
    ),
)


def play(cast, steps):
    """Write what the steps say; a day in a closed month becomes the first open one."""
    places = [None, cast.south, cast.north]
    accounts = [standing_at(cast.south), standing_at(cast.north), account("outside", "world"), account("used", "up")]
    written, taken, closing = [], set(), 201901
    # What was used up can come back, so there is something used up to begin with.
    for thing in (desk(), chalk()):
        move(cast.zhou, date(2019, 1, 1), quantity=1000, commodity=thing, source=accounts[2], target=accounts[3])

    def open_day(day):
        through = Book.objects.get().closed_through
        return day if day.year * 100 + day.month > through else date(through // 100, through % 100 + 1, 1)

    for step, *facts in steps:
        if step == "job":
            day, place, category, cost = facts
            written.append(job(cast.chen, open_day(day), place=places[place], category=category, cost=cost))
        elif step == "move":
            day, place, source, target, quantity, is_desk = facts
            if source != target:
                written.append(
                    move(
                        cast.zhou,
                        open_day(day),
                        quantity=quantity,
                        commodity=desk() if is_desk else chalk(),
                        source=accounts[source],
                        target=accounts[target],
                        place=places[place],
                    )
                )
        elif step == "found":
            day, paper, days = facts
            written.append(
                found(
                    cast.sun, open_day(day), paper=paper, due=date.fromordinal(day.toordinal() + days), place=places[1]
                )
            )
        elif step == "settled":
            day, paper = facts
            written.append(settled(cast.sun, open_day(day), paper=paper))
        elif step == "back":
            standing = [entry for entry in written if entry.number not in taken]
            if standing:
                entry = standing[facts[0] % len(standing)]
                taken.add(entry.number)
                take_back(cast.li, entry)
        elif step == "close" and closing <= 201904:
            close_month(cast.qian, month=closing)
            closing += 1


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=12, max_size=30), start=DAYS, length=st.integers(0, 150))
def test_value_rows_and_every_split_agree_whatever_was_written(cast, steps, start, length):
    mark = transaction.savepoint()
    forget_accounts()
    try:
        with time_machine.travel("2019-05-20 10:00+08:00", tick=False):
            play(cast, steps)
        period = Period(start, date.fromordinal(start.toordinal() + length))
        reading = Reading(period)

        for name in NAMES:
            value = reading[name].value
            assert sum(row.quantity for row in reading.rows(name)) == value, name
            for dimension in DIMENSIONS:
                assert sum(part for _label, part in reading.by(name, dimension)) == value, (name, dimension)
        assert sorted(map(repr, cube(period))) == sorted(
            repr(cell) for cell in grouped(period.start, period.end) if cell.quantity
        )
    finally:
        transaction.savepoint_rollback(mark)
        forget_accounts()
