"""Letters, education, drills, plans and the squad."""

from datetime import date, time

import pytest

from houqin.domains.safety import actions
from houqin.domains.safety.models import (
    Drill,
    EducationSession,
    EmergencyPlan,
    Hazard,
    ResponsibilityLetter,
    SquadMember,
)
from houqin.foundation.journal.actions import Invalid
from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Denied

DAY = date(2018, 9, 3)


def measures(entry):
    return dict(entry.measures.values_list("name", "quantity"))


def test_a_letter_is_signed_in_so_many_copies(cast):
    entry = actions.sign_letter(
        cast.sun, occurred_on=DAY, year="2018", name="消防安全承諾書", responsible="趙老師", post="教師", copies="2"
    )

    letter = ResponsibilityLetter.objects.get()
    assert (entry.category, measures(entry)) == ("fire", {"copies": 2})
    assert (letter.responsible, letter.responsible_name, letter.year) == (cast.zhao, "趙老師", "2018")
    assert "趙老師" not in entry.asked


def test_a_letter_without_a_signer_is_refused(cast):
    with pytest.raises(Invalid, match="責任人"):
        actions.sign_letter(cast.sun, occurred_on=DAY, name="安全責任書")


def test_a_session_counts_pupils_and_minutes_under_its_topic(cast):
    entry = actions.hold_session(
        cast.lin,
        occurred_on=DAY,
        topic="防溺水",
        channel="國旗下講話",
        expected=1800,
        present=1788,
        minutes=20,
        speaker="法治副校長",
    )

    session = EducationSession.objects.get()
    assert (entry.kind, entry.category, measures(entry)) == (
        "safety.education_held",
        "drowning",
        {"pupils": 1788, "minutes": 20},
    )
    assert (session.speaker_name, session.speaker, session.minutes) == ("法治副校長", None, 20)


def test_a_session_on_two_topics_teaches_both_and_is_one_session(cast):
    actions.hold_session(cast.lin, occurred_on=DAY, topic="防火、防盗")

    assert list(
        Entry.objects.filter(kind__startswith="safety.").order_by("number").values_list("kind", "category")
    ) == [
        ("safety.education_held", "fire"),
        ("safety.topic_taught", "theft"),
    ]


def test_a_topic_of_the_schools_own_keeps_its_name(cast):
    assert actions.hold_session(cast.lin, occurred_on=DAY, topic="防雷击").category == "防雷擊"


def test_more_present_than_expected_is_refused(cast):
    with pytest.raises(Invalid, match="實到 1801 人多於應到 1800 人"):
        actions.hold_session(cast.lin, occurred_on=DAY, topic="防火", expected=1800, present=1801)


DRILL = {
    "name": "應急疏散演練",
    "occurred_on": DAY,
    "starts_at": "10:00",
    "ends_at": "10:20",
    "place": "南校區",
    "expected": 1800,
    "present": 1800,
    "evacuation": "3分28秒",
}


def test_a_drill_counts_heads_and_seconds(cast):
    entry = actions.hold_drill(cast.sun, **DRILL)

    drill = Drill.objects.get()
    assert (entry.category, entry.place, measures(entry)) == (
        "evacuation",
        cast.south,
        {"pupils": 1800, "seconds": 208},
    )
    assert (drill.starts_at, drill.ends_at, drill.seconds) == (time(10), time(10, 20), 208)


def test_who_was_not_there_must_be_accounted_for(cast):
    with pytest.raises(Invalid, match="應到 1800 人，實到 1778 人，差 22 人"):
        actions.hold_drill(cast.sun, **{**DRILL, "present": 1778})
    actions.hold_drill(cast.sun, **{**DRILL, "present": 1778, "absence_reason": "病假 22 人"})

    assert Drill.objects.get().absence_reason == "病假 22 人"


def test_every_problem_of_a_drill_becomes_a_hazard_with_a_day(cast):
    with pytest.raises(Invalid, match="請寫改進時限"):
        actions.hold_drill(cast.sun, **DRILL, problems="樓梯擁擠")
    entry = actions.hold_drill(cast.sun, **DRILL, problems="樓梯擁擠；廣播聽不清", due_on=date(2018, 9, 10))

    hazards = Hazard.objects.order_by("pk")
    assert [(one.description, one.category, one.drill_id, one.due_on) for one in hazards] == [
        ("樓梯擁擠", "evacuation", entry.document_id, date(2018, 9, 10)),
        ("廣播聽不清", "evacuation", entry.document_id, date(2018, 9, 10)),
    ]
    assert set(Entry.objects.filter(kind="safety.hazard_found").values_list("because", flat=True)) == {entry.number}


def test_a_past_drill_is_taken_in_as_its_paper_says(cast):
    entry = actions.import_drill(cast.sun, **{**DRILL, "present": 1778, "problems": "樓梯擁擠"})

    assert entry.kind == "safety.drill_held"
    assert not Hazard.objects.exists()


def test_a_drill_that_ended_before_it_began_is_refused(cast):
    with pytest.raises(Invalid, match="結束時間 09:20:00 早於開始時間 10:00:00"):
        actions.import_drill(cast.sun, **{**DRILL, "ends_at": "9:20"})


def test_plans_and_squad_are_written_down(cast):
    entry = actions.issue_plan(cast.li, occurred_on=DAY, name="食品安全事故應急預案", version="2018版")
    actions.name_squad_member(cast.sun, group="滅火行動組", name="陳師傅", phone="13900000000", muster="操場")

    assert EmergencyPlan.objects.get().pk == entry.document_id
    assert (SquadMember.objects.get().person, SquadMember.objects.get().phone) == (cast.chen, "13900000000")
    assert "139" not in Entry.objects.get(kind="safety.squad_named").asked


@pytest.mark.parametrize(
    ("verb", "given"),
    [
        ("sign_letter", {"occurred_on": DAY, "name": "安全責任書", "responsible": "趙老師"}),
        ("import_letter", {"occurred_on": DAY, "name": "安全責任書", "responsible": "趙老師"}),
        ("hold_session", {"occurred_on": DAY, "topic": "防火"}),
        ("import_session", {"occurred_on": DAY, "topic": "防火"}),
        ("hold_drill", DRILL),
        ("import_drill", DRILL),
        ("issue_plan", {"occurred_on": DAY, "name": "預案"}),
        ("import_plan", {"occurred_on": DAY, "name": "預案"}),
        ("name_squad_member", {"group": "指揮組", "name": "李主任"}),
        ("import_hazard", {"occurred_on": DAY, "description": "插座鬆動"}),
        ("import_inspection", {"occurred_on": DAY, "items": "常規"}),
    ],
)
def test_a_stranger_may_not_write_in_the_books_of_safety(cast, verb, given):
    with pytest.raises(Denied):
        getattr(actions, verb)(cast.qian, **given)

    assert not Entry.objects.filter(kind__startswith="safety.").exists()
