"""Routes: states as data. From a route come the buttons of a page, the signature wanted, the task on somebody's list.

ROUTE = Route(
    states={"reported": _("已報修"), "accepted": _("已受理"), …},
    steps=(
        Step("reported", "accepted", "repairs.accepted", waits_for=(Role.CLERK, Role.DIRECTOR)),
        Step("done", "closed", "repairs.confirmed", signs="requester", waits_for_field="reporter", not_by=("repairs.completed",)),
    ),
)

@action("repairs.accepted", …)
@walks(lambda: ROUTE)
def accept(entry, *, document, …): …
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from houqin.foundation.journal.actions import ACTIONS
from houqin.foundation.journal.memory import transaction_memory
from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.journal.vouching import change_rows
from houqin.foundation.journal.writer import Draft, Unit, before_entries
from houqin.foundation.org.models import Person
from houqin.kit import clock

from .hand import hand_of
from .models import Document, Manner, Sequence, Signature, Task
from .papers import VERSION, whole_papers

# A paper that was taken back stands in one of these.
TAKEN_BACK = frozenset({"withdrawn", "void", "cancelled", "abandoned", "dropped", "discarded"})


@dataclass(frozen=True)
class Step:
    """One way from a state (or several) to another.

    ``kind``      the action that takes it
    ``signs``     what the signer signs as (witness, approver); empty where no signature is wanted
    ``not_by``    steps (kinds) whose signer or doer may not take this one: separation of duties
    ``excused_by`` the kind of the entry by which the principal may lift that, with a reason, on this one paper: for a school
                  too small to separate, and only where the law itself does not ask for it (§1.2 of the domain reference)
    ``waits_for`` roles on whose list the task appears while a document stands in ``source``
    ``waits_for_field``  the document's field naming the one person it waits for, instead of roles
    ``due_field`` the document's field with the day by which it should happen
    ``optional``  may be taken, but nobody waits for it (withdraw, reopen)
    ``undoes``    takes an earlier step back and leaves the paper open
    """

    source: str | tuple[str, ...]
    target: str
    kind: str
    signs: str = ""
    not_by: tuple[str, ...] = ()
    excused_by: str = ""
    waits_for: tuple[str, ...] = ()
    waits_for_field: str = ""
    due_field: str = ""
    optional: bool = False
    undoes: bool = False

    @property
    def takes_back(self) -> bool:
        """Whether this is how an honest mistake on the paper is taken back."""
        return self.undoes or self.target in TAKEN_BACK

    def sources(self) -> tuple[str, ...]:
        return (self.source,) if isinstance(self.source, str) else self.source


@dataclass(frozen=True)
class Route:
    """States with their words, the steps between them, and which states are the end of the matter."""

    states: Mapping[str, Any]
    steps: tuple[Step, ...]
    final: tuple[str, ...] = ()

    def steps_from(self, state: str) -> list[Step]:
        return [step for step in self.steps if state in step.sources()]

    def apart(self, step: Step) -> dict[str, str]:
        """The kinds whose doer may not take this step, each with the kind of the entry that excuses it or ""."""
        kinds = dict.fromkeys(step.not_by, step.excused_by)
        for other in self.steps:
            if step.kind in other.not_by:
                kinds[other.kind] = kinds.get(other.kind, other.excused_by) and other.excused_by
        return kinds

    def step(self, kind: str, *, state: str) -> Step:
        """The step ``kind`` from ``state``. Refuses where the route has none."""
        for step in self.steps_from(state):
            if step.kind == kind:
                return step
        wanted = ACTIONS.get(kind)
        raise Refused(
            _("這張單現在是「%(state)s」，不能「%(label)s」。")
            % {"state": self.states.get(state, state), "label": wanted.label if wanted else kind}
        )


def walks(route: Callable[[], Route]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Wrap an action's body so that its ``document`` takes the step the action is named for.

    Before the body: the step exists from here, and whoever did a step it must be separate from is somebody else.
    After it: state, signature, tasks. ``entry.document`` and ``entry.place`` are set when the body starts.
    """

    def wrap(body: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(body)
        def walked(entry: Draft, *, document: Document, **asked: Any) -> None:
            step = route().step(entry.kind, state=document.state)
            separate(entry, document, step)
            entry.document, entry.place = document, entry.place or document.place
            body(entry, document=document, **asked)
            move(entry, document, step.target)
            if step.signs:
                sign(entry, document, step)

        walked.route = route  # type: ignore[attr-defined]
        return walked

    return wrap


def separate(entry: Draft, document: Document, step: Step) -> None:
    """Refuse a person who already did a step that ``step`` must be separate from (§1.2 of the domain reference).

    Who did what is told by every entry and signature, those that were taken back too: a request that was reversed was still
    made by whoever made it. It holds both ways, because a paper may walk its route twice: whoever accepted the first time does
    not mend the second time.
    """
    entry.unit.separated.append((entry, document))
    apart = type(document).route().apart(step) if document.pk is not None else {}
    if not apart:
        return
    done = kinds_done(document, entry.by)
    for kind, excuse in apart.items():
        if kind not in done:
            continue
        if not (excuse and is_excused(document, excuse)):
            raise Denied(_("這一步要由另一個人來做：經手、驗收、審批不能是同一個人。"))
        # Counted, so that every exception is seen by who audits.
        entry.measures["not_separated"] = 1


def _separate_once(entry: Draft, document: Document) -> None:
    route = type(document).route()
    if route is None or any(one is entry and paper is document for one, paper in entry.unit.separated):
        return
    for step in route.steps_from(document.state):
        if step.kind == entry.verb:
            separate(entry, document, step)
            return


def kinds_done(document: Document, person: Person) -> set[str]:
    """The kinds of steps this person took or signed on this paper, taken back since or not."""
    of_paper = {"document_kind": document.kind, "document_id": document.pk}
    did = Entry.objects.filter(**of_paper, by=person, sign=1).values_list("kind", flat=True)
    signed = Signature.objects.filter(**of_paper, person=person).values_list("step", flat=True)
    return {*did, *signed}


def is_excused(document: Document, kind: str) -> bool:
    """Whether an entry of ``kind`` stands that lifts the separation of duties on this paper."""
    return Entry.objects.filter(
        document_kind=document.kind, document_id=document.pk, kind=kind, sign=1, reversed_by__isnull=True
    ).exists()


def move(entry: Draft, document: Document, state: str) -> None:
    """Put the document into ``state``; its open tasks are answered and the next ones asked when the unit is flushed.

    A step is separated here too, for actions that take one with several papers or decide themselves where it leads.
    """
    _separate_once(entry, document)
    document.state = state
    if document.pk is not None:
        entry.changes(document, "state")
        answer(entry, Task.objects.open().filter(document_kind=document.kind, document_id=document.pk))
    ask(entry, document)


def answer(entry: Draft, waiting: QuerySet[Task]) -> None:
    """Close what was waited for: the tasks of the step that ``entry`` takes are done by whoever takes it, others lapse.

    Whoever is known to have done what was waited for may read the paper on (:mod:`.reading`), so an optional step (a complaint
    of somebody outside) must not make the approval theirs.
    """
    change_rows(waiting.exclude(step=entry.verb), done_at=entry.unit.now)
    change_rows(waiting.filter(step=entry.verb), done_at=entry.unit.now, done_by=entry.by)


def ask(entry: Draft, document: Document) -> None:
    """Put on somebody's list what comes next for ``document``."""
    route = type(document).route()
    if route is None or document.state in route.final:
        return
    if any(waiting is document for waiting in entry.unit.asking):
        return
    entry.unit.asking.append(document)
    entry.unit.after_creations(lambda: _ask(entry, document, route))


def _ask(entry: Draft, document: Document, route: Route) -> None:
    entry.unit.asking = [waiting for waiting in entry.unit.asking if waiting is not document]
    for step in route.steps_from(document.state):
        if step.optional:
            continue
        person = getattr(document, step.waits_for_field, None) if step.waits_for_field else None
        roles = [""] if person else list(step.waits_for)
        due = getattr(document, step.due_field, None) if step.due_field else None
        verb = ACTIONS.get(step.kind)
        for role in roles:
            entry.unit.create(
                Task(
                    document_kind=document.kind,
                    document_id=document.pk,
                    document_number=document.number,
                    title=f"{verb.label if verb else step.kind}：{document.title()}"[:200],
                    step=step.kind,
                    signs=bool(step.signs),
                    role=role,
                    person=person,
                    campus=document.campus,
                    due_on=clock.day_of(due) if isinstance(due, datetime) else due,
                    created_at=entry.unit.now,
                )
            )


def sign(entry: Draft, document: Document, step: Step) -> None:
    """Write the signature of ``entry.by`` under the whole paper as it is now, in the hand they sign with (:mod:`.hand`)."""
    hand = hand_of(entry.by)
    sign_as(entry, document, step=step.kind, signs_as=step.signs, manner=hand.manner, image=hand.image)


def sign_as(
    entry: Draft,
    document: Document,
    *,
    step: str,
    signs_as: str,
    person: Person | None = None,
    manner: str = Manner.BUTTON,
    image: str = "",
    drawing: str = "",
) -> None:
    """Write the signature of ``person`` (who acts, unless told) under the whole paper as this action leaves it."""
    signature = Signature(
        step=step, signs_as=signs_as, person=person or entry.by, signed_at=entry.unit.now, manner=manner, image=image,
        drawing=drawing, version=VERSION,
    )  # fmt: skip
    entry.unit.signing.append((document, signature))


@before_entries
def _sign_what_is_complete(unit: Unit) -> None:
    """Once all rows of the papers are written, sign them: a thousand imported papers of a kind together."""
    waiting, unit.signing = unit.signing, []
    by_kind: dict[type[Document], list[tuple[Document, Signature]]] = {}
    for document, signature in waiting:
        by_kind.setdefault(type(document), []).append((document, signature))
    for signed in by_kind.values():
        papers = whole_papers([document for document, _signature in signed])
        for document, signature in signed:
            paper = papers[document.pk]
            signature.document_kind, signature.document_id = document.kind, document.pk
            signature.document_number = document.number
            signature.digest, signature.covers = paper.digest, paper.covers
        unit.insert([signature for _document, signature in signed])


# Numbers that papers of the running import bear themselves, written already or not.
_KEPT_FREE: ContextVar[frozenset[str]] = ContextVar("numbers kept free", default=frozenset())


@contextmanager
def keeping_free(numbers: Iterable[str]) -> Iterator[None]:
    """Give none of ``numbers`` to a paper without one: a sheet's own papers bear them, further up or further down."""
    token = _KEPT_FREE.set(_KEPT_FREE.get() | frozenset(numbers))
    try:
        yield
    finally:
        _KEPT_FREE.reset(token)


def next_number(model: type[Document], day: date) -> str:
    """The next printed number of a kind of document in a year: WX-2018-0001. Never reused, gaps only by refusal.

    The sequence is locked and read once in a transaction and written back at the flush, so that an import of ten
    thousand papers costs a few questions. A school's own papers may bear the same form of number; those ahead are asked
    for by name, a stretch at a time, so that a number costs the same in the tenth year as in the first.
    """
    memory = transaction_memory()
    key = ("sequence", model.prefix, day.year)
    if key not in memory:
        rows = Sequence.objects.select_for_update().filter(prefix=model.prefix, year=day.year)
        if not rows.exists():
            Sequence.objects.get_or_create(prefix=model.prefix, year=day.year, defaults={"last": 0})
        memory[key] = _Numbers(rows.get())
    numbers: _Numbers = memory[key]
    memory.setdefault("sequences_to_write", {})[key] = numbers.sequence
    return numbers.give(model, day)


# How many numbers ahead are asked about at first, and at most.
_FIRST_STRETCH, _LONGEST_STRETCH = 4, 500


class _Numbers:
    """The numbers of one kind of paper in one year, while a transaction gives them out."""

    def __init__(self, sequence: Sequence) -> None:
        self.sequence = sequence
        self.looked_at = sequence.last
        self.stretch = _FIRST_STRETCH
        self.taken: set[str] = set()

    def give(self, model: type[Document], day: date) -> str:
        while True:
            if self.sequence.last >= self.looked_at:
                self._look_ahead(model, day)
            self.sequence.last += 1
            number = _number(model, day, self.sequence.last)
            if number not in self.taken and number not in _KEPT_FREE.get():
                return number

    def _look_ahead(self, model: type[Document], day: date) -> None:
        ahead = [
            _number(model, day, last) for last in range(self.sequence.last + 1, self.sequence.last + 1 + self.stretch)
        ]
        self.taken = set(model._default_manager.filter(number__in=ahead).values_list("number", flat=True))
        self.looked_at = self.sequence.last + self.stretch
        self.stretch = min(self.stretch * 4, _LONGEST_STRETCH)


def _number(model: type[Document], day: date, last: int) -> str:
    return f"{model.prefix}-{day.year}-{last:04d}"


@before_entries
def _write_sequences(unit: Unit) -> None:
    for sequence in transaction_memory().pop("sequences_to_write", {}).values():
        sequence.save(update_fields=["last"])


@before_entries
def _answer_tasks_elsewhere(unit: Unit) -> None:
    """A verb carried out because of a paper answers what that paper asked for by that verb."""
    for draft in unit.written:
        cause = draft.because
        if not isinstance(cause, Entry) or not cause.document_id or draft.reverses is not None:
            continue
        waiting = Task.objects.open().filter(
            document_kind=cause.document_kind, document_id=cause.document_id, step=draft.kind
        )
        change_rows(waiting, done_at=unit.now, done_by=draft.by)
