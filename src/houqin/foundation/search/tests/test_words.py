"""What is found by what: either script, one character, initials, syllables, the beginning of a number."""

import pytest

from houqin.foundation.search.words import LONGEST_WORD, question, tokens_of

REPAIR = tokens_of("北校區教學樓105室，更換燈管並維修門鎖（A4紙墊過）")


@pytest.mark.parametrize(
    "typed",
    [
        "維修", "维修", "wx", "WX", "weixiu", "weix", "修", "门锁", "門", "ms", "mensuo", "suo", "教學樓 燈管", "jxl",
        "jiaoxuelou", "105", "10", "a4", "A4紙", "ａ４", "105室", "gh dg",
    ],
)  # fmt: skip
def test_a_text_is_found_by_any_part_in_either_script_or_in_letters(typed):
    assert question(typed).finds(REPAIR)


@pytest.mark.parametrize("typed", ["維護", "修鎖", "05", "南校區", "wxx", "weixiuu", "xw", "門窗", "a5", "燈管 水龍頭"])
def test_what_is_not_said_is_not_found(typed):
    assert not question(typed).finds(REPAIR)


@pytest.mark.parametrize("typed", ["", "  ", "。！", "—", "\u200b"])
def test_there_is_nothing_to_look_for_without_a_letter_or_a_digit(typed):
    assert not question(typed)


def test_letters_and_digits_that_touch_are_found_apart():
    assert tokens_of("GB50016") == ("gb50016", "gb", "50016")


def test_one_reading_of_a_character_is_that_of_its_word():
    assert "=zhongqing" not in tokens_of("重慶銀行")
    assert "=chongqingyinhang" in tokens_of("重慶銀行")


def test_what_nobody_would_type_is_cut_off():
    words = question(" ".join(f"w{n}" for n in range(50)) + "x" * 5_000)

    assert len(words.words) == 8
    assert max(len(token.text) for word in words.words for reading in word for token in reading) <= LONGEST_WORD
    assert tokens_of("x" * 1_500) == ("x" * LONGEST_WORD,)
