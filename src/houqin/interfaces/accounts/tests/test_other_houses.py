"""Logins another house vouches for: a small OpenID Connect provider of our own, DingTalk, Feishu."""

import html
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.conf import settings as configured
from django.contrib.auth import get_user_model
from django.test import Client

from houqin.foundation.journal.models import Entry
from houqin.interfaces.accounts import actions
from houqin.interfaces.accounts.ways import providers

from .codes import enter, house, switch_on


@pytest.fixture
def vouching(settings):
    with house() as one:
        settings.SOCIALACCOUNT_PROVIDERS = providers(
            {
                "HOUQIN_OIDC_ISSUER": one.issuer,
                "HOUQIN_OIDC_CLIENT_ID": "houqin",
                "HOUQIN_OIDC_CLIENT_SECRET": "a secret of thirty-two bytes or so",
                "HOUQIN_OIDC_NAME": "市教育局統一認證",
            }
        )
        yield one


def leads_to(answer):
    """The address a page sends the browser to."""
    assert answer.status_code == 200, answer
    return html.unescape(re.search(r'content="0; url=([^"]+)"', answer.content.decode())[1])


def come_in(browser, house, *, way="oidc"):
    """Press the button, say yes at the other house, come back."""
    return browser.get(house.came_back(leads_to(browser.post(f"/login/with/{way}/"))))


def test_the_login_page_offers_a_way_only_where_it_is_configured(db, cast, vouching, settings):
    assert "用市教育局統一認證登入" in Client().get("/login/").content.decode()

    settings.SOCIALACCOUNT_PROVIDERS = {}

    assert "/login/with/" not in Client().get("/login/").content.decode()
    assert Client().post("/login/with/oidc/").status_code == 404


def test_a_linked_person_comes_in(cast, account, vouching):
    account(cast.zhao, "zhao")
    actions.link_identity(cast.admin, person=cast.zhao, way="oidc", uid="zhao-0815")
    browser = Client()

    answer = come_in(browser, vouching)

    assert answer["Location"] == "/"
    assert "趙老師" in browser.get("/me/").content.decode()
    asked, sent = vouching.asked
    assert (set(asked["scope"].split()), asked["code_challenge_method"]) == ({"openid", "profile"}, "S256")
    assert asked["client_id"] == "houqin"
    assert asked["redirect_uri"] == "http://testserver/login/with/oidc/callback/"
    assert "code_verifier" in sent


def test_nothing_the_other_house_tells_is_kept(cast, account, vouching):
    account(cast.zhao, "zhao")
    actions.link_identity(cast.admin, person=cast.zhao, way="oidc", uid="zhao-0815")

    come_in(Client(), vouching)

    assert SocialAccount.objects.get().extra_data == {}
    assert not SocialToken.objects.exists()


def test_whom_the_office_has_not_linked_is_told_whom_to_ask_and_gets_no_login(cast, vouching):
    browser = Client()
    before = get_user_model().objects.count()

    answer = come_in(browser, vouching)

    page = answer.content.decode()
    assert answer.status_code == 403
    assert ("zhao-0815" in page, "系統管理員" in page, "市教育局統一認證" in page) == (True, True, True)
    assert get_user_model().objects.count() == before
    assert browser.get("/").status_code == 302


def test_a_person_links_their_own_account_after_the_password(cast, account, login, vouching):
    account(cast.zhao, "zhao")
    browser = login(cast.zhao)

    asked = browser.post("/me/link/oidc/")
    leaving = browser.post(asked["Location"], {"password": "chalk-and-duster-7", "next": "/me/link/oidc/"})
    back = browser.get(vouching.came_back(leads_to(leaving)))

    assert asked["Location"].startswith("/me/confirm/")
    assert back["Location"] == "/me/security/"
    assert "連好了" in browser.get("/me/security/").content.decode()
    entry = Entry.objects.get(kind="accounts.identity_linked")
    assert (entry.by, "zhao-0815" in entry.asked) == (cast.zhao, False)
    browser.post("/logout/")
    assert come_in(browser, vouching)["Location"] == "/"


def test_an_account_already_linked_is_not_taken_from_somebody(cast, account, login, vouching):
    account(cast.zhao, "zhao")
    account(cast.wang, "wang")
    actions.link_identity(cast.admin, person=cast.zhao, way="oidc", uid="zhao-0815")
    browser = login(cast.wang)
    asked = browser.post("/me/link/oidc/")
    leaving = browser.post(asked["Location"], {"password": "chalk-and-duster-7", "next": "/me/link/oidc/"})

    browser.get(vouching.came_back(leads_to(leaving)))

    assert "已經連在一個登入上" in browser.get("/me/security/").content.decode()
    assert SocialAccount.objects.get().user.username == "zhao"


def test_the_second_factor_is_asked_here_too(cast, login, vouching):
    actions.link_identity(cast.admin, person=cast.admin, way="oidc", uid="zhao-0815")
    browser = login(cast.admin)
    switch_on(browser)
    browser.post("/logout/")

    assert come_in(browser, vouching)["Location"] == "/login/code/"
    assert browser.get("/").status_code == 302


def test_a_closed_door_a_closed_login_and_whoever_left_stay_out(cast, account, vouching):
    user = account(cast.zhao, "zhao")
    actions.link_identity(cast.admin, person=cast.zhao, way="oidc", uid="zhao-0815")
    for _attempt in range(configured.AXES_FAILURE_LIMIT):
        enter(Client(), username="zhao", password="wrong")

    assert come_in(Client(), vouching).status_code == 429

    from axes.utils import reset

    reset()
    user.is_active = False
    user.save()
    assert come_in(Client(), vouching).status_code == 403
    user.is_active = True
    user.save()
    cast.zhao.is_active = False
    cast.zhao.save()
    left = come_in(Client(), vouching)
    assert (left.status_code, "停用" in left.content.decode()) == (403, True)


def test_a_forged_answer_and_a_house_that_is_down_say_so(cast, vouching, settings):
    forged = Client().get("/login/with/oidc/callback/?code=yes&state=made-up")
    refused = Client()
    back = vouching.came_back(leads_to(refused.post("/login/with/oidc/"))).replace("code=yes", "code=no")

    assert (forged.status_code, "沒有登入成" in forged.content.decode()) == (401, True)
    assert (refused.get(back).status_code) == 401
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"]["server_url"] = "http://127.0.0.1:9"
    down = Client()
    assert down.post("/login/with/oidc/")["Location"] == "/login/"
    assert "現在連不上" in down.get("/login/").content.decode()


@pytest.mark.parametrize(
    ("way", "name", "host", "path", "key"),
    [
        ("dingtalk", "釘釘", "login.dingtalk.com", "/oauth2/auth", "client_id"),
        ("feishu", "飛書", "open.feishu.cn", "/open-apis/authen/v1/index", "app_id"),
    ],
)
def test_dingtalk_and_feishu_are_offered_and_led_to(db, cast, settings, way, name, host, path, key):
    settings.SOCIALACCOUNT_PROVIDERS = providers(
        {f"HOUQIN_{way.upper()}_CLIENT_ID": "school-app", f"HOUQIN_{way.upper()}_CLIENT_SECRET": "hush"}
    )
    browser = Client()

    page = browser.get("/login/").content.decode()
    address = urlsplit(leads_to(browser.post(f"/login/with/{way}/")))
    asked = {one: values[0] for one, values in parse_qs(address.query).items()}

    assert f"用{name}登入" in page
    assert (address.scheme, address.netloc, address.path) == ("https", host, path)
    assert (asked[key], asked["redirect_uri"]) == ("school-app", f"http://testserver/login/with/{way}/callback/")
    assert asked["state"]
    assert "hush" not in address.query


@pytest.mark.parametrize(
    "environ",
    [
        {"HOUQIN_DINGTALK_CLIENT_ID": "a"},
        {"HOUQIN_FEISHU_CLIENT_SECRET": "b"},
        {"HOUQIN_OIDC_ISSUER": "https://login.example"},
        {"HOUQIN_OIDC_CLIENT_ID": "a", "HOUQIN_OIDC_CLIENT_SECRET": "b"},
    ],
)
def test_half_a_configuration_ends_the_program_with_a_sentence(environ):
    with pytest.raises(SystemExit, match="HOUQIN_"):
        providers(environ)


def test_nobody_can_sign_up(db, cast, vouching):
    for address in ("/signup/", "/login/signup/", "/accounts/signup/", "/social/signup/"):
        assert Client().get(address).status_code in (302, 404), address
    assert get_user_model().objects.count() == 1
