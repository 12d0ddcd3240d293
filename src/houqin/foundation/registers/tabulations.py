"""Tables worked out for what is asked: 收發存 of any days, who consumed what, what is short.

A register lists rows of the book; a tabulation computes its rows from the days, store or class asked for. Declared once,
it is a page with a form above the table, a print, a file (.xlsx, .csv, .docx, .pdf), a word of the command line
(``houqin table NAME``) and a resource of the API. Numbers and money are whole numbers of the smallest unit, as in a register.

    @tabulation("stores.movements", title=_("收發存"), form=Days, group=_("庫房"), icon="table", readers=office)
    def movements(person, *, start, end, store):
        return Tabulated(columns=(Column("item", _("品名")), Column("closing", _("結存"), kind="integer", total=True)),
                         rows=[Row(("粉筆", 12), Opens.register("stores.receipts", item="粉筆"))])
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.org.models import Person, School
from houqin.foundation.org.reach import ends_of
from houqin.foundation.org.rules import Rule, anyone
from houqin.kit import clock
from houqin.kit.papers import Table
from houqin.kit.papers.slip import Slip
from houqin.kit.registry import Registry
from houqin.kit.workbooks import Kind, OutputColumn, OutputSheet, write_csv, write_xlsx

from .display import shown
from .register import Column

FORMATS = ("xlsx", "csv", "docx", "pdf", "html", "json")
PRINTS = ("pdf", "docx", "html")
# More columns than this are printed on a page laid on its side.
WIDE = 8
_KINDS: dict[str, Kind] = {"integer": "integer", "money": "money", "date": "date", "moment": "moment", "time": "time"}


@dataclass(frozen=True)
class Opens:
    """What a row of a table opens: a document, a register narrowed down, another tabulation, an entry.

    ``what`` is "document", "register", "tabulation" or "entry"; ``name`` the kind or name (for an entry its number);
    ``key`` the document's key; ``params`` what the register's address narrows by or the tabulation's form is filled with.
    """

    what: str
    name: str
    key: int = 0
    params: tuple[tuple[str, str], ...] = ()

    @classmethod
    def document(cls, kind: str, key: int) -> Opens:
        return cls("document", kind, key)

    @classmethod
    def register(cls, name: str, **params: object) -> Opens:
        return cls("register", name, params=tuple((key, str(value)) for key, value in params.items()))

    @classmethod
    def tabulation(cls, name: str, **params: object) -> Opens:
        return cls("tabulation", name, params=tuple((key, str(value)) for key, value in params.items()))

    @classmethod
    def entry(cls, number: int) -> Opens:
        return cls("entry", str(number))


@dataclass(frozen=True)
class Row:
    """One row: a value per column, what it opens, and ``mark`` "late", "due" or "done" where its colour means something."""

    values: Sequence[Any]
    opens: Opens | None = None
    mark: str = ""


@dataclass(frozen=True)
class Tabulated:
    """The table as it came out. ``heading`` says what it is of (北校區庫房 2026-09-01 至 2027-01-20), ``notes`` stand below it."""

    columns: Sequence[Column]
    rows: Sequence[Row]
    heading: str = ""
    notes: Sequence[str] = ()
    signatures: Sequence[str] = ()

    def totals(self) -> list[int | None]:
        """The sum under each column that adds up, None under the others."""
        return [
            sum(int(row.values[position] or 0) for row in self.rows) if column.total else None
            for position, column in enumerate(self.columns)
        ]


@dataclass(frozen=True)
class Tabulation:
    """A computed table; see the module. ``paper`` prints it otherwise than as its table (a room card, a sheet to sign)."""

    name: str
    title: Any
    form: type[forms.Form]
    rows: Callable[..., Tabulated]
    readers: Rule = anyone
    group: Any = ""
    icon: str = "table"
    about: Any = ""
    paper: Callable[..., Sequence[Slip]] | None = None
    in_menu: bool = True
    presets: Sequence[tuple[Any, str]] = field(default_factory=tuple)
    whole_school: bool = False

    def __post_init__(self) -> None:
        if self.where or self.whole_school:
            return
        # What cannot be asked of one campus alone is read by a post for the whole school.
        readers = self.readers
        object.__setattr__(
            self,
            "readers",
            Rule(
                lambda person, about: readers(person, **about) and readers.reach(person) is None,
                lambda: readers.who,
                reach=readers.reach,
                names=readers.names,
            ),
        )

    @property
    def where(self) -> tuple[str, ...]:
        """The fields of its form that name a campus, a store or a room."""
        return tuple(name for name, one in self.form.base_fields.items() if getattr(one, "says_where", False))

    @property
    def domain(self) -> str:
        return self.name.partition(".")[0]

    def asked(self, person: Person, data: dict[str, Any] | Any) -> Asked:
        """Read what is asked for. A form is read against nothing but itself, so an empty one gives its defaults."""
        return Asked(self, person, data)


TABULATIONS: Registry[Tabulation] = Registry("tabulation")


def tabulation(name: str, **facts: Any) -> Callable[[Callable[..., Tabulated]], Tabulation]:
    """Declare a computed table over the function that works it out: ``rows(person, **cleaned) -> Tabulated``.

    A field of the form that is left out takes its ``initial`` (called where it can be), so the page opens with a table.
    """

    def declare(rows: Callable[..., Tabulated]) -> Tabulation:
        return TABULATIONS.add(name, Tabulation(name=name, rows=rows, **facts))

    return declare


class Asked:
    """A tabulation with what was asked of it: its bound form, its table, its paper, its file."""

    def __init__(self, tabulation: Tabulation, person: Person, data: Any) -> None:
        if not tabulation.readers(person):
            raise Denied(
                _("「%(title)s」只給%(who)s看。需要的話請找總務處開通。")
                % {"title": tabulation.title, "who": tabulation.readers.who}
            )
        self.tabulation, self.person = tabulation, person
        given = {key: data[key] for key in data if key in tabulation.form.base_fields and data[key] not in (None, "")}
        for name, one in tabulation.form.base_fields.items():
            if name not in given and one.initial is not None:
                given[name] = one.initial() if callable(one.initial) else one.initial
        self.given = given
        self.form = tabulation.form(given)

    @property
    def is_readable(self) -> bool:
        return self.form.is_valid()

    def table(self) -> Tabulated:
        """The table; refused with the form's own first sentence where it cannot be read."""
        self._need_readable()
        return self.tabulation.rows(self.person, **self._within_reach())

    def _within_reach(self) -> dict[str, Any]:
        """What was asked, for a post of limited reach of what it reaches: its own campus or store where none was named."""
        cleaned = dict(self.form.cleaned_data)
        reach = self.tabulation.readers.reach(self.person)
        if not reach or self.tabulation.whole_school:
            return cleaned
        told = [cleaned[name] for name in self.tabulation.where if cleaned.get(name) is not None]
        for one in told:
            if not any(end.campuses & reach.campuses for end in ends_of(one) or ()):
                raise Denied(
                    _("您的崗位管不到「%(place)s」。請選自己校區的，或請總務處來看。") % {"place": one}, field="campus"
                )
        if told:
            return cleaned
        for name in self.tabulation.where:
            rows = self.form.fields[name].rows()  # type: ignore[attr-defined]
            own = [one for one in rows if any(end.campuses & reach.campuses for end in ends_of(one) or ())]
            if len(own) == 1:
                return cleaned | {name: own[0]}
        raise Denied(
            _("全校的「%(title)s」由全校範圍的崗位來看。請先選校區或倉庫。") % {"title": self.tabulation.title}
        )

    def slips(self) -> Sequence[Slip]:
        """As it is printed: the tabulation's own forms, else the table under its title with lines to sign on."""
        self._need_readable()
        if self.tabulation.paper is not None:
            return self.tabulation.paper(self.person, **self._within_reach())
        table = self.table()
        rows = [tuple(shown(c, v) for c, v in zip(table.columns, row.values, strict=True)) for row in table.rows]
        totals = table.totals()
        if any(total is not None for total in totals) and rows:
            sums = [shown(c, t) if t is not None else "" for c, t in zip(table.columns, totals, strict=True)]
            rows.append((sums[0] or _("合計"), *sums[1:]))
        school = School.objects.first()
        signers = table.signatures or (_("制表人"), _("負責人"), _("日期"))
        return [
            Slip(
                title=str(self.tabulation.title),
                school=f"{school.name}{school.office}" if school else "",
                facts=((_("範圍"), table.heading), (_("列印日期"), clock.today().isoformat())),
                tables=(Table("", tuple(str(column.label) for column in table.columns), tuple(rows)),),
                text=tuple(str(note) for note in table.notes),
                signatures=tuple((str(one), "") for one in signers),
                landscape=len(table.columns) > WIDE,
            )
        ]

    def file(self, format: str) -> bytes:
        """The table as .xlsx, .csv or .json, the paper as .docx, .pdf or .html."""
        if format not in FORMATS:
            raise Refused(
                _("只能存成%(formats)s，不能存成「%(format)s」。")
                % {"formats": "、".join(FORMATS), "format": format[:20]},
                field="format",
            )
        if format in ("docx", "pdf", "html"):
            return printed(self.slips(), format)
        table, target = self.table(), BytesIO()
        columns = [OutputColumn(str(column.label), _KINDS.get(column.kind, "text")) for column in table.columns]
        rows = (
            [v if c.kind in _KINDS else shown(c, v) for c, v in zip(table.columns, row.values, strict=True)]
            for row in table.rows
        )
        if format == "json":
            return json.dumps(self.as_json(), ensure_ascii=False).encode()
        if format == "csv":
            write_csv(target, columns, rows)
        else:
            write_xlsx(target, [OutputSheet(str(self.tabulation.title), columns, rows)])
        return target.getvalue()

    def as_json(self) -> dict[str, Any]:
        """The table for machines: columns and rows by column name; money in 元 with two decimals, days in ISO."""
        table = self.table()

        def plain(column: Column, value: Any) -> Any:
            if value is None or isinstance(value, bool):
                return value
            if column.kind == "money":
                return f"{'-' if value < 0 else ''}{abs(value) // 100}.{abs(value) % 100:02d}"
            return value if isinstance(value, int) else str(value)

        return {
            "name": self.tabulation.name,
            "title": str(self.tabulation.title),
            "heading": str(table.heading),
            "columns": [
                {"name": column.name, "label": str(column.label), "kind": column.kind} for column in table.columns
            ],
            "rows": [
                {c.name: plain(c, v) for c, v in zip(table.columns, row.values, strict=True)} for row in table.rows
            ],
            "notes": [str(note) for note in table.notes],
        }

    def _need_readable(self) -> None:
        if not self.form.is_valid():
            name, errors = next(iter(self.form.errors.items()))
            label = self.form.fields[name].label if name in self.form.fields else ""
            raise Refused(f"{label}：{errors[0]}" if label else str(errors[0]), field=name)


def printed(slips: Sequence[Slip], format: str) -> bytes:
    """Slips as .docx, .pdf or .html, in the script the school writes in. Raises ValueError for another format."""
    from houqin.kit.papers import slips as writers

    school = School.objects.first()
    ready = [slip.converted(school.writes_in() if school else "traditional") for slip in slips]
    if format == "html":
        return writers.write_html(ready).encode()
    if format == "pdf":
        return writers.write_pdf(ready)
    if format != "docx":
        raise ValueError(f"no such format of a print: {format}")
    target = BytesIO()
    writers.write_docx(ready, target)
    return target.getvalue()
