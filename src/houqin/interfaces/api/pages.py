"""Webhooks as the administrator sees them: who is told what, how far, what was not taken."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import ACTIONS
from houqin.foundation.journal.refused import Refused
from houqin.foundation.org.rules import administrator
from houqin.foundation.registers.pages import page

from .models import Webhook, WebhookDelivery
from .webhooks import head

LATEST = 12
VERBS = ("api.webhook_removed", "api.webhook_resumed", "api.redelivered")


@page(
    "api.hooks",
    title=gettext_lazy("Webhook 告知"),
    group=gettext_lazy("學校"),
    icon="webhook",
    about=gettext_lazy("登記一寫下就告知別的程式：告知到哪裏、對方收了沒有。"),
    readers=administrator,
    methods=("GET", "HEAD", "POST"),
)
def hooks(request: Any, rest: str = "") -> HttpResponse:
    """Every webhook with its latest tellings; a POST removes it, goes on, or tells one entry again."""
    if rest:
        raise Http404
    if request.method == "POST":
        verb = ACTIONS.get(request.POST.get("do", ""))
        try:
            if verb is None or verb.kind not in VERBS:
                raise Refused(_("不知道要做什麼。請從頁面上的按鈕來。"))
            verb.perform(request.person, request.POST.dict(), via="web")
            messages.success(request, _("好了。"))
        except Refused as refused:
            messages.error(request, str(refused))
        return redirect(request.path)
    end = head()
    told = [
        {
            "hook": one,
            # A path or a query may hold a key.
            "host": urlsplit(one.url).hostname,
            "left": max(0, end - one.delivered_through),
            "latest": _latest(one),
        }
        for one in Webhook.objects.filter(is_active=True).order_by("name")
    ]
    return render(request, "api/hooks.html", {"hooks": told})


def _latest(hook: Webhook) -> list[dict[str, Any]]:
    """What it was told last, under the words of the actions."""
    found = WebhookDelivery.objects.filter(webhook=hook).order_by("-tried_at", "-number")[:LATEST]
    fields = ("number", "kind", "attempts", "error", "tried_at")
    return [
        {**row, "label": verb.label if (verb := ACTIONS.get(row["kind"])) else row["kind"]}
        for row in found.values(*fields)
    ]
