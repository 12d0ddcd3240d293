"""Where the administrator sees that work is done, what failed, and lets it be done again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.refused import Refused
from houqin.foundation.org.rules import administrator
from houqin.foundation.registers.pages import page
from houqin.kit import clock

from .actions import retry
from .models import Job, State, Worker
from .schedule import DAILIES
from .work import LOST_AFTER, WORKS

SHOWN = 50


@page(
    "jobs.board",
    title=gettext_lazy("工作與重做"),
    group=gettext_lazy("學校"),
    icon="clock-play",
    about=gettext_lazy("背景工作做得怎樣、哪些失敗了、再做一次。"),
    readers=administrator,
    methods=("GET", "HEAD", "POST"),
)
def board(request: Any, rest: str = "") -> HttpResponse:
    """What failed, what waits, what is done every day; a POST lets one job be done again."""
    if rest:
        raise Http404
    if request.method == "POST":
        try:
            retry.perform(request.person, {"job": request.POST.get("job", "")}, via="web")
            messages.success(request, _("馬上重做。"))
        except Refused as refused:
            messages.error(request, str(refused))
        return redirect(request.path)
    now = clock.now()
    failed = Job.objects.filter(state=State.FAILED).order_by("-finished_at")
    waiting = Job.objects.filter(state__in=(State.WAITING, State.RUNNING)).order_by("run_after", "pk")
    latest = _latest()
    facts = {
        "failed": [_told(one) for one in failed[:SHOWN]],
        "failed_count": failed.count(),
        "waiting": [_told(one) for one in waiting[:SHOWN]],
        "waiting_count": waiting.count(),
        "dailies": [
            {"label": one.work.label, "next": one.latest(now) + timedelta(days=1), "last": latest.get(one.work.name)}
            for one in DAILIES
        ],
        "workers": Worker.objects.filter(seen_at__gte=now - LOST_AFTER).count(),
    }
    return render(request, "jobs/board.html", facts)


def _latest() -> dict[str, Job]:
    """The last job of every daily work, in one query."""
    names = [one.work.name for one in DAILIES]
    since = clock.now() - timedelta(days=3)
    found = Job.objects.filter(name__in=names, created_at__gte=since).order_by("created_at")
    return {one.name: one for one in found}


def _told(job: Job) -> dict[str, Any]:
    work = WORKS.get(job.name)
    return {"job": job, "label": work.label if work else job.name}
