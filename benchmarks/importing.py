"""A school's workbook of 10,000 rows read into the book; against inserting the very rows that came of it, in one batch."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import xlsxwriter

from .capturing import insert_all, last_keys, new_rows
from .measuring import Comparison, seconds
from .stage import Stage, run

REPAIRS = (
    "單號", "報修日期時間", "報修人", "聯繫電話", "校區樓室", "類別", "故障描述", "緊急程度", "是否安全隱患", "維修人",
    "維修內容", "更換材料", "材料數量", "單位", "材料費", "完成時間", "驗收人", "滿意度", "備註",
)  # fmt: skip
JOBS = (
    ("電", "燈管不亮", "更換燈管", "燈管", "支", 12),
    ("水", "水龍頭漏水", "更換水龍頭", "水龍頭", "個", 35),
    ("木", "課桌椅損壞", "維修課桌椅", "", "", 0),
    ("門窗", "門鎖打不開", "更換門鎖", "門鎖", "把", 48),
    ("其他", "下水道堵塞", "疏通下水道", "", "", 0),
)
VISITS = (
    "日期", "入校時間", "姓名", "證件類型", "證件號", "單位", "聯繫電話", "人數", "事由", "受訪人", "攜帶物品", "訪客證號",
    "離校時間", "值班門衛", "備註",
)  # fmt: skip
PURPOSES = ("接送學生", "家訪面談", "送貨", "設備維保", "上級檢查", "參加會議")
SURNAMES, NAMES = "王李張劉陳楊黃趙吳周徐孫馬朱胡", "偉芳娜敏靜秀強磊洋艷勇軍傑娟濤超明霞平剛"
# A cell of a workbook has no zone.
START = datetime(2026, 1, 21, 7, 30)  # noqa: DTZ001


def importing(stage: Stage) -> list[Comparison]:
    """Two registers: repairs (a document, up to three entries, two lines and measures a row) and visitors at the gate."""
    rows = 500 if stage.small else 10_000
    where = "SQLite" if stage.database == "sqlite" else "PostgreSQL"
    found = []
    for register, title, headings, row in (
        ("repairs.work_orders", "報修登記", REPAIRS, _repair),
        ("gate.visits", "外來人員來訪登記簿", VISITS, _visit),
    ):
        comparison = Comparison(
            f"importing {rows:,} rows of {register}, {where}",
            "rows/s",
            raw_is="executemany of all rows that came of it, in one transaction",
            product_is="run_import(person, [workbook.xlsx])",
            at_least=1 / 15,
            or_product=2000,
        )
        for number in range(2 if stage.small else 5):
            path = stage.home / f"{register}-{number}.xlsx"
            workbook(
                path, title=title, headings=headings, rows=[row(stage, number * rows + one) for one in range(rows)]
            )
            import_once(stage, path, register=register, rows=rows, into=comparison)
        found.append(comparison)
    return found


def import_once(stage: Stage, path: Path, *, register: str, rows: int, into: Comparison) -> None:
    """Bring one workbook in by the product and then, beside it, its rows by the driver; both rates go into ``into``."""
    from houqin.foundation.registers.importing import run_import

    before = last_keys()
    book = stage.beside()
    reports = []
    taken = seconds(lambda: reports.append(run_import(stage.people["director"], [path], register=register)))
    report = reports[0]
    assert report.written and report.sections[0].added == rows, report.as_json()
    into.product.append(rows / taken)
    tables = list(new_rows(before))
    into.raw.append(rows / seconds(lambda: insert_all(stage, book, tables)))
    book.close()


def _repair(stage: Stage, number: int) -> list[Any]:
    chance = Random(number)
    category, fault, work, material, counter, price = chance.choice(JOBS)
    reported = START + timedelta(minutes=12 * (number % 10_000))
    done = reported + timedelta(hours=chance.randint(1, 72))
    quantity = chance.randint(1, 4)
    is_done = chance.random() < 0.9
    return [
        f"BX-{number:06d}", reported, name(chance), f"138{chance.randint(0, 99_999_999):08d}",
        chance.choice(stage.rooms).full_name, category, f"{fault}{chance.randint(1, 400)}",
        chance.choice(("一般", "緊急", "一般", "一般")), chance.choice(("否", "否", "否", "是")), "陳師傅",
        work if is_done else "", material, quantity if material else "", counter, price * quantity or "",
        done if is_done else "", name(chance) if is_done else "",
        chance.choice(("滿意", "基本滿意", "滿意")) if is_done else "", "",
    ]  # fmt: skip


def _visit(stage: Stage, number: int) -> list[Any]:
    chance = Random(number)
    entered = START + timedelta(minutes=12 * (number % 10_000))
    left = entered + timedelta(minutes=chance.randint(10, 200))
    return [
        entered.date(), f"{entered:%H:%M}", name(chance), "身份證", f"11010119{chance.randint(700101, 991231)}{number % 10_000:04d}",
        f"第{chance.randint(1, 300)}公司", f"139{chance.randint(0, 99_999_999):08d}", chance.randint(1, 4),
        chance.choice(PURPOSES), name(chance), "", f"F{number % 90:02d}",
        f"{left:%H:%M}" if left.date() == entered.date() and chance.random() < 0.97 else "", "馬門衛", "",
    ]  # fmt: skip


def name(chance: Random) -> str:
    return chance.choice(SURNAMES) + chance.choice(NAMES) + chance.choice(NAMES)


def workbook(path: Path, *, title: str, headings: tuple[str, ...], rows: list[list[Any]]) -> None:
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet = book.add_worksheet(title)
    writers: dict[type, Callable[[int, int, Any], object]] = {
        datetime: lambda row, column, value: sheet.write_datetime(row, column, value, moment),
        type(START.date()): lambda row, column, value: sheet.write_datetime(row, column, value, day),
    }
    sheet.write_row(0, 0, [title])
    sheet.write_row(1, 0, headings)
    for index, cells in enumerate(rows, start=2):
        for column, value in enumerate(cells):
            writers.get(type(value), sheet.write)(index, column, value)
    book.close()


if __name__ == "__main__":
    run(importing, databases=("sqlite", "postgresql"))
