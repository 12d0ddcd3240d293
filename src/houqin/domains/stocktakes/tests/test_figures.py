"""What the summary says of counts and moves."""

from datetime import date, timedelta

import pytest
import time_machine

from houqin.domains.stocktakes import actions
from houqin.domains.stocktakes.figures import share
from houqin.foundation.journal.figures import Reading
from houqin.foundation.journal.sentences import CLAUSES, PROBLEMS
from houqin.kit import clock
from houqin.kit.periods import Period


def reading(start=None, end=None):
    today = clock.today()
    return Reading(Period(start or today, end or today))


def said(name, told):
    parts = CLAUSES[name].text(told)
    return "".join(part if isinstance(part, str) else part.text for part in parts) if parts else None


def test_a_posted_count_is_told_with_its_agreement(scene):
    scene.posted({"粉筆 白色": 8, "膠帶": 4})
    told = reading()

    names = ("counts", "store_counts", "counted", "matched", "missing", "found", "missing_value")
    assert [told[f"stocktakes.{name}"].value for name in names] == [1, 1, 2, 1, 2, 0, 700]
    assert said("stocktakes.counted", told) == "盤點清查1次、2項，賬實相符率50%"
    assert said("stocktakes.differing", told) == "盤虧2件、價值7元，均按處理意見調整賬面"
    assert [(row.quantity, row.kind) for row in told.rows("stocktakes.missing")] == [(2, "stocktakes.counted")]


def test_what_is_kept_for_inquiry_is_told_as_such(scene):
    scene.posted({"粉筆 白色": 8, "膠帶": 4}, reason="被盜", decision="掛賬待查")

    assert said("stocktakes.differing", reading()) == "差異2件掛賬待查"


def test_a_count_is_told_on_its_day_and_no_other(scene):
    scene.posted({"粉筆 白色": 8, "膠帶": 4})
    today = clock.today()
    days = [today - timedelta(days=1), today, today + timedelta(days=1)]

    assert [reading(day, day)["stocktakes.counted"].value for day in days] == [0, 2, 0]
    assert [said("stocktakes.counted", reading(day, day)) is None for day in days] == [True, False, True]


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(2, 2, "100%"), (1999, 2000, "99.9%"), (1, 3, "33.3%"), (0, 5, "0%"), (0, 0, "0%"), (1, 8, "12.5%")],
)
def test_only_all_of_it_is_a_hundred_percent(part, whole, text):
    assert share(part, whole, places=1) == text


def test_a_move_tells_its_loss_rate(scene):
    past = {
        "box": "1", "source": scene.cast.north_105, "target": scene.cast.south_105, "code": "KZY-01", "quantity": 20,
        "unloaded": 19, "escort": scene.cast.ma, "receiver": scene.cast.wang,
    }  # fmt: skip
    actions.import_move(scene.cast.zhou, **past)

    assert said("stocktakes.moved", reading()) == "搬遷物品20件，缺失1件，損失率5.00%"


def test_a_move_without_loss_says_so(scene):
    actions.import_move(
        scene.cast.zhou, box="1", source=scene.cast.north_105, target=scene.cast.south_105, code="TY-01", quantity=1,
        escort=scene.cast.ma, receiver=scene.cast.wang,
    )  # fmt: skip

    assert said("stocktakes.moved", reading()) == "搬遷物品1件，逐件清點，無一缺失"


def test_a_count_past_its_day_and_differences_left_lying_are_problems(scene):
    with time_machine.travel(date(2019, 3, 1)):
        scene.recounted({"粉筆 白色": 8, "膠帶": 4}, due_on=date(2019, 3, 10))

    def problems(end):
        told = reading(date(2019, 3, 1), end)
        return [name for name in ("stocktakes.overdue", "stocktakes.undecided") if list(PROBLEMS[name].look(told))]

    assert problems(date(2019, 3, 10)) == ["stocktakes.undecided"]
    assert problems(date(2019, 3, 11)) == ["stocktakes.overdue", "stocktakes.undecided"]
