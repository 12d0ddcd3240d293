"""The registers of the stores: what lies where, the papers in and out, loans, opening of term, the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import BigIntegerField, Case, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils.translation import gettext_lazy as _

from houqin.foundation.catalogue.items import item_key
from houqin.foundation.journal.models import Balance
from houqin.foundation.org.directory import Directory
from houqin.foundation.org.models import Person
from houqin.foundation.org.rules import staff
from houqin.foundation.registers.register import Column, Importing, register
from houqin.kit import clock

from . import actions, rules
from .models import (
    Batch,
    Distribution,
    DistributionLine,
    HandOut,
    Keeping,
    Kit,
    LedgerRow,
    Loan,
    Quota,
    Receipt,
    ReceiptLine,
    Requisition,
    Reservable,
    Reservation,
    Transfer,
    TransferLine,
    WriteOff,
)
from .terms import CATEGORIES, PURPOSES, Condition, Holder, Loss, Per, Source

GROUP = _("倉庫")
LOANS = _("借用預約")

_STORE = ("仓库", "庫房", "库房", "存放倉庫", "所在倉庫")
_NAME = ("物品名稱", "物品名称", "物品", "名稱", "名称", "品目", "物資名稱", "物资名称", "商品名稱", "材料名稱")
_SPECIFICATION = ("规格", "規格型號", "规格型号", "型號", "型号")
_COUNTER = ("单位", "計量單位", "计量单位", "量詞")
_QUANTITY = ("数量", "數目", "件數")
_PRICE = ("单价", "單價(元)", "单价(元)", "購入單價")
_VALUE = ("金额", "金額(元)", "金额(元)", "總價", "总价", "價值", "总金额", "總金額")


def _store_column(path: str, **more: Any) -> Column:
    return Column("store", _("倉庫"), path=path, kind="reference", headings=_STORE, filtered=True, **more)


def _name_column(path: str, **more: Any) -> Column:
    return Column("name", _("品名"), path=path, headings=_NAME, searched=True, **more)


def _specification_column(path: str, **more: Any) -> Column:
    return Column("specification", _("規格"), path=path, headings=_SPECIFICATION, searched=True, **more)


def _counter_column(path: str, **more: Any) -> Column:
    return Column("counter", _("單位"), path=path, headings=_COUNTER, **more)


def _per_piece(value: str, quantity: str) -> Case:
    """Average price in 分, half up; NULL where there is nothing."""
    return Case(
        When(
            **{f"{quantity}__gt": 0},
            then=Cast((F(value) * 2 + F(quantity)) / (F(quantity) * 2), BigIntegerField()),
        ),
        default=None,
        output_field=BigIntegerField(),
    )


# What lies where


def _stock(person: Person) -> QuerySet[Balance]:
    """One row per item and store: pieces, worth, average. The worth is the balance of the item's value commodity."""
    worth = Balance.objects.filter(
        account=OuterRef("account"), commodity__code=Concat(Value("value:"), Cast(OuterRef("commodity"), _text()))
    ).values("quantity")[:1]
    rows = Balance.objects.filter(account__role="store", commodity__item__isnull=False)
    rows = rows.annotate(worth=Coalesce(Subquery(worth), Value(0), output_field=BigIntegerField()))
    rows = rows.annotate(average=_per_piece("worth", "quantity"))
    if rules.readers(person):
        return rows
    return rows.filter(quantity__gt=0)


def _text() -> Any:
    from django.db.models import TextField

    return TextField()


register(
    name="stores.stock",
    campus=("account__campus",),
    seen_by=staff,
    title=_("庫存"),
    paper=_("庫存物資明細表"),
    about=_("每個倉庫現在有什麼、多少、值多少；平均單價是移動平均。"),
    group=GROUP,
    icon="packages",
    rows=_stock,
    columns=(
        _store_column("account__place__full_name", read_only=True),
        _name_column("commodity__item__name", read_only=True),
        _specification_column("commodity__item__specification", read_only=True),
        _counter_column("commodity__item__counter", read_only=True),
        Column(
            "category", _("類別"), path="commodity__item__keeping__category", kind="choice", choices=CATEGORIES.labels,
            filtered=True, read_only=True,
        ),
        Column("quantity", _("結存數量"), kind="integer", read_only=True),
        Column("average", _("平均單價"), kind="money", read_only=True),
        Column("worth", _("結存金額"), kind="money", total=True, read_only=True),
        Column("minimum", _("最低庫存"), path="commodity__item__keeping__minimum", kind="integer", read_only=True),
        Column("shelf", _("庫位"), path="commodity__item__keeping__shelf", read_only=True, shown=False),
    ),
    order=("account__place__full_name", "commodity__item__name", "pk"),
    signatures=(_("保管員"), _("負責人")),
)  # fmt: skip

register(
    name="stores.openings",
    campus=("store__campus",),
    title=_("期初庫存"),
    paper=_("期初庫存表"),
    about=_("建賬時倉庫裡有的東西；之後的進出都從這裡算起。"),
    group=GROUP,
    icon="package-import",
    rows=lambda person: LedgerRow.objects.filter(kind="stores.opened"),
    readers=rules.readers,
    day="occurred_on",
    columns=(
        Column("day", _("日期"), path="occurred_on", kind="date", headings=("盤存日期", "建賬日期", "截止日期")),
        _store_column("store__full_name"),
        _name_column("item__name"),
        _specification_column("item__specification"),
        _counter_column("item__counter"),
        Column("category", _("類別"), path="item__keeping__category", kind="choice", choices=CATEGORIES.labels, headings=("类别", "物資類別")),
        Column("quantity", _("數量"), path="received", kind="integer", headings=(*_QUANTITY, "期初數量", "庫存數量", "库存数量", "結存數量", "现有数量")),
        Column("price", _("單價"), kind="money", headings=(*_PRICE, "期初單價", "庫存單價")),
        Column("value", _("金額"), path="received_value", kind="money", headings=(*_VALUE, "期初金額", "期初金额", "庫存金額", "結存金額"), total=True),
        Column("shelf", _("庫位"), path="item__keeping__shelf", headings=("库位", "存放位置", "貨位")),
        Column("batch", _("批號"), headings=("批号",), imported_only=True),
        Column("expires_on", _("有效期至"), kind="date", headings=("有效期", "保質期至", "到期日"), imported_only=True),
        Column("minimum", _("最低庫存"), kind="integer", headings=("最低库存", "安全庫存", "警戒數量"), imported_only=True),
    ),
    order=("-occurred_on", "id"),
    importing=Importing(
        actions.record_opening,
        names=("期初庫存", "期初库存", "庫存盤存表", "期初庫存表", "庫存表", "倉庫結存"),
        needs=("name", "quantity"),
        order=48,
    ),
)  # fmt: skip

register(
    name="stores.catalogue",
    whole_school=True,
    title=_("物資目錄"),
    group=GROUP,
    icon="list-details",
    rows=lambda person: Keeping.objects.all(),
    columns=(
        _name_column("item__name"),
        _specification_column("item__specification"),
        _counter_column("item__counter"),
        Column(
            "category",
            _("類別"),
            kind="choice",
            choices=CATEGORIES.labels,
            filtered=True,
            headings=("类别", "物資類別", "分類"),
        ),
        Column("minimum", _("最低庫存"), kind="integer", headings=("最低库存", "安全庫存", "警戒數量", "庫存下限")),
        Column("shelf", _("庫位"), headings=("库位", "存放位置", "貨位", "柜架號")),
        Column(
            "is_durable",
            _("低值耐用"),
            kind="flag",
            filtered=True,
            headings=("低值易耗品", "低值耐用品", "是否低值耐用"),
        ),
        Column("is_hazardous", _("危險品"), kind="flag", filtered=True, headings=("危险品", "是否危險品", "危化品")),
        Column("is_old_for_new", _("以舊換新"), kind="flag", headings=("以旧换新", "是否以舊換新")),
        Column("is_serial", _("逐件編號"), kind="flag", headings=("逐件编号",), shown=False),
        Column("cas", _("CAS 號"), headings=("CAS", "CAS号"), shown=False),
    ),
    order=("item__name", "item__specification", "pk"),
    adds=actions.set_item,
    corrects=actions.correct_item,
    importing=Importing(
        actions.set_item,
        names=("物資目錄", "物资目录", "物品目錄", "倉庫物品目錄"),
        needs=("name", "minimum"),
        key=("name", "specification"),
        order=31,
        finds=lambda data, directory: _keeping(data),
    ),
)


def _keeping(data: Mapping[str, Any]) -> Keeping | None:
    key = item_key(str(data.get("name") or ""), str(data.get("specification") or ""))
    return Keeping.objects.filter(item__folded=key).first()


register(
    name="stores.quotas",
    whole_school=True,
    title=_("領用定額"),
    group=GROUP,
    icon="gauge",
    rows=lambda person: Quota.objects.all(),
    readers=rules.readers,
    columns=(
        Column("item", _("品名"), path="item__name", kind="reference", searched=True),
        Column("category", _("類別"), kind="choice", choices=CATEGORIES.labels, filtered=True),
        Column("holder", _("對象"), kind="choice", choices=dict(Holder.choices), filtered=True),
        Column("quantity", _("每學期定額"), kind="integer"),
    ),
    order=("category", "item__name", "pk"),
    adds=actions.set_quota,
)

register(
    name="stores.batches",
    campus=("store__campus",),
    title=_("批次與有效期"),
    paper=_("臨期物資清單"),
    about=_("有批號或有效期的物資還剩多少；最早到期的排在前面，先到期的先發。"),
    group=GROUP,
    icon="calendar-exclamation",
    rows=lambda person: Batch.objects.filter(remaining__gt=0),
    readers=rules.readers,
    day="expires_on",
    columns=(
        _store_column("store__full_name"),
        _name_column("item__name"),
        _specification_column("item__specification"),
        Column("number", _("批號"), searched=True),
        Column("expires_on", _("有效期至"), kind="date"),
        Column("remaining", _("剩餘"), kind="integer"),
        _counter_column("item__counter"),
        Column("received_on", _("入庫日期"), kind="date"),
    ),
    order=("expires_on", "pk"),
    signatures=(_("保管員"), _("負責人")),
)

# Goods in

register(
    name="stores.receipts",
    title=_("入庫單"),
    group=GROUP,
    icon="truck-delivery",
    rows=lambda person: Receipt.objects.all(),
    readers=rules.readers,
    document=Receipt,
    day="opened_on",
    columns=(
        Column("number", _("單號"), searched=True),
        Column("state", _("狀態"), kind="state", choices=rules.RECEIPT.states, filtered=True),
        Column("opened_on", _("日期"), kind="date"),
        Column("source", _("來源"), kind="choice", choices=dict(Source.choices), filtered=True),
        Column("supplier_name", _("供應商"), searched=True),
        Column("goods", _("物品"), searched=True),
        Column("value", _("金額"), kind="money", total=True),
        _store_column("place__full_name"),
        Column("buyer_name", _("經手人"), searched=True),
        Column("acceptor_name", _("驗收人"), searched=True),
        Column("keeper_name", _("保管員"), searched=True),
        Column("accepted_on", _("入庫日期"), kind="date", shown=False),
        Column("note", _("備註"), shown=False),
    ),
    order=("-opened_on", "-pk"),
    adds=actions.arrive,
)


def _receipt_line(data: Mapping[str, Any], directory: Directory) -> ReceiptLine | None:
    """The line of that paper with that item, where the row bears a number."""
    number = str(data.get("number") or "").strip()
    if not number:
        return None
    key = item_key(str(data.get("name") or ""), str(data.get("specification") or ""))
    return ReceiptLine.objects.filter(receipt__number=number, item__folded=key).first()


register(
    name="stores.receipt_lines",
    campus=("receipt__campus",),
    title=_("入庫登記"),
    paper=_("入庫單"),
    about=_("新添物資有登記：誰買的、誰驗收的、誰保管、哪來的、多少錢。"),
    group=GROUP,
    icon="package-import",
    rows=lambda person: ReceiptLine.objects.filter(receipt__state="accepted"),
    readers=rules.readers,
    day="receipt__accepted_on",
    columns=(
        Column("occurred_on", _("入庫日期"), path="receipt__accepted_on", kind="date", headings=("入库日期", "日期", "驗收日期", "入庫時間")),
        Column("number", _("單號"), path="receipt__number", headings=("单号", "入庫單號", "入库单号", "編號"), searched=True),
        Column("supplier", _("供應商"), path="receipt__supplier_name", headings=("供应商", "供貨單位", "供货单位", "供貨商", "捐贈人"), searched=True),
        Column(
            "source", _("來源"), path="receipt__source", kind="choice", choices=dict(Source.choices), filtered=True,
            headings=("来源", "來源(採購/調入/捐贈/退庫/盤盈)", "来源(采购/调入/捐赠/退库/盘盈)", "入庫類型", "入库类型"),
        ),
        _name_column("item__name"),
        _specification_column("item__specification"),
        _counter_column("item__counter"),
        Column("quantity", _("數量"), path="accepted", kind="integer", headings=(*_QUANTITY, "入庫數量", "驗收數量")),
        Column("price", _("單價"), kind="money", headings=_PRICE),
        Column("value", _("金額"), kind="money", headings=_VALUE, total=True),
        Column("batch", _("批號(有效期)"), headings=("批号(有效期)", "批號", "批号", "批次")),
        Column("expires_on", _("有效期至"), kind="date", headings=("有效期", "保質期至", "到期日"), shown=False),
        Column("shelf", _("庫位"), headings=("库位", "存放位置", "貨位")),
        Column("buyer", _("經手人"), path="receipt__buyer_name", headings=("经手人", "採購人", "采购人", "採購員"), searched=True),
        Column("acceptor", _("驗收人"), path="receipt__acceptor_name", headings=("验收人", "驗收人簽字"), searched=True),
        Column("keeper", _("保管員"), path="receipt__keeper_name", headings=("保管员", "倉庫管理員", "保管人"), searched=True),
        _store_column("receipt__place__full_name"),
    ),
    order=("-receipt__accepted_on", "-pk"),
    signatures=(_("經手人"), _("驗收人"), _("保管員")),
    importing=Importing(
        actions.record_receipt,
        names=("入庫單", "入库单", "入庫登記", "入庫登記表", "入庫明細", "物品入庫登記"),
        needs=("occurred_on", "name", "quantity"),
        order=50,
        by_day=True,
        finds=_receipt_line,
    ),
)  # fmt: skip

# Goods out


def _requisitions(person: Person) -> QuerySet[Requisition]:
    """The office and the keepers see all of them, others what they asked for, received, or have to do with as a class."""
    rows = Requisition.objects.all()
    if rules.readers(person):
        return rows
    return rows.filter(Q(requester=person) | Q(receiver=person) | Q(school_class__teacher=person))


register(
    name="stores.requisitions",
    seen_by=rules.readers,
    title=_("領用單"),
    group=GROUP,
    icon="clipboard-list",
    rows=_requisitions,
    document=Requisition,
    day="opened_on",
    columns=(
        Column("number", _("單號"), searched=True),
        Column("state", _("狀態"), kind="state", choices=rules.REQUISITION.states, filtered=True),
        Column("opened_on", _("日期"), kind="date"),
        Column("receiver_name", _("領用人"), searched=True),
        Column("school_class", _("領用班級"), path="school_class__name", kind="reference"),
        Column("unit", _("領用部門"), path="unit__name", kind="reference"),
        Column("goods", _("物品"), searched=True),
        Column("purpose", _("用途"), searched=True),
        Column("purpose_kind", _("用途類別"), kind="choice", choices=PURPOSES.labels, filtered=True, shown=False),
        Column("is_excess", _("超定額"), kind="flag", filtered=True),
        Column("approver_name", _("批准人")),
        Column("keeper_name", _("發放人")),
        _store_column("place__full_name", shown=False),
        Column("needed_on", _("需用日期"), kind="date", shown=False),
        Column("note", _("備註"), shown=False),
    ),
    order=("-opened_on", "-pk"),
    adds=actions.request,
)


def _hand_outs(person: Person) -> QuerySet[HandOut]:
    rows = HandOut.objects.exclude(requisition__state="void").annotate(
        price=_per_piece("value", "quantity"),
        whose=Case(
            When(
                requisition__school_class__isnull=False,
                then=Concat("requisition__school_class__campus__name", "requisition__school_class__name"),
            ),
            When(requisition__unit__isnull=False, then=F("requisition__unit__name")),
            default=F("requisition__receiver_name"),
        ),
    )
    if rules.readers(person):
        return rows
    return rows.filter(Q(requisition__receiver=person) | Q(requisition__school_class__teacher=person))


register(
    name="stores.hand_outs",
    campus=("requisition__campus",),
    seen_by=rules.readers,
    title=_("領物登記簿"),
    paper=_("領物登記簿"),
    about=_("消耗物資有記載：誰領的、領了什麼、做什麼用、誰批准、誰發的。"),
    group=GROUP,
    icon="package-export",
    rows=_hand_outs,
    day="issued_on",
    columns=(
        Column("occurred_on", _("日期"), path="issued_on", kind="date", headings=("領用日期", "领用日期", "發放日期", "领物日期", "領物日期")),
        Column("number", _("單號"), path="requisition__number", headings=("单号", "領用單號"), searched=True, shown=False),
        Column(
            "holder", _("領用部門(班級)"), path="whose", searched=True,
            headings=("领用部门(班级)", "領用部門", "领用部门", "領用班級", "领用班级", "部門", "班級", "領用單位"),
        ),
        _name_column("item__name"),
        _specification_column("item__specification"),
        _counter_column("item__counter"),
        Column("quantity", _("數量"), kind="integer", headings=(*_QUANTITY, "領用數量", "领用数量", "發放數量", "實發數量")),
        Column("purpose", _("用途"), path="requisition__purpose", headings=("領用用途", "用途說明"), searched=True),
        Column("price", _("單價"), kind="money", headings=_PRICE),
        Column("value", _("金額"), kind="money", headings=_VALUE, total=True),
        Column("receiver", _("領用人簽名"), path="requisition__receiver_name", headings=("领用人签名", "領用人", "领用人", "領物人", "领物人", "領用人簽字", "签收人"), searched=True),
        Column("approver", _("批准人"), path="requisition__approver_name", headings=("審批人", "审批人", "批准")),
        Column("keeper", _("發放人"), path="requisition__keeper_name", headings=("发放人", "保管員", "經手人", "發物人")),
        Column("is_old_for_new", _("是否以舊換新"), kind="flag", headings=("是否以旧换新", "以舊換新", "以旧换新")),
        Column("note", _("備註"), path="requisition__note", headings=("备注", "說明")),
        Column("returned", _("已退數量"), kind="integer", shown=False, read_only=True),
        Column("purpose_kind", _("用途類別"), path="requisition__purpose_kind", kind="choice", choices=PURPOSES.labels, filtered=True, shown=False, read_only=True),
        _store_column("requisition__place__full_name", shown=False),
    ),
    order=("-issued_on", "-pk"),
    adds=actions.issue_directly,
    signatures=(_("保管員"), _("總務主任")),
    importing=Importing(
        actions.record_issue,
        names=("領物登記簿", "领物登记簿", "領用登記", "领用登记", "領用登記表", "物品領用登記", "領物登記", "發放登記"),
        needs=("occurred_on", "name", "quantity", "receiver"),
        order=55,
        by_day=True,
    ),
)  # fmt: skip


def _custody(person: Person) -> QuerySet[Balance]:
    worth = Balance.objects.filter(
        account=OuterRef("account"), commodity__code=Concat(Value("value:"), Cast(OuterRef("commodity"), _text()))
    ).values("quantity")[:1]
    rows = Balance.objects.filter(
        account__role__in=("person", "class", "unit"), quantity__gt=0, commodity__item__isnull=False
    ).annotate(worth=Coalesce(Subquery(worth), Value(0), output_field=BigIntegerField()))
    if rules.readers(person):
        return rows
    own = [f"person:{person.pk}", *(f"class:{pk}" for pk in person.classes.values_list("pk", flat=True))]
    return rows.filter(account__code__in=own)


register(
    name="stores.custody",
    campus=("account__campus",),
    seen_by=rules.readers,
    title=_("低值耐用品保管清單"),
    about=_("領走後還在人手裡的東西：誰保管什麼，離崗時要退回或移交。"),
    group=GROUP,
    icon="user-check",
    rows=_custody,
    columns=(
        Column("holder", _("保管人"), path="account__name", searched=True, filtered=True),
        _name_column("commodity__item__name"),
        _specification_column("commodity__item__specification"),
        _counter_column("commodity__item__counter"),
        Column("quantity", _("數量"), kind="integer"),
        Column("worth", _("金額"), kind="money", total=True),
    ),
    order=("account__name", "commodity__name", "pk"),
    adds=actions.pass_custody,
    signatures=(_("保管人"), _("監交人"), _("資產管理員")),
)

register(
    name="stores.write_offs",
    title=_("報損單"),
    group=GROUP,
    icon="trash-x",
    rows=lambda person: WriteOff.objects.all(),
    readers=rules.readers,
    document=WriteOff,
    day="opened_on",
    columns=(
        Column("number", _("單號"), searched=True),
        Column("state", _("狀態"), kind="state", choices=rules.WRITE_OFF.states, filtered=True),
        Column("opened_on", _("日期"), kind="date"),
        Column("item", _("品名"), path="item__name", kind="reference", searched=True),
        Column("specification", _("規格"), path="item__specification"),
        Column("quantity", _("數量"), kind="integer"),
        Column("loss", _("類型"), kind="choice", choices=dict(Loss.choices), filtered=True),
        Column("reason", _("原因"), searched=True),
        Column("value", _("金額"), kind="money", total=True),
        _store_column("place__full_name"),
    ),
    order=("-opened_on", "-pk"),
    adds=actions.propose_loss,
    signatures=(_("保管員"), _("批准人")),
)

register(
    name="stores.transfers",
    campus=("campus", "place__campus"),
    title=_("倉庫調撥單"),
    group=GROUP,
    icon="arrows-exchange",
    rows=lambda person: Transfer.objects.all(),
    readers=rules.readers,
    document=Transfer,
    day="opened_on",
    columns=(
        Column("number", _("單號"), searched=True),
        Column("state", _("狀態"), kind="state", choices=rules.TRANSFER.states, filtered=True),
        Column("opened_on", _("日期"), kind="date"),
        Column("source", _("調出倉庫"), path="place__full_name", kind="reference"),
        Column("target", _("調入倉庫"), path="target__full_name", kind="reference"),
        Column("goods", _("物品"), searched=True),
        Column("sender", _("發出人"), path="sender__name", kind="reference"),
        Column("receiver", _("接收人"), path="receiver__name", kind="reference"),
        Column("delivered_on", _("接收日期"), kind="date"),
        Column("note", _("備註"), shown=False),
    ),
    order=("-opened_on", "-pk"),
    adds=actions.send,
    signatures=(_("發出人"), _("接收人")),
)

register(
    name="stores.transfer_lines",
    campus=("transfer__campus", "transfer__place__campus"),
    title=_("調撥明細"),
    group=GROUP,
    icon="arrows-exchange-2",
    rows=lambda person: TransferLine.objects.all(),
    readers=rules.readers,
    day="transfer__opened_on",
    columns=(
        Column("number", _("單號"), path="transfer__number", searched=True),
        Column("opened_on", _("日期"), path="transfer__opened_on", kind="date"),
        _name_column("item__name"),
        _specification_column("item__specification"),
        Column("quantity", _("發出數量"), kind="integer"),
        Column("delivered", _("接收數量"), kind="integer"),
        Column("value", _("金額"), kind="money", total=True),
    ),
    order=("-transfer__opened_on", "-pk"),
)

# The ledger

register(
    name="stores.ledger",
    campus=("store__campus",),
    title=_("實物台賬"),
    paper=_("實物台賬（數量金額明細賬）"),
    about=_("一種物資在一個倉庫的每筆收、發和結存；用品名和倉庫篩選後就是一本賬。"),
    group=GROUP,
    icon="book-2",
    rows=lambda person: LedgerRow.objects.all(),
    readers=rules.readers,
    day="occurred_on",
    columns=(
        Column("occurred_on", _("日期"), kind="date", headings=("記賬日期", "记账日期")),
        _store_column("store__full_name"),
        _name_column("item__name", filtered=True),
        _specification_column("item__specification", filtered=True),
        _counter_column("item__counter"),
        Column("voucher", _("憑證號"), headings=("凭证号", "憑證字號", "單據號", "凭证编号"), searched=True),
        Column("summary", _("摘要"), path="reason", headings=("摘 要", "事由")),
        Column("received", _("收入數量"), kind="integer", headings=("收入数量", "入庫數量", "借方數量", "收入")),
        Column("received_value", _("收入金額"), kind="money", headings=("收入金额", "入庫金額", "借方金額")),
        Column("issued", _("發出數量"), kind="integer", headings=("发出数量", "出庫數量", "貸方數量", "發出")),
        Column("issued_value", _("發出金額"), kind="money", headings=("发出金额", "出庫金額", "貸方金額")),
        Column("balance", _("結存數量"), kind="integer", headings=("结存数量", "結餘數量", "庫存數量", "結存")),
        Column("price", _("結存單價"), kind="money", headings=("结存单价", "結餘單價")),
        Column("balance_value", _("結存金額"), kind="money", headings=("结存金额", "結餘金額")),
    ),
    order=("occurred_on", "entry", "id"),
    signatures=(_("記賬"), _("保管員")),
    importing=Importing(
        actions.record_ledger,
        names=("實物台賬", "实物台账", "數量金額明細賬", "数量金额明细账", "實物賬", "物資明細賬"),
        needs=("occurred_on", "name", "received", "issued", "balance"),
        order=52,
        by_day=True,
    ),
)

# Opening of term

register(
    name="stores.kits",
    whole_school=True,
    title=_("開學發放標準"),
    group=GROUP,
    icon="backpack",
    rows=lambda person: Kit.objects.filter(is_active=True),
    columns=(
        Column("grade", _("年級"), headings=("年级", "適用年級", "适用年级"), filtered=True),
        _name_column("item__name"),
        _specification_column("item__specification"),
        _counter_column("item__counter"),
        Column(
            "per",
            _("按"),
            kind="choice",
            choices=dict(Per.choices),
            headings=("發放對象", "发放对象", "按人按班", "標準"),
        ),
        Column("quantity", _("數量"), kind="integer", headings=(*_QUANTITY, "每人數量", "每人数量")),
    ),
    order=("grade", "per", "item__name", "pk"),
    adds=actions.set_kit,
    importing=Importing(
        actions.set_kit,
        names=("開學發放標準", "开学发放标准", "發放標準", "物資配備標準"),
        needs=("name", "per", "quantity"),
        key=("name", "specification", "grade", "per"),
        order=32,
    ),
)


def _distributions(person: Person) -> QuerySet[Distribution]:
    rows = Distribution.objects.all()
    return rows if rules.readers(person) else rows.filter(teacher=person)


register(
    name="stores.distributions",
    seen_by=rules.readers,
    title=_("開學發放"),
    about=_("每班每學期一張簽收表：按人數和標準算出應發，發一次，簽一次，缺的以後補。"),
    group=GROUP,
    icon="school",
    rows=_distributions,
    document=Distribution,
    day="opened_on",
    columns=(
        Column("number", _("單號"), searched=True),
        Column("state", _("狀態"), kind="state", choices=rules.DISTRIBUTION.states, filtered=True),
        Column("term_year", _("學年"), path="term__school_year", kind="integer", filtered=True),
        Column("campus", _("校區"), path="campus__name", kind="reference", filtered=True),
        Column("school_class", _("班級"), path="school_class__name", kind="reference", searched=True),
        Column("pupils", _("應發人數"), kind="integer", total=True),
        Column("teacher", _("班主任"), path="teacher__name", kind="reference", searched=True),
        Column("keeper", _("發放人"), path="keeper__name", kind="reference"),
        Column("opened_on", _("日期"), kind="date"),
    ),
    order=("-term__starts_on", "campus__name", "school_class__grade", "school_class__name", "pk"),
    adds=actions.plan_distribution,
)


def _distribution_lines(person: Person) -> QuerySet[DistributionLine]:
    rows = DistributionLine.objects.annotate(missing=F("planned") - F("issued"))
    return rows if rules.readers(person) else rows.filter(distribution__teacher=person)


register(
    name="stores.distribution_lines",
    campus=("distribution__campus",),
    seen_by=rules.readers,
    title=_("班級物資發放簽收表"),
    paper=_("班級物資（課本）發放簽收表"),
    about=_("選一個班級就是它的簽收表；缺數不為零的就是待補發的清單。"),
    group=GROUP,
    icon="checklist",
    rows=_distribution_lines,
    day="distribution__opened_on",
    columns=(
        Column("campus", _("校區"), path="distribution__campus__name", kind="reference", filtered=True),
        Column("school_class", _("班級"), path="distribution__school_class__name", kind="reference", filtered=True, searched=True),
        Column("heads", _("應發人數"), kind="integer"),
        _name_column("item__name"),
        _specification_column("item__specification"),
        Column("per_head", _("每人數量"), kind="integer"),
        Column("planned", _("應發數"), kind="integer", total=True),
        Column("issued", _("實發數"), kind="integer", total=True),
        Column("missing", _("缺(餘)數"), kind="integer", total=True),
        Column("topped_up_on", _("補發日期"), kind="date"),
        Column("teacher", _("班主任簽收"), path="distribution__teacher__name", kind="reference"),
        Column("keeper", _("發放人"), path="distribution__keeper__name", kind="reference"),
        Column("value", _("金額"), kind="money", total=True, shown=False),
        Column("state", _("狀態"), path="distribution__state", kind="state", choices=rules.DISTRIBUTION.states, filtered=True, shown=False),
    ),
    order=("distribution__campus__name", "distribution__school_class__grade", "distribution__school_class__name", "pk"),
    signatures=(_("班主任"), _("發放人")),
)  # fmt: skip

# Loans and reservations


def _loans(person: Person) -> QuerySet[Loan]:
    rows = Loan.objects.annotate(
        is_late=Case(When(state="out", due_on__lt=clock.today(), then=Value(True)), default=Value(False))
    )
    return rows if rules.readers(person) else rows.filter(borrower=person)


register(
    name="stores.loans",
    seen_by=rules.readers,
    title=_("借用登記簿"),
    paper=_("借用登記簿"),
    about=_("借領物資有手續：誰借的、借時怎樣、幾時還、還時怎樣。"),
    group=LOANS,
    icon="transfer",
    rows=_loans,
    document=Loan,
    day="opened_on",
    columns=(
        Column("number", _("單號"), searched=True, read_only=True),
        Column("state", _("狀態"), kind="state", choices=rules.LOAN.states, filtered=True, read_only=True),
        Column("lent_on", _("借用日期"), kind="date", headings=("借出日期", "借用时间", "日期", "借用時間")),
        Column("borrower", _("借用人(部門)"), path="borrower_name", headings=("借用人(部门)", "借用人", "借用部門", "借用部门", "借領人"), searched=True),
        _name_column("item__name"),
        _specification_column("item__specification", shown=False),
        Column("serial", _("編號"), headings=("编号", "物品編號", "資產編號", "物品编号"), searched=True),
        Column("quantity", _("數量"), kind="integer", headings=(*_QUANTITY, "借用數量")),
        _counter_column("item__counter", shown=False),
        Column("condition_out", _("借出時狀況"), kind="choice", choices=dict(Condition.choices), headings=("借出时状况", "借出狀況", "借出時完好情況")),
        Column("purpose", _("用途"), headings=("借用用途", "借用事由"), searched=True),
        Column("due_on", _("預計歸還日"), kind="date", headings=("预计归还日", "應還日期", "应还日期", "預計歸還日期", "歸還期限")),
        Column("approver", _("批准人"), path="approver_name", headings=("審批人", "审批人")),
        Column("returned_on", _("實際歸還日"), kind="date", headings=("实际归还日", "歸還日期", "归还日期", "實際歸還日期")),
        Column("condition_back", _("歸還狀況"), kind="choice", choices=dict(Condition.choices), headings=("归还状况", "歸還時狀況", "歸還時完好情況")),
        Column("compensation", _("損壞賠償"), kind="money", headings=("损坏赔偿", "賠償", "赔偿金额", "賠償金額")),
        Column("acceptor", _("驗收人"), path="acceptor_name", headings=("验收人", "歸還驗收人", "接收人")),
        Column("returned", _("已還數量"), kind="integer", shown=False, read_only=True),
        Column("is_late", _("逾期未還"), kind="flag", filtered=True, read_only=True),
        _store_column("place__full_name", shown=False),
    ),
    order=("-opened_on", "-pk"),
    adds=actions.request_loan,
    presets=((_("逾期未還"), "is_late=1"), (_("借出中"), "state=out")),
    signatures=(_("保管員"), _("總務主任")),
    importing=Importing(
        actions.record_loan,
        names=("借用登記簿", "借用登记簿", "借用登記", "借用登記表", "物品借用登記", "借領登記"),
        needs=("lent_on", "borrower", "name", "due_on"),
        key=("lent_on", "borrower", "name", "serial"),
        order=56,
        by_day=True,
        progress=actions.complete_loan,
    ),
)  # fmt: skip

register(
    name="stores.reservables",
    whole_school=True,
    title=_("可預約的場地器材"),
    group=LOANS,
    icon="door",
    rows=lambda person: Reservable.objects.filter(is_active=True),
    columns=(
        Column("name", _("名稱"), searched=True),
        Column("is_room", _("場地"), kind="flag", filtered=True),
        Column("place", _("地點"), path="place__full_name", kind="reference"),
        Column("keeper", _("管理人"), path="keeper__name", kind="reference"),
    ),
    order=("name",),
    adds=actions.set_reservable,
)

register(
    name="stores.reservations",
    whole_school=True,
    title=_("場地器材預約"),
    about=_("誰在哪天哪段時間用哪個場地或哪套器材；同一時間只能有一個。"),
    group=LOANS,
    icon="calendar-time",
    rows=lambda person: Reservation.objects.all(),
    document=Reservation,
    day="on",
    columns=(
        Column("number", _("單號"), searched=True, shown=False),
        Column("state", _("狀態"), kind="state", choices=rules.RESERVATION.states, filtered=True),
        Column("on", _("使用日期"), kind="date"),
        Column("starts_at", _("開始"), kind="time"),
        Column("ends_at", _("結束"), kind="time"),
        Column("reservable", _("場地或器材"), path="reservable__name", kind="reference", filtered=True, searched=True),
        Column("person", _("預約人"), path="person__name", kind="reference", searched=True),
        Column("purpose", _("用途"), searched=True),
    ),
    order=("-on", "starts_at", "pk"),
    adds=actions.reserve,
)
