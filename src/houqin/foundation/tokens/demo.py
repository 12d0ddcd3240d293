"""The demo school's labels: every room and everything registered bears a token; one link is shown to be scanned."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from houqin.foundation.org.scenes import Stage, scene

from . import actions
from .forms import MOST
from .models import Token
from .things import THINGS


@scene("tokens", _("標籤碼"), order=95)
def labels_on_everything(stage: Stage) -> None:
    for kind in THINGS:
        keys = list(kind.things().order_by("pk").values_list("pk", flat=True)[:MOST])
        if keys:
            actions.issue(stage.administrator, kind=kind.name, keys=keys)


def shown_token() -> Token | None:
    """The token whose link the demo shows: that of the first room."""
    return Token.objects.live().filter(kind="place", title__contains="室").order_by("pk").first()
