"""Whether the house stands: for whoever watches the server."""

from __future__ import annotations

import shutil

from django.conf import settings
from django.db import Error
from django.http import HttpRequest, JsonResponse

from houqin.foundation.journal.models import Book

from ..access import EVERYONE, page

# Below this the next photo, or the next entry, may find no room.
LEAST_FREE_BYTES = 64 * 1024 * 1024


@page(EVERYONE)
def healthz(request: HttpRequest) -> JsonResponse:
    """200 where the book answers and there is room to write; else 503 with what is wrong. Says nothing about the school."""
    try:
        Book.objects.exists()
        free = shutil.disk_usage(settings.HOME).free
    except (Error, OSError) as error:
        return JsonResponse({"status": "unavailable", "what": type(error).__name__}, status=503)
    if free < LEAST_FREE_BYTES:
        return JsonResponse({"status": "disk full", "free_bytes": free}, status=503)
    return JsonResponse({"status": "ok"})
