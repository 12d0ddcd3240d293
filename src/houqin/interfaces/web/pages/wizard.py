"""The first run in the browser: school, campuses, people, the first administrator.

A fresh installation shows nothing else. Whoever has the setup code that ``houqin serve`` prints may go through it; every
step is written into the book when it is done, so it can be left and taken up again. With the first login it is closed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.models import User
from django.db import connection
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from houqin.foundation.calendar.actions import install_duties
from houqin.foundation.journal.actions import Invalid
from houqin.foundation.journal.models import Place, PlaceKind
from houqin.foundation.journal.refused import Refused
from houqin.foundation.org.actions import add_campus, change_school
from houqin.foundation.org.forms import AddCampus, ChangeSchool
from houqin.foundation.org.founding import first_administrator, found_school
from houqin.foundation.org.models import Person, Role, School
from houqin.foundation.org.rules import administrator as is_administrator
from houqin.foundation.registers.register import REGISTERS
from houqin.interfaces.accounts import setup
from houqin.interfaces.accounts.actions import WEB, make_first_login
from houqin.interfaces.accounts.forms import MakeFirstLogin
from houqin.interfaces.accounts.locks import count_failure, is_locked, locked_out
from houqin.kit import clock

from ..access import EVERYONE, Request, page
from ..forms import drawn
from ..writing import in_the_books_language, spoken
from .imports import LARGEST, OFFERED, folder, keep, kept, run, understood

View = Callable[[Request], HttpResponse]
BOTH = ("GET", "HEAD", "POST")
# In the session of a browser that showed the code.
SHOWN = "setup"
# What the founder is called until the last step says who they are.
FOUNDER = "首次設定"
STEPS = (
    ("setup_school", gettext_lazy("學校")),
    ("setup_campuses", gettext_lazy("校區")),
    ("setup_people", gettext_lazy("教職工")),
    ("setup_administrator", gettext_lazy("管理員")),
)


@page(EVERYONE, methods=BOTH)
@never_cache
def door(request: Request) -> HttpResponse:
    """Ask for the setup code, as long as nobody can log in; wrong ones close the door like wrong passwords."""
    if not setup.is_open():
        return redirect("today")
    if request.session.get(SHOWN):
        return redirect(_reached())
    problem = ""
    if request.method == "POST":
        if is_locked(request, setup.LOCK):
            return locked_out(request)
        if setup.opens(request.POST.get("code", "")):
            request.session.cycle_key()
            request.session[SHOWN] = True
            return redirect(_reached())
        count_failure(request, setup.LOCK)
        problem = _("設定碼不對。它印在啟動 houqin serve 的那個視窗裏。")
    return render(request, "web/setup/door.html", {"problem": problem}, status=422 if problem else 200)


def _reached() -> str:
    """The step to go on with: what is there need not be asked again."""
    if not setup.is_founded():
        return "setup_school"
    if not _campuses():
        return "setup_campuses"
    return "setup_people" if not _people() else "setup_administrator"


def _campuses() -> list[Place]:
    return list(Place.objects.filter(kind=PlaceKind.CAMPUS).order_by("pk"))


def _people() -> int:
    """How many are on the list of people, without the founder."""
    return max(Person.objects.count() - 1, 0)


def step(needs: Callable[[], bool]) -> Callable[[View], Any]:
    """A step of the first run: only while it is open, with the code shown, and not before ``needs``."""

    def wrap(view: View) -> Any:
        @wraps(view)
        def checked(request: Request) -> HttpResponse:
            if not setup.is_open():
                return redirect("today")
            if not request.session.get(SHOWN):
                return redirect("setup")
            if not needs():
                return redirect(_reached())
            if setup.is_founded():
                request.person = first_administrator()
            return view(request)

        return page(EVERYONE, methods=BOTH)(never_cache(checked))

    return wrap


def _show(request: Request, template: str, *, status: int = 200, **facts: Any) -> HttpResponse:
    names = [name for name, _label in STEPS]
    here = request.resolver_match.url_name if request.resolver_match else ""
    at = names.index(here) if here in names else 0
    reached = names.index(_reached())
    steps = [
        {"name": name, "label": label, "is_here": name == here, "is_done": n < at, "can": n <= max(reached, at)}
        for n, (name, label) in enumerate(STEPS)
    ]
    # The pages around are for people with a login.
    request.person = None  # type: ignore[assignment]
    return render(request, f"web/setup/{template}.html", {"steps": steps, **facts}, status=status)


@step(lambda: True)
def school(request: Request) -> HttpResponse:
    """The school's name and the script of its papers; both can be put right until the end."""
    known = School.objects.first()
    given = {"name": known.name, "office": known.office, "script": known.script} if known else {"script": "traditional"}
    if request.method != "POST":
        return _show(request, "school", fields=drawn(ChangeSchool(initial=given)))
    form = ChangeSchool(request.POST)
    if not form.is_valid():
        return _show(request, "school", fields=drawn(form), status=422)
    asked = form.cleaned_data
    with in_the_books_language():
        if known is None:
            found_school(name=asked["name"], script=asked["script"], administrator=FOUNDER, username="")
            install_duties(first_administrator(), starts_on=clock.today())
        kept_now = School.objects.get()
        wanted = (asked["name"], asked["office"] or kept_now.office, asked["script"])
        if wanted != (kept_now.name, kept_now.office, kept_now.script):
            change_school.perform(first_administrator(), asked, via=WEB)
    return redirect("setup_campuses")


@step(setup.is_founded)
def campuses(request: Request) -> HttpResponse:
    """The campuses, one after the other; a school with one site has one."""
    form = AddCampus(actor=request.person)
    problem = ""
    if request.method == "POST":
        if "next" in request.POST:
            if _campuses():
                return redirect("setup_people")
            problem = _("至少要有一個校區。只有一處校舍的，寫「本部」就可以。")
        else:
            try:
                with in_the_books_language():
                    add_campus.perform(request.person, request.POST, via=WEB)
                return redirect("setup_campuses")
            except Invalid as invalid:
                form = invalid.form  # type: ignore[assignment]
            except Refused as refused:
                form = AddCampus(request.POST, actor=request.person)
                problem = spoken(refused)
    status = 422 if problem or form.is_bound else 200
    return _show(request, "campuses", campuses=_campuses(), fields=drawn(form), problem=problem, status=status)


@step(lambda: setup.is_founded() and bool(_campuses()))
def people(request: Request) -> HttpResponse:
    """The list of people from the school's own sheet: read, shown, written; or left for later."""
    register = REGISTERS["org.people"]
    facts: dict[str, Any] = {
        "known": _people(),
        "headings": [
            (column.label, "、".join(str(one) for one in column.headings)) for column in register.imported_columns()
        ],
    }
    if request.method != "POST":
        return _show(request, "people", **facts)
    if "next" in request.POST:
        return redirect("setup_administrator")
    adding = {option for option, _label in OFFERED.values()} & set(request.POST.getlist("add"))
    is_final = False
    if "confirm" in request.POST:
        try:
            path, name = kept(request)
        except Refused as refused:
            return _show(request, "people", problem=spoken(refused), status=422, **facts)
        is_final = "look" not in request.POST
    else:
        file = request.FILES.get("file")
        if file is None or (file.size or 0) > LARGEST:
            problem = _("先選一個檔案。") if file is None else _("檔案太大，最多 20 MB。")
            return _show(request, "people", problem=problem, status=422, **facts)
        path = folder() / keep(request, file)
        name = str(request.session["import"]["name"])
    report = run(request, register, path, name=name, adding=adding, dry_run=not is_final)
    if is_final and report.written:
        path.unlink(missing_ok=True)
        request.session.pop("import", None)
        added = sum(section.added for section in report.sections)
        messages.success(request, _("匯入好了：名單上新增 %(added)s 人。") % {"added": added})
        return redirect("setup_administrator")
    shown = understood(register, report, token=path.name, name=name, adding=adding)
    return _show(
        request,
        "people_report",
        status=422 if report.is_refused else 200,
        again=reverse("setup_people"),
        **facts,
        **shown,
    )


@step(lambda: setup.is_founded() and bool(_campuses()))
def administrator(request: Request) -> HttpResponse:
    """Who administers the house from now on, with a login; the last step."""
    suggested = list(
        Person.objects.filter(is_active=True, assignments__role__in=[Role.DIRECTOR, Role.CLERK]).distinct()[:8]
    )
    form: Any = MakeFirstLogin(initial={"username": "admin"}, actor=request.person)
    problem = ""
    if request.method == "POST":
        if request.POST.get("password") != request.POST.get("again"):
            form, problem = MakeFirstLogin(request.POST, actor=request.person), _("兩次寫的密碼不一樣。")
        else:
            try:
                make_first_login.perform(request.person, request.POST, via=WEB)
                return _finish(request)
            except Invalid as invalid:
                form = invalid.form
            except Refused as refused:
                form, problem = MakeFirstLogin(request.POST, actor=request.person), spoken(refused)
    return _show(
        request,
        "administrator",
        form=form,
        errors={name: [spoken(one) for one in said] for name, said in form.errors.items()} if form.is_bound else {},
        suggested=suggested,
        problem=problem,
        status=422 if form.is_bound else 200,
    )


def _finish(request: Request) -> HttpResponse:
    setup.close()
    request.session.flush()
    user = User.objects.get()
    answer: HttpResponse = perform_login(request, user, redirect_url=reverse("setup_done"))
    return answer


@page(is_administrator)
def done(request: Request) -> HttpResponseBase:
    """What to do next, after the first run."""
    return render(request, "web/setup/done.html", {"is_sqlite": connection.vendor == "sqlite", "known": _people()})
