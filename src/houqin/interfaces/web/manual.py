"""The handbook: a chapter for each kind of work, written once; shown as help, illustrated in ``docs/handbook/``.

A chapter is a Markdown file in ``handbook/``. Its pictures are written ``![words](shot:LOGIN /address/ phone)``: whose screen
of the demo school it is, which page, and "phone" for a narrow one. The help shows a link to the page in its place;
``scripts/handbook`` takes the picture.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt

from houqin.foundation.org.models import Role

FOLDER = Path(__file__).with_name("handbook")
# In the order of the table of contents; each file bears the name of the role it is for.
CHAPTERS = (
    "director", "clerk", "storekeeper", "asset_manager", "repairer", "guard", "teacher", "safety_officer", "buyer",
    "accountant", "administrator",
)  # fmt: skip
# Whoever has no chapter of their own reads the nearest one.
READ_BY: dict[str, str] = {
    Role.PRINCIPAL: "director",
    Role.VICE_PRINCIPAL: "director",
    Role.CLASS_TEACHER: "teacher",
    Role.AUDITOR: "accountant",
    Role.CASHIER: "accountant",
}
_SHOT = re.compile(
    r"^!\[(?P<words>[^\]]+)\]\(shot:(?P<login>\w+) (?P<address>/[^ )]*)(?P<phone> phone)?\)$", re.MULTILINE
)


@dataclass(frozen=True)
class Shot:
    """A picture of a page: what it shows, whose screen, which address, narrow or wide."""

    words: str
    login: str
    address: str
    on_phone: bool


@dataclass(frozen=True)
class Part:
    """A heading of a chapter and the text below it; ``anchor`` is its place on the help page."""

    title: str
    text: str
    anchor: str


@dataclass(frozen=True)
class Chapter:
    """One kind of work."""

    name: str
    title: str
    source: str

    def parts(self) -> list[Part]:
        """Its sections, the words before the first one among them under the chapter's own title."""
        pieces = re.split(r"^## ", self.source.partition("\n")[2], flags=re.MULTILINE)
        found = [Part(self.title, pieces[0].strip(), "top")] if pieces[0].strip() else []
        for number, piece in enumerate(pieces[1:], start=1):
            title, _newline, text = piece.partition("\n")
            found.append(Part(title.strip(), text.strip(), f"s{number}"))
        return found

    def shots(self) -> Iterator[Shot]:
        for found in _SHOT.finditer(self.source):
            yield _shot(found)


def _shot(found: re.Match[str]) -> Shot:
    return Shot(found["words"], found["login"], found["address"], found["phone"] is not None)


@cache
def chapters() -> tuple[Chapter, ...]:
    """Every chapter, in order."""
    made = []
    for name in CHAPTERS:
        source = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
        made.append(Chapter(name, source.partition("\n")[0].removeprefix("# ").strip(), source))
    return tuple(made)


def as_html(text: str, *, open_page: Callable[[str], str]) -> str:
    """A part's text as HTML; where the printed handbook has a picture, a link to the page.

    ``open_page`` gives the link's words for an address, or nothing where its reader may not open it. Raw HTML is not let
    through.
    """

    def linked_to(found: re.Match[str]) -> str:
        words = open_page(found["address"])
        return f"[{words} · {found['words']}]({found['address']})" if words else ""

    linked = _SHOT.sub(linked_to, text)
    return MarkdownIt("commonmark", {"html": False}).render(linked)


def with_pictures(chapter: Chapter, names: dict[Shot, str]) -> str:
    """The chapter as Markdown whose pictures are files: ``names`` gives the path of each shot."""
    return _SHOT.sub(lambda found: f"![{found['words']}]({names[_shot(found)]})", chapter.source)
