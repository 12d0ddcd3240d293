"""The demo school's counts over the half-year: stores and rooms counted and signed, a move counted before and after (S5), one count going on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import partial
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from houqin.foundation.catalogue.stock import VALUE
from houqin.foundation.journal.actions import Action, batch
from houqin.foundation.journal.models import Balance, Place, PlaceKind
from houqin.foundation.journal.writer import Draft
from houqin.foundation.org.models import Person, Role
from houqin.foundation.org.scenes import Stage, scene
from houqin.kit import clock

from . import actions
from .models import DIFFERING, Move, Scope, Status, Stocktake, StocktakeLine

# Goods without batches, so that one piece more or less is the whole story of it.
MISCOUNTED = ("中性筆", "文件夾", "抹布")
CAUSES = (("漏記領用", "領用時忘了登記，領用人已補簽"), ("點錯", "入庫時數量點錯，已與送貨單核對"))
# When in the half-year, in hundredths of its school days.
STORES_COUNTED, ROOMS_COUNTED, MOVED = (8, 45, 88), (20, 35, 52, 70, 80), 60
BOXES = 3


@dataclass
class _Count:
    """Who takes which part in the counts of the demo: five people of whom none keeps what is counted."""

    stage: Stage
    director: Person
    leader: Person
    counter: Person
    second: Person
    witness: Person

    def does(self, person: Person, day: date, verb: Action, **data: Any) -> Draft:
        with batch(person, via="demo") as unit:
            unit.today, unit.now = day, clock.at(day, time(10))
            return verb.into(unit, data)


@scene("stocktakes", _("盤點與搬遷"), order=60)
def counts_of_a_half_year(stage: Stage) -> None:
    days = [day for day in stage.school_days() if day <= stage.period.end]
    if not days:
        return
    play = _Count(
        stage, stage.first("director"), stage.first("asset_manager"), stage.first("clerk"), stage.first("accountant"),
        stage.first("cashier"),
    )  # fmt: skip

    def on(hundredths: int) -> date:
        return days[(len(days) - 1) * hundredths // 100]

    stores = [store for store in Place.objects.filter(kind=PlaceKind.STORE).order_by("pk") if _holds(store)]
    plays: list[tuple[int, Callable[[], object]]] = []
    for position, hundredths in enumerate(STORES_COUNTED):
        if stores:
            store, goods = stores[position % len(stores)], MISCOUNTED[position]
            plays.append(
                (
                    hundredths,
                    partial(
                        _counted_and_signed, play, on(hundredths), scope=Scope.STORE, place=store,
                        keepers=_keepers(stage, store), miscounted=goods,
                    ),
                )
            )  # fmt: skip
    rooms = [room for room in stage.rooms if _holds(room)]
    for room, hundredths in zip(rooms, ROOMS_COUNTED, strict=False):
        plays.append(
            (hundredths, partial(_counted_and_signed, play, on(hundredths), scope=Scope.PLACE, place=room, keepers=[]))
        )
    elsewhere = [room for room in rooms if room not in rooms[: len(ROOMS_COUNTED)]]
    plays.append((MOVED, partial(_a_move, play, elsewhere, day=on(MOVED))))
    for _hundredths, run in sorted(plays, key=lambda one: one[0]):
        run()
    if len(stores) > 1:
        _going_on(play, days[-1], stores[1])


def _holds(place: Place) -> bool:
    return Balance.objects.filter(account__place=place, account__role__in=("place", "store"), quantity__gt=0).exists()


def _keepers(stage: Stage, store: Place) -> list[Person]:
    own = [person for person in stage.people[Role.STOREKEEPER] if person.campus_id == store.campus_id]
    return own[:1] or stage.people[Role.STOREKEEPER][:1]


def _begun(play: _Count, day: date, *, scope: str, place: Place, keepers: list[Person], due: int) -> Stocktake:
    drafted = play.does(
        play.director, day, actions.draft, scope=scope, place=place, leader=play.leader, counters=[play.counter],
        second_counter=play.second, witness=play.witness, keepers=keepers, due_on=day + timedelta(days=due),
    )  # fmt: skip
    sheet = Stocktake.objects.get(number=drafted.document.number)  # type: ignore[union-attr]
    play.does(play.leader, day, actions.freeze, document=sheet.pk)
    return sheet


def _counted_and_signed(
    play: _Count, day: date, *, scope: str, place: Place, keepers: list[Person], miscounted: str = ""
) -> Stocktake:
    sheet = _begun(play, day, scope=scope, place=place, keepers=keepers, due=7)
    lines = list(sheet.lines.select_related("account__place").order_by("pk"))
    wrong = [line for line in lines if miscounted and line.name.startswith(miscounted)][:2]
    told = [_told(line, line.expected + ((-1, 1)[wrong.index(line)] if line in wrong else 0)) for line in lines]
    play.does(play.counter, day, actions.tally, document=sheet.pk, tallies=told)
    play.does(play.leader, day, actions.close_count, document=sheet.pk)
    later = min(day + timedelta(days=1), play.stage.period.end)
    if wrong:
        differing = sheet.lines.filter(status__in=DIFFERING).select_related("account__place")
        again = [_told(line, line.counted or 0) for line in differing]
        play.does(play.second, later, actions.recount, document=sheet.pk, tallies=again)
        play.does(play.second, later, actions.close_recount, document=sheet.pk)
        unexplained = sheet.lines.filter(status__in=(Status.MISSING, Status.FOUND)).order_by("pk")
        for line, (reason, cause) in zip(unexplained, CAUSES, strict=False):
            play.does(
                play.leader, later, actions.explain, document=sheet.pk, line=str(line.pk), reason=reason, cause=cause,
                decision="調賬",
            )  # fmt: skip
        play.does(play.leader, later, actions.decide, document=sheet.pk)
    # The director signs the minutes as head, so somebody above approves.
    play.does(play.stage.first("vice_principal"), later, actions.post, document=sheet.pk)
    for person in (play.leader, play.witness, *keepers, play.director):
        play.does(person, later, actions.sign_minutes, document=sheet.pk)
    return Stocktake.objects.get(pk=sheet.pk)


def _told(line: StocktakeLine, quantity: int) -> dict[str, Any]:
    return {"code": line.code, "quantity": quantity, "place": line.account.place}


def _a_move(play: _Count, rooms: list[Place], *, day: date) -> None:
    """A room moves into another: counted before, packed, counted onto the van and off it with one piece missing, counted after."""
    source, target = _to_move(play.stage, rooms)
    if source is None or target is None:
        return
    before = _counted_and_signed(play, day, scope=Scope.PLACE, place=source, keepers=[])
    things = [line for line in before.lines.order_by("pk") if line.expected and line.commodity_id]
    if not things:
        return
    escort, receiver = play.stage.first(Role.SAFETY_OFFICER), play.stage.first(Role.CLERK)
    moved_on = min(day + timedelta(days=2), play.stage.period.end)
    play.does(
        play.director, moved_on, actions.open_move, place=source, target=target, before=before.number, escort=escort,
        receiver=receiver, note="教學樓維修，整室搬遷",
    )  # fmt: skip
    move = Move.objects.latest("pk").pk
    boxes: dict[str, list[StocktakeLine]] = {}
    for position, line in enumerate(things):
        boxes.setdefault(f"{position % BOXES + 1}", []).append(line)
    # The last thing of the first box does not arrive, the first of the second arrives scratched.
    lost, scratched = boxes["1"][-1], boxes["2"][0] if "2" in boxes else None
    for box, lines in boxes.items():
        contents = [{"code": line.code, "quantity": line.expected} for line in lines]
        play.does(escort, moved_on, actions.box, document=move, box=box, contents=contents)
        play.does(escort, moved_on, actions.load, document=move, box=box)
    play.does(escort, moved_on, actions.close_load, document=move)
    for box, lines in boxes.items():
        counted = [{"code": lost.code, "quantity": lost.expected - 1}] if lost in lines else ""
        broken = [{"code": scratched.code, "quantity": 1}] if scratched in lines else ""
        play.does(receiver, moved_on, actions.unload, document=move, box=box, counted=counted, broken=broken)
    play.does(receiver, moved_on, actions.close_unload, document=move)
    play.does(play.director, moved_on, actions.post_move, document=move, cause="裝車時散落，未找回")
    after_on = min(day + timedelta(days=5), play.stage.period.end)
    after = _counted_and_signed(play, after_on, scope=Scope.PLACE, place=target, keepers=[])
    play.does(play.leader, after_on, actions.check_move, document=move, after=after.number)


def _to_move(stage: Stage, rooms: list[Place]) -> tuple[Place | None, Place | None]:
    """The room with most kinds of things, and another to bring them to."""
    held = Balance.objects.filter(account__place__in=rooms, account__role="place", quantity__gt=0).exclude(
        commodity__category=VALUE
    )
    kinds = dict(held.values_list("account__place").annotate(kinds=Count("pk")))
    free = [room for room in rooms if kinds.get(room.pk)]
    if len(free) < 2:
        return None, None
    source = max(free, key=lambda room: (kinds[room.pk], -room.pk))
    return source, next(room for room in reversed(free) if room != source)


def _going_on(play: _Count, day: date, store: Place) -> None:
    """Half of the second store is counted; the rest waits for Today."""
    sheet = _begun(play, day, scope=Scope.STORE, place=store, keepers=_keepers(play.stage, store), due=5)
    lines = list(sheet.lines.select_related("account__place").order_by("pk"))
    half = [_told(line, line.expected) for line in lines[: len(lines) // 2]]
    play.does(play.counter, day, actions.tally, document=sheet.pk, tallies=half)
