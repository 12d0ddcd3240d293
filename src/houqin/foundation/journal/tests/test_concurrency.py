"""Twenty people at once, a process killed while writing: on both databases the book stays true."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
from datetime import date

import pytest
from django.db import connection, connections

from houqin.foundation.journal.accounts import account, account_of_place
from houqin.foundation.journal.actions import ACTIONS, ActionForm, action, batch
from houqin.foundation.journal.models import Commodity, Entry, Place
from houqin.foundation.journal.refused import Refused
from houqin.foundation.journal.verification import verify, wrong_balances
from houqin.foundation.journal.writer import balance
from houqin.foundation.org.rules import anyone
from houqin.kit.fields import WholeNumberField


class Take(ActionForm):
    commodity = WholeNumberField()
    place = WholeNumberField()


@action("test.taken", label="領", form=Take, rule=anyone)
def take(entry, *, commodity, place):
    """Take one piece."""
    entry.line(
        Commodity.objects.get(pk=commodity),
        source=account_of_place(Place.objects.get(pk=place)),
        target=account("used", "teaching"),
        quantity=1,
    )


# Nobody else's: the API's tests try every verb there is.
ACTIONS.remove(take.kind)


@pytest.fixture
def five_pieces(committed_cast):
    chalk = Commodity.objects.create(code="chalk", name="粉筆", counter="盒")
    with batch(committed_cast.wang) as unit:
        unit.draft("stores.received", occurred_on=date(2019, 3, 5)).line(
            chalk, source=account("outside", "suppliers"), target=account_of_place(committed_cast.south), quantity=5
        )
    return committed_cast, chalk


def test_twenty_people_taking_the_last_five_pieces_get_exactly_five(five_pieces):
    cast, chalk = five_pieces
    results: list[str] = []
    start = threading.Barrier(20)

    def one_person() -> None:
        try:
            start.wait(timeout=30)
            take(cast.zhao, commodity=chalk.pk, place=cast.south.pk)
            results.append("got")
        except Refused:
            results.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one_person) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert sorted(results) == ["got"] * 5 + ["refused"] * 15
    assert balance(account_of_place(cast.south), chalk) == 0
    assert wrong_balances() == []
    assert verify().is_sound


def test_the_same_key_at_the_same_time_writes_once(five_pieces):
    cast, chalk = five_pieces
    numbers: list[int] = []
    start = threading.Barrier(6)

    def one_click() -> None:
        try:
            start.wait(timeout=30)
            numbers.append(
                take.perform(cast.zhao, {"commodity": chalk.pk, "place": cast.south.pk}, once="click-1").number
            )
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one_click) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert len(numbers) == 6
    assert len(set(numbers)) == 1
    assert balance(account_of_place(cast.south), chalk) == 4


def test_a_key_used_for_something_else_is_refused(five_pieces):
    cast, chalk = five_pieces
    take.perform(cast.zhao, {"commodity": chalk.pk, "place": cast.south.pk}, once="click-2")

    with pytest.raises(Refused, match="已經用在另一筆登記"):
        take.perform(cast.zhao, {"commodity": chalk.pk, "place": cast.north.pk}, once="click-2")


KILLED = textwrap.dedent(
    """
    import sys
    import django
    django.setup()
    from datetime import date
    from django.db import connections
    connections["default"].settings_dict["NAME"] = sys.argv[1]
    from houqin.foundation.journal.accounts import account, account_of_place
    from houqin.foundation.journal.actions import batch
    from houqin.foundation.journal.models import Commodity, Place
    from houqin.foundation.org.models import Person
    chalk, south, wang = Commodity.objects.get(code="chalk"), Place.objects.get(name="南校區"), Person.objects.get(name="王保管")
    print("writing", flush=True)
    while True:
        with batch(wang) as unit:
            for _ in range(50):
                unit.draft("stores.received", occurred_on=date(2019, 3, 5)).line(
                    chalk, source=account("outside", "suppliers"), target=account_of_place(south), quantity=1
                )
        print("written", flush=True)
    """
)


def test_a_process_killed_while_writing_leaves_a_book_that_verifies(five_pieces):
    cast, chalk = five_pieces
    before = Entry.objects.count()
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(connection.settings_dict["NAME"])],
        stdout=subprocess.PIPE,
        env=os.environ.copy(),
        text=True,
    )
    assert process.stdout is not None
    said = [process.stdout.readline().strip() for _ in range(4)]
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=30)
    process.stdout.close()

    assert said == ["writing", "written", "written", "written"]
    written = Entry.objects.count() - before
    assert written >= 150
    assert written % 50 == 0
    assert verify().is_sound
    assert wrong_balances() == []
    assert balance(account_of_place(cast.south), chalk) == 5 + written
