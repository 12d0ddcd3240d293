"""Who is told what: of live entries and not of past ones, once, at the hours a person may be disturbed."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
import time_machine
from django.db import transaction

from houqin.foundation.jobs.models import Job
from houqin.foundation.jobs.work import Hopeless, carry_out, job
from houqin.foundation.journal.actions import ACTIONS, batch
from houqin.foundation.notices import listening
from houqin.foundation.notices.models import Address, Notice, PastPapers, Robot, Send
from houqin.foundation.notices.telling import notify
from houqin.foundation.notices.timing import allowed, when
from houqin.foundation.org.models import ParameterValue
from houqin.kit import clock

# A Thursday, and no holiday.
THURSDAY = datetime(2026, 3, 5, 10, 0, tzinfo=clock.SHANGHAI)


@pytest.fixture
def thursday(db):
    with time_machine.travel(THURSDAY, tick=True) as traveller:
        yield traveller


@pytest.fixture
def reading(thursday, cast):
    """The cast, with the book read up to now."""
    listening.start_reading()
    return cast


def report(cast, **facts):
    asked = {"place": cast.south_105, "fault": "張小明說水龍頭漏水", "category": "水", **facts}
    return ACTIONS["repairs.reported"](cast.lin, **asked)


def told(person):
    return list(Notice.objects.filter(person=person).order_by("pk").values_list("occasion", "text"))


def read_all():
    while listening.is_behind():
        listening.read_on()


def test_whoever_a_task_waits_for_is_told_once(reading):
    report(reading)
    read_all()
    listening.Bookmark.objects.update(number=0)
    read_all()

    assert [occasion for occasion, _text in told(reading.li)] == ["task.waits"]
    assert told(reading.li)[0][1].startswith("等您辦：受理")
    assert told(reading.zhao) == []
    assert told(reading.lin) == []


def test_who_reported_hears_what_others_did_with_it(reading):
    entry = report(reading)
    ACTIONS["repairs.accepted"](reading.li, document=entry.document_id)
    read_all()

    assert told(reading.lin) == [("paper.moved", f"報修單 {entry.document_number}：李主任已「受理」")]


def test_nobody_is_told_of_what_was_imported(reading):
    with batch(reading.admin, via="import") as unit:
        asked = {"place": reading.south_105, "fault": "燈管不亮", "category": "電"}
        ACTIONS["repairs.reported"].into(unit, asked)
    read_all()

    assert not Notice.objects.exists()
    assert not listening.is_behind()


def test_an_import_in_between_silences_nothing_but_itself(reading):
    report(reading)
    with batch(reading.admin, via="import") as unit:
        ACTIONS["repairs.reported"].into(unit, {"place": reading.south_105, "fault": "燈管不亮", "category": "電"})
    report(reading)
    read_all()

    assert len(told(reading.li)) == 2
    assert PastPapers.objects.count() == 1


def test_what_was_in_the_book_before_is_told_of_to_nobody(thursday, cast):
    report(cast)

    assert not listening.is_behind()
    assert not Notice.objects.exists()


def test_a_refused_cause_leaves_no_notice(thursday, cast):
    class Undone(Exception):
        pass

    with pytest.raises(Undone), transaction.atomic():
        notify(cast.wang, "comment.mentioned", "李主任提到您")
        raise Undone

    assert not Notice.objects.exists()


def test_the_same_key_tells_a_person_once(thursday, cast):
    for _time in range(2):
        notify(cast.wang, "comment.mentioned", "李主任提到您", "/entries/1/", key="one")
        notify(cast.li, "comment.mentioned", "王保管提到您", "/entries/1/", key="one")

    assert Notice.objects.count() == 2


def test_an_unknown_occasion_is_a_defect_and_not_passed_over(thursday, cast):
    with pytest.raises(KeyError):
        notify(cast.wang, "nothing.known", "？")


def test_a_person_is_told_of_a_late_task_the_day_after_and_again_after_a_week(reading):
    report(reading)
    task = listening.Task.objects.filter(step="repairs.accepted").order_by("pk")
    task.update(due_on=date(2026, 3, 5))

    assert listening.tell_late_tasks(date(2026, 3, 5)) == 0
    assert listening.tell_late_tasks(date(2026, 3, 6)) == 1
    assert listening.tell_late_tasks(date(2026, 3, 11)) == 0
    assert listening.tell_late_tasks(date(2026, 3, 12)) == 1
    assert [occasion for occasion, _text in told(reading.li)] == ["task.late", "task.late"]


def test_whoever_keeps_a_duty_is_told_on_its_day_and_when_it_is_late(thursday, cast):
    from houqin.foundation.calendar.models import Duty

    Duty.objects.all().delete()
    Duty.objects.create(
        name="tests.round", label="每週巡查", rule="FREQ=WEEKLY;BYDAY=TH", starts_on=date(2026, 3, 5), days=1,
        role="safety_officer", fulfilled_by="tests.never",
    )  # fmt: skip

    assert listening.tell_duties(date(2026, 3, 5)) == 1
    assert listening.tell_duties(date(2026, 3, 5)) == 0
    assert listening.tell_duties(date(2026, 3, 6)) == 0
    assert listening.tell_duties(date(2026, 3, 7)) == 1
    assert told(cast.sun) == [
        ("duty.due", "今天輪到：每週巡查"),
        ("duty.late", "逾期了：每週巡查（應在 2026-03-06 前）"),
    ]


def test_the_administrator_is_told_of_a_failed_job(thursday, cast):
    def breaks() -> None:
        raise Hopeless("鏈斷了")

    from houqin.foundation.jobs.work import WORKS

    work = job("tests.breaks", label="夜間查核")(breaks)
    try:
        carry_out(work.later().pk, worker="test")
    finally:
        WORKS.remove("tests.breaks")

    assert told(cast.admin) == [("job.failed", "「夜間查核」失敗了：鏈斷了")]
    assert told(cast.li) == []


def test_a_mention_tells_whom_it_mentions_without_what_was_said(reading):
    entry = report(reading)
    ACTIONS["documents.commented"](
        reading.lin,
        document_kind="repairs.work_order",
        document_key=entry.document_id,
        text="請@李主任來看張小明的桌子",
    )

    assert ("comment.mentioned", f"林老師在報修單 {entry.document_number} 的留言裏提到您") in told(reading.li)


def test_a_group_hears_of_a_matter_once_and_no_name(reading):
    Robot.objects.create(name="總務群", kind="wecom", target="k" * 36, occasions="task.waits", created_at=THURSDAY)
    entry = report(reading)
    read_all()

    assert list(Send.objects.values_list("text", flat=True)) == [f"等候辦理：報修單 {entry.document_number}"]


# When


def at(hour, minute=0, *, day=date(2026, 3, 5)):
    return clock.at(day, time(hour, minute))


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (at(10), at(10)),
        (at(21, 29), at(21, 29)),
        (at(21, 30), at(6, 30, day=date(2026, 3, 6))),
        (at(23, 59), at(6, 30, day=date(2026, 3, 6))),
        (at(0, 5), at(6, 30)),
        (at(6, 29), at(6, 30)),
        (at(6, 30), at(6, 30)),
        # Friday night to Monday morning, and over the whole of a holiday.
        (at(22, day=date(2026, 3, 6)), at(6, 30, day=date(2026, 3, 9))),
        (at(10, day=date(2026, 10, 1)), at(6, 30, day=date(2026, 10, 8))),
    ],
)
def test_nothing_is_sent_at_night_nor_on_days_off(db, asked, expected):
    assert allowed(asked) == expected


def test_what_is_urgent_is_sent_at_any_hour(db):
    assert allowed(at(23), urgent=True) == at(23)
    assert when("daily", now=at(23), urgent=True) == at(23)


def test_a_school_may_have_notices_sent_on_days_off(db):
    ParameterValue.objects.create(name="notices.on_days_off", value=True, from_on=date(2000, 1, 1), source="校務會")

    assert allowed(at(10, day=date(2026, 3, 7))) == at(10, day=date(2026, 3, 7))


def test_the_digest_goes_out_at_its_hour_of_the_next_working_day(db):
    assert when("daily", now=at(7)) == at(7, 30)
    assert when("daily", now=at(8)) == at(7, 30, day=date(2026, 3, 6))
    assert when("daily", now=at(8, day=date(2026, 3, 6))) == at(7, 30, day=date(2026, 3, 9))


def test_no_job_is_left_over_for_a_person_without_an_address(thursday, cast):
    notify(cast.wang, "comment.mentioned", "李主任提到您")

    assert not Send.objects.exists()
    assert not Job.objects.exists()
    assert not Address.objects.exists()
