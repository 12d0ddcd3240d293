"""Quotes, orders, deliveries, payments (P03, P05)."""

from datetime import date, datetime, time

import pytest

from houqin.domains.purchasing import actions
from houqin.domains.purchasing.models import Comparison, Delivery, Order, OrderLine, PaymentRequest, Plan, PlanLine
from houqin.foundation.journal.figures import Reading
from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.org.models import Party, Person, RoleAssignment
from houqin.kit import clock
from houqin.kit.periods import Period

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


def test_an_order_needs_three_quotes(purchases):
    plan = purchases.desks()
    with pytest.raises(Refused, match="要有 3 家報價並經批准，現在是 0 家"):
        actions.order(purchases.gao, document=plan, supplier=purchases.jia, prices={"課桌椅": 70}, due_on="2026-03-20")
    purchases.compared(plan)
    assert purchases.ordered(plan).quotes == 3


def test_or_a_reason_a_leader_signed(purchases):
    plan = purchases.desks()
    with pytest.raises(Denied):
        actions.excuse_quotes(purchases.gao, document=plan, reason="只有一家生產")
    actions.excuse_quotes(purchases.fu, document=plan, reason="只有一家生產")
    actions.order(purchases.gao, document=plan, supplier=purchases.jia, prices={"課桌椅": 70}, due_on="2026-03-20")
    assert (Order.objects.get().reason, Reading(MARCH)["purchasing.without_quotes"].value) == ("只有一家生產", 1)


def test_a_stranger_may_not_order(purchases):
    plan = purchases.desks()
    purchases.compared(plan)
    with pytest.raises(Denied):
        actions.order(purchases.cast.zhao, document=plan, due_on="2026-03-20")


def test_fewer_than_three_are_not_invited(purchases):
    plan = purchases.desks()
    with pytest.raises(Refused, match="至少邀請 3 家，現在是 2 家"):
        purchases.inviting(plan, purchases.jia, purchases.yi)
    actions.excuse_quotes(purchases.fu, document=plan, reason="本地只有兩家")
    assert purchases.inviting(plan, purchases.jia, purchases.yi).state == "inviting"


@pytest.mark.parametrize(("fact", "what"), [("legal_representative", "法定代表人"), ("bank_account", "賬號")])
def test_suppliers_of_one_owner_are_not_three(purchases, fact, what):
    for name in ("甲公司", "乙公司"):
        actions.file_supplier(purchases.gao, name=name, supplies="家具", **{fact: "孫大有"})
    with pytest.raises(Refused, match=f"「甲公司」和「乙公司」的{what}相同"):
        purchases.inviting(purchases.desks())


def test_suppliers_with_one_telephone_are_not_three(purchases):
    Party.objects.filter(name__in=("甲公司", "丙公司")).update(phone="024-1")
    with pytest.raises(Refused, match="電話相同"):
        purchases.inviting(purchases.desks(), purchases.jia.pk, purchases.yi.pk, purchases.bing.pk)


def test_two_people_gather_quotes(purchases):
    with pytest.raises(Refused, match="第二人不能是您自己"):
        purchases.inviting(purchases.desks(), second_collector=purchases.gao)


def test_a_supervisor_is_not_one_of_the_group(purchases):
    with pytest.raises(Refused, match="監督人不能是"):
        purchases.inviting(purchases.desks(), supervisor=purchases.deng)


def test_who_is_related_to_a_supplier_stays_out(purchases):
    actions.declare_relation(purchases.deng, person=purchases.deng, supplier=purchases.yi, what="配偶任職")
    with pytest.raises(Refused, match="鄧老師與「乙公司」有利害關係"):
        purchases.inviting(purchases.desks())
    with pytest.raises(Denied):
        actions.declare_relation(purchases.cast.zhao, person=purchases.deng, supplier=purchases.jia, what="同學")
    assert "配偶" not in Entry.objects.get(kind="purchasing.relation_declared").asked


def test_a_quote_is_given_once_and_whole(purchases):
    paper = purchases.inviting(purchases.planned("課桌椅 150套 80元\n辦公桌 2張 900元"))
    with pytest.raises(Refused, match="還缺「辦公桌」的單價"):
        actions.quote(purchases.gao, document=paper, supplier=purchases.jia, prices="課桌椅 70元")
    actions.quote(purchases.gao, document=paper, supplier=purchases.jia, prices="課桌椅 70元\n辦公桌 850元")
    with pytest.raises(Refused, match="不得更改"):
        actions.quote(purchases.gao, document=paper, supplier=purchases.jia, prices="課桌椅 69元\n辦公桌 850元")


def test_gifts_are_not_taken(purchases):
    paper = purchases.inviting(purchases.desks())
    with pytest.raises(Refused, match="不能接受供應商的贈品"):
        actions.quote(purchases.gao, document=paper, supplier=purchases.jia, prices="課桌椅 70", extras="送打印機")


def test_a_stranger_writes_no_quote(purchases):
    paper = purchases.inviting(purchases.desks())
    with pytest.raises(Denied):
        actions.quote(purchases.cast.ma, document=paper, supplier=purchases.jia, prices="課桌椅 70")


def test_sealed_quotes_are_not_written_before_they_open(purchases, monday):
    plan = purchases.planned("課桌椅 200套 600元")
    assert plan.method == "inquiry"
    with pytest.raises(Refused, match="請定開價時間"):
        purchases.inviting(plan)
    paper = purchases.inviting(plan, opens_at="2026-03-09 10:00")
    with pytest.raises(Refused, match="2026-03-09 10:00 才開"):
        actions.quote(purchases.gao, document=paper, supplier=purchases.jia, prices="課桌椅 500")
    monday.move_to(datetime(2026, 3, 9, 10, 0, tzinfo=clock.SHANGHAI))
    actions.quote(purchases.gao, document=paper, supplier=purchases.jia, prices="課桌椅 500")
    assert paper.quotes.filter(amount__isnull=False).count() == 1


def test_the_lowest_is_chosen_or_a_reason_written(purchases):
    paper = purchases.quoted(purchases.desks())
    with pytest.raises(Refused, match="最低的是「甲公司」14000.00 元"):
        actions.compare(purchases.gao, document=paper, supplier=purchases.yi)
    actions.compare(purchases.gao, document=paper, supplier=purchases.yi, reason="質保三年，綜合性價比高")
    assert (Comparison.objects.get().amount, Comparison.objects.get().reason) == (1_440_000, "質保三年，綜合性價比高")


def test_a_deal_above_the_budget_is_refused(purchases):
    paper = purchases.quoted(purchases.desks(), (81, 82, 83))
    with pytest.raises(Refused, match="成交 16200.00 元超過預算 16000.00 元"):
        actions.compare(purchases.gao, document=paper, supplier=purchases.jia)


def test_a_price_that_rose_is_explained(purchases):
    actions.record_order(
        purchases.cast.li, occurred_on="2026-01-05", name="課桌椅", quantity=10, price=60, supplier="甲公司"
    )
    paper = purchases.quoted(purchases.desks())
    with pytest.raises(Refused, match="報價 70.00 元，上次是 60.00 元，漲了不止 15%"):
        actions.compare(purchases.gao, document=paper, supplier=purchases.jia)
    actions.compare(purchases.gao, document=paper, supplier=purchases.jia, reason="鋼材漲價")
    assert Reading(MARCH)["purchasing.dear"].value == 1


def test_a_comparison_bears_two_signatures_and_a_third_persons_approval(purchases):
    paper = purchases.quoted(purchases.desks())
    with pytest.raises(Denied):
        actions.compare(purchases.cast.li, document=paper, supplier=purchases.jia)
    actions.compare(purchases.gao, document=paper, supplier=purchases.jia)
    with pytest.raises(Denied):
        actions.countersign(purchases.gao, document=paper)
    with pytest.raises(Refused, match="不能「批准比價」"):
        actions.approve_comparison(purchases.cast.principal, document=paper)
    actions.countersign(purchases.deng, document=paper)
    with pytest.raises(Denied, match="要由校長批准"):
        actions.approve_comparison(purchases.fu, document=paper)
    actions.approve_comparison(purchases.cast.principal, document=paper)
    assert Comparison.objects.get().saved == 200_000
    head, rows = actions.table(Comparison.objects.get())
    assert head[3:] == ["甲公司 單價", "甲公司 總價", "乙公司 單價", "乙公司 總價", "丙公司 單價", "丙公司 總價"]
    assert rows == [["課桌椅", "套", 200, 7000, 1_400_000, 7200, 1_440_000, 7500, 1_500_000]]


def test_an_order_follows_the_comparison(purchases):
    plan = purchases.desks()
    purchases.compared(plan)
    with pytest.raises(Refused, match="已經議定「甲公司」"):
        purchases.ordered(plan, supplier=purchases.yi)
    with pytest.raises(Refused, match="比價定的是 70.00 元"):
        purchases.ordered(plan, prices={"課桌椅": 71})


def test_a_plan_is_ordered_in_parts(purchases):
    plan = purchases.desks()
    purchases.compared(plan)
    first = purchases.ordered(plan, quantities="課桌椅 50")
    assert (first.amount, first.budget, Plan.objects.get().state) == (350_000, 400_000, "planned")
    second = purchases.ordered(plan)
    assert (second.amount, second.budget, Plan.objects.get().state) == (1_050_000, 1_200_000, "ordered")
    assert PlanLine.objects.get().remaining == 0


def test_the_buyer_does_not_keep(purchases):
    with pytest.raises(Refused, match="採購人不能兼保管員"):
        purchases.arrived(keeper=purchases.gao)


@pytest.mark.parametrize("who", ["gao", "wang"])
def test_buyer_and_keeper_do_not_accept(purchases, who):
    paper = purchases.arrived(by=purchases.cast.li)
    person = getattr(purchases, who, None) or getattr(purchases.cast, who)
    RoleAssignment.objects.create(person=person, role="acceptor", from_on=date(2000, 1, 1))
    with pytest.raises(Denied, match="不能是同一個人"):
        actions.check(Person.objects.get(pk=person.pk), document=paper, quality="好")


def test_one_person_does_not_accept_twice(purchases):
    paper = purchases.arrived()
    actions.check(purchases.xu, document=paper, quality="符合要求")
    with pytest.raises(Denied):
        actions.receive(purchases.xu, document=paper)
    actions.receive(purchases.deng, document=paper)
    with pytest.raises(Denied, match="由王保管保管"):
        RoleAssignment.objects.create(person=purchases.cast.zhou, role="storekeeper", from_on=date(2000, 1, 1))
        actions.take_over(purchases.cast.zhou, document=paper)
    actions.take_over(purchases.cast.wang, document=paper)
    assert Delivery.objects.get().state == "kept"


def test_a_stranger_does_not_accept(purchases):
    paper = purchases.arrived()
    with pytest.raises(Denied):
        actions.check(purchases.cast.ma, document=paper, quality="好")


def test_more_than_was_ordered_does_not_arrive(purchases):
    order = purchases.ordered()
    with pytest.raises(Refused, match="還該到 200，不能登記 201"):
        purchases.arrived(order, delivered="課桌椅 201")
    purchases.arrived(order, delivered="課桌椅 120")
    with pytest.raises(Refused, match="還該到 80，不能登記 81"):
        purchases.arrived(order, delivered="課桌椅 81")


def test_what_is_not_good_is_not_accepted_and_still_due(purchases):
    order = purchases.ordered()
    with pytest.raises(Refused, match="請寫差異說明"):
        purchases.received(order, accepted="課桌椅 190")
    Delivery.objects.get()
    actions.check(
        purchases.xu, document=Delivery.objects.get(), quality="十套開裂", accepted="課桌椅 190", difference="退換"
    )
    actions.receive(purchases.deng, document=Delivery.objects.get())
    assert (OrderLine.objects.get().outstanding, Order.objects.get().state) == (10, "partly")
    assert Reading(MARCH)["purchasing.received_value"].value == 1_330_000


def test_a_delivery_is_turned_away_and_the_order_stays_open(purchases):
    order = purchases.ordered()
    actions.turn_away(purchases.xu, document=purchases.arrived(order), reason="與樣品不符")
    assert purchases.arrived(order).goods == "課桌椅 200套"


def test_nothing_is_paid_before_it_is_accepted_nor_beyond(purchases):
    order = purchases.ordered()
    with pytest.raises(Refused, match="不能「申請付款」"):
        purchases.payment(order)
    purchases.received(order, delivered="課桌椅 100")
    with pytest.raises(Refused, match="已驗收未付的是 7000.00 元，不能申請 7000.01 元"):
        purchases.payment(order, amount="7000.01")
    purchases.payment(order, amount="6000")
    with pytest.raises(Refused, match="已在 QK-2026-0001 申請過"):
        purchases.payment(order)
    assert purchases.payment(order, invoice="0002").amount == 100_000


def test_only_the_party_of_the_order_is_paid(purchases):
    order = purchases.ordered()
    purchases.received(order)
    with pytest.raises(Refused, match="要與供應商「甲公司」一致"):
        purchases.payment(order, payee=purchases.yi)


def test_a_stranger_takes_no_payment_and_a_refused_one_can_be_asked_again(purchases):
    order = purchases.ordered()
    purchases.received(order)
    paper = purchases.payment(order)
    with pytest.raises(Denied):
        actions.take_payment(purchases.gao, document=paper)
    actions.refuse_payment(purchases.cast.qian, document=paper, reason="發票抬頭不對")
    assert (Order.objects.get().state, Order.objects.get().asked) == ("delivered", 0)
    assert purchases.payment(order).amount == 1_400_000
    assert PaymentRequest.objects.count() == 2


@pytest.mark.parametrize(("day", "count"), [(date(2026, 3, 20), 0), (date(2026, 3, 21), 1)])
def test_an_order_is_overdue_the_day_after_its_day(purchases, day, count):
    purchases.ordered()
    with clock.standing_at(clock.at(day, time(12))):
        assert Reading(Period(date(2026, 3, 1), day))["purchasing.overdue_orders"].value == count


def test_the_principal_may_sign_that_a_small_school_cannot_separate(purchases):
    from houqin.foundation.signing.prints import PRINTS

    paper = purchases.arrived(by=purchases.cast.li)
    RoleAssignment.objects.create(person=purchases.cast.wang, role="acceptor", from_on=date(2000, 1, 1))
    keeper = Person.objects.get(pk=purchases.cast.wang.pk)
    with pytest.raises(Denied, match="不能是同一個人"):
        actions.check(keeper, document=paper, quality="好")
    for stranger in (purchases.gao, purchases.fu, purchases.cast.zhao):
        with pytest.raises(Denied):
            actions.excuse_delivery(stranger, document=paper, reason="人手不足")
    actions.excuse_delivery(purchases.cast.principal, document=paper, reason="全校六人")
    entry = actions.check(keeper, document=paper, quality="好")
    actions.receive(purchases.deng, document=paper)

    assert dict(entry.measures.values_list("name", "quantity")) == {"not_separated": 1}
    (slip,) = PRINTS["purchasing.delivery/acceptance"].slips(Delivery.objects.get(), purchases.gao)
    assert any("周校長" in one and "全校六人" in one for one in slip.text)
    assert Reading(MARCH)["purchasing.separation_excused"].value == 1
