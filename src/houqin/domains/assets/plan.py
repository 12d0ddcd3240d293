"""The desk plan 課桌椅調配: who lacks sets, who has too many, what to move where and what to buy (A06).

    plan = desk_plan(read_situation(), van=60)

A classroom needs a set for every pupil of its class; two classes in one room sit on the same sets, so the larger
counts; a class without a room needs its sets on its campus. What ordinary classrooms have beyond that, and what stands
in stores and on the campus itself, may be moved; sets in special rooms stay where they are, and sets waiting for repair
do not count. Moves are those of least cost: within a building before within a campus before between campuses, buying
last. The solver is OR-tools' min-cost flow, an optional part of Houqin.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from houqin.foundation.journal.models import Balance, Place, PlaceKind
from houqin.foundation.journal.refused import Refused
from houqin.foundation.org.models import SchoolClass

from .models import Use

DESKS = "desk_set"
# What carrying one set costs, in steps; buying one costs more than any move.
SAME_BUILDING, SAME_CAMPUS, BETWEEN_CAMPUSES, BUYING = 1, 2, 100, 100_000


@dataclass(frozen=True)
class Spot:
    """A place with the sets it needs and the sets it has; ``keeps`` what it has (a special room)."""

    place: Place
    needed: int = 0
    present: int = 0
    classes: tuple[str, ...] = ()
    keeps: bool = False

    @property
    def lacking(self) -> int:
        """Sets that are missing; negative where there are too many."""
        return self.needed - self.present

    @property
    def campus_id(self) -> int:
        campus = self.place.campus_or_self()
        return campus.pk if campus is not None else 0


@dataclass(frozen=True)
class Move:
    """So many sets from one place to another of the same campus."""

    source: Place
    target: Place
    quantity: int


@dataclass(frozen=True)
class Load:
    """One van from campus to campus."""

    source: Place
    target: Place
    quantity: int


@dataclass(frozen=True)
class Purchase:
    """Sets no place can spare, and where they are needed."""

    place: Place
    quantity: int


@dataclass(frozen=True)
class Situation:
    """What stands where: all places that need or have sets, the campuses, and the sets waiting for repair."""

    spots: tuple[Spot, ...]
    campuses: tuple[Place, ...]
    in_repair: int = 0


@dataclass
class Plan:
    """Moves in the order they are done: ``within`` a campus, ``loads`` between campuses, then ``arriving`` to rooms."""

    situation: Situation
    within: list[Move] = field(default_factory=list)
    loads: list[Load] = field(default_factory=list)
    arriving: list[Move] = field(default_factory=list)
    purchases: list[Purchase] = field(default_factory=list)

    @property
    def moved_between(self) -> int:
        return sum(load.quantity for load in self.loads)

    @property
    def to_buy(self) -> int:
        return sum(one.quantity for one in self.purchases)

    @property
    def is_empty(self) -> bool:
        return not (self.within or self.loads or self.purchases)


def read_situation(*, category: str = DESKS) -> Situation:
    """Classes and sets as they are now; three queries."""
    held: dict[int, int] = {}
    in_repair = 0
    rows = Balance.objects.filter(
        commodity__category=category,
        commodity__asset_card__isnull=False,
        account__role__in=("place", "store"),
        account__place__isnull=False,
        quantity__gt=0,
    ).values_list("account__place_id", "quantity", "commodity__asset_card__use")
    for place_id, quantity, use in rows:
        if use in {Use.TO_REPAIR, Use.TO_SCRAP}:
            in_repair += quantity
        else:
            held[place_id] = held.get(place_id, 0) + quantity
    wanted: dict[int, int] = {}
    names: dict[int, list[str]] = {}
    for one in SchoolClass.objects.filter(is_active=True, pupils__gt=0).select_related("campus").order_by("pk"):
        at = one.room_id or one.campus_id
        # Classes without a room of their own each need their sets; two in one room share them.
        wanted[at] = max(wanted.get(at, 0), one.pupils) if one.room_id else wanted.get(at, 0) + one.pupils
        names.setdefault(at, []).append(str(one))
    places = Place.objects.select_related("campus").in_bulk(held.keys() | wanted.keys())
    spots = [
        Spot(
            place,
            needed=wanted.get(key, 0),
            present=held.get(key, 0),
            classes=tuple(names.get(key, ())),
            keeps=key not in wanted and _is_special(place),
        )
        for key, place in sorted(places.items(), key=lambda pair: pair[1].full_name)
    ]
    campuses = Place.objects.filter(kind=PlaceKind.CAMPUS).order_by("pk")
    return Situation(tuple(spots), tuple(campuses), in_repair)


def _is_special(place: Place) -> bool:
    """A room with a purpose of its own, whose sets are not to spare."""
    return place.kind in {PlaceKind.ROOM, PlaceKind.BUILDING} and place.purpose not in {"", "教室", "普通教室"}


def desk_plan(situation: Situation, *, van: int) -> Plan:
    """The plan of least cost. ``van`` is how many sets one van carries. Refuses where the solver is not installed."""
    plan = Plan(situation)
    spots = [spot for spot in situation.spots if not spot.keeps]
    over = [spot for spot in spots if spot.lacking < 0]
    short = [spot for spot in spots if spot.lacking > 0]
    if not short:
        return plan
    flows = _least_cost(over, short, situation.campuses)
    campuses = {campus.pk: campus for campus in situation.campuses}
    for source, target, quantity in flows:
        match source, target:
            case Spot(), Spot():
                plan.within.append(Move(source.place, target.place, quantity))
            case Spot(), int():
                # What will travel is brought together on the campus first.
                if source.place.pk != target:
                    plan.within.append(Move(source.place, campuses[target], quantity))
            case int(), Spot():
                if target.place.pk != source:
                    plan.arriving.append(Move(campuses[source], target.place, quantity))
            case int(), int():
                plan.loads += [Load(campuses[source], campuses[target], part) for part in _van_loads(quantity, van=van)]
            case None, Spot():
                plan.purchases.append(Purchase(target.place, quantity))
    return plan


def _van_loads(quantity: int, *, van: int) -> list[int]:
    return [min(van, quantity - start) for start in range(0, quantity, van)]


End = Spot | int | None


def _least_cost(over: Sequence[Spot], short: Sequence[Spot], campuses: Iterable[Place]) -> list[tuple[End, End, int]]:
    """(from, to, sets) of the cheapest way to fill every shortage.

    An end is a spot, the key of a campus through which what changes campus travels, or None: the shop.
    """
    flow_solver = _solver()
    solver = flow_solver.SimpleMinCostFlow()
    ends: list[End] = [*over, *short]
    hubs = {campus.pk: (len(ends) + 2 * index, len(ends) + 2 * index + 1) for index, campus in enumerate(campuses)}
    shop = len(ends) + 2 * len(hubs)
    rest = shop + 1
    spare = sum(-spot.lacking for spot in over)
    lacking = sum(spot.lacking for spot in short)
    arcs: list[tuple[int, End, End]] = []

    def arc(tail: int, head: int, capacity: int, cost: int, source: End, target: End) -> None:
        arcs.append((solver.add_arc_with_capacity_and_unit_cost(tail, head, capacity, cost), source, target))

    for index, spot in enumerate(over):
        for other, need in enumerate(short):
            if need.campus_id == spot.campus_id:
                cost = 0 if _is_campus(spot) else SAME_BUILDING if _share_a_building(spot, need) else SAME_CAMPUS
                most = min(-spot.lacking, need.lacking)
                arc(index, len(over) + other, most, cost, spot, need)
        if spot.campus_id in hubs:
            cost = 0 if _is_campus(spot) else SAME_CAMPUS
            arc(index, hubs[spot.campus_id][0], -spot.lacking, cost, spot, spot.campus_id)
        solver.add_arc_with_capacity_and_unit_cost(index, rest, -spot.lacking, 0)
    for key, (leaving, _arriving) in hubs.items():
        for other_key, (_leaving, arriving) in hubs.items():
            if key != other_key:
                arc(leaving, arriving, min(spare, lacking), BETWEEN_CAMPUSES, key, other_key)
    for other, need in enumerate(short):
        node = len(over) + other
        if need.campus_id in hubs:
            cost = 0 if _is_campus(need) else SAME_CAMPUS
            arc(hubs[need.campus_id][1], node, need.lacking, cost, need.campus_id, need)
        arc(shop, node, need.lacking, BUYING, None, need)
    solver.add_arc_with_capacity_and_unit_cost(shop, rest, lacking, 0)
    for index, spot in enumerate(over):
        solver.set_node_supply(index, -spot.lacking)
    for other, need in enumerate(short):
        solver.set_node_supply(len(over) + other, -need.lacking)
    solver.set_node_supply(shop, lacking)
    solver.set_node_supply(rest, -spare)
    if solver.solve() != solver.OPTIMAL:
        raise Refused(_("課桌椅調配算不出結果。請核對班級人數和課桌椅卡片。"))
    return [(source, target, int(solver.flow(one))) for one, source, target in arcs if solver.flow(one) > 0]


def _is_campus(spot: Spot) -> bool:
    return spot.place.kind == PlaceKind.CAMPUS


def _share_a_building(one: Spot, other: Spot) -> bool:
    parent = one.place.parent_id
    return parent is not None and parent == other.place.parent_id and one.place.kind == other.place.kind


def _solver() -> Any:
    try:
        from ortools.graph.python import min_cost_flow
    except ImportError as error:
        raise Refused(_("這裡沒有裝計算課桌椅調配的程式。請執行 pip install 'houqin[plan]' 後再試。")) from error
    return min_cost_flow
