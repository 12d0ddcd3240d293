"""The tables of purchasing: splitting, savings, threads, clocks, contracts, suppliers, demand."""

from datetime import date

import pytest

from houqin.domains.purchasing import actions
from houqin.domains.purchasing.models import Comparison, Order, PaymentRequest, Request
from houqin.foundation.journal.figures import Reading
from houqin.foundation.journal.refused import Denied
from houqin.foundation.registers.tabulations import TABULATIONS
from houqin.kit.periods import Period

from .test_tenders import awarded, noticed, signed

MARCH = {"start": date(2026, 3, 1), "end": date(2026, 3, 31)}
NAMES = sorted(name for name in TABULATIONS.names() if name.startswith("purchasing."))


def table(name, person, **asked):
    return TABULATIONS[f"purchasing.{name}"].asked(person, asked).table()


def values(name, person, **asked):
    return [tuple(row.values) for row in table(name, person, **asked).rows]


def bought(purchases, quantity, price, *, item="課桌椅", day=None, **facts):
    """A past purchase without quotes."""
    actions.record_order(
        purchases.cast.li, occurred_on=day or "2026-02-10", name=item, quantity=quantity, price=price, supplier="甲公司",
        **facts,
    )  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_every_table_comes_out_of_an_empty_book(purchases, name):
    asked = TABULATIONS[name].asked(purchases.gao, {})
    assert list(asked.table().rows) == []
    assert asked.file("html").startswith(b"<article")


@pytest.mark.parametrize("name", NAMES)
def test_no_table_is_for_strangers(purchases, name):
    with pytest.raises(Denied):
        TABULATIONS[name].asked(purchases.cast.ma, {})


@pytest.mark.parametrize(
    ("price", "share", "mark", "left"),
    [(79, "79.0%", "", 210_000), (80, "80.0%", "due", 200_000), (100, "100.0%", "late", 0)],
)
def test_a_category_comes_near_its_limit(purchases, price, share, mark, left):
    bought(purchases, 100, price)
    (row,) = table("splitting", purchases.gao, year=2026).rows
    assert (row.values[0], row.values[4], row.values[5], row.values[6], row.mark) == (
        "桌椅家具", "三家比價", 1_000_000, left, mark,
    )  # fmt: skip
    assert row.values[7] == share


def test_the_sum_is_that_of_a_fiscal_year_and_items_are_counted_apart(purchases):
    bought(purchases, 10, 80)
    bought(purchases, 10, 80, day="2025-12-31")
    bought(purchases, 5, 90, item="書櫃", day="2026-02-11")

    assert [row[1:3] for row in values("splitting", purchases.gao, year=2026)] == [(2, 125_000)]
    assert [row[1:3] for row in values("splitting", purchases.gao, year=2025)] == [(1, 80_000)]
    assert [row[:4] for row in values("splitting", purchases.gao, year=2026, by="item")] == [
        ("課桌椅", "桌椅家具", 1, 10),
        ("書櫃", "桌椅家具", 1, 5),
    ]


def test_what_is_saved_is_what_the_summary_says(purchases):
    purchases.ordered()

    (row,) = values("savings", purchases.gao, **MARCH)
    assert row == ("桌椅家具", 1, 1_600_000, 1_400_000, 200_000, row[5], 3, 100_000)
    assert row[5].startswith("12.5")
    assert row[4] == Reading(Period(MARCH["start"], MARCH["end"]))["purchasing.saved"].value
    assert values("savings", purchases.gao, start=date(2026, 3, 3), end=date(2026, 3, 31)) == []
    assert [row[0] for row in values("savings", purchases.gao, by="supplier", **MARCH)] == ["甲公司"]
    assert [row[0] for row in values("savings", purchases.gao, by="method", **MARCH)] == ["三家比價"]


def test_a_purchase_is_one_row_from_the_request_to_the_payment(purchases):
    delivery = purchases.received()
    order = Order.objects.get()
    (row,) = table("threads", purchases.gao, **MARCH).rows
    assert row.values[11] == "待保管員簽收"
    purchases.payment(order)
    actions.take_payment(purchases.cast.qian, document=PaymentRequest.objects.get())
    actions.take_over(purchases.cast.wang, document=delivery)

    (row,) = table("threads", purchases.gao, **MARCH).rows
    request, comparison = Request.objects.get(), Comparison.objects.get()
    assert row.values[:4] == (request.number, order.plan.number, comparison.number, order.number)
    assert row.values[6:] == (
        1_400_000, delivery.number, PaymentRequest.objects.get().number, 1_400_000, 1_400_000, "已申請付清",
    )  # fmt: skip
    assert row.mark == "done"


def test_any_number_of_a_purchase_finds_the_whole(purchases):
    purchases.payment(purchases.received().order)
    purchases.request("粉筆 白色 10盒 3.50元")
    order = Order.objects.get()
    for number in (
        Request.objects.first().number, order.plan.number, order.comparison.number, order.number,
        order.deliveries.get().number, PaymentRequest.objects.get().number,
    ):  # fmt: skip
        assert [row[3] for row in values("threads", purchases.gao, number=number, **MARCH)] == [order.number]
    chalk = Request.objects.last()
    assert [row[0] for row in values("threads", purchases.gao, number=chalk.number, **MARCH)] == [chalk.number]
    assert values("threads", purchases.gao, number="沒有", **MARCH) == []
    assert len(values("threads", purchases.gao, **MARCH)) == 2


def test_clocks_that_run_and_all_of_them(purchases, monday):
    noticed(purchases, monday)
    assert [row[3] for row in values("clocks", purchases.cast.li, **MARCH)] == ["定標"]
    assert len(values("clocks", purchases.cast.li, only="all", **MARCH)) == 5


@pytest.mark.parametrize(("end", "count"), [(date(2026, 6, 29), 0), (date(2026, 6, 30), 1)])
def test_contracts_that_end(purchases, monday, end, count):
    signed(purchases, awarded(purchases, monday))
    rows = table("contracts_ending", purchases.cast.li, start=date(2026, 6, 1), end=end).rows
    assert [row.values[1] for row in rows] == ["合同到期"] * count


def test_what_became_of_each_supplier(purchases):
    purchases.received()
    found = {row[0]: row[2:8] for row in values("suppliers_record", purchases.gao, **MARCH)}
    assert found == {
        "甲公司": (1, 1, 1, 1_400_000, 0, 0),
        "乙公司": (1, 1, 0, 0, 0, 0),
        "丙公司": (1, 1, 0, 0, 0, 0),
    }


def test_wanted_approved_ordered_come_and_held(purchases):
    purchases.stock("課桌椅", 7, counter="套")
    purchases.received()
    assert values("demand", purchases.gao, **MARCH) == [("課桌椅", "套", 1, 200, 200, 200, 200, 7, 1_600_000)]
