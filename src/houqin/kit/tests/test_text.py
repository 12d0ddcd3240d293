import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from houqin.kit.text import (
    MARGINS,
    clean_cell,
    fold,
    initials,
    mask_identity,
    mask_phone,
    query_tokens,
    seed_vocabulary,
    to_simplified,
    to_traditional,
    tokens,
)

SCHOOL_TEXT = st.text(alphabet="臺台帳账賬教學学樓楼維维修登記记（）()１1２2.-—／/· 　aAKk室號号+", max_size=30)


@pytest.mark.parametrize(
    ("simplified", "traditional"),
    [
        ("后勤总务处", "後勤總務處"),
        ("维修登记表", "維修登記表"),
        ("设备", "設備"),
        ("启慧楼", "啟慧樓"),
        ("面条", "麵條"),
        ("门卫", "門衛"),
        ("50只", "50只"),
    ],
)
def test_the_scripts_are_converted_by_character_and_not_by_word(simplified, traditional):
    assert to_traditional(simplified) == traditional
    assert to_simplified(traditional) == simplified


@pytest.mark.parametrize(
    ("one", "other", "key"),
    [
        ("調出校區（部門）", "调出校区(部门)", "调出校区部门"),
        ("調出校區 (部門)", "调出校区部门", "调出校区部门"),
        ("實物臺帳", "实物台账", "实物台账"),
        ("實物台賬", "实物台帐", "实物台账"),
        ("使用(保管)人", "使用【保管】人", "使用保管人"),
        ("報修日期/時間", "报修日期、时间：", "报修日期时间"),
        ("Ｗｉ－Ｆｉ", "wi—fi", "wifi"),
        ("一（1）班", "一(１)班", "一1班"),
        ("北校區教學樓105室", "北校区教学楼 １０５ 室", "北校区教学楼105室"),
        ("門衞", "门卫", "门卫"),
        ("隨着", "隨著", "随著"),
        ("1～2", "1-2", "1-2"),
        ("1）（2", "1) 2", "1)2"),
    ],
)
def test_one_name_in_all_its_spellings_has_one_key(one, other, key):
    assert fold(one) == key
    assert fold(other) == key


@pytest.mark.parametrize(
    ("one", "other"),
    [("1-2室", "12室"), ("1.4m", "14m"), ("裝置", "設備"), ("南校區", "北校區"), ("A+", "A"), ("\ue000", "\ue001")],
)
def test_different_things_keep_different_keys(one, other):
    assert fold(one) != fold(other)


@pytest.mark.parametrize("text", ["", "　", "（）", "——", "\ufeff\u200b"])
def test_a_text_without_letters_has_an_empty_key(text):
    assert fold(text) == ""


@given(SCHOOL_TEXT)
def test_a_key_is_its_own_key_and_does_not_depend_on_the_script(text):
    assert fold(fold(text)) == fold(text)
    assert fold(to_traditional(text)) == fold(to_simplified(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("維修", "wx"),
        ("维修", "wx"),
        ("總務處", "zwc"),
        ("A4紙", "a4z"),
        ("重慶銀行行長", "cqyhhz"),
        ("（安全）", "aq"),
        ("", ""),
    ],
)
def test_initials_are_the_first_letters_of_the_pinyin(text, expected):
    assert initials(text) == expected


def test_pinyin_and_the_converters_are_loaded_only_when_needed():
    code = (
        "import sys, houqin.kit.text as text; assert 'pypinyin' not in sys.modules;"
        "assert text._converter.cache_info().currsize == 0; text.fold('維修');"
        "assert 'pypinyin' not in sys.modules; text.initials('維修'); assert 'pypinyin' in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == 0


def test_the_index_keeps_characters_pairs_words_prefixes_and_initials():
    assert tokens("KZY-01 更換燈管") == [
        "kzy",
        "kz",
        "01",
        "更",
        "换",
        "灯",
        "管",
        "更换",
        "换灯",
        "灯管",
        "ghdg",
        "gh",
        "ghd",
    ]


def test_the_index_of_converted_wording_keeps_both_readings():
    found = tokens("服務物件")
    assert [token for token in ("物件", "对象", "务物", "务对", "fwwj", "fwdx") if token in found] == [
        "物件",
        "对象",
        "务物",
        "务对",
        "fwwj",
        "fwdx",
    ]


def test_a_sentence_has_no_initials():
    assert [token for token in tokens("在校長室的領導下切實做好後勤服務工作") if token.isascii()] == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("燈", ["灯"]),
        ("燈管", ["灯管"]),
        ("打印紙 A4", ["打印", "印纸", "a4"]),
        ("Ａ４紙", ["a4", "纸"]),
        ("服務物件", ["服务", "务对", "对象"]),
        ("社群民警", ["社区", "区民", "民警"]),
        ("燈管 燈管", ["灯管"]),
        ("ZWC", ["zwc"]),
        (" —— ", []),
        ("", []),
    ],
)
def test_a_query_asks_for_pairs_and_whole_words(query, expected):
    assert query_tokens(query) == expected


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("更換燈管", "灯管"),
        ("更换灯管", "燈"),
        ("總務處", "zw"),
        ("打印纸 A4", "a4"),
        ("WX0001", "wx00"),
        ("服務對象", "服務物件"),
        ("服務物件", "服务对象"),
        ("消防裝置", "消防设备"),
        ("990101198301013238", "990101198301013238"),
        ("實物臺帳", "台账"),
        ("𠮷田", "𠮷"),
    ],
)
def test_what_is_typed_finds_what_is_written(text, query):
    assert query_tokens(query) != []
    assert set(query_tokens(query)) <= set(tokens(text))


@given(SCHOOL_TEXT, st.integers(0, 30), st.integers(1, 6))
def test_every_piece_of_chinese_text_finds_its_whole(text, start, length):
    chinese = "".join(character for character in text if "\u4e00" <= character <= "\u9fff")
    piece = chinese[start : start + length]
    assert set(query_tokens(piece)) <= set(tokens(chinese))


@pytest.mark.parametrize(
    ("seed", "expected"),
    [
        ("服務物件", "服務對象"),
        ("服务物件", "服务对象"),
        ("多媒體裝置", "多媒體設備"),
        ("社群民警", "社區民警"),
        ("與社群民警聯絡", "與社區民警聯繫"),
        ("型別", "類型"),
        ("安全教育工作檔案", "安全教育工作文件"),
        ("人事檔案", "人事檔案"),
        ("資訊輸入", "信息錄入"),
        ("優化進行機制", "優化運行機制"),
        ("過去的班年", "過去的半年"),
        ("凋運", "調運"),
        ("髮生", "發生"),
        ("隨則著", "隨著"),
        ("分豪不差", "分毫不差"),
        ("打更大叔", "更夫"),
        ("住房基金", "住房公積金"),
        ("供養人員", "財政供養人員"),
        ("財政供養人員", "財政供養人員"),
        ("财政供养人员", "财政供养人员"),
        ("物件", "物件"),
    ],
)
def test_the_wording_of_the_converter_is_mapped_back(seed, expected):
    assert seed_vocabulary(seed) == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("990101198301013238", "**************3238"),
        ("99010119830101323X", "**************323X"),
        ("E12345678", "*****5678"),
        ("1234567", "*******"),
        ("", ""),
        (" 990101198301013238\u3000", "**************3238"),
    ],
)
def test_an_identity_shows_its_last_four_characters(number, expected):
    assert mask_identity(number) == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("13900008305", "139****8305"),
        ("139 0000 8305", "139****8305"),
        ("+86 139-0000-8305", "139****8305"),
        ("１３９００００８３０５", "139****8305"),
        ("139****8305", "139****8305"),
        ("0999-85212345", "********2345"),
        ("85212345", "****2345"),
        ("110", "***"),
        ("", ""),
    ],
)
def test_a_telephone_number_hides_its_middle(number, expected):
    assert mask_phone(number) == expected


@given(st.text(alphabet="0123456789X", max_size=30))
def test_a_masked_identity_never_shows_more_than_four_characters(number):
    masked = mask_identity(number)
    assert len(masked) == len(number)
    assert len(masked.replace("*", "")) in (0, 4)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\ufeff日期", "日期"),
        ("　張春\u3000\u200b ", "張春"),
        ("\x00\t王英\r\n", "王英"),
        ("第一行\n  第二行 ", "第一行\n  第二行"),
        ("王 英", "王 英"),
        ("\u200b", ""),
        ("", ""),
        ("（ａ）", "（ａ）"),
    ],
)
def test_a_cell_loses_what_nobody_sees_around_it_and_nothing_else(text, expected):
    assert clean_cell(text) == expected


def test_traditional_text_stays_as_it_is():
    written = (
        "更換水嘴50只，主動了解師生的需要，為了解決積水，調運課桌椅100套，門衛登記簽字消號，床架、裡、啟、麵、群、污水"
    )

    assert to_traditional(written) == written


def test_the_margins_are_all_blanks_and_controls_there_are():
    every = map(chr, range(0x110000))
    blank = {one for one in every if one.isspace() or unicodedata.category(one) == "Cc"}
    assert set(MARGINS) == blank | set("\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")
