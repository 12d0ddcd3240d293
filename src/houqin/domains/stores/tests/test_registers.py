"""Every register of the stores opens, for the keeper and for a teacher, and shows each only what is theirs."""

from datetime import timedelta

import pytest

from houqin.domains.stores import actions
from houqin.foundation.journal.refused import Refused
from houqin.foundation.registers.listing import Listing
from houqin.foundation.registers.register import REGISTERS
from houqin.kit import clock

OWN = [one.name for one in REGISTERS if one.domain == "stores"]


@pytest.fixture
def busy(stores):
    """A little of everything."""
    stores.buy("粉筆 白色 20盒 3.00元 批號A 有效期2099-01-01\n插線板 5個 25.00元\n投影儀 3臺 2000元\n作業本 100本 1元")
    actions.set_item(stores.cast.wang, name="插線板", is_durable=True)
    hand = {"store": stores.north, "purpose": "上課"}
    actions.issue_directly(stores.cast.wang, receiver=stores.cast.zhao, lines="粉筆 白色 2盒\n插線板 1個", **hand)
    actions.issue_directly(
        stores.cast.wang, receiver=stores.deng, lines="粉筆 白色 3盒", school_class=stores.two, **hand
    )
    actions.send(stores.cast.wang, store=stores.north, target=stores.south, lines="粉筆 白色 1盒")
    actions.lend_directly(
        stores.cast.wang, store=stores.north, item="投影儀", serial="T1", borrower=stores.cast.zhao, purpose="公開課",
        condition_out="完好", due_on=clock.today() + timedelta(days=2),
    )  # fmt: skip
    actions.set_kit(stores.cast.li, name="作業本", per="每生", quantity=1)
    actions.plan_distribution(stores.cast.li, term=stores.term)
    actions.set_quota(stores.cast.li, item="粉筆 白色", holder="person", quantity=50)
    return stores


def listed(person, name, **params):
    listing = Listing(REGISTERS[name], person, params)
    names = [column.name for column in listing.columns]
    return [dict(zip(names, row[1:] if len(row) > len(names) else row, strict=True)) for row in _rows(listing)]


def _rows(listing):
    found = listing.rows()
    return [tuple(row.values()) if isinstance(row, dict) else tuple(row) for row in found]


@pytest.mark.parametrize("name", OWN)
def test_a_register_opens_with_all_its_columns_sorted_by_each(busy, name):
    register = REGISTERS[name]
    columns = ",".join(column.name for column in register.table_columns())
    for column in register.table_columns():
        listing = Listing(register, busy.cast.li, {"columns": columns, "sort": column.name})
        assert len(list(listing.rows())) == listing.count()
    listing.totals()


def test_papers_of_others_are_not_shown_to_a_teacher(busy):
    def count(name, person):
        return Listing(REGISTERS[name], person, {}).count()

    assert [count("stores.hand_outs", who) for who in (busy.cast.wang, busy.cast.zhao, busy.deng)] == [3, 2, 1]
    assert [count("stores.custody", who) for who in (busy.cast.wang, busy.cast.zhao, busy.deng)] == [1, 1, 0]
    assert [count("stores.loans", who) for who in (busy.cast.wang, busy.cast.zhao, busy.deng)] == [1, 1, 0]
    assert [count("stores.distribution_lines", who) for who in (busy.cast.wang, busy.deng)] == [2, 1]
    for name in ("stores.receipts", "stores.ledger", "stores.batches"):
        with pytest.raises(Refused):
            count(name, busy.cast.zhao)


def test_the_stock_shows_pieces_worth_and_average(busy):
    rows = REGISTERS["stores.stock"].rows(busy.cast.wang).filter(commodity__item__name="粉筆")
    assert list(rows.values_list("account__place__name", "quantity", "worth", "average")) == [("倉庫", 14, 4200, 300)]


def test_the_hand_outs_bear_the_columns_of_the_paper(busy):
    row = REGISTERS["stores.hand_outs"].rows(busy.cast.wang).get(item__name="粉筆", quantity=3)
    assert (row.whose, row.price, row.value, row.requisition.receiver_name) == ("北校區二(1)班", 300, 900, "鄧老師")
