"""A summary as it reads now: its fair copy where it is frozen, else its draft with live figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from houqin.foundation.journal.figures import FIGURES, Reading, Unanswered, say
from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.sentences import CLAUSES, PROBLEMS
from houqin.foundation.org.models import School

from .composing import Composer
from .composition import TEXT, Composition
from .drafts import hand_numbers, sections_of
from .hearing import Hearing
from .models import FairCopy, Summary
from .plans import PLANS


def composition_of(summary: Summary, *, today: date) -> Composition:
    """The text of ``summary`` as it stands."""
    copy = FairCopy.objects.filter(summary_id=summary.pk).first()
    if copy is not None:
        return Composition.from_data(copy.content)
    composer = _composer(summary, today=today)
    composed = composer.sections()
    if summary.text:
        known = {
            number
            for section in composed
            for paragraph in section.paragraphs
            for run in paragraph.runs
            if run.kind == TEXT
            for number in hand_numbers(run.text)
        }
        composed = sections_of(summary.text, hearing=composer.hearing, known=known, vouched=summary.vouched_numbers())
    return composer.composition(composed).replaced(number=summary.number)


def _composer(summary: Summary, *, today: date) -> Composer:
    hearing = Hearing(summary.period(), today, summary.person)
    return Composer(PLANS[summary.plan], hearing, School.objects.get(), list(CLAUSES), list(PROBLEMS))


@dataclass(frozen=True)
class Correction:
    """A figure of a fair copy that reads differently now, and the entries written since that made it so."""

    name: str
    label: str
    reported: int
    reported_text: str
    now: int
    now_text: str
    entries: tuple[int, ...]

    @property
    def sentence(self) -> str:
        """更換燈管：報80餘次（82），今81，因第 312 號登記。"""
        because = (
            _("，因第 %(numbers)s 號登記") % {"numbers": "、".join(map(str, self.entries))} if self.entries else ""
        )
        return _("%(label)s：報%(reported_text)s（%(reported)s），今%(now_text)s（%(now)s）%(because)s。") % {
            "label": self.label,
            "reported_text": self.reported_text,
            "reported": self.reported,
            "now_text": self.now_text,
            "now": self.now,
            "because": because,
        }


def corrections(summary: Summary) -> list[Correction]:
    """What of a frozen summary the book says differently now: entries dated into its days afterwards, and corrections
    written later about a day of its closed months. Empty for a draft."""
    copy = FairCopy.objects.filter(summary_id=summary.pk).first()
    return [] if copy is None else list(_corrections(summary, copy))


def _corrections(summary: Summary, copy: FairCopy) -> Iterator[Correction]:
    reading = Reading(summary.period(), by=summary.person)
    for source in Composition.from_data(copy.content).sources:
        if source.name not in FIGURES:
            continue
        rows = reading.corrected_rows(source.name)
        now = sum(row.quantity for row in rows)
        if now == source.quantity:
            continue
        figure = FIGURES[source.name]
        causes = {row.number for row in rows if row.number > copy.head}
        if isinstance(figure.of, Unanswered) or not causes:
            # What an answer closed is no row any more: the answer is what made the difference.
            answers = figure.of.answer if isinstance(figure.of, Unanswered) else ()
            kinds = {*_words(figure.of.kind), *_words(answers)}
            since = Entry.objects.filter(number__gt=copy.head, kind__in=kinds)
            causes |= {
                number
                for number, on, about in since.values_list("number", "occurred_on", "about_on")
                if summary.period().contains(on) or (about and summary.period().contains(about))
            }
        yield Correction(
            source.name,
            source.label,
            source.quantity,
            source.text,
            now,
            say(now, source.unit, source.style),
            tuple(sorted(causes)),
        )


def _words(value: object) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)  # type: ignore[arg-type]
