"""What a password must be beyond Django's own rules."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LEAST_LEFT = 6


class MoreThanTheName:
    """Refuses the login's own name twice over: at least six characters must remain when every repetition of it is gone."""

    def validate(self, password: str, user: Any = None) -> None:
        name = str(getattr(user, "username", "") or "").casefold()
        if len(name) >= 3 and len(password.casefold().replace(name, "")) < LEAST_LEFT <= len(password):
            raise ValidationError(_("密碼不能只是登入名的重複。請換一個。"), code="password_is_the_name")

    def get_help_text(self) -> str:
        return _("密碼不能只是登入名的重複。")
