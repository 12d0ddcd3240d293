"""Every write of the gate, as a verb."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import wraps
from typing import Any
from weakref import WeakKeyDictionary

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import action, locked
from houqin.foundation.journal.models import Entry, Place
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.journal.writer import Draft, Unit
from houqin.foundation.org.models import Person, SchoolClass
from houqin.foundation.org.parameters import value
from houqin.foundation.org.rules import anyone, own
from houqin.foundation.signing.models import Document
from houqin.foundation.signing.routes import ask, move, next_number, walks
from houqin.foundation.signing.taking_back import take_back
from houqin.kit import clock
from houqin.kit.text import fold, fold_code, mask_identity

from . import forms, rules
from .forms import HourField, Named
from .models import Ban, GoodsPass, LeaveSlip, VehicleVisit, Visit, identity_digest
from .terms import PURPOSES, REASONS

# Visits


def _is_out(rows: QuerySet[Any], name: str, code: str) -> bool:
    """Whether a badge or plate is among those inside, however it is written: 7, ７ and 07 are one (G02-3)."""
    wanted = fold_code(code)
    return any(fold_code(known) == wanted for known in rows.values_list(name, flat=True))


@action("gate.entered", label=gettext_lazy("來訪登記"), form=forms.Enter, rule=rules.guards)
def enter(
    entry: Draft,
    *,
    name: str,
    identity: str,
    phone: str,
    visitors: int | None,
    purpose: str,
    host: Person,
    consent_by: Person | None,
    work_permit: str,
    pass_number: str,
    campus: Place | None,
    entered_at: datetime | None,
    **facts: Any,
) -> None:
    """Let a visitor in whom the host has agreed to see; the visit stays open until signed out."""
    entered_at = entered_at or entry.unit.now
    campus = campus or campus_of(entry.by)
    if entered_at > entry.unit.now:
        raise Refused(_("入校時間還沒有到。"), field="entered_at")
    if (banned := Ban.matching(identity=identity, phone=phone, day=_day(entered_at))) is not None:
        raise Refused(
            _("此人在謝絕名單上（%(reason)s），不能入校。請登記謝絕，強闖就報警。") % {"reason": banned.reason},
            field="name",
        )
    _refuse_without_consent(entered_at, consent_by)
    if any(fold(word) in fold(purpose) for word in rules.DANGEROUS_WORK) and not work_permit:
        raise Refused(_("動火、登高、臨時用電要有作業許可證，請寫許可證號。"), field="work_permit")
    if pass_number and _is_out(locked(Visit.objects.inside()).filter(campus=campus), "pass_number", pass_number):
        raise Refused(_("訪客證 %(number)s 還沒有收回，請換一個。") % {"number": pass_number}, field="pass_number")
    entry.occurred_on = _day(entered_at)
    visit: Visit = entry.creates(
        Visit(
            number=next_number(Visit, entry.occurred_on),
            state="inside",
            opened_on=entry.occurred_on,
            opened_by=entry.by,
            place=campus,
            campus=campus,
            entered_at=entered_at,
            name=name,
            identity=mask_identity(identity),
            identity_digest=identity_digest(identity),
            phone=phone,
            visitors=visitors or 1,
            purpose=purpose,
            host=host,
            host_name=host.name,
            consent_by=consent_by,
            work_permit=work_permit,
            pass_number=pass_number,
            guard=entry.by,
            guard_name=entry.by.name,
            **facts,
        )
    )
    _tell_entry(entry, visit)
    ask(entry, visit)


def _refuse_without_consent(entered_at: datetime, consent_by: Person | None) -> None:
    """G02-4: during lessons a leader must have agreed."""
    if consent_by is not None and not consent_by.has_role(*rules.CONSENTERS):
        raise Refused(
            _("%(name)s不能同意上課時間來訪，請寫校領導、總務主任或值班領導。") % {"name": consent_by},
            field="consent_by",
        )
    if consent_by is None and value("gate.class_consent", on=_day(entered_at)) and rules.is_class_time(entered_at):
        raise Refused(_("現在是上課時間，來訪要值班領導同意。請先請示，並寫明同意人。"), field="consent_by")


@action("gate.refused", label=gettext_lazy("謝絕來訪"), form=forms.Refuse, rule=rules.guards)
def refuse(entry: Draft, *, name: str, unit: str, phone: str, purpose: str, reason: str, campus: Place | None) -> None:
    """Write down that somebody was not let in, and why."""
    campus = campus or campus_of(entry.by)
    visit: Visit = entry.creates(
        Visit(
            number=next_number(Visit, entry.occurred_on),
            state="refused",
            opened_on=entry.occurred_on,
            opened_by=entry.by,
            place=campus,
            campus=campus,
            entered_at=entry.unit.now,
            name=name or _("不肯說"),
            unit=unit,
            phone=phone,
            purpose=purpose,
            note=reason,
            guard=entry.by,
            guard_name=entry.by.name,
        )
    )
    entry.document, entry.place, entry.reason = visit, campus, reason
    entry.category = PURPOSES.find(purpose) or "other"


@action("gate.left", label=gettext_lazy("離校銷號"), form=forms.Leave, rule=rules.guards)
@walks(lambda: rules.VISIT)
def leave(entry: Draft, *, document: Visit, left_at: datetime | None, host_signed: bool) -> None:
    """Sign a visitor out; the pass comes back. Once, and not before the entry (G02-2)."""
    left_at = left_at or entry.unit.now
    if left_at < document.entered_at:
        raise Refused(_("離校時間早於入校時間，請核對。"), field="left_at")
    if left_at > entry.unit.now:
        raise Refused(_("離校時間還沒有到。"), field="left_at")
    document.left_at, document.host_signed = left_at, host_signed
    entry.changes(document, "left_at", "host_signed")
    entry.because = entry.because or _first_entry(document, "gate.entered")
    _tell_exit(entry, document)


@action("gate.visit_voided", label=gettext_lazy("作廢來訪登記"), form=forms.VoidVisit, rule=rules.may_void)
@walks(lambda: rules.VISIT)
def void_visit(entry: Draft, *, document: Visit, reason: str) -> None:
    """Void a visit written twice or by mistake: kept, marked, and no longer counted or waited for."""
    entry.reason = reason
    take_back(entry, document, reason=reason)


@action("gate.day_closed", label=gettext_lazy("關門清點"), form=forms.CloseDay, rule=rules.may_close_day)
def close_day(entry: Draft, *, day: date | None, campus: Place | None) -> None:
    """At the end of the day: whoever is still inside is listed as not signed out; the guard is asked to find them."""
    day = day or entry.occurred_on
    if day > entry.unit.today:
        raise Refused(_("這一天還沒有到。"), field="day")
    inside = locked(Visit.objects.inside()).filter(opened_on__lte=day)
    if campus is not None:
        inside = inside.filter(campus=campus)
    left_open = list(inside.select_related("campus", "place").order_by("entered_at"))
    for visit in left_open:
        move(entry, visit, "unsigned")
    entry.occurred_on, entry.place = day, campus
    entry.measure("inside", len(left_open))


@action("gate.identities_purged", label=gettext_lazy("清除訪客身份信息"), rule=rules.may_purge)
def purge_identities(entry: Draft) -> None:
    """Remove identity and telephone numbers of visits older than the school keeps them (§1.6)."""
    days = int(value("gate.identity_days", on=entry.occurred_on))
    before = entry.occurred_on - timedelta(days=days)
    old = Visit.objects.filter(opened_on__lt=before).exclude(identity="", identity_digest="", phone="")
    count = 0
    for visit in old.only("pk", "identity", "identity_digest", "phone").iterator():
        visit.identity = visit.identity_digest = visit.phone = ""
        entry.changes(visit, "identity", "identity_digest", "phone")
        count += 1
    entry.measure("visits", count)


@action("gate.banned", label=gettext_lazy("列入謝絕名單"), form=forms.BanSomebody, rule=rules.may_ban)
def ban(entry: Draft, *, name: str, identity: str, phone: str, reason: str, to_on: date | None) -> None:
    """Put somebody on the list of those who may not come in."""
    entry.creates(
        Ban(
            name=name,
            identity=mask_identity(identity),
            identity_digest=identity_digest(identity),
            phone=phone,
            reason=reason,
            from_on=entry.occurred_on,
            to_on=to_on,
            by=entry.by,
        )
    )
    entry.reason = reason


@action("gate.unbanned", label=gettext_lazy("移出謝絕名單"), form=forms.Unban, rule=rules.may_ban)
def unban(entry: Draft, *, ban: Ban, reason: str) -> None:
    """Take somebody off the list from today on."""
    ban.to_on = entry.occurred_on - timedelta(days=1)
    entry.changes(ban, "to_on")
    entry.reason = reason


@action(
    "gate.visit_recorded",
    label=gettext_lazy("登記過去的來訪"),
    form=forms.RecordVisit,
    rule=rules.may_record,
    hidden=True,
)
def record_visit(
    entry: Draft,
    *,
    day: date,
    entered_at: datetime,
    identity: str,
    visitors: int | None,
    host: Named | None,
    guard: Named | None,
    campus: Place | None,
    **facts: Any,
) -> None:
    """Take a row of a past register in; without a time of leaving the visitor was not signed out."""
    visit: Visit = entry.creates(
        Visit(
            number=next_number(Visit, day),
            opened_on=day,
            opened_by=entry.by,
            place=campus,
            campus=campus,
            entered_at=entered_at,
            identity=mask_identity(identity),
            identity_digest=identity_digest(identity),
            visitors=visitors or 1,
            host=host.row if host else None,
            host_name=host.name if host else "",
            guard=guard.row if guard else None,
            guard_name=guard.name if guard else "",
            **facts,
        )
    )
    visit.state = "left" if visit.left_at else "inside" if day == entry.unit.today else "unsigned"
    entry.kind, entry.occurred_on = "gate.entered", day
    _tell_entry(entry, visit)
    if visit.left_at:
        _tell_exit(entry.followed_by("gate.left"), visit)
    else:
        ask(entry, visit)


def _tell_entry(entry: Draft, visit: Visit) -> None:
    entry.document, entry.place = visit, visit.place
    entry.category = PURPOSES.find(visit.purpose) or "other"
    entry.measure("visitors", visit.visitors)


def _tell_exit(entry: Draft, visit: Visit) -> None:
    assert visit.left_at is not None
    entry.occurred_on = _day(visit.left_at)
    entry.category = PURPOSES.find(visit.purpose) or "other"
    entry.measure("minutes", int((visit.left_at - visit.entered_at).total_seconds()) // 60)


# Leave slips


@action("gate.slip_applied", label=gettext_lazy("開離校單"), form=forms.Apply, rule=anyone)
def apply(
    entry: Draft,
    *,
    school_class: SchoolClass,
    pupil: str,
    reason: str,
    planned_leave_at: Any,
    planned_return_at: Any,
    parent_contact: str,
    pickup: str,
) -> None:
    """Ask for a pupil to leave during lessons: the parent is reached first, then the class teacher signs."""
    day = entry.occurred_on
    leaves, returns = HourField.on(day, planned_leave_at), HourField.on(day, planned_return_at)
    if leaves and returns and returns <= leaves:
        raise Refused(_("擬返校時間要晚於擬離校時間。"), field="planned_return_at")
    slip: LeaveSlip = entry.creates(
        LeaveSlip(
            number=next_number(LeaveSlip, day),
            state="contacted" if parent_contact else "applied",
            opened_on=day,
            opened_by=entry.by,
            place=school_class.campus,
            campus=school_class.campus,
            school_class=school_class,
            class_name=school_class.name,
            pupil=pupil,
            reason=reason,
            planned_leave_at=leaves,
            planned_return_at=returns,
            parent_contact=parent_contact,
            pickup=pickup,
            teacher=school_class.teacher,
        )
    )
    entry.document, entry.place, entry.category = slip, slip.place, _reason_of(slip)
    ask(entry, slip)


@action("gate.parent_contacted", label=gettext_lazy("聯繫家長"), form=forms.Contact, rule=rules.signs_slips)
@walks(lambda: rules.SLIP)
def contact_parent(entry: Draft, *, document: LeaveSlip, parent_contact: str, pickup: str) -> None:
    """Write down when and how the parent was reached."""
    document.parent_contact, document.pickup = parent_contact, pickup or document.pickup
    entry.changes(document, "parent_contact", "pickup")
    entry.category = _reason_of(document)


@action("gate.slip_issued", label=gettext_lazy("班主任簽字"), form=forms.SlipOnly, rule=rules.signs_slips)
@walks(lambda: rules.SLIP)
def issue_slip(entry: Draft, *, document: LeaveSlip) -> None:
    """Sign the slip: the pupil may leave today, once."""
    if document.is_expired(entry.unit.today):
        raise Refused(_("這張離校單是 %(day)s 的，已經過期。請重新開一張。") % {"day": document.opened_on})
    document.teacher_name = entry.by.name
    if document.teacher_id is None:
        document.teacher = entry.by
    entry.changes(document, "teacher", "teacher_name")
    entry.category = _reason_of(document)


def _ends_without_return(walked: Callable[..., None]) -> Callable[..., None]:
    """A pupil who does not come back today is gone once let out; nobody waits for him."""

    @wraps(walked)
    def ended(entry: Draft, *, document: LeaveSlip, **asked: Any) -> None:
        walked(entry, document=document, **asked)
        if document.planned_return_at is None:
            move(entry, document, "gone")

    return ended


@action("gate.slip_released", label=gettext_lazy("門衛放行"), form=forms.Release, rule=rules.guards)
@_ends_without_return
@walks(lambda: rules.SLIP)
def release(entry: Draft, *, document: LeaveSlip, pickup: str, pickup_signature: str) -> None:
    """Let the pupil out on a slip signed today; the slip is used up (G04-1, G04-2)."""
    if document.is_expired(entry.unit.today):
        raise Refused(
            _("這張離校單是 %(day)s 的，已經過期，不能放行。請班主任重新開單。") % {"day": document.opened_on}
        )
    if not (pickup or document.pickup) and _is_low_grade(document):
        raise Refused(_("低年級學生要當面交給家長，請寫接送人姓名與關係。"), field="pickup")
    document.pickup = pickup or document.pickup
    document.pickup_signature = pickup_signature or document.pickup_signature
    document.released_at = entry.unit.now
    entry.changes(document, "pickup", "pickup_signature", "released_at")
    _tell_release(entry, document)


@action(
    "gate.slip_returned", label=gettext_lazy("返校登記"), form=forms.Return, rule=rules.guards | rules.class_teacher
)
@walks(lambda: rules.SLIP)
def come_back(entry: Draft, *, document: LeaveSlip, returned_at: datetime | None) -> None:
    """Write down that the pupil is back, and whether in time."""
    returned_at = returned_at or entry.unit.now
    if document.released_at and returned_at < document.released_at:
        raise Refused(_("返校時間早於放行時間，請核對。"), field="returned_at")
    if returned_at > entry.unit.now:
        raise Refused(_("返校時間還沒有到。"), field="returned_at")
    document.returned_at = returned_at
    entry.changes(document, "returned_at")
    _tell_return(entry, document)


@action("gate.slip_closed", label=gettext_lazy("銷假"), form=forms.SlipOnly, rule=rules.signs_slips)
@walks(lambda: rules.SLIP)
def close_slip(entry: Draft, *, document: LeaveSlip) -> None:
    """Sign the pupil's return."""
    document.closed_by, document.closed_by_name = entry.by, entry.by.name
    entry.changes(document, "closed_by", "closed_by_name")
    entry.category = _reason_of(document)


@action(
    "gate.slip_cancelled",
    label=gettext_lazy("取消離校單"),
    form=forms.SlipWithReason,
    rule=rules.signs_slips | rules.guards,
)
@walks(lambda: rules.SLIP)
def cancel_slip(entry: Draft, *, document: LeaveSlip, reason: str) -> None:
    """Take a slip back before the pupil has left; the number stays used."""
    document.note = f"{document.note}\n{reason}".strip()
    entry.changes(document, "note")
    entry.reason, entry.category = reason, _reason_of(document)


@action("gate.slip_voided", label=gettext_lazy("作廢離校單"), form=forms.SlipWithReason, rule=rules.may_void)
@walks(lambda: rules.SLIP)
def void_slip(entry: Draft, *, document: LeaveSlip, reason: str) -> None:
    """Void a slip written twice or for somebody else: kept, marked, and no longer counted."""
    entry.reason = reason
    take_back(entry, document, reason=reason)


@action(
    "gate.slip_recorded",
    label=gettext_lazy("登記過去的離校單"),
    form=forms.RecordSlip,
    rule=rules.may_record_slips,
    hidden=True,
)
def record_slip(entry: Draft, *, number: str, **row: Any) -> None:
    """Take a past leave slip in: issued, and as far as it tells released and returned."""
    day: date = row["day"]
    school_class: Named = row["school_class"]
    known: SchoolClass | None = school_class.row
    slip = LeaveSlip(
        number=number or next_number(LeaveSlip, day),
        state="approved",
        opened_on=day,
        opened_by=entry.by,
        place=known.campus if known else None,
        campus=known.campus if known else campus_of(entry.by),
        **_slip_facts(row),
    )
    if school_class.is_ambiguous:
        slip.note = (
            f"{slip.note}\n{_('不只一個校區有「%(name)s」，單上沒有寫明。') % {'name': school_class.name}}".strip()
        )
    entry.creates(slip)
    entry.kind, entry.occurred_on = "gate.slip_issued", day
    entry.document, entry.place, entry.category = slip, slip.place, _reason_of(slip)
    if not slip.teacher_name:
        entry.measure("unsigned", 1)
    slip.state = _tell_slip(entry, slip)
    ask(entry, slip)


@action(
    "gate.slip_amended",
    label=gettext_lazy("補記過去的離校單"),
    form=forms.AmendSlip,
    rule=rules.may_record_slips,
    hidden=True,
)
def amend_slip(entry: Draft, *, document: LeaveSlip, number: str, **row: Any) -> None:
    """Take a slip that came again with more filled in."""
    if document.state == "cancelled":
        raise Refused(_("離校單 %(number)s 已經取消，不能再補記。") % {"number": document.number})
    told = {"class_name", "pupil", "released_at", "returned_at"}
    changed = []
    if row["day"] != document.opened_on:
        raise _contradicts(document, _("日期"), document.opened_on, row["day"])
    for name, new in _slip_facts(row).items():
        old = getattr(document, name)
        if new in (None, "") or new == old or (name == "class_name" and fold(new) == fold(old)):
            continue
        if name in told and old not in (None, ""):
            # A pupil's name is not repeated in a sentence that may be kept.
            label = document._meta.get_field(name).verbose_name  # type: ignore[union-attr]
            raise _contradicts(document, label, "＊" if name == "pupil" else old, "＊" if name == "pupil" else new)
        setattr(document, name, new)
        changed.append(name)
    if changed:
        entry.changes(document, *changed)
    entry.document, entry.place, entry.category = document, document.place, _reason_of(document)
    state = _tell_slip(entry, document, state=document.state, is_known=True)
    if state != document.state:
        move(entry, document, state)


def _contradicts(slip: LeaveSlip, label: Any, old: Any, new: Any) -> Refused:
    return Refused(
        _("離校單 %(number)s 的「%(label)s」已登記為 %(old)s，這次寫的是 %(new)s，請核對。")
        % {"number": slip.number, "label": label, "old": old, "new": new}
    )


def _slip_facts(row: dict[str, Any]) -> dict[str, Any]:
    """The fields of a slip from the columns of its paper."""
    facts = {
        name: row[name]
        for name in (
            "pupil", "reason", "planned_leave_at", "planned_return_at", "parent_contact", "pickup", "pickup_signature",
            "released_at", "returned_at", "note",
        )
    }  # fmt: skip
    facts["school_class"], facts["class_name"] = row["school_class"].row, row["school_class"].name
    for name in ("teacher", "approver", "closed_by"):
        who: Named | None = row[name]
        facts[name] = who.row if who else None
        facts[f"{name}_name"] = who.name if who else ""
    return facts


def _tell_slip(entry: Draft, slip: LeaveSlip, *, state: str = "approved", is_known: bool = False) -> str:
    """Write what a paper tells beyond the signature; the state it reached. ``is_known``: its issue is written already."""
    free = is_known

    def then(kind: str) -> Draft:
        nonlocal free
        if free:
            free, entry.kind = False, kind
            return entry
        return entry.followed_by(kind)

    if slip.released_at and state in {"applied", "contacted", "approved"}:
        _tell_release(then("gate.slip_released"), slip)
        state = "released" if slip.planned_return_at or slip.returned_at else "gone"
    if slip.returned_at and state in {"applied", "contacted", "approved", "released", "gone"}:
        _tell_return(then("gate.slip_returned"), slip)
        state = "returned"
    if state == "returned" and slip.closed_by_name:
        state = "closed"
    return state


def _tell_release(entry: Draft, slip: LeaveSlip) -> None:
    assert slip.released_at is not None
    entry.occurred_on, entry.category = _day(slip.released_at), _reason_of(slip)
    if slip.planned_return_at:
        entry.measure("return_due", _day(slip.planned_return_at).toordinal())


def _tell_return(entry: Draft, slip: LeaveSlip) -> None:
    assert slip.returned_at is not None
    entry.occurred_on, entry.category = _day(slip.returned_at), _reason_of(slip)
    if slip.planned_return_at:
        grace = timedelta(minutes=_grace(entry, entry.occurred_on))
        if slip.returned_at > slip.planned_return_at + grace:
            entry.measure("late", 1)


def _reason_of(slip: LeaveSlip) -> str:
    return REASONS.find(slip.reason) or "other"


_GRADES = {
    word: number
    for number, words in enumerate(("一壹1", "二貳2", "三叁3", "四4", "五5", "六6"), start=1)
    for word in words
}


def _is_low_grade(slip: LeaveSlip) -> bool:
    """Whether the pupil is so young that he is handed over to somebody named (G04-4)."""
    told = (slip.school_class.grade if slip.school_class else "") or slip.class_name
    grade = _GRADES.get(told[:1], 99)
    return grade <= int(value("gate.handover_grades", on=slip.opened_on))


# Vehicles and goods


@action("gate.vehicle_entered", label=gettext_lazy("車輛進校"), form=forms.VehicleIn, rule=rules.guards)
def vehicle_in(entry: Draft, *, plate: str, approver: Person, campus: Place | None, purpose: str, **facts: Any) -> None:
    """Let a vehicle in that somebody of the school has allowed."""
    campus = campus or campus_of(entry.by)
    if _is_out(locked(VehicleVisit.objects.filter(state="inside")), "plate", plate):
        raise Refused(_("這輛車還在校內，先登記出校。"), field="plate")
    vehicle: VehicleVisit = entry.creates(
        VehicleVisit(
            number=next_number(VehicleVisit, entry.occurred_on),
            state="inside",
            opened_on=entry.occurred_on,
            opened_by=entry.by,
            place=campus,
            campus=campus,
            entered_at=entry.unit.now,
            plate=plate,
            purpose=purpose,
            approver=approver,
            approver_name=approver.name,
            guard=entry.by,
            guard_name=entry.by.name,
            **facts,
        )
    )
    entry.document, entry.place, entry.category = vehicle, campus, PURPOSES.find(purpose) or "other"
    ask(entry, vehicle)


@action("gate.vehicle_left", label=gettext_lazy("車輛出校"), form=forms.VehicleOut, rule=rules.guards)
@walks(lambda: rules.VEHICLE)
def vehicle_out(entry: Draft, *, document: VehicleVisit, left_at: datetime | None) -> None:
    """Let the vehicle out."""
    left_at = left_at or entry.unit.now
    if left_at < document.entered_at:
        raise Refused(_("出校時間早於進校時間，請核對。"), field="left_at")
    if left_at > entry.unit.now:
        raise Refused(_("出校時間還沒有到。"), field="left_at")
    document.left_at = left_at
    entry.changes(document, "left_at")
    entry.because = entry.because or _first_entry(document, "gate.vehicle_entered")
    entry.occurred_on, entry.category = _day(left_at), PURPOSES.find(document.purpose) or "other"


@action("gate.vehicle_voided", label=gettext_lazy("作廢車輛登記"), form=forms.VoidVehicle, rule=rules.may_void)
@walks(lambda: rules.VEHICLE)
def void_vehicle(entry: Draft, *, document: VehicleVisit, reason: str) -> None:
    """Void a vehicle written twice or by mistake: kept, marked, and no longer counted or waited for."""
    entry.reason = reason
    take_back(entry, document, reason=reason)


@action(
    "gate.vehicle_recorded",
    label=gettext_lazy("登記過去的車輛出入"),
    form=forms.RecordVehicle,
    rule=rules.may_record,
    hidden=True,
)
def record_vehicle(
    entry: Draft,
    *,
    day: date,
    approver: Named | None,
    guard: Named | None,
    campus: Place | None,
    **facts: Any,
) -> None:
    """Take a row of a past register of vehicles in."""
    vehicle: VehicleVisit = entry.creates(
        VehicleVisit(
            number=next_number(VehicleVisit, day),
            opened_on=day,
            opened_by=entry.by,
            place=campus,
            campus=campus,
            approver=approver.row if approver else None,
            approver_name=approver.name if approver else "",
            guard=guard.row if guard else None,
            guard_name=guard.name if guard else "",
            **facts,
        )
    )
    vehicle.state = "left" if vehicle.left_at else "inside"
    entry.kind, entry.occurred_on = "gate.vehicle_entered", day
    entry.document, entry.place, entry.category = vehicle, campus, PURPOSES.find(vehicle.purpose) or "other"
    if vehicle.left_at:
        entry.followed_by("gate.vehicle_left", occurred_on=_day(vehicle.left_at))
    else:
        ask(entry, vehicle)


@action("gate.goods_requested", label=gettext_lazy("開出門單"), form=forms.RequestGoods, rule=anyone)
def request_goods(entry: Draft, *, goods: str, campus: Place | None, **facts: Any) -> None:
    """Ask for something to be carried out; property of the school wants the asset manager's word."""
    campus = campus or campus_of(entry.by)
    goods_pass: GoodsPass = entry.creates(
        GoodsPass(
            number=next_number(GoodsPass, entry.occurred_on),
            state="requested",
            opened_on=entry.occurred_on,
            opened_by=entry.by,
            place=campus,
            campus=campus,
            goods=goods,
            **facts,
        )
    )
    entry.document, entry.place = goods_pass, campus
    entry.category = "property" if goods_pass.is_school_property else "own"
    ask(entry, goods_pass)


@action("gate.goods_approved", label=gettext_lazy("批准出門"), form=forms.GoodsOnly, rule=rules.approves_goods)
@walks(lambda: rules.GOODS)
def approve_goods(entry: Draft, *, document: GoodsPass) -> None:
    """Allow what the pass names to be carried out; nobody allows his own."""
    document.approver = entry.by
    entry.changes(document, "approver")
    entry.category = "property" if document.is_school_property else "own"


@action(
    "gate.goods_voided", label=gettext_lazy("作廢出門單"), form=forms.VoidGoods, rule=own("opened_by") | rules.may_void
)
@walks(lambda: rules.GOODS)
def void_goods(entry: Draft, *, document: GoodsPass, reason: str) -> None:
    """Void a goods pass written by mistake: kept, marked, and nothing goes out on it."""
    entry.reason = reason
    take_back(entry, document, reason=reason)


@action("gate.goods_released", label=gettext_lazy("核對放行"), form=forms.GoodsOnly, rule=rules.guards)
@walks(lambda: rules.GOODS)
def release_goods(entry: Draft, *, document: GoodsPass) -> None:
    """Compare what is carried with the pass, and let it out once."""
    if document.approver_id == entry.by.pk:
        raise Denied(_("批准人不能自己核對放行，請門衛來做。"))
    document.guard, document.released_at = entry.by, entry.unit.now
    entry.changes(document, "guard", "released_at")
    entry.category = "property" if document.is_school_property else "own"


# Shared


class _Memory:
    """What one batch has looked up already; it holds for the drafts waiting to be written and no longer."""

    def __init__(self, drafts: list[Draft]) -> None:
        self.drafts = drafts
        self.graces: dict[date, int] = {}


_memories: WeakKeyDictionary[Unit, _Memory] = WeakKeyDictionary()


def _memory(unit: Unit) -> _Memory:
    known = _memories.get(unit)
    if known is None or known.drafts is not unit.drafts:
        known = _memories[unit] = _Memory(unit.drafts)
    return known


def _grace(entry: Draft, day: date) -> int:
    known = _memory(entry.unit).graces
    if day not in known:
        known[day] = int(value("gate.return_grace_minutes", on=day))
    return known[day]


def _first_entry(document: Document, kind: str) -> Entry | None:
    return (
        Entry.objects.filter(document_kind=document.kind, document_id=document.pk, kind=kind, sign=1)
        .order_by("number")
        .first()
    )


def campus_of(person: Person) -> Place | None:
    """The campus somebody serves: where the guard's post is, else the person's own."""
    for held in (*person.current_roles.get("guard", []), *person.current_roles.get("duty_leader", [])):
        if held.place is not None:
            return held.place.campus_or_self()
    return person.campus


def _day(moment: datetime) -> date:
    return clock.day_of(moment)
