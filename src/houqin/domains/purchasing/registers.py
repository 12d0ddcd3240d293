"""The registers of purchasing, with the headings of the field's forms in both scripts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from houqin.foundation.org.directory import Directory
from houqin.foundation.org.models import Person
from houqin.foundation.registers.register import Column, Importing, register
from houqin.kit.text import clean_cell, fold

from . import actions, rules
from .models import (
    Bid,
    CommitteeMember,
    Comparison,
    Complaint,
    Contract,
    Delivery,
    DeliveryLine,
    Order,
    PaymentRequest,
    Plan,
    QuoteLine,
    Relation,
    Request,
    RequestLine,
    SupplierFile,
    SupplierMark,
    Tender,
)
from .terms import CATEGORIES, Method

GROUP = _("採購")
METHODS = dict(Method.choices)
DECIDED = ("awarded", "contracted", "archived", "failed")


def _state(route: Any, *, path: str = "") -> Column:
    return Column("state", _("狀態"), path=path, kind="state", choices=route.states, filtered=True, read_only=True)


def _category(path: str = "", **more: Any) -> Column:
    return Column(
        "category",
        _("類別"),
        path=path,
        kind="choice",
        choices=CATEGORIES.labels,
        headings=("类别", "採購類別", "物品類別"),
        filtered=True,
        **more,
    )


def _method(path: str = "", **more: Any) -> Column:
    return Column(
        "method",
        _("採購方式"),
        path=path,
        kind="choice",
        choices=METHODS,
        headings=("采购方式", "採購形式"),
        filtered=True,
        **more,
    )


register(
    name="purchasing.requests",
    seen_by=rules.readers,
    title=_("採購申請"),
    paper=_("採購申請單"),
    about=_("誰要買什麼、做什麼用、什麼時候要，庫存還有多少，批了沒有。"),
    group=GROUP,
    icon="shopping-cart",
    rows=lambda person: Request.objects.of(person),
    document=Request,
    day="opened_on",
    order=("-opened_on", "-pk"),
    columns=(
        Column("number", _("單號"), searched=True),
        _state(rules.REQUEST),
        Column("opened_on", _("申請日期"), kind="date", headings=("申请日期",)),
        Column("unit", _("申請部門"), path="unit__name", kind="reference", headings=("申请部门",), filtered=True),
        Column("requester", _("申請人"), path="requester__name", kind="reference", headings=("申请人",), searched=True),
        _category(),
        Column("goods", _("品名"), searched=True),
        Column("purpose", _("用途"), searched=True),
        Column("needed_on", _("需要日期"), kind="date"),
        Column("estimated", _("估計金額"), kind="money", headings=("估计金额",), total=True),
        Column("budget_item", _("預算項目"), headings=("预算项目",), filtered=True),
        Column("suggested", _("建議採購方式"), kind="choice", choices=METHODS, headings=("建议采购方式",), shown=False),
        Column("stock_reason", _("有庫存仍要買的理由"), shown=False),
    ),
    adds=actions.request,
    signatures=(_("申請人"), _("部門負責人"), _("總務處意見"), _("分管領導"), _("校長審批")),
    presets=(
        (_("待審批"), "state=requested&state=to_vice_principal&state=to_principal"),
        (_("待採購"), "state=approved"),
    ),
)


def _asked(person: Person) -> Any:
    return RequestLine.objects.filter(request__in=Request.objects.of(person)).annotate(
        estimated=F("wanted") * F("price")
    )


register(
    name="purchasing.request_lines",
    campus=("request__campus",),
    seen_by=rules.readers,
    title=_("採購需求明細"),
    about=_("每一行申請：申請、批准、訂購各多少，當時庫存多少，上次什麼價。"),
    group=GROUP,
    icon="list-details",
    rows=_asked,
    day="request__opened_on",
    order=("-request__opened_on", "pk"),
    columns=(
        Column("number", _("單號"), path="request__number", searched=True),
        _state(rules.REQUEST, path="request__state"),
        Column("opened_on", _("申請日期"), path="request__opened_on", kind="date"),
        Column("requester", _("申請人"), path="request__requester__name", kind="reference", searched=True),
        Column("name", _("品名"), path="item__name", searched=True),
        Column("specification", _("規格型號"), path="item__specification", headings=("规格型号",)),
        Column("counter", _("單位"), path="item__counter"),
        Column("wanted", _("申請數量"), kind="integer", headings=("數量",)),
        Column("approved", _("批准數量"), kind="integer"),
        Column("ordered", _("訂購數量"), kind="integer"),
        Column("on_hand", _("庫存現有量"), kind="integer", headings=("库存现有量",)),
        Column("price", _("估計單價"), kind="money", headings=("估计单价",)),
        Column("last_price", _("上次單價"), kind="money"),
        Column("estimated", _("估計金額"), kind="money", total=True),
        Column("plan", _("採購計劃"), path="plan_line__plan__number"),
    ),
)

register(
    name="purchasing.plans",
    title=_("採購計劃"),
    group=GROUP,
    icon="clipboard-list",
    rows=lambda person: Plan.objects.all(),
    readers=rules.readers,
    document=Plan,
    day="opened_on",
    order=("-opened_on", "-pk"),
    columns=(
        Column("number", _("單號"), searched=True),
        _state(rules.PLAN),
        Column("opened_on", _("日期"), kind="date"),
        _category(),
        Column("goods", _("物品"), searched=True),
        _method(),
        Column("wanted_method", _("按金額應採用"), kind="choice", choices=METHODS, shown=False),
        Column("budget", _("預算金額"), kind="money", total=True),
        Column("budget_item", _("預算項目"), filtered=True),
        Column("needed_on", _("需要日期"), kind="date"),
        Column("quotes_reason", _("不足三家報價的理由"), shown=False),
        Column("split_reason", _("累計超限仍採購的理由"), shown=False),
    ),
    adds=actions.plan,
)

register(
    name="purchasing.comparisons",
    title=_("比價"),
    paper=_("招標（詢價）比價表"),
    group=GROUP,
    icon="scale",
    rows=lambda person: Comparison.objects.all(),
    readers=rules.readers,
    document=Comparison,
    day="opened_on",
    order=("-opened_on", "-pk"),
    columns=(
        Column("number", _("單號"), searched=True),
        _state(rules.COMPARISON),
        Column("opened_on", _("比價日期"), kind="date", headings=("比价日期",)),
        Column("goods", _("項目名稱"), headings=("项目名称",), searched=True),
        Column("budget", _("預算金額"), kind="money", headings=("预算金额",), total=True),
        Column("opens_at", _("開價時間"), kind="moment", shown=False),
        Column(
            "chosen", _("擬定供應商"), path="chosen__name", kind="reference", headings=("拟定供应商",), searched=True
        ),
        Column("amount", _("成交金額"), kind="money", total=True),
        Column("highest", _("最高報價"), kind="money", shown=False),
        Column("reason", _("成交理由(最低價/綜合性價比)"), headings=("成交理由",)),
        Column("visit", _("市場考察情況"), headings=("市场考察情况",), shown=False),
        Column("collector", _("採購小組成員"), path="collector__name", kind="reference"),
        Column("second_collector", _("採購小組第二人"), path="second_collector__name", kind="reference"),
        Column("supervisor", _("監督人"), path="supervisor__name", kind="reference", headings=("监督人",)),
    ),
    adds=actions.invite,
    signatures=(_("採購小組成員"), _("監督人"), _("審批")),
)

register(
    name="purchasing.quotes",
    campus=("quote__comparison__campus",),
    title=_("比價表"),
    paper=_("比價表"),
    about=_("每一樣東西各家報多少，定了哪一家。"),
    group=GROUP,
    icon="table",
    rows=lambda person: QuoteLine.objects.annotate(chosen=F("quote__comparison__chosen__name")),
    readers=rules.readers,
    day="quote__quoted_on",
    order=("-quote__comparison__pk", "plan_line__pk", "price"),
    columns=(
        Column("number", _("單號"), path="quote__comparison__number", searched=True),
        Column("quoted_on", _("報價日期"), path="quote__quoted_on", kind="date"),
        Column("name", _("品名規格"), path="plan_line__item__name", searched=True),
        Column("specification", _("規格"), path="plan_line__item__specification", shown=False),
        Column("counter", _("單位"), path="plan_line__item__counter"),
        Column("quantity", _("數量"), path="plan_line__quantity", kind="integer"),
        Column("supplier", _("供應商"), path="quote__supplier__name", kind="reference", searched=True, filtered=True),
        Column("price", _("單價"), kind="money"),
        Column("value", _("總價"), kind="money"),
        Column("warranty", _("質保(售後)"), path="quote__warranty"),
        Column("delivery", _("交貨期"), path="quote__delivery"),
        Column("is_compliant", _("符合要求"), path="quote__is_compliant", kind="flag"),
        Column("chosen", _("擬定供應商")),
    ),
)

register(
    name="purchasing.orders",
    title=_("採購登記"),
    paper=_("採購登記表"),
    about=_("向誰訂了什麼、多少錢、比了幾家、誰買的、誰驗的。"),
    group=GROUP,
    icon="truck-delivery",
    rows=lambda person: Order.objects.annotate(saved_amount=F("budget") - F("amount")),
    readers=rules.readers,
    document=Order,
    day="opened_on",
    order=("-opened_on", "-pk"),
    columns=(
        Column("number", _("單號"), headings=("單據號", "编号", "訂單號", "采购单号"), searched=True),
        _state(rules.ORDER),
        Column(
            "occurred_on",
            _("採購日期"),
            path="opened_on",
            kind="date",
            headings=("采购日期", "購買日期", "購置日期", "日期"),
        ),
        Column("goods", _("物品"), read_only=True, searched=True),
        Column(
            "name", _("品名"), headings=("物品名稱", "物品名称", "採購物品", "采购物品", "名稱"), imported_only=True
        ),
        Column("specification", _("規格"), headings=("规格", "規格型號", "型號"), imported_only=True),
        Column("quantity", _("數量"), kind="integer", headings=("数量", "採購數量"), imported_only=True),
        Column("counter", _("單位"), headings=("单位", "計量單位"), imported_only=True),
        Column("price", _("單價"), kind="money", headings=("单价", "單價(元)"), imported_only=True),
        Column(
            "supplier",
            _("供應商"),
            path="supplier_name",
            headings=("供应商", "供貨單位", "供货单位", "賣方", "商家"),
            searched=True,
            filtered=True,
        ),
        _category(),
        _method(),
        Column("budget", _("預算金額"), kind="money", headings=("预算金额", "預算"), total=True),
        Column(
            "amount",
            _("金額"),
            kind="money",
            headings=("金额", "成交金額", "採購金額", "采购金额", "總價", "金額(元)"),
            total=True,
        ),
        Column("saved", _("節約額"), path="saved_amount", kind="money", read_only=True, total=True),
        Column("quotes", _("報價家數"), kind="integer", headings=("报价家数", "比價家數", "詢價家數")),
        Column("due_on", _("約定交貨日期"), kind="date", read_only=True),
        Column(
            "buyer", _("採購人"), path="buyer_name", headings=("采购人", "經手人", "採購員", "经办人"), searched=True
        ),
        Column("acceptor", _("驗收人"), path="acceptor_name", headings=("验收人",)),
        Column("received_on", _("驗收日期"), path="completed_on", kind="date", headings=("验收日期", "到貨日期")),
        Column("received", _("已驗收金額"), kind="money", read_only=True, shown=False),
        Column("asked", _("已申請付款"), kind="money", read_only=True, shown=False),
        Column("reason", _("說明"), read_only=True, shown=False),
        Column("note", _("備註"), headings=("备注",), shown=False),
    ),
    importing=Importing(
        actions.record_order,
        names=("採購登記", "採購登記表", "採購台賬", "物品採購登記", "採購記錄", "采购台账", "採購明細"),
        needs=("occurred_on", "name", "quantity", "supplier", "buyer"),
        key=("number",),
        order=50,
    ),
    signatures=(_("採購人"), _("驗收人"), _("總務主任")),
    presets=((_("未到齊"), "state=ordered&state=partly"),),
)

register(
    name="purchasing.deliveries",
    title=_("採購驗收單"),
    group=GROUP,
    icon="checklist",
    rows=lambda person: Delivery.objects.all(),
    readers=rules.readers,
    document=Delivery,
    day="opened_on",
    order=("-opened_on", "-pk"),
    columns=(
        Column("number", _("單號"), searched=True),
        _state(rules.DELIVERY),
        Column("order", _("合同(訂單)號"), path="order__number", headings=("合同(订单)号",), searched=True),
        Column("supplier", _("供應商"), path="order__supplier_name", searched=True),
        Column("opened_on", _("送貨日期"), kind="date", headings=("送货日期",)),
        Column("campus", _("校區"), path="campus__name", kind="reference", filtered=True),
        Column("goods", _("品名"), searched=True),
        Column("value", _("金額"), kind="money", total=True),
        Column("quality", _("質量情況"), headings=("质量情况",)),
        Column("certificate", _("合格證(檢測報告)"), headings=("合格证(检测报告)",)),
        Column("difference", _("差異說明"), headings=("差异说明",)),
        Column("deliverer", _("送貨人"), headings=("送货人",), personal="pupil", shown=False),
        Column("buyer", _("採購人"), path="order__buyer_name", headings=("采购人",)),
        Column("acceptor", _("驗收人1"), path="acceptor__name", kind="reference", headings=("验收人1",)),
        Column("second_acceptor", _("驗收人2"), path="second_acceptor__name", kind="reference", headings=("验收人2",)),
        Column("keeper", _("保管員"), path="keeper__name", kind="reference", headings=("保管员",)),
    ),
    signatures=(_("送貨人"), _("採購人"), _("驗收人1"), _("驗收人2"), _("保管員")),
)
register(
    name="purchasing.delivery_lines",
    campus=("delivery__campus",),
    title=_("採購驗收明細"),
    group=GROUP,
    icon="list-check",
    rows=lambda person: DeliveryLine.objects.all(),
    readers=rules.readers,
    day="delivery__opened_on",
    order=("-delivery__opened_on", "pk"),
    columns=(
        Column("number", _("單號"), path="delivery__number", searched=True),
        Column("order", _("合同(訂單)號"), path="delivery__order__number", searched=True),
        Column("opened_on", _("送貨日期"), path="delivery__opened_on", kind="date"),
        Column("name", _("品名"), path="order_line__item__name", searched=True),
        Column("specification", _("規格"), path="order_line__item__specification"),
        Column("counter", _("單位"), path="order_line__item__counter"),
        Column("due", _("應收數量"), kind="integer", headings=("应收数量",)),
        Column("delivered", _("送到數量"), kind="integer"),
        Column("accepted", _("實收數量"), kind="integer", headings=("实收数量",)),
        Column("price", _("單價"), path="order_line__price", kind="money"),
        Column("value", _("金額"), kind="money", total=True),
    ),
)

register(
    name="purchasing.payments",
    title=_("付款申請"),
    group=GROUP,
    icon="cash",
    rows=lambda person: PaymentRequest.objects.all(),
    readers=rules.readers,
    document=PaymentRequest,
    day="opened_on",
    order=("-opened_on", "-pk"),
    columns=(
        Column("number", _("單號"), searched=True),
        _state(rules.PAYMENT),
        Column("opened_on", _("日期"), kind="date"),
        Column("payee", _("收款單位"), path="payee__name", kind="reference", searched=True),
        Column("amount", _("金額"), kind="money", total=True),
        Column("invoice", _("發票號"), searched=True),
        Column("order", _("訂單"), path="order__number"),
        Column("contract", _("合同"), path="contract__number"),
        Column("is_retention", _("質保金"), kind="flag"),
    ),
)

register(
    name="purchasing.tenders",
    title=_("招標項目"),
    paper=_("招標項目登記簿"),
    about=_("公告、截止、投標家數、中標單位與金額、公示、合同、歸檔。開標前這裡沒有任何投標金額。"),
    group=GROUP,
    icon="gavel",
    rows=lambda person: Tender.objects.annotate(saved_amount=F("budget") - F("amount")),
    readers=rules.readers,
    document=Tender,
    day="opened_on",
    order=("-opened_on", "-pk"),
    columns=(
        Column("number", _("項目編號"), headings=("项目编号",), searched=True),
        _state(rules.TENDER),
        Column("project", _("項目名稱"), headings=("项目名称",), searched=True),
        _category(),
        Column("budget", _("預算金額"), kind="money", headings=("预算金额",), total=True),
        Column("fund", _("資金來源"), headings=("资金来源",)),
        _method(),
        Column("agent", _("代理機構"), headings=("代理机构",)),
        Column("opened_on", _("公告日期"), kind="date"),
        Column("documents_from", _("文件發售起"), kind="date", shown=False),
        Column("documents_to", _("文件發售止"), kind="date", shown=False),
        Column("deadline_at", _("投標截止(開標)"), kind="moment", headings=("投标截止(开标)",)),
        Column("bids_received", _("投標家數"), kind="integer", headings=("投标家数",)),
        Column("committee_size", _("評標委員會人數"), kind="integer", headings=("评标委员会人数",), shown=False),
        Column("experts", _("專家數"), kind="integer", headings=("专家数",), shown=False),
        Column("winner", _("中標單位"), path="winner__name", kind="reference", headings=("中标单位",), searched=True),
        Column("amount", _("中標金額"), kind="money", headings=("中标金额",), total=True),
        Column("saved", _("節約額"), path="saved_amount", kind="money", headings=("节约额",), total=True),
        Column("notice_from", _("公示起"), kind="date", shown=False),
        Column("notice_to", _("公示止"), kind="date", shown=False),
        Column("awarded_on", _("中標通知書日期"), kind="date", headings=("中标通知书日期",)),
        Column("complaints", _("質疑投訴"), kind="integer", headings=("质疑投诉",)),
        Column("archive_number", _("歸檔號"), headings=("归档号",)),
        Column("keep_until", _("保存至"), kind="date", shown=False),
    ),
    adds=actions.announce,
)
register(
    name="purchasing.bids",
    campus=("tender__campus",),
    title=_("投標登記"),
    about=_("誰在什麼時候送來投標文件。開標前沒有金額；開標後連同得分。"),
    group=GROUP,
    icon="mail",
    rows=lambda person: Bid.objects.all(),
    readers=rules.readers,
    day="received_at",
    order=("-tender__pk", "received_at"),
    columns=(
        Column("tender", _("項目編號"), path="tender__number", searched=True),
        Column("project", _("項目名稱"), path="tender__project", searched=True),
        Column("supplier", _("投標人"), path="supplier__name", kind="reference", searched=True),
        Column("received_at", _("收到時間"), kind="moment"),
        Column("bond", _("投標保證金"), kind="money"),
        Column("bond_returned_on", _("保證金退還日期"), kind="date"),
        Column("amount", _("投標報價"), kind="money"),
        Column("score", _("得分合計（百分之一分）"), kind="integer"),
        Column("invalid_reason", _("廢標原因")),
    ),
)
register(
    name="purchasing.committees",
    campus=("tender__campus",),
    title=_("評標委員會"),
    about=_("定標後才列出評委姓名（招標投標法第 37 條）。"),
    group=GROUP,
    icon="users",
    rows=lambda person: CommitteeMember.objects.filter(tender__state__in=DECIDED),
    readers=rules.readers,
    order=("-tender__pk", "pk"),
    columns=(
        Column("tender", _("項目編號"), path="tender__number", searched=True),
        Column("project", _("項目名稱"), path="tender__project"),
        Column("name", _("評委"), searched=True),
        Column("is_expert", _("專家"), kind="flag"),
    ),
)
register(
    name="purchasing.complaints",
    campus=("tender__campus",),
    title=_("質疑投訴"),
    group=GROUP,
    icon="message-report",
    rows=lambda person: Complaint.objects.all(),
    readers=rules.readers,
    day="raised_on",
    order=("-raised_on", "-pk"),
    columns=(
        Column("tender", _("項目編號"), path="tender__number", searched=True),
        Column("raised_on", _("收到日期"), kind="date"),
        Column("complainant", _("質疑人"), personal="pupil"),
        Column("matter", _("質疑事項"), searched=True),
        Column("answered_on", _("答覆日期"), kind="date"),
        Column("answer", _("答覆")),
    ),
)

register(
    name="purchasing.contracts",
    title=_("合同台賬"),
    paper=_("合同管理台賬"),
    group=GROUP,
    icon="file-certificate",
    rows=lambda person: Contract.objects.all(),
    readers=rules.readers,
    document=Contract,
    day="opened_on",
    order=("-opened_on", "-pk"),
    columns=(
        Column("number", _("合同編號"), headings=("合同编号", "合同號", "编号"), searched=True),
        _state(rules.CONTRACT),
        Column("name", _("合同名稱"), headings=("合同名称", "合同項目", "項目名稱"), searched=True),
        Column("category", _("類別"), headings=("类别", "合同類別"), filtered=True),
        Column(
            "supplier",
            _("對方單位"),
            path="supplier_name",
            headings=("对方单位", "乙方", "簽約單位", "签约单位"),
            searched=True,
        ),
        Column("amount", _("金額"), kind="money", headings=("金额", "合同金額", "合同金额", "合同價款"), total=True),
        Column(
            "occurred_on", _("簽訂日期"), path="opened_on", kind="date", headings=("签订日期", "簽約日期", "签约日期")
        ),
        Column("period", _("起止日期"), headings=("合同期限", "履行期限"), imported_only=True),
        Column("from_on", _("開始日期"), kind="date", headings=("开始日期", "起始日期")),
        Column("to_on", _("結束日期"), kind="date", headings=("结束日期", "到期日期", "終止日期")),
        Column("unit_name", _("經辦部門"), headings=("经办部门",)),
        Column("legal", _("法務(審核)"), headings=("法务(审核)",), shown=False),
        Column("payment_plan", _("付款計劃"), headings=("付款计划",), shown=False),
        Column("paid", _("已付金額"), kind="money", headings=("已付金额", "已付款"), total=True),
        Column("added", _("追加金額"), kind="money", read_only=True, shown=False),
        Column("changes", _("變更(補充協議)"), headings=("变更(补充协议)",), shown=False),
        Column("bond", _("履約保證金"), kind="money", headings=("履约保证金",), shown=False),
        Column("warranty_until", _("質保到期"), kind="date", headings=("质保到期",)),
        Column("acceptance", _("驗收"), headings=("验收",), shown=False),
        Column("settled_on", _("結清日期"), kind="date", headings=("结清日期",)),
        Column("archive_number", _("歸檔號"), headings=("归档号",), shown=False),
    ),
    adds=actions.sign_contract,
    importing=Importing(
        actions.record_contract,
        names=("合同管理台賬", "合同台賬", "合同登記", "合同台账", "合同登記簿"),
        needs=("name", "supplier", "amount", "occurred_on"),
        key=("number",),
        order=50,
    ),
    presets=((_("履行中"), "state=signed&state=accepted"),),
)


def _known_supplier(cells: Mapping[str, Any], directory: Directory) -> SupplierFile | None:
    party = directory.parties.get(fold(clean_cell(str(cells.get("name") or ""))))
    return SupplierFile.objects.filter(party=party).first() if party else None


register(
    name="purchasing.suppliers",
    whole_school=True,
    title=_("供應商檔案"),
    group=GROUP,
    icon="building-store",
    rows=lambda person: SupplierFile.objects.all(),
    readers=rules.readers,
    order=("party__name",),
    columns=(
        Column(
            "name",
            _("名稱"),
            path="party__name",
            headings=("名称", "供應商名稱", "供应商名称", "供應商", "單位名稱"),
            searched=True,
        ),
        Column(
            "credit_code", _("統一社會信用代碼"), path="party__credit_code", headings=("统一社会信用代码", "信用代碼")
        ),
        Column("legal_representative", _("法定代表人"), headings=("法人", "法人代表"), personal="pupil", shown=False),
        Column("licence", _("許可證"), headings=("许可证", "許可證及有效期", "许可证及有效期")),
        Column("licence_until", _("許可證有效期"), kind="date", headings=("许可证有效期", "有效期至")),
        Column("supplies", _("供應類別"), headings=("供应类别", "供貨類別", "經營範圍"), searched=True),
        Column("contact", _("聯繫人"), path="party__contact", headings=("联系人",), personal="pupil"),
        Column("phone", _("電話"), path="party__phone", headings=("电话", "聯繫電話", "联系电话"), personal="phone"),
        Column("bank_account", _("開戶行賬號"), headings=("开户行账号", "銀行賬號"), personal="identity", shown=False),
        Column("admitted_on", _("准入日期"), kind="date", headings=("入庫日期",)),
        Column("score", _("評價得分"), kind="integer", headings=("评价得分", "得分")),
        Column("bad_record", _("不良記錄"), headings=("不良记录",)),
        Column("left_on", _("退出日期"), kind="date"),
    ),
    adds=actions.file_supplier,
    importing=Importing(
        actions.file_supplier,
        names=("供應商檔案", "供应商档案", "供應商名錄", "供應商登記表"),
        needs=("name", "supplies"),
        order=30,
        finds=_known_supplier,
    ),
)
register(
    name="purchasing.marks",
    whole_school=True,
    title=_("供應商評價"),
    paper=_("供應商年度評價表"),
    group=GROUP,
    icon="star",
    rows=lambda person: SupplierMark.objects.all(),
    readers=rules.readers,
    order=("-year", "-score"),
    columns=(
        Column(
            "supplier",
            _("供應商"),
            path="supplier__party__name",
            kind="reference",
            headings=("供应商", "供應商名稱", "名稱"),
            searched=True,
        ),
        Column("year", _("年度"), kind="integer", headings=("評價年度", "评价年度"), filtered=True),
        Column("quality", _("質量"), kind="integer", headings=("质量", "質量得分")),
        Column("price", _("價格"), kind="integer", headings=("价格", "價格得分")),
        Column("delivery", _("交貨"), kind="integer", headings=("交货", "交貨得分", "交期")),
        Column("service", _("服務"), kind="integer", headings=("服务", "服務得分", "售後")),
        Column("score", _("得分"), kind="integer", read_only=True),
        Column("note", _("評語"), headings=("评语", "備註")),
    ),
    adds=actions.mark_supplier,
    importing=Importing(
        actions.mark_supplier,
        names=("供應商評價", "供应商评价", "供應商年度評價表"),
        needs=("supplier", "year", "quality", "delivery"),
        key=("supplier", "year"),
        order=40,
    ),
)
register(
    name="purchasing.relations",
    whole_school=True,
    title=_("利害關係迴避"),
    group=GROUP,
    icon="link-off",
    rows=lambda person: Relation.objects.all(),
    readers=rules.readers,
    order=("supplier__name", "person__name"),
    columns=(
        Column("person", _("本校人員"), path="person__name", kind="reference", searched=True),
        Column("supplier", _("供應商"), path="supplier__name", kind="reference", searched=True),
        Column("what", _("關係"), personal="pupil"),
    ),
    adds=actions.declare_relation,
)
