"""Shared scenes of the tests of safety."""

from datetime import date

import pytest

from houqin.domains.safety import actions
from houqin.domains.safety.models import Hazard


def fresh(person):
    """The person as a new request would see them, without what was remembered of their roles."""
    return type(person).objects.get(pk=person.pk)


@pytest.fixture
def hazard(cast):
    """A cracked horizontal bar on the north playground, found by a teacher on 12 July 2018."""
    actions.find_hazard(
        cast.zhao,
        occurred_on=date(2018, 7, 12),
        place=cast.north_105,
        category="體育器材",
        description="單槓開裂",
    )
    return Hazard.objects.get()


@pytest.fixture
def assigned(cast, hazard):
    """The same, graded and given to Chen to weld by 19 July."""
    actions.grade_hazard(cast.sun, document=hazard, grade="一般")
    actions.assign_hazard(cast.li, document=hazard, fixer=cast.chen, measures="焊接", due_on=date(2018, 7, 19))
    hazard.refresh_from_db()
    return hazard


@pytest.fixture
def rectified(cast, assigned):
    """The same, welded by Chen on 17 July."""
    actions.rectify_hazard(cast.chen, document=assigned, occurred_on=date(2018, 7, 17), cost="35.50")
    assigned.refresh_from_db()
    return assigned
