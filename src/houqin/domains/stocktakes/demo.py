"""The demo school's counts: a store and some rooms counted and signed, one count posted, one going on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from houqin.foundation.journal.models import Balance, Place, PlaceKind
from houqin.foundation.org.models import Person, Role
from houqin.foundation.org.scenes import Stage, scene

from . import actions
from .models import DIFFERING, Scope, Status, Stocktake, StocktakeLine

# Goods without batches, so that one piece more or less is the whole story of it.
MISCOUNTED = "中性筆"
ROOMS_COUNTED = 3
CAUSES = (("漏記領用", "領用時忘了登記，領用人已補簽"), ("點錯", "入庫時數量點錯，已與送貨單核對"))


@scene("stocktakes", _("盤點"), order=60)
def counts_of_a_half_year(stage: Stage) -> None:
    team = _team(stage)
    stores = [store for store in Place.objects.filter(kind=PlaceKind.STORE).order_by("pk") if _holds(store)]
    if stores:
        _counted_and_signed(stage, team, scope=Scope.STORE, place=stores[0], keepers=_keepers(stage, stores[0]))
    rooms = [room for room in stage.rooms if _holds(room)][:ROOMS_COUNTED]
    for room in rooms:
        _counted_and_signed(stage, team, scope=Scope.PLACE, place=room, keepers=[])
    if len(stores) > 1:
        _going_on(stage, team, stores[1])


def _team(stage: Stage) -> dict[str, Person]:
    """Five people of whom none keeps what is counted."""
    return {
        "director": stage.first("director"),
        "leader": stage.first("asset_manager"),
        "counter": stage.first("clerk"),
        "second": stage.first("accountant"),
        "witness": stage.first("cashier"),
    }


def _holds(place: Place) -> bool:
    return Balance.objects.filter(account__place=place, account__role__in=("place", "store"), quantity__gt=0).exists()


def _keepers(stage: Stage, store: Place) -> list[Person]:
    own = [person for person in stage.people[Role.STOREKEEPER] if person.campus_id == store.campus_id]
    return own[:1] or stage.people[Role.STOREKEEPER][:1]


def _begun(stage: Stage, team: dict[str, Person], *, scope: str, place: Place, keepers: list[Person]) -> Stocktake:
    actions.draft(
        team["director"], scope=scope, place=place, leader=team["leader"], counters=[team["counter"]],
        second_counter=team["second"], witness=team["witness"], keepers=keepers,
        due_on=stage.period.end + timedelta(days=5),
    )  # fmt: skip
    sheet = Stocktake.objects.latest("pk")
    actions.freeze(team["leader"], document=sheet.pk)
    return sheet


def _counted_and_signed(stage: Stage, team: dict[str, Person], **about: Any) -> None:
    sheet = _begun(stage, team, **about)
    lines = list(sheet.lines.select_related("account__place").order_by("pk"))
    wrong = [line for line in lines if line.name.startswith(MISCOUNTED)][:2]
    told = [_told(line, line.expected + ((-1, 1)[wrong.index(line)] if line in wrong else 0)) for line in lines]
    actions.tally(team["counter"], document=sheet.pk, tallies=told)
    actions.close_count(team["leader"], document=sheet.pk)
    if wrong:
        differing = sheet.lines.filter(status__in=DIFFERING).select_related("account__place")
        actions.recount(
            team["second"], document=sheet.pk, tallies=[_told(line, line.counted or 0) for line in differing]
        )
        actions.close_recount(team["second"], document=sheet.pk)
        unexplained = sheet.lines.filter(status__in=(Status.MISSING, Status.FOUND)).order_by("pk")
        for line, (reason, cause) in zip(unexplained, CAUSES, strict=False):
            actions.explain(
                team["leader"], document=sheet.pk, line=line.pk, reason=reason, cause=cause, decision="調賬"
            )
        actions.decide(team["leader"], document=sheet.pk)
    # The director signs the minutes as head, so somebody above approves.
    actions.post(stage.first("vice_principal"), document=sheet.pk)
    for person in (team["leader"], team["witness"], *about["keepers"], team["director"]):
        actions.sign_minutes(person, document=sheet.pk)


def _told(line: StocktakeLine, quantity: int) -> dict[str, Any]:
    return {"code": line.code, "quantity": quantity, "place": line.account.place}


def _going_on(stage: Stage, team: dict[str, Person], store: Place) -> None:
    """Half of the second store is counted; the rest waits for Today."""
    sheet = _begun(stage, team, scope=Scope.STORE, place=store, keepers=_keepers(stage, store))
    lines = list(sheet.lines.select_related("account__place").order_by("pk"))
    actions.tally(
        team["counter"], document=sheet.pk, tallies=[_told(line, line.expected) for line in lines[: len(lines) // 2]]
    )
