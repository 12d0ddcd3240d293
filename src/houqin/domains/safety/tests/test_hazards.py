"""Hazards: from finding to closing, by more than one person."""

from datetime import date

import pytest
import time_machine

from houqin.domains.safety import actions
from houqin.domains.safety.checks import (
    a_second_person_accepts,
    hazards_close_on_evidence,
    open_major_hazards_are_fenced_off,
)
from houqin.domains.safety.models import Hazard
from houqin.foundation.journal.actions import Invalid, batch
from houqin.foundation.journal.checks import CHECKS
from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.signing.models import Signature, Task


def sentences(look):
    return [finding.sentence for finding in look()]


def test_anyone_may_report_a_hazard_and_its_grading_is_asked_for(cast, hazard):
    entry = Entry.objects.get(kind="safety.hazard_found")

    assert (entry.category, entry.place, entry.document_id) == ("equipment", cast.north_105, hazard.pk)
    assert hazard.state == "found"
    assert {(task.step, task.role) for task in Task.objects.open()} == {
        ("safety.hazard_graded", "safety_officer"),
        ("safety.hazard_graded", "director"),
    }


def test_a_hazard_without_words_is_refused(cast):
    with pytest.raises(Invalid, match="隱患描述"):
        actions.find_hazard(cast.zhao, place=cast.south)


def test_somebody_who_left_may_not_report(cast):
    cast.zhao.is_active = False
    with pytest.raises(Denied):
        actions.find_hazard(cast.zhao, description="插座鬆動")


@pytest.mark.parametrize(
    "verb",
    [
        "grade_hazard",
        "assign_hazard",
        "accept_hazard",
        "close_hazard",
        "reject_hazard",
        "recheck_hazard",
        "report_hazard",
        "protect_hazard",
    ],
)
def test_a_stranger_may_not_take_a_step(cast, hazard, verb):
    given = {
        "grade_hazard": {"grade": "一般"},
        "assign_hazard": {"fixer": cast.chen, "measures": "焊接", "due_on": date(2018, 7, 19)},
        "accept_hazard": {"acceptance": "合格"},
        "reject_hazard": {"reason": "還鬆"},
        "report_hazard": {"reported": "電話報教育局"},
        "protect_hazard": {"protection": "拉警戒線"},
    }
    with pytest.raises(Denied):
        getattr(actions, verb)(cast.zhao, document=hazard, **given.get(verb, {}))


def test_a_stranger_may_not_say_that_it_is_mended(cast, assigned):
    with pytest.raises(Denied):
        actions.rectify_hazard(cast.zhao, document=assigned)


def test_steps_are_taken_in_order(cast, hazard):
    with pytest.raises(Refused, match="現在是「已登記」，不能「銷號」"):
        actions.close_hazard(cast.sun, document=hazard)


def test_the_deadline_is_counted_once_whoever_set_it(cast, assigned):
    due = Entry.objects.filter(measures__name="due").values_list("kind", "measures__quantity")

    assert list(due) == [("safety.hazard_assigned", date(2018, 7, 19).toordinal())]
    assert assigned.due_on == date(2018, 7, 19)


def test_assigning_needs_a_deadline_and_does_not_move_one(cast, hazard):
    actions.grade_hazard(cast.sun, document=hazard, grade="一般")
    with pytest.raises(Refused, match="請寫整改時限"):
        actions.assign_hazard(cast.sun, document=hazard, fixer=cast.chen, measures="焊接")
    with pytest.raises(Refused, match="不能早於發現日期"):
        actions.assign_hazard(cast.sun, document=hazard, fixer=cast.chen, measures="焊接", due_on=date(2018, 7, 1))
    actions.find_hazard(cast.zhao, occurred_on=date(2018, 7, 12), description="插座鬆動", due_on=date(2018, 7, 20))
    other = Hazard.objects.get(description="插座鬆動")
    actions.grade_hazard(cast.sun, document=other, grade="一般")
    with pytest.raises(Refused, match="發現時已定整改時限"):
        actions.assign_hazard(cast.sun, document=other, fixer=cast.chen, measures="換", due_on=date(2018, 8, 20))


def test_the_fixer_neither_accepts_nor_closes(cast, assigned):
    """SOD-7, though the fixer be the safety officer and the director wrote the mending down for him."""
    assigned.fixer, assigned.fixer_name = cast.sun, cast.sun.name
    assigned.save()
    actions.rectify_hazard(cast.li, document=assigned, occurred_on=date(2018, 7, 17))

    with pytest.raises(Denied, match="不能驗收或銷號自己整改的隱患"):
        actions.accept_hazard(cast.sun, document=assigned, acceptance="牢固")
    with pytest.raises(Denied, match="另一個人"):
        actions.accept_hazard(cast.li, document=assigned, acceptance="牢固")
    actions.accept_hazard(cast.principal, document=assigned, acceptance="牢固")
    with pytest.raises(Denied):
        actions.close_hazard(cast.sun, document=assigned)
    actions.close_hazard(cast.principal, document=assigned)

    assert Hazard.objects.get().state == "closed"


def test_acceptance_wants_evidence_and_a_signature(cast, rectified):
    with pytest.raises(Invalid, match="驗收意見"):
        actions.accept_hazard(cast.sun, document=rectified)
    actions.accept_hazard(cast.sun, document=rectified, acceptance="焊縫完好，晃動檢查無異響")

    signature = Signature.objects.get(step="safety.hazard_accepted")
    assert (signature.person, signature.signs_as) == (cast.sun, "acceptor")


def test_what_is_not_mended_goes_back_to_its_fixer(cast, rectified):
    actions.reject_hazard(cast.sun, document=rectified, reason="焊縫有裂紋")

    rectified.refresh_from_db()
    assert (rectified.state, rectified.rectified_on) == ("assigned", None)
    assert Task.objects.open().get().person == cast.chen


def test_a_major_hazard_is_fenced_off_and_reported_before_it_is_closed(cast, hazard):
    with pytest.raises(Refused, match="重大隱患要先封閉、警示或停用"):
        actions.grade_hazard(cast.sun, document=hazard, grade="重大")
    actions.grade_hazard(cast.sun, document=hazard, grade="重大", protection="封閉操場北側")
    hazard.refresh_from_db()
    assert hazard.blocks_use()
    actions.assign_hazard(cast.sun, document=hazard, fixer=cast.chen, measures="焊接", due_on=date(2018, 7, 19))
    actions.rectify_hazard(cast.chen, document=hazard, occurred_on=date(2018, 7, 17))
    actions.accept_hazard(cast.sun, document=hazard, acceptance="焊縫完好")
    with pytest.raises(Refused, match="重大隱患要先上報"):
        actions.close_hazard(cast.li, document=hazard)
    actions.report_hazard(cast.li, document=hazard, reported="7月12日電話報區教育局")
    actions.close_hazard(cast.li, document=hazard)

    hazard.refresh_from_db()
    assert (hazard.state, hazard.blocks_use()) == ("closed", False)


def test_an_open_major_hazard_without_protection_is_found(cast, hazard):
    Hazard.objects.update(grade="major")

    assert sentences(open_major_hazards_are_fenced_off) == [
        f"重大隱患 {hazard.number}「北校區教學樓105室單槓開裂」沒有臨時防護措施，要立即封閉、警示或停用。"
    ]


def test_overdue_days_are_seen_while_it_is_open(cast, assigned):
    assert assigned.overdue_days(date(2018, 7, 19)) == 0
    assert assigned.overdue_days(date(2018, 7, 22)) == 3
    assert list(Hazard.objects.overdue(date(2018, 7, 20))) == [assigned]
    assert list(Hazard.objects.overdue(date(2018, 7, 19))) == []


def test_the_new_year_opens_with_what_is_still_open(cast, assigned):
    actions.find_hazard(cast.zhao, occurred_on=date(2019, 1, 5), description="欄杆鬆動")

    assert set(Hazard.objects.of_year(2019).values_list("description", flat=True)) == {"單槓開裂", "欄杆鬆動"}
    assert list(Hazard.objects.of_year(2018)) == [assigned]
    Hazard.objects.filter(pk=assigned.pk).update(state="closed", closed_on=date(2018, 12, 30))
    assert list(Hazard.objects.of_year(2019).values_list("description", flat=True)) == ["欄杆鬆動"]


PAST = {
    "number": "YH002",
    "occurred_on": "2018.7.12",
    "source": "上级检查",
    "place": "北校区教学楼105室",
    "category": "体育器材",
    "description": "单杠开裂",
    "grade": "一般",
    "protection": "拉警戒线",
    "measures": "焊接",
    "fixer": "陈师傅",
    "due_on": "2018.7.19",
}
MENDED = {"rectified_on": "2018.7.17", "acceptor": "孙安全", "acceptance": "合格", "closed_on": "2018.7.17"}


def take_in(cast, **facts):
    with batch(cast.sun) as unit:
        actions.import_hazard.into(unit, {**PAST, **facts})
    return Hazard.objects.get(number=facts.get("number", "YH002"))


def test_a_past_row_writes_what_happened_on_its_days(cast):
    hazard = take_in(cast, **MENDED)

    assert hazard.state == "closed"
    assert (hazard.fixer, hazard.acceptor) == (cast.chen, cast.sun)
    assert list(
        Entry.objects.filter(document_id=hazard.pk).order_by("number").values_list("kind", "occurred_on", "category")
    ) == [
        ("safety.hazard_found", date(2018, 7, 12), "equipment"),
        ("safety.hazard_rectified", date(2018, 7, 17), "equipment"),
        ("safety.hazard_closed", date(2018, 7, 17), "equipment"),
    ]
    assert not Task.objects.exists()


def test_a_past_row_whose_fixer_accepted_it_is_taken_in_and_found(cast):
    hazard = take_in(cast, **{**MENDED, "acceptor": "陈师傅"})

    assert hazard.state == "closed"
    assert sentences(a_second_person_accepts) == [
        "隱患 YH002「北校區教學樓105室单杠开裂」的整改責任人和驗收人都是陈师傅，要由第二人驗收。"
    ]
    assert sentences(hazards_close_on_evidence) == []


def test_a_name_of_nobody_here_stays_as_written(cast):
    hazard = take_in(cast, **{**MENDED, "fixer": "市政施工队", "acceptor": "市政施工队"})

    assert (hazard.fixer_name, hazard.fixer) == ("市政施工队", None)
    assert len(sentences(a_second_person_accepts)) == 1


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"rectified_on": "2018.7.10"}, "完成日期 2018-07-10 早於排查日期 2018-07-12"),
        ({"due_on": "2018.7.1"}, "整改時限 2018-07-01 早於排查日期 2018-07-12"),
        ({**MENDED, "closed_on": "2018.7.15"}, "銷號日期 2018-07-15 早於完成日期 2018-07-17"),
        ({"place": "北校區觀星臺"}, "沒有叫「北校區觀星臺」的場所"),
        ({"description": ""}, "隱患描述"),
    ],
)
def test_a_past_row_that_contradicts_itself_is_refused(cast, facts, sentence):
    with pytest.raises(Invalid, match=sentence):
        take_in(cast, **facts)

    assert not Hazard.objects.exists()


def test_an_open_row_comes_again_closed(cast):
    hazard = take_in(cast)
    assert (hazard.state, Task.objects.open().get().person) == ("assigned", cast.chen)

    with batch(cast.sun) as unit:
        actions.progress_hazard.into(unit, {**PAST, **MENDED, "document": hazard.pk})

    hazard.refresh_from_db()
    assert (hazard.state, hazard.closed_on, hazard.acceptor) == ("closed", date(2018, 7, 17), cast.sun)
    assert list(Entry.objects.filter(document_id=hazard.pk).order_by("number").values_list("kind", "occurred_on")) == [
        ("safety.hazard_found", date(2018, 7, 12)),
        ("safety.hazard_amended", Entry.objects.get(kind="safety.hazard_amended").occurred_on),
        ("safety.hazard_rectified", date(2018, 7, 17)),
        ("safety.hazard_closed", date(2018, 7, 17)),
    ]
    assert not Task.objects.open().exists()


def test_a_row_that_now_says_otherwise_is_refused_with_both_readings(cast):
    hazard = take_in(cast)

    with pytest.raises(Refused, match="整改措施原登記為「焊接」，這次是「更換」"), batch(cast.sun) as unit:
        actions.progress_hazard.into(unit, {**PAST, "measures": "更換", "document": hazard.pk})


@time_machine.travel(date(2018, 8, 1))
def test_every_check_of_the_house_holds_after_a_whole_life(cast, rectified):
    actions.accept_hazard(cast.sun, document=rectified, acceptance="焊縫完好")
    actions.recheck_hazard(cast.li, document=rectified)
    actions.close_hazard(cast.li, document=rectified)

    assert [finding.sentence for check in CHECKS for finding in check.look() if not finding.notice] == []
    assert Hazard.objects.get().closed_on == date(2018, 8, 1)
