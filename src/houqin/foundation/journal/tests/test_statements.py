"""Statements said together: answers in order, errors in Django's words, nothing of a refused one is left."""

import pytest
from django.db import IntegrityError, transaction

from houqin.foundation.journal.models import Book, Commodity
from houqin.foundation.journal.statements import LONGEST, said

ADD = "INSERT INTO journal_commodity (code, name, counter, decimals, category) VALUES (%s, %s, %s, %s, %s)"
NAMES = "SELECT name FROM journal_commodity WHERE code = %s"


def commodity(code: str, name: str):
    return ADD, [code, name, "盒", 0, ""]


def test_each_statement_gives_its_rows_in_order(cast):
    found = said([commodity("chalk", "粉筆"), (NAMES, ["chalk"]), (NAMES, ["nothing"])])

    assert found == [[], [("粉筆",)], []]


def test_what_is_said_often_says_the_same(cast):
    """More often than it takes PostgreSQL to prepare it."""
    said([commodity("chalk", "粉筆")])

    assert [said([(NAMES, ["chalk"])]) for _time in range(12)] == [[[("粉筆",)]]] * 12


def test_a_long_statement_is_said_too(cast):
    codes = [f"item:{number}" for number in range(LONGEST)]
    Commodity.objects.bulk_create([Commodity(code=code, name=code) for code in codes])
    marks = ",".join(["%s"] * len(codes))

    found = said([(f"SELECT COUNT(*) FROM journal_commodity WHERE code IN ({marks})", codes)])

    assert found == [[(LONGEST,)]]


def test_a_constraint_is_told_as_django_tells_it_and_nothing_is_left(cast):
    with pytest.raises(IntegrityError), transaction.atomic():
        said([commodity("chalk", "粉筆"), commodity("chalk", "又是粉筆"), (NAMES, ["chalk"])])

    assert not Commodity.objects.filter(code="chalk").exists()
    assert Book.objects.count() == 1
