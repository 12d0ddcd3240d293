"""Goods that were bought and accepted and that no store or card has taken over: read from the journal, by acceptance.

An acceptance moves goods to an account ``arrivals:<campus>``. Whoever takes them over moves them on from there in an entry
``because`` of the acceptance, so what is left of each acceptance is a difference of lines and nothing is taken twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, QuerySet, Sum
from django.utils.translation import gettext as _

from houqin.foundation.journal.models import Account, Balance, Entry, Line
from houqin.foundation.journal.writer import Draft
from houqin.foundation.org.models import Party, Person
from houqin.foundation.signing.models import Document, Signature, Task
from houqin.foundation.signing.routes import answer

from .models import Item
from .stock import VALUE, share

ROLE = "arrivals"
# How far back an acceptance is followed to the order it fulfils.
STEPS_BACK = 8


@dataclass
class Left:
    """What is left of one item of an acceptance: ``quantity`` pieces worth ``value`` 分, lying on ``account``."""

    item: Item
    account: Account
    quantity: int
    value: int

    def worth(self, quantity: int) -> int:
        return share(self.value, quantity=quantity, of=self.quantity)


@dataclass
class Arrival:
    """An acceptance with something left to take in."""

    entry: Entry
    supplier: Party | None = None
    left: list[Left] = field(default_factory=list)


def acceptances() -> QuerySet[Entry]:
    """Entries that brought goods to ``arrivals`` and stand, the latest first."""
    brought = Line.objects.filter(entry=OuterRef("pk"), target__role=ROLE)
    return Entry.objects.filter(Exists(brought), sign=1, reversed_by__isnull=True).order_by("-number")


def arrival(entry: Entry) -> Arrival:
    """What is left of one acceptance."""
    return _arrivals([entry])[0]


def waiting() -> list[Arrival]:
    """All acceptances with something left, the oldest first; a handful of queries however many there are."""
    held = Balance.objects.filter(account__role=ROLE, quantity__gt=0).exclude(commodity__category=VALUE)
    some = Line.objects.filter(
        entry=OuterRef("pk"), target__in=held.values("account"), commodity__in=held.values("commodity")
    )
    entries = list(acceptances().filter(Exists(some)).select_related("by", "place").order_by("number"))
    return [one for one in _arrivals(entries) if one.left]


def _arrivals(entries: list[Entry]) -> list[Arrival]:
    keys = [entry.pk for entry in entries]
    came = Line.objects.filter(entry__in=keys, target__role=ROLE).select_related("source", "target", "commodity")
    found = {entry.pk: Arrival(entry) for entry in entries}
    parties: dict[int, int] = {}
    sums: dict[tuple[int, int], list[int]] = {}
    where: dict[tuple[int, int], Account] = {}
    for line in came.order_by("entry_id", "position"):
        kind, _colon, key = line.commodity.code.partition(":")
        thing, place = (int(key), 1) if kind == "value" else (line.commodity_id, 0)
        sums.setdefault((line.entry_id, thing), [0, 0])[place] += line.quantity
        where[line.entry_id, thing] = line.target
        if line.source.code.startswith("outside:supplier:"):
            parties[line.entry_id] = int(line.source.code.rpartition(":")[2])
    gone = Line.objects.filter(
        entry__because__in=keys, entry__sign=1, entry__reversed_by__isnull=True, source__role=ROLE
    )
    for entry, commodity, code, quantity in gone.values_list(
        "entry__because", "commodity_id", "commodity__code"
    ).annotate(moved=Sum("quantity")):
        kind, _colon, key = code.partition(":")
        thing, place = (int(key), 1) if kind == "value" else (commodity, 0)
        if (entry, thing) in sums:
            sums[entry, thing][place] -= quantity
    items = {
        item.commodity_id: item
        for item in Item.objects.filter(commodity__in={thing for _entry, thing in sums}).select_related("commodity")
    }
    for (entry, thing), (quantity, value) in sums.items():
        if thing in items and quantity > 0:
            found[entry].left.append(Left(items[thing], where[entry, thing], quantity, value))
    suppliers = Party.objects.in_bulk(set(parties.values()))
    for entry, party in parties.items():
        found[entry].supplier = suppliers.get(party)
    return list(found.values())


def wait_for(entry: Draft, document: Document, *, step: str, person: Person) -> None:
    """Put what an accepted delivery brought on the list of whoever takes it over by ``step``, while some of it is left."""
    brought = acceptances().filter(document_kind=document.kind, document_id=document.pk)
    if not any(one.left for one in _arrivals(list(brought))):
        return
    entry.unit.create(
        Task(
            document_kind=document.kind,
            document_id=document.pk,
            document_number=document.number,
            title=_("入庫或建卡：%(what)s") % {"what": document.title()[:180]},
            step=step,
            person=person,
            campus=document.campus,
            created_at=entry.unit.now,
        )
    )


def taken_over(entry: Draft, arrived: Arrival) -> None:
    """Answer the tasks of an acceptance of which nothing is left; those of the delivery's own steps stay."""
    if any(one.quantity > 0 for one in arrived.left):
        return
    kind = arrived.entry.document_kind
    waiting = Task.objects.open().filter(document_kind=kind, document_id=arrived.entry.document_id or 0)
    own = f"{kind.partition('.')[0]}."
    answer(entry, waiting.exclude(step__startswith=own))


def people_of(entry: Entry) -> tuple[Person | None, list[Person]]:
    """Who bought what an acceptance accepted, as the order it goes back to says, and who accepted it, in order."""
    signed = Signature.objects.filter(
        document_kind=entry.document_kind, document_id=entry.document_id or 0, signs_as="acceptor"
    )
    acceptors = [one.person for one in signed.select_related("person").order_by("pk")] or [entry.by]
    cause: Entry | None = entry
    for _step in range(STEPS_BACK):
        cause = cause.because if cause else None
        if cause is None:
            return None, _each(acceptors)
        if cause.kind.endswith(".ordered"):
            return cause.by, _each(acceptors)
    return None, _each(acceptors)


def _each(people: Iterable[Person]) -> list[Person]:
    return list(dict.fromkeys(people))
