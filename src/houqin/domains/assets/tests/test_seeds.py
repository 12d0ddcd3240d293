"""One school's half year: its cards and its slip, as it keeps them, give what an honest reading of them gives."""

from datetime import date
from decimal import Decimal
from json import loads

from houqin.domains.assets.models import AssetCard
from houqin.foundation.journal.figures import Reading
from houqin.foundation.org.founding import found_school
from houqin.foundation.registers.importing import run_import
from houqin.kit.periods import Period

FILES = ("固定資產調撥單.xlsx", "固定資產卡片.xlsx", "學校基本情況.xlsx")


def test_the_figures_are_those_of_an_honest_reading_whatever_the_order_of_files(shared, db):
    folder = shared / "seeds" / "s3"
    clerk = found_school(name="市第一完全小學").administrator
    expected = loads((folder / "expected.json").read_text())
    period = Period(*map(date.fromisoformat, expected["period"]))
    wanted = {name: value for name, value in expected["figures"].items() if name.startswith("assets.")}

    report = run_import(clerk, [folder / name for name in FILES])

    assert not report.is_refused, report.as_json()
    reading = Reading(period)
    got = {name: [reading[name].json_value(), reading[name].unit] for name in wanted}
    assert len(wanted) == 4
    assert {name: (Decimal(value), unit) for name, (value, unit) in got.items()} == {
        name: (Decimal(value), unit) for name, (value, unit) in wanted.items()
    }
    desks = AssetCard.objects.get(number="KZY-01")
    assert {one.account.name: one.quantity for one in desks.holdings()} == {"南校區": 100, "北校區": 100}
    again = run_import(clerk, [folder / name for name in FILES]).as_json()["files"]
    assert [(one["added"], one["refused"]) for one in again if one["added"] or one["refused"]] == []
