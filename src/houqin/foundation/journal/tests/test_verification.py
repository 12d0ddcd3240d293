"""Whatever is done to the book behind its back is found, and the first bad entry is named."""

from datetime import date

import pytest
from django.db import connection

from houqin.foundation.journal.accounts import account, account_of_place
from houqin.foundation.journal.actions import batch
from houqin.foundation.journal.freezing import freeze, thaw
from houqin.foundation.journal.models import Commodity, Entry
from houqin.foundation.journal.verification import verify, wrong_balances


@pytest.fixture
def book(cast):
    """Six entries of which the last four carry a line and a measure."""
    chalk = Commodity.objects.create(code="chalk", name="粉筆", counter="盒")
    for quantity in range(1, 7):
        with batch(cast.wang) as unit:
            draft = unit.draft("stores.received", occurred_on=date(2019, 3, quantity))
            draft.line(chalk, source=account("outside", "x"), target=account_of_place(cast.south), quantity=quantity)
            draft.measure("cost", quantity * 100)
    return Entry.objects.order_by("number").last().number


def tamper(*statements: str) -> None:
    tables = ("journal_entry", "journal_line", "journal_measure")
    for table in tables:
        thaw(connection, table)
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    for table in tables:
        freeze(connection, table)


def test_an_untouched_book_verifies(book):
    found = verify()

    assert (found.is_sound, found.entries, found.head) == (True, book, book)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE journal_entry SET occurred_on = '2019-04-01' WHERE number = 4",
        "UPDATE journal_entry SET kind = 'stores.issued' WHERE number = 4",
        "UPDATE journal_entry SET sign = 1, month = 201904 WHERE number = 4",
        "UPDATE journal_entry SET asked = '{}' WHERE number = 4",
        "UPDATE journal_line SET quantity = 99 WHERE entry_id = 4",
        "UPDATE journal_measure SET quantity = 99 WHERE entry_id = 4",
        "DELETE FROM journal_measure WHERE entry_id = 4",
    ],
)
def test_a_changed_row_is_found(book, change):
    if "asked" in change:
        change = change.replace("'{}'", "'{\"quantity\":1}'")
    tamper(change)

    assert verify().first_bad == 4


def test_a_removed_row_is_found(book):
    tamper(
        "DELETE FROM journal_measure WHERE entry_id = 4",
        "DELETE FROM journal_line WHERE entry_id = 4",
        "DELETE FROM journal_entry WHERE number = 4",
    )

    assert verify().first_bad == 4


def test_the_last_row_removed_is_found(book):
    tamper(
        f"DELETE FROM journal_measure WHERE entry_id = {book}",
        f"DELETE FROM journal_line WHERE entry_id = {book}",
        f"DELETE FROM journal_entry WHERE number = {book}",
    )

    assert verify().first_bad == book


def test_a_swapped_pair_is_found(book):
    tamper(
        "UPDATE journal_entry SET occurred_on = '2019-03-05', digest = 'x' WHERE number = 4",
        "UPDATE journal_entry SET occurred_on = '2019-03-04', digest = (SELECT 'y') WHERE number = 5",
    )

    assert verify().first_bad == 4


def test_a_row_rewritten_with_a_fitting_digest_still_breaks_the_next_one(book):
    """Whoever recomputes one digest must recompute all that follow, and the head printed on paper."""
    tamper("UPDATE journal_entry SET reason = 'x' WHERE number = 4")
    assert verify().first_bad == 4
    tamper("UPDATE journal_book SET digest = 'forged'")

    assert verify().first_bad == 4


def test_a_balance_that_is_not_the_sum_of_its_lines_is_found(book):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE journal_balance SET quantity = quantity + 1 WHERE quantity > 0")

    assert [(kept, moved) for _a, _c, kept, moved in wrong_balances()] == [(22, 21)]
