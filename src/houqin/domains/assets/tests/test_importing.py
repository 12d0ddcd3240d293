"""A school's own book of fixed assets: 4,000 rows over sixteen sheets, each with headings of its own."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import openpyxl
import pytest

from houqin.domains.assets.models import AssetCard
from houqin.foundation.journal.models import Place
from houqin.foundation.journal.verification import wrong_balances
from houqin.foundation.registers.importing import run_import
from houqin.kit.text import fold

SHEETS, ROWS = 16, 250
FIRST = {  # one column → how sixteen hands headed it
    "number": ("資產編號", "编号", "卡片編號", "资产编码"),
    "name": ("資產名稱", "名称", "品名", "设备名称"),
    "specification": ("規格型號", "规格", "型號", "规格及型号"),
    "counter": ("計量單位", "单位", "量詞", "計量單位"),
    "quantity": ("數量", "件数", "資產數量", "数量"),
    "unit_price": ("單價", "单价(元)", "單位價值", "单价"),
    "value": ("原值", "金额", "總價", "资产原值"),
    "day": ("取得日期", "购置日期", "購入日期", "日期"),
    "place": ("存放地點", "地点", "使用地點", "存放位置"),
    "keeper": ("使用人", "保管人", "責任人", "使用(保管)人"),
}
DAYS = ("%Y.%m.%d", "%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日")
THINGS = (
    ("學生課桌椅", "套", 160),
    ("台式電腦", "臺", 3650),
    ("书柜", "個", 420),
    ("投影仪", "臺", 5200),
    ("方凳", "只", 35),
)


def rows_of(sheet: int, chance: Random, rooms: list[str]) -> list[dict[str, object]]:
    found = []
    for position in range(ROWS):
        name, counter, price = chance.choice(THINGS)
        quantity = chance.randint(1, 60)
        day = date(2015, 1, 5) + timedelta(days=chance.randrange(1500))
        found.append(
            {
                "number": f"ZC{sheet:02d}-{position:04d}",
                "name": name,
                "specification": "",
                "counter": counter,
                "quantity": quantity,
                "unit_price": price,
                "value": price * quantity,
                "day": day.strftime(DAYS[sheet % 4]),
                "place": chance.choice(rooms),
                "keeper": "趙老師",
            }
        )
    return found


def write(path, sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for index, rows in enumerate(sheets):
        page = book.create_sheet(f"第{index + 1}冊")
        page.append([f"市第一完全小學固定資產登記 第{index + 1}冊"])
        if index % 3 == 0:
            page.append([])
        columns = list(FIRST)
        if index % 2:
            columns.reverse()
        page.append([FIRST[name][index % 4] for name in columns])
        for position, row in enumerate(rows):
            page.append([row[name] for name in columns])
            if position in {99, len(rows) - 1}:
                word = "本頁合計" if position == 99 else "合計"
                total = {columns[0]: word, "value": sum(r["value"] for r in rows)}
                page.append([total.get(name) for name in columns])
        if index % 2 == 0:
            page.append([])
            page.append(["制表人：周資產", None, "負責人：李主任"])
    book.save(path)


@pytest.fixture
def sheets(cast):
    chance = Random(2019)
    rooms = [cast.south.name, cast.north.name]
    for campus in (cast.south, cast.north):
        for number in range(101, 119):
            full = f"{campus.name}實驗樓{number}室"
            Place.objects.create(
                parent=campus, campus=campus, kind="room", name=f"{number}室", full_name=full, folded=fold(full)
            )
            rooms.append(full)
    return [rows_of(index, chance, rooms) for index in range(SHEETS)]


def test_what_disagrees_is_listed_and_nothing_is_written(cast, sheets, tmp_path):
    sheets[3][17]["number"] = sheets[3][5]["number"]
    sheets[9][40]["number"] = sheets[2][7]["number"]
    sheets[5][8]["value"] += 1000
    sheets[12][0]["place"] = "西校區倉庫"
    sheets[14][249]["place"] = "西校區倉庫"
    sheets[15][3]["day"] = "2019.13.45"
    write(tmp_path / "固定資產.xlsx", sheets)

    report = run_import(cast.zhou, [tmp_path / "固定資產.xlsx"])

    told = [(s.sheet, r.row, r.column) for s in report.sections for r in s.refused]
    reasons = " ".join(r.reason for s in report.sections for r in s.refused)
    # Rows below the hundredth stand one lower, for the total of the page.
    assert sorted(told) == sorted(
        [
            ("第4冊", 21, "资产编码"),
            ("第10冊", 44, "编号"),
            ("第6冊", 11, "金额"),
            ("第13冊", 4, "存放地點"),
            ("第15冊", 253, "使用地點"),
            ("第16冊", 7, "日期"),
        ]
    ), reasons
    for words in ("ZC03-0005", "ZC02-0007", "原值寫的是", "西校區倉庫", "2019年13月45日"):
        assert words in reasons
    assert not AssetCard.objects.exists()


def test_four_thousand_rows_are_taken_in_once(cast, sheets, tmp_path):
    write(tmp_path / "固定資產.xlsx", sheets)

    report = run_import(cast.zhou, [tmp_path / "固定資產.xlsx"])
    again = run_import(cast.zhou, [tmp_path / "固定資產.xlsx"])

    assert not report.is_refused, report.as_json()
    assert [(s.read, s.added) for s in report.sections] == [(ROWS, ROWS)] * SHEETS
    assert [(s.added, s.unchanged) for s in again.sections] == [(0, ROWS)] * SHEETS
    wanted = {row["number"]: row for rows in sheets for row in rows}
    assert {
        number: (quantity, value, day.isoformat(), place)
        for number, quantity, value, day, place in AssetCard.objects.values_list(
            "number", "quantity", "value", "opened_on", "place__full_name"
        )
    } == {
        number: (
            row["quantity"],
            row["value"] * 100,
            row["day"].replace(".", "-").replace("/", "-").replace("年", "-").replace("月", "-").rstrip("日"),
            row["place"],
        )
        for number, row in wanted.items()
    }
    assert wrong_balances() == []
