"""One school's half year: its papers of safety, as it keeps them, give what an honest reading of them gives."""

from datetime import date
from decimal import Decimal
from json import loads

import pytest

from houqin.domains.safety.checks import a_second_person_accepts
from houqin.foundation.journal.figures import Reading
from houqin.foundation.registers.importing import run_import
from houqin.kit.periods import Period

FILES = (
    "學校基本情況.xlsx",
    "安全檢查記錄.xlsx",
    "安全隐患排查整改台账.csv",
    "安全责任书签订台账.xlsx",
    "安全教育活動記錄.xlsx",
    "应急疏散演练记录.xlsx",
)


@pytest.fixture
def taken_in(shared, db):
    from houqin.foundation.org.founding import found_school

    folder = shared / "seeds" / "s3"
    clerk = found_school(name="市第一完全小學").administrator
    report = run_import(clerk, [folder / name for name in FILES])
    assert not report.is_refused, report.as_json()
    return folder, clerk


def test_the_figures_are_those_of_an_honest_reading(taken_in):
    folder, _clerk = taken_in
    expected = loads((folder / "expected.json").read_text())
    reading = Reading(Period(*map(date.fromisoformat, expected["period"])))

    wanted = {name: value for name, value in expected["figures"].items() if name.startswith("safety.")}
    got = {name: [reading[name].json_value(), reading[name].unit] for name in wanted}

    assert len(wanted) == 10
    assert {name: (Decimal(value), unit) for name, (value, unit) in got.items()} == {
        name: (Decimal(value), unit) for name, (value, unit) in wanted.items()
    }
    for name in wanted:
        assert sum(row.quantity for row in reading.rows(name)) == reading[name].value


def test_the_one_hazard_whose_fixer_accepted_it_is_found(taken_in):
    assert [finding.sentence[:10] for finding in a_second_person_accepts()] == ["隱患 YH002「北"]


def test_the_same_papers_again_change_nothing(taken_in):
    folder, clerk = taken_in
    again = run_import(clerk, [folder / name for name in FILES]).as_json()["files"]

    assert [(one["register"], one["added"], one["refused"]) for one in again if one["added"] or one["refused"]] == []
    assert {one["register"]: one["unchanged"] for one in again if one["register"].startswith("safety.")} == {
        "safety.inspections": 42,
        "safety.hazards": 5,
        "safety.letters": 80,
        "safety.education": 13,
        "safety.drills": 6,
    }
