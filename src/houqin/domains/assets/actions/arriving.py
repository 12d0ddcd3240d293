"""Cards drawn from what purchasing accepted: each piece once, because of its acceptance."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.catalogue import arrivals, stock
from houqin.foundation.catalogue.items import item_key
from houqin.foundation.journal.accounts import account
from houqin.foundation.journal.actions import action
from houqin.foundation.journal.models import Book, Entry, Place
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.journal.writer import Draft
from houqin.foundation.org.models import Person
from houqin.foundation.org.parameters import limit, parameter

from .. import rules
from ..classes import class_of
from ..forms import arriving as forms
from ..forms.cards import Written
from .cards import open_card

# More cards than this in one go are made by importing a sheet.
MOST_AT_ONCE = 500

limit(
    "assets.threshold",
    gettext_lazy("固定資產單價標準（分）"),
    default=100_000,
    source="政府會計準則制度：通用設備單價 1000 元以上、使用一年以上 [v:W21]；大批同類物資不論單價",
    status="v",
)
parameter(
    "assets.threshold_special",
    gettext_lazy("專用設備固定資產單價標準（分）"),
    default=150_000,
    source="政府會計準則制度：專用設備單價 1500 元以上 [v:W21]",
    status="v",
)


@action("assets.taken_in", label=gettext_lazy("採購物資建卡"), form=forms.TakeIn, rule=rules.keeps_assets)
def take_in(
    entry: Draft,
    *,
    acceptance: Entry,
    item: str,
    quantity: int | None,
    is_each: bool,
    number: str,
    serials: str,
    place: Place,
    custodian: Person | None,
    using_unit: str,
    funding: str,
    invoice: str,
    life_years: int | None,
    warranty_until: date | None,
) -> None:
    """Open the cards of what purchasing bought and two people accepted; nothing is carded or stored twice (P05, SOD-4)."""
    buyer, acceptors = arrivals.people_of(acceptance)
    if entry.by == buyer or entry.by in acceptors:
        raise Denied(_("採購、驗收、保管不能是同一個人，請由另一位資產管理員建卡（不相容職務分離）。"))
    # Held from the first look on, so that a store and a card cannot take the same goods.
    Book.objects.select_for_update().get()
    arrived = arrivals.arrival(acceptance)
    taken = _chosen(arrived, item, number=acceptance.document_number)
    there = min(taken.quantity, stock.held(entry.unit, taken.account, taken.item.commodity))
    wanted = there if quantity is None else quantity
    if not 0 < wanted <= there:
        raise Refused(
            _("驗收單 %(number)s 的「%(name)s」還沒有建卡的是 %(there)d%(counter)s，不能建 %(told)d%(counter)s。")
            % {
                "number": acceptance.document_number,
                "name": taken.item,
                "there": there,
                "counter": taken.item.counter,
                "told": wanted,
            },
            field="quantity",
        )
    numbers = [line.strip() for line in serials.splitlines() if line.strip()]
    if numbers and (not is_each or len(numbers) != wanted):
        raise Refused(
            _("出廠編號要一件一卡、一行一個：寫了 %(told)s 個，建 %(wanted)s 張卡片。")
            % {"told": len(numbers), "wanted": wanted if is_each else 1},
            field="serials",
        )
    if is_each and wanted > MOST_AT_ONCE:
        raise Refused(_("一次最多建 %(most)s 張卡片，請分次建。") % {"most": MOST_AT_ONCE}, field="quantity")
    entry.because, entry.place = acceptance, place
    worth = taken.worth(wanted)
    stock.put(
        entry,
        taken.item.commodity,
        source=taken.account,
        target=account("carded", "assets", name=_("已建固定資產卡片")),
        quantity=wanted,
        value=worth,
    )
    known = class_of(taken.item.name, gbt_2022=taken.item.gbt_2022, gbt_2010=taken.item.gbt_2010)
    pieces = [1] * wanted if is_each else [wanted]
    left, value_left = wanted, worth
    for position, part in enumerate(pieces, start=1):
        value = stock.share(value_left, quantity=part, of=left)
        left, value_left = left - part, value_left - value
        made = entry.followed_by("assets.added", category="bought")
        open_card(
            made,
            number=f"{number}-{position}" if number and is_each else number,
            name=taken.item.name,
            specification=taken.item.specification,
            counter=taken.item.counter,
            quantity=part,
            unit_price=value // part if value % part == 0 else None,
            value=value or None,
            way=_("購置"),
            custodian=Written(custodian.name, custodian) if custodian else Written(),
            place=place,
            note=_("驗收單 %(number)s，供應商 %(supplier)s")
            % {"number": acceptance.document_number, "supplier": arrived.supplier or "—"},
            gbt_2022=taken.item.gbt_2022 or (known.gbt_2022 if known else ""),
            gbt_2010=taken.item.gbt_2010 or (known.gbt_2010 if known else ""),
            serial=numbers[position - 1] if numbers else "",
            using_unit=using_unit,
            funding=funding,
            invoice=invoice,
            life_years=life_years,
            warranty_until=warranty_until,
            use="in_use",
        )
        if entry.document is None:
            entry.document = made.document
    entry.measure("cards", len(pieces))
    taken.quantity -= wanted
    arrivals.taken_over(entry, arrived)


def _chosen(arrived: arrivals.Arrival, told: str, *, number: str) -> arrivals.Left:
    """The item of an acceptance that is meant: the one named, or the only one left."""
    if not arrived.left:
        raise Refused(_("驗收單 %(number)s 的物資都已經入庫或建卡。") % {"number": number}, field="acceptance")
    if not told and len(arrived.left) == 1:
        return arrived.left[0]
    named = {one.item.folded: one for one in arrived.left}
    by_name: dict[str, list[arrivals.Left]] = {}
    for one in arrived.left:
        by_name.setdefault(item_key(one.item.name), []).append(one)
    key = item_key(told)
    if key in named:
        return named[key]
    if len(by_name.get(key, [])) == 1:
        return by_name[key][0]
    raise Refused(
        _("驗收單 %(number)s 還沒有建卡的有：%(names)s。請寫其中一種的品名規格。")
        % {
            "number": number,
            "names": "、".join(f"{one.item} {one.quantity}{one.item.counter}" for one in arrived.left),
        },
        field="item",
    )
