"""Tenders and contracts: clocks, seals, the committee nobody knows, the award's terms (P04, P05)."""

import json
from datetime import date, datetime, time, timedelta

import pytest

from houqin.domains.purchasing import actions
from houqin.domains.purchasing.models import Bid, CommitteeMember, Contract, PaymentRequest, Tender
from houqin.foundation.journal.figures import Reading
from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.org.models import ParameterValue
from houqin.foundation.registers.register import REGISTERS
from houqin.kit import clock
from houqin.kit.periods import Period

HALF = Period(date(2026, 1, 21), date(2026, 7, 9))
JUDGES = ["張甲 專家", "李乙 專家", "王丙 專家", "劉丁 專家", "趙戊"]
NAMES = [one.split()[0] for one in JUDGES]


def on(monday, month, day, hour=9):
    monday.move_to(datetime(2026, month, day, hour, 0, tzinfo=clock.SHANGHAI))


def announced(purchases, **facts):
    told = {
        "project": "屋面防水工程",
        "method": "公開招標",
        "budget": 600_000,
        "documents_from": "2026-03-02",
        "documents_to": "2026-03-09",
        "deadline_at": "2026-03-23 09:00",
        "place": purchases.cast.south,
    } | facts
    entry = actions.announce(purchases.cast.li, **told)
    return Tender.objects.get(pk=entry.document_id)


def with_bids(purchases, monday, *, count=3, **facts):
    paper = announced(purchases)
    on(monday, 3, 20)
    for supplier in (purchases.jia, purchases.yi, purchases.bing)[:count]:
        actions.receive_bid(purchases.cast.li, document=paper, supplier=supplier, bond=12_000, **facts)
    actions.name_committee(purchases.cast.li, document=paper, members=JUDGES)
    return paper


AMOUNTS = {"甲公司": 580_000, "乙公司": 548_000, "丙公司": 560_000}
SCORES = {name: dict.fromkeys(NAMES, points) for name, points in (("甲公司", 85), ("乙公司", "92.5"), ("丙公司", 90))}


def noticed(purchases, monday):
    paper = with_bids(purchases, monday)
    on(monday, 3, 23)
    actions.open_bids(purchases.cast.li, document=paper, amounts=AMOUNTS)
    actions.evaluate(purchases.cast.li, document=paper, scores=SCORES)
    actions.notice(purchases.cast.li, document=paper, notice_to="2026-03-27")
    return paper


def awarded(purchases, monday):
    paper = noticed(purchases, monday)
    on(monday, 3, 30)
    actions.award(purchases.cast.principal, document=paper, no_gifts=True)
    return Tender.objects.get(pk=paper.pk)


def signed(purchases, tender, **facts):
    told = {
        "name": "防水施工合同",
        "tender": tender,
        "supplier": purchases.yi,
        "amount": 548_000,
        "to_on": "2026-06-30",
    } | facts
    entry = actions.sign_contract(purchases.cast.li, **told)
    return Contract.objects.get(pk=entry.document_id)


def test_a_roof_is_tendered_from_the_notice_to_the_file(purchases, monday):
    paper = awarded(purchases, monday)
    assert (paper.winner, paper.amount, paper.saved, paper.contract_by) == (
        purchases.yi,
        54_800_000,
        5_200_000,
        date(2026, 4, 29),
    )
    assert [one.supplier.name for one in actions.ranked(paper)] == ["乙公司", "丙公司", "甲公司"]
    actions.return_bonds(purchases.cast.li, document=paper)
    assert list(Bid.objects.filter(bond_returned_on__isnull=False).values_list("supplier__name", flat=True)) == [
        "甲公司",
        "丙公司",
    ]
    signed(purchases, paper)
    actions.archive(purchases.cast.li, document=paper, archive_number="2026-CG-01")
    paper.refresh_from_db()
    assert (paper.state, paper.keep_until) == ("archived", date(2041, 3, 30))
    reading = Reading(HALF)
    told = {
        name: reading[f"purchasing.{name}"].value
        for name in ("tenders", "bids", "awards", "tender_saved", "contracts", "past_deadlines")
    }
    assert told == {
        "tenders": 1,
        "bids": 3,
        "awards": 1,
        "tender_saved": 5_200_000,
        "contracts": 1,
        "past_deadlines": 0,
    }


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"documents_to": "2026-03-06"}, "至少發售 5 天，現在是 4 天"),
        ({"deadline_at": "2026-03-21 09:00"}, "至少 20 天，現在是 19 天"),
        ({"documents_from": "2026-03-01"}, "不能早於公告"),
        ({"method": "三家比價"}, "不立招標項目"),
        ({"budget": 4_000_000, "method": "競爭性談判"}, "要用「公開招標」"),
    ],
)
def test_days_and_method_obey_the_law(purchases, facts, sentence):
    with pytest.raises(Refused, match=sentence):
        announced(purchases, **facts)
    assert Tender.objects.count() == 0


def test_twenty_days_are_enough_and_a_later_law_holds_from_its_day(purchases):
    assert announced(purchases, deadline_at="2026-03-22 09:00").state == "announced"
    ParameterValue.objects.create(name="purchasing.bid_days", value=25, from_on=date(2026, 3, 2), source="新法")
    with pytest.raises(Refused, match="至少 25 天"):
        announced(purchases, deadline_at="2026-03-22 09:00")


def test_a_stranger_announces_nothing(purchases):
    with pytest.raises(Denied):
        actions.announce(purchases.cast.zhao, project="屋面", method="open_tender", budget=1, documents_from="2026-03-02",
                         documents_to="2026-03-09", deadline_at="2026-03-23")  # fmt: skip


def test_a_late_clarification_moves_the_deadline(purchases, monday):
    paper = announced(purchases)
    on(monday, 3, 10)
    with pytest.raises(Refused, match="不足 15 天"):
        actions.clarify(purchases.cast.li, document=paper, matter="改用 SBS")
    actions.clarify(purchases.cast.li, document=paper, matter="改用 SBS", deadline_at="2026-03-25 09:00")
    with pytest.raises(Refused, match="只能延後"):
        actions.clarify(purchases.cast.li, document=paper, matter="更正", deadline_at="2026-03-24 09:00")


def test_a_late_bid_and_a_high_bond_are_refused(purchases, monday):
    paper = announced(purchases)
    on(monday, 3, 23, 9)
    with pytest.raises(Refused, match="保證金最多 12000.00 元"):
        actions.receive_bid(purchases.cast.li, document=paper, supplier=purchases.jia, bond="12000.01")
    actions.receive_bid(purchases.cast.li, document=paper, supplier=purchases.jia)
    with pytest.raises(Refused, match="已經投過標"):
        actions.receive_bid(purchases.cast.li, document=paper, supplier=purchases.jia)
    on(monday, 3, 23, 10)
    with pytest.raises(Refused, match="逾期送達的要拒收"):
        actions.receive_bid(purchases.cast.li, document=paper, supplier=purchases.yi)
    with pytest.raises(Denied):
        actions.receive_bid(purchases.cast.zhao, document=paper, supplier=purchases.yi)


def test_nothing_of_a_bid_can_be_read_before_the_opening(purchases, monday):
    """No form asks for it, so nothing holds it: not the table, not the journal, not the register, not the paper."""
    paper = with_bids(purchases, monday)
    assert "amount" not in actions.receive_bid.form.base_fields
    assert list(Bid.objects.values_list("amount", "score", "opened_at")) == [(None, None, None)] * 3
    asked = [json.loads(one.asked) for one in Entry.objects.filter(kind="purchasing.bid_received")]
    assert [sorted(one) for one in asked] == [["bond", "document", "supplier"]] * 3
    with pytest.raises(Refused, match="之前不得開封"):
        actions.open_bids(purchases.cast.li, document=paper, amounts=AMOUNTS)
    assert not Bid.objects.filter(amount__isnull=False).exists()


def test_the_database_itself_holds_no_amount_of_a_sealed_bid(purchases, monday):
    from django.db import IntegrityError, transaction

    with_bids(purchases, monday)
    with pytest.raises(IntegrityError), transaction.atomic():
        Bid.objects.update(amount=1)


def test_a_seal_that_does_not_fit_is_found_at_the_opening(purchases, monday):
    paper = announced(purchases)
    on(monday, 3, 20)
    for supplier, seal in (
        (purchases.jia, actions.seal_of(58_000_000, "青松")),
        (purchases.yi, ""),
        (purchases.bing, ""),
    ):
        actions.receive_bid(purchases.cast.li, document=paper, supplier=supplier, seal=seal)
    on(monday, 3, 23)
    changed = AMOUNTS | {"甲公司": 540_000}
    with pytest.raises(Refused, match="「甲公司」的金額和口令與封存碼不符"):
        actions.open_bids(purchases.cast.li, document=paper, amounts=changed, words="甲公司 青松")
    actions.open_bids(purchases.cast.li, document=paper, amounts=AMOUNTS, words="甲公司 青松")
    assert Tender.objects.get().state == "opened"


def test_every_envelope_is_opened_and_fewer_than_three_fail(purchases, monday):
    paper = with_bids(purchases, monday, count=2)
    with pytest.raises(Refused, match="還沒有截止"):
        actions.fail(purchases.cast.li, document=paper, reason="不足三家")
    on(monday, 3, 23)
    with pytest.raises(Refused, match="投標只有 2 家"):
        actions.open_bids(purchases.cast.li, document=paper, amounts={"甲公司": 1, "乙公司": 2})
    actions.fail(purchases.cast.li, document=paper, reason="不足三家")
    assert Tender.objects.get().state == "failed"


def test_an_envelope_is_not_left_out(purchases, monday):
    paper = with_bids(purchases, monday)
    on(monday, 3, 23)
    with pytest.raises(Refused, match="還沒有讀「丙公司」"):
        actions.open_bids(purchases.cast.li, document=paper, amounts={"甲公司": 1, "乙公司": 2})


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        (JUDGES[:4], "5 人以上的單數，現在是 4 人"),
        ([*JUDGES, "錢己 專家"], "單數，現在是 6 人"),
        ([*JUDGES[:3], "劉丁", "趙戊"], "5 人中只有 3 位"),
    ],
)
def test_a_committee_is_odd_and_mostly_experts(purchases, members, sentence):
    with pytest.raises(Refused, match=sentence):
        actions.name_committee(purchases.cast.li, document=announced(purchases), members=members)


def test_the_committee_is_hidden_until_the_result(purchases, monday):
    paper = noticed(purchases, monday)
    register = REGISTERS["purchasing.committees"]
    assert register.rows(purchases.cast.principal).count() == 0
    assert not any(name in entry.asked for entry in Entry.objects.all() for name in NAMES)
    on(monday, 3, 30)
    actions.award(purchases.cast.principal, document=paper, no_gifts=True)
    assert list(register.rows(purchases.cast.principal).order_by("pk").values_list("name", flat=True)) == NAMES
    assert CommitteeMember.objects.filter(is_expert=True).count() == 4


def test_a_judge_related_to_a_bidder_is_refused(purchases, monday):
    actions.declare_relation(purchases.deng, person=purchases.deng, supplier=purchases.jia, what="股東")
    paper = announced(purchases)
    actions.receive_bid(purchases.cast.li, document=paper, supplier=purchases.jia)
    with pytest.raises(Refused, match="有利害關係"):
        actions.name_committee(purchases.cast.li, document=paper, members=[*JUDGES[:4], "鄧老師"])


def test_every_member_judges_every_bid(purchases, monday):
    paper = with_bids(purchases, monday)
    on(monday, 3, 23)
    actions.open_bids(purchases.cast.li, document=paper, amounts=AMOUNTS)
    with pytest.raises(Refused, match="「丙公司」要有每位評委的分數"):
        actions.evaluate(
            purchases.cast.li, document=paper, scores={name: SCORES[name] for name in ("甲公司", "乙公司")}
        )
    with pytest.raises(Refused, match="有效投標只有 2 家"):
        actions.evaluate(purchases.cast.li, document=paper, scores=SCORES, invalid="丙公司 未蓋章")


def test_the_notice_is_long_enough_and_awards_wait_for_it(purchases, monday):
    paper = with_bids(purchases, monday)
    on(monday, 3, 23)
    actions.open_bids(purchases.cast.li, document=paper, amounts=AMOUNTS)
    actions.evaluate(purchases.cast.li, document=paper, scores=SCORES)
    with pytest.raises(Refused, match="至少公示 3 天，現在是 2 天"):
        actions.notice(purchases.cast.li, document=paper, notice_to="2026-03-25")
    on(monday, 3, 27)
    with pytest.raises(Refused, match="最遲 2026-03-26，已經逾期"):
        actions.notice(purchases.cast.li, document=paper, notice_to="2026-03-31")
    actions.notice(purchases.cast.li, document=paper, notice_to="2026-03-31", reason="系統停機")
    with pytest.raises(Refused, match="期滿後才能定標"):
        actions.award(purchases.cast.principal, document=paper, no_gifts=True)
    assert Reading(HALF)["purchasing.past_deadlines"].value == 1


def test_an_objection_is_answered_before_the_award(purchases, monday):
    paper = noticed(purchases, monday)
    actions.complain(purchases.cast.zhao, document=paper, complainant="甲公司", matter="評分有誤")
    on(monday, 3, 30)
    with pytest.raises(Refused, match="先答覆再定標"):
        actions.award(purchases.cast.principal, document=paper, no_gifts=True)
    with pytest.raises(Denied):
        actions.answer(purchases.cast.zhao, document=paper, answer="沒有")
    assert Reading(HALF)["purchasing.unanswered_complaints"].value == 1
    actions.answer(purchases.cast.li, document=paper, answer="已複核")
    with pytest.raises(Refused, match="贈品、回扣"):
        actions.award(purchases.cast.principal, document=paper)
    with pytest.raises(Refused, match="第一名是「乙公司」"):
        actions.award(purchases.cast.principal, document=paper, supplier=purchases.jia, no_gifts=True)
    with pytest.raises(Denied):
        actions.award(purchases.gao, document=paper, no_gifts=True)
    # Seven days for an answer that had three.
    assert Reading(HALF)["purchasing.past_deadlines"].value == 1


def test_the_contract_says_what_was_awarded_within_thirty_days(purchases, monday):
    paper = awarded(purchases, monday)
    with pytest.raises(Refused, match="與中標結果一致：乙公司，548000.00 元"):
        signed(purchases, paper, amount=550_000)
    with pytest.raises(Refused, match="履約保證金最多 54800.00 元"):
        signed(purchases, paper, bond="54800.01")
    on(monday, 4, 30)
    with pytest.raises(Refused, match="合同最遲 2026-04-29 簽訂"):
        signed(purchases, paper)
    assert signed(purchases, paper, reason="對方換章").state == "signed"
    assert Reading(HALF)["purchasing.past_deadlines"].value == 1


def test_a_file_is_kept_fifteen_years(purchases, monday):
    paper = awarded(purchases, monday)
    signed(purchases, paper)
    with pytest.raises(Refused, match="至少保存到 2041-03-30"):
        actions.archive(purchases.cast.li, document=paper, archive_number="1", keep_until="2041-03-29")


def lift_plan(purchases, price=10_000):
    """The upkeep of the lift, from its only maker: planned, and the principal has signed why."""
    plan = purchases.planned(f"電梯維保服務 1項 {price}元", method="single_source", category="service")
    actions.excuse_quotes(purchases.cast.principal, document=plan, reason="原廠維保")
    return plan


def contract(purchases, **facts):
    told = {"name": "電梯維保合同", "supplier": purchases.jia, "amount": 10_000, "to_on": "2026-03-31"} | facts
    if not {"plan", "tender"} & set(facts):
        told["plan"] = lift_plan(purchases)
    entry = actions.sign_contract(purchases.cast.li, **told)
    return Contract.objects.get(pk=entry.document_id)


def pay(purchases, paper, amount, invoice, **facts):
    told = {"payee": purchases.jia, "amount": amount, "invoice": invoice} | facts
    return actions.ask_contract_payment(purchases.gao, document=paper, **told)


def test_a_contract_is_paid_after_two_accepted_it_and_never_beyond_its_sum(purchases):
    paper = contract(purchases)
    with pytest.raises(Refused, match="還沒有驗收"):
        pay(purchases, paper, 100, "1")
    with pytest.raises(Denied, match="經辦人不能驗收"):
        actions.accept_contract(purchases.cast.li, document=paper, acceptance="合格")
    actions.accept_contract(purchases.xu, document=paper, acceptance="每月兩次，達到要求")
    with pytest.raises(Denied, match="第二個人"):
        actions.accept_contract(purchases.xu, document=paper, acceptance="合格")
    actions.accept_contract(purchases.deng, document=paper, acceptance="同意")
    with pytest.raises(Refused, match="要與合同對方"):
        pay(purchases, paper, 100, "1", payee=purchases.yi)
    pay(purchases, paper, 10_000, "1")
    with pytest.raises(Refused, match="已申請 10000.00 元，不能再申請 0.01 元"):
        pay(purchases, paper, "0.01", "2")
    with pytest.raises(Refused, match="追加最多 1000.00 元"):
        actions.extend_contract(purchases.cast.principal, document=paper, amount="1000.01", reason="加一臺")
    with pytest.raises(Denied):
        actions.extend_contract(purchases.gao, document=paper, amount=500, reason="加一臺")


def test_an_addition_may_be_paid_too(purchases):
    paper = contract(purchases)
    actions.extend_contract(purchases.cast.principal, document=paper, amount=1_000, reason="加一臺")
    actions.accept_contract(purchases.xu, document=paper, acceptance="合格")
    actions.accept_contract(purchases.deng, document=paper, acceptance="合格")
    pay(purchases, paper, 11_000, "1")
    actions.settle_contract(purchases.cast.li, document=paper, archive_number="2026-HT-1")
    assert (Contract.objects.get().state, PaymentRequest.objects.get().amount) == ("settled", 1_100_000)


def test_retention_is_paid_after_the_warranty(purchases, monday):
    paper = contract(purchases, retention=500, warranty_until="2026-03-10")
    for person in (purchases.xu, purchases.deng):
        actions.accept_contract(person, document=paper, acceptance="合格")
    with pytest.raises(Refused, match="質保金 500.00 元要到 2026-03-10"):
        pay(purchases, paper, 10_000, "1")
    pay(purchases, paper, 9_500, "1")
    on(monday, 3, 10)
    with pytest.raises(Refused, match="質保期滿"):
        pay(purchases, paper, 500, "2", is_retention=True)
    on(monday, 3, 11)
    pay(purchases, paper, 500, "2", is_retention=True)
    assert Contract.objects.get().paid == 1_000_000


@pytest.mark.parametrize(("days", "count"), [(0, 0), (1, 1)])
def test_a_contract_is_overdue_the_day_after_it_ends(purchases, days, count):
    contract(purchases)
    end = date(2026, 3, 31) + timedelta(days=days)
    with clock.standing_at(clock.at(end, time(12))):
        assert Reading(Period(date(2026, 3, 1), end))["purchasing.overdue_contracts"].value == count
