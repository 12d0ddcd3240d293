"""Made the view of the 實物台賬, which is declared in ``models.py`` now and made after every migrate."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("stores", "0001_initial"), ("journal", "0001_initial"), ("catalogue", "0001_initial")]

    operations = []
