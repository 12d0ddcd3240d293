"""Which of book and program is older."""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader


def unknown_migrations(connection: BaseDatabaseWrapper) -> list[str]:
    """What was done to this book's tables that this program knows nothing of: a newer one has opened it."""
    loader = MigrationLoader(connection)
    replaced = {key for migration in loader.replacements.values() for key in migration.replaces}
    known = loader.disk_migrations.keys() | replaced
    return sorted(
        f"{app}.{name}"
        for app, name in loader.applied_migrations
        if app in loader.migrated_apps and (app, name) not in known
    )


def changing_apps(connection: BaseDatabaseWrapper) -> set[str]:
    """The apps whose tables are older than this program; empty where the book is today's."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return {migration.app_label for migration, _is_backwards in plan}
