"""``houqin labels``: a file of codes for what a register shows, and what it refuses."""

import json

import pytest
from click.testing import CliRunner

from houqin.foundation.tokens.models import Token
from houqin.interfaces.cli.commands import houqin


@pytest.fixture
def labels(committed_cast, tmp_path):
    """The word, in a school whose tables are there."""
    path = tmp_path / "標籤.pdf"
    return lambda *words: (CliRunner().invoke(houqin, ["labels", "org.places", str(path), *words]), path)


def test_labels_of_one_campus_are_written_and_tokens_issued_once(labels):
    words = ("--address", "https://houqin.example", "--stock", "50x30mm", "--filter", "campus=北校區", "--json")

    first, path = labels(*words)
    second, _path = labels(*words)

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert path.read_bytes()[:5] == b"%PDF-"
    assert [json.loads(one.output) for one in (first, second)] == [
        {"path": str(path), "labels": 2, "issued": 2},
        {"path": str(path), "labels": 2, "issued": 0},
    ]
    assert Token.objects.live().count() == 2


def test_without_an_address_nothing_is_printed(labels):
    result, path = labels()

    assert result.exit_code == 2
    assert "HOUQIN_ADDRESS" in result.output
    assert not path.exists()


def test_who_may_not_issue_prints_nothing_new(labels):
    result, path = labels("--address", "https://houqin.example", "--as", "趙老師")

    assert result.exit_code == 1
    assert not path.exists()
    assert Token.objects.count() == 0
