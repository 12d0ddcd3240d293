"""What the gate forgets by itself: identity and telephone numbers of visits past the school's rule."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext_lazy

from houqin.foundation.jobs.purging import purge
from houqin.foundation.org.founding import first_administrator
from houqin.foundation.org.parameters import value

from .actions import purge_identities
from .models import Visit


@purge("gate.identities", label=gettext_lazy("訪客身份信息"))
def identities(today: date) -> int:
    """Purge as the action does, in the administrator's name; nothing is written where there is nothing to forget."""
    before = today - timedelta(days=int(value("gate.identity_days", on=today)))
    old = Visit.objects.filter(opened_on__lt=before).exclude(identity="", identity_digest="", phone="").count()
    if old:
        purge_identities(first_administrator())
    return old
