"""Straight line, whole 分, the months add up to the value (A04)."""

from datetime import date

import pytest

from houqin.domains.assets import actions
from houqin.domains.assets.classes import CLASSES, GROUPS, class_of, life_group
from houqin.domains.assets.depreciation import (
    accumulated,
    depreciation_of,
    month_of_depreciation,
    months_used,
    with_depreciation,
)  # fmt: skip
from houqin.domains.assets.models import AssetCard
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.org.actions import set_parameter

from .conftest import DESKS


@pytest.mark.parametrize("value", [1, 99, 3_200_000, 777_777])
@pytest.mark.parametrize("years", [1, 5, 6, 15])
def test_the_months_add_up_to_the_value(value, years):
    steps = [accumulated(value, years=years, months=m) for m in range(years * 12 + 13)]

    assert (steps[0], steps[years * 12], steps[-1]) == (0, value, value)
    assert all(
        0 <= after - before <= value // (years * 12) + 1 for before, after in zip(steps, steps[1:], strict=False)
    )


@pytest.mark.parametrize(
    ("day", "months"), [(date(2018, 7, 31), 0), (date(2018, 8, 1), 1), (date(2018, 8, 31), 1), (date(2018, 9, 1), 2)]
)
def test_the_month_of_acquisition_counts_whole(day, months):
    assert months_used(start=date(2018, 8, 14), on=day) == months


def test_a_card_is_written_off_over_the_years_of_its_group_or_its_own(cast, desks):
    assert depreciation_of(desks, on=date(2018, 8, 31)) == 3_200_000 // 180
    assert month_of_depreciation(desks, on=date(2018, 8, 20)) == 17_777
    assert depreciation_of(desks, on=date(2033, 7, 1)) == 3_200_000
    set_parameter(cast.li, name="assets.life.furniture", value=10, from_on="2019-01-01", source="本校規定")
    assert depreciation_of(desks, on=date(2019, 7, 31)) == 3_200_000 * 12 // 120
    AssetCard.objects.update(life_years=5)
    assert depreciation_of(AssetCard.objects.get(), on=date(2019, 7, 31)) == 3_200_000 * 12 // 60


def test_the_register_says_what_the_formula_says(cast, desks):
    cards = [
        ("DN-1", "台式電腦", date(2015, 3, 1)),
        ("TS-1", "圖書", date(2010, 1, 1)),
        ("X-1", "某物", date(2018, 9, 30)),
    ]
    for number, name, day in cards:
        facts = {"number": number, "name": name, "occurred_on": day, "value": "1000.01", "quantity": 1}
        actions.add_card(cast.zhou, **{**DESKS, **facts, "unit_price": None})
    actions.dispose(
        cast.zhou, document="DN-1", quantity=1, way="報廢", approval_number="1號", reason="壞", media_wiped=True,
        occurred_on=date(2018, 12, 5),
    )  # fmt: skip

    for day in (date(2014, 1, 1), date(2018, 9, 1), date(2018, 12, 31), date(2019, 2, 1), date(2040, 1, 1)):
        found = {one.number: (one.written_off, one.left) for one in with_depreciation(AssetCard.objects.all(), on=day)}
        assert found == {
            one.number: (depreciation_of(one, on=day), one.value - depreciation_of(one, on=day))
            for one in AssetCard.objects.all()
        }
    assert found == {
        "DN-1": (100_001 * 46 // 72, 100_001 - 100_001 * 46 // 72),
        "KZY-01": (3_200_000, 0),
        "TS-1": (0, 100_001),
        "X-1": (0, 100_001),
    }


@pytest.mark.parametrize(
    ("name", "codes", "group"),
    [
        ("學生課桌椅", {}, "furniture"),
        ("筆記本电脑", {}, "computer"),
        ("電腦桌", {}, "furniture"),
        ("不知名的東西", {}, ""),
        ("不知名的東西", {"gbt_2010": "2030100"}, "vehicle"),
        ("圖書", {"gbt_2022": "A04010101"}, ""),
        ("書架", {"gbt_2022": "A02040100"}, "library"),
    ],
)
def test_a_thing_is_of_the_group_its_code_or_its_name_tells(db, name, codes, group):
    assert life_group(name, **codes) == group


def test_both_editions_of_the_codes_are_filled_in(cast):
    actions.add_card(cast.zhou, **{**DESKS, "number": "A", "name": "台式電腦"})
    actions.add_card(cast.zhou, **{**DESKS, "number": "B", "name": "辦公設備一套", "gbt_2010": "2020200"})
    actions.add_card(cast.zhou, **{**DESKS, "number": "C", "name": "某物"})
    with pytest.raises(Denied):
        actions.complete_codes(cast.zhao)
    entry = actions.complete_codes(cast.zhou)

    assert list(AssetCard.objects.order_by("number").values_list("gbt_2022", "gbt_2010")) == [
        ("A02010105", "2010104"),
        ("A02020200", "2020200"),
        ("", ""),
    ]
    assert entry.reason == "補全2張卡片的代碼"
    with pytest.raises(Refused, match="沒有可以補全代碼的卡片"):
        actions.complete_codes(cast.zhou)


def test_every_class_has_a_group_that_is_known(db):
    assert {one.group for one in CLASSES.values()} <= {*GROUPS, ""}
    assert len({one.gbt_2022 for one in CLASSES.values()}) == len(CLASSES)
    assert class_of("", gbt_2010="2010105").code == "laptop"
