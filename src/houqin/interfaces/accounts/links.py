"""One-time links by which somebody chooses their password.

The link is signed with the installation's key over the login's state: it is good for three days and dies with the first
password chosen, with the next reset and with the next login. Nothing of it is kept.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from houqin.kit import clock


def link_for(user: User) -> str:
    """The address, without host, at which this login's password can be chosen once."""
    return reverse(
        "choose_password", args=[urlsafe_base64_encode(force_bytes(user.pk)), default_token_generator.make_token(user)]
    )


def good_until() -> datetime:
    """Until when a link made now is good."""
    return clock.now() + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
