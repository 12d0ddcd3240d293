"""The table of the paper the route tests use."""

import pytest
from django.db import connection


@pytest.fixture(scope="session", autouse=True)
def voucher_table(django_db_setup, django_db_blocker):
    from .paper import Voucher

    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        editor.create_model(Voucher)
    yield
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        editor.delete_model(Voucher)
