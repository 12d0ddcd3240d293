"""The overview: what the charts say, that each bar opens its rows, who may look."""

import re
from datetime import date, time

import pytest
import time_machine

from houqin.domains.repairs import actions as repairs
from houqin.domains.repairs.models import WorkOrder
from houqin.foundation.journal.charts import CHARTS, Chart, part_of, plot
from houqin.foundation.journal.figures import FIGURES, Reading
from houqin.kit import clock
from houqin.kit.periods import Period

HALF = Period(date(2026, 1, 1), date(2026, 6, 30))
JUNE_30 = clock.at(date(2026, 6, 30), time(12))


def text(answer):
    return answer.content.decode()


@pytest.fixture
def half_year(cast):
    """Two repairs on the north campus in March, one on the south in May, one the year before."""
    for day, place in ((date(2026, 3, 2), cast.north_105), (date(2026, 3, 30), cast.north_105),
                       (date(2026, 5, 6), cast.south_105), (date(2025, 11, 3), cast.south_105)):  # fmt: skip
        with time_machine.travel(clock.at(day, time(9)), tick=False):
            repairs.report(cast.lin, place=place, fault="閥門漏水", category="水")
    with time_machine.travel(JUNE_30, tick=False):
        yield WorkOrder.objects.order_by("pk")


REPORTED = Chart("test.reported", "報修", figures=("repairs.reported",), by="month")


def values(plotted):
    return {(one.label, one.is_before): [bar.value for bar in one.bars] for one in plotted.series}


def test_a_chart_by_month_has_every_month_of_the_period_also_the_empty_ones(half_year):
    drawn = plot(REPORTED, Reading(HALF))

    assert list(drawn.labels) == ["202601", "202602", "202603", "202604", "202605", "202606"]
    assert values(drawn) == {("報修", False): [0, 0, 2, 0, 1, 0]}


def test_the_half_before_stands_month_beside_month(half_year):
    drawn = plot(REPORTED, Reading(HALF), before=Reading(HALF.previous()))

    assert values(drawn) == {("報修", False): [0, 0, 2, 0, 1, 0], ("報修", True): [0, 0, 0, 0, 1, 0]}
    assert drawn.series[1].bars[4].part == "202511"


def test_campuses_stand_beside_each_other_and_add_up_to_the_figure(half_year):
    drawn = plot(REPORTED, Reading(HALF), by_campus=True)

    assert values(drawn) == {("北校區", False): [0, 0, 2, 0, 0, 0], ("南校區", False): [0, 0, 0, 0, 1, 0]}


def test_what_is_open_is_told_by_how_long(half_year):
    chart = Chart("test.age", "沒修的", figures=("repairs.outstanding",), by="age")

    drawn = plot(chart, Reading(HALF))

    assert list(zip(drawn.labels, [bar.value for bar in drawn.series[0].bars], strict=True)) == [
        ("7", 0), ("30", 0), ("90", 1), ("0", 2),
    ]  # fmt: skip


def test_a_chart_whose_figures_nobody_declared_is_left_out(db):
    assert plot(Chart("test.none", "無", figures=("nobody.knows",)), Reading(HALF)) is None


@pytest.mark.parametrize("chart", [one for one in CHARTS if one.plotted is None], ids=lambda one: one.name)
def test_every_bar_of_every_chart_is_the_sum_of_its_rows(chart, half_year):
    reading = Reading(HALF)
    drawn = plot(chart, reading)
    told, behind = {}, {}
    for series, name in zip(drawn.series, chart.figures, strict=True):
        for bar in series.bars:
            if bar.value:
                told[name, bar.part] = bar.value
        for row in reading.rows(name):
            key = (name, part_of(row, by=chart.by, reading=reading))
            behind[key] = behind.get(key, 0) + row.quantity

    assert told == {key: value for key, value in behind.items() if value}


def test_every_chart_names_figures_that_exist():
    assert {name for chart in CHARTS for name in chart.figures} - set(FIGURES.names()) == set()


# The page


def test_the_page_says_the_numbers_in_tables_without_any_script(login, cast, half_year):
    page = text(login(cast.li).get("/dashboard/?from=2026-01-01&to=2026-06-30"))

    assert (
        '<td class="n" data-v="2"><a href="/figures/repairs.reported/?from=2026-01-01&amp;to=2026-06-30&amp;by=month&amp;part=202603">2</a>'
        in page
    )
    assert re.search(r"<th scope=\"row\">3月</th>", page)
    assert "echarts.min.js" in page


def test_a_bar_opens_its_own_rows_alone(login, cast, half_year):
    page = text(login(cast.li).get("/figures/repairs.reported/?from=2026-01-01&to=2026-06-30&by=month&part=202603"))

    assert "只看「2026-03」這一部分" in page
    assert page.count(">WX-2026-") == 2
    aged = text(login(cast.li).get("/figures/repairs.outstanding/?from=2026-01-01&to=2026-06-30&by=age&part=90"))
    assert "三個月以內" in aged
    assert aged.count(">WX-2026-") == 1


@pytest.mark.parametrize("beside", ["before", "year", "campus", "nothing", "rubbish"])
def test_every_way_of_comparing_opens(login, cast, half_year, beside):
    assert login(cast.li).get(f"/dashboard/?beside={beside}&from=2026-01-01&to=2026-06-30").status_code == 200


def test_days_that_cannot_be_read_are_said(login, cast, half_year):
    assert 'role="alert"' in text(login(cast.li).get("/dashboard/?from=yesterday&to=2026-06-30"))


def test_a_stranger_and_a_teacher_may_not_look(login, cast, client):
    assert client.get("/dashboard/").url.startswith("/login/")
    assert login(cast.zhao).get("/dashboard/").status_code == 403
    assert 'href="/dashboard/"' not in text(login(cast.zhao).get("/"))
    assert 'href="/dashboard/"' in text(login(cast.principal).get("/"))


def test_the_charts_are_loaded_on_this_page_alone(login, cast):
    assert "echarts" not in text(login(cast.li).get("/"))
