"""What I was told, and where I want to be told it: the bell, the list, my addresses and wishes."""

from __future__ import annotations

from typing import Any

from django.conf import settings as installation
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from houqin.foundation.journal.actions import Invalid
from houqin.foundation.journal.refused import Refused
from houqin.foundation.notices import actions
from houqin.foundation.notices.models import Address, Kind, Notice, Robot, Wish, shown_target
from houqin.foundation.notices.occasions import OCCASIONS, WAYS
from houqin.foundation.notices.telling import mark_read, try_out
from houqin.foundation.org.models import Person
from houqin.foundation.org.parameters import value
from houqin.foundation.org.rules import administrator

from ..access import EVERYONE, Request, page
from ..writing import in_the_books_language, spoken

PER_PAGE = 50


def unread_count(person: Person) -> int:
    return Notice.objects.filter(person=person, read_at__isnull=True).count()


@page(EVERYONE)
def bell(request: Request) -> HttpResponse:
    """The bell alone, asked for again every minute.

    Nothing for whoever's login has ended: being sent to the login page would take away what they are typing.
    """
    if request.person is None:
        return HttpResponse(status=204)
    return render(request, "web/_bell.html", {"unread_count": unread_count(request.person)})


@page(methods=("GET", "HEAD", "POST"))
def notices(request: Request) -> HttpResponse:
    """My notices, latest first; a POST marks the chosen ones, or all, as read."""
    mine = Notice.objects.filter(person=request.person).order_by("-pk")
    if request.method == "POST":
        keys = [
            int(key) for key in request.POST.getlist("notice") if key.isascii() and key.isdecimal() and len(key) < 18
        ]
        count = mark_read(request.person, keys=keys or None)
        messages.success(request, ngettext("%(count)d 則看過了。", "%(count)d 則看過了。", count) % {"count": count})
        return redirect("notices")
    only_unread = request.GET.get("unread") == "1"
    shown = Paginator(mine.filter(read_at__isnull=True) if only_unread else mine, PER_PAGE)
    here = shown.get_page(request.GET.get("page"))
    rows = [{"notice": one, "occasion": OCCASIONS.get(one.occasion)} for one in here]
    return render(
        request,
        "web/notices.html",
        {"rows": rows, "here": here, "only_unread": only_unread, "unread": unread_count(request.person)},
    )


@page()
def opened(request: Request, key: int) -> HttpResponse:
    """Go where a notice leads; it is read then."""
    notice = get_object_or_404(Notice, pk=key, person=request.person)
    mark_read(request.person, keys=[notice.pk])
    if url_has_allowed_host_and_scheme(notice.link, None):
        return HttpResponseRedirect(notice.link)
    return redirect("notices")


@page(methods=("GET", "HEAD", "POST"))
def notice_settings(request: Request) -> HttpResponse:
    """When I am told what, and where."""
    typed: dict[str, Any] = {}
    wrong: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            with in_the_books_language():
                said = _change(request)
            messages.success(request, said)
            return redirect("notice_settings")
        except Invalid as refused:
            typed = request.POST.dict()
            wrong = {name: [spoken(one) for one in sentences] for name, sentences in refused.by_field().items()}
        except Refused as refused:
            messages.error(request, spoken(refused))
            return redirect("notice_settings")
    person = request.person
    wishes = dict(Wish.objects.filter(person=person).values_list("occasion", "way"))
    is_administrator = administrator(person)
    occasions = [one for one in OCCASIONS if one.name != "job.failed" or is_administrator]
    addresses = Address.objects.filter(person=person, is_active=True).order_by("pk")
    facts = {
        "occasions": [{"occasion": one, "way": wishes.get(one.name, one.way)} for one in occasions],
        "ways": WAYS,
        "addresses": [(one, shown_target(one)) for one in addresses],
        "robots": Robot.objects.filter(is_active=True).order_by("name") if is_administrator else [],
        "occasion_labels": {one.name: one.label for one in OCCASIONS},
        "is_administrator": is_administrator,
        "kinds": Kind.choices,
        "sends_mail": installation.MAIL_IS_SET,
        "quiet_from": value("notices.quiet_from"),
        "quiet_to": value("notices.quiet_to"),
        "digest_at": value("notices.digest_at"),
        "on_days_off": value("notices.on_days_off"),
        "typed": typed,
        "wrong": wrong,
    }
    return render(request, "web/notice_settings.html", facts, status=422 if wrong else 200)


def _change(request: Request) -> str:
    """Carry out what the pressed button says; gives the sentence that tells so."""
    person, asked = request.person, request.POST
    what = asked.get("do")
    if what == "ways":
        for one in OCCASIONS:
            way = asked.get(f"way.{one.name}", "")
            known = (
                Wish.objects.filter(person=person, occasion=one.name).values_list("way", flat=True).first() or one.way
            )
            if way and way != known:
                actions.choose_way.perform(person, {"occasion": one.name, "way": way}, via="web")
        return _("記住了。")
    if what == "add":
        actions.add_address.perform(person, asked.dict(), via="web")
        return _("加好了。按「試發」看收不收得到。")
    if what == "remove":
        actions.remove_address.perform(person, asked.dict(), via="web")
        return _("刪去了。")
    if what == "remove_robot":
        actions.remove_robot.perform(person, asked.dict(), via="web")
        return _("刪去了。")
    if what == "try":
        try_out(person, address=_key(asked.get("address")), robot=_key(asked.get("robot")))
        return _("馬上試發一則；收不到時請看「通知發送」或找管理員。")
    raise Refused(_("不知道要做什麼。請從頁面上的按鈕來。"))


def _key(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 18 else None
