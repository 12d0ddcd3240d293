"""The half-year at a glance: every chart the domains declare, with its numbers in a table beside it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.charts import AGE_WORDS, BARS, CHARTS, Bar, Plot, Series, plot
from houqin.foundation.journal.figures import EXACT, MONEY, Reading
from houqin.foundation.org.numbers import campuses_read
from houqin.foundation.org.rules import office, readers
from houqin.foundation.registers.register import REGISTERS
from houqin.kit import numbers
from houqin.kit.dates import month_label

from .. import words
from ..access import Request, page
from ..amounts import spoken
from ..periods import asked_period, labelled, offered_periods

BESIDE = {
    "before": gettext_lazy("上一期"),
    "year": gettext_lazy("去年同期"),
    "campus": gettext_lazy("各校區"),
    "nothing": gettext_lazy("不對照"),
}


@page(readers | office)
def dashboard(request: Request) -> HttpResponse:
    """Charts of a period, beside the one before, the year before or campus by campus."""
    period, problem = asked_period(request.GET)
    beside = request.GET.get("beside") or "before"
    beside = beside if beside in BESIDE else "before"
    earlier = {"before": period.previous, "year": period.year_before}.get(beside)
    reading = Reading(period, campuses=campuses_read(request.person))
    before = reading.earlier(earlier()) if earlier else None
    drawn = []
    for chart in sorted(CHARTS, key=lambda one: one.order):
        found = plot(chart, reading, before=before, by_campus=beside == "campus")
        if found is not None:
            drawn.append(_card(found))
    query = urlencode({"from": period.start.isoformat(), "to": period.end.isoformat()})
    facts = {
        "cards": [card for card in drawn if card["has_data"]],
        "empty": [card["title"] for card in drawn if not card["has_data"]],
        "period": labelled(period),
        "before": labelled(before.period) if before and any(card["is_beside"] for card in drawn) else None,
        "problem": problem,
        "periods": offered_periods(),
        "query": query,
        "beside": beside,
        "ways": [(way, label, f"?{query}&beside={way}") for way, label in BESIDE.items()],
        "keep": {"beside": beside},
    }
    return render(request, "web/dashboard.html", facts)


def _card(found: Plot) -> dict[str, Any]:
    """A plot as the page shows it: heads, rows of (label, cells), sums of each series beside the one before."""
    chart = found.chart
    style = MONEY if found.style == MONEY else EXACT
    series = [one for one in found.series if not one.is_before or one.total]
    heads = [_head(one) for one in series]
    rows = []
    for position, label in enumerate(found.labels):
        cells = [_cell(one.bars[position], chart.by, style) for one in series]
        rows.append((_label(label, chart.by, chart.name), cells))
    return {
        "chart": chart,
        "title": chart.title,
        "has_data": bool(found),
        "is_beside": any(one.is_before for one in series),
        "shape": chart.shape,
        "is_lying": chart.shape == BARS,
        "is_money": style == MONEY,
        "heads": heads,
        "rows": rows,
        "unit": found.unit,
        "sums": _sums(found, style),
        "wide": len(rows) * len(series) > 20,
    }


def _head(series: Series) -> dict[str, Any]:
    label = _("%(label)s（對照）") % {"label": series.label} if series.is_before else series.label
    return {"label": label, "is_before": series.is_before}


def _cell(bar: Bar, by: str, style: str) -> dict[str, Any]:
    # Drawn in the unit that is printed: 元, not 分.
    drawn = numbers.yuan(bar.value) if style == MONEY else str(bar.value)
    return {"value": drawn, "text": spoken(bar.value, "", style), "address": _address(bar, by)}


def _address(bar: Bar, by: str) -> str:
    """The rows behind a bar: of its figure, that part alone; or the register they are listed in."""
    if bar.register:
        if bar.register not in REGISTERS:
            return ""
        return f"{reverse('register', args=[bar.register])}?{urlencode({'q': bar.part})}"
    if not bar.figure or not bar.value or bar.period is None:
        return ""
    asked = {"from": bar.period.start.isoformat(), "to": bar.period.end.isoformat(), "by": by, "part": bar.part}
    return f"{reverse('figure', args=[bar.figure])}?{urlencode(asked)}"


def _sums(found: Plot, style: str) -> list[dict[str, Any]]:
    """What each series comes to, and what it came to before."""
    sums: list[dict[str, Any]] = []
    for one in found.series:
        text = spoken(one.total, found.unit, style)
        if one.is_before:
            # Nothing at all before is nothing to compare with: the book may not reach back so far.
            sums[-1]["before"] = text if one.total else ""
        elif not one.is_before:
            sums.append({"label": one.label, "text": text})
    return sums


def _label(label: str, by: str, name: str) -> str:
    if by == "month" and len(label) == 6:
        return month_label(int(label[4:]))
    if by == "age":
        return str(AGE_WORDS.get(label, label))
    if by == "category":
        return words.category_label(label, name) or "—"
    return label or "—"
