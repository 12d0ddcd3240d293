"""What purchasing accepted is taken into a store once, from the account it lies on."""

from datetime import timedelta

import pytest

from houqin.domains.stores import actions
from houqin.domains.stores.models import Batch, Receipt
from houqin.foundation.catalogue import arrivals, stock
from houqin.foundation.catalogue.items import item_named
from houqin.foundation.journal.accounts import account
from houqin.foundation.journal.actions import batch
from houqin.foundation.journal.figures import Reading
from houqin.foundation.journal.models import Balance, Entry
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.org.models import Party
from houqin.kit import clock
from houqin.kit.periods import Period


@pytest.fixture
def accepted(stores):
    """Gao ordered 30 boxes and 9 bottles; Xu accepted them on the north campus."""
    party = Party.objects.create(name="文華文具", folded="文華文具")
    chalk = item_named("粉筆", specification="白色", counter="盒")
    bottles = item_named("消毒液", counter="瓶")
    lies = account("arrivals", stores.cast.north.pk, name="北校區已驗收待入庫", place=stores.cast.north)
    with batch(stores.gao) as unit:
        unit.draft("purchasing.ordered")
    with batch(stores.xu) as unit:
        entry = unit.draft("purchasing.received")
        entry.because = Entry.objects.get(kind="purchasing.ordered")
        for item, quantity, value in ((chalk, 30, 10_000), (bottles, 9, 7_200)):
            stock.put(
                entry, item.commodity, source=account("outside", f"supplier:{party.pk}"), target=lies, quantity=quantity,
                value=value,
            )  # fmt: skip
    return Entry.objects.get(kind="purchasing.received")


def lying():
    rows = Balance.objects.filter(account__role="arrivals", commodity__item__isnull=False)
    return dict(rows.values_list("commodity__item__name", "quantity"))


def test_what_was_accepted_is_taken_in_with_its_value_and_its_people(stores, accepted):
    assert [(one.item.name, one.quantity, one.value) for one in arrivals.waiting()[0].left] == [
        ("粉筆", 30, 10_000), ("消毒液", 9, 7_200),
    ]  # fmt: skip

    made = actions.take_in(stores.cast.wang, acceptance=accepted.pk, store=stores.north)

    paper = Receipt.objects.get(number=made.document_number)
    assert (paper.state, paper.value, paper.supplier_name) == ("accepted", 17_200, "文華文具")
    assert (paper.buyer, paper.acceptor, paper.keeper) == (stores.gao, stores.xu, stores.cast.wang)
    assert (made.kind, made.because) == ("stores.received", accepted)
    assert (stores.held("粉筆"), stores.worth("粉筆"), lying()) == (30, 10_000, {"粉筆": 0, "消毒液": 0})
    assert arrivals.waiting() == []
    today = Period(clock.today(), clock.today())
    assert Reading(today)["stores.received_value"].value == 17_200


def test_nothing_is_taken_in_twice(stores, accepted):
    actions.take_in(stores.cast.wang, acceptance=accepted.pk, store=stores.north, lines="粉筆 白色 20盒")
    with pytest.raises(Refused, match="還沒有入庫的是 10盒，不能入庫 11盒"):
        actions.take_in(stores.cast.wang, acceptance=accepted.pk, store=stores.north, lines="粉筆 白色 11盒")
    actions.take_in(stores.cast.wang, acceptance=accepted.pk, store=stores.north)
    with pytest.raises(Refused, match="都已經入庫"):
        actions.take_in(stores.cast.wang, acceptance=accepted.pk, store=stores.north)
    assert (stores.held("粉筆"), stores.worth("粉筆"), lying()) == (30, 10_000, {"粉筆": 0, "消毒液": 0})


def test_a_batch_and_its_day_are_written_down_on_taking_in(stores, accepted):
    day = clock.today() + timedelta(days=90)
    actions.take_in(
        stores.cast.wang, acceptance=accepted.pk, store=stores.north, lines=f"消毒液 9瓶 批號A7 有效期{day}"
    )
    assert list(Batch.objects.values_list("number", "expires_on", "remaining")) == [("A7", day, 9)]
    with pytest.raises(Refused, match="有效期 2020-01-01 已經過了"):
        actions.take_in(
            stores.cast.wang, acceptance=accepted.pk, store=stores.north, lines="粉筆 白色 1盒 有效期2020-01-01"
        )


def test_a_voided_receipt_leaves_the_goods_waiting_again(stores, accepted):
    made = actions.take_in(stores.cast.wang, acceptance=accepted.pk, store=stores.north)
    actions.void_receipt(stores.cast.li, document=Receipt.objects.get(number=made.document_number), reason="入錯了倉庫")
    assert (stores.held("粉筆"), lying()) == (0, {"粉筆": 30, "消毒液": 9})
    actions.take_in(stores.cast.wang, acceptance=accepted.pk, store=stores.south)
    assert stores.held("粉筆", store=stores.south) == 30


def test_buyer_acceptor_and_stranger_do_not_take_in(stores, accepted):
    from datetime import date

    from houqin.foundation.org.models import RoleAssignment

    with pytest.raises(Denied):
        actions.take_in(stores.cast.zhao, acceptance=accepted.pk, store=stores.north)
    for person in (stores.gao, stores.xu):
        RoleAssignment.objects.create(person=person, role="storekeeper", from_on=date(2000, 1, 1))
        with pytest.raises(Denied, match="不能是同一個人"):
            actions.take_in(person, acceptance=accepted.pk, store=stores.north)
    assert stores.held("粉筆") == 0


def test_what_was_never_accepted_or_is_not_on_the_paper_is_refused(stores, accepted):
    with pytest.raises(Refused):
        actions.take_in(stores.cast.wang, acceptance="YS-1999-0001", store=stores.north)
    item_named("圓規", counter="把")
    with pytest.raises(Refused, match="「圓規」還沒有入庫的是 0把"):
        actions.take_in(stores.cast.wang, acceptance=accepted.pk, store=stores.north, lines="圓規 1把")
