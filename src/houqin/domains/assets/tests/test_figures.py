"""The figures of fixed assets on the edge days, and what the summary says of them."""

from datetime import date

import pytest

from houqin.domains.assets import actions
from houqin.domains.assets.models import AssetCard, Transfer
from houqin.foundation.journal.figures import FIGURES, Reading
from houqin.foundation.journal.sentences import CLAUSES, PROBLEMS
from houqin.kit.periods import Period

from .conftest import DESKS
from .test_transfers import PAST

PERIOD = Period(date(2018, 9, 1), date(2018, 12, 31))
EDGES = (date(2018, 8, 31), date(2018, 9, 1), date(2018, 12, 31), date(2019, 1, 1))


def card(cast, number, day=date(2018, 9, 3), **facts):
    return actions.import_card(cast.zhou, **{**DESKS, "number": number, "occurred_on": day, **facts})


def said(name, reading):
    parts = CLAUSES[name].text(reading)
    return None if parts is None else "".join(part if isinstance(part, str) else part.text for part in parts)


def told(name, reading):
    return ["".join(p if isinstance(p, str) else p.text for p in one.parts) for one in PROBLEMS[name].look(reading)]


@pytest.mark.parametrize(
    ("figure", "name", "wanted"),
    [
        ("assets.desks_added", "學生課桌椅", 400),
        ("assets.teacher_desks_added", "教師辦公桌椅", 400),
        ("assets.projector_added", "投影儀", 400),
        ("assets.computer_added", "电脑", 400),
        ("assets.desks_added", "投影儀", 0),
        ("assets.things_added", "飲水機", 400),
        ("assets.cards_added", "飲水機", 2),
        ("assets.value_added", "飲水機", 6_400_000),
    ],
)
def test_figures_of_additions_take_both_edge_days(cast, figure, name, wanted):
    for position, day in enumerate(EDGES):
        card(cast, f"K{position}", day, name=name)

    reading = Reading(PERIOD)
    assert reading[figure].value == wanted
    assert sum(row.quantity for row in reading.rows(figure)) == wanted


def test_figures_of_moves_take_both_edge_days_and_only_between_campuses(cast, desks):
    for position, day in enumerate(EDGES):
        actions.import_transfer(
            cast.zhou, **{**PAST, "slip": f"DB{position}", "occurred_on": day, "quantity": 10 + position}
        )
    inside = {"slip": "DB9", "occurred_on": date(2018, 9, 5), "target": "南校區教學樓105室", "quantity": 7}
    actions.import_transfer(cast.zhou, **{**PAST, **inside})

    reading = Reading(PERIOD)
    assert reading["assets.desks_moved"].value == 11 + 12
    assert sum(row.quantity for row in reading.rows("assets.desks_moved")) == 23
    assert reading["assets.transfers"].value == 3


def test_figures_of_disposal_take_both_edge_days(cast, desks):
    for day in EDGES:
        actions.dispose(
            cast.zhou, document=desks.pk, occurred_on=day, quantity=5, way="報廢", approval_number="1號", reason="破損"
        )

    reading = Reading(PERIOD)
    assert (reading["assets.things_disposed"].value, reading["assets.value_disposed"].value) == (10, 160_000)


def test_the_counter_is_that_of_the_things(cast):
    card(cast, "K1", name="書櫃", counter="組")

    assert Reading(PERIOD)["assets.bookcase_added"].text == "200組"


def test_every_figure_of_assets_is_nought_in_an_empty_book(cast):
    reading = Reading(PERIOD)

    names = [name for name in FIGURES.names() if name.startswith("assets.")]
    assert {reading[name].value for name in names} == {0}
    assert [CLAUSES[name].text(reading) for name in CLAUSES.names() if name.startswith("assets.")] == [None] * 8


def test_additions_are_said_with_their_counters(cast):
    card(cast, "K1")
    card(cast, "K2", name="教師辦公桌椅", quantity=12, value=1920)
    card(cast, "K3", name="投影儀", counter="臺", quantity=4, unit_price=5200, value=20800)
    card(cast, "K4", name="飲水機", specification="立式", counter="臺", quantity=3, unit_price=None, value=1500)

    reading = Reading(PERIOD)
    assert said("assets.desks", reading) == "添置學生課桌椅200套"
    assert said("assets.teacher_desks", reading) == "教師辦公桌椅12套"
    assert said("assets.others", reading) == "投影儀4臺、飲水機3臺"
    assert said("assets.value", reading) == "新增固定資產卡片4張，原值5.62萬元"


def test_a_sentence_begins_with_its_verb_whatever_comes_first(cast):
    card(cast, "K3", name="投影儀", counter="臺", quantity=4, unit_price=5200, value=20800)

    reading = Reading(PERIOD)
    assert [said(f"assets.{name}", reading) for name in ("desks", "teacher_desks", "others")] == [
        None,
        None,
        "添置投影儀4臺",
    ]


def test_moves_are_said_from_campus_to_campus_the_largest_first(cast, desks):
    card(cast, "P1", name="投影儀", counter="臺", quantity=4, unit_price=5200, value=20800)
    day = {"occurred_on": date(2018, 9, 5)}
    actions.import_transfer(cast.zhou, **{**PAST, **day})
    actions.import_transfer(
        cast.zhou, **{**PAST, **day, "slip": "DB2", "source": "北校區", "target": "南校區", "quantity": 20}
    )
    actions.import_transfer(
        cast.zhou, **{**PAST, **day, "slip": "DB3", "card": "P1", "name": "投影儀", "counter": "臺", "quantity": 2}
    )

    reading = Reading(PERIOD)
    assert said("assets.desks_moved", reading) == "從南校區向北校區調運課桌椅100套，從北校區向南校區調運課桌椅20套"
    assert said("assets.others_moved", reading) == "從南校區向北校區調撥其他資產2件"


def test_what_is_long_on_the_way_is_told(cast, desks):
    for day in (date(2018, 12, 24), date(2018, 12, 25)):
        actions.request_transfer(cast.lin, card=desks, source=cast.south, target=cast.north, quantity=10, reason="補缺")
        slip = Transfer.objects.order_by("-pk")[0]
        actions.approve_transfer(cast.li, document=slip)
        actions.send_transfer(cast.zhou, document=slip, occurred_on=day)
    first = Transfer.objects.order_by("pk")[0]

    assert told("assets.on_the_way", Reading(PERIOD)) == ["調出一週以上仍未清點調入的調撥單有1筆"]
    actions.receive_transfer(
        cast.wang, document=first, occurred_on=date(2018, 12, 31), received_quantity=9, shortage_reason="壓壞"
    )
    assert told("assets.on_the_way", Reading(PERIOD)) == []
    assert told("assets.lost_in_transit", Reading(PERIOD)) == ["校區間調運短少資產1件"]
    assert AssetCard.objects.get().place == cast.south
