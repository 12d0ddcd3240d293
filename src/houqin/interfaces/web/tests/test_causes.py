"""A task that another domain's verb answers: its form opens with the cause named, and the matter can be done to its end."""

import json

import pytest

from houqin.domains.repairs.models import WorkOrder
from houqin.domains.safety.models import Hazard
from houqin.foundation.journal.actions import ACTIONS
from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.signing.causes import taken_cause
from houqin.foundation.signing.models import Task

ONCE = "0" * 32


def text(answer):
    return answer.content.decode()


@pytest.fixture
def order(cast):
    """A lamp that hangs by one wire, told to endanger people."""
    ACTIONS["repairs.reported"](cast.zhao, place=str(cast.south_105.pk), fault="燈座掉下來", is_hazard=True)
    return WorkOrder.objects.get()


def take(browser, document, step, **data):
    """Take a step on a paper's page."""
    answer = browser.post(
        f"/documents/{document.kind}/{document.pk}/do/{step}/", {"once": f"{step}-{document.pk}", **data}
    )
    assert answer.status_code == 302, text(answer)
    document.refresh_from_db()


def test_a_repair_that_is_a_hazard_is_done_to_the_end(login, cast, order):
    """B4, R01-1: the safety officer's task opens the hazard's form; the hazard closed, the repair closes."""
    sun, li = login(cast.sun), login(cast.li)
    task = Task.objects.open().get(step="safety.hazard_found")
    assert f"/documents/repairs.work_order/{order.pk}/do/safety.hazard_found/" in sun.get("/").content.decode()

    form = sun.get(f"/documents/repairs.work_order/{order.pk}/do/safety.hazard_found/", follow=True)
    assert form.status_code == 200
    flag = Entry.objects.get(kind="repairs.hazard_flagged")
    assert f'name="because" value="{flag.number}"' in form.content.decode()
    assert "燈座掉下來" in form.content.decode()
    found = sun.post(
        "/do/safety.hazard_found/",
        {"because": flag.number, "description": "燈座掉下來", "category": "用電", "due_on": "2030-01-01", "once": ONCE},
    )
    assert found.status_code == 302

    hazard = Hazard.objects.get()
    assert Entry.objects.get(kind="safety.hazard_found").because == flag
    task.refresh_from_db()
    assert task.done_by == cast.sun
    take(sun, hazard, "safety.hazard_graded", grade="general")
    take(sun, hazard, "safety.hazard_assigned", fixer=cast.chen.pk, measures="換燈座")
    take(li, order, "repairs.dispatched", repairer=cast.chen.pk)
    assert not Task.objects.open().filter(step="safety.hazard_found").exists()
    take(login(cast.chen), order, "repairs.completed", work="換燈座", cause="natural")
    take(login(cast.zhao), order, "repairs.confirmed", satisfaction="satisfied")
    early = li.post(f"/documents/repairs.work_order/{order.pk}/do/repairs.closed/", {"once": "early"})
    assert "要等安全辦把隱患銷號" in text(early)
    take(login(cast.chen), hazard, "safety.hazard_rectified", measures="換好了")
    take(sun, hazard, "safety.hazard_accepted", acceptance="合格")
    take(sun, hazard, "safety.hazard_closed")
    take(li, order, "repairs.closed")

    assert (hazard.state, order.state) == ("closed", "closed")


def test_the_paper_itself_offers_what_another_domain_answers(login, cast, order):
    page = login(cast.sun).get(f"/documents/repairs.work_order/{order.pk}/").content.decode()

    assert f"/documents/repairs.work_order/{order.pk}/do/safety.hazard_found/" in page


def test_a_step_nobody_asked_for_has_no_page(login, cast, order):
    assert login(cast.sun).get(f"/documents/repairs.work_order/{order.pk}/do/safety.drill_held/").status_code == 404


def test_a_cause_is_an_entry_one_may_read(login, cast, order):
    number = Entry.objects.get(kind="repairs.hazard_flagged").number

    with pytest.raises(Denied, match="您看不到"):
        taken_cause(cast.lin, {"because": str(number)})
    with pytest.raises(Refused, match="沒有第「9999999」號登記"):
        taken_cause(cast.sun, {"because": "9999999"})
    assert login(cast.lin).get("/do/safety.hazard_found/", {"because": number}).status_code == 403
    assert login(cast.sun).get("/do/safety.hazard_found/", {"because": "一"}).status_code == 404
    assert taken_cause(cast.sun, data := {"because": number, "fault": "x"}) == Entry.objects.get(number=number)
    assert json.dumps(data) == '{"fault": "x"}'
