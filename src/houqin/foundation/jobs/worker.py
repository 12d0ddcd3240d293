"""A worker: takes one job after another, asks for what is due, takes up what others left.

Several may run at once, on both databases; ``houqin serve`` starts one and keeps it alive.
"""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from types import FrameType

from django.db import InterfaceError, OperationalError, close_old_connections, connection, connections
from django_tasks_db.management.commands.db_worker import Worker as QueueWorker
from django_tasks_db.models import DBTaskResult
from django_tasks_db.utils import exclusive_transaction

from houqin.kit import clock

from .models import Worker
from .schedule import WATCHES, ask_for_what_is_due
from .work import take_up_the_lost, work_as

log = logging.getLogger("houqin.jobs")
ALIVE_EVERY = 10.0
LOOK_EVERY = 20.0
# A worker that is gone is forgotten after a day.
FORGOTTEN_AFTER = timedelta(days=1)


def name_of_process() -> str:
    """Unique among workers, and says which process it is."""
    return f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(3)}"


class HouseWorker:
    """One worker. ``work(until_idle=True)`` ends when nothing is left to do now; otherwise when :meth:`stop` is called."""

    def __init__(self, *, pause: float = 1.0, parent: int | None = None) -> None:
        self.name = name_of_process()
        self.pause, self.parent = pause, parent
        self.stopping = threading.Event()
        self._looked = 0.0
        self._queue = QueueWorker(
            queue_names=["*"],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=self.name,
            excluded_queue_names=[],
        )

    def stop(self, number: int = 0, frame: FrameType | None = None) -> None:
        """Finish the job in hand and end."""
        self.stopping.set()

    def work(self, *, until_idle: bool = False) -> None:
        work_as(self.name)
        with self._alive():
            while not self.stopping.is_set():
                try:
                    self.turn()
                except (OperationalError, InterfaceError):
                    # Somebody else is writing, or the database is being restarted: nothing is lost by waiting.
                    log.warning("the database does not answer; trying again", exc_info=True)
                    close_old_connections()
                if until_idle:
                    return
                if self.parent is not None and os.getppid() != self.parent:
                    return
                self.stopping.wait(self.pause)
                close_old_connections()

    def turn(self) -> None:
        """Ask for what is due, then do whatever waits."""
        now = time.monotonic()
        if not self._looked or now - self._looked >= LOOK_EVERY:
            self._looked = now
            ask_for_what_is_due(clock.now())
            take_up_the_lost()
        for look in WATCHES:
            look()
        # Asked first, because taking a job locks the whole database on SQLite.
        while not self.stopping.is_set() and DBTaskResult.objects.ready().exists():
            taken = self._take()
            if taken is None:
                return
            self._queue.run_task(taken)

    def _take(self) -> DBTaskResult | None:
        """The next place in the queue, ours alone from here on; None where others were quicker."""
        with exclusive_transaction():
            taken = DBTaskResult.objects.ready().get_locked()
            if taken is not None:
                taken.claim(self.name)
        return taken

    @contextlib.contextmanager
    def _alive(self) -> Iterator[None]:
        now = clock.now()
        Worker.objects.create(name=self.name, started_at=now, seen_at=now)
        Worker.objects.filter(seen_at__lt=now - FORGOTTEN_AFTER).delete()
        ended = threading.Event()

        def beat() -> None:
            while not ended.wait(ALIVE_EVERY):
                try:
                    Worker.objects.filter(name=self.name).update(seen_at=clock.now())
                except (OperationalError, InterfaceError):
                    log.warning("could not say that this worker is alive", exc_info=True)
                    connection.close()
            connection.close()

        thread = threading.Thread(target=beat, name="alive", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join(timeout=5)
            with contextlib.suppress(OperationalError, InterfaceError):
                Worker.objects.filter(name=self.name).delete()


def run_worker(*, until_idle: bool = False, parent: int | None = None) -> None:
    """Work until told to end (SIGTERM, SIGINT), or until nothing is left."""
    worker = HouseWorker(parent=parent)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, worker.stop)
    try:
        worker.work(until_idle=until_idle)
    finally:
        connections.close_all()


@contextlib.contextmanager
def worker_beside() -> Iterator[None]:
    """A worker in a process of its own while the block runs, started anew where it dies; it ends with this process."""
    ended = threading.Event()
    command = [sys.executable, "-m", "houqin", "worker", "--parent", str(os.getpid())]
    started: list[subprocess.Popen[bytes]] = []

    def keep() -> None:
        while not ended.is_set():
            child = subprocess.Popen(command)  # noqa: S603 - our own program
            started[:] = [child]
            while child.poll() is None and not ended.wait(0.5):
                pass
            if not ended.is_set():
                log.warning("the worker ended with %s; starting another", child.returncode)
                ended.wait(5)

    thread = threading.Thread(target=keep, name="worker", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(timeout=5)
        for child in started:
            child.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(timeout=20)
