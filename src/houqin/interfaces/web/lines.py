"""The rows of a paper (what was asked for, delivered, checked) as tables, told by the words of their model's fields.

A field without a word of its own is bookkeeping and not shown. Money is told by its field (``kit.money``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.db import models

from houqin.foundation.registers.display import masked, shown
from houqin.foundation.registers.register import Column
from houqin.foundation.signing.models import Document
from houqin.kit.money import is_money

from . import words

MOST_ROWS = 200
# A longer table is folded.
MOST_OPEN = 12
# How a code looks; a text that only looks like one is no option of any register and stays what it is.
CODE = re.compile("[a-z][a-z_]*")
# Whole numbers on the line of a thing that do not count the thing.
NOT_OF_THE_THING = ("heads", "per_head", "life_years", "used_years", "year", "score")
PERSONAL = {"phone": "phone", "identity": "identity", "guardian": "pupil", "pupil": "pupil", "student": "pupil"}
KINDS: tuple[tuple[type[models.Field[Any, Any]], str], ...] = (
    (models.DateTimeField, "moment"),
    (models.DateField, "date"),
    (models.TimeField, "time"),
    (models.BooleanField, "flag"),
)


@dataclass(frozen=True)
class Cell:
    text: str
    label: str
    is_number: bool


@dataclass(frozen=True)
class Lines:
    """One table of a paper: its heading, its columns (label, whether numbers), its rows, and how many more there are."""

    title: str
    columns: list[tuple[str, bool]]
    rows: list[list[Cell]]
    more: int

    @property
    def is_long(self) -> bool:
        return len(self.rows) > MOST_OPEN


def has_word(field: models.Field[Any, Any]) -> bool:
    """Whether the field has a word for the screen, not the one Django makes of its name."""
    return str(field.verbose_name) != field.name.replace("_", " ")


def is_number(field: models.Field[Any, Any]) -> bool:
    return isinstance(field, models.IntegerField) and not field.choices


def plain(row: models.Model, field: models.Field[Any, Any]) -> str:
    """A field's value as people read it; "" for nothing and for a flag that is not set."""
    if isinstance(field, models.ForeignKey):
        related = getattr(row, field.name)
        if isinstance(related, Document):
            return f"{related.number} {related.title()}"
        return str(related) if related is not None else ""
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")() or "")
    value = getattr(row, field.attname)
    if is_money(field):
        return shown(Column(field.name, "", kind="money"), value)
    if is_number(field) and value is not None:
        counted = _counted(row)
        return (
            words.quantity_label(value, counted)
            if counted is not None and field.name not in NOT_OF_THE_THING
            else f"{value:,}"
        )
    if isinstance(field, models.CharField) and isinstance(value, str) and CODE.fullmatch(value):
        return words.code_label(type(row), field.name, value)
    kind = next((word for model, word in KINDS if isinstance(field, model)), "text")
    return "" if value is False else shown(Column(field.name, "", kind=kind), value)


def _counted(row: models.Model) -> Any:
    """The commodity a row counts, which knows its unit and decimals."""
    for name in ("item", "card"):
        if name in {field.name for field in row._meta.concrete_fields}:
            return getattr(getattr(row, name), "commodity", None)
    for field in row._meta.concrete_fields:
        if isinstance(field, models.ForeignKey) and _counts_an_item(type(row), field.name):
            return getattr(row, field.name).item.commodity
    return getattr(row, "commodity", None) if hasattr(row, "commodity_id") else None


def tables_of(document: Document) -> list[Lines]:
    """The tables on the paper, each read in one query."""
    made = []
    for name in document.tables:
        relation = next((one for one in document._meta.related_objects if one.get_accessor_name() == name), None)
        if relation is None or not relation.one_to_many:
            continue
        table = _table(document, name, relation.field.name)
        if table.rows:
            made.append(table)
    return made


def _table(document: Document, name: str, back: str) -> Lines:
    query = getattr(document, name).all()
    fields = [
        field
        for field in query.model._meta.concrete_fields
        if has_word(field)
        and not field.primary_key
        and field.name not in (back, "position")
        # Numbers and marks of the machine, not of the paper.
        and not isinstance(field, models.JSONField)
    ]
    joined = [field.name for field in fields if isinstance(field, models.ForeignKey)]
    joined += [
        f"{name}__commodity" for name in ("item", "card") if name in joined and _has_commodity(query.model, name)
    ]
    joined += [f"{name}__item__commodity" for name in joined if "__" not in name and _counts_an_item(query.model, name)]
    rows = list(query.select_related(*joined)[: MOST_ROWS + 1])
    more = query.count() - MOST_ROWS if len(rows) > MOST_ROWS else 0
    rows = rows[:MOST_ROWS]
    # A column with nothing in it, or nothing but zeros, says nothing.
    fields = [field for field in fields if any(getattr(row, field.attname) not in (None, "", 0) for row in rows)]
    cells = [[_cell(document, row, field) for field in fields] for row in rows]
    return Lines(
        title=str(query.model._meta.verbose_name) if _has_name(query.model) else "",
        columns=[(str(field.verbose_name), is_number(field)) for field in fields],
        rows=cells,
        more=more,
    )


def _counts_an_item(model: type[models.Model], name: str) -> bool:
    """Whether the row it names is itself a line about an item, and called by it: the order's line of a delivery's."""
    target = model._meta.get_field(name).related_model
    return (
        isinstance(target, type)
        and any(field.name == "item" for field in target._meta.concrete_fields)
        and _has_commodity(target, "item")
    )


def _has_commodity(model: type[models.Model], name: str) -> bool:
    target = model._meta.get_field(name).related_model
    return isinstance(target, type) and any(field.name == "commodity" for field in target._meta.concrete_fields)


def _has_name(model: type[models.Model]) -> bool:
    return not str(model._meta.verbose_name).isascii()


def _cell(document: Document, row: models.Model, field: models.Field[Any, Any]) -> Cell:
    text = plain(row, field)
    kind = PERSONAL.get(field.name, "pupil" if field.name in document.personal else "")
    if kind and text and not isinstance(field, models.ForeignKey):
        text = masked(Column(field.name, "", personal=kind), text)
    return Cell(text, str(field.verbose_name), is_number(field))
