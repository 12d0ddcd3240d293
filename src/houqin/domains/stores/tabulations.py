"""The storekeeper's tables, worked out for what is asked: 收發存, consumption, what expires, what is short, who holds what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django import forms
from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.calendar.models import Term
from houqin.foundation.calendar.reporting import Days
from houqin.foundation.catalogue import arrivals
from houqin.foundation.catalogue.models import Item
from houqin.foundation.journal.actions import ACTIONS
from houqin.foundation.journal.models import Account, Balance, Place
from houqin.foundation.org.fields import CampusField, PlaceField
from houqin.foundation.org.models import Person
from houqin.foundation.org.parameters import value
from houqin.foundation.org.rules import anyone
from houqin.foundation.registers.register import Column
from houqin.foundation.registers.tabulations import Opens, Row, Tabulated, tabulation
from houqin.foundation.signing.models import Signature
from houqin.foundation.signing.prints import letterhead
from houqin.kit import clock
from houqin.kit.fields import DayField, FlagField, WholeNumberField, WordField
from houqin.kit.numbers import yuan
from houqin.kit.papers import Table
from houqin.kit.papers.slip import Slip
from houqin.kit.periods import Period

from . import plan, reports, rules
from .forms import ItemField
from .models import Distribution, DistributionLine, HandOut, LedgerRow, Requisition, Reservable, Reservation
from .registers import GROUP, LOANS
from .reports import stock_report
from .rules import readers
from .terms import CATEGORIES

KEEPER: Any = gettext_lazy("保管員")
ACCOUNTANT: Any = gettext_lazy("會計")
DIRECTOR: Any = gettext_lazy("總務主任")
NUMERALS = "一二三四五六七八九"
# More kinds than this do not fit side by side on a sheet; then they are told in words.
MOST_KINDS = 20
WEEKDAYS = ("一", "二", "三", "四", "五", "六", "日")


def _stores() -> Any:
    return Place.objects.filter(pk__in=Account.objects.filter(role="store").values("place"))


class StockDays(Days):
    """Which days, which store; all stores where none is named."""

    store = PlaceField(label=gettext_lazy("倉庫"), required=False, queryset=_stores)


def _days(start: date, end: date) -> str:
    return _("%(start)s 至 %(end)s") % {"start": start, "end": end}


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
    """收發存 of the days: every item with something there or something moved; a row opens its card."""
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
                Opens.tabulation("stores.card", item=row.item.pk, start=start, end=end),
            )
            for row in rows
        ],
        heading=_("%(store)s　%(days)s") % {"store": store or _("全部倉庫"), "days": _days(start, end)},
        signatures=(KEEPER, ACCOUNTANT, DIRECTOR),
    )  # fmt: skip


# The card of one item


def _last_moved() -> int | None:
    """The item handed out last, so that the card opens on something; else the one that moved last."""
    handed = HandOut.objects.order_by("-pk").values_list("item", flat=True).first()
    if handed is not None:
        return handed
    row = LedgerRow.objects.order_by("-entry", "-id").values_list("item", flat=True).first()
    return row or Item.objects.values_list("pk", flat=True).first()


class CardAsked(StockDays):
    item = ItemField(label=gettext_lazy("品名"), initial=_last_moved)
    field_order = ("item", "start", "end", "store")


@tabulation(
    "stores.card",
    title=gettext_lazy("物資卡片（數量金額明細賬）"),
    form=CardAsked,
    readers=readers,
    group=GROUP,
    icon="id",
    about=gettext_lazy("一種物資的每一筆收發和結存，按日期排列。"),
)
def card(person: Person, *, item: Item, start: date, end: date, store: Place | None) -> Tabulated:
    """實物台賬 of one item: what it began with, each movement, and what is left after it; store by store."""
    rows = LedgerRow.objects.filter(item=item).select_related("store")
    if store is not None:
        rows = rows.filter(store=store)
    before: dict[int, LedgerRow] = {}
    for row in rows.filter(occurred_on__lt=start).order_by("occurred_on", "entry", "id"):
        before[row.store_id] = row
    said = []
    moved = list(
        rows.filter(occurred_on__gte=start, occurred_on__lte=end).order_by("store", "occurred_on", "entry", "id")
    )
    names = {row.store_id: str(row.store) for row in (*before.values(), *moved)}
    for key in sorted(names):
        first = before.get(key)
        said.append(
            Row((
                names[key], start, "", _("期初結存"), None, None, None, None, first.balance if first else 0, first.price if first else None,
                first.balance_value if first else 0,
            ))
        )  # fmt: skip
        for row in (one for one in moved if one.store_id == key):
            known = ACTIONS.get(row.kind)
            what = str(known.label) if known else row.kind
            said.append(
                Row(
                    (
                        names[key], row.occurred_on, row.voucher, f"{what} {row.reason}".strip(), row.received or None,
                        row.received_value or None, row.issued or None, row.issued_value or None, row.balance, row.price,
                        row.balance_value,
                    ),
                    Opens.entry(row.entry),
                )
            )  # fmt: skip
    return Tabulated(
        columns=(
            Column("store", _("倉庫")),
            Column("occurred_on", _("日期"), kind="date"),
            Column("voucher", _("憑證號")),
            Column("summary", _("摘要")),
            Column("received", _("收入數量"), kind="integer", total=True),
            Column("received_value", _("收入金額"), kind="money", total=True),
            Column("issued", _("發出數量"), kind="integer", total=True),
            Column("issued_value", _("發出金額"), kind="money", total=True),
            Column("balance", _("結存數量"), kind="integer"),
            Column("price", _("結存單價"), kind="money"),
            Column("balance_value", _("結存金額"), kind="money"),
        ),
        rows=said,
        heading=_("%(item)s（%(counter)s）　%(days)s")
        % {"item": item, "counter": item.counter, "days": _days(start, end)},
        signatures=(KEEPER, ACCOUNTANT),
    )


# Who used what


class Consumed(Days):
    by = WordField(
        label=gettext_lazy("按"), choices=(("holder", gettext_lazy("班級、部門、個人")), ("purpose", gettext_lazy("用途"))),
        initial="holder",
    )  # fmt: skip
    items = FlagField(label=gettext_lazy("列出各品名"))


@tabulation(
    "stores.consumption",
    title=gettext_lazy("物資消耗"),
    form=Consumed,
    readers=readers,
    group=GROUP,
    icon="chart-pie",
    about=gettext_lazy("哪個班級、部門、個人領用了多少，用在什麼地方；退庫和沖銷已減去。"),
)
def consumption(person: Person, *, start: date, end: date, by: str, items: bool) -> Tabulated:
    """What was used from the first day to the last, by who has it or by what for; what was brought back taken off."""
    uses = reports.consumption(Period(start, end), by=by)
    heading = f"{_days(start, end)}　{_('按用途') if by == 'purpose' else _('按領用對象')}"
    pupils = reports.consumption_per_head(Period(start, end))[1]
    total = sum(use.value for use in uses)
    notes = []
    if pupils:
        notes.append(
            _("合計 %(total)s 元，在校學生 %(pupils)d 人，平均每生 %(each)s 元。")
            % {"total": yuan(total), "pupils": pupils, "each": yuan((2 * total + pupils) // (2 * pupils))}
        )
    who = Column("who", _("用途") if by == "purpose" else _("領用部門（班級、個人）"))
    if items:
        return Tabulated(
            columns=(
                who,
                Column("item", _("品名規格")),
                Column("counter", _("單位")),
                Column("quantity", _("數量"), kind="integer"),
                Column("value", _("金額"), kind="money", total=True),
            ),
            rows=[Row((use.who, use.item, use.counter, use.quantity, use.value)) for use in uses],
            heading=heading,
            notes=notes,
            signatures=(KEEPER, DIRECTOR),
        )
    rows = []
    for name, some in groupby(uses, key=lambda use: use.who):
        own = list(some)
        rows.append((name, len({use.item for use in own}), sum(use.value for use in own)))
    rows.sort(key=lambda row: -row[2])
    return Tabulated(
        columns=(
            who,
            Column("kinds", _("品種"), kind="integer"),
            Column("value", _("金額"), kind="money", total=True),
            Column("share", _("佔比")),
        ),
        rows=[
            Row(
                (name, kinds, worth, _percent(worth, total)),
                Opens.tabulation("stores.consumption", start=start, end=end, by=by, items="on"),
            )
            for name, kinds, worth in rows
        ],
        heading=heading,
        notes=notes,
        signatures=(KEEPER, DIRECTOR),
    )


def _percent(part: int, whole: int) -> str:
    """``part`` of ``whole`` with one decimal, cut off; "" of nothing."""
    tenths = 1000 * part // whole if whole > 0 else 0
    return f"{tenths // 10}.{tenths % 10}%" if whole > 0 else ""


# What expires, what is short, what to buy


class Expiring(forms.Form):
    day = DayField(label=gettext_lazy("日期"), initial=clock.today)
    days = WholeNumberField(
        label=gettext_lazy("多少天內到期"), least=0, most=730, initial=lambda: value("stores.near_expiry_days")
    )


@tabulation(
    "stores.expiring",
    title=gettext_lazy("臨期物資"),
    form=Expiring,
    readers=readers,
    group=GROUP,
    icon="hourglass-low",
    about=gettext_lazy("還有剩餘、快到期和已過期的批次：先到期的先發，過期的辦報損。"),
)
def expiring(person: Person, *, day: date, days: int) -> Tabulated:
    """Batches with something left that are past their day or will be within ``days``."""
    rows = reports.near_expiry(day, days=days)
    return Tabulated(
        columns=(
            Column("store", _("倉庫")),
            Column("item", _("品名規格")),
            Column("batch", _("批號")),
            Column("expires_on", _("有效期至"), kind="date"),
            Column("left", _("還有幾天"), kind="integer"),
            Column("remaining", _("剩餘"), kind="integer"),
            Column("counter", _("單位")),
        ),
        rows=[
            Row(
                (
                    str(one.store), str(one.item), one.number, one.expires_on, (one.expires_on - day).days if one.expires_on else None,
                    one.remaining, one.item.counter,
                ),
                Opens.tabulation("stores.card", item=one.item_id),
                mark="late" if one.is_expired(day) else "due",
            )
            for one in rows
        ],
        heading=_("%(day)s 起 %(days)d 天內到期") % {"day": day, "days": days},
        signatures=(KEEPER,),
    )  # fmt: skip


def _this_term() -> int | None:
    today = clock.today()
    begun = Term.objects.filter(starts_on__lte=today).order_by("-starts_on").values_list("pk", flat=True)
    planned = Distribution.objects.order_by("-term__starts_on").values_list("term", flat=True).first()
    return planned or begun.first()


class TermAsked(forms.Form):
    term = forms.ModelChoiceField(
        Term.objects.order_by("-starts_on"), label=gettext_lazy("學期"), initial=_this_term, empty_label=None
    )


@tabulation(
    "stores.shortages",
    title=gettext_lazy("開學物資缺額"),
    form=TermAsked,
    readers=readers,
    group=GROUP,
    icon="alert-square",
    about=gettext_lazy("各班還要發的，倉庫裡不夠的：要補購或從別的倉庫調撥。"),
)
def shortages(person: Person, *, term: Term) -> Tabulated:
    """What the classes are still to get this term and the store has not got (D05-2)."""
    return Tabulated(
        columns=(
            Column("store", _("倉庫")),
            Column("item", _("品名規格")),
            Column("counter", _("單位")),
            Column("needed", _("還要發"), kind="integer"),
            Column("there", _("庫存"), kind="integer"),
            Column("missing", _("缺額"), kind="integer"),
        ),
        rows=[
            Row(
                (one.store, str(one.item), one.item.counter, one.needed, one.there, one.missing),
                Opens.register("stores.distribution_lines", q=one.item.name),
                mark="late",
            )
            for one in reports.shortages(term=term)
        ],
        heading=str(term),
        signatures=(KEEPER, DIRECTOR),
    )


class Buying(forms.Form):
    days = WholeNumberField(
        label=gettext_lazy("按最近多少天的消耗"), least=7, most=730, initial=lambda: value("stores.consumption_days")
    )
    cover_days = WholeNumberField(
        label=gettext_lazy("要夠用多少天"), least=1, most=365, initial=lambda: value("stores.cover_days")
    )


@tabulation(
    "stores.proposal",
    title=gettext_lazy("採購建議"),
    form=Buying,
    readers=readers,
    group=GROUP,
    icon="shopping-cart",
    about=gettext_lazy("按實際消耗和最低庫存算出要買多少；低於最低庫存的在前。"),
)
def proposal(person: Person, *, days: int, cover_days: int) -> Tabulated:
    """What to buy: average use × days to cover, at least the minimum, less what is there; priced at the average."""
    today = clock.today()
    found = plan.proposal(day=today, days=days, cover_days=cover_days)
    prices = _average_prices(one.item for one in found)
    return Tabulated(
        columns=(
            Column("category", _("類別")),
            Column("item", _("品名規格")),
            Column("counter", _("單位")),
            Column("on_hand", _("現存"), kind="integer"),
            Column("minimum", _("最低庫存"), kind="integer"),
            Column("consumed", _("%(days)d 天消耗") % {"days": days}, kind="integer"),
            Column("buy", _("建議採購"), kind="integer"),
            Column("price", _("平均單價"), kind="money"),
            Column("value", _("估計金額"), kind="money", total=True),
        ),
        rows=[
            Row(
                (
                    _category(one.item), str(one.item), one.item.counter, one.on_hand, one.minimum, one.consumed, one.buy,
                    prices.get(one.item.pk), prices[one.item.pk] * one.buy if one.item.pk in prices else None,
                ),
                Opens.tabulation("stores.card", item=one.item.pk),
                mark="late" if one.is_below_minimum else "",
            )
            for one in found
        ],
        heading=_("%(day)s：夠用 %(cover)d 天") % {"day": today, "cover": cover_days},
        signatures=(KEEPER, DIRECTOR),
    )  # fmt: skip


def _category(item: Item) -> str:
    known = getattr(item, "keeping", None)
    return CATEGORIES.label(known.category) if known else ""


def _average_prices(items: Any) -> dict[int, int]:
    """Item key → 分 a piece over all stores; the last price taken in where nothing is there."""
    from .models import ReceiptLine

    wanted = list(items)
    amounts: dict[int, list[int]] = {}
    by_commodity = {item.commodity_id: item.pk for item in wanted}
    for commodity, code, quantity in Balance.objects.filter(account__role="store").values_list(
        "commodity_id", "commodity__code", "quantity"
    ):
        kind, _colon, key = code.partition(":")
        thing = int(key) if kind == "value" else commodity
        if thing in by_commodity:
            amounts.setdefault(by_commodity[thing], [0, 0])[kind == "value"] += quantity
    prices = {
        key: (2 * worth + quantity) // (2 * quantity) for key, (quantity, worth) in amounts.items() if quantity > 0
    }
    without = [item.pk for item in wanted if item.pk not in prices]
    for item, price in (
        ReceiptLine.objects.filter(item__in=without, price__isnull=False).order_by("pk").values_list("item", "price")
    ):
        prices[item] = price or 0
    return prices


# Opening of term


@tabulation(
    "stores.class_costs",
    title=gettext_lazy("每生發放成本"),
    form=TermAsked,
    readers=readers,
    group=GROUP,
    icon="cash",
    about=gettext_lazy("開學發放給各班的物資值多少，平均每個學生多少：代收費結算用。"),
)
def class_costs(person: Person, *, term: Term) -> Tabulated:
    """What each class was given this term and what that is a pupil (D05-3)."""
    sheets = Distribution.objects.filter(term=term).exclude(state="void").annotate(worth=Sum("lines__value"))
    rows, total, heads = [], 0, 0
    for sheet in sorted(sheets.select_related("school_class", "school_class__campus"), key=_class_order):
        worth, pupils = sheet.worth or 0, sheet.pupils
        total, heads = total + worth, heads + pupils
        rows.append(
            Row(
                (str(sheet.school_class.campus), str(sheet.school_class), pupils, worth, _each(worth, pupils)),
                Opens.document(Distribution.kind, sheet.pk),
            )
        )
    return Tabulated(
        columns=(
            Column("campus", _("校區")),
            Column("school_class", _("班級")),
            Column("pupils", _("學生"), kind="integer", total=True),
            Column("value", _("發放金額"), kind="money", total=True),
            Column("each", _("每生"), kind="money"),
        ),
        rows=rows,
        heading=str(term),
        notes=[_("全校平均每生 %(each)s 元。") % {"each": yuan(_each(total, heads) or 0)}] if heads else [],
        signatures=(KEEPER, ACCOUNTANT, DIRECTOR),
    )


def _each(worth: int, heads: int) -> int | None:
    return (2 * worth + heads) // (2 * heads) if heads else None


class SheetAsked(TermAsked):
    campus = CampusField(label=gettext_lazy("校區"), required=False)
    item = ItemField(label=gettext_lazy("只看一種物資"), required=False)


def _class_order(sheet: Distribution) -> tuple[int, int, str]:
    """Campus by campus, the first grade first: 一 before 二 before 三, which is not how the characters sort."""
    grade = next((NUMERALS.index(one) for one in sheet.school_class.grade if one in NUMERALS), len(NUMERALS))
    return sheet.campus_id or 0, grade, sheet.school_class.name


def _sheet_lines(
    term: Term, campus: Place | None, item: Item | None
) -> list[tuple[Distribution, list[DistributionLine]]]:
    sheets = Distribution.objects.filter(term=term).exclude(state="void")
    if campus is not None:
        sheets = sheets.filter(campus=campus)
    lines: dict[int, list[DistributionLine]] = {}
    wanted = DistributionLine.objects.filter(distribution__in=sheets).select_related("item").order_by("pk")
    for line in wanted.filter(item=item) if item else wanted:
        lines.setdefault(line.distribution_id, []).append(line)
    ordered = sorted(
        sheets.select_related("school_class", "school_class__campus", "teacher", "keeper", "campus"), key=_class_order
    )
    return [(sheet, lines[sheet.pk]) for sheet in ordered if sheet.pk in lines]


def _signed_days(sheets: Sequence[Distribution]) -> dict[int, str]:
    """Key of a sheet → its teacher and the day they last signed; what a sheet to sign need not ask again."""
    rows = Signature.objects.filter(
        document_kind=Distribution.kind, document_id__in=[one.pk for one in sheets], signs_as="class_teacher"
    ).select_related("person")
    return {one.document_id: f"{one.person} {clock.local(one.signed_at):%m-%d}" for one in rows.order_by("pk")}


def _all_classes(person: Person, *, term: Term, campus: Place | None, item: Item | None) -> list[Slip]:
    """One sheet with every class on it, its teacher to sign behind it (D05)."""
    rows = _sheet_lines(term, campus, item)
    signed = _signed_days([sheet for sheet, _lines in rows])
    told: list[tuple[str, ...]]
    if item is not None:
        columns: tuple[str, ...] = (
            _("班級"), _("應發人數"), _("品名"), _("每人數量"), _("應發數"), _("實發數"), _("缺（餘）數"), _("補發日期"), _("班主任簽收"), _("發放人"),
        )  # fmt: skip
        told = [
            (
                str(sheet.school_class), str(line.heads), str(line.item), str(line.per_head), str(line.planned),
                str(line.issued), str(line.short or ""), line.topped_up_on.isoformat() if line.topped_up_on else "",
                signed.get(sheet.pk, ""), str(sheet.keeper or ""),
            )
            for sheet, lines in rows
            for line in lines
        ]  # fmt: skip
    else:
        kinds = list(dict.fromkeys(line.item.name for _sheet, lines in rows for line in lines))
        columns, told = (_by_kind if len(kinds) <= MOST_KINDS else _in_words)(rows, kinds, signed)
    return [
        Slip(
            title=_("班級物資（課本）發放簽收表"),
            school=letterhead(),
            facts=(
                (_("學期"), str(term)),
                (_("校區"), str(campus or _("全校"))),
                (_("班級"), _("%(count)d 個") % {"count": len(rows)}),
                (_("列印日期"), clock.today().isoformat()),
            ),
            tables=(Table("", columns, tuple(told)),),
            signatures=((_("發放人"), ""), (_("監發人"), ""), (str(DIRECTOR), "")),
            landscape=True,
        )
    ]


Sheets = Sequence[tuple[Distribution, list[DistributionLine]]]
Rows = tuple[tuple[str, ...], list[tuple[str, ...]]]


def _by_kind(rows: Sheets, kinds: Sequence[str], signed: dict[int, str]) -> Rows:
    """A row a class and a column a kind of goods: what was issued, and behind it what is missing."""
    told: list[tuple[str, ...]] = []
    for sheet, lines in rows:
        cells = []
        for kind in kinds:
            own = [line for line in lines if line.item.name == kind]
            issued, short = sum(line.issued for line in own), sum(line.short for line in own)
            cells.append(f"{issued}" + (f"（{_('缺')}{short}）" if short else "") if own else "")
        told.append(
            (str(sheet.school_class), str(sheet.pupils), *cells, signed.get(sheet.pk, ""), str(sheet.keeper or ""))
        )
    return (_("班級"), _("人數"), *kinds, _("班主任簽收"), _("發放人")), told


def _in_words(rows: Sheets, kinds: Sequence[str], signed: dict[int, str]) -> Rows:
    """A row a class with its goods in words, where they are too many to stand side by side."""
    told: list[tuple[str, ...]] = [
        (
            str(sheet.school_class), str(sheet.teacher or ""), str(sheet.pupils), _said((line.item, line.issued) for line in lines),
            _said((line.item, line.short) for line in lines), signed.get(sheet.pk, ""), str(sheet.keeper or ""),
        )
        for sheet, lines in rows
    ]  # fmt: skip
    return (_("班級"), _("班主任"), _("應發人數"), _("實發物資"), _("缺"), _("班主任簽收"), _("發放人")), told


def _said(goods: Any) -> str:
    return "、".join(f"{item} {quantity}{item.counter}" for item, quantity in goods if quantity)


@tabulation(
    "stores.sign_sheet",
    title=gettext_lazy("各班物資發放簽收表"),
    form=SheetAsked,
    readers=readers | rules.keepers,
    group=GROUP,
    icon="signature",
    about=gettext_lazy("全校各班在一張表上：應發、實發、缺多少，班主任在後面簽收。選一種物資就是那種物資的簽收表。"),
    paper=_all_classes,
)
def sign_sheet(person: Person, *, term: Term, campus: Place | None, item: Item | None) -> Tabulated:
    """班級物資（課本）發放簽收表: a row a class, or a row a class and item; printed it has room to sign."""
    rows = _sheet_lines(term, campus, item)
    signed = _signed_days([sheet for sheet, _lines in rows])
    states = rules.DISTRIBUTION.states
    return Tabulated(
        columns=(
            Column("school_class", _("班級")),
            Column("teacher", _("班主任")),
            Column("pupils", _("應發人數"), kind="integer", total=True),
            Column("planned", _("應發數"), kind="integer", total=True),
            Column("issued", _("實發數"), kind="integer", total=True),
            Column("short", _("缺（餘）數"), kind="integer", total=True),
            Column("missing", _("缺什麼")),
            Column("state", _("狀態")),
            Column("signed", _("班主任簽收")),
        ),
        rows=[
            Row(
                (
                    str(sheet.school_class), str(sheet.teacher or ""), sheet.pupils, sum(line.planned for line in lines),
                    sum(line.issued for line in lines), sum(line.short for line in lines),
                    _said((line.item, line.short) for line in lines), str(states.get(sheet.state, sheet.state)),
                    signed.get(sheet.pk, ""),
                ),
                Opens.document(Distribution.kind, sheet.pk),
                mark={"signed": "done", "short": "due", "distributed": "due"}.get(sheet.state, ""),
            )
            for sheet, lines in rows
        ],
        heading="　".join(filter(None, (str(term), str(campus or ""), str(item or "")))),
    )  # fmt: skip


# Loans and custody


class AsOf(forms.Form):
    day = DayField(label=gettext_lazy("日期"), initial=clock.today)


@tabulation(
    "stores.overdue_loans",
    title=gettext_lazy("逾期未還"),
    form=AsOf,
    readers=readers,
    group=LOANS,
    icon="clock-exclamation",
    about=gettext_lazy("過了預計歸還日還沒有還的；沒有還清的不再借出。"),
)
def overdue_loans(person: Person, *, day: date) -> Tabulated:
    """Loans that should have been back before the day, the longest overdue first (D03-2)."""
    return Tabulated(
        columns=(
            Column("number", _("借用單號")),
            Column("borrower", _("借用人")),
            Column("unit", _("部門")),
            Column("item", _("物品名稱")),
            Column("serial", _("編號")),
            Column("quantity", _("未還數量"), kind="integer"),
            Column("lent_on", _("借用日期"), kind="date"),
            Column("due_on", _("預計歸還日"), kind="date"),
            Column("late", _("逾期天數"), kind="integer"),
            Column("value", _("金額"), kind="money", total=True),
        ),
        rows=[
            Row(
                (
                    loan.number, loan.borrower_name, str(loan.unit or ""), str(loan.item), loan.serial, loan.outstanding,
                    loan.lent_on, loan.due_on, (day - loan.due_on).days, loan.value - loan.returned_value,
                ),
                Opens.document(loan.kind, loan.pk),
                mark="late",
            )
            for loan in reports.overdue(day)
        ],
        heading=str(day),
        signatures=(KEEPER,),
    )  # fmt: skip


class HolderAsked(forms.Form):
    name = forms.CharField(label=gettext_lazy("保管人或借用人"), required=False)


@tabulation(
    "stores.holders",
    title=gettext_lazy("誰手裡有什麼"),
    form=HolderAsked,
    readers=anyone,
    group=LOANS,
    icon="hand-grab",
    about=gettext_lazy("個人、班級、部門保管的低值耐用品和借用未還的物品，離崗前結清。"),
)
def holders(person: Person, *, name: str) -> Tabulated:
    """Who holds what: the stores see everybody, others themselves (D02-4, D03-3)."""
    rows = reports.held_by_people()
    if readers.reach(person) is not None:
        rows = [one for one in rows if one.holder == str(person)]
    rows = [one for one in rows if name.strip() in one.holder]
    today = clock.today()
    return Tabulated(
        columns=(
            Column("holder", _("保管人（借用人）")),
            Column("how", _("方式")),
            Column("thing", _("物品")),
            Column("quantity", _("數量"), kind="integer"),
            Column("counter", _("單位")),
            Column("value", _("金額"), kind="money", total=True),
            Column("since", _("借用日期"), kind="date"),
            Column("due_on", _("應還日"), kind="date"),
        ),
        rows=[
            Row(
                (
                    one.holder, _("借用") if one.is_loan else _("保管"), one.thing, one.quantity, one.counter, one.value,
                    one.since, one.due_on,
                ),
                Opens.document("stores.loan", one.loan) if one.loan else None,
                mark="late" if one.due_on and one.due_on < today else "",
            )
            for one in rows
        ],
        heading=name or (_("全校") if readers(person) else str(person)),
        signatures=(_("保管人（借用人）"), KEEPER),
    )  # fmt: skip


class WeekAsked(forms.Form):
    day = DayField(label=gettext_lazy("哪一週（寫其中一天）"), initial=clock.today)


@tabulation(
    "stores.reservation_week",
    title=gettext_lazy("預約週曆"),
    form=WeekAsked,
    readers=anyone,
    group=LOANS,
    icon="calendar-week",
    about=gettext_lazy("一週裡各場地、成套器材什麼時候有人用；空着的可以預約。"),
)
def reservation_week(person: Person, *, day: date) -> Tabulated:
    """A week of reservations: a row a room or set, a column a day, each cell the hours taken and by whom."""
    monday = day - timedelta(days=day.weekday())
    week = [monday + timedelta(days=offset) for offset in range(7)]
    taken: dict[tuple[int, date], list[str]] = {}
    reserved = Reservation.objects.filter(state="reserved", on__gte=week[0], on__lte=week[-1])
    for one in reserved.select_related("person").order_by("on", "starts_at"):
        said = f"{one.starts_at:%H:%M}–{one.ends_at:%H:%M} {one.person} {one.purpose}"
        taken.setdefault((one.reservable_id, one.on), []).append(said.strip())
    return Tabulated(
        columns=(
            Column("reservable", _("場地或器材")),
            *(Column(f"day{position}", f"{WEEKDAYS[position]} {one:%m-%d}") for position, one in enumerate(week)),
        ),
        rows=[
            Row(
                (one.name, *("；".join(taken.get((one.pk, day), ())) for day in week)),
                Opens.register("stores.reservations", reservable=one.name),
            )
            for one in Reservable.objects.filter(is_active=True).order_by("-is_room", "name")
        ],
        heading=_("%(start)s 至 %(end)s") % {"start": week[0], "end": week[-1]},
        signatures=(),
    )


# Goods waiting, dangerous goods


class Nothing(forms.Form):
    """A table that asks for nothing."""


@tabulation(
    "stores.arrivals",
    title=gettext_lazy("待入庫的採購物資"),
    form=Nothing,
    readers=readers,
    group=GROUP,
    icon="truck-loading",
    about=gettext_lazy("採購已經驗收、還沒有入庫也沒有建卡的；用「採購物資入庫」按驗收單入庫。"),
)
def waiting(person: Person) -> Tabulated:
    """What purchasing accepted and no store has taken in, acceptance by acceptance."""
    return Tabulated(
        columns=(
            Column("number", _("驗收單號")),
            Column("occurred_on", _("驗收日期"), kind="date"),
            Column("supplier", _("供應商")),
            Column("where", _("現存")),
            Column("item", _("品名規格")),
            Column("quantity", _("數量"), kind="integer"),
            Column("counter", _("單位")),
            Column("value", _("金額"), kind="money", total=True),
        ),
        rows=[
            Row(
                (
                    one.entry.document_number, one.entry.occurred_on, str(one.supplier or ""), left.account.name,
                    str(left.item), left.quantity, left.item.counter, left.value,
                ),
                Opens.document(one.entry.document_kind, one.entry.document_id)
                if one.entry.document_kind and one.entry.document_id
                else Opens.entry(one.entry.number),
                mark="due",
            )
            for one in arrivals.waiting()
            for left in one.left
        ],
        heading=str(clock.today()),
        signatures=(KEEPER,),
    )  # fmt: skip


@tabulation(
    "stores.hazardous",
    title=gettext_lazy("危險化學品台賬"),
    form=StockDays,
    readers=readers | rules.may_countersign,
    group=GROUP,
    icon="flask",
    about=gettext_lazy("危險品的入庫、領用、歸還和結存，領用要有兩個人簽字。"),
)
def hazardous(person: Person, *, start: date, end: date, store: Place | None) -> Tabulated:
    """The ledger of dangerous goods (D06): every movement with the two who signed for it (D02-5)."""
    rows = LedgerRow.objects.filter(item__keeping__is_hazardous=True, occurred_on__gte=start, occurred_on__lte=end)
    if store is not None:
        rows = rows.filter(store=store)
    rows = rows.select_related("store", "item", "item__keeping").order_by(
        "item__name", "item__specification", "store", "occurred_on", "entry", "id"
    )
    found = list(rows)
    signers = _two_names({row.voucher for row in found if row.voucher})
    return Tabulated(
        columns=(
            Column("item", _("品名")),
            Column("cas", _("CAS 號")),
            Column("store", _("倉庫")),
            Column("occurred_on", _("日期"), kind="date"),
            Column("voucher", _("憑證號")),
            Column("received", _("入庫"), kind="integer"),
            Column("issued", _("領用"), kind="integer"),
            Column("returned", _("歸還"), kind="integer"),
            Column("balance", _("結存"), kind="integer"),
            Column("signers", _("雙人簽字")),
        ),
        rows=[
            Row(
                (
                    str(row.item), row.item.keeping.cas, str(row.store), row.occurred_on, row.voucher,
                    (row.received or None) if row.kind != "stores.returned" else None, row.issued or None,
                    (row.received or None) if row.kind == "stores.returned" else None, row.balance,
                    signers.get(row.voucher, ""),
                ),
                Opens.entry(row.entry),
            )
            for row in found
        ],
        heading=_("%(store)s　%(days)s") % {"store": store or _("全部倉庫"), "days": _days(start, end)},
        signatures=(KEEPER, _("安全員"), DIRECTOR),
    )  # fmt: skip


def _two_names(vouchers: set[str]) -> dict[str, str]:
    """Number of a requisition → who opened the second lock and who handed out."""
    rows = Signature.objects.filter(
        document_kind=Requisition.kind, document_number__in=vouchers, signs_as__in=("second_person", "issuer")
    ).select_related("person")
    found: dict[str, list[str]] = {}
    for one in rows.order_by("pk"):
        found.setdefault(one.document_number, []).append(str(one.person))
    return {number: "、".join(dict.fromkeys(names)) for number, names in found.items()}
