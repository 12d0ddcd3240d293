"""The numbers a text may ask for, as runs: figures of the period, the same against an earlier one, duties.

A draft spells them {{figure.name}}, {{figure.name|year_before}}, {{figure.name|previous}}, {{figure.name|target}},
{{figure.name#part}}, {{duty:name|turns}}, {{duty:name|missed}}, {{problems|rest}} and {{as_of}}. They stay live until the
summary is frozen.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from django.utils.translation import gettext as _

from houqin.foundation.calendar.due import DutyRecord, kept
from houqin.foundation.calendar.models import Duty
from houqin.foundation.journal.figures import FIGURES, Reading, Said, say
from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Refused
from houqin.foundation.org.models import Person
from houqin.kit.numbers import exact, percent
from houqin.kit.periods import Period

from .composition import COMPARISON, FIGURE, GAP, TALLY, Run
from .models import Target

YEAR_BEFORE, PREVIOUS, TARGET = "year_before", "previous", "target"
TURNS, MISSES = "turns", "missed"
# How many problems the text does not tell one by one; the day the text is read at.
REST, AS_OF = "problems|rest", "as_of"

# An earlier period may be compared with when the domain's records begin within its first days.
LATEST_BEGINNING = timedelta(days=31)


def gap(label: object, *, token: str = "") -> Run:
    """〔待補：label〕, printed loudly; with ``token`` it fills itself once there is data."""
    return Run(f"〔{_('待補')}：{label}〕", GAP, name=str(label), token=token)


@dataclass
class Hearing:
    """Everything a summary of one period may quote, each read once."""

    period: Period
    today: date
    person: Person | None = None
    _earlier: dict[str, Reading] = field(default_factory=dict)
    _begins: dict[tuple[str, str], bool] = field(default_factory=dict)
    # Problems found and not told one by one; whoever composes says it.
    rest: int = 0

    @cached_property
    def reading(self) -> Reading:
        return Reading(self.period, by=self.person, today=self.today)

    def earlier_period(self, basis: str) -> Period:
        """The same days a year before, or the period before: as much of it as has come of this one."""
        whole = self.period.year_before() if basis == YEAR_BEFORE else self.period.previous()
        return whole.as_far(self.reading.period, of=self.period)

    def earlier(self, basis: str) -> Reading:
        if basis not in self._earlier:
            self._earlier[basis] = Reading(self.earlier_period(basis), by=self.person, today=self.today)
        return self._earlier[basis]

    def is_comparable(self, name: str, *, basis: str) -> bool:
        """Whether the earlier period was recorded from its beginning and says something about the figure."""
        domain = name.partition(".")[0]
        if (domain, basis) not in self._begins:
            latest = self.earlier_period(basis).start + LATEST_BEGINNING
            begun = Entry.objects.filter(kind__startswith=f"{domain}.", occurred_on__lte=latest)
            self._begins[domain, basis] = begun.exists()
        return self._begins[domain, basis] and not self.earlier(basis)[name].is_without_data

    @cached_property
    def duties(self) -> list[DutyRecord]:
        """Every duty that came round in the period, with its misses; turns that are still due are left out."""
        duties = Duty.objects.select_related("campus", "person")
        if self.person is not None:
            duties = duties.filter(person=self.person)
        return kept(self.period, duties=list(duties), today=self.today)

    @cached_property
    def targets(self) -> dict[str, int]:
        """What the plan of exactly these days wants of each figure, in its smallest unit."""
        if self.person is not None:
            return {}
        days = {"starts_on": self.period.start, "ends_on": self.period.end}
        return dict(Target.objects.filter(**days).values_list("figure", "quantity"))

    # Runs

    def said(self, said: Said) -> Run:
        about = {"label": said.label} if said.part else {}
        return Run(said.text, FIGURE, said.name, said.json_value(), said.token, about)

    def read_on(self) -> Run:
        """The day everything is read at: today while the period is still going on."""
        day = min(self.period.end, self.today)
        return Run(
            _("%(month)s月%(day)s日") % {"month": day.month, "day": day.day}, TALLY, AS_OF, day.isoformat(), AS_OF
        )

    def untold(self) -> Run:
        return Run(exact(self.rest, _("項")), TALLY, "problems", self.rest, REST)

    def compared(self, name: str, *, basis: str) -> Run:
        """增加12次, 減少5次 or 持平, against the earlier period."""
        now, before = self.reading[name], self.earlier(basis)[name]
        difference = now.value - before.value
        if difference == 0:
            text = _("持平")
        else:
            # The difference of two exact values is exact, however the values themselves are printed.
            style = now.style if now.style == "money" else "exact"
            text = (_("增加") if difference > 0 else _("少了")) + say(abs(difference), now.unit, style)
        about = {
            "basis": basis,
            "from": before.period.start.isoformat(),
            "to": before.period.end.isoformat(),
            "earlier": before.json_value(),
        }
        return Run(text, COMPARISON, name, now.json_value(), token=f"{name}|{basis}", about=about)

    def planned(self, name: str) -> Run:
        """計劃100次，完成83.0%: the figure beside its target."""
        now, wanted = self.reading[name], self.targets[name]
        text = _("計劃%(wanted)s、完成%(share)s") % {
            "wanted": say(wanted, now.unit, "money" if now.style == "money" else "exact"),
            "share": percent(now.value, wanted),
        }
        return Run(text, COMPARISON, name, now.json_value(), f"{name}|{TARGET}", {"basis": TARGET, "target": wanted})

    def tally(self, record: DutyRecord, what: str) -> Run:
        count = record.turns if what == TURNS else record.missed
        return Run(exact(count, _("次")), TALLY, f"duty:{record.duty.name}", count, f"duty:{record.duty.name}|{what}")

    def heard(self, token: str) -> Run:
        """The run a token of a draft stands for; a gap where there is no data. Refuses a token nobody knows."""
        if token in (REST, AS_OF):
            return self.untold() if token == REST else self.read_on()
        name, _bar, asked = token.partition("|")
        whole, _hash, part = name.partition("#")
        if part and whole in FIGURES and not asked:
            # Whoever composes has listened to every clause and problem, so what can be said of a part has been.
            said = self.reading.parts.get(name)
            return self.said(said) if said else gap(f"{FIGURES[whole].label}·{part}", token=token)
        if name.startswith("duty:") and asked in (TURNS, MISSES):
            for record in self.duties:
                if record.duty.name == name.removeprefix("duty:"):
                    return self.tally(record, asked)
            duty = Duty.objects.filter(name=name.removeprefix("duty:")).first()
            if duty is not None:
                return gap(duty.label, token=token)
        if name in FIGURES and asked in ("", YEAR_BEFORE, PREVIOUS, TARGET):
            said = self.reading[name]
            if said.is_without_data:
                return gap(said.label, token=token)
            if not asked:
                return self.said(said)
            if asked == TARGET:
                return self.planned(name) if name in self.targets else gap(_("計劃指標"), token=token)
            if self.is_comparable(name, basis=asked):
                return self.compared(name, basis=asked)
            return gap(_("%(label)s的對比數據") % {"label": said.label}, token=token)
        raise Refused(_("沒有叫「%(token)s」的數字。請從數字一覽裏選，或刪去這一處。") % {"token": token}, field="text")
