"""Every write about tokens. Both are hidden: no page has a button for them, the command line gives and revokes."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import action
from houqin.foundation.journal.refused import Refused
from houqin.foundation.journal.writer import Draft
from houqin.foundation.org import rules
from houqin.foundation.org.models import Person

from . import forms
from .models import ApiToken


@action(
    "api.token_issued",
    label=gettext_lazy("發出權杖"),
    form=forms.IssueToken,
    rule=rules.administrator,
    hidden=True,
)
def issue_token(
    entry: Draft, *, name: str, person: Person, scopes: str, expires_on: date, digest: str, hint: str
) -> None:
    """Give a program a key to the API in somebody's name. Refuses a day that has passed."""
    if expires_on < entry.unit.today:
        raise Refused(_("有效至 %(day)s 已經過了。請寫今天或以後的日期。") % {"day": expires_on}, field="expires_on")
    entry.creates(
        ApiToken(
            name=name,
            person=person,
            scopes=scopes,
            expires_on=expires_on,
            digest=digest,
            hint=hint,
            created_at=entry.unit.now,
        )
    )


@action(
    "api.token_revoked",
    label=gettext_lazy("作廢權杖"),
    form=forms.RevokeToken,
    rule=rules.administrator,
    hidden=True,
)
def revoke_token(entry: Draft, *, token: int) -> None:
    """Make a key useless from now on. Refuses one that is unknown or was revoked before."""
    known = ApiToken.objects.filter(pk=token).first()
    if known is None:
        raise Refused(_("沒有第 %(number)s 號權杖。houqin token list 可查。") % {"number": token}, field="token")
    if known.revoked_at is not None:
        raise Refused(_("第 %(number)s 號權杖已經作廢了。") % {"number": token}, field="token")
    known.revoked_at = entry.unit.now
    entry.changes(known, "revoked_at")
