"""Every form of fixed assets as it comes out of the printer."""

from datetime import date, time, timedelta

import pytest

from houqin.domains.assets import actions
from houqin.domains.assets.models import AssetCard, DeskPlan, Disposal, GatePass, HandOver, Transfer
from houqin.domains.assets.prints import room_slips
from houqin.foundation.org.models import SchoolClass
from houqin.foundation.registers.tabulations import printed
from houqin.foundation.signing.prints import PRINTS, prints_of
from houqin.kit import clock

from .conftest import DESKS

TODAY = date(2034, 3, 1)


def slips(name, document, person):
    return list(PRINTS[name].slips(document, person))


def test_a_transfer_slip_has_both_hands_and_what_the_desks_are_worth(cast, desks):
    actions.request_transfer(cast.lin, card=desks, source=cast.south, target=cast.north, quantity=100, reason="補缺")
    paper = Transfer.objects.get()
    actions.approve_transfer(cast.li, document=paper, approval_number="總〔2026〕3號")
    actions.send_transfer(cast.zhou, document=paper.pk)
    actions.receive_transfer(cast.wang, document=paper.pk)

    (slip,) = slips("assets.transfer/slip", Transfer.objects.get(), cast.li)
    row, total = slip.tables[0].rows
    assert row[:6] == ("KZY-01", "學生課桌椅", "升降式", "套", "100", "16000.00")
    assert float(row[6]) + float(row[7]) == 16000 and row[8] == "100"
    assert total[0] == "合計" and total[4:6] == ("100", "16000.00")
    assert [(label, name.partition(" ")[0]) for label, name in slip.signatures] == [
        ("調出經手", "周資產"), ("調入經手", "王保管"), ("資產管理員", ""), ("財務", ""), ("審批", "李主任"),
    ]  # fmt: skip


def test_a_past_slip_of_two_things_is_one_paper(cast, desks):
    actions.add_card(cast.zhou, **{**DESKS, "number": "SG-01", "name": "書櫃", "quantity": 4, "value": 640})
    for card, quantity in (("KZY-01", 20), ("SG-01", 2)):
        actions.import_transfer(
            cast.zhou, slip="DB9", source="南校區", target="北校區", card=card, quantity=quantity,
            occurred_on=date(2019, 3, 5), sender="王保管",
        )  # fmt: skip

    (slip,) = slips("assets.transfer/slip", Transfer.objects.last(), cast.li)
    assert (slip.number, [row[0] for row in slip.tables[0].rows]) == ("DB9", ["KZY-01", "SG-01", "合計"])


def test_an_application_shows_three_opinions_or_room_for_them(cast, desks):
    actions.request_disposal(
        cast.zhou, card="KZY-01", quantity=50, way="報廢", reason="桌面開裂", early_reason="火災", is_stolen=False
    )
    disposal = Disposal.objects.get()
    actions.appraise(cast.chen, document=disposal.pk, opinion="無法修復")

    (slip,) = slips("assets.disposal/application", Disposal.objects.get(), cast.li)
    assert slip.tables[0].rows[0][:2] == ("KZY-01", "學生課桌椅")
    assert [row[:2] for row in slip.tables[1].rows] == [("陳師傅", "無法修復"), ("", ""), ("", "")]
    assert "原因：桌面開裂" in slip.text and "未到規定年限的說明：火災" in slip.text
    (sheet,) = slips("assets.disposal/appraisal", Disposal.objects.get(), cast.li)
    assert sheet.tables[1] == slip.tables[1]


def test_what_is_disposed_of_has_no_gate_pass_before_its_approval_number(cast, desks):
    actions.request_disposal(cast.zhou, card="KZY-01", quantity=50, way="報廢", reason="開裂", early_reason="火災")
    disposal = Disposal.objects.get()
    assert {one.name for one in prints_of(disposal, cast.li)} == {"application", "appraisal"}
    for person in (cast.chen, cast.wang, cast.lin):
        actions.appraise(person, document=disposal.pk, opinion="同意")
    today = clock.today()
    with clock.standing_at(clock.at(today - timedelta(days=9), time(9))):
        actions.announce(cast.zhou, document=disposal.pk, days=5)
    actions.approve_disposal(cast.principal, document=disposal.pk, school_opinion="同意")
    assert "gate" not in {one.name for one in prints_of(Disposal.objects.get(), cast.li)}
    actions.authorise(cast.zhou, document=disposal.pk, authority="市教育局", approval_number="市財資3號")

    disposal = Disposal.objects.get()
    assert "gate" in {one.name for one in prints_of(disposal, cast.li)}
    (slip,) = slips("assets.disposal/gate", disposal, cast.li)
    assert ("批覆文號", "市財資3號") in slip.facts
    assert slip.tables[0].rows[0][0] == "KZY-01" and slip.tables[0].rows[0][-1] == "50"


def test_a_gate_pass_is_printed_for_the_guard_and_for_the_thing(cast, desks):
    actions.issue_pass(
        cast.zhou, card="KZY-01", quantity=20, carrier="林老師", destination="市體育館", reason="比賽佈置",
        back_on=clock.today() + timedelta(days=3),
    )  # fmt: skip
    actions.let_through(cast.ma, document=GatePass.objects.get())

    both = slips("assets.gate_pass/pass", GatePass.objects.get(), cast.ma)
    assert [one.number.partition("　")[2] for one in both] == ["門衛存", "隨物"]
    assert dict(both[0].signatures)["放行門衛"].startswith("馬門衛 ")


def test_a_card_says_what_it_is_worth_today(cast, desks):
    (slip,) = slips("assets.card/card", AssetCard.objects.get(), cast.zhou)

    told = {cell: row[place + 1] for row in slip.tables[0].rows for place, cell in enumerate(row) if place % 2 == 0}
    today = clock.today()
    months = (today.year - 2018) * 12 + today.month - 8 + 1
    written_off = 3_200_000 * months // 180
    assert told[f"累計折舊（{today}）"] == f"{written_off // 100}.{written_off % 100:02d}"
    assert told["折舊年限"] == "15" and told["原值"] == "32000.00"
    assert slip.tables[1].rows == (("南校區", "200"),)
    assert slip.tables[2].rows[0][1] == "新增資產卡片"


def test_a_desk_plan_lists_needs_and_moves(cast, desks):
    for campus, name in ((cast.south, "一1班"), (cast.north, "一2班")):
        SchoolClass.objects.create(campus=campus, name=name, folded=name, pupils=100)
    actions.plan_desks(cast.zhou, van=100)

    (slip,) = slips("assets.desk_plan/plan", DeskPlan.objects.get(), cast.zhou)
    assert [table.rows for table in slip.tables][-1] == (("校區間調運", "南校區", "北校區", "100"),)


def test_all_rooms_print_as_one_file_and_ask_no_more_often(cast, desks, django_assert_num_queries):
    actions.move_room(cast.wang, document=desks, source=cast.south, target=cast.south_105, quantity=48)
    actions.add_card(cast.zhou, **{**DESKS, "number": "BX-01", "name": "冰箱", "place": cast.canteen})
    places = [cast.south, cast.south_105, cast.canteen, cast.north_105]
    for place in places:
        place.parent  # noqa: B018  # as a caller that asked for it at once
    with django_assert_num_queries(3):
        found = room_slips(places)

    assert [dict(one.facts)["室名"] for one in found] == ["南校區", "教學樓105室", "食堂"]


@pytest.mark.parametrize("format", ["pdf", "docx", "html"])
def test_every_form_comes_out_in_every_format(cast, desks, format):
    actions.prepare_handover(cast.zhou, giver="趙老師", taker="林老師", witness="李主任", reason="調離")
    made = slips("assets.handover/list", HandOver.objects.get(), cast.zhou)

    content = printed([*made, *slips("assets.card/card", AssetCard.objects.get(), cast.zhou)], format)
    assert content[:4] == {"pdf": b"%PDF", "docx": b"PK\x03\x04", "html": b"<art"}[format]
