"""One action, one transaction: form, rule, entry, two lines, chain, balances; against raw SQL that writes the same rows."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from functools import partial
from hashlib import sha256
from random import Random
from typing import Any

from .measuring import Comparison, rate, take_turns
from .stage import Stage, run

DAY = date(2026, 3, 2)
ENTRY = (
    "INSERT INTO journal_entry (number, kind, sign, occurred_on, month, recorded_at, by_id, place_id, campus_id,"
    " category, document_kind, document_number, reason, asked, digest) VALUES (?,?,1,?,?,?,?,?,?,'','','','',?,?)"
)
LINES = (
    "INSERT INTO journal_line (entry_id, position, commodity_id, source_id, target_id, quantity)"
    " VALUES (?,1,?,?,?,?), (?,2,?,?,?,?)"
)
RISE = (
    "INSERT INTO journal_balance (account_id, commodity_id, quantity, floor) VALUES (?,?,?,?)"
    " ON CONFLICT (account_id, commodity_id) DO UPDATE SET quantity = journal_balance.quantity + excluded.quantity"
)
FALL = "UPDATE journal_balance SET quantity = quantity - ? WHERE account_id = ? AND commodity_id = ?"


def posting(stage: Stage) -> list[Comparison]:
    """Goods received into a room and paid from the cash box: 粉筆 from the supplier, 元 to the supplier."""
    from houqin.foundation.journal.accounts import account, account_of_place
    from houqin.foundation.journal.actions import ActionForm, action, batch
    from houqin.foundation.journal.models import Commodity, Entry
    from houqin.foundation.org.fields import PlaceField
    from houqin.foundation.org.rules import roles
    from houqin.kit.fields import DayField, WholeNumberField

    class Receive(ActionForm):
        place = PlaceField(label="地點")
        quantity = WholeNumberField(label="數量", least=1)
        occurred_on = DayField(label="日期")

    @action("benchmark.received", label="入庫", form=Receive, rule=roles("storekeeper"))
    def receive(entry: Any, *, place: Any, quantity: int) -> None:
        """Take goods in and pay for them."""
        entry.place = place
        suppliers = account("outside", "suppliers")
        entry.line(chalk, source=suppliers, target=account_of_place(place), quantity=quantity)
        entry.line(yuan, source=account("cash", "desk"), target=suppliers, quantity=quantity * 350)

    chalk = Commodity.objects.create(code="benchmark:chalk", name="粉筆", counter="盒")
    yuan = Commodity.objects.create(code="benchmark:yuan", name="元", decimals=2)
    wang = stage.people["storekeeper"]
    with batch(wang) as unit:
        unit.draft("benchmark.endowed").line(
            yuan, source=account("outside", "bureau"), target=account("cash", "desk"), quantity=10**12
        )
    suppliers, cash = account("outside", "suppliers").pk, account("cash", "desk").pk
    accounts = {room.pk: account_of_place(room).pk for room in stage.rooms}
    campuses = {room.pk: room.campus_id for room in stage.rooms}
    book = stage.beside()
    mark = partial(str.replace, __old="?", __new="%s") if False else (lambda sql: sql.replace("?", "%s"))
    insert, lines, rise, fall = (
        (ENTRY, LINES, RISE, FALL) if stage.database == "sqlite" else tuple(map(mark, (ENTRY, LINES, RISE, FALL)))
    )
    head = "SELECT head, digest FROM journal_book WHERE id = 1"
    head, begin, advance = (
        (head, "BEGIN IMMEDIATE", "UPDATE journal_book SET head = ?, digest = ? WHERE id = 1")
        if stage.database == "sqlite"
        else (head + " FOR UPDATE", "BEGIN", "UPDATE journal_book SET head = %s, digest = %s WHERE id = 1")
    )

    def write(place: int, quantity: int, day: date) -> None:
        now = datetime.now(UTC)
        cursor = book.cursor()
        cursor.execute(begin)
        number, digest = cursor.execute(head).fetchone()
        number += 1
        moved = (chalk.pk, suppliers, accounts[place], quantity), (yuan.pk, cash, suppliers, quantity * 350)
        asked = json.dumps({"place": place, "quantity": quantity}, separators=(",", ":"))
        said = [
            digest, number, "benchmark.received", 1, day.isoformat(), None, now.strftime("%Y-%m-%dT%H:%M:%S.%f"),
            wang.pk, place, campuses[place], "", ["", None, ""], None, None, "", asked, None,
            [[position, *line] for position, line in enumerate(moved, 1)], [],
        ]  # fmt: skip
        text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        digest = sha256(text.encode()).hexdigest()
        month = day.year * 100 + day.month
        on, at = (day.isoformat(), now.isoformat(" ")) if stage.database == "sqlite" else (day, now)
        entry = (number, "benchmark.received", on, month, at, wang.pk, place, campuses[place], asked, digest)
        cursor.execute(insert, entry)
        cursor.execute(lines, (number, *moved[0], number, *moved[1]))
        cursor.execute(fall, (quantity, suppliers, chalk.pk))
        cursor.execute(rise, (accounts[place], chalk.pk, quantity, 0))
        cursor.execute(fall, (quantity * 350, cash, yuan.pk))
        cursor.execute(rise, (suppliers, yuan.pk, quantity * 350, None))
        cursor.execute(advance, (number, digest))
        cursor.execute("COMMIT")

    # The world outside goes below nought from the start; the raw side needs the row to be there.
    cursor = book.cursor()
    cursor.execute(rise, (suppliers, chalk.pk, 0, None))
    times = (100 if stage.small else 1000) if stage.database == "sqlite" else (50 if stage.small else 400)
    chance = Random(20190305)
    work = [
        (chance.choice(stage.rooms).pk, chance.randint(1, 40), DAY + timedelta(days=chance.randint(0, 120)))
        for _ in range(times)
    ]
    typed = [
        {"place": str(place), "quantity": str(quantity), "occurred_on": day.isoformat()} for place, quantity, day in work
    ]

    def raw() -> float:
        return rate(lambda: [write(*one) for one in work] and None, times=times)

    def product() -> float:
        return rate(lambda: [receive.perform(wang, one) for one in typed] and None, times=times)

    where = "SQLite" if stage.database == "sqlite" else "PostgreSQL"
    found = Comparison(
        f"posting through an action, {where}",
        "entries/s",
        raw_is="the same inserts, balance updates and digest by the database's own driver",
        product_is="verb.perform(person, data): one transaction each",
        at_least=1 / 12 if stage.database == "sqlite" else 1 / 2,
    )
    take_turns(found, raw=raw, product=product, rounds=2 if stage.small else 9)
    _same(book, Entry.objects.count())
    book.close()
    return [found]


def _same(book: Any, entries: int) -> None:
    """Both sides have written as many entries, so they did the same work."""
    cursor = book.cursor()
    cursor.execute("SELECT COUNT(*) FROM journal_entry")
    assert cursor.fetchone()[0] == entries
    cursor.execute("SELECT COUNT(*) FROM journal_line")


if __name__ == "__main__":
    run(posting, databases=("sqlite", "postgresql"))
