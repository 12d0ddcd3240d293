"""Asset cards bear tokens: a scanned thing shows its card, and what can be done with it; a scanned room shows its things."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.models import Balance
from houqin.foundation.org.models import Person
from houqin.foundation.signing.reading import may_read
from houqin.foundation.tokens.things import Line, Listed, Offer, Scan, readable, scanned, thing_kind

from . import rules
from .actions import change_custodian, move_room, prepare_handover
from .models import AssetCard

MOST_SHOWN = 30


def _numbered(text: str) -> AssetCard | None:
    return AssetCard.objects.filter(number=text).first() or AssetCard.objects.filter(tag=text).exclude(tag="").first()


def _lines(card: Any) -> tuple[str, ...]:
    return tuple(part for part in (card.number, str(card.place or "")) if part)


thing_kind(
    AssetCard.kind,
    model=AssetCard,
    label=gettext_lazy("固定資產"),
    icon="device-desktop",
    related=("place__campus", "campus", "custodian"),
    title=lambda card: card.title(),
    lines=_lines,
    place=lambda card: card.place,
    find=_numbered,
)


@scanned(AssetCard.kind)
def this_card(person: Person, scan: Scan) -> Iterator[Offer | Listed]:
    """The card itself, moving it to another room, giving it to another keeper; where how many of it are."""
    card: AssetCard = scan.thing
    if may_read(person, card):
        yield Offer(_("看卡片"), icon="id", document=card)
    place = {"source": str(card.place_id)} if card.place_id else {}
    yield Offer(_("換存放地點"), icon="arrows-exchange", verb=move_room, document=card, given=place)
    yield Offer(_("更換保管人"), icon="user-share", verb=change_custodian, document=card)
    lines = tuple(
        Line(str(held.account), tag=f"{held.quantity}{card.counter}") for held in card.holdings()[:MOST_SHOWN]
    )
    yield Listed(_("在哪裏"), lines, icon="map-pin")
    keeper = card.custodian_name
    if keeper:
        yield Listed(_("誰保管"), (Line(keeper, note=card.using_unit),), icon="user")


@scanned("place")
def things_of_the_room(person: Person, scan: Scan) -> Iterator[Offer | Listed]:
    """What stands in the room, by its balances; handing over what one keeps."""
    if not (rules.asks_for_assets | rules.reads_values)(person):
        return
    held = Balance.objects.filter(
        account__role="place", account__place=scan.thing, quantity__gt=0, commodity__asset_card__isnull=False
    ).select_related("commodity__asset_card")
    shown = list(held.order_by("commodity__name", "pk")[:MOST_SHOWN])
    may_open = readable(person, [one.commodity.asset_card for one in shown])
    lines = tuple(
        Line(
            one.commodity.asset_card.title(),
            note=one.commodity.asset_card.number,
            tag=f"{one.quantity}{one.commodity.asset_card.counter}",
            document=one.commodity.asset_card if one.commodity.asset_card.pk in may_open else None,
        )
        for one in shown
    )
    yield Listed(_("這裏的東西"), lines, icon="list-details", more=max(0, held.count() - MOST_SHOWN))
    yield Offer(_("辦理財產移交"), icon="arrows-right-left", verb=prepare_handover)
