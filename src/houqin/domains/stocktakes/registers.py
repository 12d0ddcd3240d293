"""The registers of counting: counts, their sheets (blank and filled), the census of assets, moves."""

from __future__ import annotations

from django.db.models import BigIntegerField, Case, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from houqin.foundation.org.models import Person
from houqin.foundation.org.rules import anyone
from houqin.foundation.registers.register import Column, Importing, register

from . import actions, rules
from .models import DIFFERING, Decision, Member, Move, MoveLine, Scope, Status, Stocktake, StocktakeLine, Use

GROUP = _("盤點")
_CODE = ("編號", "资产编号", "資產編號", "物品編號", "物品编号", "編碼")
_NAME = ("品名", "名稱", "名称", "資產名稱", "资产名称", "物品名稱")
_COUNTER = ("单位", "計量單位", "计量单位")
_WHERE = ("仓库", "存放地點", "存放地点", "地點", "存放場所")


def _sheets(person: Person) -> QuerySet[Stocktake]:
    """All counts for who reads them; else those one has a part in."""
    if rules.reads_counts(person):
        return Stocktake.objects.all()
    part = Exists(Member.objects.filter(stocktake=OuterRef("pk"), person=person))
    return Stocktake.objects.filter(
        Q(leader=person) | Q(second_counter=person) | Q(witness=person) | Q(custodian=person) | part
    )


def _readable(person: Person) -> QuerySet[StocktakeLine]:
    """The lines of counts that are counted to the end: before that nobody reads what the book expects (D04-2)."""
    rows = StocktakeLine.objects.filter(stocktake__in=_sheets(person)).exclude(stocktake__state__in=rules.BLIND)
    rows = rows.exclude(stocktake__state="abandoned")
    rows = rows.annotate(actual_count=Coalesce("recounted", "counted"), book_count=F("expected") + F("moved"))
    rows = rows.annotate(change=F("actual_count") - F("book_count"))

    def part(when: Q, then: object) -> Case:
        return Case(When(when, then=then), default=Value(0), output_field=BigIntegerField())

    return rows.annotate(
        surplus=part(Q(change__gt=0), F("change")),
        shortage=part(Q(change__lt=0), -F("change")),
        price=Case(When(expected__gt=0, then=F("value") / F("expected")), default=None, output_field=BigIntegerField()),
        difference_value=part(Q(expected__gt=0), F("change") * F("value") / F("expected")),
    )


def _to_count(person: Person) -> QuerySet[StocktakeLine]:
    """What is still to be counted: all of it first, then only what has to be counted again."""
    rows = StocktakeLine.objects.filter(stocktake__in=_sheets(person))
    first = Q(stocktake__state__in=("frozen", "counting"))
    return rows.filter(first | Q(stocktake__state="recounting", status__in=DIFFERING)).annotate(blank=Value(""))


register(
    name="stocktakes.stocktakes",
    seen_by=rules.reads_counts,
    title=_("盤點任務"),
    group=GROUP,
    icon="clipboard-list",
    rows=_sheets,
    document=Stocktake,
    day="opened_on",
    columns=(
        Column("number", _("盤點單號"), searched=True),
        Column("state", _("狀態"), kind="state", choices=rules.STOCKTAKE.states, filtered=True),
        Column("opened_on", _("日期"), kind="date"),
        Column("scope", _("範圍"), kind="choice", choices=dict(Scope.choices), filtered=True),
        Column("place", _("地點"), path="place__full_name", kind="reference", searched=True),
        Column("custodian", _("保管人"), path="custodian__name", kind="reference", shown=False),
        Column("leader", _("主盤人"), path="leader__name", kind="reference"),
        Column("second_counter", _("複盤人"), path="second_counter__name", kind="reference", shown=False),
        Column("witness", _("監盤人"), path="witness__name", kind="reference"),
        Column("due_on", _("期限"), kind="date"),
        Column("counted", _("盤點項數"), kind="integer", total=True),
        Column("matched", _("相符項數"), kind="integer", total=True),
        Column("missing", _("盤虧件數"), kind="integer", total=True),
        Column("found", _("盤盈件數"), kind="integer", total=True),
        Column("missing_value", _("盤虧金額"), kind="money", total=True, shown=False),
        Column("found_value", _("盤盈金額"), kind="money", total=True, shown=False),
        Column("approver", _("負責人"), path="approver__name", kind="reference"),
        Column("posted_on", _("入賬日期"), kind="date", shown=False),
    ),
    order=("-opened_on", "-pk"),
    adds=actions.draft,
)

register(
    name="stocktakes.blank_sheets",
    campus=("stocktake__campus",),
    seen_by=rules.reads_counts,
    title=_("待盤清單（空白盤點表）"),
    paper=_("盤點表"),
    about=_("打印後實地清點，再錄入或匯入；不印賬面數。"),
    group=GROUP,
    icon="clipboard",
    rows=_to_count,
    readers=anyone,
    day="stocktake__opened_on",
    columns=(
        Column("document", _("盤點單號"), path="stocktake__number", filtered=True, searched=True),
        Column("place", _("倉庫"), path="account__name", searched=True),
        Column("code", _("編號"), searched=True),
        Column("name", _("品名"), searched=True),
        Column("counter", _("單位"), path="commodity__counter"),
        Column("actual", _("實盤數量"), path="blank", sortable=False),
        Column("note", _("備註"), path="blank", sortable=False),
    ),
    order=("stocktake", "account__name", "name", "pk"),
    signatures=(_("盤點人"), _("監盤人")),
)

_SHEET = (
    Column(
        "document",
        _("盤點單號"),
        path="stocktake__number",
        headings=("盘点单号", "單號", "单号"),
        filtered=True,
        searched=True,
    ),
    Column("place", _("倉庫"), path="account__name", kind="reference", headings=_WHERE, searched=True),
    Column("code", _("編號"), headings=_CODE, searched=True),
    Column("name", _("品名"), headings=_NAME, searched=True),
)

register(
    name="stocktakes.sheets",
    campus=("stocktake__campus",),
    seen_by=rules.reads_counts,
    title=_("盤點表（明細）"),
    paper=_("盤點表"),
    about=_("盤點結束以後才看得到賬面數。填好的紙質盤點表、過去的盤點表從這裡匯入。"),
    group=GROUP,
    icon="clipboard-check",
    rows=_readable,
    readers=anyone,
    day="stocktake__opened_on",
    columns=(
        Column("occurred_on", _("盤點日期"), path="stocktake__opened_on", kind="date", headings=("盘点日期", "日期")),
        *_SHEET,
        Column(
            "specification",
            _("規格"),
            path="commodity__item__specification",
            headings=("规格",),
            shown=False,
        ),
        Column("counter", _("單位"), path="commodity__counter", headings=_COUNTER),
        Column(
            "on_book",
            _("賬面數量"),
            path="book_count",
            kind="integer",
            headings=("账面数量", "賬面數", "账面数"),
        ),
        Column("actual", _("實盤數量"), path="actual_count", kind="integer", headings=("实盘数量", "實盤數", "实盘数")),
        Column("surplus", _("盤盈"), kind="integer", headings=("盘盈",), read_only=True, total=True),
        Column("shortage", _("盤虧"), kind="integer", headings=("盘亏",), read_only=True, total=True),
        Column("price", _("單價"), kind="money", headings=("单价",)),
        Column("difference_value", _("差異金額"), kind="money", headings=("差异金额",), read_only=True, total=True),
        Column("status", _("結果"), kind="choice", choices=dict(Status.choices), read_only=True, filtered=True),
        Column("reason", _("原因類別"), kind="choice", choices=rules.REASONS.labels, read_only=True, shown=False),
        Column("cause", _("原因"), headings=("差異原因", "差异原因", "盤盈(虧)原因", "盘盈(亏)原因")),
        Column(
            "decision",
            _("處理意見"),
            kind="choice",
            choices=dict(Decision.choices),
            headings=("处理意见", "處理建議", "处理建议"),
        ),
        Column("label_intact", _("標籤完好"), kind="flag", headings=("标签完好",), shown=False),
        Column("user_agrees", _("使用人相符"), kind="flag", headings=("使用人相符",), shown=False),
        Column("use", _("使用狀況"), kind="choice", choices=dict(Use.choices), headings=("使用状况",), shown=False),
        Column("counted_by", _("盤點人"), path="counted_by__name", kind="reference", headings=("盘点人",)),
        Column(
            "witness",
            _("監盤人"),
            path="stocktake__witness__name",
            kind="reference",
            headings=("监盘人",),
            read_only=True,
        ),
        Column(
            "approver",
            _("負責人"),
            path="stocktake__approver__name",
            kind="reference",
            headings=("负责人",),
            read_only=True,
        ),
    ),
    order=("-stocktake__opened_on", "stocktake", "account__name", "name", "pk"),
    importing=Importing(
        actions.type_sheet,
        names=("盤點表", "盘点表", "倉庫盤點表", "資產盤點表", "物資盤點表", "資產清查盤點表", "待盤清單"),
        needs=("name", "actual"),
        key=("document", "occurred_on", "place", "code", "name"),
        order=80,
    ),
    signatures=(_("盤點人"), _("監盤人"), _("保管員"), _("負責人")),
)

register(
    name="stocktakes.census",
    campus=("stocktake__campus",),
    seen_by=rules.reads_counts,
    title=_("資產清查盤點表"),
    paper=_("資產清查盤點表"),
    group=GROUP,
    icon="clipboard-data",
    rows=lambda person: _readable(person).exclude(stocktake__scope=Scope.STORE),
    readers=anyone,
    day="stocktake__opened_on",
    columns=(
        Column("number", _("盤點單號"), path="stocktake__number", filtered=True, searched=True),
        Column("code", _("資產編號"), searched=True),
        Column("name", _("名稱"), searched=True),
        Column("on_book", _("賬面數"), path="book_count", kind="integer", total=True),
        Column("value", _("賬面值"), kind="money", total=True),
        Column("actual", _("實盤數"), path="actual_count", kind="integer", total=True),
        Column("status", _("相符/盤盈/盤虧"), kind="choice", choices=dict(Status.choices), filtered=True),
        Column("place", _("實際存放地點"), path="account__name", searched=True),
        Column("whence", _("賬面存放地點（不符時）"), path="whence__name"),
        Column("user_agrees", _("使用人相符"), kind="flag"),
        Column("label_intact", _("標籤完好"), kind="flag"),
        Column("use", _("使用狀況"), kind="choice", choices=dict(Use.choices), filtered=True),
        Column("cause", _("盤盈（虧）原因"), searched=True),
        Column("reason", _("責任認定"), kind="choice", choices=rules.REASONS.labels),
        Column("decision", _("處理建議"), kind="choice", choices=dict(Decision.choices), filtered=True),
        Column("counted_by", _("盤點人"), path="counted_by__name", kind="reference"),
        Column("custodian", _("使用人"), path="stocktake__custodian__name", kind="reference", shown=False),
        Column("witness", _("監盤人"), path="stocktake__witness__name", kind="reference"),
        Column("note", _("備註"), shown=False),
    ),
    order=("-stocktake__opened_on", "stocktake", "account__name", "name", "pk"),
    signatures=(_("盤點人"), _("使用人"), _("監盤人"), _("負責人")),
)


def _moves() -> QuerySet[Move]:
    """Moves with what was lost of them in ten-thousandths, on the way and by the count afterwards (S5)."""
    lost = Coalesce("missing", 0) + Coalesce("missing_after", 0)
    rate = Case(
        When(loaded__gt=0, then=(lost * 20_000 + F("loaded")) / (F("loaded") * 2)),
        default=None,
        output_field=BigIntegerField(),
    )
    return Move.objects.annotate(lost_share=rate)


register(
    name="stocktakes.moves",
    campus=("campus", "target", "target__campus"),
    seen_by=rules.reads_counts,
    title=_("搬遷"),
    group=GROUP,
    icon="truck-loading",
    rows=lambda person: (
        _moves() if rules.reads_counts(person) else _moves().filter(Q(escort=person) | Q(receiver=person))
    ),
    document=Move,
    day="opened_on",
    columns=(
        Column("number", _("單號"), searched=True),
        Column("state", _("狀態"), kind="state", choices=rules.MOVE.states, filtered=True),
        Column("opened_on", _("日期"), kind="date"),
        Column("place", _("從哪裡搬"), path="place__full_name", kind="reference"),
        Column("target", _("遷往"), path="target__full_name", kind="reference"),
        Column("before", _("搬前盤點"), path="before__number", kind="reference", shown=False),
        Column("after", _("搬後盤點"), path="after__number", kind="reference", shown=False),
        Column("escort", _("押運人"), path="escort__name", kind="reference"),
        Column("receiver", _("接收人"), path="receiver__name", kind="reference"),
        Column("loaded", _("裝車件數"), kind="integer", total=True),
        Column("missing", _("缺失件數"), kind="integer", total=True),
        Column("broken", _("破損件數"), kind="integer", total=True),
        Column("missing_after", _("搬後盤點缺失"), kind="integer", total=True),
        Column("loss_rate", _("損失率（萬分之）"), path="lost_share", kind="integer"),
        Column("cause", _("缺失原因"), shown=False),
    ),
    order=("-opened_on", "-pk"),
    adds=actions.open_move,
)


def _move_lines(person: Person) -> QuerySet[MoveLine]:
    if rules.reads_counts(person):
        return MoveLine.objects.all()
    return MoveLine.objects.filter(Q(move__escort=person) | Q(move__receiver=person))


register(
    name="stocktakes.move_lines",
    campus=("move__campus", "move__target", "move__target__campus"),
    seen_by=rules.reads_counts,
    title=_("搬遷清點單"),
    paper=_("搬遷清點單"),
    group=GROUP,
    icon="packages",
    rows=_move_lines,
    readers=anyone,
    day="move__opened_on",
    columns=(
        Column(
            "number",
            _("單號"),
            path="move__number",
            headings=("单号", "搬遷單號", "搬迁单号"),
            searched=True,
            filtered=True,
        ),
        Column("occurred_on", _("日期"), path="move__opened_on", kind="date", headings=("搬遷日期", "搬迁日期")),
        Column(
            "box", _("箱(車)號"), headings=("箱(车)号", "箱號", "箱号", "車號", "车号"), searched=True, filtered=True
        ),
        Column("source", _("原房間"), path="source__full_name", kind="reference", headings=("原房间",), searched=True),
        Column("target", _("新房間"), path="target__full_name", kind="reference", headings=("新房间",), searched=True),
        Column("code", _("資產編號"), headings=("资产编号", "編號", "编号"), searched=True),
        Column("name", _("名稱"), headings=("名称", "品名", "物品名稱"), searched=True),
        Column("quantity", _("數量"), kind="integer", headings=("数量",), total=True),
        Column("loaded", _("裝車清點"), kind="integer", headings=("装车清点",), total=True),
        Column("unloaded", _("卸車清點"), kind="integer", headings=("卸车清点",), total=True),
        Column("broken", _("破損"), kind="integer", headings=("破损",), total=True),
        Column("missing", _("缺失"), kind="integer", headings=("缺失",), read_only=True, total=True),
        Column("escort", _("押運人"), path="move__escort__name", kind="reference", headings=("押运人",)),
        Column("receiver", _("接收人"), path="move__receiver__name", kind="reference", headings=("接收人",)),
        Column("note", _("備註"), headings=("备注",), shown=False),
    ),
    order=("-move__opened_on", "move", "box", "pk"),
    importing=Importing(
        actions.import_move,
        names=("搬遷清點單", "搬迁清点单", "搬遷清單", "搬遷登記"),
        needs=("box", "source", "target", "quantity"),
        key=("number", "box", "code"),
        order=70,
    ),
    signatures=(_("押運人"), _("接收人"), _("負責人")),
)
