"""A move and the counts around it, told in prose.

In August the school moves house. Before anything is packed, Li has the store and room 105 counted: Zhou leads, because Wang,
who keeps the store, may not lead the count of it; Lin counts on her phone and sees no number of the book; two boxes of chalk
are missing, so Sun, who did not count, counts again and finds one of them behind the shelf. Zhou says why the other is gone,
Li approves, and Zhou, Qian, Wang and Li sign. From then on nobody can change the sheet: not by telling other numbers, not by
hand in the database.

Then room 105 is packed into two boxes. Ma rides along and counts them onto the van, Wang counts them off: one set of
twenty is missing, two are scratched. Afterwards the new room is counted once more; everything that came off the van is
there. The summary of the half-year can say how much was counted, how far it agreed, and how little the move lost.
"""

from datetime import date, datetime

import pytest
import time_machine
from django.db import DatabaseError, transaction

from houqin.domains.stocktakes import actions
from houqin.domains.stocktakes.models import MinutesRow, Move, Stocktake
from houqin.foundation.journal.checks import CHECKS
from houqin.foundation.journal.figures import Reading
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.journal.sentences import CLAUSES
from houqin.foundation.journal.verification import verify
from houqin.foundation.signing.models import Task
from houqin.kit.clock import SHANGHAI
from houqin.kit.periods import Period

OLD, NEW = "北校區教學樓105室", "南校區教學樓105室"


def on(month, day):
    return time_machine.travel(datetime(2027, month, day, 9, tzinfo=SHANGHAI), tick=False)


def said(name, reading):
    return "".join(part if isinstance(part, str) else part.text for part in CLAUSES[name].text(reading) or [])


def test_a_summer_in_which_the_school_moves(scene):
    cast, read = scene.cast, scene.read
    li, zhou, lin, sun, wang, qian, ma = cast.li, cast.zhou, cast.lin, cast.sun, cast.wang, cast.qian, cast.ma

    with on(8, 2):
        with pytest.raises(Denied, match="不能主盤自己的盤點"):
            scene.drafted(leader=wang, keepers=[])
        store = scene.frozen()
        actions.count_one(lin, document=store.pk, code="粉筆 白色", quantity=8)
        actions.count_one(lin, document=store.pk, code="膠帶", quantity=4)
        actions.close_count(zhou, document=store.pk)
        assert Task.objects.open().of(sun).filter(document_id=store.pk).exists()
        with pytest.raises(Denied):
            actions.count_one(lin, document=store.pk, code="粉筆 白色", quantity=9)
        actions.count_one(sun, document=store.pk, code="粉筆 白色", quantity=9)
        actions.close_recount(sun, document=store.pk)
    with on(8, 3):
        with pytest.raises(Refused, match="沒有原因和處理意見"):
            actions.decide(zhou, document=store.pk)
        actions.explain(zhou, document=store.pk, reason="漏記領用", cause="期末考試領用一盒", decision="調賬")
        actions.decide(zhou, document=store.pk)
        actions.post(li, document=store.pk)
        for person in (zhou, qian, wang, li):
            actions.sign_minutes(person, document=store.pk)
    assert (read(store).state, scene.held(scene.shelf, scene.chalk)) == ("signed", 9)
    with pytest.raises(Refused, match="現在是「已簽字」"):
        actions.tally(lin, document=store.pk, tallies={"膠帶": 3})
    with pytest.raises(DatabaseError), transaction.atomic():
        MinutesRow.objects.filter(stocktake=store, name="膠帶").update(actual=3)

    with on(8, 4):
        room = scene.posted(f"KZY-01 20 {OLD}\nTY-01 1 {OLD}", scope="place", place=cast.north_105, keepers=[])
        actions.open_move(li, place=OLD, target=NEW, before=room.number, escort=ma, receiver=wang)
        move = Move.objects.get().pk
        for box, contents in (("1", "KZY-01 20"), ("2", "TY-01 1")):
            actions.box(ma, document=move, box=box, contents=contents)
            actions.load(ma, document=move, box=box)
        actions.close_load(ma, document=move)
        with pytest.raises(Denied):
            actions.unload(ma, document=move, box="1")
        actions.unload(wang, document=move, box="1", counted="KZY-01 19", broken="KZY-01 2")
        actions.unload(wang, document=move, box="2")
        actions.close_unload(wang, document=move)
        actions.post_move(li, document=move, cause="裝車時遺落")
    with on(8, 6):
        after = scene.posted(f"KZY-01 19 {NEW}\nTY-01 1 {NEW}", scope="place", place=cast.south_105, keepers=[])
        actions.check_move(zhou, document=move, after=after.number)
    assert Move.objects.get().loss_rate == 476

    half = Reading(Period(date(2027, 7, 1), date(2027, 12, 31)), today=date(2027, 12, 31))
    assert said("stocktakes.counted", half) == "盤點清查3次、6項，賬實相符率83.3%"
    assert said("stocktakes.differing", half) == "盤虧1件、價值3.50元，均按處理意見調整賬面"
    assert said("stocktakes.moved", half) == "搬遷物品21件，缺失1件，損失率4.76%"
    # The story plays in days to come, which the clock would be blamed for.
    names = [
        name for name in CHECKS.names() if name.startswith(("stocktakes.", "journal.")) and name != "journal.clock"
    ]
    own = [CHECKS[name] for name in names]
    assert [finding for check in own for finding in check.look()] == []
    assert verify().is_sound
    assert Stocktake.objects.count() == 3
