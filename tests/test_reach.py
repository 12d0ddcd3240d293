"""A post limited to a campus or a class reaches that campus and class only: in every verb, list, figure and file."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from houqin.foundation.journal.actions import ACTIONS, can
from houqin.foundation.journal.figures import FIGURES
from houqin.foundation.journal.models import Account, Place
from houqin.foundation.journal.refused import Denied
from houqin.foundation.org import actions as org
from houqin.foundation.org.models import Person, RoleAssignment, SchoolClass
from houqin.foundation.org.numbers import Readings, campuses_read
from houqin.foundation.registers.exporting import export
from houqin.foundation.registers.listing import Listing
from houqin.foundation.registers.register import REGISTERS
from houqin.foundation.registers.tabulations import TABULATIONS
from houqin.foundation.signing.models import DOCUMENTS
from houqin.foundation.signing.reading import may_read
from houqin.kit import clock
from houqin.kit.periods import Period
from houqin.kit.text import fold


def limited(name: str, role: str, *, place: Place | None = None, school_class: SchoolClass | None = None) -> Person:
    person = Person.objects.create(name=name, folded=fold(name), campus=place)
    RoleAssignment.objects.create(
        person=person, role=role, place=place, school_class=school_class, from_on=date(2000, 1, 1)
    )
    return person


@pytest.fixture
def both(cast):
    """The same things on both campuses: a store with chalk, a repair, an inspection, a visit, a class."""
    made = SimpleNamespace(cast=cast)
    for name, campus in (("south", cast.south), ("north", cast.north)):
        store = Place.objects.create(
            parent=campus,
            campus=campus,
            kind="store",
            name="倉庫",
            full_name=f"{campus}倉庫",
            folded=fold(f"{campus}倉庫"),
        )
        setattr(made, name, SimpleNamespace(campus=campus, store=store))
    ACTIONS["stores.item_set"](cast.li, name="粉筆", specification="白色", counter="盒", category="teaching")
    for here in (made.south, made.north):
        ACTIONS["stores.opened"](
            cast.li, store=here.store, name="粉筆", specification="白色", counter="盒", quantity=50, value="100"
        )
        entry = ACTIONS["repairs.reported"](cast.zhao, place=here.campus, fault="燈管不亮", category="電")
        here.repair = DOCUMENTS["repairs.work_order"].objects.get(pk=entry.document_id)
        entry = ACTIONS["safety.hazard_found"](cast.sun, place=here.campus, description="欄杆鬆動", source="inspection")
        here.hazard = DOCUMENTS["safety.hazard"].objects.get(pk=entry.document_id)
        here.klass = SchoolClass.objects.create(campus=here.campus, name="一(1)班", folded=fold("一(1)班"), pupils=40)
        entry = ACTIONS["stores.requested"](cast.zhao, store=here.store, lines="粉筆 白色 2盒", purpose="teaching")
        here.requisition = DOCUMENTS["stores.requisition"].objects.get(pk=entry.document_id)
        ACTIONS["stores.approved"](cast.li, document=here.requisition)
        here.requisition.refresh_from_db()
    return made


STEPS = [
    ("storekeeper", "stores.picked", "requisition", {}),
    ("clerk", "repairs.accepted", "repair", {"category": "電"}),
    ("repairer", "repairs.completed", "repair", {"work": "換燈管", "cause": "natural"}),
    ("safety_officer", "safety.hazard_graded", "hazard", {"grade": "general"}),
]


@pytest.mark.parametrize(("role", "kind", "paper", "facts"), STEPS)
def test_a_step_on_the_other_campus_is_denied_and_says_who_can(both, role, kind, paper, facts):
    person = limited("甲某", role, place=both.north.campus)
    other, own = getattr(both.south, paper), getattr(both.north, paper)

    assert (can(person, ACTIONS[kind], document=own), can(person, ACTIONS[kind], document=other)) == (True, False)
    with pytest.raises(Denied, match=r"（北校區）管不到這裡。.*可以請|（北校區）管不到這裡。"):
        ACTIONS[kind](person, document=other, **facts)


@pytest.mark.parametrize(("role", "kind", "paper", "facts"), STEPS)
def test_nor_by_the_page_nor_by_the_api(both, login, role, kind, paper, facts):
    person = limited("甲某", role, place=both.north.campus)
    other = getattr(both.south, paper)
    browser = login(person)
    before = other.state

    page = browser.post(f"/documents/{other.kind}/{other.pk}/do/{kind}/", facts)
    api = browser.post(f"/api/actions/{kind}", {"document": other.pk, **facts}, content_type="application/json")

    other.refresh_from_db()
    assert (page.status_code in (403, 404), api.status_code in (403, 404, 409, 422), other.state) == (
        True,
        True,
        before,
    )


def test_a_keeper_issues_from_his_own_store_only_and_leaves_the_catalogue_alone(both):
    keeper = limited("甲某", "storekeeper", place=both.north.campus)
    facts = {"lines": "粉筆 白色 1盒", "receiver": both.cast.zhao, "purpose": "teaching"}

    with pytest.raises(Denied, match="保管員（北校區）管不到這裡"):
        ACTIONS["stores.issued_directly"](keeper, store=both.south.store, **facts)
    with pytest.raises(Denied, match="管不到這裡"):
        ACTIONS["stores.item_set"](keeper, name="粉筆", specification="白色", counter="盒", category="teaching")
    with pytest.raises(Denied, match="管不到這裡"):
        ACTIONS["stores.sent"](keeper, store=both.south.store, target=both.north.store, lines="粉筆 白色 1盒")
    assert not can(keeper, ACTIONS["stores.item_set"])

    ACTIONS["stores.issued_directly"](keeper, store=both.north.store, **facts)
    ACTIONS["stores.sent"](keeper, store=both.north.store, target=both.south.store, lines="粉筆 白色 1盒")


def test_what_moves_between_campuses_is_taken_over_at_the_other_end(both):
    north = limited("甲某", "storekeeper", place=both.north.campus)
    south = limited("乙某", "storekeeper", place=both.south.campus)
    entry = ACTIONS["stores.sent"](north, store=both.north.store, target=both.south.store, lines="粉筆 白色 1盒")
    transfer = DOCUMENTS["stores.transfer"].objects.get(pk=entry.document_id)

    assert (may_read(north, transfer), may_read(south, transfer)) == (True, True)
    assert (
        can(north, ACTIONS["stores.delivered"], document=transfer),
        can(south, ACTIONS["stores.delivered"], document=transfer),
    ) == (False, True)


def test_the_row_is_not_written_by_another_verb_either(both):
    """An entry is taken back by its number, which says nothing of its campus: it is judged by where the entry lies."""
    clerk = limited("甲某", "clerk", place=both.north.campus)
    entry = ACTIONS["stores.issued_directly"](
        both.cast.wang, store=both.south.store, lines="粉筆 白色 1盒", receiver=both.cast.zhao, purpose="teaching"
    )

    with pytest.raises(Exception, match="管不到這裡|不能"):
        ACTIONS["journal.reversed"](clerk, entry_number=entry.number, reason="x")


@pytest.mark.parametrize(
    ("role", "register", "paper"),
    [
        ("storekeeper", "stores.requisitions", "requisition"),
        ("clerk", "repairs.work_orders", "repair"),
        ("safety_officer", "safety.hazards", "hazard"),
        ("auditor", "stores.requisitions", "requisition"),
    ],
)
def test_lists_papers_and_files_hold_ones_own_campus(both, role, register, paper):
    person = limited("甲某", role, place=both.north.campus)
    wanted = REGISTERS[register]
    own, other = getattr(both.north, paper), getattr(both.south, paper)

    keys = {row["pk"] for row in Listing(wanted, person, {}).rows()}
    assert (own.pk in keys, other.pk in keys) == (True, False)
    assert (may_read(person, own), may_read(person, other)) == (True, False)
    file = export(wanted, person, {"columns": "number"}, format="csv").decode("utf-8-sig")
    assert (own.number in file, other.number in file) == (True, False)
    whole = {row["pk"] for row in Listing(wanted, both.cast.li, {}).rows()}
    assert {own.pk, other.pk} <= whole


def test_ones_own_paper_is_seen_wherever_it_lies(both):
    keeper = limited("甲某", "storekeeper", place=both.north.campus)
    entry = ACTIONS["stores.requested"](keeper, store=both.south.store, lines="粉筆 白色 1盒", purpose="teaching")

    assert may_read(keeper, DOCUMENTS["stores.requisition"].objects.get(pk=entry.document_id))


def test_stock_ledger_and_tables_hold_ones_own_store(both):
    keeper = limited("甲某", "storekeeper", place=both.north.campus)

    for name in ("stores.stock", "stores.ledger"):
        assert {row["store"] for row in Listing(REGISTERS[name], keeper, {}).rows()} == {"北校區倉庫"}
    period = {"start": "2000-01-01", "end": clock.today().isoformat()}
    with pytest.raises(Denied, match="管不到「南校區倉庫」"):
        TABULATIONS["stores.movements"].asked(keeper, {**period, "store": both.south.store.pk}).file("csv")
    whole = TABULATIONS["stores.movements"].asked(both.cast.li, period).as_json()
    own = TABULATIONS["stores.movements"].asked(keeper, period).as_json()
    assert own["rows"] and own != whole
    with pytest.raises(Denied):
        TABULATIONS["stores.consumption"].asked(keeper, period)


def test_figures_their_parts_and_rows_are_of_ones_own_campus(both, login):
    clerk = limited("甲某", "clerk", place=both.north.campus)
    today = clock.today()
    figure = FIGURES["repairs.reported"]
    read = Readings(clerk, Period(today, today)).of(figure)

    assert (read["repairs.reported"].value, read.by("repairs.reported", "campus")) == (1, [("北校區", 1)])
    assert [row.campus_id for row in read.rows("repairs.reported")] == [both.north.campus.pk]
    assert Readings(both.cast.li, Period(today, today)).of(figure)["repairs.reported"].value == 2
    browser: Client = login(clerk)
    told = browser.get(f"/api/figures/repairs.reported?from={today}&to={today}&rows=true").json()
    assert (told["value"], len(told["rows"])) == (1, 1)
    journal = browser.get(reverse("entries")).content.decode()
    assert (both.north.repair.number in journal, both.south.repair.number in journal) == (True, False)


def test_a_class_post_reaches_its_class_and_no_other(both):
    teacher = limited("甲某", "class_teacher", school_class=both.north.klass)
    slips = []
    for klass in (both.north.klass, both.south.klass):
        entry = ACTIONS["gate.slip_applied"](
            both.cast.zhao,
            school_class=klass,
            pupil="某生",
            reason="病假",
            planned_leave_at=clock.now(),
            parent_contact="電話",
            pickup="父親",
        )
        slips.append(DOCUMENTS["gate.leave_slip"].objects.get(pk=entry.document_id))
    own, other = slips

    assert (may_read(teacher, own), may_read(teacher, other)) == (True, False)
    assert [can(teacher, ACTIONS["gate.parent_contacted"], document=one) for one in slips] == [True, False]
    assert not can(teacher, ACTIONS["stores.received"], document=both.north.requisition)


def test_a_class_teacher_of_a_whole_campus_only_teaches(both):
    teacher = limited("甲某", "class_teacher", place=both.north.campus)

    assert (teacher.has_role("class_teacher"), teacher.has_role("teacher")) == (False, True)


def test_a_limited_post_gives_posts_within_its_reach(both):
    director = limited("甲某", "director", place=both.north.campus)

    org.give_role(director, person=both.cast.zhao, role="guard", place=both.north.campus)
    for where in ({}, {"place": both.south.campus}, {"school_class": both.south.klass}):
        with pytest.raises(Denied, match="總務主任（北校區）管不到這裡"):
            org.give_role(director, person=both.cast.zhao, role="storekeeper", **where)


def test_two_posts_reach_what_each_of_them_reaches(both):
    person = limited("甲某", "storekeeper", place=both.north.campus)
    RoleAssignment.objects.create(person=person, role="guard", from_on=date(2000, 1, 1))

    # A guard everywhere is still no keeper everywhere.
    assert not can(person, ACTIONS["stores.picked"], document=both.south.requisition)


def test_a_post_ends_with_its_last_day_and_begins_with_its_first(both):
    person = limited("甲某", "storekeeper", place=both.north.campus)
    today = clock.today()
    held = person.assignments.get()
    for from_on, to_on, counts in (
        (date(2000, 1, 1), today, True),
        (date(2000, 1, 1), date.fromordinal(today.toordinal() - 1), False),
        (date.fromordinal(today.toordinal() + 1), None, False),
        (today, None, True),
    ):
        held.from_on, held.to_on = from_on, to_on
        held.save()
        fresh = Person.objects.get(pk=person.pk)
        assert can(fresh, ACTIONS["stores.picked"], document=both.north.requisition) is counts


def test_every_register_says_its_way_to_the_campus():
    """A list that says neither would show a post of one campus everything."""
    silent = [one.name for one in REGISTERS if not (one.campus or one.school_class or one.whole_school)]

    assert silent == []


def test_campuses_are_read_as_far_as_the_post_reaches(both):
    assert campuses_read(both.cast.li) is None
    assert campuses_read(limited("甲某", "clerk", place=both.north.campus)) == {both.north.campus.pk}
    assert Account.objects.filter(place=both.north.store).exists()


def test_forms_and_suggestions_offer_what_one_reaches(both, login):
    keeper = login(limited("甲某", "storekeeper", place=both.north.campus))

    page = keeper.get("/do/stores.issued_directly/").content.decode()
    told = keeper.get("/do/stores.loss_proposed/suggest/store/?store=倉庫").content.decode()

    assert ("北校區倉庫" in page, "南校區倉庫" in page) == (True, False)
    assert "南校區倉庫" not in told
    start = keeper.get("/do/").content.decode()
    assert ("/do/stores.issued_directly/" in start, "/do/stores.item_set/" in start) == (True, False)
