"""How the values of a register's columns are shown: on the page, in a refusal, in an export."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _

from houqin.kit import clock
from houqin.kit.text import mask_identity, mask_phone

from .register import Column


def shown(column: Column, value: Any, *, options: Mapping[str, Any] | None = None) -> str:
    """The value as people read it: 2018-07-10, 1,234.50, 3分28秒, 是, the label of a choice; "" for nothing.

    ``options`` saves asking the column for its choices at every row.
    """
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if column.kind in {"choice", "state"}:
        return str((column.options() if options is None else options).get(value, value))
    if column.kind == "money":
        return _yuan(value) if isinstance(value, int) else str(value)
    if column.kind == "duration":
        return duration(value)
    if isinstance(value, datetime):
        value = clock.local(value)
        return (
            f"{value:%Y-%m-%d}"
            if column.kind == "date"
            else f"{value:%H:%M}"
            if column.kind == "time"
            else f"{value:%Y-%m-%d %H:%M}"
        )
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return str(value)


def _yuan(fen: int) -> str:
    yuan, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{yuan:,}.{rest:02d}"


def duration(value: Any) -> str:
    """A length of time (whole seconds or a timedelta) as 1小時3分28秒."""
    seconds = value // timedelta(seconds=1) if isinstance(value, timedelta) else int(value)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    parts = ((hour, _("小時")), (minute, _("分")), (second, _("秒")))
    return "".join(f"{number}{word}" for number, word in parts if number) or f"0{_('秒')}"


def masked(column: Column, value: Any) -> Any:
    """A personal value as a list may show it: 139****8305, the last four of an identity number, 李＊ for a pupil."""
    if not column.personal or value is None or value == "":
        return value
    text = str(value)
    if column.personal == "identity":
        return mask_identity(text)
    if column.personal == "phone":
        return mask_phone(text)
    return text[0] + "＊"
