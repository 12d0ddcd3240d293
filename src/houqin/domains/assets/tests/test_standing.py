"""What the book holds is what every table says; nothing leaves it without its approval (A08-1, A08-4, imports 1, M1, M2)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from houqin.domains.assets import actions, checks, tabulations
from houqin.domains.assets.custody import cards_of
from houqin.domains.assets.models import AssetCard, Disposal, Transfer
from houqin.domains.assets.prints import asset_card
from houqin.foundation.journal.accounts import account
from houqin.foundation.journal.actions import batch
from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Refused
from houqin.foundation.registers.register import REGISTERS
from houqin.kit import clock

from .conftest import DESKS

TODAY = date(2019, 3, 5)


def lying(card):
    return {balance.account.name: balance.quantity for balance in card.holdings()}


def totals(table):
    return dict(zip((column.name for column in table.columns), table.totals(), strict=True))


def told(cast, day):
    """(pieces, 分) of every table of assets there is, as a leader sees them."""
    worth = {by: totals(tabulations.worth.rows(cast.li, on=day, by=by, campus=None)) for by in tabulations.BY}
    changes = totals(tabulations.changes.rows(cast.li, start=day, end=day))
    keepers = totals(tabulations.by_keeper.rows(cast.li, keeper=None, campus=None))
    cards = list(REGISTERS["assets.cards"].rows(cast.li))
    rooms = list(REGISTERS["assets.rooms"].rows(cast.li))
    lost = list(REGISTERS["assets.depreciation"].rows(cast.li))
    return {
        **{f"worth by {by}": (one["pieces"], one["cost"]) for by, one in worth.items()},
        "changes": (changes["closing"], changes["closing_value"]),
        "keepers": (keepers["pieces"], keepers["worth"]),
        "cards": (sum(one.held for one in cards), sum(one.told_value for one in cards)),
        "rooms": (sum(one.quantity for one in rooms), sum(one.amount for one in rooms)),
        "depreciation": (sum(one.held for one in lost), sum(one.cost for one in lost)),
    }


def scrap(cast, desks, quantity, day):
    actions.dispose(
        cast.zhou, document=desks.pk, place=cast.south, quantity=quantity, way="報廢", approval_number="3號", reason="開裂",
        early_reason="開裂", occurred_on=day,
    )  # fmt: skip


def test_a_part_scrapped_is_off_every_table(cast, desks):
    day = clock.today()
    assert set(told(cast, day).values()) == {(200, 3_200_000)}
    scrap(cast, desks, 150, day)

    assert set(told(cast, day).values()) == {(50, 800_000)}
    assert told(cast, day - timedelta(days=1))["changes"] == (200, 3_200_000)
    assert totals(tabulations.worth.rows(cast.li, on=day - timedelta(days=1), by="group", campus=None))["pieces"] == 200
    desks.refresh_from_db()
    assert desks.held_now() == 50
    (slip,) = asset_card(desks, cast.li)
    assert [row[:2] for row in slip.tables[0].rows if row[0] in ("數量", "原值")] == [
        ("數量", "50"),
        ("原值", "8000.00"),
    ]
    assert list(checks.tables_agree_with_the_journal()) == []

    scrap(cast, desks, 50, day)
    assert told(cast, day)["worth by group"] == (0, 0)
    assert AssetCard.objects.get(pk=desks.pk).state == "disposed"
    assert list(checks.tables_agree_with_the_journal()) == []


def test_a_card_of_which_nothing_is_left_leaves_the_custodians_list(cast, desks):
    assert [(one.quantity, one.value) for one in cards_of(cast.zhao)] == [(200, 3_200_000)]
    scrap(cast, desks, 150, clock.today())
    assert [(one.quantity, one.value) for one in cards_of(cast.zhao)] == [(50, 800_000)]
    scrap(cast, desks, 50, clock.today())
    assert cards_of(cast.zhao) == []


def test_parts_of_an_odd_price_add_up_in_every_table(cast, desks):
    facts = {"number": "Y-1", "quantity": 7, "value": "1000.01", "unit_price": None}
    actions.add_card(cast.zhou, **{**DESKS, **facts})
    card = AssetCard.objects.get(number="Y-1")
    for quantity in (1, 2):
        actions.move_room(cast.wang, document=card.pk, source=cast.south, target=cast.south_105, quantity=quantity)
    slip = sent(cast, card, 2)
    actions.dispose(
        cast.zhou, document=card.pk, place=cast.south, quantity=1, way="報廢", approval_number="3號", reason="開裂",
        early_reason="開裂", occurred_on=clock.today(),
    )  # fmt: skip
    found = told(cast, clock.today())
    # What is on the way lies in no room.
    rooms, everything = found.pop("rooms"), set(found.values())
    assert everything == {(206, 3_200_000 + 100_001 * 6 // 7)}
    assert rooms[0] == 204
    assert list(checks.tables_agree_with_the_journal()) == []
    actions.receive_transfer(cast.wang, document=slip.pk)
    assert set(told(cast, clock.today()).values()) == everything


def sent(cast, card, quantity):
    day = clock.today()
    actions.request_transfer(
        cast.lin, card=card, source=cast.south, target=cast.north, quantity=quantity, reason="補缺"
    )
    slip = Transfer.objects.latest("pk")
    actions.approve_transfer(cast.li, document=slip.pk, occurred_on=day)
    actions.send_transfer(cast.zhou, document=slip.pk, occurred_on=day)
    return slip


def test_what_is_stolen_on_the_way_stays_on_the_book_until_the_case_is_closed(cast, desks):
    slip = sent(cast, desks, 3)
    actions.receive_transfer(cast.wang, document=slip.pk, received_quantity=0, shortage_reason="被盜")

    assert sum(lying(desks).values()) == 200
    assert lying(desks)["南校區調出在途待處理"] == 3
    # Nobody moves what is missing, and what is asked for twice is refused.
    with pytest.raises(Refused, match="只有197套"):
        actions.move_room(cast.wang, document=desks.pk, source=cast.south, target=cast.south_105, quantity=198)
    loss = {"card": desks, "quantity": 3, "way": "報損", "reason": "短少", "early_reason": "未到年限"}
    with pytest.raises(Refused, match="說明是被盜的"):
        actions.request_disposal(cast.zhou, **loss)
    with pytest.raises(Refused, match="先報案"):
        actions.request_disposal(cast.zhou, **loss, is_stolen=True)
    actions.request_disposal(cast.zhou, **loss, is_stolen=True, case_number="2019-11")
    with pytest.raises(Refused, match="已經申請了 3套"):
        actions.request_disposal(cast.zhou, **loss | {"quantity": 198}, is_stolen=True, case_number="2019-11")
    paper = Disposal.objects.get()
    assert (paper.place, paper.value) == (cast.south, 48_000)
    Disposal.objects.filter(pk=paper.pk).update(state="authorised", approval_number="3號")
    with pytest.raises(Refused, match="結案以前留在賬上"):
        actions.carry_out_disposal(cast.zhou, document=paper.pk)
    actions.carry_out_disposal(cast.zhou, document=paper.pk, case_closed_on=clock.today())
    assert sum(lying(desks).values()) == 197
    assert "南校區調出在途待處理" not in lying(desks)
    assert list(checks.tables_agree_with_the_journal()) == []


def test_what_was_missing_and_is_found_stands_in_its_place_again(cast, desks):
    slip = sent(cast, desks, 3)
    actions.receive_transfer(cast.wang, document=slip.pk, received_quantity=1, shortage_reason="車上沒有")
    with pytest.raises(Refused, match="待處理的只有2套"):
        actions.find_again(cast.zhou, document=desks.pk, place=cast.south_105, quantity=3)
    actions.find_again(cast.zhou, document=desks.pk, place=cast.south_105, quantity=2, note="司機送回")
    assert lying(desks) == {"南校區": 197, "北校區": 1, "南校區教學樓105室": 2}


@pytest.mark.parametrize("role", ["loss", "lost", "used", "disposed", "outside"])
def test_no_verb_takes_an_asset_off_the_book_without_an_approval(cast, desks, role):
    with pytest.raises(Refused, match="要有處置批覆文號才能出賬"), batch(cast.zhou, via="") as unit:
        draft = unit.draft("stores.somehow")
        here = desks.holdings()[0].account
        draft.line(desks.commodity, source=here, target=account(role, "x"), quantity=1)
        unit.flush()
    assert lying(desks) == {"南校區": 200}
    assert Entry.objects.filter(kind="stores.somehow").count() == 0
