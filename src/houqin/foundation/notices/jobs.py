"""Reads the book for what there is to tell, sends what is due, looks every morning for what is late."""

from __future__ import annotations

from datetime import date, time, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.jobs.purging import purge
from houqin.foundation.jobs.schedule import daily, watch
from houqin.foundation.jobs.work import Hopeless, NotYet, job
from houqin.foundation.journal.anchors import drop_anchor
from houqin.foundation.org.models import School
from houqin.foundation.org.parameters import value
from houqin.kit import clock
from houqin.kit.text import to_simplified

from . import channels, listening
from .models import Address, Notice, Robot, Send, SendState
from .timing import allowed

# More than this in one message nobody reads; the rest stands in the page.
LINES = 30
CHANNELS_AT_ONCE = 50


@daily("notices.anchor", at=time(2, 0), label=gettext_lazy("賬頭留底"))
def anchor_the_book() -> str:
    """Keep the head of the book outside of it: in a file, and in the hands of the administrators."""
    anchor = drop_anchor("night")
    if anchor is None:
        return _("今天沒有新的登記。")
    told = listening.tell_anchor(anchor)
    return _("第 %(number)s 號，告知 %(count)s 人") % {"number": anchor.number, "count": told}


@watch("notices.book")
def look_at_the_book() -> None:
    """Ask for a reading where the book has gone on."""
    if listening.is_behind():
        # Named by where it begins, so that however many workers look, one reading is asked for.
        mark = listening.Bookmark.objects.get(name=listening.BOOK)
        read.later(key=f"{read.name}:{mark.number}")


@job("notices.read", label=gettext_lazy("看有什麼要通知"), kept=False)
def read() -> str:
    told = 0
    while listening.is_behind():
        told += listening.read_on()
    return _("新通知 %(count)s 則") % {"count": told}


@watch("notices.sends")
def look_for_sends() -> None:
    """Put everything due for one address into one message and ask for its sending."""
    now = clock.now()
    due = Send.objects.filter(state=SendState.WAITING, not_before__lte=now)
    for address, robot in due.values_list("address", "robot").distinct()[:CHANNELS_AT_ONCE]:
        batch = uuid4().hex
        with transaction.atomic():
            mine = due.filter(address=address) if address else due.filter(robot=robot)
            if mine.update(state=SendState.SENDING, batch=batch):
                send.later(batch=batch)


@job(listening.SENDING, label=gettext_lazy("發出通知"), kept=False)
def send(*, batch: str) -> str:
    """Send one message. Killed in between it is sent again when the job is taken up: twice at most, never not at all."""
    rows = list(Send.objects.filter(batch=batch).exclude(state__in=(SendState.SENT, SendState.DROPPED)).order_by("pk"))
    if not rows:
        return ""
    now = clock.now()
    if (until := allowed(now, urgent=any(one.is_urgent for one in rows))) > now:
        raise NotYet(until)
    first = rows[0]
    channel: Address | Robot | None = first.address or first.robot
    if channel is None or not channel.is_active:
        Send.objects.filter(pk__in=[one.pk for one in rows]).update(state=SendState.DROPPED)
        return _("地址已經不用了")
    # Read in the page meanwhile: no need to be told again.
    seen = set(
        Notice.objects.filter(pk__in=[one.notice_id for one in rows], read_at__isnull=False).values_list(
            "pk", flat=True
        )
    )
    unread = [one for one in rows if one.notice_id not in seen]
    Send.objects.filter(pk__in=[one.pk for one in rows if one.notice_id in seen]).update(state=SendState.DROPPED)
    if not unread:
        return _("都已經讀過")
    try:
        subject, lines = message(unread)
        channels.send(channel, subject=subject, lines=lines)
    except channels.Unsent as error:
        Send.objects.filter(pk__in=[one.pk for one in unread]).update(error=str(error)[:300])
        raise
    Send.objects.filter(pk__in=[one.pk for one in unread]).update(state=SendState.SENT, sent_at=clock.now(), error="")
    return _("%(count)s 則，%(channel)s") % {"count": len(unread), "channel": channel.get_kind_display()}


def message(rows: list[Send]) -> tuple[str, list[str]]:
    """The subject and lines of one message, in the school's script."""
    school = School.objects.first()
    if school is None:
        raise Hopeless(_("這個安裝還沒有學校。"))
    head = f"【{school.name}{school.office}】"
    subject = f"{head}{rows[0].text}" if len(rows) == 1 else head + _("有 %(count)s 件事") % {"count": len(rows)}
    lines = []
    for one in rows[:LINES]:
        link = settings.SITE_URL + one.link if settings.SITE_URL and one.link else ""
        lines += [f"· {one.text}"] if len(rows) > 1 else [] if not link else []
        lines += [link] if link else []
    if len(rows) == 1 and not lines:
        lines = [_("請登入後勤系統查看。")]
    if len(rows) > LINES:
        lines.append(_("另有 %(count)s 件，請登入查看。") % {"count": len(rows) - LINES})
    if school.writes_in() == "simplified":
        return to_simplified(subject), [to_simplified(line) for line in lines]
    return subject, lines


@daily("notices.late", at=time(6, 40), label=gettext_lazy("提醒逾期的事和今天的職責"))
def remind() -> str:
    today = clock.today()
    tasks, duties = listening.tell_late_tasks(today), listening.tell_duties(today)
    return _("逾期 %(tasks)s 則，職責 %(duties)s 則") % {"tasks": tasks, "duties": duties}


@purge("notices.old", label=gettext_lazy("舊通知"))
def old_notices(today: date) -> int:
    before = clock.at(today - timedelta(days=int(value("notices.days_kept"))), time())
    sends = Send.objects.filter(created_at__lt=before).delete()[0]
    return sends + Notice.objects.filter(created_at__lt=before).delete()[0]
