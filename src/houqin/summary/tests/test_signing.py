"""The way of a summary: drafted, edited, signed by the director, frozen by the principal, corrected ever after."""

from datetime import date

import pytest
import time_machine
from django.db import DatabaseError, transaction

from houqin.foundation.journal.actions import Invalid, batch
from houqin.foundation.journal.closing import close_month
from houqin.foundation.journal.freezing import freeze, thaw
from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.journal.sentences import CLAUSES, PROBLEMS
from houqin.foundation.journal.verification import verify
from houqin.foundation.journal.writer import reverse
from houqin.foundation.signing.models import Signature, Task
from houqin.summary import actions
from houqin.summary.checks import fair_copies_are_what_was_signed
from houqin.summary.composition import HAND
from houqin.summary.models import FairCopy, Summary
from houqin.summary.reading import composition_of, corrections

from .trade import CHECKS, DESKS, LAMPS, TODAY, a_good_half, happened, lamps

TEXT = "現總結如下：\n# 一、維修\n更換燈管{{craft.lamps}}，課桌椅{{craft.desks}}。"


@pytest.fixture(autouse=True)
def july():
    with time_machine.travel("2019-07-05 10:00+08:00", tick=False):
        yield


@pytest.fixture
def only_our_trade(monkeypatch):
    """The clauses of the trade of these tests instead of those of the house."""
    monkeypatch.setattr(CLAUSES, "_members", {one.name: one for one in (LAMPS, DESKS, CHECKS)})
    monkeypatch.setattr(PROBLEMS, "_members", {})


@pytest.fixture
def summary(cast, only_our_trade):
    entry = actions.draft(cast.li, plan="director", from_on=date(2019, 1, 1), to_on=date(2019, 6, 30))
    return Summary.objects.get(pk=entry.document_id)


def fresh(summary):
    return Summary.objects.get(pk=summary.pk)


def written(summary, cast, text=TEXT):
    actions.edit(cast.li, document=summary, text=text)
    return fresh(summary)


def frozen(summary, cast):
    a_good_half(cast)
    written(summary, cast)
    actions.submit(cast.li, document=fresh(summary))
    actions.freeze(cast.principal, document=fresh(summary))
    return fresh(summary)


def test_a_draft_has_a_number_a_period_and_a_task_for_the_director(summary, cast):
    assert (summary.number, summary.state, summary.label) == ("ZJ-2019-0001", "draft", "2019年上半年")
    assert [(task.step, task.role) for task in Task.objects.open()] == [("summary.submitted", "director")]


def test_one_period_has_one_draft_of_a_kind_at_a_time(summary, cast):
    with pytest.raises(Refused, match="這一期間已有工作總結 ZJ-2019-0001"):
        actions.draft(cast.li, plan="director", from_on=date(2019, 1, 1), to_on=date(2019, 6, 30))

    actions.discard(cast.li, document=summary)

    assert actions.draft(cast.li, plan="director", from_on=date(2019, 1, 1), to_on=date(2019, 6, 30)).number


def test_a_period_that_ends_before_it_starts_is_refused(cast):
    with pytest.raises(Invalid, match="早於開始日"):
        actions.draft(cast.li, plan="director", from_on=date(2019, 6, 30), to_on=date(2019, 1, 1))


def test_a_stranger_may_neither_draft_nor_edit(summary, cast):
    with pytest.raises(Denied):
        actions.draft(cast.zhao, plan="director", from_on=date(2018, 1, 1), to_on=date(2018, 6, 30))
    with pytest.raises(Denied):
        actions.edit(cast.zhao, document=summary, text=TEXT)


def test_everybody_may_draft_their_own_personal_summary_and_no_one_elses(cast, only_our_trade):
    period = {"plan": "personal", "from_on": date(2019, 1, 1), "to_on": date(2019, 6, 30)}

    entry = actions.draft(cast.zhao, **period)

    assert Summary.objects.get(pk=entry.document_id).person == cast.zhao
    with pytest.raises(Denied):
        actions.draft(cast.zhao, **period, person=cast.chen)


def test_figures_of_an_edited_draft_stay_live(summary, cast):
    lamps(cast.chen, 83)
    document = written(summary, cast)
    assert "更換燈管80餘次" in composition_of(document, today=TODAY).text

    lamps(cast.chen, 7)

    assert "更換燈管90次" in composition_of(document, today=TODAY).text


def test_an_edited_text_stays_out_of_the_journal(summary, cast):
    written(summary, cast)

    entry = Entry.objects.get(kind="summary.edited")

    assert "現總結如下" not in entry.asked
    assert '"text":"' in entry.asked


def test_a_text_with_an_unknown_figure_is_refused_and_leaves_the_draft_as_it_was(summary, cast):
    with pytest.raises(Refused, match="沒有叫「craft.moons」的數字"):
        actions.edit(cast.li, document=summary, text="月亮{{craft.moons}}個")

    assert fresh(summary).text == ""


def test_gaps_block_the_signature_and_are_named(summary, cast):
    lamps(cast.chen, 83)

    with pytest.raises(Refused, match="處待補，不能簽字：添置課桌椅、安全排查"):
        actions.submit(cast.li, document=summary)

    assert fresh(summary).state == "draft"
    assert not Signature.objects.exists()


def test_a_typed_number_blocks_the_signature_until_a_record_backs_it(summary, cast):
    a_good_half(cast)
    document = written(summary, cast, text="窗戶15頁，更換燈管{{craft.lamps}}。")
    assert [run.text for run in composition_of(document, today=TODAY).runs() if run.kind == HAND] == ["15頁"]
    with pytest.raises(Refused, match="手填的數沒有依據：15頁"):
        actions.submit(cast.li, document=document)

    record = happened(cast.chen, "window_mended", date(2019, 3, 1))[0]
    actions.vouch(cast.li, document=fresh(summary), number_text="15頁", record=record.number)
    actions.submit(cast.li, document=fresh(summary))

    assert fresh(summary).state == "submitted"
    assert Entry.objects.get(kind="summary.vouched").because_id == record.number


def test_without_a_record_somebody_else_must_vouch(summary, cast):
    a_good_half(cast)
    document = written(summary, cast, text="窗戶15頁，更換燈管{{craft.lamps}}。")

    with pytest.raises(Denied, match="另一個人作證"):
        actions.vouch(cast.li, document=document, number_text="15頁", note="記得清楚")
    actions.vouch(cast.principal, document=fresh(summary), number_text="15頁", note="憑施工驗收單")

    assert composition_of(fresh(summary), today=TODAY).unvouched == ()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"number_text": "16頁", "note": "憑單"}, "正文裏沒有等待作證的「16頁」"),
        ({"number_text": "15頁", "record": 99999}, "第 99999 號登記不存在"),
        ({"number_text": "15頁"}, "請寫登記號，或寫明憑哪份材料"),
        ({"number_text": "很多", "note": "憑單"}, "請照正文裏的樣子寫這個數"),
    ],
)
def test_vouching_for_what_is_not_there_is_refused(summary, cast, given, sentence):
    document = written(summary, cast, text="窗戶15頁。")

    with pytest.raises(Refused, match=sentence):
        actions.vouch(cast.principal, document=document, **given)


def test_two_different_people_sign(summary, cast):
    a_good_half(cast)
    actions.submit(cast.li, document=written(summary, cast))

    with pytest.raises(Denied):
        actions.freeze(cast.li, document=fresh(summary))
    actions.freeze(cast.principal, document=fresh(summary))

    signed = Signature.objects.filter(document_id=summary.pk).order_by("pk")
    assert [(one.person.name, one.signs_as) for one in signed] == [("李主任", "author"), ("周校長", "principal")]
    assert fresh(summary).state == "frozen"
    assert not Task.objects.open().exists()


def test_the_administrator_who_submitted_may_not_freeze(summary, cast):
    a_good_half(cast)
    actions.submit(cast.admin, document=written(summary, cast))

    with pytest.raises(Denied, match="另一個人"):
        actions.freeze(cast.admin, document=fresh(summary))


def test_what_the_principal_freezes_is_what_the_director_signed(summary, cast):
    a_good_half(cast)
    actions.submit(cast.li, document=written(summary, cast))
    lamps(cast.chen, 1)

    with pytest.raises(Refused, match="送審以後這些數字有變：更換燈管"):
        actions.freeze(cast.principal, document=fresh(summary))
    actions.send_back(cast.principal, document=fresh(summary), why="數字有變")
    actions.submit(cast.li, document=fresh(summary))
    actions.freeze(cast.principal, document=fresh(summary))

    assert fresh(summary).state == "frozen"


def test_a_fair_copy_keeps_text_values_and_the_head_it_was_read_at(summary, cast):
    document = frozen(summary, cast)
    before = Entry.objects.get(kind="summary.frozen").number - 1
    lamps(cast.chen, 30)

    composition = composition_of(document, today=TODAY)

    assert "更換燈管80餘次，課桌椅200套" in composition.text
    assert (composition.head, composition.digest) == (before, Entry.objects.get(number=before).digest)
    assert (composition.signed_on, composition.number) == (TODAY, "ZJ-2019-0001")


def test_a_frozen_summary_takes_no_more_changes(summary, cast):
    document = frozen(summary, cast)

    with pytest.raises(Refused, match="這張單現在是「已定稿」"):
        actions.edit(cast.li, document=document, text="別的話。")
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        FairCopy.objects.update(head=1)


def test_the_chain_vouches_for_the_fair_copy(summary, cast):
    frozen(summary, cast)
    assert list(fair_copies_are_what_was_signed()) == []
    assert verify().is_sound

    from django.db import connection

    thaw(connection, "summary_faircopy")
    copy = FairCopy.objects.get()
    copy.content["sources"][0]["value"] = 999
    FairCopy.objects.filter(pk=copy.pk).update(content=copy.content)
    freeze(connection, "summary_faircopy")

    (finding,) = fair_copies_are_what_was_signed()
    assert finding.sentence == "工作總結 ZJ-2019-0001 的定稿與登記鏈裏的指紋不符。"


def test_entries_written_into_the_period_afterwards_are_corrections(summary, cast):
    document = frozen(summary, cast)
    assert corrections(document) == []

    late = happened(cast.chen, "lamp_changed", date(2019, 6, 30))[0]
    happened(cast.chen, "lamp_changed", date(2019, 7, 1))

    (found,) = corrections(document)
    assert (found.reported, found.now, found.entries) == (83, 84, (late.number,))
    assert found.sentence == f"更換燈管：報80餘次（83），今80餘次（84），因第 {late.number} 號登記。"


def test_a_correction_of_a_closed_month_counts_although_it_is_dated_later(summary, cast):
    mistaken = happened(cast.chen, "lamp_changed", date(2019, 2, 5))[0]
    document = frozen(summary, cast)
    close_month(cast.qian, month=201906)
    with batch(cast.li) as unit:
        back = reverse(unit, mistaken, reason="重複登記")

    (found,) = corrections(document)

    assert back.occurred_on == TODAY
    assert (found.reported, found.now, found.entries) == (84, 83, (back.number,))


def test_an_answer_written_later_is_named_as_the_cause(summary, cast):
    a_good_half(cast)

    class Paper:
        kind, pk, number = "craft.paper", 7, "紙-7"

    def of_paper(kind, day):
        with batch(cast.chen) as unit:
            draft = unit.draft(kind, occurred_on=day)
            draft.document = Paper()
        return draft.recorded

    of_paper("craft.reported", date(2019, 5, 5))
    written(summary, cast, text="未修好的{{craft.open}}。")
    actions.submit(cast.li, document=fresh(summary))
    actions.freeze(cast.principal, document=fresh(summary))
    answer = of_paper("craft.answered", date(2019, 6, 29))

    (found,) = corrections(fresh(summary))

    assert (found.reported, found.now, found.entries) == (1, 0, (answer.number,))


def test_a_personal_summary_is_signed_by_its_author_and_the_director(cast, only_our_trade):
    lamps(cast.zhao, 12)
    entry = actions.draft(cast.zhao, plan="personal", from_on=date(2019, 1, 1), to_on=date(2019, 6, 30))
    document = Summary.objects.get(pk=entry.document_id)
    assert [(task.step, task.person) for task in Task.objects.open()] == [("summary.submitted", cast.zhao)]
    actions.edit(cast.zhao, document=document, text="本人更換燈管{{craft.lamps}}。")

    actions.submit(cast.zhao, document=fresh(document))
    with pytest.raises(Denied):
        actions.freeze(cast.zhao, document=fresh(document))
    actions.freeze(cast.li, document=fresh(document))

    assert composition_of(fresh(document), today=TODAY).signature == "趙老師"
