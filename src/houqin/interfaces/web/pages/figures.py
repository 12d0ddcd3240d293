"""Every number of a period, each open to the rows behind it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.charts import AGE_WORDS, part_of
from houqin.foundation.journal.figures import DIMENSIONS, EXACT, FIGURES, MONEY, Figure
from houqin.foundation.org.numbers import Readings, may_read
from houqin.foundation.registers.register import REGISTERS
from houqin.kit.periods import Period

from .. import words
from ..access import Request, page
from ..amounts import in_words, spoken
from ..periods import asked_period, labelled, offered_periods

MOST_ROWS = 500
WAYS = {
    "campus": gettext_lazy("校區"),
    "month": gettext_lazy("月份"),
    "category": gettext_lazy("類別"),
    "commodity": gettext_lazy("品目"),
}


def period_query(period: Period) -> str:
    return urlencode({"from": period.start.isoformat(), "to": period.end.isoformat()})


def group_title(figure: Figure) -> str:
    """Figures stand under the word their domain's registers stand under."""
    domain = figure.name.partition(".")[0]
    register = next((one for one in REGISTERS if one.domain == domain), None)
    return str(register.group or register.title) if register else ""


@page()
def figures(request: Request) -> HttpResponse:
    """All the figures of a period this person may read."""
    period, problem = asked_period(request.GET)
    readable = [figure for figure in FIGURES if may_read(request.person, figure)]
    readings = Readings(request.person, period)
    groups: dict[str, list[Any]] = {}
    for figure in readable:
        groups.setdefault(group_title(figure), []).append(in_words(readings.of(figure)[figure.name]))
    facts = {
        "groups": groups.items(),
        "period": labelled(period),
        "problem": problem,
        "periods": offered_periods(),
        "query": period_query(period),
    }
    return render(request, "web/figures.html", facts)


@page()
def figure(request: Request, name: str) -> HttpResponse:
    """One figure: its value, its parts, its rows, which add up to it. As a fragment beside the summary."""
    wanted = FIGURES.get(name)
    if wanted is None:
        raise Http404
    period, problem = asked_period(request.GET)
    reading = Readings(request.person, period).of(wanted)
    said = reading[name]
    by = request.GET.get("by") or ""
    by = by if by in DIMENSIONS else "campus"
    parts = [
        (
            _part(label, by, wanted),
            value,
            spoken(value, said.unit, MONEY if said.style == MONEY else EXACT),
            f"?{period_query(period)}&{urlencode({'by': by, 'part': label.replace('-', '') if by == 'month' else label})}",
        )
        for label, value in reading.by(name, by)
    ]
    # A part of the figure alone, as a chart or the table of parts opens it.
    part = request.GET.get("part")
    split = request.GET.get("by") or by
    rows = reading.rows(name)
    if part is not None:
        rows = [row for row in rows if part_of(row, by=split, reading=reading) == part]
    facts = {
        "figure": wanted,
        "is_panel": bool(request.htmx),
        "said": in_words(said),
        "exact": in_words(said, exactly=True).text,
        "period": labelled(period),
        "problem": problem,
        "by": by,
        "ways": [(way, label, f"?{period_query(period)}&by={way}") for way, label in WAYS.items()],
        "parts": parts,
        "largest": max((abs(value) for _label, value, _text, _link in parts), default=0),
        "rows": [
            {
                "row": row,
                "label": words.kind_label(row.kind),
                "category": words.category_label(row.category, row.kind),
                "quantity": spoken(row.quantity, "", MONEY) if said.style == MONEY else f"{row.quantity:,}",
            }
            for row in rows[:MOST_ROWS]
        ],
        "row_count": len(rows),
        "part": None if part is None else part_label(part, split, wanted),
        "whole": f"?{period_query(period)}&by={by}",
        "most": MOST_ROWS,
        "query": period_query(period),
    }
    response = render(request, "web/_figure_panel.html" if request.htmx else "web/figure.html", facts)
    if request.htmx:
        # The panel is beside the text; the address stays that of the text.
        response["HX-Push-Url"] = "false"
    return response


def _part(label: str, by: str, figure: Figure) -> str:
    return words.category_label(label, figure.name) if by == "category" else label


def part_label(part: str, by: str, figure: Figure) -> str:
    """What a part of a figure is called: a month, a category, an age, a name."""
    if by == "month" and len(part) == 6:
        return f"{part[:4]}-{part[4:]}"
    if by == "age":
        return str(AGE_WORDS.get(part, part))
    return _part(part, by, figure)
