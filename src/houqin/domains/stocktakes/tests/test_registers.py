"""The printed sheet, counted on paper, typed in: as a file comes, in either script, and not twice."""

from io import BytesIO

import pytest

from houqin.domains.stocktakes import actions
from houqin.foundation.registers import importing
from houqin.foundation.registers.register import REGISTERS


def bring(by, text, *, name="盤點表.csv"):
    return importing.run_import(by, [(name, BytesIO(text.encode()))])


def cells(register, person, *names):
    one = REGISTERS[register]
    return list(one.rows(person).order_by(*one.order).values_list(*(one.column(name).lookup for name in names)))


@pytest.fixture
def sheet(scene):
    return scene.frozen()


def filled(sheet, chalk=8, heads="盘点日期,盘点单号,仓库,编号,品名,单位,实盘数量,盘点人"):
    from houqin.kit import clock

    day = clock.today().isoformat()
    return (
        f"盘点表\n{heads}\n{day},{sheet.number},北校區倉庫,粉筆 白色,粉筆,盒,{chalk},林老師\n"
        f"{day},{sheet.number},北校區倉庫,膠帶,膠帶,卷,4,周資產\n"
    )


def test_a_sheet_filled_in_on_paper_is_taken_in(scene, sheet):
    report = bring(scene.cast.li, filled(sheet))

    assert [(s.register, s.added, s.refused) for s in report.sections] == [("stocktakes.sheets", 2, [])]
    rows = sheet.lines.order_by("name").values_list("name", "counted", "counted_by__name")
    assert list(rows) == [("粉筆 白色", 8, "林老師"), ("膠帶", 4, "周資產")]
    assert scene.read(sheet).state == "counting"


def test_the_same_sheet_again_changes_nothing(scene, sheet):
    bring(scene.cast.li, filled(sheet))
    again = bring(scene.cast.li, filled(sheet, heads="盤點日期,盤點單號,倉庫,編號,品名,單位,實盤數量,盤點人"))

    assert [(s.added, s.unchanged, s.refused) for s in again.sections] == [(0, 2, [])]


def test_a_row_of_somebody_who_does_not_count_is_refused(scene, sheet):
    report = bring(scene.cast.li, filled(sheet).replace("林老師", "趙老師"))

    assert [refusal.reason for refusal in report.sections[0].refused] == [
        "趙老師不是這次盤點的盤點人。請寫盤點人是誰。"
    ]
    assert not report.written
    assert not sheet.lines.exclude(counted=None).exists()


def test_a_stranger_does_not_type_sheets(scene, sheet):
    assert bring(scene.cast.zhao, filled(sheet)).is_refused


def test_the_sheet_shows_book_and_count_once_the_count_is_over(scene):
    scene.posted({"粉筆 白色": 8, "膠帶": 5}, reason="漏記領用")

    assert cells(
        "stocktakes.sheets",
        scene.cast.li,
        "code",
        "on_book",
        "actual",
        "surplus",
        "shortage",
        "price",
        "difference_value",
        "reason",
    ) == [
        ("粉筆 白色", 10, 8, 0, 2, 350, -700, "unrecorded_issue"),
        ("膠帶", 4, 5, 1, 0, 200, 200, "unrecorded_issue"),
    ]
    assert cells("stocktakes.census", scene.cast.li, "code") == []
    assert cells("stocktakes.sheets", scene.cast.zhao, "code") == []


def test_the_census_shows_where_a_thing_belongs(scene):
    scene.posted("KZY-01 10 北校區教學樓106室\nTY-01 1 北校區教學樓106室", scope="place", place=scene.room, keepers=[])

    assert cells("stocktakes.census", scene.cast.li, "code", "status", "place", "whence") == [
        ("KZY-01", "match", "北校區教學樓106室", None),
        ("TY-01", "elsewhere", "北校區教學樓106室", "北校區教學樓105室"),
    ]


def test_a_past_move_comes_from_a_file(scene):
    text = (
        "搬迁清点单\n单号,日期,箱(车)号,原房间,新房间,资产编号,名称,数量,装车清点,卸车清点,破损,缺失,押运人,接收人,备注\n"
        "B1,2018-08-20,1,北校區教學樓105室,南校區教學樓105室,KZY-01,學生課桌椅,20,20,19,0,1,馬門衛,王保管,\n"
    )
    for _time in range(2):
        report = bring(scene.cast.li, text, name="搬遷清點單.csv")
        assert report.sections[0].refused == []

    assert scene.held(scene.in_105, scene.desks) == 0
    assert cells("stocktakes.move_lines", scene.cast.li, "number", "box", "loaded", "missing") == [("B1", "1", 20, 1)]


def test_who_has_no_part_in_a_count_does_not_see_it(scene, sheet):
    assert cells("stocktakes.stocktakes", scene.cast.lin, "number") == [(sheet.number,)]
    assert cells("stocktakes.stocktakes", scene.cast.zhao, "number") == []
    actions.tally(scene.cast.lin, document=sheet.pk, tallies={"膠帶": 4})
    assert cells("stocktakes.sheets", scene.cast.lin, "code") == []


PAST = (
    "倉庫盤點表\n"
    "盤點日期,倉庫,編號,品名,規格,單位,賬面數量,實盤數量,盤盈,盤虧,單價,差異金額,原因,處理意見,盤點人,監盤人,保管員,負責人\n"
    "2019-01-10,北校區倉庫,,粉筆,白色,盒,40,38,,2,3.50,7.00,漏記領用,調賬,林老師,錢會計,王保管,李主任\n"
    "2019-01-10,北校區倉庫,,膠帶,,卷,10,10,,,2.00,,,,林老師,錢會計,王保管,李主任\n"
    "2019-01-10,北校區倉庫,,拖把,,把,5,6,1,,12.00,12.00,漏記入庫,調賬,何某,錢會計,王保管,李主任\n"
)


def test_a_count_sheet_of_the_past_is_taken_in_as_one_signed_count(scene):
    from datetime import date

    from houqin.domains.stocktakes.models import Stocktake
    from houqin.foundation.journal.figures import Reading
    from houqin.kit.periods import Period

    report = bring(scene.cast.li, PAST)

    assert [(s.register, s.added, s.refused) for s in report.sections] == [("stocktakes.sheets", 3, [])]
    past = Stocktake.objects.get()
    assert (past.state, past.scope, past.opened_on, past.counted, past.matched) == (
        "signed", "store", date(2019, 1, 10), 3, 1,
    )  # fmt: skip
    assert (past.missing, past.missing_value, past.found, past.found_value) == (2, 700, 1, 1200)
    assert list(past.rows.order_by("position").values_list("name", "on_book", "actual", "value", "cause")) == [
        ("粉筆 白色", 40, 38, -700, "漏記領用 調賬"), ("膠帶", 10, 10, 0, ""), ("拖把", 5, 6, 1200, "漏記入庫 調賬"),
    ]  # fmt: skip
    # It tells of the past and moves nothing of today.
    assert scene.held(scene.shelf, scene.chalk) == 10
    told = Reading(Period(date(2019, 1, 1), date(2019, 6, 30)))
    names = ("counts", "counted", "matched", "missing", "missing_value", "found")
    assert [told[f"stocktakes.{name}"].value for name in names] == [1, 3, 1, 2, 700, 1]


def test_the_same_past_sheet_again_adds_nothing_and_another_day_is_another_count(scene):
    from houqin.domains.stocktakes.models import Stocktake

    bring(scene.cast.li, PAST)
    again = bring(scene.cast.li, PAST)
    assert [(s.added, s.unchanged, s.refused) for s in again.sections] == [(0, 3, [])]
    bring(scene.cast.li, PAST.replace("2019-01-10", "2019-06-12"))
    assert Stocktake.objects.count() == 2


def test_a_past_row_that_does_not_say_what_the_book_said_is_refused(scene):
    from houqin.foundation.journal.refused import Denied, Refused

    row = {"name": "粉筆", "place": scene.store, "actual": 3}
    with pytest.raises(Refused, match="過去的盤點表請寫賬面數量"):
        actions.type_sheet(scene.cast.li, **row)
    with pytest.raises(Refused, match="請寫盤點的是哪個倉庫或房間"):
        actions.type_sheet(scene.cast.li, name="粉筆", actual=3, on_book=3)
    with pytest.raises(Denied):
        actions.type_sheet(scene.cast.zhao, **row, on_book=3)
