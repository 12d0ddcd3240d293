"""Who may put whom into which post, and which posts one person may not hold together.

Power is given by others: nobody appoints himself, leaders are appointed by the principal or the administrator, and whoever
keeps the books holds neither the money nor the goods (§1.2 of the domain reference). Every way to a post passes here:
the form, a staff list, a class with its teacher, the command line, a program.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from houqin.foundation.journal.models import Place
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.journal.writer import Draft

from .models import PairAllowed, Person, Role, RoleAssignment, SchoolClass

LEADERS = (Role.PRINCIPAL, Role.VICE_PRINCIPAL, Role.DIRECTOR)
_KEEPING = (Role.CASHIER, Role.BUYER, Role.STOREKEEPER, Role.ASSET_MANAGER)

# 會計法第二十五條: who keeps the books does not approve, handle or keep what they are about. 第三十五條: the cashier neither
# audits nor posts books. SOD-6: the seals of the bank are not in one hand, so neither with the cashier and a leader.
INCOMPATIBLE: dict[frozenset[str], str] = {
    **{frozenset({Role.ACCOUNTANT, other}): "SOD-1" for other in (*LEADERS, *_KEEPING)},
    frozenset({Role.CASHIER, Role.ACCOUNTANT}): "SOD-2",
    frozenset({Role.CASHIER, Role.AUDITOR}): "SOD-2",
    **{frozenset({Role.CASHIER, leader}): "SOD-6" for leader in LEADERS},
}


@dataclass(frozen=True)
class Clash:
    """Two posts one person holds at the same time and may not; ``allowed`` is the principal's paper that lifts it."""

    person: Person
    first: RoleAssignment
    second: RoleAssignment
    rule: str
    allowed: PairAllowed | None


def appoint(
    entry: Draft,
    person: Person,
    role: str,
    *,
    place: Place | None = None,
    school_class: SchoolClass | None = None,
    from_on: date,
    to_on: date | None = None,
) -> RoleAssignment:
    """Put ``person`` into ``role`` as an act of ``entry.by``; the one way a post comes into being. Refuses as above."""
    refuse_own(entry.by, person)
    refuse_giver(entry.by, role)
    known = [] if person.pk is None else list(person.assignments.filter(Q(to_on__isnull=True) | Q(to_on__gte=from_on)))
    waiting = [one for one in entry.unit.creations if isinstance(one, RoleAssignment) and one.person is person]
    for held in (*known, *waiting):
        rule = INCOMPATIBLE.get(frozenset({role, held.role}))
        if rule is None or (to_on is not None and held.from_on > to_on) or (held.to_on and held.to_on < from_on):
            continue
        if _allowed(person, role, held.role, on=max(from_on, held.from_on)) is None:
            raise Refused(
                _(
                    "%(name)s任%(held)s，不能同時任%(role)s（%(rule)s 不相容崗位）。請另選一人，或先結束原任職；"
                    "學校人少確實分不開的，由校長「准許兼任」。"
                )
                % {"name": person, "held": held.get_role_display(), "role": Role(role).label, "rule": rule},
                field="role",
            )
        entry.measure("not_separated", 1)
    made: RoleAssignment = entry.creates(
        RoleAssignment(person=person, role=role, place=place, school_class=school_class, from_on=from_on, to_on=to_on)
    )
    return made


def refuse_own(by: Person, person: Person) -> None:
    """Nobody appoints himself, nor a second row of his own name on the list of people."""
    if person.pk is not None and person.pk == by.pk:
        raise Denied(_("自己的崗位要由別人授予。請校長、總務主任或系統管理員來做。"))
    if person.folded == by.folded:
        raise Denied(
            _("「%(name)s」和您同名：同名的崗位也要由別人授予。請另一位主管或系統管理員來做。") % {"name": person}
        )


def refuse_giver(by: Person, role: str) -> None:
    """The administrator's post is given and taken by an administrator, a leader's by the principal or the administrator."""
    if role == Role.ADMINISTRATOR and not by.has_role(Role.ADMINISTRATOR):
        raise Refused(_("系統管理員只能由系統管理員授予或結束。"), field="role")
    if role in LEADERS and not by.has_role(Role.PRINCIPAL, Role.ADMINISTRATOR):
        raise Refused(
            _("%(role)s只能由校長或系統管理員授予或結束。") % {"role": Role(role).label},
            field="role",
        )


def _allowed(person: Person, one: str, other: str, *, on: date) -> PairAllowed | None:
    if person.pk is None:
        return None
    pair = {"first": min(one, other), "second": max(one, other)}
    standing = PairAllowed.objects.filter(person=person, **pair, from_on__lte=on)
    return standing.filter(Q(to_on__isnull=True) | Q(to_on__gte=on)).first()


def clashes(*, on: date) -> Iterator[Clash]:
    """The forbidden pairs people hold on a day, those the principal allowed too."""
    by_person: dict[int, list[RoleAssignment]] = {}
    for held in RoleAssignment.objects.in_force(on).select_related("person").order_by("person_id", "pk"):
        if held.person.is_active:
            by_person.setdefault(held.person_id, []).append(held)
    for posts in by_person.values():
        seen: set[frozenset[str]] = set()
        for index, first in enumerate(posts):
            for second in posts[index + 1 :]:
                pair = frozenset({first.role, second.role})
                rule = INCOMPATIBLE.get(pair)
                if rule is None or pair in seen:
                    continue
                seen.add(pair)
                yield Clash(first.person, first, second, rule, _allowed(first.person, first.role, second.role, on=on))
