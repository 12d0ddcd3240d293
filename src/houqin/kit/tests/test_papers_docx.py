"""The Word document, read back: the layout of GB/T 9704-2012 as it stands in the file."""

import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from houqin.kit.papers import Paper, Table
from houqin.kit.papers.docx import write_docx
from houqin.kit.tests.papers_sample import SUMMARY


def printed(paper, **options):
    target = BytesIO()
    write_docx(paper, target, **options)
    return docx.Document(BytesIO(target.getvalue()))


@pytest.fixture(scope="module")
def document():
    return printed(SUMMARY)


def styled(document, style):
    return [paragraph for paragraph in document.paragraphs if paragraph.style.name == style]


def fonts(element):
    names = element.find(qn("w:rPr")).find(qn("w:rFonts"))
    return {names.get(qn(f"w:{kind}")) for kind in ("ascii", "hAnsi", "eastAsia", "cs")}


def test_the_page_is_a4_with_the_margins_of_the_standard(document):
    section = document.sections[0]
    millimetres = [
        round(length / Mm(1), 1)
        for length in (
            section.page_width,
            section.page_height,
            section.top_margin,
            section.bottom_margin,
            section.left_margin,
            section.right_margin,
        )
    ]
    assert millimetres == [210.0, 297.0, 37.0, 35.0, 28.0, 26.0]


def test_twenty_two_lines_of_twenty_eight_characters_fill_the_page(document):
    section = document.sections[0]
    high = section.page_height - section.top_margin - section.bottom_margin
    wide = section.page_width - section.left_margin - section.right_margin
    grid = section._sectPr.find(qn("w:docGrid"))
    assert (grid.get(qn("w:type")), grid.get(qn("w:linePitch"))) == ("lines", "579")
    normal = document.styles["Normal"]
    assert normal.paragraph_format.line_spacing == Pt(28.95)
    assert high // normal.paragraph_format.line_spacing == 22
    squeeze = int(normal.element.rPr.find(qn("w:spacing")).get(qn("w:val")))
    assert wide // (normal.font.size + Pt(1) * squeeze / 20) == 28


@pytest.mark.parametrize(
    ("style", "font", "size", "first_line"),
    [
        ("Title", "方正小标宋_GBK", 22, "0"),
        ("Salutation", "仿宋", 16, "0"),
        ("Body Text", "仿宋", 16, "200"),
        ("Heading 1", "黑体", 16, "200"),
        ("Heading 2", "楷体", 16, "200"),
        ("Heading 3", "仿宋", 16, "200"),
        ("Heading 4", "仿宋", 16, "200"),
    ],
)
def test_every_level_has_its_font_size_and_indent(document, style, font, size, first_line):
    paragraph = styled(document, style)[0]
    assert {frozenset(fonts(run._r)) for run in paragraph.runs} == {frozenset({font})}
    assert (paragraph.style.font.size or document.styles["Normal"].font.size) == Pt(size)
    indent = paragraph.style.element.pPr.ind
    assert indent.get(qn("w:firstLineChars")) == first_line
    # LibreOffice knows no indents in characters: the same in twentieths of a point, two characters of 15.79 pt.
    assert indent.get(qn("w:firstLine")) == {"0": "0", "200": "632"}[first_line]


def test_a_simplified_paper_names_the_gb2312_fonts():
    document = printed(SUMMARY.converted("simplified"))
    used = [fonts(styled(document, style)[0].runs[0]._r) for style in ("Title", "Heading 1", "Heading 2", "Body Text")]
    assert used == [{"方正小标宋简体"}, {"黑体"}, {"楷体_GB2312"}, {"仿宋_GB2312"}]


def test_no_theme_font_is_left_to_win_over_ours():
    target = BytesIO()
    write_docx(SUMMARY, target)
    with zipfile.ZipFile(target) as file:
        for name in ("word/document.xml", "word/styles.xml", "word/footer1.xml", "word/footer2.xml"):
            text = file.read(name).decode()
            assert [kind for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme") if kind in text] == []


@pytest.mark.parametrize(("script", "language"), [("traditional", "zh-TW"), ("simplified", "zh-CN")])
def test_the_language_follows_the_script(script, language):
    document = printed(SUMMARY.converted(script))
    defaults = document.styles.element.find(qn("w:docDefaults"))
    assert next(defaults.iter(qn("w:lang"))).get(qn("w:eastAsia")) == language
    assert document.core_properties.language == language


def test_the_title_is_centred_on_balanced_lines(document):
    (title,) = styled(document, "Title")
    assert title.text == "陽光市第一實驗小學關於\n2019年上半年學校總務後勤工作的總結"
    assert title.style.element.pPr.find(qn("w:jc")).get(qn("w:val")) == "center"


def test_the_addressee_stands_under_the_title_flush_left(document):
    assert [paragraph.style.name for paragraph in document.paragraphs[:2]] == ["Title", "Salutation"]
    assert document.paragraphs[1].text == "校長室："


def test_only_gaps_are_highlighted(document):
    highlighted = [
        run.text for paragraph in document.paragraphs for run in paragraph.runs if run.font.highlight_color is not None
    ]
    assert highlighted == ["〔待補〕"]


def test_the_date_ends_four_characters_from_the_edge_and_the_signature_is_centred_over_it(document):
    (signature,), (date,) = styled(document, "Signature"), styled(document, "Date")
    assert (signature.text, date.text) == ("總務處", "2019年7月5日")
    assert date._p.pPr.ind.get(qn("w:rightChars")) == "400"
    # The date is six characters wide, the signature three: one and a half more.
    assert signature._p.pPr.ind.get(qn("w:rightChars")) == "550"
    assert date.style.element.pPr.find(qn("w:jc")).get(qn("w:val")) == "right"


def test_a_draft_leaves_room_for_the_date_and_has_none_in_its_properties():
    document = printed(replace(SUMMARY, signed_on=None))
    assert styled(document, "Date")[0].text == "　　　　年　　月　　日"
    assert document.core_properties.created is None


def test_the_attachment_note_stands_two_characters_in_after_a_blank_line(document):
    note = [paragraph for paragraph in document.paragraphs if paragraph.text[:2] in {"附件", "2."}][:2]
    assert [paragraph.text for paragraph in note] == ["附件：1.維修登記一覽表", "2.安全排查統計表"]
    first, second = (paragraph._p.pPr.ind for paragraph in note)
    assert (first.get(qn("w:leftChars")), first.get(qn("w:hangingChars"))) == ("600", "400")
    assert (second.get(qn("w:leftChars")), second.get(qn("w:hangingChars"))) == ("600", "100")
    assert [paragraph.paragraph_format.space_before for paragraph in note] == [Pt(28.95), None]


@pytest.mark.parametrize(("name", "align"), [("footer", "right"), ("even_page_footer", "left")])
def test_page_numbers_stand_outside_right_on_odd_and_left_on_even_pages(document, name, align):
    assert document.settings.odd_and_even_pages_header_footer is True
    (paragraph,) = getattr(document.sections[0], name).paragraphs
    assert paragraph._p.pPr.find(qn("w:jc")).get(qn("w:val")) == align
    assert paragraph._p.pPr.ind.get(qn(f"w:{align}Chars")) == "100"
    assert paragraph.text == "— 1 —"
    assert [field.get(qn("w:fldCharType")) for field in paragraph._p.iter(qn("w:fldChar"))] == [
        "begin",
        "separate",
        "end",
    ]
    assert [instruction.text for instruction in paragraph._p.iter(qn("w:instrText"))] == [" PAGE "]
    assert {run.font.size for run in paragraph.runs} == {Pt(14)}
    assert {name for run in paragraph.runs for name in fonts(run._r)} == {"宋体"}


def test_the_appendix_begins_on_a_new_page_with_tables_whose_heads_repeat(document):
    captions = [paragraph.text for paragraph in styled(document, "Caption")]
    assert captions == ["附件1", "維修登記一覽表", "安全排查小計"]
    assert styled(document, "Caption")[0].paragraph_format.page_break_before is True
    read = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    assert read == [[list(table.columns), *map(list, table.rows)] for table in SUMMARY.appendix]
    for table in document.tables:
        heads = [row._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for row in table.rows]
        assert heads == [True] + [False] * (len(heads) - 1)


def test_numbers_stand_flush_right_in_their_column(document):
    aligned = [cell.paragraphs[0]._p.pPr.find(qn("w:jc")).get(qn("w:val")) for cell in document.tables[0].rows[1].cells]
    assert aligned == ["left", "left", "right"]


def test_the_properties_say_what_the_paper_is_and_when_it_was_signed(document):
    properties = document.core_properties
    assert properties.title == SUMMARY.title
    assert (properties.author, properties.last_modified_by, properties.comments) == ("總務處", "總務處", "")
    assert properties.created == properties.modified == datetime(2019, 7, 5, tzinfo=UTC)


def test_the_same_paper_gives_the_same_bytes():
    first, second = BytesIO(), BytesIO()
    write_docx(SUMMARY, first)
    write_docx(SUMMARY, second)
    assert first.getvalue() == second.getvalue()
    with zipfile.ZipFile(first) as file:
        assert {item.date_time for item in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_paragraph_properties_stand_in_the_order_word_insists_on(document):
    order = [
        *("pStyle", "keepNext", "pageBreakBefore", "widowControl", "pBdr", "overflowPunct", "autoSpaceDE"),
        *("autoSpaceDN", "snapToGrid", "spacing", "ind", "jc", "outlineLvl"),
    ]
    elements = [*document.element.iter(qn("w:pPr")), *document.styles.element.iter(qn("w:pPr"))]
    for element in elements:
        names = [child.tag.rpartition("}")[2] for child in element]
        assert names == sorted(names, key=order.index)


def test_control_characters_do_not_spoil_the_file():
    paper = Paper("總\x00務\x0b處", signature="\ufffe甲", appendix=(Table("\x01乙", ("\x02丙",), (("\x03丁",),)),))
    document = printed(paper)
    assert [paragraph.text for paragraph in document.paragraphs[:4:3]] == ["總務處", "乙"]
    assert [cell.text for row in document.tables[0].rows for cell in row.cells] == ["丙", "丁"]
    assert (document.core_properties.title, document.core_properties.author) == ("總務處", "甲")


def school_template(folder, *, kind="docx"):
    template = docx.Document()
    template.add_paragraph("請在此輸入正文")
    template.sections[0].left_margin = Mm(31)
    template.sections[0].header.paragraphs[0].text = "陽光市第一實驗小學"
    template.styles["Heading 1"].font.size = Pt(20)
    path = folder / f"school.{kind}"
    template.save(path)
    if kind == "dotx":
        whole = BytesIO(path.read_bytes())
        with zipfile.ZipFile(whole) as old, zipfile.ZipFile(path, "w") as new:
            for item in old.infolist():
                new.writestr(item, old.read(item).replace(b"document.main+xml", b"template.main+xml"))
    return path


@pytest.mark.parametrize("kind", ["docx", "dotx"])
def test_a_schools_own_template_keeps_its_page_header_and_styles(tmp_path, kind):
    document = printed(SUMMARY, template=school_template(tmp_path, kind=kind))
    section = document.sections[0]
    assert round(section.left_margin / Mm(1)) == 31
    assert section.header.paragraphs[0].text == "陽光市第一實驗小學"
    (heading,) = styled(document, "Heading 1")
    assert heading.text == "一、改善教育教學環境"
    assert heading.style.font.size == Pt(20)
    assert [run._r.find(qn("w:rPr")).find(qn("w:rFonts")) for run in heading.runs] == [None]
    assert "請在此輸入正文" not in [paragraph.text for paragraph in document.paragraphs]


def test_a_style_the_template_lacks_is_added(tmp_path):
    document = printed(SUMMARY, template=school_template(tmp_path))
    assert styled(document, "Salutation")[0].text == "校長室："
    assert styled(document, "Date")[0].style.element.pPr.find(qn("w:jc")).get(qn("w:val")) == "right"


def test_a_template_that_is_no_word_file_is_refused(tmp_path):
    path = tmp_path / "school.docx"
    path.write_text("這不是 Word 文件")
    with pytest.raises(ValueError, match=r"school\.docx is not a Word document"):
        write_docx(SUMMARY, BytesIO(), template=path)
