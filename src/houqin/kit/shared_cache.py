"""A cache in files that all processes of an installation share, with ``add`` and ``incr`` that no two can do at once.

Limits on calls and codes already used must hold for the whole site, and not for one worker of it. The book is no place for
them: a count at every call would turn every read into a write.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.cache.backends.filebased import FileBasedCache


class SharedCache(FileBasedCache):
    """Django's cache in files; ``LOCATION`` is a folder of this installation alone."""

    def add(self, *args: Any, **kwargs: Any) -> bool:
        with self._alone():
            return bool(super().add(*args, **kwargs))

    def incr(self, *args: Any, **kwargs: Any) -> int:
        with self._alone():
            return int(super().incr(*args, **kwargs))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        folder = Path(self._dir)  # type: ignore[attr-defined]  # not in the stubs
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (folder / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
