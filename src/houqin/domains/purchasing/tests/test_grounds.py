"""A contract wants what an order of its amount wants; days that are to come lie ahead; whoever is related stays out."""

from datetime import date, datetime

import pytest

from houqin.domains.purchasing import actions
from houqin.domains.purchasing.models import Comparison, Contract, Plan, Relation, Request
from houqin.foundation.journal.refused import Denied, Refused
from houqin.kit import clock

SOON = {"due_on": date(2026, 3, 20)}


def sign(purchases, by=None, **facts):
    told = {"name": "課桌椅合同", "supplier": purchases.jia, "to_on": "2026-12-31"} | facts
    entry = actions.sign_contract(by or purchases.cast.li, **told)
    return Contract.objects.get(pk=entry.document_id)


def small(purchases, lines="課桌椅 11套 80元", *, by=None):
    """A plan for little money, which the director approved."""
    return purchases.planned(lines, by=by or purchases.cast.li)


def test_a_contract_rests_on_a_plan_or_a_tender(purchases):
    with pytest.raises(Refused, match="合同要有依據"):
        sign(purchases, amount=5_000_000)
    with pytest.raises(Refused, match="合同要有依據"):
        sign(purchases, amount=1, by=purchases.cast.principal)


def test_a_contract_is_of_its_plans_sum_and_supplier(purchases):
    plan = purchases.desks()
    with pytest.raises(Refused, match="家報價"):
        sign(purchases, plan=plan, amount=16_000)
    purchases.compared(plan)
    with pytest.raises(Refused, match="已經議定「甲公司」"):
        sign(purchases, plan=plan, amount=14_000, supplier=purchases.yi)
    with pytest.raises(Refused, match="還可以訂 14000.00 元"):
        sign(purchases, plan=plan, amount="14000.01")
    paper = sign(purchases, plan=plan, amount=14_000)
    assert (paper.plan, paper.amount, paper.bought_as()) == (plan, 1_400_000, plan.category)
    with pytest.raises(Refused, match="還可以訂 0.00 元"):
        sign(purchases, plan=plan, amount=1)


def test_an_order_of_a_plan_with_a_contract_is_within_the_contract(purchases):
    plan = purchases.desks()
    purchases.compared(plan)
    paper = sign(purchases, plan=plan, amount=7_000)
    with pytest.raises(Refused, match="已經簽了合同"):
        actions.order(purchases.gao, document=plan, **SOON)
    with pytest.raises(Refused, match="合同共 7000.00 元，已訂 0.00 元，不能再訂 14000.00 元"):
        actions.order(purchases.gao, document=plan, contract=paper, **SOON)
    actions.order(purchases.gao, document=plan, contract=paper, quantities="課桌椅 100", **SOON)
    with pytest.raises(Refused, match="不能再訂 70.00 元"):
        actions.order(
            purchases.gao, document=Plan.objects.get(pk=plan.pk), contract=paper, quantities="課桌椅 1", **SOON
        )


def test_contracts_and_orders_count_in_one_sum_of_the_year(purchases):
    sign(purchases, plan=purchases.planned("課桌椅 110套 80元"), amount=8_800)
    second = purchases.planned("課桌椅 30套 80元")
    with pytest.raises(Refused, match="不得化整為零"):
        sign(purchases, plan=second, amount=2_400, supplier=purchases.yi)
    with pytest.raises(Refused, match="不得化整為零"):
        actions.order(purchases.gao, document=second, supplier=purchases.yi, prices="課桌椅 80", **SOON)


def test_three_pieces_below_the_directors_limit_are_one_purchase(purchases):
    plans = []
    for who in (purchases.cast.zhao, purchases.deng, purchases.xu):
        paper = purchases.request("課桌椅 11套 90元", by=who)
        actions.approve(purchases.cast.li, document=paper)
        plans.append(Plan.objects.get(pk=actions.plan(purchases.gao, requests=[paper]).document_id))
    told = {"supplier": purchases.jia, "prices": "課桌椅 90"} | SOON
    actions.order(purchases.gao, document=plans[0], **told)
    with pytest.raises(Refused, match="7 天內同類已向「甲公司」訂了 990.00 元"):
        actions.order(purchases.gao, document=plans[1], **told)
    with pytest.raises(Refused, match="7 天內同類已向「甲公司」訂了 990.00 元"):
        sign(purchases, plan=plans[1], amount=990)
    actions.excuse_split(purchases.cast.li, document=plans[1], reason="不是一回事")
    with pytest.raises(Refused, match="要由分管副校長或校長批准"):
        actions.order(purchases.gao, document=plans[1], **told)
    actions.excuse_split(purchases.fu, document=plans[1], reason="分三處用，合起來批")
    actions.order(purchases.gao, document=plans[1], **told)


def test_requests_of_one_person_on_one_day_are_approved_as_their_sum(purchases):
    first, second = (purchases.request("課桌椅 11套 90元") for _time in range(2))
    with pytest.raises(Denied, match="合計 1980.00 元，不得化整為零"):
        actions.approve(purchases.cast.li, document=first)
    actions.approve(purchases.fu, document=first)
    actions.reject(purchases.cast.li, document=second, reason="已有")
    assert Request.objects.get(pk=first.pk).state == "approved"


def test_merged_requests_want_the_approval_of_their_sum(purchases):
    papers = [purchases.request("課桌椅 11套 90元", by=who) for who in (purchases.cast.zhao, purchases.deng)]
    for paper in papers:
        actions.approve(purchases.cast.li, document=paper)
    plan = Plan.objects.get(pk=actions.plan(purchases.gao, requests=papers).document_id)
    with pytest.raises(Refused, match="1980.00 元要由分管副校長或校長批准"):
        actions.order(purchases.gao, document=plan, supplier=purchases.jia, prices="課桌椅 90", **SOON)


def test_an_addition_that_climbs_the_ladder_is_the_higher_leaders(purchases):
    paper = sign(purchases, plan=small(purchases, "課桌椅 12套 80元"), amount=960)
    with pytest.raises(Denied, match="要由分管副校長或校長批准"):
        actions.extend_contract(purchases.cast.li, document=paper, amount=90, reason="多一套")
    actions.extend_contract(purchases.fu, document=paper, amount=90, reason="多一套")
    assert Contract.objects.get().ceiling == 105_000


def test_days_to_come_lie_ahead(purchases):
    plan = purchases.planned("課桌椅 90套 80元", method="quotes")
    suppliers = [purchases.jia, purchases.yi, purchases.bing]
    with pytest.raises(Refused, match="開價時間寫的是 2026-03-01 09:00，已經過了"):
        purchases.inviting(plan, opens_at=datetime(2026, 3, 1, 9, tzinfo=clock.SHANGHAI))
    told = {
        "project": "屋面", "method": "open_tender", "budget": 600_000, "documents_from": "2026-01-20",
        "documents_to": "2026-01-27", "deadline_at": "2026-02-20 09:00",
    }  # fmt: skip
    with pytest.raises(Refused, match="不能倒填日期"):
        actions.announce(purchases.cast.li, occurred_on=date(2026, 1, 20), **told)
    with pytest.raises(Refused, match="投標截止寫的是 2026-02-20 09:00，已經過了"):
        actions.announce(purchases.cast.li, **told)
    assert Comparison.objects.count() == 0
    assert len(suppliers) == 3


def test_who_is_related_to_the_supplier_approves_and_signs_nothing(purchases):
    plan = purchases.desks()
    paper = purchases.quoted(plan)
    actions.compare(purchases.gao, document=paper, supplier=purchases.jia)
    actions.countersign(purchases.deng, document=paper)
    Relation.objects.create(person=purchases.cast.principal, supplier=purchases.jia, what="兄弟")
    with pytest.raises(Refused, match="有利害關係（兄弟），要迴避"):
        actions.approve_comparison(purchases.cast.principal, document=paper)
    with pytest.raises(Refused, match="有利害關係"):
        sign(purchases, plan=plan, amount=100, by=purchases.cast.principal)


def test_a_price_that_rose_is_explained_below_the_quotes_limit_too(purchases):
    told = {"supplier": purchases.jia} | SOON
    actions.order(purchases.gao, document=purchases.planned("投影儀 1臺 400元"), prices="投影儀 380", **told)
    plan = purchases.planned("投影儀 1臺 890元")
    with pytest.raises(Refused, match="上次是 380.00 元"):
        actions.order(purchases.gao, document=plan, prices="投影儀 890", **told)
    actions.order(purchases.gao, document=plan, prices="投影儀 890", reason="換成高亮型號", **told)
