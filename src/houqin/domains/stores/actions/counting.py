"""Stocktakes: the book frozen, counted blind, differences counted again, explained, approved, posted. And what to buy."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.catalogue import stock
from houqin.foundation.catalogue.items import item_key
from houqin.foundation.catalogue.models import Item
from houqin.foundation.journal.actions import action
from houqin.foundation.journal.models import Balance, Book, Place
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.journal.writer import Draft
from houqin.foundation.org.models import Person, Role
from houqin.foundation.org.parameters import value
from houqin.foundation.signing.models import Task
from houqin.foundation.signing.routes import ask, next_number, walks

from .. import forms, plan, rules
from ..models import Stocktake, StocktakeLine
from ..shelves import coming_from, draw, lost, store_account


@action("stores.count_opened", label=gettext_lazy("開始盤點"), form=forms.OpenCount, rule=rules.may_lead_count)
def open_count(
    entry: Draft, *, store: Place, category: str, leader: Person, keeper: Person, watcher: Person | None
) -> None:
    """Freeze what the book says of a store, or of one category in it, and send somebody to count."""
    if leader == keeper:
        raise Denied(_("保管員不能主盤自己管的倉庫，請另派盤點人。"))
    if watcher is not None and watcher in (leader, keeper):
        raise Refused(_("監盤人要另外一個人。"), field="watcher")
    running = Stocktake.objects.filter(place=store, state__in=("counting", "explaining", "deciding"))
    clash = next((one for one in running if not category or not one.category or one.category == category), None)
    if clash is not None:
        raise Refused(
            _("%(store)s還有沒辦完的盤點 %(number)s。") % {"store": store, "number": clash.number}, field="store"
        )
    # From here to the commit nobody writes: what is read is what the book says at ``head``.
    book = Book.objects.select_for_update().get()
    amounts, worths = _on_the_book(store, category)
    if not amounts:
        raise Refused(_("%(store)s賬上沒有可盤的物資。") % {"store": store}, field="store")
    paper: Stocktake = entry.creates(
        Stocktake(
            number=next_number(Stocktake, entry.occurred_on), state="counting", opened_on=entry.occurred_on,
            opened_by=entry.by, place=store, campus=store.campus_or_self(), category=category, leader=leader,
            keeper=keeper, watcher=watcher, head=book.head,
        )
    )  # fmt: skip
    for item_id, quantity in sorted(amounts.items()):
        entry.creates(StocktakeLine(stocktake=paper, item_id=item_id, expected=quantity, value=worths.get(item_id, 0)))
    entry.place, entry.document, entry.category = store, paper, category
    entry.measure("items", len(amounts))
    ask(entry, paper)


def _on_the_book(store: Place, category: str) -> tuple[dict[int, int], dict[int, int]]:
    """Item key → pieces, and item key → 分, of a store; two queries however many items."""
    held = Balance.objects.filter(account=store_account(store), commodity__item__isnull=False).exclude(quantity=0)
    if category:
        held = held.filter(commodity__item__keeping__category=category)
    amounts, item_of = {}, {}
    for item_id, commodity_id, quantity in held.values_list("commodity__item__pk", "commodity_id", "quantity"):
        amounts[item_id], item_of[f"value:{commodity_id}"] = quantity, item_id
    worths = {
        item_of[code]: quantity
        for code, quantity in Balance.objects.filter(
            account=store_account(store), commodity__category=stock.VALUE
        ).values_list("commodity__code", "quantity")
        if code in item_of
    }
    return amounts, worths


@action("stores.counted", label=gettext_lazy("交盤點結果"), form=forms.Count, rule=rules.leads_count)
@walks(lambda: rules.STOCKTAKE)
def count(entry: Draft, *, document: Stocktake, found: dict[str, int]) -> None:
    """Say what was found, item by item, without having seen what the book says."""
    lines = list(document.lines.select_related("item").order_by("pk"))
    by_key = {str(line.item_id): line for line in lines} | {line.item.folded: line for line in lines}
    for name, quantity in found.items():
        line = by_key.get(name) or by_key.get(item_key(name))
        if line is None:
            line = _unexpected(document, name)
            entry.creates(line)
            lines.append(line)
        else:
            entry.changes(line, "counted")
        line.counted = quantity
    missing = [str(line.item) for line in lines if line.counted is None]
    if missing:
        raise Refused(
            _("還有 %(count)d 種沒有數：%(names)s。沒有的也要寫 0。")
            % {"count": len(missing), "names": "、".join(missing[:10])},
            field="found",
        )
    entry.measure("items", len(lines))
    entry.measure("agreeing", sum(1 for line in lines if not line.difference))
    entry.category = document.category


def _unexpected(document: Stocktake, name: str) -> StocktakeLine:
    wanted = Item.objects.filter(pk=int(name)) if name.isdecimal() else Item.objects.filter(folded=item_key(name))
    item = wanted.first()
    if item is None:
        raise Refused(_("物資目錄裡沒有「%(name)s」，請先登記。") % {"name": name}, field="found")
    return StocktakeLine(stocktake=document, item=item, expected=0)


@action("stores.recounted", label=gettext_lazy("複盤"), form=forms.Recount, rule=rules.may_recount)
@walks(lambda: rules.STOCKTAKE)
def recount(entry: Draft, *, document: Stocktake, line: StocktakeLine, quantity: int) -> None:
    """Count an item that differs again; somebody other than the first counter does."""
    if line.stocktake_id != document.pk:
        raise Refused(_("這一行不在這張盤點表上。"), field="line")
    if not line.difference and line.recounted is None:
        raise Refused(_("「%(name)s」沒有差異，不用複盤。") % {"name": line.item}, field="line")
    line.recounted, line.recounted_by = quantity, entry.by
    entry.changes(line, "recounted", "recounted_by")


@action(
    "stores.count_explained", label=gettext_lazy("說明差異原因"), form=forms.ExplainCount, rule=rules.explains_count
)
@walks(lambda: rules.STOCKTAKE)
def explain_count(entry: Draft, *, document: Stocktake, causes: Any, cause: str, decision: str) -> None:
    """Give each difference its cause and what is to be done; nothing is posted without them (D04-3)."""
    told = causes if isinstance(causes, dict) else {}
    without = []
    for line in document.lines.select_related("item").order_by("pk"):
        if not line.difference:
            continue
        own = told.get(str(line.pk)) or told.get(str(line.item)) or {}
        line.cause = str(own.get("cause") or cause)[:200]
        line.decision = str(own.get("decision") or decision)[:200]
        entry.changes(line, "cause", "decision")
        if not (line.cause and line.decision):
            without.append(str(line.item))
    if without:
        raise Refused(
            _("「%(names)s」有差異，要寫原因和處理意見。") % {"names": "」「".join(without[:10])}, field="cause"
        )
    entry.category = document.category


@action("stores.count_approved", label=gettext_lazy("批准盤點結果"), form=forms.CountOnly, rule=rules.may_decide_count)
@walks(lambda: rules.STOCKTAKE)
def approve_count(entry: Draft, *, document: Stocktake) -> None:
    """Approve the differences and post them: the book agrees with the shelf from here on."""
    assert document.place is not None
    store = store_account(document.place)
    lines = list(document.lines.select_related("item", "item__commodity").order_by("pk"))
    for line in lines:
        if line.difference > 0:
            stock.put(
                entry, line.item.commodity, source=coming_from("found"), target=store, quantity=line.difference,
                value=_worth_of_found(line),
            )  # fmt: skip
            entry.measure("surplus", line.difference)
        elif line.difference < 0:
            draw(entry, store=document.place, item=line.item, quantity=-line.difference, expired=True)
            worth = stock.take(
                entry, line.item.commodity, source=store, target=lost("count"), quantity=-line.difference
            )
            entry.measure("shortage", -line.difference)
            entry.measure("shortage_value", worth)
    agreeing = sum(1 for line in lines if not line.difference)
    entry.measure("items", len(lines))
    entry.measure("agreeing", agreeing)
    entry.measure("differing", len(lines) - agreeing)
    document.approver, document.posted_on = entry.by, entry.occurred_on
    entry.changes(document, "approver", "posted_on")
    entry.category = document.category


def _worth_of_found(line: StocktakeLine) -> int:
    """What was found is worth the average of what the book held; nothing where it held none."""
    return (2 * line.value * line.difference + line.expected) // (2 * line.expected) if line.expected > 0 else 0


@action("stores.count_abandoned", label=gettext_lazy("取消盤點"), form=forms.CountWithReason, rule=rules.may_lead_count)
@walks(lambda: rules.STOCKTAKE)
def abandon_count(entry: Draft, *, document: Stocktake, reason: str) -> None:
    """Give a count up before it is posted; the paper stays."""
    entry.reason, entry.category = reason, document.category


@action("stores.reorder_checked", label=gettext_lazy("核對最低庫存"), form=forms.CheckReorder, rule=rules.may_plan)
def check_reorder(entry: Draft, *, days: int | None, cover_days: int | None) -> None:
    """Look what is below its minimum or will run out, and put the proposal on the buyer's list."""
    proposed = plan.proposal(
        day=entry.occurred_on,
        days=days or value("stores.consumption_days", on=entry.occurred_on),
        cover_days=cover_days or value("stores.cover_days", on=entry.occurred_on),
    )
    entry.measure("items", len(proposed))
    entry.measure("below_minimum", sum(1 for one in proposed if one.is_below_minimum))
    if not proposed:
        return
    names = "、".join(f"{one.item} {one.buy}{one.item.counter}" for one in proposed[:5])
    entry.unit.after_creations(
        lambda: Task.objects.bulk_create(
            [
                Task(
                    document_kind="stores.proposal",
                    document_id=0,
                    document_number=f"{entry.occurred_on:%Y-%m-%d}",
                    title=_("建議採購 %(count)d 種：%(names)s等") % {"count": len(proposed), "names": names},
                    step="stores.reorder_checked",
                    role=Role.BUYER,
                    created_at=entry.unit.now,
                )
            ]
        )
    )
