"""Froze the rows of the journal, which is declared at the models now (``@frozen``) and done after every migrate."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_initial")]
    operations = []
