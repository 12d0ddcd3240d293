"""Requests and plans: stock first, the ladder, the method, no splitting (P01, P02)."""

from datetime import date, datetime

import pytest

from houqin.domains.purchasing import actions, rules
from houqin.domains.purchasing.models import Order, Plan, Request, RequestLine
from houqin.foundation.journal.actions import Invalid
from houqin.foundation.journal.figures import Reading
from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.org.models import ParameterValue
from houqin.foundation.signing.models import Signature
from houqin.kit import clock
from houqin.kit.periods import Period

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


def test_a_request_shows_the_stock_and_the_last_price(purchases):
    purchases.stock("粉筆", 4, specification="白色", counter="盒")
    first = purchases.request()
    assert (first.number, first.state, first.estimated, first.category, first.goods) == (
        "CG-2026-0001", "requested", 3_500, "teaching", "粉筆 白色 10盒",
    )  # fmt: skip
    line = RequestLine.objects.get()
    assert (line.wanted, line.on_hand, line.last_price, line.approved, line.ordered) == (10, 4, None, None, 0)
    actions.record_order(
        purchases.cast.li,
        occurred_on="2026-01-05",
        name="粉筆",
        specification="白色",
        quantity=5,
        price="3.10",
        supplier="甲公司",
    )
    purchases.request("粉筆 白色 20盒")
    assert RequestLine.objects.last().last_price == RequestLine.objects.last().price == 310


def test_what_the_store_covers_is_not_bought_without_a_reason(purchases):
    purchases.stock("粉筆", 10, specification="白色", counter="盒")
    with pytest.raises(Refused, match="倉庫裡還有：粉筆 白色 10盒"):
        purchases.request()
    assert Request.objects.count() == 0
    assert purchases.request(stock_reason="受潮不能用").state == "requested"
    assert purchases.request("粉筆 白色 11盒 3.50元").state == "requested"


def test_a_request_answered_from_stock_counts_as_avoided(purchases):
    purchases.stock("粉筆", 12, specification="白色", counter="盒")
    assert purchases.request(from_stock="是").state == "from_stock"
    later = purchases.request(stock_reason="怕不夠")
    actions.avoid(purchases.cast.wang, document=later)
    reading = Reading(MARCH)
    assert (reading["purchasing.avoided"].value, reading["purchasing.avoided_spend"].value) == (2, 7_000)
    with pytest.raises(Refused, match="庫存不夠"):
        purchases.request("粉筆 白色 13盒 3.50元", from_stock="是")


def test_a_stranger_may_not_answer_from_stock(purchases):
    paper = purchases.request()
    with pytest.raises(Denied):
        actions.avoid(purchases.cast.zhao, document=paper)


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ("粉筆", "看不出數量"),
        ("粉筆 0盒 3元", "數量要大於零"),
        ("粉筆 10盒 3元 好的", "看不懂"),
        ("粉筆 10盒 3元\n粉筆 5盒 3元", "寫了兩行"),
        ("粉筆 10盒", "沒有買過，請寫估計單價"),
    ],
)
def test_a_line_that_cannot_be_true_is_refused_with_a_sentence(purchases, lines, sentence):
    with pytest.raises(Refused, match=sentence):
        purchases.request(lines)


@pytest.mark.parametrize(
    ("price", "state", "too_low", "right"),
    [
        ("999.99", "requested", "xu", "li"),
        ("1000", "to_vice_principal", "li", "fu"),
        ("10000", "to_principal", "fu", "principal"),
    ],
)
def test_the_amount_decides_who_approves(purchases, price, state, too_low, right):
    paper = purchases.request(f"檢測服務 1次 {price}元")
    assert paper.state == state
    with pytest.raises(Denied):
        actions.approve(getattr(purchases, too_low, None) or getattr(purchases.cast, too_low), document=paper)
    actions.approve(getattr(purchases, right, None) or getattr(purchases.cast, right), document=paper)
    assert Request.objects.get().state == "approved"


def test_the_ladder_of_the_day_of_the_request_holds(purchases):
    ParameterValue.objects.create(
        name="purchasing.director_limit", value=50_000, from_on=date(2026, 3, 2), source="校務會議"
    )
    assert purchases.request("檢測服務 1次 600元").state == "to_vice_principal"
    assert purchases.request("檢測服務 1次 600元", occurred_on="2026-03-01").state == "requested"


def test_where_all_sign_in_turn_each_rung_passes_it_on(purchases):
    ParameterValue.objects.create(name="purchasing.sequential", value=True, from_on=date(2026, 3, 1), source="校務會議")
    paper = purchases.request("檢測服務 1次 12000元")
    assert paper.state == "requested"
    with pytest.raises(Refused, match="逐級簽批：現在是「待總務主任審批」"):
        actions.approve(purchases.cast.principal, document=paper)
    for stranger in (purchases.fu, purchases.cast.zhao):
        with pytest.raises(Denied):
            actions.endorse(stranger, document=paper)
    actions.endorse(purchases.cast.li, document=paper, note="確有需要")
    with pytest.raises(Denied):
        actions.endorse(purchases.cast.li, document=paper.pk)
    actions.endorse(purchases.fu, document=paper.pk)
    actions.approve(purchases.cast.principal, document=paper.pk)

    done = Request.objects.get()
    assert (done.state, done.note) == ("approved", "確有需要")
    signed = Signature.objects.filter(signs_as="approver").order_by("pk").values_list("person__name", flat=True)
    assert list(signed) == ["李主任", "傅副校長", "周校長"]


def test_what_one_may_approve_oneself_is_not_passed_on(purchases):
    with pytest.raises(Refused, match="您可以直接批准"):
        actions.endorse(purchases.cast.li, document=purchases.request("檢測服務 1次 600元"))


def test_nobody_approves_their_own_request(purchases):
    paper = purchases.request(by=purchases.cast.li)
    with pytest.raises(Denied, match="另一個人"):
        actions.approve(purchases.cast.li, document=paper)


def test_more_than_was_asked_for_is_not_approved(purchases):
    paper = purchases.request()
    with pytest.raises(Refused, match="申請 10，不能批准 11"):
        actions.approve(purchases.cast.li, document=paper, approved="粉筆 11")
    with pytest.raises(Refused, match="一件也沒有批准"):
        actions.approve(purchases.cast.li, document=paper, approved={"粉筆": 0})
    with pytest.raises(Refused, match="沒有「鉛筆」"):
        actions.approve(purchases.cast.li, document=paper, approved={"鉛筆": 2})


def test_a_request_is_taken_back_by_its_own_person(purchases):
    paper = purchases.request()
    with pytest.raises(Denied):
        actions.withdraw(purchases.cast.lin, document=paper, reason="不要了")
    actions.withdraw(purchases.cast.zhao, document=paper, reason="不要了")
    assert Request.objects.get().state == "withdrawn"
    with pytest.raises(Refused, match="已撤回"):
        actions.approve(purchases.cast.li, document=paper)


@pytest.mark.parametrize(
    ("category", "amount", "method"),
    [
        ("office", 999_999, "direct"),
        ("office", 1_000_000, "quotes"),
        ("office", 10_000_000, "inquiry"),
        ("office", 100_000_000, "government"),
        ("office", 199_999_999, "government"),
        ("office", 200_000_000, "open_tender"),
        ("works", 119_999_999, "inquiry"),
        ("works", 120_000_000, "government"),
        ("works", 399_999_999, "government"),
        ("works", 400_000_000, "open_tender"),
    ],
)
def test_the_amount_decides_the_method(purchases, category, amount, method):
    assert rules.method_for(category, amount, on=date(2026, 3, 2)) == method


def test_a_category_of_the_mall_is_bought_there(purchases):
    ParameterValue.objects.create(
        name="purchasing.mall_categories", value=["office"], from_on=date(2026, 3, 1), source="省商城目錄"
    )
    assert rules.method_for("office", 5_000_000, on=date(2026, 3, 1)) == "mall"
    assert rules.method_for("office", 5_000_000, on=date(2026, 2, 28)) == "quotes"
    assert rules.method_for("office", 200_000_000, on=date(2026, 3, 1)) == "open_tender"


def test_a_plan_takes_approved_requests_of_one_category(purchases):
    waiting = purchases.request()
    with pytest.raises(Refused, match="不能「列入採購計劃」"):
        actions.plan(purchases.gao, requests=[waiting])
    chalk, paper = purchases.approved(), purchases.approved("打印紙 A4 5包 20元")
    with pytest.raises(Refused, match="一個計劃只買一類"):
        actions.plan(purchases.gao, requests=[chalk, paper])
    with pytest.raises(Denied):
        actions.plan(purchases.cast.zhao, requests=[chalk])
    entry = actions.plan(purchases.gao, requests=f"{chalk.number}")
    plan = Plan.objects.get(pk=entry.document_id)
    assert (plan.method, plan.budget, Request.objects.get(pk=chalk.pk).state) == ("direct", 3_500, "planned")


def test_a_weaker_method_than_the_amount_wants_is_refused(purchases):
    paper = purchases.approved("課桌椅 200套 80元")
    with pytest.raises(Refused, match="16000.00 元要用「三家比價」，「零星採購」不夠"):
        actions.plan(purchases.gao, requests=[paper], method="零星採購")


def buy(purchases, lines, *, price, item, supplier=None, **facts):
    plan = purchases.planned(lines)
    entry = actions.order(
        purchases.gao,
        document=plan,
        supplier=supplier or purchases.jia,
        prices={item: price},
        due_on="2026-12-31",
        **facts,
    )
    return Order.objects.get(pk=entry.document_id)


def test_the_same_kind_bought_in_pieces_is_refused_with_the_sum_and_the_limit(purchases):
    buy(purchases, "籃球 60個 100元", price="100", item="籃球")
    plan = purchases.planned("足球 40個 100元")
    with pytest.raises(Refused) as refused:
        actions.order(purchases.gao, document=plan, supplier=purchases.yi, prices={"足球": "100"}, due_on="2026-12-31")
    sentence = str(refused.value)
    assert "2026 年「體育器材」已訂 6000.00 元，加上這次 4000.00 元達到「三家比價」的限額 10000.00 元" in sentence
    assert Order.objects.count() == 1


def test_one_fen_below_the_limit_is_no_split(purchases):
    buy(purchases, "籃球 60個 100元", price="100", item="籃球")
    assert buy(purchases, "足球 1個 3999.99元", price="3999.99", item="足球").amount == 399_999


def test_another_category_and_another_fiscal_year_are_summed_apart(purchases, monday):
    buy(purchases, "籃球 60個 100元", price="100", item="籃球")
    buy(purchases, "打印紙 60箱 100元", price="100", item="打印紙")
    monday.move_to(datetime(2027, 1, 4, 9, 0, tzinfo=clock.SHANGHAI))
    plan = purchases.planned("足球 60個 100元")
    assert actions.order(
        purchases.gao, document=plan, supplier=purchases.jia, prices={"足球": 100}, due_on="2027-02-01"
    )


def test_a_leader_signs_for_what_is_no_splitting_and_it_is_counted(purchases):
    buy(purchases, "籃球 60個 100元", price="100", item="籃球")
    plan = purchases.planned("足球 40個 100元")
    with pytest.raises(Denied):
        actions.excuse_split(purchases.gao, document=plan, reason="趕時間")
    with pytest.raises(Invalid):
        actions.excuse_split(purchases.cast.principal, document=plan, reason="")
    actions.excuse_split(purchases.cast.principal, document=plan, reason="運動會臨時追加，預算已調整")
    actions.order(purchases.gao, document=plan, supplier=purchases.yi, prices={"足球": "100"}, due_on="2026-12-31")
    assert Reading(MARCH)["purchasing.split_suspects"].value == 1


def test_a_cancelled_order_is_no_piece_and_frees_its_request(purchases):
    order = buy(purchases, "籃球 60個 100元", price="100", item="籃球")
    actions.cancel(purchases.gao, document=order, reason="供應商缺貨")
    assert (RequestLine.objects.get().ordered, Plan.objects.get().state) == (0, "planned")
    assert buy(purchases, "足球 40個 100元", price="100", item="足球").amount == 400_000


def test_what_is_asked_is_in_the_journal_without_names(purchases):
    purchases.request()
    entry = Entry.objects.get(kind="purchasing.requested")
    assert "趙老師" not in entry.asked
