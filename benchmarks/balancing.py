"""What an account holds of an item: as quick after a million lines on it as after a thousand."""

from __future__ import annotations

from datetime import date

from .filling import ENTRY, LINE, PIECE, writing
from .measuring import Comparison, seconds, take_turns
from .stage import Stage, run

DAY = date(2025, 9, 1)
TIMES = 300


def balancing(stage: Stage) -> list[Comparison]:
    """Two commodities on one account: 1,000 lines of the one, 1,000,000 of the other."""
    from houqin.foundation.journal.accounts import account, account_of_place
    from houqin.foundation.journal.models import Commodity
    from houqin.foundation.journal.writer import balance

    few, many = 1_000, 20_000 if stage.small else 1_000_000
    chalk, paper = Commodity.objects.bulk_create(
        [Commodity(code="benchmark:chalk", name="粉筆"), Commodity(code="benchmark:paper", name="紙")]
    )
    source, target = account("outside", "suppliers"), account_of_place(stage.rooms[0])
    by = stage.people["storekeeper"].pk
    with writing(stage) as write:
        number = 1
        for commodity, count in ((chalk, few), (paper, many)):
            for begin in range(0, count, PIECE):
                numbers = range(number + 1, number + 1 + min(PIECE, count - begin))
                number = numbers[-1]
                write("journal_entry", ENTRY, [entry_row(one, by) for one in numbers])
                write("journal_line", LINE, [(one, 1, commodity.pk, source.pk, target.pk, 1) for one in numbers])
            write(
                "journal_balance",
                ("account_id", "commodity_id", "quantity"),
                [(target.pk, commodity.pk, count), (source.pk, commodity.pk, -count)],
            )
    assert balance(target, chalk) == few
    assert balance(target, paper) == many

    def asked(commodity: Commodity) -> float:
        return 1e6 / TIMES * seconds(lambda: [balance(target, commodity) for _ in range(TIMES)])

    where = "SQLite" if stage.database == "sqlite" else "PostgreSQL"
    found = Comparison(
        f"a balance after {many:,} lines against one after {few:,}, {where}",
        "µs",
        raw_is=f"after {few:,} lines",
        product_is=f"after {many:,} lines",
        at_most=1.2,
    )
    take_turns(found, raw=lambda: asked(chalk), product=lambda: asked(paper), rounds=3 if stage.small else 15)
    return [found]


def entry_row(number: int, by: int, day: date = DAY) -> tuple[object, ...]:
    return (
        number, "benchmark.received", 1, day, day.year * 100 + day.month, f"{day} 08:00:00+00", by, None, None, "", "", None, "", "", "{}",
        f"{number:064x}",
    )  # fmt: skip


if __name__ == "__main__":
    run(balancing, databases=("sqlite", "postgresql"))
