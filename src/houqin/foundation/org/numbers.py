"""Which figures somebody reads, and of which campuses: as far as the posts reach by which they read them."""

from __future__ import annotations

from houqin.foundation.journal.actions import Action, can, offered_as
from houqin.foundation.journal.figures import Figure, Reading
from houqin.foundation.journal.models import Entry
from houqin.kit.periods import Period

from .models import Person
from .reach import NOTHING, Reach, together
from .rules import leaders, office, readers

reads_figures = readers | office | leaders


def may_read(person: Person, figure: Figure) -> bool:
    """The office and its readers; others the numbers that their own work makes."""
    return reads_figures(person) or bool(_verbs(person, figure))


def reads_all(person: Person) -> bool:
    """Whether somebody reads the figures of the whole school, and so what is written of it."""
    return reads_figures(person) and reads_figures.reach(person) is None


def campuses_read(person: Person, figure: Figure | None = None) -> frozenset[int] | None:
    """The campuses of which somebody reads a figure, or the journal; None for all of them."""
    reach: Reach | None = NOTHING
    if reads_figures(person):
        reach = reads_figures.reach(person)
    elif figure is not None:
        for verb in _verbs(person, figure):
            reaching = getattr(verb.rule, "reach", None)
            reach = together(reach, reaching(person) if reaching is not None else None)
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
    """The figures of a period as one person reads them: one reading of the book for each reach."""

    def __init__(self, person: Person, period: Period) -> None:
        self.person, self.period = person, period
        self._readings: dict[frozenset[int] | None, Reading] = {}

    def of(self, figure: Figure) -> Reading:
        """The reading that holds ``figure`` as far as the person may know it."""
        campuses = campuses_read(self.person, figure)
        if campuses not in self._readings:
            self._readings[campuses] = Reading(self.period, campuses=campuses)
        return self._readings[campuses]
