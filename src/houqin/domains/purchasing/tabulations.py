"""Tables of purchasing worked out for what is asked: splitting, savings, threads, clocks, contracts, suppliers, demand."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from django import forms
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.calendar.reporting import Days
from houqin.foundation.org.models import Party, Person
from houqin.foundation.registers.register import Column
from houqin.foundation.registers.tabulations import Opens, Row, Tabulated, tabulation
from houqin.kit import clock, numbers
from houqin.kit.dates import month_label
from houqin.kit.fields import TextField, WholeNumberField

from . import rules, sums, terms
from .clocks import DUE, LATE, clocks_of
from .models import (
    Contract,
    Delivery,
    Order,
    OrderLine,
    PaymentRequest,
    Quote,
    Request,
    RequestLine,
    SupplierFile,
    Tender,
)
from .registers import GROUP
from .terms import CATEGORIES

# The share of a limit from which a category is shown as coming near it, in per cent.
NEAR = 80


def _rate(part: int, whole: int) -> str:
    return numbers.percent(part, whole) if whole > 0 else ""


# Splitting


class FiscalYear(forms.Form):
    year = WholeNumberField(label=gettext_lazy("會計年度"), least=2000, most=2100, initial=lambda: clock.today().year)
    by = forms.ChoiceField(
        label=gettext_lazy("按"),
        choices=[("category", gettext_lazy("類別")), ("item", gettext_lazy("品目"))],
        initial="category",
    )


@tabulation(
    "purchasing.splitting",
    title=gettext_lazy("化整為零監看"),
    form=FiscalYear,
    readers=rules.readers,
    group=GROUP,
    icon="alert-triangle",
    about=gettext_lazy("同類物品一個會計年度裡累計訂了多少、離下一個限額還有多少；達到限額的標紅。"),
)
def splitting(person: Person, *, year: int, by: str) -> Tabulated:
    """The running sum of a fiscal year per category (or item) against the next limit it comes to (P02, 實施條例 art. 28)."""
    on = min(max(clock.today(), date(year, 1, 1)), date(year, 12, 31))
    return _by_item(year) if by == "item" else _by_category(year, on=on)


def _by_category(year: int, *, on: date) -> Tabulated:
    orders = Order.objects.filter(opened_on__year=year).exclude(state="cancelled")
    counts = {
        row["category"]: row
        for row in orders.values("category").annotate(n=Count("pk"), sum=Coalesce(Sum("amount"), 0))
    }
    rows = []
    for category, told in counts.items():
        reached = [
            (wanted, limit, so_far)
            for wanted, limit in rules.limits(category, on=on)
            if (so_far := sums.running_sum(category, year=year, weaker_than=wanted))
        ]
        # The limit that matters is the first not yet competed for properly; past it the sum is a finding.
        wanted, limit, so_far = next(
            ((w, at, s) for w, at, s in reversed(reached) if s >= at), reached[0] if reached else ("", 0, 0)
        )
        is_over = bool(limit) and so_far >= limit
        excused = orders.filter(category=category).exclude(Q(plan__isnull=True) | Q(plan__split_reason="")).count()
        rows.append(
            Row(
                (
                    CATEGORIES.label(category), told["n"], told["sum"], so_far, terms.method_label(wanted) if wanted else "",
                    limit or None, (limit - so_far) if limit else None, _rate(so_far, limit), excused,
                ),
                Opens.register("purchasing.orders", category=category, **{"from": f"{year}-01-01", "to": f"{year}-12-31"}),
                mark="late" if is_over and not excused else "due" if limit and so_far * 100 >= limit * NEAR else "",
            )
        )  # fmt: skip
    rows.sort(key=lambda row: (row.mark != "late", row.mark != "due", -row.values[3]))
    return Tabulated(
        columns=(
            Column("category", _("類別")),
            Column("orders", _("訂單"), kind="integer", total=True),
            Column("amount", _("全年金額"), kind="money", total=True),
            Column("so_far", _("未達競爭方式的累計"), kind="money"),
            Column("wanted", _("限額對應的方式")),
            Column("limit", _("限額"), kind="money"),
            Column("left", _("離限額"), kind="money"),
            Column("share", _("佔限額")),
            Column("excused", _("領導簽字的"), kind="integer"),
        ),
        rows=rows,
        heading=_("%(year)s 年度") % {"year": year},
        notes=(
            _(
                "只累計用較弱方式買的：已經按那個限額的方式競爭過的不算。達到限額還要再買，下訂單時會被攔住，改方式或由領導簽字。"
            ),
        ),
    )


def _by_item(year: int) -> Tabulated:
    lines = OrderLine.objects.filter(order__opened_on__year=year).exclude(order__state="cancelled")
    found = (
        lines.values("item", "item__name", "item__specification", "item__counter", "order__category")
        .annotate(times=Count("order", distinct=True), pieces=Sum("quantity"), paid=Sum("value"))
        .order_by("-paid", "item__name")
    )
    return Tabulated(
        columns=(
            Column("item", _("品名規格")),
            Column("category", _("類別")),
            Column("times", _("買了幾次"), kind="integer"),
            Column("pieces", _("數量"), kind="integer"),
            Column("counter", _("單位")),
            Column("paid", _("金額"), kind="money", total=True),
        ),
        rows=[
            Row(
                (
                    f"{row['item__name']} {row['item__specification']}".strip(), CATEGORIES.label(row["order__category"]),
                    row["times"], row["pieces"], row["item__counter"], row["paid"],
                ),
                Opens.register("purchasing.delivery_lines", q=row["item__name"]),
                mark="due" if row["times"] > 2 else "",
            )
            for row in found
        ],
        heading=_("%(year)s 年度") % {"year": year},
    )  # fmt: skip


# Savings

SAVED_BY = {
    "category": (gettext_lazy("類別"), "category"),
    "method": (gettext_lazy("採購方式"), "method"),
    "supplier": (gettext_lazy("供應商"), "supplier_name"),
    "month": (gettext_lazy("月份"), "opened_on__month"),
}


class Savings(Days):
    by = forms.ChoiceField(
        label=gettext_lazy("按"),
        choices=[(code, label) for code, (label, _path) in SAVED_BY.items()],
        initial="category",
    )


@tabulation(
    "purchasing.savings",
    title=gettext_lazy("採購節約"),
    form=Savings,
    readers=rules.readers,
    group=GROUP,
    icon="pig-money",
    about=gettext_lazy("預算減成交，節約多少、節約率多少；另列比最高報價低多少。總結裡用的是前一個。"),
)
def savings(person: Person, *, start: date, end: date, by: str) -> Tabulated:
    """Budget, deal, what was saved and the rate (P03); beside it how far the deal lay under the dearest quote."""
    label, path = SAVED_BY[by]
    orders = Order.objects.filter(opened_on__gte=start, opened_on__lte=end).exclude(state="cancelled")
    found = (
        orders.values(path)
        .annotate(
            n=Count("pk"),
            paid=Coalesce(Sum("amount"), 0),
            planned=Coalesce(Sum("budget"), 0),
            dealt=Coalesce(Sum("amount", filter=Q(budget__isnull=False)), 0),
            asked=Coalesce(Sum("quotes"), 0),
        )
        .order_by(path)
    )
    lower: dict[Any, int] = defaultdict(int)
    quoted = orders.filter(comparison__highest__isnull=False, comparison__amount__isnull=False)
    for key, highest, amount in quoted.values_list(path, "comparison__highest", "comparison__amount").distinct():
        lower[key] += highest - amount

    def named(key: Any) -> str:
        if by == "category":
            return CATEGORIES.label(key)
        if by == "method":
            return terms.method_label(key) or _("（未填）")
        return month_label(key) if by == "month" else str(key or _("（未填）"))

    rows = [
        Row(
            (
                named(row[path]), row["n"], row["planned"], row["paid"], row["planned"] - row["dealt"],
                _rate(row["planned"] - row["dealt"], row["planned"]), row["asked"], lower[row[path]],
            )
        )
        for row in found
    ]  # fmt: skip
    return Tabulated(
        columns=(
            Column("by", label),
            Column("orders", _("訂單"), kind="integer", total=True),
            Column("budget", _("預算金額"), kind="money", total=True),
            Column("amount", _("成交金額"), kind="money", total=True),
            Column("saved", _("節約額"), kind="money", total=True),
            Column("rate", _("節約率")),
            Column("quotes", _("報價"), kind="integer", total=True),
            Column("lower", _("比最高報價低"), kind="money", total=True),
        ),
        rows=rows,
        heading=_("%(start)s 至 %(end)s") % {"start": start, "end": end},
        notes=(_("節約額 = 預算金額 − 成交金額，只算有預算的訂單；和總結裡的「採購節約」同一個口徑。"),),
        signatures=(_("採購員"), _("會計"), _("總務主任")),
    )


# Threads


class Threads(Days):
    number = TextField(
        label=gettext_lazy("單號"),
        max_length=64,
        required=False,
        help_text=gettext_lazy("申請、計劃、比價、招標、訂單、驗收或付款的單號，填一個就找到整條。"),
    )


@tabulation(
    "purchasing.threads",
    title=gettext_lazy("採購全程"),
    form=Threads,
    readers=rules.readers,
    group=GROUP,
    icon="timeline",
    about=gettext_lazy("一筆採購從申請到付款：申請、計劃、比價或招標、訂單、驗收、付款，停在哪一步。"),
)
def threads(person: Person, *, start: date, end: date, number: str) -> Tabulated:
    """One row per request or order: every paper of the purchase from the wish to the payment, and where it stands."""
    if number:
        orders, waiting = _threads_of(number)
    else:
        orders = Order.objects.filter(opened_on__gte=start, opened_on__lte=end).exclude(state="recorded")
        waiting = Request.objects.filter(opened_on__gte=start, opened_on__lte=end)
    orders = orders.select_related("plan", "comparison", "tender", "contract").order_by("opened_on", "pk")
    asked = _numbers(
        RequestLine.objects.filter(plan_line__plan__in=[one.plan_id for one in orders]).order_by("request"),
        "plan_line__plan", "request__number",
    )  # fmt: skip
    deliveries = _numbers(Delivery.objects.filter(order__in=orders).order_by("pk"), "order", "number", "state")
    payments = _numbers(PaymentRequest.objects.filter(order__in=orders).order_by("pk"), "order", "number", "state")
    rows = [
        Row(
            (
                "、".join(dict.fromkeys(one for one, *_rest in asked.get(order.plan_id, ()))),
                order.plan.number if order.plan else "",
                order.comparison.number if order.comparison else order.tender.number if order.tender else "",
                order.number, order.goods, order.supplier_name, order.amount,
                "、".join(one for one, _state in deliveries.get(order.pk, ())),
                "、".join(one for one, _state in payments.get(order.pk, ())), order.received, order.asked,
                _standing(order, deliveries.get(order.pk, ()), payments.get(order.pk, ())),
            ),
            Opens.document(Order.kind, order.pk),
            mark=_mark(order),
        )
        for order in orders
    ]  # fmt: skip
    # Requests no order came of yet, or none will.
    waiting = waiting.exclude(lines__plan_line__plan__in=[one.plan_id for one in orders if one.plan_id]).distinct()
    for request in waiting.order_by("opened_on", "pk"):
        plans = sorted(
            set(request.lines.filter(plan_line__isnull=False).values_list("plan_line__plan__number", flat=True))
        )
        rows.append(
            Row(
                (
                    request.number, "、".join(plans), "", "", request.goods, "", request.estimated, "", "", None, None,
                    request.state_label,
                ),
                Opens.document(Request.kind, request.pk),
                mark="" if request.state in ("rejected", "withdrawn", "from_stock") else "due",
            )
        )  # fmt: skip
    return Tabulated(
        columns=(
            Column("requests", _("申請")),
            Column("plan", _("計劃")),
            Column("decided", _("比價（招標）")),
            Column("order", _("訂單")),
            Column("goods", _("物品")),
            Column("supplier", _("供應商")),
            Column("amount", _("金額"), kind="money", total=True),
            Column("deliveries", _("驗收")),
            Column("payments", _("付款")),
            Column("received", _("已驗收"), kind="money", total=True),
            Column("asked", _("已申請付款"), kind="money", total=True),
            Column("standing", _("現在")),
        ),
        rows=rows,
        heading=number or _("%(start)s 至 %(end)s") % {"start": start, "end": end},
        notes=(_("還沒有訂單的申請列在後面，金額是估計數。"),),
    )


def _threads_of(number: str) -> tuple[Any, Any]:
    """The orders and requests a number leads to, whichever paper of the purchase it stands on."""
    asked = Q(number=number) | Q(plan__number=number) | Q(comparison__number=number) | Q(tender__number=number)
    asked |= Q(deliveries__number=number) | Q(payment_requests__number=number) | Q(contract__number=number)
    asked |= Q(plan__lines__asked_by__request__number=number)
    orders = Order.objects.filter(pk__in=Order.objects.filter(asked).values("pk"))
    requests = Request.objects.filter(Q(number=number) | Q(lines__plan_line__plan__number=number))
    return orders, Request.objects.filter(pk__in=requests.values("pk"))


def _numbers(rows: Any, key: str, *names: str) -> dict[Any, list[tuple[Any, ...]]]:
    found: dict[Any, list[tuple[Any, ...]]] = defaultdict(list)
    for first, *rest in rows.values_list(key, *names):
        found[first].append(tuple(rest))
    return found


def _standing(order: Order, deliveries: Any, payments: Any) -> str:
    """Where a purchase stands, in the words of the step it waits for."""
    if any(state in ("arrived", "checked") for _number, state in deliveries):
        return _("待驗收")
    if any(state == "received" for _number, state in deliveries):
        return _("待保管員簽收")
    if any(state == "requested" for _number, state in payments):
        return _("待會計接收")
    return order.state_label


def _mark(order: Order) -> str:
    if order.state in ("closed", "cancelled"):
        return "done"
    is_late = order.state in ("ordered", "partly") and order.due_on is not None and order.due_on < clock.today()
    return "late" if is_late else "due"


# Clocks of tenders


class Tenders(Days):
    only = forms.ChoiceField(
        label=gettext_lazy("列出"),
        choices=[("running", gettext_lazy("在走的和逾期的")), ("all", gettext_lazy("全部環節"))],
        initial="running",
    )


@tabulation(
    "purchasing.clocks",
    title=gettext_lazy("招標期限"),
    form=Tenders,
    readers=rules.readers,
    group=GROUP,
    icon="clock-exclamation",
    about=gettext_lazy("每個招標項目的法定期限：哪個環節最遲哪天、依據什麼、辦了沒有、遲了幾天。"),
)
def tender_clocks(person: Person, *, start: date, end: date, only: str) -> Tabulated:
    """Every clock of the tenders announced within the days, and of those still on their way whenever they began (P04)."""
    found = Tender.objects.filter(
        Q(opened_on__gte=start, opened_on__lte=end) | ~Q(state__in=("archived", "failed"))
    ).order_by("deadline_at", "pk")
    rows = [
        Row(
            (
                tender.number,
                tender.project,
                tender.state_label,
                str(one.label),
                one.limit,
                one.done,
                one.told,
                one.source,
            ),
            Opens.document(Tender.kind, tender.pk),
            mark=one.state,
        )
        for tender in found
        for one in clocks_of(tender)
        if only == "all" or one.state in (DUE, LATE)
    ]
    return Tabulated(
        columns=(
            Column("number", _("單號")),
            Column("project", _("項目名稱")),
            Column("state", _("狀態")),
            Column("step", _("環節")),
            Column("limit", _("期限"), kind="date"),
            Column("done", _("實際"), kind="date"),
            Column("told", _("情況")),
            Column("source", _("依據")),
        ),
        rows=rows,
        heading=_("%(start)s 至 %(end)s 公告的，和還沒有辦完的") % {"start": start, "end": end},
    )


# Contracts


@tabulation(
    "purchasing.contracts_ending",
    title=gettext_lazy("合同到期"),
    form=Days,
    readers=rules.readers,
    group=GROUP,
    icon="calendar-due",
    about=gettext_lazy("這段日子到期的合同和質保金：該驗收、該續簽、該退的。"),
)
def contracts_ending(person: Person, *, start: date, end: date) -> Tabulated:
    """Contracts that end, and retentions whose warranty is over, within the days; what is past and not settled is late."""
    today, rows = clock.today(), []
    for what, field in ((_("合同到期"), "to_on"), (_("質保期滿"), "warranty_until")):
        found = Contract.objects.filter(**{f"{field}__gte": start, f"{field}__lte": end}).exclude(state="recorded")
        if field == "warranty_until":
            found = found.filter(retention__gt=0)
        for one in found:
            day = getattr(one, field)
            is_open = one.state != "settled"
            rows.append(
                Row(
                    (
                        day, what, one.number, one.name, one.supplier_name, one.ceiling, one.paid, one.ceiling - one.paid,
                        one.retention if field == "warranty_until" else 0, one.state_label,
                    ),
                    Opens.document(Contract.kind, one.pk),
                    mark="done" if not is_open else "late" if day < today else "due",
                )
            )  # fmt: skip
    rows.sort(key=lambda row: (row.values[0], row.values[2]))
    return Tabulated(
        columns=(
            Column("day", _("日期"), kind="date"),
            Column("what", _("事項")),
            Column("number", _("合同編號")),
            Column("name", _("合同名稱")),
            Column("supplier", _("對方單位")),
            Column("ceiling", _("合同金額"), kind="money"),
            Column("paid", _("已付"), kind="money"),
            Column("left", _("未付"), kind="money"),
            Column("retention", _("質保金"), kind="money"),
            Column("state", _("狀態")),
        ),
        rows=rows,
        heading=_("%(start)s 至 %(end)s") % {"start": start, "end": end},
    )


# Suppliers


@tabulation(
    "purchasing.suppliers_record",
    title=gettext_lazy("供應商往來"),
    form=Days,
    readers=rules.readers,
    group=GROUP,
    icon="users-group",
    about=gettext_lazy("每家供應商：邀了幾次、報了幾次、成交幾筆、多少錢、遲到和拒收幾批、得分、許可證到期。"),
)
def suppliers_record(person: Person, *, start: date, end: date) -> Tabulated:
    """What became of each supplier within the days (P06): invited, quoted, won, delivered late, turned away, marks."""
    within = {"opened_on__gte": start, "opened_on__lte": end}
    asked = Quote.objects.filter(comparison__opened_on__gte=start, comparison__opened_on__lte=end)
    invited = dict(asked.values_list("supplier").annotate(n=Count("pk")))
    quoted = dict(asked.filter(amount__isnull=False).values_list("supplier").annotate(n=Count("pk")))
    orders = Order.objects.filter(supplier__isnull=False, **within).exclude(state="cancelled")
    won = {row[0]: row[1:] for row in orders.values_list("supplier").annotate(n=Count("pk"), paid=Sum("amount"))}
    came = Delivery.objects.filter(**within)
    late = dict(
        came.filter(opened_on__gt=F("order__due_on"), accepted_on__isnull=False)
        .values_list("order__supplier")
        .annotate(n=Count("pk"))
    )
    away = dict(came.filter(state="turned_away").values_list("order__supplier").annotate(n=Count("pk")))
    files = {one.party_id: one for one in SupplierFile.objects.all()}
    parties = Party.objects.filter(pk__in={*invited, *won, *files} - {None}).order_by("name")
    today, rows = clock.today(), []
    for party in parties:
        file = files.get(party.pk)
        count, paid = won.get(party.pk, (0, 0))
        is_out = bool(file and (file.left_on or (file.licence_until and file.licence_until < today)))
        rows.append(
            Row(
                (
                    party.name, file.supplies if file else "", invited.get(party.pk, 0), quoted.get(party.pk, 0), count, paid,
                    late.get(party.pk, 0), away.get(party.pk, 0), file.score if file else None,
                    file.licence_until if file else None, file.bad_record if file else "",
                ),
                Opens.register("purchasing.suppliers", q=party.name),
                mark="late" if is_out else "",
            )
        )  # fmt: skip
    return Tabulated(
        columns=(
            Column("supplier", _("供應商")),
            Column("supplies", _("供應類別")),
            Column("invited", _("邀請"), kind="integer", total=True),
            Column("quoted", _("報價"), kind="integer", total=True),
            Column("won", _("成交"), kind="integer", total=True),
            Column("paid", _("成交金額"), kind="money", total=True),
            Column("late", _("逾期到貨"), kind="integer", total=True),
            Column("away", _("拒收"), kind="integer", total=True),
            Column("score", _("得分"), kind="integer"),
            Column("licence", _("許可證到期"), kind="date"),
            Column("bad", _("不良記錄")),
        ),
        rows=rows,
        heading=_("%(start)s 至 %(end)s") % {"start": start, "end": end},
    )


# Demand


@tabulation(
    "purchasing.demand",
    title=gettext_lazy("需求：申請、批准、訂購"),
    form=Days,
    readers=rules.readers,
    group=GROUP,
    icon="list-numbers",
    about=gettext_lazy("每樣東西申請多少、批准多少、訂購多少、到了多少，庫存還有多少。"),
)
def demand(person: Person, *, start: date, end: date) -> Tabulated:
    """Item by item: wanted, approved, ordered, accepted, and what the stores hold now."""
    lines = RequestLine.objects.filter(request__opened_on__gte=start, request__opened_on__lte=end).exclude(
        request__state="withdrawn"
    )
    found = (
        lines.values("item", "item__name", "item__specification", "item__counter", "item__commodity")
        .annotate(
            times=Count("request", distinct=True), asked=Sum("wanted"), passed=Coalesce(Sum("approved"), 0),
            bought=Sum("ordered"), worth=Sum(F("wanted") * F("price")),
        )
        .order_by("-worth", "item__name")
    )  # fmt: skip
    held = sums.all_on_hand(row["item__commodity"] for row in found)
    plan_lines = lines.filter(plan_line__isnull=False).values("plan_line")
    came = dict(OrderLine.objects.filter(plan_line__in=plan_lines).values_list("item").annotate(n=Sum("accepted")))
    return Tabulated(
        columns=(
            Column("item", _("品名規格")),
            Column("counter", _("單位")),
            Column("times", _("申請份數"), kind="integer"),
            Column("wanted", _("申請"), kind="integer"),
            Column("approved", _("批准"), kind="integer"),
            Column("ordered", _("訂購"), kind="integer"),
            Column("accepted", _("到貨"), kind="integer"),
            Column("on_hand", _("現有庫存"), kind="integer"),
            Column("worth", _("估計金額"), kind="money", total=True),
        ),
        rows=[
            Row(
                (
                    f"{row['item__name']} {row['item__specification']}".strip(), row["item__counter"], row["times"],
                    row["asked"], row["passed"], row["bought"], came.get(row["item"], 0),
                    held.get(row["item__commodity"], 0), row["worth"],
                ),
                Opens.register("purchasing.request_lines", q=row["item__name"]),
            )
            for row in found
        ],
        heading=_("%(start)s 至 %(end)s") % {"start": start, "end": end},
    )  # fmt: skip


__all__ = [
    "contracts_ending", "demand", "savings", "splitting", "suppliers_record", "tender_clocks",
    "threads",
]  # fmt: skip
