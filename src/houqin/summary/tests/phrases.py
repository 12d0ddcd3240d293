"""Whether words follow each other within one clause of a text."""

from __future__ import annotations

import re
from collections.abc import Sequence

_CLAUSE_ENDS = re.compile("[，。；、：]")


def clause_with(text: str, phrase: Sequence[str]) -> str | None:
    """The first clause of ``text`` in which the words of ``phrase`` stand in order, or None."""
    wanted = re.compile(".*?".join(map(re.escape, phrase)))
    return next((clause for clause in _CLAUSE_ENDS.split(text) if wanted.search(clause)), None)
