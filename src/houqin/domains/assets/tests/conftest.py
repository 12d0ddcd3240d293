"""Shared scenes of the tests of fixed assets."""

from datetime import date

import pytest

from houqin.domains.assets import actions
from houqin.domains.assets.models import AssetCard

DESKS = {
    "number": "KZY-01",
    "name": "學生課桌椅",
    "specification": "升降式",
    "counter": "套",
    "quantity": 200,
    "unit_price": 160,
    "value": 32000,
    "way": "購置",
    "occurred_on": date(2018, 8, 14),
    "place": "南校區",
    "custodian": "趙老師",
}


@pytest.fixture
def desks(cast):
    """200 sets of desks on the south campus, bought on 14 August 2018 for 32,000 元."""
    actions.add_card(cast.zhou, **DESKS)
    return AssetCard.objects.select_related("commodity").get()
