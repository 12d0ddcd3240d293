"""With what hand somebody signs: the button alone, a signature drawn just now, or their own stamp.

    with by_hand(stamped(wang)):
        ACTIONS["finance.witnessed"].perform(wang, {"document": "12"})

Every signature the action writes for that person carries the picture. Whoever signs for nobody else needs no more; what
the action asks, and who may take it, is unchanged.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.utils.translation import gettext as _

from houqin.foundation.journal.refused import Refused
from houqin.foundation.org.models import Person

from .attachments import keep_content
from .ink import drawn_ink
from .models import Manner, Stamp


@dataclass(frozen=True)
class Hand:
    """How ``person`` signs; ``image`` is the digest of the picture, empty for the button."""

    person: Person | None
    manner: str = Manner.BUTTON
    image: str = ""


BUTTON = Hand(None)
_current: ContextVar[Hand] = ContextVar("hand", default=BUTTON)


@contextmanager
def by_hand(hand: Hand) -> Iterator[None]:
    """Whatever that person signs within this carries the hand's picture."""
    token = _current.set(hand)
    try:
        yield
    finally:
        _current.reset(token)


def hand_of(person: Person) -> Hand:
    """The hand ``person`` signs with now; never somebody else's."""
    hand = _current.get()
    return hand if hand.person == person else BUTTON


def drawn(person: Person, drawing: str) -> Hand:
    """A signature drawn just now, as the data address of a PNG. Refuses an empty one and one above 60 kB."""
    return Hand(person, Manner.DRAWN, keep_content(drawn_ink(drawing)))


def stamped(person: Person) -> Hand:
    """The person's own stamp. Refuses who keeps none."""
    stamp = stamp_of(person)
    if stamp is None:
        raise Refused(_("您還沒有存簽章圖。請先到「我的」存一個，或改用手寫、按鈕來簽。"))
    return Hand(person, Manner.STAMP, stamp.digest)


def stamped_or_button(person: Person) -> Hand:
    """The person's own stamp where there is one, the button alone otherwise: for signing many papers at once."""
    stamp = stamp_of(person)
    return Hand(person, Manner.STAMP, stamp.digest) if stamp else BUTTON


def stamp_of(person: Person) -> Stamp | None:
    """The stamp this person signs with now."""
    return Stamp.objects.filter(person=person, removed_at__isnull=True).first()
