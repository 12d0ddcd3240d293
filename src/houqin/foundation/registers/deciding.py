"""The page on which rows set aside by an import are decided one by one."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.refused import Refused
from houqin.foundation.org.rules import anyone

from . import actions
from .aside import asides_of, proposals
from .models import RowAside
from .pages import page
from .register import REGISTERS, Register

ADDRESS = "registers.doubts"
# Open rows listed at once.
MOST = 200


@page(
    ADDRESS,
    title=gettext_lazy("決定有疑問的行"),
    readers=anyone,
    group=gettext_lazy("資料匯入"),
    icon="list-check",
    about=gettext_lazy("匯入時對不上的行，一行一行地改正、併入或不收。"),
    methods=("GET", "HEAD", "POST"),
    in_menu=False,
)
def doubts(request: HttpRequest, rest: str = "") -> HttpResponse:
    """The list of open rows, and with a number the one row with its cells to put right."""
    person = request.person  # type: ignore[attr-defined]
    rows = asides_of(person)
    if not rest:
        waiting = rows.filter(state="open").order_by("register", "file", "sheet", "row")
        facts = {"rows": [(one, _title(one)) for one in waiting[:MOST]], "count": waiting.count(), "most": MOST}
        return render(request, "registers/doubts.html", facts)
    number = rest.strip("/")
    aside = rows.filter(pk=int(number)).first() if number.isdecimal() else None
    register = REGISTERS.get(aside.register) if aside else None
    if aside is None or register is None:
        raise Http404
    if request.method == "POST" and aside.state == "open":
        return _decide(request, person, aside, register)
    return _show(request, person, aside, register)


def _title(aside: RowAside) -> Any:
    register = REGISTERS.get(aside.register)
    return register.title if register else aside.register


def _show(
    request: HttpRequest, person: Any, aside: RowAside, register: Register, *, problem: str = "", reason: str = "",
    typed: dict[str, str] | None = None,
) -> HttpResponse:  # fmt: skip
    cells = {**aside.cells, **(typed or {})}
    objected = set(aside.columns.split(","))
    columns = register.imported_columns()
    shown = [one for one in columns if one.name in cells or one.name in objected or one.name in aside.cells]
    offers = proposals(aside, person) if aside.state == "open" else []
    facts = {
        "aside": aside,
        "title": register.title,
        "fields": [(one, cells.get(one.name, ""), one.name in objected) for one in shown],
        "offers": [(place, label) for place, (label, _cells) in enumerate(offers)],
        "may_merge": aside.state == "open" and register.importing is not None and register.importing.merges is not None,
        "reasons": aside.reasons.splitlines(),
        "reason": reason,
        "problem": problem,
        "left": asides_of(person).filter(state="open").count(),
    }
    return render(request, "registers/doubt.html", facts, status=422 if problem else 200)


def _decide(request: HttpRequest, person: Any, aside: RowAside, register: Register) -> HttpResponse:
    """Carry out the button pressed, and go on to the next open row."""
    names = [one.name for one in register.imported_columns()]
    typed = {name: request.POST[f"cell-{name}"] for name in names if f"cell-{name}" in request.POST}
    cells = {name: value for name, value in typed.items() if value != aside.cells.get(name, "")}
    reason, choice = request.POST.get("reason", ""), request.POST.get("decision", "")
    try:
        with translation.override(settings.LANGUAGE_CODE):
            facts: dict[str, Any] = {"document": aside.pk, "reason": reason}
            if choice == "left_out":
                actions.leave_row_out.perform(person, facts, via="web")
            elif choice == "merge":
                actions.merge_row.perform(person, facts | {"cells": cells}, via="web")
            else:
                if choice.startswith("offer-") and choice[6:].isdecimal():
                    offers = proposals(aside, person)
                    cells |= offers[int(choice[6:])][1] if int(choice[6:]) < len(offers) else {}
                actions.take_row.perform(person, facts | {"cells": cells}, via="web")
    except Refused as no:
        return _show(request, person, aside, register, problem=str(no), typed=typed, reason=reason)
    messages.success(request, _("「%(row)s」決定了。") % {"row": aside.said})
    following = asides_of(person).filter(state="open", register=aside.register).order_by("file", "sheet", "row").first()
    if following is not None:
        return redirect(f"{reverse('hand_page', args=[ADDRESS])}{following.pk}")
    return redirect(reverse("register", args=["registers.asides"]))
