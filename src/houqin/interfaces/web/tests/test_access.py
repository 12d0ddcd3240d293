"""Who may open what: nothing without a rule, nothing without a login, nothing of others."""

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import get_resolver, path, reverse

from houqin.foundation.journal.models import Entry
from houqin.interfaces.web.access import undeclared
from houqin.interfaces.web.middleware import DenyByDefault
from houqin.interfaces.web.pages import health


def test_every_address_declares_who_may_open_it():
    assert list(undeclared(get_resolver().url_patterns)) == []


def test_an_address_without_a_rule_is_named_and_refused(cast):
    def forgotten(request):
        return HttpResponse("open to everybody")

    request = RequestFactory().get("/forgotten/")
    request.user, request.person = cast.admin.user, cast.admin

    answer = DenyByDefault(lambda request: HttpResponse()).process_view(request, forgotten, (), {})

    assert list(undeclared([path("forgotten/", forgotten)])) == ["/forgotten/"]
    assert answer.status_code == 403


def test_pages_ask_for_a_login_and_come_back(db, cast):
    browser = Client()

    asked = browser.get("/figures/?from=2019-01-01&to=2019-06-30")

    assert asked.status_code == 302
    assert asked["Location"] == "/login/?next=/figures/%3Ffrom%3D2019-01-01%26to%3D2019-06-30"
    entered = browser.post(
        asked["Location"], {"username": "admin", "password": "chalk-and-duster-7", "next": "/figures/"}
    )
    assert entered["Location"] == "/figures/"


def test_login_does_not_lead_to_another_site(db, cast):
    answer = Client().post(
        "/login/", {"username": "admin", "password": "chalk-and-duster-7", "next": "https://evil.example/"}
    )

    assert answer["Location"] == "/"


def test_a_wrong_password_says_what_to_do(db, cast):
    answer = Client().post("/login/", {"username": "admin", "password": "wrong"})

    assert "登入名或密碼不對" in answer.content.decode()


def test_eight_wrong_passwords_close_the_door_also_for_the_right_one(db, cast):
    browser = Client()
    for _attempt in range(settings.AXES_FAILURE_LIMIT):
        answer = browser.post("/login/", {"username": "admin", "password": "wrong"})

    assert answer.status_code == 429
    assert "15 分鐘" in answer.content.decode()
    assert browser.post("/login/", {"username": "admin", "password": "chalk-and-duster-7"}).status_code == 429


def test_a_login_without_a_person_sees_nothing_and_is_told_whom_to_ask(db, cast):
    user = get_user_model().objects.create(username="passing-by")
    browser = Client()
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    answer = browser.get("/")

    assert answer.status_code == 403
    assert "passing-by" in answer.content.decode()
    assert cast.school.name in answer.content.decode()


def test_who_left_the_school_is_let_in_no_more(login, cast):
    browser = login(cast.wang)
    assert browser.get("/").status_code == 200

    cast.wang.is_active = False
    cast.wang.save()

    assert browser.get("/").status_code == 403


@pytest.mark.parametrize(
    "address", ["/entries/", "/registers/org.roles/", "/registers/org.roles/print/", "/registers/org.roles/export.xlsx"]
)
def test_a_stranger_is_refused_with_who_may(login, cast, address):
    answer = login(cast.zhao).get(address)

    assert answer.status_code == 403
    assert "總務主任" in answer.content.decode()


def test_a_stranger_may_not_open_or_send_the_form_of_the_office(login, cast):
    browser = login(cast.zhao)

    assert browser.get("/do/org.campus_added/").status_code == 403
    assert browser.post("/do/org.campus_added/", {"campus": "東校區"}).status_code == 403
    assert not Entry.objects.filter(kind="org.campus_added").exists()


def test_a_stranger_may_not_read_the_entries_of_others(login, cast):
    assert login(cast.zhao).get("/entries/1/").status_code == 403
    assert login(cast.li).get("/entries/1/").status_code == 200


def test_what_is_not_there_says_so_in_chinese(login, cast):
    answer = login(cast.li).get("/nowhere/")

    assert answer.status_code == 404
    assert "找不到這一頁" in answer.content.decode()


def test_logging_out_needs_a_post(login, cast):
    browser = login(cast.li)

    assert browser.get("/logout/").status_code == 405
    browser.post("/logout/")
    assert browser.get("/").status_code == 302


def test_changing_ones_password(login, cast):
    browser = login(cast.admin)
    asked = {
        "old_password": "chalk-and-duster-7",
        "new_password1": "blackboard-white-9",
        "new_password2": "blackboard-white-9",
    }

    wrong = browser.post("/password/", asked | {"old_password": "no"})
    right = browser.post("/password/", asked)

    assert wrong.status_code == 422
    assert right["Location"] == reverse("me")
    assert browser.get("/me/").status_code == 200
    assert get_user_model().objects.get(username="admin").check_password("blackboard-white-9")


def test_health_needs_no_login_and_tells_no_secret(db, cast):
    answer = Client().get("/healthz")

    assert answer.json() == {"status": "ok"}


def test_health_tells_a_full_disk(db, cast, monkeypatch):
    monkeypatch.setattr(health, "LEAST_FREE_BYTES", 2**62)

    answer = Client().get("/healthz")

    assert answer.status_code == 503
    assert answer.json()["status"] == "disk full"


def test_a_page_seen_with_a_login_is_kept_nowhere(cast, login):
    assert login(cast.wang).get("/")["Cache-Control"] == "private, no-store"
    assert "Cache-Control" not in Client().get("/healthz")


@pytest.mark.parametrize(("cookie", "html"), [("", "zh-Hant"), ("zh-hans", "zh-Hans"), ("en", "en"), ("fr", "zh-Hant")])
def test_the_language_is_chosen_by_the_switch_and_not_by_the_browser(db, cast, cookie, html):
    browser = Client(headers={"accept-language": "en-US,en;q=0.9"})
    if cookie:
        browser.cookies["django_language"] = cookie

    assert f'<html lang="{html}"' in browser.get("/login/").content.decode()


def test_switches_are_remembered_and_lead_back(db, cast):
    browser = Client()

    answer = browser.post("/theme/", {"theme": "dark", "next": "/login/"})
    elsewhere = browser.post("/language/", {"language": "zh-hans", "next": "//evil.example/"})

    assert (answer["Location"], browser.cookies["theme"].value) == ("/login/", "dark")
    assert (elsewhere["Location"], browser.cookies["django_language"].value) == ("/", "zh-hans")
    assert 'data-bs-theme="dark"' in browser.get("/login/").content.decode()
