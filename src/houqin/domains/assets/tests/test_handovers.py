"""Hand-over of all a person keeps, and passes for what leaves by the gate."""

from datetime import timedelta

import pytest

from houqin.domains.assets import actions
from houqin.domains.assets.models import AssetCard, GatePass, HandOver
from houqin.domains.assets.prints import handover_paper
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.org.actions import change_person, person_left
from houqin.foundation.org.models import Person
from houqin.foundation.signing.models import Task
from houqin.kit import clock

LIST = {"giver": "趙老師", "taker": "林老師", "witness": "李主任", "reason": "調離"}


@pytest.fixture
def prepared(cast, desks):
    actions.prepare_handover(cast.zhou, **LIST)
    return HandOver.objects.get()


def test_custody_changes_with_the_third_signature(cast, prepared):
    assert [task.step for task in Task.objects.open().of(cast.zhao)] == ["assets.handover_given"]
    actions.give_over(cast.zhao, document=prepared)
    actions.take_over(cast.lin, document=prepared.pk)
    assert AssetCard.objects.get().custodian == cast.zhao
    actions.witness_handover(cast.li, document=prepared.pk)

    assert AssetCard.objects.get().custodian == cast.lin
    done = HandOver.objects.get()
    assert (done.state, done.cards, done.value) == ("done", 1, 3_200_000)
    paper = handover_paper(done)
    assert paper.tables[0].rows == (
        ("1", "KZY-01", "學生課桌椅 升降式", "套", "200", "32000.00", "南校區"),
        ("合計", "", "", "", "200", "32000.00", ""),
    )
    assert [name.partition(" ")[0] for _label, name in paper.signatures] == ["趙老師", "林老師", "李主任"]


def test_each_signs_only_for_themselves(cast, prepared):
    for stranger in (cast.lin, cast.li, cast.ma):
        with pytest.raises(Denied):
            actions.give_over(stranger, document=prepared)
    actions.give_over(cast.zhao, document=prepared)
    with pytest.raises(Denied):
        actions.take_over(cast.zhao, document=prepared.pk)
    with pytest.raises(Refused, match="現在是「待接收人簽」"):
        actions.witness_handover(cast.li, document=prepared.pk)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"witness": "趙老師"}, "三個不同的人"),
        ({"taker": "趙老師"}, "三個不同的人"),
        ({"giver": "錢會計"}, "名下沒有保管的固定資產"),
    ],
)
def test_a_list_that_cannot_be_is_refused(cast, desks, facts, sentence):
    with pytest.raises(Refused, match=sentence):
        actions.prepare_handover(cast.zhou, **{**LIST, **facts})


def test_a_stranger_draws_up_nobody_elses_list(cast, desks):
    with pytest.raises(Refused, match="由移交人本人或資產管理員開立"):
        actions.prepare_handover(cast.lin, **LIST)
    actions.prepare_handover(cast.zhao, **LIST)
    with pytest.raises(Refused, match="已有移交清冊"):
        actions.prepare_handover(cast.zhou, **LIST)
    with pytest.raises(Denied):
        actions.drop_handover(cast.lin, document=HandOver.objects.get(), reason="x")
    actions.drop_handover(cast.zhou, document=HandOver.objects.get(), reason="暫不調離")
    assert HandOver.objects.get().state == "dropped"


def test_nobody_leaves_while_holding_anything(cast, prepared):
    with pytest.raises(Refused, match="趙老師還有：保管的固定資產 學生課桌椅 升降式 200套。請先辦理移交或歸還"):
        person_left(cast.li, person=cast.zhao)
    actions.give_over(cast.zhao, document=prepared)
    actions.take_over(cast.lin, document=prepared.pk)
    actions.witness_handover(cast.li, document=prepared.pk)
    person_left(cast.li, person=cast.zhao)

    gone = Person.objects.get(pk=cast.zhao.pk)
    assert (gone.is_active, gone.assignments.filter(to_on__isnull=True).exists()) == (False, False)
    with pytest.raises(Refused, match="已經離職"):
        person_left(cast.li, person=cast.zhao)
    with pytest.raises(Denied):
        person_left(cast.lin, person=cast.wang)


def test_nobody_is_struck_off_while_holding_anything(cast, desks):
    facts = {"person": cast.zhao, "name": "趙老師", "post": "教師"}
    with pytest.raises(Refused, match="趙老師還有：保管的固定資產 學生課桌椅 升降式 200套。請先辦理移交或歸還"):
        change_person(cast.li, **facts, is_active=False)
    assert Person.objects.get(pk=cast.zhao.pk).is_active is True
    change_person(cast.li, **facts, is_active=True)
    change_person(cast.li, person=cast.chen, name="陳師傅", post="維修工", is_active=False)
    with pytest.raises(Denied):
        change_person(cast.lin, **facts, is_active=True)

    assert Person.objects.get(pk=cast.chen.pk).is_active is False


def test_what_leaves_by_the_gate_has_a_pass(cast, desks):
    back = clock.today() + timedelta(days=3)
    facts = {"card": "KZY-01", "carrier": "林老師", "destination": "市體育館", "reason": "比賽佈置", "back_on": back}
    with pytest.raises(Denied):
        actions.issue_pass(cast.lin, quantity=20, **facts)
    with pytest.raises(Refused, match="在校只有200套，不夠201套"):
        actions.issue_pass(cast.zhou, quantity=201, **facts)
    actions.issue_pass(cast.zhou, quantity=20, **facts)
    paper = GatePass.objects.get()
    assert [task.step for task in Task.objects.open().of(cast.ma)] == ["assets.pass_let_through"]
    with pytest.raises(Refused, match="在校只有180套"):
        actions.issue_pass(cast.zhou, quantity=181, **facts)
    with pytest.raises(Denied):
        actions.let_through(cast.zhou, document=paper)
    actions.let_through(cast.ma, document=paper)
    with pytest.raises(Refused, match="現在是「已出門」"):
        actions.void_pass(cast.zhou, document=paper.pk, reason="x")
    with pytest.raises(Denied):
        actions.return_pass(cast.lin, document=paper.pk)
    actions.return_pass(cast.zhou, document=paper.pk)

    paper.refresh_from_db()
    assert (paper.state, paper.guard, paper.returned_on) == ("back", cast.ma, clock.today())
