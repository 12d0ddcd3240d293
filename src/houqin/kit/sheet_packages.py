"""Open the zip inside an .xlsx or .ods, refuse what is hostile, and hand on a clean copy.

Calamine is fast and trusting: one cell in the last row of Excel makes it allocate the whole grid, it follows the sizes
a zip claims, and it gives an error cell and a formula that was never calculated as an empty one. So every part it will
need is unpacked here within limits, walked once by expat (which stops at the first document type, so no entity is ever
defined or fetched), and packed again without compression. What calamine sees is what was checked, byte for byte.
"""

import io
import posixpath
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import Any, Literal
from xml.parsers import expat

from django.utils.translation import gettext as _

from houqin.kit.sheet_limits import Limits, Unreadable, address

# Parts of a workbook that hold no cells; they are neither read nor handed on.
_NO_CELLS = re.compile(
    r"(^|/)(theme|media|drawings|charts|printerSettings|embeddings|externalLinks|pivotTables|pivotCache|queryTables|"
    r"customXml|docProps|comments|threadedComments|persons|slicers|slicerCaches|ctrlProps|activeX|calcChain|"
    r"vbaProject|Pictures|Thumbnails|Configurations2?|Object \d+)[^/]*(/|$)",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})$")
_MERGES = re.compile(rb"<(\w+:)?mergeCells\b[^>]*?(/>|>.*?</(\w+:)?mergeCells\s*>)", re.DOTALL)
_STRING_ENDS = re.compile(rb"</(?:\w+:)?si\s*>")
_DECLARATION = re.compile(r"^\ufeff?\s*<\?xml[^>]*\?>")


# Merged ranges, hidden rows and the like that are noted of one sheet.
MOST_NOTED = 20_000


@dataclass
class Scan:
    """What expat saw in one sheet: how far it reaches, error cells by place, and formulas that hold no value."""

    rows: int = 0
    columns: int = 0
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    uncalculated: int = 0
    first_uncalculated: tuple[int, int] | None = None
    uncalculated_cells: list[tuple[int, int]] = field(default_factory=list)
    # Ranges merged into one cell, rows nobody sees, and how wide a number is shown with zeros before it (0012).
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    padded: dict[tuple[int, int], int] = field(default_factory=dict)
    shared: int = 0

    def reach(self, row: int, *, column: int, sheet: str, limits: Limits) -> None:
        """Note a cell with something in it, counted from 0, and refuse one that lies too far out."""
        if row >= limits.rows or column >= limits.columns:
            raise Unreadable(
                _(
                    "工作表「%(sheet)s」在 %(cell)s 還有內容，超過一次能讀的 %(rows)d 列、%(columns)d 欄。"
                    "請刪去表格以外的內容，或把檔案分成幾份。"
                )
                % {
                    "sheet": sheet,
                    "cell": address(row, column=column),
                    "rows": limits.rows,
                    "columns": limits.columns,
                }
            )
        self.rows = max(self.rows, row + 1)
        self.columns = max(self.columns, column + 1)
        if self.rows * self.columns > limits.cells:
            raise _too_many(limits)

    def not_calculated(self, row: int, *, column: int) -> None:
        """Note a formula without a stored result."""
        self.uncalculated += 1
        if len(self.uncalculated_cells) < MOST_NOTED:
            self.uncalculated_cells.append((row, column))
        if self.first_uncalculated is None:
            self.first_uncalculated = (row, column)


@dataclass(frozen=True)
class Package:
    """A clean copy for calamine, with what it would not tell: scans by sheet name, and the 1904 calendar."""

    kind: Literal["xlsx", "ods"]
    content: io.BytesIO
    scans: dict[str, Scan]
    epoch1904: bool


def unpack(data: bytes, *, limits: Limits) -> Package:
    """Check the zip in `data` and return the clean copy; refuse with a sentence what is hostile, locked or no table."""
    try:
        return _unpack(data, limits=limits)
    except RuntimeError as problem:
        if "encrypted" in str(problem):
            raise _locked() from problem
        raise _broken() from problem
    except Unreadable:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, KeyError, struct.error) as problem:
        raise _broken() from problem


def _unpack(data: bytes, *, limits: Limits) -> Package:
    # Python builds an object for every entry of the directory, so their number is bounded before it does.
    if data.count(b"PK\x01\x02") > limits.members:
        raise _bomb()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        infos = {info.filename.replace("\\", "/").lstrip("/"): info for info in archive.infolist() if not info.is_dir()}
        claimed = sum(info.file_size for info in infos.values())
        if claimed > limits.unpacked_bytes or (claimed > 20_000_000 and claimed > len(data) * limits.ratio):
            raise _bomb()
        kind = _kind(infos)
        if any(info.flag_bits & 1 for info in infos.values()):
            raise _locked()
        parts: dict[str, bytes] = {}
        left = limits.unpacked_bytes
        for name, info in infos.items():
            if not _wanted(name, kind=kind):
                continue
            if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise _broken()
            with archive.open(info) as member:
                part = member.read(left + 1)
            left -= len(part)
            if left < 0:
                raise _bomb()
            parts[name] = part
    if kind == "xlsx":
        return _xlsx(parts, limits=limits)
    return _ods(parts, limits=limits)


def _kind(infos: dict[str, zipfile.ZipInfo]) -> Literal["xlsx", "ods"]:
    names = {name.lower() for name in infos}
    if any(name.endswith("workbook.xml") for name in names):
        return "xlsx"
    if "content.xml" in names:
        return "ods"
    if any(name.endswith("workbook.bin") for name in names):
        raise Unreadable(_("這是 .xlsb 檔。請用 Excel 開啟，另存為「Excel 活頁簿（.xlsx）」再匯入。"))
    if any(name.startswith("word/") for name in names):
        raise Unreadable(_("這是 Word 文件，不是表格。請把其中的表格複製到 Excel，存為 .xlsx 再匯入。"))
    if any(name.startswith("ppt/") for name in names):
        raise Unreadable(_("這是簡報，不是表格。請匯入 .xlsx、.ods 或 .csv。"))
    if "[content_types].xml" in names:
        # The root relationships may name the workbook anything; calamine finds it the same way.
        return "xlsx"
    raise Unreadable(_("這是壓縮檔，裡面沒有表格。請先解壓縮，再匯入其中的 .xlsx、.ods 或 .csv。"))


def _wanted(name: str, *, kind: str) -> bool:
    if kind == "ods":
        return name in ("mimetype", "content.xml", "META-INF/manifest.xml")
    return name.lower().endswith((".xml", ".rels")) and not _NO_CELLS.search(name)


def _parser() -> Any:
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.EntityDeclHandler = _refuse_doctype
    parser.buffer_text = True
    return parser


def _refuse_doctype(*details: object) -> None:
    raise Unreadable(
        _("這個檔案裡夾帶了不該有的定義（XML 實體），可能有害，沒有讀取。請用 Excel 或 WPS 開啟後另存新檔再試。")
    )


def _parse(parser: Any, data: bytes) -> None:
    try:
        parser.Parse(data, True)
    except Unreadable:
        raise
    except (expat.ExpatError, LookupError, ValueError) as problem:
        raise _broken() from problem


def _as_utf8(data: bytes, *, encoding: str | None) -> bytes:
    """Return the part in UTF-8, which is all that calamine reads; `encoding` is what its declaration says."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif data.startswith(b"\xef\xbb\xbf"):
        encoding = None
    if encoding is None or encoding.lower() in ("utf-8", "utf8", "us-ascii"):
        return data
    if encoding.lower().startswith("utf-16") and encoding != "utf-16":
        encoding = "utf-16"
    if encoding.lower() == "utf-16" and data[:1] not in (b"\xff", b"\xfe"):
        encoding = "utf-16-be" if data[:1] == b"\x00" else "utf-16-le"
    try:
        text = data.decode(encoding)
    except (LookupError, UnicodeError) as problem:
        raise _broken() from problem
    return _DECLARATION.sub("", text, count=1).encode("utf-8", "replace")


class _Workbook:
    """The parts of an .xlsx that were seen so far, each handled by what its root element says it is."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.root = ""
        self.encoding: str | None = None
        self.path = ""
        self.names: list[tuple[str, str]] = []  # sheet name, relationship
        self.relations: dict[str, dict[str, str]] = {}
        self.workbook = ""
        self.epoch1904 = False
        self.scans: dict[str, Scan] = {}
        # Number formats of the school's own, and how many digits each cell style shows at least.
        self.formats: dict[str, str] = {}
        self.widths: dict[str, int] = {}

    def read(self, path: str, data: bytes) -> bytes:
        self.path, self.root, self.encoding = path, "", None
        parser = self.parser = _parser()
        parser.XmlDeclHandler = self._declared
        parser.StartElementHandler = self._first
        _parse(parser, data)
        clean = _as_utf8(data, encoding=self.encoding)
        if self.root == "worksheet" and b"mergeCells" in clean:
            # A merge over a whole column makes calamine refuse the file; merges say nothing about values.
            clean = _MERGES.sub(b"", clean)
        return clean

    def _declared(self, version: str, encoding: str | None, standalone: int) -> None:
        self.encoding = encoding

    def _first(self, name: str, attributes: dict[str, str]) -> None:
        self.root = name.rpartition(":")[2]
        self.parser.StartElementHandler = None
        if self.root == "worksheet":
            self.scans[self.path] = scan = Scan()
            self.parser.StartElementHandler = _sheet_handler(
                self.parser, scan, path=self.path, limits=self.limits, widths=self.widths
            )
        elif self.root == "workbook":
            self.workbook = self.path
            self.parser.StartElementHandler = self._in_workbook
        elif self.root == "styleSheet":
            self.parser.StartElementHandler = self._in_styles(self.parser)
        elif self.root == "Relationships":
            self.relations[self.path] = {}
            self.parser.StartElementHandler = self._in_relations

    def _in_workbook(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "sheet":
            key = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
            self.names.append((attributes.get("name", ""), key))
        elif local == "workbookPr":
            self.epoch1904 = attributes.get("date1904", "").strip().lower() in ("1", "true", "on")

    def _in_styles(self, parser: Any) -> Any:
        in_cells = False
        style = 0

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal in_cells, style
            local = name.rpartition(":")[2]
            if local == "numFmt":
                self.formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
            elif local == "cellXfs":
                in_cells = True
            elif local == "xf" and in_cells:
                code = self.formats.get(attributes.get("numFmtId", ""), "")
                if len(code) > 1 and not code.strip("0"):
                    self.widths[str(style)] = min(len(code), 30)
                style += 1

        def end(name: str) -> None:
            nonlocal in_cells
            if name.rpartition(":")[2] == "cellXfs":
                in_cells = False

        parser.EndElementHandler = end
        return start

    def _in_relations(self, name: str, attributes: dict[str, str]) -> None:
        self.relations[self.path][attributes.get("Id", "")] = attributes.get("Target", "")

    def by_name(self) -> dict[str, Scan]:
        folder, base = posixpath.split(self.workbook)
        targets = self.relations.get(posixpath.join(folder, "_rels", base + ".rels"), {})
        found = {path.lower(): scan for path, scan in self.scans.items()}
        named = {}
        for name, key in self.names:
            target = targets.get(key, "").replace("\\", "/")
            path = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            scan = found.get(posixpath.normpath(path).lower())
            if scan is not None:
                named[name] = scan
        return named


def _sheet_handler(parser: Any, scan: Scan, *, path: str, limits: Limits, widths: dict[str, int]) -> Any:
    """Return the start handler that walks the cells of one worksheet part into `scan`."""
    columns: dict[str, int] = {}
    sheet = posixpath.basename(path)
    row = column = -1
    kind: str | None = None
    filled = formula = in_value = False
    text: list[str] = []
    budget = limits.elements

    def position(reference: str) -> tuple[int, int]:
        match = _REFERENCE.match(reference.upper())
        if match is None:
            raise _broken()
        letters, number = match.groups()
        if letters not in columns:
            place = 0
            for letter in letters:
                place = place * 26 + ord(letter) - 64
            columns[letters] = place - 1
        return int(number) - 1, columns[letters]

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, kind, filled, formula, in_value, budget
        budget -= 1
        if budget < 0:
            raise _bomb()
        local = name.rpartition(":")[2] if ":" in name else name
        if local == "c":
            reference = attributes.get("r")
            if reference is None:
                column += 1
            else:
                row, column = position(reference)
            kind = attributes.get("t")
            if widths and (width := widths.get(attributes.get("s", ""))) and len(scan.padded) < MOST_NOTED:
                scan.padded[max(row, 0), max(column, 0)] = width
            filled = formula = in_value = False
        elif local in ("v", "f", "is"):
            if not filled:
                filled = True
                scan.reach(max(row, 0), column=max(column, 0), sheet=sheet, limits=limits)
            if local == "v":
                in_value = True
                if kind == "s":
                    scan.shared += 1
            elif local == "f":
                formula = True
            if (formula or kind == "e") and parser.EndElementHandler is None:
                text.clear()
                parser.EndElementHandler = end
                parser.CharacterDataHandler = characters
        elif local == "row":
            number = attributes.get("r", "")
            row = int(number) - 1 if number.isascii() and number.isdigit() else row + 1
            column = -1
            if attributes.get("hidden") in ("1", "true") and len(scan.hidden) < MOST_NOTED:
                scan.hidden.append(row)
        elif local == "mergeCell" and len(scan.merges) < MOST_NOTED:
            first, _colon, last = attributes.get("ref", "").partition(":")
            # Whole columns (A:A) and what else is no range of cells say nothing about rows.
            if _REFERENCE.match(first.upper()) and _REFERENCE.match((last or first).upper()):
                (top, left), (bottom, right) = position(first), position(last or first)
                scan.merges.append((top, left, bottom, right))

    def characters(piece: str) -> None:
        if in_value:
            text.append(piece)

    def end(name: str) -> None:
        nonlocal in_value
        local = name.rpartition(":")[2]
        if local == "v":
            in_value = False
        elif local == "c":
            value = "".join(text).strip()
            if kind == "e":
                scan.errors[row, column] = value or "#N/A"
            elif formula and not value and kind != "str":
                scan.not_calculated(row, column=column)
            parser.EndElementHandler = None
            parser.CharacterDataHandler = None

    return start


def _xlsx(parts: dict[str, bytes], *, limits: Limits) -> Package:
    book = _Workbook(limits)
    clean: dict[str, bytes] = {}
    lengths: list[int] = []
    sheets: list[str] = []
    # Styles first: cells name them.
    for path in sorted(parts, key=lambda path: not path.lower().endswith("styles.xml")):
        clean[path] = book.read(path, parts.pop(path))
        if book.root == "sst":
            lengths = _string_lengths(clean[path])
        elif book.root == "worksheet":
            sheets.append(path)
    if len(sheets) > limits.sheets:
        raise _too_many_sheets(limits)
    if sum(scan.rows * scan.columns for scan in book.scans.values()) > limits.cells:
        raise _too_many(limits)
    # One long text that a million cells point at: calamine copies it for each of them.
    if sum(scan.shared for scan in book.scans.values()) * max(lengths, default=0) > limits.text_bytes and (
        sum(_spread(clean[path], lengths=lengths) for path in sheets) > limits.text_bytes
    ):
        raise _bomb()
    return Package(kind="xlsx", content=_pack(clean), scans=book.by_name(), epoch1904=book.epoch1904)


def _string_lengths(data: bytes) -> list[int]:
    """Measure the shared strings in bytes, markup included; never less than they are."""
    if b"<![CDATA[" not in data and b"<!--" not in data:
        return [len(piece) for piece in _STRING_ENDS.split(data)]
    lengths: list[int] = []
    parser = _parser()

    def start(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "si":
            lengths.append(0)

    def characters(piece: str) -> None:
        if lengths:
            lengths[-1] += 4 * len(piece)

    parser.StartElementHandler = start
    parser.CharacterDataHandler = characters
    _parse(parser, data)
    return lengths


def _spread(data: bytes, *, lengths: list[int]) -> int:
    """Return how many bytes the shared strings of a sheet take once each cell has its own copy."""
    total = 0
    shared = in_value = False
    index = ""
    parser = _parser()

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal shared, in_value, index
        local = name.rpartition(":")[2]
        if local == "c":
            shared = attributes.get("t") == "s"
        in_value = shared and local == "v"
        index = ""

    def characters(piece: str) -> None:
        nonlocal index
        if in_value and len(index) < 12:
            index += piece

    def end(name: str) -> None:
        nonlocal total, in_value
        if in_value and index.strip().isdecimal() and int(index) < len(lengths):
            total += lengths[int(index)]
        in_value = False

    parser.StartElementHandler, parser.CharacterDataHandler, parser.EndElementHandler = start, characters, end
    _parse(parser, data)
    return total


def _ods(parts: dict[str, bytes], *, limits: Limits) -> Package:
    if b"encryption-data" in parts.pop("META-INF/manifest.xml", b""):
        raise _locked()
    data = parts.get("content.xml", b"")
    scans: dict[str, Scan] = {}
    encoding: list[str | None] = [None]
    parser = _parser()
    scan = Scan()
    sheet = ""
    row = column = 0
    rows_repeated = columns_repeated = 1
    filled = error = formula = in_cell = False
    text: list[str] = []
    spaces = copied = 0
    left = limits.elements

    def count(attributes: dict[str, str], key: str) -> int:
        value = attributes.get(key, "1")
        return int(value) if value.isascii() and value.isdigit() and len(value) < 10 and int(value) else 1

    def declared(version: str, declared_encoding: str | None, standalone: int) -> None:
        encoding[0] = declared_encoding

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal scan, sheet, row, column, rows_repeated, columns_repeated
        nonlocal filled, error, formula, in_cell, spaces, left
        left -= 1
        if left < 0:
            raise _bomb()
        if name == "table:table-cell" or name == "table:covered-table-cell":
            columns_repeated = count(attributes, "table:number-columns-repeated")
            kind = attributes.get("office:value-type")
            filled = kind is not None
            spanned = count(attributes, "table:number-rows-spanned"), count(attributes, "table:number-columns-spanned")
            if spanned != (1, 1) and len(scan.merges) < MOST_NOTED:
                scan.merges.append((row, column, row + spanned[0] - 1, column + spanned[1] - 1))
            error = attributes.get("calcext:value-type") == "error"
            formula = "table:formula" in attributes
            in_cell = True
            text.clear()
        elif name == "text:p" and in_cell:
            filled = True
        elif name == "text:s":
            spaces += count(attributes, "text:c")
            if spaces > 1_000_000:
                raise _bomb()
        elif name == "table:table-row":
            rows_repeated = count(attributes, "table:number-rows-repeated")
            column = 0
            if attributes.get("table:visibility") in ("collapse", "filter") and len(scan.hidden) < MOST_NOTED:
                scan.hidden += range(row, row + min(rows_repeated, 1_000))
        elif name == "table:table":
            scan, sheet, row = Scan(), attributes.get("table:name", ""), 0
            scans[sheet] = scan

    def characters(piece: str) -> None:
        if in_cell:
            text.append(piece)

    def end(name: str) -> None:
        nonlocal row, column, in_cell, copied
        if name == "table:table-cell" or name == "table:covered-table-cell":
            in_cell = False
            value = "".join(text)
            if filled:
                scan.reach(row + rows_repeated - 1, column=column + columns_repeated - 1, sheet=sheet, limits=limits)
                copied += 4 * len(value) * rows_repeated * columns_repeated
                if copied > limits.text_bytes:
                    raise _bomb()
            if error:
                scan.errors[row, column] = value.strip() or "#N/A"
            elif formula and not filled:
                scan.not_calculated(row, column=column)
            column += columns_repeated
        elif name == "table:table-row":
            row += rows_repeated

    parser.XmlDeclHandler = declared
    parser.StartElementHandler, parser.CharacterDataHandler, parser.EndElementHandler = start, characters, end
    _parse(parser, data)
    if len(scans) > limits.sheets:
        raise _too_many_sheets(limits)
    if sum(scan.rows * scan.columns for scan in scans.values()) > limits.cells:
        raise _too_many(limits)
    clean = _as_utf8(data, encoding=encoding[0])
    # Calamine drops tabulators and line breaks inside a paragraph.
    clean = re.sub(rb"<text:tab(\s[^>]*)?/>", b"\t", clean)
    clean = re.sub(rb"<text:line-break(\s[^>]*)?/>", b"\n", clean)
    parts["content.xml"] = clean
    parts["mimetype"] = b"application/vnd.oasis.opendocument.spreadsheet"
    parts["META-INF/manifest.xml"] = (
        b'<?xml version="1.0" encoding="UTF-8"?>'
        b'<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    )
    return Package(kind="ods", content=_pack(parts), scans=scans, epoch1904=False)


def _pack(parts: dict[str, bytes]) -> io.BytesIO:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
        # An .ods is known by its mimetype, which has to come first.
        for name in sorted(parts, key=lambda name: name != "mimetype"):
            archive.writestr(zipfile.ZipInfo(name), parts.pop(name))
    content.seek(0)
    return content


def _broken() -> Unreadable:
    return Unreadable(_("檔案損壞或沒有傳完，讀不出來。請用 Excel 或 WPS 開啟，另存為 .xlsx，再匯入一次。"))


def _bomb() -> Unreadable:
    return Unreadable(_("這個檔案展開後大得不正常，沒有讀取。請把要匯入的表格複製到新的活頁簿，存為 .xlsx 再試。"))


def _locked() -> Unreadable:
    return Unreadable(_("這個檔案有密碼保護。請先用 Excel 或 WPS 開啟，解除密碼後另存新檔，再匯入。"))


def _too_many(limits: Limits) -> Unreadable:
    return Unreadable(_("表格太大，超過一次能讀的 %(cells)d 格。請把檔案分成幾份再匯入。") % {"cells": limits.cells})


def _too_many_sheets(limits: Limits) -> Unreadable:
    return Unreadable(_("工作表超過 %(sheets)d 張。請把要匯入的放進一個活頁簿，再匯入。") % {"sheets": limits.sheets})
