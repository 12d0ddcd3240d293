"""Counting on a phone: scanned or typed, with a photo, and without a word of what the book expects."""

from io import BytesIO

import pytest
from django.test import Client
from PIL import Image

from houqin.domains.stocktakes import actions
from houqin.domains.stocktakes.models import Stocktake
from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.org.models import Person
from houqin.foundation.signing.models import Attachment
from houqin.foundation.tokens.models import Token
from houqin.kit import clock


@pytest.fixture
def browser(django_user_model):
    def log_in(person):
        row = Person.objects.get(pk=person.pk)
        row.user = row.user or django_user_model.objects.create(username=f"user{row.pk}")
        row.save(update_fields=["user"])
        client = Client()
        client.force_login(row.user)
        return client

    return log_in


def address(sheet, *more):
    return "/".join(("/pages/stocktakes.count", str(sheet.pk), *more))


def photo():
    file = BytesIO()
    Image.new("RGB", (8, 8), "red").save(file, "JPEG")
    file.seek(0)
    file.name = "desk.jpg"
    return file


def test_only_who_counts_finds_the_count_on_the_phone(scene, browser):
    sheet = scene.frozen()
    assert sheet.number in browser(scene.cast.lin).get("/pages/stocktakes.count/").content.decode()
    assert sheet.number not in browser(scene.cast.sun).get("/pages/stocktakes.count/").content.decode()
    assert browser(scene.cast.zhao).get(address(sheet)).status_code == 404
    assert Client().get(address(sheet)).status_code == 302


def test_the_page_tells_nothing_of_what_the_book_expects(scene, browser):
    # Numbers nobody uses for anything else on the page.
    scene.use(scene.chalk, scene.shelf, 3)
    sheet = scene.frozen(scope="place", place=scene.cast.north_105, keepers=[])
    sheet.lines.filter(code="KZY-01").update(expected=98_765, value=432_109)
    page = browser(scene.cast.lin).get(address(sheet)).content.decode()
    assert "學生課桌椅" in page
    for secret in ("98765", "98,765", "432109", "4,321.09"):
        assert secret not in page


def test_a_thing_is_counted_by_its_number_with_its_state_and_a_photo(scene, browser):
    sheet = scene.frozen(scope="place", place=scene.cast.north_105, keepers=[])
    told = {
        "code": "KZY-01", "quantity": "19", "use": "damaged", "label_intact": "no", "user_agrees": "yes", "once": "first-one",
        "note": "一套缺椅", "photo": photo(),
    }  # fmt: skip
    answer = browser(scene.cast.lin).post(address(sheet), told)

    assert answer.status_code == 302
    line = sheet.lines.get(code="KZY-01")
    assert (line.counted, line.counted_by, line.use, line.label_intact, line.user_agrees, line.note) == (
        19, scene.cast.lin, "damaged", False, True, "一套缺椅",
    )  # fmt: skip
    assert Attachment.objects.get().name == "KZY-01-desk.jpg"
    assert scene.read(sheet).state == "counting"


def test_a_form_sent_again_from_a_bad_connection_counts_once(scene, browser):
    sheet = scene.frozen(scope="place", place=scene.cast.north_105, keepers=[])
    for _time in range(2):
        browser(scene.cast.lin).post(address(sheet), {"code": "KZY-01", "quantity": "19", "once": "first-one"})
    assert Entry.objects.filter(kind="stocktakes.tallied").count() == 1


def test_a_single_thing_needs_no_quantity_and_many_do(scene, browser):
    sheet = scene.frozen(scope="place", place=scene.cast.north_105, keepers=[])
    lin = browser(scene.cast.lin)
    lin.post(address(sheet), {"code": "ty-01", "once": "a-single-one"})
    assert sheet.lines.get(code="TY-01").counted == 1
    answer = lin.post(address(sheet), {"code": "KZY-01", "once": "how-many-of"})
    assert answer.status_code == 409
    assert "請寫點到多少" in answer.content.decode()
    assert sheet.lines.get(code="KZY-01").counted is None


def test_a_scanned_label_means_the_thing_and_a_scanned_door_the_room(scene, browser):
    sheet = scene.frozen(scope="campus", place=scene.cast.north, keepers=[])
    door = Token.objects.create(
        kind="place", thing_id=scene.room.pk, title="教學樓106室", issued_by=scene.cast.li, issued_at=clock.now()
    )
    page = browser(scene.cast.lin).get(address(sheet, door.text)).content.decode()
    assert f'<option value="{scene.room.pk}" selected>' in page
    with pytest.raises(Refused, match="掃到的是北校區教學樓106室"):
        actions.count_one(scene.cast.lin, document=sheet.pk, code=f"https://school.example/s/{door.text}", quantity=1)


def test_what_the_book_does_not_know_is_told_as_such_or_refused(scene):
    sheet = scene.frozen(scope="place", place=scene.cast.north_105, keepers=[])
    with pytest.raises(Refused, match="都沒有「舊風扇」"):
        actions.count_one(scene.cast.lin, document=sheet.pk, code="舊風扇", quantity=2)
    actions.count_one(scene.cast.lin, document=sheet.pk, code="舊風扇", quantity=2, is_unlisted=True)
    line = sheet.lines.get(name="舊風扇")
    assert (line.counted, line.status) == (2, "unexpected")


def test_the_second_counter_counts_again_on_the_phone_and_nobody_else(scene, browser):
    sheet = scene.counted({"粉筆 白色": 8, "膠帶": 4})
    assert browser(scene.cast.lin).get(address(sheet)).status_code == 404
    with pytest.raises(Denied):
        actions.count_one(scene.cast.lin, document=sheet.pk, code="粉筆 白色", quantity=8)
    page = browser(scene.cast.sun).get(address(sheet)).content.decode()
    assert "粉筆 白色" in page
    assert "膠帶" not in page
    browser(scene.cast.sun).post(address(sheet), {"code": "粉筆 白色", "quantity": "9", "once": "once-again"})
    assert (sheet.lines.get(code="粉筆 白色").recounted, scene.read(sheet).state) == (9, "recounting")


def test_a_stranger_counts_nothing(scene):
    sheet = scene.frozen()
    with pytest.raises(Denied):
        actions.count_one(scene.cast.zhao, document=sheet.pk, code="膠帶", quantity=4)
    assert Stocktake.objects.get(pk=sheet.pk).state == "frozen"
