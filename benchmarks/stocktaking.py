"""A count of 5,000 things posted in one transaction; against inserting the very rows that came of it, in one batch."""

from __future__ import annotations

from typing import Any

from .capturing import insert_all, last_keys, new_rows
from .issuing import make_store
from .measuring import Comparison, seconds
from .stage import Stage, run


def stocktaking(stage: Stage) -> list[Comparison]:
    """Every thing of a store lacks a piece: the count is frozen, counted, counted again, explained; what is timed is its posting."""
    from houqin.domains.stocktakes.models import Stocktake
    from houqin.foundation.catalogue import stock
    from houqin.foundation.catalogue.items import item_named
    from houqin.foundation.journal.accounts import account, account_of_place
    from houqin.foundation.journal.actions import ACTIONS, batch

    things = 200 if stage.small else 5_000
    store = make_store(stage)
    shelf, outside = account_of_place(store, role="store"), account("outside", "suppliers")
    items = [item_named(f"物資{number}", counter="個") for number in range(things)]
    with batch(stage.people["storekeeper"]) as unit:
        for item in items:
            draft = unit.draft("benchmark.received")
            stock.put(draft, item.commodity, source=outside, target=shelf, quantity=10, value=3500)
    people = _people(stage)
    who = {name: str(person.pk) for name, person in people.items()}

    def do(kind: str, by: str, **data: str) -> None:
        ACTIONS[kind].perform(people[by], data)

    do(
        "stocktakes.drafted", "director", scope="store", place=str(store.pk), leader=who["asset_manager"],
        counters=who["class_teacher"], second_counter=who["safety_officer"], witness=who["accountant"],
        keepers=who["storekeeper"],
    )  # fmt: skip
    sheet = str(Stocktake.objects.get().pk)
    told = "\n".join(f"物資{number} 9" for number in range(things))
    do("stocktakes.frozen", "asset_manager", document=sheet)
    do("stocktakes.tallied", "class_teacher", document=sheet, tallies=told)
    do("stocktakes.count_closed", "asset_manager", document=sheet, rest_is_missing="on")
    do("stocktakes.recounted", "safety_officer", document=sheet, tallies=told)
    do("stocktakes.recount_closed", "safety_officer", document=sheet)
    do("stocktakes.explained", "asset_manager", document=sheet, reason="丟失", cause="查無下落", decision="調賬")
    do("stocktakes.decided", "asset_manager", document=sheet)
    before = last_keys()
    book = stage.beside()
    where = "SQLite" if stage.database == "sqlite" else "PostgreSQL"
    found = Comparison(
        f"posting a count of {things:,} things, {where}",
        "things/s",
        raw_is="executemany of all rows that came of it, in one transaction",
        product_is="stocktakes.counted: one transaction",
        at_least=1 / 15,
    )
    found.product.append(things / seconds(lambda: do("stocktakes.counted", "principal", document=sheet)))
    assert Stocktake.objects.get().state == "posted", Stocktake.objects.get().state
    tables = list(new_rows(before))
    found.raw.append(things / seconds(lambda: insert_all(stage, book, tables)))
    book.close()
    return [found]


def _people(stage: Stage) -> dict[str, Any]:
    from datetime import date

    from houqin.foundation.org.models import Person, RoleAssignment
    from houqin.kit.text import fold

    for name, role in (
        ("周校長", "principal"),
        ("周資產", "asset_manager"),
        ("孫安全", "safety_officer"),
        ("錢會計", "accountant"),
    ):
        person = Person.objects.create(name=name, folded=fold(name))
        RoleAssignment.objects.create(person=person, role=role, from_on=date(2000, 1, 1))
        stage.people[role] = person
    return stage.people


if __name__ == "__main__":
    run(stocktaking, databases=("sqlite", "postgresql"))
