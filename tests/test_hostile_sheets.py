"""Whatever is in a sheet, it ends in a report: for every register there is, with rows nobody could have foreseen."""

from __future__ import annotations

import csv
import io

import pytest

from houqin.foundation.journal.models import Entry
from houqin.foundation.org.fields import CampusField, ReferenceField
from houqin.foundation.registers.importing import run_import
from houqin.foundation.registers.register import REGISTERS

IMPORTED = [one.name for one in REGISTERS if one.importing is not None]


@pytest.fixture
def sheet(tmp_path):
    def write(rows, *, name="表.csv"):
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        path = tmp_path / name
        path.write_text(text.getvalue(), encoding="utf-8-sig")
        return path

    return write


def plausible(register, column, *, row):
    """A cell such a column may hold; numbers and names differ from row to row."""
    one = register.importing.action.form.base_fields[column.name]
    if isinstance(one, CampusField):
        return "南校區"
    if isinstance(one, ReferenceField):
        return {"Place": "南校區教學樓105室", "Person": "王保管"}.get(one.model.__name__, f"甲{row}")
    if column.kind in {"choice", "state"} and getattr(one, "choices", None):
        return next((str(label) for key, label in one.choices if key), "甲")
    return {
        "date": "2026-07-13", "moment": "2026-07-13 09:30", "time": "9:30", "duration": "3分28秒", "integer": "3",
        "money": "12.50", "flag": "否",
    }.get(column.kind, f"甲{row}")  # fmt: skip


@pytest.mark.parametrize("name", IMPORTED)
def test_a_row_without_what_it_cannot_do_without_is_a_refused_row(cast, sheet, name):
    register = REGISTERS[name]
    columns = register.imported_columns()
    fields = register.importing.action.form(actor=cast.admin).fields
    blanks = [one for one in columns if fields[one.name].required and fields[one.name].initial is None]
    rows = [
        ["" if one is blank else plausible(register, one, row=row) for one in columns]
        for row, blank in enumerate(blanks, start=2)
    ]

    report = run_import(cast.admin, [sheet([[str(one.label) for one in columns], *rows])], register=name, dry_run=True)

    told = {(one.row, one.column): one.reason for section in report.sections for one in section.refused}
    expected = {(row, str(blank.label)): "這個欄位是必須的。" for row, blank in enumerate(blanks, start=2)}
    assert {where: told.get(where) for where in expected} == expected, told


def test_a_repair_without_its_room_is_refused_by_row_and_column(cast, sheet):
    path = sheet([("報修日期", "報修人", "校區樓室", "類別", "故障描述"), ("2026-07-13", "李老師", "", "水", "漏水")])

    report = run_import(cast.admin, [path])

    [refusal] = report.sections[0].refused
    assert (refusal.row, refusal.column, refusal.reason) == (2, "校區樓室", "這個欄位是必須的。")
    assert not Entry.objects.filter(kind__startswith="repairs.").exists()


TRAPS = ["(" * 100_000, "（" * 30_000 + "）", "【" * 30_000, " " * 100_000, "　" * 30_000 + "人" + " " * 30_000,
         "人" + " " * 30_000 + "x", "南校區" + "(" * 30_000, "單號" * 10_000, "2018" + " " * 30_000 + "x", "年" * 30_000,
         "*" * 30_000, "1" * 30_000, "-" * 30_000, "﻿" * 30_000, "〃" * 30_000, "''" * 10_000, "合 " * 10_000 + "計"]  # fmt: skip


def test_no_heading_longer_than_a_heading_is_looked_at(cast, sheet, spent):
    for trap in TRAPS:
        with spent(at_most=2):
            report = run_import(cast.admin, [sheet([(trap[:32_000], "校區樓室"), ("甲", "乙"), ("丙", "丁")])])
        assert report.is_refused


@pytest.mark.parametrize("name", ["repairs.work_orders", "gate.visits", "assets.cards", "stores.openings"])
def test_long_cells_in_every_column_end_in_sentences(cast, sheet, spent, name):
    register = REGISTERS[name]
    columns = register.imported_columns()
    rows = [[trap[:32_000] for _one in columns] for trap in TRAPS]
    with spent(at_most=15):
        report = run_import(
            cast.admin,
            [sheet([[str(one.label) for one in columns], *rows])],
            register=name,
            add_missing={"places", "people", "campuses", "classes", "parties", "units"},
        )
    assert report.is_refused


def test_a_sheet_wrong_throughout_is_not_read_to_its_end(cast, sheet, spent):
    head = ("報修日期", "報修人", "校區樓室", "類別", "故障描述")
    rows = [("哪天", f"李{n}", f"甲{n}", "水", "漏") for n in range(30_000)]
    with spent(at_most=20):
        report = run_import(cast.admin, [sheet([head, *rows])])
    assert any("行以後沒有再看" in note for note in report.sections[0].notes)
    assert len(report.sections[0].refused) < 5_000
