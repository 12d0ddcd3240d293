"""What is done every day at a time, and what looks every second whether there is something to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from houqin.kit import clock
from houqin.kit.registry import Registry

from .work import Work, job

Watch = Callable[[], None]


@dataclass(frozen=True)
class Daily:
    """``work`` every day at ``at``: a fixed time, or what a parameter of the school says."""

    work: Work
    at: time | Callable[[], time]

    def latest(self, now: datetime) -> datetime:
        """The last moment it was due."""
        at = self.at() if callable(self.at) else self.at
        due = clock.at(now.date(), at)
        return due if due <= now else clock.at(now.date() - timedelta(days=1), at)


DAILIES: Registry[Daily] = Registry("daily job")
WATCHES: Registry[Watch] = Registry("watch")
# A server that was off for the night does last night's work in the morning, not last week's.
NOT_OLDER_THAN = timedelta(hours=24)


def daily(name: str, *, at: time | Callable[[], time], label: Any) -> Callable[[Callable[[], str | None]], Work]:
    """Declare work that is done every day at ``at`` on Shanghai's clock, once however many workers there are."""

    def register(do: Callable[[], str | None]) -> Work:
        work = job(name, label=label)(do)
        DAILIES.add(name, Daily(work, at))
        return work

    return register


def watch(name: str) -> Callable[[Watch], Watch]:
    """Declare a function every worker calls about once a second. It must cost a query or two and only ask for jobs."""

    def register(look: Watch) -> Watch:
        return WATCHES.add(name, look)

    return register


def ask_for_what_is_due(now: datetime) -> None:
    """Ask for every daily job whose hour has struck and that nobody asked for yet."""
    for one in DAILIES:
        due = one.latest(now)
        if now - due < NOT_OLDER_THAN:
            one.work.later(key=f"{one.work.name}@{due:%Y-%m-%dT%H:%M}")
