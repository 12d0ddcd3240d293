"""What the house does every night: the audit that makes itself seen, the purge of what is past its rule."""

from __future__ import annotations

from datetime import timedelta

import pytest

from houqin.foundation.jobs import jobs
from houqin.foundation.jobs.models import Job, State
from houqin.foundation.jobs.purging import PURGES
from houqin.foundation.jobs.work import Hopeless
from houqin.foundation.journal.actions import batch
from houqin.foundation.journal.checks import CHECKS, Check, Finding
from houqin.kit import clock


@pytest.fixture
def finding():
    """``finding(notice=…)``: the audit finds one thing."""

    def find(**facts):
        CHECKS.add("tests.found", Check("tests.found", "試", lambda: [Finding("少了一把鑰匙", **facts)]))

    yield find
    CHECKS.remove("tests.found")


@pytest.fixture
def sound(cast):
    """A book in which the rows the cast was laid down with are vouched for, as any entry does for what stands before it."""
    with batch(cast.admin):
        pass
    return cast


def test_the_audit_of_a_sound_book_says_how_much_it_looked_at(sound):
    assert jobs.audit.do() == f"查了 {len(CHECKS)} 項，提醒 0 處。"


def test_what_must_not_be_makes_the_audit_fail_with_what_it_found(sound, finding):
    finding()
    with pytest.raises(Hopeless, match="查出 1 處不該有的：試：少了一把鑰匙"):
        jobs.audit.do()


def test_what_paper_says_is_only_a_notice(sound, finding):
    finding(notice=True)

    assert jobs.audit.do() == f"查了 {len(CHECKS)} 項，提醒 1 處。"


def test_done_jobs_go_after_their_days_and_failed_ones_stay(cast):
    now = clock.now()
    for state, days in ((State.DONE, 29), (State.DONE, 32), (State.FAILED, 400)):
        moment = now - timedelta(days=days)
        Job.objects.create(name="jobs.audit", state=state, created_at=moment, run_after=moment, finished_at=moment)

    jobs.purge_what_is_past.do()

    assert [(one.state, (now - one.finished_at).days) for one in Job.objects.order_by("pk")] == [
        (State.DONE, 29),
        (State.FAILED, 400),
    ]


def test_every_domain_with_a_rule_has_its_purge_in_the_night():
    assert {"jobs.done", "jobs.logins", "gate.identities", "notices.old", "api.deliveries"} <= set(PURGES.names())
