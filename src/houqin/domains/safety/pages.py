"""Inspecting on the spot: the checklist of what is due, ticked off on a phone, with or without a connection."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.calendar.due import DUE, LATE, standing
from houqin.foundation.calendar.models import Duty
from houqin.foundation.journal.models import Place
from houqin.foundation.org.models import Person, Role
from houqin.foundation.registers.pages import page
from houqin.foundation.registers.sending import Outcome, answer, is_from_queue, key_of, sent
from houqin.foundation.signing.photos import ACCEPT_PHOTOS
from houqin.kit import clock
from houqin.kit.periods import Period

from . import actions, rules
from .checklists import CHECKLISTS
from .models import Hazard, Inspection, Result

# Lines for what no list foresees.
FREE_POINTS = 2
LOOKS_BACK = timedelta(days=120)


@page(
    "safety.inspection",
    title=gettext_lazy("現場檢查"),
    group=gettext_lazy("安全"),
    icon="clipboard-check",
    about=gettext_lazy("照清單逐項點合格、不合格，拍照；不合格的當場成為隱患。斷網照樣用。"),
    readers=rules.inspects,
    methods=("GET", "HEAD", "POST"),
    on_phone=True,
)
def inspection(request: Any, rest: str = "") -> HttpResponse:
    """What is due to be inspected; with ``rest`` (a kind of check) its checklist."""
    kind = rest.strip("/")
    if not kind:
        return _choice(request)
    if kind not in CHECKLISTS:
        raise Http404
    if request.method != "POST":
        return _sheet(request, kind)
    outcome = _sent(request, kind)
    if is_from_queue(request):
        return answer(outcome)
    if outcome.entry is None:
        return _sheet(request, kind, outcome=outcome)
    made = Inspection.objects.get(pk=int(outcome.entry.document_id or 0))
    hazards = Hazard.objects.filter(inspection=made).count()
    if hazards:
        messages.success(
            request,
            _("檢查已登記為 %(number)s，發現 %(hazards)d 處隱患，已進隱患台賬。")
            % {"number": made.number, "hazards": hazards},
        )
    else:
        messages.success(request, _("檢查已登記為 %(number)s，全部合格。") % {"number": made.number})
    return redirect("document", made.kind, made.pk)


def _sent(request: Any, kind: str) -> Outcome:
    checklist = CHECKLISTS[kind]
    points = "\n".join(
        f"{name}={told}" for name, told in sorted(request.POST.items()) if name.partition("_")[2].isdecimal()
    )
    data = {
        **request.POST.dict(),
        "told": points,
        "layer": str(checklist.layer),
        "items": str(rules.CHECKS.label(kind)),
    }
    return sent(
        actions.inspect_on_the_spot,
        by=request.person,
        data=data,
        files=request.FILES,
        once=key_of(request, by=f"web:{request.person.pk}"),
    )


def _choice(request: Any) -> HttpResponse:
    today = clock.today()
    due = {}
    for turn in standing(Period(today - LOOKS_BACK, today + timedelta(days=7)), duties=_duties(request.person)):
        if turn.state in (DUE, LATE) and turn.duty.category in CHECKLISTS and turn.on <= today:
            due[turn.duty.category] = turn
    lists = [
        {"kind": kind, "checklist": one, "turn": due.get(kind), "is_late": kind in due and due[kind].state == LATE}
        for kind, one in CHECKLISTS.items()
    ]
    lists.sort(key=lambda one: (one["turn"] is None, not one["is_late"]))
    response = render(request, "safety/inspections.html", {"lists": lists, "place": request.GET.get("place", "")})
    return _kept(response)


def _duties(person: Person) -> list[Duty]:
    """The inspections this person answers for; the office and whoever keeps safety see all."""
    every = Duty.objects.filter(fulfilled_by="safety.inspected").select_related("campus", "person")
    if rules.keeps_or_leads(person):
        return list(every)
    return [duty for duty in every if duty.person_id == person.pk or person.has_role(duty.role, Role.ADMINISTRATOR)]


def _sheet(request: Any, kind: str, *, outcome: Outcome | None = None) -> HttpResponse:
    typed = request.POST if request.method == "POST" else request.GET
    checklist = CHECKLISTS[kind]
    known = [(str(point.item), str(point.standard)) for point in checklist.points] + [("", "")] * FREE_POINTS
    points = [
        {
            "position": position,
            "item": item or typed.get(f"item_{position}", ""),
            "standard": standard,
            "is_free": not item,
            "result": typed.get(f"result_{position}", ""),
            "problem": typed.get(f"problem_{position}", ""),
        }
        for position, (item, standard) in enumerate(known, start=1)
    ]
    places = Place.objects.exclude(kind="campus").filter(is_active=True).order_by("full_name")
    place = typed.get("place", "")
    facts = {
        "kind": kind,
        "checklist": checklist,
        "points": points,
        "places": places.values_list("full_name", flat=True)[:1000],
        "campuses": Place.objects.filter(kind="campus").order_by("pk"),
        "place": _name_of(place),
        "campus": typed.get("campus")
        or (str(request.person.campus_id) if request.person.campus_id and not place else ""),
        "people": Person.objects.filter(is_active=True).order_by("name").values_list("name", flat=True).distinct(),
        "typed": typed,
        "today": clock.today(),
        "outcome": outcome,
        "once": typed.get("once") or uuid4().hex,
        "accept": ACCEPT_PHOTOS,
        "passed": Result.PASSED.value,
        "failed": Result.FAILED.value,
        "back": reverse("hand_page", args=["safety.inspection"]),
    }
    return _kept(render(request, "safety/inspection.html", facts, status=outcome.status if outcome else 200))


def _name_of(place: str) -> str:
    """A place as the address gives it, by its key, as people write it."""
    if place.isascii() and place.isdecimal():
        return Place.objects.filter(pk=int(place[:18])).values_list("full_name", flat=True).first() or ""
    return place


def _kept(response: HttpResponse) -> HttpResponse:
    """The phone may keep this page and show it while there is no connection."""
    response["X-Houqin-Offline"] = "kept"
    response["Cache-Control"] = "no-store"
    return response
