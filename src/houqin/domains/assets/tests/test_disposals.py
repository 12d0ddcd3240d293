"""Scrapping: three opinions, notice, school, authority's number, out, proceeds paid in (A08)."""

from datetime import date, time, timedelta

import pytest
import time_machine

from houqin.domains.assets import actions
from houqin.domains.assets.models import AssetCard, Disposal
from houqin.foundation.journal.figures import Reading
from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Denied, Refused
from houqin.kit import clock
from houqin.kit.periods import Period

from .conftest import DESKS

TODAY = date(2034, 3, 1)
SCRAP = {"card": "KZY-01", "quantity": 50, "way": "報廢", "reason": "桌面開裂", "occurred_on": TODAY}


def lying(card):
    return {balance.account.name: balance.quantity for balance in card.holdings()}


@pytest.fixture(autouse=True)
def _years_later():
    with time_machine.travel(date(2034, 3, 20)):
        yield


@pytest.fixture
def requested(cast, desks):
    actions.request_disposal(cast.zhou, **SCRAP)
    return Disposal.objects.get()


def appraised(cast, disposal):
    for person, opinion in ((cast.chen, "無法修復"), (cast.wang, "同意報廢"), (cast.lin, "已不能使用")):
        actions.appraise(person, document=disposal.pk, opinion=opinion)


def approved(cast, disposal, by=None):
    appraised(cast, disposal)
    with clock.standing_at(clock.at(TODAY, time(9))):
        actions.announce(cast.zhou, document=disposal.pk, days=5)
    actions.approve_disposal(by or cast.li, document=disposal.pk, school_opinion="同意", occurred_on=date(2034, 3, 7))


def test_an_application_walks_all_its_steps(cast, requested, desks):
    approved(cast, requested)
    actions.authorise(cast.zhou, document=requested.pk, authority="市教育局", approval_number="市財資〔2034〕3號")
    assert lying(desks) == {"南校區": 200}
    actions.carry_out_disposal(cast.zhou, document=requested.pk, buyer="某回收站")
    with pytest.raises(Refused, match="要寫繳庫憑證號"):
        actions.settle_disposal(cast.qian, document=requested.pk, proceeds=300)
    actions.settle_disposal(cast.qian, document=requested.pk, proceeds=300, deposit_voucher="繳001")

    done = Disposal.objects.get()
    assert (done.state, done.value, done.depreciation, done.net_value) == ("settled", 800_000, 800_000, 0)
    assert (done.life_years, done.used_years, done.proceeds, done.is_early) == (15, 15, 30_000, False)
    assert list(done.opinions.order_by("pk").values_list("appraiser__name", "opinion")) == [
        ("陳師傅", "無法修復"),
        ("王保管", "同意報廢"),
        ("林老師", "已不能使用"),
    ]
    assert lying(desks) == {"南校區": 150}
    reading = Reading(Period(TODAY, date(2034, 3, 31)))
    names = ("things_disposed", "value_disposed", "proceeds")
    assert [reading[f"assets.{name}"].value for name in names] == [50, 800_000, 30_000]


def test_three_different_people_look_at_it(cast, requested):
    with pytest.raises(Denied, match="另一個人"):
        actions.appraise(cast.zhou, document=requested, opinion="壞了")
    with pytest.raises(Denied):
        actions.appraise(cast.ma, document=requested, opinion="壞了")
    actions.appraise(cast.chen, document=requested.pk, opinion="壞了")
    with pytest.raises(Denied, match="另一個人"):
        actions.appraise(cast.chen, document=requested.pk, opinion="還是壞的")
    with pytest.raises(Refused, match="現在是「一人已鑑定」"):
        actions.announce(cast.zhou, document=requested.pk)


def test_nothing_leaves_before_the_approval_number(cast, requested, desks):
    approved(cast, requested)
    with pytest.raises(Refused, match="現在是「待批覆」"):
        actions.carry_out_disposal(cast.zhou, document=requested.pk)
    with pytest.raises(Refused, match="批覆文號"):
        actions.authorise(cast.zhou, document=requested.pk, authority="市教育局", approval_number="")

    assert lying(desks) == {"南校區": 200}


def test_the_school_decides_after_the_notice(cast, requested):
    appraised(cast, requested)
    with clock.standing_at(clock.at(TODAY, time(9))):
        actions.announce(cast.zhou, document=requested.pk)
    with pytest.raises(Refused, match="公示到 2034-03-06 才滿"):
        actions.approve_disposal(cast.li, document=requested.pk, school_opinion="同意", occurred_on=date(2034, 3, 6))
    with pytest.raises(Denied):
        actions.approve_disposal(cast.zhou, document=requested.pk, school_opinion="同意", occurred_on=date(2034, 3, 7))


def test_what_is_younger_than_its_years_needs_a_reason_and_the_principal(cast, desks):
    with pytest.raises(Refused, match="規定年限 15 年還沒滿"):
        actions.request_disposal(cast.zhou, **{**SCRAP, "occurred_on": date(2033, 7, 31)})
    actions.request_disposal(cast.zhou, **{**SCRAP, "occurred_on": date(2033, 7, 31), "early_reason": "火災損毀"})
    disposal = Disposal.objects.get()
    assert (disposal.is_early, disposal.used_years) == (True, 14)
    with pytest.raises(Denied, match="要由校長審批"):
        approved(cast, disposal)
    actions.approve_disposal(cast.principal, document=disposal.pk, school_opinion="同意", occurred_on=date(2034, 3, 7))


@pytest.mark.parametrize(("day", "is_early"), [(date(2033, 8, 13), True), (date(2033, 8, 14), False)])
def test_the_years_are_over_on_the_day_they_are_full(cast, desks, day, is_early):
    actions.request_disposal(cast.zhou, **{**SCRAP, "occurred_on": day, "early_reason": "破損"})

    assert Disposal.objects.get().is_early is is_early


def test_a_computer_is_wiped_before_it_goes(cast):
    actions.add_card(cast.zhou, **{**DESKS, "number": "DN-01", "name": "台式電腦", "counter": "臺"})
    actions.request_disposal(cast.zhou, **{**SCRAP, "card": "DN-01"})
    disposal = Disposal.objects.get()
    assert (disposal.has_media, disposal.life_years) == (True, 6)
    approved(cast, disposal)
    actions.authorise(cast.zhou, document=disposal.pk, authority="市教育局", approval_number="1號")
    with pytest.raises(Refused, match="清除存儲介質"):
        actions.carry_out_disposal(cast.zhou, document=disposal.pk)
    actions.carry_out_disposal(cast.zhou, document=disposal.pk, media_wiped=True)

    assert lying(AssetCard.objects.get()) == {"南校區": 150}
    assert Disposal.objects.get().media_wiped is True


def test_what_was_stolen_stays_on_the_book_until_the_case_is_closed(cast, desks):
    with pytest.raises(Refused, match="先報案"):
        actions.request_disposal(cast.zhou, **SCRAP, is_stolen=True)
    actions.request_disposal(cast.zhou, **{**SCRAP, "way": "報損"}, is_stolen=True, case_number="公刑〔2034〕8號")
    disposal = Disposal.objects.get()
    approved(cast, disposal)
    actions.authorise(cast.zhou, document=disposal.pk, authority="市教育局", approval_number="1號")
    with pytest.raises(Refused, match="在結案以前留在賬上"):
        actions.carry_out_disposal(cast.zhou, document=disposal.pk)
    assert lying(desks) == {"南校區": 200}
    actions.carry_out_disposal(cast.zhou, document=disposal.pk, case_closed_on=TODAY)

    assert (lying(desks), Entry.objects.get(kind="assets.disposed").category) == ({"南校區": 150}, "lost")


def test_more_than_there_is_cannot_be_asked_and_strangers_cannot_ask(cast, desks):
    with pytest.raises(Refused, match="只有200套，不夠201套"):
        actions.request_disposal(cast.zhou, **{**SCRAP, "quantity": 201})
    with pytest.raises(Denied):
        actions.request_disposal(cast.ma, **SCRAP)


def test_an_application_is_withdrawn_by_who_made_it(cast, requested):
    with pytest.raises(Denied):
        actions.withdraw_disposal(cast.ma, document=requested, reason="x")
    with pytest.raises(Denied, match="申請人或資產管理員"):
        actions.withdraw_disposal(cast.lin, document=requested, reason="x")
    for verb, facts in (
        (actions.authorise, {"authority": "x", "approval_number": "1"}),
        (actions.carry_out_disposal, {}),
        (actions.settle_disposal, {"proceeds": 0}),
        (actions.announce, {}),
    ):
        with pytest.raises(Denied):
            verb(cast.ma, document=requested, **facts)
    actions.withdraw_disposal(cast.zhou, document=requested, reason="修好了")

    assert Disposal.objects.get().state == "withdrawn"


def test_what_goes_to_another_unit_is_a_disposal_with_its_receiver(cast, desks):
    actions.request_disposal(cast.zhou, **{**SCRAP, "way": "無償調出", "reason": "支援鄉鎮學校"})
    disposal = Disposal.objects.get()
    assert disposal.way == "ceded"
    approved(cast, disposal)
    actions.authorise(cast.zhou, document=disposal.pk, authority="市教育局", approval_number="市教資〔2034〕9號")
    with pytest.raises(Refused, match="要寫接收單位"):
        actions.carry_out_disposal(cast.zhou, document=disposal.pk)
    actions.carry_out_disposal(cast.zhou, document=disposal.pk, buyer="鄉中心小學")

    assert (lying(desks), Entry.objects.get(kind="assets.disposed").category) == ({"南校區": 150}, "ceded")
    assert Disposal.objects.get().buyer == "鄉中心小學"


def test_a_notice_is_not_put_up_on_a_day_that_is_over(cast, requested):
    appraised(cast, requested)
    with pytest.raises(Refused, match="不能倒填日期"):
        actions.announce(cast.zhou, document=requested.pk, occurred_on=clock.today() - timedelta(days=30))
