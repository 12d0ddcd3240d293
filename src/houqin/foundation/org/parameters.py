"""Parameters: values that vary by place or change by law. Declared in code with a default and a source, set per school."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from houqin.kit import clock
from houqin.kit.registry import Registry

from .models import ParameterValue


@dataclass(frozen=True)
class Parameter:
    """``status`` is V (verified law), v (weakly verified), M (from memory), P (practice), S (seed).

    ``binds`` where the office itself is bound by it (who may approve how much, how many must quote, how long a notice hangs):
    whoever is bound may not move it.
    """

    name: str
    label: Any
    default: Any
    source: str
    status: str
    binds: bool = False


PARAMETERS: Registry[Parameter] = Registry("parameter")


def parameter(name: str, label: Any, *, default: Any, source: str, status: str = "M") -> Parameter:
    """Declare a parameter; its default holds where the school has set nothing."""
    return PARAMETERS.add(name, Parameter(name, label, default, source, status))


def limit(name: str, label: Any, *, default: Any, source: str, status: str = "M") -> Parameter:
    """Declare a parameter that binds the office itself; the principal or the administrator sets it."""
    return PARAMETERS.add(name, Parameter(name, label, default, source, status, binds=True))


def value(name: str, *, on: date | None = None) -> Any:
    """The value of ``name`` in force on a day (today when not given)."""
    declared = PARAMETERS[name]
    day = on or clock.today()
    found = ParameterValue.objects.filter(name=name, from_on__lte=day).order_by("-from_on").first()
    return declared.default if found is None else found.value
