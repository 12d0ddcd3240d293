"""Logins in a real browser: passkeys with Chromium's own virtual authenticator, the QR code, the first run."""

import re
import shutil

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache

from houqin.interfaces.accounts import setup
from houqin.interfaces.accounts.tests.codes import code

PASSWORD = "chalk-and-duster-7"
CHROMIUM = shutil.which("chromium")
# What a phone with a fingerprint says of itself.
PHONE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def chromium(monkeypatch):
    """A browser; the database may be asked beside it, in one thread with its event loop."""
    from playwright.sync_api import sync_playwright

    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    cache.clear()
    with sync_playwright() as browsers:
        browser = browsers.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        yield browser
        browser.close()


@pytest.fixture
def site(live_server):
    """A passkey belongs to a name; an address of numbers has none."""
    return live_server.url.replace("127.0.0.1", "localhost")


def open_tab(chromium, *, width=1440):
    """A tab, and what the browser complains about in it."""
    tab = chromium.new_context(viewport={"width": width, "height": 900}).new_page()
    complaints = []
    tab.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    return tab, complaints


def give_phone(tab):
    """Put a virtual authenticator into the browser; returns how to ask about it."""
    talk = tab.context.new_cdp_session(tab)
    talk.send("WebAuthn.enable")
    number = talk.send("WebAuthn.addVirtualAuthenticator", {"options": PHONE})["authenticatorId"]
    return talk, number


def log_in(tab, site):
    tab.goto(f"{site}/login/")
    tab.fill("#id_username", "admin")
    tab.fill("#id_password", PASSWORD)
    tab.click("button.wide >> nth=0")


def confirm(tab):
    tab.wait_for_url("**/me/confirm/**")
    tab.fill("#id_password", PASSWORD)
    tab.click("main button.btn-primary")


def log_out(tab, site):
    tab.goto(f"{site}/me/security/")
    tab.click("details.mine > summary")
    tab.click("details.mine form[action='/logout/'] button")
    tab.wait_for_url("**/login/**")


def add_passkey(tab, site, *, name="辦公室電腦"):
    tab.goto(f"{site}/me/passkeys/add/")
    confirm(tab)
    tab.wait_for_selector("#passkey_button")
    tab.fill("#id_name", name)
    tab.click("#passkey_button")
    tab.wait_for_url("**/me/recovery/")


def test_a_passkey_is_added_and_opens_the_door_without_a_password(committed_cast, site, chromium):
    tab, complaints = open_tab(chromium)
    talk, phone = give_phone(tab)
    log_in(tab, site)
    tab.wait_for_url(f"{site}/")

    add_passkey(tab, site)
    held = talk.send("WebAuthn.getCredentials", {"authenticatorId": phone})["credentials"]
    tab.goto(f"{site}/me/")
    shown = tab.inner_text("main")
    log_out(tab, site)
    tab.click("#passkey_button")
    tab.wait_for_url(f"{site}/")

    assert [(one["isResidentCredential"], one["rpId"]) for one in held] == [(True, "localhost")]
    assert "辦公室電腦" in shown
    assert Authenticator.objects.filter(type="webauthn").count() == 1
    assert complaints == []


def test_a_passkey_is_the_second_step_after_a_password(committed_cast, site, chromium):
    tab, complaints = open_tab(chromium, width=390)
    give_phone(tab)
    log_in(tab, site)
    tab.wait_for_url(f"{site}/")
    add_passkey(tab, site)
    log_out_by_form(tab, site)

    log_in(tab, site)
    tab.wait_for_url("**/login/code/")
    tab.click("#passkey_button")
    tab.wait_for_url(f"{site}/")

    assert complaints == []


def log_out_by_form(tab, site):
    tab.goto(f"{site}/me/")
    tab.click("main form[action='/logout/'] button")
    tab.wait_for_url("**/login/**")


def test_a_phone_the_school_does_not_know_opens_nothing_and_it_is_said(committed_cast, site, chromium):
    tab, _complaints = open_tab(chromium)
    give_phone(tab)
    log_in(tab, site)
    tab.wait_for_url(f"{site}/")
    add_passkey(tab, site)
    Authenticator.objects.all().delete()
    log_out(tab, site)

    tab.click("#passkey_button")
    tab.wait_for_selector(".said.error, #passkey_told:visible")

    assert tab.url.startswith(f"{site}/login/")


def test_a_browser_without_a_passkey_is_told_so_in_the_page(committed_cast, site, chromium):
    tab, complaints = open_tab(chromium)
    talk, phone = give_phone(tab)
    talk.send("WebAuthn.setUserVerified", {"authenticatorId": phone, "isUserVerified": False})
    tab.goto(f"{site}/login/")

    tab.click("#passkey_button")
    tab.wait_for_selector("#passkey_told:visible")

    assert "請用登入名和密碼" in tab.inner_text("#passkey_told")
    assert complaints == []


def test_the_qr_code_of_the_authenticator_is_drawn_and_breaks_no_policy(committed_cast, site, chromium):
    tab, complaints = open_tab(chromium)
    log_in(tab, site)
    tab.wait_for_url(f"{site}/")
    tab.goto(f"{site}/me/code/")
    confirm(tab)
    tab.wait_for_selector("img.qr")

    drawn = tab.evaluate("document.querySelector('img.qr').naturalWidth")
    tab.fill("#id_code", code(tab.inner_text("code.secret")))
    tab.click("main form.sheet button.btn-primary")
    tab.wait_for_url("**/me/recovery/")

    assert drawn > 100
    assert len(re.findall(r"\b\d{8}\b", tab.inner_text("ol.recovery"))) == 10
    assert complaints == []


@pytest.mark.parametrize("width", [1440, 390])
def test_the_pages_of_logins_fit_the_screen_and_break_no_policy(committed_cast, site, chromium, width):
    tab, complaints = open_tab(chromium, width=width)
    log_in(tab, site)
    tab.wait_for_url(f"{site}/")
    tab.goto(f"{site}/me/code/")
    confirm(tab)
    tab.wait_for_selector("img.qr")
    person = committed_cast.wang.pk
    wide = {}

    for address in (
        "/me/",
        "/me/security/",
        "/me/code/",
        "/me/passkeys/add/",
        "/me/confirm/",
        "/password/",
        "/pages/org.logins/",
        f"/pages/org.logins/{person}/",
        "/setup/done/",
    ):
        tab.goto(site + address)
        over = tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            wide[address] = over

    assert (wide, complaints) == ({}, [])


@pytest.mark.parametrize("width", [1440, 390])
def test_the_first_run_fits_the_screen_and_ends_on_the_first_page(committed, site, chromium, width):
    setup.close()
    tab, complaints = open_tab(chromium, width=width)
    wide = []

    def look():
        if tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") > 0:
            wide.append(tab.url)

    tab.goto(site)
    tab.wait_for_url("**/setup/")
    look()
    tab.fill("#id_code", setup.code())
    tab.click("main button.btn-primary")
    tab.wait_for_url("**/setup/school/")
    look()
    tab.fill("#id_name", "新城實驗小學")
    tab.click("main button.btn-primary")
    tab.wait_for_url("**/setup/campuses/")
    tab.fill("#id_campus", "本部")
    tab.click("main button.btn-primary")
    tab.wait_for_selector("ul.plain >> text=本部")
    look()
    tab.click("form.next-step button")
    tab.wait_for_url("**/setup/people/")
    tab.set_input_files(
        "#file",
        {"name": "名單.csv", "mimeType": "text/csv", "buffer": "姓名,崗位,校區\n李主任,總務主任,本部\n".encode()},
    )
    tab.click("main button.btn-primary")
    tab.wait_for_selector("input[name=confirm]", state="attached")
    look()
    tab.click("main form.sheet button.btn-primary")
    tab.wait_for_url("**/setup/administrator/")
    look()
    tab.fill("#id_name", "李主任")
    tab.fill("#id_username", "li")
    tab.fill("#id_password", PASSWORD)
    tab.fill("#id_again", PASSWORD)
    tab.click("main button.btn-primary")
    tab.wait_for_url("**/setup/done/")
    look()

    assert "設立好了" in tab.inner_text("h1")
    assert (wide, complaints) == ([], [])
