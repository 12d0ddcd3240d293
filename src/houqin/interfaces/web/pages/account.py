"""The login and what belongs to it: log in, log out, password, language, light or dark, and the page 「我的」."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.utils import perform_login
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import LoginWebAuthnView
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.dingtalk.views import oauth2_callback as dingtalk
from allauth.socialaccount.providers.feishu.views import oauth2_callback as feishu
from allauth.socialaccount.providers.openid_connect.views import callback as openid_connect
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash, views
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.models import User
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from houqin.foundation.org.models import Person
from houqin.foundation.signing.models import Task
from houqin.interfaces.accounts import setup
from houqin.interfaces.accounts.actions import WEB, choose_password
from houqin.interfaces.accounts.forms import AskedPassword
from houqin.interfaces.accounts.locks import count_failure, is_locked, locked_out

from ..access import EVERYONE, SIGNED_IN, Request, page
from .security import leave_for, security_of, ways_in

YEAR = 365 * 24 * 3600
THEMES = ("light", "dark", "auto")
BOTH = ("GET", "HEAD", "POST")
# A code of an authenticator is good for its own half minute and one to either side.
CODE_SECONDS = 90


class _Login(views.LoginView):
    template_name = "web/login.html"
    authentication_form = AuthenticationForm
    redirect_authenticated_user = True

    def get_context_data(self, **facts: Any) -> dict[str, Any]:
        return super().get_context_data(ways=ways_in(self.request), **facts)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """The password is right; whether that is enough, and whether this login is open, is asked next."""
        return perform_login(self.request, form.get_user(), redirect_url=self.get_success_url())


_login = _Login.as_view()


@page(EVERYONE, methods=BOTH)
def login(request: Request) -> HttpResponseBase:
    """Log in. Where nobody can yet, lead to the first run."""
    if not request.user.is_authenticated and setup.is_open():
        return redirect("setup")
    return _login(request)


class _SecondStep(AuthenticateView):
    """After the password: a code or a passkey. Wrong codes close the door like wrong passwords."""

    template_name = "web/second_step.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return locked_out(request) if self._is_locked() else super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return locked_out(request) if self._is_locked() else super().post(request, *args, **kwargs)

    def _is_locked(self) -> bool:
        # Asked after allauth has found whose login waits here.
        return is_locked(self.request, self.stage.login.user.get_username())

    def get_context_data(self, **facts: Any) -> dict[str, Any]:
        shown: dict[str, Any] = super().get_context_data(**facts)
        user = self.stage.login.user
        return shown | {
            "has_passkey": Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).exists()
        }

    def form_valid(self, form: Any) -> HttpResponse:
        used = getattr(form, "authenticator", None)
        if used is not None and used.type == Authenticator.Type.TOTP:
            # Kept as used for as long as it would be taken, not for one period only.
            cache.set(used.wrap()._get_used_cache_key(form.cleaned_data["code"]), "y", CODE_SECONDS)
        return super().form_valid(form)


second_step = page(EVERYONE, methods=BOTH)(_SecondStep.as_view())


class _PasskeyLogin(LoginWebAuthnView):
    redirect_authenticated_user = True


passkey_login = page(EVERYONE, methods=BOTH)(never_cache(_PasskeyLogin.as_view()))


@page(EVERYONE, methods=("POST",))
def login_with(request: Request, way: str) -> HttpResponse:
    """Start a login at another house. The browser is sent there from a page: our policy lets no form lead elsewhere."""
    return leave_for(request, way, process=AuthProcess.LOGIN, then=back(request))


dingtalk_callback = page(EVERYONE)(dingtalk)
feishu_callback = page(EVERYONE)(feishu)
openid_connect_callback = page(EVERYONE)(openid_connect)


@page(EVERYONE)
def login_cancelled(request: Request) -> HttpResponse:
    messages.info(request, _("沒有登入：您在對方那裏取消了。"))
    return redirect("login")


class _FirstPassword(views.PasswordResetConfirmView):
    """A one-time link: choose the password of a login that has none."""

    form_class = AskedPassword  # type: ignore[assignment]  # ours writes nothing: the action does
    template_name = "web/choose_password.html"
    reset_url_token = "mine"  # noqa: S105

    @method_decorator(sensitive_post_parameters())
    @method_decorator(never_cache)
    def dispatch(self, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer = super().dispatch(*args, **kwargs)
        if not self.validlink and answer.status_code == 200:
            answer.status_code = 410
        return answer

    def get_user(self, uidb64: str) -> Any:
        """Only a login that may come in: open, and of somebody who is still at the school."""
        user = super().get_user(uidb64)
        if user is None or not user.is_active:
            return None
        return user if Person.objects.filter(user=user, is_active=True).exists() else None

    def form_valid(self, form: Any) -> HttpResponse:
        user = cast(User, self.user)
        person = Person.objects.get(user=user)
        choose_password.perform(person, {"password": form.cleaned_data["new_password1"]}, via=WEB)
        self.request.session.pop("_password_reset_token", None)
        messages.success(self.request, _("密碼設好了。現在用登入名「%(name)s」登入。") % {"name": user.get_username()})
        return redirect("login")

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


choose_first_password = page(EVERYONE, methods=BOTH)(_FirstPassword.as_view())


@page(SIGNED_IN, methods=("POST",))
def logout(request: Request) -> HttpResponse:
    return views.LogoutView.as_view()(request)


@page(SIGNED_IN, methods=BOTH)
def password(request: Request) -> HttpResponse:
    """Change one's own password; other devices are logged out. Guessing at the old one closes the door too."""
    user = cast(User, request.user)
    if request.method == "POST" and is_locked(request, user.get_username()):
        return locked_out(request)
    form = PasswordChangeForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        if request.person is None:
            form.save()
        else:
            choose_password.perform(request.person, {"password": form.cleaned_data["new_password1"]}, via=WEB)
        user.refresh_from_db()
        update_session_auth_hash(request, user)
        messages.success(request, _("密碼已經換好，其他裝置要用新密碼重新登入。"))
        return redirect("me")
    if "old_password" in form.errors:
        count_failure(request, user.get_username())
    return render(request, "web/password.html", {"form": form}, status=422 if form.is_bound else 200)


@page()
def me(request: Request) -> HttpResponse:
    """Who I am here: my data, my posts, my login and how it is kept, my switches."""
    held = [one for group in request.person.current_roles.values() for one in group]
    facts = {
        "assignments": held,
        "waiting": Task.objects.open().of(request.person).count(),
    }
    return render(request, "web/me.html", facts | security_of(request))


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
