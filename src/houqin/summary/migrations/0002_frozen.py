"""A fair copy never changes: triggers refuse it on both databases."""

from django.db import migrations

from houqin.foundation.journal.freezing import freeze, thaw


def forwards(apps, schema_editor):
    freeze(schema_editor.connection, "summary_faircopy")


def backwards(apps, schema_editor):
    thaw(schema_editor.connection, "summary_faircopy")


class Migration(migrations.Migration):
    dependencies = [("summary", "0001_initial"), ("journal", "0003_frozen")]
    operations = [migrations.RunPython(forwards, backwards)]
