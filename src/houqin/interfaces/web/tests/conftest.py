"""Logins for the cast, and a real browser."""

import shutil

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

PASSWORD = "chalk-and-duster-7"
CHROMIUM = shutil.which("chromium")


@pytest.fixture
def login(db):
    """``login(cast.wang)`` → a browser in which that person is logged in."""

    def log_in(person):
        user = person.user
        if user is None:
            user = get_user_model().objects.create(username=f"user{person.pk}")
            person.user = user
            person.save(update_fields=["user"])
        browser = Client()
        browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return browser

    return log_in


@pytest.fixture
def chromium(monkeypatch):
    """A browser; the database may be asked beside it, in one thread with its event loop."""
    from playwright.sync_api import sync_playwright

    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as browsers:
        browser = browsers.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        yield browser
        browser.close()
