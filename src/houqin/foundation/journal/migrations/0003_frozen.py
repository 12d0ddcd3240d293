"""Rows of the journal never change: triggers refuse it on both databases."""

from django.db import migrations

from houqin.foundation.journal.freezing import freeze, thaw

FROZEN_TABLES = (
    "journal_entry",
    "journal_line",
    "journal_measure",
    "journal_closing",
    "journal_closedbalance",
    "journal_closedcell",
)


def forwards(apps, schema_editor):
    for table in FROZEN_TABLES:
        freeze(schema_editor.connection, table)


def backwards(apps, schema_editor):
    for table in FROZEN_TABLES:
        thaw(schema_editor.connection, table)


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_initial")]
    operations = [migrations.RunPython(forwards, backwards)]
