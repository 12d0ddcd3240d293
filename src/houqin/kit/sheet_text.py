"""Turn the bytes of a .csv, .tsv or .txt into rows: find the encoding, the delimiter, and refuse what is no table."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from houqin.kit.sheet_limits import Limits, Unreadable

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
# The characters that Chinese text mostly consists of, Traditional and Simplified, with those of a school's registers.
_COMMON = frozenset(
    "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作裏用道"
    "行所然家種事成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心她本前開但因只從想實日軍者意"
    "無力它與長把機十民第公此已工使情明性知全三又關點正業外將兩高間由問很最重並物手應戰向頭文體政美相見被利什"
    "二等產或新己制身果加西斯月話合回特代內信表化老給世位次度門任常先海通教兒原東聲提立及比員解水名真論處走義"
    "各入幾口認條平系氣題活爾更別打女變四神總何電數安少報才結反受目太量再感建務做接必場件計管期市直德資命山金"
    "指克許統區保至隊形社便空決治展馬科司五基眼書非則聽白卻界達光放強即像難且權思王象完設式色路記南品住告類求"
    "據程北邊死張該交規萬取拉格望覺術領共確傳師觀清今切院讓識候帶導爭運號姓班級址層樓室宿舍食堂廚餐校車線站備"
    "註注編序稱型單價額倉庫存借購買供商驗收維修查檢隱患整改責負狀態登訪客離請假籍料課桌椅燈嘴窗鎖牆漏堵換裝疏"
    "消防演練培訓衛潔綠固調撥廢盤採費預算票支付款元角套臺斤箱盒包瓶千升星六七八九百零午早晚李劉陳楊黃趙吳周徐"
    "孫朱胡郭林羅鄭梁謝宋唐韓馮鄧曹彭曾蕭田董袁潘蔣蔡餘杜葉蘇魏呂丁沈姚盧姜崔鍾譚陸汪範石廖賈夏韋鄒孟熊秦邱江"
    "尹薛閻段雷侯龍史陶黎賀顧毛郝龔邵錢嚴覃武戴莫孔湯急散育錄簽訂賬帳冊況份證碼值守參持效評这个们来为国说时会"
    "对于过发后里种经么学现当没动还进样开从实军无与长机关点业将两间问并应战头体见产话内给门儿东声员论处义几认"
    "条气题尔别变总电数报结务场计资许统区队决马书则听却达强难权设记类据边张该规万觉术领确传师观让识带导争运号"
    "级层楼厨车线备编称单价额仓库购买验维检隐责负状态访离请课灯锁墙换装练训卫洁绿调拨废盘采费预台刘陈杨黄赵吴"
    "孙罗郑谢韩冯邓萧蒋余叶苏吕卢钟谭陆范贾韦邹阎龙贺顾龚钱严汤录签订账帐册况证码参评"
)
# Both encodings put their everyday characters in one block: GB 2312 level 1, Big5 level 1.
_EVERYDAY = {"gb18030": ((0xB0, 0xD7), 0xA1), "cp950": ((0xA4, 0xC6), 0x40), "big5hkscs": ((0xA4, 0xC6), 0x40)}
_SAMPLE = 400_000
_WEB_PAGE = re.compile(r"\s*(<!doctype\s+html|<(html|head|body|table|meta|div|style|script)\b|MIME-Version:)", re.I)
_MARKUP = re.compile(r"\s*(<\?xml|<!doctype|<!--)", re.I)
_SEPARATOR = re.compile(r"sep=([,;\t|])(\r\n|\r|\n)", re.I)
# A text beginning like this would be taken for a formula (or be hidden) by a spreadsheet program.
DANGEROUS = re.compile(r"'*(?:[=+\-@\t\r\n＝＋－＠]|[\s\ufeff]+[=+\-@＝＋－＠])")


@dataclass(frozen=True)
class Decoded:
    """A text without its byte order mark, and the name of the encoding for people."""

    text: str
    encoding: str


def decode(data: bytes) -> Decoded:
    """Decode by byte order mark, else the pattern of zero bytes, else strict UTF-8, else GB18030 or Big5 by score."""
    for mark, codec, label in _MARKS:
        if data.startswith(mark):
            try:
                return Decoded(text=data[len(mark) :].decode(codec), encoding=label)
            except UnicodeDecodeError:
                continue  # the mark may have been two ordinary bytes of something else
    if b"\x00" in data[:_SAMPLE]:
        return _wide(data)
    try:
        return Decoded(text=data.decode("utf-8"), encoding="UTF-8")
    except UnicodeDecodeError:
        return _chinese(data)


def _wide(data: bytes) -> Decoded:
    best: tuple[float, Decoded] | None = None
    for codec, label in (
        ("utf-32-le", "UTF-32"),
        ("utf-32-be", "UTF-32"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
    ):
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        sample = text[:_SAMPLE]
        if not sample or "\x00" in text:
            continue
        likely = sum(" " <= letter <= "~" or letter in "\t\r\n" or letter in _COMMON for letter in sample) / len(sample)
        if best is None or likely > best[0]:
            best = (likely, Decoded(text=text, encoding=label))
    if best is None or best[0] < 0.3:
        raise Unreadable(
            _("這個檔案不是文字表格（裡面有空位元組）。請用 Excel 或 WPS 開啟，另存為 .xlsx 或「CSV UTF-8」再匯入。")
        )
    return best[1]


def _chinese(data: bytes) -> Decoded:
    best: tuple[float, Decoded] | None = None
    for codec, label in (("gb18030", "GB18030"), ("cp950", "Big5"), ("big5hkscs", "Big5")):
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        likely = _likelihood(text[:_SAMPLE], codec=codec)
        if best is None or likely > best[0]:
            best = (likely, Decoded(text=text, encoding=label))
    if best is None or best[0] < 0.25:
        raise Unreadable(
            _("認不出這個檔案的文字編碼。請用 Excel 或 WPS 開啟，另存為 .xlsx 或「CSV UTF-8（逗號分隔）」再匯入。")
        )
    return best[1]


def _likelihood(text: str, *, codec: str) -> float:
    """Say how much a text looks like Chinese that was really written in this encoding, from 0 to 1."""
    (low, high), second = _EVERYDAY[codec]
    letters = Counter(letter for letter in text if letter > "\x7f")
    total = sum(letters.values())
    if not total:
        return 0.0
    points = 0.0
    for letter, times in letters.items():
        if letter in _COMMON:
            points += times
        elif "\u4e00" <= letter <= "\u9fff":
            pair = letter.encode(codec)
            if len(pair) == 2 and low <= pair[0] <= high and pair[1] >= second:
                points += 0.4 * times
        elif letter in "，。、：；！？（）「」『』《》〈〉【】“”‘’—…－／％＋＝℃×·㎡　○□√①②③④⑤⑥⑦⑧⑨⑩":
            points += 0.8 * times
        elif "\ue000" <= letter <= "\uf8ff" or not letter.isprintable():
            points -= times
    return points / total


def rows_of(data: bytes, *, limits: Limits) -> tuple[list[tuple[str | None, ...]], tuple[str, ...]]:
    """Return the rows of the text and the notes for the person who brought it; cells are text, empty ones None."""
    decoded = decode(data)
    text = decoded.text
    if not text.strip():
        raise Unreadable(_("檔案是空的。請確認選對了檔案。"))
    if _WEB_PAGE.match(text) or (_MARKUP.match(text) and "<html" in text[:4000].lower()):
        raise Unreadable(
            _("這個檔案其實是網頁，只是取了表格的檔名。請用 Excel 或 WPS 開啟，另存為「Excel 活頁簿（.xlsx）」再匯入。")
        )
    if _MARKUP.match(text):
        raise Unreadable(
            _("這個檔案其實是 XML，不是表格。請用 Excel 或 WPS 開啟，另存為「Excel 活頁簿（.xlsx）」再匯入。")
        )
    if text.startswith("{\\rtf"):
        raise Unreadable(_("這是 RTF 文件，不是表格。請把其中的表格複製到 Excel，存為 .xlsx 再匯入。"))
    if "\x00" in text:
        raise Unreadable(
            _("這個檔案不是文字表格（裡面有空位元組）。請用 Excel 或 WPS 開啟，另存為 .xlsx 或「CSV UTF-8」再匯入。")
        )
    notes = [_("文字讀作 %(encoding)s。") % {"encoding": decoded.encoding}]
    stated = _SEPARATOR.match(text)
    if stated:
        delimiter = stated[1]
        text = text[stated.end() :]
    else:
        delimiter = _delimiter(text)
    if delimiter != ",":
        names = {"\t": _("定位字元"), ";": _("分號"), "|": _("直線")}
        notes.append(_("以%(delimiter)s分欄。") % {"delimiter": names[delimiter]})
    return _parsed(text, delimiter=delimiter, limits=limits), tuple(notes)


def _delimiter(text: str) -> str:
    """Choose the delimiter that cuts the first rows into the most and the most even pieces; a comma if in doubt."""
    sample = text[:60_000]
    best, delimiter = 0.0, ","
    for candidate in (",", "\t", ";"):
        if candidate not in sample:
            continue
        widths = []
        try:
            for row in csv.reader(io.StringIO(sample, newline=""), delimiter=candidate):
                if any(row):
                    widths.append(len(row))
                if len(widths) == 60:
                    break
        except csv.Error:
            continue
        if not widths:
            continue
        usual, times = Counter(width for width in widths).most_common(1)[0]
        score = (max(widths) - 1) * 0.1 + (usual - 1) * (times / len(widths)) ** 2
        if widths[0] == 1:
            # A heading that this delimiter does not cut speaks against it: lists within cells are often even too.
            score /= 2
        if score > best:
            best, delimiter = score, candidate
    return delimiter


def _parsed(text: str, *, delimiter: str, limits: Limits) -> list[tuple[str | None, ...]]:
    try:
        return list(_rows(text, delimiter=delimiter, strict=True, limits=limits))
    except csv.Error as problem:
        if _is_open_quote(problem):
            raise _open_quote() from problem
        if _is_long_cell(problem):
            raise _endless_cell(text, limits=limits) from problem
    try:
        return list(_rows(text, delimiter=delimiter, strict=False, limits=limits))
    except csv.Error as problem:
        raise (_endless_cell(text, limits=limits) if _is_long_cell(problem) else _open_quote()) from problem


def _is_open_quote(problem: csv.Error) -> bool:
    return "unexpected end" in str(problem)


def _is_long_cell(problem: csv.Error) -> bool:
    """Whether the reader gave up within one cell, before it saw where the cell ends."""
    return "field larger" in str(problem)


def _endless_cell(text: str, *, limits: Limits) -> Unreadable:
    """A cell beyond every limit: a quote that is never closed where their number is odd, else just a long text."""
    if text.count('"') % 2:
        return _open_quote()
    return Unreadable(_("有一格超過 %(length)d 字。請縮短後再匯入。") % {"length": limits.cell_characters})


def _rows(text: str, *, delimiter: str, strict: bool, limits: Limits) -> Iterator[tuple[str | None, ...]]:
    reader = csv.reader(_lines(text, delimiter=delimiter, limits=limits), delimiter=delimiter, strict=strict)
    cells = 0
    for number, row in enumerate(reader, start=1):
        if len(row) > limits.columns:
            raise _too_wide(number, width=len(row), limits=limits)
        cells += len(row)
        if number > limits.rows or cells > limits.cells:
            raise Unreadable(
                _("表格超過一次能讀的 %(rows)d 列、%(cells)d 格。請把檔案分成幾份再匯入。")
                % {"rows": limits.rows, "cells": limits.cells}
            )
        for cell in row:
            if len(cell) > limits.cell_characters:
                raise Unreadable(
                    _("第 %(row)d 列有一格超過 %(length)d 字，多半是少了一個引號。請檢查這一列，另存後再匯入。")
                    % {"row": number, "length": limits.cell_characters}
                )
        yield tuple([unprotected(cell) or None for cell in row])


def _lines(text: str, *, delimiter: str, limits: Limits) -> Iterator[str]:
    # The csv module makes an object for every cell of a line before it hands over the first.
    for number, line in enumerate(io.StringIO(text, newline=""), start=1):
        width = line.count(delimiter) + 1
        if width > limits.columns + limits.cell_characters:
            raise _too_wide(number, width=width, limits=limits)
        yield line


def _too_wide(row: int, *, width: int, limits: Limits) -> Unreadable:
    return Unreadable(
        _("第 %(row)d 列有 %(width)d 欄，超過一次能讀的 %(columns)d 欄。請檢查分隔符號，或刪去多餘的欄。")
        % {"row": row, "width": width, "columns": limits.columns}
    )


def _open_quote() -> Unreadable:
    return Unreadable(
        _("檔案裡有一個引號沒有關上，後面的內容分不清格子。請用 Excel 或 WPS 開啟檢查，另存為 .xlsx 再匯入。")
    )


def protected(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet program would take for a formula.

    A text that already looks protected gets one more, so that `unprotected` always gives back exactly what went in.
    """
    return "'" + text if DANGEROUS.match(text) else text


def unprotected(text: str) -> str:
    """Take away the apostrophe of `protected`; any other leading apostrophe belongs to the text and stays."""
    return text[1:] if text.startswith("'") and DANGEROUS.match(text) else text
