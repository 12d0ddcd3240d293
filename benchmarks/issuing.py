"""Goods handed out over the counter, one transaction each; against inserting the very rows that came of it, one each."""

from __future__ import annotations

from hashlib import sha256
from random import Random
from typing import Any

from .capturing import defer, insert, last_keys, new_rows
from .measuring import Comparison, seconds
from .stage import Stage, run

ITEMS = 60
TAKE = "UPDATE journal_balance SET quantity = quantity - 1 WHERE account_id = {m} AND commodity_id = {m}"
ADVANCE = "UPDATE journal_book SET head = head, digest = {m} WHERE id = 1"


def issuing(stage: Stage) -> list[Comparison]:
    """``stores.issued_directly``: form, rule, quotas, paper, line, register row, batch, entry, goods and their value."""
    from houqin.foundation.journal.actions import ACTIONS

    times = 100 if stage.small else 5_000
    store = make_store(stage)
    keeper, receiver = stage.people["storekeeper"], stage.people["class_teacher"]
    for number in range(ITEMS):
        ACTIONS["stores.opened"].perform(
            keeper,
            {"store": str(store.pk), "name": f"物資{number}", "counter": "盒", "quantity": "1000000", "price": "3.50"},
        )
    chance = Random(20190305)
    typed = [
        {
            "store": str(store.pk),
            "receiver": str(receiver.pk),
            "purpose": "教學",
            "lines": f"物資{chance.randrange(ITEMS)} {chance.randint(1, 3)}",
        }
        for _ in range(times)
    ]
    verb = ACTIONS["stores.issued_directly"]
    verb.perform(keeper, typed[0])
    before = last_keys()
    book = stage.beside()
    where = "SQLite" if stage.database == "sqlite" else "PostgreSQL"
    found = Comparison(
        f"{times:,} issues over the counter, {where}",
        "issues/s",
        raw_is="the rows that came of it, four balances and a digest, one transaction each, by the driver itself",
        product_is="verb.perform(keeper, data): one transaction each",
        at_least=1 / 12 if stage.database == "sqlite" else 1 / 4,
    )
    found.product.append(times / seconds(lambda: [verb.perform(keeper, one) for one in typed]))
    written = _by_issue(list(new_rows(before)), times)
    mark = "?" if stage.database == "sqlite" else "%s"

    def plainly() -> None:
        cursor = book.cursor()
        for rows in written:
            cursor.execute("BEGIN IMMEDIATE" if stage.database == "sqlite" else "BEGIN")
            defer(stage, cursor)
            for table, columns, row in rows:
                cursor.execute(insert(table, columns, mark), row)
            for number in range(4):
                cursor.execute(TAKE.format(m=mark), (number, number))
            cursor.execute(ADVANCE.format(m=mark), (sha256(repr(rows).encode()).hexdigest(),))
            cursor.execute("COMMIT")

    found.raw.append(times / seconds(plainly))
    book.close()
    return [found]


def make_store(stage: Stage) -> Any:
    from houqin.foundation.journal.models import Place
    from houqin.kit.text import fold

    campus = stage.campuses[0]
    full = f"{campus.full_name}倉庫"
    return Place.objects.create(
        parent=campus, campus=campus, kind="store", name="倉庫", full_name=full, folded=fold(full)
    )


def _by_issue(tables: list[Any], times: int) -> list[list[tuple[str, Any, tuple[Any, ...]]]]:
    """The rows dealt out in order: each issue wrote its share of every table."""
    shares: list[list[tuple[str, Any, tuple[Any, ...]]]] = [[] for _ in range(times)]
    for table, columns, rows in tables:
        for position, row in enumerate(rows):
            shares[position * times // len(rows)].append((table, columns, row))
    return shares


if __name__ == "__main__":
    run(issuing, databases=("sqlite", "postgresql"))
