from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from houqin.kit.numbers import (
    approximate,
    capital_money,
    chinese_approximate,
    chinese_numeral,
    exact,
    parse_capital_money,
    parse_integer,
    parse_yuan,
    percent,
    round_down_yu,
    wan_yuan,
    yuan,
)


@pytest.mark.parametrize(
    ("n", "expected"),
    [
        (0, (0, False)),
        (1, (1, False)),
        (9, (9, False)),
        (10, (10, False)),
        (13, (10, True)),
        (49, (40, True)),
        (80, (80, False)),
        (83, (80, True)),
        (107, (100, True)),
        (999, (990, True)),
        (1_000, (1_000, False)),
        (1_253, (1_200, True)),
        (9_999, (9_900, True)),
        (10_000, (10_000, False)),
        (10_999, (10_000, True)),
        (123_456, (123_000, True)),
    ],
)
def test_a_count_is_rounded_down_to_the_ten_the_hundred_and_the_thousand(n, expected):
    assert round_down_yu(n) == expected


@given(st.integers(min_value=0, max_value=10**12))
def test_rounding_never_goes_up_and_yu_stands_only_where_something_was_dropped(n):
    rounded, dropped = round_down_yu(n)
    assert rounded <= n
    assert dropped == (rounded != n)
    assert round_down_yu(rounded) == (rounded, False)


def test_a_negative_count_is_refused():
    with pytest.raises(ValueError, match="^次數不能是負數（-1），請檢查記錄。$"):
        round_down_yu(-1)


@pytest.mark.parametrize(
    ("n", "counter", "expected"),
    [
        (82, "次", "80餘次"),
        (80, "次", "80次"),
        (105, "次", "100餘次"),
        (23, "次", "20餘次"),
        (13, "張", "10餘張"),
        (7, "次", "7次"),
        (1_253, "次", "1,200餘次"),
        (31_415, "人次", "31,000餘人次"),
    ],
)
def test_repeated_services_carry_yu_as_in_the_seeds(n, counter, expected):
    assert approximate(n, counter) == expected


@pytest.mark.parametrize(
    ("n", "counter", "expected"),
    [
        (200, "套", "200套"),
        (999, "份", "999份"),
        (2_296, "名", "2,296名"),
        (1_000_000, "", "1,000,000"),
        (0, "次", "0次"),
    ],
)
def test_what_a_ledger_backs_is_exact_with_commas_from_four_digits(n, counter, expected):
    assert exact(n, counter) == expected


@pytest.mark.parametrize(
    ("fen", "places", "expected"),
    [
        (6_216_000, 1, "6.2萬元"),
        (6_216_000, 2, "6.22萬元"),
        (6_250_000, 1, "6.3萬元"),
        (6_249_999, 1, "6.2萬元"),
        (6_005_000, 2, "6.01萬元"),
        (6_004_999, 2, "6.00萬元"),
        (60_000_00, 1, "6.0萬元"),
        (500_00, 1, "0.1萬元"),
        (499_99, 1, "0.0萬元"),
        (0, 1, "0.0萬元"),
        (-6_250_000, 1, "-6.3萬元"),
        (-100, 1, "0.0萬元"),
        (1_234_567_890_00, 2, "123,456.79萬元"),
    ],
)
def test_reports_give_money_in_wan_yuan_half_up(fen, places, expected):
    assert wan_yuan(fen, places=places) == expected


def test_wan_yuan_has_one_or_two_decimals():
    with pytest.raises(ValueError, match="^萬元只寫一位或兩位小數。$"):
        wan_yuan(100, places=3)


@pytest.mark.parametrize(
    ("fen", "expected"),
    [
        (6_216_000, "62160.00"),
        (5, "0.05"),
        (0, "0.00"),
        (-5, "-0.05"),
        (-12_345, "-123.45"),
        (10**13, "100000000000.00"),
    ],
)
def test_yuan_has_two_decimals(fen, expected):
    assert yuan(fen) == expected


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [
        (197, 200, "98.5%"),
        (1, 3, "33.3%"),
        (2, 3, "66.7%"),
        (1, 2000, "0.1%"),
        (1, 2001, "0.0%"),
        (0, 5, "0.0%"),
        (5, 5, "100.0%"),
        (-1, 8, "-12.5%"),
        (-1, 4000, "0.0%"),
        (25, 2, "1,250.0%"),
    ],
)
def test_a_share_has_one_decimal_half_up(numerator, denominator, expected):
    assert percent(numerator, denominator) == expected


def test_a_share_of_nothing_is_refused():
    with pytest.raises(ValueError, match="^總數為零，算不出百分比。$"):
        percent(0, 0)


@pytest.mark.parametrize(
    ("value", "fen"),
    [
        ("¥1,234.50", 123_450),
        ("￥１，２３４．５０", 123_450),
        ("1234.5元", 123_450),
        ("1234元整", 123_400),
        ("RMB 12", 1_200),
        ("人民幣12圓", 1_200),
        ("12.5CNY", 1_250),
        ("6.2萬元", 6_200_000),
        ("6.216万元", 6_216_000),
        ("6.2萬", 6_200_000),
        ("0.5億元", 5_000_000_000),
        ("-12.00", -1_200),
        ("−12.00", -1_200),
        ("-¥12.00", -1_200),
        ("¥-12.00", -1_200),
        ("+3", 300),
        (".5", 50),
        ("12.500", 1_250),
        (" ¥ 1,234.50 元 ", 123_450),
        ("0", 0),
        (12, 1_200),
        (12.5, 1_250),
        (3485.0, 348_500),
        (0.1 + 0.2, 30),
        (1.1 * 3, 330),
        (Decimal("19.99"), 1_999),
        ("壹仟貳佰叁拾肆元伍角整", 123_450),
        ("二百元", 20_000),
        ("100000000000.00", 10**13),
    ],
)
def test_an_amount_is_read_as_cells_and_forms_hold_it(value, fen):
    assert parse_yuan(value) == fen


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("", "金額是空的，請填一個數字。"),
        ("　", "金額是空的，請填一個數字。"),
        (None, "金額是空的，請填一個數字。"),
        ("12.345", "金額「12.345」不足一分，請四捨五入到分，例如寫成 12.35。"),
        (12.345, "金額「12.345」不足一分，請四捨五入到分，例如寫成 12.35。"),
        (
            "1.0000000000000000000000000000000000001",
            "金額「1.0000000000000000000000000000000000001」不足一分，請四捨五入到分，例如寫成 1.00。",
        ),
        ("100000000000.01", "金額「100000000000.01」大得不合理，請檢查是否多打了數字，或把單位換成元。"),
        (1e300, "金額「1e+300」大得不合理，請檢查是否多打了數字，或把單位換成元。"),
        ("12,34.5", "看不懂金額「12,34.5」，請寫成 1234.50 或 6.2萬元。"),
        ("1.234,50", "看不懂金額「1.234,50」，請寫成 1234.50 或 6.2萬元。"),
        ("1.2E+05", "看不懂金額「1.2E+05」，請寫成 1234.50 或 6.2萬元。"),
        ("約100元", "看不懂金額「約100元」，請寫成 1234.50 或 6.2萬元。"),
        ("80餘元", "看不懂金額「80餘元」，請寫成 1234.50 或 6.2萬元。"),
        ("x萬元", "看不懂金額「x萬元」，請寫成 1234.50 或 6.2萬元。"),
        ("12 34元5角", "看不懂金額「12 34元5角」，請寫成 1234.50 或 6.2萬元。"),
        ("12 34.5", "看不懂金額「12 34.5」，請寫成 1234.50 或 6.2萬元。"),
        ("$12", "看不懂金額「$12」，請寫成 1234.50 或 6.2萬元。"),
        ("二百", "看不懂大寫金額「二百」，請寫成「壹仟貳佰叁拾肆元伍角整」這樣的形式。"),
        (True, "金額「True」不是數字，請填一個數字。"),
        (float("nan"), "金額「nan」不是數字，請檢查表格中的公式。"),
        (Decimal("sNaN"), "金額「sNaN」不是數字，請檢查表格中的公式。"),
        (float("inf"), "金額「inf」不是數字，請檢查表格中的公式。"),
        ("9" * 5000, f"金額「{'9' * 40}…」太長，請只填一個數字。"),
    ],
)
def test_an_amount_in_doubt_is_refused_with_what_to_write(value, sentence):
    with pytest.raises(ValueError) as refusal:
        parse_yuan(value)
    assert str(refusal.value) == sentence


@given(st.integers(min_value=-(10**13), max_value=10**13))
def test_an_amount_survives_being_written_and_read(fen):
    assert parse_yuan(yuan(fen)) == fen
    assert parse_yuan(f"{Decimal(fen) / 100:,.2f}元") == fen


@given(st.text(max_size=60))
def test_any_text_is_an_amount_or_refused_with_a_sentence(text):
    try:
        assert abs(parse_yuan(text)) <= 10**13
    except ValueError as refusal:
        assert str(refusal).endswith("。")


@pytest.mark.parametrize(
    ("n", "expected"),
    [
        (0, "零"),
        (1, "一"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (40, "四十"),
        (100, "一百"),
        (105, "一百零五"),
        (110, "一百一十"),
        (115, "一百一十五"),
        (200, "二百"),
        (1_000, "一千"),
        (1_010, "一千零一十"),
        (1_001, "一千零一"),
        (2_018, "二千零一十八"),
        (10_000, "一萬"),
        (10_005, "一萬零五"),
        (10_500, "一萬零五百"),
        (100_000, "十萬"),
        (101_000, "十萬一千"),
        (120_003, "十二萬零三"),
        (100_000_000, "一億"),
        (100_010_000, "一億零一萬"),
        (1_000_000_000_000, "一萬億"),
        (9_999_999_999_999_999, "九千九百九十九萬九千九百九十九億九千九百九十九萬九千九百九十九"),
    ],
)
def test_chinese_numerals(n, expected):
    assert chinese_numeral(n) == expected


@pytest.mark.parametrize("n", [-1, 10**16])
def test_a_numeral_out_of_range_is_refused(n):
    with pytest.raises(ValueError, match=f"^{n} 超出中文數字能寫的範圍，請用阿拉伯數字。$"):
        chinese_numeral(n)


@pytest.mark.parametrize(
    ("n", "expected"), [(42, "四十餘次"), (40, "四十次"), (9, "九次"), (107, "一百餘次"), (1_253, "一千二百餘次")]
)
def test_a_count_of_checks_in_chinese_numerals(n, expected):
    assert chinese_approximate(n, "次") == expected


@pytest.mark.parametrize(
    ("fen", "expected"),
    [
        # The examples of 支付結算辦法, annex 1.
        (140_950, "壹仟肆佰零玖元伍角整"),
        (600_714, "陸仟零柒元壹角肆分"),
        (168_032, "壹仟陸佰捌拾元叁角貳分"),
        (10_700_053, "壹拾萬柒仟元伍角叁分"),
        (1_640_902, "壹萬陸仟肆佰零玖元零貳分"),
        (32_504, "叁佰貳拾伍元零肆分"),
        # Ours.
        (123_450, "壹仟貳佰叁拾肆元伍角整"),
        (0, "零元整"),
        (5, "伍分"),
        (50, "伍角整"),
        (55, "伍角伍分"),
        (1_000, "壹拾元整"),
        (1_000_000_000, "壹仟萬元整"),
        (10_000_000_000, "壹億元整"),
        (10_000_000_100, "壹億零壹元整"),
        (10_001_000_000, "壹億零壹萬元整"),
        (6_216_000, "陸萬貳仟壹佰陸拾元整"),
        (-123_450, "負壹仟貳佰叁拾肆元伍角整"),
    ],
)
def test_money_in_capitals_follows_the_rules_for_bills(fen, expected):
    assert capital_money(fen) == expected
    assert parse_capital_money(expected) == fen


@given(st.integers(min_value=-(10**17), max_value=10**17))
def test_money_in_capitals_can_be_read_back(fen):
    text = capital_money(fen)
    assert parse_capital_money(text) == fen
    assert "零零" not in text


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("壹仟陸佰捌拾元零叁角貳分", 168_032),
        ("壹拾萬零柒仟元伍角叁分", 10_700_053),
        ("壹拾萬柒仟元零伍角叁分", 10_700_053),
        ("拾萬柒仟元正", 10_700_000),
        ("人民币壹仟贰佰叁拾肆圆伍角整", 123_450),
        ("陆万贰仟壹佰陆拾元", 6_216_000),
    ],
)
def test_capitals_are_read_in_all_forms_the_rules_leave_open(text, fen):
    assert parse_capital_money(text) == fen


@pytest.mark.parametrize(
    "text", ["", "元", "整", "壹佰", "壹佰貳元", "元伍角", "壹佰元伍分叁角", "壹元壹元", "1元", "百元整"]
)
def test_capitals_that_are_no_amount_are_refused(text):
    with pytest.raises(ValueError) as refusal:
        parse_capital_money(text)
    assert str(refusal.value) == f"看不懂大寫金額「{text}」，請寫成「壹仟貳佰叁拾肆元伍角整」這樣的形式。"


@pytest.mark.parametrize(
    ("value", "n"),
    [
        (200, 200),
        (200.0, 200),
        (Decimal("200.00"), 200),
        ("200", 200),
        ("２００", 200),
        ("200.0", 200),
        ("200套", 200),
        ("200 套", 200),
        ("1,200", 1_200),
        ("1，200套", 1_200),
        ("12 kg", 12),
        ("5千克", 5),
        ("20分鐘", 20),
        ("-5", -5),
        ("二百", 200),
        ("兩百套", 200),
        ("十五只", 15),
        ("一十五", 15),
        ("二百零五", 205),
        ("一千零五十", 1_050),
        ("三萬", 30_000),
        ("三万", 30_000),
        ("貳佰套", 200),
        ("〇", 0),
        (10**12, 10**12),
    ],
)
def test_a_whole_number_is_read_as_cells_and_forms_hold_it(value, n):
    assert parse_integer(value) == n


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("", "數目是空的，請填一個數字。"),
        (None, "數目是空的，請填一個數字。"),
        (1.5, "數目「1.5」不是整數，請寫成整數，例如 200。"),
        ("1.5", "數目「1.5」不是整數，請寫成整數，例如 200。"),
        ("1.5套", "數目「1.5套」不是整數，請寫成整數，例如 200。"),
        (float("nan"), "數目「nan」不是數字，請檢查表格中的公式。"),
        (False, "數目「False」不是數字，請填一個數字。"),
        (10**12 + 1, "數目「1000000000001」大得不合理，請檢查是否多打了數字。"),
        ("1000000000001", "數目「1000000000001」大得不合理，請檢查是否多打了數字。"),
        ("八十餘", "看不懂數目「八十餘」，請寫成整數，例如 200。"),
        ("80餘次", "看不懂數目「80餘次」，請寫成整數，例如 200。"),
        ("20多張", "看不懂數目「20多張」，請寫成整數，例如 200。"),
        ("約20", "看不懂數目「約20」，請寫成整數，例如 200。"),
        ("十幾個", "看不懂數目「十幾個」，請寫成整數，例如 200。"),
        ("3萬", "看不懂數目「3萬」，請寫成整數，例如 200。"),
        ("三分之一", "看不懂數目「三分之一」，請寫成整數，例如 200。"),
        ("3個半", "看不懂數目「3個半」，請寫成整數，例如 200。"),
        ("一百二", "看不懂數目「一百二」，請寫成整數，例如 200。"),
        ("三五個", "看不懂數目「三五個」，請寫成整數，例如 200。"),
        ("一零十", "看不懂數目「一零十」，請寫成整數，例如 200。"),
        ("3個兩臺", "看不懂數目「3個兩臺」，請寫成整數，例如 200。"),
        ("13佰", "看不懂數目「13佰」，請寫成整數，例如 200。"),
        ("五千克", "看不懂數目「五千克」，請寫成整數，例如 200。"),
        ("1,20", "看不懂數目「1,20」，請寫成整數，例如 200。"),
        ("1-2", "看不懂數目「1-2」，請寫成整數，例如 200。"),
        ("50%", "看不懂數目「50%」，請寫成整數，例如 200。"),
        ("xx", "看不懂數目「xx」，請寫成整數，例如 200。"),
        ("若干", "看不懂數目「若干」，請寫成整數，例如 200。"),
    ],
)
def test_a_number_in_doubt_is_refused_with_what_to_write(value, sentence):
    with pytest.raises(ValueError) as refusal:
        parse_integer(value)
    assert str(refusal.value) == sentence


@given(st.integers(min_value=0, max_value=10**12))
def test_a_number_survives_being_written_and_read(n):
    assert parse_integer(exact(n, "套")) == n
    assert parse_integer(chinese_numeral(n)) == n
    assert parse_integer(f"{chinese_numeral(n)}套") == n


@given(st.text(max_size=60))
def test_any_text_is_a_number_or_refused_with_a_sentence(text):
    try:
        assert abs(parse_integer(text)) <= 10**12
    except ValueError as refusal:
        assert str(refusal).endswith("。")
