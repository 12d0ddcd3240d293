"""Who may. A rule is a predicate over a person and what is asked, and says in words who passes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from houqin.kit import clock

from .models import Person, Role, RoleAssignment
from .reach import NOTHING, Reach, reach_of, together, where


class Rule:
    """A predicate with its sentence: ``roles("storekeeper") | roles("director")``.

    ``reach(person)`` is how far it carries by the posts somebody holds: None everywhere, an empty one nowhere (own papers).
    ``names`` are the roles that pass it.
    """

    def __init__(
        self,
        test: Callable[[Any, dict[str, Any]], Any],
        who: Any,
        *,
        reach: Callable[[Person], Reach | None] = lambda person: NOTHING,
        names: tuple[str, ...] = (),
    ) -> None:
        self.test, self.says, self.reaching, self.names = test, who, reach, names

    @property
    def who(self) -> str:
        return str(self.says() if callable(self.says) else self.says)

    def __call__(self, person: Person, /, **about: Any) -> bool:
        return bool(person.is_active and self.test(person, about))

    def reach(self, person: Person) -> Reach | None:
        return self.reaching(person) if person.is_active else NOTHING

    def __or__(self, other: Rule) -> Rule:
        return Rule(
            lambda p, a: self.test(p, a) or other.test(p, a),
            lambda: _("%(a)s或%(b)s") % {"a": self.who, "b": other.who},
            reach=lambda p: together(self.reaching(p), other.reaching(p)),
            names=(*self.names, *(name for name in other.names if name not in self.names)),
        )

    def __and__(self, other: Rule) -> Rule:
        return Rule(
            lambda p, a: self.test(p, a) and other.test(p, a),
            lambda: _("%(a)s且%(b)s") % {"a": self.who, "b": other.who},
            names=self.names,
        )

    def why_not(self, person: Person, /, **about: Any) -> str:
        """Where somebody holds a post that would do but that does not reach there: which it reaches, and who can."""
        held = [one for one in person.posts(*self.names, Role.ADMINISTRATOR) if not one.is_for_all()]
        if not held or not person.is_active:
            return ""
        mine = "、".join(dict.fromkeys(f"{one.get_role_display()}（{one.scope_words()}）" for one in held))
        others = _who_can(self, person, about)
        if others:
            return _("您的崗位%(mine)s管不到這裡。可以請%(others)s來做。") % {"mine": mine, "others": "、".join(others)}
        return _("您的崗位%(mine)s管不到這裡。要由全校範圍的%(who)s來做。") % {"mine": mine, "who": self.who}


def _who_can(rule: Rule, person: Person, about: dict[str, Any]) -> list[str]:
    """Up to three whose post reaches there, those of the campus first."""
    ends = where({**about, "settled": True}) or []
    found: dict[int, tuple[bool, str]] = {}
    standing = RoleAssignment.objects.in_force(clock.today()).filter(role__in=rule.names, person__is_active=True)
    for one in standing.exclude(person=person).select_related("person", "place", "school_class").order_by("pk"):
        if one.powers() in rule.names and all(one.reaches(end) for end in ends):
            told = f"{one.get_role_display()}{one.person.name}（{one.scope_words()}）"
            found.setdefault(one.person_id, (one.is_for_all(), told))
    return [told for _for_all, told in sorted(found.values(), key=lambda pair: pair[0])[:3]]


def roles(*names: str) -> Rule:
    """Whoever holds one of the roles today, where it reaches; the administrator always passes."""
    wanted = (*names, Role.ADMINISTRATOR)

    def who() -> str:
        others = [name for name in names if name != Role.ADMINISTRATOR]
        return "、".join(str(Role(name).label) for name in others or names)

    def holds(person: Person, about: dict[str, Any]) -> bool:
        if not person.has_role(*wanted):
            return False
        posts = person.posts(*wanted)
        if not posts or any(one.is_for_all() for one in posts):
            return True
        ends = where(about)
        return ends is None or all(any(one.reaches(end) for one in posts) for end in ends)

    def reach(person: Person) -> Reach | None:
        posts = person.posts(*wanted)
        if not posts:
            return None if person.has_role(*wanted) else NOTHING
        return reach_of(posts)

    return Rule(holds, who, reach=reach, names=names)


def own(field: str) -> Rule:
    """The person the document names in ``field`` (``document.reporter``)."""

    def is_own(person: Person, about: dict[str, Any]) -> bool:
        document = about.get("document")
        return document is None or getattr(document, f"{field}_id", None) == person.pk

    return Rule(is_own, lambda: _("單上的本人"))


anyone = Rule(lambda person, about: True, lambda: _("本校人員"), reach=lambda person: None)
# Also without a login, where a page or a form checks for itself (a place's QR code). A view is asked with no person.
everyone = Rule(lambda person, about: True, lambda: _("任何人"), reach=lambda person: None)


def _all_posts(person: Person) -> Reach | None:
    posts = [one for held in person.current_roles.values() for one in held]
    if posts:
        return reach_of(posts)
    return None if person.campus_id is None else Reach(frozenset({person.campus_id}))


# Lists open to everybody of the school show the campuses on which one has a post, or serves.
staff = Rule(lambda person, about: True, lambda: _("本校人員"), reach=_all_posts)
nobody = Rule(lambda person, about: False, lambda: _("（無人）"))
administrator = roles(Role.ADMINISTRATOR)
office = roles(Role.DIRECTOR, Role.CLERK)
principal = roles(Role.PRINCIPAL)
# Who may put somebody into a post; whom and into which :mod:`.appointing` says.
may_appoint = roles(Role.PRINCIPAL, Role.DIRECTOR)
leaders = roles(Role.PRINCIPAL, Role.VICE_PRINCIPAL, Role.DIRECTOR)
readers = roles(Role.PRINCIPAL, Role.VICE_PRINCIPAL, Role.DIRECTOR, Role.CLERK, Role.AUDITOR, Role.ACCOUNTANT)
# Who may see telephone numbers and pupils' names in full; each time leaves a trace.
reveals = roles(Role.DIRECTOR, Role.ADMINISTRATOR)

# How a staff list names posts → the role a person of that post starts with. The office changes it afterwards.
ROLE_OF_POST = {
    "校長": Role.PRINCIPAL,
    "副校長": Role.VICE_PRINCIPAL,
    "分管副校長": Role.VICE_PRINCIPAL,
    "總務主任": Role.DIRECTOR,
    "總務處主任": Role.DIRECTOR,
    "後勤主任": Role.DIRECTOR,
    "總務幹事": Role.CLERK,
    "會計": Role.ACCOUNTANT,
    "報賬員": Role.ACCOUNTANT,
    "出納": Role.CASHIER,
    "採購員": Role.BUYER,
    "驗收人": Role.ACCEPTOR,
    "保管員": Role.STOREKEEPER,
    "倉庫管理員": Role.STOREKEEPER,
    "資產管理員": Role.ASSET_MANAGER,
    "校產管理員": Role.ASSET_MANAGER,
    "維修工": Role.REPAIRER,
    "水電工": Role.REPAIRER,
    "木工": Role.REPAIRER,
    "門衛": Role.GUARD,
    "保安": Role.GUARD,
    "保安員": Role.GUARD,
    "安全員": Role.SAFETY_OFFICER,
    "安全辦主任": Role.SAFETY_OFFICER,
    "食品安全員": Role.FOOD_SAFETY_OFFICER,
    "食堂管理員": Role.CANTEEN_MANAGER,
    "廚師": Role.COOK,
    "炊事員": Role.COOK,
    "司機": Role.DRIVER,
    "駕駛員": Role.DRIVER,
    # Whose class teacher somebody is the class says; until then they teach.
    "班主任": Role.TEACHER,
    "教師": Role.TEACHER,
    "校醫": Role.NURSE,
    "保健教師": Role.NURSE,
    "人事幹事": Role.HR_OFFICER,
}
