"""Tables worked out for what is asked, and pages domains write by hand: page, print, file, API, refusals."""

import json
from io import BytesIO

import docx
import openpyxl
import pytest
from django.http import HttpResponse
from django.test import Client

from houqin.foundation.journal.actions import ACTIONS
from houqin.foundation.journal.models import Place
from houqin.foundation.org.rules import everyone, roles
from houqin.foundation.registers.pages import PAGES, page
from houqin.kit import clock
from houqin.kit.text import fold

pytestmark = pytest.mark.django_db


@pytest.fixture
def chalk(cast):
    """Forty boxes of chalk found in the store at 3.50 元."""
    store = Place.objects.create(
        parent=cast.north,
        campus=cast.north,
        kind="store",
        name="倉庫",
        full_name="北校區倉庫",
        folded=fold("北校區倉庫"),
    )
    ACTIONS["stores.opened"].perform(
        cast.wang,
        {
            "day": clock.today().isoformat(),
            "store": "北校區倉庫",
            "name": "粉筆",
            "counter": "盒",
            "quantity": "40",
            "price": "3.50",
        },
    )
    return store


def table_page(login, person, query=""):
    return login(person).get(f"/tables/stores.movements/{query}")


def test_a_table_is_worked_out_for_the_days_and_the_store(cast, login, chalk):
    today = clock.today().isoformat()
    answer = table_page(login, cast.wang, f"?start={today}&end={today}&store=北校區倉庫")
    said = answer.content.decode()
    assert answer.status_code == 200
    assert "粉筆" in said and "140.00" in said and f"北校區倉庫　{today} 至 {today}" in said


def test_an_impossible_day_is_said_and_the_form_keeps_it(cast, login, chalk):
    said = table_page(login, cast.wang, "?start=2026-13-40&end=2026-01-01").content.decode()
    assert "2026-13-40" in said and 'role="alert"' in said and "<table" not in said


def test_a_stranger_may_not_open_a_table(cast, login, chalk):
    answer = table_page(login, cast.lin)
    assert answer.status_code == 403
    assert login(cast.lin).get("/tables/stores.movements/file.xlsx").status_code == 403
    assert Client().get("/tables/stores.movements/").status_code == 302


def test_the_files_hold_real_numbers_and_the_lines_to_sign(cast, login, chalk):
    browser = login(cast.wang)
    sheet = openpyxl.load_workbook(BytesIO(browser.get("/tables/stores.movements/file.xlsx").content)).active
    head = [cell.value for cell in sheet[1]]
    row = dict(zip(head, [cell.value for cell in sheet[2]], strict=True))
    assert (row["結存數量"], float(row["結存金額"])) == (40, 140.0)
    words = "".join(
        p.text for p in docx.Document(BytesIO(browser.get("/tables/stores.movements/file.docx").content)).paragraphs
    )
    assert "收發存" in words and "保管員：＿" in words
    assert browser.get("/tables/stores.movements/file.pdf").content.startswith(b"%PDF")
    assert "保管員：" in browser.get("/tables/stores.movements/print/").content.decode()
    assert browser.get("/tables/stores.movements/file.exe").status_code == 404


def test_the_api_gives_the_same_rows_and_refuses_a_stranger(cast, login, chalk):
    told = json.loads(login(cast.wang).get("/api/tables/stores.movements").content)
    assert [(row["item"], row["closing"], row["closing_value"]) for row in told["rows"]] == [("粉筆", 40, "140.00")]
    listed = json.loads(login(cast.wang).get("/api/tables").content)
    assert "stores.movements" in [one["name"] for one in listed]
    assert login(cast.wang).get("/api/tables/stores.movements?start=never").status_code == 422
    assert login(cast.lin).get("/api/tables/stores.movements").status_code == 403


@pytest.fixture
def written_pages():
    @page("trial.board", title="門崗", readers=roles("guard"), methods=("GET", "POST"))
    def board(request, rest=""):
        return HttpResponse(f"board {rest} {request.method}")

    @page("trial.open", title="掃碼", readers=everyone)
    def scan(request, rest=""):
        return HttpResponse(f"open {rest} {request.person}")

    yield
    PAGES.remove("trial.board")
    PAGES.remove("trial.open")


def test_a_hand_written_page_keeps_its_own_rule_and_methods(cast, login, written_pages):
    assert login(cast.chen).get("/pages/trial.board/").status_code == 403
    assert Client().get("/pages/trial.board/").status_code == 302
    assert Client().get("/pages/trial.open/a/b").content == b"open a/b None"
    assert Client().post("/pages/trial.open/a").status_code == 405
    assert login(cast.zhao).get("/pages/trial.nothing/").status_code == 404


def test_a_table_that_asks_for_one_of_many_things_opens_too(cast, login, chalk):
    from houqin.foundation.catalogue.items import item_named

    for number in range(310):
        item_named(f"物品{number}")
    page = login(cast.wang).get("/tables/stores.card/")
    assert page.status_code == 200
    assert 'name="item" value="粉筆' in page.content.decode()
