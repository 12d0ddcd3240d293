"""Who writes for people without a login: one person of the system, whom nobody can log in as or choose from a list.

The journal wants to know who wrote. A parent before a broken tap is nobody of the school, and whose telephone it was
must not stand in a journal that is never changed; so the entry says 掃碼報修, and who it was stands on the paper alone.
"""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from houqin.foundation.journal.writer import Unit
from houqin.foundation.org.models import Person
from houqin.foundation.org.rules import Rule

from .models import Stranger

NAME = "掃碼報修"
# No name folds to this, so no list of people and no name on paper ever means the stranger.
NOBODYS_NAME = "#"


def the_stranger() -> Person:
    """The person of the system; made on demand like an account. Two processes at once make one."""
    known = Stranger.objects.select_related("person").filter(pk=1).first()
    if known is None:
        try:
            with transaction.atomic():
                person = Person.objects.create(name=NAME, folded=NOBODYS_NAME, is_active=False)
                known = Stranger.objects.create(pk=1, person=person)
                Unit(person).finish()
        except IntegrityError:
            known = Stranger.objects.select_related("person").get(pk=1)
    return known.person


def is_stranger(person: Person) -> bool:
    return Stranger.objects.filter(person_id=person.pk).exists()


class StrangersToo(Rule):
    """Whoever ``rule`` lets pass, and the stranger: for an action that one page alone performs for people without a login.

    The stranger is no active person of the school, so every other rule refuses.
    """

    def __init__(self, rule: Rule) -> None:
        super().__init__(rule.test, lambda: _("任何人，在貼了標籤碼的地方"))

    def __call__(self, person: Person, /, **about: Any) -> bool:
        return super().__call__(person, **about) or is_stranger(person)
