"""What a transaction remembers goes with it."""

import pytest
from django.db import transaction

from houqin.foundation.journal.accounts import account
from houqin.foundation.journal.memory import transaction_memory
from houqin.foundation.journal.models import Account


def test_nothing_is_remembered_outside_a_transaction(committed):
    transaction_memory()["a"] = 1

    assert transaction_memory() == {}


def test_an_account_made_in_a_transaction_that_failed_is_made_again(committed):
    with pytest.raises(RuntimeError), transaction.atomic():
        account("used", "trial")
        assert account("used", "trial").pk is not None
        raise RuntimeError

    with transaction.atomic():
        made = account("used", "trial")

    assert Account.objects.get(code="used:trial") == made
    assert account("used", "trial") is made


def test_a_savepoint_rolled_back_takes_its_memory_along(committed):
    with transaction.atomic():
        with pytest.raises(RuntimeError), transaction.atomic():
            account("used", "inner")
            raise RuntimeError
        made = account("used", "inner")

    assert Account.objects.get(code="used:inner") == made
