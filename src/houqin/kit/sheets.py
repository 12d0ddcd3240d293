"""Read what schools have: .xlsx, .xls, .ods and .csv in any of the usual encodings, whatever the file is called.

`read` gives rows where they lie in the file: `sheet.rows[4][2]` is what a person sees in C5. A file that is hostile,
locked, damaged or no table at all ends in `Unreadable` with a sentence that says what to do, in bounded time and
memory.
"""

import pickle
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path, PurePath
from typing import Any, BinaryIO

import python_calamine
from django.utils.translation import gettext as _

from houqin.kit import sheet_legacy, sheet_packages, sheet_text
from houqin.kit.sheet_limits import Limits, Unreadable, address, column_letters

__all__ = ["Cell", "Limits", "Sheet", "Unreadable", "Workbook", "address", "column_letters", "read"]

Cell = None | str | int | float | bool | date | datetime | time | timedelta

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DEFAULT_LIMITS = Limits()


@dataclass(frozen=True)
class Sheet:
    """One sheet; `rows[0]` is row 1 of the file and `rows[n][0]` is column A, also where these are empty.

    Rows may differ in length; a cell beyond the end of its row is empty. An error cell is its text, such as "#REF!".
    `merges` are ranges of cells that were merged into one, (first row, first column, last row, last column) from 0; their
    content stands in the first cell alone. `hidden` are rows nobody sees, `uncalculated` formulas without a result, `padded`
    how many digits a number is shown with at least (12 as 0012).
    """

    name: str
    rows: Sequence[tuple[Cell, ...]]
    merges: tuple[tuple[int, int, int, int], ...] = ()
    hidden: frozenset[int] = frozenset()
    uncalculated: frozenset[tuple[int, int]] = frozenset()
    padded: Mapping[tuple[int, int], int] = field(default_factory=dict)


@dataclass(frozen=True)
class Workbook:
    """A file that was read; `notes` are sentences for the person who brought it.

    `epoch1904` says that bare numbers standing for dates count from 1904 (real dates are already right).
    """

    file: str
    sheets: tuple[Sheet, ...]
    notes: tuple[str, ...] = ()
    epoch1904: bool = False


def read(path: Path | BinaryIO, *, name: str | None = None, limits: Limits = _DEFAULT_LIMITS) -> Workbook:
    """Read a whole file, by what it is and not by what it is called.

    `path` is a path or an open binary file; `name` is what the person called it. Empty cells are None, whole numbers
    int, dates and times real ones; cells of a .csv stay text, without the apostrophe that `workbooks.write_csv` puts
    before what would start a formula. Raises `Unreadable` for everything else, never anything a parser throws.
    """
    data = _bytes(path, limits=limits)
    if name is None:
        name = PurePath(str(path if isinstance(path, PurePath) else getattr(path, "name", ""))).name
    if not data:
        raise Unreadable(_("檔案是空的。請確認選對了檔案。"))
    _refuse_what_is_no_table(data)
    if data.startswith(b"PK"):
        return _package(data, name=name, limits=limits)
    if data.startswith(_OLE):
        return _legacy(data, name=name, limits=limits)
    rows, notes = sheet_text.rows_of(data, limits=limits)
    return Workbook(file=name, sheets=(Sheet(name=PurePath(name).stem, rows=rows),), notes=notes)


def _bytes(path: Path | BinaryIO, *, limits: Limits) -> bytes:
    try:
        if isinstance(path, PurePath):
            if not Path(path).is_file():
                raise Unreadable(_("這裡沒有可以讀的檔案。請選一個 .xlsx、.xls、.ods 或 .csv。"))
            with Path(path).open("rb") as file:
                data = file.read(limits.file_bytes + 1)
        else:
            data = path.read(limits.file_bytes + 1)
    except OSError as problem:
        raise Unreadable(_("檔案讀不出來。請再試一次，或換一份檔案。")) from problem
    if len(data) > limits.file_bytes:
        raise Unreadable(
            _("檔案超過 %(size)d MB。請把它分成幾份再匯入。") % {"size": max(limits.file_bytes // 1_000_000, 1)}
        )
    return data


def _refuse_what_is_no_table(data: bytes) -> None:
    if data.startswith(b"%PDF"):
        raise Unreadable(_("這是 PDF，不是表格。請向提供的人要 .xlsx 或 .csv。"))
    if data.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM")) and b"\x00" in data[:200]:
        raise Unreadable(_("這是圖片，不是表格。請匯入 .xlsx、.xls、.ods 或 .csv。"))
    if data.startswith((b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"\xfd7zXZ", b"BZh")):
        raise Unreadable(_("這是壓縮檔。請先解壓縮，再匯入其中的 .xlsx、.ods 或 .csv。"))
    if data.startswith((b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")):
        raise Unreadable(_("這是很舊的 Excel 檔。請用 Excel 或 WPS 開啟，另存為「Excel 活頁簿（.xlsx）」再匯入。"))


def _package(data: bytes, *, name: str, limits: Limits) -> Workbook:
    package = sheet_packages.unpack(data, limits=limits)
    sheets: list[Sheet] = []
    notes: list[str] = []
    book = _calamine(lambda: python_calamine.load_workbook(package.content))
    for index, about in enumerate(book.sheets_metadata):
        if about.typ != python_calamine.SheetTypeEnum.WorkSheet:
            notes.append(_no_cells(about.name))
            continue
        grid = _calamine(lambda index=index: _grid(book, index))
        scan = package.scans.get(about.name, sheet_packages.Scan())
        rows = _rows(*grid, errors=scan.errors, sheet=about.name, limits=limits)
        sheets.append(
            Sheet(
                name=about.name,
                rows=rows,
                merges=tuple(scan.merges),
                hidden=frozenset(scan.hidden),
                uncalculated=frozenset(scan.uncalculated_cells),
                padded=scan.padded,
            )
        )
        if about.visible != python_calamine.SheetVisibleEnum.Visible:
            notes.append(_hidden(about.name))
        if scan.first_uncalculated is not None:
            row, column = scan.first_uncalculated
            notes.append(
                _(
                    "工作表「%(sheet)s」有 %(count)d 格公式沒有存下結果（例如 %(cell)s），當作空白。"
                    "請用 Excel 或 WPS 開啟並存檔一次，再匯入。"
                )
                % {"sheet": about.name, "count": scan.uncalculated, "cell": address(row, column=column)}
            )
    return Workbook(file=name, sheets=_some(sheets), notes=tuple(notes), epoch1904=package.epoch1904)


def _calamine(call: Any) -> Any:
    try:
        return call()
    except python_calamine.PasswordError as problem:
        raise Unreadable(_locked()) from problem
    except Exception as problem:
        raise Unreadable(_damaged()) from problem
    except BaseException as problem:
        # A panic in the parser arrives as an exception that is no Exception.
        if type(problem).__name__ == "PanicException":
            raise Unreadable(_damaged()) from problem
        raise


def _grid(book: python_calamine.CalamineWorkbook, index: int) -> tuple[tuple[int, int] | None, list[list[Any]]]:
    sheet = book.get_sheet_by_index(index)
    return sheet.start, sheet.to_python()


def _rows(
    start: tuple[int, int] | None,
    rows: list[list[Any]],
    *,
    errors: dict[tuple[int, int], str],
    sheet: str,
    limits: Limits,
) -> list[tuple[Cell, ...]]:
    """Put the rows where they lie in the file and the values into the types that `read` promises."""
    longest = limits.cell_characters
    top, left = start or (0, 0)
    margin = (None,) * left
    found: list[tuple[Cell, ...]] = [()] * top
    for row in rows:
        values = [
            (int(value) if value.is_integer() and abs(value) < 1e15 else value)
            if type(value) is float
            else (None if value == "" else value)
            for value in row
        ]
        for value in values:
            if type(value) is str and len(value) > longest:
                raise Unreadable(
                    _("工作表「%(sheet)s」第 %(row)d 列有一格超過 %(length)d 字。請縮短後再匯入。")
                    % {"sheet": sheet, "row": len(found) + 1, "length": longest}
                )
        found.append(margin + tuple(values))
    for (row_index, column), text in errors.items():
        while len(found) <= row_index:
            found.append(())
        cells = list(found[row_index])
        cells += [None] * (column + 1 - len(cells))
        cells[column] = text
        found[row_index] = tuple(cells)
    return found


def _legacy(data: bytes, *, name: str, limits: Limits) -> Workbook:
    """Read an .xls in a process of its own; see `sheet_legacy`."""
    arguments = [limits.memory_bytes, limits.seconds, limits.rows, limits.columns, limits.cells]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and our own file
            [sys.executable, "-I", str(Path(sheet_legacy.__file__)), *map(str, arguments)],
            input=data,
            capture_output=True,
            timeout=limits.seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as problem:
        raise Unreadable(_damaged()) from problem
    if done.returncode != 0:
        raise Unreadable(_damaged())
    answer = pickle.loads(done.stdout)  # noqa: S301 - written by our own process a moment ago
    if refused := answer.get("refused"):
        raise Unreadable(_REFUSED[refused]())
    sheets: list[Sheet] = []
    notes: list[str] = []
    for title, is_worksheet, is_visible, start, rows, errors in answer["sheets"]:
        if not is_worksheet:
            notes.append(_no_cells(title))
            continue
        sheets.append(Sheet(name=title, rows=_rows(start, rows, errors=errors, sheet=title, limits=limits)))
        if not is_visible:
            notes.append(_hidden(title))
    return Workbook(file=name, sheets=_some(sheets), notes=tuple(notes), epoch1904=answer["epoch1904"])


def _some(sheets: list[Sheet]) -> tuple[Sheet, ...]:
    if not sheets:
        raise Unreadable(_("這個檔案裡沒有工作表。請確認選對了檔案。"))
    return tuple(sheets)


def _hidden(sheet: str) -> str:
    return _("工作表「%(sheet)s」是隱藏的，也一併讀入。") % {"sheet": sheet}


def _no_cells(sheet: str) -> str:
    return _("工作表「%(sheet)s」是圖表或巨集，沒有表格，略過。") % {"sheet": sheet}


def _locked() -> str:
    return _("這個檔案有密碼保護。請先用 Excel 或 WPS 開啟，解除密碼後另存新檔，再匯入。")


def _damaged() -> str:
    return _("檔案損壞或沒有傳完，讀不出來。請用 Excel 或 WPS 開啟，另存為 .xlsx，再匯入一次。")


_REFUSED = {
    "locked": _locked,
    "damaged": _damaged,
    "word": lambda: _("這是 Word 文件，不是表格。請把其中的表格複製到 Excel，存為 .xlsx 再匯入。"),
    "other": lambda: _("這個檔案裡沒有表格。請匯入 .xlsx、.xls、.ods 或 .csv。"),
    "large": lambda: _("表格太大，或在很遠的地方還有內容。請刪去表格以外的內容，或把檔案分成幾份再匯入。"),
}
