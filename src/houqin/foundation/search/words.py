"""What texts and questions are cut into.

Neither database finds one or two Chinese characters by itself, so the index is of tokens of our own (simplified, half-width,
lower case):

    维, 维修        every character and every pair of neighbours
    ~wxd           the initials of three syllables from each character on
    =weixiudengguan  the syllables of four characters from each character on
    wx, 2018       Latin words and numbers; letters and digits that touch also apart (a4, 50016)

Whatever is typed in Latin letters is looked for as the beginning of a word, of initials and of syllables, so that a part of
a word is enough.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from houqin.kit.text import searchable_runs, syllables

INITIALS, SYLLABLES = "~", "="
INITIALS_AT_ONCE, SYLLABLES_AT_ONCE = 3, 4
MOST_WORDS = 8
LONGEST_TEXT, LONGEST_WORD = 2_000, 60
_PARTS = re.compile(r"[0-9]+|[^0-9]+")
_LETTERS = re.compile(r"[a-zü]+")


@lru_cache(maxsize=32_768)
def tokens_of(text: str) -> tuple[str, ...]:
    """The tokens of a text, each once. A school writes the same words again and again, so what was cut is remembered."""
    found: dict[str, None] = {}
    for run, is_chinese in searchable_runs(text[:LONGEST_TEXT]):
        if is_chinese:
            _add_chinese(run, found)
        else:
            found[run[:LONGEST_WORD]] = None
            if len(parts := _PARTS.findall(run)) > 1:
                found.update(dict.fromkeys(part[:LONGEST_WORD] for part in parts))
    return tuple(found)


def _add_chinese(run: str, found: dict[str, None]) -> None:
    sounds = syllables(run)
    heads = "".join(sound[:1] for sound in sounds)
    for start in range(len(run)):
        found[run[start]] = None
        if start + 1 < len(run):
            found[run[start : start + 2]] = None
        if initials := heads[start : start + INITIALS_AT_ONCE]:
            found[INITIALS + initials] = None
        found[SYLLABLES + "".join(sounds[start : start + SYLLABLES_AT_ONCE])] = None


def plain_number(text: str) -> str:
    """A printed number as it is compared: WX-2018-0001, wx20180001 and ＷＸ 2018 0001 are one."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text).casefold())


@dataclass(frozen=True)
class Token:
    """A token that must be there, or one that begins with it."""

    text: str
    is_beginning: bool = False


@dataclass(frozen=True)
class Question:
    """What was typed. Every word must be there: ``words`` are the words, each a choice of readings, each reading a few tokens
    that must all be there."""

    asked: str
    words: tuple[tuple[tuple[Token, ...], ...], ...]

    def __bool__(self) -> bool:
        return bool(self.words)

    def finds(self, tokens: Iterable[str]) -> bool:
        """Whether a text of these tokens is an answer; what the databases do, in Python."""
        known = frozenset(tokens)

        def has(token: Token) -> bool:
            return token.text in known or (token.is_beginning and any(one.startswith(token.text) for one in known))

        return all(any(all(has(token) for token in reading) for reading in word) for word in self.words)


def question(asked: str) -> Question:
    """What was typed, cut as the index is cut. Without a letter, a character or a digit there is nothing to look for."""
    words: list[tuple[tuple[Token, ...], ...]] = []
    for run, is_chinese in searchable_runs(asked[:LONGEST_TEXT]):
        if is_chinese:
            pairs = [run[start : start + 2] for start in range(len(run) - 1)] or [run]
            words.append((tuple(map(Token, dict.fromkeys(pairs))),))
        else:
            words.append(_readings(run[:LONGEST_WORD]))
    return Question(asked, tuple(dict.fromkeys(words[:MOST_WORDS])))


def _readings(word: str) -> tuple[tuple[Token, ...], ...]:
    """A word in Latin letters: as it stands, as initials, as syllables."""
    readings: list[tuple[Token, ...]] = [(Token(word, True),)]
    if len(word) > 1 and _LETTERS.fullmatch(word):
        windows = [word[at : at + INITIALS_AT_ONCE] for at in range(max(1, len(word) - INITIALS_AT_ONCE + 1))]
        readings.append(tuple(Token(INITIALS + one, True) for one in dict.fromkeys(windows)))
        readings.append((Token(SYLLABLES + word, True),))
    return tuple(readings)
