"""The forms of fixed assets as they are printed: 一室一卡, 責任書, 移交清冊, 調撥單, 報廢申請表, 鑑定表, 出門證, 卡片."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import ACTIONS
from houqin.foundation.journal.models import Entry, Place
from houqin.foundation.org.models import Person
from houqin.foundation.signing.prints import exceptions, letterhead, print_of, signed
from houqin.kit import clock
from houqin.kit.numbers import yuan
from houqin.kit.papers import Table
from houqin.kit.papers.slip import Slip

from .depreciation import life_of, worth
from .models import (
    AssetCard,
    CustodyLetter,
    DeskPlan,
    DeskStep,
    Disposal,
    GatePass,
    HandOver,
    Transfer,
)
from .roomlist import room_property
from .rules import EXCUSED, WAYS_IN, WAYS_OUT

# How many entries of a card's history are printed on it.
MOST_CHANGES = 12
# States of an application in which its things may pass the gate, or have passed it.
CLEARED = ("authorised", "disposed", "settled")


def money(fen: int | None) -> str:
    """分 as 元 on paper; nothing where nothing is known."""
    return yuan(fen) if fen is not None else ""


def day_of(day: date | None) -> str:
    return day.isoformat() if day else ""


def counted(quantity: int | None) -> str:
    return "" if quantity is None else str(quantity)


def _total(label: str, columns: int, sums: dict[int, str]) -> tuple[str, ...]:
    """The last row of a list: its word, and sums under the columns that add up."""
    return tuple(label if place == 0 else sums.get(place, "") for place in range(columns))


# 一室一卡


def room_slips(places: Iterable[Place]) -> list[Slip]:
    """The property card of each room with something in it, as it hangs on its wall (A03); two questions for all rooms."""
    places = list(places)
    keepers = {
        letter.place_id: letter
        for letter in CustodyLetter.objects.filter(state="in_force", place__in=places).select_related("keeper")
    }
    lying: dict[int, list[Any]] = {}
    rows = room_property(places=places).select_related("commodity__asset_card", "account")
    for row in rows.order_by("commodity__asset_card__number"):
        assert row.account.place_id is not None
        lying.setdefault(row.account.place_id, []).append(row)
    head, slips = letterhead(), []
    columns = (
        "資產編號", "名稱", "規格", "單位", "數量", "單價", "金額", "檢查日期", "現狀", "責任人簽名",
    )  # fmt: skip
    for place in places:
        things = lying.get(place.pk, [])
        if not things:
            continue
        letter = keepers.get(place.pk)
        table = [
            (
                row.commodity.asset_card.number, row.commodity.asset_card.name, row.commodity.asset_card.specification,
                row.commodity.asset_card.counter, str(row.quantity), money(row.commodity.asset_card.unit_price),
                money(row.amount), day_of(row.checked_on), str(row.commodity.asset_card.get_use_display()), "",
            )
            for row in things
        ]  # fmt: skip
        sums = {4: str(sum(row.quantity for row in things)), 6: yuan(sum(row.amount for row in things))}
        slips.append(
            Slip(
                title=_("固定資產分室明細賬（一室一卡）"),
                school=head,
                facts=(
                    (_("校區"), str(place.campus_or_self() or "")),
                    (_("樓棟"), place.parent.name if place.parent and place.parent != place.campus else ""),
                    (_("室名"), place.name),
                    (_("責任人"), str(letter.keeper) if letter and letter.keeper else ""),
                    (_("列印日期"), clock.today().isoformat()),
                ),
                tables=(Table("", columns, (*table, _total(_("合計"), len(columns), sums))),),
                signatures=((_("責任人"), ""), (_("資產管理員"), ""), (_("日期"), "")),
                landscape=True,
            )
        )
    return slips


def room_card(place: Place) -> Slip:
    """The property card of one room; an empty one where nothing lies there."""
    found = room_slips([place])
    return (
        found[0]
        if found
        else Slip(_("固定資產分室明細賬（一室一卡）"), letterhead(), text=(_("此處沒有登記的資產。"),))
    )


# 財產保管責任書

_COLUMNS_OF_LETTER = (
    "序號", "財產名稱", "單位", "數量", "完好情況", "單價(賠償價)", "期中抽查", "期末驗收數", "缺損數", "原因", "賠償金額",
)  # fmt: skip


def letter_paper(letter: CustodyLetter, *, copy: str = "") -> Slip:
    """財產保管責任書 with its list; the signatures are those in the book, empty lines where nobody signed yet (A05)."""
    rows = tuple(
        (
            str(line.position), line.card.title(), line.card.counter, str(line.quantity), line.condition,
            money(line.unit_price), counted(line.checked), counted(line.closing), counted(line.missing or None),
            line.reason or str(line.get_cause_display()), money(line.compensation or None),
        )
        for line in letter.lines.select_related("card").order_by("position")
    )  # fmt: skip
    return Slip(
        title=_("財產保管責任書"),
        school=letterhead(),
        number=f"{letter.number}{copy}",
        facts=(
            (_("甲方"), letterhead()),
            (_("乙方（責任人）"), str(letter.keeper or "")),
            (_("班級（功能室）"), letter.room_name),
            (_("起止日期"), f"{letter.from_on} 至 {letter.to_on}"),
        ),
        tables=(Table(_("財產清單"), _COLUMNS_OF_LETTER, rows),),
        text=(
            _("乙方保管使用上列財產，雙方已共同清點。各班、各室不得私自互換；乙方離任或換人須重新清點、另簽責任書。"),
            _("自然損耗由學校維修；人為損壞、遺失按實際損失賠償，不作罰款。學期結束共同驗收後，本責任書終止。"),
        ),
        signatures=signed(
            letter,
            ("keeper", _("乙方（責任人）")),
            ("office", _("甲方（學校總務處）")),
            ("checker", _("期中抽查")),
            ("acceptor", _("期末驗收")),
        ),
        footer=_("一式兩份，甲、乙雙方各執一份。"),
        landscape=True,
    )


@print_of(CustodyLetter, "letter", label=gettext_lazy("責任書（一式兩份）"))
def letter_in_two_copies(letter: CustodyLetter, person: Person) -> Sequence[Slip]:
    """Both copies of a custody letter: one stays with the office, one with the keeper."""
    return [letter_paper(letter, copy=copy) for copy in (_("　甲方存"), _("　乙方存"))]


@print_of(CustodyLetter, "room", label=gettext_lazy("一室一卡"), when=lambda letter: letter.place_id is not None)
def card_of_the_letters_room(letter: CustodyLetter, person: Person) -> Sequence[Slip]:
    """The property card of the room a letter is about."""
    assert letter.place is not None
    return [room_card(letter.place)]


# 移交清冊


@print_of(HandOver, "list", label=gettext_lazy("移交清冊"))
def handover_slips(handover: HandOver, person: Person) -> Sequence[Slip]:
    """財產移交清冊 for the three who sign it (SOD-9)."""
    return [handover_paper(handover)]


def handover_paper(handover: HandOver) -> Slip:
    lines = list(handover.lines.select_related("card__place").order_by("position"))
    rows = tuple(
        (
            str(line.position), line.card.number, line.card.title(), line.card.counter, str(line.quantity),
            money(line.value), str(line.card.place or ""),
        )
        for line in lines
    )  # fmt: skip
    columns = ("序號", "資產編號", "名稱", "單位", "數量", "原值", "存放地點")
    sums = {4: str(sum(line.quantity for line in lines)), 5: yuan(sum(line.value for line in lines))}
    return Slip(
        title=_("財產移交清冊"),
        school=letterhead(),
        number=handover.number,
        facts=(
            (_("移交人"), str(handover.giver or "")),
            (_("接收人"), str(handover.taker)),
            (_("監交人"), str(handover.witness)),
            (_("原因"), handover.reason),
            (_("交接日期"), day_of(handover.handed_on)),
            *(((_("備註"), handover.note),) if handover.note else ()),
        ),
        tables=(Table("", columns, (*rows, _total(_("合計"), len(columns), sums))),),
        text=(_("以上財產已逐件點交，賬物相符。移交後由接收人負責保管。"),),
        signatures=signed(
            handover,
            ("giver", _("移交人")),
            *((("principal", _("校長代簽")),) if handover.note else ()),
            ("taker", _("接收人")),
            ("witness", _("監交人")),
        ),
        footer=_("一式三份，移交人、接收人、總務處各執一份。"),
    )


# 調撥單


@print_of(Transfer, "slip", label=gettext_lazy("調撥單"))
def transfer_slips(transfer: Transfer, person: Person) -> Sequence[Slip]:
    """固定資產調撥單 (A07): every thing on the same paper, one a row."""
    same = Transfer.objects.filter(slip=transfer.slip).select_related("card", "source", "place").order_by("pk")
    rows, total = [], [0, 0, 0, 0]
    for one in same:
        value, written_off, left = worth(one.card, quantity=one.quantity, on=one.opened_on)
        if one.value is not None and one.depreciation is not None:
            value, written_off, left = one.value, one.depreciation, one.net_value or one.value - one.depreciation
        rows.append(
            (
                one.card.number, one.card.name, one.card.specification, one.card.counter, str(one.quantity), money(value),
                money(written_off), money(left), counted(one.received_quantity),
            )
        )  # fmt: skip
        total = [have + more for have, more in zip(total, (one.quantity, value, written_off, left), strict=True)]
    columns = ("資產編號", "名稱", "規格", "單位", "數量", "原值", "累計折舊", "淨值", "實收")
    sums = {4: str(total[0]), 5: yuan(total[1]), 6: yuan(total[2]), 7: yuan(total[3])}
    by_book = dict(
        signed(transfer, ("sender", "sender"), ("receiver", "receiver"), ("approver", "approver")),
    )
    return [
        Slip(
            title=_("固定資產調撥單"),
            school=letterhead(),
            number=transfer.slip,
            facts=(
                (_("日期"), day_of(transfer.opened_on)),
                (_("調出校區(部門)"), str(transfer.source)),
                (_("調入校區(部門)"), str(transfer.place)),
                (_("調撥原因"), transfer.reason),
                (_("批准文號"), transfer.approval_number),
            ),
            tables=(Table("", columns, (*rows, _total(_("合計"), len(columns), sums))),),
            signatures=(
                (_("調出經手"), by_book["sender"] or transfer.sender_name),
                (_("調入經手"), by_book["receiver"] or transfer.receiver_name),
                (_("資產管理員"), transfer.manager_name),
                (_("財務"), transfer.accountant_name),
                (_("審批"), by_book["approver"] or transfer.approver_name),
            ),
            text=exceptions(transfer, EXCUSED),
            footer=_("一式三份，調出方、調入方、財務各執一份。"),
            landscape=True,
        )
    ]


# 報廢（處置）

_OPINION = ("鑑定人", "技術鑑定意見", "日期", "簽名")


def _opinions(disposal: Disposal) -> Table:
    """The three appraisers, with empty rows for who has not looked yet."""
    told = [
        (str(one.appraiser), one.opinion, day_of(one.given_on), "")
        for one in disposal.opinions.select_related("appraiser").order_by("pk")
    ]
    return Table(_("技術鑑定意見（三人）"), _OPINION, tuple(told + [("", "", "", "")] * (3 - len(told))))


def _thing_disposed(disposal: Disposal) -> Table:
    card = disposal.card
    columns = (
        "資產編號", "名稱", "規格型號", "購置日期", "規定年限", "已用年限", "單位", "數量", "單價", "原值", "累計折舊", "淨值",
    )  # fmt: skip
    row = (
        card.number, card.name, card.specification, day_of(card.opened_on), counted(disposal.life_years),
        str(disposal.used_years), card.counter, str(disposal.quantity), money(card.unit_price), money(disposal.value),
        money(disposal.depreciation), money(disposal.net_value),
    )  # fmt: skip
    return Table("", columns, (row,))


@print_of(Disposal, "application", label=gettext_lazy("報廢（處置）申請表"))
def disposal_application(disposal: Disposal, person: Person) -> Sequence[Slip]:
    """固定資產報廢(處置)申請表 (A08) with its three opinions, the notice, the school, the authority and the proceeds."""
    decided = (
        (_("公示截止"), day_of(disposal.notice_until)),
        (_("學校意見"), disposal.school_opinion),
        (_("主管部門"), disposal.authority),
        (_("財政部門批覆文號"), disposal.approval_number),
        (_("批覆日期"), day_of(disposal.approval_on)),
        (_("接收（回收）單位"), disposal.buyer),
        (_("核銷日期"), day_of(disposal.written_off_on)),
        (_("殘值收入"), money(disposal.proceeds)),
        (_("繳庫憑證號"), disposal.deposit_voucher),
    )
    text = [_("原因：%(reason)s") % {"reason": disposal.reason}]
    if disposal.early_reason:
        text.append(_("未到規定年限的說明：%(reason)s") % {"reason": disposal.early_reason})
    if disposal.has_media:
        text.append(_("存儲介質：%(state)s") % {"state": _("已清除") if disposal.media_wiped else _("處置前要清除")})
    if disposal.is_stolen:
        text.append(
            _("被盜，報案編號 %(case)s，結案日期 %(day)s。結案以前留在賬上。")
            % {"case": disposal.case_number, "day": day_of(disposal.case_closed_on) or "—"}
        )
    return [
        Slip(
            title=_("固定資產報廢（處置）申請表"),
            school=letterhead(),
            number=disposal.number,
            facts=(
                (_("使用部門"), disposal.using_unit),
                (_("申報日期"), day_of(disposal.opened_on)),
                (_("存放地點"), str(disposal.place or "")),
                (_("處置方式"), WAYS_OUT.label(disposal.way)),
            ),
            tables=(
                _thing_disposed(disposal),
                _opinions(disposal),
                Table(_("審批與核銷"), (_("事項"), _("內容")), decided),
            ),
            text=tuple(text),
            signatures=(
                (_("使用部門"), ""),
                (_("資產管理"), ""),
                (_("財務"), dict(signed(disposal, ("accountant", "a")))["a"]),
                *signed(disposal, ("approver", _("學校審批")), ("handler", _("處置經手"))),
            ),
            footer=_("一式三份。批覆文號登記以前，資產不得離校、不得核銷。"),
            landscape=True,
        )
    ]


@print_of(Disposal, "appraisal", label=gettext_lazy("技術鑑定表"))
def disposal_appraisal(disposal: Disposal, person: Person) -> Sequence[Slip]:
    """The sheet three people take to the thing and write their finding on."""
    return [
        Slip(
            title=_("固定資產報廢技術鑑定表"),
            school=letterhead(),
            number=disposal.number,
            facts=((_("存放地點"), str(disposal.place or "")), (_("申請原因"), disposal.reason)),
            tables=(_thing_disposed(disposal), _opinions(disposal)),
            text=(_("三位鑑定人各自查看實物，分別寫明損壞情況、能否修復、修復費用與處理意見；申請人不參加鑑定。"),),
            signatures=((_("資產管理員"), ""), (_("日期"), "")),
            landscape=True,
        )
    ]


# 出門證


def _pass(
    title: str, number: str, card: AssetCard, quantity: int, facts: Sequence[tuple[str, str]], **more: Any
) -> Slip:
    columns = ("資產編號", "名稱", "規格型號", "出廠編號", "單位", "數量")
    row = (card.number, card.name, card.specification, card.serial, card.counter, str(quantity))
    return Slip(
        title=title,
        school=letterhead(),
        number=number,
        facts=tuple(facts),
        tables=(Table("", columns, (row,)),),
        text=(_("門衛憑本證核對實物，數量、編號相符方可放行；不符的扣下並通知總務處。"),),
        **more,
    )


@print_of(GatePass, "pass", label=gettext_lazy("出門證"))
def gate_pass(paper: GatePass, person: Person) -> Sequence[Slip]:
    """資產出門證: one stays with the guard, one goes with the thing."""
    facts = (
        (_("攜帶人"), paper.carrier),
        (_("去向"), paper.destination),
        (_("事由"), paper.reason),
        (_("開證日期"), day_of(paper.opened_on)),
        (_("應還日期"), day_of(paper.back_on)),
        (_("還回日期"), day_of(paper.returned_on)),
    )
    signatures = (
        (_("開證人"), str(paper.opened_by or "")),
        (_("攜帶人"), ""),
        *signed(paper, ("guard", _("放行門衛"))),
    )
    return [
        _pass(_("資產出門證"), f"{paper.number}{copy}", paper.card, paper.quantity, facts, signatures=signatures)
        for copy in (_("　門衛存"), _("　隨物"))
    ]


@print_of(Disposal, "gate", label=gettext_lazy("出門證（處置）"), when=lambda disposal: disposal.state in CLEARED)
def disposal_gate_pass(disposal: Disposal, person: Person) -> Sequence[Slip]:
    """What is disposed of leaves for good with this, once its approval number is known (A08-1)."""
    facts = (
        (_("處置方式"), WAYS_OUT.label(disposal.way)),
        (_("接收（回收）單位"), disposal.buyer),
        (_("批覆文號"), disposal.approval_number),
        (_("核銷日期"), day_of(disposal.written_off_on)),
    )
    signatures = (*signed(disposal, ("handler", _("處置經手"))), (_("提貨人"), ""), (_("放行門衛"), ""))
    return [_pass(_("處置資產出門證"), disposal.number, disposal.card, disposal.quantity, facts, signatures=signatures)]


# 卡片


@print_of(AssetCard, "card", label=gettext_lazy("固定資產卡片"))
def asset_card(card: AssetCard, person: Person) -> Sequence[Slip]:
    """固定資產卡片 (A03): what it is and cost, what it is worth today, where how many are, and what became of it."""
    today = clock.today()
    pieces = card.held_now()
    value, written_off, left = worth(card, quantity=pieces, on=today)
    years = life_of(card, on=today)
    pairs = [
        (_("資產名稱"), card.name), (_("規格型號"), card.specification), (_("品牌"), card.brand),
        (_("出廠編號(SN)"), card.serial), (_("國標分類代碼(2022)"), card.gbt_2022), (_("舊分類代碼(2010)"), card.gbt_2010),
        (_("會計科目"), card.account_subject), (_("計量單位"), card.counter), (_("數量"), str(pieces)),
        (_("單價"), money(card.unit_price)), (_("原值"), money(value if card.value is not None else None)), (_("經費來源"), card.funding),
        (_("取得方式"), WAYS_IN.label(WAYS_IN.find(card.way)) or card.way), (_("採購組織形式"), card.purchase_form),
        (_("發票號"), card.invoice), (_("取得日期"), day_of(card.opened_on)), (_("入賬日期(憑證號)"), card.booked),
        (_("投入使用日期"), day_of(card.in_use_on)), (_("折舊年限"), counted(years)),
        (_("折舊方法"), _("年限平均法") if years else _("不提折舊")),
        (_("累計折舊（%(day)s）") % {"day": today}, money(written_off)),
        (_("淨值（%(day)s）") % {"day": today}, money(left)), (_("管理部門"), card.managing_unit),
        (_("使用部門"), card.using_unit), (_("使用(保管)人"), card.custodian_name),
        (_("使用狀況"), str(card.get_use_display())), (_("保修期至"), day_of(card.warranty_until)),
        (_("標籤號"), card.tag), (_("附屬設備"), card.accessories), (_("處置日期"), day_of(card.disposed_on)),
    ]  # fmt: skip
    rows = tuple((*pairs[place], *pairs[place + 1]) for place in range(0, len(pairs), 2))
    held = tuple((balance.account.name, str(balance.quantity)) for balance in card.holdings())
    tables = [Table("", (_("項目"), _("內容"), _("項目"), _("內容")), rows)]
    if held:
        tables.append(Table(_("存放地點"), (_("地點"), _("數量")), held))
    changes = _history(card)
    if changes:
        tables.append(Table(_("變動記錄"), (_("日期"), _("事項"), _("經手"), _("說明")), changes))
    return [
        Slip(
            title=_("固定資產卡片"),
            school=letterhead(),
            number=card.number,
            tables=tuple(tables),
            text=(card.changes_told,) if card.changes_told else (),
            signatures=((_("資產管理員"), ""), (_("使用(保管)人"), ""), (_("財務"), "")),
        )
    ]


def _history(card: AssetCard) -> tuple[tuple[str, str, str, str], ...]:
    found = Entry.objects.filter(document_kind=AssetCard.kind, document_id=card.pk).select_related("by")
    rows = []
    for entry in found.order_by("-number")[:MOST_CHANGES]:
        verb = ACTIONS.get(entry.kind)
        rows.append(
            (
                entry.occurred_on.isoformat(),
                str(verb.label if verb else entry.kind),
                str(entry.by),
                entry.reason or "",
            )
        )
    return tuple(reversed(rows))


# 調配方案


@print_of(DeskPlan, "plan", label=gettext_lazy("調配方案"))
def desk_plan_slips(plan: DeskPlan, person: Person) -> Sequence[Slip]:
    """課桌椅調配方案: who lacks and who has too many, what is moved, what is still to be bought (A06)."""
    lines = list(plan.lines.select_related("source", "target").order_by("position"))
    needs = tuple(
        (line.school_class, str(line.target), counted(line.needed), counted(line.present), str(line.quantity))
        for line in lines
        if line.step == DeskStep.NEED
    )
    moves = tuple(
        (str(line.get_step_display()), str(line.source or ""), str(line.target), str(line.quantity))
        for line in lines
        if line.step != DeskStep.NEED
    )
    tables = []
    if needs:
        tables.append(Table(_("應有與現有"), (_("班級"), _("教室"), _("應有"), _("現有"), _("缺（負數為多）")), needs))
    if moves:
        tables.append(Table(_("調配"), (_("類別"), _("調出"), _("調入"), _("套數")), moves))
    return [
        Slip(
            title=_("課桌椅調配方案"),
            school=letterhead(),
            number=plan.number,
            facts=(
                (_("日期"), day_of(plan.opened_on)),
                (_("應有"), str(plan.needed)),
                (_("現有"), str(plan.present)),
                (_("校區內調整"), str(plan.moved_within)),
                (_("校區間調運"), str(plan.moved_between)),
                (_("仍缺待購"), str(plan.to_buy)),
            ),
            tables=tuple(tables),
            signatures=(
                (_("編制人"), str(plan.opened_by or "")),
                *signed(plan, ("handler", _("執行人"))),
                (_("總務主任"), ""),
            ),
        )
    ]


__all__ = ["day_of", "handover_paper", "letter_paper", "money", "room_card", "room_slips"]
