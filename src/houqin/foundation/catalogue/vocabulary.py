"""Vocabularies: the categories of one kind of matter, and the words on paper that mean them.

    JOBS = vocabulary("repairs.job", (
        Term("lamp", _("更換燈管"), words=("更換燈管", "換燈管", "更换日光灯")),
        …
    ))
    JOBS.find("更换灯管") → "lamp"

A school adds its own words (:class:`.models.Word`); the longest word that fits wins; what fits nothing is "".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from houqin.kit.registry import Registry
from houqin.kit.text import fold

from .models import Word


@dataclass(frozen=True)
class Term:
    """A category: ``code`` as entries keep it, its label, the words that mean it, its counter word.

    A word fits where it is contained in what was written; ``all_of`` asks that every one of several parts be there
    (更換…閥門), because people put things between verb and object.
    """

    code: str
    label: Any
    words: tuple[str, ...] = ()
    all_of: tuple[tuple[str, ...], ...] = ()
    counter: str = ""


class Vocabulary:
    """The terms of one kind of matter."""

    def __init__(self, name: str, terms: Iterable[Term]) -> None:
        self.name = name
        self.terms = {term.code: term for term in terms}
        self._patterns = sorted(
            (
                (tuple(fold(part) for part in parts), term.code)
                for term in self.terms.values()
                for parts in [*((word,) for word in (str(term.label), *term.words)), *term.all_of]
            ),
            key=lambda pattern: -sum(map(len, pattern[0])),
        )
        self._own: list[tuple[tuple[str, ...], str]] | None = None
        self._found: dict[str, str] = {}

    def label(self, code: str) -> str:
        term = self.terms.get(code)
        return str(term.label) if term else code

    def labels(self) -> dict[str, str]:
        return {code: str(term.label) for code, term in self.terms.items()}

    def find(self, written: str) -> str:
        """The code of the term that ``written`` means, or "" where none fits."""
        if not written:
            return ""
        if written not in self._found:
            if len(self._found) > 5000:
                self._found.clear()
            key = fold(written)
            own = self._own_patterns()
            self._found[written] = next(
                (code for parts, code in [*own, *self._patterns] if all(part in key for part in parts)), ""
            )
        return self._found[written]

    def forget(self) -> None:
        """Read the school's own words again: one was added."""
        self._own = None
        self._found.clear()

    def _own_patterns(self) -> list[tuple[tuple[str, ...], str]]:
        if self._own is None:
            words = Word.objects.filter(vocabulary=self.name, term__in=self.terms).values_list("folded", "term")
            self._own = sorted((((word,), term) for word, term in words), key=lambda pattern: -len(pattern[0][0]))
        return self._own


VOCABULARIES: Registry[Vocabulary] = Registry("vocabulary")


def vocabulary(name: str, terms: Iterable[Term]) -> Vocabulary:
    """Declare a vocabulary."""
    return VOCABULARIES.add(name, Vocabulary(name, terms))


# Roll-up categories of things that summaries quote; the codes are what commodities carry.
GOODS = vocabulary(
    "goods",
    (
        Term("desk_set", _("學生課桌椅"), words=("課桌椅", "學生桌椅", "課桌凳"), counter="套"),
        Term("teacher_desk_set", _("教師辦公桌椅"), words=("辦公桌椅", "教師桌椅", "辦公桌"), counter="套"),
        Term("lamp_tube", _("燈管"), words=("日光燈管", "燈泡", "LED燈"), counter="支"),
        Term("valve", _("閥門"), words=("閘閥", "球閥", "角閥"), counter="只"),
        Term("tap", _("水嘴"), words=("水龍頭", "水籠頭", "龍頭"), counter="只"),
        Term("door", _("門"), words=("木門", "防盜門", "門扇"), counter="張"),
        Term("window", _("窗戶"), words=("窗扇", "鋁合金窗", "窗子"), counter="頁"),
        Term("projector", _("投影儀"), words=("投影機", "實物投影"), counter="臺"),
        Term("computer", _("電腦"), words=("計算機", "台式電腦", "筆記本電腦"), counter="臺"),
        Term("bookcase", _("書櫃"), words=("書櫥", "書架"), counter="個"),
        Term("unicycle", _("獨輪車"), counter="臺"),
        Term("costume", _("服裝"), words=("演出服",), counter="套"),
    ),
)
