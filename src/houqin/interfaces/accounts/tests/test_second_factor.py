"""The second step of a login: an authenticator's code, recovery codes, and what is asked of whom."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from houqin.foundation.journal.models import Entry
from houqin.foundation.org.models import ParameterValue

from .codes import code, confirm, enter, switch_on


@pytest.fixture(autouse=True)
def _no_code_used():
    cache.clear()


def kinds():
    return list(Entry.objects.filter(kind__startswith="accounts.").order_by("number").values_list("kind", "category"))


def test_an_authenticator_is_switched_on_and_asked_for_at_the_next_login(cast):
    browser = Client()
    enter(browser)
    secret = switch_on(browser)
    browser.post("/logout/")

    first = enter(browser)
    before = browser.get("/")
    wrong = browser.post("/login/code/", {"code": "000000"})
    right = browser.post("/login/code/", {"code": code(secret, periods=1)})

    assert first["Location"] == "/login/code/"
    assert before["Location"] == "/login/?next=/"
    assert "驗證碼不對" in wrong.content.decode()
    assert right["Location"] == "/"
    assert browser.get("/").status_code == 200
    assert kinds() == [("accounts.second_factor_changed", "code_on")]
    entry = Entry.objects.get(kind="accounts.second_factor_changed")
    assert "啟用驗證器" in browser.get(f"/entries/{entry.number}/").content.decode()


def test_a_code_opens_once_only(cast):
    browser, thief = Client(), Client()
    enter(browser)
    secret = switch_on(browser)
    browser.post("/logout/")
    enter(browser)
    enter(thief)
    seen = code(secret, periods=1)

    assert browser.post("/login/code/", {"code": seen})["Location"] == "/"
    assert "驗證碼不對" in thief.post("/login/code/", {"code": seen}).content.decode()
    assert thief.get("/").status_code == 302


def test_a_recovery_code_replaces_the_phone_once(cast):
    browser = Client()
    enter(browser)
    switch_on(browser)
    codes = re.findall(r"<li><code>(\d{8})</code></li>", browser.get("/me/recovery/").content.decode())
    browser.post("/logout/")

    enter(browser)
    first = browser.post("/login/code/", {"code": codes[0]})
    browser.post("/logout/")
    enter(browser)
    again = browser.post("/login/code/", {"code": codes[0]})

    assert len(codes) == 10
    assert first["Location"] == "/"
    assert "驗證碼不對" in again.content.decode()


def test_eight_wrong_codes_close_the_door_also_for_the_right_one(cast):
    browser = Client()
    enter(browser)
    secret = switch_on(browser)
    browser.post("/logout/")
    enter(browser)

    for _attempt in range(settings.AXES_FAILURE_LIMIT):
        answer = browser.post("/login/code/", {"code": "000000"})

    assert answer.status_code == 429
    assert "15 分鐘" in answer.content.decode()
    assert browser.post("/login/code/", {"code": code(secret, periods=1)}).status_code == 429
    assert browser.get("/login/code/").status_code == 429
    assert enter(Client()).status_code == 429


def test_wrong_codes_and_wrong_passwords_are_counted_together(cast):
    browser = Client()
    enter(browser)
    switch_on(browser)
    browser.post("/logout/")
    for _attempt in range(5):
        enter(browser, password="wrong")
    enter(browser)
    for _attempt in range(2):
        assert browser.post("/login/code/", {"code": "000000"}).status_code == 200

    assert browser.post("/login/code/", {"code": "000000"}).status_code == 429


@pytest.mark.parametrize(
    ("address", "field"), [("/me/confirm/", "password"), ("/password/", "old_password"), ("/me/confirm/code/", "code")]
)
def test_guessing_at_a_table_left_unlocked_closes_the_door_too(cast, address, field):
    browser = Client()
    enter(browser)
    switch_on(browser)

    answers = [browser.post(address, {field: "000000"}).status_code for _attempt in range(settings.AXES_FAILURE_LIMIT)]

    assert answers[-1] == 429
    assert 429 not in answers[:-1]
    assert enter(Client()).status_code == 429


def test_the_second_step_is_no_way_in_without_the_first(cast):
    browser = Client()

    assert browser.get("/login/code/")["Location"] == "/login/"
    assert browser.post("/login/code/", {"code": "123456"})["Location"] == "/login/"


def test_changing_it_asks_for_the_password_once_more(cast):
    browser = Client()
    enter(browser)

    asked = browser.post("/me/code/", {"code": "123456"})
    wrong = browser.post("/me/confirm/?next=/me/code/", {"password": "wrong", "next": "/me/code/"})

    assert asked["Location"] == "/me/confirm/?next=%2Fme%2Fcode%2F"
    assert "密碼不對" in wrong.content.decode()
    assert Authenticator.objects.count() == 0
    for address in ("/me/code/", "/me/recovery/new/", "/me/passkeys/add/"):
        assert browser.get(address)["Location"].startswith("/me/confirm/")


def test_a_wrong_first_code_switches_nothing_on(cast):
    browser = Client()
    enter(browser)
    confirm(browser, "/me/code/")

    answer = browser.post("/me/code/", {"code": "000000"})

    assert "驗證碼不對" in answer.content.decode()
    assert Authenticator.objects.count() == 0


def test_switching_it_off_takes_the_recovery_codes_too(cast):
    browser = Client()
    enter(browser)
    switch_on(browser)

    answer = browser.post("/me/code/off/")

    assert answer["Location"] == "/me/security/"
    assert Authenticator.objects.count() == 0
    assert kinds() == [
        ("accounts.second_factor_changed", "code_on"),
        ("accounts.second_factor_changed", "code_off"),
    ]


def test_nobody_without_a_login_reaches_the_pages_of_the_second_factor(db, cast):
    for address in (
        "/me/security/",
        "/me/code/",
        "/me/code/off/",
        "/me/recovery/",
        "/me/passkeys/add/",
        "/me/confirm/",
    ):
        assert Client().get(address)["Location"].startswith("/login/"), address


def test_where_it_is_demanded_the_login_leads_to_it_and_nowhere_else(cast):
    ParameterValue.objects.create(
        name="accounts.second_factor_roles", value=["administrator"], from_on="2020-01-01", source="校內規定"
    )
    browser = Client()

    assert enter(browser)["Location"] == "/me/security/"
    assert "必須有第二步驗證" in browser.get("/me/security/").content.decode()
    assert browser.get("/")["Location"] == "/me/security/"
    assert browser.get("/api/v1/registers/org.people/")["Location"] == "/me/security/"
    assert browser.get("/", headers={"HX-Request": "true"})["HX-Redirect"] == "/me/security/"
    assert browser.get("/password/").status_code == 200
    switch_on(browser)
    assert browser.get("/").status_code == 200
    browser.post("/me/code/off/")
    assert browser.get("/")["Location"] == "/me/security/"


def test_it_is_recommended_to_whoever_may_change_much(cast, login):
    assert "建議設" in login(cast.li).get("/me/").content.decode()
    assert "建議設" not in login(cast.zhao).get("/me/").content.decode()
