"""Who gets in: a token that is known, good for today, within its scopes and its person's rules."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import time_machine

from houqin.foundation.journal.actions import ACTIONS, Invalid
from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Denied, Refused
from houqin.interfaces.api import access
from houqin.interfaces.api.actions import revoke_token
from houqin.interfaces.api.models import ApiToken
from houqin.interfaces.api.tests.conftest import Program, issue
from houqin.interfaces.api.tokens import EVERYTHING, new_secret, opens, parse_scopes
from houqin.kit import clock


def test_scopes_are_read_with_commas_or_blanks_and_a_star_is_everything():
    assert parse_scopes("repairs:read, stores:write repairs:read") == ["repairs:read", "stores:write"]
    assert parse_scopes("*") == list(EVERYTHING)
    assert opens(["*:read"], "repairs", "read")
    assert not opens(["*:read"], "repairs", "write")
    assert not opens(["repairs:write"], "repairs", "read")


@pytest.mark.parametrize("text", ["", " , ", "repairs", "repairs:all", "Repairs:read", "../x:read"])
def test_scopes_nobody_can_read_are_refused(text):
    with pytest.raises(ValueError, match="範圍"):
        parse_scopes(text)


def test_a_call_without_a_token_is_unauthorized(cast, stranger):
    answer = stranger.get("registers/org.people")
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="houqin"')
    assert answer.json() == {"refused": "請在 Authorization 標頭寫 Bearer 和權杖。"}


def test_a_token_opens_the_api_and_only_its_digest_is_kept(cast, program):
    caller = program(cast.li)
    assert caller.get("registers/org.people").status_code == 200
    kept = ApiToken.objects.get()
    assert caller.secret not in {str(value) for value in kept.__dict__.values()}
    assert Entry.objects.get(kind="api.token_issued").asked.count(kept.digest) == 0
    assert kept.last_used_at is not None


@pytest.mark.parametrize("secret", ["", "wrong", "houqin_", "houqin_" + "A" * 43, "\udcff", "x" * 5000])
def test_a_token_nobody_issued_is_unauthorized(cast, secret):
    answer = Program("").client.get(
        "/api/figures", headers={"Authorization": f"Bearer {secret}".encode("utf-8", "replace").decode("latin-1")}
    )
    assert answer.status_code == 401
    assert answer.json() == {"refused": "權杖不對、已過期或已作廢。請向系統管理員另要一個。"}


def test_a_token_is_good_through_its_last_day(cast, program):
    with time_machine.travel(datetime(2100, 3, 1, 8, tzinfo=clock.SHANGHAI), tick=False):
        caller = program(cast.li, expires_on=date(2100, 3, 31))
    with time_machine.travel(datetime(2100, 3, 31, 23, 59, tzinfo=clock.SHANGHAI), tick=False):
        assert caller.get("figures").status_code == 200
    with time_machine.travel(datetime(2100, 4, 1, 0, 0, tzinfo=clock.SHANGHAI), tick=False):
        assert caller.get("figures").status_code == 401


def test_a_revoked_token_is_shut_out_at_once_and_cannot_be_revoked_twice(cast, program):
    caller = program(cast.li)
    revoke_token(cast.admin, token=caller.token.pk)
    assert caller.get("figures").status_code == 401
    with pytest.raises(Refused, match="已經作廢"):
        revoke_token(cast.admin, token=caller.token.pk)
    with pytest.raises(Refused, match="沒有第"):
        revoke_token(cast.admin, token=caller.token.pk + 1)


def test_a_token_of_somebody_who_left_is_shut_out(cast, program):
    caller = program(cast.wang)
    cast.wang.is_active = False
    cast.wang.save()
    assert caller.get("registers/org.people").status_code == 401


def test_only_the_administrator_gives_and_revokes_tokens(cast, program):
    caller = program(cast.li)
    with pytest.raises(Denied):
        issue(cast.li, cast.li)
    with pytest.raises(Denied):
        revoke_token(cast.zhao, token=caller.token.pk)
    assert ApiToken.objects.filter(revoked_at=None).count() == 1


def test_no_token_is_given_for_a_day_that_has_passed_or_scopes_nobody_can_read(cast):
    with pytest.raises(Refused, match="已經過了"):
        issue(cast.admin, cast.li, expires_on=clock.today() - timedelta(days=1))
    with pytest.raises(Invalid) as refusal:
        issue(cast.admin, cast.li, scopes="repairs")
    assert refusal.value.by_field() == {
        "scopes": ["看不懂範圍「repairs」，請寫成 repairs:read、repairs:write、*:read 或 *。"]
    }


def test_a_token_reads_only_the_domains_of_its_scopes(cast, program):
    caller = program(cast.admin, scopes="org:read")
    assert caller.get("registers/org.people").status_code == 200
    answer = caller.get("registers/api.tokens")
    assert (answer.status_code, answer.json()) == (403, {"refused": "這個權杖沒有「api:read」的範圍。請另發一個。"})
    assert caller.do("org.unit_added", name="三年級組").json() == {
        "refused": "這個權杖沒有「org:write」的範圍。請另發一個。"
    }


def test_a_token_may_no_more_than_its_person(cast, program):
    caller = program(cast.zhao)
    answer = caller.do("org.unit_added", name="三年級組")
    assert (answer.status_code, answer.json()) == (403, {"refused": "「新增部門」要由總務主任、總務幹事來做。"})
    assert caller.get("registers/api.tokens").status_code == 403
    # What others did is not counted for whoever is no reader: nothing of their own, nothing to tell.
    ACTIONS["repairs.reported"](cast.lin, place=cast.south_105, fault="燈不亮")
    told = caller.get("figures/repairs.reported", from_=str(clock.today()), to=str(clock.today())).json()
    assert told["value"] == 0


def test_a_login_reads_and_writes_only_with_its_csrf_token(cast):
    from django.test import Client

    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.admin.user, backend="django.contrib.auth.backends.ModelBackend")
    page = browser.get("/api/")
    assert page.status_code == 200
    body, sent = b'{"name": "\xe4\xb8\x89\xe5\xb9\xb4\xe7\xb4\x9a\xe7\xb5\x84"}', {"content_type": "application/json"}
    assert browser.get("/api/figures").status_code == 200
    assert browser.post("/api/actions/org.unit_added", body, **sent).status_code == 403
    shown = page.content.decode().partition('data-csrf-token="')[2].partition('"')[0]
    answer = browser.post("/api/actions/org.unit_added", body, **sent, headers={"X-CSRFToken": shown})
    assert answer.status_code == 201


def test_a_login_that_is_nobody_of_the_school_is_denied(cast, django_user_model):
    from django.test import Client

    browser = Client()
    browser.force_login(
        django_user_model.objects.create_user("nobody"), backend="django.contrib.auth.backends.ModelBackend"
    )
    assert browser.get("/api/figures").status_code == 403


def test_wrong_tokens_are_told_to_wait_and_keep_no_known_token_out(cast, program):
    caller = program(cast.li)
    with time_machine.travel(datetime(2100, 5, 6, 8, 0, 30, tzinfo=clock.SHANGHAI), tick=False):
        answers = [Program(new_secret()).get("figures") for _ in range(access.FAILURES_PER_WINDOW + 1)]
        assert [answer.status_code for answer in answers] == [401] * access.FAILURES_PER_WINDOW + [429]
        assert answers[-1]["Retry-After"] == "30"
        assert caller.get("figures").status_code == 200


def test_a_program_gone_wild_is_told_to_wait_and_the_others_are_not(cast, program, monkeypatch):
    monkeypatch.setattr(access, "CALLS_PER_WINDOW", 3)
    wild, calm = program(cast.li), program(cast.li)
    with time_machine.travel(datetime(2100, 5, 6, 8, 0, 30, tzinfo=clock.SHANGHAI), tick=False):
        assert [wild.get("figures").status_code for _ in range(5)] == [200, 200, 200, 429, 429]
        assert calm.get("figures").status_code == 200
    with time_machine.travel(datetime(2100, 5, 6, 8, 1, 0, tzinfo=clock.SHANGHAI), tick=False):
        assert wild.get("figures").status_code == 200
