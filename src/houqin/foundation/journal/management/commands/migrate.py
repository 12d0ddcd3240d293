"""Django's ``migrate``, with what stands beside the tables taken down before and put up after, whoever calls it.

The whole run is one transaction on both databases: it is done as a whole, or nothing has happened.
"""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connections

from houqin.foundation.journal.schema import all_or_nothing, put_up, take_down
from houqin.foundation.journal.versions import changing_apps, unknown_migrations


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        if options["plan"] or options["check_unapplied"] or options["prune"]:
            super().handle(*args, **options)
            return
        connection = connections[options["database"]]
        if unknown := unknown_migrations(connection):
            raise CommandError(f"This book is newer than the program; it knows {', '.join(unknown)}.")
        self.connection = connection
        with all_or_nothing(connection):
            take_down(connection)
            super().handle(*args, **options)
            put_up(connection, with_views=not changing_apps(connection))

    def migration_progress_callback(self, action: str, migration: Any = None, fake: bool = False) -> None:
        super().migration_progress_callback(action, migration, fake)
        if action == "apply_success" and self.connection.vendor == "postgresql":
            # It refuses to alter a table whose foreign keys are still to be looked at in the same transaction.
            self.connection.check_constraints()
