"""The cast and the stage for every test: people with names and jobs, a small school, both databases."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("HOUQIN_SHARED") or Path(__file__).resolve().parents[1] / "shared")


@pytest.fixture(scope="session")
def shared() -> Path:
    """Real input nobody here wrote; a test that needs it skips where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("real input beside the project is absent")
    return SHARED


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """The SQLite file laid out beforehand is taken as it is; it goes with the home of the run."""
    return not os.environ.get("HOUQIN_DATABASE_URL")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Let the test database begin as a copy of the template."""
    from django.db import connection

    from houqin.testing import postgres_template, sqlite_template

    if connection.vendor == "sqlite":
        shutil.copyfile(sqlite_template(), connection.creation._get_test_db_name())
    else:
        connection.settings_dict["TEST"]["TEMPLATE"] = postgres_template(os.environ["HOUQIN_DATABASE_URL"])


@pytest.fixture(autouse=True)
def _anchors_of_its_own(settings, tmp_path_factory):
    """What one test anchored outside the book must not be held against the book of the next."""
    settings.ANCHORS = tmp_path_factory.getbasetemp() / f"anchors-{os.getpid()}.jsonl"
    settings.ANCHORS.unlink(missing_ok=True)


@pytest.fixture(autouse=True)
def _fresh_memory():
    """What a process remembers of one test's rows must not reach the next."""
    from houqin.foundation.catalogue.vocabulary import VOCABULARIES
    from houqin.foundation.journal.accounts import forget_accounts
    from houqin.foundation.journal.cube import forget_cubes

    forget_accounts()
    forget_cubes()
    for vocabulary in VOCABULARIES:
        vocabulary.forget()
    yield
    forget_accounts()


@pytest.fixture
def committed(transactional_db):
    """A book whose transactions really commit (threads, killed processes); emptied again afterwards, triggers and all."""
    from django.apps import apps
    from django.db import connection

    from houqin.foundation.journal.freezing import freeze, frozen_tables, thaw

    yield
    frozen = frozen_tables(connection)
    for table in frozen:
        thaw(connection, table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for table in frozen:
                cursor.execute(f"TRUNCATE {table} CASCADE")
        else:
            cursor.execute("PRAGMA foreign_keys = OFF")
            # What is no table of ours (a view over the journal) has no rows of its own.
            for model in (one for one in apps.get_models() if one._meta.managed):
                cursor.execute(f'DELETE FROM "{model._meta.db_table}"')
            cursor.execute("PRAGMA foreign_keys = ON")
    for table in frozen:
        freeze(connection, table)


class Cast:
    """Wang keeps the stores, Li directs, Zhao has no rights; campuses South and North."""

    def __init__(self) -> None:
        from datetime import date

        from houqin.foundation.journal.models import Place
        from houqin.foundation.org.founding import found_school
        from houqin.foundation.org.models import Person, RoleAssignment
        from houqin.kit.text import fold

        founded = found_school(name="市第一完全小學", password="chalk-and-duster-7")  # noqa: S106
        self.school, self.admin = founded.school, founded.administrator

        def campus(name: str) -> Place:
            return Place.objects.create(kind="campus", name=name, full_name=name, folded=fold(name))

        def room(on: Place, name: str) -> Place:
            full = f"{on.name}{name}"
            return Place.objects.create(parent=on, campus=on, kind="room", name=name, full_name=full, folded=fold(full))

        self.south, self.north = campus("南校區"), campus("北校區")
        self.south_105, self.north_105 = room(self.south, "教學樓105室"), room(self.north, "教學樓105室")
        self.canteen = room(self.north, "食堂")

        def person(name: str, post: str, *roles: str, place: Place | None = None) -> Person:
            made = Person.objects.create(name=name, folded=fold(name), post=post, campus=place)
            for role in roles:
                RoleAssignment.objects.create(person=made, role=role, place=place, from_on=date(2000, 1, 1))
            return made

        self.li = person("李主任", "總務主任", "director")
        self.principal = person("周校長", "校長", "principal")
        self.wang = person("王保管", "保管員", "storekeeper")
        self.chen = person("陳師傅", "維修工", "repairer")
        self.sun = person("孫安全", "安全員", "safety_officer")
        self.ma = person("馬門衛", "門衛", "guard", place=self.south)
        self.lin = person("林老師", "班主任", "class_teacher", "teacher")
        self.qian = person("錢會計", "會計", "accountant")
        self.zhou = person("周資產", "資產管理員", "asset_manager")
        self.zhao = person("趙老師", "教師", "teacher")


@pytest.fixture
def cast(db) -> Cast:
    return Cast()


@pytest.fixture
def committed_cast(committed) -> Cast:
    return Cast()


@pytest.fixture
def login(db):
    """``login(cast.wang)`` → a browser in which that person is logged in."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    def log_in(person):
        if person.user is None:
            person.user = get_user_model().objects.create(username=f"user{person.pk}")
            person.save(update_fields=["user"])
        browser = Client()
        browser.force_login(person.user, backend="django.contrib.auth.backends.ModelBackend")
        return browser

    return log_in


@pytest.fixture
def spent():
    """``with spent(at_most=2):`` — seconds of this process's own processor, whatever else the machine is doing."""
    import time
    from contextlib import contextmanager

    @contextmanager
    def measured(*, at_most: float):
        before = time.process_time()
        yield
        took = time.process_time() - before
        assert took <= at_most, f"{took:.1f} s of the processor for what may cost {at_most}"

    return measured
