"""The desk plan: who lacks, who has too many, moves of least cost, vans between campuses, and what is still to buy."""

from random import Random
from time import perf_counter

import pytest

from houqin.domains.assets import actions
from houqin.domains.assets.checks import nothing_is_created_or_lost
from houqin.domains.assets.models import AssetCard, DeskPlan, DeskPlanLine, Transfer
from houqin.domains.assets.plan import Load, Move, Purchase, Situation, Spot, desk_plan, read_situation
from houqin.foundation.journal.figures import Reading
from houqin.foundation.journal.models import Entry, Place
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.org.models import SchoolClass
from houqin.kit.periods import Period

from .conftest import DESKS


def lying(card):
    return {balance.account.name: balance.quantity for balance in card.holdings()}


def school_class(campus, name, pupils, room=None):
    return SchoolClass.objects.create(campus=campus, name=name, folded=name, pupils=pupils, room=room)


def room(on, name, purpose="教室"):
    return Place.objects.create(
        parent=on, campus=on, kind="room", name=name, full_name=on.name + name, folded=on.name + name, purpose=purpose
    )


@pytest.fixture
def grown(cast, desks):
    """The north campus has grown: its 100 pupils have no desks, the 100 of the south have 200 sets."""
    school_class(cast.south, "一1班", 100)
    school_class(cast.north, "一2班", 100)


def test_a_hundred_sets_go_from_south_to_north(cast, grown):
    plan = desk_plan(read_situation(), van=100)

    assert (plan.loads, plan.within, plan.arriving, plan.purchases) == ([Load(cast.south, cast.north, 100)], [], [], [])


def test_each_van_is_a_paper_of_its_own(cast, grown, desks):
    actions.plan_desks(cast.zhou, van=60)
    actions.carry_out_plan(cast.zhou, document=DeskPlan.objects.get())

    slips = list(Transfer.objects.order_by("pk"))
    assert [(s.source, s.place, s.quantity, s.state) for s in slips] == [
        (cast.south, cast.north, 60, "requested"),
        (cast.south, cast.north, 40, "requested"),
    ]
    for slip in slips:
        actions.approve_transfer(cast.li, document=slip)
        actions.send_transfer(cast.zhou, document=slip)
        actions.receive_transfer(cast.wang, document=slip)
    assert lying(desks) == {"南校區": 100, "北校區": 100}
    today = slips[0].opened_on
    assert Reading(Period(today, today))["assets.desks_moved"].value == 100
    with pytest.raises(Refused, match="各班課桌椅已經足夠"):
        actions.plan_desks(cast.zhou)


def test_a_campus_helps_itself_before_a_van_is_called(cast, desks):
    spare, far = room(cast.south, "教學樓106室"), room(cast.north, "教學樓106室")
    actions.move_room(cast.wang, document=desks, source=cast.south, target=spare, quantity=200)
    actions.add_card(cast.zhou, **{**DESKS, "number": "KZY-02", "quantity": 30, "value": 4800, "place": far})
    school_class(cast.south, "一1班", 190, cast.south_105)
    school_class(cast.north, "一2班", 50, cast.north_105)

    plan = desk_plan(read_situation(), van=100)

    assert sorted(plan.within, key=lambda one: one.quantity) == [
        Move(spare, cast.south, 10),
        Move(far, cast.north_105, 30),
        Move(spare, cast.south_105, 190),
    ]
    assert plan.loads == [Load(cast.south, cast.north, 10)]
    assert plan.arriving == [Move(cast.north, cast.north_105, 10)]
    assert plan.purchases == [Purchase(cast.north_105, 10)]


def test_carrying_out_moves_rooms_now_and_writes_slips_for_the_vans(cast, desks):
    spare = room(cast.south, "教學樓106室")
    actions.move_room(cast.wang, document=desks, source=cast.south, target=spare, quantity=200)
    school_class(cast.south, "一1班", 50, cast.south_105)
    school_class(cast.north, "一2班", 180, cast.north_105)

    made = actions.plan_desks(cast.li)
    plan = DeskPlan.objects.get()
    assert (plan.needed, plan.present, plan.moved_within, plan.moved_between, plan.to_buy) == (230, 200, 200, 150, 30)
    assert dict(made.measures.values_list("name", "quantity")) == {"lacking": 230, "to_buy": 30}
    actions.carry_out_plan(cast.zhou, document=plan.pk)

    assert lying(desks) == {"南校區": 150, "南校區教學樓105室": 50}
    assert [slip.quantity for slip in Transfer.objects.order_by("pk")] == [60, 60, 30]
    assert Entry.objects.filter(kind="assets.moved_room").count() == 3
    assert list(nothing_is_created_or_lost()) == []
    with pytest.raises(Refused, match="現在是「已執行」"):
        actions.carry_out_plan(cast.zhou, document=plan.pk)


def test_a_plan_overtaken_by_events_is_not_carried_out(cast, grown, desks):
    actions.plan_desks(cast.zhou)
    plan = DeskPlan.objects.get()
    actions.move_room(cast.wang, document=desks, source=cast.south, target=cast.south_105, quantity=150)

    with pytest.raises(Refused, match="「南校區」現在只有50套可調，方案要調60套"):
        actions.carry_out_plan(cast.zhou, document=plan)
    assert not Transfer.objects.exists()
    actions.drop_plan(cast.li, document=plan, reason="重新編制")
    assert DeskPlan.objects.get().state == "dropped"


def test_special_rooms_keep_their_sets_and_broken_ones_do_not_count(cast):
    media = room(cast.south, "多媒體教室", "多媒體教室")
    actions.add_card(cast.zhou, **{**DESKS, "number": "A", "quantity": 60, "value": None, "place": media})
    actions.add_card(cast.zhou, **{**DESKS, "number": "B", "quantity": 40, "value": None, "use": "待修"})
    school_class(cast.south, "一1班", 30, cast.south_105)

    situation = read_situation()
    plan = desk_plan(situation, van=60)

    assert situation.in_repair == 40
    assert (plan.within, plan.purchases) == ([], [Purchase(cast.south_105, 30)])


def test_two_classes_in_a_room_share_its_sets(cast, desks):
    school_class(cast.south, "一1班", 40, cast.south_105)
    school_class(cast.south, "一2班", 44, cast.south_105)

    assert desk_plan(read_situation(), van=60).within == [Move(cast.south, cast.south_105, 44)]


def test_nothing_is_planned_without_classes_or_by_a_stranger(cast, desks):
    with pytest.raises(Refused, match="還沒有登記班級人數"):
        actions.plan_desks(cast.zhou)
    school_class(cast.north, "一2班", 100)
    with pytest.raises(Denied):
        actions.plan_desks(cast.zhao)
    actions.plan_desks(cast.zhou)
    plan = DeskPlan.objects.get()
    with pytest.raises(Denied):
        actions.carry_out_plan(cast.lin, document=plan)
    with pytest.raises(Denied):
        actions.drop_plan(cast.zhao, document=plan, reason="x")
    assert DeskPlanLine.objects.filter(plan=plan).count() == 4


def test_a_school_of_two_hundred_classes_is_solved(cast, record_property):
    chance = Random(7)
    campuses = [
        Place(pk=number, kind="campus", name=f"校區{number}", full_name=f"校區{number}") for number in (1, 2, 3)
    ]

    def a_room(number, campus=None):
        campus = campus or chance.choice(campuses)
        return Place(
            pk=100 + number, kind="room", name=f"{number}", full_name=f"{number}", campus=campus, parent=campus
        )

    rooms = [Spot(a_room(number, campuses[0]), present=chance.randint(20, 300)) for number in range(40)]
    classes = [Spot(a_room(40 + n), needed=chance.randint(30, 55), present=chance.randint(0, 55)) for n in range(200)]
    situation = Situation((*rooms, *classes), tuple(campuses))

    start = perf_counter()
    plan = desk_plan(situation, van=60)
    record_property("seconds", perf_counter() - start)

    lacking = sum(max(spot.lacking, 0) for spot in situation.spots)
    spare = sum(max(-spot.lacking, 0) for spot in situation.spots)
    filled = sum(one.quantity for one in plan.within if one.target.kind == "room")
    filled += sum(one.quantity for one in plan.arriving) + plan.to_buy
    assert (filled, plan.to_buy) == (lacking, max(lacking - spare, 0))
    assert all(load.quantity <= 60 for load in plan.loads)
    assert plan.moved_between == sum(one.quantity for one in plan.arriving) > 0


def test_the_card_says_where_all_of_it_went(cast, desks):
    school_class(cast.south, "一1班", 200, cast.south_105)
    actions.plan_desks(cast.zhou)
    actions.carry_out_plan(cast.zhou, document=DeskPlan.objects.get())

    assert AssetCard.objects.get().place == cast.south_105
