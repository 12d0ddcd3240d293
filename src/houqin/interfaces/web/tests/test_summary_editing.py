"""The editor of a summary: the text as it reads, figures whole, one section at a time, nothing lost and nothing made up."""

import html
import re
from datetime import date
from io import BytesIO

import pytest
import time_machine
from docx import Document as read_docx

from houqin.foundation.journal.actions import ACTIONS
from houqin.foundation.journal.models import Entry
from houqin.kit import clock
from houqin.summary.models import Summary, Version
from houqin.summary.reading import composition_of

TEXT = (
    "現總結如下：\n# 一、維修\n受理報修{{repairs.reported}}，隨報隨修。還沒有修好的{{repairs.outstanding}}。\n"
    "# 二、保障\n盡心盡力。"
)


@pytest.fixture(autouse=True)
def july():
    with time_machine.travel("2019-07-05 10:00+08:00", tick=False):
        yield


def reported(cast, month, day):
    """A fault reported on a day of 2019, however late it is written here."""
    with time_machine.travel(f"2019-{month:02}-{day:02} 09:00+08:00", tick=False):
        return ACTIONS["repairs.reported"](cast.lin, place=cast.south_105, fault="燈管不亮")


@pytest.fixture
def draft(cast):
    for day in (4, 5, 6):
        reported(cast, 3, day)
    ACTIONS["summary.drafted"](cast.li, plan="director", from_on=date(2019, 1, 1), to_on=date(2019, 6, 30))
    ACTIONS["summary.edited"](cast.li, document=Summary.objects.get(), text=TEXT)
    return Summary.objects.get()


def text(answer):
    return answer.content.decode()


def address(document):
    return f"/summary/{document.pk}/edit/"


def form(page, place):
    """What the form of a section would send."""
    (one,) = re.findall(rf'<section class="edit-section" id="s{place}".*?</section>', page, re.S)
    sent = {name: html.unescape(value) for name, value in re.findall(r'name="(\w+)" value="(.*?)"', one)}
    sent["text"] = html.unescape(re.search(r"<textarea.*?>(.*?)</textarea>", one, re.S)[1])
    return sent


def told(document):
    return composition_of(Summary.objects.get(pk=document.pk), today=clock.today())


def test_the_text_is_shown_as_it_reads_and_no_page_shows_how_it_is_kept(login, cast, draft):
    browser = login(cast.li)
    pages = [
        text(browser.get(one))
        for one in (
            address(draft),
            f"/documents/summary.summary/{draft.pk}/",
            f"/documents/summary.summary/{draft.pk}/print/",
            f"/summary/?document={draft.pk}",
        )
    ]

    assert [page for page in pages if "{{" in page or "repairs.reported|" in page] == []
    assert form(pages[0], 1)["text"] == "受理報修〔3次〕，隨報隨修。還沒有修好的〔報修未完成：3次〕。"
    assert all("受理報修" in page for page in pages)
    assert f'href="/documents/summary.summary/{draft.pk}/do/summary.edited/"' in pages[1]


def test_a_section_sent_back_unchanged_writes_nothing(login, cast, draft):
    browser = login(cast.li)
    before, entries = told(draft), Entry.objects.count()

    browser.post(address(draft), form(text(browser.get(address(draft))), 1))

    assert (told(draft), Entry.objects.count()) == (before, entries)


def test_a_sentence_is_changed_and_figures_stay_live_though_they_moved_meanwhile(login, cast, draft):
    browser = login(cast.li)
    sent = form(text(browser.get(address(draft))), 1)
    reported(cast, 4, 1)

    sent["text"] = "師生報修〔3次〕。\n還沒有修好的〔報修未完成：3次〕，抓緊辦理。"
    answer = browser.post(address(draft), sent, follow=True)

    assert "師生報修4次。\n還沒有修好的4次，抓緊辦理。" in told(draft).text
    assert "改好了" in text(answer)
    assert [one.written_by for one in Version.objects.filter(summary=draft)] == [None, cast.li, cast.li]


def test_a_bracket_that_is_no_number_is_refused_and_what_was_typed_stays(login, cast, draft):
    browser = login(cast.li)
    sent = form(text(browser.get(address(draft))), 1)

    answer = browser.post(address(draft), sent | {"text": "修好〔月亮〕。"})

    assert answer.status_code == 422
    assert "〔月亮〕不是這份總結裏的數字" in text(answer)
    assert form(text(answer), 1)["text"] == "修好〔月亮〕。"
    assert "月亮" not in told(draft).text


def test_a_figure_is_put_in_by_its_name_and_a_typed_token_is_words(login, cast, draft):
    browser = login(cast.li)
    sent = form(text(browser.get(address(draft))), 2)

    browser.post(
        address(draft), sent | {"text": "全期〔報修〕或〔repairs.reported〕，{{repairs.reported}}，教〔2019〕3號。"}
    )

    kept = told(draft).source.splitlines()[-1]
    assert kept == "全期{{repairs.reported}}或{{repairs.reported}}，｛｛repairs.reported｝｝，教〔2019〕3號。"


def test_two_people_do_not_overwrite_each_other(login, cast, draft):
    first, second = login(cast.li), login(cast.principal)
    sent = form(text(first.get(address(draft))), 1)
    second.post(address(draft), sent | {"text": "校長的話。"})

    answer = first.post(address(draft), sent | {"text": "主任的話。"})

    assert "這一節剛才被別人改過" in text(answer)
    assert "主任的話。" in text(answer)
    assert "校長的話。" in told(draft).text


def test_earlier_versions_and_what_the_program_writes_come_back(login, cast, draft):
    browser = login(cast.li)
    sent = form(text(browser.get(address(draft))), 2)
    browser.post(address(draft), sent | {"text": "另寫一句。"})

    compared = text(browser.get(address(draft) + "?with=1"))
    browser.post(address(draft), {"restore": "1"})

    assert "<del>盡心盡力。</del>" in compared
    assert "<ins>另寫一句。</ins>" in compared
    assert told(draft).source == TEXT
    browser.post(address(draft), {"restore": "generated"})
    assert "存在問題" in told(draft).text


def test_typed_numbers_are_stood_for_together_by_somebody_else(login, cast, draft):
    director, principal = login(cast.li), login(cast.principal)
    sent = form(text(director.get(address(draft))), 2)
    director.post(address(draft), sent | {"text": "鋪草坪300平方米，栽樹20棵，報修3次。"})
    page = text(director.get(address(draft)))
    assert re.findall(r'name="number" value="(.*?)" checked', page) == ["300平方米", "20棵", "3次"]

    # What reads like a figure of the book is offered as that figure.
    assert 'name="swap" value="repairs.reported"' in page
    director.post(address(draft), {"swap": "repairs.reported", "number": "3次", "where": "報修3次"})
    assert "報修{{repairs.reported}}" in told(draft).source

    both = {"vouch": "1", "number": ["300平方米", "20棵"], "note": "憑施工驗收單"}
    assert "另一個人" in text(director.post(address(draft), both))
    principal.post(address(draft), both)
    assert told(draft).unvouched == ()

    # Said of something else it is another claim.
    sent = form(text(director.get(address(draft))), 2)
    director.post(address(draft), sent | {"text": sent["text"].replace("栽樹20棵", "獲獎20棵")})
    assert told(draft).unvouched == ("20棵",)
    assert "另一個人" in text(director.post(address(draft), {"vouch": "1", "number": "20棵", "note": "記得"}))


def test_a_number_in_a_heading_is_refused(login, cast, draft):
    browser = login(cast.li)
    sent = form(text(browser.get(address(draft))), 1)

    answer = browser.post(address(draft), sent | {"heading": "一、節約300萬元"})

    assert "標題裏不要寫數（300萬元）" in text(answer)
    assert "300萬元" not in told(draft).text


def test_strangers_and_signed_papers_have_no_editor(login, cast, draft):
    assert login(cast.zhao).get(address(draft)).status_code == 403
    signed(login, cast, draft)

    assert login(cast.li).get(address(draft)).status_code == 302
    assert login(cast.li).post(address(draft), {"restore": "1"}).status_code == 302
    assert told(draft).source != ""


def signed(login, cast, draft):
    ACTIONS["summary.submitted"](cast.li, document=Summary.objects.get(pk=draft.pk))
    ACTIONS["summary.frozen"](cast.principal, document=Summary.objects.get(pk=draft.pk))


def test_what_changed_since_the_signature_stands_on_the_paper_in_print_and_in_the_file(login, cast, draft):
    signed(login, cast, draft)
    late = reported(cast, 6, 30)
    browser = login(cast.li)
    paper = f"/documents/summary.summary/{draft.pk}/"

    pages = [text(browser.get(one)) for one in (paper, f"{paper}print/", f"/summary/?document={draft.pk}")]
    with_annex, without = (
        read_docx(BytesIO(browser.get(f"/summary/download.docx?document={draft.pk}{how}").content))
        for how in ("", "&annex=0")
    )

    for page in pages:
        assert "定稿以後的更正" in page
        assert f"/entries/{late.number}/" in page
        assert "受理報修" in page
    rows = [[cell.text for cell in row.cells] for row in without.tables[0].rows]
    assert rows == [
        ["數據", "報", "今", "因"],
        ["報修", "3次", "4次", f"第 {late.number} 號登記"],
        ["報修未完成", "3次", "4次", f"第 {late.number} 號登記"],
    ]
    assert (len(with_annex.tables), len(without.tables)) == (3, 1)


def test_what_changed_between_submission_and_approval_is_not_signed_unseen(login, cast, draft):
    ACTIONS["summary.submitted"](cast.li, document=Summary.objects.get(pk=draft.pk))
    reported(cast, 6, 30)

    answer = login(cast.principal).post(f"/documents/summary.summary/{draft.pk}/do/summary.frozen/", {})

    assert "送審以後這些數字有變" in text(answer)
    assert Summary.objects.get(pk=draft.pk).state == "submitted"
