"""Reports that depend on the days asked for: 收發存 of any days, who consumed what, what is about to expire, what to buy.

Plain functions over the journal's lines; every figure is a sum of lines. Pages and prints call them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import F, IntegerField, Q, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from houqin.foundation.catalogue.models import Item
from houqin.foundation.catalogue.stock import VALUE
from houqin.foundation.journal.models import Account, Balance, ClosedBalance, Closing, Commodity, Line, Place
from houqin.foundation.org.models import SchoolClass
from houqin.foundation.org.parameters import value
from houqin.kit.periods import Period, month_of

from .models import Batch, Distribution, DistributionLine, Loan
from .terms import CATEGORIES, PURPOSES


@dataclass(frozen=True)
class StockRow:
    """收發存 of one item in one store: quantities in pieces, values in 分."""

    store: str
    item: Item
    opening: int = 0
    opening_value: int = 0
    received: int = 0
    received_value: int = 0
    issued: int = 0
    issued_value: int = 0

    @property
    def closing(self) -> int:
        return self.opening + self.received - self.issued

    @property
    def closing_value(self) -> int:
        return self.opening_value + self.received_value - self.issued_value

    @property
    def price(self) -> int | None:
        """Average price at the end, 分, half up; None where nothing is left."""
        if self.closing <= 0:
            return None
        return (2 * self.closing_value + self.closing) // (2 * self.closing)

    @property
    def category(self) -> str:
        known = getattr(self.item, "keeping", None)
        return CATEGORIES.label(known.category) if known else ""


# Reversals take off where the entry they reverse put on: a red receipt lessens what was received.
_MOVED = """
SELECT a.id, g.commodity_id,
       SUM(CASE WHEN e.occurred_on <= %s AND g.way = e.sign THEN e.sign * g.quantity ELSE 0 END),
       SUM(CASE WHEN e.occurred_on <= %s AND g.way <> e.sign THEN e.sign * g.quantity ELSE 0 END),
       SUM(CASE WHEN e.occurred_on > %s THEN g.way * g.quantity ELSE 0 END)
FROM (
    SELECT entry_id, target_id AS account_id, commodity_id, quantity, 1 AS way FROM journal_line WHERE target_id IN ({stores})
    UNION ALL
    SELECT entry_id, source_id, commodity_id, quantity, -1 FROM journal_line WHERE source_id IN ({stores})
) g
JOIN journal_entry e ON e.number = g.entry_id
JOIN journal_account a ON a.id = g.account_id
WHERE e.occurred_on >= %s AND e.occurred_on <= %s
GROUP BY a.id, g.commodity_id
"""


def stock_report(period: Period, *, store: Place | None = None, with_idle: bool = False) -> list[StockRow]:
    """Opening, in, out, closing of every item for any days, in quantity and value; one query over the lines.

    Counted back from today's balances, or on from the last closed month before the period, whichever reads fewer
    lines. ``with_idle`` keeps items of which nothing is there and nothing moved.
    """
    accounts = Account.objects.filter(role="store")
    if store is not None:
        accounts = accounts.filter(place=store)
    stores = dict(accounts.values_list("pk", "name"))
    if not stores:
        return []
    closing = Closing.objects.filter(month__lt=month_of(period.start)).order_by("-month").first()
    amounts: dict[tuple[int, int], list[int]] = {}
    if closing is not None and _is_month_before(closing.month, period.start):
        start = ClosedBalance.objects.filter(closing=closing, account__in=stores)
        for account, commodity, quantity in start.values_list("account_id", "commodity_id", "quantity"):
            amounts[account, commodity] = [quantity, 0, 0]
        for account, commodity, into, out, _after in _moved(list(stores), period, until=period.end):
            amounts.setdefault((account, commodity), [0, 0, 0])[1:] = [into, out]
    else:
        now = Balance.objects.filter(account__in=stores)
        for account, commodity, quantity in now.values_list("account_id", "commodity_id", "quantity"):
            amounts[account, commodity] = [quantity, 0, 0]
        for account, commodity, into, out, after in _moved(list(stores), period, until=date.max):
            row = amounts.setdefault((account, commodity), [0, 0, 0])
            row[:] = [row[0] - after - into + out, into, out]
    return _rows(amounts, stores, with_idle=with_idle)


def _is_month_before(month: int, day: date) -> bool:
    return day.day == 1 and month == month_of(day - timedelta(days=1))


def _moved(stores: list[int], period: Period, *, until: date) -> list[tuple[int, int, int, int, int]]:
    marks = ",".join(["%s"] * len(stores))
    end = period.end
    with connection.cursor() as cursor:
        cursor.execute(_MOVED.format(stores=marks), [end, end, end, *stores, *stores, period.start, until])
        return [tuple(map(int, row)) for row in cursor.fetchall()]  # type: ignore[misc]


def _rows(amounts: dict[tuple[int, int], list[int]], stores: dict[int, str], *, with_idle: bool) -> list[StockRow]:
    items = {item.commodity_id: item for item in Item.objects.select_related("commodity", "keeping")}
    worths = {
        int(code.partition(":")[2]): pk
        for code, pk in Commodity.objects.filter(category=VALUE, code__startswith="value:").values_list("code", "pk")
    }
    rows = []
    for (account, commodity), (opening, into, out) in amounts.items():
        item = items.get(commodity)
        if item is None or not (with_idle or opening or into or out):
            continue
        worth = amounts.get((account, worths.get(commodity, 0)), [0, 0, 0])
        rows.append(StockRow(stores[account], item, opening, worth[0], into, worth[1], out, worth[2]))
    return sorted(rows, key=lambda row: (row.store, row.item.name, row.item.specification))


@dataclass(frozen=True)
class Use:
    """What somebody used, or what was used for a purpose: pieces of one item, and their value in 分."""

    who: str
    item: str
    quantity: int
    value: int
    counter: str = ""


def consumption(period: Period, *, by: str = "holder") -> list[Use]:
    """Who used what in ``period``: ``by`` holder (person, class, unit) or purpose; returns and reversals taken off."""
    name = F("target__name") if by == "holder" else F("entry__category")
    back = F("source__name") if by == "holder" else F("entry__category")
    lines = Line.objects.filter(entry__occurred_on__gte=period.start, entry__occurred_on__lte=period.end).filter(
        Q(commodity__item__isnull=False) | Q(commodity__category=VALUE)
    )
    kept = ("used", "person", "class", "unit")
    found: dict[tuple[str, int], list[int]] = {}
    names: dict[int, tuple[str, str]] = {}
    for some, who, sign in (
        (lines.filter(source__role="store", target__role__in=kept), name, 1),
        (lines.filter(target__role="store", source__role__in=kept), back, -1),
    ):
        totals = some.values_list(
            who, "commodity_id", "commodity__code", "commodity__name", "commodity__counter"
        ).annotate(moved=Sum("quantity"))
        for whose, commodity, code, called, counter, moved in totals:
            is_value = code.startswith("value:")
            thing = int(code.partition(":")[2]) if is_value else commodity
            found.setdefault((whose, thing), [0, 0])[1 if is_value else 0] += sign * moved
            if not is_value:
                names[thing] = called, counter
    uses = [
        Use(
            (PURPOSES.label(whose) if whose in PURPOSES.terms else _("未分類")) if by == "purpose" else whose,
            names.get(thing, ("", ""))[0],
            quantity,
            worth,
            names.get(thing, ("", ""))[1],
        )
        for (whose, thing), (quantity, worth) in found.items()
        if quantity or worth
    ]
    return sorted(uses, key=lambda use: (use.who, -use.value, use.item))


def consumption_per_head(period: Period) -> tuple[int, int]:
    """(分 of goods used in ``period``, pupils now): divide them for the cost of a pupil."""
    pupils = SchoolClass.objects.filter(is_active=True).aggregate(all=Sum("pupils"))["all"] or 0
    return sum(use.value for use in consumption(period)), pupils


def near_expiry(day: date, *, days: int | None = None) -> list[Batch]:
    """Batches with something left whose last good day is at most ``days`` away, expired ones first."""
    within = value("stores.near_expiry_days", on=day) if days is None else days
    rows = Batch.objects.filter(remaining__gt=0, expires_on__lte=day + timedelta(days=within))
    return list(rows.select_related("store", "item").order_by("expires_on", "pk"))


@dataclass(frozen=True)
class Shortage:
    """An item of which a store cannot give all classes what they should get."""

    store: str
    item: Item
    needed: int
    there: int

    @property
    def missing(self) -> int:
        return self.needed - self.there


def shortages(*, term: Any) -> list[Shortage]:
    """What is still to be handed out this term against what the stores hold; only what does not suffice."""
    wanted = (
        DistributionLine.objects.filter(distribution__term=term, issued__lt=F("planned"))
        .exclude(distribution__state="void")
        .values_list("distribution__place", "distribution__place__full_name", "item")
        .annotate(needed=Sum(F("planned") - F("issued")))
    )
    items = Item.objects.select_related("commodity").in_bulk()
    held = {
        (place, commodity): quantity
        for place, commodity, quantity in Balance.objects.filter(account__role="store").values_list(
            "account__place_id", "commodity_id", "quantity"
        )
    }
    found = [
        Shortage(name, items[item], needed, held.get((place, items[item].commodity_id), 0))
        for place, name, item, needed in wanted
    ]
    return sorted(
        (one for one in found if one.missing > 0), key=lambda one: (one.store, one.item.name, one.item.specification)
    )


def sign_sheet(sheet: Distribution) -> list[dict[str, Any]]:
    """The rows of a class's 班級物資發放簽收表, with the columns of the paper form."""
    rows: Iterable[Any] = (
        sheet.lines.annotate(missing=F("planned") - F("issued"))
        .order_by("pk")
        .values(
            "item__name", "item__specification", "item__counter", "per", "heads", "per_head", "planned", "issued",
            "missing", "topped_up_on", "value",
        )
    )  # fmt: skip
    return list(rows)


def cost_per_pupil(*, term: Any) -> Iterable[tuple[SchoolClass, int, int]]:
    """(class, 分 of goods it got this term, its pupils): what F05 settles agency fees with (D05-3)."""
    rows = Distribution.objects.filter(term=term).annotate(
        worth=Coalesce(Sum("lines__value"), Value(0), output_field=IntegerField())
    )
    for sheet in rows.select_related("school_class", "school_class__campus").order_by("school_class"):
        yield sheet.school_class, sheet.worth, sheet.pupils


@dataclass(frozen=True)
class Held:
    """What one holder answers for of one thing: in custody, or lent until ``due_on``."""

    holder: str
    is_loan: bool
    thing: str
    counter: str
    quantity: int
    value: int
    since: date | None = None
    due_on: date | None = None
    loan: int = 0


def held_by_people() -> list[Held]:
    """Who holds what of the stores: durable goods in custody of people, classes, units, and what is lent; by holder."""
    rows = Balance.objects.filter(account__role__in=("person", "class", "unit"), quantity__gt=0)
    worths = {
        (account, int(code.partition(":")[2])): quantity
        for account, code, quantity in rows.filter(commodity__category=VALUE).values_list(
            "account_id", "commodity__code", "quantity"
        )
    }
    found = [
        Held(
            one.account.name, False, one.commodity.name, one.commodity.counter, one.quantity,
            worths.get((one.account_id, one.commodity_id), 0),
        )
        for one in rows.filter(commodity__item__isnull=False).select_related("account", "commodity")
    ]  # fmt: skip
    for loan in Loan.objects.filter(state="out").select_related("item"):
        found.append(
            Held(
                loan.borrower_name, True, f"{loan.item} {loan.serial}".strip(), loan.item.counter, loan.outstanding,
                loan.value - loan.returned_value, loan.lent_on, loan.due_on, loan.pk,
            )
        )  # fmt: skip
    return sorted(found, key=lambda one: (one.holder, one.is_loan, one.thing))


def overdue(day: date) -> list[Loan]:
    """Loans that should have been back before ``day``, the longest overdue first."""
    late = Loan.objects.filter(state="out", due_on__lt=day)
    return list(late.select_related("item", "place", "borrower", "unit").order_by("due_on", "pk"))
