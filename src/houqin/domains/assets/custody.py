"""What a person keeps of the school's property, asked before somebody leaves or hands over."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from houqin.foundation.org.holdings import Holding, holds
from houqin.foundation.org.models import Person

from .models import AssetCard
from .standing import on_the_book


@holds("assets.cards", _("保管的固定資產"))
def cards_of(person: Person) -> list[Holding]:
    """The cards in the person's custody, with what the book still holds of each; what it holds nothing of is nobody's."""
    cards = on_the_book(AssetCard.objects.filter(custodian=person)).order_by("number")
    return [
        Holding(
            thing=card.title(),
            quantity=card.held,  # type: ignore[attr-defined]
            counter=card.counter,
            value=card.held_value,  # type: ignore[attr-defined]
            since=card.opened_on,
            document=card.number,
        )
        for card in cards
    ]
