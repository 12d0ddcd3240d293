"""The opening of term: headcounts × kit lists, handed out once, signed by the class teacher, topped up later."""

from datetime import timedelta

import pytest

from houqin.domains.stores import actions, reports
from houqin.domains.stores.models import Distribution, DistributionLine
from houqin.foundation.journal.figures import Reading
from houqin.foundation.journal.models import Balance
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.signing.models import Task
from houqin.kit import clock
from houqin.kit.periods import Period


@pytest.fixture
def kits(stores):
    for name, counter, grade, per, quantity in (
        ("語文課本", "本", "一年級", "每生", 1),
        ("作業本", "本", "", "每生", 5),
        ("掃把", "把", "", "每班", 2),
        ("備課本", "本", "", "教師", 1),
    ):
        actions.set_kit(stores.cast.li, name=name, counter=counter, grade=grade, per=per, quantity=quantity)
    return stores


def plan(stores, **facts):
    return actions.plan_distribution(stores.cast.li, term=stores.term, **facts)


def sheet(school_class):
    return Distribution.objects.get(school_class=school_class)


def test_headcount_times_each_is_what_a_class_gets(kits):
    plan(kits)
    lines = DistributionLine.objects.order_by("distribution", "pk")
    told = [(row.distribution.school_class.name, row.item.name, row.heads, row.per_head, row.planned) for row in lines]
    assert told == [
        ("一(1)班", "掃把", 1, 2, 2),
        ("一(1)班", "語文課本", 40, 1, 40),
        ("一(1)班", "作業本", 40, 5, 200),
        ("一(1)班", "備課本", 1, 1, 1),
        ("二(1)班", "掃把", 1, 2, 2),
        ("二(1)班", "作業本", 38, 5, 190),
        ("二(1)班", "備課本", 1, 1, 1),
    ]
    assert sheet(kits.one).place == kits.north


def test_planned_again_nothing_is_added_twice(kits):
    plan(kits)
    with pytest.raises(Refused, match="都已經編好"):
        plan(kits)
    kits.one.pupils = 42
    kits.one.save()
    plan(kits)
    assert DistributionLine.objects.count() == 7
    assert DistributionLine.objects.get(item__name="語文課本").planned == 42
    with pytest.raises(Denied):
        actions.plan_distribution(kits.cast.zhao, term=kits.term)


def test_what_is_missing_shows_against_stock(kits):
    kits.buy("作業本 300本 1元\n語文課本 40本 8元")
    plan(kits)
    missing = {one.item.name: (one.needed, one.there, one.missing) for one in reports.shortages(term=kits.term)}
    assert missing == {"作業本": (390, 300, 90), "備課本": (2, 0, 2), "掃把": (4, 0, 4)}


def test_a_class_gets_what_is_there_its_teacher_signs_and_the_rest_is_topped_up(kits):
    kits.buy("作業本 250本 1元\n語文課本 40本 8元\n掃把 10把 6元\n備課本 5本 3元")
    plan(kits)
    actions.distribute(kits.cast.wang, document=sheet(kits.one))
    paper = sheet(kits.one)
    assert (paper.state, [row["missing"] for row in reports.sign_sheet(paper)]) == ("distributed", [0, 0, 0, 0])
    actions.distribute(kits.cast.wang, document=sheet(kits.two))
    assert {row["item__name"]: row["missing"] for row in reports.sign_sheet(sheet(kits.two))} == {
        "掃把": 0, "作業本": 140, "備課本": 0
    }  # fmt: skip

    assert Task.objects.open().of(kits.deng).get().step == "stores.distribution_signed"
    with pytest.raises(Denied):
        actions.sign_distribution(kits.cast.lin, document=sheet(kits.two))
    actions.sign_distribution(kits.deng, document=sheet(kits.two))
    assert sheet(kits.two).state == "short"
    actions.sign_distribution(kits.cast.lin, document=sheet(kits.one))
    assert sheet(kits.one).state == "signed"

    with pytest.raises(Refused, match="一件也沒有"):
        actions.distribute(kits.cast.wang, document=sheet(kits.two))
    kits.buy("作業本 200本 1元")
    actions.distribute(kits.cast.wang, document=sheet(kits.two))
    actions.sign_distribution(kits.deng, document=sheet(kits.two))
    line = DistributionLine.objects.get(distribution=sheet(kits.two), item__name="作業本")
    assert (sheet(kits.two).state, line.issued, line.topped_up_on) == ("signed", 190, clock.today())
    assert kits.held("作業本") == 60
    used = Balance.objects.get(account__code=f"used:class:{kits.two.pk}", commodity__item__name="作業本")
    assert used.quantity == 190


def test_nothing_is_issued_twice(kits):
    kits.buy("作業本 900本 1元\n語文課本 90本 8元\n掃把 10把 6元\n備課本 5本 3元")
    plan(kits)
    actions.distribute(kits.cast.wang, document=sheet(kits.one))
    with pytest.raises(Refused, match="現在是「已發放待簽收」"):
        actions.distribute(kits.cast.wang, document=sheet(kits.one))
    actions.sign_distribution(kits.cast.lin, document=sheet(kits.one))
    with pytest.raises(Refused, match="現在是「已簽收發齊」"):
        actions.distribute(kits.cast.wang, document=sheet(kits.one))
    with pytest.raises(Refused, match="不能發 191"):
        actions.distribute(kits.cast.wang, document=sheet(kits.two), quantities={"作業本": 191})
    with pytest.raises(Denied):
        actions.distribute(kits.deng, document=sheet(kits.two))


def test_what_a_pupil_costs_and_what_the_summary_says(kits):
    kits.buy("作業本 900本 1元\n語文課本 90本 8元\n掃把 10把 6元\n備課本 5本 3元")
    plan(kits)
    actions.distribute(kits.cast.wang, document=sheet(kits.one))
    assert list(reports.cost_per_pupil(term=kits.term)) == [(kits.one, 53500, 40), (kits.two, 0, 38)]
    today = clock.today()
    day_by_day = [
        Reading(Period(day, day))["stores.pupils_supplied"].value
        for day in (today - timedelta(days=1), today, today + timedelta(days=1))
    ]
    assert day_by_day == [0, 40, 0]
    reading = Reading(Period(today, today))
    assert {
        name: reading[f"stores.{name}"].value
        for name in ("classes_supplied", "class_goods_value", "sheets_unsigned", "issued_items")
    } == {"classes_supplied": 1, "class_goods_value": 53500, "sheets_unsigned": 1, "issued_items": 4}


def test_an_item_leaves_the_kit_list_for_the_next_term(kits):
    actions.remove_kit(kits.cast.li, name="備課本")
    with pytest.raises(Refused, match="沒有「備課本」"):
        actions.remove_kit(kits.cast.li, name="備課本")
    plan(kits)
    assert not DistributionLine.objects.filter(item__name="備課本").exists()
    with pytest.raises(Denied):
        actions.set_kit(kits.cast.zhao, name="掃把", per="每班", quantity=9)
