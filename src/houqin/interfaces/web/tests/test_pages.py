"""What pages show and take: registers, forms, entries, today."""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from houqin.foundation.calendar.models import Duty
from houqin.foundation.journal.accounts import account, account_of_place
from houqin.foundation.journal.actions import ACTIONS, batch
from houqin.foundation.journal.models import Commodity, Entry, Place
from houqin.foundation.journal.writer import balance
from houqin.foundation.org.models import Person
from houqin.foundation.registers.register import REGISTERS
from houqin.kit import clock
from houqin.kit.text import fold

ONCE = "a-key-of-this-form"
INLINE = re.compile(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)


def text(answer):
    return answer.content.decode()


def people(count):
    return Person.objects.bulk_create(
        [
            Person(name=f"陳{n:03d}", folded=fold(f"陳{n:03d}"), post="教師", phone=f"1390000{n:04d}")
            for n in range(count)
        ]
    )


# Every page


def plain_addresses():
    fixed = [
        "/",
        "/registers/",
        "/do/",
        "/entries/",
        "/entries/1/",
        "/figures/",
        "/summary/",
        "/search/",
        "/search/?q=王",
        "/me/",
        "/password/",
        "/nowhere/",
    ]
    fixed += [f"/registers/{one.name}/" for one in REGISTERS] + [f"/registers/{one.name}/print/" for one in REGISTERS]
    fixed += [f"/registers/{one.name}/import/" for one in REGISTERS if one.importing]
    return fixed + [
        f"/do/{verb.kind}/" for verb in ACTIONS if not verb.hidden and "document" not in verb.form.base_fields
    ]


def test_every_page_opens_under_a_strict_policy_with_nothing_inline(login, cast):
    browser = login(cast.admin)
    found = {}
    for address in plain_addresses():
        # A verb with a page of its own leads there.
        answer = browser.get(address, follow=True)
        policy = answer["Content-Security-Policy"]
        if answer.status_code not in (200, 404) or INLINE.search(text(answer)) or "unsafe" in policy:
            found[address] = answer.status_code

    assert found == {}
    assert "script-src 'self';" in policy + ";"
    assert "frame-ancestors 'none'" in policy


def test_no_page_names_another_host(login, cast):
    page = text(login(cast.admin).get("/"))

    assert [link for link in re.findall(r'(?:src|href)="([^"]+)"', page) if not link.startswith(("/", "#", "?"))] == []


# Registers


def test_a_register_is_searched_in_either_script(login, cast):
    found = text(login(cast.li).get("/registers/org.people/?q=锅炉"))
    assert "沒有符合的登記" in found

    Person.objects.create(name="劉鍋爐", folded=fold("劉鍋爐"), post="鍋爐工")
    found = text(login(cast.li).get("/registers/org.people/?q=锅炉"))

    assert "劉鍋爐" in found
    assert "王保管" not in found


def test_a_register_is_filtered_sorted_and_paged_by_its_address(login, cast):
    people(60)
    browser = login(cast.li)

    second = text(browser.get("/registers/org.people/?post=教師&sort=-name&page=2"))

    assert "陳000" in second
    assert "陳059" not in second
    assert 'aria-sort="descending"' in second
    assert "王保管" not in second


def test_a_filter_that_cannot_be_read_says_so_and_shows_the_register(login, cast):
    answer = login(cast.li).get("/registers/org.people/?page=先")

    assert answer.status_code == 200
    assert "不是頁碼" in text(answer)
    assert "王保管" in text(answer)


def test_htmx_gets_the_table_alone_from_the_same_address(login, cast):
    answer = login(cast.li).get("/registers/org.people/?q=王", headers={"hx-request": "true"})

    assert text(answer).lstrip().startswith('<div id="listing">')
    assert "<html" not in text(answer)


def test_columns_are_chosen_by_the_address(login, cast):
    browser = login(cast.li)

    chosen = browser.get("/registers/org.people/columns/?column=post&column=name&query=?q=王")

    assert chosen["Location"] == "/registers/org.people/?q=%E7%8E%8B&columns=name%2Cpost"
    assert '<th scope="col"><a href="?q=' in text(browser.get(chosen["Location"]))
    assert text(browser.get(chosen["Location"])).count('<th scope="col"') == 2


def test_telephone_numbers_are_masked(login, cast):
    people(1)

    page = text(login(cast.li).get("/registers/org.people/?q=陳000"))

    assert "13900000000" not in page
    assert "139****0000" in page


def test_a_list_asks_the_database_as_often_for_thirty_rows_as_for_three(login, cast):
    browser = login(cast.li)
    browser.get("/registers/org.people/?post=教師")
    people(3)
    with CaptureQueriesContext(connection) as few:
        browser.get("/registers/org.people/?q=陳")
    people(30)
    with CaptureQueriesContext(connection) as many:
        browser.get("/registers/org.people/?q=陳")

    assert len(many) == len(few)


def test_a_page_of_fifty_rows_is_small(login, cast):
    people(50)

    assert len(login(cast.li).get("/registers/org.people/").content) < 60_000


def test_an_export_is_what_one_sees(login, cast):
    answer = login(cast.li).get("/registers/org.people/export.csv?q=王")

    assert answer["Content-Disposition"].startswith("attachment; filename*=UTF-8''%E6%95%99%E8%81%B7%E5%B7%A5")
    assert "王保管" in text(answer)
    assert "李主任" not in text(answer)


# Forms


def test_a_form_keeps_what_was_typed_and_says_beside_the_field_what_is_wrong(login, cast):
    answer = login(cast.li).post(
        "/do/org.class_added/", {"campus": "東校區", "name": "一(1)班", "pupils": "好多", "once": ONCE}
    )

    assert answer.status_code == 422
    assert "沒有叫「東校區」的場所" in text(answer)
    assert 'value="一(1)班"' in text(answer)
    assert 'value="好多"' in text(answer)
    assert f'name="once" value="{ONCE}"' in text(answer)
    assert Entry.objects.filter(kind="org.class_added").count() == 0


def test_a_refusal_is_shown_with_what_was_typed(login, cast):
    answer = login(cast.li).post("/do/org.campus_added/", {"campus": "南校區", "address": "學府路1號", "once": ONCE})

    assert answer.status_code == 422
    assert "已經有「南校區」這個場所" in text(answer)
    assert 'value="學府路1號"' in text(answer)


@pytest.mark.django_db(transaction=True)
def test_a_form_sent_twice_writes_once(committed_cast):
    from django.test import Client

    browser = Client()
    browser.force_login(committed_cast.admin.user, backend="django.contrib.auth.backends.ModelBackend")
    typed = {"campus": "東校區", "once": ONCE}

    first = browser.post("/do/org.campus_added/", typed)
    second = browser.post("/do/org.campus_added/", typed)
    changed = browser.post("/do/org.campus_added/", typed | {"campus": "西校區"})

    assert first["Location"] == second["Location"]
    assert Place.objects.filter(name="東校區").count() == 1
    assert changed.status_code == 422
    assert "若要另外再登記一筆" in text(changed)
    assert ONCE not in text(changed)
    assert not Place.objects.filter(name="西校區").exists()


def test_a_form_leads_back_to_where_it_was_opened_but_not_to_another_site(login, cast):
    browser = login(cast.li)

    here = browser.post("/do/org.campus_added/", {"campus": "東校區", "next": "/registers/org.campuses/"})
    away = browser.post("/do/org.campus_added/", {"campus": "西校區", "next": "https://evil.example/"})

    assert here["Location"] == "/registers/org.campuses/"
    assert away["Location"] == f"/entries/{Entry.objects.latest('number').number}/"


def test_a_long_list_is_typed_with_suggestions(login, cast):
    people(301)
    browser = login(cast.li)

    form = text(browser.get("/do/org.unit_added/"))
    names = text(browser.get("/do/org.unit_added/suggest/head/?head=陈00"))

    assert 'list="list_head"' in form
    assert '<option value="陳001">' in names
    assert "王保管" not in names
    sent = browser.post("/do/org.unit_added/", {"name": "三年級組", "head": "陈007"})
    assert sent.status_code == 302


def test_hidden_actions_have_no_page(login, cast):
    hidden = [verb for verb in ACTIONS if verb.hidden]
    browser = login(cast.admin)

    assert {verb.kind for verb in hidden if browser.get(f"/do/{verb.kind}/").status_code != 404} == set()
    assert {verb.kind for verb in hidden if browser.post(f"/do/{verb.kind}/").status_code != 404} == set()
    fields = [(verb.kind, name) for verb in hidden for name in verb.form.base_fields]
    assert {
        (kind, name)
        for kind, name in fields
        if browser.get(f"/do/{kind}/suggest/{name}/", {name: "a"}).status_code != 404
    } == set()


# Entries


@pytest.fixture
def received(cast):
    chalk = Commodity.objects.create(code="chalk", name="粉筆", counter="盒")
    with batch(cast.wang) as unit:
        draft = unit.draft("stores.received", occurred_on=date(2019, 3, 5))
        draft.place = cast.south
        draft.line(chalk, source=account("outside", "suppliers"), target=account_of_place(cast.south), quantity=7)
        draft.measure("pupils", 312)
    return Entry.objects.get(number=draft.number)


def test_an_entry_shows_who_when_where_and_what_moved(login, cast, received):
    page = text(login(cast.li).get(f"/entries/{received.number}/"))

    for expected in ("2019-03-05", "王保管", "南校區", "粉筆", "7盒", "校外", "312", received.digest):
        assert expected in page


def test_the_office_takes_an_entry_back_with_a_reason(login, cast, received):
    browser = login(cast.li)
    chalk = Commodity.objects.get(code="chalk")

    silent = browser.post("/do/journal.reversed/", {"entry_number": received.number, "reason": ""})
    told = browser.post("/do/journal.reversed/", {"entry_number": received.number, "reason": "數量記錯", "once": ONCE})

    assert silent.status_code == 422
    assert told.status_code == 302
    reversal = Entry.objects.get(reverses=received)
    assert (reversal.kind, reversal.sign, reversal.reason, reversal.by) == ("stores.received", -1, "數量記錯", cast.li)
    assert balance(account_of_place(cast.south), chalk) == 0
    assert not Entry.objects.filter(kind="journal.reversed").exists()
    assert f"已由第 {reversal.number} 號沖銷" in text(browser.get(f"/entries/{received.number}/"))


def test_a_stranger_may_not_take_an_entry_back(login, cast, received):
    answer = login(cast.zhao).post("/do/journal.reversed/", {"entry_number": received.number, "reason": "不喜歡"})

    assert answer.status_code == 403
    assert not Entry.objects.filter(reverses=received).exists()


def test_an_entry_of_a_paper_offers_no_reversal_and_refuses_one(login, cast):
    """A paper's own verbs take it back; the director withdraws what she asked for, she does not reverse it (B1)."""
    repair = ACTIONS["repairs.reported"](cast.zhao, place=str(cast.south_105.pk), fault="燈不亮")
    browser = login(cast.li)

    page = text(browser.get(f"/entries/{repair.number}/"))
    refused = browser.post("/do/journal.reversed/", {"entry_number": repair.number, "reason": "登錯了", "once": ONCE})

    assert "沖銷這一筆" not in page
    assert refused.status_code == 422
    assert "要收回，請在單上用「撤回」「作廢」" in text(refused)
    assert not Entry.objects.filter(reverses=repair).exists()


def test_entries_are_filtered_by_kind_and_day(login, cast, received):
    browser = login(cast.li)

    found = text(browser.get("/entries/?kind=stores.received&from=2019-03-05&to=2019-03-05"))
    none = text(browser.get("/entries/?kind=stores.received&from=2019-03-06"))

    assert f'href="/entries/{received.number}/"' in found
    assert "沒有符合的登記" in none


# Today


def test_today_lists_the_duties_of_my_posts_late_first(login, cast):
    today = clock.today()
    Duty.objects.create(
        name="gates",
        label="校門巡查",
        rule="FREQ=DAILY",
        starts_on=today,
        role="guard",
        fulfilled_by="safety.inspected",
        days=0,
    )
    Duty.objects.create(
        name="fire", label="消防檢查", rule="FREQ=MONTHLY", starts_on=today, role="safety_officer", fulfilled_by="x.y"
    )

    page = text(login(cast.ma).get("/"))

    assert "校門巡查" in page
    assert "待做" in page
    assert "消防檢查" not in page


# Imports


def test_an_import_is_read_before_it_is_written(login, cast):
    browser = login(cast.li)
    sheet = "校区名称,地址,学生数\n東校區,學府路1號,600\n".encode()

    preview = browser.post("/registers/org.campuses/import/", {"file": SimpleUploadedFile("校區.csv", sheet)})
    token = re.search(r'name="confirm" value="([0-9a-f]+)"', text(preview))[1]

    assert "都讀懂了，還沒有寫" in text(preview)
    assert not Place.objects.filter(name="東校區").exists()
    stranger = login(cast.wang).post("/registers/org.campuses/import/", {"confirm": token})
    assert stranger.status_code == 403
    written = browser.post("/registers/org.campuses/import/", {"confirm": token})
    assert written["Location"] == "/registers/org.campuses/"
    assert Place.objects.get(name="東校區").pupils == 600
    again = browser.post("/registers/org.campuses/import/", {"confirm": token})
    assert again.status_code == 409


def test_an_import_says_which_row_and_why(login, cast):
    sheet = "校區,學生數\n東校區,六百多\n".encode()

    answer = login(cast.li).post("/registers/org.campuses/import/", {"file": SimpleUploadedFile("校區.csv", sheet)})

    assert answer.status_code == 422
    assert "什麼都還沒有寫" in text(answer)
    assert "六百多" in text(answer)
    assert ">寫入<" not in text(answer)
