"""The visitors' book and the leave slips of a real half year, through the importer."""

from datetime import date

import pytest

from houqin.domains.gate import actions, forms
from houqin.domains.gate.models import LeaveSlip, Visit
from houqin.foundation.journal.actions import batch
from houqin.foundation.journal.checks import CHECKS
from houqin.foundation.journal.figures import Reading
from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.org.founding import found_school
from houqin.foundation.registers.importing import run_import
from houqin.kit.periods import Period

HALF_YEAR = Period(date(2018, 7, 10), date(2019, 1, 20))


@pytest.fixture
def half_year(db, shared):
    seeds = shared / "seeds" / "s3"
    founded = found_school(name="市第一完全小學", password="chalk-and-duster-7")
    files = [seeds / name for name in ("學校基本情況.xlsx", "外來人員來訪登記簿.csv", "學生離校單.xlsx")]
    report = run_import(founded.administrator, files)
    assert report.written, report.as_json()
    return founded.administrator, files


def test_a_half_year_at_the_gate_gives_the_figures_of_the_summary(half_year):
    reading = Reading(HALF_YEAR)
    expected = {
        "gate.visits": 197,
        "gate.visitors": 263,
        "gate.not_signed_out": 5,
        "gate.signed_out": 192,
        "gate.leave_slips": 72,
        "gate.leave_slips_illness": 48,
        "gate.late_returns": 0,
        "gate.not_returned": 0,
    }
    assert {name: reading[name].value for name in expected} == expected
    for name in expected:
        assert sum(row.quantity for row in reading.rows(name)) == reading[name].value


def test_of_an_identity_number_only_the_last_four_places_are_kept(half_year):
    visit = Visit.objects.get(name="劉國慶")
    assert (visit.identity, len(visit.identity_digest), visit.state) == ("**************3238", 64, "left")


def test_no_personal_fact_reaches_the_journal(half_year):
    written = "".join(Entry.objects.filter(kind__startswith="gate.").values_list("asked", flat=True))
    assert written
    assert not any(fact in written for fact in ("劉國慶", "13900008305", "990101198301013238", "林美麗", "陳康梅"))


def test_a_class_of_two_campuses_is_not_guessed(half_year):
    slip = LeaveSlip.objects.get(number="LX029")
    assert (slip.class_name, slip.school_class, slip.campus, slip.state) == ("一(1)班", None, None, "gone")
    assert "不只一個校區有「一(1)班」" in slip.note


def test_who_was_not_signed_out_waits_on_the_guards_list(half_year):
    from houqin.foundation.signing.models import Task

    assert Visit.objects.filter(state="unsigned").count() == 5
    assert Task.objects.open().filter(document_kind="gate.visit", step="gate.left").count() == 5


def test_the_same_files_again_change_nothing(half_year):
    administrator, files = half_year
    before = Entry.objects.count()

    report = run_import(administrator, files)

    assert all(section.unchanged == section.read for section in report.sections)
    assert Entry.objects.count() == before


def test_every_check_is_content(half_year):
    assert [finding for check in CHECKS for finding in check.look()] == []


def visit(**facts):
    return {"day": "2018-09-03", "entered_at": "9:00", "name": "訪客甲", "host": "林老師", "purpose": "送貨", **facts}


def take_in(person, *rows, verb=actions.record_visit, form=forms.RecordVisit):
    with batch(person) as unit:
        for row in rows:
            verb.into(unit, row, form=form(actor=person))


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"left_at": "8:00"}, "離校時間早於入校時間"),
        ({"visitors": "0"}, "不能小於 1"),
        ({"entered_at": ""}, "入校時間"),
        ({"day": "", "entered_at": "9:00"}, "沒有寫日期"),
        ({"name": ""}, "姓名"),
    ],
)
def test_a_visit_that_cannot_be_true_is_refused(cast, facts, sentence):
    with pytest.raises(Refused, match=sentence):
        take_in(cast.ma, visit(**facts))
    assert Visit.objects.count() == 0


def test_a_book_with_day_and_time_in_one_cell_is_read(cast):
    take_in(cast.ma, visit(day="", entered_at="2018-09-03 9:36", left_at="2018-09-03 10:00"))
    entry = Entry.objects.get(kind="gate.left")
    assert (entry.occurred_on, entry.because.kind) == (date(2018, 9, 3), "gate.entered")


def test_a_stranger_may_not_take_papers_in(cast):
    with pytest.raises(Denied):
        take_in(cast.zhao, visit())
    with pytest.raises(Denied):
        take_in(cast.zhao, slip(), verb=actions.record_slip, form=forms.RecordSlip)


def slip(**facts):
    return {"number": "L1", "day": "2018-09-03", "school_class": "一(1)班", "pupil": "某生", "reason": "發燒", **facts}


def amend(cast, **facts):
    document = LeaveSlip.objects.get(number="L1")
    return actions.amend_slip(cast.ma, document=document, **slip(**facts))


def test_a_slip_that_comes_again_with_the_return_is_written_on(cast):
    take_in(
        cast.ma,
        slip(teacher="林老師", released_at="10:00", planned_return_at="14:00"),
        verb=actions.record_slip,
        form=forms.RecordSlip,
    )

    entry = amend(
        cast, teacher="林老師", released_at="10:00", planned_return_at="14:00", returned_at="15:00", closed_by="林老師"
    )

    assert entry.kind == "gate.slip_returned"
    assert LeaveSlip.objects.get().state == "closed"
    reading = Reading(HALF_YEAR)
    assert [reading[name].value for name in ("gate.leave_slips", "gate.late_returns", "gate.not_returned")] == [1, 1, 0]


def test_a_slip_that_comes_again_for_another_pupil_is_refused_without_naming_either(cast):
    take_in(cast.ma, slip(), verb=actions.record_slip, form=forms.RecordSlip)
    with pytest.raises(Refused, match="「姓名」已登記為 ＊，這次寫的是 ＊"):
        amend(cast, pupil="另一生")


@pytest.mark.parametrize(
    ("day", "counted"), [("2018-07-09", 0), ("2018-07-10", 1), ("2019-01-20", 1), ("2019-01-21", 0)]
)
def test_figures_count_first_and_last_day_and_none_beside(cast, day, counted):
    take_in(cast.ma, visit(day=day, visitors=3))
    take_in(cast.ma, slip(day=day), verb=actions.record_slip, form=forms.RecordSlip)
    reading = Reading(HALF_YEAR)
    names = ("gate.visits", "gate.visitors", "gate.not_signed_out", "gate.leave_slips", "gate.leave_slips_unsigned")
    assert [reading[name].value for name in names] == [counted, 3 * counted, counted, counted, counted]


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 2, 0), (1, 0, 2)])
def test_a_slip_with_its_own_number_and_two_without_keep_apart(cast, tmp_path, order):
    rows = [
        ("LX-2019-0001", "2019-01-08", "李小明", "發熱", "10:00", "14:00"),
        ("", "2019-01-09", "王小紅", "發熱", "10:00", "14:00"),
        ("", "2019-01-09", "趙小剛", "發熱", "10:00", "14:00"),
    ]
    head = ("編號", "日期", "姓名", "離校事由", "擬離校時間", "擬返校時間", "班級")
    path = tmp_path / "學生離校單.csv"
    lines = [head, *[(*rows[index], "一(1)班") for index in order]]
    path.write_text("".join(",".join(line) + "\n" for line in lines), encoding="utf-8-sig")

    report = run_import(cast.admin, [path], register="gate.leave_slips", add_missing=("classes",))

    assert report.written, report.as_json()
    assert sorted(LeaveSlip.objects.values_list("number", "pupil")) == sorted(
        [("LX-2019-0001", "李小明")]
        + [(f"LX-2019-000{n}", rows[index][2]) for n, index in enumerate([one for one in order if one], start=2)]
    )
