"""Days that run from the moment of writing: a notice is put up now, a deadline lies ahead.

Whoever could write yesterday's notice today would cut the days that others have to object, to bid, to come. Past papers
come in by import, whose verbs do not ask here.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from houqin.kit import clock

from .refused import Refused
from .writer import Draft


def refuse_backdated(entry: Draft, what: Any, *, field: str = "occurred_on") -> None:
    """Refuse to put up a notice (``what``) with an earlier day than today: its days count from when it can be read."""
    if entry.occurred_on != entry.unit.today:
        raise Refused(
            _("%(what)s從登記的這一天算起，不能倒填日期。日期請空着；過去的檔案請匯入。") % {"what": what}, field=field
        )


def refuse_past(entry: Draft, when: date | datetime | None, what: Any, *, field: str) -> None:
    """Refuse a day or moment that is to come (a deadline, an opening) and has passed at the moment of writing."""
    if when is None:
        return
    is_past = when <= entry.unit.now if isinstance(when, datetime) else when < entry.unit.today
    if is_past:
        said = f"{clock.local(when):%Y-%m-%d %H:%M}" if isinstance(when, datetime) else when.isoformat()
        raise Refused(
            _("%(what)s寫的是 %(when)s，已經過了。請寫以後的時間。") % {"what": what, "when": said}, field=field
        )
