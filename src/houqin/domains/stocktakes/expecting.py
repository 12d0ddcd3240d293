"""What the book says: which accounts a stocktake reaches, what they hold and what it is worth, what moved since."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from houqin.foundation.catalogue.stock import VALUE, share
from houqin.foundation.journal.accounts import HOLDING_ROLES, account, account_of_place
from houqin.foundation.journal.models import Account, Balance, Book, Commodity, Entry, Line, Place, PlaceKind
from houqin.foundation.org.holdings import holdings
from houqin.foundation.org.models import Person, Role, RoleAssignment

from .models import Scope, Stocktake

PLACE_ROLES = ("place", "store")
PERSON_ROLES = ("person", "loan")
# Keys asked for in one statement; SQLite takes 32,766 values.
AT_ONCE = 10_000
# (account id, commodity id)
Key = tuple[int, int]


@dataclass(frozen=True)
class Expected:
    """What one account should hold of one commodity: ``quantity`` pieces worth ``value`` 分 together (0 where unknown)."""

    account: Account
    commodity: Commodity
    quantity: int
    value: int


def locked_head() -> int:
    """The number of the last entry; nobody writes another one before this transaction ends."""
    return Book.objects.select_for_update().get().head


def head_at(moment: datetime | None, *, head: int, frozen_at: int) -> int:
    """The last entry that was written when somebody counted, never one before the freeze; ``head`` for now."""
    if moment is None:
        return head
    known = Entry.objects.filter(recorded_at__lte=moment).order_by("-number").values_list("number", flat=True).first()
    return max(frozen_at, min(head, known or 0))


def places_in(place: Place) -> set[int]:
    """Ids of the place and of all places in it, whether or not they say which campus they are on."""
    found, wave = {place.pk}, {place.pk}
    if place.kind == PlaceKind.CAMPUS:
        found |= set(Place.objects.filter(campus=place).values_list("pk", flat=True))
        wave = set(found)
    while wave:
        wave = set(Place.objects.filter(parent_id__in=wave).values_list("pk", flat=True)) - found
        found |= wave
    return found


def is_within(sheet: Stocktake, place: Place) -> bool:
    """Whether what stands in ``place`` belongs to this count."""
    return sheet.place is not None and place.pk in places_in(sheet.place)


def _balances(sheet: Stocktake) -> QuerySet[Balance]:
    held = Balance.objects.filter(quantity__gt=0).exclude(commodity__category=VALUE)
    if sheet.category:
        held = held.filter(commodity__category=sheet.category)
    if sheet.scope == Scope.KEEPER:
        person = sheet.custodian
        assert person is not None
        # What stands in rooms in somebody's name is known by the papers the domains answer with.
        papers = [one.document for things in holdings(person).values() for one in things if one.document]
        codes = Commodity.objects.filter(code__in=[f"asset:{number}"[:80] for number in papers]).values("pk")
        own = Q(account__person=person, account__role__in=PERSON_ROLES)
        return held.filter(own | Q(commodity__in=codes, account__role__in=PLACE_ROLES))
    assert sheet.place is not None
    roles = ("store",) if sheet.scope == Scope.STORE else PLACE_ROLES
    return held.filter(account__place_id__in=places_in(sheet.place), account__role__in=roles)


def expected(sheet: Stocktake) -> list[Expected]:
    """What the book says of the scope, in the order of places and names. A handful of queries however many things."""
    held = list(
        _balances(sheet)
        .select_related("account", "commodity")
        .order_by("account__name", "commodity__name", "commodity__code")
    )
    carried = values_of({one.account_id for one in held})
    costs = costs_of({one.commodity_id for one in held})
    return [
        Expected(
            one.account,
            one.commodity,
            one.quantity,
            carried.get((one.account_id, one.commodity_id), _cost(costs, one.commodity_id, one.quantity)),
        )
        for one in held
    ]


def values_of(accounts: Iterable[int]) -> dict[Key, int]:
    """The worth the accounts carry of each commodity in 分, where its value moves along with it (moving average)."""
    rows = Balance.objects.filter(
        account_id__in=set(accounts), commodity__category=VALUE, commodity__code__startswith="value:"
    )
    return {
        (account_id, int(code.partition(":")[2])): quantity
        for account_id, code, quantity in rows.values_list("account_id", "commodity__code", "quantity")
    }


def value_commodities(commodities: Iterable[int]) -> dict[int, Commodity]:
    """Commodity id → the commodity that carries its worth, for those that have one."""
    wanted = set(commodities)
    found = {
        int(one.code.partition(":")[2]): one
        for one in Commodity.objects.filter(category=VALUE, code__startswith="value:")
    }
    return {key: one for key, one in found.items() if key in wanted}


def costs_of(commodities: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Commodity id → (分, pieces) it came into the school for: the ``value`` of the entries that brought it and nothing else."""
    wanted = sorted(set(commodities))
    found: dict[int, tuple[int, int]] = {}
    for start in range(0, len(wanted), AT_ONCE):
        brought = Line.objects.filter(
            ~Exists(Line.objects.filter(entry=OuterRef("entry"), position=2)),
            commodity_id__in=wanted[start : start + AT_ONCE],
            source__role="outside",
            target__role__in=HOLDING_ROLES,
            entry__measures__name="value",
        )
        for commodity_id, quantity, told in brought.values_list(
            "commodity_id", "quantity", "entry__measures__quantity"
        ):
            value, pieces = found.get(commodity_id, (0, 0))
            found[commodity_id] = (value + told, pieces + quantity)
    return found


def _cost(costs: dict[int, tuple[int, int]], commodity_id: int, quantity: int) -> int:
    value, pieces = costs.get(commodity_id, (0, 0))
    return share(value, quantity=quantity, of=pieces)


def movements(accounts: Iterable[int], *, after: int) -> dict[Key, list[tuple[int, int, date]]]:
    """(account, commodity) → [(entry number, change, its day)] of what came and went after an entry (D04-1)."""
    wanted = set(accounts)
    found: dict[Key, list[tuple[int, int, date]]] = {}
    lines = Line.objects.filter(entry_id__gt=after).filter(Q(source_id__in=wanted) | Q(target_id__in=wanted))
    for number, commodity, source, target, quantity, day in lines.order_by("entry_id").values_list(
        "entry_id", "commodity_id", "source_id", "target_id", "quantity", "entry__occurred_on"
    ):
        for end, change in ((source, -quantity), (target, quantity)):
            if end in wanted:
                found.setdefault((end, commodity), []).append((number, change, day))
    return found


def account_at(place: Place) -> Account:
    return account_of_place(place, role="store" if place.kind == PlaceKind.STORE else "place")


def account_with(person: Person) -> Account:
    return account("person", person.pk, name=str(person), place=person.campus, person_id=person.pk)


def lies_only_at(commodities: Iterable[int], *, outside: set[int]) -> dict[int, Account]:
    """Commodity id → the account that holds it, for those of which the school has one piece, and not in ``outside``."""
    wanted = sorted(set(commodities))
    found: dict[int, Account] = {}
    for start in range(0, len(wanted), AT_ONCE):
        part = wanted[start : start + AT_ONCE]
        totals = dict(
            Balance.objects.filter(commodity_id__in=part, account__role__in=HOLDING_ROLES)
            .values_list("commodity_id")
            .annotate(total=Sum("quantity"))
        )
        rows = Balance.objects.filter(commodity_id__in=part, account__role__in=PLACE_ROLES, quantity=1)
        for one in rows.select_related("account"):
            if totals.get(one.commodity_id) == 1 and one.account_id not in outside:
                found[one.commodity_id] = one.account
    return found


def keepers_of(sheet: Stocktake) -> set[int]:
    """Ids of the people who by their post answer for what is counted (SOD-5).

    Of a store: every storekeeper who reaches it. Of places: storekeepers and asset managers appointed to them. Whoever
    manages the assets of the whole school counts what others keep.
    """
    if sheet.scope == Scope.KEEPER:
        return {sheet.custodian_id} if sheet.custodian_id else set()
    assert sheet.place is not None
    inside = places_in(sheet.place)
    posts = RoleAssignment.objects.in_force(sheet.opened_on).filter(role__in=(Role.STOREKEEPER, Role.ASSET_MANAGER))
    found = set()
    for post in posts.select_related("place"):
        if sheet.scope == Scope.STORE and post.role == Role.STOREKEEPER:
            campus = sheet.place.campus_or_self()
            reaches = (
                post.place is None or post.place_id in inside or (campus is not None and post.place_id == campus.pk)
            )
        else:
            reaches = post.place is not None and post.place_id in inside
        if reaches:
            found.add(post.person_id)
    return found


def pieces_of(commodity: Commodity) -> int:
    """How many of it the school holds anywhere, by the book."""
    held = Balance.objects.filter(commodity=commodity, account__role__in=HOLDING_ROLES)
    return held.aggregate(total=Sum("quantity"))["total"] or 0


def held_at(account: Account, commodity: Commodity) -> int:
    """How many of it an account holds, by the book."""
    return Balance.objects.filter(account=account, commodity=commodity).values_list("quantity", flat=True).first() or 0
