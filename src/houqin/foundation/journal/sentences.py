"""What a domain says in the summary: clauses that know their figures, and matters that went wrong.

    clause("repairs.lamps", chapter=SERVICES, sentence="repairs.done", order=10, text="更換燈管{repairs.lamp_jobs}")

``{figure.name}`` prints the figure. Clauses of one ``sentence`` are joined by commas and end in a full stop. Where the
words depend on more than figures, ``text`` is a function of the reading that returns parts: strings and ``Said``
figures (None says nothing).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from houqin.kit.registry import Registry

from .figures import Reading, Said

# Chapters a clause may belong to, in no order: each kind of summary arranges them under its own headings.
LEARNING = "learning"
SERVICES = "services"  # repairs, works, supplies to teaching
PROPERTY = "property"  # stores, assets, custody
PURCHASING = "purchasing"
FINANCE = "finance"
PLANS = "plans"  # emergency plans, letters, responsibility
INSPECTION = "inspection"  # checks, sweeps, hazards found
EDUCATION = "education"  # safety education, drills
RECTIFICATION = "rectification"  # faults mended after patrols
GATE = "gate"
CANTEEN = "canteen"
TRANSPORT = "transport"
ENERGY = "energy"
EVENTS = "events"
PEOPLE = "people"

Part = str | Said
Text = str | Callable[[Reading], Sequence[Part] | None]


@dataclass(frozen=True)
class Clause:
    """One clause. ``expected`` marks what every such summary says: without data it prints 〔待補〕 and blocks signing;
    any other clause without data stays unsaid. ``kinds`` limits it to kinds of summary (department, director …)."""

    name: str
    chapter: str
    text: Text
    sentence: str
    order: int
    expected: bool = False
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """One thing that went wrong, with the rows that show it: what to write under 存在問題, and what will be done."""

    parts: Sequence[Part]
    next_step: str
    weight: int = 0


@dataclass(frozen=True)
class Problem:
    name: str
    label: Any
    look: Callable[[Reading], Iterable[Evidence]]


CLAUSES: Registry[Clause] = Registry("clause")
PROBLEMS: Registry[Problem] = Registry("problem")


def clause(
    name: str,
    *,
    chapter: str,
    text: Text,
    sentence: str = "",
    order: int = 50,
    expected: bool = False,
    kinds: tuple[str, ...] = (),
) -> Clause:
    """Declare what a domain says; clauses without ``sentence`` stand alone as one."""
    return CLAUSES.add(name, Clause(name, chapter, text, sentence or name, order, expected, kinds))


def problem(
    name: str, label: Any
) -> Callable[[Callable[[Reading], Iterable[Evidence]]], Callable[[Reading], Iterable[Evidence]]]:
    """Register a look at what is overdue, failed, missed or not signed out in a period."""

    def register(look: Callable[[Reading], Iterable[Evidence]]) -> Callable[[Reading], Iterable[Evidence]]:
        PROBLEMS.add(name, Problem(name, label, look))
        return look

    return register
