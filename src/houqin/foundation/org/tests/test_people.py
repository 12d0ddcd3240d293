"""The school and its people: added through actions, found by name, never guessed."""

from datetime import date

import pytest

from houqin.foundation.journal.actions import Invalid
from houqin.foundation.journal.models import Entry, Place
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.org import actions, parameters
from houqin.foundation.org.directory import Ambiguous, Directory, Unknown
from houqin.foundation.org.founding import found_school
from houqin.foundation.org.models import Person, RoleAssignment, School, SchoolClass
from houqin.kit import clock


def test_a_school_is_founded_once(cast):
    with pytest.raises(Refused, match="已經有學校「市第一完全小學」"):
        found_school(name="另一所")

    assert School.objects.count() == 1


def test_a_room_brings_its_building(cast):
    actions.add_place(cast.li, campus="北校區", building="啟慧樓", room="201", name="201室", purpose="教室")

    room = Place.objects.get(full_name="北校區啟慧樓201室")
    assert (room.parent.full_name, room.campus, room.kind) == ("北校區啟慧樓", cast.north, "room")


def test_a_canteen_named_twice_is_one_place(cast):
    actions.add_place(cast.li, campus="南校區", building="食堂", name="食堂", purpose="食堂")

    assert Place.objects.filter(full_name="南校區食堂").count() == 1
    assert not Place.objects.filter(full_name="南校區食堂食堂").exists()


def test_the_same_room_again_is_refused(cast):
    with pytest.raises(Refused, match="已經有「北校區食堂」"):
        actions.add_place(cast.li, campus="北校區", name="食堂")


def test_a_stranger_may_not_add_people(cast):
    with pytest.raises(Denied, match="要由總務主任、總務幹事來做"):
        actions.add_person(cast.zhao, name="新人", post="教師")

    assert not Person.objects.filter(name="新人").exists()


def test_a_post_brings_its_role_and_no_power_unasked(cast):
    actions.add_person(cast.li, name="鄭師傅", post="水電工", campus="南校區")
    actions.add_person(cast.li, name="何副", post="副校長助理")

    assert [(a.role, a.place) for a in RoleAssignment.objects.filter(person__name="鄭師傅")] == [
        ("repairer", cast.south)
    ]
    assert not RoleAssignment.objects.filter(person__name="何副").exists()


def test_phone_numbers_never_reach_the_journal(cast):
    entry = actions.add_person(cast.li, name="鄭師傅", post="木工", phone="13912345678")

    assert "13912345678" not in Entry.objects.get(number=entry.number).asked


def test_a_class_teacher_becomes_one_by_the_class(cast):
    actions.add_class(cast.li, campus="南校區", grade="一年級", name="一(1)班", pupils="45", teacher="趙老師")

    school_class = SchoolClass.objects.get(name="一(1)班")
    assert RoleAssignment.objects.get(person=cast.zhao, role="class_teacher").school_class == school_class


def test_names_are_found_in_either_script(cast):
    directory = Directory.read()

    assert directory.person("陈师傅") == cast.chen
    assert directory.place("南校区教学楼105室") == cast.south_105


def test_a_room_without_its_campus_is_never_guessed(cast):
    directory = Directory.read()

    with pytest.raises(Ambiguous) as found:
        directory.place("教學樓105室")
    assert sorted(found.value.candidates) == ["北校區教學樓105室", "南校區教學樓105室"]
    assert directory.place("食堂") == cast.canteen
    assert directory.place("教學樓105室", campus=cast.south) == cast.south_105


def test_two_people_of_one_name_need_their_campus(cast):
    for campus in (cast.south, cast.north):
        Person.objects.create(name="張偉", folded="张伟", campus=campus)
    directory = Directory.read()

    with pytest.raises(Ambiguous):
        directory.person("張偉")
    assert directory.person("張偉(北校區)").campus == cast.north
    with pytest.raises(Unknown):
        directory.person("張偉強")


def test_an_unknown_name_says_what_to_do(cast):
    with pytest.raises(Invalid, match="沒有叫「無此人」的人員。請先登記"):
        actions.give_role(cast.li, person="無此人", role="guard")


def test_only_an_administrator_makes_administrators(cast):
    with pytest.raises(Refused, match="只能由系統管理員授予"):
        actions.give_role(cast.li, person=cast.zhao, role="administrator")

    actions.give_role(cast.admin, person=cast.zhao, role="administrator")
    assert RoleAssignment.objects.filter(person=cast.zhao, role="administrator").exists()


def test_a_role_ends_on_its_day(cast):
    held = RoleAssignment.objects.get(person=cast.wang)

    actions.end_role(cast.li, assignment=held.pk, to_on="2020-01-01")

    assert not Person.objects.get(pk=cast.wang.pk).has_role("storekeeper")


def test_a_parameter_holds_from_its_day(cast):
    name = "test.days"
    if name not in parameters.PARAMETERS:
        parameters.parameter(name, "天數", default=3, source="測試", status="M")

    actions.set_parameter(cast.li, name=name, value=5, from_on="2019-03-01", source="校務會議")

    assert parameters.value(name, on=date(2019, 2, 28)) == 3
    assert parameters.value(name, on=date(2019, 3, 1)) == 5
    with pytest.raises(Refused, match="的值要像"):
        actions.set_parameter(cast.li, name=name, value='"五"', from_on="2019-04-01", source="校務會議")


def test_whoever_is_bound_by_a_limit_does_not_move_it(cast):
    limit = {"name": "purchasing.director_limit", "value": 500_000, "source": "校務會議"}
    today = clock.today()

    with pytest.raises(Denied, match="要由校長來定"):
        actions.set_parameter(cast.li, **limit, from_on=today)
    with pytest.raises(Refused, match="不能從過去的日子算起"):
        actions.set_parameter(cast.principal, **limit, from_on="2019-03-01")
    actions.set_parameter(cast.principal, **limit, from_on=today)

    assert parameters.value("purchasing.director_limit", on=today) == 500_000
