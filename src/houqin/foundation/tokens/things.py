"""What can bear a token, and what can be done at it. Domains say both in ``scans.py``; pages name no domain.

thing_kind("assets.card", model=AssetCard, label=_("固定資產"), title=…, place=…, lines=…, find=…)

open_to_strangers("place", page="repairs.fault")

@scanned("place", "assets.card")
def repairs_here(person, scan):
    yield Offer(_("報修"), icon="tool", page="repairs.fault", rest=scan.token.text)
    yield Listed(_("在修的"), tuple(Line(…) for …))
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from houqin.foundation.journal.actions import Action, can
from houqin.foundation.journal.models import Place
from houqin.foundation.journal.refused import Refused
from houqin.foundation.org.models import Person
from houqin.foundation.registers.pages import PAGES
from houqin.foundation.registers.register import REGISTERS
from houqin.foundation.signing.models import Document
from houqin.foundation.signing.reading import registers_showing
from houqin.kit.registry import Registry


@dataclass(frozen=True)
class ThingKind:
    """A kind of thing that can bear a token.

    ``title`` is its name as people say it, ``lines`` what else its label says (number, room), shortest first;
    ``place`` where it is, for whatever happens there; ``find`` the one thing a typed number or name means, or None.
    """

    name: str
    model: type[models.Model]
    label: Any
    title: Callable[[Any], str]
    lines: Callable[[Any], tuple[str, ...]]
    place: Callable[[Any], Place | None]
    find: Callable[[str], Any]
    icon: str = "qrcode"
    related: tuple[str, ...] = ()

    def things(self) -> models.QuerySet[Any]:
        return self.model._default_manager.select_related(*self.related)


THINGS: Registry[ThingKind] = Registry("kind of thing")


def thing_kind(name: str, **facts: Any) -> ThingKind:
    """Declare a kind of thing that can bear a token; see :class:`ThingKind`."""
    return THINGS.add(name, ThingKind(name=name, **facts))


def kind_of_model(model: type[models.Model]) -> ThingKind | None:
    """The kind under which rows of ``model`` bear tokens, or None."""
    return next((kind for kind in THINGS if kind.model is model), None)


def kind_named(name: str) -> ThingKind:
    """The kind of that name. Refuses what bears no token."""
    found = THINGS.get(name)
    if found is None:
        raise Refused(
            _("「%(name)s」不能貼標籤碼。可以貼的是：%(kinds)s。") % {"name": name, "kinds": "、".join(THINGS.names())}
        )
    return found


@dataclass(frozen=True)
class Scan:
    """What was scanned: the token, its kind, the thing it stands on and the place that lies at."""

    token: Any
    kind: ThingKind
    thing: Any
    place: Place | None


@dataclass(frozen=True)
class Offer:
    """Something that can be done here: an action with what is known of it, a hand-written page, a register or a document.

    It is shown only to whom the action, the page or the register allows it.
    """

    label: Any
    icon: str = "arrow-right"
    verb: Action | None = None
    document: Document | None = None
    page: str = ""
    rest: str = ""
    register: str = ""
    given: Mapping[str, str] = field(default_factory=dict)
    is_first: bool = False

    def is_open_to(self, person: Person) -> bool:
        if self.verb is not None:
            about = {"document": self.document} if self.document is not None else {}
            return can(person, self.verb, **about)
        if self.page:
            return self.page in PAGES and PAGES[self.page].readers(person)
        if self.register:
            return self.register in REGISTERS and REGISTERS[self.register].readers(person)
        return self.document is not None


@dataclass(frozen=True)
class Line:
    """One line of what is here: its name, a word of quiet beside it, a tag, and the paper it opens."""

    text: str
    note: str = ""
    tag: str = ""
    style: str = ""
    document: Document | None = None


@dataclass(frozen=True)
class Listed:
    """What is here, under a heading; ``more`` counts what is not listed."""

    title: Any
    lines: tuple[Line, ...]
    icon: str = "list"
    more: int = 0


STRANGERS: dict[str, str] = {}


def open_to_strangers(*kinds: str, page: str) -> None:
    """Whoever scans a thing of these kinds without a login gets this hand-written page, with the token behind its address."""
    for kind in kinds:
        if STRANGERS.setdefault(kind, page) != page:
            raise ValueError(f"{kind!r} opens two pages to strangers: {STRANGERS[kind]} and {page}")


def readable(person: Person, documents: Sequence[Document]) -> set[int]:
    """The keys of those of ``documents`` (all of one kind) that a register shows to ``person``; one query a register."""
    if not documents:
        return set()
    shown: set[int] = {one.pk for one in documents if one.opened_by_id == person.pk}
    for register in registers_showing(type(documents[0]), person=person):
        rows = register.rows(person).filter(pk__in=[one.pk for one in documents])
        shown |= set(rows.values_list("pk", flat=True))
    return shown


Saying = Callable[[Person, Scan], Iterator[Offer | Listed]]


@dataclass(frozen=True)
class Said:
    name: str
    kinds: tuple[str, ...]
    say: Saying


SAYINGS: Registry[Said] = Registry("saying of a scan")


def scanned(*kinds: str) -> Callable[[Saying], Saying]:
    """Let the decorated function say what can be done at things of these kinds; see the module."""

    def declare(say: Saying) -> Saying:
        name = f"{say.__module__}.{say.__qualname__}"
        SAYINGS.add(name, Said(name, kinds, say))
        return say

    return declare


def said_of(scan: Scan, *, person: Person) -> tuple[list[Offer], list[Listed]]:
    """What ``person`` may do here and what is shown, in the order the domains were installed, the first things first."""
    offers: list[Offer] = []
    lists: list[Listed] = []
    for one in SAYINGS:
        if scan.kind.name not in one.kinds:
            continue
        for said in one.say(person, scan):
            if isinstance(said, Listed):
                if said.lines:
                    lists.append(said)
            elif said.is_open_to(person):
                offers.append(said)
    return sorted(offers, key=lambda offer: not offer.is_first), lists
