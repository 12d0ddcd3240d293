"""Write what a school takes away: .xlsx with real dates and numbers, .csv that Excel opens as Chinese."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Literal

Kind = Literal["text", "integer", "money", "date", "moment", "time", "percent"]


@dataclass(frozen=True)
class OutputColumn:
    """A column: `kind` decides how values are written; `width` is in characters, None measures the heading and rows."""

    heading: str
    kind: Kind = "text"
    width: float | None = None


@dataclass(frozen=True)
class OutputSheet:
    """A sheet; rows are sequences in the order of `columns`; money is integer 分."""

    name: str
    columns: Sequence[OutputColumn]
    rows: Iterable[Sequence[object]]
    title: str | None = None
    notes: Sequence[str] = ()


def write_xlsx(target: BinaryIO, sheets: Iterable[OutputSheet]) -> None:
    """Write a workbook."""
    raise NotImplementedError


def write_csv(target: BinaryIO, columns: Sequence[OutputColumn], rows: Iterable[Sequence[object]]) -> None:
    """Write one table as UTF-8 with BOM, CRLF."""
    raise NotImplementedError
