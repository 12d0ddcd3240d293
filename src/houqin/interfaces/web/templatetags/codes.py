"""Where labels with codes can be printed for a register."""

from __future__ import annotations

from django import template
from django.urls import reverse
from django.utils.http import urlencode

from houqin.foundation.org.models import Person
from houqin.foundation.registers.register import Register
from houqin.foundation.tokens import rules

from ..pages.scan import bears_tokens

register = template.Library()


@register.simple_tag
def labels_address(shown: Register, *, person: Person, query: str = "") -> str:
    """The address that prints labels for what the register shows now; "" where there are none to print."""
    if person is None or not rules.issues(person) or not bears_tokens(shown, person):
        return ""
    return f"{reverse('labels')}?{urlencode({'register': shown.name, 'query': query.lstrip('?')})}"
