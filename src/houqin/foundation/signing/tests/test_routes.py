"""Routes, signatures, separation of duties and tasks, on a paper made for the test."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.signing.models import Sequence, Signature, Task
from houqin.foundation.signing.papers import whole_papers
from houqin.foundation.signing.routes import next_number

from .paper import ROUTE, Voucher, approve, draw_up, witness


@pytest.fixture
def voucher(cast):
    entry = draw_up(cast.zhao, amount="12.50", purpose="粉筆")
    return Voucher.objects.get(pk=entry.document_id)


def test_papers_are_numbered_without_gaps(cast, voucher):
    draw_up(cast.zhao, amount="1", purpose="紙")

    year = voucher.opened_on.year
    assert list(Voucher.objects.order_by("pk").values_list("number", flat=True)) == [
        f"TV-{year}-0001",
        f"TV-{year}-0002",
    ]
    assert next_number(Voucher, date(2019, 1, 1)) == "TV-2019-0001"


def test_a_paper_walks_its_route_and_every_signature_stays(cast, voucher):
    witness(cast.wang, document=voucher.pk)
    voucher.refresh_from_db()
    approve(cast.li, document=voucher.pk)
    voucher.refresh_from_db()

    assert voucher.state == "approved"
    assert [(s.signs_as, s.person.name) for s in Signature.objects.order_by("pk")] == [
        ("witness", "王保管"),
        ("approver", "李主任"),
    ]
    assert {s.digest for s in Signature.objects.all()} == {whole_papers([voucher])[voucher.pk].digest}


def test_a_step_out_of_order_is_refused(cast, voucher):
    with pytest.raises(Refused, match="現在是「待證明」，不能「審批」"):
        approve(cast.li, document=voucher.pk)


def test_nobody_witnesses_their_own(cast, voucher):
    with pytest.raises(Denied, match="不能是同一個人"):
        witness(cast.zhao, document=voucher.pk)


def test_the_witness_does_not_approve(cast, voucher):
    witness(cast.li, document=voucher.pk)

    with pytest.raises(Denied, match="不能是同一個人"):
        approve(cast.li, document=voucher.pk)


def test_a_stranger_may_not_approve(cast, voucher):
    witness(cast.wang, document=voucher.pk)

    with pytest.raises(Denied, match="總務主任"):
        approve(cast.chen, document=voucher.pk)


def test_what_comes_next_stands_on_the_right_list(cast, voucher):
    assert [task.step for task in Task.objects.open().of(cast.wang)] == ["test.witnessed"]
    assert not Task.objects.open().of(cast.chen).exists()

    witness(cast.wang, document=voucher.pk)

    assert not Task.objects.open().of(cast.wang).exists()
    assert [(task.step, task.signs) for task in Task.objects.open().of(cast.li)] == [("test.approved", True)]

    approve(cast.li, document=voucher.pk)

    assert not Task.objects.open().exists()


def test_a_signature_is_frozen(cast, voucher):
    witness(cast.wang, document=voucher.pk)

    for statement in ("UPDATE signing_signature SET digest = 'x'", "DELETE FROM signing_signature"):
        with pytest.raises(DatabaseError, match="frozen"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_entries_name_their_paper(cast, voucher):
    assert list(
        Entry.objects.filter(document_kind="test.voucher").order_by("number").values_list("kind", "document_number")
    ) == [("test.drawn_up", voucher.number)]


def test_every_state_of_the_route_has_a_word():
    named = {state for step in ROUTE.steps for state in (*step.sources(), step.target)}

    assert named == set(ROUTE.states)


def test_a_number_costs_the_same_in_the_tenth_year(cast):
    day = date(2019, 1, 1)
    Sequence.objects.create(prefix="TV", year=2019, last=3_000)
    Voucher.objects.bulk_create(
        [
            Voucher(number=f"TV-2019-{n:04d}", state="drawn", opened_on=day, amount=1)
            for n in (*range(1, 3_001), 3_001, 3_002, 3_007)
        ]
    )
    with transaction.atomic():
        with CaptureQueriesContext(connection) as asked:
            assert next_number(Voucher, day) == "TV-2019-3003"
        assert [next_number(Voucher, day) for _n in range(4)] == [f"TV-2019-{n}" for n in (3004, 3005, 3006, 3008)]
    # A handful of numbers is asked about, not those of ten years.
    assert sum(query["sql"].count("TV-2019-") for query in asked.captured_queries) <= 10
