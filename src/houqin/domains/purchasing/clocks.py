"""The clocks of a tender (P04): every legal day with what it rests on, when it was kept, and what is still ahead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from houqin.foundation.org.parameters import PARAMETERS, value
from houqin.kit import clock

from . import rules
from .models import Complaint, Contract, Tender

KEPT, LATE, DUE, OPEN = "done", "late", "due", ""


@dataclass(frozen=True)
class Clock:
    """One day of a tender: ``limit`` the day it may happen at the earliest or latest, ``done`` when it did.

    ``state`` is "done", "late", "due" or "" (not yet running); ``told`` says so in words.
    """

    label: Any
    limit: date | None
    done: date | None
    source: str
    state: str
    told: str


def _source(name: str) -> str:
    return PARAMETERS[name].source


def _latest(label: Any, limit: date | None, done: date | None, *, today: date, parameter: str) -> Clock:
    """Something to be done by ``limit`` at the latest."""
    if limit is None:
        return Clock(label, None, done, _source(parameter), OPEN, "")
    if done is not None:
        late = (done - limit).days
        return Clock(
            label, limit, done, _source(parameter), LATE if late > 0 else KEPT,
            _("遲 %(days)s 天") % {"days": late} if late > 0 else _("按期"),
        )  # fmt: skip
    left = (limit - today).days
    if left < 0:
        return Clock(label, limit, None, _source(parameter), LATE, _("已逾期 %(days)s 天") % {"days": -left})
    return Clock(label, limit, None, _source(parameter), DUE, _("還有 %(days)s 天") % {"days": left})


def _earliest(label: Any, limit: date, done: date | None, *, parameter: str) -> Clock:
    """Something that may not be before ``limit``."""
    if done is None:
        return Clock(label, limit, None, _source(parameter), OPEN, "")
    is_kept = done >= limit
    return Clock(label, limit, done, _source(parameter), KEPT if is_kept else LATE, _("合規") if is_kept else _("不足"))


def clocks_of(tender: Tender, *, today: date | None = None) -> list[Clock]:
    """Every clock of a tender in the order they run; numbers are those in force on the day it was announced."""
    today = today or clock.today()
    on = tender.opened_on
    deadline = clock.day_of(tender.deadline_at)
    contract = Contract.objects.filter(tender=tender).order_by("pk").first()
    signed_on = contract.opened_on if contract else None
    is_over = tender.state == "failed" or (tender.state == "archived" and tender.awarded_on is None)
    found = [
        _earliest(
            _("招標文件發售至少"),
            tender.documents_from + timedelta(days=value("purchasing.document_days", on=on)),
            tender.documents_to,
            parameter="purchasing.document_days",
        ),
        _earliest(
            _("投標截止（發出文件起至少）"),
            tender.documents_from + timedelta(days=value("purchasing.bid_days", on=on)),
            deadline,
            parameter="purchasing.bid_days",
        ),
    ]
    if tender.clarified_on is not None:
        last = deadline - timedelta(days=value("purchasing.clarification_days", on=on))
        found.append(
            _latest(_("澄清修改"), last, tender.clarified_on, today=today, parameter="purchasing.clarification_days")
        )
    if is_over:
        return found
    report, notice = tender.reported_on, tender.notice_from
    if report is not None:
        last = report + timedelta(days=value("purchasing.notice_within_days", on=on))
        found.append(_latest(_("公示候選人"), last, notice, today=today, parameter="purchasing.notice_within_days"))
    if notice is not None and tender.notice_to is not None:
        found.append(
            _earliest(
                _("公示至少"),
                notice + timedelta(days=value("purchasing.notice_days", on=on)),
                tender.notice_to,
                parameter="purchasing.notice_days",
            )
        )
        last = rules.workdays_after(tender.notice_to, value("purchasing.award_workdays", on=on))
        found.append(_latest(_("定標"), last, tender.awarded_on, today=today, parameter="purchasing.award_workdays"))
    for one in Complaint.objects.filter(tender=tender).order_by("raised_on", "pk"):
        last = one.raised_on + timedelta(days=value("purchasing.objection_days", on=one.raised_on))
        found.append(_latest(_("答覆質疑"), last, one.answered_on, today=today, parameter="purchasing.objection_days"))
    if tender.awarded_on is not None:
        found.append(
            _latest(_("簽訂合同"), tender.contract_by, signed_on, today=today, parameter="purchasing.contract_days")
        )
        losing = tender.bids.filter(bond__gt=0).exclude(supplier=tender.winner)
        if losing.exists():
            last = rules.workdays_after(tender.awarded_on, value("purchasing.bond_return_workdays", on=on))
            returned = [one.bond_returned_on for one in losing]
            done = max(day for day in returned if day) if all(returned) else None
            found.append(
                _latest(_("退投標保證金"), last, done, today=today, parameter="purchasing.bond_return_workdays")
            )
    return found
