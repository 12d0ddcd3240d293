"""The books of fixed assets 固定資產: cards and transfers."""

from __future__ import annotations

from django.db.models import CharField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Concat
from django.utils.translation import gettext_lazy as _

from houqin.foundation.org.models import Person
from houqin.foundation.registers.register import Column, Importing, register
from houqin.kit import clock

from . import actions, doubts, rules, scope
from .classes import GROUPS
from .depreciation import with_depreciation
from .models import (
    AssetCard,
    Cause,
    CustodyLetter,
    DeskPlan,
    DeskPlanLine,
    DeskStep,
    Disposal,
    GatePass,
    GoodsCode,
    HandOver,
    Opinion,
    Status,
    Transfer,
    Use,
)
from .standing import on_the_book, with_held

GROUP = _("資產")
LIFE_GROUPS = {code: label for code, (label, _years, _status) in GROUPS.items()}

register(
    name="assets.cards",
    seen_by=scope.sees_all,
    title=_("固定資產卡片"),
    group=GROUP,
    icon="armchair",
    rows=lambda person: with_held(scope.cards(person)),
    document=AssetCard,
    columns=(
        Column(
            "number",
            _("資產編號"),
            headings=("編號", "卡片編號", "資產卡號", "資產編碼", "固定資產編號"),
            searched=True,
        ),
        Column("name", _("資產名稱"), headings=("名稱", "品名", "物品名稱", "設備名稱", "固定資產名稱"), searched=True),
        Column("gbt_2022", _("國標分類代碼(2022)"), headings=("國標分類代碼", "分類代碼", "資產分類代碼"), shown=False),
        Column("gbt_2010", _("舊分類代碼"), headings=("舊分類代碼(2010)",), shown=False),
        Column("account_subject", _("會計科目"), headings=("科目",), shown=False),
        Column("specification", _("規格型號"), headings=("規格", "型號", "規格及型號", "標準型號"), searched=True),
        Column("brand", _("品牌"), headings=("廠牌", "生產廠家"), shown=False),
        Column("serial", _("出廠編號(SN)"), headings=("出廠編號", "SN", "序列號"), shown=False, searched=True),
        Column("counter", _("計量單位"), headings=("單位", "量詞")),
        Column("quantity", _("數量"), path="held", kind="integer", headings=("件數", "資產數量"), total=True),
        Column("unit_price", _("單價"), kind="money", headings=("單價(元)", "單位價值")),
        Column(
            "value",
            _("原值"),
            path="told_value",
            kind="money",
            headings=("金額", "原值(元)", "價值", "總價", "資產原值"),
            total=True,
        ),
        Column("funding", _("經費來源"), headings=("資金來源",), shown=False),
        Column(
            "way", _("取得方式"), headings=("取得方式(購置/調撥/捐贈/自建/盤盈)", "來源", "增加方式"), filtered=True
        ),
        Column("purchase_form", _("採購組織形式"), headings=("採購方式",), shown=False),
        Column("invoice", _("發票號"), headings=("發票號碼",), shown=False),
        Column(
            "occurred_on",
            _("取得日期"),
            path="opened_on",
            kind="date",
            headings=("購置日期", "購入日期", "日期", "入庫日期", "開始使用日期"),
            partial="first",
        ),
        Column("booked", _("入賬日期(憑證號)"), headings=("入賬日期", "憑證號"), shown=False),
        Column(
            "in_use_on",
            _("投入使用日期"),
            kind="date",
            headings=("使用日期", "啟用日期", "開始使用日期"),
            shown=False,
            partial="first",
        ),
        Column("life_years", _("折舊年限"), kind="integer", headings=("使用年限", "年限"), shown=False, unit="year"),
        Column("depreciation_method", _("折舊方法"), shown=False),
        Column("depreciation", _("累計折舊"), path="told_depreciation", kind="money", total=True, shown=False),
        Column(
            "net_value", _("淨值"), path="told_net_value", kind="money", headings=("賬面淨值",), total=True, shown=False
        ),
        Column("managing_unit", _("管理部門"), shown=False, filtered=True),
        Column("using_unit", _("使用部門"), headings=("部門",), shown=False, filtered=True),
        Column(
            "custodian",
            _("使用(保管)人"),
            path="custodian_name",
            headings=("使用人(保管人)", "使用人", "保管人", "責任人"),
            searched=True,
        ),
        Column(
            "campus",
            _("校區"),
            path="campus__name",
            kind="reference",
            headings=("所在校區", "校區名稱"),
            filtered=True,
            shown=False,
        ),
        Column(
            "place",
            _("存放地點"),
            path="place__full_name",
            kind="reference",
            headings=("存放校區樓室", "地點", "存放位置", "使用地點", "存放場所"),
            searched=True,
        ),
        Column(
            "use",
            _("使用狀況"),
            kind="choice",
            choices=dict(Use.choices),
            headings=("使用狀況(在用/閒置/待修/待報廢)", "狀況", "現狀"),
            filtered=True,
        ),
        Column(
            "warranty_until", _("保修期至"), kind="date", headings=("保修期", "質保期至"), shown=False, partial="last"
        ),
        Column("tag", _("標籤號"), headings=("條碼", "標籤"), shown=False, searched=True),
        Column("accessories", _("附屬設備"), headings=("附件",), shown=False),
        Column("changes_told", _("變動記錄"), shown=False),
        Column("disposed_on", _("處置日期"), kind="date", read_only=True, shown=False),
        Column("note", _("備註"), headings=("說明",), shown=False),
        Column("state", _("狀態"), kind="state", choices=rules.CARD.states, read_only=True, filtered=True),
    ),
    order=("number",),
    day="opened_on",
    adds=actions.add_card,
    corrects=actions.correct_card,
    importing=Importing(
        actions.import_card,
        names=("固定資產卡片", "固定資產明細", "固定資產登記", "固定資產台賬", "資產卡片"),
        needs=("number", "name", "quantity"),
        key=("number",),
        order=30,
        sets_aside=True,
        proposes=doubts.propose,
        merges=actions.merge_card,
    ),
)

register(
    name="assets.codes",
    whole_school=True,
    title=_("國標分類代碼對照"),
    about=_("GB/T 14885 2022 版與 2010 版的代碼、折舊類別、依據和可靠程度。只作參考，卡片上寫什麼代碼都收。"),
    group=GROUP,
    icon="barcode",
    rows=lambda person: GoodsCode.objects.all(),
    document=GoodsCode,
    columns=(
        Column("name", _("分類名稱"), headings=("名稱", "品目名稱", "分類", "資產分類名稱"), searched=True),
        Column(
            "gbt_2022",
            _("國標分類代碼(2022)"),
            headings=("2022版代碼", "新代碼", "新分類代碼", "GB/T 14885-2022", "代碼"),
            searched=True,
        ),
        Column(
            "gbt_2010",
            _("舊分類代碼(2010)"),
            headings=("2010版代碼", "舊代碼", "舊分類代碼", "原代碼", "GB/T 14885-2010"),
            searched=True,
        ),
        Column("life_group", _("折舊類別"), kind="choice", choices=LIFE_GROUPS, headings=("折舊分類",), filtered=True),
        Column("words", _("認得的名稱"), headings=("包含", "說明", "舉例"), searched=True),
        Column("source", _("依據"), headings=("來源", "出處")),
        Column(
            "status",
            _("可靠程度"),
            kind="choice",
            choices=dict(Status.choices),
            headings=("狀況", "核對"),
            filtered=True,
        ),
        Column("state", _("狀態"), kind="state", choices=rules.GOODS_CODE.states, read_only=True, filtered=True),
    ),
    order=("gbt_2022", "gbt_2010"),
    adds=actions.add_code,
    importing=Importing(
        actions.add_code,
        names=("分類代碼對照", "國標分類代碼", "資產分類代碼", "新舊代碼對照表"),
        needs=("name", "gbt_2022", "gbt_2010"),
        key=("gbt_2022", "gbt_2010"),
        order=25,
        finds=actions.known_code,
        progress=actions.change_code,
    ),
)

register(
    name="assets.transfers",
    campus=("campus", "source", "source__campus"),
    seen_by=scope.sees_all,
    title=_("固定資產調撥單"),
    group=GROUP,
    icon="transfer",
    rows=scope.transfers,
    document=Transfer,
    columns=(
        Column("slip", _("單號"), headings=("調撥單號", "編號", "單據號"), searched=True),
        Column("occurred_on", _("日期"), path="opened_on", kind="date", headings=("調撥日期", "時間")),
        Column(
            "source",
            _("調出校區(部門)"),
            path="source__full_name",
            kind="reference",
            headings=("調出校區", "調出部門", "調出單位", "調出地點", "調出方"),
            filtered=True,
        ),
        Column(
            "target",
            _("調入校區(部門)"),
            path="place__full_name",
            kind="reference",
            headings=("調入校區", "調入部門", "調入單位", "調入地點", "調入方"),
            filtered=True,
        ),
        Column("card", _("資產編號"), path="card__number", headings=("資產卡號", "資產編碼"), searched=True),
        Column("name", _("名稱"), path="card__name", headings=("資產名稱", "品名", "物品名稱"), searched=True),
        Column("specification", _("規格"), path="card__specification", headings=("規格型號", "型號"), shown=False),
        Column("counter", _("單位"), path="card__counter", headings=("計量單位", "量詞")),
        Column("quantity", _("數量"), kind="integer", headings=("調撥數量",), total=True),
        Column("value", _("原值"), kind="money", headings=("金額", "資產原值"), shown=False),
        Column("depreciation", _("累計折舊"), kind="money", shown=False),
        Column("net_value", _("淨值"), kind="money", shown=False),
        Column("reason", _("調撥原因"), headings=("原因", "調撥事由", "事由")),
        Column("approval_number", _("批准文號"), headings=("文號",), shown=False),
        Column("sender", _("調出經手"), path="sender_name", headings=("調出經手人", "調出人", "移交人")),
        Column("receiver", _("調入經手"), path="receiver_name", headings=("調入經手人", "調入人", "接收人")),
        Column("manager", _("資產管理員"), path="manager_name", shown=False),
        Column("accountant", _("財務"), path="accountant_name", headings=("會計",), shown=False),
        Column("approver", _("審批"), path="approver_name", headings=("審批人", "批准人", "領導審批")),
        Column("received_quantity", _("實收"), kind="integer", read_only=True, shown=False),
        Column("note", _("備註"), headings=("說明",), shown=False),
        Column("state", _("狀態"), kind="state", choices=rules.TRANSFER.states, read_only=True, filtered=True),
    ),
    order=("-opened_on", "-pk"),
    day="opened_on",
    adds=actions.request_transfer,
    importing=Importing(
        actions.import_transfer,
        names=("固定資產調撥單", "資產調撥單", "調撥單", "資產調撥登記"),
        needs=("source", "target", "card", "quantity"),
        key=("slip", "card"),
        order=60,
        finds=actions.known_transfer,
    ),
)

# 一室一卡: filtered by room and printed, it is the card that hangs on the wall.
register(
    name="assets.rooms",
    campus=("account__campus",),
    seen_by=scope.sees_all,
    title=_("固定資產分室明細賬（一室一卡）"),
    group=GROUP,
    icon="door",
    rows=scope.room_rows,
    columns=(
        Column("campus", _("校區"), path="account__campus__name", kind="reference", filtered=True),
        Column("building", _("樓棟"), path="account__place__parent__name", kind="reference", filtered=True),
        Column("room", _("室名"), path="account__place__full_name", kind="reference", filtered=True, searched=True),
        Column("keeper", _("責任人"), path="commodity__asset_card__custodian_name", searched=True),
        Column("number", _("資產編號"), path="commodity__asset_card__number", searched=True),
        Column("name", _("名稱"), path="commodity__asset_card__name", searched=True),
        Column("specification", _("規格"), path="commodity__asset_card__specification"),
        Column("counter", _("單位"), path="commodity__asset_card__counter"),
        Column("quantity", _("數量"), kind="integer", total=True),
        Column("unit_price", _("單價"), path="commodity__asset_card__unit_price", kind="money"),
        Column("amount", _("金額"), kind="money", total=True),
        Column("checked_on", _("檢查日期"), kind="date", shown=False),
        Column(
            "use", _("現狀"), path="commodity__asset_card__use", kind="choice", choices=dict(Use.choices), filtered=True
        ),
    ),
    order=("account__place__full_name", "commodity__asset_card__number"),
    signatures=(_("責任人簽名"), _("資產管理員")),
)

register(
    name="assets.depreciation",
    title=_("固定資產折舊明細"),
    group=GROUP,
    icon="trending-down",
    rows=lambda person: on_the_book(with_depreciation(AssetCard.objects.all(), on=clock.today())),
    document=AssetCard,
    readers=rules.reads_values,
    columns=(
        Column("number", _("資產編號"), searched=True),
        Column("name", _("資產名稱"), searched=True),
        Column("specification", _("規格型號"), shown=False),
        Column("group", _("折舊類別"), path="life_group", kind="choice", choices=LIFE_GROUPS, filtered=True),
        Column("opened_on", _("取得日期"), kind="date"),
        Column("years", _("折舊年限"), kind="integer"),
        Column("months", _("已提月數"), kind="integer"),
        Column("cost", _("原值"), kind="money", total=True),
        Column("written_off", _("累計折舊"), kind="money", total=True),
        Column("left", _("淨值"), kind="money", total=True),
        Column("state", _("狀態"), kind="state", choices=rules.CARD.states, filtered=True),
    ),
    order=("number",),
    day="opened_on",
)

register(
    name="assets.letters",
    seen_by=scope.sees_all,
    title=_("財產保管責任書"),
    group=GROUP,
    icon="file-certificate",
    rows=scope.letters,
    document=CustodyLetter,
    columns=(
        Column("number", _("編號"), searched=True),
        Column("room_name", _("班級(功能室)"), searched=True),
        Column("campus", _("校區"), path="campus__name", kind="reference", filtered=True),
        Column("place", _("場所"), path="place__full_name", kind="reference", searched=True, shown=False),
        Column("keeper", _("乙方（責任人）"), path="keeper__name", kind="reference", searched=True),
        Column("from_on", _("起"), kind="date"),
        Column("to_on", _("止"), kind="date"),
        Column("things", _("件數"), kind="integer", total=True),
        Column("counted_on", _("期初清點"), kind="date", shown=False),
        Column("signed_on", _("簽訂日期"), kind="date"),
        Column("checked_on", _("期中抽查"), kind="date", shown=False),
        Column("closed_on", _("期末驗收"), kind="date"),
        Column("missing", _("缺損數"), kind="integer", total=True),
        Column("compensation", _("賠償金額"), kind="money", total=True),
        Column("state", _("狀態"), kind="state", choices=rules.LETTER.states, filtered=True),
    ),
    order=("-opened_on", "room_name"),
    day="opened_on",
    adds=actions.open_letter,
    presets=((_("未簽"), "state=called,counted,keeper_signed"),),
)

register(
    name="assets.letter_lines",
    campus=("letter__campus",),
    seen_by=scope.sees_all,
    title=_("財產保管責任書清單"),
    group=GROUP,
    icon="list-check",
    rows=scope.letter_lines,
    columns=(
        Column("letter", _("責任書"), path="letter__number", filtered=True, searched=True),
        Column("room_name", _("班級(功能室)"), path="letter__room_name", filtered=True, searched=True),
        Column("keeper", _("乙方（責任人）"), path="letter__keeper__name", kind="reference", searched=True),
        Column("from_on", _("起"), path="letter__from_on", kind="date", shown=False),
        Column("to_on", _("止"), path="letter__to_on", kind="date", shown=False),
        Column("position", _("序號"), kind="integer"),
        Column("card", _("資產編號"), path="card__number", searched=True),
        Column("name", _("財產名稱"), path="card__name", searched=True),
        Column("counter", _("單位"), path="card__counter"),
        Column("booked", _("賬面數"), kind="integer", shown=False),
        Column("quantity", _("數量"), kind="integer", total=True),
        Column("condition", _("完好情況")),
        Column("unit_price", _("單價(賠償價)"), kind="money"),
        Column("signed_on", _("期初驗收簽字"), path="letter__signed_on", kind="date"),
        Column("checked", _("期中抽查"), kind="integer"),
        Column("closing", _("期末驗收數"), kind="integer"),
        Column("missing", _("缺損數"), kind="integer", total=True),
        Column("cause", _("原因類別"), kind="choice", choices=dict(Cause.choices), filtered=True),
        Column("reason", _("原因")),
        Column("compensation", _("賠償金額"), kind="money", total=True),
    ),
    order=("letter__room_name", "position"),
    day="letter__opened_on",
    signatures=(_("甲方（學校總務處）"), _("乙方（責任人）")),
)

register(
    name="assets.desks",
    campus=("source__campus", "target__campus"),
    title=_("課桌椅調配"),
    group=GROUP,
    icon="school",
    rows=lambda person: DeskPlanLine.objects.all(),
    readers=rules.plans_desks | scope.sees_all,
    columns=(
        Column("plan", _("方案"), path="plan__number", filtered=True, searched=True),
        Column("opened_on", _("日期"), path="plan__opened_on", kind="date"),
        Column("step", _("類別"), kind="choice", choices=dict(DeskStep.choices), filtered=True),
        Column("school_class", _("班級"), searched=True),
        Column("source", _("調出"), path="source__full_name", kind="reference"),
        Column("target", _("調入"), path="target__full_name", kind="reference"),
        Column("needed", _("應有"), kind="integer"),
        Column("present", _("現有"), kind="integer"),
        Column("quantity", _("缺（多）或調購套數"), kind="integer"),
        Column(
            "state", _("狀態"), path="plan__state", kind="choice", choices=dict(rules.DESK_PLAN.states), filtered=True
        ),
    ),
    order=("-plan__opened_on", "-plan", "position"),
    day="plan__opened_on",
    adds=actions.plan_desks,
)

register(
    name="assets.desk_plans",
    title=_("課桌椅調配方案"),
    group=GROUP,
    icon="arrows-exchange",
    rows=lambda person: DeskPlan.objects.all(),
    readers=rules.plans_desks | scope.sees_all,
    document=DeskPlan,
    columns=(
        Column("number", _("方案"), searched=True),
        Column("opened_on", _("日期"), kind="date"),
        Column("needed", _("應有"), kind="integer"),
        Column("present", _("現有"), kind="integer"),
        Column("in_repair", _("待修"), kind="integer"),
        Column("moved_within", _("校區內調整"), kind="integer"),
        Column("moved_between", _("校區間調運"), kind="integer"),
        Column("to_buy", _("仍缺待購"), kind="integer"),
        Column("van", _("每車套數"), kind="integer", shown=False),
        Column("state", _("狀態"), kind="state", choices=rules.DESK_PLAN.states, filtered=True),
    ),
    order=("-opened_on", "-pk"),
    day="opened_on",
    adds=actions.plan_desks,
)

register(
    name="assets.handovers",
    seen_by=scope.sees_all,
    title=_("財產移交清冊"),
    group=GROUP,
    icon="hand-move",
    rows=scope.handovers,
    document=HandOver,
    columns=(
        Column("number", _("編號"), searched=True),
        Column("opened_on", _("日期"), kind="date"),
        Column("giver", _("移交人"), path="giver__name", kind="reference", searched=True),
        Column("taker", _("接收人"), path="taker__name", kind="reference", searched=True),
        Column("witness", _("監交人"), path="witness__name", kind="reference", searched=True),
        Column("cards", _("卡片數"), kind="integer", total=True),
        Column("value", _("原值"), kind="money", total=True),
        Column("reason", _("移交原因")),
        Column("handed_on", _("交接日期"), kind="date"),
        Column("state", _("狀態"), kind="state", choices=rules.HANDOVER.states, filtered=True),
    ),
    order=("-opened_on", "-pk"),
    day="opened_on",
    adds=actions.prepare_handover,
)

register(
    name="assets.handover_lines",
    campus=("handover__campus",),
    seen_by=scope.sees_all,
    title=_("財產移交清冊明細"),
    group=GROUP,
    icon="list-details",
    rows=scope.handover_lines,
    columns=(
        Column("handover", _("移交清冊"), path="handover__number", filtered=True, searched=True),
        Column("position", _("序號"), kind="integer"),
        Column("card", _("資產編號"), path="card__number", searched=True),
        Column("name", _("名稱"), path="card__name", searched=True),
        Column("specification", _("規格"), path="card__specification"),
        Column("counter", _("單位"), path="card__counter"),
        Column("quantity", _("數量"), kind="integer", total=True),
        Column("value", _("原值"), kind="money", total=True),
        Column("place", _("存放地點"), path="card__place__full_name", kind="reference"),
    ),
    order=("-handover__opened_on", "handover", "position"),
    day="handover__opened_on",
    signatures=(_("移交人"), _("接收人"), _("監交人")),
)


def _with_opinions(person: Person) -> QuerySet[Disposal]:
    """Applications with what each of the three appraisers found: 「陳師傅：無法修復」."""
    told = (
        Opinion.objects.filter(disposal=OuterRef("pk"))
        .order_by("pk")
        .annotate(told=Concat("appraiser__name", Value("："), "opinion", output_field=CharField()))
        .values("told")
    )
    return scope.disposals(person).annotate(
        **{f"opinion_{place}": Coalesce(Subquery(told[place - 1 : place]), Value("")) for place in (1, 2, 3)}
    )


register(
    name="assets.disposals",
    seen_by=scope.sees_all,
    title=_("固定資產報廢(處置)申請表"),
    group=GROUP,
    icon="trash",
    rows=_with_opinions,
    document=Disposal,
    columns=(
        Column("slip", _("單號"), path="number", searched=True),
        Column("using_unit", _("單位"), filtered=True, shown=False),
        Column("opened_on", _("申報日期"), kind="date"),
        Column("card", _("資產編號"), path="card__number", searched=True),
        Column("name", _("名稱"), path="card__name", searched=True),
        Column("specification", _("規格型號"), path="card__specification", shown=False),
        Column("acquired_on", _("購置日期"), path="card__opened_on", kind="date", shown=False),
        Column("life_years", _("規定年限"), kind="integer"),
        Column("used_years", _("已用年限"), kind="integer"),
        Column("quantity", _("數量"), kind="integer", total=True),
        Column("unit_price", _("單價"), path="card__unit_price", kind="money", shown=False),
        Column("value", _("原值"), kind="money", total=True),
        Column("depreciation", _("累計折舊"), kind="money", total=True, shown=False),
        Column("net_value", _("淨值"), kind="money", total=True),
        Column("way", _("處置方式"), kind="choice", choices=rules.WAYS_OUT.labels, filtered=True),
        Column("reason", _("原因")),
        Column("opinion_1", _("技術鑑定意見1"), shown=False),
        Column("opinion_2", _("技術鑑定意見2"), shown=False),
        Column("opinion_3", _("技術鑑定意見3"), shown=False),
        Column("notice_until", _("公示截止"), kind="date", shown=False),
        Column("school_opinion", _("學校意見"), shown=False),
        Column("authority", _("主管部門"), shown=False),
        Column("approval_number", _("財政部門批覆文號"), searched=True),
        Column("proceeds", _("殘值收入"), kind="money", total=True),
        Column("deposit_voucher", _("繳庫憑證號"), shown=False),
        Column("written_off_on", _("核銷日期"), kind="date"),
        Column("state", _("狀態"), kind="state", choices=rules.DISPOSAL.states, filtered=True),
    ),
    order=("-opened_on", "-pk"),
    day="opened_on",
    adds=actions.request_disposal,
)

register(
    name="assets.passes",
    seen_by=scope.sees_passes,
    title=_("資產出門證"),
    group=GROUP,
    icon="door-exit",
    rows=scope.passes,
    document=GatePass,
    columns=(
        Column("number", _("單號"), searched=True),
        Column("opened_on", _("日期"), kind="date"),
        Column("card", _("資產編號"), path="card__number", searched=True),
        Column("name", _("名稱"), path="card__name", searched=True),
        Column("quantity", _("數量"), kind="integer"),
        Column("carrier", _("攜帶人"), searched=True),
        Column("destination", _("去向")),
        Column("reason", _("事由")),
        Column("left_on", _("出門日期"), kind="date"),
        Column("back_on", _("應還日期"), kind="date"),
        Column("returned_on", _("還回日期"), kind="date"),
        Column("guard", _("放行門衛"), path="guard__name", kind="reference"),
        Column("state", _("狀態"), kind="state", choices=rules.GATE_PASS.states, filtered=True),
    ),
    order=("-opened_on", "-pk"),
    day="opened_on",
    adds=actions.issue_pass,
)
