"""How the command line answers: JSON for machines, sentences for people, progress on long work."""

from __future__ import annotations

import errno
import functools
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import click
from django.db import OperationalError, ProgrammingError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from houqin.foundation.journal.actions import Invalid
from houqin.foundation.journal.refused import Refused, busy
from houqin.kit import dates
from houqin.kit.periods import Period

errors = Console(stderr=True, highlight=False)


def print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2 if sys.stdout.isatty() else None, default=_plain))


def _plain(value: Any) -> str:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value)


def refusing(command: Callable[..., Any]) -> Callable[..., Any]:
    """A refusal becomes its sentence and exit code 1; where JSON was asked for it is said in JSON.

    What the disk or the database refuses is said in a sentence too; everything else is a defect and shows itself.
    """

    @functools.wraps(command)
    def answered(*args: Any, **options: Any) -> Any:
        try:
            return command(*args, **options)
        except Refused as refusal:
            said = refusal
        except (OperationalError, ProgrammingError) as error:
            said = busy(error) or Refused(_why_not_opened(error))
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise
            said = Refused(f"讀寫不了：{error.strerror or error}　{error.filename or ''}".rstrip())
        _say_refused(said, in_json=bool(options.get("as_json")) or options.get("format_") == "json")
        raise click.exceptions.Exit(1)

    return answered


def _say_refused(refusal: Refused, *, in_json: bool) -> None:
    if not in_json:
        errors.print(str(refusal), style="red", markup=False, soft_wrap=True)
        return
    told: dict[str, Any] = {"refused": str(refusal)}
    if refusal.field:
        told["field"] = refusal.field
    if isinstance(refusal, Invalid):
        told["fields"] = refusal.by_field()
    print_json(told)


def _why_not_opened(error: Exception) -> str:
    reason = str(error).strip().partition("\n")[0]
    words = ("no such table", "no such column", "does not exist", "has no column")
    if any(word in reason for word in words):
        return f"賬本的表格不是這一版的（{reason}）。先備份，再執行 houqin upgrade。"
    return f"打不開賬本：{reason}。請檢查 HOUQIN_HOME 和 HOUQIN_DATABASE_URL，或稍後再試。"


class Day(click.ParamType):
    """A day in any style a school writes."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return dates.parse_date(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


def period_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--from`` and ``--to``, given to the command as one ``period``."""

    @click.option("--from", "start", type=Day(), required=True, help="第一天，含當天。")
    @click.option("--to", "end", type=Day(), required=True, help="最後一天，含當天。")
    @functools.wraps(command)
    def with_period(start: date, end: date, **options: Any) -> Any:
        if end < start:
            raise click.UsageError(f"--to {end} 早於 --from {start}。")
        return command(period=Period(start, end), **options)

    return with_period


def can_ask() -> bool:
    """Whether somebody sits at a terminal who could answer a question."""
    return sys.stdin is not None and not sys.stdin.closed and sys.stdin.isatty()


json_option = click.option("--json", "as_json", is_flag=True, help="以 JSON 輸出，供程式讀取。")


@contextmanager
def progress(words: str, *, quiet: bool = False) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on a terminal, nothing elsewhere; the function given takes (done, total)."""
    if quiet or not errors.is_terminal:
        yield lambda done, total: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=errors, transient=False) as bar:
        task = bar.add_task(words, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
