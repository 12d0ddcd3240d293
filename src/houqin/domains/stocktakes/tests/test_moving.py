"""Moving house: counted before, onto the van, off the van; what is missing is lost, what is broken has arrived."""

from datetime import date

import pytest

from houqin.domains.stocktakes import actions
from houqin.domains.stocktakes.figures import basis_points
from houqin.domains.stocktakes.models import Move, MoveLine
from houqin.foundation.journal.actions import batch
from houqin.foundation.journal.figures import Reading
from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.journal.sentences import CLAUSES
from houqin.foundation.journal.verification import wrong_balances
from houqin.foundation.signing.models import Task
from houqin.kit import clock
from houqin.kit.periods import Period


@pytest.fixture
def before(scene):
    return scene.posted(
        "KZY-01 20 北校區教學樓105室\nTY-01 1 北校區教學樓105室", scope="place", place=scene.cast.north_105, keepers=[]
    )


@pytest.fixture
def opened(scene, before):
    actions.open_move(
        scene.cast.li, place="北校區教學樓105室", target="南校區教學樓105室", before=before.number, escort=scene.cast.ma,
        receiver=scene.cast.wang,
    )  # fmt: skip
    return Move.objects.get()


@pytest.fixture
def on_the_way(scene, opened):
    actions.box(scene.cast.ma, document=opened.pk, box="1", contents="KZY-01 20")
    actions.box(scene.cast.ma, document=opened.pk, box="2", contents="TY-01 1")
    actions.load(scene.cast.ma, document=opened.pk, box="1")
    actions.load(scene.cast.ma, document=opened.pk, box="2")
    actions.close_load(scene.cast.ma, document=opened.pk)
    return Move.objects.get()


def test_what_arrived_stands_in_the_new_room_and_what_did_not_is_pending(scene, on_the_way):
    cast = scene.cast
    actions.unload(cast.wang, document=on_the_way.pk, box="1", counted="KZY-01 19", broken="KZY-01 2", note="雨天")
    actions.unload(cast.wang, document=on_the_way.pk, box="2")
    actions.close_unload(cast.wang, document=on_the_way.pk)
    with pytest.raises(Refused, match="少了 1 件，請寫明缺失原因"):
        actions.post_move(cast.li, document=on_the_way.pk)
    actions.post_move(cast.li, document=on_the_way.pk, cause="途中丟失")

    move, entry = Move.objects.get(), Entry.objects.get(kind="stocktakes.moved")
    assert (move.state, move.loaded, move.missing, move.broken, move.loss_rate) == ("posted", 21, 1, 2, 476)
    assert dict(entry.measures.values_list("name", "quantity")) == {"loaded": 21, "missing": 1, "broken": 2}
    south = MoveLine.objects.first().target
    from houqin.foundation.journal.accounts import account_of_place

    there = account_of_place(south)
    assert (scene.held(scene.in_105, scene.desks), scene.held(there, scene.desks)) == (0, 19)
    assert (scene.held(scene.in_105, scene.projector), scene.held(there, scene.projector)) == (0, 1)
    # A fixed asset that did not arrive stays on the book until its disposal is approved (A08-1).
    assert list(entry.lines.filter(target__role="pending").values_list("target__code", "quantity")) == [
        (f"pending:place:{scene.cast.north_105.pk}", 1)
    ]
    assert wrong_balances() == []


def test_nothing_is_moved_before_it_was_counted(scene):
    sheet = scene.frozen(scope="place", place=scene.cast.north_105, keepers=[])
    with pytest.raises(Refused, match="還沒有入賬。請先辦完盤點再搬"):
        actions.open_move(
            scene.cast.li, place=scene.cast.north_105, target=scene.cast.south_105, before=sheet.pk, escort=scene.cast.ma,
            receiver=scene.cast.wang,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"receiver": "馬門衛"}, "要是兩個人"),
        ({"target": "北校區教學樓105室"}, "同一個地方"),
        ({"place": "北校區食堂"}, "盤的不是北校區食堂"),
    ],
)
def test_a_move_that_cannot_be_is_refused(scene, before, facts, sentence):
    given = {
        "place": "北校區教學樓105室", "target": "南校區教學樓105室", "before": before.pk, "escort": "馬門衛",
        "receiver": "王保管", **facts,
    }  # fmt: skip
    with pytest.raises(Refused, match=sentence):
        actions.open_move(scene.cast.li, **given)


def test_no_more_is_packed_loaded_or_unloaded_than_there_is(scene, opened):
    cast = scene.cast
    with pytest.raises(Refused, match="只有20套「學生課桌椅」，不夠21套"):
        actions.box(cast.ma, document=opened.pk, box="1", contents="KZY-01 21")
    actions.box(cast.ma, document=opened.pk, box="1", contents="KZY-01 15")
    with pytest.raises(Refused, match="只有5套「學生課桌椅」，不夠6套"):
        actions.box(cast.ma, document=opened.pk, box="2", contents="KZY-01 6")
    with pytest.raises(Refused, match="賬上沒有「冰箱」"):
        actions.box(cast.ma, document=opened.pk, box="2", contents="冰箱 1")
    with pytest.raises(Refused, match="還沒有裝車清點：1"):
        actions.close_load(cast.ma, document=opened.pk)
    with pytest.raises(Refused, match="裝箱 15，不會裝上車 16"):
        actions.load(cast.ma, document=opened.pk, box="1", counted="KZY-01 16")
    with pytest.raises(Refused, match="沒有9號箱"):
        actions.load(cast.ma, document=opened.pk, box="9")
    actions.load(cast.ma, document=opened.pk, box="1", counted="KZY-01 14")
    actions.close_load(cast.ma, document=opened.pk)
    with pytest.raises(Refused, match="裝車 14，不會卸下 15"):
        actions.unload(cast.wang, document=opened.pk, box="1", counted="KZY-01 15")
    with pytest.raises(Refused, match="還沒有卸車清點：1"):
        actions.close_unload(cast.wang, document=opened.pk)


def test_a_stranger_neither_loads_nor_unloads_nor_posts(scene, on_the_way):
    cast = scene.cast
    with pytest.raises(Denied):
        actions.unload(cast.zhao, document=on_the_way.pk, box="1")
    with pytest.raises(Denied):
        actions.close_unload(cast.ma, document=on_the_way.pk)
    for box in ("1", "2"):
        actions.unload(cast.wang, document=on_the_way.pk, box=box)
    actions.close_unload(cast.wang, document=on_the_way.pk)
    with pytest.raises(Denied):
        actions.post_move(cast.wang, document=on_the_way.pk)
    with pytest.raises(Denied):
        actions.open_move(
            cast.zhao,
            place=cast.north,
            target=cast.south,
            before=on_the_way.before_id,
            escort=cast.ma,
            receiver=cast.wang,
        )


def test_a_move_is_given_up_only_before_the_van_leaves(scene, opened):
    with pytest.raises(Denied):
        actions.abandon_move(scene.cast.zhao, document=opened.pk, reason="x")
    actions.abandon_move(scene.cast.li, document=opened.pk, reason="改期")
    with pytest.raises(Refused, match="現在是「已取消」"):
        actions.box(scene.cast.ma, document=opened.pk, box="1", contents="KZY-01 1")


PAST = {
    "number": "BQ001", "box": "甲1", "source": "北校區教學樓105室", "target": "南校區教學樓105室", "code": "KZY-01",
    "quantity": 10, "loaded": 10, "unloaded": 9, "broken": 1, "escort": "馬門衛", "receiver": "王保管",
    "occurred_on": date(2018, 8, 20),
}  # fmt: skip


def test_a_past_move_is_taken_in_row_by_row(scene):
    with batch(scene.cast.zhou) as unit:
        actions.import_move.into(unit, PAST)
        actions.import_move.into(
            unit, {**PAST, "box": "甲2", "code": "TY-01", "quantity": 1, "loaded": "", "unloaded": "", "broken": ""}
        )

    move = Move.objects.get()
    assert (move.number, move.state, move.loaded, move.missing, move.broken) == ("BQ001", "posted", 11, 1, 1)
    assert scene.held(scene.in_105, scene.desks) == 10
    assert wrong_balances() == []


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"unloaded": 11}, "對不上"),
        ({"receiver": "馬門衛"}, "兩個人"),
        ({"target": "北校區教學樓105室"}, "沒有東西移動"),
        ({"code": "KZY-99"}, "賬上沒有「KZY-99」"),
        ({"quantity": 21, "loaded": 21, "unloaded": 21}, "只有20套"),
    ],
)
def test_a_past_row_that_cannot_be_is_refused(scene, facts, sentence):
    with pytest.raises(Refused, match=sentence), batch(scene.cast.zhou) as unit:
        actions.import_move.into(unit, {**PAST, **facts})
    assert not Move.objects.exists()


@pytest.mark.parametrize(
    ("part", "whole", "rate"), [(0, 0, 0), (0, 10, 0), (1, 21, 476), (1, 3, 3333), (10, 10, 10_000)]
)
def test_the_loss_rate_is_in_ten_thousandths(part, whole, rate):
    assert basis_points(part, whole) == rate


@pytest.fixture
def arrived(scene, on_the_way):
    """Twenty sets and a projector went onto the van; nineteen sets came off it."""
    cast = scene.cast
    actions.unload(cast.wang, document=on_the_way.pk, box="1", counted="KZY-01 19")
    actions.unload(cast.wang, document=on_the_way.pk, box="2")
    actions.close_unload(cast.wang, document=on_the_way.pk)
    actions.post_move(cast.li, document=on_the_way.pk, cause="途中丟失")
    return Move.objects.get()


def counted_after(scene, tallies):
    return scene.posted(tallies, scope="place", place=scene.cast.south_105, keepers=[])


def test_the_count_after_a_move_is_tied_to_it_and_makes_its_loss_rate(scene, arrived):
    assert Task.objects.open().of(scene.cast.zhou).filter(step="stocktakes.move_checked").exists()
    after = counted_after(scene, "KZY-01 18 南校區教學樓105室\nTY-01 1 南校區教學樓105室")
    actions.check_move(scene.cast.zhou, document=arrived.pk, after=after.number)

    move = Move.objects.get()
    # One on the way and one afterwards, of twenty-one.
    assert (move.state, move.after, move.missing, move.missing_after, move.loss_rate) == ("checked", after, 1, 1, 952)
    told = Reading(Period(clock.today(), clock.today()))
    assert told["stocktakes.lost_after_moves"].value == 1
    parts = CLAUSES["stocktakes.moved"].text(told)
    said = "".join(part if isinstance(part, str) else part.text for part in parts)
    assert said == "搬遷物品21件，途中缺失1件，搬後盤點缺失1件，損失率9.52%"


def test_a_move_is_checked_against_a_count_of_its_new_rooms_made_afterwards(scene, arrived, before):
    going_on = scene.frozen(scope="place", place=scene.cast.south_105, keepers=[])
    with pytest.raises(Refused, match="還沒有入賬。請先辦完盤點再核對"):
        actions.check_move(scene.cast.zhou, document=arrived.pk, after=going_on.pk)
    with pytest.raises(Refused, match="盤的不是南校區教學樓105室"):
        actions.check_move(scene.cast.zhou, document=arrived.pk, after=before.pk)
    Move.objects.update(target=scene.cast.north_105)
    with pytest.raises(Refused, match="是搬遷以前的"):
        actions.check_move(scene.cast.zhou, document=arrived.pk, after=before.pk)


def test_a_stranger_does_not_check_a_move(scene, arrived):
    after = counted_after(scene, "KZY-01 19 南校區教學樓105室\nTY-01 1 南校區教學樓105室")
    with pytest.raises(Denied):
        actions.check_move(scene.cast.zhao, document=arrived.pk, after=after.pk)
    actions.check_move(scene.cast.zhou, document=arrived.pk, after=after.pk)
    assert Move.objects.get().missing_after == 0
