"""Goods in: bought, delivered, accepted by a third person; losses; transfers between stores."""

from datetime import timedelta

import pytest

from houqin.domains.stores import actions
from houqin.domains.stores.models import Batch, Keeping, Receipt, Transfer, WriteOff
from houqin.foundation.catalogue.models import Item
from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Denied, Refused
from houqin.kit import clock


def arrive(stores, lines="粉筆 白色 10盒 3.50元", **facts):
    facts = {"store": stores.north, "source": "purchase", "buyer": stores.gao, "lines": lines} | facts
    return Receipt.objects.get(number=actions.arrive(stores.cast.wang, **facts).document_number)


def test_goods_count_as_stock_only_once_a_third_person_accepted_them(stores):
    paper = arrive(stores)
    assert (paper.state, paper.value, paper.goods, stores.held("粉筆")) == ("arrived", 3500, "粉筆 白色 10盒", 0)

    actions.receive(stores.xu, document=paper)

    paper.refresh_from_db()
    assert (paper.state, paper.acceptor, stores.held("粉筆"), stores.worth("粉筆")) == ("accepted", stores.xu, 10, 3500)


@pytest.mark.parametrize("who", ["gao", "wang"])
def test_buyer_and_keeper_do_not_accept(stores, who):
    from datetime import date

    from houqin.foundation.org.models import RoleAssignment

    paper = arrive(stores)
    person = getattr(stores, who, None) or getattr(stores.cast, who)
    RoleAssignment.objects.create(person=person, role="clerk", from_on=date(2000, 1, 1))
    with pytest.raises(Denied):
        actions.receive(person, document=paper)
    assert stores.held("粉筆") == 0


def test_a_stranger_may_not_accept_or_register(stores):
    paper = arrive(stores)
    with pytest.raises(Denied):
        actions.receive(stores.cast.ma, document=paper)
    with pytest.raises(Denied):
        actions.arrive(stores.cast.zhao, store=stores.north, buyer=stores.gao, lines="粉筆 1盒 3元")


def test_the_buyer_is_not_the_keeper(stores):
    with pytest.raises(Refused, match="不能兼保管員"):
        arrive(stores, keeper=stores.gao)


def test_what_was_not_good_is_not_taken_in(stores):
    paper = arrive(stores)
    actions.receive(stores.xu, document=paper, accepted={"粉筆 白色": 8}, note="2 盒受潮")
    paper.refresh_from_db()
    assert (stores.held("粉筆"), stores.worth("粉筆"), paper.value) == (8, 2800, 2800)


def test_more_than_was_delivered_is_not_accepted(stores):
    paper = arrive(stores)
    with pytest.raises(Refused, match="不能驗收 12"):
        actions.receive(stores.xu, document=paper, accepted={"粉筆 白色": 12})


def test_a_delivery_is_turned_away_with_a_reason(stores):
    paper = arrive(stores)
    actions.turn_away(stores.xu, document=paper, reason="規格不符")
    paper.refresh_from_db()
    assert (paper.state, stores.held("粉筆")) == ("turned_away", 0)


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ("粉筆", "看不出數量"),
        ("粉筆 0盒 3元", "數量要大於零"),
        ("粉筆 10盒", "沒有寫單價"),
        ("粉筆 10盒 3元\n粉筆 5盒 3元", "寫了兩行"),
        ("粉筆 10盒 3元 好的", "看不懂"),
        ([{"name": "粉筆", "quantity": 10, "price": "3.50", "value": "40"}], "35.00 元，金額寫的是 40.00 元"),
        ([{"name": "粉筆", "quantity": -3, "price": "1"}], "數量要大於零"),
    ],
)
def test_a_line_that_cannot_be_true_is_refused_with_a_sentence(stores, lines, sentence):
    with pytest.raises(Refused, match=sentence):
        arrive(stores, lines)


def test_an_item_keeps_its_counter_word(stores):
    stores.buy("粉筆 10盒 3元")
    with pytest.raises(Refused, match="按「盒」計，這裡寫的是「支」"):
        arrive(stores, "粉筆 10支 1元")


def test_the_average_moves_with_every_receipt_and_the_last_piece_takes_the_rest(stores):
    stores.buy("粉筆 3盒 1.00元")
    stores.buy("粉筆 4盒 2.00元")
    assert stores.worth("粉筆") == 1100
    for left, worth in ((5, 786), (3, 472), (1, 157), (0, 0)):
        quantity = stores.held("粉筆") - left
        actions.issue_directly(
            stores.cast.wang, store=stores.north, receiver=stores.cast.zhao, purpose="上課", lines=f"粉筆 {quantity}盒"
        )
        assert (stores.held("粉筆"), stores.worth("粉筆")) == (left, worth)


def test_a_receipt_voided_takes_its_goods_back_off_the_book(stores):
    paper = stores.buy("消毒液 10瓶 8元 批號A1 有效期2099-01-01")
    actions.void_receipt(stores.cast.li, document=paper, reason="重複登記")
    paper.refresh_from_db()
    assert (paper.state, stores.held("消毒液"), stores.worth("消毒液")) == ("void", 0, 0)
    assert Batch.objects.get().remaining == 0
    with pytest.raises(Denied):
        actions.void_receipt(stores.cast.wang, document=paper, reason="再來一次")


def test_a_receipt_whose_goods_are_gone_cannot_be_voided(stores):
    paper = stores.buy("粉筆 10盒 3元")
    actions.issue_directly(
        stores.cast.wang, store=stores.north, receiver=stores.cast.zhao, purpose="上課", lines="粉筆 4盒"
    )
    with pytest.raises(Refused, match="只有6盒"):
        actions.void_receipt(stores.cast.li, document=paper, reason="重複登記")


def test_goods_past_their_day_are_not_taken_in(stores):
    with pytest.raises(Refused, match="已經過了"):
        arrive(stores, "消毒液 10瓶 8元 有效期2019-01-01")


def test_what_expires_first_goes_out_first_and_what_is_past_stays(stores):
    today = clock.today()
    stores.buy(f"消毒液 10瓶 8元 批號B 有效期{today + timedelta(days=90)}")
    stores.buy(f"消毒液 10瓶 8元 批號A 有效期{today + timedelta(days=30)}")
    actions.issue_directly(
        stores.cast.wang, store=stores.north, receiver=stores.cast.zhao, purpose="消毒", lines="消毒液 12瓶"
    )
    assert list(Batch.objects.order_by("number").values_list("number", "remaining")) == [("A", 0), ("B", 8)]
    past = Batch.objects.get(number="B")
    past.expires_on = today - timedelta(days=1)
    past.save()
    with pytest.raises(Refused, match="8瓶已過期，能發的只有 0瓶"):
        actions.issue_directly(
            stores.cast.wang, store=stores.north, receiver=stores.cast.zhao, purpose="消毒", lines="消毒液 1瓶"
        )


def test_a_loss_leaves_the_book_once_somebody_else_approves(stores):
    stores.buy("消毒液 10瓶 8元")
    item = Item.objects.get(name="消毒液")
    told = actions.propose_loss(
        stores.cast.wang, store=stores.north, item=item, quantity=2, loss="損壞", reason="瓶子摔破"
    )
    paper = WriteOff.objects.get(number=told.document_number)
    assert stores.held("消毒液") == 10
    actions.approve_loss(stores.cast.li, document=paper)
    paper.refresh_from_db()
    assert (paper.state, paper.value, stores.held("消毒液"), stores.worth("消毒液")) == ("written_off", 1600, 8, 6400)
    assert Entry.objects.get(kind="stores.written_off").category == "damage"


def test_nobody_approves_the_loss_he_proposed(stores):
    stores.buy("消毒液 10瓶 8元")
    item = Item.objects.get(name="消毒液")
    told = actions.propose_loss(stores.cast.li, store=stores.north, item=item, quantity=2, loss="loss", reason="找不到")
    paper = WriteOff.objects.get(number=told.document_number)
    with pytest.raises(Denied, match="另一個人"):
        actions.approve_loss(stores.cast.li, document=paper)
    with pytest.raises(Denied):
        actions.approve_loss(stores.cast.wang, document=paper)
    actions.approve_loss(stores.cast.principal, document=paper)


def test_more_than_is_there_cannot_be_lost(stores):
    stores.buy("消毒液 10瓶 8元")
    item = Item.objects.get(name="消毒液")
    with pytest.raises(Refused, match="只有 10瓶"):
        actions.propose_loss(stores.cast.wang, store=stores.north, item=item, quantity=11, loss="loss", reason="找不到")
    with pytest.raises(Denied):
        actions.propose_loss(stores.cast.zhao, store=stores.north, item=item, quantity=1, loss="loss", reason="找不到")


def test_goods_between_stores_are_on_the_way_until_the_other_keeper_has_counted_them(stores):
    stores.buy("粉筆 10盒 3元 批號A 有效期2099-01-01")
    told = actions.send(stores.cast.wang, store=stores.north, target=stores.south, lines="粉筆 6盒")
    paper = Transfer.objects.get(number=told.document_number)
    assert (stores.held("粉筆"), stores.held("粉筆", store=stores.south)) == (4, 0)
    with pytest.raises(Denied):
        actions.deliver(stores.cast.wang, document=paper)
    with pytest.raises(Refused, match="短少原因"):
        actions.deliver(stores.wu, document=paper, delivered={"粉筆": 5})
    actions.deliver(stores.wu, document=paper, delivered={"粉筆": 5}, reason="路上壓碎一盒")
    assert (stores.held("粉筆", store=stores.south), stores.worth("粉筆", store=stores.south)) == (5, 1500)
    assert (stores.worth("粉筆"), Batch.objects.get(store=stores.south).remaining) == (1200, 5)
    with pytest.raises(Denied):
        actions.send(stores.cast.zhao, store=stores.north, target=stores.south, lines="粉筆 1盒")


def test_an_item_is_set_and_changed_by_the_office_alone(stores):
    actions.set_item(stores.cast.wang, name="酒精", specification="500ml", counter="瓶", minimum=5, is_hazardous=True)
    actions.set_item(stores.cast.li, name="酒精", specification="500ml", minimum=8, is_hazardous=True)
    kept = Keeping.objects.get()
    assert (kept.minimum, kept.is_hazardous, kept.category, kept.item.counter) == (8, True, "disinfection", "瓶")
    with pytest.raises(Denied):
        actions.set_item(stores.cast.zhao, name="酒精")


def test_a_delivery_of_two_batches_is_accepted_batch_by_batch(stores):
    lines = "試驗消毒液 大瓶 10瓶 5元 批號B1 有效期2099-06-30\n試驗消毒液 大瓶 10瓶 5元 批號B2 有效期2099-12-31"

    def accept(accepted):
        paper = arrive(stores, lines)
        actions.receive(stores.xu, document=paper, accepted=accepted)
        return list(paper.lines.order_by("pk").values_list("batch", "accepted", "value"))

    for short in ("試驗消毒液 15", "試驗消毒液 大瓶 8"):
        with pytest.raises(Refused, match="請寫明哪一批是多少，例如 試驗消毒液 大瓶 B1 10、試驗消毒液 大瓶 B2 10"):
            accept(short)
    with pytest.raises(Refused, match="一共是 20，不能寫 21"):
        accept("試驗消毒液 21")
    assert accept("試驗消毒液 20") == [("B1", 10, 5000), ("B2", 10, 5000)]
    assert accept("試驗消毒液 大瓶 B1 8\n試驗消毒液 批號B2 7瓶") == [("B1", 8, 4000), ("B2", 7, 3500)]
    assert stores.held("試驗消毒液") == 35
    assert list(Batch.objects.order_by("pk").values_list("number", "remaining")) == [
        ("B1", 10), ("B2", 10), ("B1", 8), ("B2", 7),
    ]  # fmt: skip
