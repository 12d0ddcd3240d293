"""The administrator and others' logins: made, reset, closed, opened; what each person does with their own."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client

from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Denied, Refused
from houqin.interfaces.accounts import actions

from .codes import PASSWORD, enter, switch_on

NEW = "blackboard-white-9"
User = get_user_model()


def of(person):
    return f"/pages/org.logins/{person.pk}/"


def link_on(answer):
    return re.search(r"http://testserver(/login/choose/[^<\"]+)", answer.content.decode())[1]


def choose(browser, link, password=NEW, again=NEW):
    """Open a one-time link and type a password twice."""
    opened = browser.get(link)
    assert opened.status_code == 302, opened.content.decode()
    return browser.post(opened["Location"], {"new_password1": password, "new_password2": again})


def test_a_login_is_made_and_its_password_chosen_by_whoever_it_belongs_to(cast, login):
    made = login(cast.admin).post(of(cast.wang), {"do": "make", "username": "wang"})
    browser = Client()

    chosen = choose(browser, link_on(made))

    assert made["Cache-Control"] == "no-store"
    assert (chosen.status_code, chosen["Location"]) == (302, "/login/")
    assert enter(browser, username="wang", password=NEW)["Location"] == "/"
    assert "王保管" in browser.get("/me/").content.decode()
    told = list(Entry.objects.filter(kind__startswith="accounts.").order_by("number"))
    assert [(one.kind, one.by.name) for one in told] == [
        ("accounts.login_made", "系統管理員"),
        ("accounts.password_chosen", "王保管"),
    ]
    assert told[0].asked == f'{{"person":{cast.wang.pk},"username":"wang"}}'
    assert told[1].asked == "{}"


def test_a_one_time_link_opens_once_and_says_so_afterwards(cast, login):
    link = link_on(login(cast.admin).post(of(cast.wang), {"do": "make", "username": "wang"}))
    choose(Client(), link)

    again = Client().get(link)

    assert again.status_code == 410
    assert "這個連結不能用了" in again.content.decode()


def test_a_link_dies_with_the_next_reset_with_time_and_with_the_person_leaving(cast, login, settings):
    admin = login(cast.admin)
    first = link_on(admin.post(of(cast.wang), {"do": "make", "username": "wang"}))
    second = link_on(admin.post(of(cast.wang), {"do": "reset"}))

    assert Client().get(first).status_code == 410
    assert Client().get(second).status_code == 302
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert Client().get(second).status_code == 410
    settings.PASSWORD_RESET_TIMEOUT = 3600
    cast.wang.is_active = False
    cast.wang.save()
    assert Client().get(second).status_code == 410


def test_a_weak_or_mistyped_password_is_refused_with_a_sentence(cast, login):
    link = link_on(login(cast.admin).post(of(cast.wang), {"do": "make", "username": "wang-keeps-stores"}))
    browser = Client()
    address = browser.get(link)["Location"]

    for first, second, said in (
        ("short", "short", "密碼"),
        (NEW, NEW + "x", "兩次寫的不一樣"),
        ("1234509876123", "1234509876123", "密碼"),
        ("wang-keeps-stores", "wang-keeps-stores", "密碼"),
    ):
        answer = browser.post(address, {"new_password1": first, "new_password2": second})
        assert (answer.status_code, said in answer.content.decode()) == (422, True), first
    assert not User.objects.get(username="wang-keeps-stores").has_usable_password()


def test_a_reset_voids_the_password_and_logs_every_device_out(cast, account, login):
    account(cast.wang, "wang")
    browser = login(cast.wang)

    answer = login(cast.admin).post(of(cast.wang), {"do": "reset"})

    assert browser.get("/").status_code == 302
    assert enter(Client(), username="wang").status_code == 200
    choose(Client(), link_on(answer))
    assert enter(Client(), username="wang", password=NEW)["Location"] == "/"


def test_a_closed_login_is_let_in_by_no_way_until_it_is_opened_again(cast, account, login):
    user = account(cast.wang, "wang")
    browser, admin = login(cast.wang), login(cast.admin)

    closed = admin.post(of(cast.wang), {"do": "close"})

    assert closed["Location"] == of(cast.wang)
    assert browser.get("/").status_code == 302
    assert enter(Client(), username="wang").status_code == 200
    user.refresh_from_db()
    assert not user.is_active
    admin.post(of(cast.wang), {"do": "open"})
    assert enter(Client(), username="wang")["Location"] == "/"


def test_who_left_the_school_is_told_so_and_let_in_no_more(cast, account):
    account(cast.wang, "wang")
    cast.wang.is_active = False
    cast.wang.save()

    answer = enter(Client(), username="wang")

    assert answer.status_code == 403
    assert "這個登入已經停用" in answer.content.decode()


@pytest.mark.parametrize(
    ("verb", "asked", "said"),
    [
        (actions.make_login, {"username": "ADMIN"}, "已經有人用"),
        (actions.make_login, {"username": "two words"}, "登入名只能用"),
        (actions.reset_password, {}, "還沒有登入名"),
        (actions.close_login, {}, "還沒有登入名"),
        (actions.open_login, {}, "還沒有登入名"),
        (actions.clear_second_factor, {}, "還沒有登入名"),
    ],
)
def test_actions_about_logins_refuse_with_a_sentence(cast, verb, asked, said):
    with pytest.raises(Refused, match=said):
        verb(cast.admin, person=cast.wang, **asked)

    assert not Entry.objects.filter(kind__startswith="accounts.").exists()


def test_nobody_closes_their_own_login(cast):
    with pytest.raises(Refused, match="不能停用自己的登入"):
        actions.close_login(cast.admin, person=cast.admin)


def test_who_left_gets_no_login_and_keeps_none(cast, account):
    user = account(cast.wang, "wang")
    user.is_active = False
    user.save()
    for person in (cast.wang, cast.zhao):
        person.is_active = False
        person.save()

    with pytest.raises(Refused, match="已經離職"):
        actions.open_login(cast.admin, person=cast.wang)
    with pytest.raises(Refused, match="已經離職"):
        actions.make_login(cast.admin, person=cast.zhao, username="zhao")


@pytest.mark.parametrize(
    "verb", [actions.reset_password, actions.close_login, actions.open_login, actions.clear_second_factor]
)
def test_a_stranger_changes_no_login_of_others(cast, account, verb):
    account(cast.wang, "wang")

    with pytest.raises(Denied, match="要由"):
        verb(cast.li, person=cast.wang)


def test_a_stranger_does_not_see_who_can_log_in(cast, login):
    browser = login(cast.li)

    assert browser.get("/pages/org.logins/").status_code == 403
    assert browser.post(of(cast.wang), {"do": "make", "username": "wang"}).status_code == 403
    assert not User.objects.filter(username="wang").exists()


def test_the_list_says_who_can_log_in_and_how(cast, account, login):
    account(cast.wang, "wang")
    admin = login(cast.admin)

    everybody = admin.get("/pages/org.logins/").content.decode()
    found = admin.get("/pages/org.logins/?q=wang&only=with").content.decode()

    assert ("王保管" in everybody, "未開通" in everybody) == (True, True)
    assert ("王保管" in found, "趙老師" in found) == (True, False)
    assert "zhaolaoshi" in admin.get(of(cast.zhao)).content.decode()
    assert admin.get("/pages/org.logins/999999/").status_code == 404
    assert admin.post(of(cast.zhao), {"do": "promote"}).status_code == 404


def test_a_lost_phone_is_cleared_by_the_administrator(cast, account, login):
    cache.clear()
    account(cast.wang, "wang")
    switch_on(login(cast.wang))

    login(cast.admin).post(of(cast.wang), {"do": "clear"})

    assert Authenticator.objects.count() == 0
    assert enter(Client(), username="wang")["Location"] == "/"


def test_changing_ones_own_password_is_said_in_the_journal_without_it(cast, login):
    browser = login(cast.admin)

    answer = browser.post("/password/", {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW})

    assert answer["Location"] == "/me/"
    assert browser.get("/me/").status_code == 200
    entry = Entry.objects.get(kind="accounts.password_chosen")
    assert (entry.by, entry.asked) == (cast.admin, "{}")
    assert not Entry.objects.filter(asked__contains=NEW).exists()


@pytest.mark.parametrize(
    ("verb", "asked"),
    [
        (actions.choose_password, {"password": NEW}),
        (actions.note_second_factor, {"change": "code_off"}),
    ],
)
def test_ones_own_login_is_changed_on_the_page_only(cast, account, verb, asked):
    account(cast.wang, "wang")

    with pytest.raises(Refused, match="要在網頁"):
        verb.perform(cast.wang, asked, via="api")


def test_devices_are_listed_and_ended_one_by_one_or_all(cast, login):
    here, there, elsewhere = login(cast.admin), login(cast.admin), login(cast.admin)
    there_key = re.findall(r'name="session" value="(\d+)"', here.get("/me/").content.decode())

    assert len(there_key) == 2
    here.post("/me/sessions/end/", {"session": there_key[0]})
    assert sorted(one.get("/").status_code for one in (there, elsewhere)) == [200, 302]
    here.post("/me/sessions/end/")
    assert [one.get("/").status_code for one in (here, there, elsewhere)] == [200, 302, 302]


def test_nobody_ends_devices_of_others(cast, account, login):
    account(cast.wang, "wang")
    wang = login(cast.wang)
    admin = login(cast.admin)
    login(cast.admin)
    key = re.findall(r'name="session" value="(\d+)"', admin.get("/me/").content.decode())[0]

    assert wang.post("/me/sessions/end/", {"session": key}).status_code == 404
    assert wang.get("/me/sessions/end/").status_code == 405


def test_an_account_of_another_house_is_linked_by_the_administrator_and_undone(cast, account, login):
    account(cast.wang, "wang")
    admin = login(cast.admin)

    admin.post(of(cast.wang), {"do": "link", "way": "dingtalk", "uid": "open-17"})
    twice = admin.post(of(cast.wang), {"do": "link", "way": "dingtalk", "uid": "open-17"})
    known = SocialAccount.objects.get()
    shown = admin.get(of(cast.wang)).content.decode()
    admin.post(of(cast.wang), {"do": "unlink", "link": known.pk})

    assert (known.user.username, known.provider, known.uid) == ("wang", "dingtalk", "open-17")
    assert (twice.status_code, "已經連在一個登入上" in twice.content.decode()) == (422, True)
    assert "open-17" in shown
    assert not SocialAccount.objects.exists()
    linked = Entry.objects.get(kind="accounts.identity_linked")
    assert "open-17" not in linked.asked
    assert Entry.objects.filter(kind="accounts.identity_unlinked").count() == 1


def test_nobody_links_or_undoes_what_is_of_others(cast, account):
    account(cast.wang, "wang")
    actions.link_identity(cast.admin, person=cast.wang, way="feishu", uid="ou-5")
    account(cast.zhao, "zhao")

    with pytest.raises(Refused, match="只能連結自己的帳號"):
        actions.link_identity.perform(cast.zhao, {"person": cast.wang, "way": "oidc", "uid": "zhao"}, via=actions.WEB)
    with pytest.raises(Refused, match="要在網頁"):
        actions.link_identity(cast.zhao, person=cast.zhao, way="oidc", uid="zhao")
    with pytest.raises(Refused, match="只能解除自己的連結"):
        actions.unlink_identity.perform(cast.zhao, {"link": SocialAccount.objects.get().pk}, via=actions.WEB)
