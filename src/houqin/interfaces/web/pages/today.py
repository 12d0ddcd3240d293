"""Today 今日: what waits for me, what is due, what was reported, what became of what I wrote."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from houqin.foundation.calendar.due import DONE, DUE, LATE, MISSED, Occurrence, standing
from houqin.foundation.calendar.models import Duty
from houqin.foundation.journal.actions import ACTIONS, can
from houqin.foundation.journal.figures import FIGURES, Reading, Said
from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Refused
from houqin.foundation.org.models import Person
from houqin.foundation.signing.models import DOCUMENTS, Document, Task
from houqin.foundation.signing.reading import registers_showing
from houqin.kit import clock
from houqin.kit.periods import Period

from .. import words
from ..access import Request, page
from ..periods import reported_period
from ..writing import in_the_books_language, spoken
from .figures import may_read, period_query

MOST_TASKS = 200
MOST_REPORTED = 8
NEWS_DAYS = 7
NEWS_LOOKED_AT = 100
MOST_MINE = 8
FIGURES_SHOWN = 3


@dataclass
class Waiting:
    """A task as the list shows it."""

    task: Task
    is_late: bool
    # Its step asks nothing, so it can be done from here.
    at_once: bool
    label: str


@page(methods=("GET", "HEAD", "POST"))
def today(request: Request) -> HttpResponse:
    """The first page after the login; a POST takes the chosen steps that need no form."""
    if request.method == "POST":
        return _take(request)
    day = clock.today()
    waiting, hidden = waiting_for(request.person, day)
    period = reported_period()
    facts = {
        "day": day,
        "weekday": _weekday(day),
        "many_signing": sum(1 for one in waiting if one.at_once and one.task.signs) > 1,
        "many_acting": sum(1 for one in waiting if one.at_once and not one.task.signs) > 1,
        "signing": [one for one in waiting if one.task.signs],
        "acting": [one for one in waiting if not one.task.signs],
        "late_count": sum(1 for one in waiting if one.is_late),
        "hidden": hidden,
        "duties": duties_of(request.person, day),
        "reported": _reported(request.person, waiting, day),
        "mine": _mine(request.person),
        "figures": _figures(request.person, period),
        "period": period,
        "query": period_query(period),
        "once": uuid4().hex,
    }
    return render(request, "web/today.html", facts)


def _weekday(day: date) -> str:
    return [_("星期一"), _("星期二"), _("星期三"), _("星期四"), _("星期五"), _("星期六"), _("星期日")][day.weekday()]


def waiting_for(person: Person, day: date) -> tuple[list[Waiting], int]:
    """Open tasks of this person, late first, then by day; and how many more there are than are shown."""
    tasks = list(Task.objects.open().of(person).order_by("due_on", "created_at")[: MOST_TASKS + 1])
    made = []
    for task in tasks[:MOST_TASKS]:
        verb = ACTIONS.get(task.step)
        at_once = verb is not None and set(verb.form.base_fields) <= {"document"}
        made.append(Waiting(task, task.is_late(day), at_once, str(verb.label) if verb else _("辦理")))
    made.sort(key=lambda one: (not one.is_late, one.task.due_on or date.max))
    more = Task.objects.open().of(person).count() - MOST_TASKS if len(tasks) > MOST_TASKS else 0
    return made, more


def _take(request: Request) -> HttpResponse:
    """Take the steps of the chosen tasks, each in its own transaction; whatever is refused says so and stays."""
    keys = [
        int(key)
        for key in (request.POST.getlist("only") or request.POST.getlist("task"))
        if key.isascii() and key.isdecimal() and len(key) < 18
    ]
    once = request.POST.get("once") or uuid4().hex
    done = 0
    for task in Task.objects.open().of(request.person).filter(pk__in=keys).order_by("pk"):
        verb = ACTIONS.get(task.step)
        if verb is None or not set(verb.form.base_fields) <= {"document"}:
            continue
        try:
            with in_the_books_language():
                verb.perform(
                    request.person, {"document": str(task.document_id)}, once=f"web:{once[:64]}:{task.pk}", via="web"
                )
            done += 1
        except Refused as refused:
            messages.error(request, f"{task.document_number}：{spoken(refused)}")
    if done:
        messages.success(request, ngettext("辦好 %(done)d 件。", "辦好 %(done)d 件。", done) % {"done": done})
    elif not keys:
        messages.warning(request, _("先勾選要辦的事。"))
    return HttpResponseRedirect(reverse("today"))


def duties_of(person: Person, day: date) -> list[dict[str, Any]]:
    """This week's turns of the duties of this person's posts: late and due first, missed and done after."""
    mine = [
        duty
        for duty in Duty.objects.select_related("campus", "person")
        if duty.person_id == person.pk or (duty.person_id is None and _holds(person, duty))
    ]
    if not mine:
        return []
    monday = day - timedelta(days=day.weekday())
    turns = standing(Period(monday, monday + timedelta(days=6)), duties=mine, today=day)
    order = {LATE: 0, DUE: 1, MISSED: 2, DONE: 3}
    labels = {LATE: _("逾期"), DUE: _("待做"), MISSED: _("漏做"), DONE: _("已做")}
    styles = {LATE: "late", DUE: "due", MISSED: "late", DONE: "done"}
    turns = [turn for turn in turns if turn.on <= day or turn.state == DONE]
    return [
        {"turn": turn, "state": labels[turn.state], "style": styles[turn.state], "link": _answer(person, turn)}
        for turn in sorted(turns, key=lambda turn: (order[turn.state], turn.by, turn.duty.label))
    ]


def _holds(person: Person, duty: Duty) -> bool:
    if not person.has_role(duty.role):
        return False
    campuses = person.campuses_as(duty.role)
    return campuses is None or duty.campus_id is None or duty.campus_id in campuses


def _answer(person: Person, turn: Occurrence) -> str:
    """The page of the action that fulfils the duty, or of the entry that did."""
    if turn.entry is not None:
        return reverse("entry", args=[turn.entry])
    verb = ACTIONS.get(turn.duty.fulfilled_by)
    if (
        verb is None
        or verb.hidden
        or turn.state == MISSED
        or "document" in verb.form.base_fields
        or not can(person, verb)
    ):
        return ""
    return reverse("do", args=[verb.kind])


def _documents(entries: list[Entry]) -> dict[tuple[str, int], Document]:
    """The documents the entries name, one query for each kind."""
    keys: dict[str, set[int]] = {}
    for entry in entries:
        if entry.document_kind in DOCUMENTS and entry.document_id:
            keys.setdefault(entry.document_kind, set()).add(entry.document_id)
    found: dict[tuple[str, int], Document] = {}
    for kind, wanted in keys.items():
        for document in DOCUMENTS[kind]._default_manager.select_related("place").filter(pk__in=wanted):
            found[(kind, document.pk)] = document
    return found


def _reported(person: Person, waiting: list[Waiting], day: date) -> list[dict[str, Any]]:
    """Papers others opened this week that this person may read, latest first; not those already on the list above."""
    since = day - timedelta(days=NEWS_DAYS)
    listed = {(one.task.document_kind, one.task.document_id) for one in waiting}
    entries = (
        Entry.objects.filter(recorded_at__gte=clock.at(since, time()), occurred_on__gte=since, sign=1)
        .exclude(document_kind="")
        .exclude(by=person)
        .select_related("by")
        .order_by("-number")[:NEWS_LOOKED_AT]
    )
    firsts: dict[tuple[str, int], Entry] = {}
    for entry in entries:
        key = (entry.document_kind, entry.document_id or 0)
        if key not in listed:
            # The earliest of the week: whoever opened it stands on it, not who touched it last.
            firsts[key] = entry
    found: list[dict[str, Any]] = []
    for kind in dict.fromkeys(kind for kind, _key in firsts):
        model = DOCUMENTS.get(kind)
        keys = [key for one, key in firsts if one == kind]
        readable = registers_showing(model, person=person)[:1] if model is not None else []
        for register in readable:
            seen = set(register.rows(person).filter(pk__in=keys).values_list("pk", flat=True))
            for document in model._default_manager.select_related("place").filter(pk__in=seen):  # type: ignore[union-attr]
                found.append(
                    {"document": document, "entry": firsts[(kind, document.pk)], "label": words.document_label(kind)}
                )
    return sorted(found, key=lambda one: -one["entry"].number)[:MOST_REPORTED]


def _mine(person: Person) -> list[dict[str, Any]]:
    """What I wrote last, and where its paper stands now."""
    latest = list(
        Entry.objects.filter(by=person, sign=1)
        .exclude(document_kind="")
        .select_related("place")
        .order_by("-number")[:60]
    )
    firsts: dict[tuple[str, int], Entry] = {}
    for entry in latest:
        firsts.setdefault((entry.document_kind, entry.document_id or 0), entry)
    chosen = list(firsts.values())[:MOST_MINE]
    documents = _documents(chosen)
    return [
        {
            "entry": entry,
            "label": words.kind_label(entry.kind),
            "document": document,
            "is_final": document.state in (getattr(type(document).route(), "final", ()) or ()),
        }
        for entry in chosen
        if (document := documents.get((entry.document_kind, entry.document_id or 0))) is not None
    ]


def _figures(person: Person, period: Period) -> list[Said]:
    """Three numbers of the period being reported that this person's work makes, or the office's largest."""
    readable = [figure for figure in FIGURES if may_read(person, figure)]
    if not readable:
        return []
    reading = Reading(period)
    domains: dict[str, Said] = {}
    rest: list[Said] = []
    for figure in readable:
        said = reading[figure.name]
        if said.value <= 0:
            continue
        domain = figure.name.partition(".")[0]
        if domain in domains:
            rest.append(said)
        else:
            domains[domain] = said
    return [*domains.values(), *rest][:FIGURES_SHOWN]
