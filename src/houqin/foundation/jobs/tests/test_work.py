"""Jobs: done once after their cause commits, tried again with pauses, visible where they fail."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from houqin.foundation.jobs import schedule, work
from houqin.foundation.jobs.actions import retry
from houqin.foundation.jobs.models import Job, State, Worker
from houqin.foundation.jobs.work import WORKS, Hopeless, NotYet, carry_out, enqueue, job, take_up_the_lost
from houqin.foundation.jobs.worker import HouseWorker
from houqin.foundation.journal.actions import Denied, Refused
from houqin.kit import clock


@pytest.fixture
def declare():
    """``declare(function)``: work for this test alone."""
    made = []

    def declared(do, *, pauses=(timedelta(minutes=1), timedelta(minutes=5))):
        name = f"tests.{do.__name__}"
        made.append(name)
        return job(name, label=name, pauses=pauses)(do)

    yield declared
    for name in made:
        WORKS.remove(name)


@pytest.fixture(autouse=True)
def _only_what_a_test_asks_for(monkeypatch):
    monkeypatch.setattr(schedule.DAILIES, "_members", {})
    monkeypatch.setattr(schedule.WATCHES, "_members", {})


def test_a_job_is_done_with_its_arguments_and_says_what_it_did(db, declare):
    def add(*, a: int, b: int) -> str:
        return f"{a + b}"

    asked = declare(add).later(a=2, b=3)
    HouseWorker().work(until_idle=True)

    done = Job.objects.get(pk=asked.pk)
    assert (done.state, done.outcome, done.attempts) == (State.DONE, "5", 1)
    assert not Worker.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_job_asked_for_in_a_refused_transaction_is_not_there(declare):
    class Undone(Exception):
        pass

    def note() -> None: ...

    with pytest.raises(Undone), transaction.atomic():
        declare(note).later()
        raise Undone

    assert not Job.objects.exists()
    assert not DBTaskResult.objects.exists()


def test_the_same_key_is_asked_for_once(db, declare):
    done = []
    work = declare(counting("once", done))

    assert work.later(key="the one") is not None
    assert work.later(key="the one") is None
    HouseWorker().work(until_idle=True)
    assert work.later(key="the one") is None

    assert done == [1]


def counting(name, done):
    def do() -> None:
        done.append(1)

    do.__name__ = name
    return do


def test_what_fails_is_tried_again_after_growing_pauses_and_then_marked_failed(db, declare, time_machine_at):
    told = []
    failing = declare(_always_fails)
    listener = work.on_failure(told.append)
    asked = failing.later()
    begun = clock.now()

    HouseWorker().work(until_idle=True)
    first = Job.objects.get(pk=asked.pk)
    assert (first.state, first.attempts, first.error) == (State.WAITING, 1, "ValueError: the line is down")
    assert timedelta(seconds=55) < first.run_after - begun < timedelta(seconds=65)
    HouseWorker().work(until_idle=True)
    assert Job.objects.get(pk=asked.pk).attempts == 1

    time_machine_at(begun + timedelta(minutes=2))
    HouseWorker().work(until_idle=True)
    second = Job.objects.get(pk=asked.pk)
    assert (second.state, second.attempts) == (State.WAITING, 2)
    assert timedelta(minutes=6) < second.run_after - begun < timedelta(minutes=8)

    time_machine_at(begun + timedelta(minutes=9))
    HouseWorker().work(until_idle=True)
    third = Job.objects.get(pk=asked.pk)
    work._failure_listeners.remove(listener)
    assert (third.state, third.attempts) == (State.FAILED, 3)
    assert "the line is down" in third.traceback
    assert [one.pk for one in told] == [asked.pk]


def _always_fails() -> None:
    raise ValueError("the line is down")


@pytest.fixture
def time_machine_at():
    import time_machine

    travels = []

    def travel(moment):
        for one in travels:
            one.stop()
        travels[:] = [time_machine.travel(moment, tick=True)]
        travels[0].start()

    yield travel
    for one in travels:
        one.stop()


def test_too_early_is_no_attempt(db, declare):
    until = clock.now() + timedelta(hours=3)

    def early() -> None:
        raise NotYet(until)

    asked = declare(early).later()
    HouseWorker().work(until_idle=True)

    left = Job.objects.get(pk=asked.pk)
    assert (left.state, left.attempts, left.run_after) == (State.WAITING, 0, until)


def test_what_is_hopeless_is_not_tried_again(db, declare):
    def hopeless() -> None:
        raise Hopeless("查出一處")

    asked = declare(hopeless).later()
    HouseWorker().work(until_idle=True)

    left = Job.objects.get(pk=asked.pk)
    assert (left.state, left.attempts, left.error) == (State.FAILED, 1, "查出一處")


def test_the_administrator_lets_a_failed_job_be_done_again(cast, declare):
    done = []

    def sometimes() -> None:
        if not done:
            done.append("failed")
            raise Hopeless("還沒有設定")
        done.append("done")

    asked = declare(sometimes).later()
    HouseWorker().work(until_idle=True)
    retry(cast.admin, job=asked.pk)
    HouseWorker().work(until_idle=True)

    assert done == ["failed", "done"]
    assert Job.objects.get(pk=asked.pk).state == State.DONE


def test_retry_refuses_what_has_not_failed_and_what_is_not_there(cast, declare):
    def note() -> None: ...

    asked = declare(note).later()

    with pytest.raises(Refused, match="等候"):
        retry(cast.admin, job=asked.pk)
    with pytest.raises(Refused, match="沒有第 999999 號工作"):
        retry(cast.admin, job=999999)


def test_a_stranger_may_not_retry(cast, declare):
    with pytest.raises(Denied):
        retry(cast.zhao, job=1)


def test_what_a_killed_worker_left_is_taken_up_by_another(db, declare):
    done = []
    work = declare(counting("left", done))
    asked = work.later()
    long_ago = clock.now() - timedelta(minutes=5)
    Job.objects.filter(pk=asked.pk).update(state=State.RUNNING, started_at=long_ago, worker="dead", attempts=1)
    DBTaskResult.objects.all().delete()

    assert take_up_the_lost() == 1
    assert Job.objects.get(pk=asked.pk).state == State.WAITING
    Job.objects.update(run_after=clock.now())
    assert carry_out(asked.pk, worker="alive") == State.DONE
    assert done == [1]


def test_what_a_living_worker_is_busy_with_is_left_to_it(db, declare):
    work = declare(counting("busy", []))
    asked = work.later()
    long_ago = clock.now() - timedelta(hours=1)
    Worker.objects.create(name="busy one", started_at=long_ago, seen_at=clock.now())
    Job.objects.filter(pk=asked.pk).update(state=State.RUNNING, started_at=long_ago, worker="busy one")
    DBTaskResult.objects.all().delete()

    assert take_up_the_lost() == 0


def test_a_job_whose_place_in_the_queue_was_lost_is_queued_again(db, declare):
    done = []
    asked = declare(counting("forgotten", done)).later()
    DBTaskResult.objects.all().delete()
    Job.objects.filter(pk=asked.pk).update(run_after=clock.now() - timedelta(minutes=5))

    HouseWorker().work(until_idle=True)

    assert done == [1]


def test_a_daily_job_is_asked_for_once_a_day_however_many_workers(db, declare):
    from datetime import date, time

    done = []
    nightly = declare(counting("nightly", done))
    schedule.DAILIES.add("tests.nightly", schedule.Daily(nightly, time(2, 10)))

    for hour in (3, 4):
        schedule.ask_for_what_is_due(clock.at(date(2026, 11, 23), time(hour)))
    schedule.ask_for_what_is_due(clock.at(date(2026, 11, 24), time(2, 11)))

    assert [one.key for one in Job.objects.order_by("pk")] == [
        "tests.nightly@2026-11-23T02:10",
        "tests.nightly@2026-11-24T02:10",
    ]


def test_two_workers_do_not_do_a_job_twice(committed, declare):
    from threading import Thread

    from django.db import connections

    done = []
    work = declare(counting("shared", done))
    asked = [work.later() for _number in range(60)]
    # The same jobs stand in the queue twice, as after a worker was killed.
    for one in asked:
        enqueue(one)

    def labour():
        HouseWorker().work(until_idle=True)
        connections.close_all()

    threads = [Thread(target=labour) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)

    assert len(done) == 60
    assert Job.objects.filter(state=State.DONE, attempts=1).count() == 60
