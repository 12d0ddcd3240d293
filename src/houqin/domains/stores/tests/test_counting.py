"""Stocktakes: frozen, blind, counted again, explained, approved; what to buy."""

from datetime import timedelta

import pytest
import time_machine

from houqin.domains.stores import actions, plan
from houqin.domains.stores.models import Stocktake
from houqin.foundation.catalogue.models import Item
from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.registers.register import REGISTERS
from houqin.foundation.signing.models import Task
from houqin.kit import clock


@pytest.fixture
def counting(stores):
    stores.buy("粉筆 10盒 3元\n掃把 8把 6元\n拖把 5把 12元")
    return stores


def opened(stores, **facts):
    facts = {"store": stores.north, "leader": stores.cast.qian, "keeper": stores.cast.wang} | facts
    return Stocktake.objects.get(number=actions.open_count(stores.cast.li, **facts).document_number)


def counted(stores, found="粉筆 10\n掃把 7\n拖把 6"):
    paper = opened(stores)
    actions.count(stores.cast.qian, document=paper, found=found)
    paper.refresh_from_db()
    return paper


def test_the_keeper_does_not_lead_the_count_of_his_own_store(counting):
    with pytest.raises(Denied, match="保管員不能主盤"):
        opened(counting, leader=counting.cast.wang)
    with pytest.raises(Denied):
        actions.open_count(
            counting.cast.wang, store=counting.north, leader=counting.cast.qian, keeper=counting.cast.wang
        )
    opened(counting)
    with pytest.raises(Refused, match="還有沒辦完的盤點"):
        opened(counting)


def test_nobody_sees_what_the_book_expects_before_it_is_counted(counting):
    paper = opened(counting)
    rows = REGISTERS["stores.stocktake_lines"].rows
    assert rows(counting.cast.li).count() == 0
    actions.count(counting.cast.qian, document=paper, found={"粉筆": 10, "掃把": 7, "拖把": 6})
    assert list(rows(counting.cast.li).order_by("item__pk").values_list("expected", "found", "surplus", "shortage")) == [
        (10, 10, 0, 0), (8, 7, 0, 1), (5, 6, 1, 0),
    ]  # fmt: skip


def test_everything_is_counted_and_only_by_who_was_sent(counting):
    paper = opened(counting)
    with pytest.raises(Refused, match="還有 1 種沒有數：拖把"):
        actions.count(counting.cast.qian, document=paper, found="粉筆 10\n掃把 7")
    with pytest.raises(Denied):
        actions.count(counting.cast.li, document=paper, found="粉筆 10\n掃把 7\n拖把 6")


def test_a_difference_is_posted_once_it_is_explained_and_approved(counting):
    paper = counted(counting)
    with pytest.raises(Refused, match="有差異，要寫原因和處理意見"):
        actions.explain_count(counting.cast.wang, document=paper, cause="發放漏登")
    with pytest.raises(Denied):
        actions.explain_count(counting.cast.zhao, document=paper, cause="發放漏登", decision="調賬")
    actions.explain_count(counting.cast.wang, document=paper, cause="發放漏登", decision="調賬")
    paper.refresh_from_db()
    with pytest.raises(Denied):
        actions.approve_count(counting.cast.wang, document=paper)
    actions.approve_count(counting.cast.li, document=paper)
    paper.refresh_from_db()
    assert (paper.state, paper.posted_on) == ("posted", clock.today())
    assert (counting.held("掃把"), counting.worth("掃把")) == (7, 4200)
    assert (counting.held("拖把"), counting.worth("拖把")) == (6, 7200)
    measures = dict(Entry.objects.get(kind="stores.count_approved").measures.values_list("name", "quantity"))
    assert measures == {
        "items": 3, "agreeing": 1, "differing": 2, "surplus": 1, "shortage": 1, "shortage_value": 600
    }  # fmt: skip


def test_moves_during_a_count_do_not_spoil_it(counting):
    paper = opened(counting)
    actions.issue_directly(
        counting.cast.wang, store=counting.north, receiver=counting.cast.zhao, purpose="打掃", lines="掃把 3把"
    )
    actions.count(counting.cast.qian, document=paper, found="粉筆 10\n掃把 8\n拖把 5")
    paper.refresh_from_db()
    actions.explain_count(counting.cast.wang, document=paper)
    paper.refresh_from_db()
    actions.approve_count(counting.cast.li, document=paper)
    assert counting.held("掃把") == 5


def test_a_second_person_counts_again_and_the_second_count_stands(counting):
    paper = counted(counting)
    line = paper.lines.get(item__name="掃把")
    with pytest.raises(Denied):
        actions.recount(counting.cast.qian, document=paper, line=line, quantity=8)
    actions.recount(counting.wu, document=paper, line=line, quantity=8)
    line.refresh_from_db()
    assert (line.difference, line.recounted_by) == (0, counting.wu)
    with pytest.raises(Refused, match="沒有差異"):
        actions.recount(counting.wu, document=paper, line=paper.lines.get(item__name="粉筆"), quantity=9)


def test_something_unexpected_is_found(counting):
    actions.set_item(counting.cast.wang, name="簸箕", counter="個")
    paper = counted(counting, "粉筆 10\n掃把 8\n拖把 5\n簸箕 2")
    actions.explain_count(counting.cast.wang, document=paper, cause="以前漏登", decision="入賬")
    paper.refresh_from_db()
    actions.approve_count(counting.cast.li, document=paper)
    assert (counting.held("簸箕"), counting.worth("簸箕")) == (2, 0)


def test_a_count_once_posted_does_not_change(counting):
    paper = counted(counting, "粉筆 10\n掃把 8\n拖把 5")
    actions.explain_count(counting.cast.wang, document=paper)
    paper.refresh_from_db()
    actions.approve_count(counting.cast.li, document=paper)
    paper.refresh_from_db()
    with pytest.raises(Refused, match="現在是「已入賬」"):
        actions.abandon_count(counting.cast.li, document=paper, reason="重盤")
    with pytest.raises(Refused, match="現在是「已入賬」"):
        actions.count(counting.cast.qian, document=paper, found="粉筆 9\n掃把 8\n拖把 5")


def test_a_count_is_abandoned_by_who_may_lead_one(counting):
    paper = opened(counting)
    with pytest.raises(Denied):
        actions.abandon_count(counting.cast.zhao, document=paper, reason="下雨")
    actions.abandon_count(counting.cast.li, document=paper, reason="下雨")
    opened(counting)


def test_what_to_buy_follows_from_what_was_used(stores):
    with time_machine.travel(clock.now() - timedelta(days=20), tick=False):
        stores.buy("粉筆 100盒 3元\n掃把 3把 6元\n拖把 50把 12元")
        actions.set_item(stores.cast.wang, name="掃把", minimum=10)
        actions.issue_directly(
            stores.cast.wang, store=stores.north, receiver=stores.cast.zhao, purpose="上課", lines="粉筆 90盒"
        )
    today = clock.today()
    found = plan.proposal(day=today, days=30, cover_days=60)
    assert [(one.item.name, one.on_hand, one.consumed, one.buy, one.is_below_minimum) for one in found] == [
        ("掃把", 3, 0, 7, True), ("粉筆", 10, 90, 170, False),
    ]  # fmt: skip
    assert plan.proposal(day=today, days=20, cover_days=60)[-1].item.name == "掃把"
    with pytest.raises(Denied):
        actions.check_reorder(stores.cast.zhao)
    entry = actions.check_reorder(stores.cast.wang, days=30)
    assert dict(entry.measures.values_list("name", "quantity")) == {"items": 2, "below_minimum": 1}
    assert Task.objects.open().of(stores.gao).get().title.startswith("建議採購 2 種：掃把 7把")
    assert Item.objects.count() == 3
