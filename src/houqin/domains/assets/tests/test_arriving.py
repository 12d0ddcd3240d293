"""Cards drawn from what purchasing accepted: once, with its value, by somebody who neither bought nor accepted it."""

from datetime import date

import pytest

from houqin.domains.assets import actions
from houqin.domains.assets.models import AssetCard
from houqin.foundation.catalogue import arrivals, stock
from houqin.foundation.catalogue.items import item_named
from houqin.foundation.journal.accounts import account
from houqin.foundation.journal.actions import batch
from houqin.foundation.journal.checks import CHECKS
from houqin.foundation.journal.figures import Reading
from houqin.foundation.journal.models import Balance, Entry
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.org.models import Party, Person, RoleAssignment
from houqin.foundation.registers.tabulations import TABULATIONS
from houqin.kit import clock
from houqin.kit.periods import Period


@pytest.fixture
def accepted(cast):
    """Gao ordered 100 desk sets and 3 computers; Xu accepted them on the south campus."""
    gao, xu = (Person.objects.create(name=name, folded=name) for name in ("高採購", "徐驗收"))
    party = Party.objects.create(name="育才家具", folded="育才家具")
    desks, computers = item_named("學生課桌椅", counter="套"), item_named("台式電腦", specification="i5", counter="臺")
    lies = account("arrivals", cast.south.pk, name="南校區已驗收待入庫", place=cast.south)
    with batch(gao) as unit:
        unit.draft("purchasing.ordered")
    with batch(xu) as unit:
        entry = unit.draft("purchasing.received")
        entry.because = Entry.objects.get(kind="purchasing.ordered")
        for item, quantity, value in ((desks, 100, 1_600_000), (computers, 3, 1_000_001)):
            stock.put(
                entry, item.commodity, source=account("outside", f"supplier:{party.pk}"), target=lies, quantity=quantity,
                value=value,
            )  # fmt: skip
    return Entry.objects.get(kind="purchasing.received")


def lying():
    rows = Balance.objects.filter(account__role="arrivals", commodity__item__isnull=False)
    return dict(rows.values_list("commodity__item__name", "quantity"))


def test_a_batch_card_is_drawn_from_the_acceptance(cast, accepted):
    made = actions.take_in(
        cast.zhou, acceptance=accepted.pk, item="學生課桌椅", number="KZY-26", place="南校區", custodian="王保管"
    )

    card = AssetCard.objects.get()
    assert (card.number, card.quantity, card.value, card.unit_price) == ("KZY-26", 100, 1_600_000, 16_000)
    assert (card.custodian, card.gbt_2022, card.life_group) == (cast.wang, "A05010200", "furniture")
    assert "育才家具" in card.note
    assert (made.kind, made.because, made.document_id) == ("assets.taken_in", accepted, card.pk)
    added = Entry.objects.get(kind="assets.added")
    assert (added.because, added.category) == (made, "bought")
    assert lying() == {"學生課桌椅": 0, "台式電腦": 3}
    reading = Reading(Period(clock.today(), clock.today()))
    assert (reading["assets.things_added"].value, reading["assets.value_added"].value) == (100, 1_600_000)
    assert [finding.sentence for check in CHECKS for finding in check.look()] == []


def test_each_computer_gets_a_card_and_the_shares_add_up(cast, accepted):
    actions.take_in(
        cast.zhou, acceptance=accepted.pk, item="台式電腦", is_each=True, number="DN", serials="S1\nS2\nS3",
        place=cast.south_105,
    )  # fmt: skip

    told = AssetCard.objects.order_by("number").values_list("number", "quantity", "value", "serial")
    assert list(told) == [("DN-1", 1, 333_334, "S1"), ("DN-2", 1, 333_334, "S2"), ("DN-3", 1, 333_333, "S3")]
    assert arrivals.arrival(accepted).left[0].quantity == 100


def test_nothing_is_carded_twice(cast, accepted):
    desks = {"acceptance": accepted.pk, "item": "學生課桌椅", "place": "南校區"}
    actions.take_in(cast.zhou, quantity=60, **desks)
    with pytest.raises(Refused, match="還沒有建卡的是 40套，不能建 41套"):
        actions.take_in(cast.zhou, quantity=41, **desks)
    actions.take_in(cast.zhou, **desks)
    with pytest.raises(Refused, match="還沒有建卡的有：台式電腦 i5 3臺"):
        actions.take_in(cast.zhou, **desks)
    actions.take_in(cast.zhou, acceptance=accepted.pk, place="南校區")
    with pytest.raises(Refused, match="都已經入庫或建卡"):
        actions.take_in(cast.zhou, acceptance=accepted.pk, place="南校區")
    assert sum(AssetCard.objects.values_list("value", flat=True)) == 2_600_001


def test_serials_are_for_single_cards(cast, accepted):
    with pytest.raises(Refused, match="寫了 2 個，建 3 張卡片"):
        actions.take_in(
            cast.zhou, acceptance=accepted.pk, item="台式電腦 i5", is_each=True, serials="S1\nS2", place="南校區"
        )
    with pytest.raises(Refused, match="要一件一卡"):
        actions.take_in(cast.zhou, acceptance=accepted.pk, item="台式電腦", serials="S1", place="南校區")
    assert not AssetCard.objects.exists()


def test_who_bought_or_accepted_opens_no_card_nor_a_stranger(cast, accepted):
    with pytest.raises(Denied):
        actions.take_in(cast.zhao, acceptance=accepted.pk, item="台式電腦", place="南校區")
    for name in ("高採購", "徐驗收"):
        person = Person.objects.get(name=name)
        RoleAssignment.objects.create(person=person, role="asset_manager", from_on=date(2000, 1, 1))
        with pytest.raises(Denied, match="不能是同一個人"):
            actions.take_in(person, acceptance=accepted.pk, item="台式電腦", place="南校區")
    assert lying() == {"學生課桌椅": 100, "台式電腦": 3}


def test_what_waits_for_a_card_is_listed(cast, accepted):
    def waiting():
        rows = TABULATIONS["assets.arrivals"].asked(cast.zhou, {}).table().rows
        return [(row.values[3], row.values[4], row.values[6], row.values[9]) for row in rows]

    assert waiting() == [("學生課桌椅", 100, 16_000, "建卡"), ("台式電腦 i5", 3, 333_333, "建卡")]
    actions.take_in(cast.zhou, acceptance=accepted.pk, item="台式電腦", place="南校區")
    assert waiting() == [("學生課桌椅", 100, 16_000, "建卡")]
