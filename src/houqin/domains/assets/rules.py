"""Who may do what with assets, the route of a transfer, and the words for ways in and out."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from houqin.foundation.catalogue.vocabulary import Term, vocabulary
from houqin.foundation.org.models import Role
from houqin.foundation.org.rules import leaders, office, readers, roles
from houqin.foundation.signing.routes import Route, Step

keeps_assets = office | roles(Role.ASSET_MANAGER)
handles_assets = keeps_assets | roles(Role.STOREKEEPER)
asks_for_assets = handles_assets | leaders | roles(Role.CLASS_TEACHER, Role.TEACHER)
approves = leaders
plans_desks = keeps_assets | leaders
signs_letters = office | leaders
lets_through = roles(Role.GUARD)
reads_values = readers | keeps_assets
settles = roles(Role.ACCOUNTANT, Role.CASHIER)
# §1.2: where a school is too small to separate, the principal signs for it; the law's own separations (SOD-9) stay.
excuses = roles(Role.PRINCIPAL)
appraises = keeps_assets | roles(Role.REPAIRER, Role.STOREKEEPER, Role.TEACHER, Role.CLASS_TEACHER)

EXCUSED = "assets.separation_excused"
_HANDLERS = (Role.ASSET_MANAGER, Role.STOREKEEPER)

# 申請 → 審批 → 調出 → 到貨清點: three persons at least (SOD-3); what is on the way stands in the transit account.
TRANSFER = Route(
    states={
        "requested": _("待審批"),
        "approved": _("待調出"),
        "sent": _("在途"),
        "received": _("已調入"),
        "withdrawn": _("已撤回"),
    },
    steps=(
        Step(
            "requested",
            "approved",
            "assets.transfer_approved",
            signs="approver",
            not_by=("assets.transfer_requested",),
            excused_by=EXCUSED,
            waits_for=(Role.DIRECTOR, Role.VICE_PRINCIPAL),
        ),
        Step(
            "approved",
            "sent",
            "assets.sent",
            signs="sender",
            not_by=("assets.transfer_approved",),
            excused_by=EXCUSED,
            waits_for=_HANDLERS,
        ),
        Step(
            "sent",
            "received",
            "assets.transferred",
            signs="receiver",
            not_by=("assets.transfer_approved", "assets.sent"),
            excused_by=EXCUSED,
            waits_for=_HANDLERS,
        ),
        *(Step(state, state, EXCUSED, signs="principal", optional=True) for state in ("requested", "approved", "sent")),
        # Called back from the way: the things stand again where they came from.
        Step("sent", "approved", "assets.transfer_recalled", optional=True, undoes=True),
        Step("requested", "withdrawn", "assets.transfer_withdrawn", optional=True),
        Step("approved", "withdrawn", "assets.transfer_withdrawn", optional=True),
    ),
    final=("received", "withdrawn"),
)

# Made → carried out; a plan that was overtaken is dropped.
DESK_PLAN = Route(
    states={"made": _("待執行"), "carried_out": _("已執行"), "dropped": _("已作廢")},
    steps=(
        Step(
            "made",
            "carried_out",
            "assets.plan_carried_out",
            signs="handler",
            waits_for=(Role.ASSET_MANAGER, Role.CLERK),
        ),
        Step("made", "dropped", "assets.plan_dropped", optional=True),
    ),
    final=("carried_out", "dropped"),
)

# A05: counted together, signed by keeper and office, checked in mid-term, counted again at the end.
LETTER = Route(
    states={
        "called": _("待清點"),
        "counted": _("待責任人簽"),
        "keeper_signed": _("待總務處簽"),
        "in_force": _("有效"),
        "closed": _("已驗收"),
        "dropped": _("已作廢"),
    },
    steps=(
        Step("called", "counted", "assets.letter_counted", waits_for=(Role.ASSET_MANAGER,)),
        Step(
            "counted",
            "keeper_signed",
            "assets.letter_keeper_signed",
            signs="keeper",
            waits_for_field="keeper",
        ),
        Step(
            "keeper_signed",
            "in_force",
            "assets.letter_signed",
            signs="office",
            not_by=("assets.letter_keeper_signed",),
            waits_for=(Role.DIRECTOR, Role.CLERK),
        ),
        Step("in_force", "in_force", "assets.letter_checked", signs="checker", optional=True),
        Step("in_force", "closed", "assets.letter_closed", signs="acceptor", optional=True),
        Step("in_force", "closed", "assets.letter_renewed", signs="acceptor", optional=True),
        Step(("called", "counted", "keeper_signed"), "dropped", "assets.letter_dropped", optional=True),
    ),
    final=("closed", "dropped"),
)

# SOD-9: giver, taker and witness are three people, and each signs.
GIVEN = ("assets.handover_given", "assets.handover_excused")
HANDOVER = Route(
    states={
        "prepared": _("待移交人簽"),
        "given": _("待接收人簽"),
        "taken": _("待監交人簽"),
        "done": _("已交接"),
        "dropped": _("已作廢"),
    },
    steps=(
        Step("prepared", "given", "assets.handover_given", signs="giver", waits_for_field="giver"),
        # One who has left, died or cannot come signs no more: the principal does, with a reason on the paper.
        Step("prepared", "given", "assets.handover_excused", signs="principal", optional=True),
        Step(
            "given",
            "taken",
            "assets.handover_taken",
            signs="taker",
            not_by=GIVEN,
            waits_for_field="taker",
        ),
        Step(
            "taken",
            "done",
            "assets.handed_over",
            signs="witness",
            not_by=(*GIVEN, "assets.handover_taken"),
            waits_for_field="witness",
        ),
        Step(("prepared", "given", "taken"), "dropped", "assets.handover_dropped", optional=True),
    ),
    final=("done", "dropped"),
)

_APPRAISING = ("assets.disposal_requested", "assets.disposal_appraised")
_APPRAISERS = (Role.ASSET_MANAGER, Role.REPAIRER, Role.STOREKEEPER, Role.CLERK)

# A08: application → three appraisers → notice → school → authority's number → out → proceeds paid in.
DISPOSAL = Route(
    states={
        "requested": _("待鑑定"),
        "appraised_once": _("一人已鑑定"),
        "appraised_twice": _("兩人已鑑定"),
        "appraised": _("待公示"),
        "announced": _("公示中"),
        "approved": _("待批覆"),
        "authorised": _("待處置"),
        "disposed": _("待繳庫"),
        "settled": _("已核銷"),
        "withdrawn": _("已撤回"),
    },
    steps=(
        *(
            Step(
                before,
                after,
                "assets.disposal_appraised",
                signs="appraiser",
                not_by=_APPRAISING,
                waits_for=_APPRAISERS,
            )
            for before, after in (
                ("requested", "appraised_once"),
                ("appraised_once", "appraised_twice"),
                ("appraised_twice", "appraised"),
            )
        ),
        Step("appraised", "announced", "assets.disposal_announced", waits_for=(Role.ASSET_MANAGER, Role.CLERK)),
        Step(
            "announced",
            "approved",
            "assets.disposal_approved",
            signs="approver",
            not_by=_APPRAISING,
            waits_for=(Role.PRINCIPAL, Role.VICE_PRINCIPAL),
            due_field="notice_until",
        ),
        Step("approved", "authorised", "assets.disposal_authorised", waits_for=(Role.ASSET_MANAGER, Role.CLERK)),
        Step(
            "authorised",
            "disposed",
            "assets.disposal_carried_out",
            signs="handler",
            not_by=("assets.disposal_approved",),
            waits_for=(Role.ASSET_MANAGER,),
        ),
        Step(
            "disposed",
            "settled",
            "assets.disposal_settled",
            signs="accountant",
            not_by=("assets.disposal_carried_out",),
            waits_for=(Role.ACCOUNTANT,),
        ),
        Step(
            ("requested", "appraised_once", "appraised_twice", "appraised", "announced", "approved", "authorised"),
            "withdrawn",
            "assets.disposal_withdrawn",
            optional=True,
        ),
    ),
    final=("settled", "withdrawn"),
)

# The guard lets through what the pass names, and nothing else; what is to come back is waited for.
GATE_PASS = Route(
    states={
        "issued": _("待放行"),
        "out": _("已出門"),
        "back": _("已還回"),
        "void": _("已作廢"),
    },
    steps=(
        Step(
            "issued",
            "out",
            "assets.pass_let_through",
            signs="guard",
            not_by=("assets.gate_pass",),
            waits_for=(Role.GUARD,),
        ),
        Step("out", "back", "assets.pass_returned", waits_for=(Role.ASSET_MANAGER,), due_field="back_on"),
        Step("issued", "void", "assets.pass_void", optional=True),
    ),
    final=("back", "void"),
)

# A code is corrected where it stands, or no longer used; cards keep what is written on them.
GOODS_CODE = Route(
    states={"in_use": _("使用中"), "retired": _("停用")},
    steps=(
        Step("in_use", "in_use", "assets.code_changed", optional=True),
        Step("in_use", "retired", "assets.code_retired", optional=True),
    ),
    final=("retired",),
)

# A card stands until all of it is disposed of; one made by mistake is voided by somebody else while nothing rests on it.
CARD = Route(
    states={"held": _("在冊"), "disposed": _("已處置"), "void": _("已作廢")},
    steps=(
        Step("held", "held", "assets.card_corrected", optional=True),
        Step("held", "void", "assets.card_voided", not_by=("assets.added", "assets.taken_in"), optional=True),
    ),
    final=("held", "disposed", "void"),
)

WAYS_IN = vocabulary(
    "assets.way_in",
    (
        Term("bought", _("購置"), words=("購買", "採購", "政府採購", "自購", "新購")),
        Term("allocated", _("調撥"), words=("調入", "劃撥", "配發", "上級調撥", "無償調入")),
        Term("donated", _("捐贈"), words=("接受捐贈", "贈送", "捐助", "贊助")),
        Term("built", _("自建"), words=("自行建造", "自製", "建造")),
        Term("surplus", _("盤盈"), words=("盤點溢餘",)),
    ),
)

WAYS_OUT = vocabulary(
    "assets.way_out",
    (
        Term("scrapped", _("報廢"), words=("淘汰", "核銷")),
        Term("lost", _("報損"), words=("丟失", "盤虧", "被盜", "損失")),
        Term("sold", _("出售"), words=("變賣", "拍賣", "出讓")),
        Term("given", _("捐出"), words=("對外捐贈",)),
        # A07: to another legal entity a transfer is a disposal: the authority approves, both books change.
        Term("ceded", _("調撥外單位"), words=("無償調出", "調出", "無償劃轉", "對外調撥", "劃轉")),
    ),
)
