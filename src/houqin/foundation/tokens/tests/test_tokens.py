"""Tokens: issued, found, replaced, revoked; counted knocks; the person who writes for strangers."""

import threading

import pytest

from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.org.directory import Directory
from houqin.foundation.org.models import Person
from houqin.foundation.registers.register import REGISTERS
from houqin.foundation.tokens import actions
from houqin.foundation.tokens.limits import STRETCH_SECONDS, TooOften, knock
from houqin.foundation.tokens.models import ALPHABET, LENGTH, Tally, Token, as_typed
from houqin.foundation.tokens.reading import token_scanned
from houqin.foundation.tokens.strangers import is_stranger, the_stranger


def token_of(cast, place=None):
    place = place or cast.south_105
    actions.issue(cast.li, kind="place", keys=[place.pk])
    return Token.objects.live().get(kind="place", thing_id=place.pk)


def test_places_get_tokens_nobody_can_guess(cast):
    entry = actions.issue(cast.li, kind="place", keys=[cast.south_105.pk, cast.north_105.pk])

    texts = list(Token.objects.values_list("text", flat=True))
    assert len(set(texts)) == 2
    assert all(len(text) == LENGTH and set(text) <= set(ALPHABET) for text in texts)
    assert len(ALPHABET) ** LENGTH == 2**100
    assert {one.name: one.quantity for one in entry.measures.all()} == {"tokens": 2}
    assert Token.objects.get(thing_id=cast.south_105.pk).title == "南校區教學樓105室"


def test_issuing_again_gives_only_what_has_none(cast):
    first = token_of(cast)

    actions.issue(cast.li, kind="place", keys=[cast.south_105.pk, cast.canteen.pk])

    assert Token.objects.live().get(thing_id=cast.south_105.pk) == first
    assert Token.objects.count() == 2
    with pytest.raises(Refused, match="都已經有標籤碼"):
        actions.issue(cast.li, kind="place", keys=[cast.south_105.pk])


def test_issue_refuses_what_is_not_there_and_what_bears_no_token(cast):
    with pytest.raises(Refused, match="找不到第 999999 號場所"):
        actions.issue(cast.li, kind="place", keys=[999_999])
    with pytest.raises(Refused, match="「people」不能貼標籤碼"):
        actions.issue(cast.li, kind="people", keys=[1])
    assert Token.objects.count() == 0


def test_a_stranger_and_a_teacher_may_not_issue_or_revoke(cast):
    token = token_of(cast)

    for person in (cast.zhao, the_stranger()):
        with pytest.raises(Denied):
            actions.issue(person, kind="place", keys=[cast.canteen.pk])
        with pytest.raises(Denied):
            actions.revoke(person, token=token.text, reason="試試")

    assert list(Token.objects.live()) == [token]


def test_a_replaced_label_is_dead_and_the_thing_has_a_new_one(cast):
    old = token_of(cast)

    actions.replace(cast.li, token=old.text, reason="標籤掉了")

    new = Token.objects.live().get(thing_id=cast.south_105.pk)
    old.refresh_from_db()
    assert (new.text != old.text, old.is_live, old.reason, old.revoked_by) == (True, False, "標籤掉了", cast.li)
    with pytest.raises(Refused, match="已經作廢或不存在"):
        actions.revoke(cast.li, token=old.text, reason="再一次")


def test_a_token_is_found_as_somebody_types_it(cast):
    token = token_of(cast)

    typed = token.spoken().lower().replace("-", " - ")

    assert as_typed(typed) == token.text
    assert token_scanned(typed, address="10.0.0.1") == token


def test_guessing_tokens_is_stopped_per_address(cast):
    for _turn in range(30):
        assert token_scanned("NOTATOKEN", address="10.0.0.1") is None

    with pytest.raises(TooOften, match="短時間內掃得太多"):
        token_scanned("NOTATOKEN", address="10.0.0.1")

    assert token_scanned("NOTATOKEN", address="10.0.0.2") is None
    assert not Tally.objects.filter(name__contains="10.0").exists()


def test_a_new_stretch_counts_from_one_and_forgets_the_old(db):
    start = 1_000_000 * STRETCH_SECONDS
    for expected in (1, 2):
        assert knock("report", "door", most=2, now=start) == expected
    with pytest.raises(TooOften, match="請過 11 分鐘再試"):
        knock("report", "door", most=2, now=start)

    assert knock("report", "door", most=2, now=start + STRETCH_SECONDS) == 1
    assert Tally.objects.count() == 1


def test_knocks_of_many_processes_are_all_counted(committed):
    counts, lock = [], threading.Lock()

    def many():
        from django.db import connection

        for _turn in range(10):
            count = knock("report", "door", most=1_000)
            with lock:
                counts.append(count)
        connection.close()

    threads = [threading.Thread(target=many) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(counts) == list(range(1, 41))


def test_two_offices_issue_one_token_a_thing(committed_cast):
    cast, refused = committed_cast, []

    def issue():
        from django.db import connection

        try:
            actions.issue(cast.li, kind="place", keys=[cast.south_105.pk, cast.canteen.pk])
        except Refused as error:
            refused.append(str(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=issue) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Token.objects.live().count() == 2
    assert refused == ["這些都已經有標籤碼，可以直接印。"] * 3


def test_who_writes_for_strangers_is_one_person_nobody_can_choose(cast):
    stranger = the_stranger()

    assert the_stranger() == stranger
    assert (is_stranger(stranger), is_stranger(cast.zhao)) == (True, False)
    assert (stranger.is_active, stranger.user) == (False, None)
    assert stranger not in REGISTERS["org.people"].rows(cast.li)
    with pytest.raises(LookupError):
        Directory.read().person(stranger.name)
    assert Person.objects.filter(folded="#").count() == 1


def test_an_issued_token_is_no_secret_of_the_journal(cast):
    token = token_of(cast)

    assert token.text not in "".join(Entry.objects.values_list("asked", flat=True))
