"""Reporting a fault where a code is scanned, with or without a login, and following it by a link of one's own."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.models import Entry
from houqin.foundation.org.rules import everyone
from houqin.foundation.registers.pages import page
from houqin.foundation.registers.sending import Outcome, answer, is_from_queue, key_of, sent, spoken
from houqin.foundation.signing.photos import ACCEPT_PHOTOS
from houqin.foundation.tokens.limits import TooOften, address_of, allowed, knock
from houqin.foundation.tokens.models import Token
from houqin.foundation.tokens.reading import token_scanned
from houqin.foundation.tokens.strangers import the_stranger
from houqin.foundation.tokens.things import Scan

from . import actions, rules
from .models import ScanReport, WorkOrder
from .terms import Category

ICONS = {
    Category.WATER: "droplet",
    Category.ELECTRIC: "bulb",
    Category.WOOD: "hammer",
    Category.DOORS_WINDOWS: "door",
    Category.DESKS: "armchair",
    Category.PIPES: "bucket-droplet",
    Category.AV: "device-projector",
    Category.SPORTS: "ball-basketball",
    Category.OTHER: "dots",
}
# A field no human sees; what fills every field fills it too.
HONEYPOT = "website"
MOST_SHOWN = 5
# What a reporter is shown of the route, in order; where the order went another way only its state is told.
FOLLOWED = ("reported", "accepted", "dispatched", "done")


@page("repairs.fault", title=gettext_lazy("掃碼報修"), readers=everyone, methods=("GET", "HEAD", "POST"), in_menu=False)
def fault(request: HttpRequest, rest: str = "") -> HttpResponse:
    """What is broken here? One page, no login."""
    try:
        token = token_scanned(rest.strip("/"), address=address_of(request))
    except TooOften as too_often:
        return _gone(request, spoken(too_often), status=429)
    if token is None:
        return _gone(request, _("這個標籤碼不存在。請重新掃一次，或打電話給總務處報修。"), status=404)
    scan = token.scan()
    if not token.is_live or scan is None:
        return _gone(request, _("這張標籤已經作廢。請掃現在貼着的那一張，或打電話給總務處報修。"), status=410)
    if request.method != "POST":
        return _form(request, scan)
    if request.POST.get(HONEYPOT):
        # A machine learns nothing from being turned away.
        return _private(render(request, "repairs/fault_thanks.html", {"scan": scan}))
    outcome = _report(request, token)
    if is_from_queue(request):
        return answer(outcome)
    if outcome.entry is None:
        return _form(request, scan, outcome=outcome)
    report = ScanReport.objects.get(order_id=outcome.entry.document_id)
    return redirect(reverse("hand_page", args=["repairs.fault_status", report.secret]))


def _report(request: Any, token: Token) -> Outcome:
    data = {name: value for name, value in request.POST.items() if name not in {"once", HONEYPOT}} | {
        "token": token.text
    }
    if request.person is not None:
        once = key_of(request, by=f"web:{request.person.pk}")
        return sent(actions.report_by_scan, by=request.person, data=data, files=request.FILES, once=once)
    once = key_of(request, by=f"scan:{token.pk}")
    try:
        # The same form again, whose answer was lost, is no new knock.
        if not Entry.objects.filter(once=once).exists():
            knock("report token", token.text, most=allowed("tokens.reports_per_token"))
            knock("report address", address_of(request), most=allowed("tokens.reports_per_address"))
    except TooOften as too_often:
        return Outcome(refusal=spoken(too_often), status=429)
    return sent(actions.report_by_scan, by=the_stranger(), data=data, files=request.FILES, once=once, via="scan")


def _form(request: Any, scan: Scan, *, outcome: Outcome | None = None) -> HttpResponse:
    typed = request.POST if request.method == "POST" else {}
    facts = {
        "scan": scan,
        "title": scan.kind.title(scan.thing),
        "categories": [
            (value, label, ICONS[Category(value)], typed.get("category") == value) for value, label in Category.choices
        ],
        "typed": typed,
        "once": typed.get("once") or uuid4().hex,
        "outcome": outcome,
        "open": open_here(scan)[:MOST_SHOWN],
        "accept": ACCEPT_PHOTOS,
        "honeypot": HONEYPOT,
    }
    return _private(render(request, "repairs/fault.html", facts, status=outcome.status if outcome else 200))


def open_here(scan: Scan) -> Any:
    """Work orders at this place that are not mended yet, the newest first."""
    return WorkOrder.objects.open().filter(place=scan.place).order_by("-reported_at", "-pk")


@page("repairs.fault_status", title=gettext_lazy("報修進度"), readers=everyone, in_menu=False)
def fault_status(request: HttpRequest, rest: str = "") -> HttpResponse:
    """How a reported fault stands and what was done; nobody's name, telephone or photo."""
    found = ScanReport.objects.select_related("order__place").filter(secret=rest.strip("/")[:32]).first()
    if found is None:
        try:
            knock("miss", address_of(request), most=allowed("tokens.misses_per_address"))
        except TooOften as too_often:
            return _gone(request, spoken(too_often), status=429)
        return _gone(request, _("沒有這個報修單。請從報修後看到的連結打開。"), status=404)
    order = found.order
    state = (
        "done" if order.state in {"confirmed", "closed"} else "dispatched" if order.state == "waiting" else order.state
    )
    at = FOLLOWED.index(state) if state in FOLLOWED else -1
    steps = [(str(rules.ROUTE.states[one]), position < at, position == at) for position, one in enumerate(FOLLOWED)]
    facts = {
        "order": order,
        "steps": steps if at >= 0 else [],
        "is_done": order.completed_at is not None,
        "address": request.build_absolute_uri(),
        "token": found.token,
    }
    return _private(render(request, "repairs/fault_status.html", facts))


def _gone(request: HttpRequest, sentence: str, *, status: int) -> HttpResponse:
    return _private(render(request, "web/scan_gone.html", {"sentence": sentence}, status=status))


def _private(response: HttpResponse) -> HttpResponse:
    """Kept by no cache and found by no search engine."""
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
