"""Every write of repairs, as a verb."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import wraps
from typing import Any
from weakref import WeakKeyDictionary

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.catalogue import stock
from houqin.foundation.catalogue.items import item_named
from houqin.foundation.catalogue.models import Item
from houqin.foundation.journal.accounts import account, account_of_place
from houqin.foundation.journal.actions import action, locked
from houqin.foundation.journal.models import Account, Entry, Place
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.journal.spoken import kind_is_called, role_is_called
from houqin.foundation.journal.vouching import add_rows
from houqin.foundation.journal.writer import Draft, Unit, reverse
from houqin.foundation.org.models import Person, Role
from houqin.foundation.org.parameters import value
from houqin.foundation.signing.attachments import attach
from houqin.foundation.signing.models import Task
from houqin.foundation.signing.routes import ask, move, next_number, walks
from houqin.foundation.tokens.models import Token
from houqin.foundation.tokens.strangers import is_stranger
from houqin.kit import clock

from . import forms, rules
from .forms import Named
from .jobs import Used, category_of, counter_of, job_of, mended
from .models import ScanReport, WorkOrder
from .terms import Category, Cause, Urgency

kind_is_called("repairs.hazard_flagged", gettext_lazy("報修中發現安全隱患"))
role_is_called("faulty", gettext_lazy("損壞待修"))
role_is_called("mended", gettext_lazy("修好"))

# The kind with which the safety office ends a hazard; domains meet in the journal.
HAZARD_CLOSED = "safety.hazard_closed"
HAZARD_FOUND = "safety.hazard_found"


def _settles(walked: Callable[..., None]) -> Callable[..., None]:
    """After a step: keep the safety office asked while a hazard is open; close an accepted order nothing keeps open."""

    @wraps(walked)
    def settled(entry: Draft, *, document: WorkOrder, **asked: Any) -> None:
        walked(entry, document=document, **asked)
        followed = _followed(document) if document.is_hazard else set()
        endangers = document.is_hazard and HAZARD_CLOSED not in followed
        if document.state == "confirmed" and entry.kind != "repairs.closed" and not endangers:
            entry.followed_by("repairs.closed", category="")
            move(entry, document, "closed")
        elif endangers and HAZARD_FOUND not in followed and document.state not in rules.ROUTE.final:
            _ask_safety(entry, document)

    return settled


@action("repairs.reported", label=gettext_lazy("報修"), form=forms.Report, rule=rules.may_report)
def report(
    entry: Draft,
    *,
    place: Place,
    category: str,
    fault: str,
    urgency: str,
    is_hazard: bool,
    reporter: Person | None,
    reporter_name: str,
    phone: str,
) -> None:
    """Report that something is broken; the office sees it at once."""
    if reporter is not None and reporter != entry.by and not rules.office(entry.by):
        raise Denied(_("替別人報修由總務處登記；您自己報修請把報修人空着。"))
    who = None if reporter_name else reporter or entry.by
    now = entry.unit.now
    urgency = urgency or Urgency.NORMAL
    order: WorkOrder = entry.creates(
        WorkOrder(
            number=next_number(WorkOrder, entry.occurred_on),
            state="reported",
            opened_on=entry.occurred_on,
            opened_by=entry.by,
            place=place,
            campus=place.campus_or_self(),
            reported_at=now,
            reporter=who,
            reporter_name=reporter_name or str(who),
            phone=phone,
            category=category or Category.OTHER,
            fault=fault,
            urgency=urgency,
            is_hazard=is_hazard,
            due_at=rules.due_at(urgency=urgency, reported_at=now),
        )
    )
    entry.place, entry.document, entry.category = place, order, order.category
    ask(entry, order)
    if is_hazard:
        _flag_hazard(entry, order)


@action(
    "repairs.fault_scanned",
    label=gettext_lazy("掃碼報修"),
    form=forms.ReportByScan,
    rule=rules.may_report_by_scan,
    hidden=True,
)
def report_by_scan(
    entry: Draft,
    *,
    token: Token,
    category: str,
    fault: str,
    photos: list[Any],
    is_hazard: bool,
    reporter_name: str,
    phone: str,
) -> None:
    """Report what is broken where a code was scanned: an ordinary work order, with photos and a link to follow it by."""
    scan = token.scan()
    if scan is None or scan.place is None:
        raise Refused(_("「%(title)s」沒有登記地點，請告訴總務處在哪裏。") % {"title": token.title}, field="token")
    by_stranger = is_stranger(entry.by)
    now = entry.unit.now
    fault = fault or _("%(category)s（見照片）") % {"category": Category(category).label}
    if scan.thing != scan.place:
        fault = f"{scan.kind.title(scan.thing)}：{fault}"
    order: WorkOrder = entry.creates(
        WorkOrder(
            number=next_number(WorkOrder, entry.occurred_on),
            state="reported",
            opened_on=entry.occurred_on,
            opened_by=entry.by,
            place=scan.place,
            campus=scan.place.campus_or_self(),
            reported_at=now,
            reporter=None if by_stranger else entry.by,
            reporter_name=(reporter_name if by_stranger else "") or entry.by.name,
            phone=phone,
            category=category,
            fault=fault,
            urgency=Urgency.NORMAL,
            is_hazard=is_hazard,
            due_at=rules.due_at(urgency=Urgency.NORMAL, reported_at=now),
        )
    )
    entry.creates(ScanReport(order=order, token=token, is_strangers=by_stranger))
    for photo in photos:
        attach(entry, order, photo)
    entry.kind, entry.place, entry.document, entry.category = "repairs.reported", scan.place, order, category
    ask(entry, order)
    if is_hazard:
        _flag_hazard(entry, order)
    _forget_reporters(entry)


@action("repairs.reporters_forgotten", label=gettext_lazy("清除掃碼報修人信息"), rule=rules.may_forget)
def forget_reporters(entry: Draft) -> None:
    """Remove names and telephones of people without a login from orders settled longer ago than the school keeps them."""
    entry.measure("orders", len(_forget(entry, most=10_000)))


def _forget_reporters(entry: Draft) -> None:
    """With every new report a few old reporters are forgotten, so that nobody has to think of it."""
    if is_stranger(entry.by) and (gone := _forget(entry, most=50)):
        entry.followed_by("repairs.reporters_forgotten", category="").measure("orders", len(gone))


def _forget(entry: Draft, *, most: int) -> list[WorkOrder]:
    days = int(value("repairs.reporter_days", on=entry.occurred_on))
    settled = rules.settled_before(entry.unit.now - timedelta(days=days))
    reports = ScanReport.objects.filter(is_strangers=True, forgotten_at__isnull=True).filter(settled)
    gone = []
    for report in locked(reports.select_related("order").order_by("pk"))[:most]:
        order = report.order
        order.phone, order.reporter_name = "", _("掃碼報修")
        report.forgotten_at = entry.unit.now
        entry.changes(order, "phone", "reporter_name")
        entry.changes(report, "forgotten_at")
        gone.append(order)
    return gone


@action("repairs.accepted", label=gettext_lazy("受理"), form=forms.Accept, rule=rules.may_accept)
@_settles
@walks(lambda: rules.ROUTE)
def accept(entry: Draft, *, document: WorkOrder, category: str, urgency: str, is_hazard: bool) -> None:
    """Take the report up: what kind it is, how urgent, whether it endangers people."""
    document.accepted_by, document.accepted_by_name = entry.by, entry.by.name
    if category:
        document.category = category
    if urgency and urgency != document.urgency:
        document.urgency = urgency
        document.due_at = rules.due_at(urgency=urgency, reported_at=document.reported_at)
    entry.changes(document, "accepted_by", "accepted_by_name", "category", "urgency", "due_at")
    if is_hazard and not document.is_hazard:
        document.is_hazard = True
        entry.changes(document, "is_hazard")
        _flag_hazard(entry, document, asks=False)
    entry.category = document.category


@action("repairs.dispatched", label=gettext_lazy("派工"), form=forms.Dispatch, rule=rules.may_dispatch)
@_settles
@walks(lambda: rules.ROUTE)
def dispatch(entry: Draft, *, document: WorkOrder, repairer: Person, note: str) -> None:
    """Send somebody: the order appears on the repairer's list."""
    if not repairer.is_active:
        raise Refused(_("%(name)s已經離職，請派別人。") % {"name": repairer}, field="repairer")
    document.repairer, document.repairer_name = repairer, repairer.name
    document.dispatched_at = entry.unit.now
    if document.accepted_by is None:
        document.accepted_by, document.accepted_by_name = entry.by, entry.by.name
    _add_note(document, note)
    entry.changes(document, "repairer", "repairer_name", "dispatched_at", "accepted_by", "accepted_by_name", "note")
    entry.category = document.category


@action("repairs.waiting", label=gettext_lazy("待料"), form=forms.Wait, rule=rules.may_work)
@_settles
@walks(lambda: rules.ROUTE)
def wait(entry: Draft, *, document: WorkOrder, material: str) -> None:
    """Say what is missing; the order waits for it."""
    _refuse_other_repairer(entry, document)
    _add_note(document, _("待料：%(material)s") % {"material": material})
    entry.changes(document, "note")
    entry.reason, entry.category = material, document.category


@action("repairs.completed", label=gettext_lazy("完工"), form=forms.Complete, rule=rules.may_work)
@_settles
@walks(lambda: rules.ROUTE)
def complete(
    entry: Draft,
    *,
    document: WorkOrder,
    work: str,
    job: str,
    cause: str,
    materials: list[dict[str, Any]],
    store: Place | None,
    materials_from: str,
    mended: int | None,
    arrived_at: datetime | None,
    completed_at: datetime | None,
    work_time: int | None,
    note: str,
) -> None:
    """Say what was done and what was used; the requester is asked to accept.

    Materials come out of a store, or it is said where they come from (R01-2).
    """
    _refuse_other_repairer(entry, document)
    completed_at = completed_at or entry.unit.now
    if completed_at > entry.unit.now:
        raise Refused(_("完成時間還沒有到，請寫實際完成的時間。"), field="completed_at")
    if _day(completed_at) < _day(document.reported_at):
        raise Refused(_("完成時間早於報修時間，請核對。"), field="completed_at")
    if arrived_at and arrived_at > completed_at:
        raise Refused(_("到場時間晚於完成時間，請核對。"), field="arrived_at")
    if materials and store is None and not materials_from:
        raise Refused(
            _("用了材料，請選出自哪個倉庫；不從倉庫領的請寫材料來源，例如發票號、訂單號、用舊件。"),
            field="materials_from",
        )
    entry.occurred_on = _day(completed_at)
    used = [Used(row["name"], row["quantity"], row["counter"]) for row in materials]
    document.work, document.cause, document.completed_at = work, cause, completed_at
    document.job = job or job_of(work, materials=[one.name for one in used], fault=document.fault)
    document.material = "、".join(one.name for one in used)
    document.quantity = "、".join(str(one.quantity) for one in used)
    document.counter = "、".join(one.counter for one in used)
    document.material_cost = sum(row["cost"] for row in materials) if materials else None
    document.materials_store, document.materials_from = store, materials_from if materials else ""
    document.arrived_at = arrived_at or document.arrived_at
    document.work_time = work_time
    _add_note(document, note)
    entry.changes(
        document,
        "work", "cause", "completed_at", "job", "material", "quantity", "counter", "material_cost", "materials_store",
        "materials_from",
        "arrived_at", "work_time", "note",
    )  # fmt: skip
    _tell_completion(entry, document, used, told=mended)


@action("repairs.confirmed", label=gettext_lazy("驗收"), form=forms.Confirm, rule=rules.requester)
@_settles
@walks(lambda: rules.ROUTE)
def confirm(entry: Draft, *, document: WorkOrder, satisfaction: str, note: str) -> None:
    """Say that it is mended and how well; nobody accepts his own repair."""
    if document.repairer_id == entry.by.pk:
        raise Denied(_("維修人不能驗收自己修的活，請由報修人或總務處另一個人驗收。"))
    document.acceptor, document.acceptor_name = entry.by, entry.by.name
    document.satisfaction = satisfaction
    _add_note(document, note)
    entry.changes(document, "acceptor", "acceptor_name", "satisfaction", "note")
    entry.category = satisfaction


@action("repairs.silence_accepted", label=gettext_lazy("逾期視為驗收"), form=forms.OrderOnly, rule=rules.office)
@_settles
@walks(lambda: rules.ROUTE)
def accept_by_silence(entry: Draft, *, document: WorkOrder) -> None:
    """Take an order as accepted where the requester has said nothing for the days the school allows."""
    days = value("repairs.silence_days", on=entry.occurred_on)
    since = _day(document.completed_at) if document.completed_at else entry.occurred_on
    if entry.occurred_on < since + timedelta(days=days):
        raise Refused(
            _("完工還不滿 %(days)s 天，%(day)s 起才能視為驗收；請先等報修人答覆。")
            % {"days": days, "day": since + timedelta(days=days)}
        )
    # One kind for every way of being accepted, so that the figures find it.
    entry.kind, entry.category = "repairs.confirmed", "silence"


@action("repairs.closed", label=gettext_lazy("關閉"), form=forms.OrderOnly, rule=rules.office)
@walks(lambda: rules.ROUTE)
def close(entry: Draft, *, document: WorkOrder) -> None:
    """End the matter. A hazard must be closed first by the safety office (R01-1)."""
    if document.is_hazard and HAZARD_CLOSED not in _followed(document):
        raise Refused(_("這張報修單是安全隱患，要等安全辦把隱患銷號才能關閉。請先辦隱患整改。"))


@action("repairs.reopened", label=gettext_lazy("返修"), form=forms.WithReason, rule=rules.may_withdraw)
@_settles
@walks(lambda: rules.ROUTE)
def reopen(entry: Draft, *, document: WorkOrder, reason: str) -> None:
    """Not mended after all: the order goes back to the office. What was used stays used."""
    days = value("repairs.reopen_days", on=entry.occurred_on)
    last = _day(document.completed_at) + timedelta(days=days) if document.completed_at else entry.occurred_on
    if entry.occurred_on > last:
        raise Refused(_("完工超過 %(days)s 天，不能返修；請重新報修。") % {"days": days})
    document.completed_at, document.acceptor, document.acceptor_name, document.satisfaction = None, None, "", ""
    _add_note(document, _("返修：%(reason)s") % {"reason": reason})
    entry.changes(document, "completed_at", "acceptor", "acceptor_name", "satisfaction", "note")
    entry.reason, entry.category = reason, document.job


@action("repairs.withdrawn", label=gettext_lazy("撤回"), form=forms.WithReason, rule=rules.may_withdraw)
@_settles
@walks(lambda: rules.ROUTE)
def withdraw(entry: Draft, *, document: WorkOrder, reason: str) -> None:
    """Take a report back before the job is done; it stays on record with the reason."""
    _add_note(document, _("撤回：%(reason)s") % {"reason": reason})
    entry.changes(document, "note")
    entry.reason, entry.category = reason, document.category


@action("repairs.voided", label=gettext_lazy("作廢"), form=forms.WithReason, rule=rules.may_void)
@walks(lambda: rules.ROUTE)
def void(entry: Draft, *, document: WorkOrder, reason: str) -> None:
    """Void an order entered by mistake: the paper is kept, everything written about it is reversed."""
    entry.reason = reason
    _add_note(document, _("作廢：%(reason)s") % {"reason": reason})
    entry.changes(document, "note")
    standing = Entry.objects.filter(
        document_kind=document.kind, document_id=document.pk, sign=1, reversed_by__isnull=True
    )
    for known in standing.select_related("place", "place__campus").order_by("-number"):
        reverse(entry.unit, known, reason=reason)


@action("repairs.recorded", label=gettext_lazy("登記過去的報修"), form=forms.Record, rule=rules.may_record, hidden=True)
def record(entry: Draft, *, number: str, used: list[Used], **row: Any) -> None:
    """Take a row of a past register in: reported, and as far as it tells dispatched, completed and accepted."""
    reported_at: datetime = row["reported_at"]
    place: Place = row["place"]
    day = _day(reported_at)
    order = WorkOrder(
        number=number or next_number(WorkOrder, day),
        state="reported",
        opened_on=day,
        opened_by=entry.by,
        campus=place.campus_or_self(),
        **_facts(row),
    )
    order.urgency = order.urgency or Urgency.NORMAL
    order.category = order.category or Category.OTHER
    order.due_at = rules.due_at(
        urgency=order.urgency, reported_at=reported_at, levels=_memory(entry.unit).levels.on(reported_at)
    )
    entry.creates(order)
    entry.kind, entry.occurred_on = "repairs.reported", day
    entry.place, entry.document, entry.category = place, order, order.category
    if order.is_hazard:
        _flag_hazard(entry, order, asks=order.completed_at is None)
    _tell_progress(entry, order, used)
    ask(entry, order)


@action("repairs.amended", label=gettext_lazy("補記過去的報修"), form=forms.Amend, rule=rules.may_record, hidden=True)
def amend(entry: Draft, *, document: WorkOrder, number: str, used: list[Used], **row: Any) -> None:
    """Take a row that came again with more filled in; what the journal already tells may not read otherwise."""
    if document.state in {"withdrawn", "void"}:
        raise Refused(
            _("報修單 %(number)s 已經「%(state)s」，不能再補記。")
            % {"number": document.number, "state": document.state_label}
        )
    told = ("reported_at", "place", "category") if document.completed_at is None else _TOLD_BY_COMPLETION
    changed = []
    for name, new in _facts(row).items():
        old = getattr(document, name)
        if new in (None, "", False) or new == old:
            continue
        if name in told and old not in (None, ""):
            raise Refused(
                _("報修單 %(number)s 的「%(label)s」已登記為 %(old)s，這次寫的是 %(new)s。請核對，要改請作廢重登。")
                % {
                    "number": document.number,
                    "label": document._meta.get_field(name).verbose_name,  # type: ignore[union-attr]
                    "old": old,
                    "new": new,
                }
            )
        setattr(document, name, new)
        changed.append(name)
    entry.document, entry.place, entry.category = document, document.place, document.category
    if changed:
        entry.changes(document, *changed)
    if document.state in (*rules.OPEN, "done"):
        _tell_progress(entry, document, used, is_known=True)


_TOLD_BY_COMPLETION = (
    "reported_at", "place", "category", "repairer_name", "work", "material", "quantity", "counter", "material_cost",
    "completed_at",
)  # fmt: skip


def _facts(row: dict[str, Any]) -> dict[str, Any]:
    """The fields of a work order from the columns of its paper."""
    facts = {name: row[name] for name in _PLAIN}
    for name in ("reporter", "accepted_by", "repairer", "acceptor"):
        who: Named | None = row[name]
        facts[name] = who.person if who else None
        facts[f"{name}_name"] = who.name if who else ""
    return facts


_PLAIN = (
    "reported_at", "phone", "place", "category", "fault", "photo", "urgency", "is_hazard", "dispatched_at", "arrived_at",
    "cause", "work", "material", "quantity", "counter", "material_cost", "completed_at", "satisfaction", "note", "work_time",
)  # fmt: skip


def _tell_progress(entry: Draft, order: WorkOrder, used: Sequence[Used], *, is_known: bool = False) -> None:
    """Write what a row tells beyond the report, each on its own day, and put the order into the state it reached.

    ``is_known``: the report was written before, so the first thing told becomes ``entry`` itself.
    """
    state = order.state
    free = is_known

    def then(kind: str, moment: datetime, category: str) -> Draft:
        nonlocal free
        if free:
            free = False
            entry.kind, entry.occurred_on, entry.category = kind, _day(moment), category
            return entry
        return entry.followed_by(kind, occurred_on=_day(moment), category=category)

    if order.dispatched_at and state in {"reported", "accepted"}:
        then("repairs.dispatched", order.dispatched_at, order.category)
    if state in {"reported", "accepted"} and (order.dispatched_at or order.repairer_name):
        state = "dispatched"
    elif state == "reported" and order.accepted_by_name:
        state = "accepted"
    if order.completed_at and state in rules.OPEN:
        order.job = job_of(order.work, materials=[one.name for one in used], fault=order.fault)
        done = then("repairs.completed", order.completed_at, order.job)
        if is_known:
            entry.changes(order, "job")
        _tell_completion(done, order, used)
        state = "done"
    if state == "done" and order.acceptor_name:
        assert order.completed_at is not None
        accepted = then("repairs.confirmed", order.completed_at, order.satisfaction)
        if order.acceptor_name == order.repairer_name:
            accepted.measure("self_accepted", 1)
        # A past hazard that was mended and accepted is history; one reported now still waits for the safety office.
        state = "closed"
    if is_known:
        if state != order.state:
            move(entry, order, state)
    else:
        order.state = state


def _tell_completion(entry: Draft, order: WorkOrder, used: Sequence[Used], *, told: int | None = None) -> None:
    """What a finished job counts for: its kind, what was used and from where, what is whole again, cost and time."""
    assert order.completed_at is not None
    entry.category = order.job
    used_up = account("used", "repairs")
    for one in used:
        commodity = _item(entry.unit, one).commodity
        if order.materials_store:
            # Out of a store goods carry their value along.
            store = account_of_place(order.materials_store, role="store")
            stock.take(entry, commodity, source=store, target=used_up, quantity=one.quantity)
        else:
            entry.line(commodity, source=_outside(), target=used_up, quantity=one.quantity)
    for one, category in mended(order.job, used, told=told):
        entry.line(
            _item(entry.unit, one, category=category).commodity,
            source=account("faulty", "things"),
            target=account("mended", "things"),
            quantity=one.quantity,
        )
    if order.material_cost:
        entry.measure("material_cost", order.material_cost)
    if order.work_time and order.work_time >= 60:
        entry.measure("work_minutes", order.work_time // 60)
    if order.cause == Cause.MAN_MADE:
        entry.measure("man_made", 1)
    if order.due_at:
        entry.measure("late" if rules.is_late(completed_at=order.completed_at, due=order.due_at) else "on_time", 1)


def _outside() -> Account:
    return account("outside", "materials")


class _Memory:
    """What one unit of work has looked up already: ten thousand rows name the same thirty things.

    Items hold for the drafts waiting to be written and no longer: a flush that is refused takes new ones back with it.
    """

    def __init__(self, unit: Unit) -> None:
        self.levels = rules.ServiceLevels()
        self._drafts = unit.drafts
        self._items: dict[tuple[str, str], Item] = {}

    def items(self, unit: Unit) -> dict[tuple[str, str], Item]:
        if self._drafts is not unit.drafts:
            self._drafts, self._items = unit.drafts, {}
        return self._items


_memories: WeakKeyDictionary[Unit, _Memory] = WeakKeyDictionary()


def _memory(unit: Unit) -> _Memory:
    known = _memories.get(unit)
    if known is None:
        known = _memories[unit] = _Memory(unit)
    return known


def _item(unit: Unit, used: Used, *, category: str = "") -> Item:
    """The catalogue's item for a thing named on paper."""
    known = _memory(unit).items(unit)
    category = category or category_of(used.name)
    key = (used.name, category)
    if key not in known:
        known[key] = item_named(used.name, counter=counter_of(used.counter, category=category), category=category)
    return known[key]


def _flag_hazard(entry: Draft, order: WorkOrder, *, asks: bool = True) -> None:
    """Tell that a fault endangers people (R01-1); the safety office is asked to open a hazard on it."""
    entry.followed_by("repairs.hazard_flagged", category=order.category)
    if asks:
        _ask_safety(entry, order)


def _ask_safety(entry: Draft, order: WorkOrder) -> None:
    entry.unit.after_creations(
        lambda: add_rows(
            [
                Task(
                    document_kind=order.kind,
                    document_id=order.pk,
                    document_number=order.number,
                    title=_("登記並整改隱患：%(what)s") % {"what": order.title()},
                    step=HAZARD_FOUND,
                    role=Role.SAFETY_OFFICER,
                    campus=order.campus,
                    due_on=_day(order.due_at) if order.due_at else None,
                    created_at=entry.unit.now,
                )
            ]
        )
    )


def _followed(order: WorkOrder) -> set[str]:
    """The kinds of what was done because of this order: through ``because``, and on the hazard's own paper from there on."""
    if order.pk is None:
        return set()
    reached = {number for number, *_rest in _standing(document_kind=order.kind, document_id=order.pk)}
    frontier, kinds = set(reached), set()
    while frontier:
        rows = list(_standing(because_id__in=frontier))
        for kind, document in {
            (kind, document) for _number, _what, kind, document in rows if kind.startswith("safety.")
        }:
            rows += _standing(document_kind=kind, document_id=document)
        kinds |= {what for _number, what, _kind, _document in rows}
        frontier = {number for number, *_rest in rows} - reached
        reached |= frontier
    return kinds


def _standing(**where: Any) -> Iterable[tuple[int, str, str, int | None]]:
    found = Entry.objects.filter(sign=1, reversed_by__isnull=True, **where)
    return found.values_list("number", "kind", "document_kind", "document_id")


def _refuse_other_repairer(entry: Draft, order: WorkOrder) -> None:
    """A repairer reports on the jobs sent to him; the office may write for anybody."""
    if rules.office(entry.by) or order.repairer_id is None or order.repairer_id == entry.by.pk:
        return
    raise Denied(_("這張單派給了%(name)s，請由他登記，或請總務處改派。") % {"name": order.repairer_name})


def _add_note(order: WorkOrder, note: str) -> None:
    if note:
        order.note = f"{order.note}\n{note}".strip()


def _day(moment: datetime) -> date:
    return clock.day_of(moment)
