"""What can be found although it is no row: things to do, registers, pages, headings of the handbook.

    heading("handbook.backup", _("備份"), "/handbook/#backup", icon="lifebuoy", about=_("手冊"))

They are few, so they are looked through in memory, by the same words as the index.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from houqin.foundation.org.rules import Rule, anyone
from houqin.kit.registry import Registry

from .words import Question, tokens_of


@dataclass(frozen=True)
class Heading:
    """A fixed place to go: its title, its address, who may go there. ``words`` are further words it is found by."""

    name: str
    title: Any
    address: str
    icon: str = "arrow-right"
    about: Any = ""
    words: str = ""
    readers: Rule = anyone


HEADINGS: Registry[Heading] = Registry("heading")


def heading(name: str, title: Any, address: str, **facts: Any) -> Heading:
    """Declare a fixed place that search finds, such as a chapter of the handbook."""
    return HEADINGS.add(name, Heading(name, title, address, **facts))


def headings_that_answer(asked: Question, among: Iterable[Heading], *, most: int = 8) -> list[Heading]:
    """Those whose title answers, the shortest first, then those whose sentence or further words do."""
    by_title, by_words = [], []
    for one in among:
        title = str(one.title)
        if asked.finds(tokens_of(title)):
            by_title.append((len(title), one))
        elif one.words and asked.finds((*tokens_of(title), *tokens_of(one.words))):
            by_words.append(one)
    return [one for _length, one in sorted(by_title, key=lambda pair: pair[0])][:most] + by_words[
        : max(0, most - len(by_title))
    ]
