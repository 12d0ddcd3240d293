"""A director's summary in a real browser: a sentence changed where it reads, signed, approved, corrected ever after."""

import shutil
from datetime import date

import pytest
from django.test import Client

from houqin.foundation.journal.actions import ACTIONS
from houqin.kit import clock
from houqin.summary.models import Summary
from houqin.summary.reading import composition_of

CHROMIUM = shutil.which("chromium")
TEXT = "現總結如下：\n# 一、維修\n受理報修{{repairs.reported}}，隨報隨修。"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
    pytest.mark.django_db(transaction=True),
]


def tab_of(chromium, site, person, login, *, width):
    """A window in which this person is logged in."""
    browser: Client = login(person)
    context = chromium.new_context(viewport={"width": width, "height": 844})
    context.add_cookies([{"name": "sessionid", "value": browser.cookies["sessionid"].value, "url": site}])
    return context.new_page()


@pytest.mark.parametrize("width", [1440, 390])
def test_a_director_changes_a_sentence_and_signs_and_the_principal_approves(
    committed_cast, live_server, chromium, login, width
):
    cast, site = committed_cast, live_server.url
    today = clock.today()
    ACTIONS["repairs.reported"](cast.lin, place=cast.south_105, fault="燈管不亮")
    ACTIONS["summary.drafted"](cast.li, plan="director", from_on=date(today.year, 1, 1), to_on=date(today.year, 12, 31))
    summary = Summary.objects.get()
    ACTIONS["summary.edited"](cast.li, document=summary, text=TEXT)
    tab = tab_of(chromium, site, cast.li, login, width=width)
    complaints = []
    tab.on("pageerror", lambda error: complaints.append(str(error)))

    tab.goto(f"{site}/documents/summary.summary/{summary.pk}/")
    tab.click("a.btn:has-text('修改')")
    tab.wait_for_url("**/edit/")
    over = tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    tab.click("#s1 .written p")
    tab.keyboard.press("End")
    tab.keyboard.type("師生滿意。")
    tab.click("h1.title")
    tab.wait_for_selector("#s1 [data-state]:text-is('已存')")
    tab.click("#s1 .chip.figure")
    tab.wait_for_selector("#panel-figure")
    chips = tab.locator("#s1 .chip").count()
    tab.click("a.btn-primary:has-text('簽字送審')")
    tab.wait_for_url("**/do/summary.submitted/")
    tab.click("form.sheet button.btn-primary")
    tab.wait_for_url(f"**/documents/summary.summary/{summary.pk}/")

    told = composition_of(Summary.objects.get(), today=today)
    assert told.sections[1].paragraphs[0].text == "受理報修1次，隨報隨修。師生滿意。"
    assert (chips, over, complaints) == (1, 0, [])
    head = tab_of(chromium, site, cast.principal, login, width=width)
    head.goto(f"{site}/documents/summary.summary/{summary.pk}/do/summary.frozen/")
    head.click("form.sheet button.btn-primary")
    head.wait_for_selector(".tag:text-is('已定稿')")
    assert "師生滿意" in head.inner_text("article.paper")

    late = ACTIONS["repairs.reported"](cast.lin, place=cast.south_105, fault="門壞")
    tab.reload()
    assert f"第 {late.number} 號登記" in tab.inner_text("#corrections")
