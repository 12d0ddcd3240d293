from dataclasses import replace
from datetime import date

import pytest

from houqin.kit.papers import Paper, Paragraph, Run, Section, Table, chinese_date
from houqin.kit.papers.layout import (
    attachment_label,
    attachment_lines,
    column_shares,
    number_columns,
    title_lines,
    width_em,
)
from houqin.kit.tests.papers_sample import SUMMARY


def test_gaps_are_listed_in_reading_order():
    paper = replace(
        SUMMARY, sections=(*SUMMARY.sections, Section("二、", (Paragraph((Run("好"), Run("〔金額〕", gap=True))),)))
    )
    assert paper.gaps == ("〔待補〕", "〔金額〕")


def test_a_converted_paper_says_the_same_in_the_other_script_and_keeps_the_names_of_figures():
    paper = SUMMARY.converted("simplified")
    assert paper.title == "阳光市第一实验小学关于2019年上半年学校总务后勤工作的总结"
    assert (paper.addressee, paper.signature, paper.footer) == ("校长室：", "总务处", "登记链首 3f8a1c5e")
    assert paper.attachments == ("维修登记一览表。", "安全排查统计表")
    assert paper.sections[1].heading == "一、改善教育教学环境"
    assert paper.sections[1].paragraphs[3].runs[1] == Run("80余次", figure="repairs.lamps")
    assert paper.sections[1].paragraphs[3].runs[3] == Run("〔待补〕", figure="repairs.on_time", gap=True)
    assert paper.appendix[0].columns == ("日期", "项目", "数量")
    assert paper.appendix[1].rows == (("南校区", "92.9%"),)
    assert (paper.script, paper.language, paper.signed_on) == ("simplified", "zh-CN", date(2019, 7, 5))


def test_a_name_in_the_other_script_is_converted_with_the_rest():
    paper = Paper(
        title="市第一完全小学工作總結", sections=(Section("一、維修", (Paragraph.of("從东校区調運課桌椅"),)),)
    )

    told = paper.converted("traditional")

    assert (told.title, told.sections[0].paragraphs[0].text) == ("市第一完全小學工作總結", "從東校區調運課桌椅")


def test_a_table_refuses_a_row_of_another_length():
    with pytest.raises(ValueError, match=r"'小計', row 2: 1 cells under 2 columns"):
        Table("小計", ("校區", "次數"), (("南", "1"), ("北",)))


@pytest.mark.parametrize("level", [-1, 5])
def test_a_paragraph_refuses_a_level_the_standard_does_not_have(level):
    with pytest.raises(ValueError, match="0 .body. or 1 to 4"):
        Paragraph.of("字", level=level)


def test_dates_have_no_leading_zeros():
    assert chinese_date(date(2019, 7, 5)) == "2019年7月5日"


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("後勤工作總結", ["後勤工作總結"]),
        (
            "陽光市第一實驗小學關於2019年上半年學校總務後勤工作的總結",
            ["陽光市第一實驗小學關於", "2019年上半年學校總務後勤工作的總結"],
        ),
        ("2018—2019学年度第二学期总务后勤工作总结", ["2018—2019学年度", "第二学期总务后勤工作总结"]),
        ("總務處\n2019年工作總結", ["總務處", "2019年工作總結"]),
        ("", []),
    ],
)
def test_a_title_is_broken_between_words_into_about_equal_lines(title, lines):
    assert title_lines(title) == lines


@pytest.mark.parametrize("length", [20, 39, 60, 400])
def test_no_line_of_a_title_is_wider_than_the_page_and_nothing_is_lost(length):
    title = ("關於加強學校後勤管理的若干意見" * 40)[:length]
    lines = title_lines(title)
    assert "".join(lines) == title
    assert max(map(width_em, lines)) <= 19


def test_a_title_that_cannot_be_broken_is_left_whole():
    assert title_lines("a" * 60) == ["a" * 60]


def test_one_attachment_has_no_number_and_several_have_with_no_full_stops():
    assert attachment_lines(()) == []
    assert attachment_lines(("維修一覽表。",)) == [("附件：", "維修一覽表")]
    assert attachment_lines(("甲；", "乙。")) == [("附件：1.", "甲"), ("2.", "乙")]


def test_a_table_that_is_an_attachment_is_labelled_with_its_number():
    assert attachment_label("乙", attachments=("甲", "乙。")) == "附件2"
    assert attachment_label("甲", attachments=("甲",)) == "附件"
    assert attachment_label("丙", attachments=("甲", "乙")) == ""


def test_only_the_widest_column_gives_way_when_a_table_is_too_wide():
    columns, rows = ("號", "日期", "項目"), (("1", "2019年3月1日", "修" * 60),)
    shares = column_shares(columns, rows, available=36)
    assert [share * 36 for share in shares] == pytest.approx([4, 8, 24])


def test_columns_share_the_width_when_there_is_more_than_they_need():
    assert column_shares(("甲", "乙"), (("一二", "一二"),), available=40) == pytest.approx([0.5, 0.5])


def test_columns_of_numbers_are_told_from_columns_of_words():
    rows = (("12", "1,253.50", "3套", ""), ("", "-4%", "5", ""))
    assert number_columns(("甲", "乙", "丙", "丁"), rows) == [True, True, False, False]
