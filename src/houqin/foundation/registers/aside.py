"""Rows of a sheet that disagree with themselves or with the book: set aside, shown, decided one by one, never dropped.

An import asked to (``add_missing`` "doubtful") takes in what can be taken in and lays each other row down as a
:class:`.models.RowAside`, with every objection. Somebody who may import that register then takes it in as corrected
(renumbered, one of two readings kept), joins it to the row that bears its number, or leaves it out with a reason. The
sheet read again knows the row, whatever was decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from houqin.foundation.journal.actions import can
from houqin.foundation.journal.spoken import kind_is_called
from houqin.foundation.org.models import Person
from houqin.foundation.signing.routes import Route, Step, next_number
from houqin.kit.text import clean_cell

from .models import RowAside
from .register import REGISTERS, Register

if TYPE_CHECKING:
    from houqin.foundation.journal.writer import Draft, Unit

    from .reading import Row

kind_is_called("registers.row_set_aside", _("擱置一行待核對"))

# The word of an import's ``add_missing`` that asks for it.
OPTION = "doubtful"
ROUTE = Route(
    states={"open": _("待決定"), "taken": _("已收入"), "merged": _("已併入"), "left_out": _("不收")},
    steps=(
        Step("open", "taken", "registers.row_taken", signs="decider", optional=True),
        Step("open", "merged", "registers.row_merged", signs="decider", optional=True),
        Step("open", "left_out", "registers.row_left_out", signs="decider", optional=True),
    ),
    final=("taken", "merged", "left_out"),
)


def as_text(cell: Any) -> str:
    """A cell as it is kept and read again: ISO days, whole numbers without a fraction, "" for nothing."""
    if cell is None:
        return ""
    if isinstance(cell, datetime) and cell.time() == time():
        cell = cell.date()
    if isinstance(cell, (date, datetime, time)):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return clean_cell(str(cell))


def lay_aside(
    unit: Unit, row: Row, reasons: Iterable[tuple[str, str, str]], *, register: Register, file: str, sheet: str
) -> Draft:
    """Draft the entry that sets ``row`` aside. ``reasons`` are (column name, heading, sentence)."""
    told = list(reasons)
    entry = unit.draft("registers.row_set_aside")
    key = register.importing.key if register.importing else ()
    cells = {name: as_text(value) for name, value in row.data.items() if as_text(value)}
    named = " ".join(filter(None, (row.named(key), *(cells.get(name, "") for name in ("name", "specification")))))
    entry.document = entry.creates(
        RowAside(
            number=next_number(RowAside, entry.occurred_on), state="open", opened_on=entry.occurred_on,
            opened_by=entry.by, register=register.name, file=file[-200:], sheet=sheet[:120], row=row.number,
            said=(named or "；".join(list(cells.values())[:3]))[:200], cells=cells, key=row.key, content=row.content,
            reasons="\n".join(f"{heading}：{sentence}" if heading else sentence for _name, heading, sentence in told),
            columns=",".join(dict.fromkeys(name for name, _heading, _sentence in told if name))[:200],
        )
    )  # fmt: skip
    return entry


def known_aside(register: str, keys: list[str]) -> set[tuple[str, str]]:
    """(key, content) of the rows of these keys that were set aside before."""
    return set(RowAside.objects.filter(register=register, key__in=keys).values_list("key", "content"))


def may_decide(person: Person, register: Register | None) -> bool:
    """Whoever may import a register decides about its rows."""
    return register is not None and register.importing is not None and can(person, register.importing.action)


def asides_of(person: Person) -> Any:
    """The rows somebody may decide about, and may see decided."""
    names = [one.name for one in REGISTERS if may_decide(person, one)]
    return RowAside.objects.filter(register__in=names)


def proposals(aside: RowAside, person: Person) -> list[tuple[str, dict[str, str]]]:
    """Ready answers the register offers for this row: (label, cells to change)."""
    register = REGISTERS.get(aside.register)
    if register is None or register.importing is None or register.importing.proposes is None:
        return []
    return register.importing.proposes(aside.cells, aside.columns.split(","), person)


def changed_cells(aside: RowAside, told: Mapping[str, str], register: Register) -> dict[str, str]:
    """What was asked to be changed, by column name; a heading on paper or on screen is known too."""
    names: dict[str, str] = {}
    for column in register.imported_columns():
        for heading in (column.name, str(column.label), *column.headings):
            names.setdefault(heading, column.name)
    return {names.get(name, name): value for name, value in told.items()}
