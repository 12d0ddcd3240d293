"""Contracts, suppliers, and what past registers say (P05, P06)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.catalogue import stock
from houqin.foundation.journal.actions import action
from houqin.foundation.journal.models import Place
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.journal.writer import Draft
from houqin.foundation.org.models import Party, Person
from houqin.foundation.org.parameters import value
from houqin.foundation.signing.routes import ask, move, next_number, separate, sign, walks
from houqin.kit import numbers
from houqin.kit.text import fold

from .. import forms, rules, terms
from ..models import Contract, Order, OrderLine, Plan, Relation, SupplierFile, SupplierMark, Tender
from ..thread import follows
from .comparing import refuse_left, refuse_related
from .grounds import committed, decided, refuse_beneath, refuse_split, refuse_unapproved, refuse_without_competition


@action(
    "purchasing.contract_signed", label=gettext_lazy("簽訂合同"), form=forms.SignContract, rule=rules.may_sign_contracts
)
def sign_contract(
    entry: Draft,
    *,
    number: str,
    tender: Tender | None,
    plan: Plan | None,
    supplier: Party,
    amount: int,
    to_on: date,
    place: Place | None,
    reason: str,
    **facts: Any,
) -> None:
    """Sign a contract: after a tender with its winner at the award's terms within thirty days, else as a plan of its amount.

    It wants what an order of its amount wants: the competition, the approval by the ladder, the running sum (P02, P03; for a
    tender P04-1, P04-4).
    """
    refuse_left([supplier], field="supplier")
    refuse_related([entry.by], [supplier], field="supplier")
    facts["bond"], facts["retention"] = facts["bond"] or 0, facts["retention"] or 0
    start = facts["from_on"] or entry.occurred_on
    if to_on < start:
        raise Refused(_("結束日期早於開始日期，請核對。"), field="to_on")
    most = amount * value("purchasing.performance_bond_percent", on=entry.occurred_on) // 100
    if facts["bond"] > most:
        raise Refused(
            _("履約保證金最多 %(most)s 元（合同金額的百分之十）。") % {"most": numbers.yuan(most)}, field="bond"
        )
    if facts["retention"] > amount:
        raise Refused(_("質保金不能超過合同金額。"), field="retention")
    if facts["retention"] and not facts["warranty_until"]:
        raise Refused(_("有質保金要寫質保到期日。"), field="warranty_until")
    if number and Contract.objects.filter(number=number).exists():
        raise Refused(_("合同編號 %(number)s 已經用過。") % {"number": number}, field="number")
    where = place
    if tender is not None:
        rules.TENDER.step("purchasing.contract_signed", state=tender.state)
        if supplier.pk != tender.winner_id or amount != tender.amount:
            raise Refused(
                _("合同要與中標結果一致：%(winner)s，%(amount)s 元。")
                % {"winner": tender.winner, "amount": numbers.yuan(tender.amount or 0)},
                field="amount",
            )
        last = tender.contract_by
        if last is not None and entry.occurred_on > last:
            if not reason:
                raise Refused(_("合同最遲 %(day)s 簽訂，已經逾期。請寫逾期說明。") % {"day": last}, field="reason")
            entry.measure("past_deadline", 1)
        where = where or tender.place
        plan = tender.plan
    elif plan is None:
        raise Refused(
            _("合同要有依據：請選已定標的招標項目，或已批准的採購計劃。沒有計劃的先走採購申請、批准、列入計劃。"),
            field="plan",
        )
    else:
        _rests_on(entry, plan, supplier=supplier, amount=amount)
        where = where or plan.place
    paper: Contract = entry.creates(
        Contract(
            number=number or next_number(Contract, entry.occurred_on),
            state="signed",
            opened_on=entry.occurred_on,
            opened_by=entry.by,
            place=where,
            campus=where.campus_or_self() if where else None,
            supplier=supplier,
            supplier_name=supplier.name,
            tender=tender,
            plan=plan,
            amount=amount,
            to_on=to_on,
            **facts,
        )
    )
    entry.document, entry.place, entry.reason = paper, where, reason
    entry.category = paper.bought_as()
    entry.measure("amount", amount)
    entry.measure("ends", to_on.toordinal())
    if tender is None:
        follows(entry, plan)
    if tender is not None:
        follows(entry, tender, "purchasing.awarded")
        move(entry, tender, "contracted")
    ask(entry, paper)


def _rests_on(entry: Draft, plan: Plan, *, supplier: Party, amount: int) -> None:
    """Refuse a contract that its plan does not carry: another supplier, another sum, no competition, no approval."""
    if plan.state != "planned":
        raise Refused(
            _("計劃 %(number)s 現在是「%(state)s」，不能再簽合同。")
            % {"number": plan.number, "state": plan.state_label},
            field="plan",
        )
    comparison, tender = decided(plan)
    if tender is not None:
        raise Refused(_("這個計劃已經招標定標，請選招標項目 %(number)s。") % {"number": tender.number}, field="tender")
    if comparison is not None and supplier.pk != comparison.chosen_id:
        raise Refused(_("已經議定「%(name)s」，不能與別家簽。") % {"name": comparison.chosen}, field="supplier")
    bound = committed(plan)
    most = (plan.budget if comparison is None else comparison.amount or 0) - bound
    if amount > most:
        raise Refused(
            _("計劃 %(number)s 還可以訂 %(most)s 元，合同寫的是 %(amount)s 元。請先調整預算再簽。")
            % {"number": plan.number, "most": numbers.yuan(max(most, 0)), "amount": numbers.yuan(amount)},
            field="amount",
        )
    quotes = comparison.quotes.filter(amount__isnull=False).count() if comparison else 0
    refuse_without_competition(entry, plan, amount=amount, quotes=quotes, tender=None)
    if refuse_split(entry, plan, amount=amount):
        entry.measure("split_suspect", 1)
    refuse_unapproved(entry, plan, amount=amount, supplier=supplier, comparison=comparison, tender=None)


@action("purchasing.contract_extended", label=gettext_lazy("補充協議"), form=forms.ExtendContract, rule=rules.leaders)
def extend_contract(entry: Draft, *, document: Contract, amount: int, reason: str) -> None:
    """Add to a contract, in all no more than a tenth of what was signed (采購法 art. 49)."""
    rules.CONTRACT.step(entry.kind, state=document.state)
    most = document.amount * value("purchasing.addition_percent", on=entry.occurred_on) // 100
    if document.added + amount > most:
        raise Refused(
            _("追加最多 %(most)s 元，已追加 %(added)s 元，不能再加 %(amount)s 元。請另行採購。")
            % {"most": numbers.yuan(most), "added": numbers.yuan(document.added), "amount": numbers.yuan(amount)},
            field="amount",
        )
    refuse_beneath(entry, document.ceiling + amount)
    document.added += amount
    document.changes = "；".join(filter(None, (document.changes, reason)))[:200]
    entry.document, entry.place, entry.reason = document, document.place, reason
    entry.changes(document, "added", "changes")
    entry.measure("amount", amount)
    follows(entry, document)


@action(
    "purchasing.contract_accepted", label=gettext_lazy("合同驗收"), form=forms.AcceptContract, rule=rules.may_accept
)
def accept_contract(entry: Draft, *, document: Contract, acceptance: str) -> None:
    """Accept work or services under a contract, twice: two people who did not sign it (P05, SOD-4)."""
    step = rules.CONTRACT.step(entry.kind, state=document.state)
    if entry.by.pk == document.opened_by_id:
        raise Denied(_("合同的經辦人不能驗收，請由另外兩個人驗收。"))
    entry.document, entry.place = document, document.place
    follows(entry, document)
    document.acceptance = "；".join(filter(None, (document.acceptance, acceptance)))[:200]
    if document.acceptor is None:
        document.acceptor = entry.by
        entry.category = "first"
        entry.changes(document, "acceptor", "acceptance")
    elif document.acceptor_id == entry.by.pk:
        raise Denied(_("您已經驗收過了，第二個人要由別人簽。"))
    else:
        document.accepted_on = entry.occurred_on
        entry.category = "second"
        entry.changes(document, "accepted_on", "acceptance")
        separate(entry, document, step)
        move(entry, document, step.target)
    sign(entry, document, step)


@action(
    "purchasing.contract_settled",
    label=gettext_lazy("合同結清"),
    form=forms.ContractOnly,
    rule=rules.may_sign_contracts,
)
@walks(lambda: rules.CONTRACT)
def settle_contract(entry: Draft, *, document: Contract, archive_number: str) -> None:
    """End a contract: performed, paid, filed. The retention must have been paid or fallen due."""
    if document.accepted_on is None:
        raise Refused(_("合同還沒有驗收，不能結清。"))
    if document.paid < document.ceiling:
        raise Refused(
            _("還有 %(left)s 元沒有申請付款，不能結清。") % {"left": numbers.yuan(document.ceiling - document.paid)}
        )
    document.settled_on, document.archive_number = entry.occurred_on, archive_number or document.archive_number
    entry.changes(document, "settled_on", "archive_number")
    follows(entry, document)


@action("purchasing.supplier_filed", label=gettext_lazy("登記供應商檔案"), form=forms.FileSupplier, rule=rules.may_mark)
def file_supplier(entry: Draft, *, name: str, credit_code: str, contact: str, phone: str, **facts: Any) -> None:
    """Keep a supplier's file: licence, category, account, entry and marks; the same name again fills in what was missing."""
    party = Party.objects.filter(folded=fold(name)).first()
    told = {"credit_code": credit_code, "contact": contact, "phone": phone}
    if party is None:
        party = Party(name=name, folded=fold(name), is_supplier=True, **told)
        # A party is looked for by name in the same run, so it is there at once.
        party.save()
    else:
        changed = {field: new for field, new in told.items() if new}
        for field, new in changed.items():
            setattr(party, field, new)
        party.is_supplier = True
        entry.changes(party, "is_supplier", *changed)
    known = SupplierFile.objects.filter(party=party).first()
    if known is None:
        entry.creates(SupplierFile(party=party, **facts))
    else:
        filled = {field: new for field, new in facts.items() if new not in (None, "")}
        for field, new in filled.items():
            setattr(known, field, new)
        if filled:
            entry.changes(known, *filled)
    if facts["score"] is not None:
        entry.measure("score", facts["score"])


@action("purchasing.supplier_marked", label=gettext_lazy("評價供應商"), form=forms.MarkSupplier, rule=rules.may_mark)
def mark_supplier(
    entry: Draft, *, supplier: SupplierFile, year: int, quality: int, price: int, delivery: int, service: int, note: str
) -> None:
    """Give a supplier a year's marks, once a year."""
    if year > entry.occurred_on.year:
        raise Refused(_("%(year)s 年還沒有到。") % {"year": year}, field="year")
    if SupplierMark.objects.filter(supplier=supplier, year=year).exists():
        raise Refused(_("「%(name)s」%(year)s 年已經評價過。") % {"name": supplier, "year": year}, field="year")
    if supplier.left_on:
        raise Refused(_("「%(name)s」已經退出名錄。") % {"name": supplier}, field="supplier")
    score = (2 * (quality + price + delivery + service) + 4) // 8
    entry.creates(
        SupplierMark(
            supplier=supplier, year=year, quality=quality, price=price, delivery=delivery, service=service, score=score,
            note=note, by=entry.by,
        )
    )  # fmt: skip
    supplier.score = score
    entry.changes(supplier, "score")
    entry.measure("score", score)


@action(
    "purchasing.supplier_left",
    label=gettext_lazy("供應商退出"),
    form=forms.SupplierLeaves,
    rule=rules.office | rules.leaders,
)
def supplier_leaves(entry: Draft, *, supplier: SupplierFile, reason: str) -> None:
    """Take a supplier off the list, with what it did; it is asked no more."""
    if supplier.left_on:
        raise Refused(_("「%(name)s」已經退出名錄。") % {"name": supplier}, field="supplier")
    supplier.left_on, supplier.bad_record, entry.reason = entry.occurred_on, reason, reason
    entry.changes(supplier, "left_on", "bad_record")


@action(
    "purchasing.relation_declared",
    label=gettext_lazy("申報利害關係"),
    form=forms.DeclareRelation,
    rule=rules.may_request,
)
def declare_relation(entry: Draft, *, person: Person, supplier: Party, what: str) -> None:
    """Say that somebody of the school is related to a supplier; they stay out of its purchases."""
    if person != entry.by and not (rules.office | rules.leaders)(entry.by):
        raise Denied(_("別人的利害關係由總務處登記。"))
    if Relation.objects.filter(person=person, supplier=supplier).exists():
        raise Refused(_("這一條已經登記過。"))
    entry.creates(Relation(person=person, supplier=supplier, what=what))


@action(
    "purchasing.order_recorded",
    label=gettext_lazy("登記過去的採購"),
    form=forms.RecordOrder,
    rule=rules.may_record,
    hidden=True,
)
def record_order(
    entry: Draft,
    *,
    number: str,
    name: str,
    specification: str,
    quantity: int,
    counter: str,
    price: int,
    amount: int,
    supplier: str,
    category: str,
    method: str,
    quotes: int | None,
    budget: int | None,
    buyer: tuple[str, Person | None],
    acceptor: tuple[str, Person | None],
    received_on: date | None,
    note: str,
) -> None:
    """Take a row of a past purchases register in. Goods are not moved: the stores' own registers tell those."""
    item = stock.item_of(entry.unit, name, specification=specification, counter=counter)
    category = category or terms.category_of(name, specification)
    received = bool(received_on or acceptor[0])
    paper: Order = entry.creates(
        Order(
            number=number or next_number(Order, entry.occurred_on),
            state="recorded",
            opened_on=entry.occurred_on,
            opened_by=entry.by,
            supplier_name=supplier,
            category=category,
            method=method,
            goods=f"{item} {quantity}{item.counter}",
            budget=budget,
            amount=amount,
            quotes=quotes or 0,
            buyer=buyer[1],
            buyer_name=buyer[0],
            acceptor_name=acceptor[0],
            received=amount if received else 0,
            completed_on=(received_on or entry.occurred_on) if received else None,
            note=note,
        )
    )
    entry.creates(
        OrderLine(
            order=paper, item=item, quantity=quantity, price=price, value=amount, accepted=quantity if received else 0
        )
    )
    entry.kind, entry.document, entry.category = "purchasing.ordered", paper, category
    entry.measure("amount", amount)
    if quotes:
        entry.measure("quotes", quotes)
    if budget is not None:
        entry.measure("budget", budget)
        entry.measure("saved", budget - amount)
    if received:
        done = entry.followed_by("purchasing.received", occurred_on=received_on or entry.occurred_on)
        done.measure("value", amount)
        entry.followed_by("purchasing.completed", occurred_on=received_on or entry.occurred_on)


@action(
    "purchasing.contract_recorded",
    label=gettext_lazy("登記過去的合同"),
    form=forms.RecordContract,
    rule=rules.may_record,
    hidden=True,
)
def record_contract(
    entry: Draft,
    *,
    number: str,
    supplier: str,
    paid: int | None,
    bond: int | None,
    settled_on: date | None,
    **facts: Any,
) -> None:
    """Take a row of a past contract ledger in: signed, and settled where it says so."""
    paper: Contract = entry.creates(
        Contract(
            number=number or next_number(Contract, entry.occurred_on),
            state="settled" if settled_on else "recorded",
            opened_on=entry.occurred_on,
            opened_by=entry.by,
            supplier=None,
            supplier_name=supplier,
            paid=paid or 0,
            bond=bond or 0,
            settled_on=settled_on,
            **facts,
        )
    )
    entry.kind, entry.document = "purchasing.contract_signed", paper
    entry.category = terms.category_of(paper.category, paper.name)
    entry.measure("amount", paper.amount)
    if paper.to_on:
        entry.measure("ends", paper.to_on.toordinal())
    if settled_on:
        entry.followed_by("purchasing.contract_settled", occurred_on=settled_on)


__all__ = [
    "accept_contract", "declare_relation", "extend_contract", "file_supplier", "mark_supplier", "record_contract",
    "record_order", "settle_contract", "sign_contract", "supplier_leaves",
]  # fmt: skip
