"""The forms of purchasing as they come out of the printer, and the clocks a tender runs by."""

from datetime import date

import pytest

from houqin.domains.purchasing import actions
from houqin.domains.purchasing.clocks import clocks_of
from houqin.domains.purchasing.models import (
    Comparison,
    Contract,
    Delivery,
    Order,
    PaymentRequest,
    Plan,
    Request,
    Tender,
)
from houqin.foundation.registers.tabulations import printed
from houqin.foundation.signing.prints import PRINTS, prints_of

from .test_tenders import AMOUNTS, SCORES, announced, awarded, noticed, on, signed, with_bids


def slip(name, document, person):
    (found,) = PRINTS[f"purchasing.{name}"].slips(document, person)
    return found


def test_a_request_shows_stock_and_price_and_whose_turn_it_is(purchases):
    purchases.stock("粉筆", 3, specification="白色", counter="盒")
    paper = purchases.approved("粉筆 白色 10盒 3.50元")

    found = slip("request/request", Request.objects.get(pk=paper.pk), purchases.gao)
    row, total = found.tables[0].rows
    assert row == ("1", "粉筆", "白色", "盒", "10", "10", "3.50", "35.00", "3", "")
    assert (total[0], total[7]) == ("合計", "35.00")
    assert dict(found.signatures)["審批"].startswith("周校長 ")


def test_a_plan_says_who_wanted_what(purchases):
    plan = purchases.desks()
    actions.excuse_quotes(purchases.fu, document=plan, reason="只有一家生產")

    found = slip("plan/plan", Plan.objects.get(), purchases.gao)
    number = Request.objects.get().number
    assert found.tables[0].rows[0] == (
        "1", "課桌椅", "套", "200", "200", "0", "80.00", "16000.00", f"趙老師（{number}）",
    )  # fmt: skip
    assert "不足三家報價的理由：只有一家生產" in found.text


def test_a_comparison_stands_side_by_side_with_what_was_saved(purchases):
    purchases.compared(purchases.desks())

    found = slip("comparison/table", Comparison.objects.get(), purchases.gao)
    assert found.tables[0].columns == (
        "品名規格", "單位", "數量", "甲公司單價", "甲公司總價", "乙公司單價", "乙公司總價", "丙公司單價", "丙公司總價",
    )  # fmt: skip
    assert found.tables[0].rows[0][3:] == ("70.00", "14000.00", "72.00", "14400.00", "75.00", "15000.00")
    assert [(row[0], row[-1]) for row in found.tables[1].rows] == [("甲公司", "擬定"), ("乙公司", ""), ("丙公司", "")]
    assert any("節約 2000.00 元；比最高報價 15000.00 元低 1000.00 元" in one for one in found.text)
    assert any("壹萬肆仟元整" in one for one in found.text)
    names = [name.partition(" ")[0] for _label, name in found.signatures]
    assert names == ["高採購", "鄧老師", "", "周校長"]


def test_a_comparison_before_any_quote_prints_its_suppliers_only(purchases):
    paper = purchases.inviting(purchases.desks())
    found = slip("comparison/table", paper, purchases.gao)
    assert len(found.tables) == 1
    assert [row[:2] for row in found.tables[0].rows] == [
        ("甲公司", "未報價"),
        ("乙公司", "未報價"),
        ("丙公司", "未報價"),
    ]


def test_an_acceptance_names_five_different_people(purchases):
    paper = purchases.received(deliverer="老司機")
    actions.take_over(purchases.cast.wang, document=paper)

    found = slip("delivery/acceptance", Delivery.objects.get(), purchases.gao)
    assert found.tables[0].rows[0] == ("1", "課桌椅", "", "套", "200", "200", "200", "70.00", "14000.00")
    assert [name.partition(" ")[0] for _label, name in found.signatures] == [
        "老司機", "高採購", "徐驗收", "鄧老師", "王保管",
    ]  # fmt: skip
    order = slip("order/order", Order.objects.get(), purchases.gao)
    assert order.tables[0].rows[0][-1] == "200"


def test_a_payment_request_says_what_was_accepted_and_the_amount_in_capitals(purchases):
    purchases.received()
    purchases.payment(Order.objects.get())

    found = slip("payment_request/payment", PaymentRequest.objects.get(), purchases.gao)
    told = dict(found.tables[0].rows)
    assert (told["收款單位"], told["已驗收金額"], told["連同本次累計申請"]) == ("甲公司", "14000.00", "14000.00")
    assert found.text == ("申請付款 14000.00 元，人民幣（大寫）：壹萬肆仟元整。",)


def test_the_thread_of_a_purchase_is_printed_from_the_wish_to_the_payment(purchases):
    purchases.received()
    purchases.payment(Order.objects.get())

    found = slip("order/thread", Order.objects.get(), purchases.gao)
    steps = [row[1] for row in found.tables[0].rows]
    assert steps[0] == "採購申請" and steps[-1] == "申請付款"
    assert {"批准採購", "列入採購計劃", "批准比價", "下訂單", "到貨", "第二人驗收"} <= set(steps)


def test_no_bid_stands_on_the_sheet_before_the_opening_and_no_judge_before_the_award(purchases, monday):
    paper = with_bids(purchases, monday)
    before = slip("tender/register", Tender.objects.get(), purchases.cast.li)
    assert [table.caption for table in before.tables] == ["項目", "期限"]
    assert before.text == ("開標前不登記任何投標金額。",)
    assert "甲公司" not in printed([before], "html").decode()

    on(monday, 3, 23)
    actions.open_bids(purchases.cast.li, document=paper, amounts=AMOUNTS)
    opened = slip("tender/register", Tender.objects.get(), purchases.cast.li)
    assert [table.caption for table in opened.tables] == ["項目", "期限", "投標"]
    assert "張甲" not in printed([opened], "html").decode()
    actions.evaluate(purchases.cast.li, document=paper, scores=SCORES)
    actions.notice(purchases.cast.li, document=paper, notice_to="2026-03-27")
    on(monday, 3, 30)
    actions.award(purchases.cast.principal, document=paper, no_gifts=True)
    done = slip("tender/register", Tender.objects.get(), purchases.cast.li)
    assert [row[4] for row in done.tables[2].rows] == ["3", "1", "2"]
    assert [row[0] for row in done.tables[3].rows] == ["張甲", "李乙", "王丙", "劉丁", "趙戊"]


def test_a_contract_sheet_lists_what_was_paid(purchases, monday):
    signed(purchases, awarded(purchases, monday))
    told = dict(slip("contract/sheet", Contract.objects.get(), purchases.cast.li).tables[0].rows)
    assert (told["對方單位"], told["金額"], told["已付金額"]) == ("乙公司", "548000.00", "0.00")


def clock_named(tender, label, today):
    return next(one for one in clocks_of(tender, today=today) if str(one.label) == label)


@pytest.mark.parametrize(
    ("today", "state", "told"),
    [
        (date(2026, 4, 28), "due", "還有 1 天"),
        (date(2026, 4, 29), "due", "還有 0 天"),
        (date(2026, 4, 30), "late", "已逾期 1 天"),
    ],
)
def test_a_contract_is_due_thirty_days_after_the_award(purchases, monday, today, state, told):
    one = clock_named(awarded(purchases, monday), "簽訂合同", today)
    assert (one.limit, one.state, one.told) == (date(2026, 4, 29), state, told)
    assert "第 46 條" in one.source


def test_every_clock_says_its_law(purchases, monday):
    tender = noticed(purchases, monday)
    tender.refresh_from_db()
    told = [(str(one.label), one.state) for one in clocks_of(tender, today=date(2026, 3, 27))]
    assert told == [
        ("招標文件發售至少", "done"),
        ("投標截止（發出文件起至少）", "done"),
        ("公示候選人", "done"),
        ("公示至少", "done"),
        ("定標", "due"),
    ]


def test_a_tender_just_announced_runs_two_clocks(purchases):
    assert len(clocks_of(announced(purchases))) == 2


@pytest.mark.parametrize("format", ["pdf", "docx", "html"])
def test_every_form_comes_out_in_every_format(purchases, format):
    purchases.received()
    purchases.payment(Order.objects.get())
    papers = [Request, Plan, Comparison, Order, Delivery, PaymentRequest]
    made = [
        one
        for model in papers
        for document in model.objects.all()
        for way in prints_of(document, purchases.gao)
        for one in way.slips(document, purchases.gao)
    ]

    assert len(made) == 7
    assert printed(made, format)[:4] == {"pdf": b"%PDF", "docx": b"PK\x03\x04", "html": b"<art"}[format]
