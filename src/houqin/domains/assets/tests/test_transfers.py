"""Transfers: three persons, in transit until counted, nothing created or lost."""

from datetime import date

import pytest

from houqin.domains.assets import actions
from houqin.domains.assets.checks import nothing_is_created_or_lost, transfers_have_three_persons
from houqin.domains.assets.models import AssetCard, Transfer
from houqin.foundation.journal.actions import Invalid, batch
from houqin.foundation.journal.figures import Reading
from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.journal.verification import wrong_balances
from houqin.foundation.signing.models import Signature, Task
from houqin.kit.periods import Period

from .conftest import DESKS

SENT, ARRIVED = date(2018, 8, 30), date(2018, 8, 31)


def lying(card):
    return {balance.account.name: balance.quantity for balance in card.holdings()}


def moved(start=date(2018, 8, 1), end=date(2018, 9, 30)):
    return Reading(Period(start, end))["assets.desks_moved"].value


@pytest.fixture
def requested(cast, desks):
    actions.request_transfer(
        cast.lin, card="KZY-01", source=cast.south, target=cast.north, quantity=100, reason="學生人數增加"
    )
    return Transfer.objects.get()


@pytest.fixture
def sent(cast, requested):
    actions.approve_transfer(cast.li, document=requested)
    actions.send_transfer(cast.zhou, document=requested.pk, occurred_on=SENT)
    return Transfer.objects.get()


def test_what_was_sent_is_in_transit_until_it_is_counted(cast, desks, sent):
    assert lying(desks) == {"南校區": 100, "南校區調出在途": 100}
    assert moved() == 0

    actions.receive_transfer(cast.wang, document=sent, occurred_on=ARRIVED)

    assert lying(desks) == {"南校區": 100, "北校區": 100}
    assert moved() == 100
    assert wrong_balances() == []
    assert list(nothing_is_created_or_lost()) == []
    assert list(transfers_have_three_persons()) == []


def test_the_move_counts_on_the_day_it_is_counted_in(cast, sent):
    actions.receive_transfer(cast.wang, document=sent, occurred_on=ARRIVED)

    days = (date(2018, 8, 30), ARRIVED, date(2018, 9, 1))
    assert [moved(day, day) for day in days] == [0, 100, 0]
    rows = Reading(Period(ARRIVED, ARRIVED)).rows("assets.desks_moved")
    assert [(row.quantity, row.document) for row in rows] == [(100, sent.number)]


def test_each_signs_for_their_own_step(cast, sent):
    actions.receive_transfer(cast.wang, document=sent, occurred_on=ARRIVED)

    slip = Transfer.objects.get()
    assert list(Signature.objects.order_by("pk").values_list("signs_as", "person")) == [
        ("approver", cast.li.pk),
        ("sender", cast.zhou.pk),
        ("receiver", cast.wang.pk),
    ]
    assert (slip.state, slip.approver, slip.sender, slip.receiver) == ("received", cast.li, cast.zhou, cast.wang)
    assert not Task.objects.open().exists()


def test_one_person_cannot_ask_approve_send_and_receive(cast, desks):
    actions.request_transfer(cast.li, card=desks, source=cast.south, target=cast.north, quantity=10, reason="補缺")
    slip = Transfer.objects.get()
    with pytest.raises(Denied, match="另一個人"):
        actions.approve_transfer(cast.li, document=slip)
    actions.approve_transfer(cast.principal, document=slip)
    actions.send_transfer(cast.li, document=slip)
    with pytest.raises(Denied, match="另一個人"):
        actions.receive_transfer(cast.li, document=slip)


def test_what_is_missing_on_arrival_waits_for_its_disposal(cast, desks, sent):
    with pytest.raises(Refused, match="少了2套，請寫明短少原因"):
        actions.receive_transfer(cast.wang, document=sent, occurred_on=ARRIVED, received_quantity=98)
    with pytest.raises(Refused, match="調出的是100套，不會收到101套"):
        actions.receive_transfer(cast.wang, document=sent, occurred_on=ARRIVED, received_quantity=101)
    actions.receive_transfer(
        cast.wang, document=sent, occurred_on=ARRIVED, received_quantity=98, shortage_reason="途中翻車壓壞"
    )

    lost = Entry.objects.get(kind="assets.lost_in_transit")
    assert lying(desks) == {"南校區": 100, "北校區": 98, "南校區調出在途待處理": 2}
    assert (lost.reason, dict(lost.measures.values_list("name", "quantity"))) == ("途中翻車壓壞", {"value": 32_000})
    assert moved() == 98
    assert list(nothing_is_created_or_lost()) == []


def test_what_is_sent_twice_must_be_there_twice(cast, desks):
    for _time in range(2):
        actions.request_transfer(
            cast.lin, card=desks, source=cast.south, target=cast.north, quantity=150, reason="補缺"
        )
    first, second = Transfer.objects.order_by("pk")
    for slip in (first, second):
        actions.approve_transfer(cast.li, document=slip)
    actions.send_transfer(cast.zhou, document=first, occurred_on=SENT)

    with pytest.raises(Refused, match="資產卡片 KZY-01「學生課桌椅 升降式」在「南校區」只有50套，不夠150套"):
        actions.send_transfer(cast.zhou, document=second, occurred_on=SENT)


def test_a_request_is_withdrawn_by_who_asked_before_it_left(cast, requested):
    with pytest.raises(Denied, match="要由申請人或資產管理員撤回"):
        actions.withdraw_transfer(cast.zhao, document=requested, reason="不要了")
    actions.withdraw_transfer(cast.lin, document=requested, reason="北校區另購")

    requested.refresh_from_db()
    assert requested.state == "withdrawn"
    with pytest.raises(Refused, match="現在是「已撤回」"):
        actions.approve_transfer(cast.li, document=requested)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"quantity": 201}, "只有200套，不夠201套"),
        ({"target": "南校區"}, "沒有東西移動"),
        ({"card": "KZY-99"}, "資產編號"),
        ({"reason": ""}, "調撥原因"),
    ],
)
def test_a_request_that_cannot_be_met_is_refused(cast, desks, facts, sentence):
    given = {"card": "KZY-01", "source": "南校區", "target": "北校區", "quantity": 100, "reason": "補缺", **facts}
    with pytest.raises(Refused, match=sentence):
        actions.request_transfer(cast.lin, **given)


def test_a_stranger_may_not_move_anything(cast, requested):
    with pytest.raises(Denied):
        actions.request_transfer(cast.ma, card="KZY-01", source=cast.south, target=cast.north, quantity=1, reason="x")
    with pytest.raises(Denied):
        actions.approve_transfer(cast.zhao, document=requested)
    with pytest.raises(Denied):
        actions.withdraw_transfer(cast.ma, document=requested, reason="x")
    actions.approve_transfer(cast.li, document=requested)
    with pytest.raises(Denied):
        actions.send_transfer(cast.zhao, document=requested)
    actions.send_transfer(cast.zhou, document=requested)
    with pytest.raises(Denied):
        actions.receive_transfer(cast.zhao, document=requested)
    with pytest.raises(Denied):
        actions.import_transfer(cast.zhao, **PAST)


PAST = {
    "slip": "DB001",
    "occurred_on": "2018-08-30",
    "source": "南校區",
    "target": "北校區",
    "card": "KZY-01",
    "name": "学生课桌椅",
    "counter": "套",
    "quantity": 100,
    "reason": "學生人數增加",
    "sender": "王保管",
    "receiver": "周資產",
    "approver": "李主任",
}


def test_a_past_slip_goes_straight_from_campus_to_campus(cast, desks):
    with batch(cast.zhou) as unit:
        actions.import_transfer.into(unit, PAST)

    slip, entry = Transfer.objects.get(), Entry.objects.get(kind="assets.transferred")
    assert lying(desks) == {"南校區": 100, "北校區": 100}
    assert (slip.number, slip.state, slip.sender, slip.received_quantity) == ("DB001", "received", cast.wang, 100)
    assert (entry.place, entry.occurred_on, entry.lines.count()) == (cast.north, date(2018, 8, 30), 1)
    assert moved() == 100


def test_a_card_and_its_slip_may_come_in_one_import(cast):
    with batch(cast.zhou) as unit:
        actions.import_card.into(unit, DESKS)
        actions.import_transfer.into(unit, {**PAST, "quantity": 200})

    card = AssetCard.objects.get()
    assert (lying(card), card.place) == ({"北校區": 200}, cast.north)


def test_a_slip_that_names_only_a_campus_takes_from_its_rooms_too(cast, desks):
    actions.move_room(cast.wang, document=desks, source=cast.south, target=cast.south_105, quantity=150)
    with batch(cast.zhou) as unit:
        actions.import_transfer.into(unit, PAST)

    assert lying(desks) == {"南校區教學樓105室": 100, "北校區": 100}
    assert moved() == 100


def test_a_slip_of_two_things_becomes_two_papers(cast, desks):
    with batch(cast.zhou) as unit:
        actions.import_card.into(
            unit, {**DESKS, "number": "JSZ-01", "name": "教師辦公桌椅", "quantity": 12, "value": 1920}
        )
        actions.import_transfer.into(unit, PAST)
        actions.import_transfer.into(unit, {**PAST, "card": "JSZ-01", "name": "教師辦公桌椅", "quantity": 2})

    assert list(Transfer.objects.order_by("number").values_list("number", "slip", "quantity")) == [
        ("DB001", "DB001", 100),
        ("DB001-2", "DB001", 2),
    ]
    assert moved() == 100


def test_brackets_after_a_campus_name_an_office_of_it(cast, desks):
    with batch(cast.zhou) as unit:
        actions.import_transfer.into(unit, {**PAST, "source": "南校區(總務處)", "target": "北校區（教務處）"})

    assert Transfer.objects.get().source == cast.south


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"quantity": 201}, "資產卡片 KZY-01「學生課桌椅 升降式」在「南校區」只有200套，不夠201套"),
        ({"source": "北校區", "target": "南校區"}, "在「北校區」只有0套，不夠100套"),
        ({"card": "KZY-99"}, "沒有資產編號為 KZY-99 的卡片"),
        ({"name": "投影儀"}, "資產卡片 KZY-01 是「學生課桌椅」，調撥單上寫的是「投影儀」"),
        ({"counter": "張"}, "單位是「套」，調撥單上寫的是「張」"),
        ({"occurred_on": "2018-08-13"}, "早於資產 KZY-01 的取得日期 2018-08-14"),
        ({"target": "南校區"}, "調出和調入是同一個地方"),
        ({"source": "西校區"}, "沒有叫「西校區」的場所"),
    ],
)
def test_a_past_slip_that_cannot_be_is_refused(cast, desks, facts, sentence):
    with pytest.raises((Refused, Invalid), match=sentence), batch(cast.zhou) as unit:
        actions.import_transfer.into(unit, {**PAST, **facts})

    assert not Transfer.objects.exists()
    assert lying(desks) == {"南校區": 200}


def test_two_past_slips_cannot_take_the_same_desks(cast, desks):
    with pytest.raises(Refused, match="只有100套，不夠101套"), batch(cast.zhou) as unit:
        actions.import_transfer.into(unit, PAST)
        actions.import_transfer.into(unit, {**PAST, "slip": "DB002", "quantity": 101})


def test_a_past_slip_with_one_name_twice_is_taken_in_and_found(cast, desks):
    with batch(cast.zhou) as unit:
        actions.import_transfer.into(unit, {**PAST, "receiver": "王保管"})

    assert [finding.sentence for finding in transfers_have_three_persons()] == [
        "調撥單 DB001 的調出經手、調入經手、審批中有同一個人。"
    ]


def test_the_principal_may_sign_that_a_small_school_cannot_separate(cast, desks):
    from houqin.domains.assets.checks import transfers_have_three_persons
    from houqin.foundation.journal.figures import Reading
    from houqin.foundation.signing.prints import PRINTS
    from houqin.kit import clock
    from houqin.kit.periods import Period

    actions.request_transfer(cast.zhou, card=desks, source=cast.south, target=cast.north, quantity=5, reason="補缺")
    paper = Transfer.objects.get()
    actions.approve_transfer(cast.li, document=paper)
    actions.send_transfer(cast.zhou, document=paper.pk)
    with pytest.raises(Denied, match="另一個人"):
        actions.receive_transfer(cast.zhou, document=paper.pk)
    for stranger in (cast.zhou, cast.li, cast.lin):
        with pytest.raises(Denied):
            actions.excuse_transfer(stranger, document=paper.pk, reason="只有一個人")
    with pytest.raises(Refused):
        actions.excuse_transfer(cast.principal, document=paper.pk, reason="")
    actions.excuse_transfer(cast.principal, document=paper.pk, reason="全校六人，北校區無人可收")
    entry = actions.receive_transfer(cast.zhou, document=paper.pk)

    assert dict(entry.measures.values_list("name", "quantity")) == {"not_separated": 1}
    (slip,) = PRINTS["assets.transfer/slip"].slips(Transfer.objects.get(), cast.li)
    assert "周校長" in slip.text[0] and "全校六人，北校區無人可收" in slip.text[0]
    today = Period(clock.today(), clock.today())
    assert Reading(today)["assets.separation_excused"].value == 1
    assert list(transfers_have_three_persons()) == []
