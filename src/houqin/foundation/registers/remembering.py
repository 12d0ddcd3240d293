"""What the page of a large register asks of every row (how many, the sums, a filter's words), kept until the book goes on.

Whatever a register shows is changed by actions, and every action writes an entry: while the book ends with the same
digest, the same question has the same answer. So an answer is kept under that digest, and a write anywhere drops it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from houqin.foundation.journal.models import Book

Answer = TypeVar("Answer")
# Below this many rows asking again costs less than a page's heading.
LARGE = 5_000
MOST_ANSWERS = 256

_answers: OrderedDict[tuple[Any, ...], Any] = OrderedDict()
_lock = Lock()


def end_of_book() -> str:
    """The digest the book ends with now; empty where nothing may be kept: within a transaction it may yet be undone."""
    if connection.in_atomic_block:
        return ""
    return Book.objects.values_list("digest", flat=True).first() or ""


def until_the_book_goes_on(
    query: QuerySet[Any], what: str, ask: Callable[[], Answer], *, book: str, keep: Callable[[Answer], bool]
) -> Answer:
    """``ask()``, or what it answered before about the same ``query`` while the book ended with ``book``.

    ``what`` names the question; ``keep`` says of an answer whether it is worth keeping.
    """
    if not book:
        return ask()
    try:
        sql, params = query.query.sql_with_params()
    except EmptyResultSet:
        return ask()
    key = (connection.settings_dict["NAME"], book, what, sql, repr(params))
    with _lock:
        if key in _answers:
            _answers.move_to_end(key)
            return _answers[key]
    answer = ask()
    if keep(answer):
        with _lock:
            _answers[key] = answer
            while len(_answers) > MOST_ANSWERS:
                _answers.popitem(last=False)
    return answer
