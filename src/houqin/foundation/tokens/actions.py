"""Every write of tokens, as a verb."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import action, locked
from houqin.foundation.journal.models import Book
from houqin.foundation.journal.refused import Refused
from houqin.foundation.journal.writer import Draft

from . import forms, rules
from .models import Token, new_text
from .things import ThingKind


@action("tokens.issued", label=gettext_lazy("發標籤碼"), form=forms.Issue, rule=rules.issues, hidden=True)
def issue(entry: Draft, *, kind: ThingKind, keys: list[int]) -> None:
    """Give every thing named that bears no live token a new one."""
    # Two offices printing labels at once wait for each other here.
    locked(Book.objects.filter(pk=1)).first()
    labelled = set(Token.objects.live().filter(kind=kind.name).values_list("thing_id", flat=True))
    wanted = [key for key in keys if key not in labelled]
    if not wanted:
        raise Refused(_("這些都已經有標籤碼，可以直接印。"))
    things = kind.things().in_bulk() if len(wanted) > 500 else kind.things().in_bulk(wanted)
    for key in wanted:
        thing = things.get(key)
        if thing is None:
            raise Refused(_("找不到第 %(key)s 號%(what)s。") % {"key": key, "what": kind.label})
        _give(entry, kind, thing)
    entry.category = kind.name
    entry.measure("tokens", len(wanted))


@action("tokens.replaced", label=gettext_lazy("作廢並換新標籤"), form=forms.WithReason, rule=rules.issues)
def replace(entry: Draft, *, token: Token, reason: str) -> None:
    """Make a lost or copied label dead and give the thing a new token; print its new label afterwards."""
    kind, thing = token.thing_kind(), token.thing()
    if kind is None or thing is None:
        raise Refused(_("「%(title)s」已經不在了，請直接作廢。") % {"title": token.title})
    _revoke(entry, token, reason)
    _give(entry, kind, thing)
    entry.category, entry.place, entry.reason = kind.name, kind.place(thing), reason


@action("tokens.revoked", label=gettext_lazy("作廢標籤"), form=forms.WithReason, rule=rules.issues)
def revoke(entry: Draft, *, token: Token, reason: str) -> None:
    """Make a label say nothing any more."""
    _revoke(entry, token, reason)
    entry.category, entry.place, entry.reason = token.kind, token.place(), reason


def _give(entry: Draft, kind: ThingKind, thing: object) -> None:
    made = Token(
        text=new_text(),
        kind=kind.name,
        thing_id=thing.pk,  # type: ignore[attr-defined]
        title=kind.title(thing)[:200],
        issued_at=entry.unit.now,
        issued_by=entry.by,
    )
    entry.creates(made)


def _revoke(entry: Draft, token: Token, reason: str) -> None:
    # At once and not at the flush: there the new token is inserted before the old one is changed.
    token.revoked_at, token.revoked_by, token.reason = entry.unit.now, entry.by, reason
    token.save(update_fields=["revoked_at", "revoked_by", "reason"])
