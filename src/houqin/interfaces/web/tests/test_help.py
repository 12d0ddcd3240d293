"""The handbook as help: every chapter opens, its pictures name pages that exist, nothing in it is code."""

from datetime import date

import pytest
from django.test import Client
from django.urls import resolve

from houqin.foundation.journal.actions import ACTIONS
from houqin.foundation.org.models import Person, RoleAssignment
from houqin.foundation.registers.pages import PAGES
from houqin.foundation.registers.register import REGISTERS
from houqin.foundation.registers.tabulations import TABULATIONS
from houqin.interfaces.web.manual import CHAPTERS, Shot, as_html, chapters, with_pictures

pytestmark = pytest.mark.django_db
KNOWN = {"register": REGISTERS, "import": REGISTERS, "tabulation": TABULATIONS, "hand_page": PAGES}


def test_ones_own_chapter_stands_first(cast, login):
    said = login(cast.ma).get("/help/").content.decode()
    assert said.index("門衛</a>") < said.index("總務主任</a>")
    assert said.count("您的崗位") == 1


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_chapter_opens_and_its_links_lead_somewhere(cast, login, name):
    RoleAssignment.objects.create(person=cast.zhao, role=name, from_on=date(2000, 1, 1))
    reader = Person.objects.get(pk=cast.zhao.pk)
    answer = login(reader).get(f"/help/{name}/")
    assert answer.status_code == 200
    chapter = next(one for one in chapters() if one.name == name)
    assert len(chapter.parts()) >= 3
    for shot in chapter.shots():
        match = resolve(shot.address.partition("?")[0])
        asked = match.kwargs.get("name") or match.kwargs.get("kind")
        known = ACTIONS if match.url_name == "do" else KNOWN.get(match.url_name)
        assert known is None or asked in known, shot.address
        rules = [getattr(match.func, "rule", None), getattr(known[asked] if known else None, "readers", None)]
        if not all(rule(reader) for rule in rules if rule is not None):
            continue
        assert f'href="{shot.address.replace("&", "&amp;")}"' in answer.content.decode()


def test_a_chapter_that_is_not_there_is_missing_and_a_stranger_is_asked_to_log_in(cast, login):
    assert login(cast.zhao).get("/help/nothing/").status_code == 404
    assert Client().get("/help/").status_code == 302


def test_simplified_readers_get_simplified_words(cast, login):
    browser = login(cast.ma)
    browser.post("/language/", {"language": "zh-hans"})
    said = browser.get("/help/guard/").content.decode()
    assert "门卫" in said and "來訪" not in said


def test_html_in_a_chapter_stays_text():
    assert "&lt;script&gt;" in as_html("<script>alert(1)</script>", open_page=lambda address: "")


def test_pictures_become_files_in_the_printed_handbook():
    chapter = next(one for one in chapters() if one.name == "guard")
    names = {shot: f"images/{number}.png" for number, shot in enumerate(chapter.shots())}
    assert Shot("門崗", "menwei", "/pages/gate.board/", True) in names
    assert "![門崗](images/0.png)" in with_pictures(chapter, names)
    assert "shot:" not in with_pictures(chapter, names)
