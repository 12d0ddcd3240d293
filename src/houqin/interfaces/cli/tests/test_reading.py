"""What the command line tells of a book: contracts other programs rely on, and exit codes that mean something."""

from __future__ import annotations

import json
import os
from datetime import date

from houqin.foundation.journal.figures import FIGURES
from houqin.foundation.registers.register import REGISTERS

SPRING = ("--from", "2019-02-01", "--to", "2019-07-31")


def test_init_founds_a_school_once(places):
    school = places()
    said = school.must("init", "--name", "市第一完全小學", "--json")
    told = said.json
    assert {name: told[name] for name in ("school", "username")} == {"school": "市第一完全小學", "username": "admin"}
    assert len(told["password"]) >= 12
    again = school.houqin("init", "--name", "別的小學", "--json")
    assert again.code == 1
    assert again.json == {"refused": "這個安裝已經有學校「市第一完全小學」。另設一所請換一個 HOUQIN_HOME。"}


def test_without_a_school_the_sentence_names_the_command_to_give(places):
    said = places().houqin("figure", "repairs.lamp_jobs", *SPRING)
    assert (said.code, said.out) == (1, "")
    assert "houqin init --name" in said.err


def test_a_figure_is_told_exactly_as_promised(school):
    said = school.must("figure", "repairs.lamp_jobs", *SPRING, "--json")
    assert said.json == {
        "name": "repairs.lamp_jobs",
        "label": "更換燈管",
        "value": 2,
        "unit": "次",
        "text": "2次",
        "from": "2019-02-01",
        "to": "2019-07-31",
    }


def test_the_rows_of_a_figure_add_up_to_it(school):
    told = school.must("figure", "repairs.lamp_jobs", *SPRING, "--rows", "--by", "month", "--json").json
    assert [{name: row[name] for name in ("kind", "occurred_on", "document", "quantity")} for row in told["rows"]] == [
        {"kind": "repairs.completed", "occurred_on": "2019-03-05", "document": "WX-2019-0001", "quantity": 1},
        {"kind": "repairs.completed", "occurred_on": "2019-03-07", "document": "WX-2019-0002", "quantity": 1},
    ]
    assert all(isinstance(row["number"], int) for row in told["rows"])
    assert sum(row["quantity"] for row in told["rows"]) == told["value"] == sum(part["value"] for part in told["by"])


def test_a_figure_without_json_is_a_line_for_people(school):
    assert school.must("figure", "repairs.lamp_jobs", *SPRING).out == "更換燈管　2次（準確數 2次）\n"


def test_what_is_misused_exits_with_two_and_writes_nothing_to_be_parsed(school):
    for words in (
        ("figure", "repairs.ghosts", *SPRING, "--json"),
        ("figure", "--json"),
        ("figure", "repairs.lamp_jobs", "--from", "2019-07-31", "--to", "2019-02-01"),
        ("figure", "repairs.lamp_jobs", "--from", "2019-02-30", "--to", "2019-03-01"),
        ("do", "org.ghost_added", "--json"),
        ("no-such-word",),
    ):
        said = school.houqin(*words)
        assert (said.code, said.out) == (2, ""), words
        assert said.err


def test_figures_and_registers_are_listed_without_a_school(places):
    nowhere = places()
    figures = nowhere.must("figure", "--list", "--json").json
    assert figures == [
        {"name": one.name, "label": str(one.label), "unit": one.unit, "rounding": one.style}
        for one in FIGURES
        if not one.name.startswith(("trial.", "craft."))  # declared by other tests of this process
    ]
    registers = nowhere.must("register", "--list", "--json").json
    assert [one["name"] for one in registers] == REGISTERS.names()
    people = next(one for one in registers if one["name"] == "org.people")
    assert people["title"] == "教職工"
    assert people["columns"][0] == {
        "name": "name",
        "label": "姓名",
        "kind": "text",
        "headings": ["姓名", "教師姓名", "人員", "职工姓名"],
        "imported": True,
    }


def test_the_summary_is_json_on_the_screen_and_a_file_elsewhere(school, tmp_path):
    told = json.loads(school.must("summary", *SPRING, "--format", "json").out)
    assert (told["kind"], told["from"], told["to"]) == ("department", "2019-02-01", "2019-07-31")
    target = tmp_path / "new" / "總結.docx"
    assert school.must("summary", *SPRING, "--output", str(target)).out == f"{target}\n"
    assert target.read_bytes()[:2] == b"PK"
    assert school.houqin("summary", *SPRING, "--kind", "ghost").code == 2


def test_a_register_is_exported_and_only_as_what_it_can_be(school, tmp_path):
    target = tmp_path / "報修.csv"
    school.must("export", "repairs.work_orders", str(target), "--filter", "q=食堂")
    lines = target.read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("單號,")
    assert school.houqin("export", "repairs.work_orders", str(tmp_path / "報修.pdf")).code == 2
    assert school.houqin("export", "repairs.ghosts", str(target)).code == 1
    refused = school.houqin("export", "repairs.work_orders", str(target), "--filter", "colour=red")
    assert (refused.code, "沒有叫「colour」的篩選" in refused.err) == (1, True)


def test_what_is_due_is_told_with_its_days(school):
    told = school.must("due", "--json").json
    assert [(task["document"], task["step"]) for task in told["tasks"] if task["document"] == "WX-2019-0003"]
    assert set(told) == {"duties", "tasks"}
    for task in told["tasks"]:
        assert task["due_on"] is None or date.fromisoformat(task["due_on"])
    assert school.houqin("due", "--as", "無此人").code == 1


def test_with_standard_input_closed_nothing_is_asked(places, school):
    (school.home.parent / "新場所.csv").write_text(
        "單號,報修日期時間,報修人,校區樓室,類別,故障描述\nWX-9,2019-05-01 09:00,林老師,北校區鍋爐房,水,漏水\n"
    )
    closed = school.houqin("import", "新場所.csv", stdin=None, preexec_fn=lambda: os.close(0))
    assert closed.code == 1
    assert "北校區鍋爐房" in closed.err
    assert "一併登記？" not in closed.out + closed.err
    told = school.houqin("import", "新場所.csv", "--json").json
    assert told["files"][0]["refused"][0]["column"] == "校區樓室"


def test_a_folder_that_cannot_be_written_is_a_sentence_not_a_traceback(school):
    said = school.houqin("export", "repairs.work_orders", "/proc/no/such/報修.csv")
    assert said.code == 1
    assert "Traceback" not in said.err
    assert said.err.startswith("讀寫不了")
