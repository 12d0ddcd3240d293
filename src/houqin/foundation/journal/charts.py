"""Charts as data: which figures, split by what. Domains declare them beside their figures; a page draws whatever there is.

    chart("repairs.by_month", _("報修與修好"), figures=("repairs.reported", "repairs.completed"), by="month")
    chart("safety.hazards_by_age", _("未銷號隱患的天數"), figures=("safety.hazards_open",), by="age")

What the figures cannot say (what was due and not done) a function says: ``chart(…, plotted=duties_done)``. Every bar is a
part of a figure, so it opens the rows that add up to it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.kit.periods import Period
from houqin.kit.registry import Registry

from .figures import DIMENSIONS, FIGURES, MONEY, Reading, Row
from .models import Place

# Columns stand, bars lie (for words), a stack adds up.
COLUMNS, BARS, STACK = "columns", "bars", "stack"
# Days something has been open at the end of the period: up to a week, a month, a quarter, longer.
AGES = (7, 30, 90)
MOST_PARTS = 8


@dataclass(frozen=True)
class Bar:
    """One bar: its number, and the words after the address that opens its rows ("" where there are none to open)."""

    value: int
    figure: str = ""
    part: str = ""
    period: Period | None = None
    register: str = ""


@dataclass(frozen=True)
class Series:
    """Bars of one colour, one a label. ``is_before`` is the same of an earlier period."""

    label: str
    bars: Sequence[Bar]
    is_before: bool = False

    @property
    def total(self) -> int:
        return sum(bar.value for bar in self.bars)


@dataclass(frozen=True)
class Plot:
    """What there is to draw. ``labels`` are codes of ``by`` (202603, lamp, 7) or words; values of MONEY are 分."""

    chart: Chart
    labels: Sequence[str]
    series: Sequence[Series]
    unit: str = ""
    style: str = ""

    def __bool__(self) -> bool:
        return any(bar.value for series in self.series for bar in series.bars)


Plotted = Callable[[Period], Plot | None]


@dataclass(frozen=True)
class Chart:
    """``figures`` drawn beside each other, split ``by`` month, category, campus, commodity or age.

    ``shape``  COLUMNS, BARS or STACK
    ``most``   parts shown; the smaller ones are put together
    ``plotted``  a function of the period instead of figures
    """

    name: str
    title: Any
    figures: Sequence[str] = ()
    by: str = "month"
    shape: str = COLUMNS
    order: int = 50
    most: int = MOST_PARTS
    about: Any = ""
    plotted: Plotted | None = field(default=None, compare=False)

    @property
    def domain(self) -> str:
        return self.name.partition(".")[0]


CHARTS: Registry[Chart] = Registry("chart")


def chart(name: str, title: Any, **facts: Any) -> Chart:
    """Declare a chart; see :class:`Chart`."""
    return CHARTS.add(name, Chart(name, title, **facts))


def plot(wanted: Chart, reading: Reading, *, before: Reading | None = None, by_campus: bool = False) -> Plot | None:
    """The numbers of a chart; None where nothing of it is known.

    ``before`` puts the same figures of that reading beside them, month by month where it is split by months.
    ``by_campus`` splits a chart of one figure by campus instead.
    """
    if wanted.plotted is not None:
        # As far as it has come; a function knows the whole book only.
        return wanted.plotted(reading.period) if reading.scope.campuses is None else None
    names = [name for name in wanted.figures if name in FIGURES]
    if not names:
        return None
    figures = [FIGURES[name] for name in names]
    parts = {name: _parts(reading, name, wanted.by) for name in names}
    if wanted.by == "month":
        labels = [str(month) for month in reading.period.months()]
    elif wanted.by == "age":
        labels = [str(days) for days in (*AGES, 0)]
    else:
        labels = _largest(parts, most=wanted.most)
    unit, style = reading[names[0]].unit, figures[0].style
    if by_campus and len(names) == 1 and wanted.by not in ("campus", "age"):
        series = _campuses(reading, names[0], wanted, labels)
        return Plot(wanted, labels, series, unit, style)
    series = []
    for one in figures:
        series.append(Series(str(one.label), _bars(parts[one.name], labels, one.name, wanted, reading.period)))
        if before is not None:
            earlier = _parts(before, one.name, wanted.by)
            aligned = labels
            if wanted.by == "month":
                months = [str(month) for month in before.period.months()]
                aligned = [*months, *[""] * len(labels)][: len(labels)]
            bars = _bars(earlier, aligned, one.name, wanted, before.period)
            series.append(Series(str(one.label), bars, is_before=True))
    return Plot(wanted, labels, series, unit, style)


def part_of(row: Row, *, by: str, reading: Reading) -> str:
    """Which part of its figure a row belongs to, as the labels of a plot name parts."""
    if by == "month":
        return f"{row.occurred_on:%Y%m}"
    if by == "age":
        return _age(row.occurred_on, at=reading.period.end)
    if by == "commodity":
        return row.thing
    if by == "campus":
        return _campus_names(reading).get(row.campus_id or 0, _("未分校區"))
    return row.category


def _campus_names(reading: Reading) -> dict[int, str]:
    known: dict[int, str] | None = reading.__dict__.get("_campus_names")
    if known is None:
        known = reading.__dict__["_campus_names"] = dict(Place.objects.filter(kind="campus").values_list("pk", "name"))
    return known


def _parts(reading: Reading, name: str, by: str) -> dict[str, int]:
    found: dict[str, int] = {}
    if by == "age":
        for row in reading.rows(name):
            age = _age(row.occurred_on, at=reading.period.end)
            found[age] = found.get(age, 0) + row.quantity
        return found
    for label, value in reading.by(name, by):
        found[label.replace("-", "") if by == "month" else label] = value
    return found


def _age(day: date, *, at: date) -> str:
    """The smallest limit of AGES the days since then stay within; "0" beyond all."""
    days = (at - day).days
    return str(next((limit for limit in AGES if days <= limit), 0))


def _largest(parts: dict[str, dict[str, int]], *, most: int) -> list[str]:
    sums: dict[str, int] = {}
    for of_figure in parts.values():
        for label, value in of_figure.items():
            sums[label] = sums.get(label, 0) + value
    return sorted((label for label, value in sums.items() if value), key=lambda label: -sums[label])[:most]


def _bars(parts: dict[str, int], labels: Sequence[str], name: str, wanted: Chart, period: Period) -> list[Bar]:
    return [Bar(parts.get(label, 0), name, label, period) for label in labels]


def _campuses(reading: Reading, name: str, wanted: Chart, labels: Sequence[str]) -> list[Series]:
    campus_of, label_of = DIMENSIONS["campus"](reading), DIMENSIONS[wanted.by](reading)
    sums: dict[str, dict[str, int]] = {}
    for cell in FIGURES[name].of.parts(reading.index, reading.period):
        label = label_of(cell).replace("-", "") if wanted.by == "month" else label_of(cell)
        parts = sums.setdefault(campus_of(cell), {})
        parts[label] = parts.get(label, 0) + cell.quantity
    return [
        Series(campus, _bars(parts, labels, name, wanted, reading.period)) for campus, parts in sorted(sums.items())
    ]


AGE_WORDS = {
    "7": gettext_lazy("一週以內"),
    "30": gettext_lazy("一個月以內"),
    "90": gettext_lazy("三個月以內"),
    "0": gettext_lazy("三個月以上"),
}

__all__ = [
    "AGES",
    "AGE_WORDS",
    "BARS",
    "CHARTS",
    "COLUMNS",
    "MONEY",
    "STACK",
    "Bar",
    "Chart",
    "Plot",
    "Series",
    "chart",
    "part_of",
    "plot",
]
