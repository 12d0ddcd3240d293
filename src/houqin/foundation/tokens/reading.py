"""Finding what a scanned or typed text means; wrong guesses are counted."""

from __future__ import annotations

from .limits import allowed, knock
from .models import Token, as_typed


def token_scanned(text: str, *, address: str) -> Token | None:
    """The token of that text, live or dead; None where there is none.

    Raises :class:`.limits.TooOften` where one address tries too many texts that are none.
    """
    found = Token.objects.filter(text=as_typed(text)).first() if len(text) <= 64 else None
    if found is None:
        knock("miss", address, most=allowed("tokens.misses_per_address"))
    return found
