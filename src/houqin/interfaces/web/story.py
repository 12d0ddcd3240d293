"""What became of a paper: its entries with what caused them and what followed, and what was said about it, in one line.

A cause or consequence is told to whoever may read the paper; the way to another paper is a link for whoever may read
that one too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from houqin.foundation.journal.models import Entry
from houqin.foundation.org.models import Person
from houqin.foundation.signing.causes import may_read_entry
from houqin.foundation.signing.comments import Part, comments_of, parts_of
from houqin.foundation.signing.models import DOCUMENTS, Comment, Document
from houqin.foundation.signing.reading import may_read
from houqin.kit import clock

from . import words

# What the journal says of comments is told by the comments themselves.
ABOUT_COMMENTS = ("documents.commented", "documents.comment_withdrawn", "documents.mention_seen")
MOST_CONNECTED = 12


@dataclass(frozen=True)
class Tied:
    """An entry on the other end of a ``because``: its word, its day, its paper and where to read on."""

    label: str
    day: date
    paper: str
    address: str


@dataclass(frozen=True)
class Other:
    """Another paper this one is connected with."""

    label: str
    number: str
    title: str
    state: str
    address: str


@dataclass
class Happening:
    """One thing that happened: an entry, or what somebody said."""

    on: date
    at: datetime
    entry: Entry | None = None
    label: str = ""
    is_reversed: bool = False
    category: str = ""
    lines: list[dict[str, str]] = field(default_factory=list)
    measures: list[tuple[str, str]] = field(default_factory=list)
    causes: list[Tied] = field(default_factory=list)
    consequences: list[Tied] = field(default_factory=list)
    comment: Comment | None = None
    parts: list[Part] = field(default_factory=list)
    is_own: bool = False
    # How often the same person did the same on that day, one after the other: photos hung on.
    times: int = 1


class Reader:
    """Who may read what, asked once for each paper on a page."""

    def __init__(self, person: Person, document: Document) -> None:
        self.person = person
        self._known: dict[tuple[str, int], Document | None] = {(document.kind, document.pk): document}

    def fetch(self, keys: Iterable[tuple[str, int]]) -> None:
        """Read these papers, one query for each kind."""
        wanted: dict[str, set[int]] = {}
        for kind, key in keys:
            if (kind, key) not in self._known and kind in DOCUMENTS:
                wanted.setdefault(kind, set()).add(key)
        for kind, numbers in wanted.items():
            for found in DOCUMENTS[kind]._default_manager.select_related("place").filter(pk__in=numbers):
                self._known[(kind, found.pk)] = found if may_read(self.person, found) else None

    def paper(self, kind: str, key: int | None) -> Document | None:
        """That paper, where this person may read it."""
        return self._known.get((kind, key)) if key else None


def story_of(document: Document, *, person: Person) -> tuple[list[Happening], list[Other]]:
    """What happened with the paper and was said about it, in order; and the papers it is connected with."""
    entries = list(
        Entry.objects.filter(document_kind=document.kind, document_id=document.pk)
        .exclude(kind__in=ABOUT_COMMENTS)
        .select_related("by", "place", "because", "reversed_by")
        .prefetch_related("lines__commodity", "lines__source", "lines__target", "measures")
        .order_by("occurred_on", "number")
    )
    numbers = [entry.number for entry in entries]
    follow: dict[int, list[Entry]] = {}
    for one in Entry.objects.filter(because__in=numbers).exclude(kind__in=ABOUT_COMMENTS).order_by("number"):
        if not _is_here(one, document) and one.reverses_id is None:
            follow.setdefault(one.because_id or 0, []).append(one)
    causes = [entry.because for entry in entries if entry.because and not _is_here(entry.because, document)]
    reader = Reader(person, document)
    tied = [one for ones in follow.values() for one in ones] + causes
    own = _named_papers(document)
    reader.fetch([(one.document_kind, one.document_id or 0) for one in tied if one.document_kind] + own)
    happenings = [_happening(entry, document, follow.get(entry.number, []), reader) for entry in entries]
    happenings += [_said(comment, person=person) for comment in comments_of(document)]
    happenings.sort(key=lambda one: (one.on, one.at))
    return _gathered(happenings), _others(document, tied, own, reader)


def _gathered(happenings: list[Happening]) -> list[Happening]:
    """Photos one person hung on one after the other are told once."""
    made: list[Happening] = []
    for one in happenings:
        last = made[-1].entry if made else None
        is_again = one.entry and last and one.entry.kind == last.kind == "documents.attached" and one.on == made[-1].on
        if is_again and one.entry and last and one.entry.by_id == last.by_id and not one.consequences:
            made[-1].times += 1
        else:
            made.append(one)
    return made


def _is_here(entry: Entry, document: Document) -> bool:
    return entry.document_kind == document.kind and entry.document_id == document.pk


def _happening(entry: Entry, document: Document, follow: list[Entry], reader: Reader) -> Happening:
    cause = entry.because
    return Happening(
        on=entry.occurred_on,
        at=entry.recorded_at,
        entry=entry,
        label=_label(entry),
        is_reversed=getattr(entry, "reversed_by", None) is not None,
        # A code without a word says nothing to who reads it.
        category=known
        if (known := words.category_label(entry.category, entry.kind, entry.document_kind)) != entry.category
        else "",
        lines=[
            {
                "what": f"{line.commodity.name} {words.quantity_label(line.quantity, line.commodity)}",
                "way": f"{words.account_label(line.source)} → {words.account_label(line.target)}",
            }
            for line in entry.lines.all()
        ],
        measures=[
            (label, words.measure_text(one.name, entry.kind, one.quantity))
            for one in entry.measures.all()
            # A measure without a word is bookkeeping.
            if (label := words.measure_label(one.name, entry.kind)) != one.name
        ],
        causes=[_tied(cause, reader)] if cause and not _is_here(cause, document) else [],
        consequences=[_tied(one, reader) for one in follow],
    )


def _label(entry: Entry) -> str:
    """What the entry is called; one that follows from another within its action bears the word of the state it led to."""
    label = words.entry_label(entry)
    if entry.kind not in label:
        return label
    model = DOCUMENTS.get(entry.document_kind)
    route = model.route() if model is not None else None
    if route is not None:
        for step in route.steps:
            if step.kind == entry.kind:
                return str(route.states.get(step.target, step.target))
    return _("登記")


def _tied(entry: Entry, reader: Reader) -> Tied:
    paper = reader.paper(entry.document_kind, entry.document_id)
    if paper is not None:
        address = reverse("document", args=[paper.kind, paper.pk])
    else:
        # One on a paper this person may not read is no way to it.
        may = not entry.document_kind and may_read_entry(reader.person, entry)
        address = reverse("entry", args=[entry.number]) if may else ""
    named = f"{words.document_label(entry.document_kind)} {entry.document_number}" if entry.document_kind else ""
    return Tied(_label(entry), entry.occurred_on, named, address)


def _said(comment: Comment, *, person: Person) -> Happening:
    return Happening(
        on=clock.day_of(comment.written_at),
        at=comment.written_at,
        label=_("留言"),
        comment=comment,
        parts=list(parts_of(comment)),
        is_own=comment.by_id == person.pk,
    )


def _named_papers(document: Document) -> list[tuple[str, int]]:
    """Kind and key of the papers this one names, and of those that name it, latest first."""
    found: list[tuple[str, int]] = []
    for one in document._meta.concrete_fields:
        model = one.related_model if isinstance(one, models.ForeignKey) else None
        key = getattr(document, one.attname)
        if isinstance(model, type) and issubclass(model, Document) and key:
            found.append((model.kind, key))
    for relation in document._meta.related_objects:
        model = relation.related_model
        if isinstance(model, type) and issubclass(model, Document):
            naming = model._default_manager.filter(Q(**{relation.field.name: document.pk})).order_by("-pk")
            found += [(model.kind, key) for key in naming.values_list("pk", flat=True)[:MOST_CONNECTED]]
    return found


def _others(document: Document, tied: list[Entry], own: list[tuple[str, int]], reader: Reader) -> list[Other]:
    keys = [*own, *((one.document_kind, one.document_id or 0) for one in tied)]
    found = []
    for kind, key in dict.fromkeys(keys):
        paper = reader.paper(kind, key)
        if paper is not None and paper != document:
            found.append(
                Other(
                    words.document_label(kind), paper.number, paper.title(), paper.state_label,
                    reverse("document", args=[kind, key]),
                )
            )  # fmt: skip
    return found[:MOST_CONNECTED]
