from django.db import migrations

from houqin.foundation.journal.freezing import freeze, thaw


def forwards(apps, schema_editor):
    freeze(schema_editor.connection, "stocktakes_minutesrow")


def backwards(apps, schema_editor):
    thaw(schema_editor.connection, "stocktakes_minutesrow")


class Migration(migrations.Migration):
    dependencies = [("stocktakes", "0001_initial"), ("journal", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]
