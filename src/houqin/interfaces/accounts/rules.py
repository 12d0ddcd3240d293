"""Of whom a second factor is asked."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from houqin.foundation.org.models import Person, Role
from houqin.foundation.org.parameters import limit, value

RECOMMENDED = (Role.ADMINISTRATOR, Role.DIRECTOR)

limit(
    "accounts.second_factor_roles",
    _("哪些崗位登入必須有第二步驗證（崗位代號，例如 administrator）"),
    default=[],
    source="GB/T 22239-2019 8.1.4.1 d 兩種以上鑑別技術，由學校定",
    status="P",
)


def demands_second_factor(person: Person) -> bool:
    """Whether somebody of this person's roles may come in only with a second factor."""
    return person.has_role(*(str(role) for role in value("accounts.second_factor_roles")))


def recommends_second_factor(person: Person) -> bool:
    """Whether this person's roles open so much that a password alone is thin."""
    return person.has_role(*RECOMMENDED)
