"""What a transaction may remember of its own writes: gone with it when it is rolled back, or a savepoint of it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection, transaction


def transaction_memory() -> dict[Any, Any]:
    """A dictionary that lives as long as what the open transaction (or its open savepoint) has written.

    Outside a transaction nothing is remembered: a new, empty one each time.
    """
    if not connection.in_atomic_block:
        return {}
    savepoints = tuple(connection.savepoint_ids)
    kept: tuple[Callable[[], None], tuple[str, ...], dict[Any, Any]] | None = getattr(
        connection, "_houqin_memory", None
    )
    if kept is not None and kept[1] == savepoints and _still_stands(kept[0]):
        return kept[2]

    def marker() -> None:
        """Django drops what waits for the commit when the transaction or savepoint is rolled back."""

    memory: dict[Any, Any] = {}
    transaction.on_commit(marker)
    connection._houqin_memory = (marker, savepoints, memory)  # type: ignore[attr-defined]
    return memory


def _still_stands(marker: Callable[[], None]) -> bool:
    return any(waiting[1] is marker for waiting in connection.run_on_commit)


def forget_transaction() -> None:
    """Drop it by hand: rows were taken back in a way Django does not see (a savepoint set by hand, a restored file)."""
    connection._houqin_memory = None  # type: ignore[attr-defined]
