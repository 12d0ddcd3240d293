"""Who may do what, the routes of a stocktake and of a move, why things differ. Data only."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from houqin.foundation.catalogue.vocabulary import Term, vocabulary
from houqin.foundation.org.models import Person, Role
from houqin.foundation.org.parameters import limit, parameter
from houqin.foundation.org.rules import Rule, leaders, office, own, readers, roles
from houqin.foundation.signing.routes import Route, Step

opens_counts = office | leaders | roles(Role.ASSET_MANAGER, Role.AUDITOR, Role.ACCOUNTANT)
reads_counts = readers | leaders | roles(Role.ASSET_MANAGER)
leads_count = own("leader")
recounts = own("second_counter")
approves = leaders
escorts, receives = own("escort"), own("receiver")


def _is_counter(person: Person, about: dict[str, Any]) -> bool:
    paper = about.get("document")
    if paper is None:
        return True
    if isinstance(paper, str):
        # A sheet of the past, by the number printed on it: nobody counts it any more.
        return False
    return paper.leader_id == person.pk or bool(paper.members.filter(person=person, part="counter").exists())


def _signs_minutes(person: Person, about: dict[str, Any]) -> bool:
    paper = about.get("document")
    if paper is None or person.pk in (paper.leader_id, paper.witness_id) or leaders(person):
        return True
    return bool(paper.members.filter(person=person, part="keeper").exists())


counts = Rule(_is_counter, lambda: _("這次盤點的盤點人"))
signs_minutes = Rule(_signs_minutes, lambda: _("這次盤點的盤點人、監盤人、保管員或負責人"))
types_sheets = opens_counts | counts

_LEADERS = (Role.DIRECTOR, Role.VICE_PRINCIPAL, Role.PRINCIPAL)
OPEN = ("drafted", "frozen", "counting", "recounting", "deciding", "decided")
# States in which nobody may see what the book expects (D04-2).
BLIND = ("drafted", "frozen", "counting", "recounting")
FINDERS = ("stocktakes.tallied", "stocktakes.scanned", "stocktakes.count_closed", "stocktakes.recount_closed")

# 擬定 → 凍結賬面 → 盲盤 → 複盤 → 說明原因、處理意見 → 批准入賬 → 各方簽字. A count without differences needs neither
# recount nor decision.
STOCKTAKE = Route(
    states={
        "drafted": _("待凍結賬面"),
        "frozen": _("待盤點"),
        "counting": _("盤點中"),
        "recounting": _("待複盤"),
        "deciding": _("待處理差異"),
        "decided": _("待批准"),
        "posted": _("待簽字"),
        "signed": _("已簽字"),
        "abandoned": _("已取消"),
        "void": _("已作廢"),
    },
    steps=(
        Step("drafted", "frozen", "stocktakes.frozen", waits_for_field="leader", due_field="due_on"),
        Step(("frozen", "counting"), "counting", "stocktakes.tallied", optional=True),
        Step(("frozen", "counting"), "counting", "stocktakes.scanned", optional=True),
        Step(("frozen", "counting"), "counting", "stocktakes.unexpected_told", optional=True),
        Step(
            ("frozen", "counting"), "recounting", "stocktakes.count_closed", signs="counter", waits_for_field="leader",
            due_field="due_on",
        ),
        Step("recounting", "recounting", "stocktakes.recounted", not_by=("stocktakes.count_closed",), optional=True),
        Step(
            "recounting", "deciding", "stocktakes.recount_closed", signs="second_counter",
            not_by=("stocktakes.count_closed",), waits_for_field="second_counter", due_field="due_on",
        ),
        Step("deciding", "deciding", "stocktakes.explained", optional=True),
        Step("deciding", "decided", "stocktakes.decided", waits_for_field="leader", due_field="due_on"),
        Step(
            "decided", "posted", "stocktakes.counted", signs="approver", not_by=(*FINDERS, "stocktakes.decided"),
            waits_for=_LEADERS, due_field="due_on",
        ),
        Step("posted", "posted", "stocktakes.minutes_signed", signs="minutes", optional=True),
        Step(OPEN, "abandoned", "stocktakes.abandoned", optional=True),
        # Posted by mistake: the book stands again as before the count, and it is counted anew; by another leader.
        Step(("posted", "signed"), "void", "stocktakes.voided", not_by=("stocktakes.counted",), optional=True),
    ),
    final=("signed", "abandoned", "void"),
)  # fmt: skip

# 裝箱 → 裝車清點 → 卸車清點 → 核對入賬 → 搬後盤點: the escort, the receiver and who approves are three people (A07).
MOVE = Route(
    states={
        "packing": _("裝箱中"),
        "moving": _("在途"),
        "reconciling": _("待核對入賬"),
        "posted": _("已入賬待搬後盤點"),
        "checked": _("搬後已盤點"),
        "abandoned": _("已取消"),
    },
    steps=(
        Step("packing", "packing", "stocktakes.boxed", optional=True),
        Step("packing", "packing", "stocktakes.loaded", optional=True),
        Step("packing", "moving", "stocktakes.load_closed", signs="escort", waits_for_field="escort"),
        Step("moving", "moving", "stocktakes.unloaded", optional=True),
        Step(
            "moving", "reconciling", "stocktakes.unload_closed", signs="receiver",
            not_by=("stocktakes.load_closed",), waits_for_field="receiver",
        ),
        Step(
            "reconciling", "posted", "stocktakes.moved", signs="approver",
            not_by=("stocktakes.load_closed", "stocktakes.unload_closed"), waits_for=(Role.DIRECTOR,),
        ),
        Step("posted", "checked", "stocktakes.move_checked", waits_for=(Role.ASSET_MANAGER,)),
        Step("packing", "abandoned", "stocktakes.move_abandoned", optional=True),
    ),
    final=("checked", "abandoned"),
)  # fmt: skip

# Why the book and the shelf differ.
REASONS = vocabulary(
    "stocktakes.reason",
    (
        Term("unrecorded_issue", _("漏記領用"), words=("漏記發出", "漏登領用", "領用未登記", "漏記出庫")),
        Term("unrecorded_receipt", _("漏記入庫"), words=("漏登入庫", "入庫未登記", "未入賬")),
        Term("miscounted", _("計量差錯"), words=("點錯", "數錯", "記錯", "登記錯誤")),
        Term("wear", _("自然損耗"), words=("損耗", "正常損耗", "受潮")),
        Term("damaged", _("損毀"), words=("損壞", "破損", "報廢")),
        Term("stolen", _("被盜"), words=("盜竊", "失竊")),
        Term("lost", _("丟失"), words=("遺失", "找不到", "下落不明")),
        Term("unknown", _("原因不明"), words=("不明",)),
    ),
)

_OWN = "學校自定"
limit("stocktakes.director_limit", _("盤點差異在多少分以內由總務主任批准"), default=100_000, source=_OWN, status="M")
limit(
    "stocktakes.vice_principal_limit",
    _("盤點差異在多少分以內由分管副校長批准"),
    default=1_000_000,
    source=_OWN,
    status="M",
)
parameter("stocktakes.days", _("盤點應在多少天內辦完"), default=14, source=_OWN, status="M")
