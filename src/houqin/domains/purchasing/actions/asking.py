"""Requests and plans: asked for, stock looked at, approved by the ladder, merged into a plan with its method."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.catalogue import stock
from houqin.foundation.journal.actions import action
from houqin.foundation.journal.models import Place
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.journal.spoken import kind_is_called
from houqin.foundation.journal.writer import Draft
from houqin.foundation.org.models import Role, Unit
from houqin.foundation.org.parameters import value
from houqin.foundation.signing.routes import ask, move, next_number, walks
from houqin.kit import numbers

from .. import forms, rules, sums, terms
from ..models import Comparison, Plan, PlanLine, Request, RequestLine
from ..thread import follows

kind_is_called("purchasing.joined", gettext_lazy("併入採購計劃"))


@action("purchasing.requested", label=gettext_lazy("採購申請"), form=forms.AskFor, rule=rules.may_request)
def request(
    entry: Draft,
    *,
    lines: list[dict[str, Any]],
    purpose: str,
    needed_on: date | None,
    place: Place | None,
    unit: Unit | None,
    category: str,
    budget_item: str,
    suggested: str,
    from_stock: bool,
    stock_reason: str,
) -> None:
    """Ask for something to be bought; the stock on hand and the last price are looked up and written beside it (P01-1)."""
    if needed_on and needed_on < entry.occurred_on:
        raise Refused(_("需要日期早於申請日期，請核對。"), field="needed_on")
    where = place or entry.by.campus
    paper: Request = entry.creates(
        Request(
            number=next_number(Request, entry.occurred_on),
            state="requested",
            opened_on=entry.occurred_on,
            opened_by=entry.by,
            place=where,
            campus=where.campus_or_self() if where else None,
            requester=entry.by,
            unit=unit or entry.by.unit,
            category=category or terms.category_of(*(row["name"] for row in lines), purpose),
            purpose=purpose,
            needed_on=needed_on,
            budget_item=budget_item,
            suggested=suggested,
            stock_reason=stock_reason,
        )
    )
    covered, said = [], []
    for row in lines:
        item = stock.item_of(entry.unit, row["name"], specification=row["specification"], counter=row["counter"])
        if row["counter"] and item.counter and item.counter != row["counter"]:
            raise Refused(
                _("「%(name)s」按「%(known)s」計，這裡寫的是「%(told)s」。請換算後再寫。")
                % {"name": item, "known": item.counter, "told": row["counter"]},
                field="lines",
            )
        held = sums.on_hand(item)
        last = sums.last_price(item, before=entry.occurred_on)
        price = row["price"] if row["price"] is not None else last
        if price is None:
            raise Refused(_("「%(name)s」沒有買過，請寫估計單價。") % {"name": item}, field="lines")
        line = RequestLine(request=paper, item=item, wanted=row["quantity"], price=price, on_hand=held, last_price=last)
        entry.creates(line)
        if held >= row["quantity"]:
            covered.append(line)
        said.append(f"{item} {row['quantity']}{item.counter}")
        paper.estimated += price * row["quantity"]
    paper.goods = "、".join(said)
    entry.document, entry.place, entry.category = paper, where, paper.category
    entry.measure("amount", paper.estimated)
    entry.measure("items", len(lines))
    if from_stock:
        if len(covered) != len(lines):
            raise Refused(
                _("庫存不夠，不能全用庫存。請把不夠的另開一張申請單，或去掉「倉庫有就用庫存」。"), field="from_stock"
            )
        _avoid(entry.followed_by("purchasing.avoided"), paper, lines=len(lines))
        paper.state = "from_stock"
        return
    if covered and not stock_reason:
        raise Refused(
            _("倉庫裡還有：%(stock)s。請勾選「倉庫有就用庫存」到倉庫領用；一定要買就寫明理由。")
            % {"stock": "、".join(f"{line.item} {line.on_hand}{line.item.counter}" for line in covered)},
            field="stock_reason",
        )
    paper.state = rules.first_rung(paper.estimated, on=entry.occurred_on)
    ask(entry, paper)


def _avoid(entry: Draft, paper: Request, *, lines: int) -> None:
    entry.measure("amount", paper.estimated)
    entry.measure("items", lines)


@action("purchasing.avoided", label=gettext_lazy("用庫存解決"), form=forms.RequestOnly, rule=rules.may_avoid)
@walks(lambda: rules.REQUEST)
def avoid(entry: Draft, *, document: Request) -> None:
    """Answer a request from stock: nothing is bought, and what was not spent is counted."""
    lines = list(document.lines.select_related("item"))
    short = [
        line for line in lines if sums.on_hand(line.item) < (line.wanted if line.approved is None else line.approved)
    ]
    if short:
        raise Refused(
            _("庫存不夠：%(names)s。") % {"names": "、".join(f"{one.item} {sums.on_hand(one.item)}" for one in short)}
        )
    _avoid(entry, document, lines=len(lines))
    entry.category = document.category
    follows(entry, document)


@action("purchasing.approved", label=gettext_lazy("批准採購"), form=forms.Approve, rule=rules.may_approve)
@walks(lambda: rules.REQUEST)
def approve(entry: Draft, *, document: Request, approved: dict[str, int], note: str) -> None:
    """Approve what is asked for, or less of it; who may depends on the amount (ladder in parameters)."""
    lines = list(document.lines.select_related("item").order_by("pk"))
    told, strange = forms.items_by_name(approved, {line.item_id: line.item for line in lines})
    if strange:
        raise Refused(_("申請單上沒有「%(name)s」。") % {"name": strange}, field="approved")
    amount = 0
    for line in lines:
        quantity = told.get(line.item_id, line.wanted)
        if quantity > line.wanted:
            raise Refused(
                _("「%(name)s」申請 %(wanted)d，不能批准 %(told)d。")
                % {"name": line.item, "wanted": line.wanted, "told": quantity},
                field="approved",
            )
        line.approved = quantity
        entry.changes(line, "approved")
        amount += quantity * line.price
    if not amount:
        raise Refused(_("一件也沒有批准。不批准請按「不批准」。"), field="approved")
    alike = _asked_alike(document)
    wanted, who = rules.rung(amount, on=entry.occurred_on, beside=alike)
    is_sequential = value("purchasing.sequential", on=document.opened_on)
    if is_sequential and rules.WAITING.index(document.state) < rules.WAITING.index(wanted):
        raise Refused(_("逐級簽批：現在是「%(state)s」，簽過並上報後再批准。") % {"state": document.state_label})
    if not entry.by.has_role(*who, Role.ADMINISTRATOR):
        sums_told = {
            "amount": numbers.yuan(amount),
            "sum": numbers.yuan(amount + sum(alike)),
            "who": "或".join(str(Role(one).label) for one in who),
        }
        if rules.rung(amount, on=entry.occurred_on)[0] != wanted:
            raise Denied(_("同一天同一類的申請合計 %(sum)s 元，不得化整為零，要由%(who)s批准。") % sums_told)
        raise Denied(_("金額 %(amount)s 元，要由%(who)s批准。") % sums_told)
    document.note = f"{document.note}\n{note}".strip()
    entry.changes(document, "note")
    entry.measure("amount", amount)
    if amount < document.estimated:
        entry.measure("cut", document.estimated - amount)
    entry.category = document.category
    follows(entry, document, "purchasing.endorsed", "purchasing.requested")


def _asked_alike(document: Request) -> list[int]:
    """What (分) the same person or department asked for the same day in the same category, by other requests still standing."""
    same = Q(requester=document.requester_id)
    if document.unit_id is not None:
        same |= Q(unit=document.unit_id)
    others = Request.objects.filter(same, category=document.category, opened_on=document.opened_on)
    others = others.exclude(pk=document.pk).exclude(state__in=("rejected", "withdrawn", "from_stock"))
    return list(others.values_list("estimated", flat=True))


@action("purchasing.endorsed", label=gettext_lazy("同意並上報"), form=forms.Endorse, rule=rules.may_approve)
@walks(lambda: rules.REQUEST)
def endorse(entry: Draft, *, document: Request, note: str) -> None:
    """Sign a request whose amount somebody above decides, and pass it on to the next rung (sequential sign-off, P01)."""
    _name, who, limit = next(one for one in rules.LADDER if one[0] == document.state)
    if not entry.by.has_role(who[0], Role.ADMINISTRATOR):
        raise Denied(_("這一步要由%(who)s來簽。") % {"who": Role(who[0]).label})
    if document.estimated < value(limit, on=entry.occurred_on):
        raise Refused(_("這個金額您可以直接批准，不用上報。"))
    document.note = f"{document.note}\n{note}".strip()
    entry.changes(document, "note")
    entry.category = document.category
    follows(entry, document, "purchasing.endorsed", "purchasing.requested")


@action("purchasing.rejected", label=gettext_lazy("不批准"), form=forms.RequestWithReason, rule=rules.may_approve)
@walks(lambda: rules.REQUEST)
def reject(entry: Draft, *, document: Request, reason: str) -> None:
    """Say no, and why."""
    entry.reason, entry.category = reason, document.category
    follows(entry, document, "purchasing.requested")


@action("purchasing.withdrawn", label=gettext_lazy("撤回申請"), form=forms.RequestWithReason, rule=rules.may_withdraw)
@walks(lambda: rules.REQUEST)
def withdraw(entry: Draft, *, document: Request, reason: str) -> None:
    """Take a request back before it is planned."""
    entry.reason, entry.category = reason, document.category
    follows(entry, document, "purchasing.requested")


@action("purchasing.planned", label=gettext_lazy("列入採購計劃"), form=forms.MakePlan, rule=rules.may_buy)
def plan(entry: Draft, *, requests: list[Request], method: str, budget: int | None, budget_item: str) -> None:
    """Merge approved requests of one category into a plan; the amount decides the method (P02)."""
    if not requests:
        raise Refused(_("請寫要列入計劃的申請單號。"), field="requests")
    for one in requests:
        rules.REQUEST.step("purchasing.planned", state=one.state)
    categories = {one.category for one in requests}
    if len(categories) > 1:
        raise Refused(
            _("一個計劃只買一類：這些申請分屬%(names)s。請分開列。")
            % {"names": "、".join(sorted(terms.CATEGORIES.label(one) for one in categories))},
            field="requests",
        )
    asked = list(
        RequestLine.objects.filter(request__in=requests, approved__gt=0)
        .select_related("item", "item__commodity")
        .order_by("pk")
    )
    category, first = categories.pop(), requests[0]
    needed = [one.needed_on for one in requests if one.needed_on]
    estimated = sum((line.approved or 0) * line.price for line in asked)
    paper = Plan(
        number=next_number(Plan, entry.occurred_on),
        state="planned",
        opened_on=entry.occurred_on,
        opened_by=entry.by,
        place=first.place,
        campus=first.campus if len({one.campus_id for one in requests}) == 1 else None,
        category=category,
        budget=estimated if budget is None else budget,
        budget_item=budget_item or first.budget_item,
        needed_on=min(needed) if needed else None,
    )
    amount = max(paper.budget, estimated)
    paper.wanted_method = rules.method_for(category, amount, on=entry.occurred_on)
    paper.method = method or paper.wanted_method
    if rules.is_too_weak(paper.method, category=category, amount=amount, on=entry.occurred_on):
        raise Refused(
            _("%(amount)s 元要用「%(wanted)s」，「%(told)s」不夠。")
            % {
                "amount": numbers.yuan(amount),
                "wanted": terms.method_label(paper.wanted_method),
                "told": terms.method_label(paper.method),
            },
            field="method",
        )
    entry.creates(paper)
    by_item: dict[int, PlanLine] = {}
    for line in asked:
        known = by_item.get(line.item_id)
        if known is None:
            known = by_item[line.item_id] = PlanLine(plan=paper, item=line.item, quantity=0, price=line.price)
            entry.creates(known)
        known.quantity += line.approved or 0
        known.price = max(known.price, line.price)
        line.plan_line = known
        entry.changes(line, "plan_line")
    paper.goods = "、".join(f"{one.item} {one.quantity}{one.item.counter}" for one in by_item.values())
    entry.document, entry.place, entry.category = paper, paper.place, category
    entry.measure("budget", paper.budget)
    entry.measure("requests", len(requests))
    follows(entry, first, "purchasing.approved")
    for one in requests:
        move(entry, one, "planned")
    for one in requests[1:]:
        # A request has one thread; the others of the plan name it from their own side.
        joined = entry.followed_by("purchasing.joined")
        joined.document = one
    ask(entry, paper)


@action(
    "purchasing.quotes_excused", label=gettext_lazy("批准不足三家"), form=forms.PlanWithReason, rule=rules.may_excuse
)
@walks(lambda: rules.PLAN)
def excuse_quotes(entry: Draft, *, document: Plan, reason: str) -> None:
    """Sign that this plan may be ordered with fewer than three quotes, and why."""
    document.quotes_reason = entry.reason = reason
    entry.changes(document, "quotes_reason")
    entry.category = document.category
    follows(entry, document)


@action(
    "purchasing.split_excused", label=gettext_lazy("批准累計超限"), form=forms.PlanWithReason, rule=rules.may_excuse
)
@walks(lambda: rules.PLAN)
def excuse_split(entry: Draft, *, document: Plan, reason: str) -> None:
    """Sign that buying this category again is no splitting, and why (采購法實施條例 art. 28: budget changed or approved)."""
    document.split_reason = entry.reason = reason
    entry.changes(document, "split_reason")
    entry.category = document.category
    follows(entry, document)


@action("purchasing.plan_cancelled", label=gettext_lazy("取消計劃"), form=forms.PlanWithReason, rule=rules.may_buy)
@walks(lambda: rules.PLAN)
def cancel_plan(entry: Draft, *, document: Plan, reason: str) -> None:
    """Give a plan up before anything of it is ordered."""
    if PlanLine.objects.filter(plan=document, ordered__gt=0).exists():
        raise Refused(_("這個計劃已經訂購了一部分，不能取消。"))
    if Comparison.objects.filter(plan=document, state__in=("inviting", "compared", "countersigned")).exists():
        raise Refused(_("這個計劃還有沒辦完的比價，請先作廢比價。"))
    entry.reason, entry.category = reason, document.category
    follows(entry, document)


__all__ = [
    "approve", "avoid", "cancel_plan", "endorse", "excuse_quotes", "excuse_split", "plan", "reject", "request", "withdraw",
]  # fmt: skip
