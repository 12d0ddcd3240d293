"""September on one page: what becomes of every class, looked at before it is done."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import Invalid
from houqin.foundation.journal.refused import Refused
from houqin.foundation.registers.pages import page
from houqin.kit import clock

from . import forms, promotion, rules
from .classes import standing_promotion
from .promoting import Fate, school_year_of
from .registers import GROUP

FIELDS = ("grades", "teachers", "rooms", "told", "new_classes")


@page(
    "org.promotion",
    title=gettext_lazy("全校升級"),
    readers=rules.roles("director"),
    group=GROUP,
    icon="stairs-up",
    about=gettext_lazy("九月：每個班升一級，畢業班離校，新生班進來。先看每個班的去向，再升。"),
    methods=("GET", "HEAD", "POST"),
)
def promote(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Every class old → new; "look" reads the form again, "do" lets the school go up, "undo" takes it back."""
    person = request.person  # type: ignore[attr-defined]
    told = {name: request.POST.get(name, "") for name in FIELDS}
    problem = ""
    wrong: dict[str, list[str]] = {}
    once = f"web:{person.pk}:{request.POST.get('once', '') or uuid4().hex}"[:128]
    if request.method == "POST" and "look" not in request.POST:
        verb, data = (
            (promotion.undo_promotion, {"reason": request.POST.get("reason", "")})
            if "undo" in request.POST
            else (promotion.promote_school, told)
        )
        try:
            entry = verb.perform(person, data, once=once, via="web")
        except Invalid as invalid:
            wrong = invalid.by_field()
        except Refused as refused:
            problem = str(refused)
        else:
            messages.success(request, f"{verb.label}：{entry.reason}")
            return redirect("register", "org.classes")
    form = forms.PromoteSchool(told, actor=person)
    if not form.is_valid() and not wrong:
        wrong = {name: [str(one) for one in errors] for name, errors in form.errors.items()}
    ways = form.cleaned_data.get("ways", [])
    facts = {
        "fields": [(name, form.fields[name], told[name], wrong.get(name, [])) for name in FIELDS],
        "ways": ways,
        "unread": sum(way.fate == Fate.UNREAD for way in ways),
        "new": form.cleaned_data.get("new_classes") or [],
        "year": school_year_of(clock.today()),
        "already": promotion.why_not_promoted(clock.today()),
        "standing": standing_promotion(),
        "problem": problem,
        "wrong_reason": wrong.get("reason", []),
        "once": uuid4().hex,
    }
    return render(request, "org/promotion.html", facts, status=422 if problem or wrong else 200)
