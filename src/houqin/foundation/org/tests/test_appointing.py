"""Power is given by others: who may put whom into which post, and which posts one person may not hold."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from houqin.foundation.journal.actions import ACTIONS
from houqin.foundation.journal.checks import CHECKS
from houqin.foundation.journal.models import Measure
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.org import actions
from houqin.foundation.org.models import PairAllowed, Person, Role, RoleAssignment, SchoolClass
from houqin.kit import clock
from houqin.kit.text import fold

LEADING = ("principal", "vice_principal", "director")


def posts(person: Person) -> list[str]:
    return sorted(person.assignments.values_list("role", flat=True))


@pytest.mark.parametrize("role", [role.value for role in Role])
@pytest.mark.parametrize("who", ["li", "principal", "admin"])
def test_nobody_appoints_himself(cast, who, role):
    by = getattr(cast, who)
    before = posts(by)

    with pytest.raises(Denied, match="由別人授予"):
        actions.give_role(by, person=by, role=role)

    assert posts(by) == before


def test_nor_by_the_page(cast, login):
    answer = login(cast.li).post(
        "/do/org.role_given/", {"person": cast.li.pk, "role": "principal", "from_on": "2000-01-01"}
    )

    assert "自己的崗位要由別人授予" in answer.content.decode()
    assert posts(cast.li) == ["director"]


def test_nor_a_second_row_of_his_own_name(cast):
    with pytest.raises(Denied, match="和您同名"):
        actions.add_person(cast.li, name="李主任", staff_number="2002", post="保管員")
    other = Person.objects.create(name="李主任", folded=fold("李主任"))
    with pytest.raises(Denied, match="和您同名"):
        actions.give_role(cast.li, person=other, role="guard")

    assert posts(other) == []


def test_nor_by_filling_in_his_own_post(cast):
    clerk = Person.objects.create(name="吳幹事", folded=fold("吳幹事"))
    RoleAssignment.objects.create(person=clerk, role="clerk", from_on=date(2000, 1, 1))

    with pytest.raises(Denied, match="由別人授予"):
        actions.complete_person(clerk, document=clerk, name="吳幹事", post="會計")

    assert posts(clerk) == ["clerk"]


def test_nor_by_a_class_of_his_own(cast):
    with pytest.raises(Denied, match="由別人授予"):
        actions.add_class(cast.li, campus="南校區", name="一(1)班", teacher=cast.li)

    assert not SchoolClass.objects.exists()


@pytest.mark.parametrize("role", LEADING)
def test_a_leader_is_appointed_by_the_principal_or_the_administrator(cast, role):
    with pytest.raises(Refused, match="只能由校長或系統管理員"):
        actions.give_role(cast.li, person=cast.zhao, role=role)
    actions.give_role(cast.principal, person=cast.zhao, role=role)
    actions.give_role(cast.admin, person=cast.lin, role=role)

    assert (posts(cast.zhao), role in posts(cast.lin)) == (sorted([role, "teacher"]), True)


@pytest.mark.parametrize("post", ["校長", "副校長", "總務主任"])
def test_nor_does_a_staff_list_make_leaders_for_the_office(cast, post):
    with pytest.raises(Refused, match="只能由校長或系統管理員"):
        actions.add_person(cast.li, name="新來的", post=post)
    actions.add_person(cast.admin, name="新來的", post=post)

    assert RoleAssignment.objects.filter(person__name="新來的").count() == 1


def test_a_post_higher_than_ones_own_is_not_ended_either(cast):
    held = RoleAssignment.objects.get(person=cast.principal)

    for verb in (
        lambda: actions.end_role(cast.li, assignment=held.pk, to_on="2020-01-01"),
        lambda: actions.person_left(cast.li, person=cast.principal),
        lambda: actions.change_person(cast.li, person=cast.principal, name="周校長", is_active=False),
        lambda: actions.person_left(cast.li, person=cast.admin),
    ):
        with pytest.raises(Refused, match="只能由"):
            verb()

    held.refresh_from_db()
    assert (held.to_on, Person.objects.get(pk=cast.principal.pk).is_active) == (None, True)


def test_the_last_administrator_stays(cast):
    held = RoleAssignment.objects.get(person=cast.admin)
    with pytest.raises(Refused, match="唯一的系統管理員"):
        actions.end_role(cast.admin, assignment=held.pk, to_on=clock.today())

    actions.give_role(cast.admin, person=cast.zhao, role="administrator")
    actions.end_role(cast.admin, assignment=held.pk, to_on=clock.today())


def test_an_ended_post_is_not_taken_up_again_by_putting_off_its_end(cast):
    held = RoleAssignment.objects.get(person=cast.wang)
    actions.end_role(cast.li, assignment=held.pk, to_on="2020-01-01")

    with pytest.raises(Refused, match="不能往後延"):
        actions.end_role(cast.li, assignment=held.pk, to_on="2099-01-01")

    assert not Person.objects.get(pk=cast.wang.pk).has_role("storekeeper")


@pytest.mark.parametrize(
    ("held", "asked", "rule"),
    [
        ("accountant", "principal", "SOD-1"),
        ("accountant", "vice_principal", "SOD-1"),
        ("accountant", "director", "SOD-1"),
        ("accountant", "buyer", "SOD-1"),
        ("accountant", "storekeeper", "SOD-1"),
        ("accountant", "asset_manager", "SOD-1"),
        ("accountant", "cashier", "SOD-2"),
        ("cashier", "auditor", "SOD-2"),
        ("cashier", "principal", "SOD-6"),
        ("cashier", "vice_principal", "SOD-6"),
        ("cashier", "director", "SOD-6"),
    ],
)
def test_what_one_person_may_not_hold_is_refused_either_way_round(cast, held, asked, rule):
    for first, second, name in ((held, asked, "甲某"), (asked, held, "乙某")):
        person = Person.objects.create(name=name, folded=fold(name))
        actions.give_role(cast.admin, person=person, role=first)
        with pytest.raises(Refused, match=f"{rule} 不相容崗位.*准許兼任"):
            actions.give_role(cast.admin, person=person, role=second)
        assert posts(person) == [first]


def test_nor_by_dates_that_overlap_anywhere(cast):
    person = Person.objects.create(name="甲某", folded=fold("甲某"))
    actions.give_role(cast.li, person=person, role="cashier", from_on="2018-01-01", to_on="2018-12-31")
    for from_on, to_on in (("2017-01-01", "2018-01-01"), ("2018-06-01", "2018-06-02"), ("2018-12-31", None)):
        with pytest.raises(Refused, match="SOD-2"):
            actions.give_role(cast.li, person=person, role="accountant", from_on=from_on, to_on=to_on)
    tomorrow = clock.today() + timedelta(days=1)
    actions.give_role(cast.li, person=person, role="cashier", from_on=tomorrow)
    with pytest.raises(Refused, match="SOD-2"):
        actions.give_role(cast.li, person=person, role="accountant", from_on="2019-01-01")

    actions.give_role(cast.li, person=person, role="accountant", from_on="2019-01-01", to_on="2019-12-31")


def test_a_staff_list_that_fills_in_a_post_asks_the_same(cast):
    person = Person.objects.create(name="甲某", folded=fold("甲某"))
    actions.give_role(cast.li, person=person, role="cashier")

    with pytest.raises(Refused, match="SOD-2"):
        actions.complete_person(cast.li, document=person, name="甲某", post="會計")


def test_the_principal_alone_lets_a_small_school_hold_both(cast):
    facts = {"person": cast.qian, "first": "cashier", "second": "accountant", "reason": "全校教職工6人"}
    for by in (cast.li, cast.admin, cast.qian):
        with pytest.raises(Denied):
            actions.allow_pair(by, **facts)
    with pytest.raises(Refused, match="不能准許自己"):
        actions.allow_pair(cast.principal, **{**facts, "person": cast.principal})
    with pytest.raises(Refused, match="本來就可以兼任"):
        actions.allow_pair(cast.principal, **{**facts, "second": "guard"})

    allowed = actions.allow_pair(cast.principal, **facts)
    given = actions.give_role(cast.li, person=cast.qian, role="cashier")

    assert PairAllowed.objects.get().allowed_by == cast.principal
    counted = Measure.objects.filter(entry__in=[allowed.number, given.number], name="not_separated")
    assert [one.quantity for one in counted] == [1, 1]
    assert [(one.notice, "全校教職工6人" in one.sentence) for one in CHECKS["org.posts_apart"].look()] == [(True, True)]


def test_the_audit_names_pairs_of_an_existing_book(cast):
    assert list(CHECKS["org.posts_apart"].look()) == []
    RoleAssignment.objects.create(person=cast.qian, role="cashier", from_on=date(2000, 1, 1))

    found = list(CHECKS["org.posts_apart"].look())

    assert [(one.notice, one.sentence[:5]) for one in found] == [(False, "錢會計同時")]


def test_there_is_one_way_to_a_post():
    source = Path(actions.__file__).parents[2]
    writers = {
        str(path.relative_to(source))
        for path in source.rglob("*.py")
        if "tests" not in path.parts and "migrations" not in path.parts and "RoleAssignment(" in path.read_text()
    }

    # The founder is appointed by nobody.
    assert writers == {"foundation/org/appointing.py", "foundation/org/models.py"}
    assert "RoleAssignment.objects.create" in (source / "foundation/org/founding.py").read_text()


LOGINS = ("login_made", "password_reset", "login_closed", "login_opened", "second_factor_cleared")


@pytest.mark.parametrize("verb", [f"accounts.{name}" for name in LOGINS])
def test_the_login_of_another_is_the_administrators(cast, verb):
    """Whoever could choose the principal's password would be the principal."""
    for by in (cast.li, cast.principal, cast.wang):
        with pytest.raises(Denied, match="要由系統管理員來做"):
            ACTIONS[verb](by, person=cast.zhao, username="zhao")
