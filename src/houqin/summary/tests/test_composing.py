"""Composing: figures in sentences, gaps where data is wanted, silence where nothing happened, problems by weight."""

from dataclasses import replace
from datetime import date

import pytest

from houqin.foundation.calendar.models import Duty, ReportPeriod, Season, Term
from houqin.foundation.journal import sentences
from houqin.foundation.journal.figures import FIGURES
from houqin.foundation.journal.sentences import CLAUSES as ALL_CLAUSES
from houqin.foundation.journal.sentences import Evidence, Problem
from houqin.kit.periods import Period
from houqin.summary import actions
from houqin.summary.composing import _FIGURE_IN_TEMPLATE, compose, period_label
from houqin.summary.composition import COMPARISON, FIGURE, GAP, Composition
from houqin.summary.drafts import hand_numbers
from houqin.summary.plans import PLANS, numbered

from .phrases import clause_with
from .trade import CHECKS, CLAUSES, DESKS, DOORS, HALF, LAMPS, OPEN, TODAY, a_good_half, bought, happened, lamps


def composed(cast, *, kind="director", clauses=CLAUSES, problems=(OPEN,), period=HALF, person=None):
    return compose(
        period, kind=kind, school=cast.school, today=TODAY, clauses=clauses, problems=problems, person=person
    )


def paragraphs(composition, heading):
    """The texts under the heading that ends in these words."""
    return [
        paragraph.text
        for section in composition.sections
        if section.heading.endswith(heading)
        for paragraph in section.paragraphs
    ]


def test_figures_stand_in_their_clauses_rounded_by_their_style(cast):
    a_good_half(cast)

    text = composed(cast).text

    assert clause_with(text, ["更換燈管", "80餘次"]) == "更換燈管80餘次"
    assert clause_with(text, ["課桌椅", "200套"]) == "添置課桌椅200套"
    assert clause_with(text, ["排查", "40餘次"]) == "全期安全排查40餘次"


def test_clauses_of_one_sentence_are_joined_in_their_order(cast):
    lamps(cast.chen, 3)
    happened(cast.chen, "door_mended", date(2019, 3, 1))

    assert "更換燈管3次，修門1張。" in composed(cast).text


def test_every_figure_run_knows_its_figure_and_its_exact_value(cast):
    a_good_half(cast)

    told = [(run.name, run.value, run.text) for run in composed(cast).runs() if run.kind == FIGURE]

    assert told == [
        ("craft.lamps", 83, "80餘次"),
        ("craft.desks", 200, "200套"),
        ("craft.checks", 42, "40餘次"),
    ]


def test_an_expected_clause_without_data_is_a_gap_and_any_other_is_unsaid(cast):
    lamps(cast.chen, 3)

    composition = composed(cast)

    assert composition.gaps == ("添置課桌椅", "安全排查")
    assert "添置課桌椅〔待補：添置課桌椅〕" in composition.text
    assert "修門" not in composition.text


def test_an_expected_clause_in_its_own_words_is_a_gap_too(cast):
    lamps(cast.chen, 3)

    def spoken(reading):
        said = reading["craft.desks"]
        return ["新添課桌椅", said] if said.value else None

    composition = composed(cast, clauses=(LAMPS, CHECKS, replace(DESKS, text=spoken)))

    assert composition.gaps == ("添置課桌椅", "安全排查")


def test_what_did_not_happen_among_what_did_is_unsaid_and_no_gap(cast):
    bought(cast.zhou, 5, category="craft_chalk")

    composition = composed(cast, clauses=(DESKS,))

    assert "課桌椅" not in composition.text
    assert "添置課桌椅" not in composition.gaps


def test_a_clause_for_another_kind_of_summary_is_not_said(cast):
    a_good_half(cast)
    limited = (replace(LAMPS, kinds=("safety",)), DESKS, CHECKS, replace(DOORS, text="隨時維修"))

    assert "更換燈管" not in composed(cast, clauses=limited).text


def test_a_paragraph_every_summary_has_is_a_gap_when_nobody_says_anything(cast):
    composition = composed(cast, clauses=())

    assert composition.gaps == ("日常維修情況", "校產添置與調配情況", "安全檢查情況", "存在問題")


def test_framing_sentences_contain_no_numbers(cast):
    for plan in PLANS:
        texts = [plan.opening, plan.closing, *plan.aims]
        for chapter in plan.chapters:
            texts += [chapter.heading, *chapter.opening, *(point.lead for point in chapter.points)]
        assert [text for text in map(str, texts) if hand_numbers(text)] == [], plan.kind


@pytest.mark.parametrize("kind", ["director", "department", "personal"])
def test_whatever_a_domain_says_has_its_place(kind):
    chapters = {value for name, value in vars(sentences).items() if name.isupper() and isinstance(value, str)}

    assert len(chapters) == 15
    assert PLANS[kind].clause_chapters == chapters


def test_every_clause_of_every_domain_quotes_figures_that_exist():
    quoted = {
        name for one in ALL_CLAUSES if isinstance(one.text, str) for name in _FIGURE_IN_TEMPLATE.findall(one.text)
    }

    assert quoted - set(FIGURES.names()) == set()


def test_headings_are_numbered_and_so_are_paragraphs_where_there_are_several(cast):
    a_good_half(cast)

    composition = composed(cast)

    assert [section.heading[:2] for section in composition.sections] == ["", "一、", "二、", "三、", "四、"]
    first = [text[:3] for text in paragraphs(composition, "增強服務意識")]
    assert first == ["全體後", "（一）", "（二）"]
    assert paragraphs(composition, "確保師生健康安全")[0].startswith("加強設施設備安全排查")
    assert (numbered(11, level=1), numbered(12, level=2), numbered(2, level=2, style="plain")) == (
        "十一、",
        "（十二）",
        "2、",
    )


# What went wrong


def test_problems_are_told_gravest_first_with_their_figures_and_answered_by_next_steps(cast):
    a_good_half(cast)
    happened(cast.chen, "reported", date(2019, 5, 5), date(2019, 5, 6))
    light = Problem("craft.light", "小事", lambda reading: [Evidence(["小事沒做"], "把小事做好。", weight=1)])

    composition = composed(cast, problems=(light, OPEN))

    assert paragraphs(composition, "存在問題") == ["（一）報修後沒有修好的有2件。", "（二）小事沒做。"]
    assert paragraphs(composition, "今後努力方向")[1:2] == [
        "（一）針對存在的問題，沒有辦完的逐項落實到人；把小事做好。"
    ]
    assert "craft.open" in composition.figure_names()


def test_more_problems_than_a_page_holds_are_counted(cast):
    a_good_half(cast)
    many = [
        Problem(f"craft.p{n}", "事", lambda reading, n=n: [Evidence([f"第{n}件事沒做好"], "", weight=n)])
        for n in range(1, 8)
    ]

    told = paragraphs(composed(cast, problems=many), "存在問題")

    assert told[0] == "（一）第7件事沒做好。"
    assert told[-1] == "此外還有2項較輕的問題，一併整改。"


def test_when_nothing_went_wrong_the_summary_says_what_was_looked_at(cast):
    a_good_half(cast)

    assert paragraphs(composed(cast), "存在問題") == ["對照報修辦結等記錄逐項核對，未發現逾期、漏做或未辦結的事項。"]


def test_duties_without_a_record_in_time_are_problems(cast):
    a_good_half(cast)
    Duty.objects.create(
        name="monthly_fire", label="每月消防檢查", rule="FREQ=MONTHLY;BYMONTHDAY=1", starts_on=date(2019, 1, 1), days=6,
        role="safety_officer", fulfilled_by="craft.fire_checked",
    )  # fmt: skip
    happened(cast.sun, "fire_checked", date(2019, 1, 3), date(2019, 2, 1), date(2019, 6, 7))

    composition = composed(cast)

    assert paragraphs(composition, "存在問題") == ["“每月消防檢查”應做6次，其中3次未見按期記錄。"]
    assert paragraphs(composition, "今後努力方向")[1] == (
        "（一）針對存在的問題，例行的檢查和職責到期提醒，做完即記，按月對照。"
    )


def test_a_safety_summary_leaves_out_problems_of_other_offices(cast):
    a_good_half(cast)
    happened(cast.chen, "reported", date(2019, 5, 5))

    assert "沒有修好" not in composed(cast, kind="safety").text


# Beside earlier periods


def test_figures_are_compared_with_the_same_days_of_last_year(cast):
    lamps(cast.chen, 71, year=2018)
    a_good_half(cast)

    composition = composed(cast)

    assert "與去年同期相比，更換燈管增加12次。" in composition.text
    compared = [run for run in composition.runs() if run.kind == COMPARISON]
    assert [(run.name, run.about["earlier"], run.about["from"]) for run in compared] == [
        ("craft.lamps", 71, "2018-01-01")
    ]


def test_without_last_year_the_half_before_is_taken(cast):
    happened(cast.chen, "lamp_changed", *[date(2018, 7, day) for day in range(1, 31)])
    lamps(cast.chen, 30)

    assert "與上期相比，更換燈管持平。" in composed(cast).text


def test_a_period_recorded_from_its_middle_is_not_compared_with(cast):
    happened(cast.chen, "lamp_changed", date(2018, 11, 1))
    lamps(cast.chen, 30)

    assert "相比" not in composed(cast).text


def planned(cast, figure, quantity):
    actions.set_target(cast.li, figure=figure, from_on=HALF.start, to_on=HALF.end, quantity=quantity)


def test_the_plan_stands_beside_what_was_done(cast):
    a_good_half(cast)
    planned(cast, "craft.lamps", 80)

    assert "更換燈管80餘次。對照計劃，更換燈管計劃80次、完成103.8%。" in composed(cast).text


def test_a_target_not_reached_is_a_problem_once_the_period_is_over(cast):
    a_good_half(cast)
    planned(cast, "craft.desks", 100)
    planned(cast, "craft.desks", 250)

    assert paragraphs(composed(cast), "存在問題") == ["添置課桌椅未達到計劃：計劃250套、完成80.0%。"]

    still_going = compose(HALF, kind="director", school=cast.school, today=HALF.end, clauses=CLAUSES, problems=(OPEN,))
    assert "未達到計劃" not in still_going.text


def test_a_target_in_money_is_set_in_yuan(cast):
    lamps(cast.chen, 4, cost=1_554_000)
    planned(cast, "craft.cost", 60_000)
    cost = replace(LAMPS, text="用料{craft.cost}")

    assert "用料計劃6.00萬元、完成103.6%" in composed(cast, clauses=(cost,)).text


# Persons, titles, storage


def test_a_personal_summary_tells_what_that_person_wrote(cast):
    lamps(cast.chen, 12)
    lamps(cast.wang, 30)

    composition = composed(cast, kind="personal", person=cast.chen)

    assert "更換燈管10餘次" in composition.text
    assert composition.signature == "陳師傅"
    assert composition.gaps == ()


@pytest.mark.parametrize(
    ("start", "end", "label"),
    [
        ((2019, 1, 1), (2019, 6, 30), "2019年上半年"),
        ((2019, 7, 1), (2019, 12, 31), "2019年下半年"),
        ((2019, 1, 1), (2019, 12, 31), "2019年"),
        ((2019, 2, 1), (2019, 7, 31), "2019年2月至7月"),
        ((2018, 7, 10), (2019, 1, 20), "2018年下半年"),
        ((2018, 3, 10), (2019, 1, 20), "2018年3月至2019年1月"),
        ((2019, 3, 2), (2019, 3, 9), "2019年3月"),
        ((2018, 9, 1), (2019, 1, 18), "2018學年秋季學期"),
        ((2019, 2, 2), (2019, 7, 1), "2019上半年"),
    ],
)
def test_a_period_is_called_what_people_call_it(db, start, end, label):
    Term.objects.create(school_year=2018, season=Season.AUTUMN, starts_on=date(2018, 9, 1), ends_on=date(2019, 1, 18))
    ReportPeriod.objects.create(label="2019上半年", starts_on=date(2019, 2, 2), ends_on=date(2019, 7, 1))

    assert period_label(Period(date(*start), date(*end))) == label


def test_a_title_names_the_school_its_office_and_the_period(cast):
    assert composed(cast).title == "市第一完全小學總務處2019年上半年工作總結"


def test_sources_tell_exact_value_and_entries(cast):
    written = lamps(cast.chen, 83)
    bought(cast.zhou, 200)

    first, second = composed(cast).sources

    assert (first.name, first.value, first.text, first.entries) == ("craft.lamps", 83, "80餘次", 83)
    assert (first.first, first.last) == (written[0].number, written[-1].number)
    assert (second.value, second.entries) == (200, 1)


def test_a_composition_stored_reads_the_same(cast):
    lamps(cast.chen, 83)
    happened(cast.chen, "reported", date(2019, 5, 5))
    composition = composed(cast)

    again = Composition.from_data(composition.as_data())

    assert (again.text, again.gaps, again.sources, again.period) == (
        composition.text,
        composition.gaps,
        composition.sources,
        composition.period,
    )
    assert [matter.text for matter in again.matters] == ["報修後沒有修好的有1件"]
    assert [run.kind for run in again.runs() if run.kind != GAP] == [
        run.kind for run in composition.runs() if run.kind != GAP
    ]
