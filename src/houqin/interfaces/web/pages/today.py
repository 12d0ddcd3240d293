"""Today 今日: what waits for me, what is due, the week ahead, what was reported, what became of what I wrote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from itertools import islice
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from houqin.foundation.calendar.due import DONE, DUE, LATE, MISSED, Occurrence, standing
from houqin.foundation.calendar.holidays import is_workday
from houqin.foundation.calendar.models import Duty, Term
from houqin.foundation.journal.actions import Action, can, offered_as
from houqin.foundation.journal.figures import FIGURES, Figure, Said, Unanswered
from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Refused
from houqin.foundation.org.models import Person
from houqin.foundation.org.numbers import Readings, may_read
from houqin.foundation.org.rules import office, readers
from houqin.foundation.registers.tabulations import TABULATIONS
from houqin.foundation.signing.comments import mentions_waiting
from houqin.foundation.signing.hand import by_hand, stamp_of, stamped_or_button
from houqin.foundation.signing.models import DOCUMENTS, Document, Task
from houqin.foundation.signing.reading import may_read as may_read_paper
from houqin.foundation.signing.reading import registers_showing
from houqin.kit import clock
from houqin.kit.periods import Period

from .. import words
from ..access import Request, page
from ..amounts import in_words
from ..forms import DRAWING
from ..navigation import may_read_figures
from ..periods import reported_period
from ..tour import put_away, tour_for
from ..writing import in_the_books_language, spoken
from .figures import period_query

MOST_TASKS = 200
MOST_MENTIONS = 8
MOST_REPORTED = 8
NEWS_DAYS = 7
NEWS_LOOKED_AT = 100
MOST_MINE = 8
MINE_LOOKED_AT = 60
FIGURES_SHOWN = 3
DAYS_AHEAD = 7


@dataclass
class Waiting:
    """A task as the list shows it."""

    task: Task
    is_late: bool
    # Its step asks nothing, so it can be done from here.
    at_once: bool
    label: str
    # How its day stands to today, in words, and the colour of that.
    when: str = ""
    style: str = ""
    # Where its title leads, and its button where it is not done at once.
    address: str = ""
    act: str = ""


@dataclass
class Ahead:
    """One day of the week ahead: what falls on it."""

    day: date
    weekday: str
    is_today: bool
    is_workday: bool
    # (words, address, colour)
    items: list[tuple[str, str, str]] = field(default_factory=list)
    # What the calendar says of the day: 開學, 放假.
    note: str = ""


@page(methods=("GET", "HEAD", "POST"))
def today(request: Request) -> HttpResponse:
    """The first page after the login; a POST takes the chosen steps that need no form."""
    if request.method == "POST":
        return _take(request)
    day = clock.today()
    waiting, hidden = waiting_for(request.person, day)
    period = reported_period()
    turns = turns_of(request.person, day)
    ahead = week_ahead(turns, waiting, day, person=request.person)
    facts = {
        "day": day,
        "weekday": _weekday(day),
        "many_signing": sum(1 for one in waiting if one.at_once and one.task.signs) > 1,
        "many_acting": sum(1 for one in waiting if one.at_once and not one.task.signs) > 1,
        "signing": [one for one in waiting if one.task.signs],
        "acting": [one for one in waiting if not one.task.signs],
        "late_count": sum(1 for one in waiting if one.is_late),
        "today_count": sum(1 for one in waiting if one.task.due_on == day),
        "hidden": hidden,
        "ahead": ahead,
        "is_week_empty": not any(one.items for one in ahead),
        "duties": duties_of(request.person, turns, day),
        "duties_done": sum(1 for turn in turns if turn.state == DONE and turn.on <= day),
        "reported": _reported(request.person, waiting, day),
        "mine": _mine(request.person, day),
        "figures": _figures(request.person, period),
        "period": period,
        "query": period_query(period),
        "once": uuid4().hex,
        "mentions": mentions_waiting(request.person)[:MOST_MENTIONS],
        "stamp": stamp_of(request.person),
        "tour": tour_for(request.person, asked=request.GET.get("tour") == "1"),
    }
    return render(request, "web/today.html", facts)


@page(methods=("POST",))
def tour(request: Request) -> HttpResponse:
    """Put the tour away for good; 我的 leads to it again."""
    put_away(request.person)
    return HttpResponseRedirect(reverse("today"))


def _weekday(day: date) -> str:
    return [_("星期一"), _("星期二"), _("星期三"), _("星期四"), _("星期五"), _("星期六"), _("星期日")][day.weekday()]


def _when(due_on: date | None, day: date) -> tuple[str, str]:
    """A task's day as one says it, and its colour: what is late, what is for today, what has time."""
    if due_on is None:
        return "", ""
    left = (due_on - day).days
    if left < 0:
        return ngettext("逾期 %(n)d 天", "逾期 %(n)d 天", -left) % {"n": -left}, "late"
    if left == 0:
        return _("今天到期"), "due"
    if left == 1:
        return _("明天到期"), "due"
    return _("%(day)s 到期") % {"day": due_on.isoformat() if left > 300 else f"{due_on:%m-%d}"}, ""


def waiting_for(person: Person, day: date) -> tuple[list[Waiting], int]:
    """Open tasks of this person, late first, then by day; and how many more there are than are shown."""
    tasks = list(Task.objects.open().of(person).order_by("due_on", "created_at")[: MOST_TASKS + 1])
    papers = _papers((task.document_kind, task.document_id) for task in tasks)
    made = []
    for task in tasks[:MOST_TASKS]:
        verb = offered_as(task.step)
        address, act = addresses_of(task)
        document = papers.get((task.document_kind, task.document_id))
        if document is not None and not _may_take(person, verb, document):
            # It stands on this list to remind: a loan is on the borrower's until the keeper has the thing back.
            act = address
        at_once = act != address and verb is not None and asks_nothing(verb)
        label = str(verb.label) if verb is not None and act != address else _("查看")
        made.append(Waiting(task, task.is_late(day), at_once, label, *_when(task.due_on, day), address, act))
    made.sort(key=lambda one: (not one.is_late, one.task.due_on or date.max))
    more = Task.objects.open().of(person).count() - MOST_TASKS if len(tasks) > MOST_TASKS else 0
    return made, more


def _may_take(person: Person, verb: Action | None, document: Document) -> bool:
    """Whether this person may take the step that a task on this paper asks for, or the one that answers it elsewhere."""
    if verb is None:
        return False
    return can(person, verb, document=document) if "document" in verb.form.base_fields else can(person, verb)


def addresses_of(task: Task) -> tuple[str, str]:
    """Where a task's title and its button lead: to its paper and the step, or to the table that tells what is wanted."""
    if task.document_kind in DOCUMENTS:
        key = [task.document_kind, task.document_id]
        step = reverse("document_do", args=[*key, task.step])
        return reverse("document", args=key), f"{step}?next={reverse('today')}"
    if task.document_kind in TABULATIONS:
        table = reverse("tabulation", args=[task.document_kind])
        return table, table
    do = reverse("do", args=[task.step])
    return do, do


def asks_nothing(verb: Action) -> bool:
    """Whether the verb needs no more than its paper; a signature may be drawn, and need not."""
    return set(verb.form.base_fields) <= {"document", DRAWING}


def _take(request: Request) -> HttpResponse:
    """Take the steps of the chosen tasks, each in its own transaction; whatever is refused says so and stays.

    Whoever keeps a stamp signs with it.
    """
    keys = [
        int(key)
        for key in (request.POST.getlist("only") or request.POST.getlist("task"))
        if key.isascii() and key.isdecimal() and len(key) < 18
    ]
    once = request.POST.get("once") or uuid4().hex
    done = 0
    hand = stamped_or_button(request.person)
    for task in Task.objects.open().of(request.person).filter(pk__in=keys).order_by("pk"):
        verb = offered_as(task.step)
        if verb is None or not asks_nothing(verb):
            continue
        try:
            with in_the_books_language(), by_hand(hand):
                verb.perform(
                    request.person, {"document": task.document_id}, once=f"web:{once[:64]}:{task.pk}", via="web"
                )
            done += 1
        except Refused as refused:
            messages.error(request, f"{task.document_number}：{spoken(refused)}")
    if done:
        messages.success(request, ngettext("辦好 %(done)d 件。", "辦好 %(done)d 件。", done) % {"done": done})
    elif not keys:
        messages.warning(request, _("先勾選要辦的事。"))
    return HttpResponseRedirect(reverse("today"))


def turns_of(person: Person, day: date) -> list[Occurrence]:
    """The turns of the duties of this person's posts from Monday of this week to six days ahead."""
    mine = [
        duty
        for duty in Duty.objects.select_related("campus", "person")
        if duty.person_id == person.pk or (duty.person_id is None and _holds(person, duty))
    ]
    if not mine:
        return []
    monday = day - timedelta(days=day.weekday())
    return standing(Period(monday, day + timedelta(days=DAYS_AHEAD - 1)), duties=mine, today=day)


def duties_of(person: Person, turns: list[Occurrence], day: date) -> list[dict[str, Any]]:
    """This week's turns that have begun and are not done: late first, then due, then missed."""
    order = {LATE: 0, DUE: 1, MISSED: 2}
    labels = {LATE: _("逾期"), DUE: _("待做"), MISSED: _("漏做")}
    styles = {LATE: "late", DUE: "due", MISSED: "late"}
    return [
        {"turn": turn, "state": labels[turn.state], "style": styles[turn.state], "link": _answer(person, turn)}
        for turn in sorted(
            (turn for turn in turns if turn.on <= day and turn.state != DONE),
            key=lambda turn: (order[turn.state], turn.by, turn.duty.label),
        )
    ]


def week_ahead(turns: list[Occurrence], waiting: list[Waiting], day: date, *, person: Person) -> list[Ahead]:
    """Today and the six days after it: tasks on the day they are due, duties on the last day they may be done."""
    days = [day + timedelta(days=n) for n in range(DAYS_AHEAD)]
    made = {one: Ahead(one, _weekday(one), one == day, is_workday(one)) for one in days}
    for one in waiting:
        if one.task.due_on in made:
            address = one.address
            style = "due" if one.task.due_on == day else ""
            made[one.task.due_on].items.append((one.task.title, address, style))
    for turn in turns:
        on = turn.by if turn.by in made else max(turn.on, day)
        if turn.state == DUE and on in made:
            made[on].items.append((turn.duty.label, _answer(person, turn), "due" if on == day else ""))
    for term in Term.objects.filter(starts_on__lte=days[-1], ends_on__gte=days[0]):
        for on, note in ((term.starts_on, _("開學")), (term.ends_on, _("放假"))):
            if on in made:
                made[on].note = note
    return list(made.values())


def _holds(person: Person, duty: Duty) -> bool:
    if not person.has_role(duty.role):
        return False
    campuses = person.campuses_as(duty.role)
    return campuses is None or duty.campus_id is None or duty.campus_id in campuses


def _answer(person: Person, turn: Occurrence) -> str:
    """The page of the action that fulfils the duty, or of the entry that did."""
    if turn.entry is not None:
        return reverse("entry", args=[turn.entry])
    verb = offered_as(turn.duty.fulfilled_by)
    if verb is None or turn.state == MISSED or "document" in verb.form.base_fields or not can(person, verb):
        return ""
    return reverse("do", args=[verb.kind])


def _documents(entries: list[Entry]) -> dict[tuple[str, int], Document]:
    """The documents the entries name, one query for each kind."""
    return _papers((entry.document_kind, entry.document_id) for entry in entries)


def _papers(named: Iterable[tuple[str, int | None]]) -> dict[tuple[str, int], Document]:
    keys: dict[str, set[int]] = {}
    for kind, key in named:
        if kind in DOCUMENTS and key:
            keys.setdefault(kind, set()).add(key)
    found: dict[tuple[str, int], Document] = {}
    for kind, wanted in keys.items():
        for document in DOCUMENTS[kind]._default_manager.select_related("place").filter(pk__in=wanted):
            found[(kind, document.pk)] = document
    return found


def _reported(person: Person, waiting: list[Waiting], day: date) -> list[dict[str, Any]]:
    """Papers others opened this week that come to this person, latest first; not those already on the list above.

    To the office everything; to others the kinds of paper of which some step waits for a role of theirs.
    """
    concerns = None if (office | readers)(person) else _kinds_for(set(person.current_roles))
    since = day - timedelta(days=NEWS_DAYS)
    listed = {(one.task.document_kind, one.task.document_id) for one in waiting}
    entries = (
        Entry.objects.filter(recorded_at__gte=clock.at(since, time()), occurred_on__gte=since, sign=1)
        .exclude(document_kind="")
        .exclude(by=person)
        .select_related("by")
    )
    if concerns is not None:
        entries = entries.filter(document_kind__in=concerns)
    firsts: dict[tuple[str, int], Entry] = {}
    for entry in entries.order_by("-number")[:NEWS_LOOKED_AT]:
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


def _kinds_for(roles: set[str]) -> list[str]:
    """The kinds of paper that come to these roles: some step of their route waits for one."""
    found = []
    for model in DOCUMENTS:
        route = model.route()
        if route is not None and any(roles.intersection(map(str, step.waits_for)) for step in route.steps):
            found.append(model.kind)
    return found


def _mine(person: Person, day: date) -> list[dict[str, Any]]:
    """What I reported or opened last and where it stands: whom it waits for, or how it ended. Open ones first."""
    latest = list(
        Entry.objects.filter(by=person, sign=1)
        .exclude(document_kind="")
        .select_related("place")
        .order_by("-number")[:MINE_LOOKED_AT]
    )
    firsts: dict[tuple[str, int], Entry] = {}
    for entry in latest:
        firsts.setdefault((entry.document_kind, entry.document_id or 0), entry)
    documents = _documents(list(firsts.values()))
    # One's own papers before those one only passed on.
    opened = [key for key in firsts if key in documents and documents[key].opened_by_id == person.pk]
    passed_on = (key for key in firsts if key in documents and key not in set(opened))
    # A step that nobody waited for opens no paper: what one may not read is not offered.
    chosen = list(islice((key for key in [*opened, *passed_on] if may_read_paper(person, documents[key])), MOST_MINE))
    waits = _waits([documents[key] for key in chosen])
    made = []
    for key in chosen:
        document = documents[key]
        who, due_on = waits.get(key, ("", None))
        made.append(
            {
                "entry": firsts[key],
                "label": words.document_label(document.kind),
                "document": document,
                "is_final": document.state in (getattr(type(document).route(), "final", ()) or ()),
                "waits_for": who,
                "is_late": due_on is not None and due_on < day,
            }
        )
    return sorted(made, key=lambda one: bool(one["is_final"]))


def _waits(documents: list[Document]) -> dict[tuple[str, int], tuple[str, date | None]]:
    """Whom each paper waits for, in words, and until when; one query however many papers."""
    if not documents:
        return {}
    tasks = (
        Task.objects.open()
        .filter(document_kind__in={one.kind for one in documents}, document_id__in={one.pk for one in documents})
        .select_related("person")
        .order_by("pk")
    )
    named: dict[tuple[str, int], dict[str, None]] = {}
    due: dict[tuple[str, int], date | None] = {}
    for task in tasks:
        key = (task.document_kind, task.document_id)
        named.setdefault(key, {})[str(task.person) if task.person else str(task.get_role_display())] = None
        due[key] = task.due_on
    return {key: ("、".join(islice(who, 3)), due[key]) for key, who in named.items()}


def _figures(person: Person, period: Period) -> list[Said]:
    """Three numbers of the period being reported that matter to this person, told exactly.

    To the office and its readers what still lies open in the house; to others what their own work makes. Where that
    is not three, the first of each domain they may read.
    """
    readable = [figure for figure in FIGURES if may_read(person, figure)]
    if not readable:
        return []
    readings = Readings(person, period)
    chosen: dict[str, Said] = {}

    def choose(figures: list[Figure], *, each: str) -> None:
        """Those that say something, one of each kind of entry or domain, until there are enough."""
        seen: set[str] = set()
        for figure in figures:
            if len(chosen) >= FIGURES_SHOWN:
                return
            mark = figure.name.partition(".")[0] if each == "domain" else str(figure.of.kind)
            if figure.name in chosen or mark in seen or readings.of(figure)[figure.name].value <= 0:
                continue
            chosen[figure.name] = readings.of(figure)[figure.name]
            seen.add(mark)

    if may_read_figures(person):
        choose([figure for figure in readable if isinstance(figure.of, Unanswered)], each="domain")
    else:
        written: Counter[str] = Counter(
            Entry.objects.filter(
                by=person, sign=1, occurred_on__gte=period.start, occurred_on__lte=period.end
            ).values_list("kind", flat=True)
        )
        own = [figure for figure in readable if isinstance(figure.of.kind, str) and written[figure.of.kind]]
        choose(sorted(own, key=lambda figure: -written[str(figure.of.kind)]), each="kind")
    choose(readable, each="domain")
    choose(readable, each="kind")
    return [in_words(said, exactly=True) for said in chosen.values()]
