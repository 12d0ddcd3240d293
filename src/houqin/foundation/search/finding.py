"""Finding: what answers a question, in order, and only what this person may read.

A printed number that is typed whole comes first; then rows whose own words answer, before rows that mention it elsewhere;
within each the newest first. Nouns (people, places, things) and papers are two lists: four hundred rooms of one building
must not bury the paper that is about it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Model, Q, QuerySet

from houqin.foundation.org.models import Person
from houqin.foundation.registers.register import Register
from houqin.foundation.signing.models import Document, Task

from . import table
from .keeping import ABOVE_ALL, NOUNS, SERIAL_BITS
from .models import Thing
from .sources import Source, sources
from .words import Question, plain_number, question

WANTED = 20
# Candidates looked at in one go: few where the first are readable anyway, more and more where they are not.
FIRST_CHUNK, LARGEST_CHUNK = 60, 4_000
MOST_CANDIDATES = 40_000
# Whoever may read fewer papers of a kind has them listed before looking.
MANY = 3_000


@dataclass(frozen=True)
class Hit:
    """A row that answers; ``row`` is the model's, ``register`` the first one that shows it to this person."""

    kind: str
    key: int
    row: Model
    register: Register | None
    day: date | None = None
    is_exact: bool = False

    @property
    def is_paper(self) -> bool:
        return isinstance(self.row, Document)


@dataclass
class Found:
    """``exact`` by its number, ``nouns``, ``papers``; ``has_more`` where the lists were cut."""

    asked: Question
    exact: list[Hit] = field(default_factory=list)
    nouns: list[Hit] = field(default_factory=list)
    papers: list[Hit] = field(default_factory=list)
    has_more: bool = False

    def __bool__(self) -> bool:
        return bool(self.exact or self.nouns or self.papers)


def find(person: Person, asked: str, *, papers: int = WANTED, nouns: int = 8) -> Found:
    """At most ``papers`` papers and ``nouns`` nouns that answer what was typed and that ``person`` may read."""
    found = Found(question(asked))
    if not found.asked:
        return found
    reader = Reader(person)
    exact = _numbered(reader, asked)
    seen = {thing.pk for thing in exact}
    some_nouns = _first(reader, found.asked, wanted=nouns * 4, below=ABOVE_ALL, down_to=NOUNS, without=seen)
    some_papers = _first(reader, found.asked, wanted=papers + 1, below=NOUNS, down_to=0, without=seen)
    found.has_more = len(some_papers) > papers
    found.exact = reader.hits(exact, is_exact=True)
    found.papers = reader.hits(some_papers[:papers])
    # Whoever types a name wants the one that is called so, not the longest list of those that contain it.
    found.nouns = sorted(reader.hits(some_nouns), key=lambda hit: _nearness(asked, hit))[:nouns]
    return found


def _nearness(asked: str, hit: Hit) -> tuple[bool, int]:
    said = str(hit.row)
    return plain_number(said) != plain_number(asked), len(said)


def _numbered(reader: Reader, asked: str) -> list[Thing]:
    number = plain_number(asked)
    if not number:
        return []
    return reader.readable(list(Thing.objects.filter(number=number).order_by("-pk")[:10]))


def _first(reader: Reader, asked: Question, *, wanted: int, below: int, down_to: int, without: set[int]) -> list[Thing]:
    """The first ``wanted`` readable things: by their own words, then by any."""
    found: list[Thing] = []
    seen = set(without)
    for in_title in (True, False):
        for chunk in _candidates(reader, asked, in_title=in_title, below=below, down_to=down_to):
            fresh = [key for key in chunk if key not in seen]
            seen.update(fresh)
            by_key = {thing.pk: thing for thing in Thing.objects.filter(pk__in=fresh)}
            found += reader.readable([by_key[key] for key in fresh if key in by_key])
            if len(found) >= wanted:
                return found[:wanted]
    return found


def _candidates(reader: Reader, asked: Question, *, in_title: bool, below: int, down_to: int) -> Iterator[list[int]]:
    """Ids that answer, the highest first. Whoever cannot read the first of them is asked what they can read at all."""
    chunk = table.matching(asked, in_title=in_title, below=below, down_to=down_to, most=FIRST_CHUNK)
    yield chunk
    if len(chunk) < FIRST_CHUNK:
        return
    below = chunk[-1]
    wide, few = reader.reach if below < NOUNS else (None, [])
    own = (
        table.matching(asked, in_title=in_title, below=below, down_to=down_to, most=LARGEST_CHUNK, among=few)
        if few
        else []
    )
    size, taken = FIRST_CHUNK, 0
    while taken < MOST_CANDIDATES:
        size = min(size * 5, LARGEST_CHUNK)
        chunk = []
        if wide is None or wide:
            chunk = table.matching(asked, in_title=in_title, below=below, down_to=down_to, most=size, kinds=wide or ())
        # Down to where the larger list has been read, the two are one.
        limit = chunk[-1] if len(chunk) == size else down_to
        yield sorted([*chunk, *(key for key in own if limit <= key < below)], reverse=True)
        if len(chunk) < size:
            return
        below, taken = chunk[-1], taken + len(chunk)


class Reader:
    """What one person may read of what was found: as the registers and :func:`signing.reading.may_read` say, many at once."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self._registers: dict[str, list[Register]] = {}

    def registers(self, source: Source) -> list[Register]:
        """The registers of a source this person may open."""
        known = self._registers.get(source.kind)
        if known is None:
            known = self._registers[source.kind] = [one for one in source.registers if one.readers(self.person)]
        return known

    @cached_property
    def reach(self) -> tuple[list[str] | None, list[int]]:
        """Kinds of papers this person may read many of (None: nearly all kinds there are), and the ids of all others."""
        wide: list[str] = []
        few: list[int] = []
        papers = [source for source in sources().values() if source.is_paper]
        for source in papers:
            keys: set[int] = set()
            for register in self.registers(source):
                rows = register.rows(self.person).order_by().values_list("pk", flat=True)
                keys.update(rows[: MANY + 1])
            if len(keys) > MANY:
                wide.append(source.kind)
                continue
            keys |= self._own_keys(source, None) | self._asked_of_me.get(source.model.kind, set())  # type: ignore[attr-defined]
            some = sorted(keys)
            few += Thing.objects.filter(kind=source.kind, key__in=some).values_list("pk", flat=True) if some else []
        return (None if len(wide) == len(papers) else wide), few

    def readable(self, things: Sequence[Thing]) -> list[Thing]:
        """Those of the things that this person may read, in the same order."""
        known = sources()
        keys: dict[str, list[int]] = {}
        for thing in things:
            if thing.kind in known:
                keys.setdefault(thing.kind, []).append(thing.key)
        may = {kind: self._readable_keys(known[kind], some) for kind, some in keys.items()}
        return [thing for thing in things if thing.key in may.get(thing.kind, ())]

    def _readable_keys(self, source: Source, keys: list[int]) -> set[int]:
        found: set[int] = set()
        for register in self.registers(source):
            left = [key for key in keys if key not in found]
            if left:
                found.update(register.rows(self.person).filter(pk__in=left).order_by().values_list("pk", flat=True))
        left = [key for key in keys if key not in found]
        if not left or not issubclass(source.model, Document):
            return found
        tasks = self._tasks().filter(document_kind=source.model.kind, document_id__in=left)
        return {*found, *self._own_keys(source, left), *tasks.values_list("document_id", flat=True)}

    def _own_keys(self, source: Source, keys: list[int] | None) -> set[int]:
        """Papers this person opened; of ``keys`` alone where given."""
        own = source.model._default_manager.filter(opened_by=self.person)
        if keys is not None:
            own = own.filter(pk__in=keys)
        return set(own.values_list("pk", flat=True))

    def _tasks(self) -> QuerySet[Task]:
        """What waits or waited for this person."""
        of_person = Task.objects.filter(Q(done_by=self.person) | Q(person=self.person))
        return of_person | Task.objects.open().of(self.person)

    @cached_property
    def _asked_of_me(self) -> dict[str, set[int]]:
        found: dict[str, set[int]] = {}
        for kind, key in self._tasks().values_list("document_kind", "document_id"):
            found.setdefault(kind, set()).add(key)
        return found

    def hits(self, things: Sequence[Thing], *, is_exact: bool = False) -> list[Hit]:
        """The things with their rows, read a kind at a time."""
        known = sources()
        keys: dict[str, list[int]] = {}
        for thing in things:
            keys.setdefault(thing.kind, []).append(thing.key)
        rows: dict[tuple[str, int], Any] = {}
        for kind, some in keys.items():
            model = known[kind].model
            related = [one.name for one in model._meta.concrete_fields if one.is_relation]
            for row in model._default_manager.filter(pk__in=some).select_related(*related):
                rows[kind, row.pk] = row
        found = []
        for thing in things:
            made = rows.get((thing.kind, thing.key))
            if made is None:
                continue
            shown = self.registers(known[thing.kind])
            day = thing.pk >> SERIAL_BITS
            found.append(
                Hit(
                    thing.kind,
                    thing.key,
                    made,
                    shown[0] if shown else None,
                    date.fromordinal(day) if thing.pk < NOUNS else None,
                    is_exact,
                )
            )
        return found


__all__ = ["Found", "Hit", "Reader", "find"]
