"""What is written into the book is written in its own language, whatever language the page is read in.

A task's title, a frozen summary, a recognised heading must not depend on who happened to press the button.
"""

from __future__ import annotations

from contextlib import AbstractContextManager

from django.conf import settings
from django.utils import translation

from houqin.kit.text import to_simplified


def in_the_books_language() -> AbstractContextManager[None]:
    """Carry out an action or compose a text within this."""
    return translation.override(settings.LANGUAGE_CODE)


def spoken(sentence: object) -> str:
    """A sentence that was said in the book's language, for whoever reads the page now."""
    return to_simplified(str(sentence)) if translation.get_language() == "zh-hans" else str(sentence)
