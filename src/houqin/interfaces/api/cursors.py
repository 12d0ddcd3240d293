"""Reading a register from row to row in any order, so that rows added meanwhile are neither read twice nor push others out.

A cursor is the row one has read last and the order one reads in. The next page is what comes after that row, found by the
values it is ordered by, not by counting: a million rows are read as quickly at the end as at the beginning.
"""

from __future__ import annotations

import re
from hashlib import sha256

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from houqin.foundation.registers.listing import Listing

from .answers import Misfilled

START = "start"
PATTERN = r"^(start|[0-9]{1,18}-[0-9a-f]{8})$"


def _order(listing: Listing) -> str:
    return sha256(f"{listing.register.name} {' '.join(listing.sort)}".encode()).hexdigest()[:8]


def cursor_after(listing: Listing, key: int) -> str:
    """The cursor that goes on behind the row ``key``."""
    return f"{key}-{_order(listing)}"


def go_on(listing: Listing, cursor: str) -> None:
    """Narrow ``listing`` to what comes after ``cursor``. Refuses one that is not of this order, or of a row that is gone."""
    if not re.fullmatch(PATTERN, cursor):
        raise Misfilled({"cursor": [_("游標是上一次回答裏的 next_cursor；第一次寫 start。")]})
    listing.page = 1
    if cursor == START:
        return
    key, _dash, order = cursor.partition("-")
    if order != _order(listing):
        raise Misfilled({"cursor": [_("這個游標是另一種排法的。請用同樣的 sort，或從 start 再讀。")]})
    model = listing.query.model
    lookups = [one.lstrip("-") for one in listing.sort]
    # Of a row that was read before and may be out of sight by now: only its place in the order is asked.
    rows = model._default_manager if _are_fields(model, lookups) else listing.register.rows(listing.person)
    values = rows.filter(pk=int(key)).values_list(*lookups).first()
    if values is None:
        raise Misfilled({"cursor": [_("游標所在的那一行已經不在了。請從 start 再讀。")]})
    after = Q(pk__in=[])
    same = Q()
    for one, value in zip(listing.sort, values, strict=True):
        after |= same & _beyond(one, value)
        same &= Q(**{f"{one.lstrip('-')}__isnull": True}) if value is None else Q(**{one.lstrip("-"): value})
    listing.query = listing.query.filter(after)


def _are_fields(model: type, lookups: list[str]) -> bool:
    """Whether no lookup begins with an annotation that only the register's own rows have."""
    names = {one.name for one in model._meta.get_fields()} | {"pk"}  # type: ignore[attr-defined]
    return all(one.partition("__")[0] in names for one in lookups)


def _beyond(order: str, value: object) -> Q:
    """What stands after ``value``, empty ones where the database puts them: first on SQLite, last on PostgreSQL."""
    lookup, is_down = order.lstrip("-"), order.startswith("-")
    empties_come_last = connection.features.order_by_nulls_first == is_down
    if value is None:
        return Q(pk__in=[]) if empties_come_last else Q(**{f"{lookup}__isnull": False})
    found = Q(**{f"{lookup}__{'lt' if is_down else 'gt'}": value})
    return found | Q(**{f"{lookup}__isnull": True}) if empties_come_last else found
