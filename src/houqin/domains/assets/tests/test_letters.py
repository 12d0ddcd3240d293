"""Custody letters: counted together, signed twice, checked, taken back with a count; no fines (A05)."""

from datetime import date

import pytest

from houqin.domains.assets import actions
from houqin.domains.assets.models import AssetCard, CustodyLetter, CustodyLine
from houqin.domains.assets.prints import letter_in_two_copies, letter_paper, room_card
from houqin.domains.assets.roomlist import room_property
from houqin.foundation.journal.actions import Invalid
from houqin.foundation.journal.figures import Reading
from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.journal.sentences import CLAUSES, PROBLEMS
from houqin.foundation.org.models import SchoolClass
from houqin.foundation.signing.models import Signature, Task
from houqin.kit.periods import Period

from .conftest import DESKS

START, MIDDLE, END = date(2018, 9, 3), date(2018, 11, 5), date(2019, 1, 18)
TERM = {"from_on": START, "to_on": END}


@pytest.fixture
def classroom(cast, desks):
    """一(1)班 sits in room 105 of the south with 48 sets and a projector; Lin is its class teacher."""
    actions.move_room(
        cast.wang, document=desks, source=cast.south, target=cast.south_105, quantity=48, occurred_on=START
    )
    actions.add_card(
        cast.zhou,
        **{
            **DESKS, "number": "TY-01", "name": "投影儀", "counter": "臺", "quantity": 1, "unit_price": 5200,
            "value": 5200, "place": cast.south_105, "specification": "激光",
        },
    )  # fmt: skip
    return SchoolClass.objects.create(
        campus=cast.south, name="一(1)班", folded="一(1)班", pupils=48, teacher=cast.lin, room=cast.south_105
    )


@pytest.fixture
def letter(cast, classroom):
    actions.open_letter(cast.zhou, place=cast.south_105, occurred_on=START, **TERM)
    return CustodyLetter.objects.get()


@pytest.fixture
def in_force(cast, letter):
    actions.keeper_signs(cast.lin, document=letter, occurred_on=START)
    actions.office_signs(cast.li, document=letter.pk, occurred_on=START)
    return CustodyLetter.objects.get()


def test_a_letter_lists_what_was_counted_in_the_room(cast, letter):
    lines = letter.lines.order_by("position").values_list("card__number", "booked", "quantity", "unit_price")

    assert list(lines) == [("KZY-01", 48, 48, 16_000), ("TY-01", 1, 1, 520_000)]
    assert (letter.keeper, letter.room_name, letter.things) == (cast.lin, "南校區一(1)班", 49)
    assert [task.step for task in Task.objects.open().of(cast.lin)] == ["assets.letter_keeper_signed"]


def test_keeper_and_office_sign_and_only_they(cast, letter):
    with pytest.raises(Denied):
        actions.keeper_signs(cast.zhao, document=letter)
    with pytest.raises(Refused, match="現在是「待責任人簽」"):
        actions.office_signs(cast.li, document=letter)
    actions.keeper_signs(cast.lin, document=letter, occurred_on=START)
    with pytest.raises(Denied):
        actions.office_signs(cast.zhao, document=letter.pk)
    actions.office_signs(cast.li, document=letter.pk, occurred_on=START)

    letter.refresh_from_db()
    assert (letter.state, letter.signed_on) == ("in_force", START)
    assert list(Signature.objects.order_by("pk").values_list("signs_as", "person")) == [
        ("keeper", cast.lin.pk),
        ("office", cast.li.pk),
    ]


def test_one_cannot_count_the_room_one_keeps(cast, classroom):
    with pytest.raises(Denied, match="另一個人來清點"):
        actions.open_letter(cast.zhou, place=cast.south_105, keeper=cast.zhou, **TERM)


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        ("KZY-01 四十八", "看不懂"),
        ("KZY-01 48\nKZY-01 47", "寫了兩次"),
        ("KZY-77 3 多出", "清單上沒有資產編號 KZY-77"),
    ],
)
def test_a_count_that_cannot_be_read_is_refused(cast, classroom, counts, sentence):
    with pytest.raises((Invalid, Refused), match=sentence):
        actions.open_letter(cast.zhou, place=cast.south_105, counts=counts, **TERM)
    assert not CustodyLetter.objects.exists()


def test_a_room_has_one_letter_and_something_in_it(cast, letter):
    with pytest.raises(Refused, match=f"已經有責任書 {letter.number}"):
        actions.open_letter(cast.zhou, place=cast.south_105, **TERM)
    with pytest.raises(Refused, match="裡沒有登記的財產"):
        actions.open_letter(cast.zhou, place=cast.north_105, keeper=cast.lin, **TERM)
    with pytest.raises(Denied):
        actions.open_letter(cast.zhao, place=cast.north_105, keeper=cast.lin, **TERM)


def test_what_is_missing_at_the_end_is_priced_at_what_it_cost(cast, in_force):
    actions.check_letter(cast.zhou, document=in_force, counts="KZY-01 47 一張桌面開裂", occurred_on=MIDDLE)
    with pytest.raises(Refused, match="少了3套，請在該行寫原因"):
        actions.close_letter(cast.zhou, document=in_force.pk, counts="KZY-01 45", occurred_on=END)
    entry = actions.close_letter(
        cast.zhou, document=in_force.pk, counts="KZY-01 46 人為損壞\nTY-01 0 老化", occurred_on=END
    )

    letter = CustodyLetter.objects.get()
    assert (letter.state, letter.missing, letter.compensation, letter.checked_on) == ("closed", 3, 32_000, MIDDLE)
    assert dict(entry.measures.values_list("name", "quantity")) == {"missing": 3, "compensation": 32_000}
    assert list(
        CustodyLine.objects.order_by("position").values_list("checked", "closing", "cause", "compensation")
    ) == [
        (47, 46, "damaged", 32_000),
        (1, 0, "wear", 0),
    ]


def test_nobody_is_fined(cast, in_force):
    with pytest.raises(Refused, match="不超過 320.00 元；不得罰款"):
        actions.close_letter(cast.zhou, document=in_force, counts="KZY-01 46 丟失", compensation=640)
    actions.close_letter(cast.zhou, document=in_force, counts="KZY-01 46 丟失", compensation="100.50")

    assert CustodyLetter.objects.get().compensation == 10_050


def test_what_the_book_moved_out_meanwhile_is_not_missed(cast, in_force, desks):
    actions.move_room(cast.wang, document=desks, source=cast.south_105, target=cast.south, quantity=8)
    actions.close_letter(cast.zhou, document=in_force)

    assert CustodyLetter.objects.get().missing == 0
    assert CustodyLine.objects.get(card__number="KZY-01").closing == 40


def test_the_keeper_does_not_check_or_accept_their_own_room(cast, classroom):
    actions.open_letter(cast.li, place=cast.south_105, keeper=cast.zhou, **TERM)
    letter = CustodyLetter.objects.get()
    actions.keeper_signs(cast.zhou, document=letter)
    actions.office_signs(cast.li, document=letter.pk)
    for verb in (actions.check_letter, actions.close_letter):
        with pytest.raises(Denied, match="責任人以外的人"):
            verb(cast.zhou, document=letter.pk)
        with pytest.raises(Denied):
            verb(cast.zhao, document=letter.pk)


def test_a_new_class_teacher_recounts_and_signs_anew(cast, in_force):
    with pytest.raises(Refused, match="林老師已經是責任人"):
        actions.renew_letter(cast.zhou, document=in_force, keeper=cast.lin)
    with pytest.raises(Denied):
        actions.renew_letter(cast.lin, document=in_force, keeper=cast.zhao)
    actions.renew_letter(cast.zhou, document=in_force.pk, keeper=cast.zhao, counts="KZY-01 47 遺失", occurred_on=MIDDLE)

    old, new = CustodyLetter.objects.order_by("pk")
    assert (old.state, old.missing, old.compensation) == ("closed", 1, 16_000)
    assert (new.state, new.keeper, new.previous, new.from_on, new.things) == ("counted", cast.zhao, old, MIDDLE, 48)


def test_rooms_are_called_and_those_not_signed_are_missing(cast, classroom, desks):
    actions.add_card(
        cast.zhou, **{**DESKS, "number": "ST-01", "name": "餐桌", "quantity": 20, "value": None, "place": cast.canteen}
    )
    with pytest.raises(Denied):
        actions.call_letters(cast.lin, **TERM)
    actions.call_letters(cast.zhou, occurred_on=START, **TERM)
    with pytest.raises(Refused, match="都已經有這一期的責任書"):
        actions.call_letters(cast.zhou, **TERM)

    first = CustodyLetter.objects.get(place=cast.south_105)
    assert (first.keeper, CustodyLetter.objects.get(place=cast.canteen).keeper) == (cast.lin, cast.zhao)
    with pytest.raises(Denied):
        actions.count_letter(cast.lin, document=first)
    actions.count_letter(cast.zhou, document=first, occurred_on=START)
    actions.keeper_signs(cast.lin, document=first.pk, occurred_on=START)
    actions.office_signs(cast.li, document=first.pk, occurred_on=START)

    reading = Reading(Period(START, END))
    names = ("letters_signed", "letters_of_classes", "letters_of_special_rooms", "letters_missing")
    assert [reading[f"assets.{name}"].value for name in names] == [1, 1, 0, 1]
    told = "".join(part if isinstance(part, str) else part.text for part in CLAUSES["assets.letters"].text(reading))
    assert told == "與班主任簽訂財產保管責任書1份"
    missing = next(iter(PROBLEMS["assets.letters_missing"].look(reading)))
    assert [part if isinstance(part, str) else part.text for part in missing.parts] == [
        "財產保管責任書還有",
        "1份",
        "未簽",
    ]
    actions.drop_letter(cast.zhou, document=CustodyLetter.objects.get(place=cast.canteen), reason="食堂另立賬")
    assert CustodyLetter.objects.filter(state="dropped").count() == 1


@pytest.mark.parametrize(
    ("day", "value"), [(date(2018, 8, 31), 0), (START, 1), (date(2018, 9, 30), 1), (date(2018, 10, 1), 0)]
)
def test_letters_are_counted_on_the_day_they_come_into_force(cast, letter, day, value):
    actions.keeper_signs(cast.lin, document=letter, occurred_on=day)
    actions.office_signs(cast.li, document=letter.pk, occurred_on=day)

    assert Reading(Period(date(2018, 9, 1), date(2018, 9, 30)))["assets.letters_signed"].value == value


def test_the_room_card_says_what_lies_where(cast, in_force):
    told = [
        (row.account.name, row.commodity.asset_card.number, row.quantity, row.amount, row.checked_on)
        for row in room_property().order_by("account__name", "commodity__asset_card__number")
    ]

    assert told == [
        ("南校區", "KZY-01", 152, 2_432_000, None),
        ("南校區教學樓105室", "KZY-01", 48, 768_000, START),
        ("南校區教學樓105室", "TY-01", 1, 520_000, START),
    ]
    card = room_card(cast.south_105)
    assert [row[:7] for row in card.tables[0].rows] == [
        ("KZY-01", "學生課桌椅", "升降式", "套", "48", "160.00", "7680.00"),
        ("TY-01", "投影儀", "激光", "臺", "1", "5200.00", "5200.00"),
        ("合計", "", "", "", "49", "", "12880.00"),
    ]
    assert ("責任人", "林老師") in card.facts
    paper = letter_paper(in_force)
    assert [row[1:4] for row in paper.tables[0].rows] == [
        ("學生課桌椅 升降式", "套", "48"),
        ("投影儀 激光", "臺", "1"),
    ]
    assert ("乙方（責任人）", "林老師") in paper.facts
    names = {label: name.partition(" ")[0] for label, name in paper.signatures}
    assert names == {"乙方（責任人）": "林老師", "甲方（學校總務處）": "李主任", "期中抽查": "", "期末驗收": ""}
    both = letter_in_two_copies(in_force, cast.lin)
    assert [one.number.partition("　")[2] for one in both] == ["甲方存", "乙方存"]
    assert both[0].tables == both[1].tables == paper.tables


def test_a_letter_leaves_no_name_in_the_journal(cast, in_force):
    assert not any("林老師" in asked for asked in Entry.objects.values_list("asked", flat=True))
    assert AssetCard.objects.count() == 2
