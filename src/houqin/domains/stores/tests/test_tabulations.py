"""The storekeeper's tables: exact rows, their totals, and who may not read them."""

from datetime import timedelta

import pytest
import time_machine

from houqin.domains.stores import actions
from houqin.domains.stores.models import Distribution, Requisition, Reservable
from houqin.foundation.journal.refused import Denied
from houqin.foundation.registers.tabulations import TABULATIONS
from houqin.kit import clock
from houqin.kit.text import fold

OWN = sorted(one.name for one in TABULATIONS if one.name.startswith("stores."))


def table(person, name, /, **asked):
    return TABULATIONS[f"stores.{name}"].asked(person, asked).table()


def rows(person, name, /, **asked):
    return [tuple(row.values) for row in table(person, name, **asked).rows]


@pytest.fixture
def used(stores):
    """Twenty days ago goods came; Zhao took chalk for lessons, class one brooms, and the office paper."""
    wang, north = stores.cast.wang, stores.north
    with time_machine.travel(clock.now() - timedelta(days=20), tick=False):
        stores.buy("粉筆 20盒 3.00元\n掃把 10把 8.00元\n複印紙 30包 20.00元")
        actions.issue_directly(wang, store=north, receiver=stores.cast.zhao, purpose="上課", lines="粉筆 5盒")
    with time_machine.travel(clock.now() - timedelta(days=10), tick=False):
        actions.issue_directly(
            wang,
            store=north,
            receiver=stores.cast.lin,
            school_class=stores.one,
            purpose="打掃",
            lines="掃把 4把\n粉筆 2盒",
        )
        slip = actions.issue_directly(
            wang, store=north, receiver=stores.cast.zhao, unit=stores.office, purpose="打印", lines="複印紙 10包"
        )
    actions.return_left(wang, document=Requisition.objects.get(number=slip.document_number), quantities={"複印紙": 4})
    return stores


def span():
    return {"start": clock.today() - timedelta(days=30), "end": clock.today()}


@pytest.mark.parametrize("name", OWN)
def test_every_table_opens_with_nothing_asked_and_as_a_file(used, name):
    asked = TABULATIONS[name].asked(used.cast.li, {})
    assert asked.is_readable, asked.form.errors
    told = asked.table()
    assert all(len(row.values) == len(told.columns) for row in told.rows)
    assert asked.file("pdf").startswith(b"%PDF")
    assert asked.file("xlsx").startswith(b"PK")


@pytest.mark.parametrize("name", sorted(set(OWN) - {"stores.holders", "stores.reservation_week"}))
def test_a_teacher_does_not_read_the_tables_of_the_stores(used, name):
    with pytest.raises(Denied):
        TABULATIONS[name].asked(used.cast.zhao, {})


def test_consumption_by_who_has_it_and_by_what_for(used):
    li = used.cast.li
    told = {row[0]: row[1:3] for row in rows(li, "consumption", **span())}
    assert told == {"總務處": (1, 12_000), "北校區一(1)班": (2, 3_800), str(used.cast.zhao): (1, 1_500)}
    by_purpose = {row[0]: row[2] for row in rows(li, "consumption", by="purpose", **span())}
    assert by_purpose == {"辦公": 12_000, "清潔": 3_800, "教學": 1_500}
    single = rows(li, "consumption", items="on", **span())
    assert ("北校區一(1)班", "掃把", "把", 4, 3_200) in single
    assert table(li, "consumption", **span()).notes == ["合計 173.00 元，在校學生 78 人，平均每生 2.22 元。"]


def test_the_card_of_an_item_runs_from_movement_to_movement(used):
    from houqin.foundation.catalogue.models import Item

    chalk = Item.objects.get(name="粉筆").pk
    told = rows(used.cast.li, "card", item=chalk, **span())
    assert [(row[4], row[6], row[8], row[9], row[10]) for row in told] == [
        (None, None, 0, None, 0), (20, None, 20, 300, 6_000), (None, 5, 15, 300, 4_500), (None, 2, 13, 300, 3_900),
    ]  # fmt: skip
    later = rows(used.cast.li, "card", item=chalk, start=clock.today() - timedelta(days=15), end=clock.today())
    assert [(row[3], row[8]) for row in later][0] == ("期初結存", 15)
    assert len(later) == 2


def test_what_to_buy_is_priced_at_the_average(used):
    actions.set_item(used.cast.wang, name="掃把", minimum=12)
    told = {row[1]: row[3:] for row in rows(used.cast.li, "proposal", days=30, cover_days=60)}
    assert told["掃把"] == (6, 12, 4, 6, 800, 4_800)
    assert told["粉筆"] == (13, 0, 7, 1, 300, 300)
    assert table(used.cast.li, "proposal", days=30, cover_days=60).rows[0].mark == "late"


def test_what_expires_is_marked_late_the_day_after(stores):
    last = clock.today() + timedelta(days=5)
    stores.buy(f"消毒液 6瓶 8元 批號A 有效期{last}")
    on_the_day = table(stores.cast.li, "expiring", day=last, days=0).rows
    after = table(stores.cast.li, "expiring", day=last + timedelta(days=1), days=0).rows
    assert [(row.values[4], row.mark) for row in (*on_the_day, *after)] == [(0, "due"), (-1, "late")]
    assert rows(stores.cast.li, "expiring", day=last - timedelta(days=1), days=0) == []


@pytest.fixture
def opened(stores):
    stores.buy("作業本 100本 1.00元")
    actions.set_kit(stores.cast.li, name="作業本", per="每生", quantity=2)
    actions.plan_distribution(stores.cast.li, term=stores.term)
    actions.distribute(stores.cast.wang, document=Distribution.objects.get(school_class=stores.one))
    return stores


def test_shortages_and_the_cost_of_a_pupil_at_the_opening_of_term(opened):
    assert rows(opened.cast.li, "shortages") == [("北校區倉庫", "作業本", "本", 76, 20, 56)]
    assert rows(opened.cast.li, "class_costs") == [
        ("北校區", "北校區一(1)班", 40, 8_000, 200), ("北校區", "北校區二(1)班", 38, 0, 0),
    ]  # fmt: skip
    assert table(opened.cast.li, "class_costs").notes == ["全校平均每生 1.03 元。"]


def test_what_is_overdue_and_who_holds_what(used):
    wang, zhao, day = used.cast.wang, used.cast.zhao, clock.today()
    actions.set_item(wang, name="掃把", is_durable=True)
    with time_machine.travel(clock.now() - timedelta(days=3), tick=False):
        actions.issue_directly(wang, store=used.north, receiver=zhao, purpose="打掃", lines="掃把 1把")
        actions.lend_directly(
            wang, store=used.north, item="複印紙", quantity=2, borrower=zhao, purpose="考試", condition_out="完好",
            due_on=day - timedelta(days=1),
        )  # fmt: skip
    assert [row[1:] for row in rows(used.cast.li, "overdue_loans")] == [
        (str(zhao), "", "複印紙", "", 2, day - timedelta(days=3), day - timedelta(days=1), 1, 4_000)
    ]
    assert rows(used.cast.li, "overdue_loans", day=day - timedelta(days=1)) == []
    own = [(str(zhao), "保管", "掃把", 1), (str(zhao), "借用", "複印紙", 2)]
    assert [row[:4] for row in rows(zhao, "holders")] == own
    assert [row[:4] for row in rows(used.cast.li, "holders", name=str(zhao))] == own
    assert rows(used.cast.ma, "holders") == []


def test_the_week_shows_who_has_which_room_when(stores):
    Reservable.objects.create(name="多媒體教室", folded=fold("多媒體教室"))
    monday = clock.today() + timedelta(days=7 - clock.today().weekday())
    actions.reserve(
        stores.cast.zhao, reservable="多媒體教室", on=monday + timedelta(days=2), starts_at="8:00", ends_at="9:30",
        purpose="公開課",
    )  # fmt: skip
    told = rows(stores.cast.lin, "reservation_week", day=monday + timedelta(days=6))
    assert told == [("多媒體教室", "", "", f"08:00–09:30 {stores.cast.zhao} 公開課", "", "", "", "")]
    assert rows(stores.cast.lin, "reservation_week", day=monday - timedelta(days=1)) == [("多媒體教室", *[""] * 7)]


def test_the_ledger_of_dangerous_goods_names_two(stores):
    wang = stores.cast.wang
    actions.set_item(wang, name="醫用酒精", counter="瓶", is_hazardous=True, cas="64-17-5")
    stores.buy("醫用酒精 10瓶 9.00元")
    asked = actions.request(stores.cast.zhao, store=stores.north, purpose="實驗", lines="醫用酒精 3瓶")
    paper = Requisition.objects.get(number=asked.document_number)
    actions.approve(stores.cast.li, document=paper)
    actions.pick(wang, document=paper)
    actions.countersign(stores.wu, document=paper)
    actions.issue(wang, document=paper)
    actions.return_left(wang, document=paper, quantities={"醫用酒精": 1})
    told = rows(stores.cast.li, "hazardous", **span())
    assert [(row[0], row[1], *row[5:9]) for row in told] == [
        ("醫用酒精", "64-17-5", 10, None, None, 10),
        ("醫用酒精", "64-17-5", None, 3, None, 7),
        ("醫用酒精", "64-17-5", None, None, 1, 8),
    ]
    assert told[1][9] == f"{stores.wu}、{wang}"
