"""What can be done later.

@job("notices.send", label=_("發出通知"))
def send(*, delivery: int) -> str: ...

send.later(delivery=5)                      # in the transaction of its cause; begun after its commit
send.later(delivery=5, key="send:5")        # the same key again asks for nothing
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from houqin.foundation.journal.refused import Refused
from houqin.kit import clock
from houqin.kit.registry import Registry

from .models import Job, State, Worker

MINUTE = timedelta(minutes=1)
# Over nine hours in all: a school's connection that is down in the morning is up in the afternoon.
PAUSES = (MINUTE, 5 * MINUTE, 15 * MINUTE, 60 * MINUTE, 120 * MINUTE, 360 * MINUTE)
# A worker writes every ten seconds that it is alive; a large import may keep it from writing for a while.
LOST_AFTER = timedelta(seconds=90)
LONGEST_SENTENCE = 500


class NotYet(Exception):
    """Nothing is wrong, but it is too early: try again at ``until``. Does not count as an attempt."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


class Failed(Exception):
    """It did not work this time, for a reason outside the house; the sentence says which."""


class Hopeless(Exception):
    """Trying again would not help; the sentence says what somebody must do."""


@dataclass(frozen=True)
class Work:
    """A function that jobs are made of. ``pauses`` are the waits before each further attempt.

    ``kept`` says whether what was done stays in the list; what happens every minute and leaves its own traces need not.
    """

    name: str
    label: Any
    do: Callable[..., str | None]
    pauses: tuple[timedelta, ...] = PAUSES
    kept: bool = True

    def later(self, *, key: str | None = None, run_after: datetime | None = None, **arguments: Any) -> Job | None:
        """Ask for it to be done, within the transaction of its cause. None where ``key`` was asked for before."""
        now = clock.now()
        made = Job(name=self.name, arguments=arguments, key=key, created_at=now, run_after=run_after or now)
        if key is None:
            made.save(force_insert=True)
        else:
            # Two workers may ask at the same moment, and a refused insert would spoil the transaction around it.
            if Job.objects.filter(key=key).exists():
                return None
            Job.objects.bulk_create([made], ignore_conflicts=True)
            found = Job.objects.filter(key=key).first()
            if found is None or found.created_at != made.created_at:
                return None
            made = found
        enqueue(made)
        return made


WORKS: Registry[Work] = Registry("job")
_failure_listeners: list[Callable[[Job], None]] = []


def job(
    name: str, *, label: Any, pauses: tuple[timedelta, ...] = PAUSES, kept: bool = True
) -> Callable[[Callable[..., str | None]], Work]:
    """Declare the decorated function as work; see the module. It may return a sentence about what it did."""

    def register(do: Callable[..., str | None]) -> Work:
        return WORKS.add(name, Work(name, label, do, pauses, kept))

    return register


def on_failure(listener: Callable[[Job], None]) -> Callable[[Job], None]:
    """Call ``listener(job)`` when a job has failed for good."""
    _failure_listeners.append(listener)
    return listener


def enqueue(job: Job) -> None:
    """Put a waiting job into the queue of the workers."""
    run.using(run_after=job.run_after).enqueue(job.pk)


@task()
def run(key: int) -> None:
    """What the queue calls."""
    carry_out(key, worker="")


def carry_out(key: int, *, worker: str) -> State | None:
    """Do the job ``key`` unless it is somebody else's or done; gives the state it is left in, None where not touched."""
    now = clock.now()
    free = Q(state=State.WAITING, run_after__lte=now + timedelta(seconds=1))
    # One statement, so that of two workers one gets it.
    taken = Job.objects.filter(free, pk=key).update(
        state=State.RUNNING, started_at=now, worker=worker or _working_as, attempts=F("attempts") + 1
    )
    if not taken:
        return None
    mine = Job.objects.get(pk=key)
    work = WORKS.get(mine.name)
    try:
        if work is None:
            raise Hopeless(_("這一版沒有「%(name)s」這種工作。") % {"name": mine.name})
        outcome = work.do(**mine.arguments)
    except NotYet as early:
        _leave(mine, state=State.WAITING, attempts=mine.attempts - 1, run_after=early.until, started_at=None)
        enqueue(mine)
        return State.WAITING
    except Hopeless as error:
        return _fail(mine, str(error))
    except Exception as error:  # noqa: BLE001 - whatever a job dies of is kept, tried again and shown
        return _again(mine, _sentence(error), details=traceback.format_exc())
    if not work.kept:
        mine.delete()
        return State.DONE
    _leave(mine, state=State.DONE, finished_at=clock.now(), outcome=(outcome or "")[:LONGEST_SENTENCE], error="")
    return State.DONE


def _sentence(error: Exception) -> str:
    """What people are shown: a sentence of ours, or the kind of error and what it says."""
    return str(error) if isinstance(error, (Refused, Failed)) else f"{type(error).__name__}: {error}"


def _again(job: Job, error: str, *, details: str = "") -> State:
    work = WORKS.get(job.name)
    pauses = work.pauses if work else ()
    if job.attempts > len(pauses):
        return _fail(job, error, details=details)
    run_after = clock.now() + pauses[job.attempts - 1]
    _leave(job, state=State.WAITING, run_after=run_after, error=error[:LONGEST_SENTENCE], traceback=details)
    enqueue(job)
    return State.WAITING


def _fail(job: Job, error: str, *, details: str = "") -> State:
    _leave(
        job,
        state=State.FAILED,
        finished_at=clock.now(),
        error=error[:LONGEST_SENTENCE],
        traceback=details or job.traceback,
    )
    for listener in _failure_listeners:
        listener(job)
    return State.FAILED


def _leave(job: Job, **facts: Any) -> None:
    for name, value in facts.items():
        setattr(job, name, value)
    job.save(update_fields=list(facts))


def take_up_the_lost() -> int:
    """Put back what a killed process left undone; gives how many jobs. An attempt that was begun counts.

    Called between two jobs, so whatever stands as this process's own is lost too.
    """
    now = clock.now()
    alive = Worker.objects.filter(seen_at__gte=now - LOST_AFTER).exclude(name=_working_as).values("name")
    begun = Job.objects.filter(state=State.RUNNING, started_at__lt=now - LOST_AFTER).exclude(worker__in=alive)
    found = 0
    for one in list(begun[:100]):
        # Only where it still stands as it was read.
        if Job.objects.filter(pk=one.pk, state=State.RUNNING, started_at=one.started_at).update(state=State.WAITING):
            found += 1
            _again(one, _("做到一半，程序被中斷了。"))
    return found + _enqueue_the_forgotten(now)


def _enqueue_the_forgotten(now: datetime) -> int:
    """Jobs that wait although their place in the queue was used up by a process that died before it began them."""
    if DBTaskResult.objects.ready().exists():
        return 0
    forgotten = list(Job.objects.filter(state=State.WAITING, run_after__lt=now - LOST_AFTER)[:100])
    for one in forgotten:
        _leave(one, run_after=now)
        enqueue(one)
    return len(forgotten)


_working_as = ""


def work_as(name: str) -> None:
    """The name this process marks its jobs with."""
    global _working_as
    _working_as = name
