"""Duties minus entries: what is done, due, late and missed."""

from datetime import date

import pytest

from houqin.foundation.calendar.due import standing
from houqin.foundation.calendar.models import Duty, Season, Term
from houqin.foundation.journal.actions import batch
from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.writer import reverse
from houqin.kit.periods import Period

MARCH = Period(date(2019, 3, 1), date(2019, 3, 31))


@pytest.fixture
def weekly(cast):
    """Every Monday, to be done by Friday."""
    return Duty.objects.create(
        name="weekly", label="每週常規安全檢查", rule="FREQ=WEEKLY;BYDAY=MO", starts_on=date(2019, 3, 1), days=4,
        role="safety_officer", fulfilled_by="safety.inspected", category="routine",
    )  # fmt: skip


def inspect(cast, day, *, category="routine", place=None):
    with batch(cast.sun) as unit:
        draft = unit.draft("safety.inspected", occurred_on=day)
        draft.category, draft.place = category, place
    return draft.number


def states(today):
    return [(turn.on.day, turn.state) for turn in standing(MARCH, today=today)]


def test_a_turn_is_due_late_and_missed(weekly):
    assert states(date(2019, 3, 4))[0] == (4, "due")
    assert states(date(2019, 3, 8))[0] == (4, "due")
    assert states(date(2019, 3, 9))[0] == (4, "late")
    assert states(date(2019, 3, 11))[0] == (4, "missed")


def test_an_entry_answers_its_turn_and_only_one(cast, weekly):
    inspect(cast, date(2019, 3, 5))
    inspect(cast, date(2019, 3, 6))

    assert states(date(2019, 3, 31)) == [(4, "done"), (11, "missed"), (18, "missed"), (25, "late")]


def test_an_entry_after_its_days_answers_late_until_the_next_turn(cast, weekly):
    inspect(cast, date(2019, 3, 10))

    assert states(date(2019, 3, 31))[:2] == [(4, "done"), (11, "missed")]


def test_another_category_answers_nothing(cast, weekly):
    inspect(cast, date(2019, 3, 5), category="food")

    assert states(date(2019, 3, 31))[0] == (4, "missed")


def test_a_reversed_entry_answers_nothing(cast, weekly):
    number = inspect(cast, date(2019, 3, 5))
    with batch(cast.sun) as unit:
        reverse(unit, Entry.objects.get(number=number), reason="記錯了")

    assert states(date(2019, 3, 31))[0] == (4, "missed")


def test_a_duty_of_one_campus_is_not_done_on_the_other(cast, weekly):
    Duty.objects.update(campus=cast.north)
    inspect(cast, date(2019, 3, 5), place=cast.south_105)
    inspect(cast, date(2019, 3, 12), place=cast.north_105)

    assert states(date(2019, 3, 31))[:2] == [(4, "missed"), (11, "done")]


def test_school_days_leave_out_holidays_and_the_time_between_terms(cast, weekly):
    Duty.objects.update(rule="FREQ=DAILY", only="schooldays", days=0)
    Term.objects.create(school_year=2018, season=Season.SPRING, starts_on=date(2019, 3, 11), ends_on=date(2019, 7, 5))

    days = [turn.on.day for turn in standing(MARCH, today=date(2019, 3, 31))]

    assert days == [11, 12, 13, 14, 15, 18, 19, 20, 21, 22, 25, 26, 27, 28, 29]


def test_the_question_costs_the_same_for_many_duties(cast, weekly, django_assert_num_queries):
    with django_assert_num_queries(3):
        standing(MARCH, today=date(2019, 3, 31))
    Duty.objects.bulk_create(
        [
            Duty(name=f"d{n}", label=f"職責{n}", rule="FREQ=DAILY", starts_on=date(2019, 3, 1), role="guard",
                 fulfilled_by="gate.patrolled")
            for n in range(30)
        ]
    )  # fmt: skip
    with django_assert_num_queries(3):
        standing(MARCH, today=date(2019, 3, 31))
