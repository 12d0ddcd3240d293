"""Who is kept out after too many failures, and who is not."""

import pytest
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from houqin.foundation.org.models import ParameterValue
from houqin.interfaces.accounts import actions
from houqin.interfaces.api.actions import issue_token
from houqin.interfaces.api.models import ApiToken

RIGHT = {"username": "admin", "password": "chalk-and-duster-7"}


@pytest.fixture
def behind_a_proxy(settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")


def knock(name, password, *, came_from):
    return Client(REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=came_from).post(
        "/login/", {"username": name, "password": password}
    )


def test_nobody_behind_the_proxy_locks_another_out(cast, behind_a_proxy):
    for _n in range(8):
        knock("admin", "guess", came_from="6.6.6.6")

    assert knock(**{"name": "admin", "password": RIGHT["password"]}, came_from="6.6.6.6").status_code == 429
    assert knock(**{"name": "admin", "password": RIGHT["password"]}, came_from="9.9.9.9").status_code == 302


def test_an_address_that_guesses_at_many_names_is_made_to_wait(cast, behind_a_proxy):
    ParameterValue.objects.create(name="accounts.failures_per_address", value=5, from_on="2000-01-01")
    for n in range(5):
        knock(f"name{n}", "guess", came_from="6.6.6.6")

    assert knock("admin", RIGHT["password"], came_from="6.6.6.6").status_code == 429
    assert knock("admin", RIGHT["password"], came_from="9.9.9.9").status_code == 302


@pytest.mark.parametrize("end", [actions.close_login, actions.reset_password])
def test_a_login_that_is_closed_or_reset_takes_its_tokens_along(cast, account, end):
    account(cast.wang, "wangbao")
    issue_token(
        cast.admin, name="程式", person=cast.wang, scopes="*", expires_on="2199-12-31", digest="0" * 64, hint="houqin_"
    )

    end(cast.admin, person=cast.wang)

    assert ApiToken.objects.get().revoked_at is not None


def test_a_token_whose_login_was_closed_by_another_way_is_void(cast, account):
    account(cast.wang, "wangbao")
    issue_token(
        cast.admin, name="程式", person=cast.wang, scopes="*", expires_on="2199-12-31", digest="0" * 64, hint="houqin_"
    )
    User.objects.filter(username="wangbao").update(is_active=False)

    assert not ApiToken.objects.get().is_valid(ApiToken.objects.get().created_at.date())


def test_a_password_is_more_than_the_name_again(db):
    with pytest.raises(ValidationError, match="登入名的重複"):
        validate_password("tester80tester80", User(username="tester80"))
    validate_password("tester80-and-some-chalk", User(username="tester80"))
