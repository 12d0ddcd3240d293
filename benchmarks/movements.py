"""收發存 of a year over a million lines; against the GROUP BY that gives the same sums."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from .balancing import entry_row
from .filling import ENTRY, LINE, PIECE, writing
from .issuing import make_store
from .measuring import Comparison, seconds, take_turns
from .stage import Stage, run

START, DAYS, ITEMS = date(2025, 1, 1), 365, 900
RAW = """
SELECT commodity_id,
       SUM(CASE WHEN target_id = {store} THEN quantity ELSE 0 END),
       SUM(CASE WHEN source_id = {store} THEN quantity ELSE 0 END)
FROM journal_line JOIN journal_entry ON journal_entry.number = journal_line.entry_id
WHERE occurred_on >= '2025-01-01' AND occurred_on <= '2025-12-31' AND (target_id = {store} OR source_id = {store})
GROUP BY commodity_id
"""


def movements(stage: Stage) -> list[Comparison]:
    """900 items of one store with their values: goods in and out all year, asked for the whole year."""
    from houqin.domains.stores.reports import stock_report
    from houqin.foundation.catalogue.items import item_named
    from houqin.foundation.catalogue.stock import value_of
    from houqin.foundation.journal.accounts import account, account_of_place
    from houqin.foundation.journal.actions import batch
    from houqin.kit.periods import Period

    lines = 20_000 if stage.small else 1_000_000
    store = account_of_place(make_store(stage), role="store").pk
    things = [item_named(f"物資{number}", counter="盒").commodity for number in range(ITEMS)]
    with batch(stage.people["storekeeper"]) as unit:
        pairs = [(thing.pk, value_of(unit, thing).pk) for thing in things]
    suppliers, used = account("outside", "suppliers").pk, account("used", "teaching").pk
    chance, by = Random(20190702), stage.people["storekeeper"].pk
    totals: dict[tuple[int, int], int] = {}

    def moved(number: int) -> list[tuple[Any, ...]]:
        thing, worth = chance.choice(pairs)
        ends = (suppliers, store) if number % 3 == 0 else (store, used)
        quantity = chance.randint(1, 9)
        found = []
        for position, (commodity, amount) in enumerate(((thing, quantity), (worth, quantity * 350)), start=1):
            for end, sign in zip(ends, (-1, 1), strict=True):
                totals[end, commodity] = totals.get((end, commodity), 0) + sign * amount
            found.append((number, position, commodity, *ends, amount))
        return found

    entries = lines // 2
    with writing(stage) as write:
        for begin in range(2, entries + 2, PIECE):
            numbers = range(begin, min(begin + PIECE, entries + 2))
            days = {number: START + timedelta(days=(number - 2) * DAYS // entries) for number in numbers}
            write("journal_entry", ENTRY, [entry_row(number, by, days[number]) for number in numbers])
            write("journal_line", LINE, [line for number in numbers for line in moved(number)])
        write(
            "journal_balance",
            ("account_id", "commodity_id", "quantity"),
            [(*key, sum_) for key, sum_ in totals.items()],
        )
    where = "SQLite" if stage.database == "sqlite" else "PostgreSQL"
    found = Comparison(
        f"收發存 of a year over {lines:,} lines, {where}",
        "s",
        raw_is="one GROUP BY over the lines of the store",
        product_is="stock_report(year): opening, in, out, closing, quantity and value of 900 items",
        at_most=3,
    )
    year = Period(date(2025, 1, 1), date(2025, 12, 31))

    def plainly() -> list[Any]:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(RAW.format(store=store))
            return cursor.fetchall()

    sums = {commodity: (into, out) for commodity, into, out in plainly()}
    for row in stock_report(year):
        assert (row.received, row.issued) == tuple(map(int, sums[row.item.commodity_id]))
    take_turns(
        found,
        raw=lambda: seconds(plainly),
        product=lambda: seconds(lambda: stock_report(year)),
        rounds=3 if stage.small else 5,
    )
    return [found]


if __name__ == "__main__":
    run(movements, databases=("sqlite", "postgresql"))
