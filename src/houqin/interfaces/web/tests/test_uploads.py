"""What is uploaded for an import lies in the home between two steps, and not a step longer."""

from __future__ import annotations

import stat

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

ADDRESS = "/registers/org.people/import/"


@pytest.fixture(autouse=True)
def _own_home(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "HOME", tmp_path)


def _kept():
    return [path for path in (settings.HOME / "uploads").rglob("*") if path.is_file()]


SHEET = "姓名,崗位\n孫老師,教師\n".encode()


def _sheet(name="人員.csv", content=SHEET):
    return {"file": SimpleUploadedFile(name, content)}


def test_a_file_is_kept_for_the_second_step_alone_and_for_its_owner_alone(login, cast):
    browser = login(cast.admin)
    for _turn in range(2):
        page = browser.post(ADDRESS, _sheet())
        (path,) = _kept()
        assert (page.status_code, stat.S_IMODE(path.stat().st_mode)) == (200, 0o600)
    assert browser.post(ADDRESS, {"confirm": path.name}).status_code == 302
    assert _kept() == []


def test_what_ends_in_an_error_is_gone(login, cast):
    browser = login(cast.admin)
    answer = browser.post(ADDRESS, _sheet("人員.xlsx", b"PK\x03\x04 no workbook"))
    assert (answer.status_code >= 400, _kept()) == (True, [])
