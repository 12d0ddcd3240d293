"""A backup is the book: put back it is the same chain, on the database it came from or on the other."""

from __future__ import annotations

import base64
import io
import json
import os
import stat
import tarfile

import pytest

from houqin.interfaces.cli.tests.conftest import SERVER, Installation

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


def _changed(backup, target, *, facts=None, leave_out=(), instead=None, more=()):
    """The archive written again with other facts, without some members, with others instead or more."""
    with tarfile.open(backup) as old, tarfile.open(target, "w:gz") as new:
        for member in old.getmembers():
            content = old.extractfile(member)
            if member.name in leave_out:
                continue
            body = content.read() if content else b""
            if member.name == "houqin.json" and facts:
                body = json.dumps({**json.loads(body), **facts}).encode()
                member.size = len(body)
            if instead and member.name in instead:
                body = instead[member.name]
                member.size = len(body)
            new.addfile(member, io.BytesIO(body))
        for member in more:
            new.addfile(member)
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


PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)
HANG_UP = f"""
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "houqin.config.settings"
import django; django.setup()
from django.core.files.uploadedfile import SimpleUploadedFile
from houqin.foundation.journal.actions import ACTIONS
from houqin.foundation.org.founding import first_administrator
ACTIONS["documents.attached"].perform(
    first_administrator(), {{"document_kind": "repairs.work_order", "document_key": 1}},
    files={{"file": SimpleUploadedFile("漏水.png", {PNG!r})}}, via="web",
)
"""


@pytest.fixture(scope="session")
def photographed(places, school, tmp_path_factory):
    """A backup of the school with a photo that hangs on a repair, as rows where the book is on PostgreSQL."""
    other = places(of=school)
    said = other.run("-c", HANG_UP)
    assert said.code == 0, said.err
    target = tmp_path_factory.mktemp("backups") / "photographed.tar.gz"
    told = other.must("backup", str(target), "--json").json
    assert (told["sound"], told["missing"], told["changed"]) == (True, 0, 0)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    return target


def _is_empty(installation) -> None:
    """No school, no attachments, nothing half unpacked."""
    assert [path.name for path in installation.home.glob("restoring-*")] == []
    assert [path for path in (installation.home / "attachments").rglob("*") if path.is_file()] == []
    assert installation.houqin("verify").code == 1


def test_every_flipped_byte_is_found_and_nothing_is_left(places, blank, photographed, tmp_path):
    empty, content = places(of=blank), photographed.read_bytes()
    # In the middle, in what is packed last, in the checksum and in the length behind it.
    for position in (len(content) // 2, len(content) - 300, len(content) - 6, len(content) - 2):
        bad = tmp_path / f"flipped-{position}.tar.gz"
        bad.write_bytes(content[:position] + bytes([content[position] ^ 1]) + content[position + 1 :])
        said = empty.houqin("restore", str(bad), "--json")
        assert (said.code, "Traceback" in said.err) == (1, False), (position, said)
        _is_empty(empty)
    assert empty.must("restore", str(photographed), "--json").json["verified"]


@pytest.mark.parametrize("way", ["missing", "changed"])
def test_attachments_that_are_not_there_as_hung_on_are_told_never_passed_over(
    places, blank, photographed, tmp_path, way
):
    with tarfile.open(photographed) as archive:
        (photo,) = [one for one in archive.getnames() if one.count("/") == 2 and one.startswith("attachments/")]
    if way == "missing":
        bad = _changed(photographed, tmp_path / "bad.tar.gz", leave_out={photo})
    else:
        bad = _changed(photographed, tmp_path / "bad.tar.gz", instead={photo: PNG[:-1] + b"x"})
    other = places(of=blank)

    refused = other.houqin("restore", str(bad), "--json")
    assert (refused.code, "--damaged" in refused.json["refused"]) == (1, True)
    _is_empty(other)

    said = other.must("restore", str(bad), "--damaged")
    assert ("核對無誤" in said.out, "1 個" in said.err) == (False, True)
    audit = other.houqin("audit", "--json")
    assert (audit.code, [one["check"] for one in audit.json["findings"]]) == (1, ["signing.attachments"])


def test_what_was_unsound_when_it_was_backed_up_wants_to_be_asked_for(places, school, blank, tmp_path):
    broken = places(of=school)
    drop = "DROP TRIGGER journal_entry_frozen ON journal_entry" if SERVER else "DROP TRIGGER journal_entry_no_update"
    broken.execute(drop, "UPDATE journal_entry SET reason = 'x' WHERE number = 3")
    target = tmp_path / "unsound.tar.gz"
    assert broken.must("backup", str(target), "--json").json["sound"] is False
    other = places(of=blank)

    refused = other.houqin("restore", str(target), "--json")
    assert (refused.code, "--damaged" in refused.json["refused"]) == (1, True)
    _is_empty(other)
    # Nor does it help to write something else on it.
    assert other.houqin("restore", str(_changed(target, tmp_path / "said.tar.gz", facts={"sound": True}))).code == 1
    _is_empty(other)

    said = other.must("restore", str(target), "--damaged")
    assert ("核對無誤" in said.out, "核對不符" in said.err) == (False, True)
    assert other.houqin("verify").code == 1


def test_members_that_point_elsewhere_are_refused_and_nothing_is_left(places, blank, photographed, tmp_path):
    empty = places(of=blank)

    def link(kind: bytes) -> tarfile.TarInfo:
        info = tarfile.TarInfo("attachments/aa/link")
        info.type, info.linkname = kind, "/etc/passwd"
        return info

    hostile = [
        tarfile.TarInfo("attachments/../../escaped"),
        tarfile.TarInfo("/tmp/houqin-escaped"),
        tarfile.TarInfo("houqin.json"),
        link(tarfile.SYMTYPE),
        link(tarfile.LNKTYPE),
        link(tarfile.FIFOTYPE),
    ]
    for number, member in enumerate(hostile):
        bad = _changed(photographed, tmp_path / f"hostile-{number}.tar.gz", more=[member])
        said = empty.houqin("restore", str(bad), "--json")
        assert (said.code, "Traceback" in said.err) == (1, False), (member.name, said)
        _is_empty(empty)
    assert not (empty.home.parent / "escaped").exists()
    assert empty.must("restore", str(photographed), "--json").json["verified"]


def test_the_home_is_its_owners_alone_also_what_lay_there_before(places, blank):
    home = places(of=blank)
    for path in (home.home, *home.home.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    home.houqin("upgrade")
    home.must("init", "--name", "某某小學", "--password", "chalk-and-duster-7")
    home.must("backup", str(home.home / "backups" / "now.tar.gz"))
    (home.home / "note.txt").write_text("not ours")
    (home.home / "note.txt").chmod(0o644)
    home.houqin("upgrade")
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (home.home, *home.home.rglob("*"))}
    assert modes.pop(home.home / "note.txt") == 0o644
    open_ones = [str(path) for path, mode in modes.items() if mode != (0o700 if path.is_dir() else 0o600)]
    assert open_ones == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_home_that_takes_nothing_is_told_in_a_sentence(tmp_path):
    (tmp_path / "sealed").mkdir(mode=0o500)
    said = Installation(tmp_path / "sealed" / "home").houqin("serve")
    assert (said.code, "HOUQIN_HOME" in said.err, "Traceback" in said.err) == (1, True, False)


def test_a_home_that_cannot_be_made_is_told_in_a_sentence(tmp_path):
    (tmp_path / "file").write_text("no folder")
    said = Installation(tmp_path / "file" / "home").houqin("serve", cwd=tmp_path)
    assert (said.code, "HOUQIN_HOME" in said.err, "Traceback" in said.err) == (1, True, False)
