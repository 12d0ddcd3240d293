"""From the draft to the closed sheet: who may lead, what is frozen, what counters see, who counts again."""

from datetime import timedelta

import pytest

from houqin.domains.stocktakes import actions
from houqin.domains.stocktakes.models import Stocktake, StocktakeLine
from houqin.foundation.journal.models import Entry, Place
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.org.models import RoleAssignment
from houqin.foundation.registers.register import REGISTERS
from houqin.foundation.signing.models import Task
from houqin.kit import clock

ALL_THERE = {"粉筆 白色": 10, "膠帶": 4}


def lines(sheet):
    rows = sheet.lines.order_by("name", "account__name")
    return {(line.code, line.account.name): (line.expected, line.actual, line.status) for line in rows}


def shown(name, person):
    register = REGISTERS[name]
    return list(register.rows(person).values_list(*(column.lookup for column in register.table_columns())))


def test_a_drafted_count_waits_for_its_leader(scene):
    sheet = scene.drafted()

    assert (sheet.state, sheet.place, sheet.due_on - sheet.opened_on) == ("drafted", scene.store, timedelta(days=14))
    assert [(task.step, task.person) for task in Task.objects.open()] == [("stocktakes.frozen", scene.cast.zhou)]


def test_the_storekeeper_never_leads_the_count_of_the_store(scene):
    with pytest.raises(Denied, match="王保管保管這裡的物品，不能主盤"):
        scene.drafted(leader=scene.cast.wang, keepers=[])
    with pytest.raises(Denied, match="周資產保管這裡的物品，不能主盤"):
        scene.drafted(keepers=[scene.cast.zhou])


def test_the_manager_of_a_place_does_not_lead_its_count_but_of_the_whole_school_may(scene):
    assert scene.drafted(scope="place", place=scene.cast.north).leader == scene.cast.zhou
    RoleAssignment.objects.filter(person=scene.cast.zhou).update(place=scene.cast.north_105)
    with pytest.raises(Denied, match="不能主盤"):
        scene.drafted(scope="place", place=scene.cast.north)


def test_nobody_leads_the_count_of_what_they_keep_themselves(scene):
    with pytest.raises(Denied, match="不能主盤"):
        scene.drafted(scope="keeper", custodian=scene.cast.zhou, place=None)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"second_counter": "林老師"}, "複盤要由沒有參加初盤的人來做"),
        ({"second_counter": "周資產"}, "複盤要由沒有參加初盤的人來做"),
        ({"witness": "林老師"}, "監盤人不能是"),
        ({"witness": "王保管"}, "監盤人不能是"),
        ({"place": "北校區教學樓105室"}, "不是倉庫"),
        ({"scope": "campus"}, "不是校區"),
        ({"place": None}, "請寫明盤點哪裡"),
        ({"scope": "keeper", "place": None}, "盤點誰保管的物品"),
        ({"due_on": "2001-01-01"}, "期限早於盤點日期"),
    ],
)
def test_a_draft_that_cannot_be_is_refused(scene, facts, sentence):
    with pytest.raises(Refused, match=sentence):
        scene.drafted(**facts)
    assert not Stocktake.objects.exists()


def test_a_stranger_may_neither_draft_nor_freeze_nor_count(scene):
    with pytest.raises(Denied):
        actions.draft(
            scene.cast.zhao, scope="store", place=scene.store, leader=scene.cast.zhou, second_counter=scene.cast.sun,
            witness=scene.cast.qian,
        )  # fmt: skip
    sheet = scene.drafted()
    with pytest.raises(Denied):
        actions.freeze(scene.cast.zhao, document=sheet.pk)
    actions.freeze(scene.cast.zhou, document=sheet.pk)
    for verb, given in (
        (actions.tally, {"tallies": {"膠帶": 1}}),
        (actions.scan, {"codes": "膠帶"}),
        (actions.tell_unexpected, {"name": "舊風扇", "quantity": 1}),
        (actions.close_count, {}),
    ):
        with pytest.raises(Denied):
            verb(scene.cast.zhao, document=sheet.pk, **given)


def test_the_freeze_writes_down_what_the_book_says(scene):
    head = Entry.objects.latest("number").number + 1  # the draft itself
    sheet = scene.frozen()

    assert sheet.frozen_at == head
    assert list(sheet.lines.order_by("name").values_list("code", "name", "expected", "value")) == [
        ("粉筆 白色", "粉筆 白色", 10, 3_500),
        ("膠帶", "膠帶", 4, 800),
    ]


def test_a_place_is_counted_with_all_rooms_in_it_at_what_its_things_cost(scene):
    sheet = scene.frozen(scope="place", place=scene.cast.north, keepers=[])

    rows = sheet.lines.exclude(account__role="store").order_by("name", "account__name")
    assert list(rows.values_list("code", "account__name", "expected", "value")) == [
        ("KZY-01", "北校區教學樓105室", 20, 320_000),
        ("KZY-01", "北校區教學樓106室", 10, 160_000),
        ("TY-01", "北校區教學樓105室", 1, 520_000),
    ]


def test_an_empty_place_cannot_be_counted(scene):
    sheet = scene.drafted(scope="place", place=scene.cast.canteen)
    with pytest.raises(Refused, match="賬上沒有可盤的物品"):
        actions.freeze(scene.cast.zhou, document=sheet.pk)


def test_what_a_person_keeps_can_be_counted(scene):
    from houqin.foundation.journal.accounts import account
    from houqin.foundation.journal.actions import batch

    hands = account("person", scene.cast.chen.pk, name="陳師傅", person_id=scene.cast.chen.pk)
    with batch(scene.cast.wang) as unit:
        unit.draft("trial.lent").line(scene.tape, source=scene.shelf, target=hands, quantity=2)
    sheet = scene.frozen(scope="keeper", custodian=scene.cast.chen, place=None, keepers=[])

    assert lines(sheet) == {("膠帶", "陳師傅"): (2, None, "open")}


def test_counters_do_not_see_what_the_book_expects(scene):
    sheet = scene.frozen()

    blank = [
        (sheet.number, "北校區倉庫", "粉筆 白色", "粉筆 白色", "盒", "", ""),
        (sheet.number, "北校區倉庫", "膠帶", "膠帶", "卷", "", ""),
    ]
    assert shown("stocktakes.blank_sheets", scene.cast.lin) == blank
    for person in (scene.cast.lin, scene.cast.zhou, scene.cast.li):
        assert shown("stocktakes.sheets", person) == []
        assert shown("stocktakes.census", person) == []
    assert shown("stocktakes.blank_sheets", scene.cast.zhao) == []


def test_what_several_counters_found_is_added_up_and_what_is_told_again_replaces(scene):
    sheet = scene.frozen()
    actions.tally(scene.cast.lin, document=sheet.pk, tallies="粉筆 白色 6\n膠帶 4")
    actions.tally(scene.cast.zhou, document=sheet.pk, tallies={"粉筆 白色": 4})
    actions.tally(scene.cast.lin, document=sheet.pk, tallies={"粉筆 白色": 5})

    assert lines(sheet) == {("粉筆 白色", "北校區倉庫"): (10, 9, "open"), ("膠帶", "北校區倉庫"): (4, 4, "open")}
    assert scene.read(sheet).state == "counting"


def test_the_same_click_twice_counts_once(scene):
    sheet = scene.frozen()
    for _time in range(2):
        actions.scan(scene.cast.lin, document=sheet.pk, codes="粉筆 白色\n粉筆 白色", once="phone-1")

    assert lines(sheet)["粉筆 白色", "北校區倉庫"] == (10, 2, "open")


def test_a_thing_of_which_there_is_one_is_one_however_often_it_is_scanned(scene):
    sheet = scene.frozen(scope="place", place=scene.cast.north_105, keepers=[])
    actions.scan(scene.cast.lin, document=sheet.pk, codes=["TY-01", "TY-01"])
    actions.scan(scene.cast.zhou, document=sheet.pk, codes=["TY-01"])
    actions.scan(scene.cast.lin, document=sheet.pk, codes=["KZY-01"] * 3)

    assert lines(sheet) == {
        ("KZY-01", "北校區教學樓105室"): (20, 3, "open"),
        ("TY-01", "北校區教學樓105室"): (1, 1, "open"),
    }


def test_a_code_that_stands_in_several_rooms_needs_its_room(scene):
    sheet = scene.frozen(scope="campus", place=scene.cast.north, keepers=[])
    with pytest.raises(Refused, match="「KZY-01」在幾處都有：北校區教學樓105室、北校區教學樓106室。請寫明地點"):
        actions.tally(scene.cast.lin, document=sheet.pk, tallies={"KZY-01": 20})
    actions.tally(scene.cast.lin, document=sheet.pk, tallies="KZY-01 20 北校區教學樓105室")
    with pytest.raises(Refused, match="不在這次盤點的範圍內"):
        actions.tally(scene.cast.lin, document=sheet.pk, tallies="KZY-01 20 南校區教學樓105室")

    assert lines(sheet)["KZY-01", "北校區教學樓105室"] == (20, 20, "open")


@pytest.mark.parametrize(
    ("tallies", "sentence"),
    [
        ({"膠帶": -1}, "不能小於零"),
        ({"膠帶": "許多"}, "膠帶"),
        ("膠帶", "請寫成「編號 數量」"),
        ({"冰箱": 1}, "盤點表和賬上都沒有「冰箱」"),
        ("", "實盤數量"),
    ],
)
def test_a_tally_that_cannot_be_read_is_refused(scene, tallies, sentence):
    sheet = scene.frozen()
    with pytest.raises(Refused, match=sentence):
        actions.tally(scene.cast.lin, document=sheet.pk, tallies=tallies)


def test_a_count_at_a_time_to_come_is_refused(scene):
    sheet = scene.frozen()
    with pytest.raises(Refused, match="盤點時間還沒有到"):
        actions.tally(
            scene.cast.lin, document=sheet.pk, tallies={"膠帶": 4}, counted_at=clock.now() + timedelta(hours=1)
        )


def test_what_has_no_card_is_written_down_with_its_photo(scene):
    from io import BytesIO

    from django.core.files.uploadedfile import SimpleUploadedFile
    from PIL import Image

    from houqin.foundation.signing.models import Attachment

    content = BytesIO()
    Image.new("RGB", (8, 8)).save(content, "JPEG")
    sheet = scene.frozen()
    actions.tell_unexpected.perform(
        scene.cast.lin,
        {"document": sheet.pk, "name": "舊風扇", "quantity": 2, "note": "無標籤"},
        files={"photo": SimpleUploadedFile("fan.jpg", content.getvalue())},
    )

    line = StocktakeLine.objects.get(commodity=None)
    assert (line.name, line.counted, line.status, line.note) == ("舊風扇", 2, "unexpected", "無標籤")
    assert Attachment.objects.get().document_id == sheet.pk


def test_an_unknown_code_under_the_scanner_is_something_without_a_card(scene):
    sheet = scene.frozen()
    actions.scan(scene.cast.lin, document=sheet.pk, codes="XX-99")

    assert lines(sheet)["XX-99", "北校區倉庫"] == (0, 1, "unexpected")


def test_what_was_not_counted_is_said_or_the_count_is_not_over(scene):
    sheet = scene.frozen()
    actions.tally(scene.cast.lin, document=sheet.pk, tallies={"膠帶": 4})
    with pytest.raises(Refused, match="還有 1 項沒有數：粉筆 白色（北校區倉庫）"):
        actions.close_count(scene.cast.zhou, document=sheet.pk)
    with pytest.raises(Denied):
        actions.close_count(scene.cast.lin, document=sheet.pk)


def test_a_count_without_differences_needs_no_recount_and_no_decision(scene):
    assert scene.counted(ALL_THERE).state == "decided"


def test_what_differs_is_counted_again_by_somebody_else(scene):
    sheet = scene.counted({"粉筆 白色": 8, "膠帶": 4})

    assert sheet.state == "recounting"
    assert [row[2] for row in shown("stocktakes.blank_sheets", scene.cast.sun)] == ["粉筆 白色"]
    assert [task.person for task in Task.objects.open()] == [scene.cast.sun]
    with pytest.raises(Denied):
        actions.recount(scene.cast.lin, document=sheet.pk, tallies={"粉筆 白色": 8})
    with pytest.raises(Refused, match="「膠帶」不在要複盤的清單上"):
        actions.recount(scene.cast.sun, document=sheet.pk, tallies={"膠帶": 4})
    with pytest.raises(Refused, match="還有 1 項沒有複盤"):
        actions.close_recount(scene.cast.sun, document=sheet.pk)
    actions.recount(scene.cast.sun, document=sheet.pk, tallies={"粉筆 白色": 10})
    actions.close_recount(scene.cast.sun, document=sheet.pk)

    assert lines(sheet)["粉筆 白色", "北校區倉庫"] == (10, 10, "match")
    assert scene.read(sheet).state == "decided"


def test_what_was_issued_before_it_was_counted_is_no_difference(scene):
    sheet = scene.frozen()
    scene.use(scene.chalk, scene.shelf, 3)
    actions.tally(scene.cast.lin, document=sheet.pk, tallies={"粉筆 白色": 7, "膠帶": 4})
    scene.use(scene.chalk, scene.shelf, 2)
    actions.close_count(scene.cast.zhou, document=sheet.pk)

    assert list(sheet.lines.order_by("name").values_list("expected", "moved", "counted", "status")) == [
        (10, -3, 7, "match"),
        (4, 0, 4, "match"),
    ]


def test_a_sheet_counted_on_paper_is_compared_with_the_book_of_that_hour(scene):
    sheet = scene.frozen()
    counted_at = clock.now()
    scene.use(scene.chalk, scene.shelf, 3)
    actions.tally(scene.cast.lin, document=sheet.pk, tallies=ALL_THERE, counted_at=counted_at)
    actions.close_count(scene.cast.zhou, document=sheet.pk)

    assert scene.read(sheet).state == "decided"


def test_a_thing_in_another_room_is_elsewhere_and_not_lost(scene):
    sheet = scene.counted(
        "KZY-01 20 北校區教學樓105室\nKZY-01 10 北校區教學樓106室\nTY-01 1 北校區教學樓106室",
        scope="place", place=scene.cast.north, keepers=[], category="",
    )  # fmt: skip

    assert lines(sheet)["TY-01", "北校區教學樓105室"] == (1, 0, "elsewhere")
    assert lines(sheet)["TY-01", "北校區教學樓106室"] == (0, 1, "elsewhere")


def test_a_count_is_given_up_with_a_reason_before_it_is_posted(scene):
    sheet = scene.frozen()
    with pytest.raises(Denied):
        actions.abandon(scene.cast.lin, document=sheet.pk, reason="改期")
    with pytest.raises(Refused, match="取消原因"):
        actions.abandon(scene.cast.zhou, document=sheet.pk)
    actions.abandon(scene.cast.zhou, document=sheet.pk, reason="改期")

    assert scene.read(sheet).state == "abandoned"
    assert Entry.objects.get(kind="stocktakes.abandoned").reason == "改期"
    assert not Task.objects.open().exists()


def test_a_category_narrows_the_count(scene):
    from houqin.foundation.journal.models import Commodity

    Commodity.objects.filter(pk=scene.desks.pk).update(category="desk_set")
    sheet = scene.frozen(scope="campus", place=scene.cast.north, keepers=[], category="課桌椅")

    assert set(sheet.lines.values_list("code", flat=True)) == {"KZY-01"}
    assert Place.objects.get(pk=sheet.place_id) == scene.cast.north
