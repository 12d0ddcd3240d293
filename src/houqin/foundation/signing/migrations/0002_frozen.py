"""Froze signatures, which is declared at the model now (``@frozen``) and done after every migrate."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("signing", "0001_initial"), ("journal", "0003_frozen")]
    operations = []
