"""What a page says when it cannot be shown: what happened, and what to do next."""

from __future__ import annotations

import sys
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.refused import Busy, Refused, busy

from ..faults import number_of
from ..writing import spoken

NO_RULE = gettext_lazy("這個網址沒有寫明誰可以打開，所以不開放。")


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """403: this person may not; the sentence says who may."""
    sentence = str(exception) if isinstance(exception, Refused) else _("這一頁不是給您看的。")
    return _said(request, 403, title=_("不能打開"), sentence=sentence, icon="lock")


def missing(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """404: the address leads nowhere."""
    sentence = _("網址可能打錯了，或者這一筆不在您能看的範圍裏。")
    return _said(request, 404, title=_("找不到這一頁"), sentence=sentence, icon="map-off")


def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    """409: what was asked cannot be done now."""
    return _said(request, 409, title=_("這樣不行"), sentence=spoken(error), icon="hand-stop")


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form is too old or came from elsewhere."""
    sentence = _("這張表單放得太久，或者中途重新登入過。請回上一頁，重新整理後再送出一次；填過的內容瀏覽器多半還留着。")
    return _said(request, 403, title=_("請再送一次"), sentence=sentence, icon="refresh")


def wait(request: HttpRequest, error: Busy) -> HttpResponse:
    """503: somebody else is writing; the same again in a moment. Needs neither the database nor the person."""
    facts = {"title": _("請稍等"), "sentence": spoken(error), "icon": "hourglass"}
    template = "web/_refused.html" if request.headers.get("HX-Request") else "web/503.html"
    response: HttpResponse = (
        JsonResponse({"refused": str(error)}, status=503)
        if request.path.startswith("/api/")
        else render(None, template, facts, status=503)
    )
    response["Retry-After"] = str(Busy.AFTER)
    return response


def broken(request: HttpRequest) -> HttpResponse:
    """500: a defect of ours, with the number under which the server's log has it. Needs neither the database nor the person."""
    if said := busy(sys.exc_info()[1]):
        # Not in a view but around it: the session was to be written.
        return wait(request, said)
    number = number_of(request)
    if request.path.startswith("/api/"):
        sentence = _("程式出錯了，這一次沒有寫下任何東西。請把編號 %(number)s 告訴管理員。") % {"number": number}
        return JsonResponse({"detail": sentence, "number": number}, status=500)
    return render(None, "web/500.html", {"number": number}, status=500)


def _said(request: HttpRequest, status: int, *, title: str, sentence: str, icon: str) -> HttpResponse:
    facts = {"title": title, "sentence": sentence, "icon": icon}
    if request.headers.get("HX-Request"):
        return render(request, "web/_refused.html", facts, status=status)
    return render(request, "web/error.html", facts, status=status)
