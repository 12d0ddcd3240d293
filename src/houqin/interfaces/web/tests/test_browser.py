"""The pages in a real browser: what only a browser can tell. Skipped where Debian's chromium is not installed."""

import shutil
from datetime import date

import pytest

from houqin.foundation.journal.actions import ACTIONS
from houqin.foundation.journal.models import Entry

CHROMIUM = shutil.which("chromium")
WIDTHS = {"desk": 1440, "phone": 390}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
    pytest.mark.django_db(transaction=True),
]


def log_in(tab, site):
    tab.goto(f"{site}/login/")
    tab.fill("#id_username", "admin")
    tab.fill("#id_password", "chalk-and-duster-7")
    tab.click("button.wide")
    tab.wait_for_url(f"{site}/")


def listen(tab):
    """What the browser complains about from now on: broken policies, failing scripts, missing files."""
    complaints = []
    tab.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_pages_fit_the_screen_and_break_no_policy(committed_cast, live_server, chromium, width):
    tab = chromium.new_context(viewport={"width": width, "height": 844}).new_page()
    complaints = listen(tab)
    log_in(tab, live_server.url)
    wide = {}

    for address in (
        "/",
        "/registers/",
        "/registers/org.people/",
        "/do/",
        "/do/org.person_added/",
        "/entries/",
        "/figures/",
        "/summary/",
        "/me/",
    ):
        tab.goto(live_server.url + address)
        over = tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            wide[address] = over

    assert (wide, complaints) == ({}, [])


def test_a_double_click_writes_once(committed_cast, live_server, chromium):
    tab = chromium.new_context().new_page()
    log_in(tab, live_server.url)

    tab.goto(f"{live_server.url}/do/org.campus_added/")
    tab.fill("#id_campus", "東校區")
    tab.dblclick("form.sheet button.btn-primary")
    tab.wait_for_url("**/entries/**")

    assert Entry.objects.filter(kind="org.campus_added").count() == 1


def test_a_figure_of_the_summary_opens_its_rows_beside_it(committed_cast, live_server, chromium):
    cast = committed_cast
    ACTIONS["repairs.reported"](cast.lin, place=cast.south_105, fault="燈管不亮")
    today = date.today()
    tab = chromium.new_context(viewport={"width": 1440, "height": 900}).new_page()
    complaints = listen(tab)
    log_in(tab, live_server.url)

    tab.goto(f"{live_server.url}/summary/?from={today.year}-01-01&to={today.year}-12-31")
    tab.click("article.paper a.figure >> nth=0")
    tab.wait_for_selector("#panel-figure")

    assert "背後的" in tab.inner_text("#panel-figure")
    assert "/summary/" in tab.url
    assert complaints == []


def test_everything_is_read_and_sent_without_javascript(committed_cast, live_server, chromium):
    tab = chromium.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844}).new_page()
    log_in(tab, live_server.url)

    tab.goto(f"{live_server.url}/registers/org.people/")
    tab.fill("#q", "保管")
    tab.press("#q", "Enter")
    found = tab.inner_text("#listing")
    tab.goto(f"{live_server.url}/do/org.unit_added/")
    tab.fill("#id_name", "三年級組")
    tab.click("form.sheet button.btn-primary")

    assert "王保管" in found
    assert "李主任" not in found
    assert "新增部門：已登記為第" in tab.inner_text("main")
