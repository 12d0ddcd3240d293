"""The desk plan as one page: who lacks, who has too many, what to move, and the transfer papers in one click (A06)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import can
from houqin.foundation.journal.refused import Refused
from houqin.foundation.org.parameters import value
from houqin.foundation.registers.pages import page
from houqin.kit import clock

from . import actions, plan, rules, scope
from .models import DeskPlan, Transfer
from .registers import GROUP


@page(
    "assets.desk_plan",
    title=gettext_lazy("課桌椅調配測算"),
    readers=rules.plans_desks | scope.sees_all,
    group=GROUP,
    icon="arrows-transfer-up",
    about=gettext_lazy("誰缺誰多，怎樣搬最省，還要買多少；一按就開好調撥單。"),
    methods=("GET", "HEAD", "POST"),
)
def desk_plan(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Show the plan of least cost for the desks as they stand now; a POST makes its papers."""
    person = request.person  # type: ignore[attr-defined]
    if request.method == "POST":
        return _make_papers(request, person)
    return _show(request, person, van=_van(request.GET.get("van")))


def _van(told: str | None) -> int:
    """Sets a van carries: what was asked, else the school's parameter."""
    if told and told.isdecimal() and 0 < int(told) <= 10_000:
        return int(told)
    return int(value("assets.sets_per_van", on=clock.today()))


def _show(request: HttpRequest, person: Any, *, van: int, problem: str = "") -> HttpResponse:
    situation = plan.read_situation()
    found, cannot = None, ""
    try:
        found = plan.desk_plan(situation, van=van)
    except Refused as no:
        cannot = str(no)
    spots = [spot for spot in situation.spots if spot.lacking and not spot.keeps]
    short = sorted((spot for spot in spots if spot.lacking > 0), key=lambda one: (-one.lacking, one.place.full_name))
    over = sorted((spot for spot in spots if spot.lacking < 0), key=lambda one: (one.lacking, one.place.full_name))
    facts = {
        "van": van,
        "plan": found,
        "short": [(spot, spot.lacking) for spot in short],
        "over": [(spot, -spot.lacking) for spot in over],
        "lacking": sum(spot.lacking for spot in short),
        "spare": -sum(spot.lacking for spot in over),
        "in_repair": situation.in_repair,
        "moved_within": sum(one.quantity for one in found.within) if found else 0,
        "has_classes": any(spot.needed for spot in situation.spots),
        "may_make": can(person, actions.plan_desks) and can(person, actions.carry_out_plan),
        "waiting": DeskPlan.objects.filter(state="made").order_by("-pk").first(),
        "on_the_way": Transfer.objects.filter(state__in=("requested", "approved", "sent"), card__commodity__category=plan.DESKS)
        .select_related("source", "place")
        .order_by("pk"),
        "problems": [one for one in (problem, cannot) if one],
    }  # fmt: skip
    return render(request, "assets/desk_plan.html", facts, status=422 if problem else 200)


def _make_papers(request: HttpRequest, person: Any) -> HttpResponse:
    """Calculate anew, write the plan down and carry it out: room moves as done, a transfer slip for every van."""
    van = _van(request.POST.get("van"))
    before = set(Transfer.objects.values_list("pk", flat=True))
    try:
        with translation.override(settings.LANGUAGE_CODE):
            made = actions.plan_desks.perform(person, {"van": van}, via="web")
            actions.carry_out_plan.perform(person, {"document": made.document_id, "reason": ""}, via="web")
    except Refused as no:
        return _show(request, person, van=van, problem=str(no))
    slips = Transfer.objects.exclude(pk__in=before).count()
    messages.success(
        request,
        _("調配方案 %(number)s 已執行：開了 %(slips)s 張調撥單，等批准後調出。")
        % {"number": made.document_number, "slips": slips},
    )
    return redirect(reverse("document", args=[DeskPlan.kind, made.document_id]))
