"""The demo school with data in every domain, in the middle of its half year: what holds for every figure, problem and plan."""

from datetime import date

import pytest
import time_machine
from django.db import transaction

from houqin.foundation.calendar.due import kept
from houqin.foundation.calendar.figures import duties_done
from houqin.foundation.calendar.models import ReportPeriod
from houqin.foundation.journal.figures import FIGURES, Reading
from houqin.foundation.journal.sentences import PROBLEMS
from houqin.foundation.org.models import Person, School
from houqin.kit.periods import Period
from houqin.summary import actions
from houqin.summary.composing import compose
from houqin.summary.composition import TEXT
from houqin.summary.drafts import hand_numbers, marks_of, read_back, written
from houqin.summary.models import Summary
from houqin.summary.plans import PLANS
from houqin.summary.reading import composition_of

TODAY = date(2026, 11, 29)


@pytest.fixture(scope="module")
def _demo(django_db_setup, django_db_blocker):
    """The demo school, made once for this module and rolled back after it."""
    from houqin.interfaces.cli.demonstration import make_demo

    with django_db_blocker.unblock(), time_machine.travel("2026-11-29 10:00+08:00", tick=False):
        around = transaction.atomic()
        around._from_testcase = True
        around.__enter__()
        try:
            make_demo(seed=7, tell=lambda done, whole: None)
            yield
        finally:
            transaction.set_rollback(True)
            around.__exit__(None, None, None)


@pytest.fixture
def half(_demo, db):
    with time_machine.travel("2026-11-29 10:00+08:00", tick=False):
        yield ReportPeriod.objects.order_by("-starts_on")[0].period()


@pytest.fixture
def so_far(half):
    return Period(half.start, TODAY, half.label)


def personal(kind):
    return Person.objects.get(user__username="zhuren") if PLANS[kind].is_personal else None


def composed(period, kind):
    return compose(period, kind=kind, school=School.objects.get(), today=TODAY, person=personal(kind))


def told(reading):
    """What every problem of the house says of a reading."""
    return {
        problem.name: [
            ("".join(part if isinstance(part, str) else part.text for part in one.parts), one.weight)
            for one in problem.look(reading)
        ]
        for problem in PROBLEMS
    }


def test_no_figure_and_no_problem_is_judged_at_a_day_that_has_not_come(half, so_far):
    assert half.end > TODAY
    whole, part = Reading(half), Reading(so_far)

    assert [whole[name].text for name in FIGURES.names()] == [part[name].text for name in FIGURES.names()]
    assert [whole.rows(name) for name in FIGURES.names()] == [part.rows(name) for name in FIGURES.names()]
    assert told(whole) == told(part)
    assert whole["safety.hazards_overdue"].as_json()["as_of"] == "2026-11-29"


def test_of_a_period_to_come_nothing_is_said(half):
    ahead = Reading(Period(date(2027, 2, 1), date(2027, 6, 30)))

    assert [name for name in FIGURES.names() if ahead[name].value or ahead.rows(name)] == []
    assert composed(ahead.asked, "director").matters == ()


def test_duties_are_counted_once(half, so_far):
    records = {record.duty.label: record for record in kept(half)}
    plot = duties_done(half)

    assert kept(half) == kept(so_far)
    assert sum(record.turns for record in records.values()) > 0
    drawn = dict(
        zip(plot.labels, zip(*([bar.value for bar in one.bars] for one in plot.series), strict=True), strict=True)
    )
    assert drawn == {label: (records[label].turns, records[label].done) for label in plot.labels}


@pytest.mark.parametrize("kind", PLANS.names())
def test_every_number_of_a_text_comes_from_a_figure_with_rows(half, kind):
    composition = composed(half, kind)
    reading = Reading(half, by=personal(kind))

    assert [run.text for run in composition.runs() if run.kind == TEXT and hand_numbers(run.text)] == []
    assert [name for name in composition.figure_names() if reading[name].value and not reading.rows(name)] == []


def test_every_number_of_a_problem_comes_from_a_figure_with_rows(half):
    reading = Reading(half)
    parts = [part for problem in PROBLEMS for one in problem.look(reading) for part in one.parts]

    assert [part for part in parts if isinstance(part, str) and hand_numbers(part)] == []
    assert [
        part.name for part in parts if not isinstance(part, str) and part.value and not reading.rows(part.name)
    ] == []


def drafted(kind):
    person = Person.objects.get(user__username="zhuren")
    half = ReportPeriod.objects.order_by("-starts_on")[0].period()
    entry = actions.draft(person, plan=kind, from_on=half.start, to_on=half.end)
    return Summary.objects.get(pk=entry.document_id), person


def edited(document, *, change=lambda lines: lines):
    """The text through the editor and back: every section as people see it, changed, read again."""
    composition = composition_of(document, today=TODAY)
    marks = marks_of(composition.sections)
    lines = []
    for section in composition.sections:
        lines += [f"# {section.heading}"] if section.heading else []
        lines += [
            read_back(line, marks=marks) for line in change([written(p, marks=marks) for p in section.paragraphs])
        ]
    return "\n".join(lines)


@pytest.mark.parametrize("kind", PLANS.names())
def test_through_the_editor_and_back_is_the_same_text(half, kind):
    document, person = drafted(kind)
    before = composition_of(document, today=TODAY)
    assert "{{" not in "".join(
        written(p, marks=marks_of(before.sections)) for s in before.sections for p in s.paragraphs
    )

    for text in (before.source, edited(document)):
        actions.edit(person, document=document, text=text)
        document.refresh_from_db()
        after = composition_of(document, today=TODAY)
        assert after.sections == before.sections
        assert after.text == before.text
        assert after.unvouched == ()


def test_figures_stay_what_they_are_when_sentences_move_and_words_change(half):
    document, person = drafted("director")
    before = composition_of(document, today=TODAY)

    def turned(lines):
        return [line.replace("，", "，並且") for line in reversed(lines)]

    actions.edit(person, document=document, text=edited(document, change=turned))
    document.refresh_from_db()
    after = composition_of(document, today=TODAY)

    def figures(composition):
        return sorted((run.token, run.text, str(run.value)) for run in composition.runs() if run.token)

    assert figures(after) == figures(before)
    assert len(figures(before)) > 40
