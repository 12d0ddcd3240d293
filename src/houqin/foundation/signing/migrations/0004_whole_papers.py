"""A signature says what its digest is of; those before cover the header. Empty columns, so that no table is made anew."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("signing", "0003_hands_and_comments")]
    operations = [
        migrations.AddField("signature", "version", models.PositiveSmallIntegerField(null=True)),
        migrations.AddField("signature", "covers", models.TextField(null=True)),
    ]
