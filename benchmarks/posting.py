"""One action, one transaction: form, rule, entry, two lines, chain, balances; against raw SQL that writes the same rows."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
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
ADD = (
    "INSERT INTO journal_balance (account_id, commodity_id, quantity, floor) VALUES (?,?,?,?),(?,?,?,?),(?,?,?,?)"
    " ON CONFLICT (account_id, commodity_id) DO UPDATE SET quantity = journal_balance.quantity + excluded.quantity"
)
HEAD = "SELECT head, digest FROM journal_book WHERE id = 1"
ADVANCE = "UPDATE journal_book SET head = ?, digest = ? WHERE id = 1"
TAKE = "UPDATE journal_balance SET quantity = quantity - ? WHERE account_id = ? AND commodity_id = ?"


def posting(stage: Stage) -> list[Comparison]:
    """Goods received into a room and paid from the cash box: 粉筆 from the supplier, 元 to the supplier."""
    from houqin.foundation.journal.accounts import account, account_of_place
    from houqin.foundation.journal.actions import ActionForm, action, batch
    from houqin.foundation.journal.models import Commodity
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
    statements = (ENTRY, LINES, ADD, TAKE, ADVANCE)
    begin, head = "BEGIN IMMEDIATE", HEAD
    if stage.database == "postgresql":
        statements = tuple(sql.replace("?", "%s") for sql in statements)
        begin, head = "BEGIN", f"{HEAD} FOR UPDATE"
    insert, lines, add, take, advance = statements

    def write(place: int, quantity: int, day: date) -> None:
        now = datetime.now(UTC)
        cursor = book.cursor()
        cursor.execute(begin)
        number, digest = cursor.execute(head).fetchone()
        number += 1
        paid = quantity * 350
        moved = (chalk.pk, suppliers, accounts[place], quantity), (yuan.pk, cash, suppliers, paid)
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
        cursor.execute(take, (paid, cash, yuan.pk))
        cursor.execute(
            add,
            (
                suppliers,
                chalk.pk,
                -quantity,
                None,
                accounts[place],
                chalk.pk,
                quantity,
                0,
                suppliers,
                yuan.pk,
                paid,
                None,
            ),
        )
        cursor.execute(advance, (number, digest))
        cursor.execute("COMMIT")

    # Short rounds and many: a shared machine changes its speed within seconds.
    times = 200 if stage.database == "sqlite" else 100
    chance = Random(20190305)
    work = [
        (chance.choice(stage.rooms).pk, chance.randint(1, 40), DAY + timedelta(days=chance.randint(0, 120)))
        for _ in range(times)
    ]
    typed = [
        {"place": str(place), "quantity": str(quantity), "occurred_on": day.isoformat()}
        for place, quantity, day in work
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
    take_turns(found, raw=raw, product=product, rounds=3 if stage.small else 31)
    _must_agree(book, stage)
    book.close()
    return [found]


SAME = (
    "SELECT COUNT(*) FROM journal_entry",
    "SELECT COUNT(*), SUM(quantity) FROM journal_line",
    "SELECT account_id, commodity_id, quantity, floor FROM journal_balance ORDER BY 1, 2",
)


def _must_agree(book: Any, stage: Stage) -> None:
    """Both sides wrote as many entries and lines and the same balances, and both chains verify: they did the same work."""
    from django.db import connection

    from houqin.foundation.journal.verification import verify

    assert verify().is_sound
    for question in SAME:
        theirs = book.cursor().execute(question).fetchall()
        with connection.cursor() as cursor:
            cursor.execute(question)
            assert cursor.fetchall() == theirs, question
    connection.close()
    if stage.database == "sqlite":
        connection.settings_dict["NAME"] = stage.home / "raw.sqlite3"
    else:
        connection.settings_dict["NAME"] = "raw"
    assert verify().is_sound


if __name__ == "__main__":
    run(posting, databases=("sqlite", "postgresql"))
