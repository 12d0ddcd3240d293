"""Figures, entries, documents and the summary, for whoever may read them."""

from __future__ import annotations

from datetime import date

import pytest

from houqin.domains.repairs.actions import report
from houqin.domains.repairs.models import WorkOrder
from houqin.foundation.journal.figures import FIGURES
from houqin.foundation.journal.models import Entry
from houqin.foundation.org.actions import add_unit
from houqin.kit import clock


@pytest.fixture
def order(cast) -> WorkOrder:
    report(cast.lin, place=cast.south_105, fault="燈管不亮")
    return WorkOrder.objects.get()


def test_a_figure_is_told_as_the_command_line_tells_it(cast, order, program):
    today = clock.today().isoformat()
    answer = program(cast.li).get("figures/repairs.reported", from_=today, to=today, rows="true")
    entry = Entry.objects.get(kind="repairs.reported")
    assert answer.json() == {
        "name": "repairs.reported",
        "label": "報修",
        "value": 1,
        "unit": "次",
        "text": "1次",
        "from": today,
        "to": today,
        "rows": [
            {
                "number": entry.number,
                "kind": "repairs.reported",
                "occurred_on": today,
                "document": order.number,
                "quantity": 1,
                "place": "南校區教學樓105室",
                "category": entry.category,
                "thing": "",
            }
        ],
    }


def test_figures_are_listed_within_the_scopes(cast, program):
    every = program(cast.li).get("figures").json()
    assert [one["name"] for one in every] == FIGURES.names()
    some = program(cast.li, scopes="repairs:read").get("figures").json()
    assert {one["name"].partition(".")[0] for one in some} == {"repairs"}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({}, "from"),
        ({"from_": "2019-01-01", "to": "2018-01-01"}, "to"),
        ({"from_": "1900-01-01", "to": "2199-12-31"}, "to"),
        ({"from_": "2019-02-30", "to": "2019-03-01"}, "from"),
        ({"from_": "2019-01-01", "to": "2019-03-01", "by": "colour"}, "by"),
        ({"from_": "2019-01-01", "to": "2019-03-01", "rows": "perhaps"}, "rows"),
        ({"from_": "2019-01-01", "to": "2019-03-01", "colour": "red"}, "colour"),
    ],
)
def test_a_period_nobody_can_read_is_refused_by_field(cast, program, query, field):
    answer = program(cast.li).get("figures/repairs.reported", **query)
    assert answer.status_code == 422
    assert field in answer.json()["fields"]


def test_an_unknown_figure_is_not_found(cast, program):
    assert program(cast.li).get("figures/repairs.ghosts", from_="2019-01-01", to="2019-02-01").status_code == 404


def test_an_entry_is_read_by_the_office_and_by_who_wrote_it(cast, program):
    add_unit(cast.li, name="三年級組")
    entry = Entry.objects.get(kind="org.unit_added")
    told = program(cast.admin).get(f"entries/{entry.number}").json()
    assert {name: told[name] for name in ("number", "kind", "by", "document", "lines", "measures", "digest")} == {
        "number": entry.number,
        "kind": "org.unit_added",
        "by": "李主任",
        "document": None,
        "lines": [],
        "measures": {},
        "digest": entry.digest,
    }
    assert program(cast.zhao).get(f"entries/{entry.number}").status_code == 404
    assert program(cast.li).get(f"entries/{entry.number}").status_code == 200
    assert program(cast.admin, scopes="repairs:read").get(f"entries/{entry.number}").status_code == 403
    assert program(cast.li).get("entries/999999").status_code == 404


def test_a_document_is_told_with_its_entries_and_signatures(cast, order, program):
    told = program(cast.li).get(f"documents/{order.kind}/{order.pk}").json()
    assert (told["number"], told["state"], told["place"], told["signatures"]) == (
        order.number,
        order.state,
        "南校區教學樓105室",
        [],
    )
    assert [entry["kind"] for entry in told["entries"]] == ["repairs.reported"]
    assert told["registers"]["repairs.work_orders"]["fault"] == "燈管不亮"


def test_a_document_out_of_sight_is_not_found(cast, order, program):
    assert program(cast.lin).get(f"documents/{order.kind}/{order.pk}").status_code == 200
    assert program(cast.ma).get(f"documents/{order.kind}/{order.pk}").status_code == 404
    assert program(cast.li).get(f"documents/{order.kind}/{order.pk + 1}").status_code == 404
    assert program(cast.li).get(f"documents/repairs.ghost/{order.pk}").status_code == 404


def test_the_summary_is_told_as_json(cast, order, program):
    today = clock.today()
    told = program(cast.li).get("summary", from_=date(today.year, 1, 1).isoformat(), to=today.isoformat()).json()
    assert (told["from"], told["to"], told["kind"]) == (f"{today.year}-01-01", today.isoformat(), "department")
    assert told["sections"]
    assert program(cast.zhao).get("summary", from_="2019-01-01", to="2019-06-30").status_code == 403
    assert program(cast.zhao).get("summary", from_="2019-01-01", to="2019-06-30", kind="personal").status_code == 200
    assert program(cast.li).get("summary", from_="2019-01-01", to="2019-06-30", kind="ghost").status_code == 422
