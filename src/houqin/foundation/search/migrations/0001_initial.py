"""The tables of the index. Whatever a book holds already is marked, so that it is indexed by whoever comes first."""

from django.db import migrations, models

from houqin.foundation.search.table import create_statements


def create_words(apps, schema_editor):
    for statement in create_statements(schema_editor.connection.vendor):
        schema_editor.execute(statement)


def drop_words(apps, schema_editor):
    schema_editor.execute("DROP TABLE search_words")


def mark_everything(apps, schema_editor):
    apps.get_model("search", "Stale").objects.create(kind="*", key=0)


class Migration(migrations.Migration):
    initial = True
    # PostgreSQL refuses to alter a table that has unfinished business in the same transaction.
    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Stale",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=80)),
                ("key", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Thing",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=80)),
                ("key", models.BigIntegerField()),
                ("number", models.CharField(blank=True, max_length=80)),
            ],
            options={
                "indexes": [models.Index(fields=["number"], name="thing_number")],
                "constraints": [models.UniqueConstraint(fields=("kind", "key"), name="one_thing_of_a_row")],
            },
        ),
        migrations.RunPython(create_words, drop_words),
        migrations.RunPython(mark_everything, migrations.RunPython.noop),
    ]
