"""The journal's promises, each broken on purpose."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from houqin.foundation.journal.accounts import account, account_of_place
from houqin.foundation.journal.actions import batch
from houqin.foundation.journal.models import Balance, Commodity, Entry
from houqin.foundation.journal.refused import Refused
from houqin.foundation.journal.verification import verify, wrong_balances
from houqin.foundation.journal.writer import balance


@pytest.fixture
def chalk(cast):
    return Commodity.objects.create(code="chalk", name="粉筆", counter="盒")


def receive(cast, chalk, quantity):
    with batch(cast.wang) as unit:
        draft = unit.draft("stores.received", occurred_on=date(2019, 3, 5))
        draft.place = cast.south
        draft.line(
            chalk, source=account("outside", "suppliers"), target=account_of_place(cast.south), quantity=quantity
        )
    return Entry.objects.get(number=draft.number)


def issue(cast, chalk, quantity):
    with batch(cast.wang) as unit:
        draft = unit.draft("stores.issued", occurred_on=date(2019, 3, 6))
        draft.line(chalk, source=account_of_place(cast.south), target=account("used", "teaching"), quantity=quantity)


def test_lines_move_balances(cast, chalk):
    receive(cast, chalk, 7)
    issue(cast, chalk, 3)

    assert balance(account_of_place(cast.south), chalk) == 4
    assert balance(account("used", "teaching"), chalk) == 3
    assert balance(account("outside", "suppliers"), chalk) == -7
    assert wrong_balances() == []


def test_issue_refuses_what_is_not_there_and_leaves_nothing(cast, chalk):
    receive(cast, chalk, 2)
    before = Entry.objects.count()

    with pytest.raises(Refused, match="「南校區」只有2盒「粉筆」，不夠3盒"):
        issue(cast, chalk, 3)

    assert Entry.objects.count() == before
    assert balance(account_of_place(cast.south), chalk) == 2


def test_numbers_are_gapless_and_chained(cast, chalk):
    for quantity in (1, 2, 3):
        receive(cast, chalk, quantity)

    numbers = list(Entry.objects.order_by("number").values_list("number", flat=True))

    assert numbers == list(range(1, len(numbers) + 1))
    assert verify().is_sound


@pytest.mark.parametrize("table", ["journal_entry", "journal_line"])
@pytest.mark.parametrize("statement", ["UPDATE {table} SET quantity = 1", "DELETE FROM {table}"])
def test_sql_may_not_change_what_was_written(cast, chalk, table, statement):
    receive(cast, chalk, 2)
    if table == "journal_entry":
        statement = statement.replace("quantity = 1", "kind = 'x'")

    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table=table))


def test_the_database_itself_keeps_a_balance_at_its_floor(cast, chalk):
    receive(cast, chalk, 2)

    with pytest.raises(DatabaseError), transaction.atomic():
        Balance.objects.filter(account=account_of_place(cast.south)).update(quantity=-1)
