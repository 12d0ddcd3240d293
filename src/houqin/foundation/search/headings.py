"""What can be found although it is no row: things to do, registers, pages, headings of the handbook.

They are few, so they are looked through in memory, by the same words as the index.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from houqin.kit.text import fold

from .words import Question, tokens_of


@dataclass(frozen=True)
class Heading:
    """A fixed place to go: its title, its address, ``words`` are further words it is found by."""

    name: str
    title: Any
    address: str
    icon: str = "arrow-right"
    about: Any = ""
    words: str = ""


def headings_that_answer(asked: Question, among: Iterable[Heading], *, most: int = 8) -> list[Heading]:
    """Those whose title answers, kind by kind as they come and the shortest first, then those whose further words do.

    What is called exactly what was typed comes before all.
    """
    by_title: list[tuple[tuple[bool, int, int], Heading]] = []
    by_words: list[Heading] = []
    kinds: dict[str, int] = {}
    for one in among:
        title = str(one.title)
        if asked.finds(tokens_of(title)):
            kind = kinds.setdefault(str(one.about), len(kinds))
            by_title.append(((fold(title) != fold(asked.asked), kind, len(title)), one))
        elif one.words and asked.finds((*tokens_of(title), *tokens_of(one.words))):
            by_words.append(one)
    found = [one for _order, one in sorted(by_title, key=lambda pair: pair[0])]
    return [*found, *by_words][:most]
