"""A school's asset ledger of 10,000 cards read into the book; against inserting the very rows that came of it, in one batch."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

from .importing import START, import_once, name, workbook
from .measuring import Comparison
from .stage import Stage, run

CARDS = (
    "資產編號", "資產名稱", "規格型號", "計量單位", "數量", "單價", "原值", "取得日期", "存放地點", "使用人", "備註",
)  # fmt: skip
THINGS = (
    ("課桌椅", "套", 18_000), ("電腦", "台", 420_000), ("投影儀", "台", 380_000), ("文件櫃", "個", 65_000),
    ("空調", "台", 310_000), ("鋼琴", "架", 1_280_000), ("顯微鏡", "台", 96_000),
)  # fmt: skip


def cards(stage: Stage) -> list[Comparison]:
    """``assets.cards``: a card, its entry, its things in their room and its keeper by name, a row."""
    rows = 500 if stage.small else 10_000
    comparison = Comparison(
        f"importing {rows:,} asset cards, {'SQLite' if stage.database == 'sqlite' else 'PostgreSQL'}",
        "rows/s",
        raw_is="executemany of all rows that came of it, in one transaction",
        product_is="run_import(person, [workbook.xlsx])",
        at_least=1 / 15,
        or_product=2000,
    )
    for number in range(2 if stage.small else 3):
        path = stage.home / f"cards-{number}.xlsx"
        workbook(
            path,
            title="固定資產卡片",
            headings=CARDS,
            rows=[_card(stage, number * rows + one) for one in range(rows)],
        )
        import_once(stage, path, register="assets.cards", rows=rows, into=comparison)
    return [comparison]


def _card(stage: Stage, number: int) -> list[Any]:
    chance = Random(number)
    thing, counter, price = chance.choice(THINGS)
    quantity = chance.choice((1, 1, 1, 2, 10, 45))
    bought = (START - timedelta(days=chance.randint(30, 3_600))).date()
    return [
        f"ZC-{number:06d}", thing, f"型號{chance.randint(1, 40)}", counter, quantity, price / 100, price * quantity / 100,
        bought, chance.choice(stage.rooms).full_name, name(chance) if chance.random() < 0.3 else "", "",
    ]  # fmt: skip


if __name__ == "__main__":
    run(cards, databases=("sqlite", "postgresql"))
