"""The login and what belongs to it: log in, log out, password, language, light or dark."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash, views
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from houqin.foundation.org.models import School
from houqin.foundation.signing.models import Task

from ..access import EVERYONE, SIGNED_IN, Request, declare, page

YEAR = 365 * 24 * 3600
THEMES = ("light", "dark", "auto")


class _Login(views.LoginView):
    template_name = "web/login.html"
    authentication_form = AuthenticationForm
    redirect_authenticated_user = True

    def get_context_data(self, **facts: Any) -> dict[str, Any]:
        return super().get_context_data(school=School.objects.first(), **facts)


login = declare(_Login.as_view(), rule=EVERYONE)


def locked_out(request: HttpRequest, credentials: Any = None, *args: Any, **kwargs: Any) -> HttpResponse:
    """After too many wrong passwords: say how long to wait and whom to ask."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    return render(request, "web/locked_out.html", {"minutes": minutes}, status=429)


@page(SIGNED_IN, methods=("POST",))
def logout(request: Request) -> HttpResponse:
    return views.LogoutView.as_view()(request)


@page(SIGNED_IN, methods=("GET", "HEAD", "POST"))
def password(request: Request) -> HttpResponse:
    """Change one's own password; other devices are logged out."""
    form = PasswordChangeForm(cast(User, request.user), request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        update_session_auth_hash(request, form.user)
        messages.success(request, _("密碼已經換好，其他裝置要用新密碼重新登入。"))
        return redirect("me")
    return render(request, "web/password.html", {"form": form}, status=422 if form.is_bound else 200)


@page()
def me(request: Request) -> HttpResponse:
    """Who I am here: my posts, my switches, my password."""
    held = [one for group in request.person.current_roles.values() for one in group]
    return render(
        request, "web/me.html", {"assignments": held, "waiting": Task.objects.open().of(request.person).count()}
    )


@page(EVERYONE, methods=("POST",))
def language(request: Request) -> HttpResponse:
    return _remember(request, settings.LANGUAGE_COOKIE_NAME, request.POST.get("language", ""), dict(settings.LANGUAGES))


@page(EVERYONE, methods=("POST",))
def theme(request: Request) -> HttpResponse:
    return _remember(request, "theme", request.POST.get("theme", ""), THEMES)


def _remember(request: Request, cookie: str, value: str, known: Any) -> HttpResponse:
    response = HttpResponseRedirect(back(request))
    if value in known:
        response.set_cookie(cookie, value, max_age=YEAR, samesite="Lax", secure=request.is_secure())
    return response


def back(request: HttpRequest, *, otherwise: str = "/") -> str:
    """The page of ours that asked, from the field ``next``."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return otherwise
