"""Who can log in: the administrator's page. A login is made, a password reset and a login closed here, each by its action."""

from __future__ import annotations

from typing import Any

import segno
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import Invalid
from houqin.foundation.journal.refused import Refused
from houqin.foundation.org.models import Person, Role
from houqin.foundation.org.parameters import value
from houqin.foundation.org.registers import GROUP
from houqin.foundation.org.rules import administrator
from houqin.foundation.registers.pages import page
from houqin.kit.text import fold

from ..web.writing import spoken
from . import actions
from .forms import WAYS
from .links import good_until, link_for

NAME = "org.logins"
PER_PAGE = 50
# What the page's buttons do, by the name of the button.
VERBS = {
    "make": (actions.make_login, gettext_lazy("登入開通了。")),
    "reset": (actions.reset_password, gettext_lazy("原來的密碼作廢了。")),
    "close": (actions.close_login, gettext_lazy("登入停用了，登入中的裝置也都出去了。")),
    "open": (actions.open_login, gettext_lazy("登入恢復了。")),
    "clear": (actions.clear_second_factor, gettext_lazy("第二步驗證清除了，下次登入只要密碼。")),
    "link": (actions.link_identity, gettext_lazy("連好了。")),
    "unlink": (actions.unlink_identity, gettext_lazy("連結解除了。")),
}
# After these the login has no password, and whoever it belongs to needs a link to choose one.
ASK_FOR_PASSWORD = ("make", "reset")


@page(
    NAME,
    title=gettext_lazy("登入帳號"),
    group=GROUP,
    icon="key",
    readers=administrator,
    methods=("GET", "HEAD", "POST"),
    about=gettext_lazy("誰能登入：開通、重設密碼、停用、第二步驗證、外部帳號。"),
)
def logins(request: Any, rest: str = "") -> HttpResponse:
    """The list of people with their logins; one person's login and what can be done with it."""
    key = rest.strip("/")
    if not key:
        return _list(request)
    person = Person.objects.select_related("user", "campus").filter(pk=int(key) if key.isdecimal() else 0).first()
    if person is None:
        raise Http404
    return _carry_out(request, person) if request.method == "POST" else _one(request, person)


def _list(request: HttpRequest) -> HttpResponse:
    asked, only = request.GET.get("q", "").strip(), request.GET.get("only", "")
    people = (
        Person.objects.select_related("user", "campus")
        .annotate(
            has_second_factor=Exists(
                Authenticator.objects.filter(user=OuterRef("user")).exclude(type=Authenticator.Type.RECOVERY_CODES)
            )
        )
        .order_by("name", "pk")
    )
    if asked:
        people = people.filter(Q(folded__contains=fold(asked)) | Q(user__username__icontains=asked))
    if only == "with":
        people = people.filter(user__isnull=False)
    elif only == "without":
        people = people.filter(user__isnull=True, is_active=True)
    elif only == "closed":
        people = people.filter(Q(user__is_active=False) | Q(user__isnull=False, is_active=False))
    demanded = [str(Role(one).label) for one in value("accounts.second_factor_roles") if one in Role.values]
    listed = Paginator(people, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/logins.html", {"q": asked, "only": only, "people": listed, "demanded": demanded})


def _one(request: HttpRequest, person: Person, *, status: int = 200, **facts: Any) -> HttpResponse:
    kept = list(Authenticator.objects.filter(user=person.user)) if person.user else []
    labels = {str(way): label for way, label in WAYS}
    shown = {
        "one": person,
        "code": any(one.type == Authenticator.Type.TOTP for one in kept),
        "passkeys": sum(one.type == Authenticator.Type.WEBAUTHN for one in kept),
        "links": [
            (link, labels.get(link.provider, link.provider))
            for link in SocialAccount.objects.filter(user=person.user)
            if person.user
        ],
        "ways": WAYS,
        "is_self": person == request.person,  # type: ignore[attr-defined]
        "suggestion": _suggestion(person) if person.user is None else "",
    }
    return render(request, "accounts/login.html", shown | facts, status=status)


def _carry_out(request: HttpRequest, person: Person) -> HttpResponse:
    what = request.POST.get("do", "")
    if what not in VERBS:
        raise Http404
    verb, said = VERBS[what]
    asked = {name: text for name, text in request.POST.items() if name in verb.form.base_fields}
    if "person" in verb.form.base_fields:
        asked["person"] = str(person.pk)
    try:
        verb.perform(request.person, asked, via=actions.WEB)  # type: ignore[attr-defined]
    except (Invalid, Refused) as refused:
        return _one(request, person, problem=spoken(refused), typed=asked, status=422)
    person.refresh_from_db()
    if what in ASK_FOR_PASSWORD and person.user is not None:
        # Shown in answer to this one request and kept nowhere.
        address = request.build_absolute_uri(link_for(person.user))
        answer = render(
            request,
            "accounts/login_link.html",
            {
                "one": person,
                "said": said,
                "address": address,
                "qr": segno.make(address, error="m").svg_data_uri(scale=4, border=3, light="#ffffff"),
                "until": good_until(),
            },
        )
        answer["Cache-Control"] = "no-store"
        return answer
    messages.success(request, str(said))
    return redirect(reverse("hand_page", args=[NAME, f"{person.pk}/"]))


def _suggestion(person: Person) -> str:
    """A login name that is free: the name's pinyin, the staff number where that is taken."""
    from pypinyin import lazy_pinyin

    spelled = "".join(one for one in "".join(lazy_pinyin(person.name)).lower() if one.isascii() and one.isalnum())
    for candidate in (spelled, f"{spelled}{person.staff_number}", f"{spelled}{person.pk}"):
        if candidate and not User.objects.filter(username__iexact=candidate).exists():
            return candidate[:40]
    return ""
