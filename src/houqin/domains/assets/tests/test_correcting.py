"""What a card says is corrected with a reason; how many, where, with whom and what worth move by their own papers."""

import pytest

from houqin.domains.assets import actions
from houqin.domains.assets.models import AssetCard
from houqin.foundation.journal.refused import Denied
from houqin.foundation.org.models import Correction, Role, RoleAssignment
from houqin.foundation.registers.importing import run_import

from .conftest import DESKS


def test_a_card_says_that_its_thing_is_to_be_repaired_and_keeps_all_else(cast, desks):
    actions.correct_card(cast.zhou, document=desks.pk, use="待修", using_unit="三年級組", tag="T-7", reason="桌面鬆了")

    card = AssetCard.objects.get()
    assert (card.use, card.using_unit, card.tag) == ("to_repair", "三年級組", "T-7")
    assert (card.name, card.quantity, card.value, card.custodian) == ("學生課桌椅", 200, 3_200_000, cast.zhao)
    told = Correction.objects.get(field="assets.assetcard.use")
    assert (told.before, told.after, told.reason) == ("", "待修", "桌面鬆了")


def test_the_page_of_the_card_offers_it_with_todays_values(cast, desks, login):
    browser = login(cast.zhou)

    page = browser.get(f"/documents/assets.card/{desks.pk}/do/assets.card_corrected/").content.decode()

    assert 'value="升降式"' in page and "更正原因" in page
    assert "assets.card_corrected" in browser.get(f"/documents/assets.card/{desks.pk}/").content.decode()


def test_the_years_of_a_thing_are_corrected_by_somebody_else(cast, desks):
    with pytest.raises(Denied, match="折舊年限」關係到折舊和報廢"):
        actions.correct_card(cast.zhou, document=desks.pk, life_years=3, reason="年限寫錯")

    actions.correct_card(cast.li, document=desks.pk, life_years=15, reason="年限寫錯")

    assert AssetCard.objects.get().life_years == 15


def test_a_stranger_and_a_keeper_of_the_other_campus_may_not(cast, desks):
    with pytest.raises(Denied):
        actions.correct_card(cast.zhao, document=desks.pk, tag="T-7", reason="貼錯")
    RoleAssignment.objects.create(person=cast.chen, role=Role.ASSET_MANAGER, place=cast.north, from_on="2018-01-01")
    with pytest.raises(Denied, match="管不到這裡"):
        actions.correct_card(cast.chen, document=desks.pk, tag="T-7", reason="貼錯")


def sheet(tmp_path, line):
    path = tmp_path / "卡片.csv"
    path.write_text(f"資產編號,資產名稱,數量,原值,取得日期,存放地點,使用狀況,使用人\n{line}\n", encoding="utf-8")
    return path


def test_a_sheet_corrects_the_use_of_a_card_but_never_its_quantity(cast, desks, tmp_path):
    good = sheet(tmp_path, "KZY-01,學生課桌椅,200,32000,2018-08-14,南校區,閒置,趙老師")
    assert run_import(cast.li, [good], register="assets.cards").is_refused
    assert run_import(cast.li, [good], register="assets.cards", add_missing=["corrections"]).written
    assert AssetCard.objects.get().use == "idle"

    for line, sentence in (
        ("KZY-01,學生課桌椅,150,32000,2018-08-14,南校區,在用,趙老師", "數量不能直接改"),
        ("KZY-01,學生課桌椅,200,99000,2018-08-14,南校區,在用,趙老師", "原值不能直接改"),
        ("KZY-01,學生課桌椅,200,32000,2018-08-14,南校區,在用,林老師", "請「辦理財產移交」"),
    ):
        report = run_import(cast.li, [sheet(tmp_path, line)], register="assets.cards", add_missing=["corrections"])
        assert sentence in str(report.as_json())
        assert not report.written
    assert AssetCard.objects.get().use == "idle"


def test_the_number_of_a_voided_card_is_free_again(cast, desks):
    actions.void_card(cast.li, document=desks.pk, reason="單價寫錯")

    actions.add_card(cast.zhou, **DESKS | {"unit_price": 150, "value": 30000})

    assert dict(AssetCard.objects.values_list("number", "state")) == {"KZY-01": "held", "KZY-01作廢": "void"}
