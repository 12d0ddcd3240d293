"""The catalogue, goods in, losses, transfers between stores."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.catalogue import arrivals, stock
from houqin.foundation.catalogue.items import item_key
from houqin.foundation.catalogue.models import Item
from houqin.foundation.journal.accounts import HOLDING_ROLES, account
from houqin.foundation.journal.actions import action
from houqin.foundation.journal.models import Balance, Book, Entry, Line, Place
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.journal.writer import Draft
from houqin.foundation.org.correcting import correct, correctable, differing
from houqin.foundation.org.models import Party, Person
from houqin.foundation.signing.routes import ask, next_number, walks
from houqin.foundation.signing.taking_back import take_back
from houqin.kit.fields import kept_text

from .. import forms, rules
from ..models import Batch, Keeping, Quota, Receipt, ReceiptLine, Transfer, TransferLine, WriteOff
from ..shelves import (
    coming_from,
    draw,
    known_items,
    lay_in,
    lost,
    put_back,
    refuse_other_counter,
    said,
    store_account,
    told_by_line,
)
from ..terms import CATEGORIES, Loss, Source

correctable(Item)
correctable(Keeping)


@action("stores.item_set", label=gettext_lazy("登記物資"), form=forms.SetItem, rule=rules.may_plan)
def set_item(
    entry: Draft,
    *,
    name: str,
    specification: str,
    counter: str,
    category: str,
    minimum: int | None,
    shelf: str,
    cas: str,
    **flags: bool | None,
) -> None:
    """Put an item on the stores' list, or change how it is kept: minimum, shelf, durable, hazardous, old for new.

    What is not told stays as it is.
    """
    item = stock.item_of(entry.unit, name, specification=specification, counter=counter)
    refuse_other_counter(item, counter)
    known = Keeping.objects.filter(item=item).first()
    if known and known.is_hazardous and flags.get("is_hazardous") is False:
        _refuse_to_clear_hazard(entry, item)
    facts: dict[str, Any] = {
        "category": category or (known.category if known else "") or CATEGORIES.find(name) or "other",
        "minimum": minimum if minimum is not None else known.minimum if known else 0,
        "shelf": kept_text(shelf, known.shelf if known else ""),
        "cas": kept_text(cas, known.cas if known else ""),
        **{flag: told for flag, told in flags.items() if told is not None},
    }
    if counter and not item.counter:
        item.counter = item.commodity.counter = counter
        entry.changes(item, "counter")
        entry.changes(item.commodity, "counter")
    if known is None:
        entry.creates(Keeping(item=item, **facts))
    else:
        for field, told in facts.items():
            setattr(known, field, told)
        entry.changes(known, *facts)
    entry.category = facts["category"]


@action("stores.item_corrected", label=gettext_lazy("更正物資"), form=forms.CorrectItem, rule=rules.may_plan)
def correct_item(entry: Draft, *, item: Keeping, reason: str, **facts: Any) -> None:
    """Correct what an item on the list is called and how it is kept, with a reason; what is not told stays as it is."""
    kept, known = item, item.item
    if kept.is_hazardous and facts["is_hazardous"] is False:
        _refuse_to_clear_hazard(entry, known)
    called = {name: facts.pop(name) for name in forms.ITEM_FACTS}
    key = item_key(called["name"] or known.name, kept_text(called["specification"], known.specification))
    if key != known.folded:
        if Item.objects.filter(folded=key).exclude(pk=known.pk).exists():
            raise Refused(_("目錄裡已經有這個品名和規格。請用那一項，或換一個規格。"), field="name")
        known.folded = key
    is_counted_otherwise = called["counter"] and known.counter and called["counter"] != known.counter
    if is_counted_otherwise and Line.objects.filter(commodity=known.commodity).exists():
        raise Refused(
            _("「%(name)s」已經按「%(counter)s」收發過，單位不能再改。請另立一個規格。")
            % {"name": known, "counter": known.counter},
            field="counter",
        )
    of_item = differing(known, called)
    of_keeping = differing(kept, facts)
    if of_item or not of_keeping:
        correct(entry, known, of_item, reason=reason, follows=("folded",))
        known.commodity.name, known.commodity.counter = str(known)[:200], known.counter
        entry.changes(known.commodity, "name", "counter")
    if of_keeping:
        words = entry.reason
        correct(entry, kept, of_keeping, reason=reason)
        entry.reason = f"{words}{entry.reason}"[:200]
    entry.category = kept.category


def _refuse_to_clear_hazard(entry: Draft, item: Item) -> None:
    """The mark 危險品 is taken off by whoever answers for safety only, and never while any of it is somewhere (D02-5)."""
    if not rules.may_clear_hazard(entry.by):
        raise Denied(_("取消危險品標記要由總務主任來做。"))
    left = Balance.objects.filter(commodity=item.commodity, account__role__in=HOLDING_ROLES, quantity__gt=0)
    there = sum(left.values_list("quantity", flat=True))
    if there:
        raise Refused(
            _("「%(name)s」還有 %(there)d%(counter)s在庫、在途、借出或保管中，不能取消危險品標記。用完或報損以後再改。")
            % {"name": item, "there": there, "counter": item.counter},
            field="is_hazardous",
        )


@action("stores.quota_set", label=gettext_lazy("設定領用定額"), form=forms.SetQuota, rule=rules.may_approve)
def set_quota(entry: Draft, *, item: Item | None, category: str, holder: str, quantity: int) -> None:
    """Say how much of an item or a category one person, class or unit may have in a term without special approval."""
    known = Quota.objects.filter(item=item, category="" if item else category, holder=holder).first()
    if known is None:
        entry.creates(Quota(item=item, category="" if item else category, holder=holder, quantity=quantity))
        return
    known.quantity = quantity
    entry.changes(known, "quantity")


@action("stores.arrived", label=gettext_lazy("到貨登記"), form=forms.Arrive, rule=rules.may_bring)
def arrive(
    entry: Draft,
    *,
    store: Place,
    source: str,
    supplier: Party | None,
    buyer: Person | None,
    keeper: Person | None,
    lines: list[dict[str, Any]],
    note: str,
) -> None:
    """Write down what was delivered; it counts as stock once somebody else has accepted it."""
    source = source or Source.PURCHASE
    keeper = keeper or entry.by
    if source == Source.PURCHASE and buyer is None:
        raise Refused(_("採購的物資要寫經手人（誰買的）。"), field="buyer")
    if source == Source.PURCHASE and buyer == keeper:
        raise Refused(_("採購的人不能兼保管員，請寫倉庫的保管員。"), field="keeper")
    receipt: Receipt = entry.creates(
        Receipt(
            number=next_number(Receipt, entry.occurred_on),
            state="arrived",
            opened_on=entry.occurred_on,
            opened_by=entry.by,
            place=store,
            campus=store.campus_or_self(),
            note=note,
            source=source,
            supplier=supplier,
            supplier_name=str(supplier or ""),
            buyer=buyer,
            buyer_name=str(buyer or ""),
            keeper=keeper,
            keeper_name=keeper.name,
        )
    )
    for row in lines:
        item = row["item"] or stock.item_of(
            entry.unit, row["name"], specification=row["specification"], counter=row["counter"]
        )
        refuse_other_counter(item, row["counter"])
        value = row["value"] if row["value"] is not None else (row["price"] or 0) * row["quantity"]
        if source == Source.PURCHASE and not value:
            raise Refused(_("「%(name)s」沒有寫單價。採購的物資要有價。") % {"name": item}, field="lines")
        price = row["price"] if row["price"] is not None else _price(value, row["quantity"])
        if row["expires_on"] and row["expires_on"] < entry.occurred_on:
            raise Refused(
                _("「%(name)s」的有效期 %(day)s 已經過了，不能入庫。請退回供應商。")
                % {"name": item, "day": row["expires_on"]},
                field="lines",
            )
        entry.creates(
            ReceiptLine(
                receipt=receipt, item=item, quantity=row["quantity"], price=price, value=value, batch=row["batch"],
                expires_on=row["expires_on"],
            )
        )  # fmt: skip
        receipt.value += value
        receipt.goods = "、".join(filter(None, (receipt.goods, said([(item, row["quantity"])]))))
    entry.place, entry.document, entry.category = store, receipt, source
    ask(entry, receipt)


def _price(value: int, quantity: int) -> int:
    return (2 * value + quantity) // (2 * quantity)


@action("stores.received", label=gettext_lazy("驗收入庫"), form=forms.Receive, rule=rules.may_accept)
@walks(lambda: rules.RECEIPT)
def receive(entry: Draft, *, document: Receipt, accepted: dict[str, int], note: str) -> None:
    """Accept what was delivered: counted, looked at, taken into stock. Buyer, keeper and acceptor are three people."""
    if entry.by.pk in (document.buyer_id, document.keeper_id):
        raise Denied(_("採購、保管、驗收不能是同一個人，請由第三個人驗收（不相容職務分離）。"))
    lines = list(document.lines.select_related("item", "item__commodity", "item__keeping").order_by("pk"))
    told = told_by_line(accepted, lines, field="accepted", most=lambda line: line.quantity)
    assert document.place is not None
    source = coming_from(document.source)
    target = store_account(document.place)
    document.value = 0
    for line in lines:
        quantity = min(told.get(line.pk, line.quantity), line.quantity)
        if told.get(line.pk, 0) > line.quantity:
            raise Refused(
                _("「%(name)s」單上是 %(delivered)d，不能驗收 %(told)d。多出來的請另外登記到貨。")
                % {"name": line.item, "delivered": line.quantity, "told": told[line.pk]},
                field="accepted",
            )
        line.accepted, line.value = quantity, stock.share(line.value, quantity=quantity, of=line.quantity)
        entry.changes(line, "accepted", "value")
        if not quantity:
            continue
        document.value += line.value
        stock.put(entry, line.item.commodity, source=source, target=target, quantity=quantity, value=line.value)
        lay_in(
            entry, store=document.place, item=line.item, quantity=quantity, batch=line.batch, expires_on=line.expires_on
        )
        entry.measure("items", 1)
    if not entry.lines:
        raise Refused(_("一件也沒有驗收。整單不合格請按「拒收」。"), field="accepted")
    document.acceptor, document.acceptor_name, document.accepted_on = entry.by, entry.by.name, entry.occurred_on
    document.note = f"{document.note}\n{note}".strip()
    entry.changes(document, "value", "acceptor", "acceptor_name", "accepted_on", "note")
    entry.category = document.source


@action("stores.taken_in", label=gettext_lazy("採購物資入庫"), form=forms.TakeIn, rule=rules.may_keep)
def take_in(entry: Draft, *, acceptance: Entry, store: Place, lines: list[dict[str, Any]], note: str) -> None:
    """Take into the store what purchasing bought and two people accepted, once: the keeper is neither of them nor the buyer."""
    buyer, acceptors = arrivals.people_of(acceptance)
    if entry.by == buyer or entry.by in acceptors:
        raise Denied(_("採購、驗收、保管不能是同一個人，請由保管員入庫（不相容職務分離）。"))
    # Held from the first look on, so that two keepers cannot take the same goods.
    Book.objects.select_for_update().get()
    arrived = arrivals.arrival(acceptance)
    if not arrived.left:
        raise Refused(
            _("驗收單 %(number)s 的物資都已經入庫。") % {"number": acceptance.document_number}, field="acceptance"
        )
    left = {one.item.pk: one for one in arrived.left}
    wanted = [(item, row["quantity"], row) for item, row in known_items(lines)] or [
        (one.item, one.quantity, {"batch": "", "expires_on": None}) for one in arrived.left
    ]
    supplier = arrived.supplier
    receipt: Receipt = entry.creates(
        Receipt(
            number=next_number(Receipt, entry.occurred_on), state="accepted", opened_on=entry.occurred_on,
            opened_by=entry.by, place=store, campus=store.campus_or_self(), note=note, source=Source.PURCHASE,
            supplier=supplier, supplier_name=str(supplier or ""), buyer=buyer, buyer_name=str(buyer or ""),
            keeper=entry.by, keeper_name=entry.by.name, acceptor=acceptors[-1],
            acceptor_name="、".join(str(one) for one in acceptors)[:40], accepted_on=entry.occurred_on,
            goods=said((item, quantity) for item, quantity, _row in wanted),
        )
    )  # fmt: skip
    entry.kind, entry.because = "stores.received", acceptance
    entry.place, entry.document, entry.category = store, receipt, Source.PURCHASE
    for item, quantity, row in wanted:
        one = left.get(item.pk)
        there = min(one.quantity, stock.held(entry.unit, one.account, item.commodity)) if one else 0
        if one is None or quantity > there:
            raise Refused(
                _("驗收單 %(number)s 的「%(name)s」還沒有入庫的是 %(there)d%(counter)s，不能入庫 %(told)d%(counter)s。")
                % {
                    "number": acceptance.document_number,
                    "name": item,
                    "there": there,
                    "counter": item.counter,
                    "told": quantity,
                },
                field="lines",
            )
        if row["expires_on"] and row["expires_on"] < entry.occurred_on:
            raise Refused(
                _("「%(name)s」的有效期 %(day)s 已經過了，不能入庫。請退回供應商。")
                % {"name": item, "day": row["expires_on"]},
                field="lines",
            )
        value = one.worth(quantity)
        one.quantity, one.value = one.quantity - quantity, one.value - value
        stock.put(
            entry, item.commodity, source=one.account, target=store_account(store), quantity=quantity, value=value
        )
        lay_in(entry, store=store, item=item, quantity=quantity, batch=row["batch"], expires_on=row["expires_on"])
        entry.creates(
            ReceiptLine(
                receipt=receipt, item=item, quantity=quantity, accepted=quantity, price=_price(value, quantity),
                value=value, batch=row["batch"], expires_on=row["expires_on"],
            )
        )  # fmt: skip
        receipt.value += value
        entry.measure("items", 1)
    arrivals.taken_over(entry, arrived)


@action("stores.turned_away", label=gettext_lazy("拒收"), form=forms.ReceiptWithReason, rule=rules.may_accept)
@walks(lambda: rules.RECEIPT)
def turn_away(entry: Draft, *, document: Receipt, reason: str) -> None:
    """Refuse a delivery; the goods go back and never count as stock."""
    entry.reason, entry.category = reason, document.source


@action("stores.receipt_voided", label=gettext_lazy("作廢入庫單"), form=forms.ReceiptWithReason, rule=rules.office)
@walks(lambda: rules.RECEIPT)
def void_receipt(entry: Draft, *, document: Receipt, reason: str) -> None:
    """Void a receipt entered by mistake: kept, marked, and its goods taken back off the book while they are there."""
    entry.reason = reason
    assert document.place is not None
    for line in document.lines.select_related("item", "item__commodity"):
        if document.state != "accepted" or not line.accepted or not (line.batch or line.expires_on):
            continue
        lot = Batch.objects.filter(
            store=document.place, item=line.item, number=line.batch, expires_on=line.expires_on, received=line.accepted
        ).first()
        if lot is not None:
            draw(entry, store=document.place, item=line.item, quantity=line.accepted, batch=lot, expired=True)
    take_back(entry, document, reason=reason)


# Losses


@action("stores.loss_proposed", label=gettext_lazy("報損"), form=forms.ProposeLoss, rule=rules.may_keep)
def propose_loss(
    entry: Draft, *, store: Place, item: Item, quantity: int, loss: str, batch: Batch | None, reason: str
) -> None:
    """Say that goods are lost, damaged or past their day; they leave the book once somebody else approves."""
    there = stock.held(entry.unit, store_account(store), item.commodity)
    if quantity > there:
        raise Refused(
            _("「%(store)s」只有 %(there)d%(counter)s「%(name)s」，不能報損 %(quantity)d%(counter)s。")
            % {"store": store, "there": there, "counter": item.counter, "name": item, "quantity": quantity},
            field="quantity",
        )
    if batch is not None and (batch.item_id != item.pk or batch.store_id != store.pk):
        raise Refused(_("這一批不是「%(store)s」的「%(name)s」。") % {"store": store, "name": item}, field="batch")
    if loss == Loss.EXPIRY and batch is not None and not batch.is_expired(entry.occurred_on):
        raise Refused(_("這一批到 %(day)s 才過期。") % {"day": batch.expires_on}, field="loss")
    paper = entry.creates(
        WriteOff(
            number=next_number(WriteOff, entry.occurred_on), state="proposed", opened_on=entry.occurred_on,
            opened_by=entry.by, place=store, campus=store.campus_or_self(), item=item, quantity=quantity, loss=loss,
            reason=reason, batch=batch,
        )
    )  # fmt: skip
    entry.place, entry.document, entry.category, entry.reason = store, paper, loss, reason
    ask(entry, paper)


@action("stores.written_off", label=gettext_lazy("批准報損"), form=forms.LossOnly, rule=rules.may_decide_loss)
@walks(lambda: rules.WRITE_OFF)
def approve_loss(entry: Draft, *, document: WriteOff) -> None:
    """Take lost, damaged or expired goods off the book."""
    assert document.place is not None
    draw(
        entry, store=document.place, item=document.item, quantity=document.quantity, batch=document.batch,
        expired=document.batch is None,
    )  # fmt: skip
    document.value = stock.take(
        entry,
        document.item.commodity,
        source=store_account(document.place),
        target=lost(document.loss),
        quantity=document.quantity,
    )
    entry.changes(document, "value")
    entry.category, entry.reason = document.loss, document.reason


@action("stores.loss_rejected", label=gettext_lazy("不批准報損"), form=forms.LossWithReason, rule=rules.may_decide_loss)
@walks(lambda: rules.WRITE_OFF)
def reject_loss(entry: Draft, *, document: WriteOff, reason: str) -> None:
    """Leave the goods on the book; whoever keeps them goes on answering for them."""
    entry.reason, entry.category = reason, document.loss


@action("stores.loss_voided", label=gettext_lazy("作廢報損單"), form=forms.LossWithReason, rule=rules.may_decide_loss)
@walks(lambda: rules.WRITE_OFF)
def void_loss(entry: Draft, *, document: WriteOff, reason: str) -> None:
    """Void a write-off: the goods are there after all, and stand in the book again at what they were worth."""
    entry.reason = reason
    assert document.place is not None
    if document.state == "written_off":
        put_back(
            entry, store=document.place, item=document.item, quantity=document.quantity, batch=document.batch,
        )  # fmt: skip
    take_back(entry, document, reason=reason)


# Between stores


@action("stores.sent", label=gettext_lazy("調出"), form=forms.Send, rule=rules.may_hand_over)
def send(entry: Draft, *, store: Place, target: Place, lines: list[dict[str, Any]], note: str) -> None:
    """Send goods to another store; they are on the way until its keeper has counted them."""
    number = next_number(Transfer, entry.occurred_on)
    paper: Transfer = entry.creates(
        Transfer(
            number=number, state="on_the_way", opened_on=entry.occurred_on, opened_by=entry.by, place=store,
            campus=target.campus_or_self(), target=target, sender=entry.by, note=note,
        )
    )  # fmt: skip
    entry.place, entry.document = store, paper
    source = store_account(store)
    items = known_items(lines)
    paper.goods = said((item, row["quantity"]) for item, row in items)
    for item, row in items:
        batches = draw(entry, store=store, item=item, quantity=row["quantity"])
        value = stock.take(
            entry, item.commodity, source=source, target=account("transit", "stores"), quantity=row["quantity"]
        )
        entry.creates(TransferLine(transfer=paper, item=item, quantity=row["quantity"], value=value, batches=batches))
        entry.measure("items", 1)
    ask(entry, paper)


@action("stores.transfer_recalled", label=gettext_lazy("撤回調出"), form=forms.RecallTransfer, rule=rules.may_hand_over)
@walks(lambda: rules.TRANSFER)
def recall(entry: Draft, *, document: Transfer, reason: str) -> None:
    """Call back what is still on the way: it lies again in the store it came from, in the batches it came from."""
    entry.reason = reason
    assert document.place is not None
    for line in document.lines.select_related("item"):
        for number, day, quantity in line.batches:
            drawn_from = Batch.objects.filter(
                store=document.place, item=line.item, number=number,
                expires_on=date.fromisoformat(day) if day else None, remaining__lte=F("received") - quantity,
            )  # fmt: skip
            put_back(entry, store=document.place, item=line.item, quantity=quantity, batch=drawn_from.first())
    take_back(entry, document, reason=reason)


@action("stores.delivered", label=gettext_lazy("接收調撥"), form=forms.Deliver, rule=rules.may_hand_over)
@walks(lambda: rules.TRANSFER)
def deliver(entry: Draft, *, document: Transfer, delivered: dict[str, int], reason: str) -> None:
    """Take goods from another store in, counted; what did not arrive is a loss with a reason."""
    lines = list(document.lines.select_related("item", "item__commodity", "item__keeping").order_by("pk"))
    told = told_by_line(delivered, lines, field="delivered", most=lambda line: line.quantity)
    source, target = account("transit", "stores"), store_account(document.target)
    for line in lines:
        line.delivered = told.get(line.pk, line.quantity)
        if line.delivered > line.quantity:
            raise Refused(
                _("「%(name)s」發出的是 %(sent)d，不能接收 %(told)d。")
                % {"name": line.item, "sent": line.quantity, "told": line.delivered},
                field="delivered",
            )
        entry.changes(line, "delivered")
        value = stock.share(line.value, quantity=line.delivered, of=line.quantity)
        if line.delivered:
            stock.put(entry, line.item.commodity, source=source, target=target, quantity=line.delivered, value=value)
            _lay_in_sent(entry, document.target, line)
        missing = line.quantity - line.delivered
        if missing:
            if not reason:
                raise Refused(
                    _("「%(name)s」少了 %(missing)d，請寫短少原因。") % {"name": line.item, "missing": missing},
                    field="reason",
                )
            stock.put(
                entry, line.item.commodity, source=source, target=lost("transit"), quantity=missing,
                value=line.value - value,
            )  # fmt: skip
            entry.measure("missing", missing)
    document.receiver, document.delivered_on = entry.by, entry.occurred_on
    entry.changes(document, "receiver", "delivered_on")
    entry.place, entry.reason = document.target, reason


def _lay_in_sent(entry: Draft, store: Place, line: TransferLine) -> None:
    left = line.delivered or 0
    for number, day, quantity in line.batches:
        part = min(quantity, left)
        if part:
            expires_on = date.fromisoformat(day) if day else None
            lay_in(entry, store=store, item=line.item, quantity=part, batch=number, expires_on=expires_on)
        left -= part
