"""What heads a row's card on a phone, what colour a state has, and how a long worked-out table is paged."""

import re

import pytest

from houqin.domains.repairs.models import WorkOrder
from houqin.foundation.journal.actions import ACTIONS
from houqin.foundation.journal.models import Place
from houqin.foundation.org.rules import roles
from houqin.foundation.registers.pages import PAGES, HandPage
from houqin.foundation.registers.register import Column
from houqin.interfaces.web.pages import tabulations
from houqin.interfaces.web.tables import naming_positions
from houqin.kit import clock
from houqin.kit.text import fold


def text(answer):
    return answer.content.decode()


def columns(*kinds):
    return [Column(f"c{n}", f"第{n}欄", kind=kind) for n, kind in enumerate(kinds)]


def test_a_number_in_the_first_column_names_its_row():
    rows = [("WX-1", "北樓"), ("WX-2", "南樓"), ("WX-3", "南樓")]

    assert naming_positions(columns("text", "reference"), rows) == ()


def test_goods_name_their_row_where_all_lie_in_one_store():
    rows = [("北校區倉庫", "粉筆", 7), ("北校區倉庫", "抹布", 7), ("北校區倉庫", "拖把", 3)]

    assert naming_positions(columns("reference", "text", "integer"), rows) == (1,)


def test_a_name_and_its_specification_name_a_row_together():
    rows = [("倉庫", name, size) for name in ("燈管", "水管") for size in ("15mm", "18W", "25mm", f"{name}用")]

    assert naming_positions(columns("reference", "text", "text"), rows) == (1, 2)


def test_nothing_names_rows_that_are_all_alike():
    assert naming_positions(columns("text", "text"), [("倉庫", "粉筆")] * 4) == ()
    assert naming_positions(columns("text"), []) == ()


def test_a_state_that_waits_has_the_colour_of_waiting_and_a_closed_one_none(login, cast):
    for fault in ("燈管不亮", "水嘴滴水"):
        ACTIONS["repairs.reported"](cast.lin, place=cast.south_105, fault=fault)
    ACTIONS["repairs.withdrawn"](cast.lin, document=WorkOrder.objects.get(fault="水嘴滴水"), reason="自己好了")

    page = text(login(cast.li).get("/registers/repairs.work_orders/"))

    assert '<span class="tag wait">已報修</span>' in page
    assert '<span class="tag">已撤回</span>' in page


@pytest.fixture
def goods(cast):
    """Three kinds of goods in one store."""
    Place.objects.create(
        parent=cast.north,
        campus=cast.north,
        kind="store",
        name="倉庫",
        full_name="北校區倉庫",
        folded=fold("北校區倉庫"),
    )
    for name in ("粉筆", "抹布", "拖把"):
        ACTIONS["stores.opened"].perform(
            cast.wang,
            {
                "day": clock.today().isoformat(),
                "store": "北校區倉庫",
                "name": name,
                "counter": "件",
                "quantity": "40",
                "price": "3.50",
            },
        )


def test_a_long_table_is_read_in_pages_and_summed_over_all(login, cast, goods, monkeypatch):
    monkeypatch.setattr(tabulations, "PER_PAGE", 2)
    browser = login(cast.wang)

    first = text(browser.get("/tables/stores.movements/"))
    second = text(browser.get("/tables/stores.movements/?page=2"))
    beyond = text(browser.get("/tables/stores.movements/?page=900"))
    unread = text(browser.get("/tables/stores.movements/?page=先"))

    assert [
        len(re.findall("<tr", page.partition("<tbody>")[2].partition("</tbody>")[0])) for page in (first, second)
    ] == [
        2,
        1,
    ]
    assert "第 1–2 行，共 3 行" in first
    assert "第 3–3 行，共 3 行" in second
    assert "420.00" in first
    assert "420.00" in second
    assert "第 3–3 行" in beyond
    assert "第 1–2 行" in unread


@pytest.fixture
def board():
    """A page for the guard's phone."""
    made = HandPage(
        name="gate.test_board", title="門崗速登", view=lambda request: None, readers=roles("guard"), on_phone=True
    )
    PAGES.add(made.name, made)
    yield made
    PAGES.remove(made.name)


def test_pages_made_for_a_phone_stand_first_on_it_for_those_who_may_open_them(login, cast, board):
    guards, teachers = text(login(cast.ma).get("/")), text(login(cast.zhao).get("/"))

    assert '<a href="/pages/gate.test_board/"' in guards.partition('class="phone-pages')[2].partition("</nav>")[0]
    assert "門崗速登" not in teachers
    assert "門崗速登" in text(login(cast.ma).get("/do/"))
    assert "門崗速登" in text(login(cast.ma).get("/registers/"))
