"""A backup is the book: put back it is the same chain, on the database it came from or on the other."""

from __future__ import annotations

import io
import json
import tarfile

import pytest

from houqin.interfaces.cli.tests.conftest import SERVER

SPRING = ("--from", "2019-02-01", "--to", "2019-07-31", "--json")


@pytest.fixture(scope="session")
def book(school):
    """What the book says of itself."""
    return school.must("verify", "--json").json, school.must("figure", "repairs.lamp_jobs", *SPRING).json


def _is_the_same(book, other) -> None:
    assert (other.must("verify", "--json").json, other.must("figure", "repairs.lamp_jobs", *SPRING).json) == book


def _goes_on(book, other) -> None:
    """It takes entries again, and frozen rows are frozen again."""
    written = book[0]["entries"]
    assert other.must("do", "org.unit_added", "name=三年級組", "--json").json["number"] == written + 1
    assert other.must("audit", "--json").json["findings"] == []
    with pytest.raises(Exception, match="frozen"):
        other.execute("UPDATE journal_entry SET reason = 'x' WHERE number = 1")


def _changed(backup, target, *, facts=None, leave_out=()):
    """The archive written again with other facts, or without some members."""
    with tarfile.open(backup) as old, tarfile.open(target, "w:gz") as new:
        for member in old.getmembers():
            content = old.extractfile(member)
            if member.name in leave_out:
                continue
            body = content.read() if content else b""
            if member.name == "houqin.json" and facts:
                body = json.dumps({**json.loads(body), **facts}).encode()
                member.size = len(body)
            new.addfile(member, io.BytesIO(body))
    return target


@pytest.fixture(scope="session")
def backup(school, tmp_path_factory):
    """A backup of the school, with a photo."""
    attachments = school.home / "attachments"
    attachments.mkdir(exist_ok=True)
    (attachments / "photo").write_bytes(b"\x89PNG")
    target = tmp_path_factory.mktemp("backups") / "new" / "houqin.tar.gz"
    facts = school.must("backup", str(target), "--json").json
    assert (facts["kind"], facts["sound"], facts["path"]) == ("rows" if SERVER else "sqlite", True, str(target))
    return target


@pytest.fixture(scope="session")
def rows(school, tmp_path_factory):
    target = tmp_path_factory.mktemp("backups") / "rows.tar.gz"
    assert school.must("backup", str(target), "--rows", "--json").json["kind"] == "rows"
    return target


def test_a_backup_put_back_is_the_same_book_and_goes_on(book, places, blank, backup):
    other = places(of=blank)
    told = other.must("restore", str(backup), "--json").json
    assert (told["school"], told["verified"]) == ("市第一完全小學", True)
    _is_the_same(book, other)
    assert (other.home / "attachments" / "photo").read_bytes() == b"\x89PNG"
    _goes_on(book, other)


def test_rows_go_back_into_sqlite(book, places, blank_on_sqlite, rows):
    other = places(of=blank_on_sqlite, on_sqlite=True)
    other.must("restore", str(rows), "--json")
    _is_the_same(book, other)
    _goes_on(book, other)


@pytest.mark.skipif(not SERVER, reason="needs PostgreSQL")
def test_rows_of_sqlite_go_into_postgresql_and_a_copy_of_sqlite_does_not(
    book, places, blank, blank_on_sqlite, rows, tmp_path
):
    small, large = places(of=blank_on_sqlite, on_sqlite=True), places(of=blank)
    small.must("restore", str(rows))
    small.must("backup", str(tmp_path / "rows.tar.gz"), "--rows")
    small.must("backup", str(tmp_path / "copy.tar.gz"))
    refused = large.houqin("restore", str(tmp_path / "copy.tar.gz"), "--json")
    assert (refused.code, "houqin backup --rows" in refused.json["refused"]) == (1, True)
    large.must("restore", str(tmp_path / "rows.tar.gz"))
    _is_the_same(book, large)
    _goes_on(book, large)


def test_nothing_is_written_over(school, backup):
    again = school.houqin("backup", str(backup), "--json")
    assert (again.code, list(again.json)) == (1, ["refused"])
    assert school.houqin("restore", str(backup)).code == 1


def test_what_is_no_whole_backup_leaves_the_installation_empty(places, blank, backup, rows, tmp_path):
    empty = places(of=blank)
    (tmp_path / "text.tar.gz").write_text("no archive")
    (tmp_path / "cut.tar.gz").write_bytes(backup.read_bytes()[:2000])
    bad = [
        tmp_path / "text.tar.gz",
        tmp_path / "cut.tar.gz",
        _changed(backup, tmp_path / "head.tar.gz", facts={"head": 3}),
        _changed(rows, tmp_path / "digest.tar.gz", facts={"digest": "0" * 64}),
        _changed(rows, tmp_path / "lines.tar.gz", leave_out={"rows/journal.entry.jsonl"}),
        _changed(rows, tmp_path / "format.tar.gz", facts={"format": 99}),
        _changed(rows, tmp_path / "version.tar.gz", facts={"version": "1999.1"}),
    ]
    for path in bad:
        said = empty.houqin("restore", str(path), "--json")
        assert (said.code, "Traceback" in said.err) == (1, False), (path, said)
        assert said.json["refused"]
    assert empty.must("restore", str(backup), "--json").json["verified"]
