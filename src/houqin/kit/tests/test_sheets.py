"""Sheets are read as they lie in the file, and what is hostile or no table is refused with a sentence."""

import io
import json
import os
import random
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.cell.cell import MergedCell

from houqin.kit import sheets
from houqin.kit.sheets import Limits, Unreadable

SHARED = Path(os.environ.get("HOUQIN_SHARED") or Path(__file__).parents[5] / "shared")
DATA = SHARED / "data"

REPAIRS = [
    ("序號", "報修日期", "報修人", "地點", "內容", "備註"),
    ("1", "2018-07-12", "王小明", "教學樓三樓", "燈管不亮", "已修復"),
    ("2", "2018-07-13", "陳淑芬", "學生宿舍一樓", "水龍頭漏水", ""),
    ("3", "2018-07-16", "李建國", "食堂", "門鎖損壞，需更換", "等待材料"),
]
REPAIRS_SIMPLIFIED = [
    ("序号", "报修日期", "报修人", "地点", "内容", "备注"),
    ("1", "2018-07-12", "王小明", "教学楼三楼", "灯管不亮", "已修复"),
    ("2", "2018-07-13", "陈淑芬", "学生宿舍一楼", "水龙头漏水", ""),
    ("3", "2018-07-16", "李建国", "食堂", "门锁损坏，需更换", "等待材料"),
]


def needs(folder: str) -> Path:
    found = DATA / folder
    if not found.is_dir():
        pytest.skip(f"the shared data folder {folder} is not on this machine")
    return found


def csv_text(rows: list[tuple[str, ...]], *, delimiter: str = ",") -> str:
    return "".join(delimiter.join(row) + "\r\n" for row in rows)


def blank_as_none(rows: list[tuple[str, ...]]) -> list[tuple[str | None, ...]]:
    return [tuple(cell or None for cell in row) for row in rows]


def read(data: bytes, *, name: str = "登記.xlsx", limits: Limits | None = None) -> sheets.Workbook:
    return sheets.read(io.BytesIO(data), name=name, limits=limits or Limits())


def refusal(data: bytes, *, name: str = "登記.xlsx", limits: Limits | None = None) -> str:
    with pytest.raises(Unreadable) as caught:
        read(data, name=name, limits=limits)
    return str(caught.value)


def xlsx(fill: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    fill(book)
    book.close()
    return target.getvalue()


def package(parts: dict[str, str | bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return target.getvalue()


MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
SHEET_ROWS = '<row r="1"><c r="A1"><v>1</v></c></row>'


def xlsx_parts(
    rows: str = SHEET_ROWS, *, before: str = "", prolog: str = "", strings: str = ""
) -> dict[str, str | bytes]:
    """The parts of the smallest workbook, to be spoilt by a test."""
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return {
        "[Content_Types].xml": f'{head}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'{head}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{head}<workbook {MAIN} xmlns:r="{relations}"><sheets>'
        '<sheet name="報修" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{head}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{relations}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/sharedStrings.xml": f"{head}<sst {MAIN}>{strings}</sst>",
        "xl/worksheets/sheet1.xml": f"{head}{prolog}<worksheet {MAIN}>{before}<sheetData>{rows}</sheetData></worksheet>",
    }


ODS_NAMES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"'
    for prefix in ("office", "table", "text", "style")
)


def ods(table: str, *, prolog: str = "", manifest: str = "") -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            f'<manifest:file-entry manifest:full-path="/">{manifest}</manifest:file-entry></manifest:manifest>',
        )
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0" encoding="UTF-8"?>{prolog}<office:document-content {ODS_NAMES} '
            'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"><office:body>'
            f"<office:spreadsheet>{table}</office:spreadsheet></office:body></office:document-content>",
        )
    return target.getvalue()


def ods_text(text: str, *, attributes: str = "") -> str:
    return f'<table:table-cell office:value-type="string" {attributes}><text:p>{text}</text:p></table:table-cell>'


def compound(streams: dict[str, bytes], *, spoil: Callable[[list[int]], None] | None = None) -> bytes:
    """A compound file ([MS-CFB]) with the streams, each padded beyond the size where the small sectors begin."""
    sectors: list[bytes] = []
    table: list[int] = []

    def add(data: bytes) -> int:
        first = len(sectors)
        pieces = [data[at : at + 512].ljust(512, b"\0") for at in range(0, len(data), 512)]
        for index, piece in enumerate(pieces):
            sectors.append(piece)
            table.append(first + index + 1 if index + 1 < len(pieces) else 0xFFFFFFFE)
        return first

    entries = [("Root Entry", 5, 0xFFFFFFFE, 0)]
    for name, data in streams.items():
        padded = data.ljust(4608, b"\0")
        entries.append((name, 2, add(padded), len(padded)))
    listing = b""
    for index, (name, kind, first, size) in enumerate(entries):
        encoded = name.encode("utf-16-le")
        none = 0xFFFFFFFF
        right = index + 1 if 0 < index < len(entries) - 1 else none
        child = 1 if index == 0 else none
        listing += encoded.ljust(64, b"\0") + struct.pack("<HBBIII", len(encoded) + 2, kind, 1, none, right, child)
        listing += bytes(36) + struct.pack("<IQ", first, size)
    directory = add(listing)
    table_at = len(sectors)
    table.append(0xFFFFFFFD)
    if spoil:
        spoil(table)
    sectors.append(struct.pack("<128I", *table, *[0xFFFFFFFF] * (128 - len(table))))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, directory, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", table_at, *[0xFFFFFFFF] * 108)
    return header + b"".join(sectors)


def record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def biff(cells: list[bytes], *, epoch1904: bool = False, hidden: bool = False, locked: bool = False) -> bytes:
    """A workbook stream ([MS-XLS]) with one sheet called 報修."""
    name = "報修".encode("utf-16-le")
    head = record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0x0DBB, 1996, 0, 6))
    if locked:
        head += record(0x002F, bytes(54))
    head += record(0x0022, struct.pack("<H", epoch1904))
    size = len(head) + 4 + 8 + len(name) + 4
    head += record(0x0085, struct.pack("<IBBBB", size, hidden, 0, 2, 1) + name) + record(0x000A, b"")
    return (
        head
        + record(0x0809, struct.pack("<HHHHII", 0x0600, 0x10, 0x0DBB, 1996, 0, 6))
        + b"".join(cells)
        + record(0x000A, b"")
    )


def biff_number(row: int, column: int, value: float) -> bytes:
    return record(0x0203, struct.pack("<HHHd", row, column, 0, value))


def biff_text(row: int, column: int, text: str) -> bytes:
    return record(0x0204, struct.pack("<HHHHB", row, column, 0, len(text), 1) + text.encode("utf-16-le"))


# --- where things lie and what they are


def test_a_cell_is_where_a_person_sees_it_in_excel() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        page = book.add_worksheet("報修")
        page.write(4, 2, "日期")
        page.write(5, 3, 7)

    sheet = read(xlsx(fill)).sheets[0]

    assert sheet.name == "報修"
    assert list(sheet.rows) == [(), (), (), (), (None, None, "日期", None), (None, None, None, 7)]
    assert sheets.address(4, column=2) == "C5"
    assert sheets.address(0, column=26) == "AA1"


def test_values_keep_their_types() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        page = book.add_worksheet()
        for row, (value, look) in enumerate(
            [
                (date(2019, 3, 5), "yyyy-mm-dd"),
                (datetime.fromisoformat("2019-03-05 08:30"), "yyyy-mm-dd hh:mm"),
                (time(8, 30), "hh:mm"),
                (timedelta(hours=30), "[h]:mm"),
            ]
        ):
            page.write_datetime(row, 0, value, book.add_format({"num_format": look}))
        page.write_number(4, 0, 15)
        page.write_number(5, 0, 2.5)
        page.write_number(6, 0, 1e300)
        page.write_boolean(7, 0, True)
        page.write_string(8, 0, " 空格 ")
        page.write_string(9, 0, "'=1+1")

    column = [row[0] for row in read(xlsx(fill)).sheets[0].rows]

    assert column == [
        date(2019, 3, 5),
        datetime.fromisoformat("2019-03-05 08:30"),
        time(8, 30),
        timedelta(hours=30),
        15,
        2.5,
        1e300,
        True,
        " 空格 ",
        "'=1+1",
    ]
    assert type(column[0]) is date
    assert type(column[4]) is int
    assert type(column[7]) is bool


def test_a_merged_title_is_one_cell_and_harms_nothing() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        page = book.add_worksheet()
        page.merge_range(0, 0, 1, 2, "報修登記表")
        page.write_row(2, 0, ["序號", "日期", "地點"])

    assert list(read(xlsx(fill)).sheets[0].rows) == [
        ("報修登記表", None, None),
        (None, None, None),
        ("序號", "日期", "地點"),
    ]


def test_a_hidden_sheet_is_read_and_mentioned() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet("看得見").write(0, 0, 1)
        hidden = book.add_worksheet("字典")
        hidden.write(0, 0, 2)
        hidden.hide()

    book = read(xlsx(fill))

    assert [(sheet.name, list(sheet.rows)) for sheet in book.sheets] == [("看得見", [(1,)]), ("字典", [(2,)])]
    assert book.notes == ("工作表「字典」是隱藏的，也一併讀入。",)


def test_an_error_cell_is_its_text_and_a_formula_without_a_result_is_empty_and_mentioned() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        page = book.add_worksheet("統計")
        page.write_formula(0, 0, "=1+1", None, 2)
        page.write_formula(1, 0, "=1/0", None, "#DIV/0!")
        page.write_formula(2, 1, "=B9", None, "#REF!")
        page.write_formula(3, 0, '=IF(A9="","",1)', None, "")

    book = read(xlsx(fill))

    assert list(book.sheets[0].rows) == [(2, None), ("#DIV/0!", None), (None, "#REF!")]
    assert book.notes == (
        "工作表「統計」有 1 格公式沒有存下結果（例如 A4），當作空白。請用 Excel 或 WPS 開啟並存檔一次，再匯入。",
    )


def test_a_formula_that_came_to_an_empty_text_is_not_mentioned() -> None:
    rows = '<row r="1"><c r="A1" t="str"><f>""</f><v></v></c><c r="B1"><v>1</v></c></row>'

    book = read(package(xlsx_parts(rows)))

    assert (list(book.sheets[0].rows), book.notes) == ([(None, 1)], ())


def test_cells_without_references_are_counted_from_the_left() -> None:
    rows = "<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>"

    assert list(read(package(xlsx_parts(rows))).sheets[0].rows) == [(1, 2), (3, None)]


def test_ods_is_read_where_it_lies_with_errors_tabulators_and_trailing_nothing() -> None:
    table = (
        '<table:table table:name="報修"><table:table-row table:number-rows-repeated="4">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
        '<table:table-row><table:table-cell table:number-columns-repeated="2"/>'
        + ods_text("甲<text:tab/>乙<text:s text:c='2'/>丙")
        + '<table:table-cell office:value-type="float" office:value="3"><text:p>3</text:p></table:table-cell>'
        '<table:table-cell office:value-type="date" office:date-value="2019-03-05"/>'
        '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" '
        'calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell></table:table-row>'
        '<table:table-row table:number-rows-repeated="1048571">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>'
    )

    sheet = read(ods(table), name="報修.ods").sheets[0]

    assert sheet.name == "報修"
    assert list(sheet.rows) == [
        (),
        (),
        (),
        (),
        (None, None, "甲\t乙  丙", 3, date(2019, 3, 5), "#DIV/0!"),
    ]


def test_an_old_xls_is_read_whatever_it_is_called() -> None:
    error = record(0x0205, struct.pack("<HHHBB", 5, 2, 0, 0x17, 1))
    data = compound({"Workbook": biff([biff_text(4, 2, "日期"), biff_number(5, 1, 15.0), error], hidden=True)})

    book = read(data, name="報修.csv")

    assert [(sheet.name, list(sheet.rows)) for sheet in book.sheets] == [
        ("報修", [(), (), (), (), (None, None, "日期"), (None, 15, "#REF!")])
    ]
    assert book.notes == ("工作表「報修」是隱藏的，也一併讀入。",)
    assert book.epoch1904 is False


def test_the_calendar_from_1904_is_told() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet().write_datetime(0, 0, date(2019, 3, 5), book.add_format({"num_format": "yyyy-mm-dd"}))

    target = io.BytesIO()
    modern = xlsxwriter.Workbook(target, {"date_1904": True})
    fill(modern)
    modern.close()

    assert read(compound({"Workbook": biff([biff_number(0, 0, 1)], epoch1904=True)})).epoch1904 is True
    assert read(xlsx(fill)).epoch1904 is False
    book = read(target.getvalue())
    assert (book.epoch1904, list(book.sheets[0].rows)) == (True, [(date(2019, 3, 5),)])


# --- text


@pytest.mark.parametrize(
    ("rows", "codec", "said"),
    [
        (REPAIRS, "utf-8-sig", "UTF-8"),
        (REPAIRS, "utf-8", "UTF-8"),
        (REPAIRS, "cp950", "Big5"),
        (REPAIRS, "gb18030", "GB18030"),
        (REPAIRS_SIMPLIFIED, "gb18030", "GB18030"),
        (REPAIRS_SIMPLIFIED, "utf-8", "UTF-8"),
        (REPAIRS, "utf-16", "UTF-16"),
        (REPAIRS, "utf-16-le", "UTF-16"),
        (REPAIRS_SIMPLIFIED, "utf-16-be", "UTF-16"),
        (REPAIRS, "utf-32-le", "UTF-32"),
        (REPAIRS[:1], "cp950", "Big5"),
        (REPAIRS_SIMPLIFIED[:1], "gb18030", "GB18030"),
        ([("姓名", "備註")], "cp950", "Big5"),
        ([("姓名", "备注")], "gb18030", "GB18030"),
        ([("姓名",)], "cp950", "Big5"),
        ([("姓名",)], "gb18030", "GB18030"),
        ([("姓名", "簽名"), ("方堃喆", "已簽")], "gb18030", "GB18030"),
        ([("姓名", "地址"), ("陳堃", "鰂魚涌邨")], "big5hkscs", "Big5"),
    ],
)
def test_a_csv_in_any_usual_encoding_gives_the_same_cells(rows: list[tuple[str, ...]], codec: str, said: str) -> None:
    book = read(csv_text(rows).encode(codec), name="報修.csv")

    assert [list(sheet.rows) for sheet in book.sheets] == [blank_as_none(rows)]
    assert book.notes == (f"文字讀作 {said}。",)
    assert (book.file, book.sheets[0].name) == ("報修.csv", "報修")


@pytest.mark.parametrize(("delimiter", "said"), [("\t", "定位字元"), (";", "分號")])
def test_the_delimiter_is_found(delimiter: str, said: str) -> None:
    book = read(csv_text(REPAIRS, delimiter=delimiter).encode(), name="報修.txt")

    assert list(book.sheets[0].rows) == blank_as_none(REPAIRS)
    assert book.notes == ("文字讀作 UTF-8。", f"以{said}分欄。")


def test_lists_inside_cells_do_not_become_columns() -> None:
    text = "日期,參加人\r\n2019-03-05,王;李;張;陳\r\n2019-03-06,王;李;張;陳\r\n2019-03-07,王;李;張;陳\r\n"

    assert list(read(text.encode(), name="a.csv").sheets[0].rows)[1] == ("2019-03-05", "王;李;張;陳")


def test_a_stated_separator_is_obeyed_and_is_no_row() -> None:
    assert list(read(b"sep=;\r\na,b;1\r\n", name="a.csv").sheets[0].rows) == [("a,b", "1")]


def test_rows_of_a_csv_are_counted_as_excel_counts_them() -> None:
    text = '標題,\r\n\r\n"第一行\r\n第二行",乙\r\n"他說""好""",丙,丁\r\n'

    assert list(read(text.encode(), name="a.csv").sheets[0].rows) == [
        ("標題", None),
        (),
        ("第一行\r\n第二行", "乙"),
        ('他說"好"', "丙", "丁"),
    ]


def test_only_the_protecting_apostrophe_is_taken_away() -> None:
    text = "'=1+1,'-5,''=x,'90年代,It's,'\r\n"

    assert list(read(text.encode(), name="a.csv").sheets[0].rows) == [("=1+1", "-5", "'=x", "'90年代", "It's", "'")]


# --- what nobody here wrote


def test_every_csv_of_the_spectrum_gives_the_cells_it_documents() -> None:
    folder = needs("11a_csv_spectrum")
    seen = 0
    for file in sorted((folder / "csvs").glob("*.csv")):
        documented = (folder / "json" / f"{file.stem}.json").read_bytes().decode("utf-8", "replace")
        if b"\r" not in file.read_bytes():  # the copies called crlf came here with plain line feeds
            documented = documented.replace("\\r\\n", "\\n")
        expected = json.loads(documented)
        if file.stem == "location_coordinates":
            # Its json documents another telephone number than its csv; the csv is what a person sees.
            expected = [
                {
                    "Contact Phone Number": "2095257564",
                    "Location Coordinates": "37�36'37.8\"N 121�2'17.9\"W",
                    "Cities": "Modesto",
                    "Counties": "Stanislaus",
                }
            ]
        head, *rows = sheets.read(file).sheets[0].rows
        found = [dict(zip(head, [cell or "" for cell in row], strict=True)) for row in rows]
        assert found == expected, file.name
        seen += 1
    assert seen == 12


PREMIERE = [("première", "second", "troisième"), ("Quatrième", "cinquième", "sixième")]
ANGSTROM = [("Å", "1"), ("2", "3")]
LINES = "This is a test\r\nwith line breaks\r\nthat breaks the\r\ndelimiters"


def test_every_phpspreadsheet_csv_is_read_or_refused_as_documented() -> None:
    folder = needs("11f_phpspreadsheet_csv_xlsx") / "CSV"
    refused = {}
    found = {}
    for file in sorted(folder.iterdir()):
        try:
            found[file.name] = list(sheets.read(file).sheets[0].rows)
        except Unreadable as problem:
            refused[file.name] = str(problem)

    unknown = "認不出這個檔案的文字編碼。請用 Excel 或 WPS 開啟，另存為 .xlsx 或「CSV UTF-8（逗號分隔）」再匯入。"
    assert refused == {
        "empty.csv": "檔案是空的。請確認選對了檔案。",
        "encoding.iso88591.csv": unknown,
        "premiere.win1252.csv": unknown,
    }
    for name, rows in found.items():
        if name.startswith("premiere."):
            assert rows[:2] == PREMIERE, name
        elif name.startswith("encoding."):
            assert rows == ANGSTROM, name
        elif name.startswith(("linend.", "sep.")):
            assert rows == [("A", "1"), ("2", "3")], name
    assert sum(name.startswith(("premiere.", "encoding.", "linend.")) for name in found) == 19
    assert found["premiere.utf16le.csv"][2] == ("\U00010400", "\ufffe", "\uffff")
    assert (
        found["semicolon_separated.csv"]
        == found["csv_without_extension"]
        == [
            ("This", "Are", "Headers"),
            ("Cell A2", "Number with comma", "25,5"),
            ("Two colons and a comma", "B|3", ":,:"),
        ]
    )
    assert found["contains_html.csv"] == [("Column A", "<a href=''>Link</a>", "Column C")]
    assert found["no_delimiter.csv"] == [("SingleLine",)]
    assert found["backslash.csv"] == [("field 1", "field 2\\"), ("field 3\\", "field 4")]
    assert found["enclosure.csv"][:2] == [
        ("Date/Time", "task", "username"),
        ("12/17/2017 14:35", "viewpage", "username1", None),
    ]
    assert found["line_break_in_enclosure.csv"][1] == ("Test", LINES, "http://google.com")
    assert found["utf16be.line_break_in_enclosure.csv"][1] == ("Test", LINES, "http://google.com")
    assert found["line_break_escaped_32le.csv"][1][1] == (
        'This is a "test csv file"\nwith both "line breaks"\nand "escaped\nquotes" that breaks\nthe delimiters'
    )
    assert found["NumberFormatTest.csv"][2] == ("-1,234.567", "1234.567")


def simplified(value: object) -> object:
    if isinstance(value, datetime) and value.time() == time(0):
        return value.date()
    if isinstance(value, float):
        return int(value) if value.is_integer() else round(value, 9)
    # Spaces at the ends count only where the file says so, line ends are escaped: calamine follows both, openpyxl neither.
    return value.strip() or None if isinstance(value, str) else value


@pytest.mark.filterwarnings("ignore")
def test_every_phpspreadsheet_xlsx_has_the_cells_that_openpyxl_sees() -> None:
    folder = needs("11f_phpspreadsheet_csv_xlsx") / "XLSX"
    compared = cells = 0
    for file in sorted(folder.glob("*.xlsx")):
        book = sheets.read(file)
        if file.name == "issue.4724.xlsx":  # all about escapes that openpyxl leaves as they are
            assert [row[0] for row in book.sheets[0].rows if row][:3] == [
                "line\r\nwith\r\nbreaks",
                "A_x0030_B",
                "ABC123DEF",
            ]
            continue
        try:
            other = openpyxl.load_workbook(file, data_only=True)
        except (KeyError, ValueError, TypeError, IndexError):
            continue
        for sheet in book.sheets:
            if sheet.name not in other:
                continue
            compared += 1
            for row in other[sheet.name].iter_rows():
                for cell in row:
                    at, column = cell.row - 1, cell.column - 1
                    inside = at < len(sheet.rows) and column < len(sheet.rows[at])
                    value = sheet.rows[at][column] if inside else None
                    if isinstance(cell, MergedCell):  # openpyxl hides what lies beneath a merge
                        continue
                    assert simplified(value) == simplified(cell.value), (file.name, sheet.name, cell.coordinate)
                    cells += value is not None
    assert compared > 120
    assert cells > 5_000


def test_hostile_phpspreadsheet_files_are_refused_and_resolve_nothing() -> None:
    folder = needs("11f_phpspreadsheet_csv_xlsx")
    refused = set()
    for file in [*(folder / "XLSX").glob("*.dontuse"), *(folder / "Xml").iterdir(), *(folder / "Gnumeric").iterdir()]:
        try:
            book = sheets.read(file)
        except Unreadable:
            refused.add(file.name)
        else:
            assert file.name in {
                # Pictures and links that point elsewhere; nothing of them is read, the cells are ordinary.
                "2x6m.dontuse",
                "sec-j47r.dontuse",
                "sec-p66w.dontuse",
                "sec-q229.dontuse",
                "urlImage.bad.dontuse",
            }
            assert "root:" not in str(book)
    assert {name for name in refused if "entity" in name or "utf7" in name or "8and16" in name or "ebcdic" in name} == {
        "ebcdic.dontuse",
        "utf16entity.dontuse",
        "utf7quoteorder.dontuse",
        "utf7white.dontuse",
        "utf8and16.dontuse",
        "utf8and16.entity.dontuse",
        "utf8entity.dontuse",
    }
    assert "gzbomb.gnumeric" in refused
    assert len(refused) == 8 + 15


def test_the_registers_of_the_third_seed_are_read() -> None:
    folder = SHARED / "seeds" / "s3"
    if not folder.is_dir():
        pytest.skip("the third seed is not on this machine")
    books = {file.name: sheets.read(file) for file in folder.iterdir() if file.suffix in (".csv", ".xlsx")}

    assert len(books) == 11
    assert books["安全隐患排查整改台账.csv"].notes == ("文字讀作 GB18030。",)
    assert books["安全隐患排查整改台账.csv"].sheets[0].rows[0][0] == "编号"
    assert books["外來人員來訪登記簿.csv"].notes == ("文字讀作 UTF-8。",)
    assert books["外來人員來訪登記簿.csv"].sheets[0].rows[1][:3] == ("2018-07-10", "11:28", "劉國慶")


# --- what is no table


@pytest.mark.parametrize(
    ("data", "beginning"),
    [
        (b"", "檔案是空的。"),
        (b"\xef\xbb\xbf \r\n", "檔案是空的。"),
        (b"%PDF-1.7\n", "這是 PDF"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "這是圖片"),
        (b"\x1f\x8b\x08\x00", "這是壓縮檔。"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "這個檔案其實是網頁"),
        ("<!DOCTYPE html><title>報表</title>".encode("gb18030"), "這個檔案其實是網頁"),
        (b'<?xml version="1.0"?><html xmlns="x"></html>', "這個檔案其實是網頁"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "這個檔案其實是網頁"),
        (
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
            "這個檔案其實是 XML",
        ),
        (
            b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
            "這個檔案其實是 XML",
        ),
        (b"{\\rtf1\\ansi}", "這是 RTF"),
        (b"\x09\x08\x06\x00\x00\x00\x10\x00", "這是很舊的 Excel 檔。"),
        ("姓名,備註\n王\x00小明,\n".encode(), "這個檔案不是文字表格"),
        (bytes(range(256)) * 20, "這個檔案不是文字表格"),
        (b"\xff\xfe\x00\xd8\x00\xd8", "這個檔案不是文字表格"),
        (b"a,b\r\n\xff\xff\xff,\r\n", "認不出這個檔案的文字編碼"),
        ('a,b\r\n"開了頭,c\r\n'.encode(), "檔案裡有一個引號沒有關上"),
        (("a,b\r\n" + '"' + "長,\r\n" * 200_000).encode(), "檔案裡有一個引號沒有關上"),
        (("a," + "長" * 32_768).encode(), "第 1 列有一格超過 32767 字"),
        (b"a" + b"," * 501, "第 1 列有 502 欄"),
        (b"PK\x05\x06" + bytes(18), "這是壓縮檔，裡面沒有表格"),
        (package({"a.txt": "a"}), "這是壓縮檔，裡面沒有表格"),
        (package({"word/document.xml": "<a/>", "[Content_Types].xml": "<a/>"}), "這是 Word 文件"),
        (package({"xl/workbook.bin": b"", "[Content_Types].xml": "<a/>"}), "這是 .xlsb 檔"),
        (package({"xl/workbook.xml": "<workbook/>"}), "檔案損壞或沒有傳完"),
        (compound({"EncryptionInfo": b"", "EncryptedPackage": b""}), "這個檔案有密碼保護。"),
        (compound({"Workbook": biff([], locked=True)}), "這個檔案有密碼保護。"),
        (compound({"WordDocument": b""}), "這是 Word 文件"),
        (compound({"Contents": b""}), "這個檔案裡沒有表格"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3000), "檔案損壞或沒有傳完"),
        (ods("", manifest="<manifest:encryption-data/>"), "這個檔案有密碼保護。"),
    ],
)
def test_what_is_no_table_is_refused_with_what_to_do(data: bytes, beginning: str) -> None:
    sentence = refusal(data, name="報修.xls")

    assert sentence.startswith(beginning)
    assert sentence.endswith("。")


def test_a_folder_and_a_file_that_is_not_there_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "沒有.xlsx"):
        with pytest.raises(Unreadable, match="這裡沒有可以讀的檔案"):
            sheets.read(path)


def test_too_many_rows_or_cells_are_refused() -> None:
    few = Limits(rows=3, cells=8)

    assert len(read(b"1\r\n" * 3, name="a.csv", limits=few).sheets[0].rows) == 3
    assert refusal(b"1\r\n" * 4, name="a.csv", limits=few).startswith("表格超過一次能讀的 3 列")
    assert refusal(b"1,2,3\r\n" * 3, name="a.csv", limits=few).startswith("表格超過一次能讀的 3 列、8 格")
    rows = "".join(f'<row r="{row}"><c r="C{row}"><v>1</v></c></row>' for row in (1, 2, 3))
    assert refusal(package(xlsx_parts(rows)), limits=few).startswith("表格太大，超過一次能讀的 8 格")
    assert refusal(package(xlsx_parts('<row r="4"><c r="B4"><v>1</v></c></row>')), limits=few).startswith(
        "工作表「sheet1.xml」在 B4 還有內容"
    )
    assert refusal(compound({"Workbook": biff([biff_number(3, 0, 1)])}), limits=few).startswith("表格太大")
    assert refusal(b"1" * 101, limits=Limits(file_bytes=100)).startswith("檔案超過 1 MB")


def test_a_cell_longer_than_excel_allows_is_refused() -> None:
    parts = xlsx_parts('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', strings=f"<si><t>{'長' * 32_768}</t></si>")

    assert refusal(package(parts)).startswith("工作表「報修」第 1 列有一格超過 32767 字")


# --- what wants to hurt; each in a process of its own, with a watch on time and memory

READ_IN_A_PROCESS = """
import resource, sys, time
from django.conf import settings
settings.configure(USE_I18N=False)
from pathlib import Path
from houqin.kit import sheets

def most():
    # Linux hands the peak of the process that forked on to its children in getrusage, but begins VmHWM anew.
    status = Path("/proc/self/status")
    if status.exists():
        own = next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    else:
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)

base = most()
start = time.monotonic()
try:
    book = sheets.read(Path(sys.argv[1]))
    said = "read " + str([(sheet.name, len(sheet.rows)) for sheet in book.sheets])
except sheets.Unreadable as problem:
    said = str(problem)
print(round(time.monotonic() - start, 2), (most() - base) // 1024, said)
"""


def read_in_a_process(data: bytes, folder: Path) -> tuple[float, int, str]:
    """Return seconds, megabytes above the empty process, and what was said."""
    file = folder / "hostile.bin"
    file.write_bytes(data)
    source = str(Path(sheets.__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", READ_IN_A_PROCESS, str(file)],
        capture_output=True,
        text=True,
        timeout=100,
        env={**os.environ, "PYTHONPATH": source},
        check=True,
    )
    seconds, megabytes, said = done.stdout.strip().split(" ", 2)
    return float(seconds), int(megabytes), said


DOCTYPE_BOMB = (
    '<!DOCTYPE worksheet [<!ENTITY a "'
    + "ha" * 50
    + '">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9))
    + "]>"
)


def gigabyte_of_nothing() -> bytes:
    parts = xlsx_parts()
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, part in parts.items():
            if not name.endswith("sheet1.xml"):
                archive.writestr(name, part)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as member:
            for _piece in range(1_000):
                member.write(bytes(1_000_000))
    return target.getvalue()


def lying_about_its_size() -> bytes:
    """The same nothing, 100 times smaller, claiming to hold ten bytes."""
    parts = xlsx_parts()
    parts["xl/worksheets/sheet1.xml"] = " " * 10_000_000
    return package(parts).replace(struct.pack("<I", 10_000_000), struct.pack("<I", 10))


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "a gigabyte of nothing": (gigabyte_of_nothing, "這個檔案展開後大得不正常"),
    "a size that is a lie": (lying_about_its_size, "檔案損壞或沒有傳完"),
    "a hundred thousand members": (
        lambda: package({**xlsx_parts(), **{f"xl/a{number}.xml": "" for number in range(100_000)}}),
        "這個檔案展開後大得不正常",
    ),
    "billion laughs": (lambda: package(xlsx_parts(prolog=DOCTYPE_BOMB)), "這個檔案裡夾帶了不該有的定義"),
    "billion laughs in the strings": (
        lambda: package({**xlsx_parts(), "xl/sharedStrings.xml": DOCTYPE_BOMB + "<worksheet>&j;</worksheet>"}),
        "這個檔案裡夾帶了不該有的定義",
    ),
    "an external entity": (
        lambda: package(xlsx_parts(prolog='<!DOCTYPE worksheet [<!ENTITY x SYSTEM "file:///etc/passwd">]>')),
        "這個檔案裡夾帶了不該有的定義",
    ),
    "an external entity in UTF-16": (
        lambda: package(
            {
                **xlsx_parts(),
                "xl/workbook.xml": '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a SYSTEM "http://127.0.0.1:9/x"><a/>'.encode(
                    "utf-16"
                ),
            }
        ),
        "這個檔案裡夾帶了不該有的定義",
    ),
    "an external entity in an ods": (
        lambda: ods("", prolog='<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
        "這個檔案裡夾帶了不該有的定義",
    ),
    "a million rows declared, one filled": (
        lambda: package(xlsx_parts(before='<dimension ref="A1:XFD1048576"/>')),
        "read [('報修', 1)]",
    ),
    "a million rows styled, one filled": (
        lambda: package(
            xlsx_parts(
                SHEET_ROWS
                + "".join(f'<row r="{row}" s="1"><c r="XFD{row}" s="1"/></row>' for row in range(2, 1_048_577))
            )
        ),
        "read [('報修', 1)]",
    ),
    "a cell in the last corner": (
        lambda: package(xlsx_parts(SHEET_ROWS + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')),
        "工作表「sheet1.xml」在 XFD1048576 還有內容",
    ),
    "a cell in the last corner without a reference": (
        lambda: package(xlsx_parts(SHEET_ROWS + '<row r="1048576"><c><v>1</v></c></row>')),
        "工作表「sheet1.xml」在 A1048576 還有內容",
    ),
    "a corner behind another prefix": (
        lambda: package(
            {
                **xlsx_parts(),
                "xl/worksheets/sheet1.xml": f'<x:worksheet {MAIN.replace("xmlns", "xmlns:x")}><x:sheetData><x:row r="9999999">'
                '<x:c r="A9999999"><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>',
            }
        ),
        "工作表「sheet1.xml」在 A9999999 還有內容",
    ),
    "one long text for a hundred thousand cells": (
        lambda: package(
            xlsx_parts(
                "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(1, 100_001)),
                strings=f"<si><t>{'a' * 32_000}</t></si>",
            )
        ),
        "這個檔案展開後大得不正常",
    ),
    "one long text hidden in comments": (
        lambda: package(
            xlsx_parts(
                "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(1, 100_001)),
                strings=f"<si><t>{('a' * 1000 + '<!--</si>-->') * 32}</t></si>",
            )
        ),
        "這個檔案展開後大得不正常",
    ),
    "one long text repeated in an ods": (
        lambda: ods(
            '<table:table table:name="a"><table:table-row table:number-rows-repeated="100000">'
            + ods_text("a" * 32_000)
            + "</table:table-row></table:table>"
        ),
        "這個檔案展開後大得不正常",
    ),
    "a filled row repeated a million times in an ods": (
        lambda: ods(
            '<table:table table:name="a"><table:table-row table:number-rows-repeated="1048576">'
            + ods_text("a", attributes='table:number-columns-repeated="16384"')
            + "</table:table-row></table:table>"
        ),
        "工作表「a」在 XFD1048576 還有內容",
    ),
    "a billion spaces in an ods": (
        lambda: ods(
            '<table:table table:name="a"><table:table-row>'
            + ods_text('<text:s text:c="999999999"/>')
            + "</table:table-row></table:table>"
        ),
        "這個檔案展開後大得不正常",
    ),
    "an old cell in column 65535": (
        lambda: compound({"Workbook": biff([biff_number(0, 0, 1), biff_number(65_535, 65_535, 1)])}),
        "表格太大，或在很遠的地方還有內容",
    ),
    "an old file whose sectors run in a circle": (
        lambda: compound({"Workbook": biff([])}, spoil=lambda table: table.__setitem__(3, 0)),
        "檔案損壞或沒有傳完",
    ),
    "fifty megabytes of quotes": (lambda: b'"' * 49_999_999, "檔案裡有一個引號沒有關上"),
    "forty megabytes in one closed cell": (
        lambda: b'a,b\r\n"' + b"a" * 40_000_000 + b'",c\r\n',
        "有一格超過 32767 字。",
    ),
    "five million cells": (
        lambda: package(
            xlsx_parts("".join(f'<row r="{row}"><c r="CV{row}"><v>1</v></c></row>' for row in range(1, 49_001)))
        ),
        "表格太大，超過一次能讀的 2000000 格",
    ),
    "thirteen million elements": (lambda: package(xlsx_parts(before="<a/>" * 13_000_000)), "這個檔案展開後大得不正常"),
    "a hundred and one sheets in an ods": (
        lambda: ods("".join(f'<table:table table:name="{n}"/>' for n in range(101))),
        "工作表超過 100 張",
    ),
    "fifty megabytes of commas": (lambda: b"," * 49_999_999, "第 1 列有"),
    "fifty megabytes of empty lines": (lambda: b"a\n" + b"\n" * 49_999_990, "表格超過一次能讀的"),
    "fifty megabytes of one word": (lambda: b"a" * 49_999_999, "有一格超過 32767 字。"),
    "more than fifty megabytes": (lambda: b"a" * 50_000_001, "檔案超過 50 MB"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_files_end_in_bounded_time_and_memory(what: str, tmp_path: Path) -> None:
    make, beginning = HOSTILE[what]

    seconds, megabytes, said = read_in_a_process(make(), tmp_path)

    assert said.startswith(beginning)
    assert seconds < 20
    assert megabytes < 500


@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_a_damaged_file_is_read_or_refused_but_never_breaks_the_reader(kind: str) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        page = book.add_worksheet("報修")
        for row in range(30):
            page.write_row(row, 0, [row, f"第{row}項", 1.5])

    table = '<table:table table:name="報修"><table:table-row>' + ods_text("甲") * 5 + "</table:table-row></table:table>"
    whole = {
        "xlsx": xlsx(fill),
        "ods": ods(table),
        "xls": compound({"Workbook": biff([biff_text(row, 0, "甲") for row in range(20)])}),
    }[kind]
    dice = random.Random(20190305)
    refused = 0
    rounds = 40 if kind == "xls" else 300
    for number in range(rounds):
        data = bytearray(whole)
        if number % 2:
            del data[dice.randrange(8, len(data)) :]
        else:
            for _change in range(dice.randrange(1, 8)):
                data[dice.randrange(8, len(data))] = dice.randrange(256)
        try:
            book = read(bytes(data))
        except Unreadable as problem:
            refused += 1
            assert str(problem).endswith("。")
        else:
            assert book.sheets
    assert refused > rounds // 4


def test_a_damaged_text_inside_the_package_is_refused() -> None:
    parts = xlsx_parts()
    for spoilt in (
        "<worksheet",
        "",
        "<worksheet><sheetData><row r='1'><c r='??'><v>1</v></c></row></sheetData></worksheet>",
    ):
        parts["xl/worksheets/sheet1.xml"] = spoilt
        assert refusal(package(parts)).startswith("檔案損壞或沒有傳完")


def test_ten_thousand_rows_of_eighteen_columns_are_read() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        page = book.add_worksheet()
        for row in range(10_000):
            page.write_row(row, 0, [row, f"第{row}次報修", "教學樓三樓", 1.5, "已修復", 20190305] * 3)

    data = xlsx(fill)
    rows = read(data).sheets[0].rows

    assert (len(rows), rows[9_999][:3]) == (10_000, (9_999, "第9999次報修", "教學樓三樓"))
