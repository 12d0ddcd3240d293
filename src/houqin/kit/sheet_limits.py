"""What a file may cost before it is refused, how a refusal is said, and how a cell is called."""

from dataclasses import dataclass


class Unreadable(ValueError):
    """The file cannot be read; the one argument is a sentence that says why and what to do next."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a file may cost.

    `file_bytes` is the file as it arrives; `unpacked_bytes`, `ratio` and `members` bound the zip inside an .xlsx or
    .ods, `elements` what its XML is made of, `sheets` how many of them there are; `rows` and `columns` count up to the last cell with something in it, `cells` their product over all sheets;
    `cell_characters` is Excel's own limit; `text_bytes` bounds what repeated text may grow to once it is spread out;
    `seconds` and `memory_bytes` bound the separate process that reads the old .xls.
    """

    file_bytes: int = 50_000_000
    unpacked_bytes: int = 200_000_000
    ratio: int = 200
    members: int = 2_000
    elements: int = 12_000_000
    sheets: int = 100
    rows: int = 200_000
    columns: int = 500
    cells: int = 2_000_000
    cell_characters: int = 32_767
    text_bytes: int = 500_000_000
    seconds: int = 15
    memory_bytes: int = 2_000_000_000


def column_letters(column: int) -> str:
    """Name the column counted from 0 as Excel does: 0 is A, 26 is AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def address(row: int, *, column: int) -> str:
    """Name a cell counted from 0 as Excel does: row 4, column 2 is C5."""
    return f"{column_letters(column)}{row + 1}"
