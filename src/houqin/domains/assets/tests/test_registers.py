"""The registers of fixed assets: what a row says, and that a longer list asks the database no more often."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from houqin.domains.assets import actions
from houqin.domains.assets.models import AssetCard, CustodyLetter
from houqin.foundation.journal.actions import batch
from houqin.foundation.journal.refused import Denied
from houqin.foundation.registers.listing import Listing
from houqin.foundation.registers.register import REGISTERS

from .conftest import DESKS

NAMES = sorted(name for name in REGISTERS.names() if name.startswith("assets."))


@pytest.fixture
def busy(cast, desks):
    """One paper of every kind."""
    actions.move_room(cast.wang, document=desks, source=cast.south, target=cast.south_105, quantity=48)
    actions.open_letter(
        cast.zhou, place=cast.south_105, keeper=cast.lin, from_on=date(2018, 9, 1), to_on=date(2019, 1, 20)
    )
    actions.request_disposal(cast.zhou, card=desks, quantity=5, way="報廢", reason="破損", early_reason="火災")
    actions.prepare_handover(cast.zhou, giver=cast.zhao, taker=cast.lin, witness=cast.li, reason="調離")
    actions.request_transfer(cast.lin, card=desks, source=cast.south, target=cast.north, quantity=10, reason="補缺")
    actions.add_code(cast.zhou, name="課桌", gbt_2022="A05010299", life_group="furniture", source="市目錄", status="P")
    return cast


def listing(person, name, params=None):
    return Listing(REGISTERS[name], person, params or {})


@pytest.mark.parametrize("name", NAMES)
def test_every_register_shows_all_its_columns(busy, name):
    every = ",".join(column.name for column in REGISTERS[name].table_columns())
    found = listing(busy.li, name, {"columns": every, "q": "桌"})
    rows = listing(busy.li, name, {"columns": every}).rows()

    assert isinstance(found.rows(), list)
    assert found.totals() is not None
    assert len(rows) == {
        "assets.rooms": 2, "assets.desks": 0, "assets.desk_plans": 0, "assets.passes": 0,
    }.get(name, 1)  # fmt: skip


@pytest.mark.parametrize("name", ["assets.cards", "assets.rooms", "assets.depreciation"])
def test_a_longer_list_asks_no_more_often(busy, name):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            listing(busy.li, name).rows()
        return len(asked)

    queries()
    before = queries()
    with batch(busy.zhou) as unit:
        for number in range(20):
            actions.import_card.into(unit, {**DESKS, "number": f"X-{number}"})

    assert queries() == before
    assert AssetCard.objects.count() == 21


def test_the_room_register_is_filtered_by_room(busy):
    found = listing(
        busy.li, "assets.rooms", {"room": "南校區教學樓105室", "columns": "number,quantity,amount,checked_on"}
    )

    assert [(row["number"], row["quantity"], row["amount"], row["checked_on"]) for row in found.rows()] == [
        ("KZY-01", 48, 768_000, CustodyLetter.objects.get().counted_on)
    ]
    assert found.totals() == {"quantity": 48, "amount": 768_000}


def test_values_written_off_are_not_for_everybody(busy):
    with pytest.raises(Denied):
        listing(busy.lin, "assets.depreciation")
    row = listing(busy.zhou, "assets.depreciation").rows()[0]
    assert row["written_off"] + row["left"] == row["cost"] == 3_200_000
