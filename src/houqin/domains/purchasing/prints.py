"""The forms of purchasing as they are printed: 申請單, 計劃, 比價表, 訂單, 驗收單, 付款申請單, 合同, 招標項目登記."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import called
from houqin.foundation.org.models import Person
from houqin.foundation.signing.prints import exceptions, letterhead, print_of, signed
from houqin.kit import clock
from houqin.kit.numbers import capital_money, yuan
from houqin.kit.papers import Table
from houqin.kit.papers.slip import Slip

from . import clocks, terms
from .actions.tendering import ranked
from .models import (
    Comparison,
    Contract,
    Delivery,
    Order,
    PaymentRequest,
    Plan,
    Quote,
    QuoteLine,
    Request,
    RequestLine,
    Tender,
)
from .rules import EXCUSED
from .thread import last_entry, thread_of

AFTER_OPENING = frozenset({"opened", "evaluated", "noticed", "awarded", "contracted", "archived"})
DECIDED = frozenset({"awarded", "contracted", "archived"})


def money(fen: int | None) -> str:
    return yuan(fen) if fen is not None else ""


def day_of(day: date | None) -> str:
    return day.isoformat() if day else ""


def moment_of(moment: datetime | None) -> str:
    return f"{clock.local(moment):%Y-%m-%d %H:%M}" if moment else ""


def _total(label: str, columns: int, sums: dict[int, str]) -> tuple[str, ...]:
    return tuple(label if place == 0 else sums.get(place, "") for place in range(columns))


@print_of(Request, "request", label=gettext_lazy("採購申請單"))
def request_slip(request: Request, person: Person) -> Sequence[Slip]:
    """採購申請(請購)單 (P01): the stock on hand and the last price stand beside every line."""
    lines = list(RequestLine.objects.filter(request=request).select_related("item").order_by("pk"))
    columns = (
        "序號", "品名", "規格型號", "單位", "申請數量", "批准數量", "估計單價", "估計金額", "庫存現有量", "上次單價",
    )  # fmt: skip
    rows = [
        (
            str(place), line.item.name, line.item.specification, line.item.counter, str(line.wanted),
            "" if line.approved is None else str(line.approved), money(line.price), money(line.wanted * line.price),
            str(line.on_hand), money(line.last_price),
        )
        for place, line in enumerate(lines, start=1)
    ]  # fmt: skip
    text = [_("用途：%(purpose)s") % {"purpose": request.purpose}]
    if request.stock_reason:
        text.append(_("有庫存仍要買的理由：%(reason)s") % {"reason": request.stock_reason})
    return [
        Slip(
            title=_("採購申請（請購）單"),
            school=letterhead(),
            number=request.number,
            facts=(
                (_("申請部門"), str(request.unit or "")),
                (_("申請日期"), day_of(request.opened_on)),
                (_("需要日期"), day_of(request.needed_on)),
                (_("類別"), terms.CATEGORIES.label(request.category)),
                (_("預算項目"), request.budget_item),
                (_("建議採購方式"), terms.method_label(request.suggested) if request.suggested else ""),
                (_("狀態"), request.state_label),
            ),
            tables=(Table("", columns, (*rows, _total(_("合計"), len(columns), {7: yuan(request.estimated)}))),),
            text=tuple(text),
            signatures=(
                (_("申請人"), str(request.requester or "")),
                (_("部門負責人"), ""),
                (_("總務處意見"), ""),
                *signed(request, ("approver", _("審批"))),
            ),
            landscape=True,
        )
    ]


@print_of(Plan, "plan", label=gettext_lazy("採購計劃"))
def plan_slip(plan: Plan, person: Person) -> Sequence[Slip]:
    """採購計劃: what is bought together, for whom, by which method and why that one."""
    rows, total = [], 0
    for place, line in enumerate(plan.lines.select_related("item").order_by("pk"), start=1):
        wanted = list(RequestLine.objects.filter(plan_line=line).select_related("request__requester"))
        total += line.quantity * line.price
        rows.append(
            (
                str(place), str(line.item), line.item.counter, str(sum(one.wanted for one in wanted)), str(line.quantity),
                str(line.ordered), money(line.price), money(line.quantity * line.price),
                "、".join(f"{one.request.requester or ''}（{one.request.number}）" for one in wanted),
            )
        )  # fmt: skip
    columns = ("序號", "品名規格", "單位", "申請", "批准", "已訂", "估計單價", "估計金額", "申請人（單號）")
    text = []
    if plan.quotes_reason:
        text.append(_("不足三家報價的理由：%(reason)s") % {"reason": plan.quotes_reason})
    if plan.split_reason:
        text.append(_("累計超限仍採購的理由：%(reason)s") % {"reason": plan.split_reason})
    return [
        Slip(
            title=_("採購計劃"),
            school=letterhead(),
            number=plan.number,
            facts=(
                (_("日期"), day_of(plan.opened_on)),
                (_("類別"), terms.CATEGORIES.label(plan.category)),
                (_("採購方式"), terms.method_label(plan.method)),
                (_("按金額應採用"), terms.method_label(plan.wanted_method)),
                (_("預算項目"), plan.budget_item),
                (_("預算金額"), money(plan.budget)),
                (_("需要日期"), day_of(plan.needed_on)),
            ),
            tables=(Table("", columns, (*rows, _total(_("合計"), len(columns), {7: yuan(total)}))),),
            text=tuple(text),
            signatures=(
                (_("編制人"), str(plan.opened_by or "")),
                (_("總務主任"), ""),
                *signed(plan, ("approver", _("審批"))),
            ),
            landscape=True,
        )
    ]


def comparison_slip(comparison: Comparison) -> Slip:
    """招標(詢價)比價表 (P03): every supplier's price side by side, the deal, what is saved and why this one."""
    quotes = list(Quote.objects.filter(comparison=comparison).select_related("supplier").order_by("pk"))
    given = [one for one in quotes if one.amount is not None]
    prices = {(line.quote_id, line.plan_line_id): line for line in QuoteLine.objects.filter(quote__in=given)}
    columns = ["品名規格", "單位", "數量"]
    for one in given:
        columns += [_("%(name)s單價") % {"name": one.supplier}, _("%(name)s總價") % {"name": one.supplier}]
    rows = []
    for line in comparison.plan.lines.select_related("item").order_by("pk"):
        row = [str(line.item), line.item.counter, str(line.quantity)]
        for one in given:
            told = prices.get((one.pk, line.pk))
            row += [money(told.price), money(told.value)] if told else ["", ""]
        rows.append(tuple(row))
    if given:
        rows.append(tuple([_("合計"), "", ""] + [cell for one in given for cell in ("", money(one.amount))]))
    about = tuple(
        (
            str(one.supplier), money(one.amount) or _("未報價"), day_of(one.quoted_on), one.warranty, one.delivery,
            "" if one.amount is None else _("是") if one.is_compliant else _("否"),
            _("擬定") if comparison.chosen_id == one.supplier_id else "",
        )
        for one in quotes
    )  # fmt: skip
    tables = [Table("", tuple(columns), tuple(rows))] if given else []
    tables.append(
        Table(
            _("供應商"),
            (_("供應商"), _("總價"), _("報價日期"), _("質保(售後)"), _("交貨期"), _("符合要求"), _("擬定")),
            about,
        )
    )
    text = []
    if comparison.amount is not None:
        text.append(
            _("成交：%(supplier)s，%(amount)s 元（%(capital)s）。理由：%(reason)s。")
            % {
                "supplier": comparison.chosen,
                "amount": money(comparison.amount),
                "capital": capital_money(comparison.amount),
                "reason": comparison.reason,
            }
        )
        saved, highest = comparison.saved or 0, comparison.highest or comparison.amount
        text.append(
            _("節約：比預算 %(budget)s 元節約 %(saved)s 元；比最高報價 %(highest)s 元低 %(lower)s 元。節約額按預算計。")
            % {
                "budget": money(comparison.budget),
                "saved": money(saved),
                "highest": money(highest),
                "lower": money(highest - comparison.amount),
            }
        )
    if comparison.visit:
        text.append(_("市場考察情況：%(visit)s") % {"visit": comparison.visit})
    if comparison.plan.quotes_reason:
        text.append(_("不足三家報價的理由：%(reason)s") % {"reason": comparison.plan.quotes_reason})
    return Slip(
        title=_("招標（詢價）比價表"),
        school=letterhead(),
        number=comparison.number,
        facts=(
            (_("項目名稱"), comparison.goods),
            (_("預算金額"), money(comparison.budget)),
            (_("比價日期"), day_of(comparison.opened_on)),
            (_("開價時間"), moment_of(comparison.opens_at)),
        ),
        tables=tuple(tables),
        text=tuple(text),
        signatures=(
            *signed(comparison, ("collector", _("採購小組成員")), ("second_collector", _("採購小組第二人"))),
            (_("監督人"), str(comparison.supervisor or "")),
            *signed(comparison, ("approver", _("審批"))),
        ),
        landscape=True,
    )


@print_of(Comparison, "table", label=gettext_lazy("比價表"))
def comparison_slips(comparison: Comparison, person: Person) -> Sequence[Slip]:
    """招標(詢價)比價表 (P03)."""
    return [comparison_slip(comparison)]


@print_of(Order, "order", label=gettext_lazy("採購訂單"), when=lambda order: order.state != "recorded")
def order_slip(order: Order, person: Person) -> Sequence[Slip]:
    """採購訂單, as it goes to the supplier."""
    columns = ("序號", "品名規格", "單位", "數量", "單價", "金額", "已驗收")
    rows = tuple(
        (
            str(place), str(line.item), line.item.counter, str(line.quantity), money(line.price), money(line.value),
            str(line.accepted),
        )
        for place, line in enumerate(order.lines.select_related("item").order_by("pk"), start=1)
    )  # fmt: skip
    return [
        Slip(
            title=_("採購訂單"),
            school=letterhead(),
            number=order.number,
            facts=(
                (_("供應商"), order.supplier_name),
                (_("訂購日期"), day_of(order.opened_on)),
                (_("約定交貨日期"), day_of(order.due_on)),
                (_("採購方式"), terms.method_label(order.method)),
                (_("合同"), str(order.contract.number) if order.contract else ""),
            ),
            tables=(Table("", columns, (*rows, _total(_("合計"), len(columns), {5: yuan(order.amount)}))),),
            text=(
                _("合計人民幣（大寫）：%(capital)s") % {"capital": capital_money(order.amount)},
                _("貨到由學校兩人驗收，不合格的退回；驗收後憑發票申請付款。供應商不得贈送財物、回扣。"),
            ),
            signatures=((_("採購人"), order.buyer_name), (_("供應商（蓋章）"), ""), (_("日期"), "")),
        )
    ]


@print_of(Order, "thread", label=gettext_lazy("採購經過"))
def order_thread(order: Order, person: Person) -> Sequence[Slip]:
    """The thread of a purchase from the wish to the payment asked for (采購檔案 kept fifteen years)."""
    last = last_entry(order)
    payment = order.payment_requests.order_by("-pk").first()
    chain = thread_of(last_entry(payment) or last) if last else []
    rows = tuple(
        (
            entry.occurred_on.isoformat(),
            called(entry.kind),
            entry.document_number,
            str(entry.by),
            entry.reason or "",
        )
        for entry in chain
    )
    return [
        Slip(
            title=_("採購經過"),
            school=letterhead(),
            number=order.number,
            facts=((_("物品"), order.goods), (_("供應商"), order.supplier_name), (_("成交金額"), money(order.amount))),
            tables=(Table("", (_("日期"), _("事項"), _("單號"), _("經手"), _("說明")), rows),),
            signatures=((_("總務主任"), ""),),
        )
    ]


@print_of(Delivery, "acceptance", label=gettext_lazy("採購驗收單"))
def acceptance_slip(delivery: Delivery, person: Person) -> Sequence[Slip]:
    """採購驗收單 (P05): performance against each requirement, two acceptors besides buyer and keeper."""
    columns = ("序號", "品名", "規格", "單位", "應收數量", "送到數量", "實收數量", "單價", "金額")
    rows = tuple(
        (
            str(place), line.order_line.item.name, line.order_line.item.specification, line.order_line.item.counter,
            str(line.due), str(line.delivered), str(line.accepted), money(line.order_line.price), money(line.value),
        )
        for place, line in enumerate(delivery.lines.select_related("order_line__item").order_by("pk"), start=1)
    )  # fmt: skip
    accepted = dict(signed(delivery, ("acceptor", "a"), ("keeper", "k")))
    first, _separator, second = accepted["a"].partition("、")
    text = [
        _("質量情況：%(quality)s") % {"quality": delivery.quality},
        _("合格證（檢測報告）：%(certificate)s") % {"certificate": delivery.certificate},
    ]
    if delivery.difference:
        text.append(_("差異說明：%(difference)s") % {"difference": delivery.difference})
    text += exceptions(delivery, EXCUSED)
    text.append(_("驗收人對技術、服務、安全各項要求逐項核對，並對驗收結果負責。"))
    return [
        Slip(
            title=_("採購驗收單"),
            school=letterhead(),
            number=delivery.number,
            facts=(
                (_("合同（訂單）號"), delivery.order.number),
                (_("供應商"), delivery.order.supplier_name),
                (_("送貨日期"), day_of(delivery.opened_on)),
                (_("驗收日期"), day_of(delivery.accepted_on)),
                (_("校區"), str(delivery.campus or "")),
            ),
            tables=(Table("", columns, (*rows, _total(_("合計"), len(columns), {8: yuan(delivery.value)}))),),
            text=tuple(text),
            signatures=(
                (_("送貨人"), delivery.deliverer),
                (_("採購人"), delivery.order.buyer_name),
                (_("驗收人1"), first),
                (_("驗收人2"), second),
                (_("保管員"), accepted["k"]),
            ),
            landscape=True,
        )
    ]


@print_of(PaymentRequest, "payment", label=gettext_lazy("付款申請單"))
def payment_slip(payment: PaymentRequest, person: Person) -> Sequence[Slip]:
    """付款申請單: what it is paid for, that it was accepted, and how much was asked for before (P05-1, P05-2)."""
    order, contract = payment.order, payment.contract
    rows: list[tuple[str, str]] = [(_("收款單位"), str(payment.payee)), (_("發票號"), payment.invoice)]
    if order is not None:
        rows += [
            (_("訂單"), f"{order.number}　{order.goods}"),
            (_("訂單金額"), money(order.amount)),
            (_("已驗收金額"), money(order.received)),
            (_("連同本次累計申請"), money(order.asked)),
        ]
        deliveries = order.deliveries.exclude(accepted_on=None).order_by("pk")
        rows.append((_("驗收單"), "、".join(f"{one.number}（{one.accepted_on}）" for one in deliveries)))
    if contract is not None:
        rows += [
            (_("合同"), f"{contract.number}　{contract.name}"),
            (_("合同金額（含追加）"), money(contract.ceiling)),
            (_("連同本次累計申請（合同）"), money(contract.paid)),
        ]
    if payment.is_retention:
        rows.append((_("質保金"), _("是，質保期滿")))
    file = getattr(payment.payee, "supplier_file", None)
    if file is not None and file.bank_account:
        rows.append((_("開戶行賬號"), file.bank_account))
    return [
        Slip(
            title=_("付款申請單"),
            school=letterhead(),
            number=payment.number,
            facts=((_("日期"), day_of(payment.opened_on)),),
            tables=(Table("", (_("事項"), _("內容")), tuple(rows)),),
            text=(
                _("申請付款 %(amount)s 元，人民幣（大寫）：%(capital)s。")
                % {"amount": money(payment.amount), "capital": capital_money(payment.amount)},
            ),
            signatures=(
                (_("申請人"), str(payment.opened_by or "")),
                (_("總務主任"), ""),
                *signed(payment, ("accountant", _("會計接收"))),
                (_("審批"), ""),
            ),
        )
    ]


@print_of(Contract, "sheet", label=gettext_lazy("合同登記表"))
def contract_sheet(contract: Contract, person: Person) -> Sequence[Slip]:
    """One contract with its payments, additions, bond and retention (合同管理台賬)."""
    pairs = [
        (_("合同名稱"), contract.name), (_("類別"), contract.category), (_("對方單位"), contract.supplier_name),
        (_("金額"), money(contract.amount)), (_("追加金額"), money(contract.added)), (_("簽訂日期"), day_of(contract.opened_on)),
        (_("起止日期"), f"{day_of(contract.from_on)} 至 {day_of(contract.to_on)}"), (_("經辦部門"), contract.unit_name),
        (_("法務（審核）"), contract.legal), (_("付款計劃"), contract.payment_plan), (_("已付金額"), money(contract.paid)),
        (_("變更（補充協議）"), contract.changes), (_("履約保證金"), money(contract.bond)),
        (_("質保金"), money(contract.retention)), (_("質保到期"), day_of(contract.warranty_until)),
        (_("驗收"), f"{contract.acceptance} {day_of(contract.accepted_on)}".strip()),
        (_("結清日期"), day_of(contract.settled_on)), (_("歸檔號"), contract.archive_number),
    ]  # fmt: skip
    payments = tuple(
        (one.number, day_of(one.opened_on), money(one.amount), one.invoice, one.state_label)
        for one in contract.payment_requests.order_by("pk")
    )
    tables = [Table("", (_("事項"), _("內容")), tuple(pairs))]
    if payments:
        tables.append(Table(_("付款"), (_("單號"), _("日期"), _("金額"), _("發票號"), _("狀態")), payments))
    return [
        Slip(
            title=_("合同登記表"),
            school=letterhead(),
            number=contract.number,
            tables=tuple(tables),
            signatures=((_("經辦人"), str(contract.opened_by or "")), (_("總務主任"), ""), (_("會計"), "")),
        )
    ]


@print_of(Tender, "register", label=gettext_lazy("招標項目登記表"))
def tender_sheet(tender: Tender, person: Person) -> Sequence[Slip]:
    """招標項目登記簿, one project: its clocks; bids only once opened, the committee only once it is decided (P04)."""
    is_open = tender.state in AFTER_OPENING
    contract = Contract.objects.filter(tender=tender).order_by("pk").first()
    pairs: list[tuple[Any, str]] = [
        (_("項目名稱"), tender.project), (_("預算金額"), money(tender.budget)), (_("資金來源"), tender.fund),
        (_("採購方式"), terms.method_label(tender.method)), (_("代理機構"), tender.agent),
        (_("公告日期"), day_of(tender.opened_on)), (_("文件發售起止"), f"{tender.documents_from} 至 {tender.documents_to}"),
        (_("投標截止（開標）"), moment_of(tender.deadline_at)), (_("投標家數"), str(tender.bids_received)),
        (_("評標委員會人數（專家數）"), f"{tender.committee_size}（{tender.experts}）"),
        (_("中標單位"), str(tender.winner or "")), (_("中標金額"), money(tender.amount)),
        (_("節約額（預算−中標）"), money(tender.saved)),
        (_("公示起止"), f"{tender.notice_from} 至 {tender.notice_to}" if tender.notice_from else ""),
        (_("中標通知書日期"), day_of(tender.awarded_on)), (_("合同編號"), contract.number if contract else ""),
        (_("合同簽訂日期"), day_of(contract.opened_on) if contract else ""), (_("質疑投訴"), str(tender.complaints)),
        (_("歸檔號"), tender.archive_number), (_("保存至"), day_of(tender.keep_until)),
    ]  # fmt: skip
    tables = [
        Table(_("項目"), (_("事項"), _("內容")), tuple((str(label), told) for label, told in pairs)),
        Table(
            _("期限"),
            (_("環節"), _("最遲（最早）"), _("實際"), _("依據"), _("情況")),
            tuple(
                (str(one.label), day_of(one.limit), day_of(one.done), one.source, one.told)
                for one in clocks.clocks_of(tender)
            ),
        ),
    ]
    if is_open:
        order = {bid.pk: place for place, bid in enumerate(ranked(tender), start=1)}
        bids = tuple(
            (
                str(bid.supplier), moment_of(bid.received_at), money(bid.amount),
                "" if bid.score is None else f"{bid.score // 100}.{bid.score % 100:02d}", str(order.get(bid.pk, "")),
                bid.invalid_reason, money(bid.bond), day_of(bid.bond_returned_on),
            )
            for bid in tender.bids.select_related("supplier").order_by("pk")
        )  # fmt: skip
        columns = (
            _("投標人"), _("收到時間"), _("報價"), _("得分"), _("名次"), _("廢標原因"), _("保證金"), _("退還"),
        )  # fmt: skip
        tables.append(Table(_("投標"), columns, bids))
    if tender.state in DECIDED:
        members = tuple(
            (one.name, _("專家") if one.is_expert else _("採購人代表")) for one in tender.committee.order_by("pk")
        )
        if members:
            tables.append(Table(_("評標委員會"), (_("姓名"), _("身份")), members))
    return [
        Slip(
            title=_("招標項目登記表"),
            school=letterhead(),
            number=tender.number,
            tables=tuple(tables),
            text=(() if is_open else (_("開標前不登記任何投標金額。"),)),
            signatures=(
                *signed(tender, ("opener", _("開標主持")), ("evaluator", _("評標")), ("approver", _("定標"))),
                (_("監督人"), ""),
            ),
        )
    ]
