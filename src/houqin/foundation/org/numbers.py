"""Which figures somebody reads and what of them: the office and its readers as far as their posts reach, others their own work.

The same on every page, in the API and for the rows behind a number.
"""

from __future__ import annotations

from functools import cached_property

from django.utils.translation import gettext as _

from houqin.foundation.journal.actions import Action, can, offered_as
from houqin.foundation.journal.figures import Figure, Reading
from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Denied
from houqin.kit.periods import Period

from .models import Person
from .reach import NOTHING, Reach
from .rules import leaders, office, readers

reads_figures = readers | office | leaders


def may_read(person: Person, figure: Figure) -> bool:
    """The office and its readers; others the numbers that their own work makes."""
    return reads_figures(person) or bool(_verbs(person, figure))


def reads_all(person: Person) -> bool:
    """Whether somebody reads the figures of the whole school, and so what is written of it."""
    return reads_figures(person) and reads_figures.reach(person) is None


def campuses_read(person: Person) -> frozenset[int] | None:
    """The campuses of which somebody reads the figures and the journal; None for all of them."""
    reach: Reach | None = reads_figures.reach(person) if reads_figures(person) else NOTHING
    return None if reach is None else reach.campuses


def reads_entry(person: Person, entry: Entry) -> bool:
    """Whether a post of theirs reads the journal where the entry lies."""
    if not reads_figures(person):
        return False
    campuses = campuses_read(person)
    return campuses is None or entry.campus_id in campuses


def _verbs(person: Person, figure: Figure) -> list[Action]:
    kinds = (figure.of.kind,) if isinstance(figure.of.kind, str) else tuple(figure.of.kind)
    verbs = [verb for kind in kinds if (verb := offered_as(kind)) is not None]
    return [verb for verb in verbs if can(person, verb)]


class Readings:
    """The figures of a period as one person reads them: of their campuses, or of what they wrote themselves."""

    def __init__(self, person: Person, period: Period) -> None:
        self.person, self.period = person, period

    @cached_property
    def _reading(self) -> Reading:
        if reads_figures(self.person):
            return Reading(self.period, campuses=campuses_read(self.person))
        return Reading(self.period, by=self.person)

    def of(self, figure: Figure) -> Reading:
        """The reading that holds ``figure`` as far as the person may know it. Refuses one they may not read."""
        if not may_read(self.person, figure):
            raise Denied(_("全校的數字由%(who)s來看。") % {"who": reads_figures.who})
        return self._reading
