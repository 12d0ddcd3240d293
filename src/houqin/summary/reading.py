"""A summary as it reads now: its fair copy where it is frozen, else its draft with live figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from houqin.foundation.calendar.models import Duty
from houqin.foundation.journal.figures import FIGURES, MONEY, Reading, Row, Selection, Unanswered, say
from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Refused
from houqin.foundation.journal.sentences import CLAUSES, PROBLEMS
from houqin.foundation.org.models import School
from houqin.kit.numbers import yuan
from houqin.kit.periods import Period

from .composing import Composer
from .composition import GAP, TEXT, Composition, Section
from .drafts import TOKEN, hand_numbers, sections_of
from .hearing import Hearing
from .models import FairCopy, Summary, Version
from .plans import PLANS
from .rules import SUBMITTED


def read_on(summary: Summary, *, today: date) -> date:
    """The day a summary is read at: that of its submission while it waits for the principal, else today."""
    signed = (summary.stated or {}).get("read_on")
    return date.fromisoformat(signed) if signed and summary.state == SUBMITTED else today


def composed_afresh(summary: Summary, *, today: date) -> Composition:
    """What the program would write about the same days now, whatever people made of it."""
    composer = _composer(summary, today=read_on(summary, today=today))
    return composer.composition(composer.sections()).replaced(number=summary.number)


def composition_of(summary: Summary, *, today: date) -> Composition:
    """The text of ``summary`` as it stands."""
    copy = FairCopy.objects.filter(summary_id=summary.pk).first()
    if copy is not None:
        return Composition.from_data(copy.content)
    composer = _composer(summary, today=read_on(summary, today=today))
    composed = composer.sections()
    if summary.text:
        known = _numbers_in(composed) | _numbers_begun_with(summary)
        composed = sections_of(summary.text, hearing=composer.hearing, known=known, vouched=summary.vouched_numbers())
    return composer.composition(composed).replaced(number=summary.number)


def known_numbers(summary: Summary, *, today: date) -> set[str]:
    """Quantities in the words the program itself wrote, now or when editing began: nobody typed them."""
    return _numbers_in(composed_afresh(summary, today=today).sections) | _numbers_begun_with(summary)


def _numbers_in(sections: Iterable[Section]) -> set[str]:
    words = [section.heading for section in sections]
    words += [
        run.text
        for section in sections
        for paragraph in section.paragraphs
        for run in paragraph.runs
        if run.kind == TEXT
    ]
    return {number for text in words for number in hand_numbers(text)}


def _numbers_begun_with(summary: Summary) -> set[str]:
    begun = Version.objects.filter(summary_id=summary.pk, position=0).first() if summary.pk else None
    return set(hand_numbers(TOKEN.sub("", begun.text))) if begun else set()


def _composer(summary: Summary, *, today: date) -> Composer:
    hearing = Hearing(summary.period(), today, summary.person)
    return Composer(PLANS[summary.plan], hearing, School.objects.get(), list(CLAUSES), list(PROBLEMS))


@dataclass(frozen=True)
class Correction:
    """A number of a fair copy that reads differently now, and the entries written since that made it so.

    ``name`` is the figure's, with its part or duty where it is not the whole of one (``assets.things_added#飲水機``).
    """

    name: str
    label: str
    reported: int | str
    reported_text: str
    now: int | str
    now_text: str
    entries: tuple[int, ...]

    @property
    def reported_exact(self) -> str:
        """The exact number where the text rounds it: 82 of 80餘次."""
        return _exactly(self.reported, self.reported_text)

    @property
    def now_exact(self) -> str:
        return _exactly(self.now, self.now_text)

    @property
    def sentence(self) -> str:
        """更換燈管：報80餘次（82），今81，因第 312 號登記。"""
        return _("%(label)s：報%(reported)s，今%(now)s%(because)s。") % {
            "label": self.label,
            "reported": self.reported_text + (f"（{self.reported_exact}）" if self.reported_exact else ""),
            "now": self.now_text + (f"（{self.now_exact}）" if self.now_exact else ""),
            "because": f"，{_('因')}{self.because}" if self.entries else "",
        }

    @property
    def because(self) -> str:
        """第 312、313 號登記."""
        if not self.entries:
            return ""
        return _("第 %(numbers)s 號登記") % {"numbers": "、".join(map(str, self.entries))}

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "label": self.label,
            "reported": self.reported,
            "reported_text": self.reported_text,
            "now": self.now,
            "now_text": self.now_text,
            "entries": list(self.entries),
            "text": self.sentence,
        }


def _exactly(value: int | str, text: str) -> str:
    # 200套 and 3,485元 say it themselves; 80餘次 and 6.22萬元 do not.
    return str(value) if any(word in text for word in "餘萬") else ""


def corrections(summary: Summary) -> list[Correction]:
    """What of a frozen summary the book says differently now: entries dated into its days afterwards, and corrections
    written later about a day of its closed months. Empty for a draft.

    It is read as of the day the copy was: what happened in the period after that day corrects nothing.
    """
    copy = FairCopy.objects.filter(summary_id=summary.pk).first()
    return [] if copy is None else list(_corrections(summary, copy))


def _corrections(summary: Summary, copy: FairCopy) -> Iterator[Correction]:
    told = Composition.from_data(copy.content)
    as_of = told.as_of or summary.ends_on
    reading = Reading(summary.period(), by=summary.person, today=as_of)
    for source in told.sources:
        if source.name not in FIGURES:
            continue
        rows = reading.corrected_rows(source.name)
        now = sum(row.quantity for row in rows)
        if now == source.quantity:
            continue
        style = source.style
        yield Correction(
            source.name,
            source.label,
            _told(source.quantity, style),
            source.text,
            _told(now, style),
            say(now, source.unit, style),
            _causes(FIGURES[source.name].of, rows, copy=copy, period=reading.period),
        )
    yield from _corrected_parts(summary, told, copy=copy, as_of=as_of, period=reading.period)


def _told(value: int, style: str) -> int | str:
    return yuan(value) if style == MONEY else value


def _corrected_parts(
    summary: Summary, told: Composition, *, copy: FairCopy, as_of: date, period: Period
) -> Iterator[Correction]:
    """Parts of figures, and duties kept or missed, told again from the book as it stands."""
    runs = {run.token: run for run in told.runs() if "#" in run.token or run.token.startswith("duty:")}
    if not runs:
        return
    composer = _composer(summary, today=as_of)
    composer.sections()
    for token, run in runs.items():
        try:
            now = composer.hearing.heard(token)
        except Refused:
            continue
        if now.text == run.text:
            continue
        if run.name in FIGURES:
            label = run.about.get("label") or FIGURES[run.name].label
            causes = _causes(FIGURES[run.name].of, composer.reading.rows(run.name), copy=copy, period=period)
        else:
            duty = Duty.objects.filter(name=run.name.removeprefix("duty:")).first()
            label = duty.label if duty else run.name
            kinds = [duty.fulfilled_by] if duty else []
            causes = tuple(sorted(_written_since(copy, kinds=kinds, period=period)))
        text = str(_("沒有了")) if now.kind == GAP else now.text
        yield Correction(token, str(label), run.value or 0, run.text, now.value or 0, text, causes)


def _causes(of: Selection, rows: Sequence[Row], *, copy: FairCopy, period: Period) -> tuple[int, ...]:
    """The entries since the copy that changed a figure: its new rows, else what answered or took back its old ones."""
    causes = {row.number for row in rows if row.number > copy.head}
    if isinstance(of, Unanswered) or not causes:
        # What an answer closed is no row any more: the answer is what made the difference.
        answers = of.answer if isinstance(of, Unanswered) else ()
        causes |= _written_since(copy, kinds=[*_words(of.kind), *_words(answers)], period=period)
    return tuple(sorted(causes))


def _written_since(copy: FairCopy, *, kinds: Sequence[str], period: Period) -> set[int]:
    since = Entry.objects.filter(number__gt=copy.head, kind__in=kinds)
    return {
        number
        for number, on, about in since.values_list("number", "occurred_on", "about_on")
        if period.contains(on) or (about and period.contains(about))
    }


def _words(value: object) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)  # type: ignore[arg-type]
