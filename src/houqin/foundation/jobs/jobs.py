"""What the house does every night: look whether the book is sound, and forget what need not be kept."""

from __future__ import annotations

from datetime import date, time, timedelta

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.sessions.models import Session
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from houqin.foundation.journal.checks import CHECKS, look_at_everything
from houqin.foundation.org.parameters import parameter, value
from houqin.kit import clock

from .models import Job, State
from .purging import PURGES, purge
from .schedule import daily
from .work import Hopeless

parameter(
    "jobs.days_kept",
    gettext_lazy("做完的背景工作保留幾天"),
    default=30,
    source="實務：查得到上個月發過什麼",
    status="P",
)
parameter(
    "jobs.login_days_kept",
    gettext_lazy("登入紀錄（網址、登入名）保留幾天"),
    default=180,
    source="《網絡安全法》第二十一條：網絡日誌不少於六個月",
    status="V",
)
SHOWN_FINDINGS = 3


@daily("jobs.audit", at=time(2, 10), label=gettext_lazy("夜間查核"))
def audit() -> str:
    """Every check of ``houqin audit``. What must never be true and is makes the job fail, so that somebody looks."""
    found = look_at_everything()
    wrong = [(one, finding) for one, finding in found if not finding.notice]
    if wrong:
        told = "；".join(f"{one.label}：{finding.sentence}" for one, finding in wrong[:SHOWN_FINDINGS])
        raise Hopeless(_("查出 %(count)s 處不該有的：%(told)s") % {"count": len(wrong), "told": told})
    return _("查了 %(checks)s 項，提醒 %(notices)s 處。") % {"checks": len(CHECKS), "notices": len(found)}


@daily("jobs.purge", at=time(3, 20), label=gettext_lazy("清除過期的個人資料"))
def purge_what_is_past() -> str:
    """Remove everything that is past its rule, one kind after another."""
    today = clock.today()
    removed = [(one, one.remove(today)) for one in PURGES]
    return "；".join(f"{one.label} {count}" for one, count in removed if count) or _("沒有過期的。")


@purge("jobs.done", label=gettext_lazy("做完的背景工作"))
def done_jobs(today: date) -> int:
    before = clock.at(today - timedelta(days=int(value("jobs.days_kept"))), time())
    done = (TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED)
    DBTaskResult.objects.filter(status__in=done, finished_at__lt=clock.now() - timedelta(days=1)).delete()
    DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING, started_at__lt=before).delete()
    return Job.objects.filter(state=State.DONE, finished_at__lt=before).delete()[0]


@purge("jobs.logins", label=gettext_lazy("登入紀錄"))
def old_logins(today: date) -> int:
    before = clock.at(today - timedelta(days=int(value("jobs.login_days_kept"))), time())
    rows = (AccessAttempt.objects, AccessFailureLog.objects, AccessLog.objects)
    count = sum(one.filter(attempt_time__lt=before).delete()[0] for one in rows)
    return count + Session.objects.filter(expire_date__lt=clock.now()).delete()[0]
