"""Froze minutes, which is declared at the model now (``@frozen``) and done after every migrate."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("stocktakes", "0001_initial"), ("journal", "0001_initial")]
    operations = []
