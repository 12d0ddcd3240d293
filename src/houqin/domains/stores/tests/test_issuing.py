"""Goods out: asked, approved, picked, handed out, signed; quotas, custody, dangerous goods, old for new, returns."""

from datetime import timedelta

import pytest
import time_machine

from houqin.domains.stores import actions
from houqin.domains.stores.models import HandOut, Loan, Requisition
from houqin.foundation.catalogue.models import Item
from houqin.foundation.journal.models import Balance, Entry
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.org.actions import set_parameter
from houqin.foundation.org.holdings import holdings
from houqin.foundation.signing.models import Signature, Task
from houqin.kit import clock


def requested(stores, lines="粉筆 10盒", *, by=None, **facts):
    facts = {"store": stores.north, "purpose": "上課", "lines": lines} | facts
    return Requisition.objects.get(number=actions.request(by or stores.cast.zhao, **facts).document_number)


def ready(stores, lines="粉筆 10盒", **facts):
    paper = requested(stores, lines, **facts)
    actions.approve(stores.cast.li, document=paper)
    paper.refresh_from_db()
    actions.pick(stores.cast.wang, document=paper)
    paper.refresh_from_db()
    return paper


def hand(stores, lines, *, receiver=None, **facts):
    facts = {"store": stores.north, "purpose": "上課", "lines": lines} | facts
    return actions.issue_directly(stores.cast.wang, receiver=receiver or stores.cast.zhao, **facts)


def test_a_request_is_approved_picked_handed_out_and_signed_by_four_hands(stores):
    stores.buy("粉筆 白色 20盒 3元")
    paper = requested(stores, school_class=stores.one)
    assert Task.objects.open().get(document_id=paper.pk, document_kind=paper.kind).role == "director"

    actions.approve(stores.cast.li, document=paper)
    paper.refresh_from_db()
    actions.pick(stores.cast.wang, document=paper)
    paper.refresh_from_db()
    assert stores.held("粉筆") == 20
    actions.issue(stores.cast.wang, document=paper)
    paper.refresh_from_db()
    assert (paper.state, stores.held("粉筆"), stores.worth("粉筆")) == ("issued", 10, 3000)
    assert Task.objects.open().of(stores.cast.zhao).get().step == "stores.signed"
    actions.sign_receipt(stores.cast.zhao, document=paper)

    paper.refresh_from_db()
    row = HandOut.objects.get()
    assert (paper.state, row.quantity, row.value, row.is_custody) == ("signed", 10, 3000, False)
    used = Balance.objects.get(account__code=f"used:class:{stores.one.pk}", commodity__item__name="粉筆")
    assert used.quantity == 10
    assert list(Signature.objects.order_by("pk").values_list("signs_as", "person__name").filter(document_kind=paper.kind)) == [
        ("approver", "李主任"), ("issuer", "王保管"), ("receiver", "趙老師"),
    ]  # fmt: skip


def test_issue_refuses_what_is_not_there(stores):
    stores.buy("粉筆 5盒 3元")
    paper = ready(stores)
    with pytest.raises(Refused, match="只有5盒「粉筆」，不夠10盒"):
        actions.issue(stores.cast.wang, document=paper)
    assert stores.held("粉筆") == 5


def test_part_is_handed_out_now_and_the_rest_later(stores):
    stores.buy("粉筆 6盒 3元")
    paper = ready(stores)
    actions.issue(stores.cast.wang, document=paper, quantities={"粉筆": 6})
    paper.refresh_from_db()
    assert (paper.state, paper.lines.get().outstanding) == ("partly", 4)
    actions.sign_receipt(stores.cast.zhao, document=paper)
    paper.refresh_from_db()
    assert paper.state == "partly"
    stores.buy("粉筆 10盒 3元")
    actions.pick(stores.cast.wang, document=paper)
    paper.refresh_from_db()
    with pytest.raises(Refused, match="還能發的是 4"):
        actions.issue(stores.cast.wang, document=paper, quantities={"粉筆": 5})
    actions.issue(stores.cast.wang, document=paper)
    paper.refresh_from_db()
    assert (paper.state, stores.held("粉筆"), HandOut.objects.count()) == ("issued", 6, 2)


def test_the_rest_is_given_up_with_a_reason(stores):
    stores.buy("粉筆 6盒 3元")
    paper = ready(stores)
    actions.issue(stores.cast.wang, document=paper, quantities={"粉筆": 6})
    paper.refresh_from_db()
    actions.close_short(stores.cast.wang, document=paper, reason="夠用了")
    paper.refresh_from_db()
    assert paper.state == "issued"


def test_less_than_asked_is_approved_and_never_more(stores):
    stores.buy("粉筆 20盒 3元")
    paper = requested(stores)
    with pytest.raises(Refused, match="不能批 12"):
        actions.approve(stores.cast.li, document=paper, quantities={"粉筆": 12})
    actions.approve(stores.cast.li, document=paper, quantities={"粉筆": 4})
    assert paper.lines.get().approved == 4


def test_nobody_approves_for_himself_and_a_stranger_not_at_all(stores):
    stores.buy("粉筆 20盒 3元")
    paper = requested(stores, by=stores.cast.li)
    with pytest.raises(Denied):
        actions.approve(stores.cast.li, document=paper)
    with pytest.raises(Denied):
        actions.approve(stores.cast.zhao, document=paper)
    with pytest.raises(Denied):
        actions.issue(stores.cast.zhao, document=paper)
    actions.approve(stores.cast.principal, document=paper)


def test_only_the_receiver_signs_and_the_issuer_never(stores):
    stores.buy("粉筆 20盒 3元")
    paper = ready(stores)
    actions.issue(stores.cast.wang, document=paper)
    paper.refresh_from_db()
    for somebody in (stores.cast.wang, stores.deng):
        with pytest.raises(Denied):
            actions.sign_receipt(somebody, document=paper)


def test_a_request_is_rejected_or_withdrawn(stores):
    stores.buy("粉筆 20盒 3元")
    no = requested(stores)
    actions.reject(stores.cast.li, document=no, reason="上週剛領過")
    back = requested(stores)
    with pytest.raises(Denied):
        actions.withdraw(stores.deng, document=back)
    actions.withdraw(stores.cast.zhao, document=back)
    assert sorted(Requisition.objects.values_list("state", flat=True)) == ["rejected", "withdrawn"]


def test_what_the_catalogue_does_not_know_is_refused_by_name(stores):
    stores.buy("粉筆 20盒 3元")
    with pytest.raises(Refused, match="物資目錄裡沒有「彩色粉筆」"):
        requested(stores, "彩色粉筆 1盒")


def test_at_the_counter_the_receiver_signs_on_the_keepers_screen(stores):
    stores.buy("粉筆 20盒 3元")
    hand(stores, "粉筆 2盒", drawing="data:image/png;base64,xyz")
    paper = Requisition.objects.get()
    signature = Signature.objects.get(document_kind=paper.kind)
    assert (paper.state, signature.person, signature.signs_as) == ("signed", stores.cast.zhao, "receiver")
    assert "base64" not in "".join(Entry.objects.values_list("asked", flat=True))


def test_at_the_counter_every_hand_out_names_a_receiver(stores):
    stores.buy("粉筆 20盒 3元")
    with pytest.raises(Refused, match="領用人"):
        actions.issue_directly(stores.cast.wang, store=stores.north, purpose="上課", lines="粉筆 2盒")
    with pytest.raises(Denied, match="另一個人發放"):
        hand(stores, "粉筆 2盒", receiver=stores.cast.wang)
    with pytest.raises(Denied):
        actions.issue_directly(
            stores.cast.zhao, store=stores.north, receiver=stores.deng, purpose="上課", lines="粉筆 2盒"
        )


def test_dear_goods_do_not_go_over_the_counter(stores):
    stores.buy("硒鼓 5個 180元")
    with pytest.raises(Refused, match="360.00 元，超過當面發放的上限 300.00 元"):
        hand(stores, "硒鼓 2個")
    assert stores.held("硒鼓") == 5


def test_beyond_the_quota_only_with_approval(stores):
    stores.buy("粉筆 50盒 3元")
    actions.set_quota(stores.cast.li, item="粉筆", holder="person", quantity=10)
    hand(stores, "粉筆 8盒")
    with pytest.raises(Refused, match="每學期定額 10，已領 8，這次 3"):
        hand(stores, "粉筆 3盒")
    hand(stores, "粉筆 3盒", receiver=stores.deng)
    hand(stores, "粉筆 3盒", receiver=stores.cast.lin, school_class=stores.one)
    paper = requested(stores, "粉筆 3盒")
    assert (paper.is_excess, "已領 8" in paper.note) == (True, True)
    actions.approve(stores.cast.li, document=paper)
    assert Entry.objects.get(kind="stores.approved").measures.get(name="excess").quantity == 1
    with pytest.raises(Denied):
        actions.set_quota(stores.cast.wang, item="粉筆", holder="person", quantity=99)


def test_a_quota_of_a_category_counts_all_its_items(stores):
    stores.buy("掃把 50把 8元\n拖把 50把 12元")
    for name in ("掃把", "拖把"):
        actions.set_item(stores.cast.wang, name=name, category="cleaning")
    actions.set_quota(stores.cast.li, category="cleaning", holder="class", quantity=6)
    hand(stores, "掃把 4把", school_class=stores.one)
    with pytest.raises(Refused, match="清潔用品"):
        hand(stores, "拖把 3把", school_class=stores.one)


def test_durable_goods_stay_on_somebodys_custody_list(stores):
    stores.buy("插線板 10個 25元")
    actions.set_item(stores.cast.wang, name="插線板", is_durable=True)
    hand(stores, "插線板 2個")
    held = holdings(stores.cast.zhao)
    assert [(one.thing, one.quantity, one.value) for one in held["保管的物資"]] == [("插線板", 2, 5000)]

    actions.pass_custody(stores.cast.wang, item="插線板", quantity=1, holder=stores.cast.zhao, to=stores.deng)
    with pytest.raises(Denied, match="三個人"):
        actions.pass_custody(stores.cast.wang, item="插線板", quantity=1, holder=stores.cast.zhao, to=stores.cast.wang)
    with pytest.raises(Refused, match="只有1個"):
        actions.return_custody(stores.cast.wang, item="插線板", quantity=2, holder=stores.cast.zhao, store=stores.north)
    with pytest.raises(Denied):
        actions.return_custody(stores.cast.zhao, item="插線板", quantity=1, holder=stores.cast.zhao, store=stores.north)
    actions.return_custody(stores.cast.wang, item="插線板", quantity=1, holder=stores.cast.zhao, store=stores.north)
    assert holdings(stores.cast.zhao) == {}
    assert (stores.held("插線板"), stores.worth("插線板")) == (9, 22500)


def test_dangerous_goods_leave_under_two_names_only(stores):
    stores.buy("酒精 10瓶 9元")
    actions.set_item(stores.cast.wang, name="酒精", is_hazardous=True)
    with pytest.raises(Refused, match="不能當面發放"):
        hand(stores, "酒精 1瓶")
    paper = ready(stores, "酒精 2瓶")
    with pytest.raises(Refused, match="雙人雙鎖"):
        actions.issue(stores.cast.wang, document=paper)
    with pytest.raises(Denied):
        actions.countersign(stores.cast.wang, document=paper)
    with pytest.raises(Denied):
        actions.countersign(stores.cast.zhao, document=paper)
    actions.countersign(stores.cast.sun, document=paper)
    paper.refresh_from_db()
    actions.issue(stores.cast.wang, document=paper)
    assert stores.held("酒精") == 8


def test_a_school_may_say_that_one_signature_is_enough(stores):
    stores.buy("酒精 10瓶 9元")
    actions.set_item(stores.cast.wang, name="酒精", is_hazardous=True)
    set_parameter(
        stores.cast.principal, name="stores.hazardous_needs_two", value=False, from_on=clock.today(), source="校務會"
    )
    paper = ready(stores, "酒精 2瓶")
    actions.countersign(stores.cast.sun, document=ready(stores, "酒精 1瓶"))
    actions.issue(stores.cast.wang, document=paper)
    assert stores.held("酒精") == 8
    actions.void_requisition(stores.cast.li, document=Requisition.objects.get(pk=paper.pk), reason="試用")


def test_old_is_given_back_for_new(stores):
    stores.buy("硒鼓 5個 80元")
    actions.set_item(stores.cast.wang, name="硒鼓", is_old_for_new=True)
    with pytest.raises(Refused, match="以舊換新"):
        hand(stores, "硒鼓 1個")
    hand(stores, "硒鼓 1個 以舊換新")
    assert HandOut.objects.get().is_old_for_new is True


def test_what_is_left_over_comes_back_at_the_price_it_went_out_at(stores):
    stores.buy("粉筆 10盒 3元")
    hand(stores, "粉筆 6盒")
    stores.buy("粉筆 10盒 5元")
    paper = Requisition.objects.get()
    with pytest.raises(Refused, match="退的比領的多"):
        actions.return_left(stores.cast.wang, document=paper, quantities={"粉筆": 7})
    actions.return_left(stores.cast.wang, document=paper, quantities={"粉筆": 2}, note="沒用完")
    assert (stores.held("粉筆"), stores.worth("粉筆")) == (16, 6800)
    with pytest.raises(Denied):
        actions.return_left(stores.cast.zhao, document=paper, quantities={"粉筆": 1})


def test_a_paper_entered_by_mistake_is_voided_and_everything_reversed(stores):
    stores.buy("粉筆 10盒 3元")
    hand(stores, "粉筆 6盒")
    paper = Requisition.objects.get()
    with pytest.raises(Denied):
        actions.void_requisition(stores.cast.wang, document=paper, reason="寫錯班級")
    actions.void_requisition(stores.cast.li, document=paper, reason="寫錯班級")
    paper.refresh_from_db()
    assert (paper.state, stores.held("粉筆"), stores.worth("粉筆")) == ("void", 10, 3000)


def test_a_paper_dated_back_cannot_take_what_came_later(stores):
    with time_machine.travel(clock.now() - timedelta(days=10), tick=False):
        stores.buy("粉筆 2盒 3元")
    stores.buy("粉筆 20盒 3元")
    with pytest.raises(Refused, match="只有 2盒，不能補記發出 5盒"):
        hand(stores, "粉筆 5盒", occurred_on=clock.today() - timedelta(days=3))
    hand(stores, "粉筆 2盒", occurred_on=clock.today() - timedelta(days=3))
    assert stores.held("粉筆") == 20


def test_the_same_slip_sent_twice_is_handed_out_once(stores):
    stores.buy("粉筆 10盒 3元")
    data = {"store": stores.north, "receiver": stores.cast.zhao, "purpose": "上課", "lines": "粉筆 2盒"}
    first = actions.issue_directly.perform(stores.cast.wang, data, once="slip-1")
    again = actions.issue_directly.perform(stores.cast.wang, data, once="slip-1")
    assert (first.number == again.number, stores.held("粉筆")) == (True, 8)
    assert Item.objects.get().name == "粉筆"


def test_requests_still_open_count_on_the_quota(stores):
    stores.buy("粉筆 白色 50盒 3元")
    actions.set_quota(stores.cast.li, item="粉筆", holder="person", quantity=5)
    hand(stores, "粉筆 2盒")

    papers = [requested(stores, "粉筆 3盒"), requested(stores, "粉筆 3盒")]

    assert [paper.is_excess for paper in papers] == [False, True]
    assert "已領 2，申領中 3，這次 3" in papers[1].note
    with pytest.raises(Refused, match="超過定額"):
        hand(stores, "粉筆 1盒")
    actions.withdraw(stores.cast.zhao, document=papers[0])
    actions.withdraw(stores.cast.zhao, document=papers[1])
    hand(stores, "粉筆 3盒")
    with pytest.raises(Refused, match="超過定額"):
        hand(stores, "粉筆 1盒")


def test_naming_a_class_or_unit_that_is_not_ones_own_does_not_skip_the_quota(stores):
    stores.buy("粉筆 白色 99盒 3元")
    actions.set_quota(stores.cast.li, item="粉筆", holder="person", quantity=5)

    for other in ({"school_class": stores.one}, {"unit": stores.office}):
        with pytest.raises(Refused, match="超過定額"):
            hand(stores, "粉筆 6盒", **other)
        assert requested(stores, "粉筆 6盒", **other).is_excess
    # A class teacher draws for the class without touching what is theirs.
    hand(stores, "粉筆 6盒", receiver=stores.deng, school_class=stores.two)
    assert not requested(stores, "粉筆 5盒", by=stores.deng).is_excess


HAZARD = "是危險品"


def test_hazardous_goods_leave_under_two_names_whatever_the_way(stores):
    stores.buy("酒精 9瓶 8元")
    actions.set_item(stores.cast.wang, name="酒精", is_hazardous=True)
    today = clock.today()
    loan = {"store": stores.north, "item": "酒精", "purpose": "實驗", "due_on": today + timedelta(days=2)}

    with pytest.raises(Refused, match=HAZARD):
        actions.lend_directly(stores.cast.wang, borrower=stores.cast.zhao, condition_out="good", **loan)
    with pytest.raises(Refused, match=HAZARD):
        actions.send(stores.cast.wang, store=stores.north, target=stores.south, lines="酒精 2瓶")
    with pytest.raises(Refused, match=HAZARD):
        hand(stores, "酒精 1瓶")
    assert stores.held("酒精") == 9

    asked = Loan.objects.get(number=actions.request_loan(stores.cast.zhao, **loan).document_number)
    actions.approve_loan(stores.cast.li, document=asked)
    with pytest.raises(Refused, match="這一步要由另一個人來做"):
        actions.lend(stores.cast.li, document=asked, condition_out="good")
    actions.lend(stores.cast.wang, document=asked, condition_out="good")
    assert stores.held("酒精") == 8


def test_the_mark_of_hazardous_goods_is_taken_off_by_the_director_when_none_is_left(stores):
    stores.buy("酒精 2瓶 8元")
    actions.set_item(stores.cast.wang, name="酒精", is_hazardous=True)
    with pytest.raises(Denied, match="總務主任"):
        actions.set_item(stores.cast.wang, name="酒精", is_hazardous=False)
    with pytest.raises(Refused, match="還有 2瓶在庫"):
        actions.set_item(stores.cast.li, name="酒精", is_hazardous="否")
    paper = ready(stores, "酒精 2瓶")
    actions.countersign(stores.cast.li, document=paper)
    paper.refresh_from_db()
    actions.issue(stores.cast.wang, document=paper)

    actions.set_item(stores.cast.li, name="酒精", is_hazardous="否")
    assert Item.objects.get(name="酒精").keeping.is_hazardous is False


def test_a_verb_that_sets_an_item_keeps_what_is_not_told(stores):
    told = {"is_durable": True, "is_hazardous": True, "is_old_for_new": True, "is_serial": True}
    actions.set_item(
        stores.cast.li, name="剪刀", counter="把", category="office", minimum=9, shelf="A1", cas="64", **told
    )
    kept = Item.objects.get(name="剪刀").keeping

    def facts():
        kept.refresh_from_db()
        return {name: getattr(kept, name) for name in (*told, "category", "minimum", "shelf", "cas")}

    before = facts()
    actions.set_item(stores.cast.li, name="剪刀", minimum=3)
    assert facts() == before | {"minimum": 3}
    actions.set_item(stores.cast.li, name="剪刀", is_durable="否", shelf="無", cas="")
    assert facts() == before | {"minimum": 3, "is_durable": False, "shelf": ""}
