"""The pages domains write by hand, behind the same door as every other."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponseBase

from houqin.foundation.registers.pages import PAGES

from ..access import EVERYONE, Request, page


@page(EVERYONE, methods=("GET", "HEAD", "POST"))
def hand_page(request: Request, name: str, rest: str = "") -> HttpResponseBase:
    """Find the page and open it by its own rule and methods."""
    found = PAGES.get(name)
    if found is None:
        raise Http404
    keywords: dict[str, Any] = {"rest": rest} if rest else {}
    return page(found.readers, methods=found.methods)(found.view)(request, **keywords)
