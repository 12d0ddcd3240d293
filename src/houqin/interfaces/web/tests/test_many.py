"""One verb for many papers: what can take the step takes it, what cannot says why, a stranger gets nowhere."""

import re

import pytest

from houqin.domains.repairs.models import WorkOrder
from houqin.foundation.journal.actions import ACTIONS
from houqin.foundation.journal.models import Entry
from houqin.interfaces.web.pages import many

ORDERS = "/registers/repairs.work_orders/"


def text(answer):
    return answer.content.decode()


def states():
    return list(WorkOrder.objects.order_by("pk").values_list("state", flat=True))


@pytest.fixture
def orders(cast):
    """Three reports of Lin, the last in the North."""
    for place, fault in ((cast.south_105, "燈管不亮"), (cast.south_105, "水嘴滴水"), (cast.north_105, "門鎖壞了")):
        ACTIONS["repairs.reported"](cast.lin, place=place, fault=fault)
    return list(WorkOrder.objects.order_by("pk"))


def hidden_of(page):
    return dict(re.findall(r'name="(row|once|step|query|sure)" value="([^"]*)"', page.partition("<main")[2]))


def test_the_register_offers_what_its_reader_may_do_with_its_rows(login, cast, orders):
    page = text(login(cast.li).get(ORDERS))

    assert f"name=row value={orders[0].pk}" in page
    assert '<option value="repairs.accepted">受理</option>' in page
    assert "全部 3 筆" in page
    assert '<option value="repairs.accepted">' not in text(login(cast.chen).get(ORDERS))


def test_a_register_whose_rows_are_no_papers_offers_no_boxes(login, cast):
    page = text(login(cast.li).get("/registers/org.people/"))

    assert "name=row" not in page
    assert 'id="many"' not in page


def test_chosen_rows_take_the_step_and_the_others_stay(login, cast, orders):
    browser = login(cast.li)

    asked = text(
        browser.post(f"{ORDERS}many/", {"step": "repairs.dispatched", "row": [orders[0].pk, orders[2].pk], "query": ""})
    )
    assert "一起辦 2 筆" in asked
    assert "燈管不亮" in asked
    assert states() == ["reported", "reported", "reported"]

    report = text(browser.post(f"{ORDERS}many/", hidden_of(asked) | {"repairer": cast.chen.pk, "note": "今天去"}))

    assert "辦好 2 筆，退回 0 筆" in report
    assert states() == ["dispatched", "reported", "dispatched"]
    assert [entry.by for entry in Entry.objects.filter(kind="repairs.dispatched")] == [cast.li, cast.li]


def test_all_means_what_the_filters_leave(login, cast, orders):
    browser = login(cast.li)

    asked = text(
        browser.post(f"{ORDERS}many/", {"step": "repairs.accepted", "all": "1", "query": "?campus=南校區&page=1"})
    )
    browser.post(f"{ORDERS}many/", hidden_of(asked))

    assert "一起辦 2 筆" in asked
    assert states() == ["accepted", "accepted", "reported"]


def test_papers_in_another_state_are_told_before_and_left_alone(login, cast, orders):
    browser = login(cast.li)
    ACTIONS["repairs.accepted"](cast.li, document=orders[0])

    asked = text(browser.post(f"{ORDERS}many/", {"step": "repairs.accepted", "all": "1"}))

    assert "一起辦 2 筆" in asked
    assert "這一步辦不了的" in asked
    assert hidden_of(asked)["row"] == f"{orders[2].pk},{orders[1].pk}"


def test_what_is_refused_says_why_and_does_not_stop_the_others(login, cast, orders):
    browser = login(cast.li)
    asked = text(browser.post(f"{ORDERS}many/", {"step": "repairs.accepted", "all": "1"}))
    # Somebody else was quicker with one of them.
    ACTIONS["repairs.withdrawn"](cast.lin, document=orders[1], reason="自己好了")

    report = text(browser.post(f"{ORDERS}many/", hidden_of(asked)))

    assert "辦好 2 筆，退回 1 筆" in report
    assert "這張單現在是「已撤回」，不能「受理」" in report
    assert states() == ["accepted", "withdrawn", "accepted"]


def test_the_same_form_sent_twice_writes_once_and_reports_the_same(login, cast, orders):
    browser = login(cast.li)
    sent = hidden_of(text(browser.post(f"{ORDERS}many/", {"step": "repairs.accepted", "all": "1"})))

    browser.post(f"{ORDERS}many/", sent)
    again = text(browser.post(f"{ORDERS}many/", sent))

    assert "辦好 3 筆，退回 0 筆" in again
    assert Entry.objects.filter(kind="repairs.accepted").count() == 3


def test_wrong_answers_are_said_beside_the_field_before_anything_is_done(login, cast, orders):
    browser = login(cast.li)
    asked = text(browser.post(f"{ORDERS}many/", {"step": "repairs.dispatched", "all": "1"}))

    answer = browser.post(f"{ORDERS}many/", hidden_of(asked) | {"repairer": "沒有這個人"})

    assert answer.status_code == 422
    assert "沒有叫「沒有這個人」的" in text(answer)
    assert states() == ["reported", "reported", "reported"]


def test_nothing_chosen_leads_back_with_a_sentence(login, cast, orders):
    browser = login(cast.li)

    verbless = browser.post(f"{ORDERS}many/", {"row": orders[0].pk, "query": "q=燈"}, follow=True)
    rowless = browser.post(f"{ORDERS}many/", {"step": "repairs.accepted"}, follow=True)

    assert "先選要辦什麼" in text(verbless)
    assert "燈管不亮" in text(verbless)
    assert "先勾選要辦的行" in text(rowless)


def test_more_than_can_be_waited_for_is_refused_with_a_sentence(login, cast, orders, monkeypatch):
    monkeypatch.setattr(many, "MOST_AT_ONCE", 2)

    answer = login(cast.li).post(f"{ORDERS}many/", {"step": "repairs.accepted", "all": "1"}, follow=True)

    assert "一次最多辦 2 筆，這裏有 3 筆" in text(answer)


def test_a_stranger_may_not(login, cast, orders):
    asked = {"step": "repairs.accepted", "row": orders[0].pk, "sure": "1"}

    by_the_repairer = login(cast.chen).post(f"{ORDERS}many/", asked)
    hidden_verb = login(cast.li).post(f"{ORDERS}many/", asked | {"step": "repairs.recorded"})

    assert (by_the_repairer.status_code, hidden_verb.status_code) == (403, 403)
    assert states() == ["reported", "reported", "reported"]


def test_rows_out_of_sight_are_not_touched(login, cast, orders):
    """A requester sees his own reports; the keys of others get him nowhere."""
    ACTIONS["repairs.reported"](cast.zhao, place=cast.south_105, fault="窗戶關不上")
    mine = WorkOrder.objects.get(fault="窗戶關不上")
    browser = login(cast.zhao)

    asked = text(browser.post(f"{ORDERS}many/", {"step": "repairs.withdrawn", "row": [orders[0].pk, mine.pk]}))
    browser.post(f"{ORDERS}many/", hidden_of(asked) | {"row": f"{orders[0].pk},{mine.pk}", "reason": "不修了"})

    assert "一起辦 1 筆" in asked
    assert states() == ["reported", "reported", "reported", "withdrawn"]
