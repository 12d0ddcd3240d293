"""Rows under the keyboard, choosing them, the tour step by step: in a real browser, and without its scripts."""

import pytest

from houqin.domains.repairs.models import WorkOrder
from houqin.foundation.journal.actions import ACTIONS

from .test_browser import CHROMIUM, listen, log_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
    pytest.mark.django_db(transaction=True),
]

ORDERS = "/registers/repairs.work_orders/"


@pytest.fixture
def orders(committed_cast):
    cast = committed_cast
    for fault in ("燈管不亮", "水嘴滴水", "門鎖壞了"):
        ACTIONS["repairs.reported"](cast.lin, place=cast.south_105, fault=fault)
    return list(WorkOrder.objects.order_by("-pk"))


def test_rows_are_walked_chosen_and_opened_by_keys(orders, live_server, chromium):
    tab = chromium.new_context(viewport={"width": 1440, "height": 900}).new_page()
    complaints = listen(tab)
    log_in(tab, live_server.url)
    tab.goto(live_server.url + ORDERS)

    for key in ("j", "j", "x", "k", "j", "ArrowDown", "x"):
        tab.keyboard.press(key)
    chosen = tab.eval_on_selector_all("tbody input:checked", "boxes => boxes.map(box => box.value)")
    said = tab.inner_text(".picked")
    tab.keyboard.press("?")
    help_is_open = tab.is_visible("#keys")
    tab.keyboard.press("Escape")
    tab.keyboard.press("/")
    searched = tab.evaluate("document.activeElement.id")
    tab.keyboard.press("Escape")
    tab.evaluate("document.activeElement.blur()")
    tab.keyboard.press("k")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/documents/repairs.work_order/**")

    assert chosen == [str(orders[1].pk), str(orders[2].pk)]
    assert said == "已選 2 行"
    assert help_is_open
    assert searched == "q"
    assert tab.url.endswith(f"/{orders[1].pk}/")
    assert complaints == []


def test_a_range_is_chosen_with_shift_and_a_page_by_its_heading(orders, live_server, chromium):
    tab = chromium.new_context(viewport={"width": 1440, "height": 900}).new_page()
    log_in(tab, live_server.url)
    tab.goto(live_server.url + ORDERS)
    boxes = tab.locator("tbody input[name=row]")

    assert not tab.is_visible(".many-bar")
    boxes.nth(0).click()
    boxes.nth(2).click(modifiers=["Shift"])
    by_range = tab.locator("tbody input:checked").count()
    tab.click("thead input[type=checkbox]")
    after_heading = tab.locator("tbody input:checked").count()
    tab.click("thead input[type=checkbox]")
    tab.select_option("#step", "repairs.accepted")
    tab.click(".many-bar button")
    tab.wait_for_url("**/many/")
    tab.click("form.sheet button.btn-primary")

    assert (by_range, after_heading) == (3, 0)
    assert "辦好 3 筆，退回 0 筆" in tab.inner_text("main")
    assert set(WorkOrder.objects.values_list("state", flat=True)) == {"accepted"}


def test_cells_of_a_card_say_what_they_are_after_filtering_too(orders, live_server, chromium):
    tab = chromium.new_context(viewport={"width": 390, "height": 844}).new_page()
    log_in(tab, live_server.url)
    tab.goto(live_server.url + ORDERS)
    tab.fill("#q", "水嘴")
    tab.locator("#listing tbody tr", has_text="門鎖壞了").wait_for(state="detached")

    assert tab.get_attribute("tbody td:nth-child(2)", "data-l") == "狀態"


def test_many_rows_are_done_and_the_tour_is_read_without_scripts(orders, live_server, chromium):
    tab = chromium.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844}).new_page()
    log_in(tab, live_server.url)
    steps = tab.locator(".tour li:visible").count()
    tab.click(".tour form button")
    after = tab.locator(".tour").count()

    tab.goto(live_server.url + ORDERS)
    over = tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    tab.check(".many-bar input[name=all]")
    tab.select_option("#step", "repairs.accepted")
    tab.click(".many-bar button")
    tab.click("form.sheet button.btn-primary")

    assert (steps, after, over) == (5, 0, 0)
    assert "辦好 3 筆，退回 0 筆" in tab.inner_text("main")


def test_the_tour_goes_step_by_step_and_points_at_what_it_speaks_of(orders, live_server, chromium):
    tab = chromium.new_context(viewport={"width": 1440, "height": 900}).new_page()
    log_in(tab, live_server.url)

    seen = []
    for _step in range(5):
        seen.append((tab.inner_text(".tour li:visible b"), tab.locator(".pointed").count()))
        if tab.is_visible(".tour button[type=button] >> nth=1"):
            tab.click(".tour button[type=button] >> nth=1")
    tab.click(".tour button.btn-primary")
    tab.wait_for_load_state()

    assert seen == [("今日", 1), ("新增", 1), ("登記簿", 1), ("搜尋", 1), ("我的", 1)]
    assert tab.locator(".tour").count() == 0
