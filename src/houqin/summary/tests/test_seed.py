"""The registers of a half year like S3's: the figures an honest reading gives, and the words the summary says them in."""

from __future__ import annotations

import json
from datetime import date

import pytest

from houqin.foundation.journal.figures import FIGURES, Reading
from houqin.foundation.org.founding import found_school
from houqin.foundation.registers.importing import run_import
from houqin.kit.periods import Period
from houqin.kit.text import to_simplified
from houqin.summary.composing import compose
from houqin.summary.rendering import as_json

from .phrases import clause_with

TODAY = date(2019, 1, 25)


@pytest.fixture
def expected(shared):
    return json.loads((shared / "seeds" / "s3" / "expected.json").read_text())


@pytest.fixture
def half_year(db, shared, expected):
    """The school of the seed, its registers imported, its half year."""
    founded = found_school(name="市第一完全小學", password="chalk-and-duster-7")
    files = [path for path in sorted((shared / "seeds" / "s3").iterdir()) if path.suffix != ".json"]
    report = run_import(founded.administrator, files, add_missing={"places", "people"})
    assert not report.is_refused, report.as_json()
    return founded.school, Period.parse(*expected["period"])


def test_the_registers_give_the_figures_of_an_honest_reading(half_year, expected):
    _school, period = half_year
    reading = Reading(period)

    found = {name: [reading[name].json_value(), reading[name].unit] for name in expected["figures"] if name in FIGURES}

    assert found == expected["figures"]


@pytest.mark.parametrize("kind", ["director", "department"])
@pytest.mark.parametrize("script", ["traditional", "simplified"])
def test_the_summary_says_every_phrase_within_one_clause(half_year, expected, kind, script):
    school, period = half_year
    told = as_json(compose(period, kind=kind, school=school, today=TODAY), script=script)
    text = "\n".join(paragraph["text"] for section in told["sections"] for paragraph in section["paragraphs"])
    convert = to_simplified if script == "simplified" else str

    missing = [
        phrase for phrase in expected["phrases"] if clause_with(text, [convert(word) for word in phrase]) is None
    ]

    assert missing == []


def test_every_figure_of_the_summary_opens_rows_that_add_up_to_it(half_year):
    school, period = half_year
    composition = compose(period, kind="director", school=school, today=TODAY)
    reading = Reading(period)

    for name in composition.figure_names():
        assert sum(row.quantity for row in reading.rows(name)) == reading[name].value, name
