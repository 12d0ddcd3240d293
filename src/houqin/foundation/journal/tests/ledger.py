"""A small trade of its own for the tests of cube, figures and closing: jobs, moves, papers found and settled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from houqin.foundation.journal.accounts import account
from houqin.foundation.journal.actions import batch
from houqin.foundation.journal.figures import APPROXIMATE, MONEY, Count, Distinct, Figure, Moved, Sum, Unanswered
from houqin.foundation.journal.models import Commodity, Entry, Place
from houqin.foundation.journal.writer import reverse

# Declared for as long as a test of the journal runs; see ``conftest``.
FIGURES_OF_THE_TRIAL = (
    Figure("trial.jobs", "活計", "次", of=Count("trial.job"), style=APPROXIMATE),
    Figure("trial.lamp_jobs", "換燈", "次", of=Count("trial.job", category="lamp"), style=APPROXIMATE),
    Figure("trial.topics", "種類", "類", of=Distinct("trial.job")),
    Figure("trial.cost", "用料", "元", of=Sum("trial.job", measure="cost"), style=MONEY),
    Figure("trial.desks", "課桌", "套", of=Moved("trial.move", commodity="desk"), unit_from_things=True),
    Figure("trial.desks_moved", "調撥課桌", "套", of=Moved("trial.move", commodity="desk", between_campuses=True)),
    Figure("trial.used_up", "用去", "件", of=Moved("trial.move", target_role="used")),
    Figure("trial.open", "未結", "項", of=Unanswered("trial.found", answer="trial.settled")),
    Figure("trial.late", "逾期", "項", of=Unanswered("trial.found", answer="trial.settled", due="due")),
    Figure("trial.still_open", "歷來未結", "項", of=Unanswered("trial.found", answer="trial.settled", ever=True)),
)
NAMES = tuple(one.name for one in FIGURES_OF_THE_TRIAL)


@dataclass(frozen=True)
class Paper:
    """As much of a document as the journal asks of one."""

    pk: int
    kind: str = "trial.paper"

    @property
    def number(self) -> str:
        return f"紙-{self.pk}"


def desk() -> Commodity:
    return Commodity.objects.get_or_create(
        code="trial:desk", defaults={"name": "課桌椅", "counter": "套", "category": "desk"}
    )[0]


def chalk() -> Commodity:
    return Commodity.objects.get_or_create(
        code="trial:chalk", defaults={"name": "粉筆", "counter": "盒", "category": "chalk"}
    )[0]


def standing_at(place: Place | None):
    """An account with a campus and no floor, so that tests may move what never came in."""
    return account("yard", place.pk if place else "none", name=place.name if place else "無處", place=place)


def job(by, day: date, *, place: Place | None = None, category: str = "lamp", cost: int = 0) -> Entry:
    with batch(by) as unit:
        draft = unit.draft("trial.job", occurred_on=day)
        draft.place, draft.category = place, category
        draft.measure("cost", cost)
    return draft.recorded


def move(by, day: date, *, quantity: int, commodity: Commodity, source, target, place: Place | None = None) -> Entry:
    with batch(by) as unit:
        draft = unit.draft("trial.move", occurred_on=day)
        draft.place = place
        draft.line(commodity, source=source, target=target, quantity=quantity)
    return draft.recorded


def found(by, day: date, *, paper: int, due: date | None = None, place: Place | None = None) -> Entry:
    with batch(by) as unit:
        draft = unit.draft("trial.found", occurred_on=day)
        draft.document, draft.place = Paper(paper), place
        if due:
            draft.measure("due", due.toordinal())
    return draft.recorded


def settled(by, day: date, *, paper: int) -> Entry:
    with batch(by) as unit:
        draft = unit.draft("trial.settled", occurred_on=day)
        draft.document = Paper(paper)
    return draft.recorded


def take_back(by, entry: Entry, *, reason: str = "登錯了") -> Entry:
    with batch(by) as unit:
        draft = reverse(unit, entry, reason=reason)
    return draft.recorded
