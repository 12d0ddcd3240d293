"""What is not kept for ever: each kind of personal or passing data with its rule, removed every night."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from houqin.kit.registry import Registry


@dataclass(frozen=True)
class Purge:
    """``remove(today)`` removes what is past its rule and gives how many rows."""

    name: str
    label: Any
    remove: Callable[[date], int]


PURGES: Registry[Purge] = Registry("purge")


def purge(name: str, *, label: Any) -> Callable[[Callable[[date], int]], Callable[[date], int]]:
    """Declare what is removed once it is past its rule; the rule itself is a parameter of the school."""

    def register(remove: Callable[[date], int]) -> Callable[[date], int]:
        PURGES.add(name, Purge(name, label, remove))
        return remove

    return register
