"""Tables of the index. It holds nothing that is not elsewhere: it can be thrown away and made again."""

from django.db import models


class Thing(models.Model):
    """A row of the school that can be found.

    ``id`` is the day it is about above a serial number, so that the newest come first in the order of the index itself;
    what has no day (people, places) stands above all days. Its tokens are in the table ``search_words`` under that id.
    ``kind`` is the label of its model, ``number`` its printed number without blanks and dashes.
    """

    id = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=80)
    key = models.BigIntegerField()
    number = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="one_thing_of_a_row")]
        indexes = [models.Index(fields=["number"], name="thing_number")]


class Stale(models.Model):
    """A row that was written and is not in the index yet; ``key`` 0 stands for every row of the kind, ``*`` for all kinds."""

    kind = models.CharField(max_length=80)
    key = models.BigIntegerField(default=0)
