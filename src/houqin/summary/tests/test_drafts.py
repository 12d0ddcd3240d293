"""Which numbers in a typed text are quantities, and how an edited text becomes runs again."""

from datetime import date

import pytest

from houqin.foundation.journal.refused import Refused
from houqin.summary.composition import FIGURE, GAP, HAND, Vouched
from houqin.summary.drafts import hand_numbers, sections_of
from houqin.summary.hearing import Hearing

from .trade import HALF, TODAY, happened, lamps


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("更換窗戶15頁", ["15頁"]),
        ("節約3.5萬元", ["3.5萬元"]),
        ("全期安全排查四十餘次", ["四十餘次"]),
        ("鋪草坪三百多平米", ["三百多平米"]),
        ("參加10,684人次，滿意率98.5%", ["10,684人次", "98.5%"]),
        ("添置課桌椅２００套", ["２００套"]),
        ("共80餘次", ["80餘次"]),
        ("疏通一百二十餘次", ["一百二十餘次"]),
        ("维修了五间教室", ["五间"]),
        ("一次也沒有，一名也不缺", []),
        ("2019年3月5日開工，3月完工", []),
        ("2018—2019學年第一學期，第12周", []),
        ("（一）及時維修", []),
        ("1、及時維修", []),
        ("堅持三章制，抓好兩大支柱", []),
    ],
)
def test_a_quantity_is_told_from_a_name(text, numbers):
    assert hand_numbers(text) == numbers


def read(text, *, known=(), vouched=()):
    return sections_of(text, hearing=Hearing(HALF, TODAY), known=set(known), vouched=vouched)


def test_lines_are_headings_and_paragraphs(cast):
    sections = read("開頭。\n\n# 一、維修\n做好維修。\n做好保養。\n")

    assert [(section.heading, [paragraph.text for paragraph in section.paragraphs]) for section in sections] == [
        ("", ["開頭。"]),
        ("一、維修", ["做好維修。", "做好保養。"]),
    ]


def test_a_token_is_live_and_keeps_its_place_in_the_text(cast):
    lamps(cast.chen, 83)

    (section,) = read("更換燈管{{craft.lamps}}，{{ craft.desks }}。")

    runs = section.paragraphs[0].runs
    assert [(run.kind, run.text) for run in runs if run.kind in (FIGURE, GAP)] == [
        (FIGURE, "80餘次"),
        (GAP, "〔待補：添置課桌椅〕"),
    ]
    assert section.paragraphs[0].source == "更換燈管{{craft.lamps}}，{{craft.desks}}。"


def test_a_gap_somebody_left_stays_a_gap(cast):
    (section,) = read("節約〔待補：捐贈金額〕，在〔待補〕。")

    assert [(run.name, run.text) for run in section.paragraphs[0].runs if run.kind == GAP] == [
        ("捐贈金額", "〔待補：捐贈金額〕"),
        ("內容", "〔待補：內容〕"),
    ]


def test_a_typed_number_is_marked_until_somebody_vouches_for_it(cast):
    (section,) = read("窗戶15頁，門20扇。", vouched=[Vouched("20扇", None, "憑發票", "王保管")])

    runs = section.paragraphs[0].runs
    assert [run.text for run in runs if run.kind == HAND] == ["15頁"]
    assert [run.about for run in runs if run.text == "20扇"] == [{"entry": None, "note": "憑發票", "by": "王保管"}]


def test_a_number_the_composed_text_itself_says_was_typed_by_nobody(cast):
    (section,) = read("最快96秒疏散完畢。", known={"96秒", "96"})

    assert [run for run in section.paragraphs[0].runs if run.kind == HAND] == []


def test_a_comparison_stays_live(cast):
    lamps(cast.chen, 71, year=2018)
    lamps(cast.chen, 83)

    (section,) = read("更換燈管比去年{{craft.lamps|year_before}}。")
    assert section.paragraphs[0].text == "更換燈管比去年增加12次。"

    happened(cast.chen, "lamp_changed", date(2019, 6, 1))
    (section,) = read("更換燈管比去年{{craft.lamps|year_before}}。")
    assert section.paragraphs[0].text == "更換燈管比去年增加13次。"


@pytest.mark.parametrize("token", ["craft.nothing", "craft.lamps|tomorrow", "duty:nobody|missed", "<script>"])
def test_a_token_nobody_knows_is_refused(cast, token):
    with pytest.raises(Refused, match="沒有叫"):
        read(f"更換{{{{{token}}}}}。")


def test_a_text_without_a_paragraph_is_refused(cast):
    with pytest.raises(Refused, match="一段文字也沒有"):
        read("# 一、維修\n\n")
