"""Read what schools have: .xlsx, .xls, .ods and .csv in any of the usual encodings, whatever the file is called."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import BinaryIO

Cell = None | str | int | float | bool | date | datetime | time | timedelta


class Unreadable(ValueError):
    """The file cannot be read; the one argument is a sentence that says why and what to do next."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a file may cost before it is refused."""

    file_bytes: int = 50_000_000
    unpacked_bytes: int = 400_000_000
    ratio: int = 200
    members: int = 2_000
    rows: int = 200_000
    columns: int = 500
    cell_characters: int = 32_767


@dataclass(frozen=True)
class Sheet:
    """One sheet; `rows[0]` is row 1 of the file and `rows[n][0]` is column A, also where these are empty."""

    name: str
    rows: Sequence[tuple[Cell, ...]]


@dataclass(frozen=True)
class Workbook:
    """A file that was read; `notes` are sentences for the person who brought it."""

    file: str
    sheets: tuple[Sheet, ...]
    notes: tuple[str, ...] = ()
    epoch1904: bool = False


def read(path: Path | BinaryIO, *, name: str | None = None, limits: Limits = Limits()) -> Workbook:
    """Read a whole file or refuse it with `Unreadable`."""
    raise NotImplementedError
