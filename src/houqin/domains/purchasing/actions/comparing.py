"""Quotes and comparisons (P03): invited, given once, compared by two people, approved by a third."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import action
from houqin.foundation.journal.ahead import refuse_past
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.journal.writer import Draft
from houqin.foundation.org.models import Party, Person
from houqin.foundation.org.parameters import value
from houqin.foundation.signing.routes import ask, next_number, walks
from houqin.kit import clock, numbers
from houqin.kit.text import fold

from .. import forms, rules
from ..models import Comparison, Plan, PlanLine, Quote, QuoteLine, Relation, SupplierFile
from ..terms import Method
from ..thread import follows
from .grounds import dearer, refuse_beneath


def refuse_related(people: list[Person | None], suppliers: list[Party], *, field: str) -> None:
    """Nobody in the group is related to a bidder (P03-4): declared, or bearing the legal representative's name."""
    known = [one for one in people if one is not None]
    related = (
        Relation.objects.filter(person__in=known, supplier__in=suppliers).select_related("person", "supplier").first()
    )
    if related is not None:
        raise Refused(
            _("%(person)s與「%(supplier)s」有利害關係（%(what)s），要迴避。請換人。")
            % {"person": related.person, "supplier": related.supplier, "what": related.what},
            field=field,
        )
    names = {one.folded: one for one in known}
    for one in (
        SupplierFile.objects.filter(party__in=suppliers).exclude(legal_representative="").select_related("party")
    ):
        if (same := names.get(fold(one.legal_representative))) is not None:
            raise Refused(
                _("「%(supplier)s」的法定代表人與%(person)s同名。請核實並換人迴避。")
                % {"supplier": one.party, "person": same},
                field=field,
            )


def refuse_same_owner(suppliers: list[Party], *, field: str) -> None:
    """Suppliers compared with each other have different owners (P03-1): representative, phone, bank, credit code."""
    files = {one.party_id: one for one in SupplierFile.objects.filter(party__in=suppliers)}
    seen: dict[tuple[str, str], Party] = {}
    for party in suppliers:
        own = files.get(party.pk)
        marks = (
            (_("法定代表人"), own.legal_representative if own else ""),
            (_("電話"), party.phone),
            (_("賬號"), own.bank_account if own else ""),
            (_("信用代碼"), party.credit_code),
        )
        for what, mark in marks:
            if not mark:
                continue
            other = seen.setdefault((what, fold(mark)), party)
            if other != party:
                raise Refused(
                    _("「%(a)s」和「%(b)s」的%(what)s相同，不是互相獨立的供應商。請另邀一家。")
                    % {"a": other, "b": party, "what": what},
                    field=field,
                )


def refuse_left(suppliers: list[Party], *, field: str) -> None:
    """A supplier that was taken off the list is not asked again."""
    for one in SupplierFile.objects.filter(party__in=suppliers, left_on__isnull=False).select_related("party"):
        raise Refused(
            _("「%(name)s」已於 %(day)s 退出供應商名錄：%(why)s。")
            % {"name": one.party, "day": one.left_on, "why": one.bad_record},
            field=field,
        )


@action("purchasing.invited", label=gettext_lazy("邀請報價"), form=forms.Invite, rule=rules.may_buy)
def invite(
    entry: Draft,
    *,
    plan: Plan,
    suppliers: list[Party],
    second_collector: Person,
    supervisor: Person | None,
    opens_at: datetime | None,
) -> None:
    """Ask several suppliers for their price; two people gather the quotes (SOD-8)."""
    if plan.state != "planned":
        raise Refused(
            _("計劃 %(number)s 現在是「%(state)s」，不能再邀價。") % {"number": plan.number, "state": plan.state_label},
            field="plan",
        )
    least = value("purchasing.min_quotes", on=entry.occurred_on)
    if len(suppliers) < least and not plan.quotes_reason:
        raise Refused(
            _("至少邀請 %(least)s 家，現在是 %(told)s 家。不足三家要先由領導簽字說明理由。")
            % {"least": least, "told": len(suppliers)},
            field="suppliers",
        )
    if second_collector == entry.by:
        raise Refused(_("採購小組至少兩個人，第二人不能是您自己。"), field="second_collector")
    if not rules.is_three_people(entry.by, second_collector, supervisor):
        raise Refused(_("監督人不能是採購小組的人。"), field="supervisor")
    refuse_past(entry, opens_at, _("開價時間"), field="opens_at")
    if plan.method == Method.INQUIRY and opens_at is None:
        raise Refused(_("詢價要密封報價，請定開價時間。"), field="opens_at")
    refuse_left(suppliers, field="suppliers")
    refuse_same_owner(suppliers, field="suppliers")
    refuse_related([entry.by, second_collector, supervisor], suppliers, field="suppliers")
    paper: Comparison = entry.creates(
        Comparison(
            number=next_number(Comparison, entry.occurred_on),
            state="inviting",
            opened_on=entry.occurred_on,
            opened_by=entry.by,
            place=plan.place,
            campus=plan.campus,
            plan=plan,
            goods=plan.goods,
            budget=plan.budget,
            opens_at=opens_at,
            collector=entry.by,
            second_collector=second_collector,
            supervisor=supervisor,
        )
    )
    for supplier in suppliers:
        entry.creates(Quote(comparison=paper, supplier=supplier))
    entry.document, entry.place, entry.category = paper, plan.place, plan.category
    entry.measure("invited", len(suppliers))
    follows(entry, plan)
    ask(entry, paper)


@action("purchasing.quoted", label=gettext_lazy("登記報價"), form=forms.GiveQuote, rule=rules.may_collect)
@walks(lambda: rules.COMPARISON)
def quote(
    entry: Draft,
    *,
    document: Comparison,
    supplier: Party,
    prices: dict[str, int],
    is_compliant: str,
    warranty: str,
    delivery: str,
    extras: str,
) -> None:
    """Write down what one supplier asks. It is given once; of a sealed inquiry nothing is written before it opens (P03-2)."""
    if document.opens_at and entry.unit.now < document.opens_at:
        raise Refused(
            _("密封報價要到 %(when)s 才開，之前不能登記金額。")
            % {"when": f"{clock.local(document.opens_at):%Y-%m-%d %H:%M}"}
        )
    if extras:
        raise Refused(
            _("不能接受供應商的贈品、回扣或無關的附加商品（采購法實施條例第 11 條）。請只登記報價。"), field="extras"
        )
    known = Quote.objects.filter(comparison=document, supplier=supplier).first()
    if known is None:
        refuse_left([supplier], field="supplier")
        others = [one.supplier for one in document.quotes.select_related("supplier")]
        refuse_same_owner([*others, supplier], field="supplier")
        refuse_related(
            [document.collector, document.second_collector, document.supervisor], [supplier], field="supplier"
        )
        known = Quote(comparison=document, supplier=supplier)
        entry.creates(known)
    elif known.amount is not None:
        raise Refused(_("「%(name)s」已經報過價，一次報出，不得更改。") % {"name": supplier}, field="supplier")
    lines = list(PlanLine.objects.filter(plan=document.plan).select_related("item").order_by("pk"))
    told, strange = forms.items_by_name(prices, {line.item_id: line.item for line in lines})
    if strange:
        raise Refused(_("採購計劃裡沒有「%(name)s」。") % {"name": strange}, field="prices")
    missing = [line for line in lines if line.item_id not in told]
    if missing:
        raise Refused(_("還缺「%(name)s」的單價，每家要報齊才能比。") % {"name": missing[0].item}, field="prices")
    known.amount = 0
    for line in lines:
        price = told[line.item_id]
        entry.creates(QuoteLine(quote=known, plan_line=line, price=price, value=price * line.quantity))
        known.amount += price * line.quantity
    known.quoted_on, known.is_compliant = entry.occurred_on, is_compliant != "no"
    known.warranty, known.delivery = warranty, delivery
    entry.changes(known, "amount", "quoted_on", "is_compliant", "warranty", "delivery")
    entry.category = document.plan.category
    entry.measure("quotes", 1)
    entry.measure("amount", known.amount)
    follows(entry, document, "purchasing.invited")


@action("purchasing.compared", label=gettext_lazy("比價定供應商"), form=forms.Compare, rule=rules.may_buy)
@walks(lambda: rules.COMPARISON)
def compare(entry: Draft, *, document: Comparison, supplier: Party, reason: str, visit: str) -> None:
    """Choose among the quotes: the lowest compliant one, or another with a written reason (P03-3, P03-5)."""
    if document.collector_id != entry.by.pk:
        raise Denied(_("由發起邀價的%(name)s定供應商，再由第二人簽名。") % {"name": document.collector})
    quotes = list(Quote.objects.filter(comparison=document, amount__isnull=False).select_related("supplier"))
    least = value("purchasing.min_quotes", on=entry.occurred_on)
    if len(quotes) < least and not document.plan.quotes_reason:
        raise Refused(
            _("只有 %(told)s 家報價，要 %(least)s 家。請再邀價，或由領導在計劃上簽字說明理由。")
            % {"told": len(quotes), "least": least}
        )
    chosen = next((one for one in quotes if one.supplier_id == supplier.pk), None)
    if chosen is None or chosen.amount is None:
        raise Refused(_("「%(name)s」沒有報價。") % {"name": supplier}, field="supplier")
    if not chosen.is_compliant:
        raise Refused(_("「%(name)s」的報價不符合要求，不能選。") % {"name": supplier}, field="supplier")
    lowest = min((one for one in quotes if one.is_compliant), key=lambda one: one.amount or 0)
    if (lowest.amount or 0) < chosen.amount and not reason:
        raise Refused(
            _("最低的是「%(name)s」%(low)s 元。不選最低價，請寫成交理由。")
            % {"name": lowest.supplier, "low": numbers.yuan(lowest.amount or 0)},
            field="reason",
        )
    lines = chosen.lines.select_related("plan_line__item")
    if dear := dearer([(line.plan_line.item, line.price) for line in lines], entry):
        entry.measure("dear", 1)
        if not reason:
            raise Refused(dear, field="reason")
    if chosen.amount > document.budget:
        raise Refused(
            _("成交 %(amount)s 元超過預算 %(budget)s 元。請先調整預算再買。")
            % {"amount": numbers.yuan(chosen.amount), "budget": numbers.yuan(document.budget)},
            field="supplier",
        )
    document.chosen, document.amount, document.reason = supplier, chosen.amount, reason or _("最低價")
    document.highest = max(one.amount or 0 for one in quotes)
    document.visit = visit or document.visit
    entry.changes(document, "chosen", "amount", "reason", "highest", "visit")
    entry.category = document.plan.category
    entry.measure("amount", chosen.amount)
    follows(entry, document, "purchasing.quoted")


@action(
    "purchasing.comparison_countersigned",
    label=gettext_lazy("第二人簽名"),
    form=forms.ComparisonOnly,
    rule=rules.second_collector,
)
@walks(lambda: rules.COMPARISON)
def countersign(entry: Draft, *, document: Comparison) -> None:
    """The second collector vouches for the same table (SOD-8)."""
    entry.category = document.plan.category
    follows(entry, document)


@action(
    "purchasing.comparison_approved", label=gettext_lazy("批准比價"), form=forms.ComparisonOnly, rule=rules.may_approve
)
@walks(lambda: rules.COMPARISON)
def approve_comparison(entry: Draft, *, document: Comparison) -> None:
    """Approve the supplier chosen; the amount decides who may."""
    refuse_beneath(entry, document.amount or 0)
    if document.chosen is not None:
        refuse_related([entry.by], [document.chosen], field="")
    entry.category = document.plan.category
    entry.measure("saved", document.saved or 0)
    follows(entry, document)


@action(
    "purchasing.comparison_abandoned",
    label=gettext_lazy("作廢比價"),
    form=forms.ComparisonWithReason,
    rule=rules.may_buy,
)
@walks(lambda: rules.COMPARISON)
def abandon(entry: Draft, *, document: Comparison, reason: str) -> None:
    """Give a comparison up; what was quoted stays on paper."""
    entry.reason, entry.category = reason, document.plan.category
    follows(entry, document)


def table(comparison: Comparison) -> tuple[list[str], list[list[Any]]]:
    """The comparison side by side: headings, then one row per item with every supplier's unit price and total (分)."""
    quotes = list(comparison.quotes.filter(amount__isnull=False).select_related("supplier").order_by("pk"))
    prices = {(line.quote_id, line.plan_line_id): line for line in QuoteLine.objects.filter(quote__in=quotes)}
    head = [_("品名規格"), _("單位"), _("數量")]
    for one in quotes:
        head += [_("%(name)s 單價") % {"name": one.supplier}, _("%(name)s 總價") % {"name": one.supplier}]
    rows = []
    for line in comparison.plan.lines.select_related("item").order_by("pk"):
        row: list[Any] = [str(line.item), line.item.counter, line.quantity]
        for one in quotes:
            told = prices[one.pk, line.pk]
            row += [told.price, told.value]
        rows.append(row)
    return head, rows


__all__ = ["abandon", "approve_comparison", "compare", "countersign", "invite", "quote", "table"]
