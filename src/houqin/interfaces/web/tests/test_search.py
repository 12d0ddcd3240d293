"""Looking for something: what is found, in which order, by whom; and that the index says what the book says."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from houqin.domains.repairs import actions as repairs
from houqin.domains.repairs.models import WorkOrder
from houqin.foundation.journal.actions import batch
from houqin.foundation.org.models import Party, Person
from houqin.foundation.registers.register import REGISTERS
from houqin.foundation.search import keeping
from houqin.foundation.search.finding import find
from houqin.foundation.search.marking import mark
from houqin.foundation.search.models import Stale, Thing
from houqin.foundation.search.sources import archivist, read, sources
from houqin.foundation.signing.models import DOCUMENTS
from houqin.foundation.signing.reading import may_read
from houqin.kit.text import fold


def reported(by, place, fault, **facts):
    entry = repairs.report(by, place=place, **{"fault": fault, "category": "水", **facts})
    return WorkOrder.objects.get(pk=entry.document_id)


def papers(person, asked, **facts):
    keeping.catch_up()
    return [hit.row for hit in find(person, asked, **facts).papers]


def nouns(person, asked):
    keeping.catch_up()
    return [str(hit.row) for hit in find(person, asked).nouns]


def text(answer):
    return answer.content.decode()


@pytest.fixture
def valve(cast):
    return reported(cast.lin, cast.north_105, "閥門漏水，請維修", phone="13912345678")


@pytest.mark.parametrize(
    "typed",
    ["閥門漏水", "阀门漏水", "漏", "閥門", "fmls", "famenloushui", "loush", "維修", "wx", "教學樓 閥門", "105 fm"],
)
def test_a_paper_is_found_by_any_part_of_its_words_in_either_script_or_letters(cast, valve, typed):
    assert papers(cast.li, typed) == [valve]


def test_telephone_numbers_are_not_in_the_index(cast, valve):
    assert papers(cast.li, "13912345678") == []
    assert papers(cast.li, "1391") == []


def test_the_whole_number_comes_first_however_it_is_written(cast, valve):
    reported(cast.lin, cast.north_105, f"與 {valve.number} 同一處")
    keeping.catch_up()

    for typed in (valve.number, valve.number.lower(), valve.number.replace("-", " "), valve.number.replace("-", "")):
        found = find(cast.li, typed)
        assert [hit.row for hit in found.exact] == [valve]
        assert valve not in [hit.row for hit in found.papers]


def test_own_words_come_before_words_beside_and_the_newest_first(cast):
    noted = reported(cast.lin, cast.north_105, "門鎖壞了", category="電")
    WorkOrder.objects.filter(pk=noted.pk).update(note="水龍頭也看一下")
    mark([("repairs.workorder", noted.pk)])
    older, newer = (reported(cast.lin, cast.north_105, "水龍頭滴水") for _time in range(2))
    Stale.objects.all().delete()
    mark([("repairs.workorder", one.pk) for one in (older, newer, noted)])

    assert papers(cast.li, "水龍頭") == [newer, older, noted]


def test_people_places_and_parties_are_found_by_name_the_nearest_first(cast):
    Party.objects.create(name="宏達五金商店", folded=fold("宏達五金商店"))

    assert nouns(cast.li, "wbg") == ["王保管"]
    assert nouns(cast.li, "食堂") == ["北校區食堂"]
    assert nouns(cast.li, "五金") == ["宏達五金商店"]
    assert nouns(cast.li, "北校區")[0] == "北校區"


def test_nobody_is_shown_what_no_register_shows_them(cast, valve):
    mine = reported(cast.zhao, cast.south_105, "閥門鬆動")

    assert papers(cast.li, "閥門") == [mine, valve]
    assert papers(cast.zhao, "閥門") == [mine]
    assert papers(cast.lin, "閥門") == [valve]
    assert papers(cast.wang, "閥門") == []
    keeping.catch_up()
    assert find(cast.zhao, valve.number).exact == []


def test_whom_a_paper_waits_for_finds_it_although_no_register_shows_it(cast, valve):
    repairs.accept(cast.li, document=valve.pk)
    repairs.dispatch(cast.li, document=valve.pk, repairer=cast.chen)
    order = WorkOrder.objects.get(pk=valve.pk)
    everybody = Person.objects.filter(is_active=True)

    keeping.catch_up()

    assert [p.name for p in everybody if find(p, "閥門").papers] == [p.name for p in everybody if may_read(p, order)]


def test_a_narrow_reader_finds_own_papers_behind_hundreds_of_others(cast):
    mine = reported(cast.zhao, cast.south_105, "水管滲水")
    with batch(cast.li) as unit:
        for number in range(150):
            repairs.report.into(unit, {"place": cast.north_105.pk, "fault": f"水管滲水第{number}處", "category": "水"})

    assert papers(cast.zhao, "水管") == [mine]


def test_what_was_changed_is_found_as_it_is_now_and_no_more_as_it_was(cast):
    wu = Person.objects.create(name="吳木工", folded=fold("吳木工"), post="木工")
    assert nouns(cast.li, "木工") == ["吳木工"]
    wu.name, wu.post = "吳大友", "電工"
    wu.save()

    assert nouns(cast.li, "木工") == []
    assert nouns(cast.li, "wdy") == ["吳大友"]
    assert Thing.objects.filter(kind="org.person", key=wu.pk).count() == 1


def test_a_paper_is_marked_in_the_transaction_that_writes_it(cast, valve):
    assert list(Stale.objects.filter(kind="repairs.workorder").values_list("key", flat=True)) == [valve.pk]

    assert keeping.catch_up() == 0
    assert not Stale.objects.exists()


def test_a_rebuilt_index_finds_the_same(cast, valve):
    before = papers(cast.li, "閥門"), nouns(cast.li, "校區")

    count = keeping.rebuild()

    assert (papers(cast.li, "閥門"), nouns(cast.li, "校區")) == before
    assert count == Thing.objects.count() > 10


def test_whoever_reads_for_the_index_sees_every_row_the_director_sees(cast, valve):
    keeping.catch_up()
    unseen = {}
    for source in sources().values():
        for register in source.registers:
            for person in (cast.li, cast.admin):
                keys = set(register.rows(person).values_list("pk", flat=True)) if register.readers(person) else set()
                missing = keys - {said.key for said in read(source, sorted(keys))}
                unseen |= {(register.name, person.name): missing} if missing else {}

    assert unseen == {}
    assert archivist().pk == 0


def test_every_kind_of_paper_that_has_a_register_with_words_is_searched():
    with_words = {
        register.document._meta.label_lower
        for register in REGISTERS
        if register.document is not None and any(one.searched and not one.personal for one in register.columns)
    }

    assert with_words - set(sources()) == set()
    assert {model._meta.label_lower for model in DOCUMENTS} & with_words == with_words


# The page


def test_the_page_shows_papers_people_and_what_can_be_done(login, cast, valve):
    page = text(login(cast.li).get("/search/?q=維修"))

    assert f"/documents/repairs.work_order/{valve.pk}/" in page
    assert "陳師傅" in page
    assert "<mark>維修</mark>" in page
    assert '/registers/repairs.work_orders/?q=%E7%B6%AD%E4%BF%AE"' in page


def test_actions_and_registers_are_found_by_their_own_names(login, cast):
    page = text(login(cast.li).get("/search/?q=bx"))

    assert 'href="/do/repairs.reported/"' in page
    assert 'href="/registers/repairs.work_orders/"' in page


def test_a_stranger_is_sent_to_the_login(client, db):
    assert client.get("/search/?q=王").url.startswith("/login/")


def test_a_number_opens_its_paper_and_one_that_may_not_be_read_does_not(login, cast, valve):
    assert login(cast.li).get(f"/search/?q={valve.number}").url == f"/documents/repairs.work_order/{valve.pk}/"
    assert valve.number not in re.sub(r'value="[^"]*"|「[^」]*」|<title>.*?</title>', "", text(
        login(cast.wang).get(f"/search/?q={valve.number}")
    ))  # fmt: skip


def test_the_dialog_gets_the_list_alone(login, cast, valve):
    answer = login(cast.li).get("/search/?q=fm", headers={"HX-Request": "true", "HX-Target": "finder-found"})

    assert "<html" not in text(answer)
    assert f"/documents/repairs.work_order/{valve.pk}/" in text(answer)


@pytest.mark.parametrize(
    "typed", ["", "   ", "。", '"', "'", "a OR b", "*", "title:x", "\\", "&|!", "%", "x" * 3_000, "\x00維"]
)
def test_whatever_is_typed_is_answered(login, cast, valve, typed):
    assert login(cast.li).get("/search/", {"q": typed}).status_code == 200


def test_nothing_found_says_so_and_shows_markup_as_it_was_typed(login, cast):
    page = text(login(cast.li).get("/search/", {"q": "<b>沒有這種東西"}))

    assert "找不到" in page
    assert "<b>沒有" not in page


def test_thirty_hits_ask_the_database_as_often_as_three(login, cast):
    for number in range(3):
        reported(cast.lin, cast.north_105, f"水管{number}")
    browser = login(cast.li)
    keeping.catch_up()
    browser.get("/search/?q=水管")

    def questions():
        with CaptureQueriesContext(connection) as asked:
            assert browser.get("/search/?q=水管").status_code == 200
        return len(asked)

    few = questions()
    for number in range(25):
        reported(cast.lin, cast.north_105, f"水管又{number}")
    keeping.catch_up()

    assert questions() == few
