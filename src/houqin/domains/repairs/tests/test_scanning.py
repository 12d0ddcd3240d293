"""A fault reported by a scanned code: without a login, with a photo, once, not too often, and followed by a link."""

from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from houqin.domains.repairs import actions
from houqin.domains.repairs.models import ScanReport, WorkOrder
from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.org.models import ParameterValue
from houqin.foundation.signing import attachments
from houqin.foundation.signing.models import Attachment, Task
from houqin.foundation.tokens import actions as tokens
from houqin.foundation.tokens.models import Token
from houqin.foundation.tokens.strangers import the_stranger
from houqin.foundation.tokens.things import said_of
from houqin.kit import clock


@pytest.fixture
def token(cast):
    tokens.issue(cast.li, kind="place", keys=[cast.south_105.pk])
    return Token.objects.live().get()


@pytest.fixture
def fault_page(token):
    return f"/pages/repairs.fault/{token.text}"


def photo(name="燈.jpg", size=(640, 480)):
    out = BytesIO()
    Image.new("RGB", size, "red").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")


def told(**more):
    return {"category": "electric", "fault": "後排燈不亮", "once": "first-report-0001", **more}


def test_a_scanned_door_opens_the_page_for_strangers(token):
    response = Client().get(f"/q/{token.text}")

    assert (response.status_code, response.url) == (302, f"/pages/repairs.fault/{token.text}")
    page = Client().get(response.url)
    assert page.status_code == 200
    assert "南校區教學樓105室" in page.content.decode()


def test_a_parent_reports_with_a_photo_and_gets_a_link(cast, fault_page):
    response = Client().post(fault_page, told(phone="13900001234", reporter_name="小明媽媽", photos=photo()))

    order = WorkOrder.objects.get()
    assert response.url == f"/pages/repairs.fault_status/{order.scan.secret}"
    assert (order.place, order.campus, order.category, order.fault, order.state) == (
        cast.south_105, cast.south, "electric", "後排燈不亮", "reported",
    )  # fmt: skip
    assert (order.reporter, order.reporter_name, order.phone) == (None, "小明媽媽", "13900001234")
    assert order.opened_by == the_stranger()
    assert [one.media_type for one in Attachment.objects.filter(document_id=order.pk)] == ["image/jpeg"]
    assert Task.objects.open().filter(document_id=order.pk).count() >= 1


def test_the_journal_keeps_neither_name_nor_telephone(fault_page):
    Client().post(fault_page, told(phone="13900001234", reporter_name="小明媽媽"))

    entry = Entry.objects.get(kind="repairs.reported")
    assert entry.by == the_stranger()
    assert "13900001234" not in entry.asked
    assert "小明媽媽" not in entry.asked


def test_the_link_tells_how_it_goes_and_nobodys_name(cast, fault_page):
    stranger = Client()
    link = stranger.post(fault_page, told(phone="13900001234", reporter_name="小明媽媽")).url
    order = WorkOrder.objects.get()
    actions.dispatch(cast.li, document=order.pk, repairer=cast.chen)
    actions.complete(
        cast.chen,
        document=order.pk,
        work="更換燈管兩支",
        cause="自然",
        materials="燈管 2支 24元",
        materials_from="現買",
    )

    page = stranger.get(link).content.decode()

    assert "更換燈管兩支" in page
    assert "修好了" in page
    assert [name for name in ("13900001234", "小明媽媽", "陳師傅", "李主任") if name in page] == []


def test_a_link_that_is_guessed_opens_nothing(fault_page):
    Client().post(fault_page, told())

    assert Client().get("/pages/repairs.fault_status/AAAAAAAAAAAAAAAAAAAAAA").status_code == 404
    assert Client().get("/pages/repairs.fault_status/").status_code == 404
    assert len(ScanReport.objects.get().secret) >= 22


def test_the_same_form_twice_is_one_order_and_one_link(fault_page):
    browser = Client()

    first, second = browser.post(fault_page, told()), browser.post(fault_page, told())

    assert WorkOrder.objects.count() == 1
    assert first.url == second.url


def test_words_of_a_stranger_are_words_on_every_page(cast, fault_page, login):
    wicked = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    stranger = Client()
    link = stranger.post(fault_page, told(fault=wicked, reporter_name=wicked[:40])).url
    order = WorkOrder.objects.get()
    office = login(cast.li)

    pages = [
        stranger.get(link), stranger.get(fault_page), office.get(f"/documents/repairs.work_order/{order.pk}/"),
        office.get("/registers/repairs.work_orders/"), office.get(fault_page.replace("/pages/repairs.fault", "/q")),
    ]  # fmt: skip

    assert [page.status_code for page in pages] == [200] * 5
    assert [page for page in pages if b"<script>alert" in page.content or b"<img src=x" in page.content] == []


def test_neither_words_nor_photo_is_refused_and_what_was_typed_stays(fault_page):
    response = Client().post(fault_page, told(fault="", phone="13900001234"))

    page = response.content.decode()
    assert response.status_code == 422
    assert "寫一句哪裏壞了，或拍一張照片" in page
    assert 'value="13900001234"' in page
    assert WorkOrder.objects.count() == 0


def test_a_photo_alone_is_enough(fault_page):
    Client().post(fault_page, told(fault="", photos=photo()))

    assert WorkOrder.objects.get().fault == "電（見照片）"


def test_what_is_no_photo_too_large_or_too_many_is_refused(fault_page, monkeypatch):
    browser = Client()

    document = browser.post(fault_page, told(photos=SimpleUploadedFile("x.pdf", b"%PDF-1.4")))
    lie = browser.post(fault_page, told(photos=SimpleUploadedFile("x.jpg", b"not a photo")))
    many = browser.post(fault_page, told(photos=[photo(f"{number}.jpg") for number in range(4)]))
    huge = browser.post(fault_page, told(photos=SimpleUploadedFile("x.jpg", b"0" * (20 * 1024 * 1024 + 1))))
    monkeypatch.setattr(attachments, "MOST_PIXELS", 1000)
    wide = browser.post(fault_page, told(photos=photo(size=(40, 40))))

    sentences = ("不是照片", "不是能看的照片", "最多 3 張照片", "照片有 20 MB", "像素太多")
    answers = (document, lie, many, huge, wide)
    assert [sentence in page.content.decode() for sentence, page in zip(sentences, answers, strict=True)] == [True] * 5
    assert WorkOrder.objects.count() == 0


def test_a_revoked_token_reports_nothing(cast, token, fault_page):
    tokens.revoke(cast.li, token=token.text, reason="被人亂報")

    shown, sent = Client().get(fault_page), Client().post(fault_page, told())

    assert (shown.status_code, sent.status_code) == (410, 410)
    assert Client().get(f"/q/{token.text}").status_code == 410
    assert "已經作廢" in sent.content.decode()
    assert WorkOrder.objects.count() == 0


def test_an_unknown_token_is_not_found(cast):
    assert Client().get("/pages/repairs.fault/22222222222222222222").status_code == 404
    assert Client().post("/pages/repairs.fault/22222222222222222222", told()).status_code == 404
    assert Client().get("/q/22222222222222222222").status_code == 404


def test_too_many_reports_at_one_door_are_stopped_and_the_office_goes_on(cast, fault_page, login):
    browser = Client()
    for number in range(6):
        assert browser.post(fault_page, told(once=f"report-{number:04d}")).status_code == 302

    stopped = browser.post(fault_page, told(once="report-0006"))
    again = browser.post(fault_page, told(once="report-0005"))
    teacher = login(cast.zhao).post(fault_page, told(once="report-0007"))

    assert stopped.status_code == 429
    assert "後排燈不亮" in stopped.content.decode()
    assert (again.status_code, teacher.status_code) == (302, 302)
    assert WorkOrder.objects.count() == 7


def test_too_many_reports_from_one_address_are_stopped_and_others_go_on(cast, token):
    tokens.issue(cast.li, kind="place", keys=[cast.north_105.pk, cast.canteen.pk])
    doors = [f"/pages/repairs.fault/{one.text}" for one in Token.objects.live()]
    ParameterValue.objects.create(
        name="tokens.reports_per_address", value=2, from_on=clock.today() - timedelta(days=1), source="試"
    )

    states = [
        Client(REMOTE_ADDR="10.1.1.1").post(door, told(once=f"report-{number:04d}")).status_code
        for number, door in enumerate(doors)
    ]
    other = Client(REMOTE_ADDR="10.1.1.2").post(doors[2], told(once="report-0009")).status_code

    assert (states, other) == ([302, 302, 429], 302)


def test_a_machine_that_fills_every_field_is_thanked_and_writes_nothing(fault_page):
    response = Client().post(fault_page, told(website="http://spam.example"))

    assert response.status_code == 200
    assert WorkOrder.objects.count() == 0


def test_a_teacher_who_scans_reports_in_the_own_name(cast, fault_page, login):
    login(cast.zhao).post(fault_page, told(reporter_name="別人"))

    order = WorkOrder.objects.get()
    assert (order.reporter, order.reporter_name, order.opened_by) == (cast.zhao, "趙老師", cast.zhao)
    assert Entry.objects.get(kind="repairs.reported").by == cast.zhao


def test_the_stranger_may_do_nothing_else(cast, token):
    with pytest.raises(Denied):
        actions.report(the_stranger(), place=cast.south_105, fault="燈不亮")

    assert WorkOrder.objects.count() == 0


def test_a_dead_token_is_refused_by_the_action_itself(cast, token):
    tokens.revoke(cast.li, token=token.text, reason="掉了")

    with pytest.raises(Refused, match="已經作廢或不存在"):
        actions.report_by_scan(the_stranger(), token=token.text, category="electric", fault="燈不亮")


def test_the_telephone_is_masked_in_lists(cast, fault_page, login):
    Client().post(fault_page, told(phone="13900001234"))

    page = login(cast.li).get("/registers/repairs.work_orders/?columns=number,phone").content.decode()

    assert "139****1234" in page
    assert "13900001234" not in page


def settled(cast, fault_page, *, on):
    with time_machine.travel(on, tick=True):
        Client().post(fault_page, told(once=f"report-{on:%Y%m%d%H%M}", phone="13900001234", reporter_name="小明媽媽"))
        order = WorkOrder.objects.latest("pk")
        actions.dispatch(cast.li, document=order.pk, repairer=cast.chen)
        actions.complete(cast.chen, document=order.pk, work="更換燈管", cause="自然")
        actions.confirm(cast.li, document=order.pk, satisfaction="滿意")
    return order


def test_a_reporter_is_forgotten_when_the_time_is_over(cast, fault_page):
    old = settled(cast, fault_page, on=clock.now() - timedelta(days=31))
    young = settled(cast, fault_page, on=clock.now() - timedelta(days=29))

    entry = actions.forget_reporters(cast.li)

    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.phone, old.reporter_name) == ("", "掃碼報修")
    assert (young.phone, young.reporter_name) == ("13900001234", "小明媽媽")
    assert {one.name: one.quantity for one in entry.measures.all()} == {"orders": 1}
    with pytest.raises(Denied):
        actions.forget_reporters(cast.zhao)


def test_the_next_report_forgets_old_reporters_by_itself(cast, fault_page):
    old = settled(cast, fault_page, on=clock.now() - timedelta(days=31))

    Client().post(fault_page, told())

    old.refresh_from_db()
    assert (old.phone, old.reporter_name) == ("", "掃碼報修")


def test_what_may_be_done_at_a_door_follows_ones_rules(cast, token, login):
    def labels(person):
        return {str(offer.label) for offer in said_of(token.scan(), person=person)[0]}

    assert "檢查這裏" in labels(cast.sun)
    assert "檢查這裏" not in labels(cast.zhao)
    assert {"報修", "上報隱患"} <= labels(cast.zhao)
    page = login(cast.zhao).get(f"/q/{token.text}")
    assert page.status_code == 200
    assert "作廢並換新標籤" not in page.content.decode()
    assert "作廢並換新標籤" in login(cast.li).get(f"/q/{token.text}").content.decode()
