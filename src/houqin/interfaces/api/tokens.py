"""What a token is: a secret shown once, a digest that is kept, and the scopes it opens.

A scope is ``domain:read`` or ``domain:write``, with ``*`` for every domain; write does not include read. A bare ``*`` is
``*:read`` and ``*:write``.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from hashlib import sha256

from django.utils.translation import gettext as _

PREFIX = "houqin_"
READ, WRITE = "read", "write"
_SCOPE = re.compile(r"(?:\*|[a-z][a-z_]{0,31}):(?:read|write)")
EVERYTHING = ("*:read", "*:write")


def new_secret() -> str:
    """A secret of 256 bits, recognisable as ours where somebody finds it lying about."""
    return PREFIX + secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    """What is kept of a secret. It has full entropy, so one round of SHA-256 is enough."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def parse_scopes(text: str) -> list[str]:
    """Scopes from what was typed, separated by commas or spaces, each once. ValueError says how they are written."""
    found: list[str] = []
    for word in re.split(r"[\s,，、]+", text.strip()):
        if not word:
            continue
        if word == "*":
            found += EVERYTHING
        elif _SCOPE.fullmatch(word):
            found.append(word)
        else:
            raise ValueError(
                _("看不懂範圍「%(scope)s」，請寫成 repairs:read、repairs:write、*:read 或 *。") % {"scope": word[:60]}
            )
    if not found:
        raise ValueError(_("範圍不能是空的，請寫成 repairs:read、repairs:write、*:read 或 *。"))
    return list(dict.fromkeys(found))


def opens(scopes: Iterable[str], domain: str, verb: str) -> bool:
    """Whether ``scopes`` open ``domain`` for ``verb`` (read or write)."""
    return bool({f"{domain}:{verb}", f"*:{verb}"} & set(scopes))
