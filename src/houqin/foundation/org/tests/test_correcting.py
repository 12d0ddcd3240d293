"""A noun written wrongly is corrected by an act with a reason; what is not told stays, what was is kept."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from houqin.foundation.journal.models import Entry, Place
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.org import actions, promotion
from houqin.foundation.org.models import Correction, Party, Person, Role, RoleAssignment, SchoolClass
from houqin.foundation.registers.importing import run_import


@pytest.fixture
def first(cast):
    actions.add_class(cast.li, campus="南校區", grade="一年級", name="一(1)班", pupils="45", teacher="趙老師")
    return SchoolClass.objects.get()


def of(row):
    return list(
        Correction.objects.filter(row=row.pk)
        .order_by("pk")
        .values_list("field", "before", "after", "reason", "by__name")
    )


def roles_of(person):
    return list(
        RoleAssignment.objects.filter(person=person, role=Role.CLASS_TEACHER).values_list("school_class", "to_on")
    )


def test_a_class_is_corrected_and_keeps_what_is_not_told(cast, first):
    entry = actions.correct_class(cast.li, school_class=first, pupils="42", reason="數錯了")

    first.refresh_from_db()
    assert (first.name, first.pupils, first.teacher, first.grade) == ("一(1)班", 42, cast.zhao, "一年級")
    assert of(first) == [("org.schoolclass.pupils", "45", "42", "數錯了", "李主任")]
    assert Entry.objects.get(number=entry.number).reason == "數錯了（人數 45→42）"


def test_another_class_teacher_ends_the_post_of_the_first(cast, first):
    actions.correct_class(cast.li, school_class=first, teacher="林老師", reason="換班主任")

    assert RoleAssignment.objects.get(person=cast.zhao, role=Role.CLASS_TEACHER).to_on is not None
    assert RoleAssignment.objects.get(person=cast.lin, school_class=first).to_on is None


def test_a_class_loses_its_teacher_when_told_so(cast, first):
    actions.correct_class(cast.li, school_class=first, teacher="無", reason="還沒定")

    first.refresh_from_db()
    assert first.teacher is None


def test_nobody_makes_himself_class_teacher_by_a_correction(cast, first):
    with pytest.raises(Denied, match="自己的崗位要由別人授予"):
        actions.correct_class(cast.li, school_class=first, teacher="李主任", reason="換班主任")


def test_a_correction_wants_a_reason_a_change_and_the_office(cast, first):
    with pytest.raises(Refused, match="更正原因"):
        actions.correct_class(cast.li, school_class=first, pupils="42")
    with pytest.raises(Refused, match="沒有要更正的"):
        actions.correct_class(cast.li, school_class=first, pupils="45", reason="再填一次")
    with pytest.raises(Denied):
        actions.correct_class(cast.zhao, school_class=first, pupils="42", reason="數錯了")
    assert not Correction.objects.exists()


def test_a_clerk_of_the_north_does_not_correct_a_class_of_the_south(cast, first):
    clerk = Person.objects.create(name="錢幹事", folded="錢幹事")
    RoleAssignment.objects.create(person=clerk, role=Role.CLERK, place=cast.north, from_on="2018-01-01")

    with pytest.raises(Denied, match="管不到這裡"):
        actions.correct_class(clerk, school_class=first, pupils="42", reason="數錯了")
    with pytest.raises(Denied, match="管不到這裡"):
        actions.correct_place(clerk, place=cast.south_105, purpose="倉庫", reason="改用途")


def test_a_place_is_renamed_with_all_that_lies_within(cast):
    actions.add_place(cast.li, campus="北校區", building="啟慧樓", room="201", purpose="教室")
    building = Place.objects.get(full_name="北校區啟慧樓")

    actions.correct_place(cast.li, place=building, name="啟智樓", reason="改了樓名")

    assert Place.objects.filter(full_name="北校區啟智樓201室", folded__contains="201").exists()
    assert of(building) == [("journal.place.name", "啟慧樓", "啟智樓", "改了樓名", "李主任")]


def test_a_room_that_is_no_more_is_closed_and_offered_no_longer(cast, first):
    actions.correct_class(cast.li, school_class=first, room=cast.south_105, reason="補教室")
    with pytest.raises(Refused, match="一\\(1\\)班的教室"):
        actions.close_place(cast.li, place=cast.south_105, reason="拆了")
    actions.correct_class(cast.li, school_class=first, room="無", reason="換教室")

    actions.close_place(cast.li, place=cast.south_105, reason="拆了")

    with pytest.raises(Refused, match="已經停用"):
        actions.correct_class(cast.li, school_class=first, room=cast.south_105, reason="回來")
    actions.reopen_place(cast.li, place=cast.south_105, reason="沒拆")
    assert Place.objects.get(pk=cast.south_105.pk).is_active


def test_of_personal_facts_the_history_says_only_that_they_changed(cast):
    actions.correct_person(cast.li, person=cast.zhao, name="趙敏", phone="13912345678", reason="名字寫錯")

    assert Person.objects.get(pk=cast.zhao.pk).name == "趙敏"
    assert [(field, before, after) for field, before, after, *_rest in of(cast.zhao)] == [
        ("org.person.name", "", ""),
        ("org.person.phone", "", ""),
    ]
    assert Entry.objects.order_by("-number").first().reason == "名字寫錯（姓名；電話）"


def test_a_clerk_does_not_rename_the_principal(cast):
    clerk = Person.objects.create(name="錢幹事", folded="錢幹事")
    RoleAssignment.objects.create(person=clerk, role=Role.CLERK, from_on="2018-01-01")

    with pytest.raises(Refused, match="只能由校長或系統管理員"):
        actions.correct_person(clerk, person=cast.principal, name="錢幹事", reason="試試")


def test_a_supplier_is_corrected_and_never_becomes_another(cast):
    actions.add_party(cast.li, name="大明商行", is_supplier="是", credit_code="91310000AAAA")
    actions.add_party(cast.li, name="小明商行", is_supplier="是", credit_code="91310000BBBB")
    one = Party.objects.get(name="大明商行")

    actions.correct_party(cast.li, party=one, credit_code="91310000CCCC", reason="代碼抄錯")

    one.refresh_from_db()
    assert (one.credit_code, one.is_supplier) == ("91310000CCCC", True)
    with pytest.raises(Refused, match="已經有「小明商行」"):
        actions.correct_party(cast.li, party=one, name="小明商行", reason="改名")


SHEET = "校區,年級,班級,人數,班主任\n南校區,一年級,一(1)班,42,林老師\n"


def imported(by, tmp_path, text=SHEET, *, add=(), dry_run=False):
    path = tmp_path / "班級.csv"
    path.write_text(text, encoding="utf-8")
    return run_import(by, [path], register="org.classes", add_missing=add, dry_run=dry_run)


def test_a_sheet_that_says_something_else_is_refused_and_offers_to_correct(cast, first, tmp_path):
    report = imported(cast.li, tmp_path)

    (told,) = report.as_json()["files"]
    assert "請改編號，或到「班級」裡更正" in told["refused"][0]["reason"]
    assert told["corrections"] == [
        {"row": 2, "name": "南校區 一(1)班", "column": "人數", "before": "45", "after": "42"},
        {"row": 2, "name": "南校區 一(1)班", "column": "班主任", "before": "趙老師", "after": "林老師"},
    ]
    assert report.offers == [{"what": "correction", "name": "班級", "rows": 1}]
    assert SchoolClass.objects.get().pupils == 45


def test_a_sheet_corrects_where_that_is_chosen(cast, first, tmp_path):
    rehearsed = imported(cast.li, tmp_path, add=["corrections"], dry_run=True)
    assert not rehearsed.is_refused and SchoolClass.objects.get().pupils == 45

    report = imported(cast.li, tmp_path, add=["corrections"])

    assert report.written and report.as_json()["files"][0]["corrected"] == 1
    first.refresh_from_db()
    assert (first.pupils, first.teacher, first.grade) == (42, cast.lin, "一年級")
    assert {reason for *_rest, reason, _by in of(first)} == {"更正表 班級.csv"}
    assert imported(cast.li, tmp_path).as_json()["files"][0]["unchanged"] == 1


def test_a_sheet_corrects_all_or_nothing(cast, first, tmp_path):
    text = SHEET + "北校區,一年級,一(2)班,40,查無此人\n"

    assert imported(cast.li, tmp_path, text, add=["corrections"]).is_refused
    assert SchoolClass.objects.get().pupils == 45 and not Correction.objects.exists()


def test_phones_stay_hidden_in_what_a_sheet_would_change(cast, tmp_path):
    actions.add_party(cast.li, name="大明商行", phone="13911112222", is_supplier="是")
    path = tmp_path / "供應商.csv"
    path.write_text("名稱,統一社會信用代碼,電話\n大明商行,,13933334444\n", encoding="utf-8")

    told = run_import(cast.li, [path], register="org.parties", dry_run=True).as_json()

    assert "139" not in str(told)
    assert told["files"][0]["corrections"][0]["column"] == "電話"


def test_the_form_shows_what_the_class_is_today_and_its_page_what_it_was(cast, first, login):
    browser = login(cast.li)
    page = browser.get(f"/do/org.class_corrected/?school_class={first.pk}").content.decode()
    assert 'value="45"' in page and "一(1)班" in page

    answer = browser.post(
        f"/do/org.class_corrected/?school_class={first.pk}",
        {"school_class": first.pk, "pupils": "42", "reason": "數錯了"},
    )

    assert answer.status_code == 302
    listed = browser.get("/registers/org.classes/").content.decode()
    assert f"/registers/org.classes/{first.pk}/" in listed
    shown = browser.get(f"/registers/org.classes/{first.pk}/").content.decode()
    assert "數錯了" in shown and "更正班級" in shown
    assert "更正班級" not in login(cast.zhao).get(f"/registers/org.classes/{first.pk}/").content.decode()


def test_changing_somebody_keeps_what_is_not_told(cast):
    Person.objects.filter(pk=cast.zhao.pk).update(phone="13912345678", staff_number="T9")

    actions.change_person(cast.li, person=cast.zhao, name="趙老師", post="教務員")

    zhao = Person.objects.get(pk=cast.zhao.pk)
    assert (zhao.post, zhao.phone, zhao.staff_number, zhao.is_active) == ("教務員", "13912345678", "T9", True)


def test_the_page_lists_what_differs_and_corrects_where_ticked(cast, first, login):
    browser = login(cast.li)
    sheet = SimpleUploadedFile("班級.csv", SHEET.encode(), content_type="text/csv")
    page = browser.post("/registers/org.classes/import/", {"file": sheet}).content.decode()
    token = browser.session["import"]["token"]
    assert 'value="corrections"' in page and "45" in page and "趙老師" in page
    assert browser.post("/registers/org.classes/import/", {"confirm": token}).status_code == 422
    looked = browser.post(
        "/registers/org.classes/import/", {"confirm": token, "add": "corrections", "look": "1"}
    ).content.decode()
    assert "按這張表更正" in looked and SchoolClass.objects.get().pupils == 45

    answer = browser.post("/registers/org.classes/import/", {"confirm": token, "add": "corrections"})

    assert answer.status_code == 302 and SchoolClass.objects.get().pupils == 42


def test_a_class_that_has_gone_up_is_corrected_no_more(cast, first):
    promotion.promote_school(cast.li)

    with pytest.raises(Refused, match="已經升級或畢業"):
        actions.correct_class(cast.li, school_class=first.pk, pupils="1", reason="去年的")
