"""The gate board: who is in, signing in and out, leave slips to look at. It goes on without a connection."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.models import Entry, Place
from houqin.foundation.org.models import Person, Role, RoleAssignment
from houqin.foundation.org.parameters import value
from houqin.foundation.registers.pages import page
from houqin.foundation.registers.sending import Outcome, answer, is_from_queue, key_of, key_of_person, sent
from houqin.kit import clock

from . import actions, rules
from .models import LeaveSlip, Visit
from .terms import PURPOSES, Confirmed

VERBS = {
    "enter": actions.enter,
    "leave": actions.leave,
    "release": actions.release,
    "return": actions.come_back,
}
# Filled in by most visitors; what else the form asks for is folded away.
MOST_OUT = 50


@page(
    "gate.board",
    title=gettext_lazy("門崗"),
    group=gettext_lazy("門衛"),
    icon="door-enter",
    about=gettext_lazy("誰在校內，一點就登記、一點就銷號；斷網照樣用，連上自動補送。"),
    readers=rules.guards,
    methods=("GET", "HEAD", "POST"),
    on_phone=True,
)
def board(request: Any, rest: str = "") -> HttpResponse:
    """Sign visitors in and out, let pupils out on a slip, and see who is late."""
    if rest:
        raise Http404
    if request.method != "POST":
        return _board(request)
    outcome = _sent(request)
    if is_from_queue(request):
        return answer(outcome)
    if outcome.entry is None:
        return _board(request, outcome=outcome)
    verb = VERBS[request.POST["do"]]
    messages.success(
        request, _("%(label)s：已登記為第 %(number)s 號。") % {"label": verb.label, "number": outcome.entry.number}
    )
    return redirect(_here(request))


def _sent(request: Any) -> Outcome:
    verb = VERBS.get(request.POST.get("do", ""))
    if verb is None:
        raise Http404
    data = {name: told for name, told in request.POST.items() if name in verb.form.base_fields}
    if written := request.POST.get("purpose_words", "").strip():
        data["purpose"] = written
    if verb is actions.leave and (before := request.POST.get("visit_once")):
        visit = _signed_in_by(request.person, before)
        if visit is None:
            return Outcome(refusal=_("這位訪客的來訪登記還沒有送到，請先把登記送出或改好。"), status=409)
        data["document"] = str(visit)
    return sent(verb, by=request.person, data=data, once=key_of(request, by=f"web:{request.person.pk}"))


def _signed_in_by(person: Person, once: str) -> int | None:
    """The visit whose signing in was sent under that key, by the same person."""
    entry = Entry.objects.filter(once=key_of_person(person, once), document_kind=Visit.kind).first()
    return entry.document_id if entry else None


def _here(request: Any) -> str:
    campus = request.GET.get("campus", "")
    return reverse("hand_page", args=["gate.board"]) + (f"?campus={campus}" if campus.isdecimal() else "")


def _board(request: Any, *, outcome: Outcome | None = None) -> HttpResponse:
    now, today = clock.now(), clock.today()
    campus = _campus(request)
    here = Q(campus=campus) | Q(campus__isnull=True) if campus else Q()
    long = timedelta(minutes=int(value("gate.long_stay_minutes")))
    visits = [
        {"visit": visit, "is_late": visit.opened_on < today or now - visit.entered_at > long}
        for visit in Visit.objects.filter(here, state__in=("inside", "unsigned"))
        .select_related("host", "campus")
        .order_by("-entered_at")[:200]
    ]
    slips = LeaveSlip.objects.filter(here, opened_on=today).select_related("school_class", "campus")
    grace = timedelta(minutes=int(value("gate.return_grace_minutes")))
    out = LeaveSlip.objects.filter(here, state="released", planned_return_at__isnull=False).order_by(
        "planned_return_at"
    )
    typed = request.POST if outcome is not None and request.POST.get("do") == "enter" else {}
    facts = {
        "campus": campus,
        "campuses": Place.objects.filter(kind="campus").order_by("pk"),
        "visits": visits,
        "late_count": sum(bool(one["is_late"]) for one in visits),
        "slips": slips.filter(state="approved").order_by("planned_leave_at", "pk"),
        "out": [
            {"slip": slip, "is_late": now > slip.planned_return_at + grace}
            for slip in out[:MOST_OUT]
            if slip.planned_return_at
        ],
        "purposes": [str(term.label) for term in PURPOSES.terms.values() if term.code != "other"],
        "confirmed": Confirmed.choices,
        "people": Person.objects.filter(is_active=True).order_by("name").values_list("name", flat=True).distinct(),
        "consenters": _consenters(),
        "wants_consent": bool(value("gate.class_consent")) and rules.is_class_time(now),
        "typed": typed,
        "outcome": outcome,
        "once": uuid4().hex,
        "now": now,
    }
    response = render(request, "gate/board.html", facts, status=outcome.status if outcome else 200)
    # The phone may keep this page and show it while there is no connection.
    response["X-Houqin-Offline"] = "kept"
    response["Cache-Control"] = "no-store"
    return response


def _campus(request: Any) -> Place | None:
    """The gate looked at: the one asked for, else the one this person stands at; None is the whole school."""
    asked = request.GET.get("campus", "")
    if asked.isdecimal():
        return Place.objects.filter(kind="campus", pk=int(asked)).first()
    return None if asked == "all" else actions.campus_of(request.person)


def _consenters() -> list[Person]:
    held = RoleAssignment.objects.in_force(clock.today()).filter(role__in=rules.CONSENTERS, person__is_active=True)
    order = {
        role: place for place, role in enumerate((Role.DUTY_LEADER, Role.DIRECTOR, Role.VICE_PRINCIPAL, Role.PRINCIPAL))
    }
    found = sorted(held.select_related("person"), key=lambda one: (order.get(Role(one.role), 9), one.person.name))
    return list(dict.fromkeys(one.person for one in found))
