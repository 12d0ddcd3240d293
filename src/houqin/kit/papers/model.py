"""A paper: what is said, free of how it is printed.

The summary composes a `Paper`; `docx`, `pdf`, `html` and `markdown` print the same one. The numbering of headings
(一、 （一） 1. （1）) is part of the text, because the office chooses its own headings.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal, Self

Script = Literal["traditional", "simplified"]

BODY = 0
"""Level of a paragraph of running text; 1 to 4 are the heading levels 一、 （一） 1. （1）."""


@dataclass(frozen=True)
class Run:
    """A stretch of text with one meaning.

    `figure` names the figure the text states, so that a page can open its rows; `gap` marks 〔待補〕, a figure without
    data, which every format shows loudly.
    """

    text: str
    figure: str | None = None
    gap: bool = False

    def converted(self, convert: Callable[[str], str]) -> Self:
        return replace(self, text=convert(self.text))


@dataclass(frozen=True)
class Paragraph:
    """Runs on one level: 0 is body, 1 to 4 are the headings inside a section."""

    runs: tuple[Run, ...]
    level: int = BODY

    def __post_init__(self) -> None:
        if self.level not in range(5):
            raise ValueError(f"a paragraph's level is 0 (body) or 1 to 4, not {self.level}")

    @classmethod
    def of(cls, text: str, *, level: int = BODY) -> Self:
        """A paragraph of plain words."""
        return cls(runs=(Run(text),), level=level)

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)

    def converted(self, convert: Callable[[str], str]) -> Self:
        return replace(self, runs=tuple(run.converted(convert) for run in self.runs))


@dataclass(frozen=True)
class Section:
    """A level-1 heading over its paragraphs; an empty heading is the opening before 一、."""

    heading: str
    paragraphs: tuple[Paragraph, ...] = ()

    def converted(self, convert: Callable[[str], str]) -> Self:
        return replace(
            self,
            heading=convert(self.heading),
            paragraphs=tuple(paragraph.converted(convert) for paragraph in self.paragraphs),
        )


@dataclass(frozen=True)
class Table:
    """A table of the appendix. Every row has as many cells as there are columns."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        if not self.columns:
            raise ValueError(f"table {self.caption!r} has no columns")
        for number, row in enumerate(self.rows, start=1):
            if len(row) != len(self.columns):
                raise ValueError(
                    f"table {self.caption!r}, row {number}: {len(row)} cells under {len(self.columns)} columns"
                )

    def converted(self, convert: Callable[[str], str]) -> Self:
        return replace(
            self,
            caption=convert(self.caption),
            columns=tuple(convert(column) for column in self.columns),
            rows=tuple(tuple(convert(cell) for cell in row) for row in self.rows),
        )


@dataclass(frozen=True)
class Paper:
    """A whole paper, from its title to its appendix.

    `signature` is the office that signs, `signed_on` the day (None while it is a draft), `attachments` the names of
    what is attached, `footer` a line in small print under all of it (the chain head of the book the figures come from).
    """

    title: str
    addressee: str = ""
    sections: tuple[Section, ...] = ()
    signature: str = ""
    signed_on: date | None = None
    attachments: tuple[str, ...] = ()
    footer: str = ""
    script: Script = "traditional"
    appendix: tuple[Table, ...] = field(default=())

    @property
    def language(self) -> str:
        """The BCP 47 tag of the paper's script, for the document's language attribute."""
        return {"traditional": "zh-TW", "simplified": "zh-CN"}[self.script]

    @property
    def gaps(self) -> tuple[str, ...]:
        """The texts of all gaps in reading order; a paper with gaps may not be signed."""
        return tuple(
            run.text
            for section in self.sections
            for paragraph in section.paragraphs
            for run in paragraph.runs
            if run.gap
        )

    def converted(self, script: Script) -> Self:
        """The same paper in one script: every text goes through OpenCC, names of figures stay.

        A paper of the wanted script is converted too: what a school imported in the other one stands among its words.
        """
        from houqin.kit import text  # here, not above: OpenCC's dictionaries load only for who converts

        convert = {"traditional": text.to_traditional, "simplified": text.to_simplified}[script]
        return replace(
            self,
            title=convert(self.title),
            addressee=convert(self.addressee),
            sections=tuple(section.converted(convert) for section in self.sections),
            signature=convert(self.signature),
            attachments=tuple(convert(attachment) for attachment in self.attachments),
            footer=convert(self.footer),
            script=script,
            appendix=tuple(table.converted(convert) for table in self.appendix),
        )


def chinese_date(day: date) -> str:
    """2019年7月5日: Arabic numerals without leading zeros, as GB/T 9704-2012 §7.3.5.4 wants."""
    return f"{day.year}年{day.month}月{day.day}日"
