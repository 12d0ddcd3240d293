"""收發存 of any days, who used what, what the ledger says: all of it sums of lines."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import transaction

from houqin.domains.stores import actions, reports
from houqin.domains.stores.models import (
    HandOut,
    LedgerRow,
    Loan,
    ReceiptLine,
    Requisition,
    RequisitionLine,
    TransferLine,
)
from houqin.foundation.journal.checks import CHECKS
from houqin.foundation.journal.closing import close_month
from houqin.foundation.journal.figures import Reading
from houqin.foundation.journal.models import Balance
from houqin.kit import clock
from houqin.kit.periods import Period

TODAY = date(2026, 6, 20)


def on(day):
    from datetime import datetime

    from houqin.kit.clock import SHANGHAI

    return time_machine.travel(datetime(day.year, day.month, day.day, 10, tzinfo=SHANGHAI), tick=False)


@pytest.fixture
def spring(stores):
    """Bought in March and May, used in April and June, something back in June."""
    with on(date(2026, 3, 2)):
        stores.buy("粉筆 100盒 3.00元\n掃把 10把 6.00元")
    with on(date(2026, 4, 10)):
        actions.issue_directly(
            stores.cast.wang, store=stores.north, receiver=stores.cast.zhao, school_class=stores.one, purpose="上課",
            lines="粉筆 40盒",
        )  # fmt: skip
    with on(date(2026, 5, 5)):
        stores.buy("粉筆 40盒 4.00元")
    with on(date(2026, 6, 1)):
        actions.issue_directly(
            stores.cast.wang, store=stores.north, receiver=stores.deng, purpose="大掃除", lines="掃把 4把\n粉筆 10盒"
        )
    with on(date(2026, 6, 3)):
        actions.return_left(stores.cast.wang, document=Requisition.objects.latest("pk"), quantities={"掃把": 1})
    with on(TODAY):
        yield stores


def told(period, **facts):
    return [
        (row.item.name, row.opening, row.received, row.issued, row.closing, row.closing_value)
        for row in reports.stock_report(period, **facts)
    ]


def test_opening_and_in_less_out_is_closing_for_any_days(spring):
    assert told(Period(date(2026, 4, 1), date(2026, 5, 31))) == [
        ("掃把", 10, 0, 0, 10, 6000), ("粉筆", 100, 40, 40, 100, 34000),
    ]  # fmt: skip
    assert told(Period(date(2026, 6, 1), TODAY)) == [("掃把", 10, 1, 4, 7, 4200), ("粉筆", 100, 0, 10, 90, 30600)]
    assert told(Period(date(2026, 3, 1), date(2026, 3, 1))) == []
    assert told(Period(date(2026, 3, 2), date(2026, 3, 2))) == [
        ("掃把", 0, 10, 0, 10, 6000),
        ("粉筆", 0, 100, 0, 100, 30000),
    ]


def test_the_report_is_the_same_once_the_months_before_it_are_closed(spring):
    period = Period(date(2026, 5, 1), date(2026, 6, 5))
    before = told(period)
    close_month(spring.cast.qian, month=202604)
    assert told(period) == before == [("掃把", 10, 1, 4, 7, 4200), ("粉筆", 60, 40, 10, 90, 30600)]


def test_a_red_receipt_lessens_what_was_received(spring):
    paper = spring.buy("掃把 5把 6元")
    actions.void_receipt(spring.cast.li, document=paper, reason="寫錯")
    assert told(Period(TODAY, TODAY)) == [("掃把", 7, 0, 0, 7, 4200), ("粉筆", 90, 0, 0, 90, 30600)]


def test_closing_balances_are_the_balances_of_the_book(spring):
    rows = reports.stock_report(Period(date(2026, 1, 1), TODAY))
    there = Balance.objects.filter(account__role="store", commodity__item__isnull=False)
    held = dict(there.values_list("commodity__item__name", "quantity"))
    assert {row.item.name: row.closing for row in rows} == held
    assert [row.price for row in rows] == [600, 340]


def test_the_ledger_runs_from_row_to_row(spring):
    rows = LedgerRow.objects.filter(item__name="粉筆").order_by("occurred_on", "entry")
    assert list(
        rows.values_list("received", "received_value", "issued", "issued_value", "balance", "balance_value", "price")
    ) == [
        (100, 30000, 0, 0, 100, 30000, 300),
        (0, 0, 40, 12000, 60, 18000, 300),
        (40, 16000, 0, 0, 100, 34000, 340),
        (0, 0, 10, 3400, 90, 30600, 340),
    ]


def test_who_used_what_and_for_what(spring):
    period = Period(date(2026, 4, 1), TODAY)
    used = [(one.who, one.item, one.quantity, one.value) for one in reports.consumption(period)]
    assert used == [
        ("北校區一(1)班", "粉筆", 40, 12000),
        ("鄧老師", "粉筆", 10, 3400),
        ("鄧老師", "掃把", 3, 1800),
    ]
    purposes = [(one.who, one.item, one.value) for one in reports.consumption(period, by="purpose")]
    assert purposes == [("教學", "粉筆", 12000), ("清潔", "粉筆", 3400), ("清潔", "掃把", 1800)]
    assert reports.consumption_per_head(period) == (17200, 78)


def test_what_is_about_to_expire(spring):
    soon, later = TODAY + timedelta(days=60), TODAY + timedelta(days=61)
    spring.buy(f"消毒液 5瓶 8元 有效期{soon}\n洗手液 5瓶 8元 有效期{later}")
    assert [str(batch.item) for batch in reports.near_expiry(TODAY)] == ["消毒液"]


def test_figures_count_the_days_from_the_first_to_the_last(spring):
    def value(name, start, end):
        return Reading(Period(start, end))[name].value

    march = date(2026, 3, 2)
    days = [march - timedelta(days=1), march, march + timedelta(days=1)]
    assert [value("stores.received_items", day, day) for day in days] == [0, 2, 0]
    assert [value("stores.received_value", day, day) for day in days] == [0, 36000, 0]
    reading = Reading(Period(date(2026, 3, 2), TODAY))
    assert {
        name: reading[f"stores.{name}"].value
        for name in ("received_value", "purchased_value", "issued", "issued_value", "consumed_value", "unsigned", "returned")
    } == {
        "received_value": 52000, "purchased_value": 52000, "issued": 2, "issued_value": 17800, "consumed_value": 17800,
        "unsigned": 2, "returned": 1,
    }  # fmt: skip
    for name in ("stores.received_value", "stores.issued_value", "stores.received_items", "stores.unsigned"):
        assert sum(row.quantity for row in reading.rows(name)) == reading[name].value


def test_the_summary_speaks_of_additions_consumption_and_loans(spring):
    from houqin.foundation.journal.sentences import CLAUSES, PROBLEMS

    reading = Reading(Period(date(2026, 3, 2), TODAY))
    said = "".join(part if isinstance(part, str) else part.text for part in CLAUSES["stores.additions"].text(reading))
    assert said == "新添物資有登記，入庫物資3項，價值520元"
    assert CLAUSES["stores.lending"].text(reading) is None
    evidence = list(PROBLEMS["stores.unsigned"].look(reading))
    assert (len(evidence), evidence[0].weight) == (1, 2)
    assert clock.today() == TODAY


def test_a_quantity_that_is_not_what_the_journal_moved_is_found(stores):
    """Each number a paper repeats from its lines: changed by hand, the audit names the paper (code §2.4)."""
    stores.buy("粉筆 20盒 3元\n板擦 5個 2元")
    actions.issue_directly(stores.cast.wang, store=stores.north, receiver=stores.deng, purpose="上課", lines="粉筆 4盒")
    actions.return_left(stores.cast.wang, document=Requisition.objects.get(), quantities="粉筆 1")
    loan = {
        "store": stores.north,
        "item": "板擦",
        "purpose": "公開課",
        "due_on": clock.today(),
        "condition_out": "good",
    }
    actions.lend_directly(stores.cast.wang, borrower=stores.deng, quantity=3, **loan)
    actions.return_part(stores.cast.wang, document=Loan.objects.get(), quantity=1, condition_back="good")
    actions.send(stores.cast.wang, store=stores.north, target=stores.south, lines="粉筆 2盒")
    checks = [one for one in CHECKS if one.name.startswith("stores.")]

    def findings():
        return {one.name for one in checks if list(one.look())}

    assert findings() == set()
    repeated = [
        (HandOut, "quantity"), (HandOut, "returned"), (RequisitionLine, "issued"), (ReceiptLine, "accepted"),
        (TransferLine, "quantity"), (Loan, "quantity"), (Loan, "returned"),
    ]  # fmt: skip
    for model, field in repeated:
        row = model.objects.exclude(**{field: 0}).first()
        with transaction.atomic():
            step = 1 if field == "returned" else -1
            model.objects.filter(pk=row.pk).update(**{field: getattr(row, field) + step})
            assert findings(), (model, field)
            transaction.set_rollback(True)
