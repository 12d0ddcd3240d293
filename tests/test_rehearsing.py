"""A long import is judged while everybody else goes on writing, and then stands in the book wholly or not at all."""

from __future__ import annotations

import csv
import io
import threading
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.db import connection, connections

from houqin.domains.gate.models import Visit
from houqin.domains.repairs.actions import report as report_repair
from houqin.domains.repairs.models import WorkOrder
from houqin.domains.stores.models import HandOut
from houqin.foundation.journal.checks import CHECKS
from houqin.foundation.journal.closing import close_month
from houqin.foundation.journal.models import Book, Entry, Place
from houqin.foundation.journal.verification import verify, wrong_balances
from houqin.foundation.org.actions import add_place
from houqin.foundation.registers import importing
from houqin.foundation.registers.importing import run_import
from houqin.foundation.registers.models import ImportedRow, ImportRun
from houqin.foundation.registers.rehearsing import KEYS_APART
from houqin.foundation.signing.models import Sequence, Task
from houqin.kit import clock


@pytest.fixture(autouse=True)
def _always_rehearsed(monkeypatch):
    """Also a few rows are judged on a copy here."""
    monkeypatch.setattr(importing, "ROWS_UNDER_LOCK", 0)


@pytest.fixture
def sheet(tmp_path):
    def write(rows, *, name="表.csv"):
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        path = tmp_path / name
        path.write_text(text.getvalue(), encoding="utf-8-sig")
        return path

    return write


@pytest.fixture
def meanwhile():
    """``meanwhile(do)``: a progress that once, while an import judges, has somebody else ``do`` something to its end."""

    def progress(*deeds):
        waiting = list(deeds)

        def somebody_else(done, total):
            if not waiting:
                return
            deed, problems = waiting.pop(0), []

            def do():
                try:
                    deed()
                except Exception as problem:  # noqa: BLE001 told by the thread that asked
                    problems.append(problem)
                finally:
                    connections.close_all()

            thread = threading.Thread(target=do)
            thread.start()
            thread.join(timeout=60)
            assert not thread.is_alive(), "somebody else waited for the import"
            assert not problems, problems

        return somebody_else

    return progress


REPAIRS = ("單號", "報修日期", "報修人", "校區樓室", "類別", "故障描述", "維修人", "維修內容", "完成時間")
LAST_YEAR = clock.today().year - 1


def repairs(count, *, numbered=True, room="南校區教學樓105室"):
    days = [date(LAST_YEAR, 3, 1) + timedelta(days=n % 90) for n in range(count)]
    return [
        REPAIRS,
        *(
            (f"BX-{n:04d}" if numbered else "", day, "李老師", room, "水", f"漏水{n}", "陳師傅", "修好", f"{day} 16:00")
            for n, day in enumerate(days)
        ),
    ]


def is_sound():
    return verify().is_sound and wrong_balances() == [] and findings() <= _BEFORE


def findings():
    return {str(finding) for check in CHECKS for finding in check.look()}


# What the cast itself leaves to find: its people and rooms were put in by no entry.
_BEFORE: set[str] = set()


@pytest.fixture(autouse=True)
def _found_before(committed_cast):
    _BEFORE.clear()
    _BEFORE.update(findings())


def nothing_is_left():
    folder = settings.HOME / "rehearsing"
    return not folder.exists() or not list(folder.iterdir())


def test_others_write_while_an_import_is_judged(committed_cast, sheet, meanwhile, monkeypatch):
    # Judged once, and carried over behind what others wrote.
    monkeypatch.setattr(importing, "ATTEMPTS", 1)
    cast = committed_cast

    def live():
        for n in range(3):
            report_repair(cast.lin, place=cast.south_105, category="水", fault=f"水龍頭{n}")

    report = run_import(cast.li, [sheet(repairs(40))], progress=meanwhile(live))

    assert report.written, report.as_json()
    assert WorkOrder.objects.count() == 43
    assert ImportedRow.objects.count() == 40
    if connection.vendor == "sqlite":
        assert ImportedRow.objects.order_by("pk").first().pk > KEYS_APART
    first = Entry.objects.get(pk=ImportedRow.objects.order_by("pk").first().entry_id)
    assert first.document_number == "BX-0000"
    assert Book.objects.get().head == Entry.objects.count()
    # Those who wrote meanwhile stand before it.
    assert max(Entry.objects.filter(by=cast.lin).values_list("number", flat=True)) < first.number
    assert is_sound()
    assert nothing_is_left()
    # What was carried over is written on like anything else.
    report_repair(cast.lin, place=cast.south_105, category="水", fault="又漏")
    assert run_import(cast.li, [sheet(repairs(40))]).sections[0].unchanged == 40
    assert is_sound()


def test_an_import_alone_goes_over_as_it_was_judged(committed_cast, sheet):
    report = run_import(committed_cast.li, [sheet(repairs(40))])

    assert report.written
    assert WorkOrder.objects.filter(state="closed").count() + WorkOrder.objects.filter(state="done").count() == 40
    assert is_sound()


def test_a_preview_locks_nothing_and_writes_nothing(committed_cast, sheet):
    locked, done = threading.Event(), threading.Event()

    def somebody_writing():
        try:
            from django.db import transaction

            with transaction.atomic():
                Book.objects.select_for_update().get()
                Sequence.objects.create(prefix="XX", year=2000, last=1)
                locked.set()
                done.wait(timeout=60)
                transaction.set_rollback(True)
        finally:
            connections.close_all()

    before = (Entry.objects.count(), Task.objects.count())
    thread = threading.Thread(target=somebody_writing)
    thread.start()
    try:
        assert locked.wait(timeout=60)
        report = run_import(committed_cast.li, [sheet(repairs(10))], dry_run=True)
    finally:
        done.set()
        thread.join(timeout=60)

    assert report.sections[0].added == 10
    assert (Entry.objects.count(), Task.objects.count(), ImportRun.objects.count()) == (*before, 0)
    assert nothing_is_left()


def test_papers_without_numbers_and_those_written_meanwhile_are_numbered_apart(committed_cast, sheet, meanwhile):
    cast = committed_cast
    today = clock.today()

    def live():
        report_repair(cast.lin, place=cast.south_105, category="水", fault="漏")

    rows = repairs(12, numbered=False)
    rows = [rows[0], *((row[0], today, *row[2:8], "") for row in rows[1:])]
    report = run_import(cast.li, [sheet(rows)], progress=meanwhile(live, live))

    assert report.written, report.as_json()
    numbers = list(WorkOrder.objects.values_list("number", flat=True))
    assert len(numbers) == len(set(numbers)) == 14
    report_repair(cast.lin, place=cast.south_105, category="水", fault="漏")
    assert is_sound()


def test_the_same_sheet_twice_at_once_is_taken_in_once(committed_cast, sheet, meanwhile):
    path = sheet(repairs(20))

    report = run_import(committed_cast.li, [path], progress=meanwhile(lambda: run_import(committed_cast.admin, [path])))

    assert not report.is_refused
    assert (report.sections[0].added, report.sections[0].unchanged) == (0, 20)
    assert WorkOrder.objects.count() == 20
    assert is_sound()


def test_a_room_somebody_adds_meanwhile_is_the_one_that_is_meant(committed_cast, sheet, meanwhile):
    cast = committed_cast

    def live():
        add_place(cast.admin, campus=cast.south, name="美術室")

    report = run_import(
        cast.li, [sheet(repairs(5, room="南校區美術室"))], add_missing=("places",), progress=meanwhile(live)
    )

    assert report.written, report.as_json()
    assert Place.objects.filter(full_name="南校區美術室").count() == 1
    assert is_sound()


def test_a_month_closed_meanwhile_refuses_its_rows(committed_cast, sheet, meanwhile):
    cast = committed_cast
    report_repair(cast.lin, place=cast.south_105, category="水", fault="漏")

    report = run_import(
        cast.li, [sheet(repairs(5))], progress=meanwhile(lambda: close_month(cast.admin, month=LAST_YEAR * 100 + 12))
    )

    assert report.is_refused
    assert WorkOrder.objects.count() == 1
    assert ImportedRow.objects.count() == 0


def test_the_last_pieces_are_not_taken_twice(committed_cast, sheet, meanwhile):
    cast = committed_cast
    head = ("日期", "領用部門(班級)", "品名", "單位", "數量", "用途", "領用人簽名", "批准人", "發放人")
    day = date(LAST_YEAR, 9, 1)
    opening = [("日期", "品名", "單位", "數量", "單價", "金額", "倉庫"), (day, "粉筆", "盒", 10, 3, 30, "")]
    assert run_import(cast.admin, [sheet(opening, name="期初庫存.csv")], register="stores.openings").written
    mine = sheet([head, *[(day, "總務處", "粉筆", "盒", 2, "教學", f"王{n}", "李主任", "王保管") for n in range(4)]])
    theirs = sheet([head, (day, "總務處", "粉筆", "盒", 6, "教學", "趙老師", "李主任", "王保管")], name="另.csv")

    report = run_import(
        cast.admin, [mine], register="stores.hand_outs",
        progress=meanwhile(lambda: run_import(cast.admin, [theirs], register="stores.hand_outs")),
    )  # fmt: skip

    assert report.is_refused
    assert HandOut.objects.count() == 1
    assert is_sound()


def test_rows_known_from_before_are_written_on_beside_others(committed_cast, sheet, meanwhile):
    cast = committed_cast
    rows = repairs(10)
    assert run_import(cast.li, [sheet([rows[0], *[row[:6] + ("", "", "") for row in rows[1:]]])]).written

    report = run_import(
        cast.li,
        [sheet(rows)],
        progress=meanwhile(lambda: report_repair(cast.lin, place=cast.south_105, category="水", fault="漏")),
    )

    assert report.written, report.as_json()
    assert report.sections[0].changed == 10
    assert is_sound()


def test_visits_without_numbers_come_in(committed_cast, sheet):
    head = ("日期", "入校時間", "姓名", "單位", "事由", "受訪人", "離校時間", "值班門衛")
    rows = [(date(LAST_YEAR, 3, 1), "9:05", f"訪{n}", "示例", "送貨", "王保管", "9:40", "馬門衛") for n in range(30)]

    assert run_import(committed_cast.admin, [sheet([head, *rows])], register="gate.visits").written

    assert Visit.objects.count() == 30
    assert is_sound()
