"""The papers of counting: blank to count with, minutes with the differences, the list of a move."""

from houqin.domains.stocktakes import actions
from houqin.domains.stocktakes.models import Move
from houqin.foundation.registers.tabulations import printed
from houqin.foundation.signing.prints import prints_of
from houqin.kit import clock


def slips(document, person, name):
    found = {one.name: one for one in prints_of(document, person)}
    if name not in found:
        return None
    made = found[name].slips(document, person)
    assert printed(made, "pdf").startswith(b"%PDF")
    return made


def test_the_blank_sheet_says_what_to_count_and_nothing_of_the_book(scene):
    sheet = scene.frozen()
    (blank,) = slips(sheet, scene.cast.lin, "blank")
    assert blank.tables[0].rows == (
        ("1", "", "粉筆 白色", "盒", "", "", ""),
        ("2", "", "膠帶", "卷", "", "", ""),
    )
    assert slips(sheet, scene.cast.lin, "minutes") is None


def test_each_room_has_its_own_blank_sheet_with_what_a_census_asks(scene):
    sheet = scene.frozen(scope="campus", place=scene.cast.north, keepers=[])
    rooms = slips(sheet, scene.cast.lin, "blank")
    assert [dict(one.facts)["地點"] for one in rooms] == ["北校區倉庫", "北校區教學樓105室", "北校區教學樓106室"]
    assert rooms[1].tables[0].columns == (
        "序號", "編號", "名稱", "單位", "實盤數量", "標籤完好", "使用人相符", "使用狀況", "備註",
    )  # fmt: skip


def test_the_minutes_tell_the_differences_and_who_signed(scene):
    sheet = scene.posted({"粉筆 白色": 8, "膠帶": 4}, reason="漏記領用")
    for person in (scene.cast.zhou, scene.cast.qian):
        actions.sign_minutes(person, document=sheet.pk)
    today = clock.today().isoformat()
    (told,) = slips(scene.read(sheet), scene.cast.li, "minutes")
    zhou, qian, lin, sun = (str(getattr(scene.cast, name)) for name in ("zhou", "qian", "lin", "sun"))
    assert told.text == ("本次盤點 2 項，賬實相符 1 項，相符率 50%；盤虧 2 件、7.00 元，盤盈 0 件、0.00 元。",)
    assert told.tables[0].rows == (
        (
            "1", "北校區倉庫", "", "粉筆 白色", "盒", "10", "8", "", "2", "-7.00", "盤虧", "漏記領用 查無下落", "調整賬面", "",
            f"{lin}、{sun}",
        ),
    )  # fmt: skip
    assert len(told.tables[1].rows) == 2
    assert told.signatures == (
        ("盤點人", f"{zhou} {today}"), ("監盤人", f"{qian} {today}"), ("保管員", ""), ("負責人", ""),
        ("批准人", f"{scene.cast.li} {today}"),
    )  # fmt: skip


def test_the_list_of_a_move_has_its_loss_rate_once_it_is_posted(scene):
    before = scene.posted(
        "KZY-01 20 北校區教學樓105室\nTY-01 1 北校區教學樓105室", scope="place", place=scene.cast.north_105, keepers=[]
    )
    cast = scene.cast
    actions.open_move(
        cast.li, place=cast.north_105, target=cast.south_105, before=before.pk, escort=cast.ma, receiver=cast.wang
    )
    move = Move.objects.get().pk
    actions.box(cast.ma, document=move, box="1", contents="KZY-01 20")
    actions.load(cast.ma, document=move, box="1")
    actions.close_load(cast.ma, document=move)
    actions.unload(cast.wang, document=move, box="1", counted="KZY-01 19", broken="KZY-01 2")
    actions.close_unload(cast.wang, document=move)
    (going,) = slips(Move.objects.get(), cast.li, "list")
    assert going.text == ()
    actions.post_move(cast.li, document=move, cause="途中丟失")

    (made,) = slips(Move.objects.get(), cast.li, "list")
    assert made.tables[0].rows == (
        ("1", "北校區教學樓105室", "南校區教學樓105室", "KZY-01", "學生課桌椅", "20", "20", "19", "2", "1", ""),
        ("合計", "", "", "", "", "20", "20", "19", "2", "1", ""),
    )
    assert made.text == (
        "裝車 20 件，途中缺失 1 件，破損 2 件；搬後盤點尚未辦理；損失率 5.00%。",
        "缺失原因：途中丟失。",
    )
    assert dict(made.signatures)["押運人"] == f"{cast.ma} {clock.today()}"
