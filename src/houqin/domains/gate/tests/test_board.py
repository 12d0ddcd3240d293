"""The gate board: in and out once, however often a form is sent; who may not; what a phone's queue is answered."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from houqin.domains.gate import actions
from houqin.domains.gate.models import LeaveSlip, Visit
from houqin.foundation.journal.models import Entry
from houqin.foundation.registers.sending import QUEUE
from houqin.kit import clock

BOARD = "/pages/gate.board/"
# A Sunday: no lessons, so nobody has to consent.
SUNDAY = "2026-11-22 15:00:00+08:00"


@pytest.fixture(autouse=True)
def _on_a_sunday():
    with time_machine.travel(SUNDAY, tick=True):
        yield


def visitor(**more):
    return {
        "do": "enter",
        "name": "吳送貨",
        "identity": "990101197001010011",
        "purpose": "送貨",
        "host": "王保管",
        "host_confirmed": "telephone",
        "once": "0001-enter",
        **more,
    }


def queued(browser, data):
    return browser.post(BOARD, data, headers={"Accept": QUEUE})


def test_a_guard_signs_a_visitor_in_and_out(cast, login):
    guard = login(cast.ma)

    came = guard.post(BOARD, visitor())
    visit = Visit.objects.get()
    page = guard.get(BOARD).content.decode()
    went = guard.post(BOARD, {"do": "leave", "document": visit.pk, "once": "0001-leave"})

    visit.refresh_from_db()
    assert (came.status_code, went.status_code) == (302, 302)
    assert "吳送貨" in page
    assert "990101197001010011" not in page
    assert (visit.state, visit.campus, visit.host) == ("left", cast.south, cast.wang)


def test_a_form_sent_again_is_answered_with_what_it_wrote(cast, login):
    guard = login(cast.ma)

    first, second = queued(guard, visitor()), queued(guard, visitor())

    assert (first.status_code, first.json()) == (200, second.json())
    assert Entry.objects.filter(kind="gate.entered").count() == 1


def test_a_visitor_signed_in_without_a_connection_is_signed_out_by_the_key_of_that_form(cast, login):
    guard = login(cast.ma)
    came, went = clock.now() - timedelta(minutes=50), clock.now() - timedelta(minutes=10)

    out = {"do": "leave", "visit_once": "0001-enter", "left_at": f"{went:%Y-%m-%d %H:%M:%S}", "once": "0001-leave"}
    too_early = queued(guard, out)
    queued(guard, visitor(entered_at=f"{came:%Y-%m-%d %H:%M:%S}"))
    answers = [queued(guard, out), queued(guard, out)]

    visit = Visit.objects.get()
    assert (too_early.status_code, too_early.json()["said"]) == (
        409,
        ["這位訪客的來訪登記還沒有送到，請先把登記送出或改好。"],
    )
    assert [one.status_code for one in answers] == [200, 200]
    assert (visit.state, visit.left_at - visit.entered_at) == ("left", timedelta(minutes=40))
    assert Entry.objects.filter(kind="gate.left").count() == 1


def test_another_guards_key_signs_nobody_out(cast, login):
    queued(login(cast.ma), visitor())

    answer = queued(login(cast.li), {"do": "leave", "visit_once": "0001-enter", "once": "0001-leave"})

    assert answer.status_code == 409
    assert Visit.objects.get().state == "inside"


def test_a_refusal_is_told_by_field_and_writes_nothing(cast, login):
    answer = queued(login(cast.ma), visitor(host="查無此人"))

    assert answer.status_code == 422
    assert answer.json()["fields"] == {"host": ["沒有叫「查無此人」的人員。請先登記，或改成已登記的名稱。"]}
    assert Visit.objects.count() == 0


def test_a_corrected_form_keeps_its_key(cast, login):
    guard = login(cast.ma)

    queued(guard, visitor(host="查無此人"))
    answer = queued(guard, visitor())

    assert answer.status_code == 200
    assert Visit.objects.count() == 1


def test_words_of_a_visitor_are_words(cast, login):
    guard = login(cast.ma)

    queued(guard, visitor(name="<b onclick=x>甲</b>", purpose_words="<script>alert(1)</script>"))
    page = guard.get(BOARD).content

    assert Visit.objects.get().purpose == "<script>alert(1)</script>"
    assert (b"<script>alert" in page, b"<b onclick" in page) == (False, False)


def test_who_stayed_long_and_who_was_not_signed_out_stand_out(cast, login):
    guard = login(cast.ma)
    early = clock.now() - timedelta(hours=4)
    queued(guard, visitor(entered_at=f"{early:%Y-%m-%d %H:%M:%S}"))
    queued(guard, visitor(once="0002-enter"))

    page = guard.get(BOARD).content.decode()

    assert "1 位久未離校" in page


def test_a_pupil_goes_out_on_a_signed_slip_once_and_comes_back(cast, login):
    from houqin.foundation.org.models import SchoolClass

    own = SchoolClass.objects.create(
        campus=cast.south, grade="三年級", name="三(1)班", folded="三(1)班", teacher=cast.lin
    )
    actions.apply(
        cast.lin,
        school_class=own,
        pupil="鄭小明",
        reason="發燒",
        parent_contact="10:10 139",
        pickup="母親",
        planned_return_at="16:00",
    )
    slip = LeaveSlip.objects.get()
    guard = login(cast.ma)
    unsigned = queued(guard, {"do": "release", "document": slip.pk, "once": "0001-release"})
    actions.issue_slip(cast.lin, document=slip.pk)
    page = guard.get(BOARD).content.decode()

    out = [queued(guard, {"do": "release", "document": slip.pk, "once": "0002-release"}) for _turn in range(2)]
    back = queued(guard, {"do": "return", "document": slip.pk, "once": "0001-return"})

    slip.refresh_from_db()
    assert unsigned.status_code == 409
    assert "鄭小明" in page
    assert [one.status_code for one in [*out, back]] == [200, 200, 200]
    assert slip.state == "returned"
    assert Entry.objects.filter(kind="gate.slip_released").count() == 1


def test_teachers_and_strangers_may_not(cast, login):
    teacher = login(cast.zhao)

    assert (teacher.get(BOARD).status_code, teacher.post(BOARD, visitor()).status_code) == (403, 403)
    assert Client().get(BOARD).status_code == 302
    assert Client().post(BOARD, visitor()).status_code == 302
    assert Visit.objects.count() == 0


def test_an_unknown_deed_is_not_found(cast, login):
    assert login(cast.ma).post(BOARD, {"do": "gate.day_closed", "once": "0001-close"}).status_code == 404


def test_a_phone_may_keep_the_board_and_no_cache_between(cast, login):
    response = login(cast.ma).get(BOARD)

    assert (response["X-Houqin-Offline"], response["Cache-Control"]) == ("kept", "no-store")


def test_the_board_asks_the_database_as_often_for_twenty_visitors_as_for_one(cast, login, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    guard = login(cast.ma)
    queued(guard, visitor())
    with CaptureQueriesContext(connection) as few:
        guard.get(BOARD)
    for number in range(20):
        queued(guard, visitor(once=f"more-{number:04d}"))
    with CaptureQueriesContext(connection) as many:
        guard.get(BOARD)

    assert len(many) == len(few)
