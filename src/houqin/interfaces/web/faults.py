"""Defects of ours: each has a number that stands on the page and beside the traceback in the server's log."""

from __future__ import annotations

import logging
import secrets

from django.http import HttpRequest


def number_of(request: HttpRequest) -> str:
    """The number of what went wrong with this request; the same each time it is asked."""
    if not hasattr(request, "fault_number"):
        request.fault_number = secrets.token_hex(4)  # type: ignore[attr-defined]
    return str(request.fault_number)  # type: ignore[attr-defined]


class Numbered(logging.Filter):
    """Gives a record of a failed request the number that its page shows."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        record.number = number_of(request) if isinstance(request, HttpRequest) else "-"
        return True
