"""Entries vouch for the rows they leave behind.

The new columns may be empty, so that no table is made anew: a book of a million entries is altered at once.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("journal", "0003_frozen")]
    operations = [
        migrations.AddField("book", "key", models.CharField(max_length=64, null=True)),
        migrations.AddField("entry", "version", models.PositiveSmallIntegerField(null=True)),
        migrations.CreateModel(
            name="Vouching",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("table", models.CharField(max_length=64)),
                ("row", models.BigIntegerField()),
                ("digest", models.CharField(blank=True, max_length=32)),
                (
                    "entry",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="vouchings",
                        to="journal.entry",
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["table", "row"], name="vouching_row")]},
        ),
    ]
