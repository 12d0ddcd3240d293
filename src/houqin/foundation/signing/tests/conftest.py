"""The table of the paper the route tests use, and its place in the registries, for these tests only."""

import pytest
from django.db import connection

from houqin.foundation.journal.actions import ACTIONS
from houqin.foundation.signing.models import DOCUMENTS


@pytest.fixture(scope="package", autouse=True)
def paper_of_the_tests(django_db_setup, django_db_blocker):
    from .paper import VERBS, Voucher

    DOCUMENTS.add(Voucher.kind, Voucher)
    for verb in VERBS:
        ACTIONS.add(verb.kind, verb)
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        editor.create_model(Voucher)
    yield
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        editor.delete_model(Voucher)
    DOCUMENTS.remove(Voucher.kind)
    for verb in VERBS:
        ACTIONS.remove(verb.kind)
