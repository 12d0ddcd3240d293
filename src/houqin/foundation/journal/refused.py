"""How the house says no."""

from __future__ import annotations

from django.db import OperationalError
from django.utils.translation import gettext as _


class Refused(Exception):
    """The thing asked cannot be done; carries a sentence for the person asking, and what to do next.

    ``field`` names the form field the sentence is about, where there is one.
    """

    def __init__(self, sentence: object, *, field: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field

    def __str__(self) -> str:
        return str(self.sentence)


class Denied(Refused):
    """This person may not do this. The sentence says who may."""


class Unseen(Denied):
    """What is asked about is not for this person to see; whoever asks by a program is told no more than that it is not there."""


class Busy(Refused):
    """Somebody else is writing, longer than anybody should wait. Nothing was written; the same again will do."""

    # What a program is told to wait, in seconds.
    AFTER = 5


# PostgreSQL's words for a lock that was not had in time, a deadlock, and a row that was changed under the reader.
_BUSY_STATES = frozenset({"55P03", "40P01", "40001"})
_BUSY_WORDS = ("database is locked", "database table is locked", "database schema is locked")


def busy(error: BaseException | None) -> Busy | None:
    """The sentence for a database that could not be had in time; None for every other trouble, which is a defect."""
    if not isinstance(error, OperationalError):
        return None
    is_busy = getattr(error.__cause__, "sqlstate", "") in _BUSY_STATES or any(
        word in str(error) for word in _BUSY_WORDS
    )
    if not is_busy:
        return None
    return Busy(_("賬本正忙：別人正在寫入。這一次什麼都沒有寫下，請過一會兒再送一次。"))
