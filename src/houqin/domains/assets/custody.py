"""What a person keeps of the school's property, asked before somebody leaves or hands over."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from houqin.foundation.org.holdings import Holding, holds
from houqin.foundation.org.models import Person

from .models import AssetCard


@holds("assets.cards", _("保管的固定資產"))
def cards_of(person: Person) -> list[Holding]:
    """The cards in the person's custody that are not disposed of."""
    cards = AssetCard.objects.filter(custodian=person, state="held").order_by("number")
    return [
        Holding(
            thing=card.title(),
            quantity=card.quantity,
            counter=card.counter,
            value=card.value or 0,
            since=card.opened_on,
            document=card.number,
        )
        for card in cards
    ]
