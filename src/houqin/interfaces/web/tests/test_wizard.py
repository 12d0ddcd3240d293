"""The first run in the browser: who may, what each step refuses, and that it closes behind the first login."""

import re

import openpyxl
import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from houqin.foundation.calendar.models import Duty
from houqin.foundation.journal.models import Entry, Place
from houqin.foundation.journal.verification import verify
from houqin.foundation.org.founding import first_administrator
from houqin.foundation.org.models import Person, School
from houqin.interfaces.accounts import setup

PASSWORD = "chalk-and-duster-7"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_code_left():
    setup.close()
    yield
    setup.close()


@pytest.fixture
def founder():
    """A browser that has shown the setup code."""
    browser = Client()
    assert browser.post("/setup/", {"code": setup.code()})["Location"] == "/setup/school/"
    return browser


def name_school(browser, name="新城實驗小學", script="simplified"):
    return browser.post("/setup/school/", {"name": name, "office": "", "script": script})


def sheet(*rows, name="教職工.xlsx"):
    from io import BytesIO

    book = openpyxl.Workbook()
    for row in (("姓名", "崗位", "校區"), *rows):
        book.active.append(row)
    content = BytesIO()
    book.save(content)
    return SimpleUploadedFile(name, content.getvalue())


def as_far_as_people(browser):
    name_school(browser)
    browser.post("/setup/campuses/", {"campus": "本部", "address": "", "pupils": ""})


def finish(browser, *, name="李主任", username="li", password=PASSWORD, again=PASSWORD):
    return browser.post(
        "/setup/administrator/", {"name": name, "username": username, "password": password, "again": again}
    )


def test_a_fresh_installation_leads_to_the_first_run():
    browser = Client()

    assert browser.get("/")["Location"] == "/login/?next=/"
    assert browser.get("/login/?next=/")["Location"] == "/setup/"
    assert "設定碼" in browser.get("/setup/").content.decode()


def test_the_whole_way_from_the_code_to_the_first_page(founder):
    assert name_school(founder)["Location"] == "/setup/campuses/"
    founder.post("/setup/campuses/", {"campus": "本部", "address": "新城路1號", "pupils": "900"})
    assert founder.post("/setup/campuses/", {"next": "1"})["Location"] == "/setup/people/"
    shown = founder.post(
        "/setup/people/", {"file": sheet(("李主任", "總務主任", "本部"), ("王保管", "保管員", "本部"))}
    )
    token = re.search(r'name="confirm" value="(\w+)"', shown.content.decode())[1]
    assert Person.objects.count() == 1, "shown, not written"
    assert founder.post("/setup/people/", {"confirm": token})["Location"] == "/setup/administrator/"
    done = finish(founder)

    assert done["Location"] == "/setup/done/"
    assert "接下來" in founder.get("/setup/done/").content.decode()
    assert founder.get("/").status_code == 200
    school = School.objects.get()
    assert (school.name, school.script) == ("新城實驗小學", "simplified")
    assert [place.name for place in Place.objects.filter(kind="campus")] == ["本部"]
    assert {one.name: one.is_active for one in Person.objects.all()} == {
        "首次設定": False,
        "李主任": True,
        "王保管": True,
    }
    li = Person.objects.get(name="李主任")
    assert (li.user.username, li.has_role("administrator"), li.has_role("director")) == ("li", True, True)
    assert first_administrator() == li
    assert Duty.objects.exists()
    assert verify().is_sound
    assert not Entry.objects.filter(asked__contains=PASSWORD).exists()


def test_whoever_is_not_on_the_list_becomes_the_founder(founder):
    as_far_as_people(founder)

    finish(founder, name="趙新", username="zhaoxin")

    assert [(one.name, one.is_active, one.user.username) for one in Person.objects.all()] == [("趙新", True, "zhaoxin")]
    assert Entry.objects.get(number=1).by.name == "趙新"


def test_a_stranger_on_the_network_cannot_found_the_school():
    browser = Client()

    for address in ("school", "campuses", "people", "administrator"):
        assert browser.get(f"/setup/{address}/")["Location"] == "/setup/", address
        assert browser.post(f"/setup/{address}/", {"name": "x"})["Location"] == "/setup/", address
    wrong = browser.post("/setup/", {"code": "AAAA-BBBB-CCCC"})
    assert (wrong.status_code, "設定碼不對" in wrong.content.decode()) == (422, True)
    assert not School.objects.exists()


def test_guessing_the_code_is_stopped():
    browser = Client()
    for _attempt in range(settings.AXES_FAILURE_LIMIT):
        answer = browser.post("/setup/", {"code": "AAAA-BBBB-CCCC"})

    assert answer.status_code == 429
    assert browser.post("/setup/", {"code": setup.code()}).status_code == 429


def test_the_code_may_be_typed_without_hyphens_in_small_letters():
    code = setup.code()

    assert re.fullmatch(r"[2-9A-HJ-NP-Z]{4}(-[2-9A-HJ-NP-Z]{4}){2}", code)
    assert setup.opens(code.replace("-", " ").lower())
    assert not setup.opens("")
    assert (settings.HOME / "setup.code").stat().st_mode & 0o777 == 0o600


def test_it_is_taken_up_where_it_was_left_in_another_browser(founder):
    as_far_as_people(founder)
    other = Client()

    assert other.post("/setup/", {"code": setup.code()})["Location"] == "/setup/people/"
    other.post("/setup/people/", {"file": sheet(("王保管", "保管員", "本部"))})
    assert founder.get("/setup/")["Location"] == "/setup/people/"


def test_no_step_is_taken_before_the_ones_it_needs(founder):
    for address in ("campuses", "people", "administrator"):
        assert founder.get(f"/setup/{address}/")["Location"] == "/setup/school/"
    name_school(founder)
    for address in ("people", "administrator"):
        assert founder.get(f"/setup/{address}/")["Location"] == "/setup/campuses/"


def test_every_step_refuses_bad_input_with_a_sentence(founder):
    nameless = founder.post("/setup/school/", {"name": " ", "script": "traditional"})
    assert (nameless.status_code, "必填" in nameless.content.decode() or "欄位" in nameless.content.decode()) == (
        422,
        True,
    )
    assert not School.objects.exists()
    name_school(founder)

    no_campus = founder.post("/setup/campuses/", {"next": "1"})
    assert (no_campus.status_code, "至少要有一個校區" in no_campus.content.decode()) == (422, True)
    founder.post("/setup/campuses/", {"campus": "本部"})
    twice = founder.post("/setup/campuses/", {"campus": "本部"})
    assert (twice.status_code, "已經有「本部」" in twice.content.decode()) == (422, True)

    no_file = founder.post("/setup/people/", {})
    assert (no_file.status_code, "先選一個檔案" in no_file.content.decode()) == (422, True)
    strange = founder.post("/setup/people/", {"file": SimpleUploadedFile("x.xlsx", b"not a sheet")})
    assert strange.status_code == 422
    gone = founder.post("/setup/people/", {"confirm": "0" * 32})
    assert (gone.status_code, "已經不在了" in gone.content.decode()) == (422, True)
    elsewhere = founder.post("/setup/people/", {"file": sheet(("王保管", "保管員", "東校區"))})
    assert (elsewhere.status_code, "東校區" in elsewhere.content.decode()) == (422, True)
    assert Person.objects.count() == 1

    for given, said in (
        ({"again": "other"}, "兩次寫的密碼不一樣"),
        ({"password": "short", "again": "short"}, "密碼"),
        ({"username": "two words"}, "登入名只能用"),
        ({"name": ""}, "管理員姓名"),
    ):
        answer = finish(founder, **given)
        assert (answer.status_code, said in answer.content.decode()) == (422, True), said
    assert not get_user_model().objects.exists()


def test_campuses_named_in_the_list_of_people_can_be_added_with_it(founder):
    as_far_as_people(founder)
    shown = founder.post("/setup/people/", {"file": sheet(("王保管", "保管員", "東校區"))})
    token = re.search(r'name="confirm" value="(\w+)"', shown.content.decode())[1]

    written = founder.post("/setup/people/", {"confirm": token, "add": "campuses"})

    assert written["Location"] == "/setup/administrator/"
    assert Person.objects.get(name="王保管").campus.name == "東校區"


def test_the_name_of_the_school_can_be_put_right_before_the_end(founder):
    name_school(founder, name="新成實驗小學")

    assert "新成實驗小學" in founder.get("/setup/school/").content.decode()
    name_school(founder, name="新城實驗小學", script="traditional")

    school = School.objects.get()
    assert (school.name, school.script, School.objects.count()) == ("新城實驗小學", "traditional", 1)


def test_after_the_first_login_it_is_closed_and_the_code_gone(founder):
    as_far_as_people(founder)
    other = Client()
    code = setup.code()
    other.post("/setup/", {"code": code})
    finish(founder)

    assert not (settings.HOME / "setup.code").exists()
    for address in ("", "school/", "campuses/", "people/", "administrator/"):
        assert other.get(f"/setup/{address}")["Location"] == "/", address
        assert Client().post(f"/setup/{address}", {"code": code})["Location"] == "/", address
    assert other.get("/login/").status_code == 200
    assert other.get("/setup/done/").status_code == 302
    assert get_user_model().objects.count() == 1


def test_a_school_founded_by_the_command_line_has_no_first_run(cast):
    assert Client().get("/setup/")["Location"] == "/"
    assert Client().get("/login/").status_code == 200
