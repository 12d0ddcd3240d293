"""The first run: whether the installation still waits for its school, and the code that lets one in to found it.

The code lies in ``HOUQIN_HOME/setup.code``, readable by its owner only, and is printed by ``houqin serve``: whoever sees
the server's terminal may found the school, a stranger on the network may not. It goes when the first login is made.
"""

from __future__ import annotations

import hmac
import os
import secrets
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model

from houqin.foundation.org.models import School

# Without 0, 1, I, L, O: it is read off a terminal.
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
# The name under which wrong codes are counted; no login can be called so, for it has a blank.
LOCK = "setup code"


def is_open() -> bool:
    """Whether nobody can log in yet, so that the school is founded or still being set up."""
    return not get_user_model().objects.exists()


def is_founded() -> bool:
    return School.objects.exists()


def code() -> str:
    """The setup code of this installation, made when first asked for."""
    path = _path()
    if not path.exists():
        text = "-".join("".join(secrets.choice(LETTERS) for _one in range(4)) for _part in range(3))
        try:
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            return path.read_text().strip()
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
    return path.read_text().strip()


def opens(typed: str) -> bool:
    """Whether ``typed`` is the code; blanks, hyphens and small letters do not matter."""
    return hmac.compare_digest(_plain(typed).encode(), _plain(code()).encode())


def close() -> None:
    """Forget the code: the school has its first login."""
    _path().unlink(missing_ok=True)


def _path() -> Path:
    return Path(settings.HOME) / "setup.code"


def _plain(text: str) -> str:
    return "".join(one for one in text.upper() if one.isalnum())
