"""Closing a month: its balances and its cube are stored, and it takes no more entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models, transaction
from django.utils.translation import gettext as _

from houqin.kit import clock

from .anchors import drop_anchor
from .cube import grouped, month_days
from .digest import canonical
from .models import Balance, Book, ClosedBalance, ClosedCell, Closing, Entry, Line
from .refused import Refused
from .writer import Unit

if TYPE_CHECKING:
    from houqin.foundation.org.models import Person


def close_month(by: Person, *, month: int) -> Closing:
    """Close YYYYMM, with every open month before it that has entries. Refuses a month that is not over or is closed.

    An entry of today says so and vouches for what is stored; the head of the book is anchored.
    Balances stored are those of the books at the moment of closing, taken back by the entries dated later.
    """
    first, last = month_days(month)
    if last >= clock.today():
        raise Refused(_("%(month)s 還沒有過完，不能結賬。") % {"month": f"{first:%Y-%m}"})
    with transaction.atomic(durable=True):
        book = Book.objects.select_for_update().first()
        if book is None:
            raise Refused(_("這個安裝還沒有學校。先執行 houqin init --name 校名。"))
        if month <= book.closed_through:
            raise Refused(_("%(month)s 已經結賬。") % {"month": f"{first:%Y-%m}"})
        pending = list(
            Entry.objects.filter(month__gt=book.closed_through, month__lt=month)
            .order_by("month")
            .values_list("month", flat=True)
            .distinct()
        )
        unit = Unit(by)
        for earlier in [*pending, month]:
            closing = _close(unit, month=earlier, book=book)
        unit.draft("journal.closed").asked = canonical({"month": month})
        unit.finish()
        Book.objects.filter(pk=1).update(closed_through=month)
        transaction.on_commit(lambda: drop_anchor("closing"))
    return closing


def _close(unit: Unit, *, month: int, book: Book) -> Closing:
    first, last = month_days(month)
    closing = Closing(month=month, closed_at=unit.now, by=unit.by, head=book.head, digest=book.digest)
    unit.create(closing)
    for cell in grouped(first, last):
        if cell.quantity:
            facts = {name: value for name, value in cell._asdict().items() if name != "month"}
            unit.create(ClosedCell(closing=closing, **facts))
    later: dict[tuple[int, int], int] = {}
    moved = models.Sum("quantity")
    after = {"entry__occurred_on__gt": last}
    for account, commodity, quantity in (
        Line.objects.filter(**after).values_list("target_id", "commodity_id").annotate(moved=moved)
    ):
        later[account, commodity] = later.get((account, commodity), 0) + quantity
    for account, commodity, quantity in (
        Line.objects.filter(**after).values_list("source_id", "commodity_id").annotate(moved=moved)
    ):
        later[account, commodity] = later.get((account, commodity), 0) - quantity
    for account, commodity, quantity in Balance.objects.values_list("account_id", "commodity_id", "quantity"):
        held = quantity - later.get((account, commodity), 0)
        unit.create(ClosedBalance(closing=closing, account_id=account, commodity_id=commodity, quantity=held))
    return closing
