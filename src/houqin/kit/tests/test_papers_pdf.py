"""The PDF, read back with poppler's own tools where they are installed."""

import re
import shutil
import subprocess
from dataclasses import replace
from importlib import resources

import pytest

from houqin.kit.papers import Paper, Paragraph, Section
from houqin.kit.papers.pdf import FontsMissing, write_pdf
from houqin.kit.tests.papers_sample import SUMMARY

needs_poppler = pytest.mark.skipif(
    not (shutil.which("pdftotext") and shutil.which("pdffonts")),
    reason="reading a PDF back needs pdftotext and pdffonts (poppler-utils)",
)


def tool(*command, pdf):
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()


def pages(paper):
    return tool("pdftotext", "-layout", "-", "-", pdf=write_pdf(paper)).split("\f")[:-1]


def words(text):
    return re.sub(r"\s", "", text)


def test_the_same_paper_gives_the_same_bytes():
    first = write_pdf(SUMMARY)
    assert first.startswith(b"%PDF-1.7")
    assert write_pdf(SUMMARY) == first


@needs_poppler
def test_the_whole_paper_is_in_the_file():
    text = words("".join(pages(SUMMARY)))
    for said in (
        "陽光市第一實驗小學關於2019年上半年學校總務後勤工作的總結",
        "校長室：現將上半年工作總結如下：一、改善教育教學環境（一）維修1.校舍（1）北校區",
        "本學期共更換燈管80餘次，及時率〔待補〕。附件：1.維修登記一覽表2.安全排查統計表總務處2019年7月5日",
        "登記鏈首3f8a1c5e—1—",
        "附件1維修登記一覽表日期項目數量2019年3月1日更換燈管122019年4月2日修門3安全排查小計校區整改率南校區92.9%—2—",
    ):
        assert said in text


@needs_poppler
def test_the_head_of_a_long_table_is_repeated_on_every_page():
    table = replace(SUMMARY.appendix[0], rows=(("2019年3月1日", "更換燈管", "12"),) * 60)
    text = pages(replace(SUMMARY, appendix=(table,)))
    assert [words(page).count("日期項目數量") for page in text] == [0, 1, 1, 1]


@needs_poppler
def test_a_full_page_holds_twenty_two_lines_of_twenty_eight_characters():
    paper = Paper("", sections=(Section("", (Paragraph.of("字" * 28 * 60),)),))
    lines = [words(line) for line in pages(paper)[1].split("\n") if line.strip()]
    assert lines == ["字" * 28] * 22 + ["—2—"]


@needs_poppler
def test_page_numbers_stand_right_on_odd_and_left_on_even_pages():
    paper = Paper("", sections=(Section("", (Paragraph.of("字" * 28 * 60),)),))
    boxes = tool("pdftotext", "-bbox", "-", "-", pdf=write_pdf(paper))
    edges = [float(left) for left in re.findall(r'xMin="([\d.]+)"[^>]*>—</word>', boxes)]
    # Each page has two dashes; 105 mm is the middle of the sheet.
    assert [left > 105 / 25.4 * 72 for left in edges[:4]] == [True, True, False, False]


@needs_poppler
def test_only_the_packaged_fonts_are_used():
    listed = tool("pdffonts", "-", pdf=write_pdf(SUMMARY)).splitlines()[2:]
    assert sorted(line.split()[0].partition("+")[2] for line in listed) == [
        "NotoSansSC-Regular",
        "NotoSerifSC-Bold",
        "NotoSerifSC-Regular",
    ]


@needs_poppler
def test_title_author_and_day_are_in_the_properties_and_a_draft_has_no_day():
    told = tool("pdfinfo", "-", pdf=write_pdf(SUMMARY))
    assert re.search(r"^Title: +陽光市第一實驗小學關於2019年上半年學校總務後勤工作的總結$", told, flags=re.MULTILINE)
    assert re.search(r"^Author: +總務處$", told, flags=re.MULTILINE)
    assert re.search(r"^CreationDate: .*Jul +5 .*2019", told, flags=re.MULTILINE)
    assert "CreationDate" not in tool("pdfinfo", "-", pdf=write_pdf(replace(SUMMARY, signed_on=None)))


@pytest.mark.parametrize(("script", "language"), [("traditional", b"zh-TW"), ("simplified", b"zh-CN")])
def test_the_language_of_the_document_follows_the_script(script, language):
    assert b"/Lang(" + language + b")" in write_pdf(SUMMARY.converted(script))


@needs_poppler
def test_what_people_typed_is_never_markup():
    typed = '#panic("x") *粗* _斜_ $x$ <a> @b \\ `c` = 標題 // 註 #include "x"'
    paper = Paper(typed, addressee=typed, sections=(Section(typed, (Paragraph.of(typed),)),), signature=typed)
    assert words("".join(pages(paper))).count(words(typed)) == 5


@needs_poppler
def test_control_characters_do_not_stop_the_press():
    assert words(pages(Paper("總\x00務\x0b處"))[0]) == "總務處—1—"


def test_missing_fonts_are_told_by_name(monkeypatch, tmp_path):
    (tmp_path / "fonts").mkdir()
    monkeypatch.setattr(resources, "files", lambda package: tmp_path)
    with pytest.raises(FontsMissing, match=r"NotoSerifSC-Regular\.ttf"):
        write_pdf(SUMMARY)
