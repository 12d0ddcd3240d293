"""Who may. A rule is a predicate over a person and what is asked, and says in words who passes."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from .models import Person, Role


class Rule:
    """A predicate with its sentence: ``roles("storekeeper") | roles("director")``."""

    def __init__(self, test: Any, who: Any) -> None:
        self.test, self.says = test, who

    @property
    def who(self) -> str:
        return str(self.says() if callable(self.says) else self.says)

    def __call__(self, person: Person, /, **about: Any) -> bool:
        return bool(person.is_active and self.test(person, about))

    def __or__(self, other: Rule) -> Rule:
        return Rule(
            lambda p, a: self.test(p, a) or other.test(p, a),
            lambda: _("%(a)s或%(b)s") % {"a": self.who, "b": other.who},
        )

    def __and__(self, other: Rule) -> Rule:
        return Rule(
            lambda p, a: self.test(p, a) and other.test(p, a),
            lambda: _("%(a)s且%(b)s") % {"a": self.who, "b": other.who},
        )


def roles(*names: str) -> Rule:
    """Whoever holds one of the roles today; the administrator always passes."""

    def who() -> str:
        others = [name for name in names if name != Role.ADMINISTRATOR]
        return "、".join(str(Role(name).label) for name in others or names)

    return Rule(lambda person, about: person.has_role(*names, Role.ADMINISTRATOR), who)


def own(field: str) -> Rule:
    """The person the document names in ``field`` (``document.reporter``)."""

    def is_own(person: Person, about: dict[str, Any]) -> bool:
        document = about.get("document")
        return document is None or getattr(document, f"{field}_id", None) == person.pk

    return Rule(is_own, lambda: _("單上的本人"))


anyone = Rule(lambda person, about: True, lambda: _("本校人員"))
# Also without a login, where a page or a form checks for itself (a place's QR code). A view is asked with no person.
everyone = Rule(lambda person, about: True, lambda: _("任何人"))
nobody = Rule(lambda person, about: False, lambda: _("（無人）"))
administrator = roles(Role.ADMINISTRATOR)
office = roles(Role.DIRECTOR, Role.CLERK)
principal = roles(Role.PRINCIPAL)
# Who may put somebody into a post; whom and into which :mod:`.appointing` says.
may_appoint = roles(Role.PRINCIPAL, Role.DIRECTOR)
leaders = roles(Role.PRINCIPAL, Role.VICE_PRINCIPAL, Role.DIRECTOR)
readers = roles(Role.PRINCIPAL, Role.VICE_PRINCIPAL, Role.DIRECTOR, Role.CLERK, Role.AUDITOR, Role.ACCOUNTANT)

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
