"""Composing: a plan, the clauses and problems of the domains and the figures of a period become a text.

Numbers come from figures alone. What has no data is a gap where every such summary says it, and unsaid elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from houqin.foundation.calendar.due import DutyRecord
from houqin.foundation.calendar.models import ReportPeriod, Term
from houqin.foundation.journal.figures import FIGURES, Reading, Said
from houqin.foundation.journal.models import Book
from houqin.foundation.journal.sentences import CLAUSES, PROBLEMS, Clause, Part, Problem
from houqin.foundation.org.models import Person, School
from houqin.kit.periods import Period

from .composition import FIGURE, TEXT, Composition, Matter, Paragraph, Run, Section, Source
from .hearing import MISSES, PREVIOUS, TURNS, YEAR_BEFORE, Hearing, gap
from .plans import PLANS, Chapter, Plan, Point, numbered

MOST_COMPARISONS = 3  # in one paragraph
# How grave an unmet target is among problems that weigh what they count.
UNMET_WEIGHT = 10


def compose(
    period: Period,
    *,
    kind: str,
    school: School,
    today: date,
    person: Person | None = None,
    clauses: Iterable[Clause] = CLAUSES,
    problems: Iterable[Problem] = PROBLEMS,
) -> Composition:
    """The summary of ``period`` in the manner of plan ``kind``, from the journal as it stands.

    ``person`` is whose own entries a personal summary is about. Raises KeyError for a kind no plan knows.
    """
    composer = Composer(PLANS[kind], Hearing(period, today, person), school, list(clauses), list(problems))
    return composer.composition(composer.sections())


def period_label(period: Period) -> str:
    """What people call the period: its own label, that of a report period or term of the same days, or its months."""
    if period.label:
        return period.label
    for model in (ReportPeriod, Term):
        known = model._default_manager.filter(starts_on=period.start, ends_on=period.end).first()
        if known is not None:
            return str(known)
    first, last = period.start, period.end
    months = period.months()
    if last.year - first.year == 1 and first.month in (7, 8, 9) and last.month in (1, 2):
        # From the summer works to the end of the autumn term.
        return _("%(year)s年下半年") % {"year": first.year}
    if first.year != last.year:
        return _("%(from_year)s年%(from_month)s月至%(to_year)s年%(to_month)s月") % {
            "from_year": first.year,
            "from_month": first.month,
            "to_year": last.year,
            "to_month": last.month,
        }
    if months == period.whole_months() and len(months) in (6, 12):
        if len(months) == 12:
            return _("%(year)s年") % {"year": first.year}
        if first.month in (1, 7):
            return (_("%(year)s年上半年") if first.month == 1 else _("%(year)s年下半年")) % {"year": first.year}
    if first.month == last.month:
        return _("%(year)s年%(month)s月") % {"year": first.year, "month": first.month}
    return _("%(year)s年%(from_month)s月至%(to_month)s月") % {
        "year": first.year,
        "from_month": first.month,
        "to_month": last.month,
    }


def since_when(period: Period) -> str:
    """How a text begins that is about these days: a term, a year, or some other stretch."""
    if 100 <= period.days() <= 230:
        return _("本學期以來")
    return _("一年來") if period.days() >= 300 else _("這段時間")


@dataclass
class Composer:
    """One composing of one plan; see :func:`compose`."""

    plan: Plan
    hearing: Hearing
    school: School
    clauses: list[Clause]
    problems: list[Problem]
    _matters: list[Matter] | None = None

    @property
    def reading(self) -> Reading:
        return self.hearing.reading

    def words(self, text: Any) -> str:
        """A framing sentence or title with its names filled in."""
        names = {
            "school": self.school.name,
            "office": self.school.office,
            "period": period_label(self.hearing.period),
            "person": str(self.hearing.person or ""),
        }
        return re.sub(r"\{(school|office|period|person)\}", lambda found: names[found[1]], str(text))

    def framed(self, text: Any) -> Paragraph:
        """A framing sentence as a paragraph; ``{since}`` says which days it is about, 截至 today where they go on."""
        before, since, after = self.words(text).partition("{since}")
        if not since:
            return _paragraph(before)
        runs = [Run(before + since_when(self.hearing.period))]
        if not self.reading.is_over:
            runs += [Run(_("（截至")), self.hearing.read_on(), Run(_("）"))]
        return Paragraph(tuple(_joined([*runs, Run(after)])))

    def composition(self, sections: Sequence[Section]) -> Composition:
        book = Book.objects.first()
        made = Composition(
            kind=self.plan.kind,
            title=self.words(self.plan.title),
            period=self.hearing.period,
            sections=tuple(sections),
            signature=str(self.hearing.person) if self.plan.is_personal and self.hearing.person else self.office(),
            head=book.head if book else 0,
            digest=book.digest if book else "",
            matters=tuple(self.matters()),
            as_of=min(self.hearing.period.end, self.hearing.today),
        )
        return made.replaced(sources=tuple(sources(self.hearing, made.figure_names())))

    def office(self) -> str:
        return f"{self.school.name}{self.school.office}"

    # Sections

    def sections(self) -> list[Section]:
        made = [Section("", (self.framed(self.plan.opening),))]
        for chapter in self.plan.chapters:
            paragraphs = self.paragraphs(chapter)
            if paragraphs:
                heading = numbered(len(made), level=1, style=self.plan.numbering) + self.words(chapter.heading)
                made.append(Section(heading, tuple(paragraphs)))
        last = made[-1]
        made[-1] = Section(last.heading, (*last.paragraphs, _paragraph(self.words(self.plan.closing))))
        return made

    def paragraphs(self, chapter: Chapter) -> list[Paragraph]:
        if chapter.tells == "problems":
            return self.problem_paragraphs()
        opening = [_paragraph(self.words(text)) for text in chapter.opening]
        if chapter.tells == "next_steps":
            return opening + self.numbered_paragraphs([[Run(step)] for step in self.next_steps()])
        points = [runs for point in chapter.points if (runs := self.point(point))]
        return opening + self.numbered_paragraphs(points)

    def numbered_paragraphs(self, paragraphs: Sequence[Sequence[Run]]) -> list[Paragraph]:
        """Numbered where there are several; one alone needs no number."""
        if len(paragraphs) < 2:
            return [Paragraph(tuple(runs)) for runs in paragraphs]
        return [
            Paragraph(tuple(_joined([Run(numbered(position, level=2, style=self.plan.numbering)), *runs])))
            for position, runs in enumerate(paragraphs, start=1)
        ]

    def point(self, point: Point) -> list[Run]:
        """Its framing sentence, what the domains say, and how that compares; nothing where they say nothing."""
        said = [run for chapter in point.chapters for sentence in self.sentences(chapter) for run in sentence]
        if not said:
            if not point.wants:
                return []
            said = [gap(point.wants), Run("。")]
        return _joined([Run(self.words(point.lead)), *said, *self.comparison(said)])

    # Clauses

    def sentences(self, chapter: str) -> Iterator[list[Run]]:
        """The clauses of a chapter, those of one sentence joined by commas and ended by a full stop."""
        grouped: dict[str, list[Clause]] = {}
        for clause in self.clauses:
            if clause.chapter == chapter and (not clause.kinds or self.plan.kind in clause.kinds):
                grouped.setdefault(clause.sentence, []).append(clause)
        for group in sorted(grouped.values(), key=lambda clauses: min(clause.order for clause in clauses)):
            spoken = [runs for clause in sorted(group, key=lambda one: one.order) if (runs := self.clause(clause))]
            if spoken:
                yield _listed(spoken)

    def clause(self, clause: Clause) -> list[Run]:
        """The runs of a clause; empty where it stays unsaid."""
        expected = clause.expected and not self.plan.is_personal
        listening = Listening(self.reading)
        parts = _template_parts(clause.text, listening) if isinstance(clause.text, str) else clause.text(listening)  # type: ignore[arg-type]
        figures = [part for part in parts or () if isinstance(part, Said)]
        if parts is None:
            missing = [said for said in listening.heard if said.is_without_data]
            if expected and missing and len(missing) == len(listening.heard):
                return [gap(missing[0].label, token=missing[0].name)]
            return []
        if any(said.is_without_data for said in figures):
            if not expected:
                return []
        # What did not happen is not boasted of; a clause with more to say about a nought says it in a function.
        elif isinstance(clause.text, str) and figures and not any(said.value for said in figures):
            return []
        return self.runs(parts)

    def runs(self, parts: Iterable[Part]) -> list[Run]:
        found: list[Run] = []
        for part in parts:
            if not isinstance(part, Said):
                found.append(Run(plain(part)))
            elif part.is_without_data:
                found.append(gap(part.label, token=part.name))
            else:
                found.append(self.hearing.said(part))
        return found

    def comparison(self, said: Sequence[Run]) -> list[Run]:
        """對照計劃，…。與去年同期相比，更換燈管增加12次，…。 For the first figures of a paragraph that have a plan or a past."""
        names = list(dict.fromkeys(run.name for run in said if run.kind == FIGURE))
        planned = [name for name in names if name in self.hearing.targets]
        beside = [[Run(str(self.reading[name].label)), self.hearing.planned(name)] for name in planned]
        return [*(_listed([[Run(_("對照計劃"))], *beside]) if beside else []), *self.beside_earlier(names)]

    def beside_earlier(self, names: Sequence[str]) -> list[Run]:
        for basis, words in ((YEAR_BEFORE, _("與去年同期相比")), (PREVIOUS, _("與上期相比"))):
            known = [name for name in names if self.hearing.is_comparable(name, basis=basis)]
            if known:
                clauses = [
                    [Run(str(self.reading[name].label)), self.hearing.compared(name, basis=basis)]
                    for name in known[:MOST_COMPARISONS]
                ]
                return _listed([[Run(words)], *clauses])
        return []

    # Problems and what follows from them

    def matters(self) -> list[Matter]:
        """What went wrong in the period, gravest first: what the domains find, and duties without a record in time."""
        if self._matters is None:
            found = [
                Matter(tuple(_joined(self.runs(evidence.parts))), evidence.next_step, evidence.weight, problem.name)
                for problem in self.problems
                # Of days to come there is nothing to find.
                if self.is_about(problem.name) and not self.reading.is_ahead
                for evidence in problem.look(self.reading)
            ]
            found += [
                Matter(
                    tuple(_joined(self.missed(record))),
                    _("例行的檢查和職責到期提醒，做完即記，按月對照"),
                    record.missed,
                    f"duty:{record.duty.name}",
                )
                for record in self.duties()
                if record.missed
            ]
            found += [matter for name in self.hearing.targets if (matter := self.unmet(name))]
            self._matters = sorted(found, key=lambda matter: -matter.weight)
        return self._matters

    def missed(self, record: DutyRecord) -> list[Run]:
        """“每週安全檢查”應做12次，其中3次未見按期記錄."""
        due = [Run(_("“%(duty)s”應做") % {"duty": plain(record.duty.label)}), self.hearing.tally(record, TURNS)]
        if record.missed == record.turns:
            return [*due, Run(_("，都未見按期記錄"))]
        return [*due, Run(_("，其中")), self.hearing.tally(record, MISSES), Run(_("未見按期記錄"))]

    def unmet(self, name: str) -> Matter | None:
        """A target the period ended without reaching."""
        said = self.reading[name] if name in FIGURES and self.is_about(name) else None
        if said is None or said.value >= self.hearing.targets[name] or self.hearing.today <= self.hearing.period.end:
            return None
        label = {"label": said.label}
        return Matter(
            (Run(_("%(label)s未達到計劃：") % label), self.hearing.planned(name)),
            _("%(label)s按計劃分月推進，逐月對照") % label,
            UNMET_WEIGHT,
            f"target:{name}",
        )

    def duties(self) -> list[DutyRecord]:
        return [record for record in self.hearing.duties if self.is_about(record.duty.fulfilled_by)]

    def is_about(self, name: str) -> bool:
        return not self.plan.domains or name.partition(".")[0] in self.plan.domains

    def problem_paragraphs(self) -> list[Paragraph]:
        matters = self.matters()
        if not matters:
            return [Paragraph((self.nothing_wrong(),))]
        shown, rest = matters[: self.plan.most_problems], matters[self.plan.most_problems :]
        paragraphs = self.numbered_paragraphs([_ended(matter.runs) for matter in shown])
        if rest:
            self.hearing.rest = len(rest)
            paragraphs.append(Paragraph((Run(_("此外還有")), self.hearing.untold(), Run(_("較輕的問題，一併整改。")))))
        return paragraphs

    def nothing_wrong(self) -> Run:
        """That nothing was found, and what was looked at; a gap where there was nothing to look at."""
        looked = [
            str(problem.label) for problem in self.problems if self.is_about(problem.name) and self.has_data(problem)
        ]
        looked += [str(record.duty.label) for record in self.duties()]
        if not looked:
            return gap(_("存在問題"))
        return Run(_("對照%(looked)s等記錄逐項核對，未發現逾期、漏做或未辦結的事項。") % {"looked": "、".join(looked)})

    def has_data(self, problem: Problem) -> bool:
        domain = problem.name.partition(".")[0]
        return any(kind.partition(".")[0] == domain for _what, kind in self.reading.index.by_kind)

    def next_steps(self) -> list[str]:
        """What the problems shown ask for, in one paragraph, then the plan's standing aims; each once."""
        shown = self.matters()[: self.plan.most_problems]
        drawn = list(dict.fromkeys(plain(one.next_step).rstrip("。；，") for one in shown if one.next_step))
        aims = dict.fromkeys(self.words(aim).rstrip("。；，") for aim in self.plan.aims)
        together = [_("針對存在的問題，%(steps)s") % {"steps": "；".join(drawn)}] if drawn else []
        return [f"{step}。" for step in [*together, *(aim for aim in aims if aim not in drawn)]]


class Listening:
    """A reading that remembers which figures a clause asked for, so that its gap can be named."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self.heard: list[Said] = []

    def __getitem__(self, name: str) -> Said:
        said = self._reading[name]
        self.heard.append(said)
        return said

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reading, name)


def sources(hearing: Hearing, names: Iterable[str]) -> Iterator[Source]:
    """Where each figure comes from: exact value, how many entries, from which number to which."""
    for name in names:
        said = hearing.reading[name]
        numbers = [row.number for row in hearing.reading.rows(name)]
        yield Source(
            name,
            said.label,
            said.json_value(),
            said.unit,
            said.text,
            said.style,
            said.value,
            len(set(numbers)),
            min(numbers, default=None),
            max(numbers, default=None),
        )


_FIGURE_IN_TEMPLATE = re.compile(r"\{([a-z0-9_.]+)\}")


def _template_parts(text: str, reading: Listening) -> list[Part]:
    pieces = _FIGURE_IN_TEMPLATE.split(text)
    parts: list[Part] = []
    for position, piece in enumerate(pieces):
        if position % 2:
            parts.append(reading[piece])
        elif piece:
            parts.append(piece)
    return parts


def plain(text: object) -> str:
    """Words as a paragraph may hold them. What records are called must not read as a figure, a heading or a new line."""
    words = re.sub(r"\s*\n\s*", " ", str(text)).replace("{{", "｛｛").replace("}}", "｝｝").replace("〔待", "［待")
    return "＃" + words[1:] if words.startswith("#") else words


def _paragraph(text: str) -> Paragraph:
    return Paragraph((Run(text),))


def _listed(clauses: Sequence[Sequence[Run]]) -> list[Run]:
    """Clauses joined by ，and ended by 。"""
    runs: list[Run] = []
    for position, clause in enumerate(clauses):
        if position:
            runs.append(Run("，"))
        runs += clause
    return _ended(runs)


def _ended(runs: Sequence[Run]) -> list[Run]:
    """The runs as a sentence: ended by one full stop, whatever stood there."""
    kept = list(runs)
    if kept and kept[-1].kind == TEXT:
        kept[-1] = Run(kept[-1].text.rstrip("。；，、"))
    return _joined([*kept, Run("。")])


def _joined(runs: Iterable[Run]) -> list[Run]:
    """Neighbouring stretches of plain words as one run."""
    found: list[Run] = []
    for run in runs:
        if not run.text:
            continue
        if run.kind == TEXT and found and found[-1].kind == TEXT:
            found[-1] = Run(found[-1].text + run.text)
        else:
            found.append(run)
    return found


__all__ = ["Composer", "compose", "period_label", "sources"]
