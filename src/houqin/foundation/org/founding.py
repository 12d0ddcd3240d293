"""Founding an installation: the school, its book, and the first administrator."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.refused import Refused
from houqin.foundation.journal.spoken import kind_is_called
from houqin.foundation.journal.writer import Unit, open_book
from houqin.kit import clock
from houqin.kit.text import fold

from .models import Person, Role, RoleAssignment, School

kind_is_called("org.school_founded", gettext_lazy("建校建賬"))


@dataclass(frozen=True)
class Founded:
    school: School
    administrator: Person
    username: str
    password: str


def found_school(
    *,
    name: str,
    script: str = "traditional",
    administrator: str = "系統管理員",
    username: str = "admin",
    password: str = "",
) -> Founded:
    """Make the school, its book and its first administrator with a login; the password is returned once, nowhere kept.

    ``script`` is that of the school's papers, traditional or simplified. With an empty ``username`` the administrator
    has no login yet: the first run in the browser gives one at its end. Refuses where a school is already there.
    """
    if not name.strip():
        raise Refused(_("請寫校名：houqin init --name 校名。"))
    with transaction.atomic(durable=True):
        if School.objects.exists():
            raise Refused(
                _("這個安裝已經有學校「%(name)s」。另設一所請換一個 HOUQIN_HOME。") % {"name": School.objects.get()}
            )
        open_book()
        school = School.objects.create(name=name.strip(), script=script)
        user = None
        if username:
            password = password or secrets.token_urlsafe(9)
            user = get_user_model().objects.create_user(username=username, password=password)
        person = Person.objects.create(
            name=administrator, folded=fold(administrator), post=str(Role.ADMINISTRATOR.label), user=user
        )
        RoleAssignment.objects.create(person=person, role=Role.ADMINISTRATOR, from_on=clock.today())
        unit = Unit(person)
        draft = unit.draft("org.school_founded")
        draft.asked = "{}"
        unit.flush()
    return Founded(school, person, username, password)


def first_administrator() -> Person:
    """Who acts when the command line names nobody: the administrator of longest standing."""
    held = (
        RoleAssignment.objects.in_force(clock.today())
        .filter(role=Role.ADMINISTRATOR, person__is_active=True)
        .select_related("person")
        .order_by("from_on", "pk")
        .first()
    )
    if held is None:
        raise Refused(_("這個安裝還沒有學校。先執行 houqin init --name 校名。"))
    return held.person
