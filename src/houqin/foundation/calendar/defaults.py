"""The recurring duties every school starts with, declared by the domains that fulfil them (``duties.py``).

    default_duty("safety.weekly", _("每週常規安全檢查"), rule="FREQ=WEEKLY;BYDAY=MO", days=6, only="term",
                 role=Role.SAFETY_OFFICER, fulfilled_by="safety.inspected", category="routine", source="S3")

``calendar.duties_installed`` writes them into the book once; afterwards the office changes its own rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from houqin.kit.registry import Registry

# Months that lie wholly within a term in every part of the country; what comes round monthly is asked for in these.
TERM_MONTHS = "3,4,5,6,9,10,11,12"


@dataclass(frozen=True)
class DefaultDuty:
    """A row of :class:`.models.Duty` before a school has it. ``days`` is how long after the day it may still be done."""

    name: str
    label: Any
    rule: str
    role: str
    fulfilled_by: str
    days: int = 0
    only: str = ""
    category: str = ""
    source: str = ""


DEFAULT_DUTIES: Registry[DefaultDuty] = Registry("default duty")


def default_duty(
    name: str,
    label: Any,
    *,
    rule: str,
    role: str,
    fulfilled_by: str,
    days: int = 0,
    only: str = "",
    category: str = "",
    source: str = "",
) -> DefaultDuty:
    """Declare a duty every school starts with; see :class:`DefaultDuty`."""
    return DEFAULT_DUTIES.add(
        name,
        DefaultDuty(
            name,
            label,
            rule=rule,
            role=str(role),
            fulfilled_by=fulfilled_by,
            days=days,
            only=only,
            category=category,
            source=source,
        ),
    )
