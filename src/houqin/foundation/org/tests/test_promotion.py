"""September: every class goes up by one act, the top grade leaves, last year's papers keep last year's names."""

import pytest

from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.org import actions, promotion
from houqin.foundation.org.models import Person, Promotion, Role, RoleAssignment, SchoolClass
from houqin.foundation.org.promoting import Fate, ways
from houqin.foundation.registers.importing import run_import


@pytest.fixture
def school(cast):
    """一(1)班 of 趙老師 in room 105, 二(1)班 and a top class on the south campus, 一(1)班 on the north."""
    for campus, grade, name, teacher, room in (
        ("南校區", "一年級", "一(1)班", "趙老師", "南校區教學樓105室"),
        ("南校區", "二年級", "二(1)班", "林老師", ""),
        ("南校區", "六年級", "六(1)班", "", ""),
        ("北校區", "一年級", "一(1)班", "", ""),
    ):
        actions.add_class(cast.li, campus=campus, grade=grade, name=name, pupils="40", teacher=teacher, room=room)
    return cast


def names(**filters):
    return sorted(map(str, SchoolClass.objects.filter(**filters)))


def test_every_class_goes_up_and_the_top_grade_leaves(school):
    entry = promotion.promote_school(school.li, new_classes="南校區 一年級 一(1)班 45\n北校區 一(1)班")

    assert names(is_active=True) == [
        "北校區一(1)班",
        "北校區二(1)班",
        "南校區一(1)班",
        "南校區三(1)班",
        "南校區二(1)班",
    ]
    assert names(is_active=False) == ["北校區一(1)班", "南校區一(1)班", "南校區二(1)班", "南校區六(1)班"]
    second = SchoolClass.objects.get(campus=school.south, name="二(1)班", is_active=True)
    assert (second.grade, second.teacher, second.room, second.pupils) == ("二年級", school.zhao, school.south_105, 40)
    assert second.follows.name == "一(1)班"
    assert "升級3個班，畢業1個班，新生2個班" in Entry.objects.get(number=entry.number).reason


def test_class_teachers_go_along_or_end_as_told(school):
    promotion.promote_school(school.li)

    posts = RoleAssignment.objects.filter(person=school.zhao, role=Role.CLASS_TEACHER)
    assert {(one.school_class.name, one.to_on is None) for one in posts} == {("一(1)班", False), ("二(1)班", True)}

    promotion.undo_promotion(school.li, reason="早了")
    promotion.promote_school(school.li, teachers="end", rooms="told")

    up = SchoolClass.objects.get(campus=school.south, name="二(1)班", is_active=True)
    assert (up.teacher, up.room) == (None, None)
    assert not RoleAssignment.objects.filter(person=school.zhao, role=Role.CLASS_TEACHER, to_on__isnull=True).exists()


def test_twice_in_a_school_year_is_refused(school):
    promotion.promote_school(school.li)

    with pytest.raises(Refused, match="已經升過級"):
        promotion.promote_school(school.li)
    assert Promotion.objects.count() == 1


def test_only_the_director_or_the_administrator_and_for_the_whole_school(school):
    for person in (school.zhao, school.wang, school.zhou):
        with pytest.raises(Denied):
            promotion.promote_school(person)
    other = Person.objects.create(name="南主任", folded="南主任")
    RoleAssignment.objects.create(person=other, role=Role.DIRECTOR, place=school.south, from_on="2018-01-01")
    with pytest.raises(Denied):
        promotion.promote_school(other)


def test_it_is_taken_back_while_nothing_rests_on_it_and_done_again(school):
    promotion.promote_school(school.li, new_classes="南校區 一(1)班")
    promotion.undo_promotion(school.li, reason="早了一個月")
    assert names(is_active=True) == ["北校區一(1)班", "南校區一(1)班", "南校區二(1)班", "南校區六(1)班"]

    promotion.promote_school(school.li, new_classes="南校區 一(1)班")

    assert names(is_active=True) == ["北校區二(1)班", "南校區一(1)班", "南校區三(1)班", "南校區二(1)班"]
    up = SchoolClass.objects.get(campus=school.south, name="二(1)班", is_active=True)
    actions.correct_class(school.li, school_class=up, pupils="39", reason="轉走一人")
    with pytest.raises(Refused, match="升級不能撤回"):
        promotion.undo_promotion(school.li, reason="又早了")


def test_a_name_that_says_no_grade_must_be_told(school):
    actions.add_class(school.li, campus="南校區", name="實驗班")
    with pytest.raises(Refused, match="看不出年級的班：南校區實驗班"):
        promotion.promote_school(school.li)

    promotion.promote_school(school.li, told="南校區實驗班 → 不變\n南校區六(1)班 → 畢業\n南校區二(1)班 → 三(2)班")

    assert {"南校區實驗班", "南校區三(2)班"} <= set(names(is_active=True))


def test_two_classes_of_one_name_are_refused(school):
    with pytest.raises(Refused, match="升級後有兩個班同名：南校區三"):
        promotion.promote_school(school.li, told="南校區一(1)班 → 三(1)班")


@pytest.mark.parametrize(
    ("name", "grade", "kind", "becomes"),
    [
        ("一(1)班", "", "primary", "二(1)班"),
        ("五（2）班", "五年級", "primary", "六（2）班"),
        ("六(1)班", "", "primary", ""),
        ("六(1)班", "", "nine", "七(1)班"),
        ("九(1)班", "", "nine", ""),
        ("七(3)班", "", "junior", "八(3)班"),
        ("初一(3)班", "", "junior", "初二(3)班"),
        ("初三(3)班", "", "nine", ""),
        ("101班", "", "primary", "201班"),
        ("3年級2班", "", "primary", "4年級2班"),
        ("三年級二班", "", "primary", "四年級二班"),
        ("1班", "二年級", "primary", "1班"),
    ],
)
def test_a_name_is_read_as_schools_write_it(name, grade, kind, becomes):
    (way,) = ways([SchoolClass(pk=1, name=name, grade=grade)], kind=kind)

    assert (way.fate, way.name) == ((str(Fate.UP), becomes) if becomes else (str(Fate.LEAVES), ""))


def test_the_new_list_of_classes_comes_in_in_september(school, tmp_path):
    promotion.promote_school(school.li)
    path = tmp_path / "班級.csv"
    path.write_text(
        "校區,年級,班級,人數,班主任\n南校區,一年級,一(1)班,45,\n南校區,二年級,二(1)班,38,趙老師\n", encoding="utf-8"
    )

    assert run_import(school.li, [path], register="org.classes").is_refused
    report = run_import(school.li, [path], register="org.classes", add_missing=["corrections"])

    assert report.written and report.as_json()["files"][0]["added"] == 1
    first = SchoolClass.objects.get(campus=school.south, name="一(1)班", is_active=True)
    assert (first.pupils, first.school_year) == (45, Promotion.objects.get().school_year)
    assert SchoolClass.objects.get(campus=school.south, name="二(1)班", is_active=True).pupils == 38


def test_the_page_shows_every_class_before_it_is_done(school, login):
    browser = login(school.li)
    assert browser.get("/do/org.school_promoted/").url == "/pages/org.promotion/"
    page = browser.get("/pages/org.promotion/").content.decode()
    assert "南校區二(1)班" in page and "畢業離校" in page
    looked = browser.post("/pages/org.promotion/", {"look": "1", "told": "南校區二(1)班 → 三(9)班"}).content.decode()
    assert "南校區三(9)班" in looked and not Promotion.objects.exists()

    assert browser.post("/pages/org.promotion/", {"do": "1"}).status_code == 302

    assert "已經升過級" in browser.get("/pages/org.promotion/").content.decode()
    assert browser.post("/pages/org.promotion/", {"undo": "1", "reason": "早了"}).status_code == 302
    assert Promotion.objects.get().undone_on is not None
    assert login(school.zhao).get("/pages/org.promotion/").status_code == 403


def test_it_is_a_duty_of_the_director_at_the_end_of_august(cast):
    from houqin.foundation.calendar.defaults import DEFAULT_DUTIES

    duty = DEFAULT_DUTIES["org.promotion"]
    assert (duty.role, duty.fulfilled_by, "BYMONTH=8" in duty.rule) == (Role.DIRECTOR, "org.school_promoted", True)
