"""A morning in the office, in a real browser: each person does the own work from the first page to the last."""

import shutil
from datetime import date

import pytest
import xlsxwriter
from axe_playwright_python.sync_playwright import Axe

from houqin.foundation.journal.actions import ACTIONS
from houqin.foundation.journal.models import Balance, Entry, Place
from houqin.foundation.signing.models import DOCUMENTS
from houqin.kit.text import fold

from .conftest import CHROMIUM

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
    pytest.mark.django_db(transaction=True),
]
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
HAS_POPPLER = shutil.which("pdftotext") is not None


@pytest.fixture
def office(committed_cast):
    """The cast with a store on the north campus."""
    north = committed_cast.north
    Place.objects.create(
        parent=north, campus=north, kind="store", name="倉庫", full_name="北校區倉庫", folded=fold("北校區倉庫")
    )
    return committed_cast


@pytest.fixture
def tab_of(chromium, live_server, login):
    """``tab_of(cast.wang)`` → a tab in which that person is logged in; complaints of the browser fail the test."""
    complaints = []

    def opened(person, *, screen=DESK):
        session = login(person).cookies["sessionid"].value
        context = chromium.new_context(viewport=screen, locale="zh-TW", base_url=live_server.url)
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        tab = context.new_page()
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
        return tab

    yield opened
    assert complaints == []


def test_the_storekeeper_brings_ten_years_of_stock_in_from_a_sheet(office, tab_of, tmp_path):
    path = tmp_path / "庫存.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("期初庫存表")
    sheet.write_row(0, 0, ["品名", "規格", "單位", "數量", "單價", "倉庫"])
    sheet.write_row(1, 0, ["粉筆", "白色", "盒", 40, 3.5, "北校區倉庫"])
    sheet.write_row(2, 0, ["掃帚", "", "把", "許多", 9, "北校區倉庫"])
    book.close()
    tab = tab_of(office.wang)

    tab.goto("/registers/stores.openings/")
    tab.click("main a[href$='/import/'] >> nth=0")
    tab.set_input_files("input[type=file]", path)
    tab.click("main form button.btn-primary")
    tab.wait_for_selector("text=許多")
    assert Balance.objects.filter(account__role="store").count() == 0

    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("期初庫存表")
    sheet.write_row(0, 0, ["品名", "規格", "單位", "數量", "單價", "倉庫"])
    sheet.write_row(1, 0, ["粉筆", "白色", "盒", 40, 3.5, "北校區倉庫"])
    sheet.write_row(2, 0, ["掃帚", "", "把", 12, 9, "北校區倉庫"])
    book.close()
    tab.goto("/registers/stores.openings/import/")
    tab.set_input_files("input[type=file]", path)
    tab.click("main form button.btn-primary")
    tab.click("main form[method=post] button.btn-primary >> text=/寫入|匯入/")
    tab.wait_for_load_state("networkidle")

    tab.goto("/tables/stores.movements/")
    said = tab.inner_text("table.register")
    assert "粉筆" in said and "140.00" in said and "108.00" in said


def test_the_repairer_finishes_on_the_phone_and_the_teacher_accepts(office, tab_of):
    report = ACTIONS["repairs.reported"]
    report(office.lin, place=office.north_105, fault="燈管不亮")
    order = DOCUMENTS["repairs.work_order"].objects.get()
    ACTIONS["repairs.accepted"](office.li, document=order)
    order.refresh_from_db()
    ACTIONS["repairs.dispatched"](office.li, document=order, repairer=office.chen)

    phone = tab_of(office.chen, screen=PHONE)
    phone.goto("/")
    phone.click("main a[href*='/do/repairs.completed/'] >> nth=0")
    phone.wait_for_url("**/repairs.completed/**")
    phone.fill("#id_work", "更換燈管2支")
    phone.check("input[name=cause][value=natural]")
    phone.click("form.sheet button.btn-primary")
    # Back on Today, where it came from; the paper now waits for the teacher.
    phone.wait_for_selector("text=/完工：已登記為第/")
    assert phone.url.endswith("/")
    phone.goto(f"/documents/repairs.work_order/{order.pk}/")
    assert "已完工待驗收" in phone.inner_text("main")

    teacher = tab_of(office.lin, screen=PHONE)
    teacher.goto(f"/documents/repairs.work_order/{order.pk}/")
    teacher.click("main a.btn-primary >> text=驗收")
    teacher.wait_for_url("**/repairs.confirmed/**")
    teacher.check("input[name=satisfaction] >> nth=0")
    teacher.click("form.sheet button.btn-primary")
    teacher.wait_for_url("**/documents/repairs.work_order/*/")
    order.refresh_from_db()
    assert order.state in {"confirmed", "closed"}
    assert set(Entry.objects.filter(document_id=order.pk).values_list("kind", flat=True)) >= {
        "repairs.reported", "repairs.accepted", "repairs.dispatched", "repairs.completed", "repairs.confirmed",
    }  # fmt: skip


def test_the_clerk_writes_the_summary_and_opens_a_figure_down_to_its_entry(office, tab_of):
    for _number in range(3):
        ACTIONS["repairs.reported"](office.lin, place=office.north_105, fault="燈管不亮")
    today = date.today()
    tab = tab_of(office.li)

    tab.goto(f"/summary/?kind=department&from={today.year}-01-01&to={today.year}-12-31")
    tab.click("article.paper a.figure[data-figure^='repairs.'] >> nth=0")
    tab.wait_for_selector("#panel-figure li.behind")
    assert tab.locator("#panel-figure li.behind").count() == 3
    tab.click("#panel-figure a[href^='/entries/'] >> nth=0")
    tab.wait_for_url("**/entries/*/")

    assert "燈管" in tab.inner_text("main") or "報修" in tab.inner_text("main")


@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing_serious_on_a_page_of_every_kind(office, tab_of, live_server, screen):
    ACTIONS["repairs.reported"](office.lin, place=office.north_105, fault="燈管不亮")
    order = DOCUMENTS["repairs.work_order"].objects.get()
    entry = Entry.objects.order_by("-number").first()
    tab = tab_of(office.admin, screen=screen)
    found = {}

    for address in (
        "/", "/registers/", "/registers/repairs.work_orders/", "/registers/repairs.work_orders/import/",
        "/registers/repairs.work_orders/print/", "/tables/stores.movements/", "/tables/stores.movements/print/", "/do/",
        "/do/repairs.reported/", f"/documents/repairs.work_order/{order.pk}/",
        f"/documents/repairs.work_order/{order.pk}/print/", f"/documents/repairs.work_order/{order.pk}/do/repairs.accepted/",
        "/entries/", f"/entries/{entry.number}/", "/figures/", "/figures/repairs.reported/", "/summary/", "/dashboard/",
        "/search/?q=燈", "/help/", "/help/guard/", "/me/", "/me/security/", "/me/stamp/", "/notices/", "/labels/", "/scan/",
        "/pages/gate.board/", "/pages/safety.inspection/", "/pages/assets.desk_plan/", "/password/", "/nowhere/",
    ):  # fmt: skip
        answer = tab.goto(address)
        assert answer.status < 500, address
        told = Axe().run(tab, options={"resultTypes": ["violations"]}).response["violations"]
        serious = [
            f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in told if one["impact"] in {"serious", "critical"}
        ]
        if serious:
            found[address] = serious

    assert found == {}
