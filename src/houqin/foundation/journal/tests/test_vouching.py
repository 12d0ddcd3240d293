"""An entry vouches for every row its transaction leaves behind; whoever writes behind the program's back is found."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
import time_machine
from django.conf import settings
from django.db import connection, transaction

from houqin.foundation.journal import anchors
from houqin.foundation.journal.accounts import account, account_of_place
from houqin.foundation.journal.actions import batch
from houqin.foundation.journal.checks import CHECKS, look_at_everything
from houqin.foundation.journal.closing import close_month
from houqin.foundation.journal.coverage import LEFT_OUT, LEFT_OUT_COLUMNS, vouched_models
from houqin.foundation.journal.digest import entry_digest
from houqin.foundation.journal.freezing import frozen_tables, thaw
from houqin.foundation.journal.models import Account, Book, Commodity, Entry, Place, Vouching
from houqin.foundation.journal.proof import passes_through, prove
from houqin.foundation.journal.snapshot import one_snapshot
from houqin.foundation.journal.standing import vouch_for_what_stands
from houqin.foundation.journal.verification import stray_rows, verify
from houqin.foundation.journal.vouching import change_rows, sealed, spelling_of
from houqin.foundation.journal.writer import Unit
from houqin.foundation.org.models import Party


@pytest.fixture
def book(cast):
    """Chalk comes in six times, so that there are lines, measures, accounts and balances."""
    with batch(cast.admin) as unit:
        unit.draft("trial.prepared")
        chalk = unit.create(Commodity(code="chalk", name="粉筆", counter="盒", decimals=0))
    for quantity in range(1, 7):
        with batch(cast.wang) as unit:
            draft = unit.draft("stores.received", occurred_on=date(2019, 3, quantity))
            draft.line(chalk, source=account("outside", "x"), target=account_of_place(cast.south), quantity=quantity)
            draft.measure("cost", quantity * 100)
    assert prove().sentences() == []
    return Book.objects.get()


def behind(*statements: str) -> None:
    """What somebody with the database in hand does: triggers off, plain SQL."""
    for table in frozen_tables(connection):
        thaw(connection, table)
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


# Rows


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE journal_commodity SET decimals = 2 WHERE code = 'chalk'", "「品目 粉筆」"),
        ("UPDATE journal_account SET role = 'used' WHERE code = 'outside:x'", "「科目 outside:x」"),
        ("UPDATE org_person SET name = '王假保管' WHERE name = '王保管'", "王假保管"),
        ("UPDATE auth_user SET is_superuser = NOT is_superuser", "auth_user"),
        ("UPDATE auth_user SET password = 'known'", "auth_user"),
        ("UPDATE org_roleassignment SET role = 'administrator' WHERE role = 'teacher'", "org_roleassignment"),
        ("DELETE FROM org_roleassignment WHERE role = 'guard'", "org_roleassignment"),
        (
            "INSERT INTO org_roleassignment (role, from_on, person_id) SELECT 'administrator', from_on, person_id"
            " FROM org_roleassignment WHERE role = 'guard'",
            "沒有任何登記寫過它",
        ),
        (
            "INSERT INTO auth_user (password, is_superuser, username, first_name, last_name, email, is_staff, is_active,"
            " date_joined) SELECT password, is_superuser, 'thief', '', '', '', is_staff, is_active, date_joined FROM auth_user",
            "沒有任何登記寫過它",
        ),
        (
            "INSERT INTO api_apitoken (name, digest, hint, scopes, created_at, expires_on, person_id)"
            " SELECT '偷', 'd', 'h', '*', '2026-01-01 00:00:00+00:00', '2036-01-01', id FROM org_person WHERE name = '王保管'",
            "「API 權杖 偷」",
        ),
        ("DELETE FROM journal_balance", "結存記為 0"),
        ("UPDATE journal_balance SET floor = -100 WHERE floor = 0", "結存的下限不是科目的下限"),
        ("UPDATE journal_book SET closed_through = 201812", "賬本記着結賬到"),
        ("UPDATE journal_book SET key = 'another'", "journal_account"),
        ("DELETE FROM journal_vouching WHERE id = (SELECT MAX(id) FROM journal_vouching)", "不可信"),
    ],
)
def test_a_row_that_no_entry_wrote_is_named(book, statement, said):
    behind(statement)

    sentences = prove().sentences()

    assert any(said in one for one in sentences), sentences
    assert [one for _check, one in look_at_everything() if not one.notice]


def test_two_account_names_exchanged_are_found(book):
    first, second = Account.objects.order_by("pk")[:2]
    behind(
        f"UPDATE journal_account SET name = '{second.name}' WHERE id = {first.pk}",
        f"UPDATE journal_account SET name = '{first.name}' WHERE id = {second.pk}",
    )

    assert sorted((one.model, one.row, one.what) for one in stray_rows(only=[Account])) == [
        (Account, first.pk, "changed"),
        (Account, second.pk, "changed"),
    ]


def test_what_an_action_changes_adds_and_deletes_is_vouched_for(cast, book):
    with batch(cast.admin) as unit:
        unit.draft("trial.changed")
        change_rows(Place.objects.filter(kind="room"), purpose="教室")
        party = Party.objects.create(name="文具店", folded="文具店")
    with batch(cast.admin) as unit:
        unit.draft("trial.changed")
        party.delete()
        cast.wang.post = "保管"
        unit.change(cast.wang, "post")

    assert prove().sentences() == []
    assert list(Vouching.objects.filter(table="org_party").order_by("pk").values_list("digest", flat=True))[-1] == ""


def test_a_deleted_row_put_in_again_by_hand_is_found(cast, book):
    with batch(cast.admin) as unit:
        unit.draft("trial.added")
        party = Party.objects.create(name="文具店", folded="文具店")
    key = party.pk
    with batch(cast.admin) as unit:
        unit.draft("trial.removed")
        party.delete()
    Party(pk=key, name="文具店", folded="文具店").save_base(raw=True, force_insert=True)

    # Its signal would have vouched for it in the next entry; here none follows.
    assert [(one.row, one.what) for one in stray_rows(only=[Party])] == [(key, "added")]


def test_rows_written_after_the_last_entry_get_one_of_the_house(cast, book):
    with batch(cast.admin):
        Party.objects.create(name="文具店", folded="文具店")

    assert Entry.objects.latest("number").kind == "journal.vouched"
    assert prove().sentences() == []


def test_what_is_rolled_back_is_vouched_for_by_nothing(cast, book):
    with pytest.raises(ZeroDivisionError), batch(cast.admin) as unit:
        unit.draft("trial.added")
        unit.create(Party(name="文具店", folded="文具店"))
        unit.flush()
        raise ZeroDivisionError

    assert not Vouching.objects.filter(table="org_party").exists()
    assert prove().sentences() == []


def test_a_row_is_spelled_in_memory_as_it_is_read_back(cast, book):
    """Every row of this book says the same from an instance as from the database, in every zone and type."""
    compared = 0
    for model in vouched_models().values():
        spelling = spelling_of(model)
        read = {key: spelling.of_row(values) for key, *values in model._base_manager.values_list("pk", *spelling.names)}
        for instance in model._base_manager.all():
            compared += 1
            assert spelling.of_instance(instance) == read[instance.pk]
    assert compared > 30


def test_a_new_column_with_a_default_changes_no_digest():
    """What a migration fills in is not spelled, so that yesterday's vouchings hold for tomorrow's tables."""
    spelling = spelling_of(Commodity)
    blank = ["chalk" if name == "code" else 1 if name == "id" else None for name in spelling.names]
    told = spelling.told(
        [
            {"name": "粉筆", "counter": "", "decimals": 0, "category": ""}.get(n, v)
            for n, v in zip(spelling.names, blank, strict=True)
        ]
    )

    assert told == {"id": 1, "code": "chalk", "name": "粉筆"}
    assert spelling.told([*[1, "chalk", "粉筆", "盒", 2, "x"]])["decimals"] == 2


def test_tables_that_are_vouched_for_have_whole_numbers_as_keys():
    kinds = {
        model._meta.pk.target_field.get_internal_type()
        if model._meta.pk.is_relation
        else model._meta.pk.get_internal_type()
        for model in vouched_models().values()
    }

    assert kinds <= {
        "AutoField",
        "BigAutoField",
        "BigIntegerField",
        "PositiveIntegerField",
        "PositiveSmallIntegerField",
    }
    labels = {model._meta.label_lower for model in vouched_models().values()}
    assert set(LEFT_OUT_COLUMNS) <= labels
    assert not labels & set(LEFT_OUT)


def test_closing_a_month_is_an_entry_that_vouches_for_what_is_stored(cast, book):
    close_month(cast.qian, month=201903)

    assert Entry.objects.latest("number").kind == "journal.closed"
    assert prove().sentences() == []
    behind("UPDATE journal_closedbalance SET quantity = quantity + 1")
    assert any("journal_closedbalance" in one for one in prove().sentences())


def test_rows_written_before_a_savepoint_that_is_rolled_back_are_still_vouched_for(cast, book):
    party = Party.objects.create(name="文具店", folded="文具店")
    with pytest.raises(ZeroDivisionError), batch(cast.admin) as unit:
        unit.draft("trial.undone")
        unit.flush()
        raise ZeroDivisionError
    with batch(cast.admin) as unit:
        unit.draft("trial.done")

    assert Vouching.objects.filter(table="org_party", row=party.pk).count() == 1
    assert prove().sentences() == []


# A book of before


def as_it_was_before(book) -> None:
    """Take the vouchings off again, as a book has none that an older program wrote."""
    behind(
        "DELETE FROM journal_vouching", "UPDATE journal_entry SET version = NULL", "UPDATE journal_book SET key = NULL"
    )
    previous = ""
    for entry in Entry.objects.order_by("number"):
        previous = _rechained(entry, previous)
    behind(f"UPDATE journal_book SET digest = '{previous}'")


def _rechained(entry: Entry, previous: str) -> str:
    vouched = sealed(entry.vouchings.order_by("pk").values_list("table", "row", "digest"))
    digest = entry_digest(
        previous, version=entry.version, vouched=vouched, number=entry.number, kind=entry.kind, sign=entry.sign,
        occurred_on=entry.occurred_on, about_on=entry.about_on, recorded_at=entry.recorded_at, by_id=entry.by_id,
        place_id=entry.place_id, campus_id=entry.campus_id, category=entry.category,
        document=(entry.document_kind, entry.document_id, entry.document_number), because_id=entry.because_id,
        reverses_id=entry.reverses_id, reason=entry.reason, asked=entry.asked, once=entry.once,
        lines=list(entry.lines.order_by("position").values_list("position", "commodity_id", "source_id", "target_id", "quantity")),
        measures=list(entry.measures.values_list("name", "quantity")),
    )  # fmt: skip
    Entry.objects.filter(pk=entry.pk).update(digest=digest)
    return digest


def test_the_upgrade_vouches_for_every_row_of_an_older_book(cast, book):
    as_it_was_before(book)
    assert verify().is_sound
    last = Entry.objects.latest("number")

    counts = vouch_for_what_stands(cast.admin)

    assert counts["org_person"] == cast.admin._meta.model.objects.count()
    assert Entry.objects.latest("number").kind == "journal.vouched"
    assert prove().sentences() == []
    assert passes_through(last.number, last.digest)
    assert vouch_for_what_stands(cast.admin) == {}


def test_a_later_upgrade_vouches_for_the_tables_its_migrations_changed_and_no_other(cast, book):
    behind(
        "UPDATE org_party SET name = name",
        "UPDATE journal_place SET purpose = '改過'",
        "UPDATE org_unit SET name = name",
    )
    behind("UPDATE org_person SET post = '改過' WHERE name = '王保管'")

    counts = vouch_for_what_stands(cast.admin, changed_apps={"journal"})

    assert counts == {"journal_place": Place.objects.count()}
    assert [(one.model._meta.db_table, one.row) for one in stray_rows()] == [("org_person", cast.wang.pk)]


# Anchors


def rewrite_the_book() -> None:
    """Change a reason and make every digest after it anew: the chain is whole again."""
    for table in frozen_tables(connection):
        thaw(connection, table)
    Entry.objects.filter(number=3).update(reason="改寫")
    previous = ""
    for entry in Entry.objects.order_by("number"):
        previous = _rechained(entry, previous)
    Book.objects.update(digest=previous)


def test_a_book_rewritten_with_all_its_digests_is_found_by_its_anchor(book):
    anchors.drop_anchor("night")
    rewrite_the_book()
    assert verify().is_sound

    (sentence,) = prove().sentences()

    assert sentence.startswith(f"第 {book.head} 號登記的指紋不是 ")


def test_an_anchor_that_was_rewritten_too_is_found_without_the_secret(book):
    anchors.drop_anchor("night")
    rewrite_the_book()
    line = settings.ANCHORS.read_text()
    settings.ANCHORS.write_text(line.replace(book.digest, Book.objects.get().digest))

    assert [one for one in prove().sentences() if "不是這個安裝寫的" in one]


def test_a_head_is_anchored_once(book):
    assert anchors.drop_anchor("night").number == book.head
    assert anchors.drop_anchor("backup") is None
    assert settings.ANCHORS.read_text().count("\n") == 1


def test_an_earlier_book_put_back_is_told_as_what_it_may_be(cast, book):
    with transaction.atomic():
        unit = Unit(cast.wang)
        unit.draft("trial.later")
        unit.finish()
        anchors.drop_anchor("night")
        transaction.set_rollback(True)
    (sentence,) = prove().sentences()
    assert f"賬本只到第 {book.head} 號" in sentence and "還原了較早的備份" in sentence

    anchors.drop_anchor(anchors.RESTORED)
    with batch(cast.wang) as unit:
        unit.draft("trial.otherwise")

    proof = prove()
    assert proof.is_sound
    assert [one.notice for one in proof.findings] == [True]
    assert "還原過較早的備份" in proof.findings[0].sentence


def test_a_disk_that_takes_nothing_keeps_nobody_from_reading(book, settings, tmp_path, caplog):
    settings.ANCHORS = tmp_path / "file" / "anchors.jsonl"
    (tmp_path / "file").write_text("")

    assert anchors.drop_anchor("night") is None
    assert "could not be anchored" in caplog.text


# Clock


def test_entries_written_in_the_future_or_out_of_order_are_found(cast, book):
    for moment in ("2036-01-01 10:00+08:00", "2025-01-01 10:00+08:00"):
        with time_machine.travel(moment, tick=False), batch(cast.wang) as unit:
            unit.draft("trial.later")

    with time_machine.travel(f"{date.today() + timedelta(days=1)} 10:00+08:00"):
        found = [one.sentence for one in CHECKS["journal.clock"].look()]

    assert len(found) == 2
    assert "時間還沒有到" in found[0] and str(book.head + 1) in found[0]
    assert "早於前一號" in found[1] and str(book.head + 2) in found[1]


# One snapshot


def test_verify_and_audit_never_cry_wolf_while_somebody_writes(committed_cast):
    """A writer adds an entry with every row the reader reads; the reader sees the book of one moment."""
    wang = committed_cast.wang
    # The cast came in by no entry.
    vouch_for_what_stands(wang, changed_apps={model._meta.app_label for model in vouched_models().values()})
    stop, written = threading.Event(), []

    def write() -> None:
        try:
            while not stop.is_set():
                with batch(wang) as unit:
                    unit.draft("trial.written")
                    unit.create(Party(name=f"店{len(written)}", folded=f"店{len(written)}"))
                written.append(1)
        finally:
            connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _again in range(12):
            assert prove().sentences() == []
            assert [one for _check, one in look_at_everything() if not one.notice] == []
    finally:
        stop.set()
        writer.join(timeout=60)

    assert len(written) > 3
    assert prove().chain.entries == Entry.objects.count()


def test_what_is_read_in_one_snapshot_stays_what_it_was(committed_cast):
    wang = committed_cast.wang

    def write() -> None:
        with batch(wang) as unit:
            unit.draft("trial.written")
        connection.close()

    with one_snapshot():
        before = Entry.objects.count()
        writer = threading.Thread(target=write)
        writer.start()
        writer.join(timeout=60)
        assert Entry.objects.count() == before
    assert Entry.objects.count() == before + 1
