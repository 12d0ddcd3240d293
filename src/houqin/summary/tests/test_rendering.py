"""The same summary for machines and on paper, in both scripts."""

import json
from dataclasses import replace
from datetime import date
from io import BytesIO

import docx
import pytest

from houqin.summary.composing import compose
from houqin.summary.composition import HAND, Paragraph, Run, Section
from houqin.summary.rendering import FORMATS, as_json, as_paper, chain_line, render, write

from .trade import CLAUSES, HALF, OPEN, TODAY, a_good_half, happened, lamps


@pytest.fixture
def composition(cast):
    lamps(cast.chen, 71, year=2018)
    a_good_half(cast)
    lamps(cast.wang, 0)
    happened(cast.chen, "reported", date(2019, 5, 5))
    return compose(HALF, kind="director", school=cast.school, today=TODAY, clauses=CLAUSES, problems=(OPEN,))


def paragraphs(told):
    return [paragraph for section in told["sections"] for paragraph in section["paragraphs"]]


def test_json_has_sections_of_paragraphs_of_figures_and_gaps(composition):
    told = as_json(composition)

    assert told["sections"][1]["heading"] == "一、抓好後勤人員的思想建設，更新觀念，增強服務意識"
    assert [one["figures"] for one in paragraphs(told) if one["figures"]] == [
        [{"name": "craft.lamps", "value": 83, "text": "80餘次"}],
        [{"name": "craft.desks", "value": 200, "text": "200套"}],
        [{"name": "craft.checks", "value": 42, "text": "40餘次"}],
        [{"name": "craft.open", "value": 1, "text": "1件"}],
    ]
    assert told["gaps"] == []
    assert (told["kind"], told["from"], told["to"], told["script"]) == (
        "director",
        "2019-01-01",
        "2019-06-30",
        "traditional",
    )


def test_json_tells_comparisons_apart_from_figures(composition):
    (compared,) = [one["comparisons"] for one in paragraphs(as_json(composition)) if "comparisons" in one]

    assert compared == [
        {
            "name": "craft.lamps",
            "value": 83,
            "text": "增加12次",
            "basis": "year_before",
            "from": "2018-01-01",
            "to": "2018-06-30",
            "earlier": 71,
        }
    ]


def test_money_is_exact_in_json_and_round_in_the_text(cast):
    lamps(cast.chen, 4, cost=1_554_000)
    cost = replace(CLAUSES[1], text="用料{craft.cost}")

    told = as_json(compose(HALF, kind="director", school=cast.school, today=TODAY, clauses=(cost,), problems=()))

    (figures,) = [one["figures"] for one in paragraphs(told) if one["figures"]]
    assert figures == [{"name": "craft.cost", "value": "62160.00", "text": "6.22萬元"}]


def test_simplified_converts_every_word_and_no_name(composition):
    told = as_json(composition, script="simplified")

    assert paragraphs(told)[2]["text"].startswith("（一）及时维修，改善教育教学环境。")
    assert paragraphs(told)[2]["figures"] == [{"name": "craft.lamps", "value": 83, "text": "80余次"}]
    assert told["title"] == "市第一完全小学总务处2019年上半年工作总结"


def test_a_paper_carries_figures_gaps_and_the_head_of_the_chain(cast):
    lamps(cast.chen, 83)
    composition = compose(HALF, kind="director", school=cast.school, today=TODAY, clauses=CLAUSES, problems=())

    paper = as_paper(composition)

    figures = [run.figure for section in paper.sections for one in section.paragraphs for run in one.runs if run.figure]
    assert figures == ["craft.lamps"]
    assert paper.gaps == ("〔待補：添置課桌椅〕", "〔待補：安全排查〕", "〔待補：存在問題〕")
    assert paper.signature == "市第一完全小學總務處"
    assert paper.footer == f"登記鏈首 第 {composition.head} 號 {composition.digest[:8]}" == chain_line(composition)


def test_the_appendix_tells_where_each_figure_comes_from(composition):
    (table,) = as_paper(composition).appendix

    assert table.caption == "數據出處"
    assert table.rows[0][:4] == ("更換燈管", "83", "80餘次", "83")
    assert as_paper(composition, appendix=False).appendix == ()


def test_a_number_nobody_vouched_for_is_printed_as_loudly_as_a_gap(composition):
    typed = composition.replaced(sections=(Section("", (Paragraph((Run("窗戶"), Run("15頁", HAND))),)),))

    assert as_paper(typed).gaps == ("15頁",)
    assert paragraphs(as_json(typed))[0]["typed"] == ["15頁"]


@pytest.mark.parametrize("script", ["traditional", "simplified"])
@pytest.mark.parametrize("format", FORMATS)
def test_every_format_is_written_in_both_scripts(composition, format, script):
    target = BytesIO()

    write(composition, format, target, script=script)

    content = target.getvalue()
    words = {"traditional": "更換燈管80餘次", "simplified": "更换灯管80余次"}[script]
    if format == "pdf":
        assert content.startswith(b"%PDF")
    elif format == "docx":
        document = docx.Document(BytesIO(content))
        text = "\n".join(paragraph.text for paragraph in document.paragraphs)
        assert words in text
        assert len(document.tables) == 1
    elif format == "json":
        assert any(words in one["text"] for one in paragraphs(json.loads(content)))
    elif format == "html":
        assert 'data-figure="craft.lamps"' in content.decode()
    else:
        assert words in content.decode()


def test_html_links_each_figure_to_its_rows(composition):
    page = render(composition, "html", link=lambda name: f"/figures/{name}").decode()

    assert 'href="/figures/craft.desks"' in page


def test_an_unknown_format_is_refused(composition):
    with pytest.raises(ValueError, match="docx, pdf, html, md, json"):
        render(composition, "wps")
