"""Finding or making an item by its name and specification within an action."""

from __future__ import annotations

from houqin.foundation.journal.models import Commodity
from houqin.kit.text import fold

from .models import Item
from .vocabulary import GOODS


def item_key(name: str, specification: str = "") -> str:
    return fold(f"{name} {specification}")


def item_named(name: str, *, specification: str = "", counter: str = "", category: str = "") -> Item:
    """The item of that name and specification, made with its commodity where it is new.

    Its roll-up category is found by the words of the name unless given. Must run inside an action.
    """
    key = item_key(name, specification)
    found = Item.objects.select_related("commodity").filter(folded=key).first()
    if found is not None:
        return found
    category = category or GOODS.find(name)
    commodity = Commodity.objects.create(
        code=f"item:{key}"[:80], name=f"{name} {specification}".strip(), counter=counter, category=category
    )
    return Item.objects.create(
        commodity=commodity, name=name, specification=specification, folded=key, counter=counter, category=category
    )
