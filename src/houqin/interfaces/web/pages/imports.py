"""Taking in a school's own sheets: first read and show what was understood, then write all of it or nothing.

The file lies in the installation's own folder between the two steps, under a name only this session knows.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import OperationalError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import can, denial
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.registers.importing import Report, Section, run_import
from houqin.foundation.registers.register import REGISTERS, Register
from houqin.kit import clock
from houqin.kit.text import clean_cell

from ..access import Request, page
from ..writing import in_the_books_language, spoken
from .registers import register_for

MOST_SHOWN = 100
LARGEST = 20 * 1024 * 1024
KEPT_SECONDS = 2 * 3600
# What can be added together with the rows that name it.
OFFERED = {
    "campus": ("campuses", gettext_lazy("校區")),
    "place": ("places", gettext_lazy("場所")),
    "person": ("people", gettext_lazy("人員")),
    "class": ("classes", gettext_lazy("班級")),
    "party": ("parties", gettext_lazy("往來單位")),
    "unit": ("units", gettext_lazy("部門")),
    # Not added but corrected, by the verb of the register.
    "correction": ("corrections", gettext_lazy("改：表上和賬本不同的，以這張表為準更正（原因記作更正表和檔名）")),
    # Not added but set aside, row by row, for somebody to decide.
    "doubtful": ("doubtful", gettext_lazy("有疑問的行（放到「匯入待決定的行」，其餘先收）")),
}


@page(methods=("GET", "HEAD", "POST"))
def upload(request: Request, name: str) -> HttpResponse:
    """Choose a file, see what was understood of it, confirm."""
    register = register_for(request.person, name)
    if register.importing is None or not can(request.person, register.importing.action):
        raise Denied(
            denial(register.importing.action, request.person) if register.importing else _("這本登記簿不收匯入。")
        )
    if request.method != "POST":
        return _first_page(request, register)
    if "confirm" in request.POST:
        return _confirm(request, register)
    file = request.FILES.get("file")
    if file is None:
        return _first_page(request, register, problem=_("先選一個檔案。"))
    if (file.size or 0) > LARGEST:
        return _first_page(request, register, problem=_("檔案太大，最多 20 MB。請按學期分開。"))
    token = keep(request, file)
    return _preview(request, register, token=token, name=_name(file), adding=set())


def _name(file: Any) -> str:
    return clean_cell(Path(str(file.name)).name)[-120:]


def folder() -> Path:
    folder = settings.HOME / "uploads"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def keep(request: Request, file: Any) -> str:
    """Keep the file for the second step; files of steps never taken go after two hours."""
    for old in folder().iterdir():
        if clock.now().timestamp() - old.stat().st_mtime > KEPT_SECONDS:
            old.unlink(missing_ok=True)
    if before := request.session.pop("import", None):
        (folder() / str(before["token"])).unlink(missing_ok=True)
    token = secrets.token_hex(16)
    path = folder() / token
    with _gone_after_an_error(path), path.open("wb") as target:
        path.chmod(0o600)
        for chunk in file.chunks():
            target.write(chunk)
    request.session["import"] = {"token": token, "name": _name(file)}
    return token


@contextmanager
def _gone_after_an_error(path: Path) -> Iterator[None]:
    """What ends in an error is not asked for again; only a busy book may be asked once more with the same file."""
    try:
        yield
    except OperationalError:
        raise
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def kept(request: Request) -> tuple[Path, str]:
    known = request.session.get("import") or {}
    path = folder() / str(known.get("token", ""))
    if not known or request.POST.get("confirm") != known["token"] or not path.is_file():
        raise Refused(_("上傳的檔案已經不在了（超過兩小時，或另外上傳過）。請重新選一次。"))
    return path, known["name"]


def run(request: Request, register: Register, path: Path, *, name: str, adding: set[str], dry_run: bool) -> Report:
    with _gone_after_an_error(path), path.open("rb") as file, in_the_books_language():
        return run_import(request.person, [(name, file)], register=register.name, dry_run=dry_run, add_missing=adding)


def _preview(request: Request, register: Register, *, token: str, name: str, adding: set[str]) -> HttpResponse:
    report = run(request, register, folder() / token, name=name, adding=adding, dry_run=True)
    return _report_page(request, register, report, token=token, name=name, adding=adding)


def _confirm(request: Request, register: Register) -> HttpResponse:
    path, name = kept(request)
    adding = {option for option, _label in OFFERED.values()} & set(request.POST.getlist("add"))
    if "look" in request.POST:
        return _preview(request, register, token=path.name, name=name, adding=adding)
    report = run(request, register, path, name=name, adding=adding, dry_run=False)
    if report.is_refused or not report.written:
        return _report_page(request, register, report, token=path.name, name=name, adding=adding)
    path.unlink(missing_ok=True)
    request.session.pop("import", None)
    added = sum(section.added for section in report.sections)
    unchanged = sum(section.unchanged for section in report.sections)
    messages.success(
        request,
        _("匯入好了：新增 %(added)s 行，原來就有的 %(unchanged)s 行不變。") % {"added": added, "unchanged": unchanged},
    )
    return HttpResponseRedirect(reverse("register", args=[register.name]))


def _first_page(request: Request, register: Register, *, problem: str = "") -> HttpResponse:
    headings = [
        {
            "column": column,
            "headings": "、".join(str(one) for one in (column.label, *column.headings)),
            "is_needed": column.name in (register.importing.needs if register.importing else ()),
        }
        for column in register.imported_columns()
    ]
    facts = {"register": register, "headings": headings, "problem": problem}
    return render(request, "web/import.html", facts, status=422 if problem else 200)


def _report_page(
    request: Request, register: Register, report: Report, *, token: str, name: str, adding: set[str]
) -> HttpResponse:
    if report.is_refused and not report.offers and not adding:
        # Nothing can be ticked to make it go: it must be mended and chosen again.
        (folder() / token).unlink(missing_ok=True)
    facts = understood(register, report, token=token, name=name, adding=adding)
    return render(request, "web/import_report.html", facts, status=422 if report.is_refused else 200)


def understood(register: Register, report: Report, *, token: str, name: str, adding: set[str]) -> dict[str, Any]:
    """What a page shows of a report: what was read, what is refused and why, what could be added with it."""
    return {
        "register": register,
        "name": name,
        "token": token,
        "sections": [_told(section) for section in report.sections],
        "offers": _offers(report, adding=adding),
        "is_refused": report.is_refused,
        "added": sum(section.added + section.changed for section in report.sections),
        "most": MOST_SHOWN,
    }


def _offers(report: Report, *, adding: set[str]) -> list[dict[str, Any]]:
    """What the rows name and the book does not know, by what it is; ``adding`` is ticked."""
    offers: dict[str, dict[str, Any]] = {}
    for offer in report.offers:
        option, label = OFFERED.get(str(offer["what"]), ("", ""))
        if option:
            one = offers.setdefault(
                option, {"option": option, "label": label, "names": [], "rows": 0, "on": option in adding}
            )
            one["names"].append(str(offer["name"]))
            one["rows"] += int(offer.get("rows", 0))
    for option, label in OFFERED.values():
        if option in adding and option not in offers:
            offers[option] = {"option": option, "label": label, "names": [], "rows": 0, "on": True}
    return list(offers.values())


def _told(section: Section) -> dict[str, Any]:
    known = REGISTERS.get(section.register)
    return {
        "section": section,
        "notes": [spoken(note) for note in section.notes],
        "title": known.title if known else "",
        "refused": [
            {**said, "reason": spoken(said["reason"])}
            for said in (refusal.as_json() for refusal in section.refused[:MOST_SHOWN])
        ],
        "refused_count": len(section.refused),
        "understood": _understood(section),
    }


def _understood(section: Section) -> list[tuple[str, str]]:
    """Heading in the file → column of the register, as far as the report tells."""
    told = section.understood.get("columns", section.understood)
    if not isinstance(told, dict):
        return []
    register = REGISTERS.get(section.register)
    labels = {column.name: str(column.label) for column in register.columns} if register else {}
    pairs = []
    for name, heading in told.items():
        if isinstance(heading, str | int):
            pairs.append((str(heading), labels.get(str(name), str(name))))
    return pairs
