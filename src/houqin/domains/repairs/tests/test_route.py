"""The life of a work order: each step works, refuses, and is not for strangers."""

from datetime import date, datetime

import pytest
import time_machine

from houqin.domains.repairs import actions
from houqin.domains.repairs.models import WorkOrder
from houqin.foundation.catalogue.items import item_named
from houqin.foundation.journal.accounts import account, account_of_place
from houqin.foundation.journal.actions import Invalid, batch
from houqin.foundation.journal.checks import CHECKS
from houqin.foundation.journal.figures import Reading
from houqin.foundation.journal.models import Entry, Place
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.journal.writer import balance
from houqin.foundation.signing.models import Signature, Task
from houqin.kit import clock
from houqin.kit.periods import Period
from houqin.kit.text import fold

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=clock.SHANGHAI)
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


@pytest.fixture
def monday():
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


def reported(cast, by=None, **facts):
    entry = actions.report(by or cast.lin, place=cast.south_105, **{"fault": "水龍頭漏水", "category": "水", **facts})
    return WorkOrder.objects.get(pk=entry.document_id)


def dispatched(cast, **facts):
    order = reported(cast, **facts)
    actions.accept(cast.li, document=order.pk)
    actions.dispatch(cast.li, document=order.pk, repairer=cast.chen)
    return WorkOrder.objects.get(pk=order.pk)


def done(cast, *, order=None, by=None, **facts):
    order = order or dispatched(cast)
    told = {
        "work": "更換水嘴",
        "cause": "自然",
        "materials": "水嘴 2只 36元",
        "materials_from": "現買，發票 0001",
        **facts,
    }
    actions.complete(by or cast.chen, document=order.pk, **told)
    return WorkOrder.objects.get(pk=order.pk)


def kinds():
    entries = Entry.objects.filter(document_kind="repairs.work_order").order_by("number")
    return list(entries.values_list("kind", flat=True))


def waiting_for(person):
    return list(
        Task.objects.open().of(person).filter(document_kind="repairs.work_order").values_list("step", flat=True)
    )


def test_a_tap_that_leaks_is_mended_and_nothing_is_left_over(monday, cast):
    """Miss Lin's tap leaks. Director Li takes it up and sends Master Chen, who finds no tap in his box, waits a day,
    fits two, and Miss Lin is very satisfied. The order closes itself; nobody has anything left to do."""
    order = reported(cast)
    assert (order.number, order.state, order.reporter, order.due_at) == (
        "WX-2026-0001", "reported", cast.lin, datetime(2026, 3, 5, 23, 59, 59, tzinfo=clock.SHANGHAI),
    )  # fmt: skip
    assert waiting_for(cast.li) == ["repairs.accepted"]
    actions.accept(cast.li, document=order.pk, urgency="急")
    actions.dispatch(cast.li, document=order.pk, repairer=cast.chen)
    assert waiting_for(cast.chen) == ["repairs.completed"]
    actions.wait(cast.chen, document=order.pk, material="水嘴")
    monday.move_to(datetime(2026, 3, 3, 16, 0, tzinfo=clock.SHANGHAI))
    actions.complete(
        cast.chen,
        document=order.pk,
        work="更換水嘴",
        cause="人為",
        materials="水嘴 2只 36元\n生料帶 1卷 2.5元",
        materials_from="現買，發票 0001",
        work_time="1.5",
    )
    assert waiting_for(cast.lin) == ["repairs.confirmed"]
    actions.confirm(cast.lin, document=order.pk, satisfaction="非常滿意")

    order.refresh_from_db()
    assert (order.state, order.job, order.material, order.quantity, order.counter, order.material_cost) == (
        "closed", "valve_tap", "水嘴、生料帶", "2、1", "只、卷", 3850,
    )  # fmt: skip
    assert kinds() == [
        "repairs.reported", "repairs.accepted", "repairs.dispatched", "repairs.waiting", "repairs.completed",
        "repairs.confirmed", "repairs.closed",
    ]  # fmt: skip
    assert [waiting_for(person) for person in (cast.li, cast.chen, cast.lin)] == [[], [], []]
    assert sorted(Signature.objects.values_list("signs_as", "person__name")) == [
        ("repairer", "陳師傅"),
        ("requester", "林老師"),
    ]
    reading = Reading(MARCH)
    expected = {
        "repairs.reported": 1, "repairs.completed": 1, "repairs.taps_valves": 2, "repairs.material_cost": 3850,
        "repairs.work_minutes": 90, "repairs.man_made": 1, "repairs.late": 1, "repairs.satisfied": 1, "repairs.outstanding": 0,
    }  # fmt: skip
    assert {name: reading[name].value for name in expected} == expected
    assert [finding for check in CHECKS for finding in check.look()] == []


def test_report_refuses_an_empty_fault_and_an_unknown_place(cast):
    with pytest.raises(Invalid, match="故障描述"):
        actions.report(cast.lin, place=cast.south_105, fault=" ")
    with pytest.raises(Invalid, match="沒有叫「東樓」的場所"):
        actions.report(cast.lin, place="東樓", fault="燈不亮")


def test_only_the_office_reports_for_somebody_else(cast):
    with pytest.raises(Denied, match="替別人報修由總務處登記"):
        reported(cast, by=cast.zhao, reporter=cast.lin)
    assert reported(cast, by=cast.li, reporter=cast.lin).reporter == cast.lin
    outsider = reported(cast, by=cast.li, reporter_name="一位家長")
    assert (outsider.reporter, outsider.reporter_name) == (None, "一位家長")


def test_strangers_may_not_take_the_steps_of_others(cast):
    order = reported(cast)
    for verb, facts in (
        (actions.accept, {}),
        (actions.dispatch, {"repairer": cast.chen}),
        (actions.void, {"reason": "錯"}),
    ):
        with pytest.raises(Denied):
            verb(cast.zhao, document=order.pk, **facts)
    with pytest.raises(Denied):
        actions.withdraw(cast.zhao, document=order.pk, reason="不修了")
    order = dispatched(cast)
    with pytest.raises(Denied):
        done(cast, order=order, by=cast.zhao)
    with pytest.raises(Denied):
        actions.wait(cast.zhao, document=order.pk, material="水嘴")
    order = done(cast, order=order)
    with pytest.raises(Denied):
        actions.confirm(cast.zhao, document=order.pk, satisfaction="滿意")
    with pytest.raises(Denied):
        actions.accept_by_silence(cast.zhao, document=order.pk)
    with pytest.raises(Denied):
        actions.close(cast.zhao, document=order.pk)
    with pytest.raises(Denied):
        actions.reopen(cast.zhao, document=order.pk, reason="還漏")


def test_dispatch_refuses_somebody_unknown(cast):
    order = reported(cast)
    with pytest.raises(Invalid, match="沒有叫「某師傅」的人員"):
        actions.dispatch(cast.li, document=order.pk, repairer="某師傅")


def test_a_step_out_of_order_is_refused(cast):
    order = reported(cast)
    with pytest.raises(Refused, match="現在是「已報修」，不能「完工」"):
        done(cast, order=order, by=cast.li)


def test_a_job_is_completed_by_whom_it_was_given_to(cast):
    from houqin.foundation.org.models import Person, RoleAssignment

    other = Person.objects.create(name="劉師傅", folded=fold("劉師傅"))
    RoleAssignment.objects.create(person=other, role="repairer", from_on=date(2000, 1, 1))
    with pytest.raises(Denied, match="派給了陳師傅"):
        done(cast, by=other)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"materials": "水嘴"}, "看不出數量"),
        ({"materials": [{"name": "水嘴", "quantity": "若干"}]}, "水嘴"),
        ({"cause": ""}, "故障原因"),
        ({"completed_at": "2026-03-01"}, "早於報修時間"),
        ({"completed_at": "2026-03-03"}, "還沒有到"),
        ({"arrived_at": "2026-03-02 12:00"}, "到場時間晚於完成時間"),
    ],
)
def test_complete_refuses_what_cannot_be(monday, cast, facts, sentence):
    with pytest.raises(Refused, match=sentence):
        done(cast, **facts)
    assert Entry.objects.filter(kind="repairs.completed").count() == 0


def test_nobody_accepts_his_own_repair(monday, cast):
    order = reported(cast, by=cast.chen)
    actions.dispatch(cast.li, document=order.pk, repairer=cast.chen)
    done(cast, order=order)

    with pytest.raises(Denied):
        actions.confirm(cast.chen, document=order.pk, satisfaction="滿意")
    actions.confirm(cast.li, document=order.pk, satisfaction="滿意")

    assert WorkOrder.objects.get(pk=order.pk).state == "closed"


def test_the_office_does_not_accept_for_a_requester_who_can(cast):
    order = done(cast)
    with pytest.raises(Denied):
        actions.confirm(cast.li, document=order.pk, satisfaction="滿意")


def test_silence_counts_as_acceptance_on_the_seventh_day_and_no_earlier(monday, cast):
    order = done(cast)
    monday.move_to(datetime(2026, 3, 8, 23, 0, tzinfo=clock.SHANGHAI))
    with pytest.raises(Refused, match="完工還不滿 7 天，2026-03-09 起"):
        actions.accept_by_silence(cast.li, document=order.pk)

    monday.move_to(datetime(2026, 3, 9, 8, 0, tzinfo=clock.SHANGHAI))
    entry = actions.accept_by_silence(cast.li, document=order.pk)

    assert (entry.kind, entry.category) == ("repairs.confirmed", "silence")
    assert WorkOrder.objects.get(pk=order.pk).state == "closed"


def test_a_job_comes_back_within_seven_days_and_not_later(monday, cast):
    order = done(cast)
    actions.confirm(cast.lin, document=order.pk, satisfaction="滿意")
    monday.move_to(datetime(2026, 3, 9, 8, 0, tzinfo=clock.SHANGHAI))
    actions.reopen(cast.lin, document=order.pk, reason="又漏了")
    assert WorkOrder.objects.get(pk=order.pk).state == "accepted"
    assert waiting_for(cast.li) == ["repairs.dispatched"]

    other = done(cast)
    monday.move_to(datetime(2026, 3, 17, 8, 0, tzinfo=clock.SHANGHAI))
    with pytest.raises(Refused, match="完工超過 7 天，不能返修；請重新報修"):
        actions.reopen(cast.lin, document=other.pk, reason="又漏了")


def test_withdrawing_keeps_the_report_and_its_reason(monday, cast):
    order = reported(cast)
    entry = actions.withdraw(cast.lin, document=order.pk, reason="自己修好了")
    assert (entry.reason, WorkOrder.objects.get().state) == ("自己修好了", "withdrawn")
    reading = Reading(MARCH)
    assert (reading["repairs.reported"].value, reading["repairs.outstanding"].value) == (1, 0)


def test_withdrawing_is_too_late_once_it_is_mended(cast):
    order = done(cast)
    with pytest.raises(Refused, match="不能「撤回」"):
        actions.withdraw(cast.lin, document=order.pk, reason="算了")


def test_voiding_takes_everything_back_that_was_written(monday, cast):
    order = done(cast)
    actions.void(cast.li, document=order.pk, reason="登錯了學校")

    order.refresh_from_db()
    assert order.state == "void"
    reading = Reading(MARCH)
    names = ("repairs.reported", "repairs.completed", "repairs.taps_valves", "repairs.material_cost")
    assert [reading[name].value for name in names] == [0, 0, 0, 0]
    tap = item_named("水嘴").commodity
    assert balance(account("used", "repairs"), tap) == 0
    with pytest.raises(Refused, match="已作廢"):
        actions.void(cast.li, document=order.pk, reason="再來")


def test_material_from_a_store_comes_off_its_stock_and_no_more_than_there_is(cast):
    store = Place.objects.create(
        kind="store",
        campus=cast.south,
        parent=cast.south,
        name="倉庫",
        full_name="南校區倉庫",
        folded=fold("南校區倉庫"),
    )
    with batch(cast.wang) as unit:
        tap = item_named("水嘴", counter="只").commodity
        draft = unit.draft("stores.received")
        draft.line(
            tap, source=account("outside", "suppliers"), target=account_of_place(store, role="store"), quantity=2
        )
    done(cast, store=store, materials="水嘴 2只")
    assert balance(account_of_place(store, role="store"), tap) == 0

    with pytest.raises(Refused, match="只有0只「水嘴」"):
        done(cast, store=store, materials="水嘴 1只")


def test_materials_come_from_a_store_or_it_is_said_where_from(monday, cast):
    """R01-2."""
    with pytest.raises(Refused, match="請寫材料來源"):
        done(cast, materials_from="")
    assert done(cast, materials_from="拆舊件").materials_from == "拆舊件"
    assert done(cast, materials="", materials_from="").materials_from == ""


def test_windows_mended_are_counted_as_told(monday, cast):
    done(cast, work="維修窗戶", materials="玻璃 2塊 30元", mended=3)
    assert Reading(MARCH)["repairs.windows"].text == "3頁"


def flagged(cast):
    order = done(cast, order=dispatched(cast, fault="欄杆鬆動", is_hazard="是"), work="焊接加固欄杆", materials="")
    return order, Entry.objects.get(kind="repairs.hazard_flagged")


def test_a_hazard_is_put_to_the_safety_office_and_stays_there_step_by_step(cast):
    order = dispatched(cast, is_hazard=True)
    assert waiting_for(cast.sun) == ["safety.hazard_found"]
    flag = Entry.objects.get(kind="repairs.hazard_flagged")
    assert (flag.document_id, flag.because.kind) == (order.pk, "repairs.reported")


def test_a_hazard_order_does_not_close_before_the_hazard_does(cast):
    order, flag = flagged(cast)
    actions.confirm(cast.lin, document=order.pk, satisfaction="滿意")
    assert WorkOrder.objects.get(pk=order.pk).state == "confirmed"
    with pytest.raises(Refused, match="要等安全辦把隱患銷號才能關閉"):
        actions.close(cast.li, document=order.pk)

    with batch(cast.sun) as unit:
        found = unit.draft("safety.hazard_found")
        found.because = flag
        closed = unit.draft("safety.hazard_closed")
        closed.because = found
    actions.close(cast.li, document=order.pk)

    assert WorkOrder.objects.get(pk=order.pk).state == "closed"
    assert waiting_for(cast.sun) == []


def test_an_order_is_late_from_the_moment_after_its_time(monday, cast):
    order = reported(cast, urgency="緊急")
    assert order.due_at == datetime(2026, 3, 3, 9, 0, tzinfo=clock.SHANGHAI)
    assert [order.is_late(order.due_at), order.is_late(datetime(2026, 3, 3, 9, 1, tzinfo=clock.SHANGHAI))] == [
        False,
        True,
    ]
    assert list(WorkOrder.objects.late(datetime(2026, 3, 3, 9, 1, tzinfo=clock.SHANGHAI))) == [order]


def test_three_working_days_do_not_count_a_weekend(cast):
    with time_machine.travel(datetime(2026, 3, 5, 15, 0, tzinfo=clock.SHANGHAI), tick=False):
        assert reported(cast).due_at == datetime(2026, 3, 10, 23, 59, 59, tzinfo=clock.SHANGHAI)


def test_a_teacher_sees_the_own_reports_and_the_office_all(cast):
    own, other = reported(cast), reported(cast, by=cast.zhao)
    assert list(WorkOrder.objects.of(cast.lin)) == [own]
    assert set(WorkOrder.objects.of(cast.li)) == {own, other}


def test_the_schools_own_service_level_holds_from_its_day_on(cast):
    from houqin.domains.repairs import rules
    from houqin.foundation.org.models import ParameterValue

    ParameterValue.objects.create(name="repairs.urgent_done_hours", value=12, from_on=date(2026, 3, 2), source="校務會")
    before, after = datetime(2026, 3, 1, 9, tzinfo=clock.SHANGHAI), MONDAY
    levels = rules.ServiceLevels()
    assert [levels.on(before), levels.on(after)] == [(24, 3), (12, 3)]
    assert [rules.service_levels(before), rules.service_levels(after)] == [(24, 3), (12, 3)]
