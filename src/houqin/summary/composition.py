"""What is composed: a text that knows its figures. Plain data, so that a fair copy can be stored and read again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from houqin.kit.periods import Period

# What a run is.
TEXT = "text"
FIGURE = "figure"  # a number of the period: ``name`` is the figure's
COMPARISON = "comparison"  # the same number against an earlier period: ``name`` is the figure's
TALLY = "tally"  # a number counted here from duties or problems
GAP = "gap"  # 〔待補：…〕
HAND = "hand"  # typed by somebody, nothing behind it yet


@dataclass(frozen=True)
class Run:
    """A stretch of text. ``value`` is what the number is exactly (money as "3485.00"); ``token`` is how a draft's text
    spells it, without the braces; ``about`` is whatever else an interface may want to show."""

    text: str
    kind: str = TEXT
    name: str = ""
    value: int | str | None = None
    token: str = ""
    about: Mapping[str, Any] = field(default_factory=dict)

    @property
    def source(self) -> str:
        """The run as a draft's text has it: figures as {{name}}, all else as itself."""
        return f"{{{{{self.token}}}}}" if self.token else self.text

    def as_data(self) -> dict[str, Any]:
        facts = {
            "text": self.text,
            "kind": self.kind,
            "name": self.name,
            "value": self.value,
            "token": self.token,
            "about": dict(self.about),
        }
        return {name: value for name, value in facts.items() if value not in ("", None, {})}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Run:
        return cls(
            data["text"],
            data.get("kind", TEXT),
            data.get("name", ""),
            data.get("value"),
            data.get("token", ""),
            data.get("about", {}),
        )


@dataclass(frozen=True)
class Paragraph:
    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)

    @property
    def source(self) -> str:
        return "".join(run.source for run in self.runs)


@dataclass(frozen=True)
class Section:
    """A level-1 heading, number and all, over its paragraphs; the opening has no heading."""

    heading: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True)
class Source:
    """Where a figure comes from: its exact value, and the entries behind it."""

    name: str
    label: str
    value: int | str
    unit: str
    text: str
    style: str
    # The value in its smallest unit, for comparing later.
    quantity: int
    entries: int
    first: int | None
    last: int | None

    def as_data(self) -> dict[str, Any]:
        return dict(self.__dict__)


@dataclass(frozen=True)
class Matter:
    """One thing that went wrong, as 存在問題 tells it, and what will be done."""

    runs: tuple[Run, ...]
    next_step: str
    weight: int
    problem: str

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True)
class Vouched:
    """A hand number somebody stands for: by a record (``entry``) or by their own word (``note``).

    ``where`` are the clauses it stood in then: the same number said of something else is not vouched for. None of papers
    from before clauses were kept, which stand for the number wherever it is.
    """

    text: str
    entry: int | None
    note: str
    by: str
    where: Sequence[str] | None = None


@dataclass(frozen=True)
class Composition:
    """A whole summary. ``gaps`` and ``unvouched`` (hand numbers nobody vouched for) must be empty before it is signed."""

    kind: str
    title: str
    period: Period
    sections: tuple[Section, ...]
    signature: str
    head: int
    digest: str
    signed_on: date | None = None
    sources: tuple[Source, ...] = ()
    matters: tuple[Matter, ...] = ()
    number: str = ""
    # The day it was read at: the last of the period, or the day of reading where that was still to come.
    as_of: date | None = None

    def runs(self) -> Iterator[Run]:
        for section in self.sections:
            for paragraph in section.paragraphs:
                yield from paragraph.runs

    @property
    def gaps(self) -> tuple[str, ...]:
        """What is missing, in reading order, each once."""
        return tuple(dict.fromkeys(run.name or run.text for run in self.runs() if run.kind == GAP))

    def typed(self) -> Iterator[Run]:
        """The hand numbers nobody vouched for, each as often as it stands; ``about`` says in which clause."""
        return (run for run in self.runs() if run.kind == HAND)

    @property
    def unvouched(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(run.text for run in self.runs() if run.kind == HAND))

    def figure_names(self) -> tuple[str, ...]:
        """The figures quoted, in reading order, each once."""
        return tuple(dict.fromkeys(run.name for run in self.runs() if run.kind in (FIGURE, COMPARISON)))

    @property
    def text(self) -> str:
        lines = [self.title]
        for section in self.sections:
            lines += [section.heading] if section.heading else []
            lines += [paragraph.text for paragraph in section.paragraphs]
        return "\n".join(lines)

    @property
    def source(self) -> str:
        """The text as a draft keeps it: a heading is a line that begins with "# ", every other line a paragraph."""
        lines: list[str] = []
        for section in self.sections:
            lines += [f"# {section.heading}"] if section.heading else []
            lines += [paragraph.source for paragraph in section.paragraphs]
        return "\n".join(lines)

    def as_data(self) -> dict[str, Any]:
        """Everything, as JSON keeps it; :meth:`from_data` gives the same composition again."""
        return {
            "kind": self.kind,
            "title": self.title,
            "from": self.period.start.isoformat(),
            "to": self.period.end.isoformat(),
            "label": self.period.label,
            "signature": self.signature,
            "signed_on": self.signed_on.isoformat() if self.signed_on else None,
            "number": self.number,
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "head": self.head,
            "digest": self.digest,
            "sections": [
                {
                    "heading": section.heading,
                    "paragraphs": [[run.as_data() for run in paragraph.runs] for paragraph in section.paragraphs],
                }
                for section in self.sections
            ],
            "sources": [source.as_data() for source in self.sources],
            "matters": [
                {
                    "runs": [run.as_data() for run in matter.runs],
                    "next_step": matter.next_step,
                    "weight": matter.weight,
                    "problem": matter.problem,
                }
                for matter in self.matters
            ],
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Composition:
        return cls(
            kind=data["kind"],
            title=data["title"],
            period=Period(date.fromisoformat(data["from"]), date.fromisoformat(data["to"]), data["label"]),
            sections=tuple(
                Section(
                    section["heading"],
                    tuple(Paragraph(tuple(map(Run.from_data, runs))) for runs in section["paragraphs"]),
                )
                for section in data["sections"]
            ),
            signature=data["signature"],
            head=data["head"],
            digest=data["digest"],
            signed_on=date.fromisoformat(data["signed_on"]) if data["signed_on"] else None,
            sources=tuple(Source(**source) for source in data["sources"]),
            matters=tuple(
                Matter(
                    tuple(map(Run.from_data, matter["runs"])), matter["next_step"], matter["weight"], matter["problem"]
                )
                for matter in data["matters"]
            ),
            number=data["number"],
            as_of=date.fromisoformat(data["as_of"]) if data.get("as_of") else None,
        )

    def replaced(self, **facts: Any) -> Composition:
        return replace(self, **facts)
