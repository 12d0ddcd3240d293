"""Goods as people type them."""

from __future__ import annotations

import pytest

from houqin.foundation.catalogue.items import item_named
from houqin.foundation.catalogue.lines import read_lines, words_of
from houqin.foundation.journal.models import Book


def read(line, *, with_money=True):
    (one,) = read_lines([words_of(line)], example="粉筆 10盒", with_money=with_money)
    return one.name, one.specification, one.quantity, one.counter, one.money


@pytest.fixture
def catalogue(db):
    Book.objects.get_or_create(pk=1)
    for name, specification, counter in (
        ("消毒液", "500ml", "瓶"),
        ("膠水", "50", "支"),
        ("膠水", "", "支"),
        ("電線", "4平方", "米"),
        ("複印紙", "A4", "包"),
        ("粉筆", "白色", "盒"),
        ("粉筆", "彩色", "盒"),
        ("板擦", "大號", "個"),
    ):
        item_named(name, specification=specification, counter=counter)


@pytest.mark.parametrize(
    ("line", "right"),
    [
        ("消毒液 500ml 2瓶", ("消毒液", "500ml", "2", "瓶", "")),
        ("LED燈管 18W 10支", ("LED燈管", "18W", "10", "支", "")),
        ("驗證光纖線 3M 5", ("驗證光纖線", "3M", "5", "", "")),
        ("驗證光纖線 3M 5條 12.50元", ("驗證光纖線", "3M", "5", "條", "12.50")),
        ("驗證光纖線 3M 5 @12", ("驗證光纖線", "3M", "5", "", "12")),
        ("膠水 50 3支", ("膠水", "50", "3", "支", "")),
        ("膠水 50支", ("膠水", "", "50", "支", "")),
        ("膠水 50 3元", ("膠水", "", "50", "", "3")),
        ("電線 4平方 2", ("電線", "4平方", "2", "", "")),
        ("電線 4平方 2米 3", ("電線", "4平方", "2", "米", "3")),
        ("复印纸 A4 10 包", ("複印紙", "A4", "10", "包", "")),
        ("複印紙 A4 10包 25", ("複印紙", "A4", "10", "包", "25")),
        ("粉筆 白色 1,200盒,3.50 元", ("粉筆", "白色", "1,200", "盒", "3.50")),
        ("板擦 2個", ("板擦", "大號", "2", "個", "")),
        ("拖把 布頭 兩用 3把 8元/把", ("拖把", "布頭 兩用", "3", "把", "8")),
        ("水嘴2只 36元", ("水嘴", "", "2", "只", "36")),
        ("水嘴 ×2只", ("水嘴", "", "2", "只", "")),
        ("螺絲 M8 100", ("螺絲", "M8", "100", "", "")),
        ("螺絲 M8 １００個", ("螺絲", "M8", "１００", "個", "")),
    ],
)
def test_the_last_number_is_the_quantity_and_what_is_known_comes_first(catalogue, line, right):
    assert read(line) == right


@pytest.mark.parametrize(
    ("line", "with_money", "why"),
    [
        ("粉筆 10盒", True, "「粉筆」在目錄裡有 2 種，請連規格一起寫：粉筆 彩色、粉筆 白色。"),
        ("膠水 50", True, "「膠水 50」是目錄裡的品名，後面還要寫數量，例如 膠水 50 1支。"),
        ("課桌 10套 150", True, "看不出是數量還是錢。錢請寫成「150元」"),
        ("課桌 10 150", True, "看不出是數量還是錢"),
        ("拖把", True, "看不出數量。請寫成「粉筆 10盒」。"),
        ("拖把 兩把", True, "看不出數量"),
        ("拖把 2把 8元", False, "數量後面的「8元」看不懂"),
        ("3把", True, "看不出數量"),
    ],
)
def test_what_is_in_doubt_is_refused(catalogue, line, with_money, why):
    with pytest.raises(ValueError, match="「") as refused:
        read(line, with_money=with_money)
    assert why in str(refused.value)
