"""Who may do what with a purchase, in which order, by which method; every number is a parameter with its source."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from houqin.foundation.calendar.holidays import is_workday
from houqin.foundation.org.models import Person, Role
from houqin.foundation.org.parameters import limit, value
from houqin.foundation.org.rules import anyone, leaders, office, own, roles
from houqin.foundation.signing.routes import Route, Step

from . import terms
from .terms import Method

buyers = roles(Role.BUYER)
may_request = anyone
may_approve = leaders
may_avoid = office | roles(Role.STOREKEEPER)
may_withdraw = own("requester") | office
may_buy = buyers | office
# Collectors come from anywhere in the school; that they are two the action looks at (SOD-8).
may_collect = may_buy | roles(Role.ACCOUNTANT, Role.AUDITOR, Role.ASSET_MANAGER, Role.TEACHER, Role.CLASS_TEACHER)
may_excuse = leaders
second_collector = own("second_collector")
may_accept = (
    roles(Role.ACCEPTOR, Role.ASSET_MANAGER, Role.CLERK, Role.TEACHER, Role.CLASS_TEACHER, Role.REPAIRER, Role.AUDITOR)
    | leaders
)
may_keep = roles(Role.STOREKEEPER, Role.ASSET_MANAGER, Role.CANTEEN_MANAGER)
may_bring = may_buy | may_keep
may_take_payment = roles(Role.ACCOUNTANT, Role.CASHIER)
may_tender = office | leaders | buyers
may_complain = anyone
may_answer = office | leaders
may_sign_contracts = office | leaders
may_record = office
may_mark = office | leaders | buyers
readers = (
    office
    | leaders
    | buyers
    | roles(Role.STOREKEEPER, Role.ASSET_MANAGER, Role.ACCEPTOR, Role.AUDITOR, Role.ACCOUNTANT, Role.CASHIER)
)

# §1.2: the principal may sign that a small school cannot separate buyer, acceptors and keeper on one delivery (SOD-4).
EXCUSED = "purchasing.separation_excused"
excuses = roles(Role.PRINCIPAL)

WAITING = ("requested", "to_vice_principal", "to_principal")
REQUEST = Route(
    states={
        "requested": _("待總務主任審批"),
        "to_vice_principal": _("待分管副校長審批"),
        "to_principal": _("待校長審批"),
        "approved": _("已批准待採購"),
        "planned": _("已列入計劃"),
        "from_stock": _("用庫存解決"),
        "rejected": _("未批准"),
        "withdrawn": _("已撤回"),
    },
    steps=(
        *(
            Step(state, "approved", "purchasing.approved", signs="approver", not_by=("purchasing.requested",), waits_for=(role,))
            for state, role in zip(WAITING, (Role.DIRECTOR, Role.VICE_PRINCIPAL, Role.PRINCIPAL), strict=True)
        ),
        Step("requested", "to_vice_principal", "purchasing.endorsed", signs="approver", not_by=("purchasing.requested",), optional=True),
        Step(
            "to_vice_principal", "to_principal", "purchasing.endorsed", signs="approver", not_by=("purchasing.requested",),
            optional=True,
        ),
        Step(WAITING, "rejected", "purchasing.rejected", signs="approver", optional=True),
        Step((*WAITING, "approved"), "from_stock", "purchasing.avoided", optional=True),
        Step((*WAITING, "approved"), "withdrawn", "purchasing.withdrawn", optional=True),
        # Who approves does not buy (SOD-3).
        Step(
            "approved", "planned", "purchasing.planned", not_by=("purchasing.approved", "purchasing.endorsed"),
            waits_for=(Role.BUYER,), due_field="needed_on",
        ),
    ),
    final=("planned", "from_stock", "rejected", "withdrawn"),
)  # fmt: skip

PLAN = Route(
    states={"planned": _("待採購"), "ordered": _("已訂購"), "cancelled": _("已取消")},
    steps=(
        # Nor does he who let fewer quotes or a split pass.
        Step(
            "planned", "ordered", "purchasing.ordered",
            not_by=("purchasing.quotes_excused", "purchasing.split_excused"), waits_for=(Role.BUYER,), due_field="needed_on",
        ),
        Step("planned", "planned", "purchasing.quotes_excused", signs="approver", not_by=("purchasing.planned",), optional=True),
        Step("planned", "planned", "purchasing.split_excused", signs="approver", not_by=("purchasing.planned",), optional=True),
        Step("planned", "cancelled", "purchasing.plan_cancelled", optional=True),
    ),
    final=("ordered", "cancelled"),
)  # fmt: skip

COMPARISON = Route(
    states={
        "inviting": _("邀價中"),
        "compared": _("待第二人簽名"),
        "countersigned": _("待審批"),
        "approved": _("已議定"),
        "abandoned": _("已作廢"),
    },
    steps=(
        Step("inviting", "inviting", "purchasing.quoted", optional=True),
        Step("inviting", "compared", "purchasing.compared", signs="collector", waits_for_field="collector"),
        Step(
            "compared", "countersigned", "purchasing.comparison_countersigned", signs="second_collector",
            not_by=("purchasing.compared",), waits_for_field="second_collector",
        ),
        Step(
            "countersigned", "approved", "purchasing.comparison_approved", signs="approver",
            not_by=("purchasing.compared", "purchasing.comparison_countersigned"), waits_for=(Role.DIRECTOR,),
        ),
        Step(("inviting", "compared", "countersigned"), "abandoned", "purchasing.comparison_abandoned", optional=True),
    ),
    final=("approved", "abandoned"),
)  # fmt: skip

ORDER = Route(
    states={
        "ordered": _("待到貨"),
        "partly": _("部分到貨"),
        "delivered": _("已驗收待付款"),
        "closed": _("已申請付清"),
        "cancelled": _("已取消"),
        "recorded": _("過去的採購"),
    },
    steps=(
        Step("ordered", "ordered", "purchasing.arrived", waits_for=(Role.BUYER, Role.STOREKEEPER), due_field="due_on"),
        Step("partly", "partly", "purchasing.arrived", waits_for=(Role.BUYER, Role.STOREKEEPER), due_field="due_on"),
        Step("delivered", "closed", "purchasing.payment_requested", waits_for=(Role.BUYER,)),
        Step("partly", "partly", "purchasing.payment_requested", optional=True),
        Step("ordered", "cancelled", "purchasing.order_cancelled", optional=True),
    ),
    final=("closed", "cancelled", "recorded"),
)

DELIVERY = Route(
    states={
        "arrived": _("待第一人驗收"),
        "checked": _("待第二人驗收"),
        "received": _("已驗收待保管"),
        "kept": _("已交保管"),
        "turned_away": _("已拒收"),
    },
    steps=(
        Step(
            "arrived", "checked", "purchasing.checked", signs="acceptor", not_by=("purchasing.arrived",), excused_by=EXCUSED,
            waits_for=(Role.ACCEPTOR, Role.CLERK),
        ),
        Step(
            "checked", "received", "purchasing.received", signs="acceptor",
            not_by=("purchasing.arrived", "purchasing.checked"), waits_for=(Role.ACCEPTOR, Role.CLERK, Role.ASSET_MANAGER),
        ),
        Step(
            "received", "kept", "purchasing.taken_over", signs="keeper",
            not_by=("purchasing.checked", "purchasing.received"), waits_for_field="keeper", excused_by=EXCUSED,
        ),
        *(Step(state, state, EXCUSED, signs="principal", optional=True) for state in ("arrived", "checked", "received")),
        Step(("arrived", "checked"), "turned_away", "purchasing.turned_away", signs="acceptor", optional=True),
    ),
    final=("kept", "turned_away"),
)  # fmt: skip

PAYMENT = Route(
    states={"requested": _("待會計接收"), "taken": _("已交財務"), "refused": _("已退回")},
    steps=(
        Step("requested", "taken", "purchasing.payment_taken", signs="accountant", not_by=("purchasing.payment_requested",), waits_for=(Role.ACCOUNTANT,)),
        Step("requested", "refused", "purchasing.payment_refused", optional=True),
    ),
    final=("taken", "refused"),
)  # fmt: skip

AFTER_OPENING = ("opened", "evaluated", "noticed", "awarded")
TENDER = Route(
    states={
        "announced": _("公告中（投標未開）"),
        "opened": _("已開標"),
        "evaluated": _("已評標"),
        "noticed": _("公示中"),
        "awarded": _("已定標"),
        "contracted": _("已簽合同"),
        "archived": _("已歸檔"),
        "failed": _("流標"),
    },
    steps=(
        Step("announced", "announced", "purchasing.tender_clarified", optional=True),
        Step("announced", "announced", "purchasing.bid_received", optional=True),
        Step(("announced", "opened"), "announced", "purchasing.committee_named", optional=True),
        Step("announced", "opened", "purchasing.bids_opened", signs="opener", waits_for=(Role.DIRECTOR,), due_field="deadline_at"),
        Step("opened", "evaluated", "purchasing.evaluated", signs="evaluator", waits_for=(Role.DIRECTOR,)),
        Step("evaluated", "noticed", "purchasing.noticed", waits_for=(Role.CLERK, Role.DIRECTOR)),
        Step("noticed", "awarded", "purchasing.awarded", signs="approver", waits_for=(Role.PRINCIPAL,)),
        Step("awarded", "contracted", "purchasing.contract_signed", waits_for=(Role.DIRECTOR,), due_field="contract_by"),
        Step("contracted", "archived", "purchasing.tender_archived", waits_for=(Role.CLERK,)),
        *(Step(state, state, "purchasing.complained", optional=True) for state in (*AFTER_OPENING, "announced", "contracted")),
        *(Step(state, state, "purchasing.complaint_answered", optional=True) for state in (*AFTER_OPENING, "announced", "contracted")),
        *(Step(state, state, "purchasing.bonds_returned", optional=True) for state in ("awarded", "contracted")),
        Step(("announced", "opened", "evaluated"), "failed", "purchasing.tender_failed", optional=True),
        Step("failed", "archived", "purchasing.tender_archived", optional=True),
    ),
    final=("archived", "failed"),
)  # fmt: skip

CONTRACT = Route(
    states={"signed": _("履行中"), "accepted": _("已驗收"), "settled": _("已結清"), "recorded": _("過去的合同")},
    steps=(
        Step(("signed", "accepted"), "signed", "purchasing.contract_extended", optional=True),
        Step("signed", "accepted", "purchasing.contract_accepted", signs="acceptor", optional=True),
        Step(("signed", "accepted"), "settled", "purchasing.contract_settled", waits_for=(Role.CLERK,), due_field="to_on"),
    ),
    final=("settled", "recorded"),
)  # fmt: skip

_SAMPLE = "某校自行採購分級 [P:W40][P:W40b]；各校自定"
limit("purchasing.director_limit", _("總務主任可批的金額上限（分，不含）"), default=100_000, source=_SAMPLE, status="P")
limit(
    "purchasing.vice_principal_limit",
    _("分管副校長可批的金額上限（分，不含）"),
    default=1_000_000,
    source=_SAMPLE,
    status="P",
)
limit(
    "purchasing.sequential",
    _("採購申請逐級簽批（總務主任、分管副校長、校長依次簽）"),
    default=False,
    source="學校自定；採購申請單各欄依次簽批的學校用",
    status="P",
)
limit("purchasing.quotes_from", _("多少分起要三家比價"), default=1_000_000, source=_SAMPLE, status="P")
limit(
    "purchasing.inquiry_from",
    _("多少分起要密封詢價"),
    default=10_000_000,
    source=f"{_SAMPLE}（10 萬元起專項小組）",
    status="P",
)
limit(
    "purchasing.government_from",
    _("貨物服務多少分起列政府採購（採購限額標準）"),
    default=100_000_000,
    source="中央單位 2020 年標準 100 萬元 [V:W27]；地方按省級標準",
    status="V",
)
limit(
    "purchasing.government_works_from",
    _("工程多少分起列政府採購（採購限額標準）"),
    default=120_000_000,
    source="中央單位 2020 年標準 120 萬元 [V:W27]；地方按省級標準",
    status="V",
)
limit(
    "purchasing.tender_from",
    _("貨物服務多少分起公開招標"),
    default=200_000_000,
    source="公開招標數額標準 200 萬元 [V:W27]",
    status="V",
)
limit(
    "purchasing.works_tender_from",
    _("工程施工多少分起必須招標"),
    default=400_000_000,
    source="必須招標的工程項目規定（發改委 2018 年 16 號令）400 萬元 [V:W28]",
    status="V",
)
limit("purchasing.mall_categories", _("走網上商城的類別"), default=[], source="學校自定（省級電子賣場目錄）")
limit(
    "purchasing.min_quotes",
    _("比價至少幾家"),
    default=3,
    source="政府採購法第 40 條（詢價不少於三家）；自行採購參照 [P:W40]",
    status="V",
)
limit(
    "purchasing.split_days",
    _("向同一家買同一類，幾天內的合計算一筆（化整為零）"),
    default=7,
    source="政府採購法第 28 條、實施條例第 28 條；天數學校自定",
    status="P",
)
limit("purchasing.price_rise_percent", _("單價比上次高百分之多少要說明"), default=15, source="P03-5；學校自定")
limit("purchasing.bid_days", _("招標文件發出到投標截止至少多少天"), default=20, source="招標投標法第 24 條", status="V")
limit(
    "purchasing.document_days", _("招標文件發售至少多少天"), default=5, source="招標投標法實施條例第 16 條", status="V"
)
limit(
    "purchasing.clarification_days",
    _("澄清修改至少在截止前多少天"),
    default=15,
    source="招標投標法第 23 條",
    status="V",
)
limit("purchasing.min_bids", _("投標少於幾家要重新招標"), default=3, source="招標投標法第 28 條", status="V")
limit(
    "purchasing.notice_within_days",
    _("收到評標報告後多少天內公示"),
    default=3,
    source="招標投標法實施條例第 54 條",
    status="V",
)
limit(
    "purchasing.notice_days", _("中標候選人至少公示多少天"), default=3, source="招標投標法實施條例第 54 條", status="V"
)
limit("purchasing.objection_days", _("異議多少天內答覆"), default=3, source="招標投標法實施條例第 54 條", status="V")
limit(
    "purchasing.award_workdays",
    _("收到評審報告後多少個工作日內定標"),
    default=5,
    source="政府採購法實施條例第 43 條",
    status="V",
)
limit(
    "purchasing.contract_days",
    _("中標通知書發出後多少天內簽合同"),
    default=30,
    source="政府採購法第 46 條、招標投標法第 46 條",
    status="V",
)
limit(
    "purchasing.bid_bond_percent",
    _("投標保證金最多百分之幾"),
    default=2,
    source="政府採購法實施條例第 33 條",
    status="V",
)
limit(
    "purchasing.performance_bond_percent",
    _("履約保證金最多百分之幾"),
    default=10,
    source="政府採購法實施條例第 48 條",
    status="V",
)
limit(
    "purchasing.bond_return_workdays",
    _("中標通知後多少個工作日內退未中標人保證金"),
    default=5,
    source="政府採購法實施條例第 33 條",
    status="V",
)
limit(
    "purchasing.addition_percent",
    _("追加採購最多為原合同的百分之幾"),
    default=10,
    source="政府採購法第 49 條",
    status="V",
)
limit("purchasing.archive_years", _("採購檔案至少保存多少年"), default=15, source="政府採購法第 42 條", status="V")

# Rungs of the ladder with the role that reaches up to each, lowest first.
LADDER = (
    ("requested", (Role.DIRECTOR, Role.VICE_PRINCIPAL, Role.PRINCIPAL), "purchasing.director_limit"),
    ("to_vice_principal", (Role.VICE_PRINCIPAL, Role.PRINCIPAL), "purchasing.vice_principal_limit"),
    ("to_principal", (Role.PRINCIPAL,), ""),
)


def rung(amount: int, *, on: date, beside: Iterable[int] = ()) -> tuple[str, tuple[str, ...]]:
    """The state a request of that amount (分) waits in, and the roles that may approve it on that day.

    ``beside`` are amounts that may be pieces of the same purchase: each below a limit, together with this one not (P02).
    """
    pieces = list(beside)
    for state, who, below in LADDER:
        most = value(below, on=on) if below else None
        if most is None or (amount < most and amount + sum(one for one in pieces if one < most) < most):
            return state, who
    raise AssertionError("the last rung has no limit")


def first_rung(amount: int, *, on: date) -> str:
    """The state a new request of that amount (分) waits in: with whoever decides, or where all sign in turn with the first."""
    return "requested" if value("purchasing.sequential", on=on) else rung(amount, on=on)[0]


def limits(category: str, *, on: date) -> list[tuple[str, int]]:
    """The amounts (分) from which a method is wanted for a category, weakest method first."""
    is_works = terms.nature(category) == terms.WORKS
    return [
        (Method.QUOTES, value("purchasing.quotes_from", on=on)),
        (Method.INQUIRY, value("purchasing.inquiry_from", on=on)),
        (Method.GOVERNMENT, value("purchasing.government_works_from" if is_works else "purchasing.government_from", on=on)),
        (Method.OPEN_TENDER, value("purchasing.works_tender_from" if is_works else "purchasing.tender_from", on=on)),
    ]  # fmt: skip


def method_for(category: str, amount: int, *, on: date) -> str:
    """The method the numbers in force that day want for ``amount`` 分 of a category (P02)."""
    wanted: str = Method.DIRECT
    for method, start in limits(category, on=on):
        if amount >= start:
            wanted = method
    is_small = terms.STRENGTH[Method(wanted)] < terms.STRENGTH[Method.GOVERNMENT]
    if is_small and category in value("purchasing.mall_categories", on=on):
        return Method.MALL
    return wanted


def is_too_weak(method: str, *, category: str, amount: int, on: date) -> bool:
    """Whether a method falls short of what the amount wants; the mall has competed the price already."""
    wanted = method_for(category, amount, on=on)
    if method in (Method.MALL, Method.FRAMEWORK) and terms.STRENGTH[Method(wanted)] < 3:
        return False
    return terms.STRENGTH[Method(method)] < terms.STRENGTH[Method(wanted)]


def workdays_after(day: date, count: int) -> date:
    """The n-th working day after ``day``."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_workday(day)
    return day


def is_three_people(*people: Person | None) -> bool:
    """Whether nobody stands there twice (SOD-4)."""
    keys = [one.pk for one in people if one is not None]
    return len(keys) == len(set(keys))
