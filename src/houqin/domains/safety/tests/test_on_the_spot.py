"""Inspecting on the spot: point by point, with photos on the hazards, once however often it is sent."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from houqin.domains.safety.checklists import CHECKLISTS
from houqin.domains.safety.models import Hazard, Inspection
from houqin.domains.safety.rules import CHECKS
from houqin.foundation.calendar.models import Duty
from houqin.foundation.journal.models import Entry
from houqin.foundation.registers.sending import QUEUE
from houqin.foundation.signing.models import Attachment, Signature
from houqin.kit import clock

SHEET = "/pages/safety.inspection/fire"


def photo(name="鎖着.jpg"):
    out = BytesIO()
    Image.new("RGB", (400, 300), "red").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")


def points(**more):
    return {
        "place": "南校區教學樓105室",
        "item_1": "安全出口、疏散通道",
        "standard_1": "通暢",
        "result_1": "failed",
        "problem_1": "後門鎖着",
        "item_2": "滅火器、消火栓",
        "standard_2": "在位",
        "result_2": "passed",
        "item_3": "常閉防火門",
        "once": "0001-inspection",
        **more,
    }


def queued(browser, data):
    return browser.post(SHEET, data, headers={"Accept": QUEUE})


def test_a_failed_point_is_a_hazard_with_its_photo(cast, login):
    response = login(cast.sun).post(SHEET, points(photo_1=photo(), photo_2=photo("滅火器.jpg")))

    inspection, hazard = Inspection.objects.get(), Hazard.objects.get()
    assert response.url == f"/documents/safety.inspection/{inspection.pk}/"
    assert [(line.item, line.result) for line in inspection.lines.all()] == [
        ("安全出口、疏散通道", "failed"),
        ("滅火器、消火栓", "passed"),
    ]
    assert (inspection.check_kind, inspection.layer, inspection.result, inspection.inspector) == (
        "fire", "monthly", "failed", cast.sun,
    )  # fmt: skip
    assert (hazard.description, hazard.place, hazard.inspection) == ("後門鎖着", cast.south_105, inspection)
    hung = {one.name: (one.document_kind, one.document_id) for one in Attachment.objects.all()}
    assert hung == {
        "鎖着.jpg": ("safety.hazard", hazard.pk),
        "滅火器.jpg": ("safety.inspection", inspection.pk),
    }
    assert Signature.objects.get(document_kind="safety.inspection").person == cast.sun
    assert [one.kind for one in Entry.objects.filter(kind__startswith="safety").order_by("number")] == [
        "safety.inspected",
        "safety.hazard_found",
    ]


def test_sent_twice_it_is_one_inspection_and_one_hazard(cast, login):
    officer = login(cast.sun)

    first, second = queued(officer, points(photo_1=photo())), queued(officer, points(photo_1=photo()))

    assert (first.status_code, first.json()) == (200, second.json())
    assert (Inspection.objects.count(), Hazard.objects.count(), Attachment.objects.count()) == (1, 1, 1)


def test_other_points_under_the_same_key_are_refused(cast, login):
    officer = login(cast.sun)

    queued(officer, points())
    other = queued(officer, points(result_2="failed", problem_2="過期"))

    assert other.status_code == 409
    assert Hazard.objects.count() == 1


def test_nothing_looked_at_and_a_failure_without_words_are_refused(cast, login):
    officer = login(cast.sun)

    nothing = queued(officer, {"place": "南校區教學樓105室", "once": "0001-inspection"})
    silent = queued(officer, points(problem_1=""))
    liar = queued(officer, points(photo_1=SimpleUploadedFile("x.jpg", b"no photo")))
    paper = queued(officer, points(photo_1=SimpleUploadedFile("x.pdf", b"%PDF-1.4")))

    assert [one.status_code for one in (nothing, silent, liar, paper)] == [422, 422, 409, 422]
    assert nothing.json()["said"] == ["還沒有檢查任何一項。請逐項點合格或不合格。"]
    assert silent.json()["said"] == ["「安全出口、疏散通道」不合格，要寫明問題。"]
    assert (Inspection.objects.count(), Attachment.objects.count()) == (0, 0)


def test_what_was_ticked_stays_when_it_is_refused(cast, login):
    page = login(cast.sun).post(SHEET, points(problem_1="")).content.decode()

    assert 'name="result_1" value="failed" checked' in page
    assert 'name="result_2" value="passed" checked' in page


def test_teachers_may_not_inspect(cast, login):
    teacher = login(cast.zhao)

    assert (teacher.get(SHEET).status_code, teacher.post(SHEET, points()).status_code) == (403, 403)
    assert Client().get(SHEET).status_code == 302
    assert Inspection.objects.count() == 0


def test_what_is_due_stands_first_and_is_fulfilled(cast, login):
    today = clock.today()
    Duty.objects.create(
        name="fire", label="每月消防檢查", rule="FREQ=DAILY", starts_on=today, days=3, role="safety_officer",
        fulfilled_by="safety.inspected", category="fire",
    )  # fmt: skip
    officer = login(cast.sun)

    before = officer.get("/pages/safety.inspection/").content.decode()
    queued(officer, points())
    after = officer.get("/pages/safety.inspection/").content.decode()

    day = f"{today + timedelta(days=3):%Y-%m-%d} 前"
    assert before.index("消防安全檢查") < before.index("常規安全檢查")
    assert (day in before, day in after) == (True, False)


@pytest.mark.parametrize("kind", CHECKLISTS)
def test_every_checklist_opens_and_is_read_as_its_own_kind(cast, login, kind):
    from houqin.domains.safety.actions import kind_of_check

    page = login(cast.sun).get(f"/pages/safety.inspection/{kind}")

    assert page.status_code == 200
    assert kind_of_check(CHECKLISTS[kind].layer, str(CHECKS.label(kind))) == kind


def test_an_unknown_checklist_is_not_found(cast, login):
    assert login(cast.sun).get("/pages/safety.inspection/nothing").status_code == 404
