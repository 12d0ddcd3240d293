"""A class teacher sees their own letters and cards, the asset manager all of them."""

from datetime import date

import pytest

from houqin.domains.assets import actions
from houqin.domains.assets.models import AssetCard, CustodyLetter, Disposal
from houqin.foundation.org.models import SchoolClass
from houqin.foundation.registers.listing import Listing
from houqin.foundation.registers.register import REGISTERS
from houqin.foundation.signing.reading import may_read

from .conftest import DESKS

TERM = {"from_on": date(2018, 9, 3), "to_on": date(2019, 1, 18)}


@pytest.fixture
def two_rooms(cast, desks):
    """Lin answers for room 105 of the south, Chen for the canteen; Zhao keeps the desks by his card."""
    actions.move_room(cast.wang, document=desks, source=cast.south, target=cast.south_105, quantity=48)
    actions.add_card(
        cast.zhou, **{**DESKS, "number": "ST-01", "name": "餐桌", "place": cast.canteen, "custodian": "陳師傅"}
    )
    SchoolClass.objects.create(
        campus=cast.south, name="一(1)班", folded="一(1)班", pupils=48, teacher=cast.lin, room=cast.south_105
    )
    actions.open_letter(cast.zhou, place=cast.south_105, **TERM)
    actions.open_letter(cast.zhou, place=cast.canteen, keeper=cast.chen, **TERM)
    return cast


def numbers(person, name, column="number"):
    return sorted({row[column] for row in Listing(REGISTERS[name], person, {}).rows()})


@pytest.mark.parametrize(
    ("who", "cards", "rooms"),
    [
        ("lin", ["KZY-01"], ["南校區一(1)班"]),
        ("chen", ["ST-01"], ["北校區食堂"]),
        ("zhao", ["KZY-01"], []),
        ("ma", [], []),
        ("zhou", ["KZY-01", "ST-01"], ["北校區食堂", "南校區一(1)班"]),
        ("li", ["KZY-01", "ST-01"], ["北校區食堂", "南校區一(1)班"]),
    ],
)
def test_each_sees_what_is_in_their_hands(two_rooms, who, cards, rooms):
    person = getattr(two_rooms, who)

    assert numbers(person, "assets.cards") == cards
    assert numbers(person, "assets.letters", "room_name") == rooms
    assert numbers(person, "assets.letter_lines", "room_name") == rooms


def test_a_room_card_shows_a_teacher_their_own_room(two_rooms):
    assert numbers(two_rooms.lin, "assets.rooms", "room") == ["南校區教學樓105室"]
    assert len(numbers(two_rooms.zhou, "assets.rooms", "room")) == 3


def test_a_letter_is_not_read_by_another_teacher(two_rooms):
    letter = CustodyLetter.objects.get(place=two_rooms.south_105)
    assert may_read(two_rooms.lin, letter) and may_read(two_rooms.zhou, letter)
    assert not may_read(two_rooms.chen, letter)
    assert not may_read(two_rooms.chen, AssetCard.objects.get(number="KZY-01"))


def test_papers_are_seen_by_whose_hands_are_on_them(two_rooms):
    actions.request_transfer(
        two_rooms.lin, card="KZY-01", source=two_rooms.south, target=two_rooms.north, quantity=10, reason="補缺"
    )
    actions.request_disposal(two_rooms.zhou, card="ST-01", quantity=5, way="報廢", reason="破損", early_reason="火災")
    actions.appraise(two_rooms.wang, document=Disposal.objects.get().pk, opinion="同意報廢")

    assert len(numbers(two_rooms.lin, "assets.transfers", "slip")) == 1
    assert numbers(two_rooms.chen, "assets.transfers", "slip") == []
    assert len(numbers(two_rooms.chen, "assets.disposals", "slip")) == 1
    assert numbers(two_rooms.lin, "assets.disposals", "slip") == []
    row = Listing(REGISTERS["assets.disposals"], two_rooms.li, {"columns": "slip,opinion_1,opinion_2,opinion_3"}).rows()
    assert (row[0]["opinion_1"], row[0]["opinion_2"]) == ("王保管：同意報廢", "")
