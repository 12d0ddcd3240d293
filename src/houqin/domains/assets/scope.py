"""Who sees which papers of fixed assets: whoever keeps or audits them all, everybody else what is in their own hands.

A class teacher sees the cards in their custody and in the rooms they answer for, their own letters and hand-overs, and
what they themselves asked for.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from houqin.foundation.journal.models import Balance, Place
from houqin.foundation.org.models import Person, Role, SchoolClass
from houqin.foundation.org.rules import readers, roles

from . import rules
from .models import AssetCard, CustodyLetter, CustodyLine, Disposal, GatePass, HandOver, HandOverLine, Transfer
from .roomlist import room_property

sees_all = readers | rules.handles_assets
sees_passes = sees_all | roles(Role.GUARD, Role.DUTY_LEADER)


def rooms_of(person: Person) -> QuerySet[Place]:
    """The rooms somebody answers for: those of their classes and those of their letters that are not over."""
    of_classes = SchoolClass.objects.filter(teacher=person, is_active=True, room__isnull=False).values("room")
    of_letters = CustodyLetter.objects.filter(keeper=person).exclude(state__in=("closed", "dropped")).values("place")
    return Place.objects.filter(Q(pk__in=of_classes) | Q(pk__in=of_letters))


def cards(person: Person) -> QuerySet[AssetCard]:
    found = AssetCard.objects.all()
    if sees_all(person):
        return found
    lying = Balance.objects.filter(account__place__in=rooms_of(person), quantity__gt=0)
    return found.filter(Q(custodian=person) | Q(commodity__in=lying.values("commodity")))


def room_rows(person: Person) -> QuerySet[Balance]:
    """一室一卡 rows: of every room, or of one's own rooms and of what is in one's custody."""
    rows = room_property()
    if sees_all(person):
        return rows
    return rows.filter(Q(account__place__in=rooms_of(person)) | Q(commodity__asset_card__custodian=person))


def transfers(person: Person) -> QuerySet[Transfer]:
    found = Transfer.objects.all()
    return found if sees_all(person) else found.filter(_hands(person, "sender", "receiver", "card__custodian"))


def letters(person: Person) -> QuerySet[CustodyLetter]:
    found = CustodyLetter.objects.all()
    return found if sees_all(person) else found.filter(keeper=person)


def letter_lines(person: Person) -> QuerySet[CustodyLine]:
    found = CustodyLine.objects.all()
    return found if sees_all(person) else found.filter(letter__keeper=person)


def handovers(person: Person) -> QuerySet[HandOver]:
    found = HandOver.objects.all()
    return found if sees_all(person) else found.filter(_hands(person, "giver", "taker", "witness"))


def handover_lines(person: Person) -> QuerySet[HandOverLine]:
    return HandOverLine.objects.filter(handover__in=handovers(person))


def disposals(person: Person) -> QuerySet[Disposal]:
    found = Disposal.objects.all()
    if sees_all(person):
        return found
    return found.filter(_hands(person, "card__custodian") | Q(opinions__appraiser=person)).distinct()


def passes(person: Person) -> QuerySet[GatePass]:
    found = GatePass.objects.all()
    return found if sees_passes(person) else found.filter(_hands(person, "card__custodian"))


def _hands(person: Person, *fields: str) -> Any:
    asked = Q(opened_by=person)
    for name in fields:
        asked |= Q(**{name: person})
    return asked
