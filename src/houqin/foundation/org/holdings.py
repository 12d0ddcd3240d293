"""What a person still answers for: asked before somebody leaves, hands over or is struck off.

    @holds("stores.loans", _("借用未還"))
    def loans_of(person: Person) -> list[Holding]: …

Every domain that puts things into somebody's hands registers one such function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from houqin.kit.registry import Registry

from .models import Person


@dataclass(frozen=True)
class Holding:
    """One thing in somebody's hands: ``quantity`` whole pieces of ``thing``; ``value`` 分 where it is known."""

    thing: str
    quantity: int
    counter: str = ""
    value: int = 0
    since: date | None = None
    due_on: date | None = None
    document: str = ""


@dataclass(frozen=True)
class Held:
    """A way of holding things: its name, its word on screen, and who is asked."""

    name: str
    label: Any
    of: Callable[[Person], Iterable[Holding]]


HOLDINGS: Registry[Held] = Registry("holding")


def holds(
    name: str, label: Any
) -> Callable[[Callable[[Person], Iterable[Holding]]], Callable[[Person], Iterable[Holding]]]:
    """Register a function that lists what a person holds of one kind."""

    def register(of: Callable[[Person], Iterable[Holding]]) -> Callable[[Person], Iterable[Holding]]:
        HOLDINGS.add(name, Held(name, label, of))
        return of

    return register


def holdings(person: Person) -> dict[str, list[Holding]]:
    """Everything ``person`` still holds, by the word for the kind; empty where the hands are empty."""
    found = {str(one.label): list(one.of(person)) for one in HOLDINGS}
    return {label: things for label, things in found.items() if things}
