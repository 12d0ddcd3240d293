"""Records of safety and hazards are taken back by their own verbs; whoever mended stays whoever mended."""

from datetime import date

import pytest

from houqin.domains.safety import actions
from houqin.domains.safety.models import EducationSession, Hazard
from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.journal.writer import reverse
from houqin.foundation.signing.actions import take_back

from .conftest import fresh


def last(kind):
    return Entry.objects.filter(kind=kind, sign=1).order_by("-number")[0]


def test_a_mending_is_not_reversed_so_that_the_fixer_accepts_it(cast, rectified):
    """SOD-7, SA03-1."""
    with pytest.raises(Refused, match="不能單獨沖銷"):
        take_back(cast.li, entry_number=last("safety.hazard_rectified").number, reason="登錯了")


def test_who_mended_is_told_by_the_book_though_it_was_taken_back(cast, assigned):
    """As an older program could take it back: the deed stands, whatever its sums say."""
    from houqin.foundation.journal.actions import batch

    actions.rectify_hazard(cast.sun, document=assigned, occurred_on=date(2018, 7, 17))
    with batch(cast.li) as unit:
        reverse(unit, last("safety.hazard_rectified"), reason="登錯了")

    with pytest.raises(Denied, match="另一個人"):
        actions.accept_hazard(fresh(cast.sun), document=Hazard.objects.get(), acceptance="好了")


def test_a_hazard_reported_twice_is_voided_by_a_leader_and_not_by_its_finder(cast, hazard):
    with pytest.raises(Denied):
        actions.void_hazard(cast.sun, document=hazard, reason="報了兩次")
    actions.void_hazard(cast.li, document=hazard, reason="報了兩次")

    hazard.refresh_from_db()
    assert (hazard.state, Hazard.objects.open().count(), hazard.is_overdue(date(2030, 1, 1))) == ("void", 0, False)


def test_a_major_hazard_is_voided_by_the_principal_and_a_mended_one_by_nobody(cast, hazard):
    actions.grade_hazard(cast.sun, document=hazard, grade="重大", protection="封閉")
    with pytest.raises(Denied, match="校長"):
        actions.void_hazard(cast.li, document=hazard, reason="不是隱患")
    actions.assign_hazard(cast.li, document=hazard, fixer=cast.chen, measures="焊接", due_on=date(2018, 7, 19))
    actions.rectify_hazard(cast.chen, document=hazard, occurred_on=date(2018, 7, 17))

    with pytest.raises(Refused, match="不能「作廢隱患」"):
        actions.void_hazard(cast.principal, document=hazard, reason="不是隱患")


def test_a_lesson_written_by_mistake_counts_no_more(cast):
    actions.hold_session(cast.sun, occurred_on=date(2018, 9, 3), topic="防火", channel="廣播")

    with pytest.raises(Refused, match="請在單上用「作廢教育記錄」"):
        take_back(cast.li, entry_number=last("safety.education_held").number, reason="沒有上")
    actions.void_session(cast.li, document=EducationSession.objects.get(), reason="沒有上")

    assert EducationSession.objects.get().state == "void"
    assert not Entry.objects.filter(kind="safety.education_held", sign=1, reversed_by=None).exists()
