"""Who may do what in the stores, in which order, and the numbers each school sets for itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from houqin.foundation.org.models import Role
from houqin.foundation.org.parameters import limit, parameter
from houqin.foundation.org.rules import Rule, anyone, leaders, office, own, roles
from houqin.foundation.signing.routes import Route, Step

KEEPERS = (Role.STOREKEEPER,)
APPROVERS = (Role.DIRECTOR,)

keepers = roles(Role.STOREKEEPER)
may_keep = keepers | office
may_buy = roles(Role.BUYER) | office
may_bring = keepers | may_buy
# Somebody who is neither buyer nor keeper of this receipt; who that is the action looks at (SOD-4).
may_accept = roles(Role.ACCEPTOR, Role.ASSET_MANAGER, Role.CLERK, Role.TEACHER, Role.CLASS_TEACHER) | leaders
may_request = anyone
may_approve = leaders
may_hand_over = keepers | office
may_countersign = keepers | leaders | roles(Role.SAFETY_OFFICER, Role.CLERK)
receiver = own("receiver")
may_return = keepers | office
may_withdraw = own("requester") | office
may_decide_loss = leaders
may_plan = office | keepers
# Of those who plan, the director: a keeper does not take the second lock off what he keeps (D02-5).
may_clear_hazard = leaders
class_teacher = own("teacher")


def _has_no_teacher(person: object, about: dict[str, object]) -> bool:
    document = about.get("document")
    return document is not None and getattr(document, "teacher_id", None) is None


signs_for_class = class_teacher | (office & Rule(_has_no_teacher, lambda: _("班級沒有班主任時的總務處")))
borrower = own("borrower")
may_reserve = anyone
may_cancel = own("person") | office
may_record = office | keepers
readers = (
    office | leaders | keepers | roles(Role.BUYER, Role.ACCEPTOR, Role.AUDITOR, Role.ACCOUNTANT, Role.ASSET_MANAGER)
)
custodian = Rule(lambda person, about: about.get("holder") in (None, person), lambda: _("保管人本人"))

RECEIPT = Route(
    states={"arrived": _("到貨待驗"), "accepted": _("已驗收入庫"), "turned_away": _("已拒收"), "void": _("已作廢")},
    steps=(
        Step(
            "arrived", "accepted", "stores.received", signs="acceptor", not_by=("stores.arrived",),
            waits_for=(Role.ACCEPTOR, Role.CLERK),
        ),
        Step("arrived", "turned_away", "stores.turned_away", signs="acceptor", optional=True),
        Step("arrived", "void", "stores.receipt_voided", optional=True),
        # Whoever took the goods in does not take them off the book again.
        Step("accepted", "void", "stores.receipt_voided", not_by=("stores.received",), optional=True),
    ),
    final=("accepted", "turned_away", "void"),
)  # fmt: skip

# Handing out after approval, and at the counter.
ISSUED = ("stores.issued", "stores.issued_directly")
LENT = ("stores.lent", "stores.lent_directly")
OPEN = ("requested", "approved", "picked", "unlocked", "partly")
REQUISITION = Route(
    states={
        "requested": _("待審批"),
        "approved": _("已批准待備貨"),
        "rejected": _("未批准"),
        "picked": _("已備貨待發放"),
        "unlocked": _("雙人會簽待發放"),
        "partly": _("部分發放"),
        "issued": _("已發放待簽收"),
        "signed": _("已簽收"),
        "withdrawn": _("已撤回"),
        "void": _("已作廢"),
    },
    steps=(
        Step(
            "requested", "approved", "stores.approved", signs="approver", not_by=("stores.requested",), waits_for=APPROVERS
        ),
        Step("requested", "rejected", "stores.rejected", signs="approver", optional=True),
        # Who approves does not hand out (SOD-3).
        Step(
            ("approved", "partly"), "picked", "stores.picked", not_by=("stores.approved",), waits_for=KEEPERS,
            due_field="needed_on",
        ),
        Step("picked", "unlocked", "stores.countersigned", signs="second_person", not_by=("stores.picked",), optional=True),
        Step(
            ("picked", "unlocked"), "issued", "stores.issued", signs="issuer",
            not_by=("stores.countersigned", "stores.approved"),
            waits_for=KEEPERS, due_field="needed_on",
        ),
        Step("issued", "signed", "stores.signed", signs="receiver", not_by=ISSUED, waits_for_field="receiver"),
        Step("partly", "partly", "stores.signed", signs="receiver", not_by=ISSUED, optional=True),
        Step("partly", "issued", "stores.closed_short", optional=True),
        Step("issued", "issued", "stores.returned", optional=True),
        Step("signed", "signed", "stores.returned", optional=True),
        Step("partly", "partly", "stores.returned", optional=True),
        Step(("requested", "approved", "picked", "unlocked"), "withdrawn", "stores.withdrawn", optional=True),
        Step(("requested", "approved", "picked", "unlocked"), "void", "stores.requisition_voided", optional=True),
        # Neither who handed the goods out nor who signed for them says alone that they never went.
        Step(
            ("partly", "issued", "signed"), "void", "stores.requisition_voided", not_by=(*ISSUED, "stores.signed"),
            optional=True,
        ),
    ),
    final=("signed", "rejected", "withdrawn", "void"),
)  # fmt: skip

WRITE_OFF = Route(
    states={"proposed": _("待批准"), "written_off": _("已報損"), "rejected": _("未批准"), "void": _("已作廢")},
    steps=(
        Step(
            "proposed", "written_off", "stores.written_off", signs="approver", not_by=("stores.loss_proposed",),
            waits_for=APPROVERS,
        ),
        Step("proposed", "rejected", "stores.loss_rejected", signs="approver", optional=True),
        # What was thought lost is there after all.
        Step(("proposed", "written_off"), "void", "stores.loss_voided", not_by=("stores.loss_proposed",), optional=True),
    ),
    final=("written_off", "rejected", "void"),
)  # fmt: skip

TRANSFER = Route(
    states={"on_the_way": _("在途"), "delivered": _("已接收"), "void": _("已作廢")},
    steps=(
        Step(
            "on_the_way", "delivered", "stores.delivered", signs="receiver", not_by=("stores.sent",), waits_for=KEEPERS
        ),
        Step("on_the_way", "void", "stores.transfer_recalled", optional=True),
    ),
    final=("delivered", "void"),
)

DISTRIBUTION = Route(
    states={
        "planned": _("待發放"),
        "distributed": _("已發放待簽收"),
        "short": _("已簽收有缺"),
        "signed": _("已簽收發齊"),
        "void": _("已作廢"),
    },
    steps=(
        Step("planned", "distributed", "stores.distributed", signs="issuer", waits_for=KEEPERS),
        Step(
            "distributed", "signed", "stores.distribution_signed", signs="class_teacher", not_by=("stores.distributed",),
            waits_for_field="teacher",
        ),
        # Later top-ups: the sheet goes round again.
        Step("short", "distributed", "stores.distributed", signs="issuer", waits_for=KEEPERS),
        Step(
            ("distributed", "short", "signed"), "planned", "stores.distribution_taken_back",
            not_by=("stores.distributed", "stores.distribution_signed"), optional=True, undoes=True,
        ),
    ),
    final=("signed", "void"),
)  # fmt: skip

LOAN = Route(
    states={
        "requested": _("待審批"),
        "approved": _("已批准待借出"),
        "rejected": _("未批准"),
        "out": _("借出中"),
        "returned": _("已歸還"),
        "withdrawn": _("已撤回"),
        "void": _("已作廢"),
    },
    steps=(
        Step("requested", "approved", "stores.loan_approved", signs="approver", not_by=("stores.loan_requested",), waits_for=APPROVERS),
        Step("requested", "rejected", "stores.loan_rejected", signs="approver", optional=True),
        Step("approved", "out", "stores.lent", signs="issuer", not_by=("stores.loan_approved",), waits_for=KEEPERS),
        # Stands on the borrower's list until the keeper has the thing back in his hands.
        Step("out", "returned", "stores.loan_returned", signs="acceptor", waits_for_field="borrower", due_field="due_on"),
        Step("out", "out", "stores.loan_part_returned", signs="acceptor", optional=True),
        Step("out", "out", "stores.loan_chased", optional=True),
        Step(("requested", "approved"), "withdrawn", "stores.loan_withdrawn", optional=True),
        Step(("out", "returned"), "void", "stores.loan_voided", not_by=LENT, optional=True),
    ),
    final=("returned", "rejected", "withdrawn", "void"),
)  # fmt: skip

RESERVATION = Route(
    states={"reserved": _("已預約"), "cancelled": _("已取消")},
    steps=(Step("reserved", "cancelled", "stores.reservation_cancelled", optional=True),),
    final=("cancelled",),
)

_OWN = "學校自定"
parameter(
    "stores.direct_issue_limit",
    _("不經審批可直接發放的金額上限（分）"),
    default=30_000,
    source=f"{_OWN}（D02：申領→審批→發放）",
)
limit("stores.hazardous_needs_two", _("危險品發放須雙人會簽"), default=True, source="D02-5 雙人雙鎖 [M]")
parameter("stores.near_expiry_days", _("多少天內到期算臨期"), default=60, source=_OWN)
parameter("stores.consumption_days", _("採購建議按最近多少天的實際消耗計算"), default=90, source=_OWN)
parameter("stores.cover_days", _("採購建議要夠用多少天"), default=60, source=_OWN)
limit("stores.loan_days_without_approval", _("多少天以內的借用可以不經審批"), default=7, source=_OWN)
parameter(
    "stores.refuse_while_overdue",
    _("有逾期未還的不再借出"),
    default=True,
    source="臺灣 SFS3 借用規則 [P]；學校自定",
    status="P",
)
parameter("stores.reservation_days_ahead", _("最多提前多少天預約"), default=120, source=_OWN)
