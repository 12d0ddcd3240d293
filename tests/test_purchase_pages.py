"""A purchase on its pages: every button and task leads on, and what was accepted waits until a store has it."""

import re

import pytest
import time_machine
from django.contrib.auth import get_user_model

from houqin.domains.purchasing import actions
from houqin.domains.purchasing.models import Delivery, Request
from houqin.domains.purchasing.tests.conftest import MONDAY, Purchases
from houqin.foundation.journal.actions import ACTIONS
from houqin.foundation.signing.models import Task


@pytest.fixture
def purchases(cast):
    with time_machine.travel(MONDAY, tick=False):
        yield Purchases(cast)


@pytest.fixture
def login(client):
    def log_in(person):
        if person.user is None:
            person.user = get_user_model().objects.create(username=f"user{person.pk}")
            person.save(update_fields=["user"])
        client.force_login(person.user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return log_in


def text(answer):
    return answer.content.decode()


def test_the_filled_button_of_an_approved_request_opens_the_plan_with_it_chosen(purchases, login):
    paper, other = purchases.approved("練習本 100本 2元"), purchases.approved("複印紙 20包 25元")
    browser = login(purchases.gao)
    page = text(browser.get(f"/documents/purchasing.request/{paper.pk}/"))
    (button,) = re.findall(r'href="([^"]*/do/purchasing\.planned/)"', page)
    form = browser.get(button, follow=True)
    chosen = re.findall(r'name="requests" value="([^"]+)" checked', text(form))
    assert (form.status_code, chosen) == (200, [paper.number])
    assert other.number in text(form)
    sent = browser.post("/do/purchasing.planned/", {"requests": chosen})
    assert sent.status_code == 302
    assert Request.objects.get(pk=paper.pk).state == "planned"


def test_every_task_of_todays_list_leads_to_pages_that_are_there(purchases, login):
    purchases.approved("練習本 100本 2元")
    purchases.planned("複印紙 20包 25元")
    purchases.arrived()
    purchases.stock("粉筆 白色", 3, counter="盒")
    ACTIONS["stores.item_set"].perform(purchases.cast.li, {"name": "粉筆 白色", "minimum": "50"})
    ACTIONS["stores.reorder_checked"].perform(purchases.cast.wang, {})
    assert Task.objects.open().filter(document_kind="stores.proposal").count() == 1
    ACTIONS["stores.reorder_checked"].perform(purchases.cast.wang, {})
    assert Task.objects.open().filter(document_kind="stores.proposal").count() == 1
    for person in (purchases.gao, purchases.cast.li, purchases.cast.wang, purchases.xu):
        browser = login(person)
        tasks = text(browser.get("/"))
        links = set(re.findall(r'href="(/(?:documents|tables|do)/[^"]+)"', tasks.replace("&amp;", "&")))
        answers = {link: browser.get(link, follow=True).status_code for link in links}
        assert {link: code for link, code in answers.items() if code != 200} == {}, person.name


def test_what_was_accepted_waits_on_the_keepers_list_until_a_store_has_all_of_it(purchases, login):
    paper = purchases.received()
    actions.take_over(purchases.cast.wang, document=paper)
    task = Task.objects.open().get(document_kind=Delivery.kind, document_id=paper.pk)
    assert (task.step, task.person) == ("stores.taken_in", purchases.cast.wang)
    browser = login(purchases.cast.wang)
    assert "入庫或建卡" in text(browser.get("/"))
    page = text(browser.get(f"/documents/purchasing.delivery/{paper.pk}/"))
    assert "下一步「採購物資入庫」，等王保管" in page
    assert "已經辦完" not in page
    form = browser.get(f"/documents/purchasing.delivery/{paper.pk}/do/stores.taken_in/", follow=True)
    assert f'value="{paper.number}"' in text(form)
    half = {"acceptance": paper.number, "store": str(purchases.store.pk), "lines": "課桌椅 120套"}
    assert browser.post("/do/stores.taken_in/", half).status_code == 302
    assert Task.objects.open().filter(pk=task.pk).exists()
    rest = {"acceptance": paper.number, "store": str(purchases.store.pk)}
    assert browser.post("/do/stores.taken_in/", rest).status_code == 302
    assert not Task.objects.open().filter(pk=task.pk).exists()


def test_whoever_accepts_reads_what_came(purchases, login, django_assert_max_num_queries):
    paper = purchases.arrived()
    page = text(login(purchases.xu).get(f"/documents/purchasing.delivery/{paper.pk}/"))
    table = page[page.index("驗收明細") :]
    assert "品名規格" in table and "課桌椅" in table and "200套" in table


def test_the_payee_of_an_order_is_chosen_already(purchases, login):
    paper = purchases.received()
    form = text(
        login(purchases.gao).get(f"/documents/purchasing.order/{paper.order_id}/do/purchasing.payment_requested/")
    )
    assert f'<option value="{purchases.jia.pk}" selected>' in form
