"""Tell people: ``notify(wang, "comment.mentioned", "李主任在 WX-2026-0012 提到您", link)``.

Called within a transaction, the notice is there exactly when its cause is. Sending follows after the commit, by a job.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.utils.translation import gettext as _

from houqin.foundation.journal.refused import Refused
from houqin.foundation.org.models import Person
from houqin.foundation.org.rules import administrator
from houqin.kit import clock

from .models import Address, Kind, Notice, Robot, Send, Wish
from .occasions import NEVER, OCCASIONS
from .timing import when

LONGEST = 300


@dataclass(frozen=True)
class Telling:
    """One thing to tell one person. ``public`` is what may stand in a group: no names, no free text.

    ``cause`` is the same for everybody who is told of one thing; a group hears of it once.
    """

    person: Person
    occasion: str
    text: str
    link: str = ""
    public: str = ""
    cause: str = field(default_factory=lambda: uuid4().hex)
    urgent: bool = False


def notify(
    person: Person, occasion: str, text: str, link: str = "", urgent: bool = False, *, public: str = "", key: str = ""
) -> None:
    """Tell ``person`` of an :mod:`occasion <.occasions>`; anyone may call it, within the transaction of the cause.

    ``text`` is one sentence; ``link`` a path of this site (``/documents/…``). ``urgent`` is sent at night and on days off
    too. ``public`` is said to robots instead of the text (no names in it); without it they hear the occasion only. The same
    ``key`` again tells the person nothing more.
    """
    tell([Telling(person, occasion, text, link, public, key or uuid4().hex, urgent)])


def tell(tellings: Sequence[Telling], *, sent: bool = True, now: datetime | None = None) -> int:
    """Write many notices and what is to be sent of them in a few statements; gives how many notices were new.

    ``sent=False`` shows them in the page only.
    """
    now = now or clock.now()
    wanted = {_key(one): one for one in tellings}
    known = set(Notice.objects.filter(key__in=wanted).values_list("key", flat=True))
    fresh = {key: one for key, one in wanted.items() if key not in known}
    if not fresh:
        return 0
    Notice.objects.bulk_create(
        [
            Notice(
                person=one.person,
                occasion=OCCASIONS[one.occasion].name,
                text=one.text[:LONGEST],
                link=one.link,
                is_urgent=one.urgent,
                key=key,
                created_at=now,
            )
            for key, one in fresh.items()
        ],
        # Two workers may read the same entry; the second finds its rows already there.
        ignore_conflicts=True,
        batch_size=500,
    )
    if sent:
        _send(fresh, now=now)
    return len(fresh)


def _key(one: Telling) -> str:
    return f"{one.occasion}:{one.cause}:{one.person.pk}"


def _send(fresh: dict[str, Telling], *, now: datetime) -> None:
    notices = dict(Notice.objects.filter(key__in=fresh).values_list("key", "pk"))
    people = {one.person.pk for one in fresh.values()}
    wishes = {
        (person, occasion): way
        for person, occasion, way in Wish.objects.filter(person__in=people).values_list("person", "occasion", "way")
    }
    addresses: dict[int, list[Address]] = {}
    for address in usable(Address.objects.filter(person__in=people)):
        addresses.setdefault(address.person_id, []).append(address)
    robots = list(usable(Robot.objects.all()))
    moments: dict[tuple[str, bool], datetime] = {}

    def moment(way: str, urgent: bool) -> datetime:
        if (way, urgent) not in moments:
            moments[(way, urgent)] = when(way, now=now, urgent=urgent)
        return moments[(way, urgent)]

    sends: list[Send] = []
    for key, one in fresh.items():
        declared = OCCASIONS[one.occasion]
        public = one.public or str(declared.label)
        way = wishes.get((one.person.pk, one.occasion), declared.way)
        for address in addresses.get(one.person.pk, []) if way != NEVER else []:
            sends.append(
                Send(
                    notice_id=notices[key],
                    address=address,
                    text=(one.text if address.kind == Kind.MAIL else public)[:LONGEST],
                    key=f"{key}@{address.pk}",
                    not_before=moment(way, one.urgent),
                    link=one.link,
                    is_urgent=one.urgent,
                    created_at=now,
                )
            )
        for robot in robots:
            if declared.grouped and one.occasion in robot.occasions.split():
                sends.append(
                    Send(
                        robot=robot,
                        text=public[:LONGEST],
                        key=f"{one.occasion}:{one.cause}@robot{robot.pk}",
                        not_before=moment("now", one.urgent),
                        link=one.link,
                        is_urgent=one.urgent,
                        created_at=now,
                    )
                )
    Send.objects.bulk_create(sends, ignore_conflicts=True, batch_size=500)


def usable(channels):  # type: ignore[no-untyped-def]
    """Those of ``channels`` that can be sent to now: a school that set up no mail server sends no mail."""
    found = channels.filter(is_active=True)
    return found if settings.MAIL_IS_SET else found.exclude(kind=Kind.MAIL)


def mark_read(person: Person, *, keys: Sequence[int] | None = None) -> int:
    """Note that a person has seen these of their notices (all where ``keys`` is None); gives how many were new to them.

    Not an action: it says nothing about the school.
    """
    mine = Notice.objects.filter(person=person, read_at__isnull=True)
    return (mine if keys is None else mine.filter(pk__in=keys)).update(read_at=clock.now())


def try_out(person: Person, *, address: int | None = None, robot: int | None = None) -> None:
    """Send a word to one of one's own addresses, or for the administrator to a group, whatever the hour.

    Refuses what is not there or somebody else's.
    """
    found = {
        "address": Address.objects.filter(pk=address or 0, person=person, is_active=True).first(),
        "robot": Robot.objects.filter(pk=robot or 0, is_active=True).first() if administrator(person) else None,
    }
    if not any(found.values()):
        raise Refused(_("沒有這個地址。"))
    now = clock.now()
    Send.objects.create(
        **found,
        text=_("試發：收得到後勤系統的通知了。"),
        key=f"try:{uuid4().hex}",
        is_urgent=True,
        not_before=now,
        created_at=now,
    )
