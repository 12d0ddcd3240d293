"""A register as a file: what one sees, as .xlsx with real dates and numbers or as .csv, fit to be imported again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any, BinaryIO, Literal

from django.utils.translation import gettext as _

from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.org.models import Person
from houqin.foundation.org.rules import reveals
from houqin.kit.workbooks import Kind, OutputColumn, OutputSheet, write_csv, write_xlsx

from .actions import disclose
from .listing import Listing
from .register import Column, Register

Format = Literal["xlsx", "csv"]
_KINDS: dict[str, Kind] = {"integer": "integer", "money": "money", "date": "date", "moment": "moment", "time": "time"}


def export(register: Register, person: Person, params: Mapping[str, str], *, format: Format | str = "xlsx") -> bytes:
    """The file's content; ``params`` as for :class:`.listing.Listing`, on all pages. See :func:`write`."""
    target = BytesIO()
    write(target, register, person, params, format=format)
    return target.getvalue()


def write(
    target: BinaryIO, register: Register, person: Person, params: Mapping[str, str], *, format: Format | str = "xlsx"
) -> None:
    """Write what ``person`` sees of ``register`` to ``target`` as it is read from the database.

    Personal values are masked; ``full=1`` shows telephone numbers and pupils' names to the director and the
    administrator, and is refused to others. It leaves a trace: who, which register, how many rows. Identity numbers stay
    masked for everybody.
    """
    if format not in ("xlsx", "csv"):
        raise Refused(
            _("只能匯出 xlsx 或 csv，不能匯出「%(format)s」。") % {"format": str(format)[:20]}, field="format"
        )
    full = params.get("full", "") in {"1", "true", "yes"}
    if full and not reveals(person):
        raise Denied(_("匯出不隱去的個人資料只有總務主任或系統管理員可以。去掉 full=1 可以匯出隱去的。"))
    listing = Listing(register, person, params, full=full)
    if not params.get("columns"):
        listing.columns = [*_numbers(listing), *listing.columns]
    if full and any(column.personal for column in listing.columns):
        disclose.perform(person, {"register": register.name, "rows": listing.count()}, via="export")
    columns = [OutputColumn(str(column.label), _KINDS.get(column.kind, "text")) for column in listing.columns]
    if format == "csv":
        write_csv(target, columns, _rows(listing))
        return
    try:
        write_xlsx(target, [OutputSheet(str(register.title), columns, _rows(listing))])
    except ValueError as error:
        raise Refused(str(error)) from error


def _numbers(listing: Listing) -> list[Column]:
    """The columns that name a row for good but are not shown: without them the file could not come in again."""
    importing = listing.register.importing
    names = importing.key if importing else ()
    return [column for column in listing.all_columns if column.name in names and column not in listing.columns]


def _rows(listing: Listing) -> Iterator[Sequence[Any]]:
    plain = [_is_plain(column) for column in listing.columns]
    for row in listing.every_row():
        yield [
            value if is_plain else listing.shown(column, value)
            for column, value, is_plain in zip(listing.columns, row, plain, strict=True)
        ]


def _is_plain(column: Column) -> bool:
    """Whether the file keeps the value itself: numbers, days and times; text too, unless it stands for something."""
    return column.kind in _KINDS or column.kind in {"text", "reference"}


__all__ = ["export", "write"]
