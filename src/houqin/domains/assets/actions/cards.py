"""Cards: opened, moved from room to room, handed over, disposed of."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.catalogue.vocabulary import GOODS
from houqin.foundation.journal.accounts import account, account_of_place
from houqin.foundation.journal.actions import action, locked
from houqin.foundation.journal.models import Commodity, Place
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.journal.writer import Draft
from houqin.foundation.org.correcting import correct, correctable, differing
from houqin.foundation.signing.routes import next_number, walks
from houqin.foundation.signing.taking_back import take_back
from houqin.kit.text import fold

from .. import rules
from ..classes import class_of, life_group
from ..forms import cards as forms
from ..forms.cards import Written
from ..models import AssetCard
from ..whereabouts import drawn, has_card, holdings, settle_place


@action("assets.added", label=gettext_lazy("新增資產卡片"), form=forms.AddCard, rule=rules.keeps_assets)
def add_card(entry: Draft, **facts: Any) -> None:
    """Open a card for a thing or a batch of like things, and put it where it stands."""
    open_card(entry, **facts)


@action(
    "assets.card_imported", label=gettext_lazy("登記過往卡片"), form=forms.AddCard, rule=rules.keeps_assets, hidden=True
)
def import_card(entry: Draft, **facts: Any) -> None:
    """Take in a row of the book of fixed assets."""
    open_card(entry, **facts)


def open_card(
    entry: Draft,
    *,
    number: str,
    name: str,
    specification: str,
    counter: str,
    quantity: int,
    value: int | None,
    way: str,
    custodian: Written,
    place: Place,
    note: str,
    **facts: Any,
) -> AssetCard:
    """Open the card of a thing or a batch within ``entry``, which becomes its ``assets.added``; money in 分."""
    entry.kind = "assets.added"
    number = number or next_number(AssetCard, entry.occurred_on)
    if has_card(entry.unit, number):
        raise Refused(
            _("資產編號 %(number)s 已經有卡片。請查看原卡片，或換一個編號。") % {"number": number}, field="number"
        )
    category = GOODS.find(name)
    counter = counter or (GOODS.terms[category].counter if category else "")
    # Each card is a commodity of its own, so that its quantity may lie in several places.
    commodity: Commodity = entry.creates(
        Commodity(
            code=f"asset:{number}"[:80],
            name=f"{name} {specification}".strip()[:200],
            counter=counter,
            category=category,
        )
    )
    means = rules.WAYS_IN.find(way) or ("bought" if not way else "other")
    entry.category, entry.place = means, place
    card: AssetCard = entry.creates(
        AssetCard(
            number=number,
            state="held",
            opened_on=entry.occurred_on,
            opened_by=entry.by,
            place=place,
            campus=place.campus_or_self(),
            note=note,
            commodity=commodity,
            name=name,
            specification=specification,
            counter=counter,
            quantity=quantity,
            value=value,
            way=way,
            life_group=life_group(name, gbt_2022=facts["gbt_2022"], gbt_2010=facts["gbt_2010"]),
            **custodian.facts("custodian"),
            **facts,
        )
    )
    entry.line(
        commodity,
        source=account("outside", means, name=rules.WAYS_IN.label(means)),
        target=account_of_place(place),
        quantity=quantity,
    )
    entry.document = card
    if value:
        entry.measure("value", value)
    return card


@action(
    "assets.card_merged",
    label=gettext_lazy("併入同編號的卡片"),
    form=forms.MergeCard,
    rule=rules.keeps_assets,
    hidden=True,
)
def merge_card(
    entry: Draft,
    *,
    document: AssetCard,
    name: str,
    quantity: int,
    value: int | None,
    way: str,
    place: Place,
    **facts: Any,
) -> None:
    """Add a row of a sheet to the card that bears its number: more of the same thing, in its own place, with its value."""
    if fold(name) != fold(document.name):
        raise Refused(
            _("卡片 %(number)s 是「%(known)s」，這一行是「%(told)s」，不是一樣東西，不能併入。請換編號收入。")
            % {"number": document.number, "known": document.name, "told": name},
            field="name",
        )
    if (value is None) != (document.value is None):
        raise Refused(
            _("卡片 %(number)s 和這一行只有一個寫了原值，併不起來。請先補原值。") % {"number": document.number},
            field="value",
        )
    means = rules.WAYS_IN.find(way) or ("bought" if not way else "other")
    entry.kind, entry.category, entry.document, entry.place = "assets.added", means, document, place
    same_price = value is not None and document.unit_price is not None and value == document.unit_price * quantity
    document.quantity += quantity
    if value is not None:
        document.value = (document.value or 0) + value
        entry.measure("value", value)
    document.unit_price = document.unit_price if same_price else None
    entry.changes(document, "quantity", "value", "unit_price")
    entry.line(
        document.commodity,
        source=account("outside", means, name=rules.WAYS_IN.label(means)),
        target=account_of_place(place),
        quantity=quantity,
    )


@action("assets.moved_room", label=gettext_lazy("換存放地點"), form=forms.MoveRoom, rule=rules.handles_assets)
def move_room(entry: Draft, *, document: AssetCard, source: Place, target: Place, quantity: int) -> None:
    """Move some or all of a card to another room of the same campus; between campuses goes a transfer."""
    if source.campus_or_self() != target.campus_or_self():
        raise Refused(_("跨校區移動要開調撥單，雙方經手簽字。"), field="target")
    if source == target:
        raise Refused(_("原存放地點和新存放地點相同，沒有東西移動。"), field="target")
    entry.document, entry.place = document, target
    for account_from, part in drawn(entry.unit, document, place=source, quantity=quantity):
        if account_from != account_of_place(target):
            entry.line(document.commodity, source=account_from, target=account_of_place(target), quantity=part)
    settle_place(entry, document, target)


@action("assets.found_again", label=gettext_lazy("待處理的找到了"), form=forms.FindAgain, rule=rules.keeps_assets)
def find_again(entry: Draft, *, document: AssetCard, place: Place, quantity: int, note: str) -> None:
    """Put what was missing (待處理) and turned up back where it stands now."""
    held = holdings(entry.unit, document.commodity)
    waiting = [(one, pieces) for one, pieces in held.items() if one.role == "pending"]
    missing = sum(pieces for _one, pieces in waiting)
    if quantity > missing:
        raise Refused(
            _("「%(card)s」待處理的只有%(held)s%(counter)s。")
            % {"card": document.title(), "held": missing, "counter": document.counter},
            field="quantity",
        )
    entry.document, entry.place, entry.reason = document, place, note
    left = quantity
    for source, pieces in sorted(waiting, key=lambda pair: pair[0].pk):
        part = min(pieces, left)
        if part:
            entry.line(document.commodity, source=source, target=account_of_place(place), quantity=part)
            left -= part
    settle_place(entry, document, place)


correctable(AssetCard)
# What decides how long a thing is depreciated and when it may be scrapped.
WEIGHTY = ("gbt_2022", "gbt_2010", "in_use_on", "life_years", "depreciation_method")


@action("assets.card_corrected", label=gettext_lazy("更正卡片"), form=forms.CorrectCard, rule=rules.keeps_assets)
@walks(lambda: rules.CARD)
def correct_card(entry: Draft, *, document: AssetCard, reason: str, **facts: Any) -> None:
    """Correct what a card says, or tell that its thing is 閒置, 待修 or 待報廢, with a reason; what is not told stays.

    Not by this: quantity, value, place and custodian, which move by their own papers (A04, A08); and the years of a thing are
    corrected by somebody else than opened its card, since its depreciation and its scrapping rest on them.
    """
    told = differing(document, facts)
    if document.opened_by_id == entry.by.pk and any(name in told for name in WEIGHTY):
        labels = "、".join(str(document._meta.get_field(name).verbose_name) for name in WEIGHTY if name in told)  # type: ignore[union-attr]
        raise Denied(_("「%(fields)s」關係到折舊和報廢，要由開卡以外的人來更正。") % {"fields": labels})
    correct(entry, document, told, reason=reason, campus=document.campus, follows=("life_group",))
    if told.keys() & {"name", "gbt_2022", "gbt_2010"}:
        document.life_group = life_group(document.name, gbt_2022=document.gbt_2022, gbt_2010=document.gbt_2010)
    if told.keys() & {"name", "specification", "counter"}:
        document.commodity.name, document.commodity.counter = document.title()[:200], document.counter
        entry.changes(document.commodity, "name", "counter")


@action("assets.card_voided", label=gettext_lazy("作廢卡片"), form=forms.VoidCard, rule=rules.keeps_assets)
@walks(lambda: rules.CARD)
def void_card(entry: Draft, *, document: AssetCard, reason: str) -> None:
    """Void a card made by mistake, while its things stand where the card put them: kept, marked, and off the book."""
    entry.place, entry.reason = document.place, reason
    take_back(entry, document, reason=reason)
    _free_number(entry, document)


def _free_number(entry: Draft, card: AssetCard) -> None:
    """Give the number of a voided card free for the card that should have borne it; entries keep the one they name."""
    number, times = f"{card.number}作廢"[:60], 1
    while AssetCard.objects.filter(number=number).exists():
        times += 1
        number = f"{card.number}作廢{times}"[:60]
    card.number, card.commodity.code = number, f"asset:{number}"[:80]
    entry.changes(card, "number")
    entry.changes(card.commodity, "code")


@action("assets.disposed", label=gettext_lazy("登記過往處置"), form=forms.Dispose, rule=rules.keeps_assets, hidden=True)
def dispose(
    entry: Draft,
    *,
    document: AssetCard,
    place: Place | None,
    quantity: int,
    way: str,
    approval_number: str,
    reason: str,
    early_reason: str,
    media_wiped: bool,
) -> None:
    """Take in a disposal of the past, with its approval number (A08-1…3). For imports only: a new one is an application."""
    where = place or document.place
    if where is None:
        raise Refused(_("請寫存放地點。"), field="place")
    due = document.full_life_on()
    if due is not None and entry.occurred_on < due and not early_reason:
        raise Refused(_("規定年限到 %(day)s 才滿。未到年限處置要另寫說明。") % {"day": due}, field="early_reason")
    if document.commodity.category == "computer" and not media_wiped:
        raise Refused(_("電腦處置前要清除存儲介質。"), field="media_wiped")
    entry.document, entry.place, entry.category = document, where, way
    entry.reason = "；".join(part for part in (reason, early_reason, approval_number) if part)[:200]
    for account_from, part in drawn(entry.unit, document, place=where, quantity=quantity):
        entry.line(
            document.commodity,
            source=account_from,
            target=account("disposed", way, name=rules.WAYS_OUT.label(way)),
            quantity=part,
        )
    held = sum(holdings(entry.unit, document.commodity).values()) + quantity
    entry.measure("value", document.value_leaving(quantity, of=held))
    if not holdings(entry.unit, document.commodity):
        document.state, document.disposed_on = "disposed", entry.occurred_on
        entry.changes(document, "state", "disposed_on")


@action(
    "assets.warranties_checked",
    label=gettext_lazy("核對保修到期"),
    form=forms.CheckWarranties,
    rule=rules.keeps_assets,
)
def check_warranties(entry: Draft, *, days: int, note: str) -> None:
    """Say that the things whose warranty ends soon were looked at, and what is claimed while it still can be."""
    last = entry.occurred_on + timedelta(days=days)
    ending = AssetCard.objects.filter(
        state="held", warranty_until__gte=entry.occurred_on, warranty_until__lte=last
    ).count()
    entry.reason = note
    entry.measure("ending", ending)


@action(
    "assets.codes_completed", label=gettext_lazy("補全國標分類代碼"), form=forms.CompleteCodes, rule=rules.keeps_assets
)
def complete_codes(entry: Draft, *, only_mapped: bool) -> None:
    """Fill in the codes of GB/T 14885 that cards lack: from the code of the other edition, else from the name."""
    filled = 0
    for card in locked(AssetCard.objects.filter(Q(gbt_2022="") | Q(gbt_2010=""))).order_by("number"):
        known = class_of("" if only_mapped else card.name, gbt_2022=card.gbt_2022, gbt_2010=card.gbt_2010)
        if known is None:
            continue
        card.gbt_2022, card.gbt_2010 = card.gbt_2022 or known.gbt_2022, card.gbt_2010 or known.gbt_2010
        card.life_group = card.life_group or known.group
        entry.changes(card, "gbt_2022", "gbt_2010", "life_group")
        filled += 1
    if not filled:
        raise Refused(_("沒有可以補全代碼的卡片。"))
    entry.reason = _("補全%(count)s張卡片的代碼") % {"count": filled}
