"""Rows of an old ledger that disagree are set aside, decided one by one, and never dropped or taken in twice."""

import openpyxl
import pytest
from django.urls import reverse

from houqin.domains.assets import actions as assets
from houqin.domains.assets.models import AssetCard
from houqin.foundation.journal.checks import CHECKS
from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.registers import actions
from houqin.foundation.registers.aside import asides_of, proposals
from houqin.foundation.registers.importing import run_import
from houqin.foundation.registers.models import RowAside

from .test_pages import signed_in

HEAD = ("資產編號", "資產名稱", "計量單位", "數量", "單價", "原值", "取得日期", "校區", "存放地點", "使用人")
ROWS = (
    ("ZC01", "書櫃", "個", 4, 520, 2080, "2019.03.05", "南校區", "教學樓105室", "林老師"),
    ("ZC02", "講桌", "張", 1, 860, 860, "2019.03.05", "南校區", "教學樓105室", ""),
    ("ZC01", "書櫃", "個", 2, 520, 1040, "2020.09.01", "北校區", "教學樓105室", ""),
    ("ZC03", "投影儀", "臺", 3, 5200, 15000, "2018.10.10", "南校區", "教學樓105室", ""),
    ("ZC04", "餐桌", "張", 8, 980, 7840, "2018.10.10", "北校區", "舊食堂二樓", ""),
)


@pytest.fixture
def sheet(tmp_path):
    book = openpyxl.Workbook()
    page = book.active
    page.title = "校產"
    page.append(["固定資產台賬"])
    page.append(HEAD)
    for row in ROWS:
        page.append(row)
    page.append(["合計", "", "", 18, "", 26820])
    path = tmp_path / "固定資產台賬.xlsx"
    book.save(path)
    return path


@pytest.fixture
def aside(cast, sheet):
    report = run_import(cast.zhou, [sheet], add_missing=["doubtful"])
    assert report.written and not report.is_refused, report.as_json()
    return {f"{one.said} {one.row}": one for one in RowAside.objects.all()}


def row(number):
    return RowAside.objects.get(row=number)


def test_without_asking_nothing_is_written_and_setting_aside_is_offered(cast, sheet):
    report = run_import(cast.zhou, [sheet])

    assert report.is_refused and not AssetCard.objects.exists() and not RowAside.objects.exists()
    (offer,) = [one for one in report.offers if one["what"] == "doubtful"]
    assert (offer["name"], offer["rows"]) == ("固定資產卡片", 3)


def test_what_disagrees_waits_and_the_rest_goes_in(cast, aside):
    assert sorted(AssetCard.objects.values_list("number", flat=True)) == ["ZC01", "ZC02"]
    told = list(RowAside.objects.order_by("row").values_list("row", "columns", "state"))
    assert told == [(5, "number", "open"), (6, "value", "open"), (7, "place", "open")]
    assert "和第 3 行重複，內容卻不同" in row(5).reasons
    assert "3 × 5200.00 元 = 15600.00 元，原值寫的是 15000.00 元" in row(6).reasons
    assert "舊食堂二樓" in row(7).reasons
    assert row(7).cells["place"] == "舊食堂二樓"


def test_the_same_sheet_again_changes_nothing_before_or_after_the_decision(cast, aside, sheet):
    again = run_import(cast.zhou, [sheet], add_missing=["doubtful"])
    assert [(one.added, one.aside, one.unchanged) for one in again.sections] == [(0, 0, 5)]
    actions.take_row(cast.zhou, document=row(5), cells={"number": "ZC01-2"})
    actions.take_row(cast.zhou, document=row(6), cells={"unit_price": ""})
    actions.leave_row_out(cast.zhou, document=row(7), reason="食堂二樓已拆，餐桌在另一本賬上")

    third = run_import(cast.zhou, [sheet])
    assert not third.is_refused
    assert [(one.added, one.unchanged) for one in third.sections] == [(0, 5)]
    assert (AssetCard.objects.count(), RowAside.objects.count()) == (4, 3)


def test_a_repeated_number_is_renumbered(cast, aside):
    ((label, cells),) = proposals(row(5), cast.zhou)
    assert (label, cells) == ("換編號「ZC01-2」收入", {"number": "ZC01-2"})
    made = actions.take_row(cast.zhou, document=row(5), cells="資產編號：ZC01-2")

    card = AssetCard.objects.get(number="ZC01-2")
    assert (card.quantity, card.value, str(card.place)) == (2, 104_000, "北校區教學樓105室")
    done = row(5)
    assert (done.state, done.decided_by, done.decision) == ("taken", cast.zhou, "資產編號「ZC01」→「ZC01-2」")
    assert Entry.objects.get(kind="assets.added", document_id=card.pk).because == made
    assert [finding.sentence for check in CHECKS for finding in check.look()] == []


def test_or_joined_to_the_card_of_its_number(cast, aside):
    actions.merge_row(cast.zhou, document=row(5), reason="同一批，後添的")

    card = AssetCard.objects.get(number="ZC01")
    assert (card.quantity, card.value, card.unit_price) == (6, 312_000, 52_000)
    lying = {held.account.name: held.quantity for held in card.holdings()}
    assert lying == {"南校區教學樓105室": 4, "北校區教學樓105室": 2}
    assert row(5).decision == "併入 ZC01；同一批，後添的"
    assert [finding.sentence for check in CHECKS for finding in check.look()] == []


def test_another_thing_is_not_joined(cast, aside):
    with pytest.raises(Refused, match="不是一樣東西，不能併入"):
        actions.merge_row(cast.zhou, document=row(5), cells={"name": "課桌"})
    with pytest.raises(Refused, match="沒有編號「ZC03」的一筆"):
        actions.merge_row(cast.zhou, document=row(6))
    assert AssetCard.objects.get(number="ZC01").quantity == 4


@pytest.mark.parametrize(("choice", "value", "price"), [(0, 1_500_000, 500_000), (1, 1_560_000, 520_000)])
def test_one_of_two_readings_of_the_value_is_kept(cast, aside, choice, value, price):
    offered = proposals(row(6), cast.zhou)
    assert [label for label, _cells in offered] == [
        "以原值 15000.00 元為準，不記單價",
        "以單價為準，原值記 15600.00 元",
    ]
    actions.take_row(cast.zhou, document=row(6), cells=offered[choice][1])

    card = AssetCard.objects.get(number="ZC03")
    assert (card.value, card.unit_price) == (value, price)


def test_an_unknown_place_is_put_on_its_campus_with_what_was_written(cast, aside):
    ((label, cells),) = proposals(row(7), cast.zhou)
    assert label == "先記在北校區，原地點寫進備註"
    actions.take_row(cast.zhou, document=row(7), cells=cells)

    card = AssetCard.objects.get(number="ZC04")
    assert (card.place, card.note) == (cast.north, "原存放地點：舊食堂二樓")


def test_a_decision_that_does_not_help_leaves_the_row_open(cast, aside):
    with pytest.raises(Refused, match="原值寫的是 15000.00 元"):
        actions.take_row(cast.zhou, document=row(6))
    with pytest.raises(Refused, match="沒有「顏色」這一欄"):
        actions.take_row(cast.zhou, document=row(6), cells="顏色：紅")
    with pytest.raises(Refused, match="資產編號 ZC01 已經有卡片"):
        actions.take_row(cast.zhou, document=row(5))
    assert set(RowAside.objects.values_list("state", flat=True)) == {"open"}
    actions.leave_row_out(cast.zhou, document=row(6), reason="重複登記")
    with pytest.raises(Refused, match="現在是「不收」"):
        actions.take_row(cast.zhou, document=row(6), cells={"unit_price": ""})


def test_a_stranger_decides_nothing_and_sees_nothing(cast, aside):
    assert asides_of(cast.zhou).count() == 3 and asides_of(cast.lin).count() == 0
    for verb, facts in (
        (actions.take_row, {"cells": {"number": "X"}}),
        (actions.merge_row, {}),
        (actions.leave_row_out, {"reason": "x"}),
    ):
        with pytest.raises(Denied):
            verb(cast.lin, document=row(5), **facts)


def test_no_name_of_a_row_set_aside_reaches_the_journal(cast, sheet, aside):
    actions.take_row(cast.zhou, document=row(5), cells={"number": "ZC01-2", "custodian": "林老師"})
    assert not any("林老師" in asked for asked in Entry.objects.values_list("asked", flat=True))
    assert assets.import_card.hidden


def test_rows_are_decided_on_a_page_one_after_the_other(cast, aside):
    client, address = signed_in(cast.zhou), reverse("hand_page", args=["registers.doubts"])
    assert "舊食堂二樓" in client.get(address).content.decode()
    page = client.get(f"{address}{row(6).pk}")
    assert [label for _place, label in page.context["offers"]][0] == "以原值 15000.00 元為準，不記單價"

    refused = client.post(f"{address}{row(6).pk}", {"decision": "take", "cell-value": "15001"})
    assert refused.status_code == 422 and "15001.00" in refused.content.decode()
    answer = client.post(f"{address}{row(6).pk}", {"decision": "offer-0"})
    assert answer["Location"] == f"{address}{row(5).pk}"
    client.post(f"{address}{row(5).pk}", {"decision": "take", "cell-number": "ZC77"})
    last = client.post(f"{address}{row(7).pk}", {"decision": "left_out", "reason": "已拆"})
    assert last["Location"] == reverse("register", args=["registers.asides"])
    assert dict(RowAside.objects.values_list("row", "state")) == {5: "taken", 6: "taken", 7: "left_out"}
    assert AssetCard.objects.get(number="ZC77").quantity == 2
    assert signed_in(cast.lin).get(f"{address}{row(5).pk}").status_code == 404
