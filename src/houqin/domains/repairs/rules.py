"""Who may do what with a work order, in which order, and how soon."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from houqin.foundation.calendar.holidays import is_workday
from houqin.foundation.org.models import ParameterValue, Person, Role
from houqin.foundation.org.parameters import PARAMETERS, parameter, value
from houqin.foundation.org.rules import Rule, anyone, leaders, office, own, roles
from houqin.foundation.signing.routes import Route, Step
from houqin.foundation.tokens.strangers import StrangersToo
from houqin.kit import clock

from .terms import URGENT

OFFICE = (Role.CLERK, Role.DIRECTOR)
OPEN = ("reported", "accepted", "dispatched", "waiting")

ROUTE = Route(
    states={
        "reported": _("已報修"),
        "accepted": _("已受理"),
        "dispatched": _("已派工"),
        "waiting": _("待料"),
        "done": _("已完工待驗收"),
        "confirmed": _("已驗收"),
        "closed": _("已關閉"),
        "withdrawn": _("已撤回"),
        "void": _("已作廢"),
    },
    steps=(
        Step("reported", "accepted", "repairs.accepted", waits_for=OFFICE, due_field="respond_by"),
        Step("accepted", "dispatched", "repairs.dispatched", waits_for=OFFICE, due_field="due_at"),
        # A small office sends somebody at once; a second one where the first cannot come.
        Step(("reported", "dispatched", "waiting"), "dispatched", "repairs.dispatched", optional=True),
        Step("dispatched", "waiting", "repairs.waiting", optional=True),
        Step(
            ("dispatched", "waiting"),
            "done",
            "repairs.completed",
            signs="repairer",
            waits_for=(Role.REPAIRER,),
            waits_for_field="repairer",
            due_field="due_at",
        ),
        Step(
            "done",
            "confirmed",
            "repairs.confirmed",
            signs="requester",
            not_by=("repairs.completed",),
            waits_for=OFFICE,
            waits_for_field="reporter",
        ),
        # Silence is not taken for consent by whoever did the work.
        Step("done", "confirmed", "repairs.silence_accepted", not_by=("repairs.completed",), optional=True),
        Step("confirmed", "closed", "repairs.closed", waits_for=OFFICE),
        Step(("done", "confirmed", "closed"), "accepted", "repairs.reopened", optional=True),
        Step(OPEN, "withdrawn", "repairs.withdrawn", optional=True),
        Step((*OPEN, "done", "confirmed", "closed", "withdrawn"), "void", "repairs.voided", optional=True),
    ),
    final=("closed", "withdrawn", "void"),
)


def _speaks_for_requester(person: Person, about: dict[str, object]) -> bool:
    """The office accepts for a requester the book does not know, and where the repairer reported the fault himself."""
    order = about.get("document")
    if order is None:
        return True
    reporter = getattr(order, "reporter_id", None)
    return reporter is None or reporter == getattr(order, "repairer_id", None)


may_report = anyone
may_report_by_scan = StrangersToo(anyone)
may_forget = office | roles(Role.SAFETY_OFFICER)
may_accept = office
may_dispatch = office
may_work = roles(Role.REPAIRER) | office
requester = own("reporter") | (office & Rule(_speaks_for_requester, lambda: _("報修人不在本系統時的總務處")))
may_withdraw = own("reporter") | office
may_void = office
may_record = office
keepers = office | leaders | roles(Role.REPAIRER, Role.SAFETY_OFFICER, Role.AUDITOR, Role.ACCOUNTANT)

URGENT_HOURS, NORMAL_WORKDAYS = "repairs.urgent_done_hours", "repairs.normal_done_workdays"
_LEVELS = "某校後勤服務承諾 [P:W33]：緊急 2 小時到場、24 小時完成，一般 24 小時響應、3 個工作日完成；各校自定"
parameter("repairs.urgent_response_hours", _("緊急報修多少小時內到場"), default=2, source=_LEVELS, status="P")
parameter(URGENT_HOURS, _("緊急報修多少小時內完成"), default=24, source=_LEVELS, status="P")
parameter("repairs.normal_response_hours", _("一般報修多少小時內響應"), default=24, source=_LEVELS, status="P")
parameter(NORMAL_WORKDAYS, _("一般報修多少個工作日內完成"), default=3, source=_LEVELS, status="P")
parameter(
    "repairs.silence_days",
    _("完工後多少天無異議視為驗收"),
    default=7,
    source="某校規定：7 天無異議視為驗收 [P:W33]",
    status="P",
)
parameter(
    "repairs.reopen_days", _("完工後多少天內可以返修"), default=7, source="學校自定（R01：n 天內可返修）", status="P"
)
parameter(
    "repairs.reporter_days",
    _("掃碼報修人的姓名電話保存多少天（辦結後）"),
    default=30,
    source="個人信息保護法第 19 條：目的所需的最短時間；天數由學校定",
    status="M",
)


def settled_before(moment: datetime) -> Q:
    """Reports by scan whose order nobody need ask about any more: done, or taken back and opened, before ``moment``."""
    done = Q(order__state__in=("confirmed", "closed"), order__completed_at__lt=moment)
    return done | Q(order__state__in=("withdrawn", "void"), order__reported_at__lt=moment)


END_OF_DAY = time(23, 59, 59)


def respond_by(*, urgency: str, reported_at: datetime) -> datetime:
    """By when somebody must be on the spot."""
    name = "repairs.urgent_response_hours" if urgency == URGENT else "repairs.normal_response_hours"
    return _moment(reported_at) + timedelta(hours=value(name, on=clock.day_of(reported_at)))


def due_at(*, urgency: str, reported_at: datetime, levels: tuple[int, int] | None = None) -> datetime:
    """By when the job must be done: urgent so many hours after the report, others at the end of the n-th working day.

    ``levels`` (hours, working days) spares an importer the asking. A report without a time of day counts from the end
    of its day.
    """
    hours, workdays = levels or service_levels(reported_at)
    start = _moment(reported_at)
    if urgency == URGENT:
        return start + timedelta(hours=hours)
    day = start.date()
    while workdays > 0:
        day += timedelta(days=1)
        workdays -= is_workday(day)
    return clock.at(day, END_OF_DAY)


def service_levels(reported_at: datetime) -> tuple[int, int]:
    """Hours for an urgent job and working days for another one, as in force on the day of the report."""
    day = clock.day_of(reported_at)
    return value(URGENT_HOURS, on=day), value(NORMAL_WORKDAYS, on=day)


class ServiceLevels:
    """Service levels of any day from one reading, for an importer of ten years' reports."""

    def __init__(self) -> None:
        set_by_school = ParameterValue.objects.filter(name__in=(URGENT_HOURS, NORMAL_WORKDAYS)).order_by("-from_on")
        self._set = list(set_by_school.values_list("name", "from_on", "value"))

    def on(self, reported_at: datetime) -> tuple[int, int]:
        """What :func:`service_levels` gives."""
        day = clock.day_of(reported_at)
        return self._value(URGENT_HOURS, day), self._value(NORMAL_WORKDAYS, day)

    def _value(self, name: str, day: date) -> int:
        known = (value for one, from_on, value in self._set if one == name and from_on <= day)
        return int(next(known, PARAMETERS[name].default))


def is_late(*, completed_at: datetime, due: datetime) -> bool:
    """Whether a job was done after its time; a completion without a time of day is late from the day after on."""
    completed, due = clock.local(completed_at), clock.local(due)
    if completed.time() == time():
        return completed.date() > due.date()
    return completed > due


def _moment(reported_at: datetime) -> datetime:
    local = clock.local(reported_at)
    return clock.at(local.date(), END_OF_DAY) if local.time() == time() else local
