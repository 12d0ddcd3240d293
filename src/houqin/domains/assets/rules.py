"""Who may do what with assets, the route of a transfer, and the words for ways in and out."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from houqin.foundation.catalogue.vocabulary import Term, vocabulary
from houqin.foundation.org.models import Role
from houqin.foundation.org.rules import leaders, office, roles
from houqin.foundation.signing.routes import Route, Step

keeps_assets = office | roles(Role.ASSET_MANAGER)
handles_assets = keeps_assets | roles(Role.STOREKEEPER)
asks_for_assets = handles_assets | leaders | roles(Role.CLASS_TEACHER, Role.TEACHER)
approves = leaders

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
            waits_for=(Role.DIRECTOR, Role.VICE_PRINCIPAL),
        ),
        Step(
            "approved",
            "sent",
            "assets.sent",
            signs="sender",
            not_by=("assets.transfer_approved",),
            waits_for=_HANDLERS,
        ),
        Step(
            "sent",
            "received",
            "assets.transferred",
            signs="receiver",
            not_by=("assets.transfer_approved", "assets.sent"),
            waits_for=_HANDLERS,
        ),
        Step("requested", "withdrawn", "assets.transfer_withdrawn", optional=True),
        Step("approved", "withdrawn", "assets.transfer_withdrawn", optional=True),
    ),
    final=("received", "withdrawn"),
)

# A card has no route: it stands until all of it is disposed of.
CARD = Route(states={"held": _("在冊"), "disposed": _("已處置")}, steps=(), final=("held", "disposed"))

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
        Term("given", _("捐出"), words=("對外捐贈", "無償調出", "調出")),
    ),
)
