"""Every word a user may read, in three languages: nothing untranslated, nothing stale, nothing lost on the way."""

import importlib.machinery
import importlib.util
import re
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[1] / "scripts" / "catalogues"
PLACEHOLDER = re.compile(r"%\([a-z_]+\)[-+0-9.]*[a-z]|%%|(?<!\{)\{[a-z_.]*\}(?!\})")
CHINESE = re.compile("[\u3400-\u9fff]+")
# Chinese that stays Chinese in English: names of the scripts themselves.
# And what is to be typed as it stands, because the field reads these words in every language.
TYPED = {"無", "元", "畢業", "不變", "更換燈管", "燈管", "南校區", "南校區一", "一年級", "一", "二", "班"}
QUOTED = frozenset({"繁體中文", "简体中文"} | TYPED)


@pytest.fixture(scope="module")
def catalogues():
    loader = importlib.machinery.SourceFileLoader("catalogues", str(SCRIPT))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("catalogues", loader))
    loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def english(catalogues):
    return catalogues.read_po(catalogues.ENGLISH)


@pytest.fixture(scope="module")
def simplified(catalogues):
    return catalogues.read_po(catalogues.LOCALE / "zh_Hans" / "LC_MESSAGES" / "django.po")


def test_the_catalogues_are_what_the_code_says(catalogues):
    stale = [path.name for path, content in catalogues.catalogues().items() if path.read_bytes() != content]

    assert stale == [], "run scripts/catalogues"


def test_no_string_lacks_its_english(catalogues, english):
    missing = [one for one, many in catalogues.messages() if not all(english.get((one, many)) or [""])]

    assert missing == [], "scripts/catalogues --missing lists them, --take FILE takes their English"


def test_no_string_lacks_its_simplified(catalogues, simplified):
    assert [one for one, many in catalogues.messages() if not all(simplified.get((one, many)) or [""])] == []


def test_no_translation_is_marked_as_doubtful(catalogues):
    for path in catalogues.LOCALE.rglob("*.po"):
        assert "fuzzy" not in path.read_text("utf-8")


def test_no_chinese_is_left_in_the_english(english):
    left = {
        one: value
        for (one, _many), values in english.items()
        for value in values
        if set(CHINESE.findall(value)) - QUOTED
    }

    assert left == {}


def test_what_is_filled_in_stays_to_be_filled_in(english, simplified):
    wrong = {
        (one, value)
        for told in (english, simplified)
        for (one, many), values in told.items()
        for value in values
        if sorted(PLACEHOLDER.findall(value))
        not in (sorted(PLACEHOLDER.findall(one)), sorted(PLACEHOLDER.findall(many)))
    }

    assert wrong == set()


def test_simplified_is_simplified(simplified):
    from houqin.kit.text import to_simplified

    written = {value for values in simplified.values() for value in values} - {"繁體中文", "繁體"}

    assert {value for value in written if to_simplified(value) != value} == set()


def test_what_translators_return_is_taken_line_by_line(catalogues, tmp_path):
    lines = tmp_path / "words.tsv"
    lines.write_text("報修\tReport a repair\n\n一行\\n兩行\tone\\ntwo\n", "utf-8")
    assert catalogues.taken(lines) == {"報修": ["Report a repair"], "一行\n兩行": ["one\ntwo"]}

    lines.write_text("沒有英文\t\n", "utf-8")
    with pytest.raises(SystemExit, match="line 1"):
        catalogues.taken(lines)
