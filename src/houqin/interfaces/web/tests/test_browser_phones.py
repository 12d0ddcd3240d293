"""Phones in a real browser: a fault without a login, the gate and an inspection through a lost connection, exactly once."""

import re
from datetime import date

import pytest
from PIL import Image

from houqin.domains.gate.models import Visit
from houqin.domains.repairs.models import WorkOrder
from houqin.domains.safety.models import Hazard, Inspection
from houqin.foundation.journal.models import Entry
from houqin.foundation.org.models import ParameterValue
from houqin.foundation.signing.models import Attachment
from houqin.foundation.tokens import actions as tokens
from houqin.foundation.tokens.models import Token

from .test_browser import CHROMIUM, listen

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
    pytest.mark.django_db(transaction=True),
]

PHONE = {"viewport": {"width": 390, "height": 844}}
BOARD, SHEET = "/pages/gate.board/", "/pages/safety.inspection/fire"


@pytest.fixture
def shot(tmp_path):
    path = tmp_path / "燈.jpg"
    Image.effect_noise((2400, 1800), 60).convert("RGB").save(path)
    return path


def enter_as(browser, site, person, login):
    """A phone on which that person is logged in."""
    phone = browser.new_context(**PHONE)
    cookie = login(person).cookies["sessionid"].value
    phone.add_cookies([{"name": "sessionid", "value": cookie, "url": site}])
    return phone, phone.new_page()


@pytest.fixture
def gate(committed_cast):
    """The gate at an hour without lessons, whatever hour it is."""
    ParameterValue.objects.create(name="gate.class_consent", value=False, from_on=date(2000, 1, 1), source="試")
    return committed_cast


def sign_in(tab, name):
    tab.fill("#id_name", name)
    tab.fill("#id_identity", "990101197001010011")
    tick(tab, "input[name=purpose][value=送貨]")
    tab.fill("#id_host", "王保管")
    tick(tab, "input[name=host_confirmed][value=telephone]")
    tab.click("#enter button.big")


def tick(tab, selector):
    """Tick a tile: its input lies unseen under the words."""
    tab.locator(f"label:has({selector})").click()


def waiting(tab, count):
    """Until so many forms wait to be sent."""
    tab.wait_for_function(
        f"() => document.getElementById('queue').hidden === {'true' if count == 0 else 'false'}"
        f" && document.getElementById('queue-count').textContent === '{count}'"
    )


def kept(tab):
    """Until the phone has kept the page it is on."""
    tab.wait_for_selector("html[data-kept]", state="attached")
    tab.wait_for_function("() => navigator.serviceWorker.controller?.state === 'activated'")


def test_a_parent_reports_a_fault_from_a_code_without_a_login(committed_cast, live_server, chromium, shot):
    tokens.issue(committed_cast.li, kind="place", keys=[committed_cast.south_105.pk])
    tab = chromium.new_context(**PHONE).new_page()
    complaints = listen(tab)

    tab.goto(f"{live_server.url}/q/{Token.objects.get().text}")
    tick(tab, "input[name=category][value=electric]")
    tab.set_input_files("#id_photos", shot)
    tab.wait_for_selector("#shot img")
    tab.click("button.big")
    tab.wait_for_url("**/pages/repairs.fault_status/**")

    attachment = Attachment.objects.get(document_id=WorkOrder.objects.get().pk)
    assert "報上去了" in tab.inner_text("main")
    assert attachment.size < shot.stat().st_size
    assert tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    assert complaints == []


def test_a_parent_reports_without_javascript(committed_cast, live_server, chromium):
    tokens.issue(committed_cast.li, kind="place", keys=[committed_cast.south_105.pk])
    tab = chromium.new_context(java_script_enabled=False, **PHONE).new_page()

    tab.goto(f"{live_server.url}/q/{Token.objects.get().text}")
    tick(tab, "input[name=category][value=water]")
    tab.fill("#id_fault", "水嘴滴水")
    tab.click("button.big")

    assert "報上去了" in tab.inner_text("main")
    assert WorkOrder.objects.get().fault == "水嘴滴水"


def test_a_visitor_is_signed_in_and_out_without_a_connection_exactly_once(gate, live_server, chromium, login):
    phone, tab = enter_as(chromium, live_server.url, gate.ma, login)
    tab.goto(live_server.url + BOARD)
    kept(tab)

    phone.set_offline(True)
    tab.reload()
    sign_in(tab, "吳送貨")
    waiting(tab, 1)
    assert Visit.objects.count() == 0
    assert tab.is_visible("#net")
    tab.click(".is-pending button")
    waiting(tab, 2)
    phone.set_offline(False)
    waiting(tab, 0)

    visit = Visit.objects.get()
    assert (visit.name, visit.state, visit.campus) == ("吳送貨", "left", gate.south)
    assert [entry.kind for entry in Entry.objects.filter(kind__startswith="gate").order_by("number")] == [
        "gate.entered",
        "gate.left",
    ]
    assert tab.is_hidden("#net")


def test_an_answer_that_is_lost_writes_nothing_twice(gate, live_server, chromium, login):
    _phone, tab = enter_as(chromium, live_server.url, gate.ma, login)
    tab.goto(live_server.url + BOARD)
    posted = []

    def lose(route):
        # The server gets it and writes; the phone never hears.
        if route.request.method == "POST" and not posted:
            posted.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    tab.route(re.compile(re.escape(BOARD)), lose)
    sign_in(tab, "吳送貨")
    waiting(tab, 1)
    tab.wait_for_selector("#net:not([hidden])")
    assert (posted, Visit.objects.count()) == ([200], 1)
    tab.click("#queue-send")
    waiting(tab, 0)

    assert (Visit.objects.count(), Entry.objects.filter(kind="gate.entered").count()) == (1, 1)
    tab.wait_for_selector("#inside li >> text=吳送貨")


def test_a_refused_form_is_kept_and_corrected(gate, live_server, chromium, login):
    _phone, tab = enter_as(chromium, live_server.url, gate.ma, login)
    tab.goto(live_server.url + BOARD)

    tab.fill("#id_name", "吳送貨")
    tab.fill("#id_identity", "990101197001010011")
    tick(tab, "input[name=purpose][value=送貨]")
    tab.fill("#id_host", "查無此人")
    tick(tab, "input[name=host_confirmed][value=telephone]")
    tab.click("#enter button.big")
    tab.wait_for_selector("#queue .refused")
    assert "沒有叫「查無此人」的人員" in tab.inner_text("#queue")
    assert tab.input_value("#id_name") == "吳送貨"
    assert Visit.objects.count() == 0
    tab.fill("#id_host", "王保管")
    tab.wait_for_timeout(700)
    tab.click("#enter button.big")
    waiting(tab, 0)

    assert Visit.objects.get().name == "吳送貨"


def test_two_visitors_one_after_the_other_are_two(gate, live_server, chromium, login):
    _phone, tab = enter_as(chromium, live_server.url, gate.ma, login)
    tab.goto(live_server.url + BOARD)

    sign_in(tab, "吳送貨")
    waiting(tab, 0)
    tab.wait_for_timeout(700)
    sign_in(tab, "鄭家長")
    tab.wait_for_selector("#inside li:not(.is-pending) >> text=鄭家長")
    waiting(tab, 0)
    tab.click("#inside li:has-text('吳送貨') button")
    tab.wait_for_function("() => !document.getElementById('inside').textContent.includes('吳送貨')")
    waiting(tab, 0)

    assert dict(Visit.objects.values_list("name", "state")) == {"吳送貨": "left", "鄭家長": "inside"}


def test_the_board_works_without_javascript(gate, live_server, chromium, login):
    phone = chromium.new_context(java_script_enabled=False, **PHONE)
    cookie = login(gate.ma).cookies["sessionid"].value
    phone.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    tab = phone.new_page()

    tab.goto(live_server.url + BOARD)
    sign_in(tab, "吳送貨")
    assert "來訪登記：已登記為第" in tab.inner_text("main")
    tab.click("#inside button")

    assert Visit.objects.get().state == "left"


def test_an_inspection_without_a_connection_is_made_once_with_its_photo(
    committed_cast,
    live_server,
    chromium,
    login,
    shot,
):
    phone, tab = enter_as(chromium, live_server.url, committed_cast.sun, login)
    complaints = listen(tab)
    tab.goto(live_server.url + SHEET)
    kept(tab)
    assert complaints == []

    phone.set_offline(True)
    tab.reload()
    tab.fill("#id_place", "南校區教學樓105室")
    tick(tab, "input[name=result_1][value=failed]")
    tab.fill("#id_problem_1", "後門鎖着")
    tab.set_input_files("#id_photo_1", shot)
    tab.wait_for_selector("#shot_1 img")
    tick(tab, "input[name=result_2][value=passed]")
    tab.click("button.big")
    waiting(tab, 1)
    assert Inspection.objects.count() == 0
    phone.set_offline(False)
    waiting(tab, 0)

    hazard = Hazard.objects.get()
    assert (hazard.description, hazard.place) == ("後門鎖着", committed_cast.south_105)
    assert Inspection.objects.count() == 1
    assert Attachment.objects.get().document_id == hazard.pk


def test_what_a_phone_kept_goes_with_the_login_and_what_waits_stays(gate, live_server, chromium, login):
    phone, tab = enter_as(chromium, live_server.url, gate.ma, login)
    tab.goto(live_server.url + BOARD)
    kept(tab)
    phone.set_offline(True)
    sign_in(tab, "吳送貨")
    waiting(tab, 1)

    phone.clear_cookies()
    phone.set_offline(False)
    tab.wait_for_selector("#queue-login:not([hidden])")
    tab.goto(f"{live_server.url}/login/")
    tab.wait_for_function("async () => !(await caches.keys()).some((name) => name.startsWith('houqin-pages-'))")
    assert Visit.objects.count() == 0
    cookie = login(gate.ma).cookies["sessionid"].value
    phone.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    tab.goto(live_server.url + BOARD)
    waiting(tab, 0)

    assert Visit.objects.get().name == "吳送貨"
