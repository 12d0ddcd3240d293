"""Every write about tokens and webhooks.

Those of tokens are hidden: no page has a button for them, the command line gives and revokes.
"""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import action
from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Refused
from houqin.foundation.journal.writer import Draft
from houqin.foundation.org import rules
from houqin.foundation.org.models import Person

from . import forms
from .models import ApiToken, Webhook, WebhookDelivery
from .webhooks import head, wanted


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


@action("api.webhook_added", label=gettext_lazy("加 Webhook"), form=forms.AddWebhook, rule=rules.administrator)
def add_webhook(entry: Draft, *, name: str, url: str, kinds: str, secret: str) -> None:
    """Have another program told of every entry of some kinds, from now on."""
    if Webhook.objects.filter(url=url, is_active=True).exists():
        raise Refused(_("這個網址已經有了。要改的話先刪去原來的。"), field="url")
    entry.creates(
        Webhook(
            name=name,
            url=url,
            kinds=kinds,
            secret=secret,
            created_by=entry.by,
            created_at=entry.unit.now,
            delivered_through=head(),
        )
    )


@action("api.webhook_removed", label=gettext_lazy("刪 Webhook"), form=forms.OneWebhook, rule=rules.administrator)
def remove_webhook(entry: Draft, *, webhook: int) -> None:
    """Tell a program nothing more, and forget its secret."""
    found = _webhook(webhook)
    found.is_active, found.secret = False, ""
    entry.changes(found, "is_active", "secret")


@action("api.webhook_resumed", label=gettext_lazy("繼續告知"), form=forms.OneWebhook, rule=rules.administrator)
def resume_webhook(entry: Draft, *, webhook: int) -> None:
    """Go on telling a program that was given up, from where it stopped."""
    found = _webhook(webhook)
    if found.paused_at is None:
        raise Refused(_("「%(name)s」沒有停。") % {"name": found}, field="webhook")
    found.paused_at = None
    entry.changes(found, "paused_at")


@action("api.redelivered", label=gettext_lazy("再告知一次"), form=forms.Redeliver, rule=rules.administrator)
def redeliver(entry: Draft, *, webhook: int, number: int) -> None:
    """Tell a program one entry again."""
    from .jobs import redeliver as again

    found = _webhook(webhook)
    if not (
        WebhookDelivery.objects.filter(webhook=found, number=number).exists()
        or Entry.objects.filter(wanted(found), number=number).exists()
    ):
        raise Refused(_("第 %(number)s 號登記不在「%(name)s」要的種類裏。") % {"number": number, "name": found})
    entry.unit.after_creations(lambda: again.later(webhook=found.pk, number=number))


def _webhook(key: int) -> Webhook:
    found = Webhook.objects.filter(pk=key, is_active=True).first()
    if found is None:
        raise Refused(_("沒有第 %(number)s 號 Webhook。") % {"number": key}, field="webhook")
    return found
