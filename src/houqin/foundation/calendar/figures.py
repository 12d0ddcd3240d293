"""What the calendar has to show: which duties came round, and which of their turns were answered."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.charts import BARS, Bar, Chart, Plot, Series, chart
from houqin.kit.periods import Period

from .due import kept

MOST_DUTIES = 12


def duties_done(period: Period) -> Plot | None:
    """Turns whose time is over (or that are answered already) beside those that were answered, duty by duty."""
    due: dict[str, int] = {}
    done: dict[str, int] = {}
    for record in kept(period):
        label = record.duty.label
        due[label] = due.get(label, 0) + record.turns
        done[label] = done.get(label, 0) + record.done
    if not due:
        return None
    # Where most was missed comes first.
    labels = sorted(due, key=lambda label: (done[label] - due[label], label))[:MOST_DUTIES]
    series = [
        Series(_("應做"), [Bar(due[label], register="calendar.duties", part=label) for label in labels]),
        Series(_("做了"), [Bar(done[label], register="calendar.duties", part=label) for label in labels]),
    ]
    return Plot(DUTIES, labels, series, _("次"))


DUTIES: Chart = chart(
    "calendar.duties",
    gettext_lazy("檢查和職責：應做與做了"),
    by="duty",
    shape=BARS,
    order=20,
    about=gettext_lazy("還沒到期的不算；欠得最多的在前。"),
    plotted=duties_done,
)
