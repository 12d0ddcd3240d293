"""Whether the house stands: for whoever watches the server."""

from __future__ import annotations

from django.db import Error
from django.http import HttpRequest, JsonResponse

from houqin.foundation.journal.models import Book

from ..access import EVERYONE, page


@page(EVERYONE)
def healthz(request: HttpRequest) -> JsonResponse:
    """200 and how far the book is written; 503 where the database does not answer."""
    try:
        book = Book.objects.first()
    except Error as error:
        return JsonResponse({"status": "unavailable", "database": type(error).__name__}, status=503)
    return JsonResponse({"status": "ok", "entries": book.head if book else 0})
