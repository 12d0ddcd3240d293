"""Accounts: the ends of lines, made the first time they are needed."""

from django.db import transaction
from django.utils.translation import gettext as _

from .memory import forget_transaction, transaction_memory
from .models import Account, Commodity, Place

# Roles whose balance may not fall below zero: what is there can be taken, no more.
HOLDING_ROLES = frozenset({"store", "place", "person", "class", "unit", "loan", "transit", "pending", "cash", "fund"})
# The codes of commodities that are cards of fixed assets begin so.
ASSET = "asset:"

# Roles that hold only what was put there: used up, lost, disposed of, arrived and not yet taken in. Nothing comes back from
# them that did not go to them; "outside", "found" or "opening" stand for the world, which may give without end.
FED_ROLES = frozenset({"used", "lost", "loss", "disposed", "carded", "mended", "arrivals"})
FLOORED_ROLES = HOLDING_ROLES | FED_ROLES


def account(
    role: str, key: object = "", *, name: str = "", place: Place | None = None, person_id: int | None = None
) -> Account:
    """The account ``role:key``, made where it is new. Roles in ``FLOORED_ROLES`` have a floor of zero.

    Shapes: ``account("outside", "suppliers")``, ``account("used", "repairs")``, :func:`account_of_place`.
    """
    code = f"{role}:{key}" if key != "" else role
    found = _remembered(code)
    if found is not None:
        return found
    defaults = {
        "role": role,
        "name": name or code,
        "place": place,
        "campus": place.campus_or_self() if place else None,
        "person_id": person_id,
        "floor": 0 if role in FLOORED_ROLES else None,
    }
    made, _created = Account.objects.get_or_create(code=code, defaults=defaults)
    # For good only once the transaction stands: it may be this very one that made the row.
    transaction_memory()["account", code] = made
    transaction.on_commit(lambda: _ACCOUNTS.__setitem__(code, made))
    return made


def account_of_place(place: Place, *, role: str = "place") -> Account:
    """What a place holds: a campus, a building, a room, a store."""
    return account(role, place.pk, name=place.full_name, place=place)


def pending_beside(lacking: Account) -> Account:
    """待處理: where a fixed asset stands that is missing at ``lacking``, still on the book until its disposal is approved.

    A08-1: nothing leaves the book before the number of its approval is recorded; A08-4: what was stolen, not before the
    case is closed. Whoever finds something missing (on the way, at a count, in a move) moves it here and no further.
    """
    return account("pending", lacking.code, name=_("%(place)s待處理") % {"place": lacking.name}, place=lacking.place)


def is_asset(commodity: Commodity) -> bool:
    """Whether it is a card of fixed assets, which leaves the book by an approved disposal alone."""
    return commodity.code.startswith(ASSET)


_ACCOUNTS: dict[str, Account] = {}


def _remembered(code: str) -> Account | None:
    return _ACCOUNTS.get(code) or transaction_memory().get(("account", code))


def forget_accounts() -> None:
    """Empty this process's memory of accounts: the database under it was replaced (restore, tests)."""
    _ACCOUNTS.clear()
    forget_transaction()
