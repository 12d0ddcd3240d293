"""Logins for the cast, with passwords."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from .codes import PASSWORD, enter


@pytest.fixture
def account(cast):
    """``account(cast.wang, "wang")`` → a user of that name with the usual password."""

    def make(person, username):
        user = get_user_model().objects.create_user(username=username, password=PASSWORD)
        person.user = user
        person.save(update_fields=["user"])
        return user

    return make


@pytest.fixture
def login(account):
    """``login(cast.wang)`` → a browser in which that person has logged in with name and password."""

    def log_in(person):
        username = person.user.username if person.user else account(person, f"user{person.pk}").username
        browser = Client()
        assert enter(browser, username=username).status_code == 302
        return browser

    return log_in
