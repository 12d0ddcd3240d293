"""Registers of other schools — other numbers, campuses, scripts, encodings, orders of columns — give their own figures."""

from __future__ import annotations

import json
import re

import pytest

from houqin.foundation.journal.figures import Reading
from houqin.foundation.journal.verification import verify, wrong_balances
from houqin.foundation.org.founding import found_school
from houqin.foundation.registers.importing import run_import
from houqin.kit import clock
from houqin.kit.periods import Period
from houqin.kit.text import to_simplified
from houqin.summary.composing import compose
from houqin.summary.rendering import render

from .other_school import OtherSchool


@pytest.mark.parametrize("seed", range(12))
def test_another_school_gives_its_own_figures(db, tmp_path, seed):
    founded = found_school(name="某某學校")
    school = OtherSchool(seed, tmp_path)
    files = school.write()

    report = run_import(founded.administrator, files)

    assert [refusal for file in report.as_json()["files"] for refusal in file["refused"]] == []
    reading = Reading(Period(school.start, school.end))
    wanted = {name: value for name, value in school.figures.items() if name != "ignored"}
    assert {name: reading[name].value for name in wanted} == wanted
    assert {name: sum(row.quantity for row in reading.rows(name)) for name in wanted} == wanted
    assert wrong_balances() == []
    assert verify().is_sound

    again = run_import(founded.administrator, files)
    assert {(file["added"], len(file["refused"])) for file in again.as_json()["files"]} == {(0, 0)}


@pytest.mark.parametrize("seed", range(4))
def test_its_summary_names_its_own_campuses_in_the_script_asked_for(db, tmp_path, seed):
    founded = found_school(name="某某學校")
    school = OtherSchool(seed, tmp_path)
    run_import(founded.administrator, school.write())

    period = Period(school.start, school.end)
    composed = compose(period, kind="director", school=founded.school, today=clock.today())
    told = json.loads(render(composed, "json", script="traditional"))
    clauses = re.split("[，。；：\n]", "\n".join(p["text"] for s in told["sections"] for p in s["paragraphs"]))

    moved = f"從{school.campuses[0]}向{school.campuses[1]}調運課桌椅{school.figures['assets.desks_moved']}套"
    assert [clause for clause in clauses if "調運課桌椅" in clause] == [moved]
    simplified = json.loads(render(composed, "json", script="simplified"))
    assert any(to_simplified(moved) in p["text"] for s in simplified["sections"] for p in s["paragraphs"])
