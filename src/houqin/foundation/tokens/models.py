"""Tokens, how often somebody knocked, and the one person who writes for strangers."""

from __future__ import annotations

import re
import secrets
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from houqin.foundation.journal.models import Place
from houqin.foundation.org.models import Person
from houqin.foundation.org.reach import End, end_at

from .things import THINGS, Scan, ThingKind

# Nothing that reads like something else: no 0 and O, no 1 and I. 32 characters, so 20 of them are 100 bits.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH = 20
_NOISE = re.compile(r"[\s\-‐–—]+")


def new_text() -> str:
    """A token nobody can guess."""
    return "".join(secrets.choice(ALPHABET) for _place in range(LENGTH))


def as_typed(text: str) -> str:
    """A token as somebody typed it off a label: in any case, with spaces or dashes between."""
    return _NOISE.sub("", text).upper()


class TokenQuerySet(models.QuerySet["Token"]):
    def live(self) -> TokenQuerySet:
        return self.filter(revoked_at__isnull=True)


class Token(models.Model):
    """What a QR code says. ``kind`` and ``thing_id`` name the thing; ``title`` is what it was called when issued."""

    text = models.CharField(_("標籤碼"), max_length=32, unique=True, default=new_text)
    kind = models.CharField(max_length=64)
    thing_id = models.BigIntegerField()
    title = models.CharField(_("名稱"), max_length=200)
    issued_at = models.DateTimeField(_("發出時間"))
    issued_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("發出人"))
    revoked_at = models.DateTimeField(_("作廢時間"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("作廢人")
    )
    reason = models.CharField(_("作廢原因"), max_length=200, blank=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("標籤碼")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "thing_id"], condition=Q(revoked_at__isnull=True), name="one_live_token_a_thing"
            )
        ]

    def __str__(self) -> str:
        return self.spoken()

    def spoken(self) -> str:
        """In groups of five, to be read off a label and typed."""
        return "-".join(self.text[start : start + 5] for start in range(0, len(self.text), 5))

    @property
    def is_live(self) -> bool:
        return self.revoked_at is None

    def thing_kind(self) -> ThingKind | None:
        return THINGS.get(self.kind)

    def thing(self) -> Any:
        """The thing it stands on; None where that kind or thing is no more."""
        kind = self.thing_kind()
        return kind.things().filter(pk=self.thing_id).first() if kind else None

    def place(self) -> Place | None:
        """Where the thing is."""
        kind, thing = self.thing_kind(), self.thing()
        return kind.place(thing) if kind is not None and thing is not None else None

    def stands_on(self, verb: str = "") -> list[End]:
        """Where the thing is that bears it."""
        return [end_at(self.place())]

    def scan(self) -> Scan | None:
        kind, thing = self.thing_kind(), self.thing()
        return None if kind is None or thing is None else Scan(self, kind, thing, kind.place(thing))


class Tally(models.Model):
    """How often ``name`` (a keyed digest, never an address) knocked in a stretch of time; kept by :mod:`.limits`."""

    name = models.CharField(max_length=64)
    ends_at = models.BigIntegerField(db_index=True)
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "ends_at"], name="one_tally_a_stretch")]


class Stranger(models.Model):
    """The one person under whose name the book writes what strangers report; see :mod:`.strangers`."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_stranger")]
