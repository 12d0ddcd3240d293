"""Logins for the cast."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

PASSWORD = "chalk-and-duster-7"


@pytest.fixture
def login(cast):
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
