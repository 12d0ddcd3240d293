"""What a person sees of a register, and what is refused in a URL."""

from datetime import date

import pytest

from houqin.foundation.journal.actions import batch
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.org.actions import add_class, add_person
from houqin.foundation.registers.display import shown
from houqin.foundation.registers.listing import Listing
from houqin.foundation.registers.register import REGISTERS, Column

PEOPLE = "org.people"


def listing(person, params=None, *, register=PEOPLE, **options):
    return Listing(REGISTERS[register], person, params or {}, **options)


def names(found):
    return [row["name"] for row in found.rows()]


@pytest.fixture
def staff(cast):
    with batch(cast.li) as unit:
        for name, campus, phone in (
            ("龍衛國", cast.south, "13900008305"),
            ("龙卫军", cast.north, ""),
            ("馬永宇", cast.north, ""),
        ):
            add_person.into(unit, {"name": name, "post": "保安", "campus": campus, "phone": phone})
    return cast


def test_rows_are_plain_values_of_the_columns_shown(staff):
    row = listing(staff.li, {"q": "龍衛國"}).rows()[0]

    assert {name: row[name] for name in row if name != "pk"} == {
        "name": "龍衛國",
        "staff_number": "",
        "post": "保安",
        "employment": "",
        "campus": "南校區",
        "phone": "139****8305",
    }


def test_words_are_found_in_either_script(staff):
    assert names(listing(staff.li, {"q": "龙卫"})) == ["龍衛國", "龙卫军"]
    assert names(listing(staff.li, {"q": "龍衛 保安"})) == ["龍衛國", "龙卫军"]
    assert names(listing(staff.li, {"q": "龍衛軍"})) == ["龙卫军"]
    assert names(listing(staff.li, {"q": "龍衛 教師"})) == []


def test_columns_filter_in_either_script(staff):
    found = listing(staff.li, {"campus": "北校区", "post": "保安"})

    assert names(found) == ["馬永宇", "龙卫军"]
    assert found.count() == 2


def test_columns_sort_and_pages_follow_each_other(staff):
    everybody = names(listing(staff.li, {"sort": "-name", "per_page": "100"}))

    paged = [
        name
        for page in range(1, 8)
        for name in names(listing(staff.li, {"sort": "-name", "per_page": "2", "page": str(page)}))
    ]

    assert everybody == sorted(everybody, reverse=True)
    assert paged == everybody
    assert listing(staff.li, {"per_page": "2"}).pages() == 7
    assert names(listing(staff.li, {"page": "900"})) == []


def test_chosen_columns_are_the_only_ones(staff):
    row = listing(staff.li, {"columns": "post,is_active", "name": "馬永宇"}).rows()[0]

    assert sorted(row) == ["is_active", "pk", "post"]


def test_totals_are_over_all_pages(cast):
    for name, pupils in (("一(1)班", 49), ("一(2)班", 46)):
        add_class(cast.li, campus=cast.south, name=name, pupils=pupils)

    found = listing(cast.li, {"per_page": "1"}, register="org.classes")

    assert found.totals() == {"pupils": 95}


def test_days_are_both_included(cast, watches):
    with batch(cast.li) as unit:
        for day in (4, 5, 6, 7):
            watches.importing.action.into(
                unit, {"occurred_on": date(2019, 3, day), "place": cast.canteen, "star": "天狼", "number": str(day)}
            )

    def days(**params):
        found = listing(cast.li, {**params}, register=watches.name)
        return [row["occurred_on"].day for row in found.rows()]

    assert days(**{"from": "2019-03-05", "to": "2019年3月6日"}) == [5, 6]
    assert days(**{"from": "2019-03-06"}) == [6, 7]
    assert days(to="2019-03-04") == [4]
    assert days(occurred_on="2019.3.7") == [7]


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({"page": "9" * 40}, "不是頁碼或行數，請寫大於零的整數。"),
        ({"page": "0"}, "「0」不是頁碼或行數，請寫大於零的整數。"),
        ({"page": "-1"}, "「-1」不是頁碼或行數，請寫大於零的整數。"),
        ({"per_page": "many"}, "「many」不是頁碼或行數，請寫大於零的整數。"),
        ({"q": "a\x00b"}, "篩選條件裡有不能用的字元。請重新輸入。"),
        ({"q": "\ud800"}, "篩選條件裡有不能用的字元。請重新輸入。"),
        ({"q": "長" * 201}, "篩選條件太長，最多 200 個字。"),
        ({"from": "2019-03-05"}, "「教職工」沒有日期，不能按日期篩選。"),
        ({"from": "昨天"}, "看不懂日期「昨天」，請寫成 2019-03-05。"),
        ({"sort": "password"}, "「教職工」沒有叫「password」的欄。"),
        ({"sort": "-phone"}, "「電話」不能用來排序。"),
        ({"columns": "name,secret"}, "「教職工」沒有叫「secret」的欄。"),
        ({"phone": "13900008305"}, "「電話」是個人資料，不能用來篩選。"),
        ({"user__password": "x"}, "「教職工」沒有叫「user__password」的篩選。"),
        ({"is_active": "也許"}, "「也許」看不出是或否，請寫「是」或「否」。"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(cast, params, sentence):
    with pytest.raises(Refused) as refusal:
        listing(cast.li, params)

    assert str(refusal.value).endswith(sentence)


@pytest.mark.parametrize("number", ["9" * 30, "-" + "9" * 30, "10000000000000001"])
def test_a_huge_number_is_refused(cast, number):
    with pytest.raises(Refused):
        listing(cast.li, {"pupils": number}, register="org.classes")


def test_who_may_not_read_a_register_is_told_who_may(cast):
    with pytest.raises(
        Denied, match="趙老師不能看「任職」，可以看的是校長、分管副校長、總務主任、總務幹事、稽核、會計。"
    ):
        listing(cast.zhao, register="org.roles")


def test_a_list_asks_as_often_for_three_rows_as_for_one(staff, django_assert_num_queries):
    for params in ({"q": "龍衛國"}, {"post": "保安"}):
        found = listing(staff.li, params)
        with django_assert_num_queries(2):
            found.rows()


def test_the_last_pages_are_counted_from_the_end(cast):
    from houqin.foundation.org.models import Person

    Person.objects.bulk_create(Person(name=f"教師{n:05d}", folded=f"{n}") for n in range(3_000))
    params = {"q": "教師", "per_page": "7"}

    every = [row[0] for row in listing(cast.li, {**params, "columns": "name"}).every_row()]
    page = listing(cast.li, {**params, "page": "420"})

    assert names(page) == every[419 * 7 : 420 * 7]
    assert names(listing(cast.li, {**params, "page": "429"})) == every[428 * 7 :]
    assert names(listing(cast.li, {**params, "page": "430"})) == []


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("money", 123450, "1,234.50"),
        ("money", -5, "-0.05"),
        ("money", 0, "0.00"),
        ("date", date(2018, 7, 10), "2018-07-10"),
        ("duration", 208, "3分28秒"),
        ("duration", 3600, "1小時"),
        ("duration", 0, "0秒"),
        ("flag", True, "是"),
        ("flag", False, "否"),
        ("integer", 0, "0"),
        ("text", None, ""),
    ],
)
def test_values_are_shown_as_people_read_them(kind, value, text):
    assert shown(Column("x", "某欄", kind=kind), value) == text


def test_a_choice_is_filtered_by_either_value_in_either_script(cast):
    def roles(asked):
        return {row["role"] for row in listing(cast.li, {"role": asked}, register="org.roles").rows()}

    assert roles("guard") == {"guard"}
    assert roles("guard,director") == {"guard", "director"}
    assert roles("门卫, 總務主任") == {"guard", "director"}
    with pytest.raises(Refused, match="沒有「校車」"):
        roles("guard,校車")
