"""A book that somebody else is writing in answers with a sentence and when to come again, by every way to it."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager

import pytest
from click.testing import CliRunner
from django.db import OperationalError, connection, connections, transaction

from houqin.foundation.journal.models import Book, Entry
from houqin.foundation.journal.refused import busy
from houqin.interfaces.api.tests.conftest import issue
from houqin.interfaces.cli.commands import houqin


@contextmanager
def somebody_writing():
    """Another connection holds the book; this one waits no longer than a moment."""
    locked, done = threading.Event(), threading.Event()

    def write():
        try:
            with transaction.atomic():
                Book.objects.select_for_update().get()
                locked.set()
                done.wait(timeout=60)
        finally:
            connections.close_all()

    thread = threading.Thread(target=write)
    thread.start()
    assert locked.wait(timeout=60)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 50" if connection.vendor == "sqlite" else "SET lock_timeout = '50ms'")
    try:
        yield
    finally:
        done.set()
        thread.join(timeout=60)
        connection.close()


@pytest.fixture
def repair(committed_cast):
    return {"place": committed_cast.south_105.pk, "category": "水", "fault": "漏水"}


SENTENCE = "賬本正忙：別人正在寫入。這一次什麼都沒有寫下，請過一會兒再送一次。"


def test_a_page_says_so_with_503(committed_cast, repair, login):
    browser = login(committed_cast.lin)
    browser.get("/")
    before = Entry.objects.count()

    with somebody_writing():
        answer = browser.post("/do/repairs.reported/", repair)

    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert SENTENCE in answer.content.decode()
    assert Entry.objects.count() == before


def test_the_api_says_so_with_503(committed_cast, repair):
    program = issue(committed_cast.admin, committed_cast.lin)
    with somebody_writing():
        answer = program.do("repairs.reported", **repair)

    assert (answer.status_code, answer["Retry-After"], answer.json()) == (503, "5", {"refused": SENTENCE})


def test_the_command_line_says_so_and_ends_with_1(committed_cast, repair):
    told = [f"{name}={value}" for name, value in repair.items()]
    with somebody_writing():
        answer = CliRunner().invoke(houqin, ["do", "repairs.reported", *told, "--json"])

    assert (answer.exit_code, json.loads(answer.stdout)) == (1, {"refused": SENTENCE})


def test_every_other_trouble_of_the_database_is_a_defect():
    assert busy(OperationalError("no such table: x")) is None
    assert busy(ValueError("database is locked")) is None
