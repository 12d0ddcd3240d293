"""What templates say that Django's own tags do not."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import template
from django.utils import translation
from django.utils.translation import gettext as _

from houqin.kit import clock

register = template.Library()

HTML_LANGUAGES = {"zh-hant": "zh-Hant", "zh-hans": "zh-Hans", "en": "en"}


@register.simple_tag
def html_lang() -> str:
    """The BCP 47 tag of the page, which chooses the glyphs a browser draws (骨 is drawn two ways)."""
    return HTML_LANGUAGES.get(translation.get_language() or "", "zh-Hant")


@register.filter
def day(value: Any) -> str:
    """A day or a moment as the office writes it: 2019-03-05, 2019-03-05 14:20."""
    if isinstance(value, datetime):
        return clock.local(value).strftime("%Y-%m-%d %H:%M")
    return value.isoformat() if isinstance(value, date) else str(value or "")


@register.filter
def as_of(period: Any) -> date | None:
    """Today, where the period is still going on: what is said about it is said as of then (截至); else nothing."""
    today = clock.today()
    return today if period.start <= today < period.end else None


@register.filter
def ago(value: datetime) -> str:
    """A moment of these days as one says it: 今天 14:20, 昨天 08:05, 11-20; the whole day where it is a year away."""
    moment = clock.local(value)
    passed = (clock.today() - moment.date()).days
    if passed in (0, 1):
        return f"{_('昨天') if passed else _('今天')} {moment:%H:%M}"
    return f"{moment:%m-%d}" if 0 < passed < 300 else f"{moment:%Y-%m-%d}"


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """``mapping[key]``, or nothing."""
    return mapping.get(key, "")
