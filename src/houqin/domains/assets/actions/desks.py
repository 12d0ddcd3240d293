"""Desk plans: calculated, carried out as room moves and transfer papers, or dropped."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.accounts import account_of_place
from houqin.foundation.journal.actions import action, locked
from houqin.foundation.journal.models import Balance, Place
from houqin.foundation.journal.refused import Refused
from houqin.foundation.journal.writer import Draft
from houqin.foundation.org.parameters import parameter, value
from houqin.foundation.signing.routes import ask, next_number, walks

from .. import plan as planning
from .. import rules
from ..forms import desks as forms
from ..models import AssetCard, DeskPlan, DeskPlanLine, DeskStep, Transfer, Use
from ..whereabouts import settle_place

parameter("assets.sets_per_van", gettext_lazy("每車裝運課桌椅套數"), default=60, source="學校自定", status="P")


@action("assets.desks_planned", label=gettext_lazy("編制課桌椅調配方案"), form=forms.MakePlan, rule=rules.plans_desks)
def plan_desks(entry: Draft, *, van: int | None, note: str) -> None:
    """Calculate who lacks desks and who has too many, what to move at least cost, and what is still to be bought."""
    situation = planning.read_situation()
    if not any(spot.needed for spot in situation.spots):
        raise Refused(_("還沒有登記班級人數，無法調配。請先登記班級、人數和教室。"))
    van = van or value("assets.sets_per_van", on=entry.occurred_on)
    found = planning.desk_plan(situation, van=van)
    if found.is_empty:
        raise Refused(_("各班課桌椅已經足夠，不用調配。"))
    spots = [spot for spot in situation.spots if not spot.keeps]
    plan: DeskPlan = entry.creates(
        DeskPlan(
            number=next_number(DeskPlan, entry.occurred_on),
            state="made",
            opened_on=entry.occurred_on,
            opened_by=entry.by,
            note=note,
            van=van,
            needed=sum(spot.needed for spot in spots),
            present=sum(spot.present for spot in spots),
            in_repair=situation.in_repair,
            moved_within=sum(one.quantity for one in found.within),
            moved_between=found.moved_between,
            to_buy=found.to_buy,
        )
    )
    entry.document = plan
    lines = [
        DeskPlanLine(
            step=DeskStep.NEED,
            target=spot.place,
            school_class="、".join(spot.classes)[:200],
            needed=spot.needed,
            present=spot.present,
            quantity=spot.lacking,
        )
        for spot in spots
        if spot.lacking
    ]
    for step, moves in (
        (DeskStep.WITHIN, found.within),
        (DeskStep.BETWEEN, found.loads),
        (DeskStep.ARRIVING, found.arriving),
    ):
        lines += [DeskPlanLine(step=step, source=one.source, target=one.target, quantity=one.quantity) for one in moves]
    lines += [DeskPlanLine(step=DeskStep.BUY, target=one.place, quantity=one.quantity) for one in found.purchases]
    for position, line in enumerate(lines, start=1):
        line.plan, line.position = plan, position
        entry.creates(line)
    entry.measure("lacking", sum(max(spot.lacking, 0) for spot in spots))
    entry.measure("to_buy", found.to_buy)
    ask(entry, plan)


class _Sets:
    """The sets that may be taken at each place, card by card, while a plan is carried out."""

    def __init__(self) -> None:
        self.at: dict[int, list[tuple[AssetCard, int]]] = {}
        rows = (
            Balance.objects.filter(
                commodity__category=planning.DESKS,
                commodity__asset_card__isnull=False,
                account__role="place",
                quantity__gt=0,
            )
            .exclude(commodity__asset_card__use__in=(Use.TO_REPAIR, Use.TO_SCRAP))
            .order_by("commodity__asset_card__number")
            .values_list("account__place_id", "commodity__asset_card__pk", "quantity")
        )
        found = list(rows)
        cards = {
            card.pk: card
            for card in locked(
                AssetCard.objects.filter(pk__in={card for _place, card, _quantity in found})
            ).select_related("commodity", "place__campus", "campus")
        }
        for place, card, quantity in found:
            self.at.setdefault(place, []).append((cards[card], quantity))

    def take(self, place: Place, quantity: int) -> list[tuple[AssetCard, int]]:
        """Whole pieces of cards that make up ``quantity`` at ``place``. Refuses what is no longer there."""
        left, taken, kept = quantity, [], []
        for card, held in self.at.get(place.pk, []):
            part = min(held, left)
            if part:
                taken.append((card, part))
            if held > part:
                kept.append((card, held - part))
            left -= part
        if left:
            raise Refused(
                _("「%(place)s」現在只有%(held)s套可調，方案要調%(wanted)s套。情況已經變了，請作廢後重新編制。")
                % {"place": place, "held": quantity - left, "wanted": quantity}
            )
        self.at[place.pk] = kept
        return taken

    def put(self, place: Place, parts: list[tuple[AssetCard, int]]) -> None:
        self.at.setdefault(place.pk, []).extend(parts)


@action("assets.plan_carried_out", label=gettext_lazy("執行調配方案"), form=forms.CarryOutPlan, rule=rules.keeps_assets)
@walks(lambda: rules.DESK_PLAN)
def carry_out_plan(entry: Draft, *, document: DeskPlan, reason: str) -> None:
    """Write the room moves of a plan as done, and a transfer slip for every van between campuses."""
    sets = _Sets()
    reason = reason or _("課桌椅調配")
    lines = list(document.lines.select_related("source__campus", "target__campus").order_by("position"))
    for line in (one for one in lines if one.step == DeskStep.WITHIN):
        assert line.source is not None
        parts = sets.take(line.source, line.quantity)
        sets.put(line.target, parts)
        for card, quantity in parts:
            moved = entry.followed_by("assets.moved_room")
            moved.document, moved.place, moved.reason = card, line.target, reason
            moved.line(
                card.commodity,
                source=account_of_place(line.source),
                target=account_of_place(line.target),
                quantity=quantity,
            )
            settle_place(moved, card, line.target)
    for line in (one for one in lines if one.step == DeskStep.BETWEEN):
        assert line.source is not None
        for card, quantity in sets.take(line.source, line.quantity):
            number = next_number(Transfer, entry.occurred_on)
            asked = entry.followed_by("assets.transfer_requested")
            slip: Transfer = asked.creates(
                Transfer(
                    number=number,
                    slip=number,
                    state="requested",
                    opened_on=entry.occurred_on,
                    opened_by=entry.by,
                    place=line.target,
                    campus=line.target.campus_or_self(),
                    note=_("調配方案 %(number)s") % {"number": document.number},
                    card=card,
                    quantity=quantity,
                    value=card.value_of(quantity) or None,
                    source=line.source,
                    reason=reason,
                )
            )
            asked.document, asked.place = slip, line.target
            ask(asked, slip)


@action("assets.plan_dropped", label=gettext_lazy("作廢調配方案"), form=forms.DropPlan, rule=rules.plans_desks)
@walks(lambda: rules.DESK_PLAN)
def drop_plan(entry: Draft, *, document: DeskPlan, reason: str) -> None:
    """Drop a plan that was overtaken by events."""
    entry.reason = reason
