"""Counting on a phone: one thing after the other, scanned or typed, without a word of what the book expects (D04-2)."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.models import Place
from houqin.foundation.org.models import Person
from houqin.foundation.org.rules import anyone
from houqin.foundation.registers.pages import page
from houqin.foundation.registers.sending import Outcome, answer, is_from_queue, key_of, sent
from houqin.foundation.signing.attachments import PHOTOS

from . import actions, rules
from .actions.counting import thing_of
from .forms import YES_NO
from .models import DIFFERING, Part, Stocktake, StocktakeLine, Tally, Use
from .registers import GROUP

FIRST, SECOND = ("frozen", "counting"), ("recounting",)
# Not asked of goods in a store: they have no label and no user.
MOST_WAITING, MOST_TOLD = 60, 12


def sheets_to_count(person: Person) -> QuerySet[Stocktake]:
    """The counts in which this person has something to count now: the first round, or the second as second counter."""
    part = Stocktake.objects.filter(members__person=person, members__part=Part.COUNTER).values("pk")
    first = Q(state__in=FIRST) & (Q(leader=person) | Q(pk__in=part))
    return Stocktake.objects.filter(first | Q(state__in=SECOND, second_counter=person)).select_related(
        "place", "custodian", "leader"
    )


@page(
    "stocktakes.count",
    title=gettext_lazy("手機盤點"),
    group=GROUP,
    icon="scan",
    about=gettext_lazy("掃碼或輸入編號、報數量、拍照；不顯示賬面數。"),
    readers=anyone,
    methods=("GET", "HEAD", "POST"),
    on_phone=True,
)
def count(request: Any, rest: str = "") -> HttpResponse:
    """Choose a count, then count: ``rest`` is the key of the sheet and, after a slash, a code already scanned."""
    key, _slash, code = rest.strip("/").partition("/")
    mine = sheets_to_count(request.person).order_by("due_on", "pk")
    if not key:
        return render(request, "stocktakes/choose.html", {"sheets": mine})
    sheet = mine.filter(pk=int(key)).first() if key.isdecimal() and len(key) < 19 else None
    if sheet is None:
        raise Http404
    if request.method != "POST":
        return _counting(request, sheet, code=code or request.GET.get("code", ""))
    data = {name: told for name, told in request.POST.items() if name in actions.count_one.form.base_fields}
    outcome = sent(
        actions.count_one, by=request.person, data={**data, "document": str(sheet.pk)}, files=request.FILES,
        once=key_of(request, by=f"web:{request.person.pk}"),
    )  # fmt: skip
    if is_from_queue(request):
        return answer(outcome)
    if outcome.entry is None:
        return _counting(request, sheet, outcome=outcome)
    messages.success(
        request,
        _("已記下：%(code)s %(quantity)s") % {"code": data.get("code", ""), "quantity": data.get("quantity", "")},
    )
    place = data.get("place", "")
    return redirect(_here(sheet) + (f"?place={place}" if place.isdecimal() else ""))


def _here(sheet: Stocktake) -> str:
    return reverse("hand_page", args=["stocktakes.count", str(sheet.pk)])


def _counting(request: Any, sheet: Stocktake, *, code: str = "", outcome: Outcome | None = None) -> HttpResponse:
    typed = dict(request.POST.items()) if outcome is not None else {"code": code}
    chosen = typed.get("place") or request.GET.get("place", "")
    is_second = sheet.state in SECOND
    lines = sheet.lines.select_related("account__place").order_by("account__name", "name", "pk")
    places = _places(lines)
    found, here = thing_of(typed["code"]) if outcome is None and typed["code"] else ("", None)
    if found:
        typed["code"] = found
    if here is not None and here in places:
        typed["code"], chosen = "", str(here.pk)
    if len(places) == 1:
        chosen = str(places[0].pk)
    typed["place"] = chosen
    waiting = (
        lines.filter(status__in=DIFFERING, recounted=None) if is_second else lines.filter(counted=None)
    )  # fmt: skip
    if chosen.isdecimal():
        waiting = waiting.filter(account__place=int(chosen))
    told = (
        [(one.name, str(one.account), one.recounted) for one in lines.filter(recounted_by=request.person)]
        if is_second
        else [
            (one.line.name, str(one.line.account), one.quantity)
            for one in Tally.objects.filter(line__stocktake=sheet, person=request.person)
            .select_related("line__account")
            .order_by("-pk")
        ]
    )
    facts = {
        "sheet": sheet,
        "is_second": is_second,
        "places": places,
        "typed": typed,
        "outcome": outcome,
        "uses": Use.choices,
        "yes_no": YES_NO,
        "asks_census": sheet.scope != "store",
        "waiting": list(waiting[:MOST_WAITING]),
        "left_count": waiting.count(),
        "told": told[:MOST_TOLD],
        "told_count": len(told),
        "accept": PHOTOS,
        "once": uuid4().hex,
        "here": _here(sheet),
        "leads": rules.leads_count(request.person, document=sheet) and not is_second,
    }
    response = render(request, "stocktakes/count.html", facts, status=outcome.status if outcome else 200)
    # The phone may keep this page and show it while there is no connection.
    response["X-Houqin-Offline"] = "kept"
    response["Cache-Control"] = "no-store"
    return response


def _places(lines: QuerySet[StocktakeLine]) -> list[Place]:
    keys = lines.exclude(account__place=None).order_by().values("account__place").distinct()
    return list(Place.objects.filter(pk__in=keys).order_by("full_name"))
