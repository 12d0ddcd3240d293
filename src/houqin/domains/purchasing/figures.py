"""What purchasing contributes to the summary: 貨比三家, 嚴守招投標紀律, 節約…元 with the basis said (S1, S4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.charts import chart
from houqin.foundation.journal.figures import MONEY, Count, Reading, Sum, Unanswered, figure
from houqin.foundation.journal.sentences import PURCHASING, Evidence, Part, clause, problem

REQUESTED, ORDERED, RECEIVED, AWARDED = (
    "purchasing.requested", "purchasing.ordered", "purchasing.received", "purchasing.awarded",
)  # fmt: skip
SIGNED = "purchasing.contract_signed"
SAVED = gettext_lazy("節約額 = 預算金額 − 成交金額，只算有預算的訂單。")

figure("purchasing.requests", gettext_lazy("採購申請"), "份", of=Count(REQUESTED))
figure("purchasing.approved", gettext_lazy("批准採購申請"), "份", of=Count("purchasing.approved"))
figure("purchasing.rejected", gettext_lazy("未批准採購申請"), "份", of=Count("purchasing.rejected"))
figure("purchasing.cut", gettext_lazy("審批核減"), "元", of=Sum("purchasing.approved", measure="cut"), style=MONEY)
figure("purchasing.avoided", gettext_lazy("用庫存解決的申請"), "份", of=Count("purchasing.avoided"))
figure(
    "purchasing.avoided_spend",
    gettext_lazy("用庫存免去的採購"),
    "元",
    of=Sum("purchasing.avoided", measure="amount"),
    style=MONEY,
    about=gettext_lazy("按申請單估計金額。"),
)
figure("purchasing.orders", gettext_lazy("採購訂單"), "筆", of=Count(ORDERED))
figure("purchasing.spend", gettext_lazy("採購金額"), "元", of=Sum(ORDERED, measure="amount"), style=MONEY)
figure("purchasing.budget", gettext_lazy("採購預算"), "元", of=Sum(ORDERED, measure="budget"), style=MONEY)
figure("purchasing.saved", gettext_lazy("採購節約"), "元", of=Sum(ORDERED, measure="saved"), style=MONEY, about=SAVED)
figure("purchasing.quotes", gettext_lazy("收集報價"), "份", of=Sum(("purchasing.quoted", ORDERED), measure="quotes"))
figure("purchasing.comparisons", gettext_lazy("比價"), "次", of=Count("purchasing.comparison_approved"))
figure("purchasing.received", gettext_lazy("驗收"), "批", of=Count(RECEIVED))
figure("purchasing.received_value", gettext_lazy("驗收金額"), "元", of=Sum(RECEIVED, measure="value"), style=MONEY)
figure("purchasing.turned_away", gettext_lazy("拒收"), "批", of=Count("purchasing.turned_away"))
figure(
    "purchasing.payments",
    gettext_lazy("申請付款"),
    "元",
    of=Sum("purchasing.payment_requested", measure="amount"),
    style=MONEY,
)
figure("purchasing.tenders", gettext_lazy("組織招標"), "次", of=Count("purchasing.tender_announced"))
figure("purchasing.awards", gettext_lazy("定標"), "項", of=Count(AWARDED))
figure("purchasing.bids", gettext_lazy("投標"), "家", of=Count("purchasing.bid_received"))
figure(
    "purchasing.tender_saved",
    gettext_lazy("招標節約"),
    "元",
    of=Sum(AWARDED, measure="saved"),
    style=MONEY,
    about=gettext_lazy("節約額 = 招標預算 − 中標金額；定標後下了訂單的也在採購節約裡，不要相加。"),
)
figure("purchasing.contracts", gettext_lazy("簽訂合同"), "份", of=Count(SIGNED))
figure("purchasing.contract_value", gettext_lazy("合同金額"), "元", of=Sum(SIGNED, measure="amount"), style=MONEY)
figure("purchasing.marked", gettext_lazy("評價供應商"), "家", of=Count("purchasing.supplier_marked"))
figure(
    "purchasing.separation_excused",
    gettext_lazy("採購驗收職務例外"),
    "次",
    of=Count("purchasing.separation_excused"),
    about=gettext_lazy("採購、驗收、保管分不開、由校長簽字的驗收單。"),
)
figure("purchasing.complaints", gettext_lazy("採購質疑投訴"), "件", of=Count("purchasing.complained"))
figure("purchasing.without_quotes", gettext_lazy("不足三家報價的訂單"), "筆", of=Sum(ORDERED, measure="without_quotes"))
figure("purchasing.split_suspects", gettext_lazy("同類累計超限的訂單"), "筆", of=Sum(ORDERED, measure="split_suspect"))
figure("purchasing.late_deliveries", gettext_lazy("逾期到貨"), "批", of=Sum(RECEIVED, measure="late"))
figure("purchasing.dear", gettext_lazy("比上次漲價較多的成交"), "次", of=Sum("purchasing.compared", measure="dear"))
figure(
    "purchasing.past_deadlines",
    gettext_lazy("招標合同環節逾期"),
    "次",
    of=Sum(
        ("purchasing.noticed", AWARDED, "purchasing.complaint_answered", "purchasing.bonds_returned", SIGNED),
        measure="past_deadline",
    ),
)
figure(
    "purchasing.overdue_orders",
    gettext_lazy("到期未到齊的訂單"),
    "筆",
    of=Unanswered(ORDERED, answer=("purchasing.completed", "purchasing.order_cancelled"), due="due", ever=True),
)
figure(
    "purchasing.overdue_contracts",
    gettext_lazy("到期未結清的合同"),
    "份",
    of=Unanswered(SIGNED, answer="purchasing.contract_settled", due="ends", ever=True),
)
figure(
    "purchasing.unanswered_complaints",
    gettext_lazy("未答覆的採購質疑"),
    "件",
    of=Unanswered("purchasing.complained", answer="purchasing.complaint_answered", ever=True),
)

chart(
    "purchasing.against_budget",
    gettext_lazy("採購：花了多少，預算多少"),
    figures=("purchasing.spend", "purchasing.budget"),
    order=40,
    about=gettext_lazy("預算只算寫了預算的訂單。"),
)


def _where_any(before: str, name: str, after: str = "") -> Callable[[Reading], Sequence[Part] | None]:
    """Words around a figure, said only where there is something to count."""

    def said(reading: Reading) -> Sequence[Part] | None:
        found = reading[name]
        return [before, found, after] if found.value > 0 else None

    return said


# S4: 貨比三家 …… 為學校節約x萬元; S1: 嚴守招投標紀律，嚴格執行物品採購制度，學校所購物品力求價廉物美。
for position, (name, before, wanted, after) in enumerate(
    (
        ("requests", "嚴格執行物品採購制度，受理採購申請", "purchasing.requests", ""),
        ("avoided", "先查庫存後採購，用庫存解決", "purchasing.avoided", ""),
        ("orders", "共訂購", "purchasing.orders", ""),
        ("spend", "採購金額", "purchasing.spend", ""),
    )
):
    clause(
        f"purchasing.{name}",
        chapter=PURCHASING,
        sentence="purchasing.bought",
        order=10 + position,
        text=_where_any(before, wanted, after),
    )
for position, (name, before, wanted, after) in enumerate(
    (
        ("comparisons", "堅持貨比三家，比價", "purchasing.comparisons", ""),
        ("quotes", "收集供應商報價", "purchasing.quotes", ""),
        ("saved", "按預算與成交價的差額計算，為學校節約", "purchasing.saved", ""),
    )
):
    clause(
        f"purchasing.{name}",
        chapter=PURCHASING,
        sentence="purchasing.compared",
        order=20 + position,
        text=_where_any(before, wanted, after),
    )
for position, (name, before, wanted, after) in enumerate(
    (
        ("tenders", "嚴守招投標紀律，組織招標", "purchasing.tenders", ""),
        ("bids", "收到投標", "purchasing.bids", ""),
        ("tender_saved", "中標金額比預算節約", "purchasing.tender_saved", ""),
        ("contracts", "簽訂合同", "purchasing.contracts", ""),
    )
):
    clause(
        f"purchasing.{name}",
        chapter=PURCHASING,
        sentence="purchasing.tendered",
        order=30 + position,
        text=_where_any(before, wanted, after),
    )
clause(
    "purchasing.received",
    chapter=PURCHASING,
    sentence="purchasing.accepted",
    order=40,
    text=_where_any("採購、驗收、保管分開，不同的人共同驗收", "purchasing.received"),
)
clause(
    "purchasing.marked",
    chapter=PURCHASING,
    sentence="purchasing.accepted",
    order=41,
    text=_where_any("評價供應商", "purchasing.marked"),
)


def _evidence(name: str, before: str, next_step: str, *, weight: int) -> Callable[[Reading], Iterable[Evidence]]:
    def look(reading: Reading) -> Iterable[Evidence]:
        found = reading[name]
        if found.value > 0:
            yield Evidence([_(before), found], _(next_step), weight=found.value * weight)

    return look


for name, label, before, next_step, weight in (
    (
        "purchasing.without_quotes",
        gettext_lazy("採購未達三家比價"),
        "不足三家報價、由領導簽字訂購的有",
        "擴大詢價範圍，堅持貨比三家，減少例外採購",
        4,
    ),
    (
        "purchasing.split_suspects",
        gettext_lazy("同類物品多次零星採購"),
        "同類物品本年累計達到限額仍零星採購的有",
        "年初編好採購計劃，同類物品合併採購，杜絕化整為零",
        5,
    ),
    (
        "purchasing.late_deliveries",
        gettext_lazy("供應商逾期交貨"),
        "供應商逾期到貨的有",
        "把交貨期寫進訂單，逾期計入供應商評價",
        2,
    ),
    (
        "purchasing.overdue_orders",
        gettext_lazy("訂單到期未到齊"),
        "約定日期已過、還沒有到齊的訂單有",
        "逐筆催貨，明確到貨日期，逾期取消另訂",
        3,
    ),
    (
        "purchasing.overdue_contracts",
        gettext_lazy("合同到期未結清"),
        "合同到期還沒有結清的有",
        "逐份清理到期合同，驗收、付款、歸檔一併辦結",
        3,
    ),
    (
        "purchasing.past_deadlines",
        gettext_lazy("招標合同環節逾期"),
        "公示、定標、答覆質疑、簽合同超過規定期限的有",
        "按法定期限排出招標日程，逐環節提醒",
        4,
    ),
    (
        "purchasing.unanswered_complaints",
        gettext_lazy("採購質疑未答覆"),
        "採購質疑還沒有答覆的有",
        "在三天內答覆質疑，答覆前不定標",
        6,
    ),
):
    problem(name, label)(_evidence(name, before, next_step, weight=weight))
