"""A large register's count, sums and words are asked once while nothing is written, and anew after any write."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from houqin.foundation.journal.actions import batch
from houqin.foundation.org.models import Person
from houqin.foundation.registers.listing import Listing
from houqin.foundation.registers.register import REGISTERS
from houqin.foundation.registers.remembering import LARGE


def people(count: int) -> list[Person]:
    return Person.objects.bulk_create(
        [Person(name=f"員工{number}", folded=f"員工{number}", post="教師") for number in range(count)], batch_size=1000
    )


def listing(cast) -> Listing:
    return Listing(REGISTERS["org.people"], cast.admin, {})


def counted(cast) -> tuple[int, int]:
    """How many there are, and how many questions were put to the whole table."""
    with CaptureQueriesContext(connection) as asked:
        count = listing(cast).count()
    return count, sum("COUNT(" in query["sql"] for query in asked.captured_queries)


def test_a_large_register_is_counted_once_while_nothing_is_written(committed_cast):
    before = Person.objects.count()
    people(LARGE)

    assert counted(committed_cast) == (before + LARGE, 1)
    assert counted(committed_cast) == (before + LARGE, 0)


def test_a_write_anywhere_lets_it_be_counted_again(committed_cast):
    before = Person.objects.count()
    people(LARGE)
    counted(committed_cast)

    with batch(committed_cast.wang) as unit:
        draft = unit.draft("test.hired")
        draft.creates(Person(name="新來的", folded="新來的"))

    assert counted(committed_cast) == (before + LARGE + 1, 1)


def test_what_is_not_large_is_counted_every_time(committed_cast):
    people(3)
    first, _asked = counted(committed_cast)
    people(2)

    assert counted(committed_cast) == (first + 2, 1)


def test_within_a_transaction_nothing_is_kept(cast):
    people(LARGE)
    first, _asked = counted(cast)

    assert counted(cast) == (first, 1)
