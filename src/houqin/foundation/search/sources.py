"""Which rows are searched and what they say, taken from the registers: no domain says anything for the search's sake.

A row is found by the words in its register's columns. Those that are searched there count more; those that are personal
(identity numbers, telephones, what was marked so) are never read. Lines of a paper are found as their paper.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model

from houqin.foundation.org.models import Person
from houqin.foundation.registers.register import REGISTERS, Column, Register
from houqin.foundation.signing.models import Document

from .words import tokens_of

READ = frozenset({"text", "reference", "choice"})
# What is printed to tell papers and things apart. Their digits are words; their letters (WX-) stand on every paper of a
# kind and would be found by whoever looks for initials.
NUMBERS = frozenset({"number", "slip", "serial", "code", "tag", "voucher", "barcode", "staff_number"})


class Archivist(Person):
    """Reads for the index, so sees everything: holds every role everywhere and is nobody of the school."""

    class Meta:
        proxy = True
        managed = False
        app_label = "search"

    current_roles: Any = {}

    def has_role(self, *roles: str) -> bool:
        return True

    def campuses_as(self, *roles: str) -> set[int] | None:
        return None


def archivist() -> Person:
    """A person in memory who may see every row; never written, never shown."""
    return Archivist(pk=0, name="", folded="", is_active=True)


@dataclass
class Source:
    """A model whose rows are found, with the registers that show it; the first is the one hits are called after."""

    model: type[Model]
    registers: list[Register] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return self.model._meta.label_lower

    @property
    def is_paper(self) -> bool:
        """Papers have a page and a day; what has none is a noun: a place, a person, an item."""
        return issubclass(self.model, Document)


@dataclass(frozen=True)
class Said:
    """What a row says: tokens of its title columns, of the others, its number and the ordinal of its day (0: none)."""

    key: int
    title: tuple[str, ...]
    rest: tuple[str, ...]
    number: str
    day: int


def sources() -> dict[str, Source]:
    """Every source by its kind."""
    return _sources(tuple(REGISTERS.names()))


@lru_cache(maxsize=4)
def _sources(names: tuple[str, ...]) -> dict[str, Source]:
    found: dict[str, Source] = {}
    reader = archivist()
    for name in names:
        register = REGISTERS[name]
        columns = [column for column in register.table_columns() if column.searched and not column.personal]
        model = register.document or register.rows(reader).model
        if columns and (register.document is not None or _is_noun(model, columns)):
            found.setdefault(model._meta.label_lower, Source(model)).registers.append(register)
    return found


def _is_noun(model: type[Model], columns: Sequence[Column]) -> bool:
    """Whether rows have a name of their own and are no part of a paper."""
    if not model._meta.managed:
        return False
    relations = [one for one in model._meta.concrete_fields if one.is_relation]
    if any(isinstance(one.related_model, type) and issubclass(one.related_model, Document) for one in relations):
        return False
    own = {one.name for one in model._meta.concrete_fields if not one.is_relation}
    # An item kept by a store has the item's name; whoever stands for one row alone is called as it is.
    alone = {one.name for one in relations if one.unique}
    return any(
        column.lookup in own or (column.lookup.count("__") == 1 and column.lookup.partition("__")[0] in alone)
        for column in columns
    )


def read(source: Source, keys: Sequence[int]) -> Iterator[Said]:
    """What the rows of these keys say. Rows that are gone, or that no register shows, are left out."""
    reader = archivist()
    said: dict[int, tuple[dict[str, None], dict[str, None], str, int]] = {}
    known: set[str] = set()
    for register in source.registers:
        columns = [one for one in register.table_columns() if one.kind in READ and not one.personal]
        columns = [one for one in columns if one.lookup not in known and not one.lookup.endswith("_digest")]
        if known and not any(one.searched for one in columns):
            continue
        known |= {one.lookup for one in columns}
        extra = [name for name in (_number_field(source.model), register.day) if name]
        options = [{str(value): str(label) for value, label in one.options().items()} for one in columns]
        rows = register.rows(reader).filter(pk__in=keys).order_by()
        for row in rows.values_list("pk", *(one.lookup for one in columns), *extra):
            title, rest, number, day = said.get(row[0], ({}, {}, "", 0))
            for column, labels, value in zip(columns, options, row[1:], strict=False):
                if value in (None, ""):
                    continue
                text = labels.get(str(value), str(value))
                tokens = tokens_of(text)
                if column.lookup.rpartition("__")[2] in NUMBERS:
                    tokens = tuple(one for one in tokens if any(sign.isdigit() for sign in one))
                (title if column.searched else rest).update(dict.fromkeys(tokens))
            told = dict(zip(extra, row[1 + len(columns) :], strict=True))
            number = number or str(told.get(_number_field(source.model)) or "")
            if source.is_paper and not day and (on := told.get(register.day)):
                day = on.toordinal()
            said[row[0]] = (title, rest, number, day)
    for key, (title, rest, number, day) in said.items():
        yield Said(key, tuple(title), tuple(token for token in rest if token not in title), number, day)


@lru_cache(maxsize=256)
def _number_field(model: type[Model]) -> str:
    """The field of a model that holds its printed number; "" where it has none."""
    for name in ("number", "staff_number", "code"):
        try:
            if not model._meta.get_field(name).is_relation:
                return name
        except FieldDoesNotExist:
            continue
    return ""
