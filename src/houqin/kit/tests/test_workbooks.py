"""What is exported opens as Chinese, holds real dates and numbers, starts no formula, and can be read back unchanged."""

import io
import json
import os
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
from django.test import override_settings

from houqin.kit import sheet_text, sheets, workbooks
from houqin.kit.workbooks import OutputColumn, OutputSheet

DATA = Path(os.environ.get("HOUQIN_SHARED") or Path(__file__).parents[5] / "shared") / "data"
TEXT = OutputColumn("內容")
DANGEROUS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
    "＋1",
    "－1",
    "＠A1",
    " =1",
    "\ufeff=1",
    "　=1",
]
TRICKY = [
    *DANGEROUS,
    "'=1",
    "''=1",
    "'",
    "''",
    "'90年代",
    "It's",
    '"',
    '""',
    "a,b",
    "a;b",
    "a\tb",
    "a\r\nb",
    " ",
    "sep=;",
    "\u2028",
]


def csv_bytes(columns: Sequence[OutputColumn], rows: Sequence[Sequence[object]]) -> bytes:
    target = io.BytesIO()
    workbooks.write_csv(target, columns, rows)
    return target.getvalue()


def xlsx_bytes(*pages: OutputSheet) -> bytes:
    target = io.BytesIO()
    workbooks.write_xlsx(target, pages)
    return target.getvalue()


def read(data: bytes) -> list[tuple[sheets.Cell, ...]]:
    return list(sheets.read(io.BytesIO(data), name="匯出").sheets[0].rows)


def naughty() -> list[str]:
    file = DATA / "11b_naughty_strings" / "blns.json"
    if not file.is_file():
        pytest.skip("the shared data folder 11b_naughty_strings is not on this machine")
    return json.loads(file.read_text(encoding="utf-8"))


def injections() -> list[str]:
    folder = DATA / "11c_csv_formula_injection"
    if not folder.is_dir():
        pytest.skip("the shared data folder 11c_csv_formula_injection is not on this machine")
    payloads = (folder / "Intruder" / "csv-payload.txt").read_text().splitlines()
    for page in ("README.md", "PayloadsAllTheThings_CSV_Injection.md"):
        payloads += (folder / page).read_text(encoding="utf-8").splitlines()
    return [payload for payload in payloads if payload]


def test_columns_become_real_numbers_and_dates() -> None:
    columns = [
        OutputColumn("物品"),
        OutputColumn("數量", "integer"),
        OutputColumn("金額", "money"),
        OutputColumn("日期", "date"),
        OutputColumn("時刻", "moment"),
        OutputColumn("時間", "time"),
        OutputColumn("比率", "percent"),
    ]
    moment = datetime(2019, 3, 5, 0, 30, tzinfo=UTC)
    row = ["燈管", 124, 348_500, date(2019, 3, 5), moment, time(8, 30), Fraction(97, 100)]

    with override_settings(TIME_ZONE="Asia/Taipei"):
        page = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(OutputSheet("領用", columns, [row]))))["領用"]
        text = csv_bytes(columns, [row, ["", -5, -1_250, None, None, None, Decimal("0.5")]])

    assert [cell.value for cell in page[1]] == ["物品", "數量", "金額", "日期", "時刻", "時間", "比率"]
    assert [cell.value for cell in page[2]] == [
        "燈管",
        124,
        3485,
        datetime.fromisoformat("2019-03-05"),
        datetime.fromisoformat("2019-03-05 08:30"),
        time(8, 30),
        0.97,
    ]
    assert [cell.number_format for cell in page[2]] == [
        "@",
        "0",
        "#,##0.00",
        "yyyy-mm-dd",
        "yyyy-mm-dd hh:mm",
        "hh:mm",
        "0.0%",
    ]
    assert text.decode("utf-8") == (
        "\ufeff物品,數量,金額,日期,時刻,時間,比率\r\n"
        "燈管,124,3485.00,2019-03-05,2019-03-05 08:30,08:30,97.0%\r\n"
        ",-5,-12.50,,,,50.0%\r\n"
    )


def test_the_sheet_is_ready_to_be_worked_with() -> None:
    columns = [OutputColumn("報修內容"), OutputColumn("金額", "money"), OutputColumn("備註", width=33)]
    rows = [["教學樓三樓走廊的燈管不亮了", 100, ""], ["門", 250, ""]]
    sheet = OutputSheet("報修", columns, rows, title="報修登記", notes=["2018年7月至2019年1月"])

    page = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(sheet)))["報修"]

    assert [page["A1"].value, page["A2"].value, page["A3"].value] == ["報修登記", "2018年7月至2019年1月", "報修內容"]
    assert (page["A3"].font.bold, page["A4"].font.bold) == (True, False)
    assert (page.freeze_panes, page.auto_filter.ref) == ("A4", "A3:C5")
    assert not page.merged_cells.ranges
    # 26 narrow characters and one to breathe; openpyxl gives what Excel adds for the margins as well.
    assert 27 <= page.column_dimensions["A"].width < 28
    assert 33 <= page.column_dimensions["C"].width < 34


def test_moments_and_oddities_are_written_as_what_they_are() -> None:
    columns = [OutputColumn("值", "integer")]
    values = [True, timedelta(hours=30, minutes=5), date(1895, 4, 17), 990_101_198_301_013_238, "三箱", Decimal("2.5")]

    found = read(xlsx_bytes(OutputSheet("a", columns, [[value] for value in values])))
    text = csv_bytes(columns, [[value] for value in values]).decode()

    assert [row[0] for row in found[1:]] == [
        "是",
        timedelta(hours=30, minutes=5),
        "1895-04-17",
        "990101198301013238",
        "三箱",
        2.5,
    ]
    assert text == "\ufeff值\r\n是\r\n30:05\r\n1895-04-17\r\n990101198301013238\r\n三箱\r\n2.5\r\n"


def test_sheet_names_are_made_acceptable_and_unique() -> None:
    names = ["報修/維修", "報修:維修", "長" * 40, "長" * 40, "", "History", "'引號'"]

    data = xlsx_bytes(*[OutputSheet(name, [TEXT], []) for name in names])

    assert openpyxl.load_workbook(io.BytesIO(data)).sheetnames == [
        "報修 維修",
        "報修 維修 (2)",
        "長" * 31,
        "長" * 27 + " (2)",
        "Sheet",
        "History_",
        "引號",
    ]


def test_a_workbook_without_sheets_still_opens() -> None:
    assert [sheet.rows for sheet in sheets.read(io.BytesIO(xlsx_bytes()), name="空").sheets] == [[]]


def test_a_row_of_another_length_than_the_heading_is_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        csv_bytes([TEXT], [["a", "b"]])
    with pytest.raises(ValueError, match="zip"):
        xlsx_bytes(OutputSheet("a", [TEXT], [["a", "b"]]))


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_cell_of_a_csv_starts_a_formula(text: str) -> None:
    data = csv_bytes([OutputColumn(text), OutputColumn("數量", "integer")], [[text, text]]).decode()

    assert data.count("'" + text) == 3
    assert read(data.encode()) == [(text, "數量"), (text, text)]


def test_numbers_are_not_taken_for_dangerous_text() -> None:
    columns = [OutputColumn("調整", "integer"), OutputColumn("說明")]

    assert csv_bytes(columns, [[-5, "-5"]]).decode() == "\ufeff調整,說明\r\n-5,'-5\r\n"


@pytest.mark.parametrize("width", [1, 2])
def test_tricky_texts_survive_a_csv_and_back(width: int) -> None:
    rows = [tuple([text] * width) for text in TRICKY]

    assert read(csv_bytes([TEXT] * width, rows)) == [("內容",) * width, *rows]
    # Without the heading the first row is the tricky one, and a file may have a single line.
    for text in TRICKY:
        assert read(csv_bytes([OutputColumn(text)] * width, [])) == [tuple([text] * width)]


def test_protection_is_taken_back_exactly() -> None:
    for text in TRICKY:
        assert sheet_text.unprotected(sheet_text.protected(text)) == text
        assert not re.match(r"[=+\-@\t\r\n＝＋－＠]", sheet_text.protected(text))


def test_a_text_in_a_workbook_is_a_text_whatever_it_begins_with() -> None:
    texts = [*TRICKY, "http://example.org/", "internal:A1", "{=1}", "1e5", "#REF!", "0012", "_x000D_", "_x0041_"]
    data = xlsx_bytes(OutputSheet("a", [TEXT], [[text] for text in texts]))

    page = openpyxl.load_workbook(io.BytesIO(data))["a"]

    assert {cell.data_type for (cell,) in page.iter_rows()} == {"s"}
    assert [cell.hyperlink for (cell,) in page.iter_rows() if cell.hyperlink] == []
    assert [row[0] for row in read(data)[1:]] == texts


def test_what_no_format_can_hold_is_replaced_and_the_rest_of_the_control_characters_survive() -> None:
    text = "a\x00b\ud800c\ufffed\x01\x0b\x1fe"
    survives = "a\ufffdb\ufffdc\ufffdd\x01\x0b\x1fe"

    assert read(csv_bytes([TEXT], [[text]]))[1] == (survives,)
    assert read(xlsx_bytes(OutputSheet("a", [TEXT], [[text]])))[1] == (survives,)


def test_a_text_longer_than_a_cell_is_cut_and_says_so() -> None:
    (long,) = read(xlsx_bytes(OutputSheet("a", [TEXT], [["𠮷" * 20_000]])))[1]
    (fits,) = read(xlsx_bytes(OutputSheet("a", [TEXT], [["長" * 32_767]])))[1]

    assert isinstance(long, str)
    assert long.endswith("𠮷……（過長，已截斷）")
    assert len(long.encode("utf-16-le")) // 2 in (32_766, 32_767)
    assert fits == "長" * 32_767


def test_naughty_strings_survive_a_csv_and_back() -> None:
    strings = naughty()
    expected = [(text.replace("\x00", "\ufffd").replace("\ufffe", "\ufffd") or None, "末") for text in strings]

    assert len(strings) == 515
    assert read(csv_bytes([TEXT, TEXT], [[text, "末"] for text in strings]))[1:] == expected


def test_naughty_strings_survive_a_workbook_and_back() -> None:
    strings = naughty()
    data = xlsx_bytes(OutputSheet("a", [TEXT, TEXT], [[text, "末"] for text in strings]))
    expected = [(text.replace("\x00", "\ufffd").replace("\ufffe", "\ufffd") or None, "末") for text in strings]

    assert read(data)[1:] == expected
    types = {
        cell.data_type
        for row in openpyxl.load_workbook(io.BytesIO(data))["a"].iter_rows()
        for cell in row
        if cell.value
    }
    assert types == {"s"}


def test_formula_injections_stay_texts() -> None:
    payloads = injections()
    assert sum(payload[0] in "=+-@" for payload in payloads) > 10

    text = csv_bytes([TEXT, TEXT], [["甲", payload] for payload in payloads])
    data = xlsx_bytes(OutputSheet("a", [TEXT], [[payload] for payload in payloads]))

    for line in text.decode().split("\r\n")[1:-1]:
        assert not re.match(r'甲,"?[=+\-@\t\r＝＋－＠]', line)
    assert [row[1] for row in read(text)[1:]] == payloads
    page = openpyxl.load_workbook(io.BytesIO(data))["a"]
    assert {cell.data_type for (cell,) in page.iter_rows()} == {"s"}
    assert [cell.value for (cell,) in page.iter_rows()][1:] == payloads
