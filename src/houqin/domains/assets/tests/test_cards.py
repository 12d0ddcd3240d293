"""Cards: what is added, where it lies, who keeps it, how it leaves."""

from datetime import date

import pytest

from houqin.domains.assets import actions
from houqin.domains.assets.checks import nothing_is_created_or_lost
from houqin.domains.assets.models import AssetCard, HandOver
from houqin.domains.assets.prints import handover_paper
from houqin.foundation.journal.actions import Invalid, batch
from houqin.foundation.journal.models import Balance, Commodity, Entry, Measure
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.org.holdings import HOLDINGS
from houqin.foundation.org.models import Person
from houqin.foundation.signing.models import Task

from .conftest import DESKS


def lying(card):
    return {balance.account.name: balance.quantity for balance in card.holdings()}


def test_a_card_is_a_commodity_that_lies_where_it_was_put(cast, desks):
    entry = Entry.objects.get(kind="assets.added")

    assert (entry.category, entry.place, entry.occurred_on) == ("bought", cast.south, date(2018, 8, 14))
    assert dict(entry.measures.values_list("name", "quantity")) == {"value": 3_200_000}
    assert (desks.commodity.category, desks.commodity.counter) == ("desk_set", "套")
    assert lying(desks) == {"南校區": 200}
    assert (desks.custodian, desks.unit_price, desks.value, desks.campus) == (cast.zhao, 16_000, 3_200_000, cast.south)
    assert "趙老師" not in entry.asked


def test_value_and_price_are_filled_from_each_other(cast):
    actions.add_card(cast.zhou, **{**DESKS, "value": None})
    actions.add_card(cast.zhou, **{**DESKS, "number": "KZY-02", "unit_price": None})
    actions.add_card(cast.zhou, **{**DESKS, "number": "KZY-03", "quantity": 3, "unit_price": None, "value": 100})
    actions.add_card(cast.zhou, **{**DESKS, "number": "KZY-04", "quantity": 3, "unit_price": "33.33", "value": 100})

    assert list(AssetCard.objects.order_by("number").values_list("unit_price", "value")) == [
        (16_000, 3_200_000),
        (16_000, 3_200_000),
        (None, 10_000),
        (3_333, 10_000),
    ]


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"value": 33000}, "200 × 160.00 元 = 32000.00 元，原值寫的是 33000.00 元"),
        ({"quantity": 0}, "不能小於 1"),
        ({"place": None}, "請寫存放地點"),
        ({"place": "東校區"}, "沒有叫「東校區」的場所"),
        ({"place": "北校區教學樓105室", "campus": "南校區"}, "「北校區教學樓105室」不在南校區"),
        ({"name": ""}, "資產名稱"),
    ],
)
def test_a_card_that_contradicts_itself_is_refused(cast, facts, sentence):
    with pytest.raises(Invalid, match=sentence):
        actions.add_card(cast.zhou, **{**DESKS, **facts})

    assert not AssetCard.objects.exists()
    assert not Commodity.objects.filter(code__startswith="asset:").exists()


def test_the_campus_tells_which_room_of_a_name_is_meant(cast):
    actions.add_card(cast.zhou, **{**DESKS, "place": "教學樓105室", "campus": "北校區"})

    assert AssetCard.objects.get().place == cast.north_105


def test_a_number_is_given_once(cast, desks):
    with pytest.raises(Refused, match="資產編號 KZY-01 已經有卡片"):
        actions.add_card(cast.zhou, **DESKS)
    with pytest.raises(Refused, match="資產編號 KZY-02 已經有卡片"), batch(cast.zhou) as unit:
        actions.import_card.into(unit, {**DESKS, "number": "KZY-02"})
        actions.import_card.into(unit, {**DESKS, "number": "KZY-02"})


def test_a_card_without_a_number_gets_one(cast):
    actions.add_card(cast.zhou, **{**DESKS, "number": ""})

    assert AssetCard.objects.get().number == "ZC-2018-0001"


def test_a_batch_is_split_over_rooms_of_its_campus(cast, desks):
    actions.move_room(cast.wang, document=desks, source=cast.south, target=cast.south_105, quantity=48)

    assert lying(desks) == {"南校區": 152, "南校區教學樓105室": 48}
    desks.refresh_from_db()
    assert desks.place == cast.south
    actions.move_room(cast.wang, document=desks, source=cast.south, target=cast.south_105, quantity=152)
    desks.refresh_from_db()
    assert (lying(desks), desks.place) == ({"南校區教學樓105室": 200}, cast.south_105)


@pytest.mark.parametrize(
    ("source", "target", "quantity", "sentence"),
    [
        ("south", "north", 10, "跨校區移動要開調撥單"),
        ("south", "south", 10, "沒有東西移動"),
        ("south", "south_105", 201, "資產卡片 KZY-01「學生課桌椅 升降式」在「南校區」只有200套，不夠201套"),
        ("south_105", "south", 1, "在「南校區教學樓105室」只有0套，不夠1套"),
    ],
)
def test_a_move_that_cannot_be_is_refused(cast, desks, source, target, quantity, sentence):
    with pytest.raises(Refused, match=sentence):
        actions.move_room(
            cast.wang, document=desks, source=getattr(cast, source), target=getattr(cast, target), quantity=quantity
        )

    assert lying(desks) == {"南校區": 200}


def test_custody_changes_before_a_third_person(cast, desks):
    with pytest.raises(Refused, match="監交人要是移交人和接收人以外的第三個人"):
        actions.change_custodian(cast.zhou, document=desks, custodian=cast.lin, supervisor=cast.zhao)
    with pytest.raises(Refused, match="趙老師已經是保管人"):
        actions.change_custodian(cast.zhou, document=desks, custodian=cast.zhao, supervisor=cast.li)
    actions.change_custodian(cast.zhou, document=desks, custodian=cast.lin, supervisor=cast.li, reason="調崗")

    desks.refresh_from_db()
    assert (desks.custodian, HandOver.objects.get().state_label) == (cast.zhao, "待移交人簽")
    for verb, signer in (("give_over", cast.zhao), ("take_over", cast.lin), ("witness_handover", cast.li)):
        for stranger in {cast.zhao, cast.lin, cast.li, cast.zhou} - {signer}:
            with pytest.raises(Denied):
                getattr(actions, verb)(stranger, document=HandOver.objects.get())
        assert AssetCard.objects.get().custodian == cast.zhao
        assert [task.person for task in Task.objects.open()] == [signer]
        getattr(actions, verb)(signer, document=HandOver.objects.get())

    desks.refresh_from_db()
    assert (desks.custodian, desks.custodian_name) == (cast.lin, "林老師")


def test_a_card_is_on_one_list_at_a_time(cast, desks):
    actions.change_custodian(cast.zhou, document=desks, custodian=cast.lin, supervisor=cast.li)

    with pytest.raises(Refused, match="已在移交清冊 YJ-.* 上待簽"):
        actions.change_custodian(cast.zhou, document=desks, custodian=cast.zhou, supervisor=cast.li)


def test_what_nobody_kept_is_taken_before_a_witness(cast, desks):
    AssetCard.objects.update(custodian=None, custodian_name="")
    desks.refresh_from_db()
    actions.change_custodian(cast.zhou, document=desks, custodian=cast.lin, supervisor=cast.li)

    actions.take_over(cast.lin, document=HandOver.objects.get())
    assert AssetCard.objects.get().custodian is None
    actions.witness_handover(cast.li, document=HandOver.objects.get())

    assert AssetCard.objects.get().custodian == cast.lin
    assert "（無保管人）" in HandOver.objects.get().title()


def test_for_a_giver_who_is_gone_the_principal_signs_with_a_reason(cast, desks):
    Person.objects.filter(pk=cast.zhao.pk).update(is_active=False)
    actions.change_custodian(cast.zhou, document=desks, custodian=cast.lin, supervisor=cast.li)
    for other in (cast.li, cast.admin, cast.zhou, cast.lin):
        with pytest.raises(Denied):
            actions.excuse_giver(other, document=HandOver.objects.get(), reason="已病故")

    actions.excuse_giver(cast.principal, document=HandOver.objects.get(), reason="已病故")
    actions.take_over(cast.lin, document=HandOver.objects.get())
    actions.witness_handover(cast.li, document=HandOver.objects.get())

    paper = handover_paper(HandOver.objects.get())
    assert AssetCard.objects.get().custodian == cast.lin
    assert ("備註", "移交人趙老師未到場，校長周校長代簽：已病故") in paper.facts
    assert Measure.objects.filter(name="not_separated").count() == 1


@pytest.mark.parametrize("part", ["custodian", "supervisor"])
def test_nor_does_the_principal_sign_for_two(cast, desks, part):
    facts = {"custodian": cast.lin, "supervisor": cast.li} | {part: cast.principal}
    actions.change_custodian(cast.zhou, document=desks, **facts)

    with pytest.raises(Refused, match="不能再代移交人簽字"):
        actions.excuse_giver(cast.principal, document=HandOver.objects.get(), reason="出差")


def test_what_a_person_keeps_is_known(cast, desks):
    assert [(one.thing, one.quantity, one.value) for one in HOLDINGS["assets.cards"].of(cast.zhao)] == [
        ("學生課桌椅 升降式", 200, 3_200_000)
    ]
    assert HOLDINGS["assets.cards"].of(cast.lin) == []


SCRAP = {"quantity": 50, "way": "報廢", "approval_number": "財資〔2019〕3號", "reason": "桌面開裂"}


def test_what_is_scrapped_leaves_its_place_with_its_value(cast, desks):
    entry = actions.dispose(cast.zhou, document=desks, **SCRAP)

    assert lying(desks) == {"南校區": 150}
    assert (entry.category, dict(entry.measures.values_list("name", "quantity"))) == ("scrapped", {"value": 800_000})
    assert AssetCard.objects.get().state == "held"
    actions.dispose(cast.zhou, document=desks, **{**SCRAP, "quantity": 150})
    assert AssetCard.objects.get().state == "disposed"
    assert list(nothing_is_created_or_lost()) == []


def test_nothing_leaves_without_its_approval_number(cast, desks):
    with pytest.raises(Invalid, match="批覆文號"):
        actions.dispose(cast.zhou, document=desks, **{**SCRAP, "approval_number": ""})


def test_what_is_younger_than_its_life_needs_a_word_more(cast, desks):
    AssetCard.objects.update(life_years=15)
    with pytest.raises(Refused, match="規定年限到 2033-08-14 才滿"):
        actions.dispose(cast.zhou, document=desks.pk, **SCRAP)
    actions.dispose(cast.zhou, document=desks.pk, **SCRAP, early_reason="火災損毀")

    assert Entry.objects.get(kind="assets.disposed").reason == "桌面開裂；火災損毀；財資〔2019〕3號"


def test_a_computer_is_wiped_before_it_goes(cast):
    actions.add_card(cast.zhou, **{**DESKS, "name": "台式電腦", "counter": "臺"})
    card = AssetCard.objects.get()
    with pytest.raises(Refused, match="清除存儲介質"):
        actions.dispose(cast.zhou, document=card, **SCRAP)
    actions.dispose(cast.zhou, document=card, **SCRAP, media_wiped=True)

    assert lying(card) == {"南校區": 150}


def test_more_than_there_is_cannot_be_scrapped(cast, desks):
    with pytest.raises(Refused, match="只有200套，不夠201套"):
        actions.dispose(cast.zhou, document=desks, **{**SCRAP, "quantity": 201})


def test_a_card_that_does_not_add_up_is_found(cast, desks):
    Balance.objects.filter(account__role="place").update(quantity=199)

    assert [finding.sentence for finding in nothing_is_created_or_lost()] == [
        "資產卡片 KZY-01「學生課桌椅 升降式」數量是 200，各處合計是 199。"
    ]


@pytest.mark.parametrize("verb", ["add_card", "import_card", "move_room", "change_custodian", "dispose"])
def test_a_stranger_may_not_touch_assets(cast, desks, verb):
    given = {
        "add_card": {**DESKS, "number": "KZY-09"},
        "import_card": {**DESKS, "number": "KZY-09"},
        "move_room": {"document": desks, "source": cast.south, "target": cast.south_105, "quantity": 1},
        "change_custodian": {"document": desks, "custodian": cast.lin, "supervisor": cast.li},
        "dispose": {"document": desks, **SCRAP},
    }
    before = Entry.objects.count()
    with pytest.raises(Denied):
        getattr(actions, verb)(cast.zhao, **given[verb])

    assert Entry.objects.count() == before
