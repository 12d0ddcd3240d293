"""What the stores contribute to the summary: 新添物資有登記、消耗物資有記載、借領物資有手續, and what went wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.catalogue.stock import VALUE
from houqin.foundation.journal.charts import chart
from houqin.foundation.journal.figures import (
    APPROXIMATE,
    MONEY,
    Count,
    Moved,
    Reading,
    Sum,
    Unanswered,
    figure,
)
from houqin.foundation.journal.sentences import EVENTS, PROPERTY, Evidence, Part, clause, problem

from .rules import ISSUED, LENT

RECEIVED, DISTRIBUTED = "stores.received", "stores.distributed"
# Past ledgers tell what went out, but not to whom.
OUT = (*ISSUED, DISTRIBUTED, "stores.ledger_recorded")
# Where goods go when somebody has them: used up, or in custody.
TO = ("used", "person", "class", "unit")

figure("stores.received", gettext_lazy("物資入庫"), "批次", of=Count(RECEIVED))
figure("stores.received_items", gettext_lazy("入庫物資"), "項", of=Sum(RECEIVED, measure="items"))
figure(
    "stores.received_value",
    gettext_lazy("入庫物資金額"),
    "元",
    of=Moved(RECEIVED, commodity=VALUE, target_role="store"),
    style=MONEY,
)
figure(
    "stores.purchased_value",
    gettext_lazy("採購入庫金額"),
    "元",
    of=Moved(RECEIVED, category="purchase", commodity=VALUE, target_role="store"),
    style=MONEY,
)
figure(
    "stores.donated_value",
    gettext_lazy("受贈物資金額"),
    "元",
    of=Moved(RECEIVED, category="donation", commodity=VALUE, target_role="store"),
    style=MONEY,
)
figure("stores.unaccepted", gettext_lazy("沒有驗收人的入庫"), "項", of=Sum(RECEIVED, measure="unaccepted"))
figure("stores.turned_away", gettext_lazy("驗收不合格拒收"), "批", of=Count("stores.turned_away"))
figure("stores.issued", gettext_lazy("物資領用"), "次", of=Count(ISSUED), style=APPROXIMATE)
figure("stores.issued_items", gettext_lazy("領用物資"), "項", of=Sum(OUT, measure="items"))
figure(
    "stores.issued_value",
    gettext_lazy("領用物資金額"),
    "元",
    of=Moved(OUT, commodity=VALUE, target_role=TO),
    style=MONEY,
    about=gettext_lazy("發給個人、班級、部門的物資按移動平均單價計的金額；不減退庫。"),
)
figure(
    "stores.consumed_value",
    gettext_lazy("消耗物資金額"),
    "元",
    of=Moved(OUT, commodity=VALUE, target_role="used"),
    style=MONEY,
    about=gettext_lazy("領用的低值易耗品金額，低值耐用品列入保管的不算。"),
)
figure(
    "stores.custody_value",
    gettext_lazy("列入保管的低值耐用品金額"),
    "元",
    of=Moved(OUT, commodity=VALUE, target_role=("person", "class", "unit")),
    style=MONEY,
)
figure("stores.unbooked", gettext_lazy("未經入庫就領用"), "次", of=Sum(ISSUED, measure="unbooked"))
figure("stores.requests", gettext_lazy("物資申領"), "次", of=Count("stores.requested"), style=APPROXIMATE)
figure("stores.rejected", gettext_lazy("未批准的申領"), "次", of=Count("stores.rejected"))
figure("stores.over_quota", gettext_lazy("超定額經批准的領用"), "次", of=Sum("stores.approved", measure="excess"))
figure(
    "stores.unsigned",
    gettext_lazy("已發放未簽收"),
    "次",
    of=Unanswered(ISSUED, answer=("stores.signed", "stores.requisition_voided")),
    about=gettext_lazy("發放時或以後領用人都沒有簽名；匯入的過去領物以紙上簽名為準，不在其內。"),
)
figure("stores.returned", gettext_lazy("領用剩餘退庫"), "次", of=Count("stores.returned"))
figure("stores.written_off", gettext_lazy("批准報損"), "次", of=Count("stores.written_off"))
figure(
    "stores.written_off_value",
    gettext_lazy("報損金額"),
    "元",
    of=Moved("stores.written_off", commodity=VALUE, target_role="lost"),
    style=MONEY,
)
figure(
    "stores.expired_value",
    gettext_lazy("過期報損金額"),
    "元",
    of=Moved("stores.written_off", category="expiry", commodity=VALUE, target_role="lost"),
    style=MONEY,
)
figure("stores.transfers", gettext_lazy("倉庫間調撥"), "次", of=Count("stores.sent"))
figure("stores.classes_supplied", gettext_lazy("開學物資發放班級"), "個班", of=Count(DISTRIBUTED, category="opening"))
figure("stores.pupils_supplied", gettext_lazy("開學物資發放學生"), "人", of=Sum(DISTRIBUTED, measure="pupils"))
figure(
    "stores.class_goods_value",
    gettext_lazy("開學發放物資金額"),
    "元",
    of=Moved(DISTRIBUTED, commodity=VALUE, target_role=TO),
    style=MONEY,
)
figure(
    "stores.sheets_unsigned",
    gettext_lazy("開學發放班主任未簽收"),
    "個班",
    of=Unanswered(DISTRIBUTED, answer="stores.distribution_signed"),
)
figure("stores.loans", gettext_lazy("物資借用"), "次", of=Count(LENT), style=APPROXIMATE)
figure("stores.loans_returned", gettext_lazy("借用歸還"), "次", of=Count("stores.loan_returned"), style=APPROXIMATE)
figure("stores.loans_late", gettext_lazy("逾期才歸還"), "次", of=Sum("stores.loan_returned", measure="late"))
figure(
    "stores.loans_overdue",
    gettext_lazy("逾期未還"),
    "次",
    of=Unanswered(LENT, answer="stores.loan_returned", due="due_on", ever=True),
    about=gettext_lazy("到期末已過預計歸還日還沒有還，包括以前借的。"),
)
figure("stores.loans_chased", gettext_lazy("催還"), "次", of=Count("stores.loan_chased"))
figure(
    "stores.compensation",
    gettext_lazy("借用損壞賠償"),
    "元",
    of=Sum(("stores.loan_returned", "stores.loan_part_returned"), measure="compensation"),
    style=MONEY,
)
figure("stores.reservations", gettext_lazy("場地器材預約"), "次", of=Count("stores.reserved"), style=APPROXIMATE)
figure(
    "stores.below_minimum",
    gettext_lazy("低於最低庫存"),
    "項次",
    of=Sum("stores.reorder_checked", measure="below_minimum"),
)

figure(
    "stores.expired_batches", gettext_lazy("核查時已過期"), "批次", of=Sum("stores.expiry_checked", measure="expired")
)

chart(
    "stores.in_and_out",
    gettext_lazy("物資：入庫與消耗的金額"),
    figures=("stores.received_value", "stores.consumed_value"),
    order=50,
)
chart("stores.handed_out", gettext_lazy("物資領用"), figures=("stores.issued",), order=51)


def _where_any(before: str, name: str, after: str = "") -> Callable[[Reading], Sequence[Part] | None]:
    """Words around a figure, said only where there is something to count."""

    def said(reading: Reading) -> Sequence[Part] | None:
        found = reading[name]
        return [before, found, after] if found.value > 0 else None

    return said


def _two(
    before: str, one: str, between: str, other: str, after: str = ""
) -> Callable[[Reading], Sequence[Part] | None]:
    def said(reading: Reading) -> Sequence[Part] | None:
        first, second = reading[one], reading[other]
        return [before, first, between, second, after] if first.value > 0 and second.value > 0 else None

    return said


# S1: 新添物資有登記，消耗物資有記載，借領物資有手續。
clause(
    "stores.additions",
    chapter=PROPERTY,
    sentence="stores.kept",
    order=20,
    text=_two("新添物資有登記，入庫物資", "stores.received_items", "，價值", "stores.received_value"),
)
clause(
    "stores.consumption",
    chapter=PROPERTY,
    sentence="stores.kept",
    order=21,
    text=_two("消耗物資有記載，各班各部門領用", "stores.issued", "，價值", "stores.issued_value"),
)
clause(
    "stores.lending",
    chapter=PROPERTY,
    sentence="stores.kept",
    order=22,
    text=_where_any("借領物資有手續，共借用", "stores.loans"),
)
clause(
    "stores.losses",
    chapter=PROPERTY,
    sentence="stores.counted",
    order=25,
    text=_where_any("按手續報損物資", "stores.written_off"),
)
# S1: 教科書、作業本、清潔工具、辦公用品和教學用品按時發放到班、到人。
clause(
    "stores.opening",
    chapter=PROPERTY,
    sentence="stores.opening",
    order=10,
    text=_two(
        "開學前把課本、簿本、清潔工具等物資按時發放到", "stores.classes_supplied", "、學生", "stores.pupils_supplied"
    ),
)
clause(
    "stores.opening_value",
    chapter=PROPERTY,
    sentence="stores.opening",
    order=11,
    text=_where_any("發放物資價值", "stores.class_goods_value"),
)
clause(
    "stores.rooms",
    chapter=EVENTS,
    sentence="stores.rooms",
    order=30,
    text=_where_any("為教學和活動安排場地器材", "stores.reservations"),
)


@problem("stores.loans_overdue", gettext_lazy("借用逾期未還"))
def what_is_overdue(reading: Reading) -> Iterable[Evidence]:
    found = reading["stores.loans_overdue"]
    if found.value > 0:
        yield Evidence(
            [_("借用物資逾期未還的有"), found],
            _("逐項催還，未還清的不再借出，離崗前結清"),
            weight=found.value * 3,
        )


@problem("stores.unsigned", gettext_lazy("領用未簽收"))
def what_was_not_signed(reading: Reading) -> Iterable[Evidence]:
    found = reading["stores.unsigned"]
    if found.value > 0:
        yield Evidence(
            [_("物資已發放、領用人還沒有簽收的有"), found], _("補齊簽收手續，做到領物必簽"), weight=found.value
        )


@problem("stores.sheets_unsigned", gettext_lazy("開學發放未簽收"))
def which_classes_did_not_sign(reading: Reading) -> Iterable[Evidence]:
    found = reading["stores.sheets_unsigned"]
    if found.value > 0:
        yield Evidence(
            [_("開學物資已發放、班主任還沒有簽收的有"), found],
            _("請班主任核對後簽收，缺的及時補發"),
            weight=found.value * 2,
        )


@problem("stores.unbooked", gettext_lazy("未經入庫就領用"))
def what_was_never_booked(reading: Reading) -> Iterable[Evidence]:
    found = reading["stores.unbooked"]
    if found.value > 0:
        yield Evidence([_("物資沒有辦理入庫就領用的有"), found], _("新添物資先驗收入庫、後領用"), weight=found.value)


@problem("stores.unaccepted", gettext_lazy("入庫沒有驗收人"))
def what_nobody_accepted(reading: Reading) -> Iterable[Evidence]:
    found = reading["stores.unaccepted"]
    if found.value > 0:
        yield Evidence(
            [_("入庫單上沒有驗收人的有"), found], _("採購、驗收、保管由三個人分別簽字"), weight=found.value * 2
        )


@problem("stores.expired", gettext_lazy("物資過期"))
def what_expired(reading: Reading) -> Iterable[Evidence]:
    found = reading["stores.expired_value"]
    if found.value > 0:
        yield Evidence([_("因過期報損的物資價值"), found], _("按實際消耗採購，先到期的先發"), weight=3)


@problem("stores.below_minimum", gettext_lazy("低於最低庫存"))
def what_ran_low(reading: Reading) -> Iterable[Evidence]:
    found = reading["stores.below_minimum"]
    if found.value > 0:
        yield Evidence([_("核對時低於最低庫存的物資有"), found], _("及時採購補充，保證教學需要"), weight=2)
