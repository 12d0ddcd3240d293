"""What is due, overdue, done and missed: duties minus entries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from dateutil.rrule import rrulestr

from houqin.foundation.journal.models import Entry
from houqin.kit import clock
from houqin.kit.periods import Period

from .holidays import is_workday
from .models import Duty, Term

DONE, DUE, LATE, MISSED = "done", "due", "late", "missed"


@dataclass(frozen=True)
class Occurrence:
    """One turn of a duty: wanted between ``on`` and ``by`` (both included); ``state`` as of the day asked."""

    duty: Duty
    on: date
    by: date
    state: str
    entry: int | None = None


def occurrences(duty: Duty, period: Period, *, terms: list[Term] | None = None) -> list[date]:
    """The days of ``period`` on which the duty comes round."""
    start = max(duty.starts_on, period.start)
    end = min(duty.ends_on or period.end, period.end)
    if end < start:
        return []
    rule = rrulestr(duty.rule, dtstart=datetime.combine(duty.starts_on, time()))
    found = [
        moment.date()
        for moment in rule.between(datetime.combine(start, time()), datetime.combine(end, time()), inc=True)
    ]
    if duty.only == "schooldays":
        terms = list(Term.objects.all()) if terms is None else terms
        found = [
            day for day in found if is_workday(day) and (not terms or any(t.period().contains(day) for t in terms))
        ]
    elif duty.only == "term":
        terms = list(Term.objects.all()) if terms is None else terms
        found = [day for day in found if not terms or any(t.period().contains(day) for t in terms)]
    return found


@dataclass(frozen=True)
class DutyRecord:
    """What became of a duty's turns in a period: how many fell due, how many of those have no record in time."""

    duty: Duty
    turns: int
    missed: int

    @property
    def done(self) -> int:
        return self.turns - self.missed


def kept(period: Period, *, duties: list[Duty] | None = None, today: date | None = None) -> list[DutyRecord]:
    """Every duty that came round in the period, with its misses; turns still due or still to come are no turns yet.

    The one place that counts duties: text, tables and charts all take their numbers from here.
    """
    today = today or clock.today()
    turns: dict[int, list[Occurrence]] = {}
    for turn in standing(period.until(today), duties=duties, today=today):
        if turn.state != DUE:
            turns.setdefault(turn.duty.pk, []).append(turn)
    return [
        DutyRecord(found[0].duty, len(found), sum(1 for turn in found if turn.state != DONE))
        for found in turns.values()
    ]


def standing(period: Period, *, duties: list[Duty] | None = None, today: date | None = None) -> list[Occurrence]:
    """Every turn of every duty in ``period``, with what became of it. Two queries however many duties.

    A turn is done by the first entry of its kind within its days that answered no earlier turn; an entry after its
    days answers it late while no later turn has begun.
    """
    today = today or clock.today()
    duties = list(Duty.objects.select_related("campus", "person")) if duties is None else duties
    if not duties:
        return []
    terms = list(Term.objects.all())
    longest = max(duty.days for duty in duties)
    entries: dict[str, list[tuple[date, int, str, int | None]]] = {}
    rows = (
        Entry.objects.filter(
            kind__in={duty.fulfilled_by for duty in duties},
            occurred_on__gte=period.start,
            occurred_on__lte=min(today, period.end + timedelta(days=longest + 31)),
            sign=1,
            reversed_by__isnull=True,
        )
        .order_by("occurred_on", "number")
        .values_list("kind", "occurred_on", "number", "category", "campus_id")
    )
    for kind, day, number, category, campus in rows:
        entries.setdefault(kind, []).append((day, number, category, campus))
    found: list[Occurrence] = []
    for duty in duties:
        fitting = [
            (day, number)
            for day, number, category, campus in entries.get(duty.fulfilled_by, [])
            if (not duty.category or category == duty.category) and (duty.campus_id is None or campus == duty.campus_id)
        ]
        turns = occurrences(duty, period, terms=terms)
        for position, on in enumerate(turns):
            by = on + timedelta(days=duty.days)
            until = turns[position + 1] if position + 1 < len(turns) else date.max
            answer = next(
                ((day, number) for day, number in fitting if on <= day < max(until, by + timedelta(days=1))), None
            )
            if answer is not None:
                fitting.remove(answer)
                found.append(Occurrence(duty, on, by, DONE, answer[1]))
            elif today <= by:
                found.append(Occurrence(duty, on, by, DUE))
            elif today < until:
                found.append(Occurrence(duty, on, by, LATE))
            else:
                found.append(Occurrence(duty, on, by, MISSED))
    return sorted(found, key=lambda turn: (turn.on, turn.duty.label))
