"""Loans: due days, conditions, parts, reminders, refusals; reservations that cannot collide."""

import threading
from datetime import timedelta

import pytest
import time_machine

from houqin.domains.stores import actions
from houqin.domains.stores.models import Loan, Reservation, ReservedSlot
from houqin.foundation.journal.figures import Reading
from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.org.actions import set_parameter
from houqin.foundation.org.holdings import holdings
from houqin.foundation.signing.models import Task
from houqin.kit import clock
from houqin.kit.periods import Period


def lend(stores, *, borrower=None, days=3, **facts):
    facts = {
        "store": stores.north, "item": "投影儀", "purpose": "公開課", "condition_out": "完好",
        "due_on": clock.today() + timedelta(days=days),
    } | facts  # fmt: skip
    told = actions.lend_directly(stores.cast.wang, borrower=borrower or stores.cast.zhao, **facts)
    return Loan.objects.get(number=told.document_number)


def test_a_loan_goes_out_and_comes_back_with_its_condition_told_both_ways(stores):
    stores.buy("投影儀 3臺 2000元")
    loan = lend(stores, serial="T01")
    assert (stores.held("投影儀"), loan.condition_out) == (2, "good")
    assert [(one.thing, one.quantity, one.due_on) for one in holdings(stores.cast.zhao)["借用未還"]] == [
        ("投影儀 T01", 1, loan.due_on)
    ]
    assert Task.objects.open().of(stores.cast.zhao).get().due_on == loan.due_on
    with pytest.raises(Refused, match="歸還狀況"):
        actions.return_loan(stores.cast.wang, document=loan)
    actions.return_loan(stores.cast.wang, document=loan, condition_back="有磨損")
    loan.refresh_from_db()
    assert (loan.state, loan.condition_back, loan.acceptor_name) == ("returned", "worn", "王保管")
    assert (stores.held("投影儀"), stores.worth("投影儀"), holdings(stores.cast.zhao)) == (3, 600000, {})


def test_one_piece_is_never_on_loan_twice(stores):
    stores.buy("投影儀 3臺 2000元")
    loan = lend(stores, serial="T01")
    with pytest.raises(Refused, match="T01 號已經借給趙老師"):
        lend(stores, borrower=stores.deng, serial="T01")
    lend(stores, borrower=stores.deng, serial="T02")
    actions.return_loan(stores.cast.wang, document=loan, condition_back="完好")
    lend(stores, borrower=stores.deng, serial="T01")
    with pytest.raises(Refused, match="一次借一件"):
        lend(stores, borrower=stores.deng, serial="T03", quantity=2)


def test_things_known_by_number_are_lent_by_number(stores):
    stores.buy("投影儀 3臺 2000元")
    actions.set_item(stores.cast.wang, name="投影儀", is_serial=True)
    with pytest.raises(Refused, match="逐件編號"):
        lend(stores)


def test_part_comes_back_and_the_paper_stays_out(stores):
    stores.buy("籃球 20個 60元")
    loan = lend(stores, item="籃球", quantity=10)
    actions.return_part(stores.cast.wang, document=loan, quantity=6, condition_back="完好")
    loan.refresh_from_db()
    assert (loan.state, loan.outstanding, stores.held("籃球")) == ("out", 4, 16)
    with pytest.raises(Refused, match="不是部分歸還"):
        actions.return_part(stores.cast.wang, document=loan, quantity=4, condition_back="完好")
    actions.return_loan(stores.cast.wang, document=loan, condition_back="遺失", compensation="240")
    loan.refresh_from_db()
    assert (loan.state, loan.compensation, stores.held("籃球"), stores.worth("籃球")) == ("returned", 24000, 16, 96000)


def test_damage_needs_a_compensation_or_a_reason(stores):
    stores.buy("投影儀 3臺 2000元")
    loan = lend(stores)
    with pytest.raises(Refused, match="賠償金額"):
        actions.return_loan(stores.cast.wang, document=loan, condition_back="損壞")
    with pytest.raises(Denied):
        actions.return_loan(stores.cast.zhao, document=loan, condition_back="完好")
    actions.return_loan(stores.cast.wang, document=loan, condition_back="損壞", note="自然老化")


def test_nothing_new_is_lent_while_something_is_overdue(stores):
    with time_machine.travel(clock.now() - timedelta(days=10), tick=False):
        stores.buy("投影儀 3臺 2000元")
        lend(stores, days=3)
    with pytest.raises(Refused, match="就該還，還沒有還"):
        lend(stores)
    with pytest.raises(Refused, match="就該還，還沒有還"):
        actions.request_loan(
            stores.cast.zhao,
            store=stores.north,
            item="投影儀",
            purpose="公開課",
            due_on=clock.today() + timedelta(days=20),
        )
    lend(stores, borrower=stores.deng)
    set_parameter(
        stores.cast.li, name="stores.refuse_while_overdue", value=False, from_on=clock.today(), source="校務會"
    )
    lend(stores)


def test_overdue_borrowers_are_reminded_once(stores):
    with time_machine.travel(clock.now() - timedelta(days=10), tick=False):
        stores.buy("投影儀 3臺 2000元")
        late = lend(stores, days=3)
    fresh = lend(stores, borrower=stores.deng)
    with pytest.raises(Refused, match="還不用催"):
        actions.chase(stores.cast.wang, document=fresh)
    with pytest.raises(Denied):
        actions.chase_all(stores.cast.zhao)
    entry = actions.chase_all(stores.cast.wang)
    chased = Entry.objects.get(kind="stores.loan_chased")
    assert (chased.because, chased.document_number, chased.reason) == (entry, late.number, "逾期 7 天")
    titles = Task.objects.open().of(stores.cast.zhao).values_list("title", flat=True)
    assert any(title.startswith("逾期請歸還") for title in titles)
    with pytest.raises(Refused, match="沒有要催還的"):
        actions.chase_all(stores.cast.wang)
    today = clock.today()
    reading = Reading(Period(today - timedelta(days=30), today))
    assert reading["stores.loans_overdue"].value == 1
    actions.return_loan(stores.cast.wang, document=late, condition_back="完好")
    assert not Task.objects.open().filter(document_id=late.pk, document_kind=late.kind).exists()


def test_long_loans_are_approved_first_and_nobody_approves_his_own(stores):
    stores.buy("投影儀 3臺 2000元")
    with pytest.raises(Refused, match="超過 7 天的要先審批"):
        lend(stores, days=8)
    told = actions.request_loan(
        stores.cast.zhao,
        store=stores.north,
        item="投影儀",
        purpose="課題研究",
        due_on=clock.today() + timedelta(days=60),
    )
    loan = Loan.objects.get(number=told.document_number)
    with pytest.raises(Denied):
        actions.approve_loan(stores.cast.zhao, document=loan)
    with pytest.raises(Refused, match="現在是「待審批」"):
        actions.lend(stores.cast.wang, document=loan, condition_out="完好")
    actions.approve_loan(stores.cast.li, document=loan)
    loan.refresh_from_db()
    actions.lend(stores.cast.wang, document=loan, condition_out="完好", serial="T09")
    loan.refresh_from_db()
    assert (loan.state, loan.serial, loan.approver_name, stores.held("投影儀")) == ("out", "T09", "李主任", 2)


def test_a_loan_is_refused_or_taken_back_before_it_goes_out(stores):
    stores.buy("投影儀 3臺 2000元")
    facts = {"store": stores.north, "item": "投影儀", "purpose": "課題", "due_on": clock.today() + timedelta(days=60)}
    one = Loan.objects.get(number=actions.request_loan(stores.cast.zhao, **facts).document_number)
    two = Loan.objects.get(number=actions.request_loan(stores.cast.zhao, **facts).document_number)
    actions.reject_loan(stores.cast.li, document=one, reason="考試期間不借")
    with pytest.raises(Denied):
        actions.withdraw_loan(stores.deng, document=two)
    actions.withdraw_loan(stores.cast.zhao, document=two)
    with pytest.raises(Denied):
        actions.request_loan(stores.cast.zhao, borrower=stores.deng, **facts)


def test_a_loan_is_late_the_day_after_it_was_due(stores):
    stores.buy("投影儀 3臺 2000元")
    loan = lend(stores, days=2)
    assert [loan.is_overdue(loan.due_on + timedelta(days=offset)) for offset in (-1, 0, 1)] == [False, False, True]


@pytest.fixture
def hall(stores):
    actions.set_reservable(stores.cast.li, name="多媒體教室", is_room=True, place=stores.cast.north_105)
    return "多媒體教室"


def reserve(person, hall, start="9:00", end="10:00", **facts):
    facts = {"reservable": hall, "on": clock.today() + timedelta(days=1), "purpose": "公開課"} | facts
    return actions.reserve(person, starts_at=start, ends_at=end, **facts)


def test_two_cannot_have_a_room_at_once(stores, hall):
    reserve(stores.cast.zhao, hall)
    for start, end in (("8:30", "9:30"), ("9:00", "9:30"), ("9:30", "11:00"), ("8:00", "12:00")):
        with pytest.raises(Refused, match="09:00–10:00 已由趙老師預約（公開課）"):
            reserve(stores.deng, hall, start, end)
    reserve(stores.deng, hall, "10:00", "10:30")
    reserve(stores.deng, hall, "8:00", "9:00")
    assert ReservedSlot.objects.count() == 5


def test_several_weeks_are_reserved_together_or_not_at_all(stores, hall):
    reserve(stores.cast.zhao, hall, on=clock.today() + timedelta(days=15))
    with pytest.raises(Refused, match="已由趙老師預約"):
        reserve(stores.deng, hall, weeks=4)
    assert Reservation.objects.count() == 1
    reserve(stores.deng, hall, "14:00", "15:00", weeks=4)
    assert Reservation.objects.count() == 5


def test_a_reservation_is_given_up_by_who_made_it(stores, hall):
    told = reserve(stores.cast.zhao, hall)
    paper = Reservation.objects.get(number=told.document_number)
    with pytest.raises(Denied):
        actions.cancel_reservation(stores.deng, document=paper)
    actions.cancel_reservation(stores.cast.zhao, document=paper, reason="改期")
    reserve(stores.deng, hall)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"start": "9:10"}, "按半小時計"),
        ({"start": "10:00"}, "結束要晚於開始"),
        ({"on": "2019-03-01"}, "已經過了"),
        ({"on": clock.today() + timedelta(days=400)}, "最多提前"),
        ({"reservable": "禮堂"}, "沒有叫「禮堂」"),
    ],
)
def test_a_reservation_that_makes_no_sense_is_refused(stores, hall, facts, sentence):
    with pytest.raises(Refused, match=sentence):
        reserve(stores.cast.zhao, **({"hall": hall} | {k: v for k, v in facts.items() if k != "reservable"} | (
            {"hall": facts["reservable"]} if "reservable" in facts else {}
        )))  # fmt: skip


def test_of_two_who_reserve_at_the_same_moment_one_gets_the_room(committed_cast):
    from django.db import connections

    from houqin.domains.stores.models import Reservable
    from houqin.kit.text import fold

    hall = Reservable.objects.create(name="多媒體教室", folded=fold("多媒體教室"))
    people = [committed_cast.zhao, committed_cast.lin, committed_cast.chen, committed_cast.sun]
    start, said = threading.Barrier(len(people)), []

    def ask(person):
        try:
            start.wait(timeout=20)
            reserve(person, hall.pk)
            said.append("reserved")
        except Refused as no:
            said.append(str(no))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert (said.count("reserved"), len(said)) == (1, 4)
    assert all("已由" in one for one in said if one != "reserved")
    assert ReservedSlot.objects.count() == 2


def test_a_piece_is_the_same_however_its_number_is_written(stores):
    stores.buy("相機 2臺 900元")
    actions.set_item(stores.cast.wang, name="相機", is_serial=True)
    told = {"store": stores.north, "item": "相機", "purpose": "活動", "due_on": clock.today(), "condition_out": "good"}

    def lend(serial):
        actions.lend_directly(stores.cast.wang, borrower=stores.deng, serial=serial, **told)
        return Loan.objects.latest("pk")

    first = lend("C1")
    for same in ("c1", "C-1", "Ｃ01", "C 1"):
        with pytest.raises(Refused, match="號已經借給"):
            lend(same)
    second = lend("C2")
    actions.return_loan(stores.cast.wang, document=second, condition_back="good")
    # Two pieces are held and both are known: a third number is none of them.
    with pytest.raises(Refused, match="沒有 C9 號。在庫的有：C2。"):
        lend("C9")
    assert lend("c-02").serial == "C2"
    assert first.serial == "C1"
