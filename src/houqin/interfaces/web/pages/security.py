"""How a login is kept: second factor, passkeys, recovery codes, devices logged in, accounts of other houses.

The forms and flows are django-allauth's, the pages ours. What changes how somebody comes in asks for the password (or a
code) once more and is said in the journal.
"""

from __future__ import annotations

from typing import Any, cast

from allauth.account.decorators import reauthentication_required
from allauth.account.views import ReauthenticateView
from allauth.mfa.base.views import ReauthenticateView as ReauthenticateByCode
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, ReauthenticateWebAuthnView, RemoveWebAuthnView
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from requests import RequestException

from houqin.foundation.org.models import Person
from houqin.interfaces.accounts.actions import WEB, note_second_factor, unlink_identity
from houqin.interfaces.accounts.adapters import has_second_factor
from houqin.interfaces.accounts.forms import WAYS
from houqin.interfaces.accounts.middleware import DUE
from houqin.interfaces.accounts.rules import demands_second_factor, recommends_second_factor

from ..access import SIGNED_IN, Request, page
from ..writing import spoken

BOTH = ("GET", "HEAD", "POST")
# What a browser says of itself, in the order to look for it: Edge and Chrome both say Chrome, every one says Mozilla.
BROWSERS = (
    ("MicroMessenger", "微信"), ("DingTalk", "釘釘"), ("Lark", "飛書"), ("Edg", "Edge"), ("Firefox", "Firefox"),
    ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("HarmonyOS", "HarmonyOS"), ("Windows", "Windows"),
    ("Mac OS", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


def security_of(request: Request) -> dict[str, Any]:
    """What the sections about one's own login show."""
    user = cast(User, request.user)
    kept = list(Authenticator.objects.filter(user=user).order_by("pk"))
    links = {one.provider: one for one in SocialAccount.objects.filter(user=user)}
    labels = {str(way): label for way, label in WAYS}
    offered = {one["way"]: one["name"] for one in ways_in(request)}
    person = request.person
    return {
        "is_demanded": person is not None and demands_second_factor(person),
        "is_recommended": person is not None and recommends_second_factor(person),
        "code": next((one for one in kept if one.type == Authenticator.Type.TOTP), None),
        "passkeys": [one for one in kept if one.type == Authenticator.Type.WEBAUTHN],
        "recovery": next(
            (len(one.wrap().get_unused_codes()) for one in kept if one.type == Authenticator.Type.RECOVERY_CODES), None
        ),
        "sessions": [_told(one) for one in UserSession.objects.purge_and_list(user)],
        "links": [
            {
                "way": way,
                "label": offered.get(way) or labels.get(way, way),
                "link": links.get(way),
                "can": way in offered,
            }
            for way in sorted({*links, *offered})
        ],
    }


def _told(session: UserSession) -> dict[str, Any]:
    said = session.user_agent
    return {
        "session": session,
        "browser": next((name for word, name in BROWSERS if word in said), _("瀏覽器")),
        "system": next((name for word, name in SYSTEMS if word in said), ""),
        "is_current": session.is_current(),
    }


@page(SIGNED_IN)
def security(request: Request) -> HttpResponse:
    """The second factor and what else keeps a login; where one is demanded, the way there from the login."""
    facts = security_of(request) | {"is_due": bool(request.session.get(DUE))}
    return render(request, "web/security.html", facts)


def ways_in(request: HttpRequest) -> list[dict[str, Any]]:
    """The other houses that vouch for logins here; none unless the environment names one."""
    return [
        {"way": app.provider_id or app.provider, "name": spoken(app.name), "provider": app.get_provider(request)}
        for app in get_adapter().list_apps(request)
    ]


def leave_for(request: Request, way: str, *, process: str, then: str) -> HttpResponse:
    """Send the browser to another house, to log in there or to link the account there to one's own login.

    From a page of its own, because our policy lets no form lead elsewhere.
    """
    found = next((one for one in ways_in(request) if one["way"] == way), None)
    if found is None:
        raise Http404
    try:
        answer = found["provider"].redirect(request, process=process, next_url=then)
    except (OAuth2Error, RequestException):
        answer = None
    if answer is None or "Location" not in answer:
        messages.error(request, _("%(way)s現在連不上。請用登入名和密碼，或過一會兒再試。") % {"way": found["name"]})
        return redirect("login" if process == AuthProcess.LOGIN else "security")
    return render(request, "web/leaving.html", {"way": found["name"], "address": answer["Location"]})


def _changed(request: HttpRequest, change: str) -> None:
    """Say it in the journal; the way into the house is free once there is a second factor."""
    if change.endswith("_on"):
        request.session.pop(DUE, None)
    person = Person.objects.filter(user=cast(User, request.user), is_active=True).first()
    if person is None:
        return
    note_second_factor.perform(person, {"change": change}, via=WEB)
    if change.endswith("_off") and demands_second_factor(person) and not has_second_factor(request.user):
        request.session[DUE] = True


class _CodeOn(ActivateTOTPView):
    template_name = "web/code_on.html"

    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        _changed(self.request, "code_on")
        return answer


class _CodeOff(DeactivateTOTPView):
    template_name = "web/code_off.html"

    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        _changed(self.request, "code_off")
        return answer


class _RecoveryCodes(ViewRecoveryCodesView):
    template_name = "web/recovery_codes.html"


class _NewRecoveryCodes(GenerateRecoveryCodesView):
    template_name = "web/recovery_codes_new.html"

    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        _changed(self.request, "recovery_new")
        return answer


class _PasskeyOn(AddWebAuthnView):
    template_name = "web/passkey_on.html"

    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        _changed(self.request, "passkey_on")
        return answer

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **facts: Any) -> dict[str, Any]:
        # allauth's leaves out the bound form, and with it the name that was typed.
        return super().get_context_data(**facts) | ({"form": facts["form"]} if "form" in facts else {})


class _PasskeyOff(RemoveWebAuthnView):
    template_name = "web/passkey_off.html"
    success_url = reverse_lazy("security")

    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        _changed(self.request, "passkey_off")
        return answer


class _Confirm(ReauthenticateView):
    template_name = "web/confirm.html"


class _ConfirmByCode(ReauthenticateByCode):
    template_name = "web/confirm.html"


class _ConfirmByPasskey(ReauthenticateWebAuthnView):
    template_name = "web/confirm.html"


def _ours(view: type[Any], *, methods: tuple[str, ...] = BOTH) -> Any:
    """A view of allauth's for whoever is logged in; nothing of it is kept by the browser."""
    return page(SIGNED_IN, methods=methods)(never_cache(view.as_view()))


code_on = _ours(_CodeOn)
code_off = _ours(_CodeOff)
recovery_codes = _ours(_RecoveryCodes, methods=("GET", "HEAD"))
new_recovery_codes = _ours(_NewRecoveryCodes)
passkey_on = _ours(_PasskeyOn)
passkey_off = _ours(_PasskeyOff)
confirm = _ours(_Confirm)
confirm_by_code = _ours(_ConfirmByCode)
confirm_by_passkey = _ours(_ConfirmByPasskey)


@page(SIGNED_IN, methods=("POST",))
def end_sessions(request: Request) -> HttpResponse:
    """Log out one other device (``session``), or all others."""
    mine = [one for one in UserSession.objects.filter(user=cast(User, request.user)) if not one.is_current()]
    wanted = request.POST.get("session", "")
    ended = [one for one in mine if not wanted or str(one.pk) == wanted]
    if wanted and not ended:
        raise Http404
    for one in ended:
        one.end()
    messages.success(request, _("%(count)s 個裝置登出了。") % {"count": len(ended)})
    return redirect("security")


@page(SIGNED_IN, methods=BOTH)
@reauthentication_required(app="allauth.socialaccount")
def link(request: Request, way: str) -> HttpResponse:
    """Link one's account at another house: prove it there, come back, done."""
    if request.method != "POST":
        # Come here from the confirmation of the password.
        return redirect("security")
    return leave_for(request, way, process=AuthProcess.CONNECT, then=reverse("security"))


@page(methods=("POST",))
@reauthentication_required(app="allauth.socialaccount")
def unlink(request: Request, key: int) -> HttpResponse:
    """Undo the link to one's account at another house."""
    unlink_identity.perform(request.person, {"link": key}, via=WEB)
    messages.success(request, _("連結解除了。"))
    return redirect("security")
