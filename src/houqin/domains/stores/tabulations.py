"""The storekeeper's tables, worked out for any days: 收發存."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.calendar.reporting import Days
from houqin.foundation.journal.models import Account, Place
from houqin.foundation.org.fields import PlaceField
from houqin.foundation.org.models import Person
from houqin.foundation.registers.register import Column
from houqin.foundation.registers.tabulations import Opens, Row, Tabulated, tabulation
from houqin.kit.periods import Period

from .registers import GROUP
from .reports import stock_report
from .rules import readers


class StockDays(Days):
    """Which days, which store; all stores where none is named."""

    store = PlaceField(
        label=gettext_lazy("倉庫"),
        required=False,
        queryset=lambda: Place.objects.filter(pk__in=Account.objects.filter(role="store").values("place")),
    )


@tabulation(
    "stores.movements",
    title=gettext_lazy("收發存"),
    form=StockDays,
    readers=readers,
    group=GROUP,
    icon="arrows-exchange",
    about=gettext_lazy("任何一段日子的期初、收入、發出、結存；數量和金額，金額按移動加權平均。"),
)
def movements(person: Person, *, start: date, end: date, store: Place | None) -> Tabulated:
    """收發存 of the days: every item with something there or something moved; a row opens the item's issues."""
    rows = stock_report(Period(start, end), store=store)
    return Tabulated(
        columns=(
            Column("store", _("倉庫")),
            Column("category", _("類別")),
            Column("item", _("品名規格")),
            Column("counter", _("單位")),
            Column("opening", _("期初數量"), kind="integer"),
            Column("opening_value", _("期初金額"), kind="money", total=True),
            Column("received", _("收入數量"), kind="integer"),
            Column("received_value", _("收入金額"), kind="money", total=True),
            Column("issued", _("發出數量"), kind="integer"),
            Column("issued_value", _("發出金額"), kind="money", total=True),
            Column("closing", _("結存數量"), kind="integer"),
            Column("closing_value", _("結存金額"), kind="money", total=True),
            Column("price", _("平均單價"), kind="money"),
        ),
        rows=[
            Row(
                (
                    row.store, row.category, str(row.item), row.item.counter, row.opening, row.opening_value, row.received,
                    row.received_value, row.issued, row.issued_value, row.closing, row.closing_value, row.price,
                ),
                Opens.register("stores.ledger", q=row.item.name, **{"from": start, "to": end}),
            )
            for row in rows
        ],
        heading=_("%(store)s　%(start)s 至 %(end)s") % {"store": store or _("全部倉庫"), "start": start, "end": end},
        signatures=(_("保管員"), _("會計"), _("總務主任")),
    )  # fmt: skip
