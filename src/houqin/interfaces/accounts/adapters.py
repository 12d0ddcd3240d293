"""What django-allauth asks of the house: who is let in, what is said, and that nobody signs up."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.refused import Refused
from houqin.foundation.org.models import Person, School

from ..web.writing import spoken
from .actions import WEB, link_identity
from .locks import is_locked, locked_out
from .middleware import DUE
from .rules import demands_second_factor

# What allauth would say by a template; everything else it says is left unsaid.
SAID = {
    "mfa/messages/totp_activated.txt": gettext_lazy("驗證器啟用了，下次登入要打它的六位數字。"),
    "mfa/messages/totp_deactivated.txt": gettext_lazy("驗證器停用了。"),
    "mfa/messages/webauthn_added.txt": gettext_lazy("通行密鑰加好了。"),
    "mfa/messages/webauthn_removed.txt": gettext_lazy("通行密鑰刪去了。"),
    "mfa/messages/recovery_codes_generated.txt": gettext_lazy("備用碼做好了。請抄下或列印，收在別處。"),
}
WRONG_CODE = gettext_lazy("驗證碼不對或者已經用過。請等下一個再打；手機的時間要準。")


class Doorkeeper(DefaultAccountAdapter):
    """Every way in passes ``pre_login``, whatever proved who it is."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "incorrect_code": WRONG_CODE,
        "incorrect_password": gettext_lazy("密碼不對。"),
        "too_many_login_attempts": gettext_lazy("試了太多次。請等一會兒。"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_login(self, request: HttpRequest, user: Any, **facts: Any) -> HttpResponse | None:
        """Refuse a closed login, whoever left the school, and a name that is locked after too many failures."""
        if refusal := super().pre_login(request, user, **facts):
            return refusal
        if is_locked(request, user.get_username()):
            return locked_out(request)
        person = Person.objects.filter(user=user).first()
        if person is not None and not person.is_active:
            return self.respond_user_inactive(request, user)
        return None

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        return render(request, "web/login_closed.html", status=403)

    def login(self, request: HttpRequest, user: Any) -> None:
        # The backend that reads the user of a session; the first in the list only counts failures.
        user.backend = settings.AUTHENTICATION_BACKENDS[-1]
        super().login(request, user)

    def post_login(self, request: HttpRequest, user: Any, **facts: Any) -> HttpResponse:
        """Lead to where the second factor is set up, if one is demanded and there is none."""
        response: HttpResponse = super().post_login(request, user, **facts)
        person = Person.objects.filter(user=user).first()
        if person is not None and demands_second_factor(person) and not has_second_factor(user):
            request.session[DUE] = True
            return redirect("security")
        return response

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        said = message or SAID.get(message_template or "")
        if said:
            messages.add_message(request, level, str(said), extra_tags=extra_tags)


def has_second_factor(user: Any) -> bool:
    """An authenticator app or a passkey; recovery codes alone are none."""
    return bool(is_mfa_enabled(user, [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]))


class SecondFactor(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {"incorrect_code": WRONG_CODE}

    def get_totp_issuer(self) -> str:
        school = School.objects.first()
        return f"{school.name if school else ''}後勤"

    def build_totp_svg(self, url: str) -> str:
        """The QR code, drawn here: the secret goes to no other house."""
        drawn = BytesIO()
        segno.make(url, error="m").save(drawn, kind="svg", scale=5, border=3, light="#ffffff", xmldecl=False)
        return drawn.getvalue().decode()

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:
        known = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("通行密鑰 %(number)s") % {"number": known + 1}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return super().get_public_key_credential_rp_entity() | {"name": self.get_totp_issuer()}


class Vouchers(DefaultSocialAccountAdapter):
    """Logins another house vouches for. They never make a login; they only open one that is linked already."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Link it where a person asked for that, let a known one pass, and tell anybody else whom to ask."""
        account = sociallogin.account
        # The other house tells more than is needed here: portraits, phones, departments.
        if account.pk and account.extra_data:
            account.extra_data = {}
            account.save(update_fields=["extra_data"])
        if sociallogin.state.get("process") == "connect":
            raise ImmediateHttpResponse(self._link(request, sociallogin))
        if sociallogin.is_existing:
            return
        facts = {"way": spoken(sociallogin.provider.app.name), "uid": account.uid}
        raise ImmediateHttpResponse(render(request, "web/not_linked.html", facts, status=403))

    def _link(self, request: HttpRequest, sociallogin: SocialLogin) -> HttpResponse:
        user = request.user
        person = Person.objects.filter(user=user, is_active=True).first() if isinstance(user, User) else None
        if person is None:
            return redirect("login")
        account = sociallogin.account
        try:
            link_identity.perform(person, {"person": person, "way": account.provider, "uid": account.uid}, via=WEB)
        except Refused as refused:
            messages.error(request, spoken(refused))
        else:
            messages.success(
                request, _("連好了，下次可以用%(way)s登入。") % {"way": spoken(sociallogin.provider.app.name)}
            )
        return redirect("security")
