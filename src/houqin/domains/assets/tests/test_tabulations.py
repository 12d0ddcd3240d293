"""The tables of fixed assets: by keeper, worth, changes, rooms, letters, warranties, desks."""

from datetime import date

import pytest
import time_machine

from houqin.domains.assets import actions
from houqin.domains.assets.models import AssetCard, CustodyLetter
from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Denied
from houqin.foundation.org.models import SchoolClass
from houqin.foundation.registers.tabulations import TABULATIONS
from houqin.kit import clock

from .conftest import DESKS

START, END = date(2018, 9, 3), date(2019, 1, 18)
NAMES = sorted(name for name in TABULATIONS.names() if name.startswith("assets."))


def table(name, person, **asked):
    return TABULATIONS[f"assets.{name}"].asked(person, asked).table()


def values(name, person, **asked):
    return [tuple(row.values) for row in table(name, person, **asked).rows]


@pytest.fixture
def classroom(cast, desks):
    actions.move_room(cast.wang, document=desks, source=cast.south, target=cast.south_105, quantity=48)
    actions.add_card(
        cast.zhou,
        **{
            **DESKS, "number": "DN-01", "name": "台式電腦", "counter": "臺", "quantity": 2, "unit_price": 3600,
            "value": 7200, "place": cast.south_105, "custodian": "林老師", "occurred_on": date(2018, 10, 9),
            "warranty_until": date(2019, 1, 9),
        },
    )  # fmt: skip
    SchoolClass.objects.create(
        campus=cast.south, name="一(1)班", folded="一(1)班", pupils=50, teacher=cast.lin, room=cast.south_105
    )
    return cast


@pytest.mark.parametrize("name", NAMES)
def test_every_table_comes_out_of_an_empty_book(cast, name):
    asked = TABULATIONS[name].asked(cast.li, {})
    assert list(asked.table().rows) == []
    assert asked.file("xlsx")[:2] == b"PK"


@pytest.mark.parametrize("name", NAMES)
def test_every_table_is_printed(classroom, name):
    assert TABULATIONS[name].asked(classroom.li, {"start": START, "end": END}).file("html").startswith(b"<article")


def test_keepers_and_what_each_has(classroom):
    assert values("by_keeper", classroom.zhou) == [
        ("趙老師", 1, 200, 3_200_000, date(2018, 8, 14)),
        ("林老師", 1, 2, 720_000, date(2018, 10, 9)),
    ]
    assert values("by_keeper", classroom.zhou, keeper="林老師") == [
        ("DN-01", "台式電腦", "升降式", 2, "臺", 720_000, "南校區教學樓105室", date(2018, 10, 9))
    ]
    # A class teacher is told of what is in her rooms and in her custody, a stranger of nothing.
    assert [row[0] for row in values("by_keeper", classroom.lin)] == ["趙老師", "林老師"]
    assert values("by_keeper", classroom.ma) == []


@pytest.mark.parametrize(
    ("on", "wanted"),
    [
        (date(2018, 10, 8), [("家具", 1, 200, 3_200_000, 53_333, 3_146_667)]),
        (
            date(2018, 10, 9),
            [("計算機設備", 1, 2, 720_000, 10_000, 710_000), ("家具", 1, 200, 3_200_000, 53_333, 3_146_667)],
        ),
    ],
)
def test_what_is_left_of_the_value_on_a_day(classroom, on, wanted):
    assert values("worth", classroom.li, on=on) == wanted


def test_worth_is_not_for_everybody_and_groups_by_what_is_asked(classroom):
    with pytest.raises(Denied):
        table("worth", classroom.lin)
    assert [row[:3] for row in values("worth", classroom.li, by="campus")] == [("南校區", 2, 202)]
    assert [row[:2] for row in values("worth", classroom.li, by="year")] == [("2018", 2)]


@pytest.mark.parametrize(
    ("start", "end", "opening", "added", "closing"),
    [
        (date(2018, 8, 13), date(2018, 8, 13), None, None, None),
        (date(2018, 8, 14), date(2018, 8, 14), (0, 0), (200, 3_200_000), (200, 3_200_000)),
        (date(2018, 8, 15), date(2018, 8, 31), (200, 3_200_000), (0, 0), (200, 3_200_000)),
    ],
)
def test_changes_take_both_edge_days(classroom, start, end, opening, added, closing):
    rows = values("changes", classroom.li, start=start, end=end)
    if opening is None:
        assert rows == []
        return
    (row,) = rows
    assert (row[1:3], row[3:5], row[9:11]) == (opening, added, closing)


def test_what_was_disposed_of_is_a_change_and_moves_are_none(classroom, desks):
    actions.dispose(
        classroom.zhou, document=desks.pk, place=classroom.south, quantity=50, way="報廢", approval_number="3號",
        reason="開裂", occurred_on=date(2018, 12, 1),
    )  # fmt: skip
    actions.move_room(classroom.wang, document=desks.pk, source=classroom.south_105, target=classroom.south, quantity=8)

    rows = {row[0]: row[1:] for row in values("changes", classroom.li, start=date(2018, 11, 1), end=date(2018, 12, 31))}
    assert rows["家具"] == (200, 3_200_000, 0, 0, 50, 800_000, 0, 0, 150, 2_400_000)
    assert rows["計算機設備"] == (2, 720_000, 0, 0, 0, 0, 0, 0, 2, 720_000)


def test_rooms_print_one_page_each(classroom):
    assert values("room_cards", classroom.li) == [
        ("南校區", "南校區", "", 1, 152, 2_432_000, None),
        ("南校區", "南校區教學樓105室", "", 2, 50, 1_488_000, None),
    ]
    slips = TABULATIONS["assets.room_cards"].asked(classroom.li, {}).slips()
    assert [dict(one.facts)["室名"] for one in slips] == ["南校區", "教學樓105室"]
    own = TABULATIONS["assets.room_cards"].asked(classroom.lin, {}).slips()
    assert [dict(one.facts)["室名"] for one in own] == ["教學樓105室"]


def test_a_room_without_a_letter_is_listed_before_those_that_have_one(classroom):
    actions.add_card(classroom.zhou, **{**DESKS, "number": "ST-01", "name": "餐桌", "place": classroom.canteen})
    asked = {"start": START, "end": END}
    assert [(row[1], row[4]) for row in values("letters_standing", classroom.li, **asked)] == [
        ("北校區食堂", "未開立"),
        ("南校區教學樓105室", "未開立"),
    ]
    actions.open_letter(classroom.zhou, place=classroom.south_105, from_on=START, to_on=END, occurred_on=START)
    letter = CustodyLetter.objects.get()
    actions.keeper_signs(classroom.lin, document=letter, occurred_on=START)
    actions.office_signs(classroom.li, document=letter.pk, occurred_on=START)

    found = table("letters_standing", classroom.li, **asked)
    assert [(row.values[1], row.values[4], row.mark) for row in found.rows] == [
        ("北校區食堂", "未開立", "late"),
        ("南校區一(1)班", "有效", "done"),
    ]
    assert found.heading.endswith("已簽 1，未簽 1")
    with pytest.raises(Denied):
        table("letters_standing", classroom.lin)


@pytest.mark.parametrize(("start", "count"), [(date(2019, 1, 9), 1), (date(2019, 1, 10), 0)])
def test_warranties_take_both_edge_days(classroom, start, count):
    assert len(values("warranties", classroom.li, start=start, end=date(2019, 2, 1))) == count
    assert len(values("warranties", classroom.li, start=date(2018, 1, 1), end=date(2019, 1, 8))) == 0


def test_desks_lacking_and_too_many(classroom):
    assert values("desk_needs", classroom.li) == [
        ("南校區", "南校區教學樓105室", "南校區一(1)班", 50, 48, 2, 0),
        ("南校區", "南校區", "", 0, 152, 0, 152),
    ]
    assert [row[1] for row in values("desk_needs", classroom.li, only="lacking")] == ["南校區教學樓105室"]
    with pytest.raises(Denied):
        table("desk_needs", classroom.lin)


def test_tables_write_nothing(classroom):
    before = Entry.objects.count()
    for name in NAMES:
        TABULATIONS[name].asked(classroom.li, {"on": clock.today()}).table()
    assert (Entry.objects.count(), AssetCard.objects.count()) == (before, 2)


def test_what_runs_out_of_warranty_is_looked_at_every_month(classroom):
    with time_machine.travel(date(2018, 12, 1)):
        entry = actions.check_warranties(classroom.zhou, note="電腦已檢查", days=60)
        early = actions.check_warranties(classroom.zhou, note="電腦已檢查", days=30)
        with pytest.raises(Denied):
            actions.check_warranties(classroom.lin, note="x", days=60)
    assert [one.measures.get().quantity for one in (entry, early)] == [1, 0]
