"""Orders, deliveries and payment requests (P05): buyer, acceptors and keeper are different people."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.catalogue import arrivals as arrivals_of_goods
from houqin.foundation.catalogue import stock
from houqin.foundation.journal.accounts import account
from houqin.foundation.journal.actions import action, locked
from houqin.foundation.journal.models import Account, Place
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.journal.spoken import kind_is_called
from houqin.foundation.journal.writer import Draft
from houqin.foundation.org.models import Party, Person, Role
from houqin.foundation.org.parameters import value
from houqin.foundation.signing.routes import ask, is_excused, move, next_number, walks
from houqin.kit import numbers

from .. import forms, rules
from ..models import (
    Comparison,
    Contract,
    Delivery,
    DeliveryLine,
    Order,
    OrderLine,
    PaymentRequest,
    Plan,
    PlanLine,
    QuoteLine,
    RequestLine,
    Tender,
)
from ..thread import follows
from .comparing import refuse_left, refuse_related
from .grounds import dearer, decided, refuse_split, refuse_unapproved, refuse_without_competition

kind_is_called("purchasing.completed", gettext_lazy("收貨完畢"))

ORDERED = "purchasing.ordered"
# Who takes goods over from a delivery, by a task: the store, or the asset cards.
STORED, CARDED = "stores.taken_in", "assets.taken_in"


def supplier_account(supplier: Party) -> Account:
    """Where goods of a supplier come from."""
    return account("outside", f"supplier:{supplier.pk}", name=supplier.name)


def arrivals(campus: Place) -> Account:
    """What was bought and accepted on a campus, until a store or an asset card takes it over."""
    return account("arrivals", campus.pk, name=_("%(campus)s已驗收待入庫") % {"campus": campus.name}, place=campus)


@action(ORDERED, label=gettext_lazy("下訂單"), form=forms.PlaceOrder, rule=rules.may_buy)
def order(
    entry: Draft,
    *,
    document: Plan,
    supplier: Party | None,
    prices: dict[str, int],
    quantities: dict[str, int],
    due_on: date,
    contract: Contract | None,
    reason: str,
) -> None:
    """Order what is planned: with three quotes compared, a tender awarded, or a leader's signed reason; never a split."""
    rules.PLAN.step(ORDERED, state=document.state)
    if due_on < entry.occurred_on:
        raise Refused(_("約定交貨日期早於訂購日期，請核對。"), field="due_on")
    comparison, tender = decided(document)
    supplier = _supplier(supplier, comparison=comparison, tender=tender)
    refuse_left([supplier], field="supplier")
    refuse_related([entry.by], [supplier], field="supplier")
    lines = list(PlanLine.objects.filter(plan=document).select_related("item", "item__commodity").order_by("pk"))
    by_item = {line.item_id: line for line in lines}
    wanted, strange = forms.items_by_name(quantities, {line.item_id: line.item for line in lines})
    told, unknown = forms.items_by_name(prices, {line.item_id: line.item for line in lines})
    if strange or unknown:
        raise Refused(
            _("採購計劃裡沒有「%(name)s」。") % {"name": strange or unknown},
            field="quantities" if strange else "prices",
        )
    quoted = _quoted(comparison, supplier)
    bought: list[tuple[PlanLine, int, int]] = []
    for key, line in by_item.items():
        quantity = wanted.get(key, line.remaining)
        if quantity > line.remaining:
            raise Refused(
                _("「%(name)s」計劃還剩 %(left)d，不能訂 %(told)d。")
                % {"name": line.item, "left": line.remaining, "told": quantity},
                field="quantities",
            )
        if not quantity:
            continue
        if comparison is not None and key in told and told[key] != quoted[line.pk]:
            raise Refused(
                _("「%(name)s」比價定的是 %(price)s 元，不能改。")
                % {"name": line.item, "price": numbers.yuan(quoted[line.pk])},
                field="prices",
            )
        price = quoted.get(line.pk, told.get(key))
        if price is None:
            raise Refused(_("「%(name)s」沒有單價。請填單價。") % {"name": line.item}, field="prices")
        bought.append((line, quantity, price))
    amount = sum(quantity * price for _line, quantity, price in bought)
    if not amount:
        raise Refused(_("沒有要訂購的東西。"), field="quantities")
    if tender is not None and amount > (tender.amount or 0):
        raise Refused(
            _("訂購 %(amount)s 元超過中標金額 %(limit)s 元。")
            % {"amount": numbers.yuan(amount), "limit": numbers.yuan(tender.amount or 0)},
            field="prices",
        )
    # The share of the budget that these pieces had, so that a partial order saves its share.
    budget = sum(quantity * line.price for line, quantity, _price in bought)
    if all(quantity == line.remaining for line, quantity, _price in bought) and len(bought) == len(lines):
        spent = sum(one.budget or 0 for one in Order.objects.filter(plan=document).exclude(state="cancelled"))
        budget = max(document.budget - spent, 0)
    if amount > budget:
        raise Refused(
            _("訂購 %(amount)s 元超過預算 %(budget)s 元。請先調整預算，或少訂。")
            % {"amount": numbers.yuan(amount), "budget": numbers.yuan(budget)},
            field="prices",
        )
    quotes = comparison.quotes.filter(amount__isnull=False).count() if comparison else 0
    is_dear = dearer([(line.item, price) for line, _quantity, price in bought], entry) if comparison is None else ""
    if is_dear:
        entry.measure("dear", 1)
        if not reason:
            raise Refused(is_dear, field="reason")
    refuse_without_competition(entry, document, amount=amount, quotes=quotes, tender=tender)
    passed = False
    if contract is not None:
        _refuse_beyond(contract, document, supplier=supplier, amount=amount)
    elif (signed := Contract.objects.filter(plan=document).first()) is not None:
        raise Refused(
            _("這個計劃已經簽了合同 %(number)s，請選這份合同下訂單。") % {"number": signed.number}, field="contract"
        )
    else:
        passed = refuse_split(entry, document, amount=amount)
        refuse_unapproved(entry, document, amount=amount, supplier=supplier, comparison=comparison, tender=tender)
    paper: Order = entry.creates(
        Order(
            number=next_number(Order, entry.occurred_on),
            state="ordered",
            opened_on=entry.occurred_on,
            opened_by=entry.by,
            place=document.place,
            campus=document.campus,
            plan=document,
            comparison=comparison,
            tender=tender,
            contract=contract,
            supplier=supplier,
            supplier_name=supplier.name,
            category=document.category,
            method=document.method,
            budget=budget,
            amount=amount,
            quotes=quotes,
            reason=reason or document.quotes_reason,
            due_on=due_on,
            buyer=entry.by,
            buyer_name=entry.by.name,
            goods="、".join(f"{line.item} {quantity}{line.item.counter}" for line, quantity, _price in bought),
        )
    )
    for line, quantity, price in bought:
        entry.creates(
            OrderLine(
                order=paper, plan_line=line, item=line.item, quantity=quantity, price=price, value=quantity * price
            )
        )
        line.ordered += quantity
        entry.changes(line, "ordered")
        _share_out(entry, line, quantity)
    entry.document, entry.place, entry.category = paper, document.place, document.category
    entry.measure("amount", amount)
    entry.measure("budget", budget)
    entry.measure("saved", budget - amount)
    entry.measure("due", due_on.toordinal())
    if document.quotes_reason and quotes < value("purchasing.min_quotes", on=entry.occurred_on):
        entry.measure("without_quotes", 1)
    if passed:
        entry.measure("split_suspect", 1)
    if comparison is not None:
        follows(entry, comparison, "purchasing.comparison_approved")
    elif tender is not None:
        follows(entry, tender, "purchasing.awarded")
    follows(entry, document)
    move(entry, document, "ordered" if all(not line.remaining for line in lines) else "planned")
    ask(entry, paper)


def _refuse_beyond(contract: Contract, plan: Plan, *, supplier: Party, amount: int) -> None:
    """An order under a contract is of its supplier, of its own plan where it has one, and within its sum."""
    if contract.supplier_id != supplier.pk:
        raise Refused(
            _("合同的對方單位是「%(name)s」，與供應商不符。") % {"name": contract.supplier_name}, field="contract"
        )
    if contract.state not in ("signed", "accepted"):
        raise Refused(
            _("合同 %(number)s 現在是「%(state)s」，不能再下訂單。")
            % {"number": contract.number, "state": contract.state_label},
            field="contract",
        )
    if contract.plan_id not in (None, plan.pk):
        raise Refused(_("合同 %(number)s 是另一個採購計劃的。") % {"number": contract.number}, field="contract")
    under = Order.objects.filter(contract=contract).exclude(state="cancelled")
    ordered = under.aggregate(n=Sum("amount"))["n"] or 0
    if ordered + amount > contract.ceiling:
        raise Refused(
            _("合同共 %(ceiling)s 元，已訂 %(ordered)s 元，不能再訂 %(amount)s 元。")
            % {
                "ceiling": numbers.yuan(contract.ceiling),
                "ordered": numbers.yuan(ordered),
                "amount": numbers.yuan(amount),
            },
            field="contract",
        )


def _supplier(told: Party | None, *, comparison: Comparison | None, tender: Tender | None) -> Party:
    decided = comparison.chosen if comparison else tender.winner if tender else None
    if decided is not None and told is not None and told != decided:
        raise Refused(_("已經議定「%(name)s」，不能改向別家訂購。") % {"name": decided}, field="supplier")
    if decided is None and told is None:
        raise Refused(_("請寫供應商。"), field="supplier")
    return decided or told  # type: ignore[return-value]


def _quoted(comparison: Comparison | None, supplier: Party) -> dict[int, int]:
    """Unit prices (分) the chosen supplier quoted, by plan line."""
    if comparison is None:
        return {}
    lines = QuoteLine.objects.filter(quote__comparison=comparison, quote__supplier=supplier)
    return dict(lines.values_list("plan_line_id", "price"))


def _share_out(entry: Draft, line: PlanLine, quantity: int) -> None:
    """Give what was ordered to the requests of a plan line, the first asked first."""
    left = quantity
    for asked in RequestLine.objects.filter(plan_line=line).order_by("pk"):
        part = min(left, (asked.approved or 0) - asked.ordered)
        if part > 0:
            asked.ordered += part
            left -= part
            entry.changes(asked, "ordered")


@action("purchasing.order_cancelled", label=gettext_lazy("取消訂單"), form=forms.OrderWithReason, rule=rules.may_buy)
@walks(lambda: rules.ORDER)
def cancel(entry: Draft, *, document: Order, reason: str) -> None:
    """Cancel an order of which nothing has come; the plan can be ordered anew."""
    if document.deliveries.exclude(state="turned_away").exists():
        raise Refused(_("這張訂單已經到過貨，不能取消。"))
    for line in document.lines.select_related("plan_line"):
        planned = line.plan_line
        if planned is None:
            continue
        planned.ordered -= line.quantity
        entry.changes(planned, "ordered")
        left = line.quantity
        for asked in RequestLine.objects.filter(plan_line=planned, ordered__gt=0).order_by("-pk"):
            part = min(left, asked.ordered)
            asked.ordered -= part
            left -= part
            entry.changes(asked, "ordered")
    if document.plan is not None:
        move(entry, document.plan, "planned")
    entry.reason, entry.category = reason, document.category
    follows(entry, document, ORDERED)


@action("purchasing.arrived", label=gettext_lazy("到貨"), form=forms.Arrive, rule=rules.may_bring)
@walks(lambda: rules.ORDER)
def arrive(
    entry: Draft, *, document: Order, campus: Place, keeper: Person, delivered: dict[str, int], deliverer: str
) -> None:
    """Write down a delivery, in parts if it came in parts; two others will accept it."""
    if keeper.pk == document.buyer_id:
        raise Refused(_("採購人不能兼保管員，請寫別人。"), field="keeper")
    lines = list(document.lines.select_related("item").order_by("pk"))
    told, strange = forms.items_by_name(delivered, {line.item_id: line.item for line in lines})
    if strange:
        raise Refused(_("訂單上沒有「%(name)s」。") % {"name": strange}, field="delivered")
    waiting: dict[int, int] = {}
    for one in DeliveryLine.objects.filter(order_line__order=document, delivery__state__in=("arrived", "checked")):
        waiting[one.order_line_id] = waiting.get(one.order_line_id, 0) + one.delivered
    paper: Delivery = entry.creates(
        Delivery(
            number=next_number(Delivery, entry.occurred_on),
            state="arrived",
            opened_on=entry.occurred_on,
            opened_by=entry.by,
            place=campus,
            campus=campus.campus_or_self(),
            order=document,
            keeper=keeper,
            deliverer=deliverer,
        )
    )
    said = []
    for line in lines:
        due = line.outstanding - waiting.get(line.pk, 0)
        quantity = told.get(line.item_id, 0 if told else due)
        if quantity > due:
            raise Refused(
                _("「%(name)s」還該到 %(due)d，不能登記 %(told)d。多送的請退回。")
                % {"name": line.item, "due": due, "told": quantity},
                field="delivered",
            )
        if quantity:
            entry.creates(DeliveryLine(delivery=paper, order_line=line, due=due, delivered=quantity))
            said.append(f"{line.item} {quantity}{line.item.counter}")
    if not said:
        raise Refused(_("沒有到貨的東西：這張訂單的都已登記到貨。"), field="delivered")
    paper.goods = "、".join(said)
    entry.document, entry.place, entry.category = paper, campus, document.category
    follows(entry, document, ORDERED)
    ask(entry, paper)


def _separate(entry: Draft, delivery: Delivery) -> None:
    """Buyer, acceptor and keeper are three people (SOD-4)."""
    if entry.by.pk in (delivery.order.buyer_id, delivery.keeper_id):
        if is_excused(delivery, rules.EXCUSED):
            entry.measure("not_separated", 1)
            return
        raise Denied(_("採購、驗收、保管不能是同一個人，請由第三個人驗收（不相容職務分離）。"))


@action("purchasing.checked", label=gettext_lazy("第一人驗收"), form=forms.Check, rule=rules.may_accept)
@walks(lambda: rules.DELIVERY)
def check(
    entry: Draft, *, document: Delivery, quality: str, certificate: str, accepted: dict[str, int], difference: str
) -> None:
    """Count and look: performance against each requirement is written down; what is not good is not accepted."""
    _separate(entry, document)
    lines = list(document.lines.select_related("order_line__item").order_by("pk"))
    told, strange = forms.items_by_name(accepted, {line.order_line.item_id: line.order_line.item for line in lines})
    if strange:
        raise Refused(_("驗收單上沒有「%(name)s」。") % {"name": strange}, field="accepted")
    document.value = 0
    for line in lines:
        line.accepted = told.get(line.order_line.item_id, line.delivered)
        if line.accepted > line.delivered:
            raise Refused(
                _("「%(name)s」送到 %(delivered)d，不能驗收 %(told)d。")
                % {"name": line.order_line.item, "delivered": line.delivered, "told": line.accepted},
                field="accepted",
            )
        line.value = line.accepted * line.order_line.price
        document.value += line.value
        entry.changes(line, "accepted", "value")
    if not document.value:
        raise Refused(_("一件也沒有驗收。整批不合格請按「拒收」。"), field="accepted")
    if any(line.accepted < line.delivered for line in lines) and not difference:
        raise Refused(_("實收少於送到，請寫差異說明。"), field="difference")
    document.quality, document.certificate, document.difference = quality, certificate, difference
    document.acceptor = entry.by
    entry.changes(document, "value", "quality", "certificate", "difference", "acceptor")
    entry.category = document.order.category
    follows(entry, document, "purchasing.arrived")


@action("purchasing.received", label=gettext_lazy("第二人驗收"), form=forms.DeliveryOnly, rule=rules.may_accept)
@walks(lambda: rules.DELIVERY)
def receive(entry: Draft, *, document: Delivery) -> None:
    """The second acceptor signs; the goods are the school's and wait for a store or an asset card to take them over."""
    _separate(entry, document)
    order = locked(Order.objects.filter(pk=document.order_id)).select_related("supplier", "place", "campus").get()
    supplier, campus = order.supplier, document.campus
    assert supplier is not None and campus is not None
    for line in document.lines.filter(accepted__gt=0).select_related("order_line__item__commodity").order_by("pk"):
        bought = line.order_line
        stock.put(
            entry,
            bought.item.commodity,
            source=supplier_account(supplier),
            target=arrivals(campus),
            quantity=line.accepted,
            value=line.value,
        )
        bought.accepted += line.accepted
        entry.changes(bought, "accepted")
    document.second_acceptor, document.accepted_on = entry.by, entry.occurred_on
    entry.changes(document, "second_acceptor", "accepted_on")
    entry.category = order.category
    entry.measure("value", document.value)
    is_late = bool(order.due_on and document.opened_on > order.due_on)
    if is_late:
        entry.measure("late", 1)
    follows(entry, document, "purchasing.checked")
    order.received += document.value
    order.acceptor_name = f"{document.acceptor}、{entry.by}"
    coming = {line.order_line_id: line.accepted for line in document.lines.all()}
    is_complete = all(line.outstanding <= coming.get(line.pk, 0) for line in OrderLine.objects.filter(order=order))
    if is_complete:
        order.completed_on = entry.occurred_on
        done = entry.followed_by("purchasing.completed")
        done.document = order
    entry.changes(order, "received", "acceptor_name", "completed_on")
    move(entry, order, "delivered" if is_complete else "partly")


@action(rules.EXCUSED, label=gettext_lazy("批准職務例外"), form=forms.DeliveryWithReason, rule=rules.excuses)
@walks(lambda: rules.DELIVERY)
def excuse_delivery(entry: Draft, *, document: Delivery, reason: str) -> None:
    """Let buyer or keeper accept this one delivery in a school too small to separate; signed, printed, counted (SOD-4)."""
    entry.reason, entry.category = reason, document.order.category


@action("purchasing.turned_away", label=gettext_lazy("拒收"), form=forms.DeliveryWithReason, rule=rules.may_accept)
@walks(lambda: rules.DELIVERY)
def turn_away(entry: Draft, *, document: Delivery, reason: str) -> None:
    """Refuse a delivery; the order stays open for a better one."""
    _separate(entry, document)
    entry.reason, entry.category = reason, document.order.category
    follows(entry, document, "purchasing.arrived")


@action("purchasing.taken_over", label=gettext_lazy("保管員簽收"), form=forms.DeliveryOnly, rule=rules.may_keep)
@walks(lambda: rules.DELIVERY)
def take_over(entry: Draft, *, document: Delivery) -> None:
    """The keeper signs for what was accepted and books it into a store or onto cards from there."""
    if entry.by.pk != document.keeper_id:
        raise Denied(_("這批東西由%(name)s保管，請由他簽收。") % {"name": document.keeper})
    entry.category = document.order.category
    follows(entry, document, "purchasing.received")
    # A store or the cards take it from here: what was accepted stays on the keeper's list until nothing is left.
    step = STORED if entry.by.has_role(Role.STOREKEEPER, Role.CANTEEN_MANAGER) else CARDED
    entry.unit.after_creations(lambda: arrivals_of_goods.wait_for(entry, document, step=step, person=entry.by))


@action("purchasing.payment_requested", label=gettext_lazy("申請付款"), form=forms.AskPayment, rule=rules.may_buy)
def ask_payment(entry: Draft, *, document: Order, payee: Party, amount: int | None, invoice: str) -> None:
    """Ask the accountant to pay for what was accepted, and no more (P05-1, P05-2, P05-4)."""
    rules.ORDER.step("purchasing.payment_requested", state=document.state)
    if payee.pk != document.supplier_id:
        raise Refused(_("收款單位要與供應商「%(name)s」一致。") % {"name": document.supplier_name}, field="payee")
    open_amount = document.received - document.asked
    if not open_amount:
        raise Refused(_("先驗收後付款：沒有已驗收而未申請付款的東西。"))
    amount = amount or open_amount
    if amount > open_amount:
        raise Refused(
            _("已驗收未付的是 %(open)s 元，不能申請 %(amount)s 元。")
            % {"open": numbers.yuan(open_amount), "amount": numbers.yuan(amount)},
            field="amount",
        )
    _refuse_same_invoice(payee, invoice)
    contract = locked(Contract.objects.filter(pk=document.contract_id)).first() if document.contract_id else None
    if contract is not None:
        pay_from(entry, contract, amount)
    document.asked += amount
    entry.changes(document, "asked")
    paper = _payment(
        entry, payee=payee, amount=amount, invoice=invoice, order=document, contract=contract, campus=document.campus
    )
    entry.document, entry.place, entry.category = paper, document.place, document.category
    entry.measure("amount", amount)
    received = document.deliveries.exclude(accepted_on=None).order_by("-pk").first()
    follows(entry, received, "purchasing.received")
    if document.state == "delivered" and document.asked == document.amount:
        move(entry, document, "closed")


def pay_from(entry: Draft, contract: Contract, amount: int) -> None:
    """Take ``amount`` 分 off what a contract still allows; the retention stays back until the warranty is over."""
    if contract.paid + amount > contract.ceiling:
        raise Refused(
            _("合同連同追加共 %(ceiling)s 元，已申請 %(paid)s 元，不能再申請 %(amount)s 元。")
            % {
                "ceiling": numbers.yuan(contract.ceiling),
                "paid": numbers.yuan(contract.paid),
                "amount": numbers.yuan(amount),
            },
            field="amount",
        )
    if contract.paid + amount > contract.ceiling - contract.retention and not _warranty_is_over(entry, contract):
        raise Refused(
            _("質保金 %(retention)s 元要到 %(day)s 質保期滿後才能付。")
            % {"retention": numbers.yuan(contract.retention), "day": contract.warranty_until or _("合同約定的日子")},
            field="amount",
        )
    contract.paid += amount
    entry.changes(contract, "paid")


def _warranty_is_over(entry: Draft, contract: Contract) -> bool:
    return contract.warranty_until is not None and entry.occurred_on > contract.warranty_until


def _refuse_same_invoice(payee: Party, invoice: str) -> None:
    known = PaymentRequest.objects.filter(payee=payee, invoice=invoice).exclude(state="refused").first()
    if known is not None:
        raise Refused(
            _("發票 %(invoice)s 已在 %(number)s 申請過付款。") % {"invoice": invoice, "number": known.number},
            field="invoice",
        )


def _payment(entry: Draft, **facts: Any) -> PaymentRequest:
    paper: PaymentRequest = entry.creates(
        PaymentRequest(
            number=next_number(PaymentRequest, entry.occurred_on),
            state="requested",
            opened_on=entry.occurred_on,
            opened_by=entry.by,
            **facts,
        )
    )
    ask(entry, paper)
    return paper


@action(
    "purchasing.contract_payment_requested",
    label=gettext_lazy("按合同申請付款"),
    form=forms.AskContractPayment,
    rule=rules.may_buy,
)
def ask_contract_payment(
    entry: Draft, *, document: Contract, payee: Party, amount: int, invoice: str, is_retention: bool
) -> None:
    """Ask for a payment on a contract for work or services that were accepted (P05-1 to P05-4)."""
    if document.state == "recorded":
        raise Refused(_("這是過去的合同，付款請由財務登記。"))
    if payee.pk != document.supplier_id:
        raise Refused(_("收款單位要與合同對方「%(name)s」一致。") % {"name": document.supplier_name}, field="payee")
    if document.accepted_on is None:
        raise Refused(_("先驗收後付款：這份合同還沒有驗收。"))
    if is_retention and not _warranty_is_over(entry, document):
        raise Refused(
            _("質保期滿（%(day)s）後才能退質保金。") % {"day": document.warranty_until or "—"}, field="is_retention"
        )
    _refuse_same_invoice(payee, invoice)
    pay_from(entry, document, amount)
    paper = _payment(
        entry,
        payee=payee,
        amount=amount,
        invoice=invoice,
        contract=document,
        is_retention=is_retention,
        campus=document.campus,
    )
    # One kind for every payment asked for, so that the figures and the finance office find it.
    entry.kind = "purchasing.payment_requested"
    entry.document, entry.place = paper, document.place
    entry.measure("amount", amount)
    follows(entry, document)


@action(
    "purchasing.payment_taken", label=gettext_lazy("接收付款申請"), form=forms.PaymentOnly, rule=rules.may_take_payment
)
@walks(lambda: rules.PAYMENT)
def take_payment(entry: Draft, *, document: PaymentRequest) -> None:
    """The accountant takes the request into the finance office, where a voucher is made because of it."""
    entry.measure("amount", document.amount)
    follows(entry, document, "purchasing.payment_requested")


@action(
    "purchasing.payment_refused",
    label=gettext_lazy("退回付款申請"),
    form=forms.PaymentWithReason,
    rule=rules.may_take_payment,
)
@walks(lambda: rules.PAYMENT)
def refuse_payment(entry: Draft, *, document: PaymentRequest, reason: str) -> None:
    """Give a request back; the amount may be asked for again."""
    entry.reason = reason
    if document.order_id:
        order = locked(Order.objects.filter(pk=document.order_id)).get()
        order.asked -= document.amount
        entry.changes(order, "asked")
        if order.state == "closed":
            move(entry, order, "delivered")
    if document.contract_id:
        contract = locked(Contract.objects.filter(pk=document.contract_id)).get()
        contract.paid -= document.amount
        entry.changes(contract, "paid")
    follows(entry, document, "purchasing.payment_requested")


__all__ = [
    "arrivals", "arrive", "ask_contract_payment", "ask_payment", "cancel", "check", "excuse_delivery", "order", "receive", "refuse_payment",
    "supplier_account", "take_over", "take_payment", "turn_away",
]  # fmt: skip
