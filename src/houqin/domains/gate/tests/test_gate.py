"""A day at the gate: each step works, refuses, and is not for strangers."""

from datetime import date, datetime

import pytest
import time_machine

from houqin.domains.gate import actions, rules
from houqin.domains.gate.models import Ban, GoodsPass, LeaveSlip, VehicleVisit, Visit
from houqin.foundation.journal.actions import Invalid
from houqin.foundation.journal.checks import CHECKS
from houqin.foundation.journal.figures import Reading
from houqin.foundation.journal.models import Entry, Measure
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.org.models import Person, RoleAssignment, SchoolClass
from houqin.foundation.signing.models import Signature, Task
from houqin.kit import clock
from houqin.kit.periods import Period
from houqin.kit.text import fold

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


def at(day, hour, minute=0):
    return datetime(2026, 3, day, hour, minute, tzinfo=clock.SHANGHAI)


@pytest.fixture
def noon():
    """Monday, between lessons."""
    with time_machine.travel(at(2, 12, 30), tick=False) as traveller:
        yield traveller


@pytest.fixture
def one_one(cast):
    """Class one (1) on the South campus, whose teacher is Miss Lin."""
    return SchoolClass.objects.create(
        campus=cast.south, grade="一年級", name="一(1)班", folded=fold("一(1)班"), pupils=40, teacher=cast.lin
    )


@pytest.fixture
def six_one(cast):
    return SchoolClass.objects.create(
        campus=cast.south, grade="六年級", name="六(1)班", folded=fold("六(1)班"), pupils=40, teacher=cast.lin
    )


def entered(cast, by=None, **facts):
    told = {
        "name": "劉師傅",
        "identity": "990101198301013238",
        "phone": "13900008305",
        "purpose": "送菜",
        "host": cast.wang,
        "host_confirmed": "電話",
    }
    entry = actions.enter(by or cast.ma, **{**told, **facts})
    return Visit.objects.get(pk=entry.document_id)


def waiting_for(person, kind):
    return list(Task.objects.open().of(person).filter(document_kind=kind).values_list("step", flat=True))


def test_a_visitor_signs_in_is_confirmed_signed_and_signed_out(noon, cast):
    """Liu brings vegetables at half past twelve. Guard Ma rings Wang, who agrees, and lends pass 3. Twenty minutes later
    Liu hands the slip Wang signed and the pass back. The book shows one visit of two people, signed out."""
    visit = entered(cast, visitors=2, pass_number="3")
    assert (visit.number, visit.state, visit.campus, visit.identity) == (
        "LF-2026-0001",
        "inside",
        cast.south,
        "**************3238",
    )
    assert waiting_for(cast.ma, "gate.visit") == ["gate.left"]

    noon.move_to(at(2, 12, 50))
    left = actions.leave(cast.ma, document=visit.pk, host_signed=True)

    visit.refresh_from_db()
    assert (visit.state, visit.host_signed, left.because.kind) == ("left", True, "gate.entered")
    assert Measure.objects.get(entry=left, name="minutes").quantity == 20
    assert waiting_for(cast.ma, "gate.visit") == []
    reading = Reading(MARCH)
    expected = {
        "gate.visits": 1,
        "gate.visitors": 2,
        "gate.signed_out": 1,
        "gate.not_signed_out": 0,
        "gate.minutes_stayed": 20,
    }
    assert {name: reading[name].value for name in expected} == expected
    assert [finding for check in CHECKS for finding in check.look()] == []
    written = "".join(Entry.objects.values_list("asked", flat=True)) + "".join(
        Task.objects.values_list("title", flat=True)
    )
    assert not any(fact in written for fact in ("劉師傅", "3238", "13900008305"))


def test_nobody_comes_in_whom_the_host_has_not_agreed_to_see(noon, cast):
    with pytest.raises(Invalid, match="受訪人還沒有確認，不能放行"):
        entered(cast, host_confirmed="")
    with pytest.raises(Invalid, match="沒有叫「查無此人」的人員"):
        entered(cast, host="查無此人")


@pytest.mark.parametrize(
    ("moment", "wanted"),
    [(at(2, 7, 59), False), (at(2, 8, 0), True), (at(2, 11, 49), True), (at(2, 11, 50), False), (at(1, 10), False)],
)
def test_lessons_are_on_within_the_hours_of_a_school_day(cast, moment, wanted):
    assert rules.is_class_time(moment) is wanted


def test_during_lessons_a_leader_must_have_agreed(noon, cast):
    noon.move_to(at(2, 9))
    with pytest.raises(Refused, match="現在是上課時間，來訪要值班領導同意"):
        entered(cast)
    with pytest.raises(Refused, match="趙老師不能同意上課時間來訪"):
        entered(cast, consent_by=cast.zhao)
    assert entered(cast, consent_by=cast.li).consent_by == cast.li


def test_a_pass_is_out_with_one_visitor_at_a_time(noon, cast):
    visit = entered(cast, pass_number="3")
    for same in ("3", "３", "03"):
        with pytest.raises(Refused, match=f"訪客證 {same} 還沒有收回"):
            entered(cast, pass_number=same)
    actions.leave(cast.ma, document=visit.pk)
    assert entered(cast, pass_number="3").pass_number == "3"


def test_whoever_is_banned_stays_outside(noon, cast):
    actions.ban(cast.li, name="劉師傅", identity="990101198301013238", reason="多次強行推銷")
    with pytest.raises(Refused, match="此人在謝絕名單上（多次強行推銷）"):
        entered(cast, name="換了名字")
    actions.unban(cast.li, ban=Ban.objects.get().pk, reason="查清了")
    assert entered(cast).state == "inside"


def test_a_ban_wants_something_to_know_somebody_by(cast):
    with pytest.raises(Invalid, match="證件號和電話至少寫一個"):
        actions.ban(cast.li, name="某人", reason="鬧事")


def test_dangerous_work_wants_its_permit(noon, cast):
    with pytest.raises(Refused, match="要有作業許可證"):
        entered(cast, purpose="食堂煙道動火作業")
    assert entered(cast, purpose="食堂煙道動火作業", work_permit="DH-26-3").work_permit == "DH-26-3"


def test_refusing_somebody_is_written_down_and_is_no_visit(noon, cast):
    entry = actions.refuse(cast.ma, purpose="推銷", reason="無預約")
    assert (entry.kind, entry.category, entry.reason) == ("gate.refused", "sales", "無預約")
    reading = Reading(MARCH)
    assert (reading["gate.refused"].value, reading["gate.visits"].value, reading["gate.not_signed_out"].value) == (
        1,
        0,
        0,
    )


def test_signing_out_is_once_and_never_before_the_entry(noon, cast):
    visit = entered(cast)
    with pytest.raises(Refused, match="離校時間早於入校時間"):
        actions.leave(cast.ma, document=visit.pk, left_at="2026-03-02 12:00")
    with pytest.raises(Refused, match="離校時間還沒有到"):
        actions.leave(cast.ma, document=visit.pk, left_at="2026-03-02 13:00")
    actions.leave(cast.ma, document=visit.pk)
    with pytest.raises(Refused, match="不能「離校銷號」"):
        actions.leave(cast.ma, document=visit.pk)


def test_at_the_end_of_the_day_who_is_still_inside_is_listed_and_can_be_signed_out_later(noon, cast):
    gone, still = entered(cast), entered(cast, name="另一人", pass_number="7")
    actions.leave(cast.ma, document=gone.pk)
    noon.move_to(at(2, 18))
    entry = actions.close_day(cast.ma)
    assert Measure.objects.get(entry=entry, name="inside").quantity == 1
    assert list(Visit.objects.filter(state="unsigned")) == [still]
    assert waiting_for(cast.ma, "gate.visit") == ["gate.left"]
    assert Reading(MARCH)["gate.not_signed_out"].value == 1

    noon.move_to(at(3, 8))
    actions.leave(cast.ma, document=still.pk, left_at="2026-03-02 17:00")
    assert Reading(MARCH)["gate.not_signed_out"].value == 0


def test_identities_are_purged_once_their_days_are_over(noon, cast):
    entered(cast)
    noon.move_to(datetime(2026, 5, 31, 12, tzinfo=clock.SHANGHAI))
    actions.purge_identities(cast.li)
    assert Visit.objects.get().identity != ""

    noon.move_to(datetime(2026, 6, 1, 12, tzinfo=clock.SHANGHAI))
    entry = actions.purge_identities(cast.li)

    visit = Visit.objects.get()
    assert (visit.identity, visit.identity_digest, visit.phone, visit.name) == ("", "", "", "劉師傅")
    assert Measure.objects.get(entry=entry, name="visits").quantity == 1


def test_strangers_do_not_keep_the_gate(noon, cast, six_one):
    visit = entered(cast)
    slip = applied(cast, six_one, parent_contact="10:10 13900000000")
    refusals = (
        lambda: entered(cast, by=cast.zhao),
        lambda: actions.refuse(cast.zhao, purpose="推銷", reason="無預約"),
        lambda: actions.leave(cast.zhao, document=visit.pk),
        lambda: actions.close_day(cast.zhao),
        lambda: actions.purge_identities(cast.ma),
        lambda: actions.ban(cast.ma, name="某人", phone="139", reason="鬧事"),
        lambda: actions.contact_parent(cast.zhao, document=slip.pk, parent_contact="10:10"),
        lambda: actions.issue_slip(cast.zhao, document=slip.pk),
        lambda: actions.issue_slip(cast.ma, document=slip.pk),
        lambda: actions.release(cast.zhao, document=slip.pk),
        lambda: actions.come_back(cast.zhao, document=slip.pk),
        lambda: actions.close_slip(cast.zhao, document=slip.pk),
        lambda: actions.cancel_slip(cast.zhao, document=slip.pk, reason="不走了"),
        lambda: actions.vehicle_in(cast.zhao, plate="甲A12345", purpose="送貨", approver=cast.li),
    )
    for attempt in refusals:
        with pytest.raises(Denied):
            attempt()


def applied(cast, school_class, by=None, **facts):
    told = {"pupil": "高強", "reason": "發燒", "planned_leave_at": "12:30", "planned_return_at": "14:00"}
    entry = actions.apply(by or cast.zhao, school_class=school_class, **{**told, **facts})
    return LeaveSlip.objects.get(pk=entry.document_id)


def signed(cast, school_class, **facts):
    slip = applied(cast, school_class, parent_contact="10:10 13900000000", **facts)
    actions.issue_slip(cast.lin, document=slip.pk)
    return LeaveSlip.objects.get(pk=slip.pk)


def test_a_pupil_leaves_on_a_slip_and_comes_back(noon, cast, six_one):
    """Gao has a fever. Teacher Zhao asks, Miss Lin reaches the mother and signs, guard Ma lets him out with her, he is back
    at ten past two, and Miss Lin signs the slip off."""
    slip = applied(cast, six_one)
    assert waiting_for(cast.lin, "gate.leave_slip") == ["gate.parent_contacted"]
    actions.contact_parent(cast.lin, document=slip.pk, parent_contact="12:10 13900000000", pickup="高母（母子）")
    actions.issue_slip(cast.lin, document=slip.pk)
    assert waiting_for(cast.ma, "gate.leave_slip") == ["gate.slip_released"]
    actions.release(cast.ma, document=slip.pk)
    assert [waiting_for(person, "gate.leave_slip") for person in (cast.ma, cast.lin)] == [["gate.slip_returned"]] * 2
    assert Reading(Period(date(2026, 3, 2), date(2026, 3, 2)))["gate.not_returned"].value == 0
    assert Reading(Period(date(2026, 3, 2), date(2026, 3, 3)), today=date(2026, 3, 3))["gate.not_returned"].value == 1
    noon.move_to(at(2, 14, 10))
    actions.come_back(cast.ma, document=slip.pk)
    actions.close_slip(cast.lin, document=slip.pk)

    slip.refresh_from_db()
    assert (slip.state, slip.teacher_name, slip.closed_by) == ("closed", "林老師", cast.lin)
    assert list(Signature.objects.order_by("pk").values_list("signs_as", flat=True)) == [
        "class_teacher",
        "guard",
        "class_teacher",
    ]
    reading = Reading(MARCH)
    names = ("gate.leave_slips", "gate.leave_slips_illness", "gate.late_returns", "gate.not_returned")
    assert [reading[name].value for name in names] == [1, 1, 0, 0]
    written = "".join(Entry.objects.values_list("asked", flat=True)) + "".join(
        Task.objects.values_list("title", flat=True)
    )
    assert "高強" not in written and "高母" not in written
    assert [finding for check in CHECKS for finding in check.look()] == []


@pytest.mark.parametrize(("minute", "late"), [(14, 0), (15, 0), (16, 1)])
def test_a_return_is_late_after_the_minutes_of_grace(noon, cast, six_one, minute, late):
    slip = signed(cast, six_one)
    actions.release(cast.ma, document=slip.pk)
    noon.move_to(at(2, 14, minute))
    actions.come_back(cast.ma, document=slip.pk)
    assert Reading(MARCH)["gate.late_returns"].value == late


def test_the_gate_opens_on_a_signed_slip_of_the_day_and_once(noon, cast, six_one):
    slip = applied(cast, six_one, parent_contact="10:10")
    with pytest.raises(Refused, match="現在是「已聯繫家長」，不能「門衛放行」"):
        actions.release(cast.ma, document=slip.pk)
    slip = signed(cast, six_one)
    actions.release(cast.ma, document=slip.pk)
    with pytest.raises(Refused, match="現在是「已放行」，不能「門衛放行」"):
        actions.release(cast.ma, document=slip.pk)
    old = signed(cast, six_one)
    noon.move_to(at(3, 9))
    with pytest.raises(Refused, match="是 2026-03-02 的，已經過期，不能放行"):
        actions.release(cast.ma, document=old.pk)


def test_who_does_not_come_back_today_is_waited_for_by_nobody(noon, cast, six_one):
    slip = signed(cast, six_one, planned_return_at="")
    actions.release(cast.ma, document=slip.pk)
    assert LeaveSlip.objects.get(pk=slip.pk).state == "gone"
    assert [waiting_for(person, "gate.leave_slip") for person in (cast.ma, cast.lin)] == [[], []]


def test_the_youngest_are_handed_over_to_somebody_named(noon, cast, one_one):
    slip = signed(cast, one_one)
    with pytest.raises(Refused, match="低年級學生要當面交給家長"):
        actions.release(cast.ma, document=slip.pk)
    actions.release(cast.ma, document=slip.pk, pickup="父親")
    assert LeaveSlip.objects.get(pk=slip.pk).state == "released"


def test_the_teacher_of_another_class_does_not_sign(noon, cast, six_one):
    other = Person.objects.create(name="何老師", folded=fold("何老師"))
    seven = SchoolClass.objects.create(campus=cast.north, name="六(2)班", folded=fold("六(2)班"), teacher=other)
    RoleAssignment.objects.create(person=other, role="class_teacher", school_class=seven, from_on=date(2000, 1, 1))
    slip = applied(cast, six_one, parent_contact="10:10")
    with pytest.raises(Denied, match="該班班主任"):
        actions.issue_slip(other, document=slip.pk)
    assert list(LeaveSlip.objects.of(other)) == []
    assert list(LeaveSlip.objects.of(cast.lin)) == [slip]


def test_a_slip_is_cancelled_before_the_pupil_is_out_and_not_after(noon, cast, six_one):
    slip = signed(cast, six_one)
    actions.cancel_slip(cast.lin, document=slip.pk, reason="退燒了")
    assert LeaveSlip.objects.get(pk=slip.pk).state == "cancelled"
    out = signed(cast, six_one)
    actions.release(cast.ma, document=out.pk)
    with pytest.raises(Refused, match="不能「取消離校單」"):
        actions.cancel_slip(cast.lin, document=out.pk, reason="退燒了")


def test_a_slip_must_end_after_it_begins(noon, cast, six_one):
    with pytest.raises(Refused, match="擬返校時間要晚於擬離校時間"):
        applied(cast, six_one, planned_return_at="12:00")


def test_a_vehicle_comes_in_once_and_goes_out(noon, cast):
    entry = actions.vehicle_in(cast.ma, plate="甲A12345", purpose="送貨", approver=cast.li)
    for same in ("甲A12345", "甲a12345", "甲A·12345", "甲Ａ 12345"):
        with pytest.raises(Refused, match="這輛車還在校內"):
            actions.vehicle_in(cast.ma, plate=same, purpose="送貨", approver=cast.li)
    assert Reading(MARCH)["gate.vehicles_inside"].value == 1
    noon.move_to(at(2, 13))
    actions.vehicle_out(cast.ma, document=entry.document_id)
    assert VehicleVisit.objects.get().state == "left"
    assert (Reading(MARCH)["gate.vehicles"].value, Reading(MARCH)["gate.vehicles_inside"].value) == (1, 0)


def test_goods_leave_on_a_pass_that_somebody_else_approved(noon, cast):
    entry = actions.request_goods(
        cast.zhou, carrier="周資產", goods="投影機", quantity="1臺", is_school_property="是", purpose="送修"
    )
    with pytest.raises(Denied, match="要由另一個人來做"):
        actions.approve_goods(cast.zhou, document=entry.document_id)
    with pytest.raises(Refused, match="現在是「待批准」"):
        actions.release_goods(cast.ma, document=entry.document_id)
    with pytest.raises(Denied):
        actions.approve_goods(cast.zhao, document=entry.document_id)
    actions.approve_goods(cast.li, document=entry.document_id)
    with pytest.raises(Denied):
        actions.release_goods(cast.zhao, document=entry.document_id)
    actions.release_goods(cast.ma, document=entry.document_id)
    assert GoodsPass.objects.get().state == "released"
    assert Reading(MARCH)["gate.goods_passes"].value == 1
