"""Every write of safety, as a verb."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.catalogue.vocabulary import Vocabulary
from houqin.foundation.journal.actions import action
from houqin.foundation.journal.models import Place
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.journal.spoken import kind_is_called
from houqin.foundation.journal.writer import Draft
from houqin.foundation.org.models import Person, Role
from houqin.foundation.signing.attachments import attach
from houqin.foundation.signing.models import Document
from houqin.foundation.signing.routes import Step, ask, move, next_number, sign, walks
from houqin.foundation.signing.taking_back import take_back
from houqin.kit.text import to_traditional

from . import forms, rules
from .forms import Written
from .models import (
    Drill,
    EducationSession,
    EmergencyPlan,
    Grade,
    Hazard,
    Inspection,
    InspectionLine,
    Layer,
    ResponsibilityLetter,
    Result,
    SquadMember,
)

kind_is_called("safety.topic_taught", gettext_lazy("同場講的其他專題"))


def _meant(words: Vocabulary, written: str) -> str:
    """The code of what was written; where the vocabulary has no word for it, the words themselves, in one script."""
    return words.find(written) or to_traditional(written)[:64]


def _number(model: type[Document], given: str, day: date) -> str:
    return given or next_number(model, day)


def _campus(place: Place | None, campus: Place | None) -> Place | None:
    return place.campus_or_self() if place is not None else campus


def _named(field: str, written: Written) -> dict[str, Any]:
    """The two columns of a name on paper: as written, and whom it means."""
    return {f"{field}_name": written.name[:120], field: written.person}


# Inspections ------------------------------------------------------------------------------------------------------

# What a kind of check is taken to be where its items say nothing the vocabulary knows.
_KIND_BY_LAYER = {
    Layer.WEATHER: "weather",
    Layer.WEEKLY: "routine",
    Layer.DAILY: "routine",
    Layer.TERM: "sweep",
    Layer.HOLIDAY: "holiday",
}


def kind_of_check(layer: str, items: str, *, also: Iterable[str] = ()) -> str:
    """The kind of check that a paper means: by its items, else by how often it comes round.

    ``also`` is other text of the paper: a fire check with the community police may name the officer among the inspectors.
    """
    found = rules.CHECKS.find(items)
    if found == "fire":
        found = (
            rules.CHECKS.find(" ".join((items, *(word for word in also if "民警" in word or "警官" in word)))) or found
        )
    return found or _KIND_BY_LAYER.get(Layer(layer), "other") if layer else found or "other"


@action("safety.inspected", label=gettext_lazy("安全檢查"), form=forms.Inspect, rule=rules.inspects)
def inspect(
    entry: Draft,
    *,
    layer: str,
    campus: Place | None,
    place: Place | None,
    items: str,
    lines: list[dict[str, str]],
    handling: str,
    due_on: date | None,
    head: Person | None,
    note: str,
) -> None:
    """Inspect a place by a checklist; every failed point becomes a hazard at once (SA03-4)."""
    failed = [line for line in lines if line["result"] == Result.FAILED]
    if due_on and due_on < entry.occurred_on:
        raise Refused(_("整改時限不能早於檢查日期。"), field="due_on")
    entry.place, entry.category = place or campus, kind_of_check(layer, items, also=[note])
    inspection: Inspection = entry.creates(
        Inspection(
            number=next_number(Inspection, entry.occurred_on),
            state="inspected",
            opened_on=entry.occurred_on,
            opened_by=entry.by,
            place=place,
            campus=_campus(place, campus),
            note=note,
            layer=layer,
            check_kind=entry.category,
            items=items,
            standard="\n".join(line["standard"] for line in lines if line["standard"]),
            result=Result.FAILED if failed else Result.PASSED,
            problem="；".join(line["problem"] for line in failed),
            handling=handling,
            inspector=entry.by,
            inspector_name=entry.by.name,
            head=head,
            head_name=head.name if head else "",
        )
    )
    entry.document = inspection
    if failed:
        entry.measure("failed", 1)
    for position, line in enumerate(lines, start=1):
        entry.creates(InspectionLine(inspection=inspection, position=position, **line))
    for line in failed:
        _find(
            entry.followed_by("safety.hazard_found"),
            source=str(_("巡查")),
            place=place,
            campus=campus,
            category=line["item"],
            category_code=rules.HAZARDS.find(line["problem"]) or _meant(rules.HAZARDS, line["item"]),
            description=line["problem"],
            protection="",
            due_on=due_on,
            inspection=inspection,
        )
    sign(entry, inspection, Step("", "inspected", "safety.inspected", signs="inspector"))
    ask(entry, inspection)


@action(
    "safety.inspected_on_the_spot",
    label=gettext_lazy("現場檢查"),
    form=forms.InspectOnTheSpot,
    rule=rules.inspects,
    hidden=True,
)
def inspect_on_the_spot(entry: Draft, *, photos: dict[int, Any], lines: list[dict[str, str]], **facts: Any) -> None:
    """Inspect point by point on a phone; the photo of a failed point hangs on its hazard, any other on the inspection."""
    entry.kind = "safety.inspected"
    inspect.body(entry, lines=lines, **facts)
    inspection = entry.document
    assert isinstance(inspection, Inspection)
    hazards = [one for one in entry.unit.creations if isinstance(one, Hazard) and one.inspection is inspection]
    failed = [position for position, line in enumerate(lines, start=1) if line["result"] == Result.FAILED]
    hazard_of = dict(zip(failed, hazards, strict=True))
    for position, taken in photos.items():
        attach(entry, hazard_of.get(position, inspection), taken)


@action(
    "safety.inspection_countersigned",
    label=gettext_lazy("被檢查部門簽字"),
    form=forms.Countersign,
    rule=rules.heads_the_place,
)
@walks(lambda: rules.INSPECTION)
def countersign(entry: Draft, *, document: Inspection) -> None:
    """Sign an inspection as the head of the place inspected; the inspector cannot."""
    if document.head_id is None:
        document.head, document.head_name = entry.by, entry.by.name
        entry.changes(document, "head", "head_name")
    entry.category = document.check_kind


@action(
    "safety.inspection_imported",
    label=gettext_lazy("登記過往檢查"),
    form=forms.ImportInspection,
    rule=rules.keeps_safety,
    hidden=True,
)
def import_inspection(
    entry: Draft,
    *,
    layer: str,
    number: str,
    campus: Place | None,
    place: Place | None,
    items: str,
    standard: str,
    result: str,
    problem: str,
    handling: str,
    inspector: Written,
    head: Written,
    note: str,
) -> None:
    """Take in a past inspection as its paper says; nothing is added to it, not even a hazard."""
    entry.kind = "safety.inspected"
    entry.place = place or campus
    entry.category = kind_of_check(layer, items, also=[inspector.name, head.name, note])
    entry.document = entry.creates(
        Inspection(
            number=_number(Inspection, number, entry.occurred_on),
            state="signed" if inspector.name and head.name else "inspected",
            opened_on=entry.occurred_on,
            opened_by=entry.by,
            place=place,
            campus=_campus(place, campus),
            note=note,
            layer=layer,
            check_kind=entry.category,
            items=items,
            standard=standard,
            result=result,
            problem=problem,
            handling=handling,
            **_named("inspector", inspector),
            **_named("head", head),
        )
    )
    if result == Result.FAILED:
        entry.measure("failed", 1)


# Hazards ----------------------------------------------------------------------------------------------------------


def _find(
    entry: Draft,
    *,
    source: str,
    place: Place | None,
    campus: Place | None,
    category: str,
    category_code: str,
    description: str,
    protection: str,
    due_on: date | None,
    inspection: Inspection | None = None,
    drill: Drill | None = None,
) -> Hazard:
    """Enter a hazard in the book, under ``entry``, and put its grading on somebody's list."""
    hazard: Hazard = entry.creates(
        Hazard(
            number=next_number(Hazard, entry.occurred_on),
            state="found",
            opened_on=entry.occurred_on,
            opened_by=entry.by,
            place=place,
            campus=_campus(place, campus),
            source=source[:40],
            category=category_code,
            category_written=category[:64],
            description=description,
            protection=protection,
            due_on=due_on,
            inspection=inspection,
            drill=drill,
        )
    )
    entry.document, entry.place, entry.category = hazard, place or campus, category_code
    if due_on:
        entry.measure("due", due_on.toordinal())
    ask(entry, hazard)
    return hazard


@action("safety.hazard_found", label=gettext_lazy("上報隱患"), form=forms.FindHazard, rule=rules.reports)
def find_hazard(entry: Draft, *, category: str, description: str, **facts: Any) -> None:
    """Report something that can hurt somebody; anyone of the school may."""
    _find(
        entry,
        category=category,
        category_code=_meant(rules.HAZARDS, category) or rules.HAZARDS.find(description) or "other",
        description=description,
        **facts,
    )


@action("safety.hazard_graded", label=gettext_lazy("隱患評級"), form=forms.GradeHazard, rule=rules.keeps_safety)
@walks(lambda: rules.HAZARD)
def grade_hazard(entry: Draft, *, document: Hazard, grade: str, protection: str) -> None:
    """Grade a hazard; a major one is fenced off or taken out of use at once (SA03-2)."""
    if grade == Grade.MAJOR and not (protection or document.protection):
        raise Refused(_("重大隱患要先封閉、警示或停用。請寫明臨時防護措施。"), field="protection")
    document.grade = grade
    document.protection = protection or document.protection
    entry.category = document.category
    entry.changes(document, "grade", "protection")


@action("safety.hazard_protected", label=gettext_lazy("臨時防護"), form=forms.ProtectHazard, rule=rules.mends)
@walks(lambda: rules.HAZARD)
def protect_hazard(entry: Draft, *, document: Hazard, protection: str) -> None:
    """Fence off, warn or stop the use until it is mended."""
    document.protection = protection
    entry.category = document.category
    entry.changes(document, "protection")


@action(
    "safety.hazard_reported", label=gettext_lazy("上報主管部門"), form=forms.ReportHazard, rule=rules.keeps_or_leads
)
@walks(lambda: rules.HAZARD)
def report_hazard(entry: Draft, *, document: Hazard, reported: str) -> None:
    """Write down to whom and when a hazard was reported upwards; a major one must be."""
    document.reported = f"{document.reported}；{reported}".strip("；")[:300]
    entry.category = document.category
    entry.changes(document, "reported")


@action("safety.hazard_assigned", label=gettext_lazy("交辦整改"), form=forms.AssignHazard, rule=rules.keeps_safety)
@walks(lambda: rules.HAZARD)
def assign_hazard(entry: Draft, *, document: Hazard, fixer: Person, measures: str, due_on: date | None) -> None:
    """Name who mends a hazard, how and by when."""
    if document.due_on is None and due_on is None:
        raise Refused(_("請寫整改時限。"), field="due_on")
    if document.due_on is not None and due_on not in (None, document.due_on):
        raise Refused(_("發現時已定整改時限 %(day)s，不在這裏改動。") % {"day": document.due_on}, field="due_on")
    if document.due_on is None:
        assert due_on is not None
        if due_on < document.opened_on:
            raise Refused(_("整改時限不能早於發現日期 %(day)s。") % {"day": document.opened_on}, field="due_on")
        document.due_on = due_on
        entry.measure("due", due_on.toordinal())
    document.fixer, document.fixer_name, document.measures = fixer, fixer.name, measures
    entry.category = document.category
    entry.changes(document, "fixer", "fixer_name", "measures", "due_on")


@action("safety.hazard_rectified", label=gettext_lazy("整改完成"), form=forms.RectifyHazard, rule=rules.mends)
@walks(lambda: rules.HAZARD)
def rectify_hazard(entry: Draft, *, document: Hazard, measures: str, cost: int | None) -> None:
    """Say that a hazard is mended, with what was done and what it cost."""
    if entry.occurred_on < document.opened_on:
        raise Refused(_("完成日期不能早於發現日期 %(day)s。") % {"day": document.opened_on}, field="occurred_on")
    document.rectified_on = entry.occurred_on
    document.measures = measures or document.measures
    document.cost = cost if cost is not None else document.cost
    if cost:
        entry.measure("cost", cost)
    entry.category = document.category
    entry.changes(document, "rectified_on", "measures", "cost")


def _not_the_fixer(entry: Draft, document: Hazard) -> None:
    """SOD-7 by the name on the paper, besides the doer of the step: somebody may have written it for the fixer."""
    if document.fixer_id == entry.by.pk:
        raise Denied(_("整改責任人不能驗收或銷號自己整改的隱患，請另一個人來做。"))


@action("safety.hazard_accepted", label=gettext_lazy("驗收"), form=forms.AcceptHazard, rule=rules.accepts)
@walks(lambda: rules.HAZARD)
def accept_hazard(entry: Draft, *, document: Hazard, acceptance: str) -> None:
    """Accept a mended hazard on the evidence of one's own eyes; the fixer cannot (SA03-1, SOD-7)."""
    _not_the_fixer(entry, document)
    document.acceptor, document.acceptor_name, document.acceptance = entry.by, entry.by.name, acceptance
    entry.category = document.category
    entry.changes(document, "acceptor", "acceptor_name", "acceptance")


@action("safety.hazard_rejected", label=gettext_lazy("退回整改"), form=forms.RejectHazard, rule=rules.accepts)
@walks(lambda: rules.HAZARD)
def reject_hazard(entry: Draft, *, document: Hazard, reason: str) -> None:
    """Send a hazard back: it is not mended yet."""
    _not_the_fixer(entry, document)
    document.rectified_on, document.acceptor, document.acceptor_name, document.acceptance = None, None, "", ""
    entry.category, entry.reason = document.category, reason
    entry.changes(document, "rectified_on", "acceptor", "acceptor_name", "acceptance")


@action("safety.hazard_rechecked", label=gettext_lazy("復查"), form=forms.RecheckHazard, rule=rules.accepts)
@walks(lambda: rules.HAZARD)
def recheck_hazard(entry: Draft, *, document: Hazard) -> None:
    """Look again later whether it holds."""
    _not_the_fixer(entry, document)
    document.rechecked_on = entry.occurred_on
    entry.category = document.category
    entry.changes(document, "rechecked_on")


@action("safety.hazard_closed", label=gettext_lazy("銷號"), form=forms.OfHazard, rule=rules.accepts)
@walks(lambda: rules.HAZARD)
def close_hazard(entry: Draft, *, document: Hazard) -> None:
    """Strike a hazard off the book once another than its fixer has accepted it; a major one must have been reported."""
    _not_the_fixer(entry, document)
    if document.grade == Grade.MAJOR and not document.reported:
        raise Refused(_("重大隱患要先上報主管部門，寫明上報情況後才能銷號。"), field="document")
    document.closed_on = entry.occurred_on
    entry.category = document.category
    entry.changes(document, "closed_on")


def _state_on_paper(facts: dict[str, Any]) -> str:
    """How far a hazard has come, by what its row says."""
    if facts["closed_on"]:
        return "closed"
    if facts["rectified_on"]:
        acceptance = facts["acceptance"]
        if "不合格" in acceptance or "不通過" in acceptance or "不通过" in acceptance:
            return "assigned"
        return "accepted" if acceptance else "rectified"
    if facts["fixer"].name:
        return "assigned"
    return "graded" if facts["grade"] else "found"


_FAR = {state: position for position, state in enumerate(rules.HAZARD.states)}


def _unpacked(facts: dict[str, Any]) -> dict[str, Any]:
    """The columns of the row as fields of the document."""
    plain = dict(facts)
    return {**_named("fixer", plain.pop("fixer")), **_named("acceptor", plain.pop("acceptor")), **plain}


@action(
    "safety.hazard_imported",
    label=gettext_lazy("登記過往隱患"),
    form=forms.ImportHazard,
    rule=rules.keeps_safety,
    hidden=True,
)
def import_hazard(
    entry: Draft,
    *,
    number: str,
    campus: Place | None,
    place: Place | None,
    category: str,
    description: str,
    due_on: date | None,
    note: str,
    **facts: Any,
) -> None:
    """Take in a row of the hazard book as the paper says, with what became of it.

    A row whose fixer accepted it himself is taken in as well: the check ``safety.second_person`` finds it.
    """
    entry.kind = "safety.hazard_found"
    entry.place = place or campus
    entry.category = _meant(rules.HAZARDS, category) or rules.HAZARDS.find(description) or "other"
    hazard: Hazard = entry.creates(
        Hazard(
            number=_number(Hazard, number, entry.occurred_on),
            state=_state_on_paper(facts),
            opened_on=entry.occurred_on,
            opened_by=entry.by,
            place=place,
            campus=_campus(place, campus),
            note=note,
            category=entry.category,
            category_written=category,
            description=description,
            due_on=due_on,
            **_unpacked(facts),
        )
    )
    entry.document = hazard
    if due_on:
        entry.measure("due", due_on.toordinal())
    if hazard.rectified_on:
        mended = entry.followed_by("safety.hazard_rectified", occurred_on=hazard.rectified_on)
        if hazard.cost:
            mended.measure("cost", hazard.cost)
    if hazard.closed_on:
        entry.followed_by("safety.hazard_closed", occurred_on=hazard.closed_on)
    else:
        ask(entry, hazard)


@action(
    "safety.hazard_amended",
    label=gettext_lazy("補記隱患"),
    form=forms.ProgressHazard,
    rule=rules.keeps_safety,
    hidden=True,
)
def progress_hazard(
    entry: Draft,
    *,
    document: Hazard,
    number: str,
    campus: Place | None,
    place: Place | None,
    category: str,
    description: str,
    due_on: date | None,
    note: str,
    **facts: Any,
) -> None:
    """Take in what a row of the hazard book says more than when it was read before; what it says otherwise is refused."""
    entry.document, entry.place, entry.category = document, document.place or document.campus, document.category
    asked_for = {
        **_unpacked(facts),
        "description": description,
        "due_on": due_on,
        "category_written": category,
        "note": note,
    }
    if entry.occurred_on != document.opened_on:
        raise Refused(
            _("隱患 %(number)s 原登記日期是 %(known)s，這次是 %(told)s。請核對原件。")
            % {"number": document.number, "known": document.opened_on, "told": entry.occurred_on},
            field="occurred_on",
        )
    filled = []
    for name, told in asked_for.items():
        known = getattr(document, name)
        if told in ("", None) or told == known:
            continue
        if known not in ("", None):
            label = next(field.verbose_name for field in Hazard._meta.concrete_fields if field.name == name)
            raise Refused(
                _("隱患 %(number)s 的%(label)s原登記為「%(known)s」，這次是「%(told)s」。請核對原件，在頁面上更正。")
                % {"number": document.number, "label": label, "known": known, "told": told}
            )
        setattr(document, name, told)
        filled.append(name)
    entry.kind, entry.occurred_on = "safety.hazard_amended", entry.unit.today
    occurrences = [
        (kind, getattr(document, name))
        for kind, name in (("safety.hazard_rectified", "rectified_on"), ("safety.hazard_closed", "closed_on"))
        if name in filled
    ]
    if "due_on" in filled and document.due_on:
        entry.measure("due", document.due_on.toordinal())
    for kind, day in occurrences:
        entry.followed_by(kind, occurred_on=day)
    entry.changes(document, *filled)
    told_state = _state_on_paper({**facts, "closed_on": document.closed_on, "rectified_on": document.rectified_on})
    # The page may have gone further than the sheet: a hazard never goes back because of an old row.
    if _FAR[told_state] > _FAR[document.state]:
        move(entry, document, told_state)


# Letters, education, drills ---------------------------------------------------------------------------------------


def _sign_letter(
    entry: Draft, *, number: str, name: str, responsible: Written, copies: int | None, note: str, **facts: Any
) -> None:
    entry.kind, entry.category = "safety.letter_signed", _meant(rules.LETTERS, name)
    entry.document = entry.creates(
        ResponsibilityLetter(
            number=_number(ResponsibilityLetter, number, entry.occurred_on),
            state="recorded",
            opened_on=entry.occurred_on,
            opened_by=entry.by,
            note=note,
            name=name,
            letter_kind=entry.category,
            copies=copies or 1,
            **_named("responsible", responsible),
            **facts,
        )
    )
    entry.measure("copies", copies or 1)


@action("safety.letter_signed", label=gettext_lazy("簽訂責任書"), form=forms.SignLetter, rule=rules.keeps_safety)
def sign_letter(entry: Draft, **facts: Any) -> None:
    """Write down a responsibility letter somebody signed, and how many copies."""
    _sign_letter(entry, **facts)


@action(
    "safety.letter_imported",
    label=gettext_lazy("登記過往責任書"),
    form=forms.SignLetter,
    rule=rules.keeps_safety,
    hidden=True,
)
def import_letter(entry: Draft, **facts: Any) -> None:
    """Take in a row of the book of responsibility letters."""
    _sign_letter(entry, **facts)


def topics_of(written: str) -> list[str]:
    """The topics a heading names, each once: 防溺水、防火 are two. What the vocabulary does not know stays as written."""
    parts = [part.strip() for part in re.split(r"[、，,;；/]|\s+", written) if part.strip()]
    found = list(dict.fromkeys(_meant(rules.TOPICS, part) for part in parts))
    return found or [_meant(rules.TOPICS, written)]


def _hold_session(
    entry: Draft,
    *,
    number: str,
    campus: Place | None,
    topic: str,
    present: int | None,
    minutes: int | None,
    speaker: Written,
    recorder: Written,
    note: str,
    **facts: Any,
) -> None:
    topics = topics_of(topic)
    entry.kind, entry.category, entry.place = "safety.education_held", topics[0], campus
    entry.document = entry.creates(
        EducationSession(
            number=_number(EducationSession, number, entry.occurred_on),
            state="recorded",
            opened_on=entry.occurred_on,
            opened_by=entry.by,
            campus=campus,
            note=note,
            topic=topics[0],
            topic_written=topic,
            present=present,
            minutes=minutes,
            **_named("speaker", speaker),
            **_named("recorder", recorder),
            **facts,
        )
    )
    if present:
        entry.measure("pupils", present)
    if minutes:
        entry.measure("minutes", minutes)
    for further in topics[1:]:
        entry.followed_by("safety.topic_taught", category=further)


@action("safety.education_held", label=gettext_lazy("安全教育"), form=forms.HoldSession, rule=rules.teaches_safety)
def hold_session(entry: Draft, **facts: Any) -> None:
    """Write down a lesson, talk, broadcast or blackboard on a topic of safety, and who was reached."""
    _hold_session(entry, **facts)


@action(
    "safety.education_imported",
    label=gettext_lazy("登記過往安全教育"),
    form=forms.HoldSession,
    rule=rules.keeps_safety,
    hidden=True,
)
def import_session(entry: Draft, **facts: Any) -> None:
    """Take in a row of the book of safety education."""
    _hold_session(entry, **facts)


def _hold_drill(
    entry: Draft,
    *,
    number: str,
    name: str,
    campus: Place | None,
    place: Place | None,
    present: int | None,
    evacuation: int | None,
    commander: Written,
    responsible: Written,
    recorder: Written,
    note: str,
    **facts: Any,
) -> Drill:
    entry.kind, entry.category, entry.place = "safety.drill_held", _meant(rules.DRILLS, name), place or campus
    drill: Drill = entry.creates(
        Drill(
            number=_number(Drill, number, entry.occurred_on),
            state="recorded",
            opened_on=entry.occurred_on,
            opened_by=entry.by,
            place=place,
            campus=_campus(place, campus),
            note=note,
            name=name,
            drill_kind=entry.category,
            present=present,
            seconds=evacuation,
            **_named("commander", commander),
            **_named("responsible", responsible),
            **_named("recorder", recorder),
            **facts,
        )
    )
    entry.document = drill
    if present:
        entry.measure("pupils", present)
    if evacuation:
        entry.measure("seconds", evacuation)
    return drill


@action("safety.drill_held", label=gettext_lazy("應急演練"), form=forms.HoldDrill, rule=rules.keeps_safety)
def hold_drill(entry: Draft, *, problems: str, due_on: date | None, **facts: Any) -> None:
    """Write down a drill: heads counted out and in (SA06-1); every problem becomes a hazard with a day (SA06-2)."""
    drill = _hold_drill(entry, problems=problems, **facts)
    for problem in (part.strip() for part in re.split(r"[；;\n]", problems) if part.strip()):
        _find(
            entry.followed_by("safety.hazard_found"),
            source=str(_("演練")),
            place=drill.place,
            campus=drill.campus,
            category=str(rules.HAZARDS.label("evacuation")),
            category_code="evacuation",
            description=problem,
            protection="",
            due_on=due_on,
            drill=drill,
        )


@action(
    "safety.drill_imported",
    label=gettext_lazy("登記過往演練"),
    form=forms.ImportDrill,
    rule=rules.keeps_safety,
    hidden=True,
)
def import_drill(entry: Draft, **facts: Any) -> None:
    """Take in a past drill as its paper says."""
    _hold_drill(entry, **facts)


# Plans and the squad ----------------------------------------------------------------------------------------------


def _issue_plan(entry: Draft, *, number: str, name: str, note: str, **facts: Any) -> None:
    entry.kind = "safety.plan_issued"
    entry.document = entry.creates(
        EmergencyPlan(
            number=_number(EmergencyPlan, number, entry.occurred_on),
            state="recorded",
            opened_on=entry.occurred_on,
            opened_by=entry.by,
            note=note,
            name=name,
            **facts,
        )
    )


@action("safety.plan_issued", label=gettext_lazy("發布預案"), form=forms.IssuePlan, rule=rules.keeps_or_leads)
def issue_plan(entry: Draft, **facts: Any) -> None:
    """Put an emergency plan or a new version of it in force."""
    _issue_plan(entry, **facts)


@action(
    "safety.plan_imported",
    label=gettext_lazy("登記過往預案"),
    form=forms.IssuePlan,
    rule=rules.keeps_safety,
    hidden=True,
)
def import_plan(entry: Draft, **facts: Any) -> None:
    """Take in a row of the list of emergency plans."""
    _issue_plan(entry, **facts)


@action("safety.squad_named", label=gettext_lazy("小分隊成員"), form=forms.NameSquadMember, rule=rules.keeps_safety)
def name_squad_member(entry: Draft, *, name: Written, **facts: Any) -> None:
    """Name somebody of the emergency squad, the group, the post and the deputy."""
    entry.creates(SquadMember(name=name.name, person=name.person, **facts))


# Taking back ------------------------------------------------------------------------------------------------------


@action(
    "safety.inspection_voided", label=gettext_lazy("作廢檢查記錄"), form=forms.VoidInspection, rule=rules.keeps_or_leads
)
@walks(lambda: rules.INSPECTION)
def void_inspection(entry: Draft, *, document: Inspection, reason: str) -> None:
    """Void an inspection written by mistake: kept, marked, and no longer counted."""
    entry.reason, entry.category = reason, document.check_kind
    take_back(entry, document, reason=reason)


@action("safety.hazard_voided", label=gettext_lazy("作廢隱患"), form=forms.VoidHazard, rule=rules.voids_hazards)
@walks(lambda: rules.HAZARD)
def void_hazard(entry: Draft, *, document: Hazard, reason: str) -> None:
    """Void a hazard that was reported twice or is none; a leader says so, and a major one only the principal."""
    if document.grade == Grade.MAJOR and not entry.by.has_role(Role.PRINCIPAL):
        raise Denied(_("重大隱患要由校長作廢；已經整改的請驗收銷號。"))
    entry.reason, entry.category = reason, document.category
    take_back(entry, document, reason=reason)


@action("safety.drill_voided", label=gettext_lazy("作廢演練記錄"), form=forms.VoidDrill, rule=rules.keeps_or_leads)
@walks(lambda: rules.DRILL)
def void_drill(entry: Draft, *, document: Drill, reason: str) -> None:
    """Void the record of a drill written by mistake: kept, marked, and no longer counted."""
    entry.reason = reason
    take_back(entry, document, reason=reason)


@action("safety.letter_voided", label=gettext_lazy("作廢責任書"), form=forms.VoidLetter, rule=rules.keeps_or_leads)
@walks(lambda: rules.LETTER)
def void_letter(entry: Draft, *, document: ResponsibilityLetter, reason: str) -> None:
    """Void a letter of responsibility written by mistake: kept, marked, and no longer counted."""
    entry.reason = reason
    take_back(entry, document, reason=reason)


@action(
    "safety.education_voided", label=gettext_lazy("作廢教育記錄"), form=forms.VoidSession, rule=rules.keeps_or_leads
)
@walks(lambda: rules.EDUCATION)
def void_session(entry: Draft, *, document: EducationSession, reason: str) -> None:
    """Void the record of a lesson in safety written by mistake: kept, marked, and no longer counted."""
    entry.reason = reason
    take_back(entry, document, reason=reason)


@action("safety.plan_voided", label=gettext_lazy("作廢預案"), form=forms.VoidPlan, rule=rules.keeps_or_leads)
@walks(lambda: rules.PLAN)
def void_plan(entry: Draft, *, document: EmergencyPlan, reason: str) -> None:
    """Void an emergency plan issued by mistake: kept, marked, and no longer counted."""
    entry.reason = reason
    take_back(entry, document, reason=reason)
