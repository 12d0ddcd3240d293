"""A defect of ours is written down with its traceback, under the number that the page shows."""

import io
import logging
import re

import pytest
from django.test import Client
from django.urls import path

from houqin.config.urls import handler403, handler404, handler500  # noqa: F401
from houqin.config.urls import urlpatterns as all_addresses
from houqin.interfaces.web.access import EVERYONE, page


@page(EVERYONE)
def broken(request):
    raise ZeroDivisionError("a defect of ours")


urlpatterns = [path("broken/", broken), path("api/broken/", broken), *all_addresses]


@pytest.fixture
def written():
    """What stands on the server's stderr, as its own handler writes it."""
    kept = io.StringIO()
    (handler,) = (one for one in logging.getLogger("django.request").handlers if one.get_name() == "faults")
    before = handler.setStream(kept)
    yield kept
    handler.setStream(before)


@pytest.mark.urls(__name__)
def test_a_fault_stands_in_the_log_under_the_number_on_the_page(db, written):
    answer = Client(raise_request_exception=False).get("/broken/")

    number = re.search(r"編號 <b>([0-9a-f]{8})</b>", answer.content.decode())[1]
    assert answer.status_code == 500
    assert f"ERROR {number} django.request" in written.getvalue()
    assert "ZeroDivisionError: a defect of ours" in written.getvalue()


@pytest.mark.urls(__name__)
def test_a_program_is_told_a_fault_in_json(db, written):
    answer = Client(raise_request_exception=False).get("/api/broken/")

    assert answer.status_code == 500
    assert answer.json()["number"] in written.getvalue()


def test_what_is_refused_is_no_fault(db, written):
    Client().get("/no-such-page/")

    assert written.getvalue() == ""
