"""Persons who hold every post try by every verb there is to be requester and approver, fixer and closer, acceptor and buyer.

The pairs are read from the routes, so a paper of a new domain is tried by the same test as soon as it is opened here. Nothing but
the separation of duties stands in the way: everybody may do everything, and forms are filled as their fields want.
"""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from django import forms
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from houqin.domains.assets.tests.conftest import DESKS
from houqin.domains.purchasing.tests.conftest import Purchases
from houqin.domains.stocktakes.tests.conftest import Scene
from houqin.domains.stores.tests.conftest import Stores
from houqin.foundation.journal.accounts import forget_accounts
from houqin.foundation.journal.actions import ACTIONS
from houqin.foundation.journal.checks import CHECKS
from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.org.fields import ReferenceField
from houqin.foundation.org.models import Person, Role, RoleAssignment
from houqin.foundation.signing.models import DOCUMENTS, Signature
from houqin.foundation.signing.reading import find_document
from houqin.foundation.signing.routes import is_excused
from houqin.kit import clock, fields
from houqin.kit.text import fold

MOVES = 14


class School:
    """A school in which three people hold every post."""

    def __init__(self, cast) -> None:
        self.cast = cast
        self.three = [self._everything(name) for name in ("甲某", "乙某", "丙某")]
        self.rooms = {}

    @staticmethod
    def _everything(name):
        person = Person.objects.create(name=name, folded=fold(name), post="樣樣都管")
        for role in Role.values:
            if role != Role.ADMINISTRATOR:
                RoleAssignment.objects.create(person=person, role=role, from_on=clock.today() - timedelta(days=900))
        return person

    def do(self, by, kind, **data):
        """Take a verb and give the paper its entry is about."""
        entry = ACTIONS[kind](by, **data)
        return find_document(entry.document_kind, entry.document_id)

    def stores(self):
        stage = Stores(self.cast)
        stage.buy("粉筆 白色 200盒 3元")
        return stage


def requisition(school, stage, by):
    return school.do(
        by, "stores.requested", store=stage.north, purpose="上課", lines="粉筆 10盒", receiver=school.cast.zhao
    )


def direct_issue(school, stage, by):
    return school.do(
        by, "stores.issued_directly", store=stage.north, purpose="上課", lines="粉筆 2盒", receiver=school.cast.zhao
    )


def loan(school, stage, by):
    due = clock.today() + timedelta(days=3)
    return school.do(
        by, "stores.loan_requested", store=stage.north, item="粉筆 白色", quantity=1, due_on=due, borrower=school.cast.zhao,
        purpose="上課",
    )  # fmt: skip


def write_off(school, stage, by):
    return school.do(
        by, "stores.loss_proposed", store=stage.north, item="粉筆 白色", quantity=1, loss="loss", reason="找不到"
    )


def store_transfer(school, stage, by):
    return school.do(by, "stores.sent", store=stage.north, target=stage.south, lines="粉筆 5盒")


def receipt(school, stage, by):
    return school.do(
        by,
        "stores.arrived",
        store=stage.north,
        source="purchase",
        buyer=stage.gao,
        keeper=stage.wu,
        lines="板擦 5個 2元",
    )


def distribution(school, stage, by):
    ACTIONS["stores.kit_set"](by, name="粉筆", specification="白色", grade="", per="每班", quantity=2)
    ACTIONS["stores.planned"](by, term=stage.term)
    return DOCUMENTS["stores.distribution"].objects.order_by("pk").first()


def purchases(school):
    return Purchases(school.cast)


def request(school, stage, by):
    return stage.request(by=by)


def plan(school, stage, by):
    paper = stage.approved()
    return school.do(by, "purchasing.planned", requests=[paper])


def comparison(school, stage, by):
    paper = stage.inviting(stage.desks(), second_collector=school.three[1])
    for supplier, price in zip((stage.jia, stage.yi, stage.bing), (70, 72, 75), strict=True):
        ACTIONS["purchasing.quoted"](by, document=paper, supplier=supplier, prices={"課桌椅": price})
    return paper


def ordered(stage):
    return stage.ordered(due_on=clock.today() + timedelta(days=9))


def delivery(school, stage, by):
    return stage.arrived(ordered(stage), by=by)


def payment(school, stage, by):
    order = ordered(stage)
    stage.received(order)
    return school.do(by, "purchasing.payment_requested", document=order, payee=stage.jia, invoice="0001")


def card(school, stage, by):
    return school.do(by, "assets.added", **DESKS)


def asset_transfer(school, stage, by):
    card(school, stage, school.cast.zhou)
    return school.do(
        by, "assets.transfer_requested", card="KZY-01", source=school.cast.south, target=school.cast.north, quantity=10,
        reason="學生增加",
    )  # fmt: skip


def disposal(school, stage, by):
    card(school, stage, school.cast.zhou)
    return school.do(
        by,
        "assets.disposal_requested",
        card="KZY-01",
        place=school.cast.south,
        quantity=2,
        way="報廢",
        reason="壞了",
        early_reason="水淹壞了",
    )


def gate_pass(school, stage, by):
    card(school, stage, school.cast.zhou)
    return school.do(
        by, "assets.gate_pass", card="KZY-01", quantity=1, reason="送修", carrier="趙老師", destination="修理店",
        back_on=clock.today() + timedelta(days=9),
    )  # fmt: skip


def handover(school, stage, by):
    card(school, stage, school.cast.zhou)
    giver, taker, witness = school.three
    return school.do(
        by, "assets.handover_prepared", giver=school.cast.zhao, taker=taker, witness=witness, reason="調動"
    )


def letter(school, stage, by):
    # Nobody counts his own room.
    by = school.three[1] if by == school.three[0] else by
    card(school, stage, school.cast.zhou)
    ACTIONS["assets.moved_room"](
        school.cast.zhou, document=DOCUMENTS["assets.card"].objects.get(), source=school.cast.south,
        target=school.cast.south_105, quantity=10,
    )  # fmt: skip
    return school.do(
        by, "assets.letter_called", place=school.cast.south_105, keeper=school.three[0], from_on=clock.today(),
        to_on=clock.today() + timedelta(days=90),
    )  # fmt: skip


def inspection(school, stage, by):
    return school.do(
        by, "safety.inspected", place=school.cast.south_105, layer="周", items="常規安全檢查", lines="滅火器壓力|合格"
    )


def hazard(school, stage, by):
    return school.do(by, "safety.hazard_found", description="插座鬆動", due_on=clock.today())


def work_order(school, stage, by):
    return school.do(by, "repairs.reported", place=school.cast.south_105, fault="燈不亮")


def visit(school, stage, by):
    return school.do(
        by, "gate.entered", name="張三", identity="11010519491231002X", phone="13900000000", purpose="家訪",
        host=school.cast.zhao, host_confirmed="電話", consent_by=school.cast.li, unit="某公司",
    )  # fmt: skip


def slip(school, stage, by):
    return school.do(by, "gate.slip_applied", pupil="小明", school_class=stage.one, reason="生病")


def vehicle(school, stage, by):
    return school.do(
        by, "gate.vehicle_entered", plate="京A12345", approver=school.cast.li, purpose="送貨", driver="李四"
    )


def goods(school, stage, by):
    return school.do(by, "gate.goods_requested", goods="舊桌子", quantity="2張", carrier="王五", purpose="送修")


def scene(school):
    return Scene(school.cast)


def stocktake(school, stage, by):
    one, two, three = school.three
    return school.do(
        by, "stocktakes.drafted", scope="place", place=school.cast.north_105, leader=one, counters=[one],
        second_counter=two, witness=three,
    )  # fmt: skip


def nothing(school):
    return None


OPENERS = {
    "stores.requisition": (School.stores, (requisition, direct_issue)),
    "stores.loan": (School.stores, (loan,)),
    "stores.write_off": (School.stores, (write_off,)),
    "stores.transfer": (School.stores, (store_transfer,)),
    "stores.receipt": (School.stores, (receipt,)),
    "stores.distribution": (School.stores, (distribution,)),
    "purchasing.request": (purchases, (request,)),
    "purchasing.plan": (purchases, (plan,)),
    "purchasing.comparison": (purchases, (comparison,)),
    "purchasing.delivery": (purchases, (delivery,)),
    "purchasing.payment_request": (purchases, (payment,)),
    "assets.card": (nothing, (card,)),
    "assets.transfer": (nothing, (asset_transfer,)),
    "assets.disposal": (nothing, (disposal,)),
    "assets.gate_pass": (nothing, (gate_pass,)),
    "assets.handover": (nothing, (handover,)),
    "assets.letter": (nothing, (letter,)),
    "safety.inspection": (nothing, (inspection,)),
    "safety.hazard": (nothing, (hazard,)),
    "repairs.work_order": (nothing, (work_order,)),
    "gate.visit": (nothing, (visit,)),
    "gate.leave_slip": (School.stores, (slip,)),
    "gate.vehicle": (nothing, (vehicle,)),
    "gate.goods_pass": (nothing, (goods,)),
    "stocktakes.stocktake": (scene, (stocktake,)),
}
# A move is opened on two counts that were signed, a summary is signed without gaps; both are tried in their own tests.
ELSEWHERE = {"stocktakes.move", "summary.summary"}


def separated_kinds():
    return sorted(one.kind for one in DOCUMENTS if (route := one.route()) and any(step.not_by for step in route.steps))


def filled(verb, document, by, dice):
    """The verb's form, filled as its fields want."""
    data = {}
    for name, field in verb.form.base_fields.items():
        if name == "document":
            data[name] = str(document.pk)
        elif name in ("reason", "note", "acceptance", "quality", "opinion", "protection", "materials_from"):
            data[name] = "核對過了"
        elif isinstance(field, ReferenceField):
            if field.required or name in ("fixer", "repairer"):
                rows = list(field.rows()[:8])
                people = [one for one in rows if isinstance(one, Person)]
                data[name] = str(dice.choice([*by, *people]).pk) if people else str(rows[0].pk) if rows else ""
        elif name == "due_on":
            data[name] = clock.today().isoformat()
        elif not field.required:
            continue
        elif isinstance(field, (fields.WordField, forms.ChoiceField)):
            data[name] = str(next(key for key, _label in field.choices if str(key)))
        elif isinstance(field, fields.DayField):
            data[name] = clock.today().isoformat()
        elif isinstance(field, fields.WholeNumberField):
            data[name] = str(max(field.least or 1, 1))
        elif isinstance(field, fields.FlagField):
            data[name] = "on"
        else:
            data[name] = "1" if isinstance(field, fields.MoneyField) else "已經做好"
    return data


def doers(document, kind):
    """Who took or signed a step of this kind that stands, once for each time."""
    of_paper = {"document_kind": document.kind, "document_id": document.pk}
    wrote = Entry.objects.filter(**of_paper, kind=kind, sign=1, reversed_by__isnull=True)
    return list(wrote.values_list("by_id", flat=True)), set(
        Signature.objects.filter(**of_paper, step=kind).values_list("person_id", flat=True)
    )


def pairs_of_one_person(document):
    """The steps that must be separate and were taken by one person, without the principal's documented exception."""
    found = set()
    for step in type(document).route().steps:
        wrote, signed = doers(document, step.kind)
        for other in step.not_by:
            if step.excused_by and is_excused(document, step.excused_by):
                continue
            if other == step.kind:
                both = {one for one in wrote if wrote.count(one) > 1}
            else:
                others_wrote, others_signed = doers(document, other)
                both = {*wrote, *signed} & {*others_wrote, *others_signed}
            found |= {(step.kind, other, person) for person in both}
    return found


def test_every_paper_with_duties_to_separate_is_tried():
    """A new kind of paper gets an opener here: a function that opens one by somebody."""
    assert set(separated_kinds()) - ELSEWHERE == set(OPENERS)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", sorted(OPENERS))
def test_nobody_takes_two_steps_that_must_be_separate(cast, kind):
    school = School(cast)
    make, openers = OPENERS[kind]
    stage = make(school)
    taken, refused = set(), [0]

    @settings(
        max_examples=6, deadline=None, derandomize=True, database=None, phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(seed=st.integers(0, 10_000))
    def tried(seed):
        mark = transaction.savepoint()
        try:
            forget_accounts()
            _try(school, stage, random.Random(seed), openers, taken, refused)
        finally:
            transaction.savepoint_rollback(mark)
            forget_accounts()

    tried()
    # The test tried something: steps were taken, and somebody was told to leave one to another.
    assert len(taken) >= 1, f"no step of {kind} could be taken"
    if any(step.not_by and not step.takes_back for step in DOCUMENTS[kind].route().steps):
        assert refused[0] > 0, f"nobody of {kind} was held apart"


def _try(school, stage, dice, openers, taken, refused):
    document = dice.choice(openers)(school, stage, dice.choice(school.three))
    route = type(document).route()
    for _move in range(MOVES):
        document.refresh_from_db()
        by = dice.choice(school.three)
        steps = route.steps_from(document.state)
        if dice.random() < 0.2 or not steps:
            _reverse_something(document, by, dice)
            continue
        step = dice.choice([one for one in steps if not one.optional] * 4 + steps)
        verb = ACTIONS[step.kind]
        try:
            verb.perform(by, filled(verb, document, school.three, dice))
            taken.add(step.kind)
        except Denied:
            refused[0] += 1
        except Refused:
            pass
        assert pairs_of_one_person(document) == set()
    assert [one.sentence for one in CHECKS["signing.separated"].look() if one.document_id == document.pk] == []


def _reverse_something(document, by, dice):
    entries = list(Entry.objects.filter(document_kind=document.kind, document_id=document.pk, sign=1))
    if not entries:
        return
    entry = dice.choice(entries)
    with pytest.raises(Refused):
        ACTIONS["journal.reversed"].perform(by, {"entry_number": str(entry.number), "reason": "試試"})
